//! A coding interview: clarify, approach, code, test, discuss. Phases follow from what is said, typed and run; each has a box
//! of time that ends it. Where nobody can or does write, the follow-ups of all phases are talked through in order.

use super::follow_ups::ask;
use super::{Agenda, Ground, Lead, Line, Next};
use crate::interview::command::Phase;

/// Who was invited to write and answers in so few words begins to; more words are talk.
const BEGINS_WORDS_MAX: usize = 10;

impl Agenda {
    pub(super) fn hear_in_coding(&mut self) {
        let turn = self.turn;
        self.approach = turn.approach.or(self.approach);
        match self.phase {
            Phase::Clarify if !turn.is_question && (turn.describes || turn.approach.is_some()) => {
                self.enter(Phase::Approach);
            }
            Phase::Code if self.work.is_begun() && turn.is_done => self.enter(Phase::Test),
            _ => {}
        }
    }

    pub(super) fn next_in_coding(&self, ground: &Ground) -> Next {
        if let Some(next) = self.hint_asked_for(ground).or_else(|| self.asked_about(ground)) {
            return next;
        }
        if let Some(next) = self.remark_next(ground) {
            return next;
        }
        if let Some(next) = self.box_over(ground) {
            return next;
        }
        match self.phase {
            Phase::Greet | Phase::Question | Phase::Clarify => self.next_in_clarify(ground),
            Phase::Approach => self.next_in_approach(ground),
            Phase::Code => self.next_in_code(ground),
            Phase::Test => self.next_in_test(ground),
            Phase::Design | Phase::Discuss | Phase::WrapUp | Phase::Ended => {
                self.next_in_discussion(ground, "follow_up")
            }
        }
    }

    /// What there is to remark about a run or the code, with the next question if it asks none itself.
    pub(super) fn remark_next(&self, ground: &Ground) -> Option<Next> {
        let remark = self.work.remark(ground)?;
        Some(match remark.leads_on {
            true => self.next_in_discussion(ground, "tests_pass").after(Lead::Remark),
            false => Next::line(Line::Remark, "remark"),
        })
    }

    fn next_in_clarify(&self, ground: &Ground) -> Next {
        let asks = self.follow_up_of(Phase::Clarify, ground).filter(|_| !self.turn.is_ready);
        match asks {
            Some(place) => ask(place, "follow_up"),
            None => self.begin_approach(ground, "nothing_left_to_clarify"),
        }
    }

    fn begin_approach(&self, ground: &Ground, why: &'static str) -> Next {
        let line = self.follow_up_of(Phase::Approach, ground).map_or(Line::HowTo, Line::FollowUp);
        Next::line(line, why).into(Phase::Approach)
    }

    fn next_in_approach(&self, ground: &Ground) -> Next {
        let will_code = self.turn.will_code && ground.can_code;
        if let Some(place) = self.follow_up_of(Phase::Approach, ground).filter(|_| !will_code) {
            return ask(place, "follow_up");
        }
        match ground.can_code {
            true => Next::line(Line::To(Phase::Code), "approach_talked_through").into(Phase::Code),
            false => self.talk_on(ground),
        }
    }

    fn next_in_code(&self, ground: &Ground) -> Next {
        if !self.work.is_begun() {
            let begins = self.turn.words <= BEGINS_WORDS_MAX || self.turn.will_code;
            return match begins && self.passed == 0 {
                true => Next::line(Line::Nothing, "begins_to_write"),
                false => self.talk_on(ground),
            };
        }
        if self.answers_us {
            return Next::line(Line::Free, "acknowledges");
        }
        if self.work.is_typing(ground.now) {
            return self.said_at_the_keys();
        }
        match self.follow_up_of(Phase::Code, ground) {
            Some(place) => ask(place, "follow_up"),
            None => Next::line(Line::Free, "at_work"),
        }
    }

    /// Words of somebody who types: for themselves, unless they cut in.
    fn said_at_the_keys(&self) -> Next {
        match self.interrupts {
            true => Next::line(Line::Free, "interrupted"),
            false => Next::line(Line::Nothing, "thinks_aloud"),
        }
    }

    fn next_in_test(&self, ground: &Ground) -> Next {
        if !self.work.is_begun() {
            return self.talk_on(ground);
        }
        let untried = self.work.runs().runs == 0 && ground.can_run;
        if self.turn.is_done && untried && !self.asked_to_run {
            return Next::line(Line::RunIt, "done_without_a_run");
        }
        if self.answers_us && !self.turn.is_done {
            return Next::line(Line::Free, "acknowledges");
        }
        if self.work.is_typing(ground.now) && !self.turn.is_done {
            return self.said_at_the_keys();
        }
        match self.follow_up_of(Phase::Test, ground) {
            Some(place) => ask(place, "follow_up"),
            None if self.turn.is_done || self.work.runs().all_visible_pass => {
                self.next_in_discussion(ground, "says_done")
            }
            None => Next::line(Line::Free, "at_work"),
        }
    }

    /// Follow-ups about what was made; the ones that something called for come first.
    fn next_in_discussion(&self, ground: &Ground, why: &'static str) -> Next {
        if !self.work.is_begun() {
            return self.talk_on(ground);
        }
        match self.follow_up_keyed_first(ground, |item| item.belongs_to() == Phase::Discuss) {
            Some(place) => ask(place, why).into(Phase::Discuss),
            None => Next::line(Line::Closing, "all_asked"),
        }
    }

    /// Without code: everything that is left, in the author's order.
    fn talk_on(&self, ground: &Ground) -> Next {
        // What was to be clarified is clear, or was taken to be.
        match self.follow_up(ground, |item| !matches!(item.belongs_to(), Phase::WrapUp | Phase::Clarify)) {
            Some(place) => ask(place, "talked_through").into(Phase::Discuss),
            None => Next::line(Line::Closing, "all_asked"),
        }
    }

    /// The share of the time box at which the present phase ends, permille.
    pub(super) fn phase_share(&self, ground: &Ground) -> Option<u16> {
        let settings = ground.settings;
        match self.phase {
            Phase::Clarify => Some(settings.clarify_until),
            Phase::Approach => Some(settings.approach_until),
            Phase::Code => Some(settings.code_until),
            Phase::Test => Some(settings.test_until),
            _ => None,
        }
    }

    /// What leads on when the time of the phase is used up.
    pub(super) fn box_over(&self, ground: &Ground) -> Option<Next> {
        let until = self.phase_share(ground)?;
        if ground.share_used() < u64::from(until) {
            return None;
        }
        Some(match self.phase {
            Phase::Clarify => self.begin_approach(ground, "time_for_the_approach").after(Lead::Phase(Phase::Approach)),
            Phase::Approach if ground.can_code => Next::line(Line::To(Phase::Code), "time_for_code").into(Phase::Code),
            Phase::Code if self.work.is_begun() && self.work.runs().runs == 0 && ground.can_run => {
                Next::line(Line::To(Phase::Test), "time_for_a_test").into(Phase::Test)
            }
            _ => {
                let next = self.next_in_discussion(ground, "time_for_the_discussion");
                if next.line == Line::Closing { next } else { next.after(Lead::Phase(Phase::Discuss)) }
            }
        })
    }
}
