//! exercism/problem-specifications (MIT): `exercises/<slug>/canonical-data.json` with cases that have ids of their own,
//! and `description.md`.

use super::guess::Guess;
use super::{Draft, folder, text};
use crate::language::capital;
use crate::questions::signature::Type;
use crate::questions::source::Folder;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::path::Path;

/// Cases shown to candidates; the rest is hidden.
const VISIBLE: usize = 4;
const CASES_MAX: usize = 150;
const DEPTH_MAX: usize = 8;

#[derive(Deserialize)]
struct File {
    cases: Vec<Node>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Node {
    Case(Case),
    Group { cases: Vec<Node> },
}

#[derive(Clone, Deserialize)]
struct Case {
    uuid: String,
    #[serde(default)]
    description: String,
    property: String,
    input: Map<String, Value>,
    expected: Value,
    reimplements: Option<String>,
}

pub(super) fn take(name: &str, dir: &Path) -> Result<(Folder, Vec<String>), String> {
    let file: File = serde_json::from_str(&text(&dir.join("canonical-data.json"))?)
        .map_err(|error| format!("canonical-data.json: {error}"))?;
    let mut cases = Vec::new();
    flatten(file.cases, DEPTH_MAX, &mut cases)?;
    let mut left_out = Vec::new();
    let replaced: Vec<String> = cases.iter().filter_map(|case| case.reimplements.clone()).collect();
    cases.retain(|case| !replaced.contains(&case.uuid));
    let errors = cases.iter().filter(|case| case.expected.get("error").is_some()).count();
    if errors > 0 {
        left_out.push(format!("{errors} cases that expect an error: languages signal errors differently"));
        cases.retain(|case| case.expected.get("error").is_none());
    }
    if cases.len() > CASES_MAX {
        left_out.push(format!("{} cases beyond the first {CASES_MAX}", cases.len() - CASES_MAX));
        cases.truncate(CASES_MAX);
    }
    let first = cases.first().ok_or("no case is left to test with")?.clone();
    if let Some(other) = cases.iter().find(|case| case.property != first.property) {
        return Err(format!("it tests several functions: {} and {}", first.property, other.property));
    }
    let io = signature(&first, &cases)?;
    let tests: Vec<Value> = cases.iter().enumerate().map(|(at, case)| test(at, case, &first)).collect();
    let title = capital(&name.replace('-', " "));
    let description = ["description.md", "instructions.md"].iter().find_map(|file| text(&dir.join(file)).ok());
    let description = description.ok_or("there is no description.md")?;
    let mut body = description.trim();
    if let Some((head, rest)) = body.split_once('\n').filter(|(head, _)| head.starts_with('#')) {
        let _ = head;
        body = rest.trim();
    }
    let draft = Draft {
        id: name,
        title: &title,
        license: "MIT",
        source: "exercism/problem-specifications",
        io,
        limits: String::new(),
        statement: format!("# {title}\n\n{body}\n\n{}", example(&first)),
        tests: lines(&tests),
    };
    Ok((folder(&draft), left_out))
}

fn flatten(nodes: Vec<Node>, depth: usize, cases: &mut Vec<Case>) -> Result<(), String> {
    for node in nodes {
        match node {
            Node::Case(case) => cases.push(case),
            Node::Group { cases: inner } if depth > 0 => flatten(inner, depth - 1, cases)?,
            Node::Group { .. } => return Err("cases are nested too deep".to_owned()),
        }
    }
    Ok(())
}

fn signature(first: &Case, cases: &[Case]) -> Result<String, String> {
    let mut params = Vec::new();
    for name in first.input.keys() {
        let values: Option<Vec<&Value>> = cases.iter().map(|case| case.input.get(name)).collect();
        let values = values.ok_or_else(|| format!("not every case has the input {name}"))?;
        let ty = Guess::of(values.into_iter()).and_then(|guess| guess.declared());
        let ty = ty.map_err(|why| format!("the input {name} {why}"))?;
        params.push(format!("{{ name = \"{}\", type = \"{ty}\" }}", own_name(name)));
    }
    if cases.iter().any(|case| case.input.len() != first.input.len()) {
        return Err("cases have different inputs".to_owned());
    }
    let returns = Guess::of(cases.iter().map(|case| &case.expected)).and_then(|guess| guess.declared());
    let returns = returns.map_err(|why| format!("what is expected {why}"))?;
    let mut floats = false;
    returns.walk(&mut |ty| floats |= *ty == Type::Float);
    let comparator = if floats { "float(1e-6)" } else { "exact" };
    let entry = own_name(&first.property);
    Ok(format!(
        "mode = \"function\"\nentry = \"{entry}\"\nparams = [{}]\nreturns = \"{returns}\"\ncomparator = \"{comparator}\"\n",
        params.join(", ")
    ))
}

/// `snake_case`, and never a word that a language keeps for itself.
fn own_name(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        match c {
            'A'..='Z' => {
                snake.push('_');
                snake.push(c.to_ascii_lowercase());
            }
            c if c.is_ascii_alphanumeric() => snake.push(c),
            _ => snake.push('_'),
        }
    }
    let snake = snake.trim_matches('_').to_owned();
    if crate::questions::check::is_snake(&snake) { snake } else { format!("the_{snake}") }
}

fn test(at: usize, case: &Case, first: &Case) -> Value {
    let group = if at < VISIBLE { "visible" } else { "hidden" };
    let input: Vec<&Value> = first.input.keys().filter_map(|name| case.input.get(name)).collect();
    json!({"id": case.uuid.to_lowercase(), "group": group, "input": input, "expected": case.expected,
        "note": case.description})
}

fn lines(tests: &[Value]) -> String {
    format!("[\n{}\n]\n", tests.iter().map(ToString::to_string).collect::<Vec<_>>().join(",\n"))
}

fn example(case: &Case) -> String {
    let inputs: Vec<String> = case.input.iter().map(|(name, value)| format!("`{name} = {value}`")).collect();
    format!("**Example.** {} gives `{}`.\n", inputs.join(", "), case.expected)
}
