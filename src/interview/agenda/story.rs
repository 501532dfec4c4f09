//! A behavioural interview: the candidate tells a story; what it lacks is asked for, part by part, each at most once; then come
//! the follow-ups.

use super::course::StoryPart;
use super::{Agenda, Ground, Line, Next};
use crate::interview::command::Phase;

/// A turn of fewer words is no story yet ("Sure, let me think of one"): it goes on.
const STORY_WORDS_MIN: usize = 8;

impl Agenda {
    pub(super) fn next_in_story(&self, ground: &Ground) -> Next {
        if self.turn.wants_again {
            return Next::line(Line::Again, "asked_again");
        }
        let begun = !self.heard_parts.is_empty() || !self.probed.is_empty();
        if !begun && self.turn.words > 0 && self.turn.words < STORY_WORDS_MIN && self.passed == 0 {
            return Next::line(Line::Free, "story_not_begun");
        }
        if let Some(place) = self.missing_part(ground) {
            return Next::line(Line::Probe(place), "part_missing").into(Phase::Discuss);
        }
        match self.follow_up_keyed_first(ground, |item| item.belongs_to() != Phase::WrapUp) {
            Some(place) => super::follow_ups::ask(place, "follow_up").into(Phase::Discuss),
            None => Next::line(Line::Closing, "all_asked"),
        }
    }

    /// The probe for the first part that was neither told nor asked for. What was asked for once counts as told: words alone
    /// cannot say that an answer is none.
    fn missing_part(&self, ground: &Ground) -> Option<usize> {
        let probes = &ground.course.probes;
        StoryPart::ALL.into_iter().find_map(|part| {
            let of_part = || probes.iter().enumerate().filter(move |(_, probe)| probe.missing == part);
            let told = of_part().any(|(place, _)| self.heard_parts.has(place) || self.probed.has(place));
            let (place, _) = of_part().next().filter(|_| !told)?;
            Some(place)
        })
    }
}
