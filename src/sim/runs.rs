//! What runs code, as the core meets it: reports as the scenario writes them, each after its time. Nothing is executed.

use super::clock::Queue;
use super::scenario::{RunManner, entry};
use crate::interview::event::Event;
use crate::interview::run::{HiddenCount, RunReport, RunScope, TestError, TestReport, Verdict};
use crate::interview::setup::Workspace;
use crate::units::*;
use std::collections::BTreeMap;

/// The runner of one interview.
#[derive(Debug, Default)]
pub struct Runner {
    manners: Vec<RunManner>,
    visible: Vec<String>,
    hidden: u32,
    asked: usize,
    running: BTreeMap<RunId, (RunScope, RunManner)>,
    queue: Queue<RunId>,
}

impl Runner {
    /// A runner with these manners for the tests of this workspace.
    pub fn new(manners: &[RunManner], workspace: Option<&Workspace>) -> Self {
        Runner {
            manners: manners.to_vec(),
            visible: workspace
                .map(|workspace| workspace.visible_tests.iter().map(|test| test.id.clone()).collect())
                .unwrap_or_default(),
            hidden: workspace.map_or(0, |workspace| workspace.hidden_tests),
            ..Runner::default()
        }
    }

    /// It is given a run.
    pub fn start(&mut self, now: At, run: RunId, scope: RunScope) {
        let manner: RunManner = entry(&self.manners, self.asked);
        self.asked += 1;
        if !manner.stalls {
            self.queue.push(now + manner.takes_ms, run);
        }
        self.running.insert(run, (scope, manner));
    }

    /// The run is not wanted any more.
    pub fn cancel(&mut self, run: RunId) {
        self.running.remove(&run);
        self.queue.retain(|of| *of != run);
    }

    /// When something comes.
    pub fn due(&self) -> Option<At> {
        self.queue.due()
    }

    /// What comes.
    pub fn next(&mut self, now: At) -> Option<Event> {
        let run = self.queue.pop_due(now)?;
        let (scope, manner) = self.running.remove(&run)?;
        Some(match manner.fails {
            Some(kind) => Event::RunFailed { run, kind, message: "as the scenario says".into() },
            None => Event::RunFinished { run, report: self.report(scope, &manner) },
        })
    }

    fn report(&self, scope: RunScope, manner: &RunManner) -> RunReport {
        let ids = match scope {
            RunScope::Custom => vec!["custom".to_owned()],
            RunScope::Visible | RunScope::All => self.visible.clone(),
        };
        let test = |(place, id): (usize, String)| {
            let verdict = manner.tests.get(place).copied().unwrap_or(Verdict::Accepted);
            let broke = matches!(verdict, Verdict::RuntimeError | Verdict::TimeLimit | Verdict::MemoryLimit);
            let error = TestError { kind: "scripted".into(), message: "as the scenario says".into(), line: Some(3) };
            TestReport {
                id,
                verdict,
                value: (!broke).then(|| "1".into()),
                stdout: manner.prints.clone(),
                error: broke.then_some(error),
                cpu: Ms(1),
                ran: true,
            }
        };
        let tests: Vec<TestReport> = ids.into_iter().enumerate().map(test).collect();
        let hidden = (scope == RunScope::All && self.hidden > 0).then(|| HiddenCount {
            passed: manner.hidden_passed.unwrap_or(self.hidden).min(self.hidden),
            total: self.hidden,
        });
        let failed = tests.iter().map(|test| test.verdict).find(|verdict| *verdict != Verdict::Accepted);
        let hidden_failed = hidden.filter(|hidden| hidden.passed < hidden.total).map(|_| Verdict::WrongAnswer);
        RunReport {
            verdict: failed.or(hidden_failed).unwrap_or(Verdict::Accepted),
            compile: None,
            tests,
            hidden,
            truncated: false,
            tier: "fake".into(),
            queued: Ms(0),
            took: manner.takes_ms,
        }
    }
}
