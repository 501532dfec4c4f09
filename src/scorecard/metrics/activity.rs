//! When nothing happened, and whether the candidate thinks aloud while writing.

use super::figures::{rate, since_question, voice};
use super::{Measure, Metric, Place, Unit, Why};
use crate::scorecard::record::{Record, Span};
use crate::units::*;
use std::collections::BTreeSet;

/// Shorter silences of hands and voices are none.
const IDLE_MIN: Ms = Ms(20_000);
/// Thinking aloud is looked at in stretches of this length.
const WINDOW: u64 = 10_000;
/// So much voice in a stretch is thinking aloud.
const ALOUD_MIN: Ms = Ms(1_000);

/// Gaps without anything.
pub const IDLE_GAPS: Metric = Metric {
    id: "idle_gaps",
    unit: Unit::Count,
    about: "stretches of 20 s or more in which nobody spoke and nothing was written or run",
    measure: |record| idle(record, |gaps| Measure::count(places(gaps))),
};

/// Their sum.
pub const IDLE_TOTAL: Metric = Metric {
    id: "idle_total",
    unit: Unit::Ms,
    about: "time in such stretches",
    measure: |record| idle(record, |gaps| Measure::of(gaps.iter().map(|gap| gap.length()).sum::<Ms>().0, places(gaps))),
};

/// The longest.
pub const IDLE_LONGEST: Metric = Metric {
    id: "idle_longest",
    unit: Unit::Ms,
    about: "the longest such stretch",
    measure: |record| {
        idle(record, |gaps| {
            let longest = gaps.iter().copied().max_by_key(|gap| (gap.length(), std::cmp::Reverse(gap.from)));
            Measure::of(longest.map_or(0, |gap| gap.length().0), places(longest.as_slice()))
        })
    },
};

/// Thinking aloud.
pub const THINK_ALOUD: Metric = Metric {
    id: "think_aloud",
    unit: Unit::Permille,
    about: "share of stretches of 10 s with edits in which the candidate also speaks for a second or more",
    measure: |record| think_aloud(record).into(),
};

fn places(gaps: &[Span]) -> Vec<Place> {
    gaps.iter().map(|gap| Place::span(*gap).with(gap.length().0)).collect()
}

fn idle(record: &Record, measure: impl FnOnce(&[Span]) -> Measure) -> Measure {
    let whole = match since_question(record) {
        Ok(whole) => whole,
        Err(why) => return Measure::none(why),
    };
    if !record.has_microphone && record.code.is_none() {
        // Of who neither speaks nor writes code, reading and thinking cannot be told from idling.
        return Measure::none(Why::NoMicrophone);
    }
    let moment = |at: At| Span { from: at, to: at };
    let edits = record.code.iter().flat_map(|code| &code.edits).map(|edit| moment(edit.at));
    let runs = record.runs.iter().map(|run| Span { from: run.at, to: run.done.map_or(run.at, |done| done.at) });
    let talk = record.utterances.iter().map(|utterance| utterance.span);
    let heard = record.playback.iter().map(|playback| playback.span);
    let away = record.pauses.iter().chain(&record.absences).copied();
    let mut active: Vec<Span> = voice(record)
        .map(|segment| segment.span)
        .chain(edits)
        .chain(runs)
        .chain(talk)
        .chain(heard)
        .chain(away)
        .collect();
    active.push(moment(whole.to));
    active.sort_unstable();
    let (mut until, mut gaps) = (whole.from, Vec::new());
    for span in active.into_iter().filter(|span| span.to >= whole.from) {
        let gap = Span { from: until, to: span.from.min(whole.to) };
        if gap.length() >= IDLE_MIN {
            gaps.push(gap);
        }
        until = until.max(span.to);
    }
    measure(&gaps)
}

fn think_aloud(record: &Record) -> Result<Measure, Why> {
    if !record.has_microphone {
        return Err(Why::NoMicrophone);
    }
    let code = record.code.as_ref().ok_or(Why::NoEditor)?;
    let windows: BTreeSet<u64> = code.edits.iter().map(|edit| edit.at.0 / WINDOW).collect();
    if windows.is_empty() {
        return Err(Why::NoCode);
    }
    let mut places = Vec::new();
    let mut aloud = 0;
    for number in &windows {
        let from = At(number * WINDOW);
        let window = Span { from, to: from + Ms(WINDOW) };
        let spoken: Ms = voice(record).map(|segment| segment.span.overlap(window)).sum();
        aloud += u64::from(spoken >= ALOUD_MIN);
        places.push(Place::span(window).with(spoken.0));
    }
    Ok(Measure::of(rate(aloud, 1000, windows.len() as u64), places))
}
