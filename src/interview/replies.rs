//! The interviewer's replies: asked from a model or taken from the author's lines, cut into pieces, synthesized, played,
//! and ended by completion, interruption or failure. A reply made in secret becomes known when its turn is committed.

use super::agenda::{Line, Next};
use super::command::{Command, FloorState, Ledger, NoticeCode, Outcome, Show};
use super::conversation::Item;
use super::event::{EndReason, Role};
use super::floor::lexicon::same_words;
use super::openers::without_echo;
use super::sentences::Cutter;
use super::setup::{Interviewer, Voice};
use super::speech::{Channel, PlayClock, Purpose, Reply, Speech, Stage};
use super::timer::Timer;
use super::transcript::Turn;
use super::unspoken::Unspoken;
use super::{Attendance, Interview, next};
use crate::units::*;

/// A client that speaks itself may take half as long again as estimated, and this much more, before it is taken to have
/// finished.
const CLIENT_VOICE_SLACK: Ms = Ms(3_000);

/// What the client wants of a reply.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Instructions for this reply alone.
    pub instructions: Option<String>,
    /// Voice or text; none: as the session says.
    pub voice: Option<bool>,
    /// Outside the conversation.
    pub outside: bool,
}

/// An answer to who speaks into the last words takes so long at most, with the words themselves.
const LAST_ANSWER_TAKES: Ms = Ms(20_000);

impl Interview {
    /// The interviewer has the floor or is about to take it.
    pub(super) fn is_replying(&self) -> bool {
        self.reply.as_ref().is_some_and(|reply| matches!(reply.stage, Stage::Preparing | Stage::Speaking))
    }

    pub(super) fn greet(&mut self) {
        let next = Next::line(Line::Greeting, "client_joined");
        let text = self.agenda_says(|agenda, ground| agenda.text(next, ground));
        let reply = self.new_reply(Purpose::Answer, Some(next), Wish::default());
        self.say(reply, &text);
    }

    /// Says something that does not move the agenda.
    pub(super) fn say_aside(&mut self, text: String) {
        let reply = self.new_reply(Purpose::Aside, None, Wish::default());
        self.say(reply, &text);
    }

    /// Says the line with which a turn that has lasted for long is ended.
    pub(super) fn step_in(&mut self, turn: TurnId) {
        let mut reply = self.new_reply(Purpose::Aside, None, Wish::default());
        reply.turn = Some(turn);
        let text = self.setup.lines.step_in.clone();
        self.say(reply, &text);
    }

    pub(super) fn close_for_time(&mut self) {
        self.forget_overlap();
        self.drop_turn();
        self.stop_reply(Outcome::Cancelled);
        let text = format!("{} {}", self.setup.lines.time_up, self.setup.question.closing);
        let next = Next::line(Line::Closing, "time_up");
        let reply = self.new_reply(Purpose::Closing, Some(next), Wish::default());
        self.say(reply, &text);
    }

    fn say(&mut self, reply: Reply, text: &str) {
        self.drop_secret_reply();
        self.reply = Some(reply);
        self.reveal_reply();
        self.write(text);
        self.finish_writing();
    }

    pub(super) fn new_reply(&mut self, purpose: Purpose, next_line: Option<Next>, wish: Wish) -> Reply {
        let voice = wish.voice.unwrap_or(self.session.voice);
        let channel = match self.setup.voice {
            _ if !voice => Channel::Text,
            Voice::Server => Channel::Sound,
            Voice::Client => Channel::ClientVoice,
            Voice::Silent => Channel::Text,
        };
        Reply {
            id: ReplyId(next(&mut self.ids.reply)),
            item: ItemId(next(&mut self.ids.item)),
            turn: None,
            basis: String::new(),
            purpose,
            next: next_line,
            look: None,
            request: None,
            asked_at: self.now,
            has_begun: false,
            hedge: None,
            opener: None,
            written: false,
            stage: Stage::Secret,
            channel,
            outside: wish.outside,
            instructions: wish.instructions,
            unspoken: Unspoken::default(),
            cutter: Cutter::default(),
            speeches: Vec::new(),
            failure: None,
            cut_short: false,
            tokens: (0, 0),
            clock: PlayClock::new(self.client_reports),
        }
    }

