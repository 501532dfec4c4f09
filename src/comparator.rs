//! Whether an answer is the expected one. The server compares, so that expected values never reach a candidate's box.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cmp::Ordering;
use std::fmt;

/// How answers are compared; written `exact`, `unordered`, `unordered-deep`, `any-of`, `words`, `float(1e-6)`,
/// `words(1e-6)`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Comparator {
    /// The same value. Numbers are compared as numbers: 2 and 2.0 are the same.
    #[default]
    Exact,
    /// The same values of a list, in any order; inner lists keep theirs.
    Unordered,
    /// The same in any order at every level, as for groups whose inner order does not matter either.
    UnorderedDeep,
    /// Numbers may differ by this many billionths, absolutely or relative to the expected one; all else is exact.
    Float {
        /// Allowed difference in 10^-9.
        billionths: u64,
    },
    /// `expected` is a list of answers, each as good as the others.
    AnyOf,
    /// Texts alike word by word; blanks and line breaks do not count. Numbers may differ as for `Float`.
    Words {
        /// Allowed difference of numbers in 10^-9; 0: texts must be the same.
        billionths: u64,
    },
}

impl TryFrom<String> for Comparator {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Comparator::parse(&text)
    }
}

impl From<Comparator> for String {
    fn from(comparator: Comparator) -> String {
        comparator.to_string()
    }
}

impl fmt::Display for Comparator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Comparator::Exact => out.write_str("exact"),
            Comparator::Unordered => out.write_str("unordered"),
            Comparator::UnorderedDeep => out.write_str("unordered-deep"),
            Comparator::AnyOf => out.write_str("any-of"),
            Comparator::Words { billionths: 0 } => out.write_str("words"),
            Comparator::Words { billionths } => write!(out, "words({billionths}e-9)"),
            Comparator::Float { billionths } => write!(out, "float({billionths}e-9)"),
        }
    }
}

impl Comparator {
    /// Reads a comparator.
    ///
    /// # Errors
    /// When there is none of this name, with the names there are.
    pub fn parse(text: &str) -> Result<Comparator, String> {
        let tolerance = |name: &str| -> Option<u64> {
            let inside = text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?;
            let number: f64 = inside.parse().ok()?;
            (1e-9..=1.0).contains(&number).then(|| (number * 1e9).round() as u64)
        };
        match text {
            "exact" => Ok(Comparator::Exact),
            "unordered" => Ok(Comparator::Unordered),
            "unordered-deep" => Ok(Comparator::UnorderedDeep),
            "any-of" => Ok(Comparator::AnyOf),
            "words" => Ok(Comparator::Words { billionths: 0 }),
            _ => tolerance("float")
                .map(|billionths| Comparator::Float { billionths })
                .or_else(|| tolerance("words").map(|billionths| Comparator::Words { billionths }))
                .ok_or_else(|| {
                    format!(
                        "\"{text}\" is no comparator: exact, unordered, unordered-deep, any-of, words, float(1e-6) or \
                         words(1e-6), with 1e-9 to 1"
                    )
                }),
        }
    }

    /// Whether `actual` is a right answer.
    pub fn accepts(&self, expected: &Value, actual: &Value) -> bool {
        match self {
            Comparator::Exact => alike(expected, actual, 0),
            Comparator::Float { billionths } => alike(expected, actual, *billionths),
            Comparator::AnyOf => expected.as_array().is_some_and(|any| any.iter().any(|one| alike(one, actual, 0))),
            Comparator::Unordered => match (expected, actual) {
                (Value::Array(expected), Value::Array(actual)) => same_members(expected, actual),
                _ => alike(expected, actual, 0),
            },
            Comparator::UnorderedDeep => alike(&sorted(expected), &sorted(actual), 0),
            Comparator::Words { billionths } => match (expected, actual) {
                (Value::String(expected), Value::String(actual)) => same_words(expected, actual, *billionths),
                _ => false,
            },
        }
    }

    /// Whether a program's output is right. `Words` and `Float` go word by word; the others line by line, without
    /// spaces at the ends of lines and empty lines at the end.
    pub fn accepts_text(&self, expected: &str, actual: &str) -> bool {
        match self {
            Comparator::Words { billionths } | Comparator::Float { billionths } => {
                same_words(expected, actual, *billionths)
            }
            Comparator::Unordered | Comparator::UnorderedDeep => {
                let (mut expected, mut actual) = (lines(expected), lines(actual));
                expected.sort_unstable();
                actual.sort_unstable();
                expected == actual
            }
            Comparator::Exact | Comparator::AnyOf => lines(expected) == lines(actual),
        }
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.trim_end().lines().map(str::trim_end).collect()
}

fn alike(expected: &Value, actual: &Value, billionths: u64) -> bool {
    match (expected, actual) {
        (Value::Number(expected), Value::Number(actual)) => match (expected.as_i64(), actual.as_i64()) {
            (Some(expected), Some(actual)) if billionths == 0 => expected == actual,
            _ => match (expected.as_f64(), actual.as_f64()) {
                (Some(expected), Some(actual)) => near(expected, actual, billionths),
                _ => false,
            },
        },
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len() && expected.iter().zip(actual).all(|(e, a)| alike(e, a, billionths))
        }
        (Value::Object(expected), Value::Object(actual)) => {
            expected.len() == actual.len()
                && expected.iter().all(|(key, e)| actual.get(key).is_some_and(|a| alike(e, a, billionths)))
        }
        _ => expected == actual,
    }
}

