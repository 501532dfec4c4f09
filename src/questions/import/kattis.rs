//! Kattis problem packages: `problem.yaml`, `data/{sample,secret}/*.in` with `.ans`, a statement in Markdown.

use super::{Draft, folder, list, text};
use crate::questions::source::Folder;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// All inputs and answers together are at most so large, in bytes.
const TESTS_BYTES_MAX: usize = 200_000;

pub(super) fn take(name: &str, dir: &Path) -> Result<(Folder, Vec<String>), String> {
    let facts = facts(&text(&dir.join("problem.yaml"))?)?;
    let fact = |key: &str| facts.get(key).map(String::as_str).unwrap_or_default();
    refuse_kinds(dir, fact("type"), fact("validation"))?;
    let license = license(fact("license"))?;
    let statement = statement(dir)?;
    let mut left_out = Vec::new();
    let tests = tests(dir, &mut left_out)?;
    let title = facts.get("name").filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| name.to_owned());
    let title: String = title.chars().take(80).collect();
    let id: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let flags = fact("validator_flags");
    let tolerance = flags.split_whitespace().skip_while(|flag| !flag.contains("tolerance")).nth(1);
    let comparator = tolerance.map_or("words".to_owned(), |tolerance| format!("words({tolerance})"));
    let seconds: f64 = facts.get("limits.time_limit").and_then(|text| text.parse().ok()).unwrap_or(2.0);
    let cpu_ms = (seconds * 1000.0).clamp(100.0, 10_000.0) as u32;
    let draft = Draft {
        id: &id,
        title: &title,
        license,
        source: facts.get("source").filter(|source| !source.is_empty()).map_or("Kattis problem package", |s| s),
        io: format!("mode = \"stdio\"\ncomparator = \"{comparator}\"\n"),
        limits: format!("[limits]\ncpu_ms = {cpu_ms}\n"),
        statement: format!("# {title}\n\n{}\n", statement.trim()),
        tests,
    };
    Ok((folder(&draft), left_out))
}

/// The keys of the small part of YAML that problem.yaml needs: `key: value`, and one level of indented keys.
fn facts(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut facts = BTreeMap::new();
    let mut above = String::new();
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim_end();
        let Some((key, value)) = line.split_once(':').filter(|_| !line.trim_start().starts_with(['#', '-'])) else {
            continue;
        };
        let value = value.trim().trim_matches(['"', '\'']).to_owned();
        if value.starts_with(['&', '*', '|', '>', '{']) {
            return Err(format!("problem.yaml: \"{}\" is written in a way that is not understood", key.trim()));
        }
        if key.starts_with([' ', '\t']) {
            let inner = key.trim();
            // A name in several languages: English, or else the first.
            if above == "name" && (inner == "en" || facts.get("name").is_none_or(String::is_empty)) {
                facts.insert("name".to_owned(), value.clone());
            }
            facts.insert(format!("{above}.{inner}"), value);
        } else {
            above = key.to_owned();
            facts.insert(above.clone(), value);
        }
    }
    Ok(facts)
}

fn refuse_kinds(dir: &Path, kind: &str, validation: &str) -> Result<(), String> {
    for word in ["interactive", "multi-pass", "scoring", "submit-answer"] {
        if kind.contains(word) || validation.contains(word) {
            return Err(format!("it is a {word} problem; only pass-fail ones can be held"));
        }
    }
    let custom = ["output_validators", "output_validator"]
        .iter()
        .any(|name| list(&dir.join(name)).is_ok_and(|children| !children.is_empty()));
    if validation.contains("custom") || custom {
        return Err("it has an output validator of its own".to_owned());
    }
    Ok(())
}

fn license(name: &str) -> Result<&'static str, String> {
    match name.to_lowercase().as_str() {
        "cc by-sa" | "cc-by-sa" => Ok("CC-BY-SA-4.0"),
        "cc by" | "cc-by" => Ok("CC-BY-4.0"),
        "cc0" | "public domain" => Ok("CC0-1.0"),
        "" => Err("it names no licence".to_owned()),
        other => Err(format!("its licence \"{other}\" does not allow to pass it on")),
    }
}

fn statement(dir: &Path) -> Result<String, String> {
    let mut tex = false;
    for folder in ["problem_statement", "statement", "."] {
        for file in ["problem.en.md", "problem.md"] {
            let path = dir.join(folder).join(file);
            if path.is_file() {
                return text(&path);
            }
        }
        tex |= ["problem.en.tex", "problem.tex"].iter().any(|file| dir.join(folder).join(file).is_file());
    }
    Err(match tex {
        true => "its statement is LaTeX only".to_owned(),
        false => "it has no statement in English".to_owned(),
    })
}

fn tests(dir: &Path, left_out: &mut Vec<String>) -> Result<String, String> {
    let (mut tests, mut bytes, mut dropped): (Vec<Value>, usize, usize) = (Vec::new(), 0, 0);
    for (folder, group) in [("sample", "visible"), ("secret", "hidden")] {
        let mut inputs = Vec::new();
        collect(&dir.join("data").join(folder), 3, &mut inputs);
        for path in inputs {
            let pair = text(&path).and_then(|input| Ok((input, text(&path.with_extension("ans"))?)));
            match pair {
                Ok((input, answer)) if bytes + input.len() + answer.len() <= TESTS_BYTES_MAX => {
                    bytes += input.len() + answer.len();
                    let id = format!("{folder}-{}", tests.len() + 1);
                    let note = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
                    tests.push(json!({"id": id, "group": group, "input": input, "expected": answer, "note": note}));
                }
                _ => dropped += 1,
            }
        }
    }
    if dropped > 0 {
        left_out.push(format!("{dropped} tests that are too large or have no answer"));
    }
    match tests.is_empty() {
        true => Err("no test is left".to_owned()),
        false => Ok(format!("[\n{}\n]\n", tests.iter().map(ToString::to_string).collect::<Vec<_>>().join(",\n"))),
    }
}

fn collect(dir: &Path, depth: usize, inputs: &mut Vec<PathBuf>) {
    for child in list(dir).unwrap_or_default() {
        if child.is_dir() && depth > 0 {
            collect(&child, depth - 1, inputs);
        } else if child.extension().is_some_and(|ending| ending == "in") {
            inputs.push(child);
        }
    }
}
