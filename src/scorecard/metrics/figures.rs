//! Arithmetic and readings that several metrics share. Whole numbers only.

use super::Why;
use crate::interview::agenda::approach::differs;
use crate::interview::agenda::work::Code;
use crate::interview::setup::Runs;
use crate::scorecard::record::{self, Moment, Record, Segment, Span, Turn};
use crate::units::*;
use std::ops::Range;

/// The value below which so many thousandths lie, one that occurred; none of none.
pub fn percentile(values: &[u64], permille: usize) -> Option<u64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(percentile_rank(sorted.len(), permille)).copied()
}

/// `count` for each `each` of `whole`; zero of nothing.
pub fn rate(count: u64, each: u64, whole: u64) -> u64 {
    let rate = u128::from(count) * u128::from(each) / u128::from(whole.max(1));
    if whole == 0 { 0 } else { u64::try_from(rate).unwrap_or(u64::MAX) }
}

/// The sum of lengths.
pub fn total(spans: impl Iterator<Item = Span>) -> Ms {
    spans.map(Span::length).sum()
}

/// The candidate's voice in turns: noise and signs of listening are not among it.
pub fn voice(record: &Record) -> impl Iterator<Item = &Segment> {
    record.speech.iter().filter(|segment| segment.turn.is_some())
}

/// The candidate's spoken turns that have words and voice.
pub fn spoken(record: &Record) -> Result<Vec<&Turn>, Why> {
    if !record.has_microphone {
        return Err(Why::NoMicrophone);
    }
    let has_voice = |turn: &&Turn| record.speech_of(turn.item).next().is_some();
    let turns: Vec<&Turn> =
        record.turns.iter().filter(|turn| turn.spoken && !turn.text.is_empty()).filter(has_voice).collect();
    if turns.is_empty() { Err(Why::NoSpeech) } else { Ok(turns) }
}

/// When the interview was over, or the recording ends.
pub fn end(record: &Record) -> At {
    record.ended.map_or(At(record.duration.0), |ended| ended.at)
}

/// From the question to the end.
pub fn since_question(record: &Record) -> Result<Span, Why> {
    let from = record.question_put.ok_or(Why::QuestionNotPut)?;
    Ok(Span { from, to: end(record).max(from) })
}

/// Code could be run on tests.
pub fn can_run(record: &Record) -> Result<(), Why> {
    let workspace = record.setup.workspace.as_ref().ok_or(Why::NoEditor)?;
    match workspace.runs {
        Runs::Available { .. } => Ok(()),
        Runs::Unavailable { .. } => Err(Why::NoRunner),
    }
}

/// The edit that made the code the candidate's own.
pub fn first_code(record: &Record) -> Result<Moment, Why> {
    let code = record.code.as_ref().ok_or(Why::NoEditor)?;
    let mut replay = code.replay();
    while let Some(edit) = replay.step() {
        let text = replay.text(edit.language);
        if differs(&Code { language: edit.language, text, starter: code.starter(edit.language) }) {
            return Ok(Moment { seq: edit.seq, at: edit.at });
        }
    }
    Err(Why::NoCode)
}

/// Stretches in which both talk with each other: from the first word to the last, without silences of more than 30 s, in which
/// code is written.
pub fn conversation(record: &Record) -> Vec<Span> {
    const SILENCE_MAX: Ms = Ms(30_000);
    let typed = record.turns.iter().filter(|turn| !turn.spoken).map(|turn| turn.span);
    let shown = record.replies.iter().filter_map(|reply| reply.span);
    let heard = record.playback.iter().map(|playback| playback.span);
    let mut spans: Vec<Span> =
        voice(record).map(|segment| segment.span).chain(typed).chain(shown).chain(heard).collect();
    spans.sort_unstable();
    let mut stretches: Vec<Span> = Vec::new();
    for span in spans {
        match stretches.last_mut().filter(|last| span.from - last.to <= SILENCE_MAX) {
            Some(last) => last.to = last.to.max(span.to),
            None => stretches.push(span),
        }
    }
    stretches
}

/// The sentences of a text with their places, in characters.
pub fn sentences(text: &str) -> Vec<(Range<u32>, &str)> {
    let mut sentences = Vec::new();
    let mut at = 0_u32;
    for sentence in text.split_inclusive(['.', '?', '!', ';']) {
        let length = u32::try_from(sentence.chars().count()).unwrap_or(u32::MAX);
        let lead = sentence.chars().take_while(|letter| letter.is_whitespace()).count() as u32;
        let trail = sentence.trim_start().chars().rev().take_while(|letter| letter.is_whitespace()).count() as u32;
        let chars = at.saturating_add(lead)..at.saturating_add(length).saturating_sub(trail);
        if !sentence.trim().is_empty() {
            sentences.push((chars, sentence.trim()));
        }
        at = at.saturating_add(length);
    }
    sentences
}

/// The words of a text in plain form (short forms written out), each with the place of the word it comes from.
pub fn plain_words(text: &str) -> (Vec<String>, Vec<Range<u32>>) {
    let (mut plain, mut places) = (Vec::new(), Vec::new());
    for word in record::words::words(text) {
        for part in crate::interview::agenda::phrases::plain(&word.text) {
            plain.push(part);
            places.push(word.chars.clone());
        }
    }
    (plain, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        assert_eq!(percentile(&[], 500), None);
        assert_eq!(percentile(&[30, 10, 20], 500), Some(20));
        assert_eq!(percentile(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 900), Some(9));
    }

    #[test]
    fn rates_do_not_overflow_and_nothing_of_nothing_is_zero() {
        assert_eq!(rate(30, 60_000, 12_000), 150);
        assert_eq!((rate(5, 1000, 0), rate(u64::MAX, u64::MAX, 1)), (0, u64::MAX));
    }

    #[test]
    fn sentences_lie_where_they_stand() {
        let text = "Über alles. Is it so?  And then";
        let found: Vec<(Range<u32>, &str)> = sentences(text);
        assert_eq!(found, [(0..11, "Über alles."), (12..21, "Is it so?"), (23..31, "And then")]);
    }
}
