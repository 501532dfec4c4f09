//! Runs of the candidate's code: the core's wish becomes a job of the runner, the runner's report what may be known of it.
//! Here the report is sealed: of hidden tests nothing goes on but how many there are and how many passed.

use super::tasks::Task;
use crate::interview::command::Show;
use crate::interview::event::Event;
use crate::interview::run as core;
use crate::interview::setup::{Runs as RunsSetup, Workspace};
use crate::language::Language;
use crate::providers::runner::{self, Job, RunError, RunErrorKind, Runner};
use crate::units::*;
use crate::wire::workspace as wire;
use crate::wire::{ServerEvent, name};
use std::sync::Arc;
use tokio::sync::mpsc;

/// The id of the candidate's own input among the tests of a report.
const CUSTOM_ID: &str = "custom";
/// Most that is kept of a test's answer, and of what it printed, in bytes each; more is cut and the report says so.
pub const TEST_TEXT_BYTES_MAX: usize = 4 * 1024;

/// Makes jobs of the interview's question: it alone knows the tests.
pub trait Jobs: Send + Sync {
    /// The job that runs this code. May take some ms: large inputs are copied.
    ///
    /// # Errors
    /// In words for the candidate: their own input does not fit, or the question has no such tests.
    fn job(
        &self,
        session: &str,
        language: Language,
        code: &str,
        scope: core::RunScope,
        input: Option<&str>,
    ) -> Result<Job, String>;
}

/// What an interview needs to run code.
#[derive(Clone)]
pub struct Runs {
    /// What runs it.
    pub runner: Arc<dyn Runner>,
    /// What it is run on.
    pub jobs: Arc<dyn Jobs>,
}

/// A run that the core asked for.
pub(super) struct Order {
    pub run: RunId,
    pub session: String,
    pub language: Language,
    pub code: String,
    pub scope: core::RunScope,
    pub input: Option<String>,
}

/// The run in flight and the last one that the client was told of.
#[derive(Default)]
pub(super) struct InFlight {
    task: Option<(RunId, Task)>,
    told: Option<Told>,
    /// The last run's end, over tests and over an input of the candidate's own, and the beginning of the one in flight: for
    /// a client that comes without having seen them.
    ended: Option<ServerEvent>,
    tried: Option<ServerEvent>,
    begun: Option<ServerEvent>,
}

/// What the client was told of a run when it began; its end repeats it.
struct Told {
    run: RunId,
    scope: core::RunScope,
    language: Language,
    input: Option<String>,
}

impl InFlight {
    /// Runs the order; its end comes as an event.
    pub(super) fn begin(&mut self, runs: Option<&Runs>, order: Order, facts: mpsc::Sender<Event>) -> Option<Event> {
        let run = order.run;
        if let Some(told) = self.told.as_mut().filter(|told| told.run == run) {
            told.input.clone_from(&order.input);
        }
        let Some(runs) = runs.cloned() else {
            let message = "running code is switched off on this server".to_owned();
            return Some(Event::RunFailed { run, kind: core::RunFailure::Disabled, message });
        };
        let task = Task::spawn("run", async move {
            // When nobody listens any more the interview is over.
            facts.send(perform(runs, order).await).await.ok();
        });
        self.task = Some((run, task));
        None
    }

    /// The run is no longer wanted; whatever it started ends.
    pub(super) fn cancel(&mut self, run: RunId) {
        self.task.take_if(|(known, _)| *known == run);
    }

    /// What a client that has seen nothing is told of the runs so far.
    pub(super) fn again(&self) -> impl Iterator<Item = &ServerEvent> {
        self.ended.iter().chain(&self.tried).chain(&self.begun)
    }

    /// The event that tells the client of a run; none for other shows.
    pub(super) fn tell(&mut self, show: &Show, workspace: Option<&Workspace>) -> Option<ServerEvent> {
        let event = self.event(show, workspace)?;
        match &event {
            ServerEvent::RunStarted { .. } => self.begun = Some(event.clone()),
            ServerEvent::RunFinished { scope, .. } => {
                self.begun = None;
                let place = if *scope == wire::RunScope::Custom { &mut self.tried } else { &mut self.ended };
                *place = Some(event.clone());
            }
            _ => {}
        }
        Some(event)
    }

