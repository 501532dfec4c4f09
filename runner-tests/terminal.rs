//! `viva run` as a person starts it: the program itself, its own boxes, its exit code.

use crate::setup::program;
use std::path::PathBuf;
use std::process::{Command, Output};

fn solution(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("questions/coding/parcel-lockers/solutions").join(path)
}

fn viva_run(path: &str, more: &[&str]) -> (Option<i32>, String) {
    let folder = std::env::temp_dir().join(format!("viva-test-terminal-{}", nix::unistd::Uid::effective()));
    let Output { status, stdout, stderr } = Command::new(program())
        .args(["run", "parcel-lockers"])
        .arg(solution(path))
        .args(more)
        .env("VIVA__RUNNER__FOLDER", folder)
        // Beside those of `setup::config`.
        .env("VIVA__RUNNER__FIRST_UID", "1910002000")
        .output()
        .expect("the program");
    (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}

#[test]
fn a_good_solution_passes_and_a_bad_one_is_told_by_its_hidden_tests_alone() {
    for path in ["accepted/sorted_set.py", "accepted/sorted_set.cpp"] {
        let (code, out) = viva_run(path, &[]);
        assert_eq!(code, Some(0), "{out}");
        assert!(out.contains("hidden tests: 11 of 11 passed") && out.contains("tier namespaces"), "{out}");
    }
    let (code, out) = viva_run("rejected/reuse_last.py", &[]);
    assert!(code == Some(1) && out.contains("visible tests: 4 of 4 passed"), "{out}");
    assert!(out.contains("hidden tests: 9 of 11 passed"), "{out}");
    let (code, out) = viva_run("rejected/reuse_last.py", &["--scope", "visible"]);
    assert!(code == Some(0) && !out.contains("hidden"), "{out}");
}
