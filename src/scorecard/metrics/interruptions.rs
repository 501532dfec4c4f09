//! Who speaks into whose words.

use super::figures::voice;
use super::{Measure, Metric, Place, Unit, Why};
use crate::scorecard::record::{Playback, Record, Span};
use crate::units::*;

/// The candidate must have spoken for so long before the interviewer begins, and go on for so long after, for it to be a
/// cut-in: less is two people who begin or end at once.
const INTO_SPEECH: Ms = Ms(300);

/// Sounds of the candidate over the interviewer.
pub const ATTEMPTED: Metric = Metric {
    id: "interruptions_attempted",
    unit: Unit::Count,
    about: "sounds of the candidate over the interviewer, signs of listening among them",
    measure: |record| {
        heard(record, |_| Measure::count(record.overlaps.iter().map(|o| Place::span(o.span).named(&o.why)).collect()))
    },
};

/// Those that took the floor.
pub const SUCCESSFUL: Metric = Metric {
    id: "interruptions_successful",
    unit: Unit::Count,
    about: "of these, those that took the floor",
    measure: |record| {
        let took = record.overlaps.iter().filter(|overlap| overlap.took_floor);
        heard(record, |_| Measure::count(took.map(|overlap| Place::span(overlap.span).named(&overlap.why)).collect()))
    },
};

/// The interviewer began while the candidate spoke.
pub const CUT_INS: Metric = Metric {
    id: "interviewer_cut_ins",
    unit: Unit::Count,
    about: "the interviewer began to be heard in the middle of the candidate's speech",
    measure: |record| {
        heard(record, |record| {
            let begins = record.playback.iter().filter(|playback| playback.offset == Ms(0));
            Measure::count(begins.filter_map(|playback| cut_in(record, playback)).map(Place::span).collect())
        })
    },
};

/// Both spoke at once.
pub const OVERLAP: Metric = Metric {
    id: "overlap",
    unit: Unit::Ms,
    about: "time in which both were heard, the candidate in a turn",
    measure: |record| {
        heard(record, |record| {
            let places: Vec<Place> = overlaps(record).into_iter().map(Place::span).collect();
            Measure::of(places.iter().map(|place| place.to - place.from).sum::<Ms>().0, places)
        })
    },
};

fn heard(record: &Record, measure: impl FnOnce(&Record) -> Measure) -> Measure {
    match () {
        () if !record.has_microphone => Measure::none(Why::NoMicrophone),
        () if record.playback.is_empty() => Measure::none(Why::NoPlayback),
        () => measure(record),
    }
}

fn cut_in(record: &Record, playback: &Playback) -> Option<Span> {
    let begins = playback.span.from;
    let speaks = |span: &Span| span.from + INTO_SPEECH <= begins && begins + INTO_SPEECH <= span.to;
    voice(record).map(|segment| segment.span).find(speaks)
}

/// Both are in order: one walk through both.
fn overlaps(record: &Record) -> Vec<Span> {
    let mut found = Vec::new();
    let mut others = record.playback.as_slice();
    for own in voice(record).map(|segment| segment.span) {
        others = others.get(others.partition_point(|other| other.span.to <= own.from)..).unwrap_or_default();
        for other in others.iter().map(|other| other.span).take_while(|other| other.from < own.to) {
            if own.overlap(other) > Ms(0) {
                found.push(Span { from: own.from.max(other.from), to: own.to.min(other.to) });
            }
        }
    }
    found
}
