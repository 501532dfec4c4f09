//! Tests of the bank as a whole: our own questions, and what becomes of broken ones.

use super::finding::{Q101, Q103, RULES};
use super::lint::{Published, lint};
use super::solve::Direct;
use super::source::Folder;
use super::*;
use crate::interview::agenda::facts;
use proptest::prelude::*;

fn ours() -> Vec<Folder> {
    let folders = source::embedded();
    assert!(folders.len() >= 2);
    folders
}

fn folder(id: &str) -> Folder {
    ours().into_iter().find(|folder| folder.id == id).expect(id)
}

/// The codes and places that a folder is refused with.
fn refusal(folder: &Folder) -> String {
    match check::check(folder) {
        Ok(_) => String::new(),
        Err(findings) => findings.iter().map(|finding| format!("{finding}\n")).collect(),
    }
}

fn changed(id: &str, file: &str, change: impl Fn(&str) -> String) -> Folder {
    let mut folder = folder(id);
    let text = String::from_utf8(folder.files[file].clone()).expect("text");
    let after = change(&text);
    assert_ne!(after, text, "nothing was changed");
    folder.files.insert(file.to_owned(), after.into_bytes());
    folder
}

#[test]
fn every_question_of_ours_is_whole_and_long_enough_for_an_interview() {
    let bank = Bank::embedded().expect("our own questions");
    for entry in bank.entries() {
        let id = &entry.question.id;
        assert!(entry.question.follow_ups.len() >= 5, "{id}");
        assert!(!entry.question.acknowledgements.is_empty(), "{id}");
        assert!(!entry.question.greeting.is_empty() && !entry.question.closing.is_empty(), "{id}");
        assert_eq!(entry.question.content_hash.len(), 64);
        assert!(!entry.question.opening.contains('\n'), "{id}");
        assert!(entry.languages().into_iter().all(|language| entry.starter(language).is_some()), "{id}");
    }
}

#[test]
fn every_question_of_ours_passes_the_lint_and_each_solution_does_as_it_says() {
    let published = include_str!("../../questions/published.json");
    let published = Published::parse(published).expect("published.json");
    let report = lint(&ours(), Some(&published), Some(&Direct::default()));
    let worse = report.findings.iter().filter(|finding| finding.rule.severity > Severity::Note);
    let worse: Vec<String> = worse.map(ToString::to_string).collect();
    assert!(worse.is_empty(), "{}", worse.join("\n"));
    assert!(report.solutions >= report.questions);
}

