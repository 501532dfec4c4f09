//! The candidate's own score against the final one. It is given after the interview: no recording holds it.

use super::{Measure, Metric, Unit, Why};

/// Own less final.
pub const GAP: Metric = Metric {
    id: "self_score_gap",
    unit: Unit::Bands,
    about: "the candidate's own bands before the reveal less the final ones; the scorecard has it",
    measure: |_| Measure::none(Why::NotInTheRecording),
};
