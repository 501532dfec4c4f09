//! When things were first reached, counted from the question.

use super::figures::{can_run, first_code, since_question};
use super::lists::{self, Phrases};
use super::{Measure, Metric, Place, Unit, Why, complexity};
use crate::interview::run::RunReport;
use crate::scorecard::record::{Record, Run};

const fn first(id: &'static str, about: &'static str, measure: fn(&Record) -> Measure) -> Metric {
    Metric { id, unit: Unit::Ms, about, measure }
}

/// The first words that tell how.
pub const FIRST_APPROACH: Metric = first(
    "time_to_first_approach",
    "from the question to the first words that name a way to solve it or what it costs",
    |record| first_approach(record).into(),
);

/// The first code.
pub const FIRST_CODE: Metric =
    first("time_to_first_code", "from the question to the first ten signs of the candidate's own code", |record| {
        let measure = || {
            let since = since_question(record)?;
            let code = first_code(record)?;
            Ok(Measure::of((code.at - since.from).0, vec![Place::moment(code)]))
        };
        measure().into()
    });

/// The first run of tests that was run.
pub const FIRST_RUN: Metric =
    first("time_to_first_run", "from the question to the first run of the tests", |r| first_run(r, |_, _| true).into());

/// The first visible test.
pub const FIRST_VISIBLE_PASS: Metric =
    first("time_to_first_visible_pass", "from the question to the first visible test that passes", |record| {
        first_run(record, |_, report| report.visible().0 > 0).into()
    });

/// All visible tests.
pub const ALL_VISIBLE_PASS: Metric =
    first("time_to_all_visible_pass", "from the question to the first run that passes all visible tests", |record| {
        first_run(record, |record, report| {
            let tests = record.setup.workspace.as_ref().map_or(0, |workspace| workspace.visible_tests.len());
            tests > 0 && report.visible().0 as usize >= tests
        })
        .into()
    });

/// All hidden tests.
pub const ALL_HIDDEN_PASS: Metric =
    first("time_to_all_hidden_pass", "from the question to the first run that passes all hidden tests", |record| {
        if record.setup.workspace.as_ref().is_some_and(|workspace| workspace.hidden_tests == 0) {
            return Measure::none(Why::NotInTheQuestion);
        }
        first_run(record, |_, report| report.hidden.is_some_and(|h| h.total > 0 && h.passed == h.total)).into()
    });

fn first_run(record: &Record, reached: fn(&Record, &RunReport) -> bool) -> Result<Measure, Why> {
    can_run(record)?;
    let since = since_question(record)?;
    let runs = record.runs.iter().filter(|run| run.tested().is_some());
    let fits = |run: &&Run| run.tested().is_some_and(|report| reached(record, report));
    let run = runs.clone().find(fits).ok_or(if runs.count() == 0 { Why::NoRuns } else { Why::DidNotHappen })?;
    let done = run.done.map_or(run.at, |done| done.at);
    Ok(Measure::of((done - since.from).0, vec![Place::run(run)]))
}

fn first_approach(record: &Record) -> Result<Measure, Why> {
    let since = since_question(record)?;
    let lists = lists::of(&record.setup.language).ok_or(Why::NoWordList)?;
    let own: Vec<String> =
        record.setup.course.approaches.iter().map(|way| way.id.replace(['-', '_', '+'], " ")).collect();
    let own = Phrases::new(own.iter().map(String::as_str).filter(|name| name.contains(' ')));
    for utterance in record.said().filter(|utterance| utterance.span.from >= since.from) {
        let named = [own.find(&utterance.text), lists.approaches.find(&utterance.text)].into_iter().flatten();
        let named = named.map(|found| (found.chars, found.phrase));
        let costs = complexity::stated(&utterance.text).into_iter().map(|stated| (stated.chars, stated.canonical));
        if let Some((chars, name)) = named.chain(costs).min_by_key(|(chars, _)| chars.start) {
            let place = Place::said(utterance, chars).named(name);
            return Ok(Measure::of((utterance.span.from - since.from).0, vec![place]));
        }
    }
    Err(Why::DidNotHappen)
}
