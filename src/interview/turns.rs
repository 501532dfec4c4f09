//! The candidate's turns: opened by voice or words, judged at every pause (`pausing.rs`), committed when the silence the rules
//! ask for has passed. Silence is measured in samples from the last speech sample.

use super::command::{Command, FloorState, NoticeCode, RefusalCode, Show, TurnReport};
use super::conversation::Item;
use super::event::{Role, TurnTaking};
use super::floor::habits::{Ended, Paused};
use super::floor::lexicon::{word_count, words};
use super::floor::over::Kind;
use super::floor::voice::VoiceChange;
use super::pausing::silence_in;
use super::setup::Words;
use super::speech::Stage;
use super::timer::Timer;
use super::transcript::Turn;
use super::{Attendance, Interview, next};
use crate::units::*;

/// The recogniser is given this much sound from before the voice was noticed: words begin softly.
const PRE_ROLL: Ms = Ms(400);
/// And this much after the last speech sample.
pub(super) const POST_ROLL: Ms = Ms(200);
/// Less sound than this is no turn (the protocol's own minimum).
const COMMIT_MIN: Ms = Ms(100);
/// Speech shorter than this without words was a noise, not something that was not understood.
const NOISE_MAX: Ms = Ms(700);
/// The candidate is told at most so often running that they were not understood.
const NOT_CAUGHT_MAX: u8 = 2;

impl Interview {
    pub(super) fn voice_scored(&mut self, up_to: SampleIdx, permille: Permille) {
        if !self.is_attended() {
            return;
        }
        self.mic.up_to = up_to;
        self.mic.at = self.now;
        let change = self.voice.score(up_to, permille);
        if self.session.turn_taking == TurnTaking::Client {
            return self.push_to_talk_sound();
        }
        match change {
            Some(VoiceChange::Started(from)) => self.voice_started(from),
            Some(VoiceChange::Stopped(_)) => self.overlap_voice_stopped(),
            None => {}
        }
        if self.overlap.is_some() {
            self.overlap_sound();
        } else if self.turn.is_some() {
            self.turn_sound();
        }
    }

    fn voice_started(&mut self, from: SampleIdx) {
        self.timers.disarm(Timer::CandidateAway);
        self.timers.disarm(Timer::TypedSpeechIdle);
        if self.overlap.is_some() {
            return self.overlap_voice_again(from);
        }
        if self.turn.is_none() {
            self.finish_draining();
        }
        if self.attendance == Attendance::Ended {
            // Those were the last words.
        } else if self.is_interruptible() {
            self.begin_overlap(from);
        } else if self.turn.is_some() {
            self.turn_goes_on(from);
        } else {
            self.open_turn(from, true);
        }
    }

    /// A turn of the candidate begins at `from`.
    pub(super) fn open_turn(&mut self, from: SampleIdx, has_voice: bool) {
        let mut turn = self.new_turn(from, has_voice);
        self.learn_how_it_begins(&mut turn);
        self.drop_secret_reply();
        if has_voice {
            self.begin_utterance(&mut turn, from);
        }
        self.show(Show::SpeechStarted { item: turn.item, from });
        self.turn = Some(turn);
        self.floor_is(FloorState::CandidateSpeaking, if has_voice { "voice" } else { "words" });
    }

    /// The turn that begins tells whether the one before it was whole.
    pub(super) fn learn_how_it_begins(&mut self, turn: &mut Turn) {
        let over_reply = self.reply.as_ref().is_some_and(|reply| reply.stage == Stage::Speaking);
        let at = self.at_of(turn.from);
        let last = self.last_turn.as_mut().filter(|last| last.has_voice && !last.learned);
        let ended = last.and_then(|last| {
            last.learned = true;
            let text = last.text();
            Some(Ended {
                words: last.words_before + word_count(&text),
                is_question: self.lexicon.is_question(&text),
                interrupts: last.interrupts,
                could_be_all: self.lexicon.could_be_all(&text),
                last_speech: last.last_speech,
                committed: last.ledger.committed?,
                answered: last.ledger.first_sent,
            })
        });
        let carries_on = self.lexicon.carries_on(&turn.text());
        let begun = self.habits.turn_begins(ended, turn.from, at, over_reply, carries_on);
        (turn.words_before, turn.interrupts) = (begun.words_before, begun.interrupts);
    }

