//! What became of a run. Recorded as it is: integers and text only, fields are only ever added.

use crate::language::Language;
use serde::{Deserialize, Serialize};

/// What a run, a stage or a test came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// Accepted.
    #[serde(rename = "AC")]
    Accepted,
    /// Wrong answer.
    #[serde(rename = "WA")]
    WrongAnswer,
    /// Runtime error: an exception, a crash, an exit in the middle.
    #[serde(rename = "RE")]
    RuntimeError,
    /// Time limit exceeded, of the processor or by the clock.
    #[serde(rename = "TLE")]
    TimeLimit,
    /// Memory limit exceeded.
    #[serde(rename = "MLE")]
    MemoryLimit,
    /// Output limit exceeded: a result, or a program's output, too large to be compared.
    #[serde(rename = "OLE")]
    OutputLimit,
    /// It does not compile.
    #[serde(rename = "CE")]
    CompileError,
    /// Our fault: the runner failed.
    #[serde(rename = "XX")]
    Internal,
}

/// How well a box is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RunnerTier)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// No box: a script, for tests.
    Fake,
    /// Another machine's box, over HTTP; how well it is closed is that machine's matter.
    Remote,
    /// Landlock, a filter of system calls, limits, and a spare uid when the server is root.
    Landlock,
    /// Namespaces and an empty root around all of that.
    Namespaces,
}

impl Tier {
    /// The name in files and logs.
    pub fn name(self) -> &'static str {
        match self {
            Tier::Fake => "fake",
            Tier::Remote => "remote",
            Tier::Landlock => "landlock",
            Tier::Namespaces => "namespaces",
        }
    }
}

/// A stage before the tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// AC when it went well.
    pub verdict: Verdict,
    /// Processor time in ms.
    pub cpu_ms: u64,
    /// Time by the clock in ms.
    pub wall_ms: u64,
    /// What the compiler said, at most 16 KiB.
    pub output: String,
    /// The first line of the candidate's file that it complained about, from 1.
    pub line: Option<u32>,
}

/// What went wrong within a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestError {
    /// The error's kind as the language names it, a signal's name, or ours (`timeout`, `memory`, `exit`, `output`).
    pub kind: String,
    /// Its message, at most 2 KiB.
    pub message: String,
    /// The innermost line of the candidate's own file, from 1.
    pub line: Option<u32>,
}

/// What became of one test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestReport {
    /// The test's id.
    pub id: String,
    /// Nothing but the verdict and the figures is kept of a hidden one.
    pub hidden: bool,
    /// What it came to.
    pub verdict: Verdict,
    /// Processor time in ms, of all the submission's processes.
    pub cpu_ms: u64,
    /// Time by the clock in ms.
    pub wall_ms: u64,
    /// Largest memory seen, in KiB, of all the submission's processes.
    pub memory_kb: u64,
    /// The answer, as JSON text; a program's output is in `stdout`. Never of a hidden test.
    pub value: Option<String>,
    /// What was printed meanwhile. Never of a hidden test.
    pub stdout: Option<String>,
    /// What went wrong. Never of a hidden test.
    pub error: Option<TestError>,
    /// More was printed than is kept.
    pub truncated: bool,
    /// Whether it was run at all; after too many timeouts the rest is not.
    pub ran: bool,
}

/// What became of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunReport {
    /// Who ran it: `embedded`, `piston`, `fake`.
    pub runner: String,
    /// How well closed the box was.
    pub tier: Tier,
    /// The language.
    pub language: Language,
    /// Its version as it names itself.
    pub version: String,
    /// Compiling, or loading where nothing is compiled and loading failed.
    pub compile: Option<Stage>,
    /// The tests, in the job's order. Empty when it did not compile.
    pub tests: Vec<TestReport>,
    /// Something was cut to its limit.
    pub truncated: bool,
    /// Wait for a free box, in ms.
    pub queue_ms: u64,
    /// From the free box to the report, in ms.
    pub run_ms: u64,
    /// Hidden tests passed and hidden tests in all; set, in place of the tests themselves, by `for_client`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<HiddenCount>,
}

