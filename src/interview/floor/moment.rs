//! The facts that turn rules see when a turn might be over.

use super::lexicon::Lexicon;
use crate::interview::event::TurnTaking;
use crate::units::*;
use serde::Serialize;

/// One candidate's turn at a pause.
pub struct Moment<'a> {
    /// All words of the turn so far, in order.
    pub text: &'a str,
    /// Words of it are still awaited from the recogniser.
    pub words_pending: bool,
    /// Speech in the turn, from its first to its last speech sample.
    pub spoken: Ms,
    /// Who ends turns, as the session says.
    pub turn_taking: TurnTaking,
    /// What the end-of-turn model heard.
    pub sound: SoundSays,
    /// What the language's words tell.
    pub lexicon: &'static Lexicon,
}

/// What an end-of-turn model heard in the turn's sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundSays {
    /// No model is asked.
    #[default]
    Nothing,
    /// Its score is awaited, or it failed.
    NotKnown,
    /// The candidate is done.
    Done,
    /// It could be either.
    Unsure,
    /// The candidate is not done.
    Open,
}

/// What a rule says: how much silence ends this turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The rule's name, as it stands in recordings.
    pub rule: &'static str,
    /// Silence since the last speech sample that ends the turn.
    pub wait: Ms,
    /// The candidate is known to think: the interviewer shows that it gives time.
    pub gives_time: bool,
}

impl Verdict {
    /// A verdict of `rule`.
    pub fn wait(rule: &'static str, wait: Ms) -> Self {
        Verdict { rule, wait, gives_time: false }
    }
}
