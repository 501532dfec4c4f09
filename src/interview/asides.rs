//! Speech to somebody else in the candidate's own turn: it is no turn of the interview. Nobody answers it, it stands in no
//! transcript, and what follows it is a turn of its own.

use super::Interview;
use super::command::Show;
use super::transcript::Turn;
use super::turns::POST_ROLL;

impl Interview {
    /// Ends the turn if all of it was for somebody else; whether it was.
    pub(super) fn ends_aside(&mut self) -> bool {
        let Some(turn) = self.turn.as_ref().filter(|turn| is_aside(turn)) else { return false };
        let (item, to) = (turn.item, turn.last_speech);
        self.drop_turn();
        self.mic.listen_from = self.mic.listen_from.max((to + POST_ROLL).min(self.mic.up_to));
        self.show(Show::SpeechStopped { item, to });
        true
    }
}

fn is_aside(turn: &Turn) -> bool {
    turn.verdict.as_ref().is_some_and(|verdict| verdict.rule == "addressed_elsewhere")
}
