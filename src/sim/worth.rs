//! What each rule is worth: the same interviews once with it and once without. Interviews with the same seed are compared with
//! each other, so that small differences show: the interval is that of a ratio of sums over paired interviews.

use super::study::Held;
use crate::units::*;
use serde::Serialize;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// End of the candidate's speech to the answer, on average, ms.
    Response,
    /// Begin of an interruption to silence, on average, ms.
    Yield,
    /// Turns cut off, %.
    CutOffs,
    /// Interruptions yielded to, %.
    Yielded,
    /// Backchannels ridden over, %.
    Ridden,
    /// Turns answered, %.
    Answered,
    /// Calls of the model for each turn.
    Calls,
}

impl Aspect {
    /// All of them, as they stand in the table.
    pub const ALL: [Aspect; 7] = [
        Aspect::Response,
        Aspect::Yield,
        Aspect::CutOffs,
        Aspect::Yielded,
        Aspect::Ridden,
        Aspect::Answered,
        Aspect::Calls,
    ];

    /// The name in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Aspect::Response => "response_mean_ms",
            Aspect::Yield => "yield_mean_ms",
            Aspect::CutOffs => "cut_offs_percent",
            Aspect::Yielded => "yielded_percent",
            Aspect::Ridden => "ridden_percent",
            Aspect::Answered => "answered_percent",
            Aspect::Calls => "model_calls_per_turn",
        }
    }

    /// The head of its column.
    pub fn head(self) -> &'static str {
        match self {
            Aspect::Response => "answer ms",
            Aspect::Yield => "yield ms",
            Aspect::CutOffs => "cut off %",
            Aspect::Yielded => "yielded %",
            Aspect::Ridden => "ridden %",
            Aspect::Answered => "answered %",
            Aspect::Calls => "calls/turn",
        }
    }

    fn is_cost(self) -> bool {
        matches!(self, Aspect::Response | Aspect::Yield | Aspect::CutOffs | Aspect::Calls)
    }

    /// Numerator and denominator of one interview.
    fn parts(self, held: &Held) -> (f64, f64) {
        let measure = &held.measure;
        let sum = |times: &[Ms]| times.iter().map(|time| time.0).sum::<u64>() as f64;
        let percent = |part: usize| part as f64 * 100.0;
        match self {
            Aspect::Response => (sum(&measure.response), measure.response.len() as f64),
            Aspect::Yield => (sum(&measure.yields), measure.yields.len() as f64),
            Aspect::CutOffs => (percent(measure.cut_offs), measure.turns as f64),
            Aspect::Yielded => (percent(measure.yields.len()), measure.interruptions as f64),
            Aspect::Ridden => (percent(measure.ridden), measure.backchannels as f64),
            Aspect::Answered => (percent(measure.response.len()), measure.answerable() as f64),
            Aspect::Calls => (measure.model_calls as f64, measure.turns as f64),
        }
    }
}

/// A difference is sure when it is so many standard errors: of a hundred comparisons a quarter of one is wrong by chance.
const SURE: f64 = 3.0;

/// What changes in one aspect when a rule is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Change {
    /// With the rule.
    pub with: f64,
    /// Without it.
    pub without: f64,
    /// The standard error of their difference.
    pub error: f64,
    /// The difference is no chance.
    pub sure: bool,
    /// Surely worse without the rule.
    pub worse: bool,
}

/// What a rule is worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Worth {
    /// Its name.
    pub rule: &'static str,
    /// What changes without it, by [`Aspect`].
    pub changes: Vec<Option<Change>>,
    /// An end-of-turn model listened.
    pub listens: bool,
    /// Scenarios whose expectations fail without it.
    pub scenarios: Vec<String>,
}

impl Worth {
    /// Compares the same interviews with and without a rule; both sorted by manner and seed.
    pub fn of(rule: &'static str, listens: bool, with: &[Held], without: &[Held]) -> Worth {
        let changes = Aspect::ALL.iter().map(|aspect| change(*aspect, with, without)).collect();
        Worth { rule, changes, listens, scenarios: Vec::new() }
    }

    /// Whether a figure becomes surely worse without it.
    pub fn shows_in_figures(&self) -> bool {
        self.changes.iter().flatten().any(|change| change.worse)
    }

    /// Whether something is worse without it: a figure, or a scenario that fails.
    pub fn is_worth_something(&self) -> bool {
        self.shows_in_figures() || !self.scenarios.is_empty()
    }
}

fn change(aspect: Aspect, with: &[Held], without: &[Held]) -> Option<Change> {
    let total = |held: &[Held]| {
        let parts = held.iter().map(|one| aspect.parts(one));
        parts.fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1))
    };
    let (on, off) = (total(with), total(without));
    if on.1 == 0.0 || off.1 == 0.0 || with.len() != without.len() || with.len() < 2 {
        return None;
    }
    let (with_it, without_it) = (on.0 / on.1, off.0 / off.1);
    // What each pair adds to the difference of the two ratios (their linearisation), and its spread.
    let pulls = with.iter().zip(without).map(|(one, other)| {
        let (on_part, off_part) = (aspect.parts(one), aspect.parts(other));
        (off_part.0 - without_it * off_part.1) / off.1 - (on_part.0 - with_it * on_part.1) / on.1
    });
    let pairs = with.len() as f64;
    let error = (pulls.map(|pull| pull * pull).sum::<f64>() * pairs / (pairs - 1.0)).sqrt();
    let difference = without_it - with_it;
    let sure = difference.abs() > SURE * error && difference.abs() > 1e-9;
    let worse = sure && (difference > 0.0) == aspect.is_cost();
    Some(Change { with: with_it, without: without_it, error, sure, worse })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::measure::Measure;
    use crate::sim::people::Person;

    fn held(seed: u64, cut_offs: usize, response: u64) -> Held {
        let measure = Measure { turns: 10, cut_offs, response: vec![Ms(response); 5], ..Measure::default() };
        Held { person: Person::UmEr, seed, measure, broken: Vec::new(), duration: Ms(0) }
    }

    fn many(of: impl Fn(u64) -> Held) -> Vec<Held> {
        (0..200).map(of).collect()
    }

    #[test]
    fn a_rule_that_changes_nothing_is_worth_nothing() {
        let all = many(|seed| held(seed, (seed % 3) as usize, 700 + seed));
        assert!(!Worth::of("idle", false, &all, &all).is_worth_something());
    }

    #[test]
    fn a_small_difference_between_pairs_is_sure_though_interviews_differ_much() {
        let with = many(|seed| held(seed, (seed % 5) as usize, 500 + 10 * seed));
        let without = many(|seed| held(seed, (seed % 5) as usize + usize::from(seed % 10 == 0), 480 + 10 * seed));
        let worth = Worth::of("guard", false, &with, &without);
        let of = |aspect: Aspect| worth.changes[Aspect::ALL.iter().position(|known| *known == aspect).unwrap()];
        let cut_offs = of(Aspect::CutOffs).unwrap();
        assert!(cut_offs.worse && (cut_offs.without - cut_offs.with - 1.0).abs() < 1e-9, "{cut_offs:?}");
        let response = of(Aspect::Response).unwrap();
        assert!(response.sure && !response.worse, "{response:?}");
        assert_eq!(of(Aspect::Yield), None);
        assert!(worth.is_worth_something());
    }

    #[test]
    fn a_difference_within_chance_is_not_sure() {
        let with = many(|seed| held(seed, (seed % 2) as usize, 700));
        let without = many(|seed| held(seed, ((seed + 1) % 2) as usize, 700));
        assert!(!Worth::of("chance", false, &with, &without).is_worth_something());
    }
}
