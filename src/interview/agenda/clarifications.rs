//! What the author tells only when asked: clarifications of a problem, facts of a design. Questions that no author foresaw are
//! left open; nothing is invented.

use super::{Agenda, Ground, Line, Next};
use crate::interview::command::Phase;

/// At most so many answers are given at once: more cannot be followed by ear.
const ANSWERS_AT_ONCE_MAX: usize = 3;

impl Agenda {
    /// What a turn gets that asks about the problem.
    pub(super) fn asked_about(&self, ground: &Ground) -> Option<Next> {
        let early = matches!(self.phase, Phase::Question | Phase::Clarify | Phase::Approach | Phase::Design);
        let turn = &self.turn;
        if turn.wants_again && early {
            return Some(Next::line(Line::Again, "asked_again"));
        }
        if !turn.asks_about.is_empty() {
            let answers = turn.asks_about.iter().take(ANSWERS_AT_ONCE_MAX).collect();
            return Some(Next::line(Line::Answers(answers), "asked_about"));
        }
        let at_work = matches!(self.phase, Phase::Code | Phase::Test);
        if turn.asks_leave && (early || at_work) {
            let codes = self.phase == Phase::Approach && ground.can_code;
            return Some(match codes {
                true => Next::line(Line::To(Phase::Code), "asked_leave").into(Phase::Code),
                false => Next::line(Line::GoAhead, "asked_leave"),
            });
        }
        if !turn.is_question {
            return None;
        }
        match (early, at_work) {
            (true, _) => Some(Next::line(Line::LeftOpen, "asked_about_nothing_known")),
            (_, true) => Some(Next::line(Line::Yours, "asked_about_nothing_known")),
            _ => None,
        }
    }
}
