//! Hints: how many, how far up the ladder, how they came about, and whether they helped.

use super::figures::rate;
use super::{Measure, Metric, Place, Unit, Why};
use crate::scorecard::record::{Hint, HintBy, Record};
use crate::units::*;

/// A hint helped when more tests pass within this.
const HELPS_WITHIN: Ms = Ms(5 * 60_000);

/// Hints released.
pub const COUNT: Metric =
    Metric { id: "hints", unit: Unit::Count, about: "hints released", measure: |record| counted(record, |_, _| true) };

/// The highest tier.
pub const HIGHEST_TIER: Metric = Metric {
    id: "hint_highest_tier",
    unit: Unit::Tier,
    about: "the highest tier released; 0 for none",
    measure: |record| {
        with_ladder(record, |record| {
            let highest = record.hints.iter().max_by_key(|hint| (hint.tier, std::cmp::Reverse(hint.seq)));
            Measure::of(highest.map_or(0, |hint| hint.tier), highest.map(place).into_iter().collect())
        })
    },
};

/// Hints asked for.
pub const ASKED: Metric = Metric {
    id: "hints_asked_for",
    unit: Unit::Count,
    about: "hints that the candidate asked for, in words or by hand",
    measure: |record| counted(record, |_, hint| hint.by != HintBy::Offer),
};

/// Hints taken when offered.
pub const TAKEN: Metric = Metric {
    id: "hints_taken",
    unit: Unit::Count,
    about: "hints that were offered and taken",
    measure: |record| counted(record, |_, hint| hint.by == HintBy::Offer),
};

/// Hints offered, taken or not.
pub const OFFERED: Metric = Metric {
    id: "hints_offered",
    unit: Unit::Count,
    about: "offers of a hint, taken or not",
    measure: |record| {
        with_ladder(record, |record| Measure::count(record.offers.iter().copied().map(Place::moment).collect()))
    },
};

/// Runs before the first hint.
pub const RUNS_BEFORE: Metric = Metric {
    id: "runs_before_first_hint",
    unit: Unit::Count,
    about: "runs of the tests before the first hint",
    measure: |record| {
        with_ladder(record, |record| {
            let Some(first) = record.hints.first() else { return Measure::none(Why::DidNotHappen) };
            let runs = record.runs.iter().filter(|run| run.tested().is_some() && run.seq < first.seq);
            Measure::count(runs.map(Place::run).collect())
        })
    },
};

/// Hints after which more tests passed.
pub const HELPED: Metric = Metric {
    id: "hints_that_helped",
    unit: Unit::Count,
    about: "hints after which a larger share of the visible tests passed within five minutes",
    measure: |record| counted(record, helped),
};

fn with_ladder(record: &Record, measure: impl FnOnce(&Record) -> Measure) -> Measure {
    match record.setup.course.hints.is_empty() {
        true => Measure::none(Why::NotInTheQuestion),
        false => measure(record),
    }
}

fn counted(record: &Record, counts: fn(&Record, &Hint) -> bool) -> Measure {
    with_ladder(record, |record| {
        Measure::count(record.hints.iter().filter(|hint| counts(record, hint)).map(place).collect())
    })
}

fn place(hint: &Hint) -> Place {
    let by = match hint.by {
        HintBy::Words => "words",
        HintBy::Button => "button",
        HintBy::Offer => "offer",
    };
    Place::step(hint.seq, hint.at).with(hint.tier).named(by)
}

fn helped(record: &Record, hint: &Hint) -> bool {
    let shares = record.runs.iter().filter_map(|run| {
        let (passed, total) = run.tested()?.visible();
        Some((run.done?.at, rate(u64::from(passed), 1000, u64::from(total))))
    });
    let before = shares.clone().rfind(|(at, _)| *at <= hint.at).map_or(0, |(_, share)| share);
    let mut after = shares.filter(|(at, _)| *at > hint.at && *at - hint.at <= HELPS_WITHIN);
    after.any(|(_, share)| share > before)
}