    /// Begins an answer nobody may hear before the turn is committed.
    pub(super) fn answer_in_secret(&mut self, turn: TurnId, text: &str) {
        if self.agenda.is_closed() {
            return;
        }
        let next = self.next_if_heard(text);
        if next.line == Line::Nothing {
            return;
        }
        let reply = self.new_answer(Some(turn), text, next, Wish::default());
        self.reply = Some(reply);
        self.compose(Some(text));
    }

    fn new_answer(&mut self, turn: Option<TurnId>, text: &str, next: Next, wish: Wish) -> Reply {
        let purpose = if next.line == Line::Closing { Purpose::Closing } else { Purpose::Answer };
        let mut reply = self.new_reply(purpose, Some(next), wish);
        reply.turn = turn;
        reply.basis = text.to_owned();
        reply
    }

    /// The secret answer if it was made for these very words and still is what comes next, else a new one, or silence where
    /// the candidate thinks aloud.
    pub(super) fn answer_or_reveal(&mut self, turn: TurnId, text: &str) {
        let next = self.next_line(true);
        let made =
            |reply: &Reply| reply.stage == Stage::Secret && same_words(&reply.basis, text) && reply.next == Some(next);
        if self.reply.as_ref().is_some_and(made) && self.has_looked_last(turn) {
            return self.reveal_reply();
        }
        if next.line == Line::Nothing {
            self.drop_secret_reply();
            self.finish_draining();
            if self.attendance == Attendance::Present {
                self.choice_is_made(None, next);
                self.listen(next.why);
            }
            return;
        }
        self.answer(Some(turn), text, Wish::default());
    }

    /// Answers now.
    pub(super) fn answer(&mut self, turn: Option<TurnId>, text: &str, wish: Wish) {
        self.drop_secret_reply();
        self.finish_draining();
        if self.attendance == Attendance::Ended {
            return;
        }
        if self.agenda.is_closed() {
            return self.answer_into_last_words(turn, text, wish);
        }
        let next = self.next_line(false);
        let reply = self.new_answer(turn, text, next, wish);
        self.reply = Some(reply);
        self.reveal_reply();
        self.compose(None);
    }

    /// The candidate spoke into the last words: while there is time they are answered, once, and that is the end.
    fn answer_into_last_words(&mut self, turn: Option<TurnId>, text: &str, wish: Wish) {
        let interrupts = self.last_turn.as_ref().is_some_and(|last| Some(last.id) == turn && last.interrupts);
        if !interrupts || self.time_left() < LAST_ANSWER_TAKES || !self.agenda.takes_last_question() {
            return self.end(EndReason::Completed);
        }
        let mut reply = self.new_answer(turn, text, Next::line(Line::Free, "interrupted_last_words"), wish);
        reply.purpose = Purpose::Closing;
        self.reply = Some(reply);
        self.reveal_reply();
        self.compose(None);
    }

    /// Finds the reply's words: from the model, or from the author.
    pub(super) fn compose(&mut self, unfinished_turn: Option<&str>) {
        let verbatim = self.reply.as_ref().and_then(|reply| reply.next).is_some_and(Next::is_verbatim);
        match self.setup.interviewer {
            _ if verbatim => self.write_authored(),
            Interviewer::Model => self.ask_model(unfinished_turn),
            Interviewer::Authored => self.write_authored(),
        }
    }

    pub(super) fn write_authored(&mut self) {
        let next = self.reply.as_ref().and_then(|reply| reply.next).unwrap_or(Next::line(Line::Free, "go_on"));
        let authored = self.agenda_does(|agenda, ground| agenda.authored(next, ground));
        let text = if authored.trim().is_empty() { self.setup.lines.go_on.clone() } else { authored };
        self.write(&text);
        self.finish_writing();
    }