#[test]
fn every_broken_rule_is_named_with_its_place() {
    let id = "parcel-lockers";
    let toml =
        |from: &'static str, to: &'static str| changed(id, "question.toml", move |text| text.replacen(from, to, 1));
    let long = "word ".repeat(SPOKEN_WORDS_MAX + 1);
    for (folder, expected) in [
        (toml("id = \"parcel", "id = \"barrel"), "question.toml id: its id is \"barrel-lockers\" but its folder is"),
        (toml("difficulty = 2", "difficulty = 9"), "question.toml difficulty: is 1 to 5"),
        (toml("difficulty = 2", "difficulty = \"easy\""), "question.toml:5:14: invalid type: string \"easy\""),
        (toml("minutes = 20", "minuets = 20"), "question.toml:7:1: unknown field `minuets`"),
        (toml("license = \"CC0-1.0\"", "license = \"mine\""), "Q111"),
        (toml("kind = \"coding\"", "kind = \"behavioural\""), "is behavioural but the folder lies elsewhere"),
        (toml("type = \"list<int>\"", "type = \"list<number>\""), "\"number\" is unknown"),
        (toml("returns = \"optional<int>\"", "returns = \"optional<list>\""), "\"list\" is unknown"),
        (toml("name = \"pick_up\"", "name = \"pickUp\""), "snake_case"),
        (toml("when = \"approach == 'scan'", "when = \"approach == 'scan"), "never closed at character"),
        (toml("when = \"approach == 'scan'", "when = \"speed == 'scan'"), "there is no fact \"speed\""),
        (toml("when = \"approach == 'scan'", "when = \"approach == 'scam'"), "there is no approach \"scam\""),
        (toml("|| timed_out", "&& runs < 0"), "can never come true"),
        (toml("tier = 2\ntext", "tier = 3\ntext"), "hints[1].tier: is 3, not 2"),
        (toml("tests = [\"too-large\"]", "tests = [\"two-large\"]"), "there is no test \"two-large\""),
        (toml("must_mention = [\"full\"]", "must_mention = [\"void\"]"), "there is no edge case \"void\""),
        (toml("phase = \"test\"", "phase = \"tests\""), "there is no phase \"tests\""),
        (toml("comparator = \"exact\"", "comparator = \"checker\""), "no comparator"),
        (toml("[[hints]]", "[[probes]]"), "Q102"),
        (changed(id, "spoken.md", |_| long.clone()), "spoken.md: has 91 words"),
        (changed(id, "spoken.md", |_| " \n".to_owned()), "spoken.md: must not be empty"),
        (changed(id, "tests.json", |text| text.replacen("visible", "open", 1)), "tests.json:2:"),
        (changed(id, "tests.json", |text| text.replacen("one-locker", "statement-example", 1)), "stands for another"),
        (changed(id, "tests.json", |text| text.replacen("[4,2,4]", "4", 1)), "call 0: .sizes is a number"),
        (changed(id, "tests.json", |text| text.replacen(',', ";", 1)), "tests.json:2:"),
        (changed(id, "solutions/rejected/scan.py", |text| text.replacen("TLE", "SLOW", 1)), "no verdict"),
        (changed(id, "solutions/accepted/sorted_set.py", |text| text.replacen("approach", "way", 1)), "no approach"),
    ] {
        let refusal = refusal(&folder);
        assert!(refusal.contains(expected), "expected {expected:?} in:\n{refusal}");
    }
}

#[test]
fn missing_large_and_unreadable_files_are_named() {
    for file in ["question.toml", "spoken.md", "statement.md", "tests.json"] {
        let mut folder = folder("parcel-lockers");
        folder.files.remove(file);
        assert!(refusal(&folder).contains(&format!("{file}: is missing")), "{file}");
        folder.files.insert(file.to_owned(), vec![b'a', 0xff]);
        assert!(refusal(&folder).contains(&format!("{file}: byte 2 is not UTF-8")), "{file}");
    }
    let mut folder = folder("parcel-lockers");
    folder.left_out.push("tests.json".to_owned());
    assert!(refusal(&folder).contains(Q101.code));
    folder.files.insert("notes.txt".to_owned(), Vec::new());
    assert!(refusal(&folder).contains("notes.txt: is no file of a question"));
}

