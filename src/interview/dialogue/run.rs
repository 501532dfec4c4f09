//! The last run of the candidate's code in a prompt: what came of the visible tests, the first that failed with input,
//! expected and actual answer, and of the hidden tests how many passed. More of them does not exist here.

use super::budget::{Keep, clip};
use super::fence::{Fences, harmless};
use super::tokens::Counts;
use crate::interview::run::{CompileReport, RunFailure, RunReport, RunScope, TestReport, Verdict};
use crate::interview::setup::VisibleTest;
use crate::language::Language;
use crate::units::RunId;
use std::fmt::Write;

/// Most tokens of one field of a test (input, expected, actual, printed, message).
const FIELD_TOKENS_MAX: u32 = 150;
/// Most tokens of what a compiler said.
const COMPILER_TOKENS_MAX: u32 = 400;

/// The last run.
#[derive(Clone, Copy, Debug)]
pub struct LastRun<'a> {
    /// Which.
    pub run: RunId,
    /// On which tests.
    pub scope: RunScope,
    /// In which language.
    pub language: Language,
    /// What came of it.
    pub outcome: RunOutcome<'a>,
    /// The code has changed since.
    pub changed_since: bool,
}

/// What came of a run.
#[derive(Clone, Copy, Debug)]
pub enum RunOutcome<'a> {
    /// It came to its end.
    Finished(&'a RunReport),
    /// It came to nothing.
    Failed(RunFailure),
}

impl LastRun<'_> {
    /// The line of the code where something went wrong, from 1, if the code is still the same.
    pub fn error_line(&self) -> Option<u32> {
        let RunOutcome::Finished(report) = self.outcome else { return None };
        let failed = report.tests.iter().find(|test| test.verdict != Verdict::Accepted);
        let in_test = failed.and_then(|test| test.error.as_ref()).and_then(|error| error.line);
        report.compile.as_ref().and_then(|compile| compile.line).or(in_test).filter(|_| !self.changed_since)
    }
}

/// The run in words and, between fences, what the candidate's code made of it. At most `room` tokens.
pub fn describe(
    last: &LastRun,
    visible: &[VisibleTest],
    fences: &Fences,
    room: u32,
    counts: &mut Counts,
) -> Option<String> {
    let mut text = headline(last);
    if let RunOutcome::Finished(report) = last.outcome
        && let Some(details) = details(report, last.scope, visible, counts)
    {
        // The fence and the words around it are short; what they take is left off the details' room.
        let frame = counts.of(&text) + 2 * counts.of(&fences.around("run", "")) + 8;
        let details = clip(&details, room.saturating_sub(frame), Keep::Start, counts);
        if !details.is_empty() {
            let _ = write!(text, "\n{}", fences.around("run", &details));
        }
    }
    (counts.of(&text) <= room).then_some(text)
}

fn headline(last: &LastRun) -> String {
    let what = match last.scope {
        RunScope::Visible => "the visible tests",
        RunScope::All => "the visible and the hidden tests",
        RunScope::Custom => "an input of the candidate's own",
    };
    let mut text = format!("Last run: number {}, {}, on {what}", last.run.0, name_of(last.language));
    match last.outcome {
        RunOutcome::Failed(kind) => {
            let _ = write!(text, "; {}", failure(kind));
        }
        RunOutcome::Finished(report) => {
            let _ = write!(text, ": {}.", outcome(report, last.scope));
        }
    }
    text.push_str(if last.changed_since { " The code has changed since." } else { " The code has not changed since." });
    text
}

fn outcome(report: &RunReport, scope: RunScope) -> String {
    if let Some(CompileReport { verdict: Verdict::CompileError, line, .. }) = &report.compile {
        return format!("it did not compile{}", at_line(*line));
    }
    let (passed, total) = report.visible();
    let mut text = match (scope, report.tests.first()) {
        (RunScope::Custom, Some(test)) => verdict(test.verdict).to_owned(),
        _ => format!("{passed} of {total} visible tests passed"),
    };
    if let Some(hidden) = report.hidden {
        let _ = write!(text, ", {} of {} hidden tests passed", hidden.passed, hidden.total);
    }
    text
}

/// What the candidate's code did, without fences.
fn details(report: &RunReport, scope: RunScope, visible: &[VisibleTest], counts: &mut Counts) -> Option<String> {
    let mut field = |text: &mut String, name: &str, value: &str, room, keep| {
        let value = clip(harmless(value).trim_end(), room, keep, counts);
        let between = if value.contains('\n') { "\n" } else { " " };
        let _ = writeln!(text, "{name}:{between}{value}");
    };
    let mut text = String::new();
    if let Some(compile) = report.compile.as_ref().filter(|compile| compile.verdict != Verdict::Accepted) {
        field(&mut text, "compiler", &compile.output, COMPILER_TOKENS_MAX, Keep::Start);
        return Some(text);
    }
    let first_failed = report.tests.iter().find(|test| test.verdict != Verdict::Accepted);
    let test = first_failed.or(report.tests.first().filter(|_| scope == RunScope::Custom))?;
    let known = visible.iter().find(|known| known.id == test.id);
    let _ = writeln!(text, "test: {} ({})", harmless(&test.id), verdict(test.verdict));
    let fields = [
        ("input", known.map(|known| known.input.as_str()), Keep::Start),
        ("expected", known.map(|known| known.expected.as_str()), Keep::Start),
        ("actual", test.value.as_deref(), Keep::Start),
        ("printed", test.stdout.as_deref().filter(|printed| !printed.trim().is_empty()), Keep::End),
    ];
    for (name, value, keep) in fields {
        if let Some(value) = value {
            field(&mut text, name, value, FIELD_TOKENS_MAX, keep);
        }
    }
    if let Some(message) = error_message(test) {
        field(&mut text, "error", &message, FIELD_TOKENS_MAX, Keep::Both);
    }
    Some(text)
}

fn error_message(test: &TestReport) -> Option<String> {
    let error = test.error.as_ref()?;
    Some(format!("{}{}: {}", error.kind, at_line(error.line), error.message))
}

fn at_line(line: Option<u32>) -> String {
    line.map_or(String::new(), |line| format!(" in line {line}"))
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "right",
        Verdict::WrongAnswer => "wrong answer",
        Verdict::RuntimeError => "runtime error",
        Verdict::TimeLimit => "took too long",
        Verdict::MemoryLimit => "took too much memory",
        Verdict::OutputLimit => "printed too much",
        Verdict::CompileError => "does not compile",
        Verdict::RunnerFailed => "the runner failed, through no fault of the candidate",
    }
}

fn failure(kind: RunFailure) -> &'static str {
    match kind {
        RunFailure::Busy | RunFailure::Throttled => "it was refused because too many runs are waiting.",
        RunFailure::Disabled => "code cannot be run here.",
        RunFailure::Refused => "it was refused: the submission is too large.",
        RunFailure::Unsupported => "the language is not installed here.",
        RunFailure::Failed | RunFailure::Overdue => "the runner failed, through no fault of the candidate.",
    }
}

/// A language's name as people say it.
pub fn name_of(language: Language) -> &'static str {
    match language {
        Language::Python3 => "Python",
        Language::JavaScript => "JavaScript",
        Language::Java => "Java",
        Language::Cpp => "C++",
        Language::Go => "Go",
        Language::Rust => "Rust",
    }
}
