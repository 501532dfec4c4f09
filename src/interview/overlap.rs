//! Barge-in: a sound of the candidate while the interviewer speaks or is about to. Sound pauses at once; within half a
//! second duration, words, backchannels and echo decide: a real interruption cancels the reply and keeps what was
//! heard, anything else lets it go on where it stopped.

use super::command::{Command, FloorState, Outcome, Show};
use super::floor::lexicon::is_echo;
use super::speech::{Channel, Stage};
use super::timer::Timer;
use super::transcript::Turn;
use super::{Interview, next};
use crate::units::*;

/// When the microphone stalls in the middle of a decision, it is dropped after this.
const UNDECIDED_MAX: Ms = Ms(2_500);
/// Voice whose words are only backchannels may last this many times longer before it counts as an interruption.
const REMARK_FACTOR: u64 = 4;

/// A single word of ours that comes back is taken for echo in so much of a reply: echo cancellers take up to three seconds
/// to adapt.
const ECHO_WORD_WITHIN: Ms = Ms(3_000);

/// An undecided sound over the interviewer.
#[derive(Clone, Debug)]
pub struct Overlap {
    /// The turn it becomes if it was an interruption. Unknown to the client until then.
    pub turn: Turn,
    /// It began near the reply's first sound, when a client's echo canceller still adapts.
    pub early: bool,
}

impl Interview {
    /// There is a reply that the candidate's voice can stop.
    pub(super) fn is_interruptible(&self) -> bool {
        self.session.may_interrupt
            && self.reply.as_ref().is_some_and(|reply| {
                matches!(reply.stage, Stage::Preparing | Stage::Speaking) && reply.channel != Channel::Text
            })
    }

    pub(super) fn begin_overlap(&mut self, from: SampleIdx) {
        let last_speech_at = self.at_of(from);
        let mut turn = Turn { from, last_speech: from, last_speech_at, has_voice: true, ..Turn::default() };
        self.begin_utterance(&mut turn, from);
        self.overlap = Some(Overlap { turn, early: self.has_just_begun(ECHO_WORD_WITHIN) });
        self.halt_sound();
        self.timers.arm(Timer::InterruptionUndecided, self.now + UNDECIDED_MAX);
        self.floor_is(FloorState::InterviewerPaused, "voice");
    }

    /// Voice came back before it was decided.
    pub(super) fn overlap_voice_again(&mut self, from: SampleIdx) {
        self.timers.disarm(Timer::InterruptionFalse);
        let Some(mut overlap) = self.overlap.take() else { return };
        if overlap.turn.speaking().is_none() {
            self.begin_utterance(&mut overlap.turn, from);
        }
        self.overlap = Some(overlap);
    }

    pub(super) fn overlap_sound(&mut self) {
        self.timers.arm(Timer::InterruptionUndecided, self.now + UNDECIDED_MAX);
        let (active, last_voiced) = (self.voice.active(), self.voice.last_voiced());
        let (needed, last_voiced_at) = (self.voice_needed(), self.at_of(last_voiced));
        let Some(overlap) = self.overlap.as_mut().filter(|_| active) else { return };
        overlap.turn.last_speech = last_voiced;
        overlap.turn.last_speech_at = last_voiced_at;
        if last_voiced - overlap.turn.from >= needed {
            self.confirm_overlap("voice_duration");
        }
    }

    /// Less than this was heard of the reply.
    fn has_just_begun(&self, within: Ms) -> bool {
        let heard = self.reply.as_ref().filter(|reply| reply.stage == Stage::Speaking);
        heard.is_some_and(|reply| reply.clock.played(self.now) < within)
    }

    /// How long voice must last to count as an interruption without words.
    fn voice_needed(&self) -> Ms {
        let usual = self.setup.floor.interruption_ms;
        let Some(reply) = self.reply.as_ref() else { return usual };
        let text = self.overlap.as_ref().map(|overlap| overlap.turn.text()).unwrap_or_default();
        let remark = !text.is_empty() && self.is_remark(&text);
        if remark {
            return Ms(usual.0 * REMARK_FACTOR);
        }
        match reply.stage {
            // Nothing was said yet: who goes on speaking was not finished.
            Stage::Secret | Stage::Preparing => Ms(usual.0 / 2),
            // Echo is likeliest while the client's canceller still adapts.
            Stage::Speaking if self.has_just_begun(self.setup.floor.echo_guard_ms) => Ms(usual.0 * 2),
            Stage::Speaking | Stage::Draining => usual,
        }
    }

