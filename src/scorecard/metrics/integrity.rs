//! What the candidate's page noticed. Counts for people to look at; they prove nothing.

use super::figures::end;
use super::{Measure, Metric, Place, Unit, Why};
use crate::scorecard::record::{Record, Signal, Span};
use crate::units::*;

/// A page that tells of these says so with this signal when it begins.
pub const WATCHES: &str = "watching";

/// The window lost the focus.
pub const FOCUS_LOSSES: Metric = Metric {
    id: "focus_losses",
    unit: Unit::Count,
    about: "times that the page lost the focus",
    measure: |record| told(record, |record| Measure::count(away(record).into_iter().map(Place::span).collect())),
};

/// For how long.
pub const FOCUS_LOST: Metric = Metric {
    id: "focus_lost",
    unit: Unit::Ms,
    about: "time without the focus",
    measure: |record| {
        told(record, |record| {
            let places: Vec<Place> = away(record).into_iter().map(Place::span).collect();
            Measure::of(places.iter().map(|place| place.to - place.from).sum::<Ms>().0, places)
        })
    },
};

/// Pastes.
pub const PASTES: Metric = Metric {
    id: "pastes",
    unit: Unit::Count,
    about: "times that something was pasted, as the page tells",
    measure: |record| told(record, |record| counted(record, "paste")),
};

/// Full screen was left.
pub const FULLSCREEN_EXITS: Metric = Metric {
    id: "fullscreen_exits",
    unit: Unit::Count,
    about: "times that full screen was left",
    measure: |record| told(record, |record| counted(record, "fullscreen_left")),
};

/// A page that tells nothing has nothing to be counted; none is not zero.
fn told(record: &Record, measure: impl FnOnce(&Record) -> Measure) -> Measure {
    const KNOWN: [&str; 5] = [WATCHES, "focus_lost", "focus_back", "paste", "fullscreen_left"];
    let watches = record.signals.iter().any(|signal| KNOWN.contains(&signal.kind.as_str()));
    if watches { measure(record) } else { Measure::none(Why::PageIsSilent) }
}

fn counted(record: &Record, kind: &str) -> Measure {
    let signals = record.signals.iter().filter(|signal| signal.kind == kind);
    Measure::count(signals.map(|signal| Place::step(signal.seq, signal.at)).collect())
}

/// From each loss of the focus to its return, or to the end.
fn away(record: &Record) -> Vec<Span> {
    let (mut away, mut since) = (Vec::new(), None);
    for Signal { at, kind, .. } in &record.signals {
        match kind.as_str() {
            "focus_lost" => _ = since.get_or_insert(*at),
            "focus_back" => away.extend(since.take().map(|from| Span { from, to: *at })),
            _ => {}
        }
    }
    away.extend(since.map(|from| Span { from, to: end(record).max(from) }));
    away
}
