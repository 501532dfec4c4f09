//! The facts that turn rules see when a turn might be over.

use super::lexicon::Lexicon;
use crate::interview::event::TurnTaking;
use crate::units::*;

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
    /// What the language's words tell.
    pub lexicon: &'static Lexicon,
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
