//! Openers: while a slow model thinks about a turn that is over, something short is said ("Okay."), made into sound ahead of
//! time. An opener is the first piece of its reply: it is interrupted, kept and cut like any other. It is dropped while unheard
//! when the answer is there or the candidate speaks.

use super::Interview;
use super::agenda::Next;
use super::command::{Command, FloorState};
use super::fnv;
use super::setup::Openers;
use super::speech::{Channel, Purpose, Reply, Stage};
use super::timer::Timer;
use crate::units::*;

/// After a reply with an opener so many are given without.
const REPLIES_BETWEEN: u8 = 1;

/// Openers that were said.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The last one.
    last: String,
    /// So many replies must come without one.
    rest: u8,
}

impl Interview {
    /// The instruction for the model, when openers may be said at all.
    pub(super) fn openers_instruction(&self) -> &str {
        if self.setup.may_open() { &self.setup.openers.instruction } else { "" }
    }

    /// A reply is due and its words are not there: an opener is, in a while.
    pub(super) fn await_opener(&mut self) {
        let Some(reply) = self.reply.as_ref() else { return };
        let answers = reply.turn.is_some() && reply.purpose == Purpose::Answer && reply.channel == Channel::Sound;
        if !answers || reply.outside || !self.setup.may_open() {
            return;
        }
        if self.openers.rest > 0 {
            self.openers.rest -= 1;
            return;
        }
        let phrased = !reply.next.is_some_and(Next::is_verbatim);
        if !phrased || !reply.speeches.is_empty() {
            return;
        }
        let over = self.last_turn.as_ref().and_then(|turn| turn.ledger.committed).unwrap_or(self.now);
        self.timers.arm(Timer::OpenerDue, self.now.max(over + self.setup.floor.opener_after_ms));
    }

    /// The answer's first words are not there yet.
    pub(super) fn opener_due(&mut self) {
        let candidate_sounds = self.overlap.is_some() || self.voice.active() || self.voice.may_start();
        let waits = self.reply.as_ref().is_some_and(|reply| reply.stage == Stage::Preparing && reply.request.is_some());
        if !waits || candidate_sounds || self.turn.is_some() || self.sound_halted || !self.is_attended() {
            return;
        }
        let Some(mut reply) = self.reply.take().filter(|reply| reply.speeches.is_empty()) else { return };
        if let Some(text) = self.choose_opener(&reply) {
            let id = self.new_speech(&mut reply, text.clone());
            reply.opener = Some(id);
            self.openers = Said { last: text, rest: REPLIES_BETWEEN };
            self.release(&mut reply, 0);
            self.ask_voice(&mut reply);
        }
        self.reply = Some(reply);
        self.watch_speech();
    }

    /// Any that fits but the last one, by the seed.
    fn choose_opener(&self, reply: &Reply) -> Option<String> {
        let Openers { after_answer, after_question, .. } = &self.setup.openers;
        let fitting = if self.lexicon.is_question(&reply.basis) { after_question } else { after_answer };
        let others: Vec<&String> = fitting.iter().filter(|text| **text != self.openers.last).collect();
        let seed = self.setup.seed.to_le_bytes().into_iter().chain(reply.id.0.to_le_bytes());
        let choice = seed.fold(fnv::BASIS, fnv::step) % (others.len() as u64).max(1);
        others.get(choice as usize).map(|text| (*text).clone())
    }

    /// The answer's words are there: an opener that was not heard yet is not said any more.
    pub(super) fn drop_unheard_opener(&mut self, reply: &mut Reply) {
        self.timers.disarm(Timer::OpenerDue);
        let Some(opener) = reply.opener else { return };
        if reply.speeches.iter().any(|speech| speech.id == opener && speech.sent == Ms(0) && !speech.finished) {
            self.out.push(Command::DropSpeech { speech: opener });
            reply.forget_opener();
        }
    }

    /// The first sound of an opener went out.
    pub(super) fn opener_sounds(&mut self, reply: &Reply) {
        self.floor_is(FloorState::InterviewerSpeaking, "opener");
        self.note(reply.turn, |ledger, now| ledger.opener_sent = Some(now));
    }
}

/// The answer's first piece without what the opener has said already: "Okay, and then?" after "Okay." is "And then?". The whole
/// piece if nothing would be left.
pub fn without_echo(piece: &str, opener: &str) -> String {
    let said = opener.trim_end_matches(['.', ',', '!', '…']);
    let starts = piece.get(..said.len()).is_some_and(|start| start.eq_ignore_ascii_case(said));
    let rest = piece.get(said.len()..).filter(|_| starts).unwrap_or_default();
    let after_mark = rest.trim_start_matches(['.', ',', '!', ';', ':', '…', '—', '–']);
    if after_mark.len() == rest.len() || after_mark.trim().is_empty() {
        return piece.to_owned();
    }
    let mut letters = after_mark.trim_start().chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_opener_said_is_not_said_again() {
        for (piece, opener, left) in [
            ("Okay, and what would it cost?", "Okay.", "And what would it cost?"),
            ("okay. What now?", "Okay.", "What now?"),
            ("All right, so go on.", "All right.", "So go on."),
            ("Okay then, what would it cost?", "Okay.", "Okay then, what would it cost?"),
            ("Okay.", "Okay.", "Okay."),
            ("Right.", "Okay.", "Right."),
            ("é", "Okay.", "é"),
        ] {
            assert_eq!(without_echo(piece, opener), left);
        }
    }
}
