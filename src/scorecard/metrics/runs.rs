//! How code was tried: how often, with how little changed in between, with which errors, and how soon what failed passed.

use super::figures::{can_run, percentile};
use super::passing::verdict;
use super::{Measure, Metric, Place, Unit, Why};
use crate::interview::run::{RunReport, Verdict};
use crate::scorecard::record::{Record, Run, Span};
use std::collections::BTreeMap;

const fn counted(id: &'static str, about: &'static str, measure: fn(&Record) -> Measure) -> Metric {
    Metric { id, unit: Unit::Count, about, measure }
}

/// Runs.
pub const COUNT: Metric = counted("runs", "runs asked for, on tests or an input of one's own", |record| {
    each(record, |record| record.runs.iter().map(place).collect())
});

/// Runs of the very code that was run before.
pub const WITHOUT_EDIT: Metric =
    counted("runs_without_edit", "of these, on the same code as the run before", |record| {
        each(record, |record| {
            let same = |pair: &[Run]| match pair {
                [before, after] if (before.language, &before.code_hash) == (after.language, &after.code_hash) => {
                    Some(place(after))
                }
                _ => None,
            };
            record.runs.windows(2).filter_map(same).collect()
        })
    });

/// The longest streak of failing runs.
pub const FAILING_STREAK: Metric =
    counted("failing_streak", "runs of the tests in a row that failed, at most", |record| {
        let mut longest: Vec<Place> = Vec::new();
        let mut streak: Vec<Place> = Vec::new();
        for (run, report) in tested(record) {
            match report.verdict {
                Verdict::Accepted => streak.clear(),
                // The runner's failure is not the candidate's.
                Verdict::RunnerFailed => {}
                _ => streak.push(place(run)),
            }
            if streak.len() > longest.len() {
                longest.clone_from(&streak);
            }
        }
        each(record, |_| longest)
    });

/// Runs that did not compile.
pub const COMPILE_ERRORS: Metric =
    counted("runs_compile_error", "runs that did not compile", |r| with(r, &[Verdict::CompileError]));
/// Runs that crashed.
pub const RUNTIME_ERRORS: Metric =
    counted("runs_runtime_error", "runs that broke off with an error", |r| with(r, &[Verdict::RuntimeError]));
/// Runs with a wrong answer.
pub const WRONG_ANSWERS: Metric =
    counted("runs_wrong_answer", "runs with a wrong answer", |r| with(r, &[Verdict::WrongAnswer]));
/// Runs that took too long.
pub const TIME_LIMITS: Metric =
    counted("runs_time_limit", "runs that took too long", |r| with(r, &[Verdict::TimeLimit]));
/// Runs that took too much of something else.
pub const OTHER_LIMITS: Metric =
    counted("runs_other_limit", "runs that took too much memory or printed too much", |r| {
        with(r, &[Verdict::MemoryLimit, Verdict::OutputLimit])
    });

/// Tests that failed and passed later.
pub const FIXES: Metric =
    counted("fixes", "tests that failed in one run and passed in a later one", |record| each(record, fixes));

/// How long that took.
pub const FIX_TIME: Metric = Metric {
    id: "fix_time_median",
    unit: Unit::Ms,
    about: "from the first run in which a test failed to the next in which it passed: the median over tests",
    measure: |record| {
        if let Err(why) = can_run(record) {
            return Measure::none(why);
        }
        let places = fixes(record);
        let times: Vec<u64> = places.iter().map(|place| (place.to - place.from).0).collect();
        percentile(&times, 500).map_or(Measure::none(Why::DidNotHappen), |median| Measure::of(median, places))
    },
};

fn each(record: &Record, places: impl FnOnce(&Record) -> Vec<Place>) -> Measure {
    match can_run(record) {
        Ok(()) => Measure::count(places(record)),
        Err(why) => Measure::none(why),
    }
}

fn tested(record: &Record) -> impl Iterator<Item = (&Run, &RunReport)> {
    record.runs.iter().filter_map(|run| Some((run, run.tested()?)))
}

fn place(run: &Run) -> Place {
    let place = Place::run(run);
    match run.tested() {
        Some(report) => place.named(verdict(report.verdict)),
        None => place,
    }
}

fn with(record: &Record, verdicts: &[Verdict]) -> Measure {
    let found = tested(record).filter(|(_, report)| verdicts.contains(&report.verdict));
    each(record, |_| found.map(|(run, _)| place(run)).collect())
}

/// From a test's first failing run to the next one in which it passes.
fn fixes(record: &Record) -> Vec<Place> {
    let (mut failing, mut fixes) = (BTreeMap::new(), Vec::new());
    for (run, report) in tested(record) {
        let Some(done) = run.done else { continue };
        for test in report.tests.iter().filter(|test| test.ran) {
            match test.verdict {
                Verdict::Accepted => {
                    if let Some(from) = failing.remove(test.id.as_str()) {
                        fixes.push(Place {
                            run: Some(run.run),
                            ..Place::span(Span { from, to: done.at }).named(&test.id)
                        });
                    }
                }
                Verdict::RunnerFailed => {}
                _ => _ = failing.entry(test.id.as_str()).or_insert(done.at),
            }
        }
    }
    fixes
}