fn near(expected: f64, actual: f64, billionths: u64) -> bool {
    let allowed = billionths as f64 * 1e-9;
    // The first catches infinities, whose difference is no number.
    expected == actual || (expected - actual).abs() <= allowed * expected.abs().max(1.0)
}

fn same_words(expected: &str, actual: &str, billionths: u64) -> bool {
    let (mut expected, mut actual) = (expected.split_whitespace(), actual.split_whitespace());
    loop {
        match (expected.next(), actual.next()) {
            (None, None) => return true,
            (Some(e), Some(a)) => {
                let numbers = || Some(near(e.parse().ok()?, a.parse().ok()?, billionths));
                if e != a && !(billionths > 0 && numbers() == Some(true)) {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

fn same_members(expected: &[Value], actual: &[Value]) -> bool {
    let order = |values: &[Value]| {
        let mut values = values.to_vec();
        values.sort_by(compare);
        values
    };
    expected.len() == actual.len()
        && order(expected).iter().zip(order(actual).iter()).all(|(left, right)| alike(left, right, 0))
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

/// A total order in which values that are alike are equal.
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

    fn accepts(comparator: &str, expected: Value, actual: Value) -> bool {
        Comparator::parse(comparator).expect(comparator).accepts(&expected, &actual)
    }

    #[test]
    fn each_comparator_accepts_what_it_should_and_no_more() {
        for (comparator, expected, actual, accepted) in [
            ("exact", json!([1, {"a": 2.0}]), json!([1.0, {"a": 2}]), true),
            ("exact", json!([1, 2]), json!([2, 1]), false),
            ("exact", json!([1]), json!([1, 1]), false),
            ("exact", json!(2), json!(2.0), true),
            ("exact", json!("1"), json!(1), false),
            ("exact", json!(null), json!(false), false),
            ("exact", json!(1), json!(true), false),
            ("exact", json!(1.0), json!(1.000_000_1), false),
            ("exact", json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992_i64), false),
            ("unordered", json!([[1, 2], [3]]), json!([[3], [1, 2]]), true),
            ("unordered", json!([[1, 2], "a", 3, 1.0]), json!([1, 3, "a", [1, 2]]), true),
            ("unordered", json!([[1, 2], [3]]), json!([[3], [2, 1]]), false),
            ("unordered", json!([1, 1, 2]), json!([1, 2, 2]), false),
            ("unordered", json!([1, 2]), json!([2.0, 1]), true),
            ("unordered-deep", json!([["b", "a"], ["c"]]), json!([["c"], ["a", "b"]]), true),
            ("unordered-deep", json!([["b", "a"]]), json!([["b", "b"]]), false),
            ("float(1e-6)", json!(1.0), json!(1.000_000_5), true),
            ("float(1e-6)", json!(1e9), json!(1e9 + 500.0), true),
            ("float(1e-6)", json!(1.0), json!(1.000_1), false),
            ("float(1e-6)", json!(1.0), json!("NaN"), false),
            ("float(1e-6)", json!([2.5]), json!([2.5, 1]), false),
            ("any-of", json!([[1], [2]]), json!([2]), true),
            ("any-of", json!([[1], [2]]), json!([3]), false),
            ("any-of", json!(["aba", "bab"]), json!(["aba", "bab"]), false),
            ("words", json!("1 2\n3"), json!(" 1  2 3\n"), true),
            ("words", json!("1 2"), json!("1 2 3"), false),
            ("words(1e-3)", json!("x 1.0"), json!("x 1.0005"), true),
        ] {
            let text = format!("{comparator} {expected} {actual}");
            assert_eq!(accepts(comparator, expected, actual), accepted, "{text}");
        }
    }

    #[test]
    fn texts_are_the_same_whatever_their_line_ends() {
        let accepts = |comparator: &str, expected: &str, actual: &str| {
            Comparator::parse(comparator).expect(comparator).accepts_text(expected, actual)
        };
        assert!(accepts("exact", "1 2\n3\n", "1 2 \r\n3\n\n"));
        assert!(!accepts("exact", "1 2\n3", "1\n2 3"));
        assert!(accepts("words", "1 2\n3", "1\n2 3") && !accepts("words", "1.0", "1"));
        assert!(accepts("float(1e-3)", "x 0.5", "x\n0.5001"));
        assert!(accepts("unordered", "b\na", "a\nb\n"));
    }

    #[test]
    fn comparators_are_written_as_they_are_read() {
        for text in ["exact", "unordered", "unordered-deep", "any-of", "words", "words(1000e-9)", "float(1e-9)"] {
            assert_eq!(Comparator::parse(text).expect(text).to_string(), text);
        }
    }

    #[test]
    fn unknown_comparators_are_refused() {
        for text in ["", "exactly", "float", "float(2)", "float(0)", "float(x)", "checker"] {
            assert!(Comparator::parse(text).is_err(), "{text}");
        }
    }
}