    pub(super) fn new_turn(&mut self, from: SampleIdx, has_voice: bool) -> Turn {
        Turn {
            id: TurnId(next(&mut self.ids.turn)),
            item: ItemId(next(&mut self.ids.item)),
            from,
            last_speech: from,
            last_speech_at: self.at_of(from),
            has_voice,
            ..Turn::default()
        }
    }

    /// Gives the recogniser sound from a little before `from`, if there is one.
    pub(super) fn begin_utterance(&mut self, turn: &mut Turn, from: SampleIdx) {
        if let Words::Recogniser { .. } = self.setup.words {
            let utterance = UtteranceId(next(&mut self.ids.utterance));
            let from = (from - PRE_ROLL).max(self.mic.listen_from);
            turn.begin_utterance(Some(utterance));
            self.out.push(Command::StartTranscribing { utterance, from });
        }
    }

    /// Asks for the last word on the utterance being spoken.
    pub(super) fn finish_utterance(&mut self, turn: &mut Turn, to: SampleIdx) {
        let Some(utterance) = turn.speaking().filter(|utterance| utterance.id.is_some()) else { return };
        utterance.finishing = true;
        let Some(utterance) = utterance.id else { return };
        self.mic.listen_from = self.mic.listen_from.max(to);
        self.out.push(Command::FinishTranscribing { utterance, to });
        self.final_asked(utterance);
    }

    /// Speech after a pause within the turn: whatever was made of the pause is forgotten.
    fn turn_goes_on(&mut self, from: SampleIdx) {
        if self.ends_aside() {
            return self.open_turn(from, true);
        }
        let Some(mut turn) = self.turn.take() else { return };
        if turn.has_voice && turn.key.is_none() {
            let (text, length) = (turn.text(), from - turn.last_speech);
            let words = turn.words_before + word_count(&text);
            let paused = Paused::within(length, &text, words, turn.interrupts, self.lexicon);
            paused.into_iter().for_each(|paused| self.habits.paused(paused));
        }
        if turn.soft_ended || !turn.has_voice {
            self.begin_utterance(&mut turn, from);
        }
        turn.soft_ended = false;
        turn.has_voice = true;
        turn.verdict = None;
        turn.answer_after = None;
        turn.end_score = super::end_of_turn::EndScore::NotAsked;
        turn.key = None;
        turn.by_clock = false;
        self.turn = Some(turn);
        self.drop_secret_reply();
        self.floor_is(FloorState::CandidateSpeaking, "voice");
    }

    fn turn_sound(&mut self) {
        self.timers.arm(Timer::MicStalled, self.now + self.setup.floor.mic_stalled_ms);
        let (active, last_voiced, up_to) = (self.voice.active(), self.voice.last_voiced(), self.mic.up_to);
        let last_voiced_at = self.at_of(last_voiced);
        let Some(turn) = self.turn.as_mut() else { return };
        if active {
            turn.last_speech = last_voiced;
            turn.last_speech_at = last_voiced_at;
            return;
        }
        let silence = silence_in(turn, up_to, self.now);
        // Who draws breath to go on is not cut off between the first sound and the start rule's last.
        if turn.has_voice && !self.voice.may_start() {
            self.silence_is(silence);
        }
    }

