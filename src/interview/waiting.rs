//! How long final words are waited for: as long as this recogniser takes in 99 of 100 cases, measured from when it was asked for
//! them. What is later counts as late: the turn goes on with the words so far.

use super::Interview;
use super::setup::Words;
use super::timer::Timer;
use super::transcript::Turn;
use crate::units::*;

/// Browser words have no voice of their own to end with: how long they may take after the turn's end.
const CLIENT_WORDS_WITHIN: Ms = Ms(2_000);
/// So many thousandths of the final words come within the measured delay.
const USUAL_PERMILLE: usize = 990;
/// The wait is the measured delay and a quarter: the slowest of a few is not yet the slowest.
const MARGIN_PERCENT: u64 = 125;
/// No recogniser is taken to be late sooner.
const FINAL_WITHIN_MIN: Ms = Ms(400);

impl Interview {
    /// How long final words may take.
    fn final_within(&self) -> Ms {
        let prior = match self.setup.words {
            Words::Recogniser { final_within, .. } => final_within,
            Words::Client => return CLIENT_WORDS_WITHIN,
        };
        let measured = self.pace.finals.within(USUAL_PERMILLE).filter(|_| self.learns_pace());
        measured.map_or(prior, |usual| Ms(usual.0 * MARGIN_PERCENT / 100).max(FINAL_WITHIN_MIN).min(prior))
    }

    fn learns_pace(&self) -> bool {
        self.setup.pace.is_some()
    }

    /// The recogniser is asked for the last words of an utterance.
    pub(super) fn final_asked(&mut self, utterance: UtteranceId) {
        self.pace.final_asked(utterance, self.now);
        if self.learns_pace() && self.timers.deadline_of(Timer::FinalOverdue).is_none() {
            self.timers.arm(Timer::FinalOverdue, self.now + self.final_within());
        }
    }

    /// They came.
    pub(super) fn final_came(&mut self, utterance: Option<UtteranceId>) {
        if let Some(utterance) = utterance {
            self.pace.final_came(utterance, self.now);
        }
    }

    /// When the words of a turn that is over are late.
    pub(super) fn words_late_at(&self, turn: &Turn) -> At {
        let asked = self.asked_at(turn).filter(|_| self.learns_pace());
        self.now.max(asked.unwrap_or(self.now) + self.final_within())
    }

    /// When the last of the words were asked for that have not come.
    fn asked_at(&self, turn: &Turn) -> Option<At> {
        let pending = turn.utterances.iter().filter(|utterance| utterance.settled.is_none());
        pending.filter_map(|utterance| self.pace.asked_at(utterance.id?)).max()
    }

    /// When the words of a turn will be late, if they are not yet.
    fn not_late_before(&self, turn: &Turn) -> Option<At> {
        let late = self.asked_at(turn)? + self.final_within();
        Some(late).filter(|late| self.learns_pace() && *late > self.now)
    }

    /// Final words are late. A pause whose words so far are known is judged by them; one without any waits on.
    pub(super) fn words_are_late(&mut self) {
        let last = self.last_turn.as_ref().filter(|turn| turn.awaits_words);
        if let Some(later) = last.and_then(|turn| self.not_late_before(turn)) {
            return self.timers.arm(Timer::FinalOverdue, later);
        }
        self.final_overdue();
        let pausing = |turn: &&Turn| turn.soft_ended && turn.words_pending() && !turn.text().is_empty();
        let Some(turn) = self.turn.as_ref().filter(pausing) else { return };
        if let Some(later) = self.not_late_before(turn) {
            return self.timers.arm(Timer::FinalOverdue, later);
        }
        if let Some(turn) = self.turn.as_mut() {
            turn.give_up_words(None);
        }
        self.judge_turn();
        self.judge_silence_now();
    }
}
