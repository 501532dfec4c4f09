//! Edge cases of the question's file that the candidate names.

use super::figures::{plain_words, rate};
use super::lists::Phrases;
use super::{Measure, Metric, Place, Unit, Why};
use crate::scorecard::record::Record;
use crate::units::*;

/// Edge cases named.
pub const EDGE_CASES: Metric = Metric {
    id: "edge_cases_named",
    unit: Unit::Count,
    about: "edge cases of the question's file that the candidate named",
    measure: |record| named(record).map(Measure::count).into(),
};

/// Their share.
pub const EDGE_CASE_SHARE: Metric = Metric {
    id: "edge_case_share",
    unit: Unit::Permille,
    about: "share of the file's edge cases that the candidate named",
    measure: |record| {
        let share = |places: Vec<Place>| {
            let all = record.setup.course.edge_cases.len() as u64;
            Measure::of(rate(places.len() as u64, 1000, all), places)
        };
        named(record).map(share).into()
    },
};

/// Named before anything was run.
pub const EDGE_CASES_BEFORE_RUN: Metric = Metric {
    id: "edge_cases_before_first_run",
    unit: Unit::Count,
    about: "edge cases named before the first run",
    measure: |record| {
        let first = record.runs.first().map_or(At(u64::MAX), |run| run.at);
        let before = |mut places: Vec<Place>| {
            places.retain(|place| place.from < first);
            Measure::count(places)
        };
        named(record).map(before).into()
    },
};

/// Where each was named first, in order of time.
fn named(record: &Record) -> Result<Vec<Place>, Why> {
    let cases = &record.setup.course.edge_cases;
    if cases.is_empty() {
        return Err(Why::NotInTheQuestion);
    }
    let said: Vec<_> = record.said().map(|utterance| (utterance, plain_words(&utterance.text))).collect();
    let mut places = Vec::new();
    for case in cases {
        let phrases = Phrases::new(case.say.iter().map(String::as_str));
        let found = said.iter().find_map(|(utterance, (words, chars))| {
            let first = phrases.find_in(words, chars).into_iter().next()?;
            Some(Place::said(utterance, first.chars).named(&case.id))
        });
        places.extend(found);
    }
    places.sort_by_key(|place| (place.from, place.utterance));
    Ok(places)
}
