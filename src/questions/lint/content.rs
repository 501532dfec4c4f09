//! The rules about a question's content (Q2…).

use crate::questions::Entry;
use crate::questions::check::spoken_lines;
use crate::questions::finding::*;
use crate::questions::format::*;
use crate::questions::tests_file::{Made, made};
use std::collections::BTreeSet;

/// The largest tests.json, in bytes.
pub const TESTS_BYTES_MAX: usize = 60_000;
/// So many words in a row that stand in a hint and in the spoken question, or in a hint and a solution, give it away.
const WORDS_IN_A_ROW: usize = 5;

/// Looks at everything but the values of tests.
pub(super) fn look(entry: &Entry, spoken: &str, tests_bytes: usize, findings: &mut Findings) {
    speakable(entry, spoken, findings);
    statement(entry, findings);
    match entry.kind {
        Kind::Coding => {
            gives_nothing_away(entry, spoken, findings);
            exercised(entry, findings);
            enough(entry, findings);
            findings.need(tests_bytes <= TESTS_BYTES_MAX, Q206, "tests.json", || {
                format!("has {tests_bytes} bytes, more than {TESTS_BYTES_MAX}")
            });
        }
        Kind::Behavioural => behavioural(&entry.file, findings),
        Kind::SystemDesign => design(&entry.file, findings),
    }
}

/// All tests with their values made, visible ones first; none when one cannot be made.
pub(super) fn values<'a>(entry: &'a Entry, findings: &mut Findings) -> Vec<(&'a Test, Made)> {
    let Some(io) = entry.io() else { return Vec::new() };
    let mut tests = Vec::new();
    let mut whole = true;
    for group in [Group::Visible, Group::Hidden] {
        for test in entry.tests.iter().filter(|test| test.group == group) {
            match made(io, test) {
                Ok(made) => tests.push((test, made)),
                Err(why) => {
                    whole = false;
                    findings.add(Q205, format!("tests.json {}", test.id), why);
                }
            }
        }
    }
    if whole { tests } else { Vec::new() }
}

fn words(text: &str) -> Vec<String> {
    let split = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    split.map(str::to_lowercase).collect()
}

/// The first run of words that stands in both.
fn shared(left: &str, right: &str) -> Option<String> {
    let right = words(right);
    let runs: BTreeSet<&[String]> = right.windows(WORDS_IN_A_ROW).collect();
    words(left).windows(WORDS_IN_A_ROW).find(|run| runs.contains(run)).map(|run| run.join(" "))
}

fn gives_nothing_away(entry: &Entry, spoken: &str, findings: &mut Findings) {
    let said = format!(" {} ", words(spoken).join(" "));
    for approach in &entry.file.approaches {
        // Single everyday words (scan, count) may be needed to put the question.
        let name = approach.id.replace('-', " ");
        let named = name.contains(' ') && said.contains(&format!(" {} ", name.to_lowercase()));
        findings.need(!named, Q201, "spoken.md", || format!("names the approach \"{name}\""));
    }
    for (at, hint) in entry.file.hints.iter().enumerate() {
        let place = format!("question.toml hints[{at}].text");
        if let Some(run) = shared(&hint.text, spoken) {
            findings.add(Q201, "spoken.md", format!("says \"{run}\" as hint {} does", hint.tier));
        }
        let code = ["`", "{", "return ", "==", "();"].iter().any(|sign| hint.text.contains(sign));
        findings.need(!code, Q202, &place, || "has code in it".to_owned());
        for solution in &entry.solutions {
            let lines = solution.code.lines().map(str::trim_start);
            let code: Vec<&str> = lines.filter(|line| !line.starts_with(solution.language.comment())).collect();
            if let Some(run) = shared(&hint.text, &code.join("\n")) {
                findings.add(Q202, &place, format!("says \"{run}\" as {} does", solution.path));
            }
        }
    }
}

fn exercised(entry: &Entry, findings: &mut Findings) {
    let said = |untested: &Option<String>| untested.as_ref().is_some_and(|why| !why.trim().is_empty());
    for (at, item) in entry.file.clarifications.iter().enumerate() {
        let place = format!("question.toml clarifications[{at}]");
        findings.need(!item.tests.is_empty() || said(&item.untested), Q203, &place, || "no test holds it".to_owned());
    }
    for item in &entry.file.edge_cases {
        let place = format!("question.toml edge_cases {}", item.id);
        findings.need(!item.tests.is_empty() || said(&item.untested), Q203, &place, || "no test holds it".to_owned());
    }
}

