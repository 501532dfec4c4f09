//! What the agenda goes by: that it can tell which approach a candidate takes, has something to ask about each, and that
//! whoever hears the answer knows what to listen for.

use crate::interview::agenda::condition::Fact;
use crate::questions::finding::*;
use crate::questions::format::*;
use crate::questions::{Entry, Solution, Verdict};

/// So many ways of asking are needed to recognise most people's.
const PHRASES_MIN: usize = 4;

pub(super) fn look(entry: &Entry, findings: &mut Findings) {
    // Imports bring problems and solutions only; whoever takes one over writes the rest when it is used.
    if entry.file.origin.kind == OriginKind::Import {
        return;
    }
    let file = &entry.file;
    for (at, item) in file.clarifications.iter().chain(&file.facts).enumerate() {
        enough_phrases(&format!("question.toml ask {} (\"{}\")", at + 1, item.answer), item.ask.len(), findings);
    }
    for (at, item) in file.probes.iter().enumerate() {
        enough_phrases(&format!("question.toml probes[{at}].heard"), item.heard.len(), findings);
    }
    for (at, item) in file.follow_ups.iter().chain(&file.deep_dives).enumerate() {
        let place = format!("question.toml follow_ups[{at}].listen_for");
        findings.need(!item.listen_for.is_empty(), Q211, &place, || format!("is empty: \"{}\"", item.ask));
    }
    for approach in &file.approaches {
        let place = format!("question.toml approaches {}", approach.id);
        findings.need(file.follow_ups.iter().any(|item| is_about(item, &approach.id)), Q211, &place, || {
            format!("no follow-up has `approach == '{}'` in its when", approach.id)
        });
    }
    for solution in entry.solutions.iter().filter(|solution| solution.verdict == Verdict::Accepted) {
        let shown = shown(solution, &file.approaches);
        findings.need(shown == Some(solution.approach.as_str()), Q211, &solution.path, || {
            format!("by code_hints it is {}, not {}", shown.unwrap_or("nothing known"), solution.approach)
        });
    }
}

fn enough_phrases(place: &str, count: usize, findings: &mut Findings) {
    findings
        .need(count >= PHRASES_MIN, Q211, place, || format!("has {count} phrases, at least {PHRASES_MIN} are needed"));
}

fn is_about(item: &FollowUp, approach: &str) -> bool {
    let literals = item.when.as_ref().map(|when| when.literals()).unwrap_or_default();
    literals
        .iter()
        .any(|(name, fact)| *name == Some("approach") && matches!(fact, Fact::Text(text) if text == approach))
}

/// The approach most of whose texts stand in the code, outside of comments; of equals the first, as the agenda counts.
fn shown<'a>(solution: &Solution, approaches: &'a [Approach]) -> Option<&'a str> {
    let comment = solution.language.comment();
    let lines: Vec<&str> = solution.code.lines().map(|line| line.split(comment).next().unwrap_or_default()).collect();
    let count = |approach: &Approach| {
        approach.code_hints.iter().filter(|hint| lines.iter().any(|line| line.contains(hint.as_str()))).count()
    };
    let counts = approaches.iter().enumerate().map(|(at, approach)| (count(approach), std::cmp::Reverse(at), approach));
    let most = counts.filter(|(count, ..)| *count > 0).max_by_key(|(count, at, _)| (*count, *at));
    most.map(|(.., approach)| approach.id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn approach(id: &str, hints: &[&str]) -> Approach {
        Approach {
            id: id.to_owned(),
            summary: String::new(),
            optimal: false,
            time: String::new(),
            space: String::new(),
            code_hints: hints.iter().map(|hint| (*hint).to_owned()).collect(),
        }
    }

    #[test]
    fn code_is_recognised_by_most_of_its_texts_and_never_by_comments() {
        let approaches =
            [approach("sort", &["sorted(", "bisect"]), approach("heap", &["heappush", "heappop", "bisect"])];
        let by = |code: &str| {
            let solution = Solution {
                path: String::new(),
                language: Language::Python3,
                approach: String::new(),
                verdict: Verdict::Accepted,
                code: code.to_owned(),
            };
            shown(&solution, &approaches)
        };
        assert_eq!(by("bisect(x)"), Some("sort"), "of equals the first");
        assert_eq!(by("heappush(x)\nbisect(x)"), Some("heap"));
        assert_eq!(by("scan(x)  # sorted( would be quicker"), None);
    }
}
