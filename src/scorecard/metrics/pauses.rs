//! Silent pauses within the candidate's turns. Their lengths are log-normal: medians and percentiles, no means.

use super::figures::{percentile, spoken};
use super::{Measure, Metric, Place, Unit, Why};
use crate::scorecard::record::{Record, Span};
use crate::units::*;

/// Shorter gaps are part of articulation.
const MIN: Ms = Ms(250);
/// Pauses below this are short.
const SHORT_BELOW: Ms = Ms(1_000);
/// Pauses from here on are long.
const LONG_FROM: Ms = Ms(2_000);
/// Pauses from here on are stalls.
const STALL_FROM: Ms = Ms(5_000);

/// Pauses of at least 250 ms.
pub const COUNT: Metric = Metric {
    id: "pauses",
    unit: Unit::Count,
    about: "silences of at least 250 ms within turns",
    measure: |record| counted(record, |_| true),
};
/// Short ones.
pub const SHORT: Metric = Metric {
    id: "pauses_short",
    unit: Unit::Count,
    about: "of these, below a second",
    measure: |record| counted(record, |length| length < SHORT_BELOW),
};
/// Long ones.
pub const LONG: Metric = Metric {
    id: "pauses_long",
    unit: Unit::Count,
    about: "of these, two seconds or more",
    measure: |record| counted(record, |length| length >= LONG_FROM),
};
/// Stalls.
pub const STALLS: Metric = Metric {
    id: "pauses_stalled",
    unit: Unit::Count,
    about: "of these, five seconds or more",
    measure: |record| counted(record, |length| length >= STALL_FROM),
};
/// Half are at most so long.
pub const MEDIAN: Metric = length("pause_median", "half of the pauses are at most so long", |r| at_rank(r, 500));
/// Nine of ten are at most so long.
pub const P90: Metric = length("pause_p90", "nine of ten pauses are at most so long", |r| at_rank(r, 900));
/// The longest.
pub const LONGEST: Metric = length("pause_longest", "the longest pause within a turn", |r| at_rank(r, 1000));

const fn length(id: &'static str, about: &'static str, measure: fn(&Record) -> Measure) -> Metric {
    Metric { id, unit: Unit::Ms, about, measure }
}

/// The pauses, in order.
fn pauses(record: &Record) -> Result<Vec<Span>, Why> {
    let mut pauses = Vec::new();
    for turn in spoken(record)? {
        let voice: Vec<Span> = record.speech_of(turn.item).map(|segment| segment.span).collect();
        let gaps = voice.windows(2).filter_map(|pair| match pair {
            [before, after] => Some(Span { from: before.to, to: after.from }),
            _ => None,
        });
        pauses.extend(gaps.filter(|gap| gap.length() >= MIN));
    }
    Ok(pauses)
}

fn places(pauses: impl Iterator<Item = Span>) -> Vec<Place> {
    pauses.map(|pause| Place::span(pause).with(pause.length().0)).collect()
}

fn counted(record: &Record, counts: fn(Ms) -> bool) -> Measure {
    pauses(record).map(|all| Measure::count(places(all.into_iter().filter(|pause| counts(pause.length()))))).into()
}

/// The pause of this rank, and those that are as long.
fn at_rank(record: &Record, permille: usize) -> Measure {
    let measure = || {
        let pauses = pauses(record)?;
        let lengths: Vec<u64> = pauses.iter().map(|pause| pause.length().0).collect();
        let value = percentile(&lengths, permille).ok_or(Why::DidNotHappen)?;
        Ok(Measure::of(value, places(pauses.into_iter().filter(|pause| pause.length().0 == value))))
    };
    measure().into()
}