    pub(super) fn overlap_voice_stopped(&mut self) {
        let Some(mut overlap) = self.overlap.take() else { return };
        let to = self.mic.up_to;
        self.finish_utterance(&mut overlap.turn, to);
        let text = overlap.turn.text();
        self.overlap = Some(overlap);
        self.timers.arm(Timer::InterruptionFalse, self.now + self.setup.floor.interruption_words_ms);
        if !text.is_empty() && self.is_remark(&text) {
            self.dismiss_overlap("backchannel");
        }
    }

    /// Words that do not want the floor: what listeners say, or our own voice coming back.
    pub(super) fn is_remark(&self, text: &str) -> bool {
        let said = self.reply.as_ref().map(|reply| reply.text()).unwrap_or_default();
        // One word alone may be anything, but not when our own first words are due to come back.
        let words_min = if self.overlap.as_ref().is_some_and(|overlap| overlap.early) { 1 } else { 2 };
        self.lexicon.is_backchannel(text) || is_echo(text, &said, words_min)
    }

    pub(super) fn overlap_words(&mut self, utterance: Option<UtteranceId>, text: &str, is_final: bool) {
        let Some(overlap) = self.overlap.as_mut() else { return };
        overlap.turn.take_words(utterance, text, is_final);
        let (text, pending) = (overlap.turn.text(), overlap.turn.words_pending());
        let settled = is_final && !pending && !self.voice.active();
        if text.is_empty() {
            if settled {
                self.dismiss_overlap("no_words");
            }
        } else if !self.is_remark(&text) {
            self.confirm_overlap("words");
        } else if settled {
            self.dismiss_overlap("backchannel");
        }
    }

    /// It was an interruption: the reply ends with what was heard of it, the candidate has the floor.
    fn confirm_overlap(&mut self, why: &str) {
        let Some(overlap) = self.overlap.take() else { return };
        let mut turn = overlap.turn;
        turn.id = TurnId(next(&mut self.ids.turn));
        turn.item = ItemId(next(&mut self.ids.item));
        self.timers.disarm(Timer::InterruptionFalse);
        self.timers.disarm(Timer::InterruptionUndecided);
        self.learn_how_it_begins(&mut turn);
        self.show(Show::SpeechStarted { item: turn.item, from: turn.from });
        let text = turn.text();
        if !text.is_empty() {
            self.show(Show::TranscriptPartial { item: turn.item, text });
        }
        self.stop_reply(Outcome::Interrupted);
        self.turn = Some(turn);
        self.timers.arm(Timer::MicStalled, self.now + self.setup.floor.mic_stalled_ms);
        self.floor_is(FloorState::CandidateSpeaking, why);
    }

    /// Browser words without voice stop the reply.
    pub(super) fn interrupt_by_words(&mut self) {
        let mut turn = self.new_turn(self.mic.up_to, false);
        self.learn_how_it_begins(&mut turn);
        self.show(Show::SpeechStarted { item: turn.item, from: turn.from });
        self.stop_reply(Outcome::Interrupted);
        self.turn = Some(turn);
        self.floor_is(FloorState::CandidateSpeaking, "words");
    }

    /// It was nothing: the reply goes on where it stopped.
    pub(super) fn dismiss_overlap(&mut self, why: &str) {
        if self.overlap.is_none() {
            return;
        }
        self.forget_overlap();
        self.floor_is(self.floor_now(), why);
        self.resume_sound();
    }

    /// Nothing of an undecided sound is kept, so that it does not pile up in the next turn.
    pub(super) fn forget_overlap(&mut self) {
        self.timers.disarm(Timer::InterruptionFalse);
        self.timers.disarm(Timer::InterruptionUndecided);
        if let Some(overlap) = self.overlap.take() {
            self.drop_utterances(&overlap.turn);
            self.mic.listen_from = self.mic.listen_from.max(self.mic.up_to);
        }
    }

    /// No sound goes out for now.
    pub(super) fn halt_sound(&mut self) {
        if std::mem::replace(&mut self.sound_halted, true) {
            return;
        }
        let now = self.now;
        if let Some(reply) = self.reply.as_mut() {
            reply.clock.halt(now);
        }
        self.watch_speech();
        self.out.push(Command::PausePlayout);
    }

    /// Sound goes on, unless something else holds it.
    pub(super) fn resume_sound(&mut self) {
        if !self.sound_halted || self.overlap.is_some() || !self.is_attended() {
            return;
        }
        self.sound_halted = false;
        let now = self.now;
        if let Some(reply) = self.reply.as_mut() {
            reply.clock.resume(now);
        }
        self.watch_speech();
        self.drain_again();
        self.out.push(Command::ResumePlayout);
    }
}
