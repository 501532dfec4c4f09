//! The scenarios kept as tests: each folder has `scenario.toml` and the golden log of its run.

use super::{Scenario, expect, run};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The scenario's file.
pub const SCENARIO_FILE: &str = "scenario.toml";
/// The golden's file.
pub const GOLDEN_FILE: &str = "golden.txt";
/// Lines of a golden shown around a difference.
const NEIGHBOURS: usize = 3;

/// Runs every scenario under `folder`; gives what is wrong, one text for each, and how many there are. With `accept`
/// goldens are rewritten; expectations and invariants still judge.
///
/// # Errors
/// When the folder or a file of it cannot be read or written.
pub fn check(folder: &Path, accept: bool) -> io::Result<(usize, Vec<String>)> {
    let found = find(folder)?;
    let mut wrong = Vec::new();
    for case in &found {
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        wrong.extend(check_one(case, accept)?.into_iter().map(|what| format!("{name}: {what}\n")));
    }
    Ok((found.len(), wrong))
}

/// The scenarios' folders under `folder`, by name.
///
/// # Errors
/// When the folder cannot be read.
pub fn find(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn check_one(case: &Path, accept: bool) -> io::Result<Option<String>> {
    let scenario = match Scenario::read(&fs::read_to_string(case.join(SCENARIO_FILE))?) {
        Ok(scenario) => scenario,
        Err(error) => return Ok(Some(error.to_string())),
    };
    let run = run(&scenario);
    let mut wrong = run.violations.clone();
    wrong.extend(expect::unmet(&scenario, &run));
    let log = run.log.unwrap_or_default();
    if accept {
        fs::write(case.join(GOLDEN_FILE), &log)?;
    } else {
        let golden = fs::read_to_string(case.join(GOLDEN_FILE)).unwrap_or_default();
        wrong.extend(difference(&golden, &log));
    }
    Ok((!wrong.is_empty()).then(|| wrong.join("\n  ")))
}

/// The first line in which the texts differ, with its neighbours.
fn difference(golden: &str, log: &str) -> Option<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (golden.lines().collect(), log.lines().collect());
    let place = (0..old.len().max(new.len())).find(|&place| old.get(place) != new.get(place))?;
    let mut text = format!("line {} of the golden differs\n", place + 1);
    for line in &old[place.saturating_sub(NEIGHBOURS)..place.min(old.len())] {
        text.push_str(&format!("    {line}\n"));
    }
    text.push_str(&format!("  - {}\n  + {}", old.get(place).unwrap_or(&"(end)"), new.get(place).unwrap_or(&"(end)")));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_golden_that_differs_is_shown_with_its_neighbours() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        let text = difference("a\nb\nc\n", "a\nb\nd\n").unwrap();
        assert!(text.starts_with("line 3") && text.contains("    b\n  - c\n  + d"), "{text}");
    }
}
