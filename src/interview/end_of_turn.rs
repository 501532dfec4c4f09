//! The end-of-turn model: asked about the turn's sound at a soft end. Its score is a fact of the present pause, as a voice
//! detector's is of its hop; what follows from it, the floor's rules say.

use super::Interview;
use super::command::Command;
use super::event::TurnTaking;
use super::floor::moment::SoundSays;
use super::setup::EndOfTurnFacts;
use super::transcript::Turn;
use crate::units::*;

/// The model looks back so far.
const LOOKS_BACK: Ms = Ms(8_000);
/// The turn's sound begins so long before its voice was noticed.
const PRE_ROLL: Ms = Ms(200);

/// What is known of the present pause from the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EndScore {
    /// Nobody was asked.
    #[default]
    NotAsked,
    /// It was asked about the sound up to there.
    Asked(SampleIdx),
    /// Its score.
    Scored(Permille),
    /// It failed.
    Failed,
}

impl Interview {
    /// Asks the model about the pause that just began, if there is one and rules end turns.
    pub(super) fn ask_for_end_score(&mut self, turn: &mut Turn) {
        turn.end_score = EndScore::NotAsked;
        if self.setup.end_of_turn.is_none() || !turn.has_voice || self.session.turn_taking != TurnTaking::Rules {
            return;
        }
        let up_to = self.mic.up_to;
        let from = (turn.from - PRE_ROLL).max(up_to - LOOKS_BACK);
        turn.end_score = EndScore::Asked(up_to);
        self.out.push(Command::ScoreEndOfTurn { from, up_to });
    }

    /// A score, or none because the model failed. One about an earlier pause is too late.
    pub(super) fn end_of_turn_scored(&mut self, up_to: SampleIdx, permille: Option<Permille>) {
        let asked = self.turn.as_mut().filter(|turn| turn.soft_ended && turn.end_score == EndScore::Asked(up_to));
        let Some(turn) = asked else { return };
        turn.end_score = permille.map_or(EndScore::Failed, EndScore::Scored);
        self.judge_turn();
        self.judge_silence_now();
    }

    /// What the sound of the present pause says.
    pub(super) fn sound_says(&self, turn: &Turn) -> SoundSays {
        let Some(facts) = self.setup.end_of_turn.as_ref() else { return SoundSays::Nothing };
        match turn.end_score {
            EndScore::NotAsked => SoundSays::Nothing,
            EndScore::Asked(_) | EndScore::Failed => SoundSays::NotKnown,
            EndScore::Scored(score) => facts.says(score),
        }
    }
}

impl EndOfTurnFacts {
    /// What a score of this model says.
    pub fn says(&self, score: Permille) -> SoundSays {
        if score >= self.done {
            SoundSays::Done
        } else if score < self.open {
            SoundSays::Open
        } else {
            SoundSays::Unsure
        }
    }
}
