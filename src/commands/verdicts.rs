//! What a run from the terminal came to, as a table for people and as JSON for programs.

use crate::providers::runner::{Expected, RunReport, Test, TestReport, Tier, Verdict};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The longest value that is shown whole, in characters; more of it is in the JSON.
const SHOWN_CHARS_MAX: usize = 400;
/// The most lines of what was printed, or of what the compiler said.
const SHOWN_LINES_MAX: usize = 20;

/// A run and the tests that may be shown of it.
pub struct Verdicts {
    /// The question's id.
    pub question: String,
    /// The tests that were run and may be seen, in order.
    pub shown: Vec<Test>,
    /// Hidden tests were asked for.
    pub hidden: bool,
    /// The report, already without hidden tests.
    pub report: RunReport,
}

impl Verdicts {
    /// Whether it compiled and every test that was asked for passes.
    pub fn all_pass(&self) -> bool {
        let hidden = self.report.hidden.is_none_or(|hidden| hidden.passed == hidden.total);
        self.report.verdict() == Verdict::Accepted && hidden && self.compiled()
    }

    fn compiled(&self) -> bool {
        self.report.compile.as_ref().is_none_or(|stage| stage.verdict == Verdict::Accepted)
    }

    /// For programs: one object.
    pub fn json(&self) -> String {
        let report = &self.report;
        let tests: Vec<Value> = self.pairs().map(|(test, report)| json_of(test, report)).collect();
        let mut object = json!({
            "question": self.question, "language": report.language, "version": report.version,
            "runner": report.runner, "tier": report.tier, "passed": self.all_pass(), "compile": report.compile,
            "tests": tests, "truncated": report.truncated, "queue_ms": report.queue_ms, "run_ms": report.run_ms,
        });
        if self.hidden && self.compiled() {
            object["hidden"] = json!(report.hidden);
        }
        format!("{object}\n")
    }

    /// For people: a line a test, and under each that failed what it takes to see why.
    pub fn text(&self) -> String {
        let report = &self.report;
        let place = match report.tier {
            Tier::Fake => "by a script, not run".to_owned(),
            tier => format!("{}, tier {}", report.runner, tier.name()),
        };
        let mut out =
            format!("{}: {} {} ({place}), {} ms\n", self.question, report.language, report.version, report.run_ms);
        if let Some(stage) = &report.compile
            && stage.verdict != Verdict::Accepted
        {
            let line = stage.line.map(|line| format!(", line {line}")).unwrap_or_default();
            let _ = writeln!(out, "  it does not compile{line}:");
            indent(&mut out, &stage.output);
            return out;
        }
        for (test, report) in self.pairs() {
            show(&mut out, test, report);
        }
        let own = self.shown.iter().any(|test| test.expected == Expected::Anything);
        if !own {
            let passed = report.tests.iter().filter(|test| test.verdict == Verdict::Accepted).count();
            let _ = writeln!(out, "visible tests: {passed} of {} passed", self.shown.len());
        }
        if let Some(hidden) = report.hidden.filter(|_| self.hidden) {
            let _ = writeln!(out, "hidden tests: {} of {} passed", hidden.passed, hidden.total);
        }
        out
    }

    fn pairs(&self) -> impl Iterator<Item = (&Test, &TestReport)> {
        self.report.tests.iter().filter_map(|report| {
            let test = self.shown.iter().find(|test| test.id == report.id)?;
            Some((test, report))
        })
    }
}

fn json_of(test: &Test, report: &TestReport) -> Value {
    let parsed = |text: &String| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()));
    let mut object = json!({
        "id": test.id, "verdict": report.verdict, "ran": report.ran, "input": test.input,
        "actual": report.value.as_ref().map(parsed), "printed": report.stdout, "error": report.error,
        "truncated": report.truncated, "cpu_ms": report.cpu_ms, "wall_ms": report.wall_ms, "memory_kb": report.memory_kb,
    });
    if let Expected::Value(expected) = &test.expected {
        object["expected"] = expected.clone();
    }
    object
}

fn show(out: &mut String, test: &Test, report: &TestReport) {
    let passed = report.verdict == Verdict::Accepted;
    let mark = if passed { "pass" } else { "FAIL" };
    let what = match report.verdict {
        _ if !report.ran => "not run".to_owned(),
        Verdict::Accepted => format!("{} ms", report.cpu_ms),
        verdict => format!("{}, {} ms", words(verdict), report.cpu_ms),
    };
    let _ = writeln!(out, "  {mark}  {:<24} {what}", test.id);
    let own = test.expected == Expected::Anything;
    if passed && !own || !report.ran {
        return;
    }
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(out, "        {name:<9} {}", short(value));
    };
    row("input", &plain(&test.input));
    match &test.expected {
        Expected::Value(expected) => row("expected", &plain(expected)),
        Expected::Raises => row("expected", "an error"),
        Expected::Anything => {}
    }
    if let Some(value) = &report.value {
        row("actual", value);
    }
    if let Some(error) = &report.error {
        let line = error.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        row("error", &format!("{line}{}: {}", error.kind, error.message.lines().next().unwrap_or_default()));
    }
    if let Some(printed) = &report.stdout {
        let _ = writeln!(out, "        printed");
        indent(out, printed);
    }
}

fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "passed",
        Verdict::WrongAnswer => "wrong answer",
        Verdict::RuntimeError => "error",
        Verdict::TimeLimit => "too slow",
        Verdict::MemoryLimit => "too much memory",
        Verdict::OutputLimit => "too much output",
        Verdict::CompileError => "does not compile",
        Verdict::Internal => "the runner failed",
    }
}

/// A program's input and output as they are, all else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn short(text: &str) -> String {
    let line = text.replace('\n', "\\n");
    match line.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}… ({} characters)", line.get(..end).unwrap_or_default(), line.chars().count()),
        None => line,
    }
}

fn indent(out: &mut String, text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    for line in lines.iter().take(SHOWN_LINES_MAX) {
        let _ = writeln!(out, "          {}", short(line));
    }
    if lines.len() > SHOWN_LINES_MAX {
        let _ = writeln!(out, "          … ({} more lines)", lines.len() - SHOWN_LINES_MAX);
    }
}
