//! How many tokens a text takes: counted with OpenAI's `o200k` vocabulary, which is near enough for other services, too.
//! Counting is a pure function of the text; each text is counted once and remembered.

use crate::interview::fnv;
use std::collections::BTreeMap;

/// Longer texts are counted in stretches of so many bytes: bounds what one step of the counter may take. A stretch that
/// ends within a word counts a token too many, never one too few.
const STRETCH_BYTES: usize = 2_048;
/// So many counts are remembered, about 0.5 MB; when there are more, all are forgotten and counted again as they come.
const COUNTS_MAX: usize = 8_192;

/// Loads the vocabulary (200,000 entries, tens of milliseconds), so that the first call of a model need not.
pub fn warm() {
    count("");
}

/// The tokens of a text.
pub fn count(text: &str) -> u32 {
    let vocabulary = tiktoken_rs::o200k_base_singleton();
    let (mut rest, mut sum) = (text, 0);
    while !rest.is_empty() {
        let (stretch, after) = rest.split_at(rest.floor_char_boundary(STRETCH_BYTES));
        sum += vocabulary.count_ordinary(stretch);
        rest = after;
    }
    u32::try_from(sum).unwrap_or(u32::MAX)
}

/// Counts that are remembered.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    known: BTreeMap<(u64, usize), u32>,
}

impl Counts {
    /// The tokens of a text, counted if it is new.
    pub fn of(&mut self, text: &str) -> u32 {
        let key = (fnv::of(text), text.len());
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        if self.known.len() >= COUNTS_MAX {
            self.known.clear();
        }
        let tokens = count(text);
        self.known.insert(key, tokens);
        tokens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_counted_as_openai_counts_it() {
        // The example in OpenAI's cookbook for this vocabulary.
        assert_eq!(count("antidisestablishmentarianism"), 6);
        assert_eq!((count(""), count("2 + 2 = 4"), count("お誕生日おめでとう")), (0, 7, 8));
    }

    #[test]
    fn hostile_texts_are_counted_without_harm() {
        for text in [" ".repeat(100_000), "^".repeat(100_000), "a".repeat(100_000), "\n\t".repeat(50_000)] {
            assert!(count(&text) > 0);
        }
        assert!(count(&"😀é\u{301}".repeat(3_000)) > 3_000);
    }

    #[test]
    fn what_is_remembered_is_what_was_counted() {
        let mut counts = Counts::default();
        for number in 0..COUNTS_MAX + 10 {
            counts.of(&number.to_string());
        }
        assert!(counts.known.len() <= COUNTS_MAX);
        let text = "def solve(numbers):";
        assert_eq!((counts.of(text), counts.of(text)), (count(text), count(text)));
    }
}