    /// The turn is over. `rule` says why.
    pub(super) fn commit_turn(&mut self, rule: &'static str) {
        if rule != "client_committed" && self.ends_aside() {
            return self.listen("addressed_elsewhere");
        }
        let Some(mut turn) = self.turn.take() else { return };
        self.timers.disarm(Timer::MicStalled);
        self.timers.disarm(Timer::TypedSpeechIdle);
        let to = (turn.last_speech + POST_ROLL).min(self.mic.up_to);
        self.finish_utterance(&mut turn, to);
        turn.ended_by = rule;
        let is_known = if turn.has_voice { turn.soft_ended } else { turn.sight.is_some() };
        if !is_known {
            turn.sight = self.look();
        }
        turn.ledger.committed = Some(self.now);
        turn.ledger.speech_end = Some(turn.last_speech_at);
        if self.session.turn_taking != TurnTaking::Client {
            self.show(Show::SpeechStopped { item: turn.item, to: turn.last_speech });
        }
        let (text, pending) = (turn.text(), turn.words_pending());
        let recognised_nothing = text.is_empty() && !pending && matches!(self.setup.words, Words::Recogniser { .. });
        if recognised_nothing {
            return self.nothing_was_said(&turn);
        }
        self.turn_becomes_item(&turn, &text, pending);
        self.show_editor();
        turn.awaits_words = pending || text.is_empty();
        let awaits_words = turn.awaits_words;
        self.last_turn = Some(turn);
        if awaits_words { self.await_words() } else { self.answer_turn() }
    }

    /// When a sample of the microphone was spoken, on the interview's clock.
    pub(super) fn at_of(&self, sample: SampleIdx) -> At {
        At((self.mic.at - At((self.mic.up_to - sample).0)).0)
    }

    fn turn_becomes_item(&mut self, turn: &Turn, text: &str, pending: bool) {
        let mut item = Item::new(turn.item, Role::Candidate, turn.has_voice);
        item.text = text.to_owned();
        item.audio = turn.last_speech - turn.from;
        item.complete = !pending;
        let (item_id, after) = (item.id, self.conversation.push(item));
        self.mic.listen_from = self.mic.listen_from.max(self.mic.up_to);
        self.show(Show::InputCommitted { item: item_id, after });
        self.show(Show::ItemAdded { item: item_id, after, role: Role::Candidate });
        self.show(Show::ItemDone { item: item_id, after });
        if !pending && !text.is_empty() {
            self.show(Show::TranscriptDone { item: item_id, text: text.to_owned() });
        }
    }

    /// An answer made in secret waits for the words, too: mostly they are those it was made for.
    fn await_words(&mut self) {
        let late = self.last_turn.as_ref().map(|turn| self.words_late_at(turn));
        self.timers.arm(Timer::FinalOverdue, late.unwrap_or(self.now));
        self.floor_is(FloorState::Preparing, "awaits_words");
    }

    /// Sound that was no speech: nobody is bothered with it. Longer speech without words is asked for again.
    fn nothing_was_said(&mut self, turn: &Turn) {
        self.drop_secret_reply();
        self.mic.listen_from = self.mic.listen_from.max(self.mic.up_to);
        let spoken = turn.last_speech - turn.from;
        if spoken < NOISE_MAX || !self.answers_by_itself() {
            return self.listen("no_words");
        }
        self.not_understood();
    }

    fn not_understood(&mut self) {
        self.not_caught = self.not_caught.saturating_add(1);
        if self.not_caught > NOT_CAUGHT_MAX || self.is_replying() || self.candidate_has_floor() {
            return self.listen("no_words");
        }
        let text = self.setup.lines.not_caught.clone();
        self.say_aside(text);
    }

    /// A committed turn with its words is answered.
    pub(super) fn answer_turn(&mut self) {
        self.not_caught = 0;
        self.away_asked = 0;
        self.candidate_is_active();
        if let Some((text, interrupts)) = self.last_turn.as_ref().map(|turn| (turn.text(), turn.interrupts)) {
            self.agenda_hears(&text, interrupts);
        }
        if self.candidate_has_floor() {
            // Its words came late and the candidate speaks again: what they say now is answered, with this before it.
            return;
        }
        let wish = self.owed.take();
        if wish.is_none() && !self.answers_by_itself() {
            self.drop_secret_reply();
            return self.listen("client_answers");
        }
        if self.is_replying() {
            self.owed = Some(wish.unwrap_or_default());
            // The turn is over; the floor is the reply's again.
            return self.floor_is(self.floor_now(), "turn_over");
        }
        let Some(turn) = self.last_turn.as_ref() else { return };
        let (id, text) = (turn.id, turn.text());
        if turn.ended_by == "rambling" && wish.is_none() {
            return self.step_in(id);
        }
        match wish {
            Some(wish) => self.answer(Some(id), &text, wish),
            None => self.answer_or_reveal(id, &text),
        }
    }

