//! The rules about solutions (Q3…): they are run and judged.

use crate::language::Language;
use crate::questions::finding::*;
use crate::questions::format::{Group, Io, Test};
use crate::questions::solve::{Answer, GIVE_UP_PERCENT, Job, Judged, Runner, SolveError, judge};
use crate::questions::tests_file::Made;
use crate::questions::{Entry, Solution, Verdict};
use serde_json::Value;

/// Runs all solutions; gives how many could be run.
pub(super) fn run(entry: &Entry, tests: &[(&Test, Made)], runner: &dyn Runner, findings: &mut Findings) -> usize {
    let Some(io) = entry.io() else { return 0 };
    stock(entry, findings);
    let values: Vec<Made> = tests.iter().map(|(_, made)| made.clone()).collect();
    let inputs: Vec<&Value> = values.iter().map(|made| &made.input).collect();
    let visible = tests.iter().filter(|(test, _)| test.group == Group::Visible).count();
    let (mut count, mut rejected, mut seen_by_visible) = (0, 0, 0);
    for solution in &entry.solutions {
        let limits = entry.file.limits;
        let job = Job { language: solution.language, code: &solution.code, io, limits, inputs: &inputs };
        match runner.run(&job) {
            Ok(answers) => {
                count += 1;
                let names: Vec<&str> = tests.iter().map(|(test, _)| test.id.as_str()).collect();
                let outcome =
                    Outcome { entry, io, solution, values: &values, names: &names, answers: &answers, visible };
                match solution.verdict {
                    Verdict::Accepted => outcome.accepted(findings),
                    _ => {
                        rejected += 1;
                        seen_by_visible += usize::from(outcome.rejected(findings));
                    }
                }
            }
            Err(SolveError::NoTool(tool)) => findings.add(Q305, &solution.path, format!("was not run: no {tool}")),
            Err(error) => findings.add(Q301, &solution.path, error.to_string()),
        }
    }
    findings.need(rejected == 0 || seen_by_visible < rejected, Q303, "tests.json", || {
        "visible tests alone find every rejected solution".to_owned()
    });
    count
}

fn stock(entry: &Entry, findings: &mut Findings) {
    let has = |accepted: bool, fits: &dyn Fn(Language) -> bool| {
        entry.solutions.iter().any(|s| (s.verdict == Verdict::Accepted) == accepted && fits(s.language))
    };
    let compiled = |language| matches!(language, Language::Cpp | Language::Rust | Language::Go | Language::Java);
    let imported = entry.file.origin.kind == crate::questions::format::OriginKind::Import;
    let place = "solutions/accepted";
    findings.need(imported || has(true, &|l| l == Language::Python3), Q306, place, || "has none in Python".to_owned());
    findings.need(imported || has(true, &compiled), Q306, place, || "has none in a compiled language".to_owned());
    findings.need(imported || has(false, &|_| true), Q306, "solutions/rejected", || "has none".to_owned());
}

struct Outcome<'a> {
    entry: &'a Entry,
    io: &'a Io,
    solution: &'a Solution,
    values: &'a [Made],
    names: &'a [&'a str],
    answers: &'a [Answer],
    visible: usize,
}

impl Outcome<'_> {
    fn judge(&self, from: usize, to: usize) -> Judged {
        let answers = self.answers.get(from..to.min(self.answers.len())).unwrap_or_default();
        judge(&self.io.comparator, self.values.get(from..to).unwrap_or_default(), answers)
    }

    fn accepted(&self, findings: &mut Findings) {
        let judged = self.judge(0, self.values.len());
        if let Some((at, why)) = judged.first_failure {
            let test = self.names.get(at).copied().unwrap_or_default();
            findings.add(Q301, &self.solution.path, format!("test {test}: {why}"));
        }
        let limit_us = u64::from(self.entry.file.limits.cpu_ms) * 1000;
        findings.need(judged.slowest_us * 2 <= limit_us, Q304, &self.solution.path, || {
            format!("takes {} ms of {} ms", judged.slowest_us / 1000, limit_us / 1000)
        });
    }

    /// Whether visible tests alone find it.
    fn rejected(&self, findings: &mut Findings) -> bool {
        let path = &self.solution.path;
        let visible = self.judge(0, self.visible);
        if visible.verdict == Verdict::TimeLimit {
            findings.need(self.solution.verdict == Verdict::TimeLimit, Q302, path, || {
                "takes too long on a visible test".to_owned()
            });
            return true;
        }
        let hidden = self.judge(self.visible, self.values.len());
        let found = hidden.verdict == self.solution.verdict;
        findings.need(found, Q302, path, || match hidden.first_failure {
            Some((at, why)) => {
                let test = self.names.get(self.visible + at).copied().unwrap_or_default();
                format!("should be {:?} but hidden test {test}: {why}", self.solution.verdict)
            }
            None => format!(
                "should be {:?} but passes every hidden test, in {} ms at most (too slow is more than {} ms)",
                self.solution.verdict,
                hidden.slowest_us / 1000,
                u64::from(self.entry.file.limits.cpu_ms) * GIVE_UP_PERCENT / 100
            ),
        });
        visible.verdict != Verdict::Accepted
    }
}
