//! Runs of the candidate's code: asked for by hand, one at a time, at most so often; what each came to is kept, as the
//! interviewer's questions go by it. What runs the code is the driver's matter: here a run is a question and an answer.

use super::Interview;
use super::command::{Command, RefusalCode, Show};
use super::run::{HiddenCount, RunFailure, RunReport, RunScope, Verdict};
use super::setup::{Runs, Workspace};
use super::timer::Timer;
use crate::language::Language;
use crate::units::*;
use std::collections::VecDeque;

/// A candidate may begin so many runs within [`RATE_WINDOW`]; more are refused. Five seconds of thought from run to run, with
/// room for quick corrections.
pub const RATE_RUNS: usize = 6;
/// See [`RATE_RUNS`].
pub const RATE_WINDOW: Ms = Ms(30_000);
/// A run is given up when no answer has come after so long: the longest job (compiling included), and a wait for a box.
pub const RUN_WITHIN: Ms = Ms(120_000);
/// So many runs are remembered; the oldest are forgotten first.
pub const HISTORY_MAX: usize = 200;

/// The runs of one interview.
#[derive(Debug, Default)]
pub struct RunLog {
    history: VecDeque<Run>,
    in_flight: Option<Run>,
    /// When the last runs were asked for, at most [`RATE_RUNS`].
    asked: VecDeque<At>,
    facts: RunFacts,
    next: u32,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which.
    pub id: RunId,
    /// When it was asked for.
    pub at: At,
    /// On which tests.
    pub scope: RunScope,
    /// The language.
    pub language: Language,
    /// Which code: its hash as the editor gives it.
    pub code_hash: String,
    /// The code that was run; kept of the run in flight and of the last one.
    pub code: String,
    /// What it came to; none while it is in flight, and of older runs than the last.
    pub report: Option<RunReport>,
    /// Visible tests that passed; of a custom run whether its input was answered.
    pub passed: u32,
    /// Why it came to nothing, if it did.
    pub failure: Option<RunFailure>,
}

/// What the runs so far say, for the agenda. Runs on an input of the candidate's own, and those that came to nothing,
/// change none of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunFacts {
    /// Runs of tests that came to an end.
    pub runs: u32,
    /// Visible tests that passed in the last one.
    pub visible_passed: u32,
    /// Visible tests there are.
    pub visible_total: u32,
    /// The last one passed every visible test.
    pub all_visible_pass: bool,
    /// Hidden tests that passed in the last one that ran them.
    pub hidden_passed: u32,
    /// Hidden tests there are.
    pub hidden_total: u32,
    /// The last one that ran hidden tests passed all of them.
    pub all_hidden_pass: bool,
    /// Runs in a row up to the last that failed a visible test.
    pub failing_streak: u32,
    /// A test of the last one took too long.
    pub timed_out: bool,
}

impl RunLog {
    /// The runs of an interview that has not begun.
    pub(super) fn new(workspace: Option<&Workspace>) -> RunLog {
        let visible_total = workspace.map_or(0, |workspace| workspace.visible_tests.len() as u32);
        let hidden_total = workspace.map_or(0, |workspace| workspace.hidden_tests);
        RunLog { facts: RunFacts { visible_total, hidden_total, ..RunFacts::default() }, ..RunLog::default() }
    }

    /// A run is in flight: nobody speaks into the candidate's waiting for it.
    pub fn is_running(&self) -> bool {
        self.in_flight.is_some()
    }

    /// The runs that came to an end, oldest first; at most [`HISTORY_MAX`].
    pub fn history(&self) -> impl DoubleEndedIterator<Item = &Run> {
        self.history.iter()
    }

    /// The last run that came to an end, with its report and its code.
    pub fn last(&self) -> Option<&Run> {
        self.history.back()
    }

    /// What the runs so far say.
    pub fn facts(&self) -> RunFacts {
        self.facts
    }

    /// The code that a run is or was about: of the run in flight and of the last one.
    pub fn code_of(&self, run: RunId) -> Option<&str> {
        let runs = self.in_flight.iter().chain(self.last());
        runs.into_iter().find(|known| known.id == run).map(|known| known.code.as_str())
    }

    /// Whether another run may begin now; if so it is counted.
    fn admit(&mut self, now: At) -> bool {
        while self.asked.front().is_some_and(|at| now - *at >= RATE_WINDOW) {
            self.asked.pop_front();
        }
        let may = self.asked.len() < RATE_RUNS;
        if may {
            self.asked.push_back(now);
        }
        may
    }

    fn keep(&mut self, run: Run) {
        if let Some(last) = self.history.back_mut() {
            last.code = String::new();
            last.report = None;
        }
        if self.history.len() >= HISTORY_MAX {
            self.history.pop_front();
        }
        self.history.push_back(run);
    }
}

