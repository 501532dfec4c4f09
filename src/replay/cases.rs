//! The recordings kept as tests: every one replays, and a README says of every one what it guards.

use super::{Tail, bless, find, replay_folder};
use std::fs;
use std::io;
use std::path::Path;

/// Replays (or blesses) every case under `cases`; gives what is wrong, one text for each, and how many cases there are.
/// Cases are whole: their last event has all its commands.
pub fn check(cases: &Path, accept: bool) -> io::Result<(usize, Vec<String>)> {
    let mut wrong = Vec::new();
    let found = find(cases)?;
    for folder in &found {
        let name = folder.strip_prefix(cases).unwrap_or(folder).display();
        if accept && let Err(error) = bless(folder) {
            wrong.push(format!("{name}: {error}\n"));
            continue;
        }
        if let Some(failure) = replay_folder(folder, Some(Tail::Whole)).failure {
            wrong.push(format!("{name}: {}", failure.message));
        }
    }
    Ok((found.len(), wrong))
}

/// Folders directly under `cases` that `readme` has no line for, and lines of it that name no folder. A line looks like
/// ``- `name`: what it guards``.
pub fn undescribed(cases: &Path, readme: &str) -> io::Result<Vec<String>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(cases)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    folders.sort();
    let described: Vec<&str> = readme.lines().filter_map(described).collect();
    let missing = folders.iter().filter(|name| !described.contains(&name.as_str()));
    let mut wrong: Vec<String> = missing.map(|name| format!("the README has no line for `{name}`")).collect();
    let gone = described.iter().filter(|name| !folders.iter().any(|folder| folder == *name));
    wrong.extend(gone.map(|name| format!("the README describes `{name}`, which does not exist")));
    Ok(wrong)
}

fn described(line: &str) -> Option<&str> {
    let (name, guards) = line.strip_prefix("- `")?.split_once("`: ")?;
    (!guards.trim().is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_that_differs_is_wrong_until_it_is_blessed() {
        use crate::recording::format::{HEADER_FILE, STEPS_FILE, tests::header};
        let cases = tempfile::tempdir().expect("a temporary folder");
        let folder = cases.path().join("signal");
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join(HEADER_FILE), header().encode()).expect("written");
        let event = "{\"seq\":1,\"at_ms\":5,\"event\":{\"signal_seen\":{\"kind\":\"paste\"}}}\n";
        let changed = format!("{event}{{\"seq\":2,\"command\":\"pause_playout\"}}\n");
        fs::write(folder.join(STEPS_FILE), changed).expect("written");
        let (count, wrong) = check(cases.path(), false).expect("reads");
        assert_eq!((count, wrong.len()), (1, 1));
        assert!(wrong[0].starts_with("signal: step 2: "), "{wrong:?}");
        assert_eq!(check(cases.path(), true).expect("reads"), (1, vec![]));
        assert_eq!(fs::read_to_string(folder.join(STEPS_FILE)).expect("there"), event);
    }

    #[test]
    fn every_case_needs_a_line_and_every_line_a_case() {
        let cases = tempfile::tempdir().expect("a temporary folder");
        for name in ["barge-in", "pause"] {
            fs::create_dir(cases.path().join(name)).expect("a folder");
        }
        let good = "# Cases\n- `barge-in`: stops in time.\n- `pause`: waits.\n";
        assert_eq!(undescribed(cases.path(), good).expect("reads"), Vec::<String>::new());
        let wrong = undescribed(cases.path(), "- `barge-in`: \n- `pause`: waits.\n- `gone`: what?\n").expect("reads");
        assert_eq!(
            wrong,
            ["the README has no line for `barge-in`", "the README describes `gone`, which does not exist"]
        );
    }
}