    /// The client learns of the reply; what is ready of it goes out.
    pub(super) fn reveal_reply(&mut self) {
        let Some(mut reply) = self.reply.take() else { return };
        if let Some(next) = reply.next {
            self.choice_is_made(Some(reply.id), next);
        }
        if reply.stage == Stage::Secret {
            self.secret_is_kept(reply.turn);
        }
        reply.stage = Stage::Preparing;
        self.has_seen(&reply);
        let after = if reply.outside {
            None
        } else {
            let spoken = reply.channel != Channel::Text;
            self.conversation.push(Item::new(reply.item, Role::Interviewer, spoken))
        };
        let voice = reply.channel != Channel::Text;
        self.timers.disarm(Timer::CandidateAway);
        self.show(Show::ReplyCreated { reply: reply.id, voice, outside_conversation: reply.outside });
        self.show(Show::ReplyItemAdded { reply: reply.id, item: reply.item, after });
        self.floor_is(FloorState::Preparing, "turn_over");
        for place in 0..reply.speeches.len() {
            self.release(&mut reply, place);
        }
        self.ask_voice(&mut reply);
        self.reply = Some(reply);
        self.watch_speech();
        self.watch_call();
        self.await_opener();
        self.reply_may_be_done();
    }

    /// More words of the reply.
    pub(super) fn write(&mut self, text: &str) {
        let Some(mut reply) = self.reply.take() else { return };
        let mut pieces = Vec::new();
        reply.cutter.push(text, &mut pieces);
        self.add_pieces(&mut reply, pieces);
        self.reply = Some(reply);
        self.watch_speech();
    }

    /// All words of the reply are there.
    pub(super) fn finish_writing(&mut self) {
        let Some(mut reply) = self.reply.take() else { return };
        let mut pieces = Vec::new();
        reply.cutter.finish(&mut pieces);
        reply.request = None;
        reply.written = true;
        self.add_pieces(&mut reply, pieces);
        self.reply = Some(reply);
        self.watch_speech();
        self.reply_may_be_done();
    }

    fn add_pieces(&mut self, reply: &mut Reply, pieces: Vec<String>) {
        for mut text in pieces {
            if reply.answer().next().is_none() {
                self.note(reply.turn, |ledger, now| ledger.first_sentence = Some(now));
                self.drop_unheard_opener(reply);
                if let Some(opener) = reply.speeches.first() {
                    text = without_echo(&text, &opener.text);
                }
            }
            self.new_speech(reply, text);
            if reply.stage != Stage::Secret {
                self.release(reply, reply.speeches.len() - 1);
            }
        }
        self.ask_voice(reply);
    }

    pub(super) fn new_speech(&mut self, reply: &mut Reply, text: String) -> SpeechId {
        let id = SpeechId(next(&mut self.ids.speech));
        let speech = Speech { id, text, ..Speech::default() };
        reply.speeches.push(speech);
        id
    }

    /// A piece may go out.
    pub(super) fn release(&mut self, reply: &mut Reply, place: usize) {
        let Some(speech) = reply.speeches.get_mut(place).filter(|speech| !speech.released) else { return };
        speech.released = true;
        if speech.finished {
            // The voice failed on it while nobody was to know: its words are shown.
            self.notice(NoticeCode::TtsFailed);
            return self.show_piece(reply, place);
        }
        match reply.channel {
            Channel::Sound => {
                let (id, asked) = (speech.id, speech.asked);
                if asked {
                    self.out.push(Command::Play { speech: id });
                }
            }
            Channel::ClientVoice => self.speak_by_client(reply, place),
            Channel::Text => {
                speech.finished = true;
                self.show_piece(reply, place);
                reply.stage = Stage::Speaking;
            }
        }
    }

    fn speak_by_client(&mut self, reply: &mut Reply, place: usize) {
        let first = reply.stage == Stage::Preparing;
        self.show_piece(reply, place);
        let text = reply.speeches[place].text.clone();
        self.show(Show::Speak { item: reply.item, text });
        reply.stage = Stage::Speaking;
        let estimate = reply.estimate();
        reply.clock.advanced(self.now, estimate);
        if first {
            self.first_sound_sent(reply);
        }
    }

    /// The client sees the piece's words.
    pub(super) fn show_piece(&mut self, reply: &mut Reply, place: usize) {
        let Some(speech) = reply.speeches.get_mut(place).filter(|speech| !speech.shown) else { return };
        speech.shown = true;
        let space = if place == 0 { "" } else { " " };
        let delta = format!("{space}{}", speech.text);
        self.show(Show::ReplyWrote { reply: reply.id, item: reply.item, delta });
    }

