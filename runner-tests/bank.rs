//! The bank's starters in boxes: in every language, whatever types a question has, what a candidate begins with compiles.

use crate::setup::{capabilities, run, runners};
use std::collections::BTreeSet;
use viva::app::submission::{Submission, Tests};
use viva::providers::runner::Verdict;
use viva::questions::{Bank, Entry};

/// Names of all types in the question's signature, and how it is called.
fn kinds(entry: &Entry) -> BTreeSet<String> {
    let Some(io) = entry.io() else { return BTreeSet::new() };
    let params = io.params.iter().chain(io.methods.iter().flat_map(|method| &method.params)).map(|param| &param.ty);
    let returns = io.returns.iter().chain(io.methods.iter().map(|method| &method.returns));
    let mut found = BTreeSet::from([format!("{:?}", io.mode)]);
    for ty in params.chain(returns) {
        ty.walk(&mut |ty| {
            found.insert(ty.to_string().split('<').next().unwrap_or_default().to_owned());
        });
    }
    found
}

#[test]
fn starters_compile_in_every_language_whatever_the_types() {
    let bank = Bank::embedded().expect("the bank");
    let mut seen = BTreeSet::new();
    for entry in bank.entries() {
        // A few questions have all types between them.
        let kinds = kinds(entry);
        if kinds.is_subset(&seen) {
            continue;
        }
        seen.extend(kinds);
        let submission = Submission::of(entry).expect("code");
        for found in &capabilities().languages {
            let Some(starter) = entry.starter(found.language) else { continue };
            let job = submission.job("bank", found.language, &starter, Tests::Visible).expect("a job");
            let [runner, _] = runners();
            let report = run(runner, job);
            assert_ne!(report.verdict(), Verdict::CompileError, "{} {report:?}", entry.file.id);
            assert!(!report.tests.is_empty(), "{} {report:?}", entry.file.id);
        }
    }
    assert!(seen.contains("tuple") && seen.contains("tree") && seen.contains("Calls"), "{seen:?}");
}
