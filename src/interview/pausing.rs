//! A pause in the candidate's turn: at its soft end the last words are asked for and the rules judge it; an answer is begun in
//! secret so that it is ready when the silence they ask for has passed. Then the turn is over.

use super::Interview;
use super::command::FloorState;
use super::editor::Editor;
use super::event::Role;
use super::floor::lexicon::{Asked, same_words, word_count};
use super::floor::moment::{Moment, RunSays, SoundSays, Verdict, key_after};
use super::floor::rules;
use super::speech::{Reply, Stage};
use super::transcript::Turn;
use super::turns::POST_ROLL;
use crate::units::*;

/// A model's first word mostly takes less than this, before its own pace is known.
const FIRST_WORD_TAKES: Ms = Ms(500);
/// And is not reckoned with for longer.
const FIRST_WORD_MOST: Ms = Ms(2_000);
/// From the first word to the first sound: a clause is written and a voice begins.
const FIRST_SOUND_TAKES: Ms = Ms(350);
/// Before the recogniser has had its last word an answer is begun only where the wait is no longer than this: longer ones leave
/// time enough.
const LOOK_AHEAD_WAIT_MAX: Ms = Ms(650);
/// Answers made in secret per turn at most; each costs a model call.
const SPECULATIONS_MAX: u8 = 5;

/// Silence since the turn's last speech sample: of the sound that came, or of the clock after much of it did not.
pub(super) fn silence_in(turn: &Turn, up_to: SampleIdx, now: At) -> Ms {
    let heard = up_to - turn.last_speech;
    if turn.by_clock { heard.max(now - turn.last_speech_at) } else { heard }
}

impl Interview {
    /// So much silence has passed since the turn's last speech sample.
    pub(super) fn silence_is(&mut self, silence: Ms) {
        let Some(turn) = self.turn.as_ref() else { return };
        if !turn.soft_ended && silence >= self.setup.floor.soft_end_ms {
            self.soft_end();
        } else if !turn.soft_ended && silence >= self.setup.floor.look_ahead_ms {
            self.look_ahead();
        }
        self.speculate();
        let Some(turn) = self.turn.as_ref() else { return };
        if let Some(verdict) = turn.verdict.as_ref().filter(|verdict| silence >= verdict.wait) {
            self.commit_turn(verdict.rule);
        }
    }

    /// A pause that may be the end: ask for the last words, judge, and begin an answer in secret.
    pub(super) fn soft_end(&mut self) {
        let Some(mut turn) = self.turn.take() else { return };
        let to = (turn.last_speech + POST_ROLL).min(self.mic.up_to);
        self.finish_utterance(&mut turn, to);
        self.ask_for_end_score(&mut turn);
        turn.sight = self.look();
        turn.soft_ended = true;
        turn.key = self.last_key(&turn);
        turn.ledger.scored = Some(self.now);
        self.turn = Some(turn);
        self.judge_turn();
    }

    /// The words so far may be all: an answer is begun in secret before the recogniser has had its last word. Mostly they are.
    fn look_ahead(&mut self) {
        let Some(turn) = self.turn.as_ref() else { return };
        if turn.looked_ahead.is_some_and(|looked| looked == turn.last_speech) || self.reply.is_some() {
            return;
        }
        let text = turn.text();
        if text.is_empty() || !self.lexicon.is_complete(&text) && !self.lexicon.is_question(&text) {
            return;
        }
        let verdict = self.verdict_on(turn, &text, false, self.sound_says(turn));
        let soon = self.setup.end_of_turn.is_some() || verdict.wait <= LOOK_AHEAD_WAIT_MAX;
        let sight = self.look();
        if let Some(turn) = self.turn.as_mut().filter(|_| soon) {
            turn.looked_ahead = Some(turn.last_speech);
            turn.sight = sight;
            turn.answer_after = Some(Ms(0));
        }
        if soon {
            self.speculate();
        }
    }

    /// What the rules say of a pause in this turn after these words and this sound.
    fn verdict_on(&self, turn: &Turn, text: &str, words_pending: bool, sound: SoundSays) -> Verdict {
        let own = self.habits.after(turn.words_before + word_count(text));
        let moment = Moment {
            text,
            words_pending,
            spoken: turn.last_speech - turn.from,
            interrupts: turn.interrupts,
            own,
            key: turn.key,
            turn_taking: self.session.turn_taking,
            sound,
            run: self.run_says(turn),
            asked: self.asked_for(turn),
            lexicon: self.lexicon,
        };
        rules::judge(&moment, &self.setup.floor)
    }