fn enough(entry: &Entry, findings: &mut Findings) {
    let of = |group| entry.tests.iter().filter(|test| test.group == group).count();
    let file = &entry.file;
    let needs = [
        ("tests.json", "visible tests", of(Group::Visible), 4),
        ("tests.json", "hidden tests", of(Group::Hidden), 10),
        ("question.toml", "follow_ups", file.follow_ups.len(), 6),
        ("question.toml", "follow_ups that fit from the start", entry.question.follow_ups.len(), 5),
        ("question.toml", "follow_ups with a when", file.follow_ups.iter().filter(|f| f.when.is_some()).count(), 1),
        ("question.toml", "clarifications", file.clarifications.len(), 3),
        ("question.toml", "edge_cases", file.edge_cases.len(), 3),
        ("question.toml", "approaches", file.approaches.len(), 2),
        ("question.toml", "optimal approaches", file.approaches.iter().filter(|a| a.optimal).count(), 1),
    ];
    for (place, what, count, min) in needs {
        findings.need(count >= min, Q204, place, || format!("has {count} {what}, at least {min} are needed"));
    }
}

/// Signs that are read out as noise or not at all, and words that only eyes understand.
const UNSPEAKABLE: [&str; 18] =
    ["`", "*", "_", "<", ">", "{", "}", "[", "]", "=", "|", "\\", "#", "O(", "e.g.", "i.e.", "etc.", "TODO"];

fn speakable(entry: &Entry, spoken: &str, findings: &mut Findings) {
    let lines = spoken_lines(&entry.file);
    for (place, text) in lines.iter().map(|(place, text)| (place.as_str(), *text)).chain([("spoken.md", spoken)]) {
        for sign in UNSPEAKABLE.iter().filter(|sign| text.contains(**sign)) {
            findings.add(Q207, place, format!("has \"{sign}\", which cannot be said"));
        }
        let longest = text.split(['.', '?', '!', ':', ';']).map(|part| part.split_whitespace().count()).max();
        findings.need(longest.unwrap_or(0) <= 40, Q207, place, || "has a sentence of more than 40 words".to_owned());
    }
}

fn statement(entry: &Entry, findings: &mut Findings) {
    let statement = &entry.question.statement;
    let titled = statement.lines().next() == Some(&format!("# {}", entry.file.title));
    findings.need(titled, Q209, "statement.md", || format!("does not begin with \"# {}\"", entry.file.title));
    let example = entry.kind != Kind::Coding || statement.contains("xample");
    findings.need(example, Q209, "statement.md", || "shows no example".to_owned());
    findings.need(!statement.contains("TODO"), Q209, "statement.md", || "has a TODO in it".to_owned());
}

fn behavioural(file: &QuestionFile, findings: &mut Findings) {
    for part in StoryPart::ALL {
        let there = file.probes.iter().any(|probe| probe.missing == part);
        findings.need(there, Q210, "question.toml probes", || format!("has none for {part:?}").to_lowercase());
    }
    for (what, count, min) in [
        ("rubric.red_flags", file.rubric.red_flags.len(), 2),
        ("rubric.strong", file.rubric.strong.len(), 2),
        ("avoid", file.avoid.len(), 1),
    ] {
        let place = format!("question.toml {what}");
        findings.need(count >= min, Q210, &place, || format!("has {count}, at least {min} are needed"));
    }
    anchors(file.anchors.iter(), findings);
}

fn design(file: &QuestionFile, findings: &mut Findings) {
    let minutes: u16 = file.phases.iter().fold(0, |sum, phase| sum.saturating_add(phase.minutes));
    let fits = minutes <= file.minutes && u32::from(minutes) * 10 >= u32::from(file.minutes) * 8;
    findings.need(fits, Q210, "question.toml phases", || {
        format!("take {minutes} minutes of {}; they should take nearly all", file.minutes)
    });
    for (what, count, min) in [
        ("phases", file.phases.len(), 5),
        ("facts", file.facts.len(), 5),
        ("components", file.components.len(), 5),
        ("deep_dives", file.deep_dives.len(), 2),
        ("curveballs", file.curveballs.len(), 2),
    ] {
        let place = format!("question.toml {what}");
        findings.need(count >= min, Q210, &place, || format!("has {count}, at least {min} are needed"));
    }
    let silent = file.curveballs.iter().any(|curveball| curveball.expect.is_empty());
    findings.need(!silent, Q210, "question.toml curveballs", || "say what a good candidate changes".to_owned());
    anchors(file.phases.iter().map(|phase| &phase.anchors).chain(&file.anchors), findings);
}

fn anchors<'a>(all: impl Iterator<Item = &'a Anchors>, findings: &mut Findings) {
    for Anchors { one, two, three, four } in all {
        let texts = [one, two, three, four];
        let different: BTreeSet<&&String> = texts.iter().collect();
        let whole = different.len() == 4 && texts.iter().all(|text| text.len() >= 6 && !text.contains("TODO"));
        findings.need(whole, Q210, "question.toml anchors", || {
            format!("four different descriptions are needed, not \"{one}\"")
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_runs_of_words_are_found_whatever_their_signs() {
        assert_eq!(
            shared("Keep the free ones in order!", "keep the_free  ones, in"),
            Some("keep the free ones in".into())
        );
        assert_eq!(shared("Keep the free ones", "keep the free ones"), None);
    }
}
