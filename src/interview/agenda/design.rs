//! A system-design interview: stretches with minutes, each begun by its prompt; numbers and rules are told only when asked;
//! before the last stretch something is looked at closer and something changes.

use super::{Agenda, Ground, Lead, Line, Next};
use crate::interview::command::Phase;
use crate::units::*;

/// Deep dives of one interview at most.
const DIVES_MAX: usize = 2;
/// Who has said this much in a stretch has had their say, if they do not go on by themselves.
const TURNS_OF_STRETCH: u8 = 2;
/// With less than this share of the time box left, permille, nothing is thrown in any more.
const THROWN_IN_UNTIL: u64 = 850;
/// Stretches take this share of the time box, permille; the rest is for greeting and closing.
const STRETCHES_SHARE: u64 = 900;

impl Agenda {
    pub(super) fn next_in_design(&self, ground: &Ground) -> Next {
        if let Some(next) = self.asked_about(ground) {
            return next;
        }
        let stretches = ground.course.stretches.len();
        if self.phase < Phase::Discuss && self.stretch < stretches {
            if !self.stretch_opened {
                return Next::line(Line::Stretch(self.stretch), "stretch_begins").into(Phase::Design);
            }
            let over = self.stretch_is_over(ground);
            if !over && self.stretch_turns + 1 < TURNS_OF_STRETCH {
                return Next::line(Line::Free, "stretch_has_time");
            }
            return self.after_stretch(ground, if over { "stretch_time_up" } else { "stretch_talked_through" });
        }
        self.after_design(ground)
    }

    fn after_stretch(&self, ground: &Ground, why: &'static str) -> Next {
        let coming = self.stretch + 1;
        let is_before_last = coming + 1 == ground.course.stretches.len();
        if (is_before_last || coming == ground.course.stretches.len())
            && let Some(thrown_in) = self.thrown_in(ground)
        {
            return thrown_in;
        }
        match coming < ground.course.stretches.len() {
            true => {
                let next = Next::line(Line::Stretch(coming), why);
                if why == "stretch_time_up" { next.after(Lead::Phase(Phase::Design)) } else { next }
            }
            false => self.after_design(ground),
        }
    }

    /// A deep dive, or something that changes.
    fn thrown_in(&self, ground: &Ground) -> Option<Next> {
        if ground.share_used() > THROWN_IN_UNTIL {
            return None;
        }
        let dive = self.first_fitting(&ground.course.deep_dives, self.dives, ground);
        let curve = self.first_fitting(&ground.course.curveballs, self.curveballs, ground);
        let dive = dive
            .filter(|_| self.dives.count() < DIVES_MAX)
            .map(|place| Next::line(Line::DeepDive(place), "looks_closer"));
        dive.or(curve.map(|place| Next::line(Line::Curveball(place), "something_changes")))
    }

    fn after_design(&self, ground: &Ground) -> Next {
        match self.follow_up_keyed_first(ground, |_| true) {
            Some(place) => super::follow_ups::ask(place, "follow_up").into(Phase::Discuss),
            None => Next::line(Line::Closing, "all_asked"),
        }
    }

    /// The stretch's share of the time box is used up. Minutes of the file are stretched or shrunk to the interview's length.
    fn stretch_is_over(&self, ground: &Ground) -> bool {
        self.stretch_length(ground).is_some_and(|length| ground.used - self.stretch_began >= length)
    }

    fn stretch_length(&self, ground: &Ground) -> Option<Ms> {
        let own = ground.course.stretches.get(self.stretch)?.length;
        let all: u64 = ground.course.stretches.iter().map(|stretch| stretch.length.0).sum();
        let time_box = (ground.used.0 + ground.left.0) * STRETCHES_SHARE / 1000;
        Some(Ms((own.0 * time_box).checked_div(all)?))
    }

    /// When the stretch's time will be used up.
    pub(super) fn stretch_ends(&self, ground: &Ground) -> Option<At> {
        let length = self.stretch_length(ground).filter(|_| self.phase == Phase::Design && self.stretch_opened)?;
        Some(ground.now + ((self.stretch_began + length) - ground.used))
    }

    pub(super) fn stretch_said(&mut self, place: usize, ground: &Ground) {
        self.stretch = place;
        self.stretch_began = ground.used;
        self.stretch_opened = true;
        self.stretch_turns = 0;
        self.enter(Phase::Design);
    }
}
