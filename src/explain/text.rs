//! Prints a story: a heading per turn, its entries on the clock, then why the interviewer took the floor when it did.

use super::meaning;
use super::story::{Chapter, Kind, Story};
use crate::interview::command::{Ledger, TurnReport};
use crate::interview::spending::Spending;
use crate::units::*;
use std::fmt::Write as _;

/// The story, or one turn of it.
pub fn story(story: &Story, turn: Option<TurnId>) -> String {
    let mut out = String::new();
    if turn.is_none() {
        let _ = writeln!(out, "{}, {} turns", story.question, turns(story));
    }
    if let Some(spending) = story.spending.as_ref().filter(|_| turn.is_none()) {
        let _ = writeln!(out, "{}", self::spending(spending));
    }
    for chapter in story.chapters.iter().filter(|chapter| turn.is_none() || chapter.turn == turn) {
        self::chapter(chapter, &mut out);
    }
    out
}

/// What the model's calls cost.
fn spending(spending: &Spending) -> String {
    let Spending { tokens, calls, secret_calls, dropped, dropped_calls, hedges, hedges_won, .. } = spending;
    format!(
        "model: {calls} calls, {tokens} tokens by our count; {secret_calls} calls in secret, {dropped_calls} of them dropped \
         unheard ({dropped} tokens); {hedges} calls made twice, the second was faster in {hedges_won}"
    )
}

/// How many turns a story has.
pub fn turns(story: &Story) -> usize {
    story.chapters.iter().filter(|chapter| chapter.turn.is_some()).count()
}

fn chapter(chapter: &Chapter, out: &mut String) {
    let _ = match (chapter.turn, chapter.item) {
        (Some(turn), _) => writeln!(out, "\nTurn {turn} at {}  \"{}\"", clock(chapter.begins), chapter.words),
        (None, None) => writeln!(out, "\nBefore the first turn"),
        (None, Some(_)) => writeln!(out, "\nA sound at {} that became no turn", clock(chapter.begins)),
    };
    for entry in &chapter.entries {
        let _ = writeln!(out, "  {}  {:<11}  {}", clock(entry.at), column(entry.kind), entry.text);
    }
    if let Some(report) = &chapter.report {
        let _ = writeln!(out, "  why: {}", why(report));
        let ledger = ledger(&report.ledger);
        if !ledger.is_empty() {
            let _ = writeln!(out, "  after the last speech: {ledger}");
        }
    }
}

fn column(kind: Kind) -> &'static str {
    match kind {
        Kind::Candidate => "candidate",
        Kind::Code => "code",
        Kind::Run => "run",
        Kind::Decision => "decision",
        Kind::Interviewer => "interviewer",
        Kind::Course => "course",
        Kind::Service => "service",
    }
}

/// Why a turn ended when it did.
fn why(report: &TurnReport) -> String {
    let because = meaning::of_rule(&report.rule).map_or("", |meaning| meaning.because);
    let longer = report.stretched_by.as_deref().map(|name| longer(name, report)).unwrap_or_default();
    let silence = fact(report, "silence_ms").map_or(String::new(), |ms| format!(" after {ms} ms of silence"));
    format!("rule {} ended the turn{silence}: {because}{longer}. {}", report.rule, known(report))
}

fn fact(report: &TurnReport, name: &str) -> Option<i64> {
    report.facts.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
}

/// What the rules knew then, in words; a fact that has none stands with its name.
fn known(report: &TurnReport) -> String {
    const TOLD_ELSEWHERE: [&str; 4] = ["silence_ms", "key_ms", "own_pause_ms", "went_on"];
    let of = |name: &str| fact(report, name).unwrap_or_default();
    let told = |(name, value): &(String, i64)| match name.as_str() {
        "wait_ms" => format!("the wait asked for was {value} ms"),
        "spoken_ms" => format!("they had spoken for {value} ms"),
        "words" => format!("{value} words"),
        "pauses" => format!("{value} pauses within"),
        "own_pauses" if *value == 0 => {
            format!("none of their pauses is known (people's in general: {} ms)", of("own_pause_ms"))
        }
        "own_pauses" => format!("their pauses last {} ms on average ({value} known)", of("own_pause_ms")),
        "goes_on_permille" => format!("of their turns with so many words {value} of 1000 go on"),
        "expected_permille" => format!("lately they were expected to {}", times(*value, of("went_on"))),
        "interrupts" if *value == 0 => "it was no interruption".to_owned(),
        "interrupts" => "it was an interruption".to_owned(),
        "speculations" => format!("an answer was begun ahead {value} times"),
        "secret_tokens_kept" => format!("{value} tokens of that were used"),
        "secret_tokens_dropped" => format!("{value} dropped"),
        _ => format!("{name} {value}"),
    };
    let facts = report.facts.iter().filter(|(name, _)| !TOLD_ELSEWHERE.contains(&name.as_str()));
    let told: Vec<String> = facts.map(told).collect();
    if told.is_empty() { String::new() } else { format!("Known then: {}.", told.join(", ")) }
}

/// What made the wait longer than the rule's own, with the figures it went by.
fn longer(name: &str, report: &TurnReport) -> String {
    let fact = |name: &str| fact(report, name).unwrap_or_default();
    let figures = match name {
        "own_pauses" => format!(
            " (mean {} ms, of {} heard; {} of 1000 of their turns go on after {} words{})",
            fact("own_pause_ms"),
            fact("own_pauses"),
            fact("goes_on_permille"),
            fact("words"),
            expectations(fact("expected_permille"), fact("went_on")),
        ),
        "typing" => format!(" (last key {} ms after the last word)", fact("key_ms")),
        _ => String::new(),
    };
    format!("; {name} made it wait {} ms: {}{figures}", fact("wait_ms"), meaning::of_reason(name))
}

/// How often the candidate went on where that was expected; empty before anything was.
fn expectations(expected_permille: i64, went_on: i64) -> String {
    match expected_permille {
        0 => String::new(),
        _ => format!("; lately they were expected to {}", times(expected_permille, went_on)),
    }
}

fn times(expected_permille: i64, went_on: i64) -> String {
    format!("go on {}.{} times, and did {went_on} times", expected_permille / 1000, expected_permille % 1000 / 100)
}

/// When each stage was reached, in ms after the candidate's last speech sample.
fn ledger(ledger: &Ledger) -> String {
    let Some(end) = ledger.speech_end else { return String::new() };
    let stages = [
        ("final words", ledger.stt_final),
        ("pause scored", ledger.scored),
        ("turn ended", ledger.committed),
        ("model's first word", ledger.llm_first_token),
        ("first sentence", ledger.first_sentence),
        ("voice's first sound", ledger.tts_first_byte),
        ("model asked again", ledger.hedged),
        ("opener sent", ledger.opener_sent),
        ("first sound sent", ledger.first_sent),
        ("first sound heard", ledger.first_played),
    ];
    // In the order in which they happened: an answer made in secret is ready before the turn ends.
    let mut reached: Vec<(Ms, &str)> = stages.iter().filter_map(|(name, at)| Some(((*at)? - end, *name))).collect();
    reached.sort();
    let parts: Vec<String> = reached.iter().map(|(after, name)| format!("{name} {after} ms")).collect();
    parts.join(", ")
}

/// A time to the millisecond: `1:02.345`.
pub fn clock(at: At) -> String {
    format!("{}:{:02}.{:03}", at.0 / 60_000, at.0 / 1000 % 60, at.0 % 1000)
}
