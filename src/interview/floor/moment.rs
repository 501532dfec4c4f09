//! The facts that turn rules see when a turn might be over.

use super::habits::Own;
use super::lexicon::{Asked, Lexicon};
use crate::interview::event::TurnTaking;
use crate::units::*;
use serde::Serialize;

/// One candidate's turn at a pause.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// All words of the turn so far, in order.
    pub text: &'a str,
    /// Words of it are still awaited from the recogniser.
    pub words_pending: bool,
    /// Speech in the turn, from its first to its last speech sample.
    pub spoken: Ms,
    /// It began as an interruption of the interviewer.
    pub interrupts: bool,
    /// The candidate's own habits, as they bear on this pause.
    pub own: Own,
    /// How long after the last speech sample the candidate last changed the code; zero if shortly before it; none: not lately.
    pub key: Option<Ms>,
    /// Who ends turns, as the session says.
    pub turn_taking: TurnTaking,
    /// What the end-of-turn model heard.
    pub sound: SoundSays,
    /// What becomes of a run of the candidate's code.
    pub run: RunSays,
    /// What the interviewer asked for last.
    pub asked: Asked,
    /// What the language's words tell.
    pub lexicon: &'static Lexicon,
}

/// Keys pressed so long before the last word belong to the pause, too: hands and mouth take turns.
const KEY_BEFORE: Ms = Ms(500);

/// A key as the rules see it in a pause whose last speech sample was at `last_speech`.
pub fn key_after(key: At, last_speech: At) -> Option<Ms> {
    (key >= last_speech || last_speech - key <= KEY_BEFORE).then(|| key - last_speech)
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

/// What is known of a run of the candidate's code in a pause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunSays {
    /// None is in flight, and none ended in this pause.
    #[default]
    Nothing,
    /// One is in flight.
    InFlight,
    /// One ended after so much silence.
    Ended(Ms),
}

/// What a rule says: how much silence ends this turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The rule's name, as it stands in recordings.
    pub rule: &'static str,
    /// Silence since the last speech sample that ends the turn.
    pub wait: Ms,
    /// What lengthened the rule's own wait, if anything did: its name.
    pub stretched_by: Option<&'static str>,
    /// The candidate is known to think: the interviewer shows that it gives time.
    pub gives_time: bool,
}

impl Verdict {
    /// A verdict of `rule`.
    pub fn wait(rule: &'static str, wait: Ms) -> Self {
        Verdict { rule, wait, stretched_by: None, gives_time: false }
    }
}