    /// Words of the candidate, wherever they belong.
    pub(super) fn words_heard(&mut self, utterance: Option<UtteranceId>, text: &str, is_final: bool) {
        if !self.is_attended() && utterance.is_none() {
            return;
        }
        if is_final {
            self.final_came(utterance);
        }
        if self.overlap.as_ref().is_some_and(|overlap| overlap.turn.has(utterance)) {
            return self.overlap_words(utterance, text, is_final);
        }
        if utterance.is_some() && self.late_overlap.as_ref().is_some_and(|late| late.turn.has(utterance)) {
            return self.late_overlap_words(utterance, text, is_final);
        }
        let late = self.belongs_to_last_turn(utterance, text, is_final);
        if late {
            return self.late_words(utterance, text, is_final);
        }
        if self.turn.as_ref().is_some_and(|turn| turn.has(utterance)) {
            return self.turn_words(utterance, text, is_final);
        }
        if utterance.is_none() && !text.trim().is_empty() {
            self.words_without_voice(text, is_final);
        }
    }

    fn belongs_to_last_turn(&self, utterance: Option<UtteranceId>, text: &str, is_final: bool) -> bool {
        let Some(last) = self.last_turn.as_ref() else { return false };
        if utterance.is_some() {
            return last.has(utterance);
        }
        // Browser words carry no name: they are late if the last turn still waits for words, or if they settle its
        // last partial, which begins with the same word.
        let unsettled = last.utterances.last().filter(|utterance| utterance.settled.is_none());
        let same_start = unsettled.is_some_and(|u| words(&u.partial).first() == words(text).first());
        (self.turn.is_none() && last.awaits_words) || (is_final && same_start)
    }

    fn turn_words(&mut self, utterance: Option<UtteranceId>, text: &str, is_final: bool) {
        let now = self.now;
        let Some(turn) = self.turn.as_mut() else { return };
        let was_pending = turn.words_pending();
        let changed = turn.take_words(utterance, text, is_final);
        if is_final {
            turn.ledger.stt_final = Some(now);
        }
        let (item, text, has_voice, soft_ended) = (turn.item, turn.text(), turn.has_voice, turn.soft_ended);
        let settled = was_pending && !turn.words_pending();
        if changed {
            self.show(Show::TranscriptPartial { item, text });
        }
        if !has_voice {
            return self.typed_speech_goes_on();
        }
        if soft_ended && (changed || settled) {
            self.judge_turn();
            self.judge_silence_now();
        }
    }

    /// A turn made of words alone ends when no more come for as long as the rules would wait in silence.
    fn typed_speech_goes_on(&mut self) {
        let sight = self.look();
        if let Some(turn) = self.turn.as_mut() {
            turn.sight = sight;
        }
        self.judge_turn();
        let wait = self.turn.as_ref().and_then(|turn| turn.verdict.as_ref()).map(|verdict| verdict.wait);
        self.timers.arm(Timer::TypedSpeechIdle, self.now + wait.unwrap_or(self.setup.floor.plain_silence_ms));
    }

    /// Browser words while no voice was noticed: the detector missed it, or the interviewer's own voice came back.
    fn words_without_voice(&mut self, text: &str, is_final: bool) {
        self.timers.disarm(Timer::CandidateAway);
        self.finish_draining();
        if self.attendance == Attendance::Ended {
            return;
        }
        if self.is_interruptible() {
            if !matches!(self.judge_over(text, self.has_just_begun(), self.now).kind, Kind::Rides(_)) {
                self.interrupt_by_words();
                self.turn_words(None, text, is_final);
            }
            return;
        }
        self.open_turn(self.mic.up_to, false);
        self.turn_words(None, text, is_final);
    }

