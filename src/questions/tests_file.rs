//! A test's input and answer against the declared signature.

use super::format::{Io, Mode, Param, Test};
use super::recipe;
use super::signature::Type;
use crate::comparator::Comparator;
use serde_json::Value;

/// The name of the constructor's call in mode calls.
pub const NEW: &str = "new";

/// A test with its large values made.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// The input.
    pub input: Value,
    /// The expected answer.
    pub expected: Value,
}

/// Makes a test's values and checks their types.
///
/// # Errors
/// What is wrong, and where in the value.
pub fn made(io: &Io, test: &Test) -> Result<Made, String> {
    let input = recipe::make(&test.input).map_err(|why| format!("input: {why}"))?;
    let expected = recipe::make(&test.expected).map_err(|why| format!("expected: {why}"))?;
    shape(io, &input, &expected)?;
    Ok(Made { input, expected })
}

/// Checks the types of a made test.
///
/// # Errors
/// What is wrong, and where in the value.
pub fn shape(io: &Io, input: &Value, expected: &Value) -> Result<(), String> {
    match io.mode {
        Mode::Function => {
            arguments(&io.params, input.as_array().map(Vec::as_slice).unwrap_or_default())
                .map_err(|why| format!("input{why}"))?;
            let returns = io.returns.as_ref().unwrap_or(&Type::Null);
            match (&io.comparator, expected) {
                (Comparator::AnyOf, Value::Array(any)) if !any.is_empty() => {
                    any.iter().try_for_each(|one| returns.admits(one).map_err(|why| format!("expected{why}")))
                }
                (Comparator::AnyOf, _) => Err("expected is a list of answers with comparator any-of".to_owned()),
                _ => returns.admits(expected).map_err(|why| format!("expected{why}")),
            }
        }
        Mode::Calls => {
            let (Value::Array(calls), Value::Array(answers)) = (input, expected) else {
                return Err("input is a list of calls and expected the list of their answers".to_owned());
            };
            if calls.len() != answers.len() {
                return Err(format!("there are {} calls but {} answers", calls.len(), answers.len()));
            }
            calls.iter().zip(answers).enumerate().try_for_each(|(at, (made, answer))| {
                call(io, at, made, answer).map_err(|why| format!("call {at}: {why}"))
            })
        }
        Mode::Stdio => match (input, expected) {
            (Value::String(_), Value::String(_)) => Ok(()),
            _ => Err("input and expected are texts in mode stdio".to_owned()),
        },
    }
}

fn call(io: &Io, at: usize, made: &Value, answer: &Value) -> Result<(), String> {
    let parts = made.as_array().map(Vec::as_slice).unwrap_or_default();
    let Some((Value::String(name), given)) = parts.split_first() else {
        return Err("a call is a list that begins with the method's name".to_owned());
    };
    let (params, returns) = match (at, name.as_str()) {
        (0, NEW) => (&io.params, &Type::Null),
        (0, _) => return Err(format!("the first call is [\"{NEW}\", …]")),
        _ => {
            let method = io.methods.iter().find(|method| method.name == *name);
            let method = method.ok_or_else(|| format!("there is no method \"{name}\""))?;
            (&method.params, &method.returns)
        }
    };
    arguments(params, given)?;
    returns.admits(answer).map_err(|why| format!("its answer{why}"))
}

fn arguments(params: &[Param], given: &[Value]) -> Result<(), String> {
    if params.len() != given.len() {
        return Err(format!(" has {} arguments, not {}", given.len(), params.len()));
    }
    params
        .iter()
        .zip(given)
        .try_for_each(|(param, value)| param.ty.admits(value).map_err(|why| format!(".{}{why}", param.name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn io(text: &str) -> Io {
        toml::from_str(text).expect("an [io] section")
    }

    #[test]
    fn arguments_and_answers_are_held_to_the_signature() {
        let io = io(
            "mode = \"function\"\nentry = \"f\"\nparams = [{name = \"xs\", type = \"list<int>\"}]\nreturns = \"int\"",
        );
        assert_eq!(shape(&io, &json!([[1, 2]]), &json!(3)), Ok(()));
        assert_eq!(shape(&io, &json!([1]), &json!(3)).expect_err("no list"), "input.xs is a number, not list<int>");
        assert!(shape(&io, &json!([[1], 2]), &json!(3)).expect_err("two").contains("2 arguments, not 1"));
        assert!(shape(&io, &json!([["a"]]), &json!(3)).expect_err("text").contains(".xs[0] is a string"));
        assert!(shape(&io, &json!([[1]]), &json!("3")).expect_err("answer").starts_with("expected"));
    }

    #[test]
    fn calls_are_held_to_the_class() {
        let io = io("mode = \"calls\"\nentry = \"Box\"\nparams = [{name = \"size\", type = \"int\"}]\n\
             [[methods]]\nname = \"put\"\nparams = [{name = \"x\", type = \"int\"}]\nreturns = \"bool\"");
        let check = |calls: Value, answers: Value| shape(&io, &calls, &answers);
        assert_eq!(check(json!([["new", 2], ["put", 1]]), json!([null, true])), Ok(()));
        for (calls, answers, why) in [
            (json!([["put", 1]]), json!([true]), "the first call"),
            (json!([["new", 2], ["take"]]), json!([null, 1]), "no method \"take\""),
            (json!([["new", 2]]), json!([]), "1 calls but 0 answers"),
            (json!([["new", 2], ["put"]]), json!([null, true]), "0 arguments, not 1"),
            (json!([["new", 2], ["put", 1]]), json!([null, 5]), "its answer is a number"),
            (json!([["new", 2], []]), json!([null, 5]), "begins with the method's name"),
        ] {
            let error = check(calls, answers).expect_err(why);
            assert!(error.contains(why), "{error}");
        }
    }
}
