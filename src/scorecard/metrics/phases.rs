//! How the time was shared among the phases of the course.

use super::{Measure, Metric, Place, Unit, Why};
use crate::interview::agenda::course::Kind;
use crate::interview::command::Phase;
use crate::scorecard::record::Record;
use crate::units::*;

const fn of(id: &'static str, about: &'static str, measure: fn(&Record) -> Measure) -> Metric {
    Metric { id, unit: Unit::Ms, about, measure }
}

/// Hello.
pub const GREET: Metric = of("phase_greet", "time in greeting", |record| time_in(record, Phase::Greet));
/// The question or the story.
pub const QUESTION: Metric =
    of("phase_question", "time in putting the question, or in the story", |record| time_in(record, Phase::Question));
/// Clarifying.
pub const CLARIFY: Metric = of("phase_clarify", "time in clarifying", |record| time_in(record, Phase::Clarify));
/// The approach.
pub const APPROACH: Metric = of("phase_approach", "time in the approach", |record| time_in(record, Phase::Approach));
/// Writing.
pub const CODE: Metric = of("phase_code", "time in writing code", |record| time_in(record, Phase::Code));
/// Trying.
pub const TEST: Metric = of("phase_test", "time in testing", |record| time_in(record, Phase::Test));
/// Designing.
pub const DESIGN: Metric =
    of("phase_design", "time in designing; each stretch is a place", |record| time_in(record, Phase::Design));
/// Discussing.
pub const DISCUSS: Metric = of("phase_discuss", "time in discussing", |record| time_in(record, Phase::Discuss));
/// Last words.
pub const WRAP_UP: Metric = of("phase_wrap_up", "time in last words", |record| time_in(record, Phase::WrapUp));

fn time_in(record: &Record, phase: Phase) -> Measure {
    let spans = record.phases.iter().filter(|span| span.phase == phase);
    let place = |span: &crate::scorecard::record::PhaseSpan| {
        let place = Place { seq: Some(span.seq), ..Place::span(span.span) };
        match &span.part {
            Some(part) => place.named(part),
            None => place,
        }
    };
    let places: Vec<Place> = spans.map(place).collect();
    if places.is_empty() && !belongs(record.setup.course.kind, phase) {
        return Measure::none(Why::NoSuchPhase);
    }
    Measure::of(places.iter().map(|place| place.to - place.from).sum::<Ms>().0, places)
}

/// The phases of each course.
fn belongs(kind: Kind, phase: Phase) -> bool {
    match phase {
        Phase::Greet | Phase::WrapUp => true,
        Phase::Clarify | Phase::Approach | Phase::Code | Phase::Test => kind == Kind::Coding,
        Phase::Design => kind == Kind::SystemDesign,
        Phase::Question => kind != Kind::Coding,
        Phase::Discuss => kind != Kind::SystemDesign,
        Phase::Ended => false,
    }
}
