//! A scorecard as a person reads it in a terminal.

use super::card::{Finding, Remark, Scorecard};
use super::evidence::Evidence;
use super::metrics::Unit;
use crate::spelling::spelled;
use std::fmt::Write;

/// What bands are called.
const BANDS: [&str; 4] = ["1 of 4", "2 of 4", "3 of 4", "4 of 4"];
/// Characters of a quote or a line that are shown.
const SHOWN_CHARS_MAX: usize = 90;

/// The scorecard as text.
pub fn text(card: &Scorecard) -> String {
    let mut text = format!("Scorecard: {}\n", card.question.title);
    for dimension in &card.dimensions {
        let band = dimension.band.map_or("not assessed", name);
        let share = dimension.assessed_permille / 10;
        let _ = writeln!(text, "\n{} — {band} ({share} % of it assessed)", dimension.title);
        for signal in &dimension.signals {
            match &signal.finding {
                Finding::Assessed { band, says, evidence } => {
                    let _ = writeln!(text, "  {}  {}: {says}", name(*band), signal.id);
                    evidence.iter().for_each(|place| {
                        let _ = writeln!(text, "            {}", shown(place));
                    });
                }
                Finding::NotAssessed { why } => {
                    let _ = writeln!(text, "  -       {}: not assessed, {why}", signal.id);
                }
            }
        }
    }
    remarks(&mut text, "What went best", &card.strengths);
    remarks(&mut text, "What to work on", &card.next_steps);
    if let Some(practice) = &card.practice {
        let _ = writeln!(text, "\nPractise next: {} ({}), {}", practice.title, practice.question, practice.why);
    }
    let grader = &card.grader;
    let _ = match &card.versions.judge {
        Some(judge) => writeln!(
            text,
            "\nJudged by {judge} in {} tokens: {} of {} signals with evidence that is in the record, {} not, {} undecided",
            u64::from(grader.tokens_in) + u64::from(grader.tokens_out),
            grader.verified,
            grader.judged,
            grader.unverified,
            grader.undecided
        ),
        None => writeln!(text, "\n{} signals need a judge and were not assessed: no model was asked", grader.judged),
    };
    let _ = writeln!(text, "Rubric {}, metrics version {}", card.versions.rubric, card.versions.metrics);
    text
}

fn name(band: u8) -> &'static str {
    BANDS.get(usize::from(band).wrapping_sub(1)).copied().unwrap_or("-")
}

fn remarks(text: &mut String, heading: &str, remarks: &[Remark]) {
    if remarks.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{heading}");
    for remark in remarks {
        let aim = remark.aim.as_ref().map(|aim| format!("; next: {aim}")).unwrap_or_default();
        let _ = writeln!(text, "  {}: {}{aim}", remark.signal, remark.seen);
        if let Some(place) = remark.evidence.first() {
            let _ = writeln!(text, "            {}", shown(place));
        }
    }
}

fn shown(place: &Evidence) -> String {
    match place {
        Evidence::Utterance { at_ms, text, .. } => format!("{} \"{}\"", clock(*at_ms), clipped(text)),
        Evidence::Code { at_ms, from_line, to_line, text, .. } => {
            let first = clipped(text.lines().next().unwrap_or_default().trim());
            format!("{} {}: {first}", clock(*at_ms), lines(*from_line, *to_line))
        }
        Evidence::Run { .. } | Evidence::Metric { .. } => told(place),
    }
}

/// A run or a metric in words; of other places, which are shown by their text, nothing.
pub(super) fn told(place: &Evidence) -> String {
    match place {
        Evidence::Utterance { .. } | Evidence::Code { .. } => String::new(),
        Evidence::Run { id, at_ms, visible, hidden } => {
            let hidden = if hidden.1 > 0 { format!(", {} of {} hidden", hidden.0, hidden.1) } else { String::new() };
            format!("{} run {id}: {} of {} tests{hidden}", clock(*at_ms), visible.0, visible.1)
        }
        Evidence::Metric { id, value, unit: Unit::Count } => format!("{id}: {value}"),
        Evidence::Metric { id, value, unit } => format!("{id}: {value} {}", unit_name(*unit)),
    }
}

/// Which lines of code.
pub(super) fn lines(from_line: u32, to_line: u32) -> String {
    if from_line == to_line { format!("line {from_line}") } else { format!("lines {from_line} to {to_line}") }
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A time as minutes and seconds.
pub(super) fn clock(ms: u64) -> String {
    format!("{:02}:{:02}", ms / 60_000, ms / 1000 % 60)
}

/// A unit as it stands in JSON, in words.
pub(super) fn unit_name(unit: Unit) -> String {
    spelled(&unit).replace('_', " ")
}
