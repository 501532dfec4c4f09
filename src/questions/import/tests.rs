//! Tests of the importers against packages written here.

use super::*;
use crate::questions::lint::lint;
use std::fs;

fn write(dir: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
}

const CASES: &str = r#"{"exercise": "add-up", "cases": [
  {"description": "groups", "cases": [
    {"uuid": "0ab5d3b4-0000-4000-8000-000000000001", "description": "two", "property": "addUp",
     "input": {"numbers": [1, 2], "startValue": 0}, "expected": 3},
    {"uuid": "0ab5d3b4-0000-4000-8000-000000000002", "description": "none", "property": "addUp",
     "input": {"numbers": [], "startValue": 5}, "expected": 5}]},
  {"uuid": "0ab5d3b4-0000-4000-8000-000000000003", "description": "bad", "property": "addUp",
   "input": {"numbers": [], "startValue": -1}, "expected": {"error": "no negative start"}},
  {"uuid": "0ab5d3b4-0000-4000-8000-000000000004", "description": "fixed", "property": "addUp",
   "reimplements": "0ab5d3b4-0000-4000-8000-000000000002", "input": {"numbers": [], "startValue": 6}, "expected": 6}]}"#;

#[test]
fn exercises_become_questions_and_say_what_was_left_out() {
    let dir = tempfile::tempdir().expect("a folder");
    let description = "# Description\n\nAdd all numbers up.\n";
    write(
        dir.path(),
        &[
            ("exercises/add-up/canonical-data.json", CASES),
            ("exercises/add-up/description.md", description),
            ("exercises/mixed/canonical-data.json", &CASES.replace("\"numbers\": [1, 2]", "\"numbers\": [1, \"b\"]")),
            ("exercises/mixed/description.md", description),
            ("exercises/broken/canonical-data.json", "{"),
            ("exercises/two/canonical-data.json", &CASES.replacen("addUp", "addDown", 1)),
            ("exercises/silent/canonical-data.json", CASES),
        ],
    );
    let taken = take(Collection::Exercism, dir.path()).expect("read");
    let of = |name: &str| &taken.iter().find(|taken| taken.name == name).expect(name).result;
    let (folder, left_out) = of("add-up").as_ref().expect("taken over");
    assert!(left_out[0].contains("1 cases that expect an error"), "{left_out:?}");
    let entry = check(folder).expect("whole");
    let io = entry.io().expect("a signature");
    assert_eq!((io.entry.as_str(), io.params[1].name.as_str()), ("add_up", "start_value"));
    assert_eq!(entry.tests.len(), 2, "the case that was replaced is gone");
    assert!(entry.starter(crate::language::Language::Java).expect("a starter").contains("long addUp("));
    assert!(entry.question.follow_ups.len() >= 5);
    for (name, why) in [
        ("mixed", "numbers mixes values"),
        ("broken", "canonical-data.json: EOF"),
        ("two", "several functions"),
        ("silent", "no description.md"),
    ] {
        let error = of(name).as_ref().expect_err(why);
        assert!(error.contains(why), "{name}: {error}");
    }
}

const YAML: &str = "name: \"Twice as much\"\nlicense: cc by-sa # ours\ntype: pass-fail\nlimits:\n  time_limit: 1\n";

#[test]
fn packages_become_programs_or_are_refused_with_the_reason() {
    let dir = tempfile::tempdir().expect("a folder");
    let whole = |name: &str, yaml: &str| {
        let at = dir.path().join(name);
        write(
            &at,
            &[
                ("problem.yaml", yaml),
                ("problem_statement/problem.en.md", "Print twice the number. For example 2 gives 4.\n"),
                ("data/sample/1.in", "2\n"),
                ("data/sample/1.ans", "4\n"),
                ("data/secret/a/1.in", "-3\n"),
                ("data/secret/a/1.ans", "-6\n"),
                ("data/secret/a/2.in", "7\n"),
            ],
        );
    };
    whole("twice", YAML);
    whole("interactive", &YAML.replace("pass-fail", "interactive"));
    whole("custom", &format!("{YAML}validation: custom\n"));
    whole("unknown", &YAML.replace("cc by-sa", "unknown"));
    whole("unlicensed", &YAML.replace("license", "licence"));
    whole("latex", YAML);
    let statements = dir.path().join("latex/problem_statement");
    fs::rename(statements.join("problem.en.md"), statements.join("problem.en.tex")).expect("renamed");
    whole("untested", YAML);
    fs::remove_dir_all(dir.path().join("untested/data")).expect("removed");
    let taken = take(Collection::Kattis, dir.path()).expect("read");
    let of = |name: &str| &taken.iter().find(|taken| taken.name == name).expect(name).result;
    let (folder, left_out) = of("twice").as_ref().expect("taken over");
    assert!(left_out[0].contains("1 tests that are too large or have no answer"));
    let mut folder = folder.clone();
    let solution = "# approach = \"direct\"\nprint(2 * int(input()))\n";
    folder.files.insert("solutions/accepted/direct.py".to_owned(), solution.as_bytes().to_vec());
    let report = lint(&[folder], None, Some(&crate::questions::solve::Direct::default()));
    assert!(report.findings.iter().all(|finding| !finding.rule.code.starts_with("Q3")), "{:?}", report.findings);
    assert_eq!(report.solutions, 1);
    for (name, why) in [
        ("interactive", "interactive problem"),
        ("custom", "validator of its own"),
        ("unknown", "licence \"unknown\""),
        ("unlicensed", "names no licence"),
        ("latex", "LaTeX only"),
        ("untested", "no test is left"),
    ] {
        let error = of(name).as_ref().expect_err(why);
        assert!(error.contains(why), "{name}: {error}");
    }
}
