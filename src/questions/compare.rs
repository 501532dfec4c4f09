//! Whether an answer is the expected one. The server compares, so that expected values never reach a candidate's box.

use serde::Deserialize;
use serde_json::Value;

/// How answers are compared; written `exact`, `unordered`, `any-of`, `words`, `float(1e-6)`, `words(1e-6)`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Comparator {
    /// The same value.
    #[default]
    Exact,
    /// The same values of a list, in any order; inner lists keep theirs.
    Unordered,
    /// Numbers may differ by this many billionths, absolutely or relative to the expected one.
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
            "any-of" => Ok(Comparator::AnyOf),
            "words" => Ok(Comparator::Words { billionths: 0 }),
            _ => tolerance("float")
                .map(|billionths| Comparator::Float { billionths })
                .or_else(|| tolerance("words").map(|billionths| Comparator::Words { billionths }))
                .ok_or_else(|| {
                    format!(
                        "\"{text}\" is no comparator: exact, unordered, any-of, words, float(1e-6) or words(1e-6), \
                         with 1e-9 to 1"
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
                (Value::Array(expected), Value::Array(actual)) => sorted(expected) == sorted(actual),
                _ => alike(expected, actual, 0),
            },
            Comparator::Words { billionths } => match (expected, actual) {
                (Value::String(expected), Value::String(actual)) => same_words(expected, actual, *billionths),
                _ => false,
            },
        }
    }
}

fn sorted(values: &[Value]) -> Vec<String> {
    let mut texts: Vec<String> = values.iter().map(|value| canonical(value).to_string()).collect();
    texts.sort_unstable();
    texts
}

/// 2.0 and 2 are one number.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => Value::from(float as i64),
            _ => value.clone(),
        },
        Value::Array(values) => values.iter().map(canonical).collect(),
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), canonical(value))).collect(),
        other => other.clone(),
    }
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
    (expected - actual).abs() <= allowed * expected.abs().max(1.0)
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
            ("exact", json!([1, 2]), json!([1, 2]), true),
            ("exact", json!([1, 2]), json!([2, 1]), false),
            ("exact", json!(2), json!(2.0), true),
            ("exact", json!(null), json!(false), false),
            ("exact", json!(1), json!(true), false),
            ("exact", json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992_i64), false),
            ("unordered", json!([[1, 2], [3]]), json!([[3], [1, 2]]), true),
            ("unordered", json!([[1, 2], [3]]), json!([[3], [2, 1]]), false),
            ("unordered", json!([1, 1, 2]), json!([1, 2, 2]), false),
            ("unordered", json!([1, 2]), json!([2.0, 1]), true),
            ("float(1e-6)", json!(1.0), json!(1.000_000_5), true),
            ("float(1e-6)", json!(1.0), json!(1.000_1), false),
            ("float(1e-6)", json!([2.5]), json!([2.5, 1]), false),
            ("any-of", json!([[1], [2]]), json!([2]), true),
            ("any-of", json!([[1], [2]]), json!([3]), false),
            ("words", json!("1 2\n3"), json!(" 1  2 3\n"), true),
            ("words", json!("1 2"), json!("1 2 3"), false),
            ("words(1e-3)", json!("x 1.0"), json!("x 1.0005"), true),
        ] {
            let text = format!("{comparator} {expected} {actual}");
            assert_eq!(accepts(comparator, expected, actual), accepted, "{text}");
        }
    }

    #[test]
    fn unknown_comparators_are_refused() {
        for text in ["", "exactly", "float", "float(2)", "float(0)", "float(x)", "checker"] {
            assert!(Comparator::parse(text).is_err(), "{text}");
        }
    }
}