    /// Words of a turn that is over: they still belong to it. An answer nobody has heard is made anew.
    fn late_words(&mut self, utterance: Option<UtteranceId>, text: &str, is_final: bool) {
        let Some(mut turn) = self.last_turn.take() else { return };
        let changed = turn.take_words(utterance, text, is_final);
        if is_final {
            turn.ledger.stt_final = turn.ledger.stt_final.or(Some(self.now));
        }
        let (item, text, pending) = (turn.item, turn.text(), turn.words_pending());
        if let Some(item) = self.conversation.get_mut(item) {
            item.text = text.clone();
            item.complete = !pending;
        }
        let (turn_id, awaited) = (turn.id, turn.awaits_words);
        let answered = awaited && is_final && !pending;
        turn.awaits_words = awaited && !answered;
        self.last_turn = Some(turn);
        if is_final && !pending && !text.is_empty() {
            self.show(Show::TranscriptDone { item, text: text.clone() });
        } else if changed {
            self.show(Show::TranscriptPartial { item, text: text.clone() });
        }
        if answered {
            self.timers.disarm(Timer::FinalOverdue);
            if text.is_empty() { self.no_words_came() } else { self.answer_turn() }
        } else if changed {
            self.words_changed_after_commit(turn_id, &text);
        }
    }

    /// The last words did not come in time: go on with what there is.
    pub(super) fn final_overdue(&mut self) {
        let Some(turn) = self.last_turn.as_mut().filter(|turn| turn.awaits_words) else { return };
        turn.awaits_words = false;
        turn.give_up_words(None);
        let (item, text) = (turn.item, turn.text());
        if text.is_empty() {
            return self.no_words_came();
        }
        if let Some(item) = self.conversation.get_mut(item) {
            item.complete = true;
        }
        self.show(Show::TranscriptDone { item, text });
        self.answer_turn();
    }

    /// A turn without any words. Nobody acts as if they had understood it: whoever is asked for an answer all the same gives one.
    fn no_words_came(&mut self) {
        let Some(turn) = self.last_turn.as_ref() else { return };
        let (item, spoken) = (turn.item, turn.last_speech - turn.from);
        self.show(Show::TranscriptFailed { item, kind: FailureKind::Timeout });
        if self.owed.is_some() {
            return self.answer_turn();
        }
        if spoken < NOISE_MAX || !self.answers_by_itself() {
            return self.listen("no_words");
        }
        self.not_understood();
    }

    pub(super) fn transcription_failed(&mut self, utterance: Option<UtteranceId>, kind: FailureKind) {
        self.notice(NoticeCode::SttFailed);
        for overlap in [&mut self.overlap, &mut self.late_overlap].into_iter().flatten() {
            overlap.turn.give_up_words(utterance);
        }
        if let Some(turn) = self.turn.as_mut() {
            turn.give_up_words(utterance);
            if turn.soft_ended {
                self.judge_turn();
                self.judge_silence_now();
            }
        }
        let Some(last) = self.last_turn.as_mut().filter(|turn| turn.awaits_words && turn.has(utterance)) else {
            return;
        };
        last.give_up_words(utterance);
        if last.words_pending() {
            return;
        }
        let item = last.item;
        if last.text().is_empty() {
            self.show(Show::TranscriptFailed { item, kind });
        }
        self.timers.disarm(Timer::FinalOverdue);
        self.final_overdue();
    }

    /// No microphone sound for a while: judge the open turn by the clock.
    pub(super) fn mic_stalled(&mut self) {
        let (mic, now) = (self.mic, self.now);
        let Some(turn) = self.turn.as_ref().filter(|turn| turn.has_voice) else { return };
        let silence = (mic.up_to - turn.last_speech) + (now - mic.at);
        let soft_ended = turn.soft_ended;
        self.voice.reset();
        if let Some(turn) = self.turn.as_mut() {
            turn.by_clock = true;
        }
        if !soft_ended {
            self.soft_end();
        }
        let Some(wait) = self.turn.as_ref().and_then(|turn| turn.verdict.as_ref()).map(|verdict| verdict.wait) else {
            return;
        };
        if silence >= wait {
            self.commit_turn("mic_stalled");
        } else {
            self.timers.arm(Timer::MicStalled, now + (wait - silence));
        }
    }