/// Every line of every text removed, emptied or spoiled: it loads or says why, and required fields are missed.
#[test]
fn no_change_of_a_line_goes_unanswered_or_panics() {
    for folder in
        ours().iter().filter(|folder| ["parcel-lockers", "told-no", "photo-backup"].contains(&folder.id.as_str()))
    {
        for file in ["question.toml", "tests.json"] {
            let Some(bytes) = folder.files.get(file) else { continue };
            let text = String::from_utf8(bytes.clone()).expect("text");
            let lines: Vec<&str> = text.lines().collect();
            for at in 0..lines.len() {
                for spoiled in ["", "= [", "\u{1F980}\u{0}", "{}", "x = 1"] {
                    let mut lines = lines.clone();
                    lines[at] = spoiled;
                    let mut folder = folder.clone();
                    folder.files.insert(file.to_owned(), lines.join("\n").into_bytes());
                    let refusal = refusal(&folder);
                    let known = refusal.lines().all(|line| RULES.iter().any(|rule| line.starts_with(rule.code)));
                    // A message may go over several lines; its first names the rule.
                    assert!(refusal.is_empty() || known || refusal.starts_with('Q'), "{refusal}");
                }
            }
        }
        for field in ["format", "id", "title", "kind", "difficulty", "topics", "minutes", "license", "origin"] {
            let gone = changed(&folder.id, "question.toml", |text| {
                let kept = text.lines().filter(|line| !line.starts_with(&format!("{field} =")));
                kept.collect::<Vec<_>>().join("\n")
            });
            assert!(refusal(&gone).contains(&format!("missing field `{field}`")), "{}: {field}", folder.id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_spoiled_bytes_make_the_loader_panic(
        file in prop::sample::select(vec!["question.toml", "tests.json", "spoken.md", "solutions/rejected/scan.py"]),
        at in any::<prop::sample::Index>(), cut in 0_usize..40, put in proptest::collection::vec(any::<u8>(), 0..12),
    ) {
        let mut folder = folder("parcel-lockers");
        let bytes = folder.files.get_mut(file).expect("the file");
        let from = at.index(bytes.len());
        let to = (from + cut).min(bytes.len());
        bytes.splice(from..to, put);
        let _ = refusal(&folder);
    }
}

#[test]
fn the_hash_changes_with_what_an_interview_depends_on_and_not_with_solutions() {
    let before = folder("parcel-lockers").content_hash();
    assert_eq!(folder("parcel-lockers").content_hash(), before);
    for file in ["question.toml", "spoken.md", "statement.md", "tests.json"] {
        assert_ne!(changed("parcel-lockers", file, |text| format!("{text} ")).content_hash(), before, "{file}");
    }
    let solution = changed("parcel-lockers", "solutions/rejected/scan.py", |text| format!("{text} "));
    assert_eq!(solution.content_hash(), before);
}

#[test]
fn an_id_stands_for_one_question_in_the_whole_bank() {
    let mut other = folder("parcel-lockers");
    other.kind = None;
    let error = Bank::build(&[folder("parcel-lockers"), other]).expect_err("twice");
    let QuestionError::Broken(findings) = error else { panic!("another error") };
    assert_eq!(findings[0].rule, Q103);
}

#[test]
fn a_bank_a_kind_and_a_single_question_are_read_from_disk_alike() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("questions");
    let whole = Bank::load(&root).expect("the bank");
    assert_eq!(whole.entries(), Bank::embedded().expect("the bank").entries());
    assert!(Bank::load(&root.join("coding")).expect("a kind").entries().len() >= 2);
    let one = Bank::load(&root.join("coding/parcel-lockers")).expect("a question");
    assert_eq!(one.entries()[0].question, whole.find("parcel-lockers").expect("it").question);
    assert!(Bank::load(&root.join("gone")).expect_err("no folder").to_string().contains("cannot read"));
}

#[test]
fn follow_ups_follow_the_facts() {
    let bank = Bank::embedded().expect("our own questions");
    let entry = bank.find("parcel-lockers").expect("it");
    let asks = |approach: &str| -> Vec<String> {
        let facts = |name: &str| match name {
            "approach" => Some(Fact::Text(approach.to_owned())),
            other => facts::at_the_start(other),
        };
        entry.follow_ups(&facts).map(|(_, follow_up)| follow_up.ask.clone()).collect()
    };
    assert_eq!(asks(""), entry.question.follow_ups);
    assert_eq!(asks("heap-per-size").len(), asks("").len() + 1);
    assert_ne!(asks("heap-per-size"), asks("scan"));
}

#[test]
fn tests_come_with_their_large_values_made() {
    let bank = Bank::embedded().expect("our own questions");
    let entry = bank.find("parcel-lockers").expect("it");
    let visible = entry.tests_of(format::Group::Visible).expect("visible tests");
    let hidden = entry.tests_of(format::Group::Hidden).expect("hidden tests");
    assert_eq!(visible.len() + hidden.len(), entry.tests.len());
    let (_, large) = hidden.iter().find(|(test, _)| test.id == "large-wall").expect("a large test");
    assert_eq!(large.input[0][1].as_array().map(Vec::len), Some(30_000));
}

#[test]
fn what_a_new_question_begins_with_loads() {
    for kind in Kind::ALL {
        let files = scaffold::files("chess-clock", kind);
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())).collect();
        let folder = Folder { id: "chess-clock".to_owned(), kind: Some(kind), files, left_out: Vec::new() };
        assert_eq!(refusal(&folder), "", "{kind}");
        let report = lint(&[folder], None, None);
        assert!(report.findings.iter().any(|finding| finding.message.contains("TODO")), "{kind}");
    }
}