    /// Judges the present pause anew, after it began or after words changed.
    pub(super) fn judge_turn(&mut self) {
        let Some(turn) = self.turn.as_ref() else { return };
        let text = turn.text();
        let own = self.habits.after(turn.words_before + word_count(&text));
        let sound = self.sound_says(turn);
        let verdict = self.verdict_on(turn, &text, turn.words_pending(), sound);
        let (rule, state) = match verdict.rule {
            rule if verdict.gives_time => (rule, FloorState::GivingTime),
            rule @ "addressed_elsewhere" => (rule, FloorState::AddressedElsewhere),
            rule => (rule, FloorState::CandidatePausing),
        };
        // Words that are still pending seldom change what those that are there say, and most who fall silent after them are done.
        let likely_sound = if sound == SoundSays::NotKnown { SoundSays::Done } else { sound };
        let likely = self.verdict_on(turn, &text, false, likely_sound);
        let may_end = !matches!(
            likely.rule,
            "asked_for_time" | "words_pending" | "trailing_word" | "addressed_elsewhere" | "rambling"
        );
        let takes = self.answer_takes();
        if let Some(turn) = self.turn.as_mut() {
            turn.answer_after = may_end.then(|| likely.wait - takes);
            turn.verdict = Some(verdict);
            turn.own = own;
        }
        self.floor_is(state, rule);
        let same = |reply: &Reply| reply.stage == Stage::Secret && may_end && same_words(&reply.basis, &text);
        if !self.reply.as_ref().is_some_and(same) {
            self.drop_secret_reply();
        }
        self.speculate();
    }

    /// How long an answer takes from the question to the model to its first sound: nine of ten of its last calls were faster.
    fn answer_takes(&self) -> Ms {
        let first_word = self.pace.first_words.within(900).unwrap_or(FIRST_WORD_TAKES);
        first_word.min(FIRST_WORD_MOST) + FIRST_SOUND_TAKES
    }

    /// Begins an answer in secret when it is time: soon enough to be ready at the end of the wait, and not sooner, for most
    /// pauses are over by then.
    fn speculate(&mut self) {
        let silence = self.turn.as_ref().map_or(Ms(0), |turn| silence_in(turn, self.mic.up_to, self.now));
        let answers = self.answers_by_itself()
            && self.reply.is_none()
            && self.can_pay_for_secrets()
            && self.setup.floor.is_on("speculation");
        let Some(turn) = self.turn.as_mut() else { return };
        let due = turn.answer_after.take_if(|after| !turn.has_voice || silence >= *after).is_some();
        if !(due && answers && turn.speculations < SPECULATIONS_MAX) {
            return;
        }
        let (id, text) = (turn.id, turn.text());
        if !text.is_empty() {
            turn.speculations += 1;
            self.answer_in_secret(id, &text);
        }
    }

    /// What the interviewer asked for before this turn.
    fn asked_for(&self, turn: &Turn) -> Asked {
        if turn.words_before > 0 {
            return Asked::Nothing;
        }
        let said = self.conversation.items().iter().rev().find(|item| item.role == Role::Interviewer);
        said.map_or(Asked::Nothing, |item| self.lexicon.asks_for(&item.text))
    }

    /// What becomes of a run in this pause.
    fn run_says(&self, turn: &Turn) -> RunSays {
        if self.runs.is_running() {
            return RunSays::InFlight;
        }
        let ended = self.runs.ended_at().filter(|at| *at >= turn.last_speech_at);
        ended.map_or(RunSays::Nothing, |at| RunSays::Ended(at - turn.last_speech_at))
    }

    /// A run of the candidate's code began or ended: a pause is judged anew.
    pub(super) fn run_changed(&mut self) {
        if self.turn.as_ref().is_some_and(|turn| turn.soft_ended && turn.has_voice) {
            self.judge_turn();
        }
    }

    /// The candidate changed the code: in a pause it is judged anew.
    pub(super) fn key_pressed(&mut self) {
        let Some(mut turn) = self.turn.take() else { return };
        turn.key = self.last_key(&turn);
        let pauses = turn.soft_ended;
        self.turn = Some(turn);
        if pauses {
            self.judge_turn();
        }
    }

    /// When the last key was pressed, in silence since the last speech sample.
    fn last_key(&self, turn: &Turn) -> Option<Ms> {
        let typed_at = self.editor.as_ref().and_then(Editor::typed_at)?;
        key_after(typed_at, turn.last_speech_at)
    }

    /// Words may have shortened the wait to less than the silence that has passed.
    pub(super) fn judge_silence_now(&mut self) {
        let Some(turn) = self.turn.as_ref().filter(|_| !self.voice.active()) else { return };
        self.silence_is(silence_in(turn, self.mic.up_to, self.now));
    }
}