    pub(super) fn first_sound_sent(&mut self, reply: &Reply) {
        // A client that speaks itself holds its voice as long as it is not decided what the candidate's sound is.
        if self.overlap.is_none() {
            self.floor_is(FloorState::InterviewerSpeaking, "reply");
        }
        self.note(reply.turn, |ledger, now| ledger.first_sent = Some(now));
        if let Some(turn) = reply.turn {
            self.show_turn_report(turn);
        }
    }

    /// The turn of this id, if it is the present one or the one before.
    pub(super) fn turn_of(&mut self, turn: TurnId) -> Option<&mut Turn> {
        let turns = [self.turn.as_mut(), self.last_turn.as_mut()];
        turns.into_iter().flatten().find(|candidate| candidate.id == turn)
    }

    /// The ledger of a turn.
    pub(super) fn ledger(&mut self, turn: TurnId) -> Option<&mut Ledger> {
        self.turn_of(turn).map(|turn| &mut turn.ledger)
    }

    pub(super) fn note(&mut self, turn: Option<TurnId>, write: impl FnOnce(&mut Ledger, At)) {
        let now = self.now;
        if let Some(ledger) = turn.and_then(|turn| self.ledger(turn)) {
            write(ledger, now);
        }
    }

    /// Forgets the answer made in secret; nobody has heard of it.
    pub(super) fn drop_secret_reply(&mut self) {
        if self.reply.as_ref().is_none_or(|reply| reply.stage != Stage::Secret) {
            return;
        }
        let Some(reply) = self.reply.take() else { return };
        self.drop_services(&reply);
        self.secret_is_dropped(reply.turn);
        self.note(reply.turn, |ledger, _| {
            ledger.llm_first_token = None;
            ledger.first_sentence = None;
            ledger.tts_first_byte = None;
        });
    }

    fn drop_services(&mut self, reply: &Reply) {
        for request in [reply.request, reply.hedge].into_iter().flatten() {
            self.out.push(Command::CancelModel { request });
        }
        for timer in [Timer::ModelOverdue, Timer::ModelHedge, Timer::OpenerDue] {
            self.timers.disarm(timer);
        }
        self.timers.disarm(Timer::SpeechOverdue);
        self.timers.disarm(Timer::PlayoutDrained);
        if reply.channel == Channel::Sound {
            for speech in reply.speeches.iter().filter(|speech| speech.asked && !speech.finished) {
                self.out.push(Command::DropSpeech { speech: speech.id });
            }
        }
    }

    /// Ends the reply before its end; what was heard of it stays.
    pub(super) fn stop_reply(&mut self, outcome: Outcome) {
        self.stop_reply_at(outcome, None);
    }

    /// As [`Self::stop_reply`]; `heard` is what the client says was heard, if it does.
    pub(super) fn stop_reply_at(&mut self, outcome: Outcome, heard: Option<Ms>) {
        self.drop_secret_reply();
        let Some(reply) = self.reply.take() else { return self.resume_sound() };
        self.drop_services(&reply);
        // Sound may have been paused while it was decided; the next reply starts unpaused.
        self.resume_sound();
        if reply.stage == Stage::Draining {
            return;
        }
        let heard = heard.unwrap_or_else(|| reply.clock.played(self.now));
        if let Some(item) = self.conversation.get_mut(reply.item) {
            reply.write_to(item);
            item.cut_to(heard);
        }
        // Who answers a greeting before its end has been greeted.
        let greeted = heard > Ms(0) && reply.next.is_some_and(|next| next.line == Line::Greeting);
        if reply.half_heard(heard) || greeted {
            self.line_said(&reply);
        }
        self.show_done(&reply, outcome);
    }

    fn show_done(&mut self, reply: &Reply, outcome: Outcome) {
        self.show(Show::ReplyDone {
            reply: reply.id,
            item: Some(reply.item),
            outcome,
            tokens_in: reply.tokens.0,
            tokens_out: reply.tokens.1,
        });
    }

    fn line_said(&mut self, reply: &Reply) {
        if let Some(next) = reply.next {
            self.agenda_does(|agenda, ground| agenda.said(next, ground));
        }
    }

    /// Writes what was said so far into the reply's item.
    pub(super) fn write_item(&mut self) {
        let Some(reply) = self.reply.as_ref() else { return };
        if let Some(item) = self.conversation.get_mut(reply.item) {
            reply.write_to(item);
        }
    }

