//! The ladder of hints: tiers in the file's order, released only on asking, offered after time without progress.

use super::course::Course;
use super::{Agenda, Ground, Line, Next};
use crate::units::*;

/// Where the candidate stands on the ladder.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ladder {
    /// Hints released so far.
    released: usize,
    /// A hint was offered and the offer was not answered yet.
    offered: bool,
    /// When something was last achieved: a phase, a passing test, a hint.
    progress_at: At,
}

impl Ladder {
    /// The next rung that can be released.
    fn next(&self, course: &Course) -> Option<usize> {
        (self.released < course.hints.len()).then_some(self.released)
    }

    /// Something was achieved.
    pub fn progress(&mut self, now: At) {
        self.progress_at = now;
        self.offered = false;
    }

    /// When the next rung may be offered; none: never.
    fn may_offer_at(&self, course: &Course) -> Option<At> {
        let hint = course.hints.get(self.released)?;
        (hint.offer_after > Ms(0)).then(|| self.progress_at + hint.offer_after)
    }
}

impl Agenda {
    /// What a turn gets that asks for a hint, takes an offered one, or says that it is stuck.
    pub(super) fn hint_asked_for(&self, ground: &Ground) -> Option<Next> {
        let rung = self.ladder.next(ground.course);
        let takes = self.ladder.offered && self.turn.agrees;
        if self.turn.wants_hint || takes {
            let why = if takes { "hint_offer_taken" } else { "hint_asked_for" };
            return Some(Next::line(rung.map_or(Line::NoHint, Line::Hint), why));
        }
        let offers = self.turn.is_stuck && !ground.course.hints.is_empty();
        offers.then(|| Next::line(if rung.is_some() { Line::HintOffer } else { Line::NoHint }, "says_stuck"))
    }

    /// What the button gets.
    pub fn hint_by_hand(&self, ground: &Ground) -> Next {
        Next::line(self.ladder.next(ground.course).map_or(Line::NoHint, Line::Hint), "hint_button")
    }

    /// What a stall gets: an offer when its time has come, else a question how it goes.
    pub fn at_stall(&self, ground: &Ground) -> Next {
        let due = self.ladder.may_offer_at(ground.course).is_some_and(|at| at <= ground.now);
        match due && !self.ladder.offered {
            true => Next::line(Line::HintOffer, "stall"),
            false => Next::line(Line::CheckIn, "stall"),
        }
    }

    /// When a hint may be offered next, if one may.
    pub fn offer_at(&self, ground: &Ground) -> Option<At> {
        self.ladder.may_offer_at(ground.course).filter(|_| !self.ladder.offered)
    }

    /// The hint is released: whatever becomes of its sound, the candidate has it. Gives tier, text and how many are left; none
    /// when it was released before.
    pub fn release_hint(&mut self, place: usize, ground: &Ground) -> Option<(u8, String, u8)> {
        let hint = ground.course.hints.get(place).filter(|_| place >= self.ladder.released)?;
        self.ladder.released = self.ladder.released.max(place + 1);
        self.ladder.progress(ground.now);
        let left = ground.course.hints.len().saturating_sub(self.ladder.released);
        Some((hint.tier, hint.text.clone(), u8::try_from(left).unwrap_or(u8::MAX)))
    }

    /// What was released so far, in order.
    pub fn released_hints<'a>(&self, course: &'a Course) -> Vec<&'a str> {
        course.hints.iter().take(self.ladder.released).map(|hint| hint.text.as_str()).collect()
    }

    pub(super) fn hint_offered(&mut self) {
        self.ladder.offered = true;
    }

    /// The highest tier released; 0 for none.
    pub(super) fn hint_tier(&self, ground: &Ground) -> u8 {
        let last = self.ladder.released.checked_sub(1).and_then(|place| ground.course.hints.get(place));
        last.map_or(0, |hint| hint.tier)
    }

    pub(super) fn made_progress(&mut self, now: At) {
        self.ladder.progress(now);
    }
}
