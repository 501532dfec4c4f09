//! Barge-in: a sound of the candidate while the interviewer speaks or is about to. Sound pauses at once; then `floor/over/`
//! decides by words, length and what else is known: a real interruption cancels the reply and keeps what was heard, anything
//! else lets it go on where it stopped. Words that come after that may still interrupt.

use super::command::{Command, FloorState, Outcome, Show};
use super::floor::over::{self, Kind, Sound, Verdict};
use super::setup::Words;
use super::speech::{Channel, Stage};
use super::timer::Timer;
use super::transcript::Turn;
use super::{Attendance, Interview, next};
use crate::units::*;

/// When the microphone stalls in the middle of a decision, it is dropped after this.
const UNDECIDED_MAX: Ms = Ms(2_500);
/// Words of a sound over which the interviewer went on are listened to for so long: recognisers' slowest finals take two
/// seconds.
const LATE_WORDS_WITHIN: Ms = Ms(2_500);

/// A single word of ours that comes back is taken for echo in so much of a reply: echo cancellers take up to three seconds
/// to adapt.
const ECHO_WORD_WITHIN: Ms = Ms(3_000);
/// A key pressed so long before a sound, or while it lasts, may be what made it.
const TYPED_WITHIN: Ms = Ms(1_500);

/// An undecided sound over the interviewer.
#[derive(Clone, Debug)]
pub struct Overlap {
    /// The turn it becomes if it was an interruption. Unknown to the client until then.
    pub turn: Turn,
    /// It began near the reply's first sound, when a client's echo canceller still adapts.
    pub early: bool,
    /// The client was told that somebody else is spoken to.
    pub is_aside: bool,
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
        self.forget_late_overlap();
        self.overlap = Some(Overlap { turn, early: self.has_just_begun(), is_aside: false });
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
        let last_voiced_at = self.at_of(last_voiced);
        let Some(overlap) = self.overlap.as_mut().filter(|_| active) else { return };
        overlap.turn.last_speech = last_voiced;
        overlap.turn.last_speech_at = last_voiced_at;
        let length = last_voiced - overlap.turn.from;
        match self.overlap_verdict().map(|verdict| verdict.kind) {
            Some(Kind::Open(wait) | Kind::Rides(wait)) if length >= wait => self.confirm_overlap("voice_duration"),
            _ => {}
        }
    }

    /// What the rules say of the undecided sound.
    fn overlap_verdict(&self) -> Option<Verdict> {
        let overlap = self.overlap.as_ref()?;
        Some(self.judge_over(&overlap.turn.text(), overlap.early, self.at_of(overlap.turn.from)))
    }

    /// What the rules say of words, or of none, over the interviewer, in a sound that began at `since`.
    pub(super) fn judge_over(&self, text: &str, early: bool, since: At) -> Verdict {
        let reply = self.reply.as_ref();
        let begun = reply.filter(|reply| !matches!(reply.stage, Stage::Secret | Stage::Preparing));
        let sound = Sound {
            text,
            said: &reply.map(|reply| reply.text()).unwrap_or_default(),
            early,
            heard: begun.map(|reply| reply.clock.played(self.now)),
            types: self.typed_within(TYPED_WITHIN + (self.now - since)),
            words_come: !matches!(self.setup.words, Words::Recogniser { partials: false, .. }),
            lexicon: self.lexicon,
        };
        over::judge(&sound, &self.setup.floor)
    }

    /// So little was heard of the reply that a single word of ours may be echo.
    pub(super) fn has_just_begun(&self) -> bool {
        let heard = self.reply.as_ref().filter(|reply| reply.stage == Stage::Speaking);
        heard.is_some_and(|reply| reply.clock.played(self.now) < ECHO_WORD_WITHIN)
    }

    pub(super) fn overlap_voice_stopped(&mut self) {
        let Some(mut overlap) = self.overlap.take() else { return };
        let to = self.mic.up_to;
        self.finish_utterance(&mut overlap.turn, to);
        self.overlap = Some(overlap);
        match self.overlap_verdict() {
            Some(Verdict { rule: "addressed_elsewhere", kind: Kind::Rides(_) }) => self.give_aside_time(),
            Some(Verdict { rule, kind: Kind::Rides(_) }) => self.ride_over(rule),
            _ => self.timers.arm(Timer::InterruptionFalse, self.now + self.setup.floor.interruption_words_ms),
        }
    }

    /// Who spoke to somebody else may turn back before the interviewer goes on.
    fn give_aside_time(&mut self) {
        self.show_aside();
        self.timers.arm(Timer::InterruptionFalse, self.now + self.setup.floor.aside_pause_ms);
    }

    /// The sound stands still as before, and the client learns why.
    fn show_aside(&mut self) {
        let Some(overlap) = self.overlap.as_mut().filter(|overlap| !overlap.is_aside) else { return };
        overlap.is_aside = true;
        let why = "addressed_elsewhere".to_owned();
        self.show(Show::Floor { state: FloorState::InterviewerPaused, why });
    }

    pub(super) fn overlap_words(&mut self, utterance: Option<UtteranceId>, text: &str, is_final: bool) {
        let Some(overlap) = self.overlap.as_mut() else { return };
        overlap.turn.take_words(utterance, text, is_final);
        let (no_words, pending) = (overlap.turn.text().is_empty(), overlap.turn.words_pending());
        let settled = is_final && !pending && !self.voice.active();
        let Some(verdict) = self.overlap_verdict() else { return };
        match verdict.kind {
            Kind::Interrupts => self.confirm_overlap("words"),
            Kind::Rides(_) if verdict.rule == "addressed_elsewhere" => {
                self.show_aside();
                if settled {
                    self.give_aside_time();
                }
            }
            Kind::Rides(_) if settled => self.dismiss_overlap(verdict.rule),
            Kind::Open(_) if settled && no_words => self.dismiss_overlap("no_words"),
            Kind::Open(_) if settled => self.confirm_overlap("words"),
            Kind::Open(_) | Kind::Rides(_) => {}
        }
    }

    /// No voice came after the sound, nor words that decided it.
    pub(super) fn overlap_is_over(&mut self) {
        let no_words = self.overlap.as_ref().is_none_or(|overlap| overlap.turn.text().is_empty());
        match self.overlap_verdict() {
            Some(Verdict { rule, kind: Kind::Rides(_) }) => self.ride_over(rule),
            Some(_) if no_words => self.ride_over("short_sound"),
            Some(_) => self.confirm_overlap("words"),
            None => {}
        }
    }

    /// The reply goes on. Words of the sound that are still to come are listened to: they may have been an interruption.
    fn ride_over(&mut self, why: &str) {
        let awaits_words = self.overlap.as_ref().is_some_and(|overlap| overlap.turn.words_pending());
        if !awaits_words || !self.setup.floor.is_on("late_interruption") {
            return self.dismiss_overlap(why);
        }
        self.timers.disarm(Timer::InterruptionFalse);
        self.timers.arm(Timer::InterruptionUndecided, self.now + LATE_WORDS_WITHIN);
        self.mic.listen_from = self.mic.listen_from.max(self.mic.up_to);
        self.late_overlap = self.overlap.take();
        self.floor_is(self.floor_now(), why);
        self.resume_sound();
    }

    /// Words of a sound over which the interviewer went on.
    pub(super) fn late_overlap_words(&mut self, utterance: Option<UtteranceId>, text: &str, is_final: bool) {
        let Some(late) = self.late_overlap.as_mut() else { return };
        late.turn.take_words(utterance, text, is_final);
        let (text, early, pending, from) = (late.turn.text(), late.early, late.turn.words_pending(), late.turn.from);
        let wants_floor = match self.judge_over(&text, early, self.at_of(from)).kind {
            Kind::Interrupts => true,
            Kind::Open(_) => !pending && !text.is_empty(),
            Kind::Rides(_) => false,
        };
        if wants_floor {
            if !self.is_interruptible() {
                self.finish_draining();
            }
            if self.attendance != Attendance::Ended && self.turn.is_none() {
                self.overlap = self.late_overlap.take();
                return self.confirm_overlap("late_interruption");
            }
        }
        if wants_floor || !pending {
            self.forget_late_overlap();
        }
    }

    /// The time for a decision, or for late words, is over. It is, of a sound, only when the microphone stalled: voice that was on then
    /// tells nothing of what comes after.
    pub(super) fn overlap_undecided(&mut self) {
        if self.overlap.is_some() {
            self.voice.reset();
        }
        self.forget_late_overlap();
        self.dismiss_overlap("undecided");
    }

    /// It was an interruption: the reply ends with what was heard of it, the candidate has the floor.
    pub(super) fn confirm_overlap(&mut self, why: &str) {
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
        self.forget_late_overlap();
        self.timers.disarm(Timer::InterruptionFalse);
        self.timers.disarm(Timer::InterruptionUndecided);
        if let Some(overlap) = self.overlap.take() {
            self.drop_utterances(&overlap.turn);
            self.mic.listen_from = self.mic.listen_from.max(self.mic.up_to);
        }
    }

    /// Words of an earlier sound come too late for anything.
    fn forget_late_overlap(&mut self) {
        if let Some(late) = self.late_overlap.take() {
            self.timers.disarm(Timer::InterruptionUndecided);
            self.drop_utterances(&late.turn);
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
