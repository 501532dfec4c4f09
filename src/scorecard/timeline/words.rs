//! When each word was said: recordings tell when a voice was heard and what was said in it, not when each word was. Words are
//! laid over the voice within their utterance by their length, so that none begins where nobody spoke.

use crate::scorecard::record::words::words;
use crate::scorecard::record::{Span, Utterance};
use crate::units::*;

/// A word takes so much time beside its letters, in letters.
const BESIDE_LETTERS: u64 = 1;

/// Each word: its first character, the one after its last, and when it begins. `heard` is when this voice was heard, in order.
pub fn timed(utterance: &Utterance, heard: &[Span]) -> Vec<(u32, u32, u64)> {
    let words = words(&utterance.text);
    let weight = |from: u32, to: u32| u64::from(to.saturating_sub(from)).saturating_add(BESIDE_LETTERS);
    let whole: u64 = words.iter().map(|word| weight(word.chars.start, word.chars.end)).sum();
    let voice = within(utterance.span, heard);
    let length: u64 = voice.iter().map(|span| span.length().0).sum();
    let mut before = 0;
    let timed = words.iter().map(|word| {
        let at = place(&voice, length.saturating_mul(before) / whole.max(1));
        before += weight(word.chars.start, word.chars.end);
        (word.chars.start, word.chars.end, at.0)
    });
    timed.collect()
}

/// The voice within an utterance; all of the utterance where none was noticed (typed words, words that a browser heard).
fn within(whole: Span, heard: &[Span]) -> Vec<Span> {
    let first = heard.partition_point(|span| span.to <= whole.from);
    let met = heard.get(first..).unwrap_or_default().iter().take_while(|span| span.from < whole.to);
    let cut = |span: &Span| Span { from: span.from.max(whole.from), to: span.to.min(whole.to) };
    let voice: Vec<Span> = met.map(cut).filter(|span| span.from < span.to).collect();
    if voice.is_empty() { vec![whole] } else { voice }
}

/// The time at which so much of the voice had been heard.
fn place(voice: &[Span], mut heard: u64) -> At {
    for span in voice {
        let length = span.length().0;
        if heard < length {
            return span.from + Ms(heard);
        }
        heard -= length;
    }
    voice.last().map_or(At(0), |span| span.to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scorecard::record::Speaker;

    fn utterance(from: u64, to: u64, text: &str) -> Utterance {
        Utterance {
            id: 1,
            speaker: Speaker::Candidate,
            item: None,
            span: Span { from: At(from), to: At(to) },
            text: text.into(),
            is_final: true,
            seq: 1,
        }
    }

    fn span(from: u64, to: u64) -> Span {
        Span { from: At(from), to: At(to) }
    }

    #[test]
    fn long_words_take_longer_and_none_is_said_in_a_silence() {
        let said = utterance(1_000, 5_000, "a bb. ccccccc, ddd");
        let starts: Vec<u64> = timed(&said, &[]).iter().map(|word| word.2).collect();
        assert_eq!(starts, [1_000, 1_470, 2_176, 4_058]);
        let voice = [span(0, 900), span(1_000, 2_000), span(4_000, 6_000)];
        let starts: Vec<u64> = timed(&said, &voice).iter().map(|word| word.2).collect();
        assert_eq!(starts, [1_000, 1_235, 1_588, 4_529]);
    }

    #[test]
    fn words_without_a_time_and_texts_without_words_are_taken() {
        assert_eq!(timed(&utterance(7, 7, "x y"), &[]), [(0, 1, 7), (2, 3, 7)]);
        assert!(timed(&utterance(0, 9, " … "), &[]).is_empty());
    }
}
