//! House rules as tests: who may know whom, words the core must not contain, documents that follow the code. When a rule
//! here is wrong, change the rule and say why in `docs/decisions.md`.

use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms of this crate a room may import (docs/ARCHITECTURE.md, "Who may know whom").
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("language", &[]),
    ("comparator", &[]),
    ("digest", &[]),
    ("spelling", &[]),
    ("audio", &["units"]),
    ("interview", &["units", "language"]),
    ("wire", &["units", "language"]),
    ("questions", &["units", "digest", "language", "comparator", "interview"]),
    ("recording", &["units", "digest", "language", "audio", "interview"]),
    ("providers", &["units", "digest", "language", "comparator", "audio"]),
    ("store", &["units", "digest"]),
    ("replay", &["units", "language", "interview", "recording"]),
    ("sim", &["units", "spelling", "digest", "language", "interview", "recording"]),
    ("explain", &["units", "spelling", "language", "interview", "recording"]),
    ("whatif", &["units", "interview", "recording"]),
    ("hearing", &["units", "language", "interview"]),
    (
        "scorecard",
        &["units", "spelling", "digest", "language", "interview", "recording", "questions", "providers", "explain"],
    ),
    ("rehearse", &["units", "spelling", "language", "audio", "wire", "providers"]),
    ("live", &["units", "language", "audio", "interview", "recording", "wire", "providers"]),
];

/// Libraries that only one place may name: whoever else wants what they do asks there.
const ONLY_IN: &[(&str, &str)] = &[("sqlx", "store/"), ("object_store", "store/blobs")];

/// What the core must not contain, and why.
const BANNED_IN_CORE: &[(&str, &str)] = &[
    ("async fn", "the core never waits"),
    (".await", "the core never waits"),
    ("f32", "floats do not replay byte for byte"),
    ("f64", "floats do not replay byte for byte"),
    ("std::fs", "the core does no IO"),
    ("std::net", "the core does no IO"),
    ("std::time", "the core is told the time"),
    ("tokio", "the core is driven from outside"),
    ("tracing", "the core does not log: its commands say all"),
    ("println!", "the core does not print"),
    ("HashMap", "its order differs from run to run"),
    ("HashSet", "its order differs from run to run"),
    ("thread_rng", "randomness comes from Setup's seed"),
    (".unwrap()", "the core never fails"),
    (".expect(", "the core never fails"),
    ("panic!", "the core never fails"),
    ("unsafe", "the core needs none"),
];

/// Files with documented variants: every event, command and wire variant says what it means.
const DOCUMENTED: &[&str] =
    &["interview/event.rs", "interview/command.rs", "interview/timer.rs", "wire/client.rs", "wire/server.rs"];

/// A file without its tests is at most so long; what grows beyond has become two subjects.
const FILE_LINES_MAX: usize = 650;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All Rust files below `folder`, with their path from `src/`.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of src").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root()).expect("below src").to_string_lossy().into_owned();
                found.push((name, fs::read_to_string(&path).expect("a source file")));
            }
        }
    }
    found.sort();
    found
}

/// The file without its tests.
fn without_tests(text: &str) -> &str {
    text.find("#[cfg(test)]").map_or(text, |end| &text[..end])
}

fn is_test_file(name: &str) -> bool {
    name.ends_with("tests.rs") || name.ends_with("contract.rs") || name.ends_with("typescript.rs") || name == "tidy.rs"
}

fn room(name: &str) -> &str {
    name.split('/').next().unwrap_or(name).trim_end_matches(".rs")
}

/// Whether `word` stands in the line and is not only the beginning of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let after = line[at + word.len()..].chars().next();
        !word.ends_with(char::is_alphanumeric) || !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// Lines of code, without comments.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(at, line)| (at + 1, line))
}

