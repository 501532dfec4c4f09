//! What-if: when would turns of recorded interviews have ended under other settings of the floor, and whom would that have
//! cut off? A recording no longer answers after its course has changed, so each turn is judged on its own, from what was
//! recorded of it; what comes after a first difference within a turn is not guessed.
//!
//! `trace` reads the pauses of each turn from a recording, `decide` judges them under given settings, `settings` makes the
//! settings to try, `score` sums up, `plot` draws latency against cut-offs.

pub mod decide;
pub mod plot;
pub mod score;
pub mod settings;
pub mod trace;

pub use decide::{Decision, Unscored, decide};
pub use score::{Score, pareto, score, under};
pub use settings::{Candidate, SettingError, candidates, changed};
pub use trace::{Pause, Trace, View, traces};