    fn event(&mut self, show: &Show, workspace: Option<&Workspace>) -> Option<ServerEvent> {
        match show {
            Show::RunStarted { run, scope, language } => {
                self.told = Some(Told { run: *run, scope: *scope, language: *language, input: None });
                let scope = wire_scope(*scope);
                Some(ServerEvent::RunStarted { run: name::run(*run), scope, language: *language })
            }
            Show::RunFinished { run, report } => {
                let told = self.told.take_if(|told| told.run == *run)?;
                let total = match told.scope {
                    core::RunScope::Custom => 1,
                    _ => workspace.map_or(0, |workspace| workspace.visible_tests.len() as u32),
                };
                Some(ServerEvent::RunFinished {
                    run: name::run(*run),
                    scope: wire_scope(told.scope),
                    language: told.language,
                    report: Some(view(report, total, |id| texts(id, workspace, &told))),
                    error: None,
                })
            }
            Show::RunFailed { run, kind, message } => {
                let told = self.told.take_if(|told| told.run == *run)?;
                Some(ServerEvent::RunFinished {
                    run: name::run(*run),
                    scope: wire_scope(told.scope),
                    language: told.language,
                    report: None,
                    error: Some(wire::RunProblem { kind: wire_failure(*kind), message: message.clone() }),
                })
            }
            _ => None,
        }
    }
}

/// A test's input and what is expected of it.
fn texts(id: &str, workspace: Option<&Workspace>, told: &Told) -> (String, Option<String>) {
    let known = workspace.and_then(|workspace| workspace.visible_tests.iter().find(|test| test.id == id));
    match known.filter(|_| told.scope != core::RunScope::Custom) {
        Some(test) => (test.input.clone(), Some(test.expected.clone())),
        None => (told.input.clone().unwrap_or_default(), None),
    }
}

/// One run, as the event that ends it.
async fn perform(runs: Runs, order: Order) -> Event {
    let run = order.run;
    let began = tokio::time::Instant::now();
    let result = match make(&runs, order).await {
        Ok(job) => runs.runner.run(job).await,
        Err(error) => Err(error),
    };
    let outcome = match &result {
        Ok(_) => "finished",
        Err(error) => kind_name(error.kind),
    };
    metrics::counter!("viva_runs_total", "outcome" => outcome).increment(1);
    metrics::histogram!("viva_run_seconds").record(began.elapsed().as_secs_f64());
    match result {
        Ok(report) => Event::RunFinished { run, report: sealed(&report) },
        Err(error) => failed(run, error),
    }
}

async fn make(runs: &Runs, order: Order) -> Result<Job, RunError> {
    let jobs = runs.jobs.clone();
    let work = move || {
        let Order { session, language, code, scope, input, .. } = order;
        jobs.job(&session, language, &code, scope, input.as_deref())
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(made) => made.map_err(|why| RunError::new(RunErrorKind::Refused, why)),
        Err(error) => Err(RunError::new(RunErrorKind::Failed, format!("a job could not be made: {error}"))),
    }
}

fn failed(run: RunId, error: RunError) -> Event {
    let kind = match error.kind {
        RunErrorKind::Busy => core::RunFailure::Busy,
        RunErrorKind::Throttled => core::RunFailure::Throttled,
        RunErrorKind::Disabled => core::RunFailure::Disabled,
        RunErrorKind::Refused => core::RunFailure::Refused,
        RunErrorKind::Unsupported => core::RunFailure::Unsupported,
        RunErrorKind::Failed => {
            tracing::error!(problem = error.message, "a run failed");
            let message = "the runner failed; it is not your code's fault, try again".to_owned();
            return Event::RunFailed { run, kind: core::RunFailure::Failed, message };
        }
    };
    Event::RunFailed { run, kind, message: error.message }
}

fn kind_name(kind: RunErrorKind) -> &'static str {
    match kind {
        RunErrorKind::Busy => "busy",
        RunErrorKind::Throttled => "throttled",
        RunErrorKind::Disabled => "disabled",
        RunErrorKind::Refused => "refused",
        RunErrorKind::Unsupported => "unsupported",
        RunErrorKind::Failed => "failed",
    }
}