impl RunFacts {
    fn learn(&mut self, report: &RunReport) {
        let (passed, asked) = report.visible();
        self.runs = self.runs.saturating_add(1);
        self.visible_passed = passed;
        self.all_visible_pass = asked > 0 && passed == asked;
        self.failing_streak = if self.all_visible_pass { 0 } else { self.failing_streak.saturating_add(1) };
        let slow = |verdict: Verdict| verdict == Verdict::TimeLimit;
        self.timed_out = slow(report.verdict) || report.tests.iter().any(|test| slow(test.verdict));
        if let Some(HiddenCount { passed, total }) = report.hidden {
            self.hidden_passed = passed;
            self.all_hidden_pass = total > 0 && passed == total;
        }
    }
}

impl Interview {
    /// The runs of the candidate's code.
    pub fn runs(&self) -> &RunLog {
        &self.runs
    }

    /// The code that a run is about, for whoever performs [`Command::RunCode`].
    pub fn code_of(&self, run: RunId) -> Option<&str> {
        self.runs.code_of(run)
    }

    pub(super) fn run_requested(&mut self, scope: RunScope, input: Option<String>) {
        let (language, code, code_hash) = match self.runnable(scope) {
            Ok(code) => code,
            Err((code, param)) => return self.refuse(code, param),
        };
        let run = RunId(super::next(&mut self.runs.next));
        let at = self.now;
        self.runs.in_flight = Some(Run {
            id: run,
            at,
            scope,
            language,
            code_hash: code_hash.clone(),
            code,
            report: None,
            passed: 0,
            failure: None,
        });
        self.timers.arm(Timer::RunOverdue, at + RUN_WITHIN);
        self.show(Show::RunStarted { run, scope, language });
        self.out.push(Command::RunCode { run, language, scope, input, code_hash });
    }

    /// The code that can be run now, or what is to be told and about which field.
    fn runnable(&mut self, scope: RunScope) -> Result<(Language, String, String), (RefusalCode, &'static str)> {
        let (Some(workspace), Some(editor)) = (&self.setup.workspace, &self.editor) else {
            return Err((RefusalCode::NotAvailable, "type"));
        };
        let Runs::Available { languages, .. } = &workspace.runs else {
            return Err((RefusalCode::RunsUnavailable, ""));
        };
        if self.runs.is_running() {
            return Err((RefusalCode::RunInProgress, ""));
        }
        let language = editor.language();
        if !languages.contains(&language) {
            return Err((RefusalCode::NoLanguage, ""));
        }
        let no_tests = match scope {
            RunScope::Visible => workspace.visible_tests.is_empty(),
            RunScope::All => workspace.visible_tests.is_empty() && workspace.hidden_tests == 0,
            RunScope::Custom => false,
        };
        let code = editor.text(language);
        if no_tests || code.trim().is_empty() {
            return Err((RefusalCode::NothingToRun, if no_tests { "scope" } else { "" }));
        }
        let hash = editor.hash(language);
        match self.runs.admit(self.now) {
            true => Ok((language, code, hash)),
            false => Err((RefusalCode::RunThrottled, "")),
        }
    }

    pub(super) fn run_finished(&mut self, run: RunId, report: RunReport) {
        let Some(mut done) = self.take_run(run) else { return };
        if done.scope != RunScope::Custom {
            self.runs.facts.learn(&report);
        }
        done.passed = report.visible().0;
        done.report = Some(report.clone());
        self.runs.keep(done);
        self.show(Show::RunFinished { run, report });
    }

    pub(super) fn run_failed(&mut self, run: RunId, kind: RunFailure, message: String) {
        let Some(mut done) = self.take_run(run) else { return };
        done.failure = Some(kind);
        self.runs.keep(done);
        self.show(Show::RunFailed { run, kind, message });
    }

    pub(super) fn run_overdue(&mut self) {
        let Some(run) = self.runs.in_flight.as_ref().map(|run| run.id) else { return };
        self.out.push(Command::CancelRun { run });
        self.run_failed(run, RunFailure::Overdue, "the run took too long and was given up".to_owned());
    }

    /// The interview ends: nobody waits for the run any more.
    pub(super) fn drop_run(&mut self) {
        if let Some(run) = self.runs.in_flight.take() {
            self.out.push(Command::CancelRun { run: run.id });
        }
    }

    /// The run in flight, if it is this one; an answer to any other comes too late.
    fn take_run(&mut self, run: RunId) -> Option<Run> {
        let taken = self.runs.in_flight.take_if(|known| known.id == run)?;
        self.timers.disarm(Timer::RunOverdue);
        Some(taken)
    }
}
