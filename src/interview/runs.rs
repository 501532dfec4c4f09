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
    /// When the last run came to its end.
    ended_at: Option<At>,
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

    /// When the last run came to its end.
    pub fn ended_at(&self) -> Option<At> {
        self.ended_at
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
        self.run_changed();
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
        self.show(Show::RunFinished { run, report: report.clone() });
        self.agenda_learns_of_run(&done, &report);
        self.runs.keep(done);
        self.run_changed();
    }

    pub(super) fn run_failed(&mut self, run: RunId, kind: RunFailure, message: String) {
        let Some(mut done) = self.take_run(run) else { return };
        done.failure = Some(kind);
        self.runs.keep(done);
        self.show(Show::RunFailed { run, kind, message });
        self.run_changed();
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
        self.runs.ended_at = Some(self.now);
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{EndReason, Event};
    use super::super::run::TestReport;
    use super::super::setup::VisibleTest;
    use super::super::tests::setup;
    use super::*;

    fn interview() -> Interview {
        let test = |id: &str| VisibleTest { id: id.into(), input: "[1]".into(), expected: "1".into() };
        let workspace = Workspace {
            languages: vec![Language::Python3, Language::Go],
            language: Language::Python3,
            starters: [(Language::Python3, "def f(a):\n    pass\n".to_owned())].into(),
            visible_tests: vec![test("one"), test("two")],
            hidden_tests: 3,
            runs: Runs::Available { tier: "fake".into(), languages: vec![Language::Python3] },
        };
        let mut interview = Interview::new(super::super::setup::Setup { workspace: Some(workspace), ..setup() });
        interview.handle(At(0), Event::ClientJoined { resumed: false }, &mut Vec::new());
        interview
    }

    fn handle(interview: &mut Interview, at: u64, event: Event) -> Vec<Command> {
        let mut commands = Vec::new();
        interview.handle(At(at), event, &mut commands);
        commands
    }

    fn ask(interview: &mut Interview, at: u64, scope: RunScope) -> Vec<Command> {
        handle(interview, at, Event::RunRequested { scope, input: None })
    }

    fn refusal(commands: &[Command]) -> Option<RefusalCode> {
        commands.iter().find_map(|command| match command {
            Command::Show(Show::Refused { code, .. }) => Some(*code),
            _ => None,
        })
    }

    fn report(verdicts: &[Verdict], hidden: Option<u32>) -> RunReport {
        let test = |verdict: &Verdict| TestReport {
            id: "t".into(),
            verdict: *verdict,
            value: None,
            stdout: None,
            error: None,
            cpu: Ms(1),
            ran: true,
        };
        RunReport {
            verdict: verdicts.iter().copied().find(|one| *one != Verdict::Accepted).unwrap_or(Verdict::Accepted),
            compile: None,
            tests: verdicts.iter().map(test).collect(),
            hidden: hidden.map(|passed| HiddenCount { passed, total: 3 }),
            truncated: false,
            tier: "fake".into(),
            queued: Ms(0),
            took: Ms(5),
        }
    }

    fn finish(interview: &mut Interview, at: u64, run: u32, report: RunReport) -> Vec<Command> {
        handle(interview, at, Event::RunFinished { run: RunId(run), report })
    }

    #[test]
    fn a_run_is_of_the_code_as_it_stood_when_it_was_asked_for() {
        let mut interview = interview();
        let text = "def f(a):\n    return a\n";
        handle(&mut interview, 5, Event::EditorReplaced { language: Language::Python3, text: text.into() });
        let commands = ask(&mut interview, 10, RunScope::All);
        let [Command::Show(Show::RunStarted { run, .. }), Command::RunCode { code_hash, scope, .. }] = &commands[..]
        else {
            panic!("{commands:?}")
        };
        let hash = interview.editor().expect("an editor").hash(Language::Python3);
        assert_eq!((*scope, code_hash), (RunScope::All, &hash));
        let later = Event::EditorReplaced { language: Language::Python3, text: "else".into() };
        handle(&mut interview, 11, later);
        assert_eq!(interview.code_of(*run), Some(text));
        assert!(interview.runs().is_running());
        finish(&mut interview, 20, 1, report(&[Verdict::Accepted; 2], Some(3)));
        let last = interview.runs().last().expect("a run");
        assert_eq!((last.at, last.passed, last.code.as_str(), &last.code_hash), (At(10), 2, text, &hash));
        assert!(!interview.runs().is_running());
    }

    #[test]
    fn what_cannot_be_run_is_refused_with_its_code() {
        let mut talk = Interview::new(setup());
        talk.handle(At(0), Event::ClientJoined { resumed: false }, &mut Vec::new());
        assert_eq!(refusal(&ask(&mut talk, 1, RunScope::Visible)), Some(RefusalCode::NotAvailable));
        let mut interview = interview();
        handle(&mut interview, 1, Event::EditorReplaced { language: Language::Python3, text: " \n".into() });
        assert_eq!(refusal(&ask(&mut interview, 2, RunScope::Visible)), Some(RefusalCode::NothingToRun));
        handle(&mut interview, 3, Event::LanguageChosen { language: Language::Go });
        assert_eq!(refusal(&ask(&mut interview, 4, RunScope::Visible)), Some(RefusalCode::NoLanguage));
        handle(&mut interview, 5, Event::LanguageChosen { language: Language::Python3 });
        handle(&mut interview, 6, Event::EditorReplaced { language: Language::Python3, text: "x".into() });
        assert_eq!(refusal(&ask(&mut interview, 7, RunScope::Visible)), None);
        assert_eq!(refusal(&ask(&mut interview, 8, RunScope::Visible)), Some(RefusalCode::RunInProgress));
        handle(&mut interview, 9, Event::EndRequested { reason: EndReason::Candidate });
        assert_eq!(refusal(&ask(&mut interview, 10, RunScope::Visible)), Some(RefusalCode::InterviewEnded));
        let runs = Runs::Unavailable { why: "off".into() };
        let mut off = super::super::setup::Setup { ..interview.setup().clone() };
        off.workspace = off.workspace.map(|workspace| Workspace { runs, ..workspace });
        let mut off = Interview::new(off);
        off.handle(At(0), Event::ClientJoined { resumed: false }, &mut Vec::new());
        assert_eq!(refusal(&ask(&mut off, 1, RunScope::Visible)), Some(RefusalCode::RunsUnavailable));
    }

    #[test]
    fn so_many_runs_within_the_window_are_taken_and_no_more() {
        let mut interview = interview();
        for number in 0..RATE_RUNS as u64 {
            assert_eq!(refusal(&ask(&mut interview, number * 1_000, RunScope::Visible)), None, "{number}");
            finish(&mut interview, number * 1_000 + 1, number as u32 + 1, report(&[Verdict::Accepted; 2], None));
        }
        assert_eq!(refusal(&ask(&mut interview, 29_999, RunScope::Visible)), Some(RefusalCode::RunThrottled));
        assert_eq!(
            refusal(&ask(&mut interview, 30_000, RunScope::Visible)),
            None,
            "the first is over half a minute ago"
        );
    }

    #[test]
    fn a_run_that_never_answers_is_given_up_and_its_late_answer_changes_nothing() {
        let mut interview = interview();
        ask(&mut interview, 10, RunScope::Visible);
        let due = interview.timers.deadline_of(Timer::RunOverdue);
        assert_eq!(due, Some(At(10) + RUN_WITHIN));
        let commands = handle(&mut interview, 10 + RUN_WITHIN.0, Event::TimerFired(Timer::RunOverdue));
        assert_eq!(commands[0], Command::CancelRun { run: RunId(1) });
        assert!(matches!(commands[1], Command::Show(Show::RunFailed { kind: RunFailure::Overdue, .. })));
        let late = finish(&mut interview, 130_000, 1, report(&[Verdict::Accepted; 2], None));
        assert_eq!((late, interview.runs().facts().runs), (Vec::new(), 0));
        assert_eq!(refusal(&ask(&mut interview, 140_000, RunScope::Visible)), None, "another may begin");
    }

    #[test]
    fn the_end_of_the_interview_ends_the_run() {
        let mut interview = interview();
        ask(&mut interview, 10, RunScope::Visible);
        let commands = handle(&mut interview, 20, Event::EndRequested { reason: EndReason::Candidate });
        assert!(commands.contains(&Command::CancelRun { run: RunId(1) }), "{commands:?}");
        assert_eq!(finish(&mut interview, 30, 1, report(&[], None)), Vec::new());
    }

    #[test]
    fn facts_follow_the_runs_of_tests_alone() {
        let mut interview = interview();
        let none = interview.runs().facts();
        assert_eq!((none.runs, none.visible_total, none.hidden_total, none.all_visible_pass), (0, 2, 3, false));
        let mut run = |number: u32, scope, ended: RunReport| {
            ask(&mut interview, u64::from(number) * 20_000, scope);
            finish(&mut interview, u64::from(number) * 20_000 + 5, number, ended);
            interview.runs().facts()
        };
        let slow = run(1, RunScope::Visible, report(&[Verdict::Accepted, Verdict::TimeLimit], None));
        assert_eq!((slow.runs, slow.visible_passed, slow.failing_streak, slow.timed_out), (1, 1, 1, true));
        let broken = run(2, RunScope::Visible, RunReport { verdict: Verdict::CompileError, ..report(&[], None) });
        assert_eq!((broken.visible_passed, broken.failing_streak, broken.all_visible_pass), (0, 2, false));
        let own = run(3, RunScope::Custom, report(&[Verdict::Accepted], None));
        assert_eq!(own, broken, "an own input says nothing about the tests");
        let nearly = run(4, RunScope::All, report(&[Verdict::Accepted; 2], Some(2)));
        assert_eq!((nearly.all_visible_pass, nearly.failing_streak, nearly.hidden_passed), (true, 0, 2));
        assert!(
            !nearly.all_hidden_pass && run(5, RunScope::All, report(&[Verdict::Accepted; 2], Some(3))).all_hidden_pass
        );
    }

    #[test]
    fn only_the_last_run_keeps_its_code_and_the_list_has_an_end() {
        let mut interview = interview();
        let runs = HISTORY_MAX as u32 + 5;
        for number in 1..=runs {
            ask(&mut interview, u64::from(number) * 10_000, RunScope::Visible);
            finish(&mut interview, u64::from(number) * 10_000 + 1, number, report(&[Verdict::Accepted; 2], None));
        }
        let log = interview.runs();
        assert_eq!((log.history().count(), log.last().map(|run| run.id)), (HISTORY_MAX, Some(RunId(runs))));
        assert_eq!(log.history().filter(|run| !run.code.is_empty() || run.report.is_some()).count(), 1);
        assert_eq!(log.facts().runs, runs);
    }
}
