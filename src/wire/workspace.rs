//! The objects of our own events about the candidate's code: where it is written, and what became of a run. Of hidden tests
//! there is nothing but how many there are and how many passed.

use crate::language::Language;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Longest input of a run of the candidate's own, in bytes. Longer: `string_above_max_length`.
pub const MAX_RUN_INPUT_BYTES: usize = 64 * 1024;

/// Which tests a run is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "wire.ts")]
pub enum RunScope {
    /// Those that are shown.
    #[default]
    Visible,
    /// Visible and hidden ones.
    All,
    /// An input of the candidate's own; every answer passes.
    Custom,
}

impl RunScope {
    /// The scope of this name.
    pub fn of_name(name: &str) -> Option<RunScope> {
        match name {
            "visible" => Some(RunScope::Visible),
            "all" => Some(RunScope::All),
            "custom" => Some(RunScope::Custom),
            _ => None,
        }
    }
}

/// What a run, its compilation or one of its tests came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "wire.ts")]
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

/// Why a run came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "wire.ts")]
pub enum RunFailure {
    /// All boxes are taken and enough others wait: try again in a moment.
    Busy,
    /// This interview has enough runs waiting.
    Throttled,
    /// Running code is switched off, or cannot be done safely here.
    Disabled,
    /// The input or the code cannot be run; the message says why.
    Refused,
    /// The language is not installed.
    Unsupported,
    /// The runner failed.
    Failed,
    /// No answer within the limit.
    Overdue,
}

/// Where the candidate writes code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct WorkspaceView {
    /// The languages on offer.
    pub languages: Vec<Language>,
    /// The language in use.
    pub language: Language,
    /// What is to be written, e.g. `function pair_sum(numbers: list<int>, sum: int) -> bool`; the starters have it as code.
    pub entry: String,
    /// What an input of the candidate's own looks like, in words.
    pub input: String,
    /// The visible tests.
    pub tests: Vec<VisibleTest>,
    /// How many hidden tests there are.
    pub hidden: u32,
    /// Whether code can be run.
    pub runs: RunsView,
    /// How many hints there are.
    pub hints: u32,
}

/// A test that the candidate may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct VisibleTest {
    /// Its id.
    pub id: String,
    /// Arguments or calls as JSON, or standard input; at most 2 KiB, what was cut is said.
    pub input: String,
    /// The right answer, likewise.
    pub expected: String,
}

/// Whether code can be run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts", optional_fields)]
pub struct RunsView {
    /// It can.
    pub available: bool,
    /// The languages that can be run; the others are only written.
    pub languages: Vec<Language>,
    /// How well the boxes are closed: `namespaces`, `landlock`, `remote`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Why it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct RunView {
    /// That of compiling if it failed, else of the first test that failed, a hidden one included, else `accepted`.
    pub verdict: Verdict,
    /// Compiling, where something is compiled; loading, when that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub compile: Option<CompileView>,
    /// Visible tests that passed.
    pub passed: u32,
    /// Visible tests that were to be run.
    pub total: u32,
    /// The visible tests, or the one input of the candidate's own. Empty when it did not compile.
    pub tests: Vec<TestView>,
    /// The hidden tests, when they were run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hidden: Option<HiddenView>,
    /// Something was cut to its limit.
    pub truncated: bool,
    /// How well the box was closed.
    pub tier: String,
    /// Wait for a free box, in ms.
    pub queued_ms: u64,
    /// From the free box to the report, in ms.
    pub took_ms: u64,
}

/// Why a run came to nothing, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct RunProblem {
    /// Why.
    pub kind: RunFailure,
    /// A sentence for the candidate.
    pub message: String,
}

/// What compiling came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct CompileView {
    /// `accepted` when it went well.
    pub verdict: Verdict,
    /// What the compiler said, at most 16 KiB.
    pub output: String,
    /// The first line of the candidate's text that it complained about, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub line: Option<u32>,
}

/// What became of one visible test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts", optional_fields)]
pub struct TestView {
    /// The test's id; `custom` for the candidate's own input.
    pub id: String,
    /// What it came to.
    pub verdict: Verdict,
    /// What it was run on, as in `x.session.workspace`.
    pub input: String,
    /// What is right; absent for the candidate's own input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The answer, as JSON; a program's is in `stdout`. Absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What was printed meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdout: Option<String>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<TestFailure>,
    /// Processor time, in ms.
    pub cpu_ms: u64,
    /// False when it was not run because too many before it took too long.
    pub ran: bool,
}

/// What went wrong within a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct TestFailure {
    /// The error's kind as the language names it, a signal's name, or `timeout`, `memory`, `exit`, `output`.
    pub kind: String,
    /// Its message, at most 2 KiB.
    pub message: String,
    /// The innermost line of the candidate's own text, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub line: Option<u32>,
}

/// What is told of hidden tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct HiddenView {
    /// How many passed.
    pub passed: u32,
    /// How many there are.
    pub total: u32,
}