/// What may be known of a report.
fn sealed(report: &runner::RunReport) -> core::RunReport {
    let verdict = verdict(report.verdict());
    let report = report.for_client();
    let mut cut = false;
    let tests = report.tests.into_iter().map(|test| self::test(test, &mut cut)).collect();
    core::RunReport {
        verdict,
        compile: report.compile.map(|stage| core::CompileReport {
            verdict: self::verdict(stage.verdict),
            output: stage.output,
            line: stage.line,
        }),
        tests,
        hidden: report
            .hidden
            .filter(|hidden| hidden.total > 0)
            .map(|hidden| core::HiddenCount { passed: hidden.passed, total: hidden.total }),
        truncated: report.truncated || cut,
        tier: report.tier.name().to_owned(),
        queued: Ms(report.queue_ms),
        took: Ms(report.run_ms),
    }
}

fn test(test: runner::TestReport, cut: &mut bool) -> core::TestReport {
    let mut short = |text: String| {
        let end = text.floor_char_boundary(TEST_TEXT_BYTES_MAX);
        *cut |= end < text.len();
        text.get(..end).unwrap_or_default().to_owned()
    };
    core::TestReport {
        verdict: verdict(test.verdict),
        value: test.value.map(&mut short),
        stdout: test.stdout.map(&mut short),
        error: test.error.map(|error| core::TestError { kind: error.kind, message: error.message, line: error.line }),
        cpu: Ms(test.cpu_ms),
        ran: test.ran,
        id: test.id,
    }
}

fn verdict(verdict: runner::Verdict) -> core::Verdict {
    match verdict {
        runner::Verdict::Accepted => core::Verdict::Accepted,
        runner::Verdict::WrongAnswer => core::Verdict::WrongAnswer,
        runner::Verdict::RuntimeError => core::Verdict::RuntimeError,
        runner::Verdict::TimeLimit => core::Verdict::TimeLimit,
        runner::Verdict::MemoryLimit => core::Verdict::MemoryLimit,
        runner::Verdict::OutputLimit => core::Verdict::OutputLimit,
        runner::Verdict::CompileError => core::Verdict::CompileError,
        runner::Verdict::Internal => core::Verdict::RunnerFailed,
    }
}

/// A report as the client sees it; `texts` gives a test's input and what is expected.
fn view(report: &core::RunReport, total: u32, texts: impl Fn(&str) -> (String, Option<String>)) -> wire::RunView {
    let test = |test: &core::TestReport| {
        let (input, expected) = texts(&test.id);
        let error = test.error.as_ref().map(|error| wire::TestFailure {
            kind: error.kind.clone(),
            message: error.message.clone(),
            line: error.line,
        });
        wire::TestView {
            id: if expected.is_some() { test.id.clone() } else { CUSTOM_ID.to_owned() },
            verdict: wire_verdict(test.verdict),
            input,
            expected,
            value: test.value.clone(),
            stdout: test.stdout.clone(),
            error,
            cpu_ms: test.cpu.0,
            ran: test.ran,
        }
    };
    wire::RunView {
        verdict: wire_verdict(report.verdict),
        compile: report.compile.as_ref().map(|stage| wire::CompileView {
            verdict: wire_verdict(stage.verdict),
            output: stage.output.clone(),
            line: stage.line,
        }),
        passed: report.visible().0,
        total,
        tests: report.tests.iter().map(test).collect(),
        hidden: report.hidden.map(|hidden| wire::HiddenView { passed: hidden.passed, total: hidden.total }),
        truncated: report.truncated,
        tier: report.tier.clone(),
        queued_ms: report.queued.0,
        took_ms: report.took.0,
    }
}

