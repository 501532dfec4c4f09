//! Which line is next, and what follows from its having been chosen and heard.

use super::course::Kind;
use super::{Agenda, Ground, Line, Next};
use crate::interview::command::Phase;
use crate::units::*;

impl Agenda {
    /// What to say next, after what was heard last.
    pub fn next(&self, ground: &Ground) -> Next {
        if self.is_closed() || self.time_nearly_up {
            return Next::line(Line::Closing, "time_nearly_up");
        }
        if !self.opened {
            return Next::line(Line::Opening, "question_not_put");
        }
        match ground.course.kind {
            Kind::Talk => self.next_in_talk(ground),
            Kind::Coding => self.next_in_coding(ground),
            Kind::Behavioural => self.next_in_story(ground),
            Kind::SystemDesign => self.next_in_design(ground),
        }
    }

    /// What to say when the time of a phase has run out; none when there is nothing to lead on to.
    pub fn next_after_box(&self, ground: &Ground) -> Option<Next> {
        match ground.course.kind {
            _ if self.time_nearly_up => None,
            Kind::Coding if self.opened => self.box_over(ground),
            Kind::SystemDesign if self.opened => Some(self.next(ground)).filter(|next| next.line != Line::Free),
            _ => None,
        }
    }

    /// What to say of a run or of the code, while it matters.
    pub fn next_remark(&self, ground: &Ground) -> Option<Next> {
        self.remark_next(ground)
    }

    /// When the time of the present phase will be used up, if it has such.
    pub fn phase_ends(&self, ground: &Ground) -> Option<At> {
        match ground.course.kind {
            Kind::Coding => self.phase_share(ground).map(|share| ground.at_share(share)),
            Kind::SystemDesign => self.stretch_ends(ground),
            Kind::Talk | Kind::Behavioural => None,
        }
    }

    /// A course of one follow-up after the other.
    fn next_in_talk(&self, ground: &Ground) -> Next {
        let place = (0..ground.question.follow_ups.len()).find(|place| !self.asked.has(*place));
        match place {
            Some(place) => Next::line(Line::FollowUp(place), "follow_up").into(Phase::Discuss),
            None => Next::line(Line::Closing, "all_asked"),
        }
    }

    /// A line was chosen for good: the reply to it is no secret any more.
    pub fn chosen(&mut self, next: Next) {
        match next.line {
            Line::Answers(places) => self.told = self.told.with(places),
            Line::HintOffer => self.hint_offered(),
            Line::RunIt => self.asked_to_run = true,
            _ => {}
        }
        self.answers_us = false;
        // Who asks has not said anything about the stretch yet.
        let answers = matches!(next.line, Line::Answers(_) | Line::LeftOpen | Line::Again | Line::GoAhead);
        self.stretch_turns = self.stretch_turns.saturating_add(u8::from(!answers));
        self.passed = self.passed.saturating_add(1);
    }

    /// A line was heard.
    pub fn said(&mut self, next: Next, ground: &Ground) {
        let before = self.standing();
        self.awaits_answer = next.line.asks();
        if next.lead == Some(super::Lead::Remark) {
            self.forget_remark();
        }
        match next.line {
            Line::Greeting => {
                self.greeted = true;
                self.enter(Phase::Greet);
            }
            Line::Opening => self.opening_said(ground),
            Line::FollowUp(place) => {
                self.asked.insert(place);
            }
            Line::Probe(place) => {
                self.probed.insert(place);
            }
            Line::Stretch(place) => self.stretch_said(place, ground),
            Line::DeepDive(place) => {
                self.dives.insert(place);
            }
            Line::Curveball(place) => {
                self.curveballs.insert(place);
            }
            Line::Remark => self.forget_remark(),
            Line::To(Phase::Code) => self.passed = 0,
            Line::Closing => self.enter(Phase::WrapUp),
            _ => {}
        }
        if let Some(phase) = next.into {
            self.enter(phase);
        }
        if self.standing() != before {
            self.made_progress(ground.now);
        }
    }

    fn opening_said(&mut self, ground: &Ground) {
        self.greeted = true;
        self.opened = true;
        self.opened_at = ground.used;
        self.passed = 0;
        self.enter(match ground.course.kind {
            Kind::Coding => Phase::Clarify,
            Kind::SystemDesign => Phase::Design,
            Kind::Talk | Kind::Behavioural => Phase::Question,
        });
    }
}