#[test]
fn rooms_import_only_whom_they_may_know() {
    let mut wrong = Vec::new();
    for (name, text) in files(&root()).iter().filter(|(name, _)| !is_test_file(name)) {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(known, _)| *known == room(name)) else { continue };
        for (line, code) in code_lines(without_tests(text)) {
            for part in code.split("crate::").skip(1) {
                let imported: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let own = imported == room(name) || imported.is_empty();
                if !own && !allowed.contains(&imported.as_str()) {
                    wrong.push(format!("{name}:{line} imports {imported}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "rooms that know too much:\n{}", wrong.join("\n"));
}

#[test]
fn libraries_stay_in_their_place() {
    let mut wrong = Vec::new();
    for (name, text) in files(&root()).iter().filter(|(name, _)| name != "tidy.rs") {
        for (line, code) in code_lines(text) {
            for (library, place) in ONLY_IN.iter().filter(|(_, place)| !name.starts_with(place)) {
                if [format!("{library}::"), format!("use {library}")].iter().any(|used| code.contains(used)) {
                    wrong.push(format!("{name}:{line} uses {library}, which belongs in {place}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_core_contains_nothing_that_waits_fails_or_differs() {
    let mut wrong = Vec::new();
    // What is read from recordings is as deterministic as what made them.
    let pure = ["interview", "scorecard/record", "scorecard/metrics"].map(|room| files(&root().join(room)));
    for (name, text) in pure.iter().flatten().filter(|(name, _)| !is_test_file(name)) {
        for (line, code) in code_lines(without_tests(text)) {
            for (word, why) in BANNED_IN_CORE.iter().filter(|(word, _)| has_word(code, word)) {
                wrong.push(format!("{name}:{line} has `{word}`: {why}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn handle_returns_nothing_that_can_fail() {
    let core = fs::read_to_string(root().join("interview/mod.rs")).expect("the core");
    assert!(core.contains("pub fn handle(&mut self, at: At, event: Event, commands: &mut Vec<Command>) {"));
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<String> = files(&root())
        .into_iter()
        .filter(|(name, text)| !is_test_file(name) && text.len() > 20 && !text.starts_with("//!"))
        .map(|(name, _)| name)
        .collect();
    assert!(silent.is_empty(), "files without a first line that says what they are: {silent:?}");
}

#[test]
fn every_variant_of_the_seam_is_documented() {
    let mut wrong = Vec::new();
    for name in DOCUMENTED {
        let text = fs::read_to_string(root().join(name)).expect("a file of the seam");
        let lines: Vec<&str> = without_tests(&text).lines().collect();
        let mut in_enum = false;
        for (at, line) in lines.iter().enumerate() {
            in_enum = line.starts_with("pub enum") || (in_enum && *line != "}");
            let is_variant = in_enum
                && line.starts_with("    ")
                && !line.starts_with("     ")
                && line.trim_start().chars().next().is_some_and(char::is_uppercase);
            let documented = lines[..at]
                .iter()
                .rev()
                .find(|before| !before.trim_start().starts_with("#["))
                .is_some_and(|before| before.trim_start().starts_with("///"));
            if is_variant && !documented {
                wrong.push(format!("{name}:{} {}", at + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "variants without a word of explanation:\n{}", wrong.join("\n"));
}

#[test]
fn files_stay_about_one_thing() {
    let long: Vec<String> = files(&root())
        .iter()
        .filter(|(name, _)| !is_test_file(name))
        .map(|(name, text)| (name, without_tests(text).lines().count()))
        .filter(|(_, lines)| *lines > FILE_LINES_MAX)
        .map(|(name, lines)| format!("{name}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "files that have become two subjects: {long:?}");
}

#[test]
fn the_protocol_page_names_every_event_of_the_wire() {
    let page = fs::read_to_string(root().join("../docs/protocol.md")).expect("docs/protocol.md");
    let mut missing = Vec::new();
    for side in ["client", "server"] {
        let samples = root().join("../fixtures/wire").join(side);
        for entry in fs::read_dir(&samples).expect("samples of the wire").flatten() {
            let name = entry.file_name().to_string_lossy().trim_end_matches(".json").to_owned();
            if !page.contains(&name) {
                missing.push(format!("{side} {name}"));
            }
        }
    }
    assert!(missing.is_empty(), "docs/protocol.md does not name: {missing:?}");
}
