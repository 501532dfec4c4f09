//! Whether an answer is right. Happens in the server: a box never holds what is expected.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cmp::Ordering;

/// When an answer counts as right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "comparator")]
pub enum Comparator {
    /// The same value. Numbers are compared as numbers: 2 and 2.0 are the same.
    #[default]
    Exact,
    /// The same list in any order.
    Unordered,
    /// The same in any order at every level, as for groups whose inner order does not matter either.
    UnorderedDeep,
    /// Numbers may differ by the tolerance, absolutely or relatively; all else is exact. A decimal such as `1e-6`, kept as
    /// text so that it stays what it was.
    Float {
        /// At least 0, below 1.
        tolerance: String,
    },
    /// What is expected is the list of right answers.
    AnyOf,
}

/// What a comparator could say.
impl Comparator {
    /// Whether `actual` is right where `expected` is.
    pub fn accepts(&self, expected: &Value, actual: &Value) -> bool {
        match self {
            Comparator::Exact => same(expected, actual, 0.0),
            Comparator::Unordered => match (expected, actual) {
                (Value::Array(expected), Value::Array(actual)) => same_members(expected, actual),
                _ => same(expected, actual, 0.0),
            },
            Comparator::UnorderedDeep => same(&sorted(expected), &sorted(actual), 0.0),
            Comparator::Float { tolerance } => same(expected, actual, tolerance.parse().unwrap_or(0.0)),
            Comparator::AnyOf => match expected {
                Value::Array(choices) => choices.iter().any(|choice| same(choice, actual, 0.0)),
                _ => false,
            },
        }
    }

    /// Whether a program's output is right: lines are compared without spaces at their ends, empty lines at the end do
    /// not count; with a tolerance, word by word.
    pub fn accepts_text(&self, expected: &str, actual: &str) -> bool {
        if let Comparator::Float { tolerance } = self {
            let tolerance = tolerance.parse().unwrap_or(0.0);
            let (expected, actual): (Vec<&str>, Vec<&str>) =
                (expected.split_whitespace().collect(), actual.split_whitespace().collect());
            return expected.len() == actual.len()
                && expected.iter().zip(&actual).all(|(expected, actual)| match (expected.parse(), actual.parse()) {
                    (Ok(expected), Ok(actual)) => near(expected, actual, tolerance),
                    _ => expected == actual,
                });
        }
        let mut expected = lines(expected);
        let mut actual = lines(actual);
        if matches!(self, Comparator::Unordered | Comparator::UnorderedDeep) {
            expected.sort_unstable();
            actual.sort_unstable();
        }
        expected == actual
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.trim_end().lines().map(str::trim_end).collect()
}

fn near(expected: f64, actual: f64, tolerance: f64) -> bool {
    // The first catches infinities, whose difference is no number.
    expected == actual || (expected - actual).abs() <= tolerance * expected.abs().max(1.0)
}

fn same(expected: &Value, actual: &Value, tolerance: f64) -> bool {
    match (expected, actual) {
        (Value::Number(left), Value::Number(right)) => {
            let exact = (left.as_i64(), right.as_i64());
            match (exact, left.as_f64(), right.as_f64()) {
                ((Some(left), Some(right)), ..) if tolerance == 0.0 => left == right,
                (_, Some(left), Some(right)) => near(left, right, tolerance),
                _ => left == right,
            }
        }
        // JSON has no infinities; the drivers write their names.
        (Value::String(left), Value::String(right)) => left == right,
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right, tolerance))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| same(left, right, tolerance)))
        }
        _ => expected == actual,
    }
}

fn same_members(expected: &[Value], actual: &[Value]) -> bool {
    let order = |values: &[Value]| {
        let mut values = values.to_vec();
        values.sort_by(compare);
        values
    };
    expected.len() == actual.len()
        && order(expected).iter().zip(order(actual).iter()).all(|(left, right)| same(left, right, 0.0))
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(values) => {
            let mut values: Vec<Value> = values.iter().map(sorted).collect();
            values.sort_by(compare);
            Value::Array(values)
        }
        Value::Object(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.clone(), sorted(value))).collect())
        }
        other => other.clone(),
    }
}

/// A total order in which values that are `same` are equal.
fn compare(left: &Value, right: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    };
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => left.as_f64().unwrap_or(0.0).total_cmp(&right.as_f64().unwrap_or(0.0)),
        },
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Array(left), Value::Array(right)) => {
            let members = left.iter().zip(right).map(|(left, right)| compare(left, right));
            members.fold(Ordering::Equal, Ordering::then).then(left.len().cmp(&right.len()))
        }
        (Value::Object(left), Value::Object(right)) => {
            let members =
                left.iter().zip(right).map(|(left, right)| left.0.cmp(right.0).then(compare(left.1, right.1)));
            members.fold(Ordering::Equal, Ordering::then).then(left.len().cmp(&right.len()))
        }
        _ => rank(left).cmp(&rank(right)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn exact_means_the_same_value_and_not_the_same_spelling() {
        let exact = Comparator::Exact;
        assert!(exact.accepts(&json!([1, {"a": 2.0}]), &json!([1.0, {"a": 2}])));
        for (expected, actual) in [
            (json!([1, 2]), json!([2, 1])),
            (json!([1]), json!([1, 1])),
            (json!(1), json!(true)),
            (json!("1"), json!(1)),
            (json!(null), json!(0)),
            (json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992_i64)),
            (json!(1.0), json!(1.000_000_1)),
        ] {
            assert!(!exact.accepts(&expected, &actual), "{expected} {actual}");
        }
    }

    #[test]
    fn unordered_counts_each_member_as_often_as_it_is_there() {
        let unordered = Comparator::Unordered;
        assert!(unordered.accepts(&json!([[1, 2], "a", 3, 1.0]), &json!([1, 3, "a", [1, 2]])));
        assert!(!unordered.accepts(&json!([1, 1, 2]), &json!([1, 2, 2])));
        assert!(!unordered.accepts(&json!([[1, 2]]), &json!([[2, 1]])));
        assert!(Comparator::UnorderedDeep.accepts(&json!([["b", "a"], ["c"]]), &json!([["c"], ["a", "b"]])));
    }

    #[test]
    fn a_tolerance_is_absolute_near_zero_and_relative_far_from_it() {
        let float = Comparator::Float { tolerance: "1e-6".into() };
        assert!(float.accepts(&json!([0.3]), &json!([0.300_000_5])));
        assert!(float.accepts(&json!(1e9), &json!(1e9 + 500.0)));
        assert!(!float.accepts(&json!(0.3), &json!(0.300_01)));
        assert!(!float.accepts(&json!("a"), &json!("b")));
        assert!(!float.accepts(&json!(1.0), &json!("NaN")));
    }

    #[test]
    fn any_of_takes_each_of_the_listed_answers() {
        assert!(Comparator::AnyOf.accepts(&json!(["aba", "bab"]), &json!("bab")));
        assert!(!Comparator::AnyOf.accepts(&json!(["aba", "bab"]), &json!(["aba", "bab"])));
    }

    #[test]
    fn texts_are_the_same_whatever_their_line_ends() {
        assert!(Comparator::Exact.accepts_text("1 2\n3\n", "1 2 \r\n3\n\n"));
        assert!(!Comparator::Exact.accepts_text("1 2\n3", "1\n2 3"));
        assert!(Comparator::Float { tolerance: "1e-3".into() }.accepts_text("x 0.5", "x\n0.5001"));
    }
}