    /// Push-to-talk: all sound since the last commit is the turn.
    fn push_to_talk_sound(&mut self) {
        if self.turn.is_none() {
            let from = self.mic.listen_from;
            let mut turn = self.new_turn(from, true);
            self.begin_utterance(&mut turn, from);
            self.turn = Some(turn);
        }
        if let Some(turn) = self.turn.as_mut() {
            turn.last_speech = self.mic.up_to;
            turn.last_speech_at = self.now;
        }
    }

    /// The client commits the sound so far as a turn.
    pub(super) fn mic_committed(&mut self, up_to: SampleIdx) {
        let from = self.turn.as_ref().map_or(self.mic.listen_from, |turn| turn.from);
        if up_to - from < COMMIT_MIN {
            return self.refuse(RefusalCode::InputBufferEmpty, "");
        }
        self.mic.up_to = self.mic.up_to.max(up_to);
        self.mic.at = self.now;
        // Who commits what they say over the interviewer wants the floor.
        self.confirm_overlap("client_committed");
        if self.turn.is_none() {
            let mut turn = self.new_turn(from, true);
            self.begin_utterance(&mut turn, from);
            self.turn = Some(turn);
        }
        if let Some(turn) = self.turn.as_mut() {
            turn.last_speech = up_to;
            turn.last_speech_at = self.now;
        }
        self.voice.reset();
        self.commit_turn("client_committed");
    }

    /// The client threw its uncommitted sound away.
    pub(super) fn mic_cleared(&mut self, up_to: SampleIdx) {
        self.drop_turn();
        self.dismiss_overlap("client_cleared");
        self.voice.reset();
        self.mic.up_to = self.mic.up_to.max(up_to);
        self.mic.listen_from = self.mic.up_to;
        self.show(Show::InputCleared);
        if self.floor_now() == FloorState::Listening {
            self.listen("client_cleared");
        }
    }

    /// Forgets the turn in progress.
    pub(super) fn drop_turn(&mut self) {
        self.drop_secret_reply();
        self.timers.disarm(Timer::MicStalled);
        self.timers.disarm(Timer::TypedSpeechIdle);
        if let Some(turn) = self.turn.take() {
            self.drop_utterances(&turn);
        }
    }

    pub(super) fn drop_utterances(&mut self, turn: &Turn) {
        for utterance in turn.utterances.iter().filter(|utterance| utterance.settled.is_none()) {
            if let Some(utterance) = utterance.id {
                self.out.push(Command::DropTranscribing { utterance });
            }
        }
    }

    /// A turn of the candidate is open. With push-to-talk there always is one, and it says nothing.
    pub(super) fn candidate_has_floor(&self) -> bool {
        self.turn.is_some() && self.session.turn_taking != TurnTaking::Client
    }

    /// Nobody speaks.
    pub(super) fn listen(&mut self, why: &str) {
        if self.candidate_has_floor() || self.is_replying() {
            return;
        }
        self.drop_secret_reply();
        self.floor_is(FloorState::Listening, why);
        self.spoke_at = Some(self.now);
        self.urge_again();
        if self.is_at_work() {
            return self.arm_stall();
        }
        self.timers.arm(Timer::CandidateAway, self.now + self.setup.floor.candidate_away_ms);
    }

    /// A committed turn is answered without the client asking; with push-to-talk it asks.
    pub(super) fn answers_by_itself(&self) -> bool {
        self.session.answers_by_itself && self.session.turn_taking != TurnTaking::Client
    }

    /// How the turn that a reply answers was decided.
    pub(super) fn show_turn_report(&mut self, turn: TurnId) {
        let Some(turn) = self.last_turn.as_ref().filter(|last| last.id == turn) else { return };
        let report = TurnReport {
            turn: turn.id,
            item: turn.item,
            rule: turn.ended_by.to_owned(),
            stretched_by: turn.verdict.as_ref().and_then(|verdict| verdict.stretched_by).map(str::to_owned),
            facts: turn.facts(),
            ledger: turn.ledger,
        };
        self.show(Show::Turn(report));
    }
}
