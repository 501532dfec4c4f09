//! Where the candidate of a coding question writes code: what is told of it to the core, and so to client and recording.
//! Of hidden tests that is their number.

use super::submission::Submission;
use crate::interview::setup::{Runs, VisibleTest, Workspace};
use crate::language::Language;
use crate::providers::runner::{Expected, Opened, Test};
use crate::questions::Entry;

/// Longest text of a visible test's input or answer, in bytes; what is cut is said.
pub const TEST_TEXT_BYTES_MAX: usize = 2 * 1024;

/// The workspace of a coding question, to be run as `submission` by `runner`.
pub fn workspace(entry: &Entry, submission: &Submission, runner: &Opened) -> Workspace {
    let languages = entry.languages();
    let runs = runs(&languages, runner);
    let runnable = match &runs {
        Runs::Available { languages, .. } => languages.first(),
        Runs::Unavailable { .. } => None,
    };
    let language = runnable.or(languages.first()).copied().unwrap_or(Language::Python3);
    let starter = |language: &Language| entry.starter(*language).map(|text| (*language, text));
    Workspace {
        starters: languages.iter().filter_map(starter).collect(),
        visible_tests: submission.visible().iter().map(visible_test).collect(),
        hidden_tests: u32::try_from(submission.hidden_count()).unwrap_or(u32::MAX),
        languages,
        language,
        runs,
    }
}

/// Whether code for a question in these languages can be run.
fn runs(languages: &[Language], runner: &Opened) -> Runs {
    if let Some(why) = &runner.disabled {
        return Runs::Unavailable { why: why.clone() };
    }
    let found = runner.runner.capabilities();
    let has = |language: &Language| found.languages.iter().any(|found| found.language == *language);
    let languages: Vec<Language> = languages.iter().copied().filter(has).collect();
    match languages.is_empty() {
        true => Runs::Unavailable { why: "none of the question's languages is installed on this server".to_owned() },
        false => Runs::Available { tier: found.tier.name().to_owned(), languages },
    }
}

fn visible_test(test: &Test) -> VisibleTest {
    let expected = match &test.expected {
        Expected::Value(value) => shown(value),
        Expected::Raises => "an error".to_owned(),
        Expected::Anything => String::new(),
    };
    VisibleTest { id: test.id.clone(), input: shown(&test.input), expected }
}

/// A value as text: JSON, of a program its very text.
fn shown(value: &serde_json::Value) -> String {
    let text = match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.len() <= TEST_TEXT_BYTES_MAX {
        return text;
    }
    let said = format!("… ({} bytes in all)", text.len());
    let end = text.floor_char_boundary(TEST_TEXT_BYTES_MAX - said.len());
    text.get(..end).unwrap_or_default().to_owned() + &said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::runner::{Disabled, FakeRunner, RunnerScript};
    use crate::questions::Bank;
    use serde_json::json;
    use std::sync::Arc;

    fn made(runner: &Opened) -> Workspace {
        let bank = Bank::embedded().expect("the bank");
        let entry = bank.find("parcel-lockers").expect("the question");
        workspace(entry, &Submission::of(entry).expect("has code"), runner)
    }

    fn scripted() -> Opened {
        let runner = Arc::new(FakeRunner::new(RunnerScript::default()));
        Opened { name: "fake", local: true, disabled: None, runner }
    }

    #[test]
    fn a_workspace_has_starters_and_visible_tests_and_nothing_of_hidden_ones_but_their_number() {
        let bank = Bank::embedded().expect("the bank");
        for entry in bank.entries().iter().filter(|entry| entry.io().is_some()) {
            let submission = Submission::of(entry).expect("has code");
            let made = workspace(entry, &submission, &scripted());
            assert_eq!(made.starters.len(), made.languages.len(), "{}", entry.file.id);
            assert!(made.hidden_tests > 0 && !made.visible_tests.is_empty());
            let text = serde_json::to_string(&made.visible_tests).expect("JSON");
            for test in submission.hidden() {
                assert!(
                    !text.contains(&serde_json::to_string(&test.id).expect("JSON")),
                    "{}: {}",
                    entry.file.id,
                    test.id
                );
            }
        }
    }

    #[test]
    fn without_a_runner_the_reason_is_told() {
        let why = "switched off".to_owned();
        let runner = Arc::new(Disabled::new(why.clone()));
        let disabled = Opened { name: "disabled", local: true, disabled: Some(why.clone()), runner };
        assert_eq!(made(&disabled).runs, Runs::Unavailable { why });
        let Runs::Available { tier, languages } = made(&scripted()).runs else { panic!("code is run") };
        assert_eq!((tier.as_str(), languages.len()), ("fake", 6));
    }

    #[test]
    fn what_is_cut_of_a_value_is_said() {
        let long = shown(&json!("é".repeat(5_000)));
        assert!(long.len() <= TEST_TEXT_BYTES_MAX && long.ends_with("… (10000 bytes in all)"), "{long}");
        assert_eq!(shown(&json!([[1, 2], "a"])), r#"[[1,2],"a"]"#);
    }
}
