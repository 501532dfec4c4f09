//! Replays every recording under `replay-tests/cases/` and fails with the first step that differs. After an intended
//! change of behaviour, `VIVA_BLESS=1 cargo test --test replay-tests` accepts the core's present answers; commit what
//! changes with a sentence on why.

use std::fs;
use std::path::{Path, PathBuf};
use viva::replay::cases;

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests")
}

#[test]
fn every_case_replays_without_a_difference() {
    let bless = std::env::var("VIVA_BLESS").is_ok_and(|value| value == "1");
    let (count, wrong) = cases::check(&home().join("cases"), bless).expect("the cases can be read");
    let passed = count - wrong.len();
    assert!(wrong.is_empty(), "\n{}\n{passed} passed, {} failed\n{HELP}", wrong.join("\n"), wrong.len());
}

#[test]
fn the_readme_says_of_every_case_what_it_guards() {
    let readme = fs::read_to_string(home().join("README.md")).expect("replay-tests/README.md");
    let wrong = cases::undescribed(&home().join("cases"), &readme).expect("the cases can be read");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const HELP: &str =
    "If the core is meant to answer differently now, run this again with VIVA_BLESS=1 and commit the new cases.";
