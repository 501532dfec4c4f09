//! Fills in the expected answers of tests that have none yet, from an accepted solution: authors write inputs, read
//! the answers, and the other solutions confirm them.

use super::format::{Io, QuestionFile};
use super::recipe;
use super::solve::{Answer, Job, Runner};
use super::source::Folder;
use super::{Language, Solution};
use serde_json::{Value, json};

/// Longer lists of answers are written as recipes.
const PLAIN_LIST_MAX: usize = 120;
/// The longest answer, as it is written, in bytes.
const ANSWER_BYTES_MAX: usize = 8_000;

/// The text of tests.json with every answer in place.
///
/// # Errors
/// What stands in the way, as a sentence.
pub fn fill(folder: &Folder, runner: &dyn Runner) -> Result<String, String> {
    let text = |name: &str| -> Result<&str, String> {
        let bytes = folder.files.get(name).ok_or_else(|| format!("{name} is missing"))?;
        std::str::from_utf8(bytes).map_err(|_| format!("{name} is not UTF-8"))
    };
    let file: QuestionFile = toml::from_str(text("question.toml")?).map_err(|error| error.to_string())?;
    let io = file.io.as_ref().ok_or("question.toml has no [io]")?;
    let mut tests: Vec<Value> =
        serde_json::from_str(text("tests.json")?).map_err(|error| format!("tests.json: {error}"))?;
    let open: Vec<usize> = (0..tests.len()).filter(|at| tests[*at].get("expected").is_none()).collect();
    let inputs: Vec<Value> = open
        .iter()
        .map(|at| recipe::make(&tests[*at]["input"]).map_err(|why| format!("{}: {why}", tests[*at]["id"])))
        .collect::<Result<_, _>>()?;
    let solution = accepted(folder)?;
    let answers = run(&solution, io, &file, &inputs, runner)?;
    for (at, answer) in open.into_iter().zip(answers) {
        let answer = shorten(answer);
        if answer.to_string().len() > ANSWER_BYTES_MAX {
            return Err(format!("{}: the answer is too long; choose another input", tests[at]["id"]));
        }
        if let Some(test) = tests[at].as_object_mut() {
            test.insert("expected".to_owned(), answer);
        }
    }
    Ok(written(&tests))
}

fn accepted(folder: &Folder) -> Result<Solution, String> {
    let python = |path: &&String| path.starts_with("solutions/accepted/") && path.ends_with(".py");
    let path = folder.files.keys().find(python).ok_or("there is no accepted solution in Python")?;
    let code = String::from_utf8_lossy(&folder.files[path]).into_owned();
    Ok(Solution {
        path: path.clone(),
        language: Language::Python3,
        approach: String::new(),
        verdict: super::Verdict::Accepted,
        code,
    })
}

fn run(
    solution: &Solution,
    io: &Io,
    file: &QuestionFile,
    inputs: &[Value],
    runner: &dyn Runner,
) -> Result<Vec<Value>, String> {
    let inputs: Vec<&Value> = inputs.iter().collect();
    let job = Job { language: solution.language, code: &solution.code, io, limits: file.limits, inputs: &inputs };
    let answers = runner.run(&job).map_err(|error| format!("{}: {error}", solution.path))?;
    if answers.len() < inputs.len() {
        return Err(format!("{} stopped after {} answers", solution.path, answers.len()));
    }
    answers
        .into_iter()
        .map(|answer| match answer {
            Answer::Value { value, .. } => Ok(value),
            Answer::Error(why) => Err(format!("{}: {why}", solution.path)),
            Answer::TimedOut => Err(format!("{} takes too long", solution.path)),
        })
        .collect()
}

/// Long lists of the same values become recipes.
fn shorten(value: Value) -> Value {
    let Value::Array(values) = &value else { return value };
    if values.len() <= PLAIN_LIST_MAX {
        return value;
    }
    let mut parts: Vec<Value> = Vec::new();
    let mut plain: Vec<Value> = Vec::new();
    let mut at = 0;
    while let Some(first) = values.get(at) {
        let same = values[at..].iter().take_while(|value| *value == first).count();
        let rising = rising(&values[at..]);
        let (part, length) = match (same, rising) {
            (8.., _) => (json!({"$repeat": [first, same]}), same),
            (_, 8..) => {
                let from = first.as_i64().unwrap_or_default();
                (json!({"$range": [from, from + rising as i64]}), rising)
            }
            _ => {
                plain.push(first.clone());
                at += 1;
                continue;
            }
        };
        if !plain.is_empty() {
            parts.push(Value::Array(std::mem::take(&mut plain)));
        }
        parts.push(part);
        at += length;
    }
    if !plain.is_empty() {
        parts.push(Value::Array(plain));
    }
    json!({"$concat": parts})
}

/// How many values from the first on rise by one.
fn rising(values: &[Value]) -> usize {
    let first = values.first().and_then(Value::as_i64);
    let fits = |(at, value): &(usize, &Value)| first.is_some() && value.as_i64() == first.map(|f| f + *at as i64);
    values.iter().enumerate().take_while(fits).count()
}

/// One test a line, its fields in a fixed order.
fn written(tests: &[Value]) -> String {
    let line = |test: &Value| {
        let fields = ["id", "group", "input", "expected", "reimplements", "note"];
        let there = fields.iter().filter_map(|field| Some(format!("\"{field}\": {}", test.get(*field)?)));
        format!("{{{}}}", there.collect::<Vec<_>>().join(", "))
    };
    format!("[\n{}\n]\n", tests.iter().map(line).collect::<Vec<_>>().join(",\n"))
}
