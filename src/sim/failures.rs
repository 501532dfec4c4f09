//! The turns behind the figures: each one that counts against a figure, with what the candidate did and what the floor made of it, in a
//! line that a person can read. `viva simulate --failing` prints them.

use super::candidate::Said;
use super::figures::Figure;
use super::world::World;
use crate::interview::command::TurnReport;
use crate::spelling::spelled;
use crate::units::*;
use std::fmt::Write as _;

/// What the floor did is told up to so long after the candidate's last word.
const AFTERMATH: Ms = Ms(5_000);
/// And from so long before their first one.
const BEFORE: Ms = Ms(300);

/// A turn, or a sound, that counts against a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Against which.
    pub figure: Figure,
    /// Its first sound.
    pub at: At,
    /// What happened.
    pub story: String,
}

impl Failure {
    /// The line that counts against a figure; the next one begins at `next`.
    pub(super) fn of(world: &World, figure: Figure, said: &Said, next: At) -> Failure {
        let mut story = format!("\"{}\" up to {}", said.text, said.to);
        if let Some(item) = said.over.and_then(|item| world.core.item(item)) {
            let _ = write!(story, ", over \"{}\"", item.text);
        }
        for pause in pauses(world, said) {
            let _ = write!(story, ", [{pause}]");
        }
        let until = next.min(said.to + AFTERMATH);
        let from = At((said.from - At(BEFORE.0)).0);
        let within = |at: At| from <= at && at < until;
        for (at, state, why) in world.facts.floor.iter().filter(|(at, _, _)| within(*at)) {
            let _ = write!(story, "; {at} {} ({why})", spelled(state));
        }
        let ended = |report: &&TurnReport| report.ledger.committed.is_some_and(within);
        for report in world.facts.turns.values().filter(ended) {
            let fact = |name: &str| report.facts.iter().find(|(known, _)| known == name).map_or(0, |(_, value)| *value);
            let _ = write!(
                story,
                "; {} + {:?} waited {} ms, own pause {} of {}, goes on {}, expected {} and did {}",
                report.rule,
                report.stretched_by,
                fact("wait_ms"),
                fact("own_pause_ms"),
                fact("own_pauses"),
                fact("goes_on_permille"),
                fact("expected_permille"),
                fact("went_on"),
            );
        }
        Failure { figure, at: said.from, story }
    }
}

/// The silences within a spoken line, from the voice that the microphone brought.
fn pauses(world: &World, said: &Said) -> Vec<Ms> {
    let within = |voiced: &&super::candidate::Voiced| voiced.from >= said.from && voiced.to <= said.to + Ms(100);
    let voiced: Vec<_> = world.candidate.voiced().iter().filter(within).collect();
    voiced.windows(2).map(|pair| pair[1].from - pair[0].to).collect()
}