    /// All is written and sent: the reply is done; the client may still be playing.
    pub(super) fn reply_may_be_done(&mut self) {
        let done = self
            .reply
            .as_ref()
            .is_some_and(|reply| reply.is_sent() && matches!(reply.stage, Stage::Preparing | Stage::Speaking));
        if !done {
            return;
        }
        self.write_item();
        let Some(mut reply) = self.reply.take() else { return };
        reply.stage = Stage::Draining;
        self.timers.disarm(Timer::SpeechOverdue);
        if let Some(item) = self.conversation.get_mut(reply.item) {
            item.complete = true;
        }
        let outcome = match (reply.failure, reply.cut_short) {
            (Some(kind), _) => Outcome::Failed(kind),
            (None, true) => Outcome::CutShort,
            (None, false) => Outcome::Completed,
        };
        self.line_said(&reply);
        self.show_done(&reply, outcome);
        self.reply = Some(reply);
        self.arm_drained();
    }

    pub(super) fn arm_drained(&mut self) {
        let now = self.now;
        let Some(reply) = self.reply.as_ref() else { return };
        let at = if reply.channel == Channel::Sound { reply.clock.drained_at(now) } else { now };
        self.timers.arm(Timer::PlayoutDrained, at);
    }

    /// The client plays on after a halt.
    pub(super) fn drain_again(&mut self) {
        match self.reply.as_ref().map(|reply| (reply.stage, reply.channel)) {
            Some((Stage::Draining, _)) => self.arm_drained(),
            Some((Stage::Speaking, Channel::ClientVoice)) => self.arm_client_voice(),
            _ => {}
        }
    }

    /// A client that never says that it has finished is not waited for for ever.
    pub(super) fn arm_client_voice(&mut self) {
        let Some(reply) = self.reply.as_ref() else { return };
        let slack = Ms(reply.estimate().0 * 3 / 2) + CLIENT_VOICE_SLACK;
        self.timers.arm(Timer::PlayoutDrained, self.now + (slack - reply.clock.played(self.now)));
    }

    /// The client has played all.
    pub(super) fn playout_drained(&mut self) {
        if self.sound_halted {
            // What the client has of it is heard later or never: looked at again when sound goes on.
            return;
        }
        let Some(reply) = self.reply.as_ref() else { return };
        if reply.channel == Channel::ClientVoice && reply.stage == Stage::Speaking {
            return self.client_voice_finished();
        }
        self.finish_draining();
    }

    pub(super) fn client_voice_finished(&mut self) {
        if let Some(reply) = self.reply.as_mut() {
            reply.speeches.iter_mut().filter(|speech| speech.released).for_each(|speech| speech.finished = true);
        }
        self.reply_may_be_done();
    }

    /// The reply is over in every respect: what was put off because of it comes now.
    pub(super) fn finish_draining(&mut self) {
        if self.reply.as_ref().is_none_or(|reply| reply.stage != Stage::Draining) {
            return;
        }
        self.timers.disarm(Timer::PlayoutDrained);
        let Some(reply) = self.reply.take() else { return };
        if reply.purpose == Purpose::Closing {
            return self.end(if self.time_is_up { EndReason::TimeUp } else { EndReason::Completed });
        }
        if self.owed.is_some() && !self.candidate_has_floor() {
            return self.answer_turn();
        }
        self.listen("interviewer_finished");
    }

    pub(super) fn words_changed_after_commit(&mut self, turn: TurnId, text: &str) {
        let unheard = self.reply.as_ref().is_some_and(|reply| {
            let stage = matches!(reply.stage, Stage::Preparing | Stage::Speaking);
            reply.turn == Some(turn) && stage && reply.answer_sent() == Ms(0) && !same_words(&reply.basis, text)
        });
        if !unheard || self.setup.interviewer == Interviewer::Authored {
            return;
        }
        let Some(mut reply) = self.reply.take() else { return };
        let (opener, answer) = reply.speeches.drain(..).partition(|speech| Some(speech.id) == reply.opener);
        reply.speeches = answer;
        self.drop_services(&reply);
        reply.speeches = opener;
        reply.basis = text.to_owned();
        reply.unspoken = Unspoken::default();
        reply.cutter = Cutter::default();
        reply.written = false;
        self.reply = Some(reply);
        self.ask_model(None);
    }
}
