//! How much of the tests passed, over time and at the end.

use super::figures::{can_run, rate, since_question};
use super::{Measure, Metric, Place, Unit, Why};
use crate::interview::run::{RunReport, Verdict};
use crate::scorecard::record::{Record, Run, Span};
use crate::spelling::spelled;

/// The curve of passed tests and the area under it.
pub const AREA: Metric = Metric {
    id: "test_pass_area",
    unit: Unit::Permille,
    about: "mean share of visible tests that passed, over the time from the question to the end; each run is a place",
    measure: |record| area(record).into(),
};

/// Visible tests at the end.
pub const VISIBLE_AT_THE_END: Metric = Metric {
    id: "visible_passed_at_the_end",
    unit: Unit::Permille,
    about: "share of visible tests that the last run of them passed",
    measure: |record| last(record, |report| Some(report.visible())).into(),
};

/// Hidden tests at the end.
pub const HIDDEN_AT_THE_END: Metric = Metric {
    id: "hidden_passed_at_the_end",
    unit: Unit::Permille,
    about: "share of hidden tests that the last run of them passed",
    measure: |record| {
        if record.setup.workspace.as_ref().is_some_and(|workspace| workspace.hidden_tests == 0) {
            return Measure::none(Why::NotInTheQuestion);
        }
        last(record, |report| report.hidden.map(|hidden| (hidden.passed, hidden.total))).into()
    },
};

/// Runs of tests that were run, with what they came to.
fn tested(record: &Record) -> Result<Vec<(&Run, &RunReport)>, Why> {
    can_run(record)?;
    let runs: Vec<_> = record.runs.iter().filter_map(|run| Some((run, run.tested()?))).collect();
    if runs.is_empty() { Err(Why::NoRuns) } else { Ok(runs) }
}

fn share((passed, total): (u32, u32)) -> u64 {
    rate(u64::from(passed), 1000, u64::from(total))
}

/// The name of a verdict, as in recordings.
pub fn verdict(verdict: Verdict) -> String {
    spelled(&verdict)
}

fn area(record: &Record) -> Result<Measure, Why> {
    let runs = tested(record)?;
    let whole = since_question(record)?;
    let (mut places, mut passed, mut since, mut now) = (Vec::new(), 0_u128, whole.from, 0_u64);
    for (run, report) in runs {
        let done = run.done.map_or(run.at, |done| done.at).clamp(whole.from, whole.to);
        passed += u128::from((done - since).0) * u128::from(now);
        (since, now) = (done.max(since), share(report.visible()));
        places.push(Place::run(run).with(now).named(verdict(report.verdict)));
    }
    passed += u128::from(Span { from: since, to: whole.to }.length().0) * u128::from(now);
    let mean = passed / u128::from(whole.length().0.max(1));
    Ok(Measure::of(mean, places))
}

fn last(record: &Record, counts: fn(&RunReport) -> Option<(u32, u32)>) -> Result<Measure, Why> {
    let runs = tested(record)?;
    let last = runs.iter().rev().find_map(|(run, report)| Some((run, counts(report)?)));
    let (run, counts) = last.ok_or(Why::NoRuns)?;
    Ok(Measure::of(share(counts), vec![Place::run(run).with(share(counts))]))
}