/// What is told of hidden tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenCount {
    /// How many passed.
    pub passed: u32,
    /// How many there are.
    pub total: u32,
}

impl RunReport {
    /// The verdict of the whole: that of compiling if it failed, else of the first test that failed, else AC.
    pub fn verdict(&self) -> Verdict {
        let compile = self.compile.as_ref().map(|stage| stage.verdict);
        compile
            .into_iter()
            .chain(self.tests.iter().map(|test| test.verdict))
            .find(|verdict| *verdict != Verdict::Accepted)
            .unwrap_or(Verdict::Accepted)
    }

    /// Passed tests and all, hidden ones included.
    pub fn passed(&self) -> (usize, usize) {
        (self.tests.iter().filter(|test| test.verdict == Verdict::Accepted).count(), self.tests.len())
    }

    /// The report as clients, models and logs may see it: of hidden tests only how many there are and how many passed.
    pub fn for_client(&self) -> RunReport {
        let mut shown = self.clone();
        let hidden: Vec<&TestReport> = self.tests.iter().filter(|test| test.hidden).collect();
        let passed = hidden.iter().filter(|test| test.verdict == Verdict::Accepted).count();
        shown.hidden = Some(HiddenCount { passed: count(passed), total: count(hidden.len()) });
        shown.tests.retain(|test| !test.hidden);
        shown.truncated = shown.tests.iter().any(|test| test.truncated);
        shown
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl TestReport {
    /// A test that was not run.
    pub(super) fn not_run(id: &str, hidden: bool, verdict: Verdict) -> TestReport {
        TestReport {
            id: id.to_owned(),
            hidden,
            verdict,
            cpu_ms: 0,
            wall_ms: 0,
            memory_kb: 0,
            value: None,
            stdout: None,
            error: None,
            truncated: false,
            ran: false,
        }
    }

    /// Forgets all that must not be kept of a hidden test.
    pub(super) fn sealed(mut self) -> TestReport {
        if self.hidden {
            self.value = None;
            self.stdout = None;
            self.error = None;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> RunReport {
        let test = |id: &str, hidden, verdict| {
            let mut test = TestReport::not_run(id, hidden, verdict);
            test.value = Some("\"secret\"".into());
            test.stdout = Some("secret".into());
            test.error = Some(TestError { kind: "E".into(), message: "secret".into(), line: None });
            test
        };
        RunReport {
            runner: "fake".into(),
            tier: Tier::Fake,
            language: Language::Python3,
            version: "3".into(),
            compile: None,
            tests: vec![test("hidden-a", true, Verdict::Accepted), test("hidden-b", true, Verdict::WrongAnswer)],
            truncated: true,
            queue_ms: 0,
            run_ms: 1,
            hidden: None,
        }
    }

    #[test]
    fn clients_learn_of_hidden_tests_only_how_many_passed() {
        let shown = report().for_client();
        let text = serde_json::to_string(&shown).expect("JSON");
        assert!(!text.contains("secret") && !text.contains("hidden-"), "{text}");
        assert_eq!(shown.hidden, Some(HiddenCount { passed: 1, total: 2 }));
        assert!(!shown.truncated, "whether a hidden test printed much is not told either");
    }

    #[test]
    fn a_sealed_test_keeps_nothing_but_verdict_and_figures() {
        for test in report().tests {
            let text = serde_json::to_string(&test.sealed()).expect("JSON");
            assert!(!text.contains("secret"), "{text}");
        }
    }

    #[test]
    fn a_report_survives_json() {
        let text = serde_json::to_string(&report()).expect("JSON");
        assert!(text.contains("\"verdict\":\"WA\"") && !text.contains("hidden\":null"), "{text}");
        assert_eq!(serde_json::from_str::<RunReport>(&text).expect("a report"), report());
    }
}
