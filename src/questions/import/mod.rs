//! Takes questions over from other collections that people have on disk. What cannot be taken over is refused with a
//! reason; what is taken over loads and can be interviewed on, with general lines where the source has none.

mod exercism;
mod guess;
mod kattis;

use super::check::check;
use super::format::Kind;
use super::source::Folder;
use std::path::{Path, PathBuf};

/// The largest file read from a collection, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// The most entries of a directory that are looked at.
const ENTRIES_MAX: usize = 5000;

/// Where questions are taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// exercism/problem-specifications: functions with cases as JSON.
    Exercism,
    /// Kattis problem packages: programs with files of input and answer.
    Kattis,
}

/// What became of one question of a collection.
#[derive(Debug)]
pub struct Taken {
    /// Its name there.
    pub name: String,
    /// Its files here with what was left out, or why it was refused.
    pub result: Result<(Folder, Vec<String>), String>,
}

/// Takes over what is below `dir`: the collection, or one of its folders.
///
/// # Errors
/// When `dir` cannot be read.
pub fn take(collection: Collection, dir: &Path) -> std::io::Result<Vec<Taken>> {
    let marker = match collection {
        Collection::Exercism => "canonical-data.json",
        Collection::Kattis => "problem.yaml",
    };
    let mut taken = Vec::new();
    for folder in folders(dir, marker)? {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let result = match collection {
            Collection::Exercism => exercism::take(&name, &folder),
            Collection::Kattis => kattis::take(&name, &folder),
        };
        let result = result.and_then(|(folder, left_out)| match check(&folder) {
            Ok(_) => Ok((folder, left_out)),
            Err(findings) => Err(findings.first().map(ToString::to_string).unwrap_or_default()),
        });
        taken.push(Taken { name, result });
    }
    Ok(taken)
}

/// Folders that hold `marker`, at most three levels down.
fn folders(dir: &Path, marker: &str) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![(dir.canonicalize()?, 3)];
    while let Some((path, depth)) = waiting.pop() {
        if path.join(marker).is_file() {
            found.push(path);
        } else if depth > 0 && found.len() < ENTRIES_MAX {
            waiting.extend(list(&path)?.into_iter().filter(|child| child.is_dir()).map(|child| (child, depth - 1)));
        }
    }
    found.sort();
    Ok(found)
}

/// What lies in a directory, by name.
fn list(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut children: Vec<PathBuf> =
        std::fs::read_dir(dir)?.take(ENTRIES_MAX).flatten().map(|entry| entry.path()).collect();
    children.sort();
    Ok(children)
}

/// A text file of a collection.
fn text(path: &Path) -> Result<String, String> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match std::fs::metadata(path) {
        Ok(facts) if facts.len() > FILE_BYTES_MAX => Err(format!("{name} has more than {FILE_BYTES_MAX} bytes")),
        _ => std::fs::read_to_string(path).map_err(|error| format!("{name} cannot be read: {error}")),
    }
}

/// What every import is made of.
struct Draft<'a> {
    id: &'a str,
    title: &'a str,
    license: &'a str,
    source: &'a str,
    io: String,
    limits: String,
    statement: String,
    tests: String,
}

fn quoted(text: &str) -> String {
    // A JSON string is a TOML string.
    serde_json::to_string(text).unwrap_or_default()
}

fn folder(draft: &Draft) -> Folder {
    let toml = format!(
        "format = 1\nid = {}\ntitle = {}\nkind = \"coding\"\ndifficulty = 2\ntopics = [\"imported\"]\nminutes = \
         30\nlicense = {}\n\n[origin]\nkind = \"import\"\nsource = {}\nuuid = {}\n\n[io]\n{}\n{}\n{GENERAL}",
        quoted(draft.id),
        quoted(draft.title),
        quoted(draft.license),
        quoted(draft.source),
        quoted(draft.id),
        draft.io,
        draft.limits
    );
    let spoken = format!(
        "Our problem today is called {}. You find its text on your screen. Please read it first, and then tell me in your \
         own words what is asked, and how you would begin.\n",
        draft.title
    );
    let files = [
        ("question.toml", toml),
        ("spoken.md", spoken),
        ("statement.md", draft.statement.clone()),
        ("tests.json", draft.tests.clone()),
    ];
    Folder {
        id: draft.id.to_owned(),
        kind: Some(Kind::Coding),
        files: files.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())).collect(),
        left_out: Vec::new(),
    }
}

/// Lines that fit any problem, until somebody writes better ones.
const GENERAL: &str = r#"
[[approaches]]
id = "direct"
summary = "any correct way"
optimal = true
time = "unknown"
space = "unknown"

[[hints]]
tier = 1
text = "Take the smallest example and solve it by hand. What did you do first?"
offer_after_s = 120

[[hints]]
tier = 2
text = "Which part of your work by hand was done again and again, and what would you have to remember so as not to repeat it?"
offer_after_s = 240

[[hints]]
tier = 3
text = "Write down in words what is true after each step of your work by hand. Each of these sentences becomes a line of your program."
cost = "major"

[[follow_ups]]
ask = "What is unclear to you, and what are you assuming?"
phase = "clarify"
probe = "clarify"

[[follow_ups]]
ask = "What is the simplest way that would surely be right?"
phase = "approach"

[[follow_ups]]
ask = "What does your way cost in time and memory, and where does most of it go?"
phase = "approach"
probe = "complexity"

[[follow_ups]]
ask = "Which inputs at the border could break your solution?"
phase = "test"
probe = "edge-case"

[[follow_ups]]
ask = "Which tests would you write first, and why those?"
phase = "test"
probe = "testing"

[[follow_ups]]
ask = "What would you change if the input were a thousand times as large?"
probe = "scale"
tier = 2

[[follow_ups]]
when = "failing_streak >= 2"
ask = "Take the test that fails, and go through your code line by line with it. What happens?"
probe = "debugging"
"#;

#[cfg(test)]
mod tests;
