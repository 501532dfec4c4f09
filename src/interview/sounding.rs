//! How the pieces of a reply become sound: made by the voice service, sent by the playout, and watched, since a service
//! may die without a word.

use super::Interview;
use super::command::{Command, NoticeCode};
use super::speech::{Channel, Reply, Stage};
use super::timer::Timer;
use crate::units::*;

impl Interview {
    /// Asks the voice service for the pieces that are next.
    pub(super) fn ask_voice(&mut self, reply: &mut Reply) {
        if reply.channel != Channel::Sound {
            return;
        }
        let (reply_id, item) = (reply.id, reply.item);
        while let Some(speech) = reply.next_to_ask() {
            speech.asked = true;
            let (id, released) = (speech.id, speech.released);
            self.out.push(Command::Synthesize { speech: id, reply: reply_id, item, text: speech.text.clone() });
            if released {
                self.out.push(Command::Play { speech: id });
            }
        }
    }

    pub(super) fn speech_arrived(&mut self, id: SpeechId) {
        let Some(reply) = self.reply.as_mut() else { return };
        let first = reply.answer().next().is_some_and(|speech| speech.id == id);
        let turn = reply.turn;
        let Some(speech) = reply.speech_mut(id) else { return };
        speech.arrived = true;
        if self.awaited_speech() == Some(id) {
            self.speech_progressed();
        }
        if first {
            self.note(turn, |ledger, now| ledger.tts_first_byte = ledger.tts_first_byte.or(Some(now)));
        }
    }

    pub(super) fn speech_synthesized(&mut self, id: SpeechId, length: Ms) {
        if length == Ms(0) {
            return self.speech_failed(id, FailureKind::Protocol);
        }
        if let Some(speech) = self.reply.as_mut().and_then(|reply| reply.speech_mut(id)) {
            speech.length = Some(length);
        }
        self.watch_speech();
    }

    /// The piece that is to be heard next or is being heard, while its sound is not all there.
    fn awaited_speech(&self) -> Option<SpeechId> {
        let reply = self.reply.as_ref().filter(|reply| reply.channel == Channel::Sound)?;
        let head = reply.speeches.iter().find(|speech| speech.released && !speech.finished)?;
        head.length.is_none().then_some(head.id)
    }

    /// A voice service may die without a word: the awaited piece must come on, whatever later pieces do. A halt is not
    /// its fault.
    pub(super) fn watch_speech(&mut self) {
        if self.reply.as_ref().is_some_and(|r| (r.stage, r.channel) == (Stage::Speaking, Channel::ClientVoice)) {
            return self.arm_client_voice();
        }
        if self.awaited_speech().is_none() || self.sound_halted {
            self.timers.disarm(Timer::SpeechOverdue);
        } else if self.timers.deadline_of(Timer::SpeechOverdue).is_none() {
            self.timers.arm(Timer::SpeechOverdue, self.now + self.setup.floor.speech_overdue_ms);
        }
    }

    /// The awaited piece came on, or another took its place.
    pub(super) fn speech_progressed(&mut self) {
        self.timers.disarm(Timer::SpeechOverdue);
        self.watch_speech();
    }

    /// A piece without sound is shown as text; the reply goes on with the next.
    pub(super) fn speech_failed(&mut self, id: SpeechId, _kind: FailureKind) {
        let Some(mut reply) = self.reply.take() else { return };
        let Some(place) = reply.speeches.iter().position(|speech| speech.id == id && !speech.finished) else {
            self.reply = Some(reply);
            return;
        };
        self.out.push(Command::DropSpeech { speech: id });
        if reply.opener == Some(id) && reply.speeches[place].sent == Ms(0) {
            // Nobody waits for it, and its words alone say nothing.
            reply.forget_opener();
            self.reply = Some(reply);
            return self.speech_progressed();
        }
        reply.speeches[place].finished = true;
        reply.speeches[place].length = Some(reply.speeches[place].sent);
        if reply.stage != Stage::Secret {
            self.notice(NoticeCode::TtsFailed);
            self.show_piece(&mut reply, place);
        }
        self.ask_voice(&mut reply);
        self.reply = Some(reply);
        self.speech_progressed();
        self.reply_may_be_done();
    }

    pub(super) fn speech_overdue(&mut self) {
        if let Some(id) = self.awaited_speech() {
            self.speech_failed(id, FailureKind::Timeout);
        }
    }

    pub(super) fn playout_advanced(&mut self, id: SpeechId, sent: Ms) {
        let Some(mut reply) = self.reply.take() else { return };
        let Some(place) = reply.speeches.iter().position(|speech| speech.id == id) else {
            self.reply = Some(reply);
            return;
        };
        let is_opener = reply.opener == Some(id);
        let first = !is_opener && reply.answer_sent() == Ms(0);
        let speech = &mut reply.speeches[place];
        speech.sent = speech.sent.max(sent);
        let total = reply.sent();
        reply.clock.advanced(self.now, total);
        self.show_piece(&mut reply, place);
        let begins = reply.stage == Stage::Preparing;
        if begins || first {
            reply.stage = Stage::Speaking;
            if is_opener { self.opener_sounds(&reply) } else { self.first_sound_sent(&reply) }
        }
        self.ask_voice(&mut reply);
        self.reply = Some(reply);
        self.speech_progressed();
    }

    pub(super) fn playout_finished(&mut self, id: SpeechId, sent: Ms) {
        self.playout_advanced(id, sent);
        let Some(mut reply) = self.reply.take() else { return };
        if let Some(speech) = reply.speech_mut(id) {
            speech.finished = true;
            speech.length = Some(speech.sent);
            self.ask_voice(&mut reply);
        }
        self.reply = Some(reply);
        self.speech_progressed();
        self.reply_may_be_done();
    }
}
