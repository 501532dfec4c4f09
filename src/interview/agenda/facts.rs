//! The facts of a session that a follow-up's `when` may ask for, with their types.

use super::condition::{Condition, Fact, FactType};

/// The phases of a coding interview, in order.
pub const CODING_PHASES: [&str; 6] = ["clarify", "approach", "code", "test", "discuss", "wrap-up"];

/// A fact: name, type, meaning.
pub type FactRow = (&'static str, FactType, &'static str);

/// All facts.
pub const FACTS: &[FactRow] = &[
    ("approach", FactType::Text, "id of the approach that was recognised last; '' before any"),
    ("approach_optimal", FactType::Bool, "that approach is declared optimal"),
    ("phase", FactType::Text, "clarify, approach, code, test, discuss or wrap-up; of a design: the id of its phase"),
    ("language", FactType::Text, "language of the code: python3, javascript, java, cpp, go or rust"),
    ("visible_passed", FactType::Int, "visible tests that passed in the last run"),
    ("visible_total", FactType::Int, "visible tests there are"),
    ("all_visible_pass", FactType::Bool, "the last run passed every visible test"),
    ("hidden_passed", FactType::Int, "hidden tests that passed in the last run"),
    ("hidden_total", FactType::Int, "hidden tests there are"),
    ("all_hidden_pass", FactType::Bool, "the last run passed every hidden test"),
    ("runs", FactType::Int, "runs so far"),
    ("failing_streak", FactType::Int, "runs in a row that failed a visible test"),
    ("timed_out", FactType::Bool, "a test of the last run took too long"),
    ("hint_tier", FactType::Int, "highest hint tier released; 0 for none"),
    ("clarifications", FactType::Int, "clarifications that were asked for"),
    ("edge_cases", FactType::Int, "edge cases the candidate has named"),
    ("minutes_used", FactType::Int, "minutes since the question was put"),
    ("minutes_left", FactType::Int, "minutes of the time box that are left"),
];

/// The type of a fact.
pub fn fact_type(name: &str) -> Option<FactType> {
    FACTS.iter().find(|(known, ..)| *known == name).map(|(_, ty, _)| *ty)
}

/// The facts before anything has happened: what authored interviews go by when nothing can be observed.
pub fn at_the_start(name: &str) -> Option<Fact> {
    Some(match fact_type(name)? {
        FactType::Int => Fact::Int(0),
        FactType::Text => Fact::Text(String::new()),
        FactType::Bool => Fact::Bool(false),
    })
}

/// Combinations of facts looked at to find one under which a condition holds.
const COMBINATIONS_MAX: usize = 20_000;

/// Whether the facts can be so that the condition holds. Texts take the values they are compared with or none of them,
/// numbers the values they are compared with and their neighbours, never less than 0.
pub fn can_hold(condition: &Condition) -> bool {
    let names = condition.names();
    let choices: Vec<Vec<Fact>> = names.iter().map(|name| choices(condition, name)).collect();
    let total = choices.iter().fold(1_usize, |product, choice| product.saturating_mul(choice.len().max(1)));
    (0..total.min(COMBINATIONS_MAX)).any(|mut number| {
        let mut facts = Vec::with_capacity(names.len());
        for (name, choice) in names.iter().zip(&choices) {
            facts.push((*name, choice.get(number % choice.len().max(1)).cloned()));
            number /= choice.len().max(1);
        }
        let value = |name: &str| facts.iter().find(|(known, _)| *known == name).and_then(|(_, fact)| fact.clone());
        is_possible(&value) && condition.holds(&value)
    })
}

fn choices(condition: &Condition, name: &str) -> Vec<Fact> {
    let literals = condition.literals();
    let beside = literals.iter().filter(|(with, _)| *with == Some(name)).map(|(_, fact)| *fact);
    match fact_type(name) {
        Some(FactType::Bool) => vec![Fact::Bool(false), Fact::Bool(true)],
        Some(FactType::Text) => beside.cloned().chain([Fact::Text(String::new())]).collect(),
        Some(FactType::Int) => {
            let near = beside.filter_map(|fact| match fact {
                Fact::Int(number) => Some(*number),
                _ => None,
            });
            let mut numbers: Vec<i64> =
                near.flat_map(|n| [n.saturating_sub(1), n, n.saturating_add(1)]).chain([0, 5]).collect();
            numbers.retain(|number| *number >= 0);
            numbers.sort_unstable();
            numbers.dedup();
            numbers.into_iter().map(Fact::Int).collect()
        }
        None => Vec::new(),
    }
}

/// Facts that exclude each other.
fn is_possible(value: &dyn Fn(&str) -> Option<Fact>) -> bool {
    let is = |name: &str, fact: Fact| value(name) == Some(fact);
    let none_yet = is("approach", Fact::Text(String::new())) && is("approach_optimal", Fact::Bool(true));
    let never_run = is("runs", Fact::Int(0))
        && (is("all_visible_pass", Fact::Bool(true))
            || is("all_hidden_pass", Fact::Bool(true))
            || is("timed_out", Fact::Bool(true)));
    let streak = matches!(value("failing_streak"), Some(Fact::Int(1..))) && is("all_visible_pass", Fact::Bool(true));
    !none_yet && !never_run && !streak
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reachable(text: &str) -> bool {
        can_hold(&Condition::parse(text).expect(text))
    }

    #[test]
    fn conditions_that_can_come_true_are_told_from_those_that_cannot() {
        for text in [
            "approach == 'heap' && all_visible_pass",
            "failing_streak >= 2 && runs > 3",
            "minutes_left < 5 || hint_tier == 3",
            "approach != 'heap'",
        ] {
            assert!(reachable(text), "{text}");
        }
        for text in [
            "false",
            "approach == 'heap' && approach == 'sort'",
            "runs < 0",
            "failing_streak > 1 && all_visible_pass",
            "runs == 0 && timed_out",
            "approach == '' && approach_optimal",
        ] {
            assert!(!reachable(text), "{text}");
        }
    }

    #[test]
    fn every_fact_has_a_value_at_the_start_of_its_type() {
        assert_eq!(at_the_start("approach"), Some(Fact::Text(String::new())));
        assert!(FACTS.iter().all(|(name, ..)| at_the_start(name).is_some()));
        assert_eq!(at_the_start("mood"), None);
    }
}
