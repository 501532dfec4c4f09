//! What a judge is asked: the instructions, the record within fences, the signals of one dimension with their bands.

use super::{system, user};
use crate::interview::dialogue::fence::{Fences, harmless};
use crate::providers::llm::ChatMessage;
use crate::questions::rubric::{Dimension, Signal};
use crate::scorecard::metrics::Metrics;
use crate::scorecard::record::{Record, Snapshot, Speaker};
use crate::scorecard::text::{clock, unit_name};
use crate::spelling::spelled;
use std::fmt::Write;

/// What every judge is told first.
pub const INSTRUCTIONS: &str = include_str!("../../../prompts/judge.md");
/// Characters of the conversation that are shown; beyond, its middle is left out and said to be.
const TALK_CHARS_MAX: usize = 160_000;
/// States of the code that are shown.
const SNAPSHOTS_MAX: usize = 4;
/// Characters of a state of the code that are shown.
const CODE_CHARS_MAX: usize = 12_000;

/// The prompt about these signals of a dimension; with each, what was wrong with the judgement before.
pub fn messages(
    record: &Record,
    metrics: &Metrics,
    dimension: &Dimension,
    signals: &[(&Signal, Option<String>)],
) -> Vec<ChatMessage> {
    let fences = Fences::new(record.setup.seed);
    let instructions = INSTRUCTIONS.replace("{{ fence }}", fences.name());
    vec![system(instructions.trim()), user(data(record, metrics, &fences)), user(task(dimension, signals))]
}

fn data(record: &Record, metrics: &Metrics, fences: &Fences) -> String {
    let mut text = String::from("The question as the candidate read it:\n");
    text.push_str(&fences.around("question", &harmless(&record.setup.question.statement)));
    let course = &record.setup.course;
    if !course.approaches.is_empty() {
        text.push_str("\n\nApproaches that the author knows:\n");
        for approach in &course.approaches {
            let best = if approach.optimal { " (optimal)" } else { "" };
            let _ = writeln!(text, "- {}{best}: {}", approach.id, approach.summary);
        }
    }
    if !course.edge_cases.is_empty() {
        let ids: Vec<&str> = course.edge_cases.iter().map(|case| case.id.as_str()).collect();
        let _ = write!(text, "\nEdge cases that the author lists: {}\n", ids.join(", "));
    }
    text.push_str("\nThe conversation. Each line: number of the utterance, time, who, words:\n");
    text.push_str(&fences.around("talk", &talk(record)));
    for (place, snapshot) in snapshots(record).iter().enumerate() {
        let name = if place == 0 { "The code at the end" } else { "The code earlier" };
        let _ =
            write!(text, "\n\n{name}, snapshot {} at {}, {}:\n", snapshot.seq, clock(snapshot.at.0), snapshot.language);
        text.push_str(&fences.around("code", &numbered(&snapshot.text)));
    }
    text.push_str("\n\nRuns of the tests:\n");
    text.push_str(&runs(record));
    text.push_str("\nMetrics:\n");
    for row in &metrics.metrics {
        if let Some(value) = row.value {
            let _ = writeln!(text, "- {}: {value} {}", row.id, unit_name(row.unit));
        }
    }
    text
}

fn talk(record: &Record) -> String {
    let heard = record.utterances.iter().filter(|utterance| utterance.item.is_some());
    let lines: Vec<String> = heard
        .map(|utterance| {
            let who = match utterance.speaker {
                Speaker::Candidate => "candidate",
                Speaker::Interviewer => "interviewer",
            };
            let words = harmless(&utterance.text).replace('\n', " ");
            format!("{} {} {who}: {words}\n", utterance.id, clock(utterance.span.from.0))
        })
        .collect();
    let whole: usize = lines.iter().map(String::len).sum();
    if whole <= TALK_CHARS_MAX {
        return lines.concat();
    }
    let mut front = String::new();
    let mut lines = std::collections::VecDeque::from(lines);
    while let Some(line) = lines.pop_front_if(|line| front.len() + line.len() <= TALK_CHARS_MAX / 2) {
        front.push_str(&line);
    }
    let mut back = Vec::new();
    let mut length = 0;
    while let Some(line) = lines.pop_back_if(|line| length + line.len() <= TALK_CHARS_MAX / 2) {
        length += line.len();
        back.push(line);
    }
    back.reverse();
    format!("{front}({} utterances are left out here)\n{}", lines.len(), back.concat())
}

/// The code at the end, and as it was at runs before, the last first.
fn snapshots(record: &Record) -> Vec<Snapshot> {
    let Some(code) = record.code.as_ref().filter(|code| !code.edits.is_empty()) else { return Vec::new() };
    let mut found = vec![code.at_the_end()];
    for run in record.runs.iter().rev() {
        let snapshot = code.at_step(run.seq);
        if found.len() < SNAPSHOTS_MAX && found.iter().all(|known| known.seq != snapshot.seq) {
            found.push(snapshot);
        }
    }
    found
}

fn numbered(text: &str) -> String {
    let mut out = String::new();
    for (place, line) in text.lines().enumerate() {
        if out.len() > CODE_CHARS_MAX {
            out.push_str("(the rest is left out)\n");
            break;
        }
        let _ = writeln!(out, "{:>3} {}", place + 1, harmless(line));
    }
    out
}

fn runs(record: &Record) -> String {
    let mut text = String::new();
    for run in &record.runs {
        let Some(report) = run.tested() else { continue };
        let (passed, all) = report.visible();
        let _ = write!(text, "- run {} at {}: {passed} of {all} visible tests passed", run.run.0, clock(run.at.0));
        if let Some(hidden) = report.hidden {
            let _ = write!(text, ", {} of {} hidden ones", hidden.passed, hidden.total);
        }
        text.push('\n');
    }
    if text.is_empty() { "- none\n".into() } else { text }
}

fn task(dimension: &Dimension, signals: &[(&Signal, Option<String>)]) -> String {
    let mut text = format!("Judge these signals of \"{}\":\n", dimension.title);
    for (signal, wrong) in signals {
        let kinds: Vec<String> = signal.evidence.iter().map(spelled).collect();
        let _ = write!(
            text,
            "\n{}: {}\n  1: {}\n  2: {}\n  3: {}\n  4: {}\n  evidence: {}\n",
            signal.id,
            signal.looks_for,
            signal.anchors.one,
            signal.anchors.two,
            signal.anchors.three,
            signal.anchors.four,
            kinds.join(" or ")
        );
        if let Some(wrong) = wrong {
            let _ = writeln!(text, "  Your judgement before does not hold: {wrong}.");
        }
    }
    text
}
