//! A run of the candidate's code, as far as candidate, model and recording may know it: of hidden tests nothing but how many
//! there are and how many passed.

use crate::units::Ms;
use serde::{Deserialize, Serialize};

/// Which tests a run is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunScope {
    /// The visible tests.
    Visible,
    /// Visible and hidden tests.
    All,
    /// An input of the candidate's own; nothing is expected of the answer.
    Custom,
}

/// What a run, its compilation or one of its tests came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Accepted,
    /// An answer is wrong.
    WrongAnswer,
    /// An exception, a crash, an exit in the middle.
    RuntimeError,
    /// Too much time.
    TimeLimit,
    /// Too much memory.
    MemoryLimit,
    /// Too much was printed or answered.
    OutputLimit,
    /// It does not compile.
    CompileError,
    /// The runner failed; not the candidate's fault.
    RunnerFailed,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunReport {
    /// The whole: that of compiling if it failed, else of the first test that failed (a hidden one included), else accepted.
    pub verdict: Verdict,
    /// Compiling (or loading, when that failed).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compile: Option<CompileReport>,
    /// The visible tests, or the one custom input. At most `providers::runner`'s limit.
    pub tests: Vec<TestReport>,
    /// The hidden tests, when they were run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<HiddenCount>,
    /// Something was cut to its limit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// How well the box was closed, in the runner's word.
    pub tier: String,
    /// Wait for a free box.
    pub queued: Ms,
    /// From the free box to the report.
    pub took: Ms,
}

/// What compiling came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompileReport {
    /// Accepted when it went well.
    pub verdict: Verdict,
    /// What the compiler said, at most 16 KiB.
    pub output: String,
    /// The first line of the candidate's text that it complained about, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// What became of one visible test or custom input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestReport {
    /// The test's id, as in `Setup::workspace`; `custom` for the candidate's own input.
    pub id: String,
    /// What it came to.
    pub verdict: Verdict,
    /// The answer, as JSON text; a program's output is in `stdout`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What was printed meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdout: Option<String>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<TestError>,
    /// Processor time.
    pub cpu: Ms,
    /// It was run at all; after too many timeouts the rest is not.
    pub ran: bool,
}

/// What went wrong within a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestError {
    /// The error's kind as the language names it, a signal's name, or ours (`timeout`, `memory`, `exit`, `output`).
    pub kind: String,
    /// Its message, at most 2 KiB.
    pub message: String,
    /// The innermost line of the candidate's own text, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// What is told of hidden tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenCount {
    /// How many passed.
    pub passed: u32,
    /// How many there are.
    pub total: u32,
}

/// Why a run came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunFailure {
    /// All boxes are taken and enough others wait: try again in a moment.
    Busy,
    /// This interview has enough runs waiting.
    Throttled,
    /// Running code is switched off, or cannot be done safely here.
    Disabled,
    /// The submission is wrong or too large; the message says where.
    Refused,
    /// The language is not installed.
    Unsupported,
    /// The runner failed.
    Failed,
    /// No answer within the limit.
    Overdue,
}

impl RunReport {
    /// Visible tests that passed, and how many were asked.
    pub fn visible(&self) -> (u32, u32) {
        let passed = self.tests.iter().filter(|test| test.verdict == Verdict::Accepted).count();
        (passed as u32, self.tests.len() as u32)
    }
}
