//! Sounds and words that fill pauses. Only what a recogniser writes down can be counted: most leave such sounds out, so these
//! are measurable only where the recogniser is known to be verbatim.

use super::figures::{rate, spoken, total, voice};
use super::lists::{self, Lists, Phrases};
use super::{Measure, Metric, Place, Unit, Why};
use crate::scorecard::record::Record;
use crate::scorecard::record::words::words;

/// Below so many words a rate means nothing.
const WORDS_MIN: u64 = 50;

/// Sounds that mean nothing.
pub const SOUNDS: Metric = Metric {
    id: "fillers",
    unit: Unit::Count,
    about: "sounds that mean nothing: um, uh, er",
    measure: |record| found(record, sounds).map(Measure::count).into(),
};

/// Their share of the words.
pub const SOUNDS_PER_100_WORDS: Metric = Metric {
    id: "fillers_per_100_words",
    unit: Unit::TenthsPer100Words,
    about: "such sounds for each 100 words",
    measure: |record| per_100_words(record, sounds).into(),
};

/// Their share of the time.
pub const SOUNDS_PER_MINUTE: Metric = Metric {
    id: "fillers_per_minute",
    unit: Unit::TenthsPerMinute,
    about: "such sounds for each minute of voice",
    measure: |record| {
        let measure = || {
            let places = found(record, sounds)?;
            enough_words(record)?;
            let phonation = total(voice(record).map(|segment| segment.span));
            Ok(Measure::of(rate(places.len() as u64, 600_000, phonation.0), places))
        };
        measure().into()
    },
};

/// Words that may be empty or not.
pub const PHRASES: Metric = Metric {
    id: "filler_words",
    unit: Unit::Count,
    about: "words that may be empty or not: like, you know, basically",
    measure: |record| found(record, phrases).map(Measure::count).into(),
};

/// Their share of the words.
pub const PHRASES_PER_100_WORDS: Metric = Metric {
    id: "filler_words_per_100_words",
    unit: Unit::TenthsPer100Words,
    about: "such words for each 100 words",
    measure: |record| per_100_words(record, phrases).into(),
};

fn sounds(lists: &'static Lists) -> &'static Phrases {
    &lists.sounds
}

fn phrases(lists: &'static Lists) -> &'static Phrases {
    &lists.phrases
}

fn found(record: &Record, which: fn(&'static Lists) -> &'static Phrases) -> Result<Vec<Place>, Why> {
    spoken(record)?;
    if !record.setup.verbatim {
        return Err(Why::NotVerbatim);
    }
    let phrases = which(lists::of(&record.setup.language).ok_or(Why::NoWordList)?);
    let mut places = Vec::new();
    for utterance in record.said() {
        let found = phrases.find(&utterance.text);
        places.extend(found.into_iter().map(|found| Place::said(utterance, found.chars).named(found.phrase)));
    }
    Ok(places)
}

fn enough_words(record: &Record) -> Result<u64, Why> {
    let count: usize = spoken(record)?.iter().map(|turn| words(&turn.text).len()).sum();
    if (count as u64) < WORDS_MIN { Err(Why::TooLittle) } else { Ok(count as u64) }
}

fn per_100_words(record: &Record, which: fn(&'static Lists) -> &'static Phrases) -> Result<Measure, Why> {
    let places = found(record, which)?;
    let words = enough_words(record)?;
    Ok(Measure::of(rate(places.len() as u64, 1000, words), places))
}
