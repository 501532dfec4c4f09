//! Which follow-up comes next: in the author's order, each once, each only while its condition holds over the facts.

use super::course::FollowUp;
use super::{Agenda, Ground, Line, Next};
use crate::interview::command::Phase;

/// The phase that a name in a question's file stands for.
pub(super) fn phase_of(id: &str) -> Option<Phase> {
    match id {
        "clarify" => Some(Phase::Clarify),
        "approach" => Some(Phase::Approach),
        "code" => Some(Phase::Code),
        "test" => Some(Phase::Test),
        "discuss" => Some(Phase::Discuss),
        "wrap-up" => Some(Phase::WrapUp),
        _ => None,
    }
}

impl FollowUp {
    /// The phase it belongs to.
    pub(super) fn belongs_to(&self) -> Phase {
        self.phase.as_deref().and_then(phase_of).unwrap_or(Phase::Discuss)
    }
}

impl Agenda {
    fn fits(&self, item: &FollowUp, ground: &Ground) -> bool {
        item.when.as_ref().is_none_or(|when| when.holds(&|name| self.fact(name, ground)))
    }

    /// The next follow-up that belongs to this phase, those first that something called for.
    pub(super) fn follow_up_of(&self, phase: Phase, ground: &Ground) -> Option<usize> {
        self.follow_up_keyed_first(ground, |item| item.belongs_to() == phase)
    }

    /// The next follow-up that fits and that `wanted` takes.
    pub(super) fn follow_up(&self, ground: &Ground, wanted: impl Fn(&FollowUp) -> bool) -> Option<usize> {
        let open = |place: usize| !self.asked.has(place);
        let mut all = ground.course.follow_ups.iter().enumerate();
        all.find(|(place, item)| open(*place) && wanted(item) && self.fits(item, ground)).map(|(place, _)| place)
    }

    /// As [`Self::follow_up`], but what fits because of something that happened comes before what always fits.
    pub(super) fn follow_up_keyed_first(&self, ground: &Ground, wanted: impl Fn(&FollowUp) -> bool) -> Option<usize> {
        let keyed = self.follow_up(ground, |item| item.when.is_some() && wanted(item));
        keyed.or_else(|| self.follow_up(ground, wanted))
    }

    /// The next of a list of things that fit, each once.
    pub(super) fn first_fitting(
        &self,
        list: &[FollowUp],
        done: super::places::Places,
        ground: &Ground,
    ) -> Option<usize> {
        let mut all = list.iter().enumerate();
        all.find(|(place, item)| !done.has(*place) && self.fits(item, ground)).map(|(place, _)| place)
    }
}

/// A follow-up as the next line.
pub(super) fn ask(place: usize, why: &'static str) -> Next {
    Next::line(Line::FollowUp(place), why)
}
