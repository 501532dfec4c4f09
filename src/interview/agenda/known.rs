//! The facts of the session as they stand: what follow-ups' conditions ask for. Names and types stand in `facts`.

use super::condition::Fact;
use super::course::Kind;
use super::{Agenda, Ground};
use crate::interview::command::Phase;

impl Agenda {
    /// The value of a fact; none when there is no such fact.
    pub fn fact(&self, name: &str, ground: &Ground) -> Option<Fact> {
        let count = |count: usize| Fact::Int(i64::try_from(count).unwrap_or(i64::MAX));
        let runs = self.work.runs();
        let number = |number: u32| Fact::Int(i64::from(number));
        Some(match name {
            "approach" => Fact::Text(self.approach_id(ground)),
            "approach_optimal" => Fact::Bool(self.approach_is_optimal(ground)),
            "phase" => Fact::Text(self.phase_id(ground)),
            "language" => Fact::Text(self.work.language().map_or(String::new(), |language| language.id().to_owned())),
            "visible_passed" => number(runs.visible_passed),
            "visible_total" => number(runs.visible_total.max(ground.tests.0)),
            "all_visible_pass" => Fact::Bool(runs.all_visible_pass),
            "hidden_passed" => number(runs.hidden_passed),
            "hidden_total" => number(runs.hidden_total.max(ground.tests.1)),
            "all_hidden_pass" => Fact::Bool(runs.all_hidden_pass),
            "runs" => number(runs.runs),
            "failing_streak" => number(runs.failing_streak),
            "timed_out" => Fact::Bool(runs.timed_out),
            "hint_tier" => Fact::Int(i64::from(self.hint_tier(ground))),
            "clarifications" => count(self.told.count()),
            "edge_cases" => count(self.named.count()),
            "minutes_used" => Fact::Int(((ground.used - self.opened_at).0 / 60_000).cast_signed()),
            "minutes_left" => Fact::Int((ground.left.0 / 60_000).cast_signed()),
            _ => return None,
        })
    }

    fn approach_id(&self, ground: &Ground) -> String {
        let found = self.approach.and_then(|place| ground.course.approaches.get(place));
        found.map_or(String::new(), |approach| approach.id.clone())
    }

    fn approach_is_optimal(&self, ground: &Ground) -> bool {
        self.approach.and_then(|place| ground.course.approaches.get(place)).is_some_and(|approach| approach.optimal)
    }

    fn phase_id(&self, ground: &Ground) -> String {
        if ground.course.kind == Kind::SystemDesign && self.phase == Phase::Design {
            return self.part(ground.course).unwrap_or_default();
        }
        match self.phase {
            Phase::Greet | Phase::Question | Phase::Clarify => "clarify",
            Phase::Approach => "approach",
            Phase::Code => "code",
            Phase::Test => "test",
            Phase::Design | Phase::Discuss => "discuss",
            Phase::WrapUp | Phase::Ended => "wrap-up",
        }
        .to_owned()
    }
}
