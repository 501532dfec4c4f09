//! How fast the candidate speaks. By turns, never by the length of the session: silence at the keyboard would ruin it.

use super::figures::{percentile, rate, spoken, total, voice};
use super::{Measure, Metric, Place, Unit, Why};
use crate::scorecard::record::words::words;
use crate::scorecard::record::{Record, Span, Turn, Utterance};
use crate::units::*;

/// Turns of fewer words tell nothing about pace.
const WORDS_MIN: usize = 10;
/// Pace is looked at in stretches of this length.
const WINDOW: Ms = Ms(10_000);
/// Fewer stretches than this have no variation.
const WINDOWS_MIN: usize = 3;

/// Words a minute of a turn from its first to its last sound, pauses included: the median over turns.
pub const RATE: Metric = Metric {
    id: "speech_rate",
    unit: Unit::WordsPerMinute,
    about: "words a minute, pauses included: median over turns of ten words or more",
    measure: |record| by_turn(record, |_, turn| turn.span.length()).into(),
};

/// Words a minute of voice: pauses do not count.
pub const ARTICULATION: Metric = Metric {
    id: "articulation_rate",
    unit: Unit::WordsPerMinute,
    about: "words a minute of voice, pauses left out: median over turns of ten words or more",
    measure: |record| by_turn(record, |record, turn| total(record.speech_of(turn.item).map(|s| s.span))).into(),
};

/// How much the pace changes.
pub const PACE_VARIATION: Metric = Metric {
    id: "pace_variation",
    unit: Unit::WordsPerMinute,
    about: "spread of the pace: 90th less 10th percentile over stretches of ten seconds within turns",
    measure: |record| pace_variation(record).into(),
};

/// Words in spoken turns.
pub const WORDS: Metric = Metric {
    id: "words",
    unit: Unit::Count,
    about: "words of the candidate, spoken or typed",
    measure: |record| {
        let count: usize = record.turns.iter().map(|turn| words(&turn.text).len()).sum();
        Measure::of(count, Vec::new())
    },
};

/// Voice in turns.
pub const PHONATION: Metric = Metric {
    id: "phonation",
    unit: Unit::Ms,
    about: "time in which the candidate's voice was heard in turns",
    measure: |record| match record.has_microphone {
        true => Measure::of(total(voice(record).map(|segment| segment.span)).0, Vec::new()),
        false => Measure::none(Why::NoMicrophone),
    },
};

fn by_turn(record: &Record, time: fn(&Record, &Turn) -> Ms) -> Result<Measure, Why> {
    let mut places = Vec::new();
    for turn in spoken(record)? {
        let (count, time) = (words(&turn.text).len(), time(record, turn));
        if count >= WORDS_MIN && time > Ms(0) {
            places.push(Place::span(turn.span).with(rate(count as u64, 60_000, time.0)));
        }
    }
    let values: Vec<u64> = places.iter().filter_map(|place| place.value?.try_into().ok()).collect();
    Ok(Measure::of(percentile(&values, 500).ok_or(Why::TooLittle)?, places))
}

fn pace_variation(record: &Record) -> Result<Measure, Why> {
    let mut places = Vec::new();
    for turn in spoken(record)? {
        let own = turn.utterances.iter().filter_map(|place| record.utterances.get(*place));
        let times: Vec<At> = own.flat_map(Utterance::words).map(|(.., at)| at).collect();
        let windows = (0..).map(|number: u64| Ms(number.saturating_mul(WINDOW.0))).map(|after| turn.span.from + after);
        for from in windows.take_while(|from| *from + WINDOW <= turn.span.to) {
            let window = Span { from, to: from + WINDOW };
            let count = times.iter().filter(|at| window.holds(**at)).count();
            places.push(Place::span(window).with(rate(count as u64, 60_000, WINDOW.0)));
        }
    }
    let values: Vec<u64> = places.iter().filter_map(|place| place.value?.try_into().ok()).collect();
    let enough = values.len() >= WINDOWS_MIN;
    let (Some(low), Some(high), true) = (percentile(&values, 100), percentile(&values, 900), enough) else {
        return Err(Why::TooLittle);
    };
    Ok(Measure::of(high - low, places))
}