fn wire_verdict(verdict: core::Verdict) -> wire::Verdict {
    match verdict {
        core::Verdict::Accepted => wire::Verdict::Accepted,
        core::Verdict::WrongAnswer => wire::Verdict::WrongAnswer,
        core::Verdict::RuntimeError => wire::Verdict::RuntimeError,
        core::Verdict::TimeLimit => wire::Verdict::TimeLimit,
        core::Verdict::MemoryLimit => wire::Verdict::MemoryLimit,
        core::Verdict::OutputLimit => wire::Verdict::OutputLimit,
        core::Verdict::CompileError => wire::Verdict::CompileError,
        core::Verdict::RunnerFailed => wire::Verdict::RunnerFailed,
    }
}

fn wire_failure(kind: core::RunFailure) -> wire::RunFailure {
    match kind {
        core::RunFailure::Busy => wire::RunFailure::Busy,
        core::RunFailure::Throttled => wire::RunFailure::Throttled,
        core::RunFailure::Disabled => wire::RunFailure::Disabled,
        core::RunFailure::Refused => wire::RunFailure::Refused,
        core::RunFailure::Unsupported => wire::RunFailure::Unsupported,
        core::RunFailure::Failed => wire::RunFailure::Failed,
        core::RunFailure::Overdue => wire::RunFailure::Overdue,
    }
}

fn wire_scope(scope: core::RunScope) -> wire::RunScope {
    match scope {
        core::RunScope::Visible => wire::RunScope::Visible,
        core::RunScope::All => wire::RunScope::All,
        core::RunScope::Custom => wire::RunScope::Custom,
    }
}

/// The core's word for a scope that a client names.
pub(super) fn core_scope(scope: wire::RunScope) -> core::RunScope {
    match scope {
        wire::RunScope::Visible => core::RunScope::Visible,
        wire::RunScope::All => core::RunScope::All,
        wire::RunScope::Custom => core::RunScope::Custom,
    }
}

/// The workspace as clients see it; `entry`, `input` and `hints` come from the question's file.
pub fn workspace(workspace: &Workspace, entry: String, input: String, hints: u32) -> wire::WorkspaceView {
    let test = |test: &crate::interview::setup::VisibleTest| wire::VisibleTest {
        id: test.id.clone(),
        input: test.input.clone(),
        expected: test.expected.clone(),
    };
    wire::WorkspaceView {
        languages: workspace.languages.clone(),
        language: workspace.language,
        entry,
        input,
        tests: workspace.visible_tests.iter().map(test).collect(),
        hidden: workspace.hidden_tests,
        runs: match &workspace.runs {
            RunsSetup::Available { tier, languages } => {
                wire::RunsView { available: true, languages: languages.clone(), tier: Some(tier.clone()), why: None }
            }
            RunsSetup::Unavailable { why } => wire::RunsView { why: Some(why.clone()), ..wire::RunsView::default() },
        },
        hints,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(run: u32, scope: core::RunScope) -> Show {
        Show::RunStarted { run: RunId(run), scope, language: Language::Python3 }
    }

    fn failed(run: u32) -> Show {
        Show::RunFailed { run: RunId(run), kind: core::RunFailure::Busy, message: "all boxes are taken".into() }
    }

    fn names(running: &InFlight) -> Vec<String> {
        let name = |event: &ServerEvent| match event {
            ServerEvent::RunStarted { run, .. } => format!("{run} started"),
            ServerEvent::RunFinished { run, .. } => format!("{run} finished"),
            other => format!("{other:?}"),
        };
        running.again().map(name).collect()
    }

    #[test]
    fn a_client_that_saw_nothing_is_told_the_last_end_of_each_sort_and_what_is_in_flight() {
        let mut running = InFlight::default();
        assert!(names(&running).is_empty());
        for (run, scope) in [(1, core::RunScope::Visible), (2, core::RunScope::Custom), (3, core::RunScope::All)] {
            assert!(running.tell(&started(run, scope), None).is_some());
            assert!(running.tell(&failed(run), None).is_some());
        }
        assert_eq!(names(&running), ["run_3 finished", "run_2 finished"]);
        running.tell(&started(4, core::RunScope::Visible), None);
        assert_eq!(names(&running), ["run_3 finished", "run_2 finished", "run_4 started"]);
        running.tell(&failed(4), None);
        assert_eq!(names(&running), ["run_4 finished", "run_2 finished"]);
    }
}
