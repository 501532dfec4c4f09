//! The words that metrics look for, as data (`lists.toml`), and the matcher over them: longest first, no word counted twice.

use super::figures::plain_words;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

/// The lists of one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// Sounds that mean nothing.
    pub sounds: Phrases,
    /// Words that may be empty or not.
    pub phrases: Phrases,
    /// What begins a question about the problem.
    pub clarifying: Phrases,
    /// Ways to solve something.
    pub approaches: Phrases,
}

/// The lists for a BCP 47 tag; none for a language that has none.
pub fn of(language: &str) -> Option<&'static Lists> {
    static READ: LazyLock<BTreeMap<String, Lists>> = LazyLock::new(|| {
        // That the file can be read is a test.
        toml::from_str(include_str!("lists.toml")).unwrap_or_default()
    });
    READ.get(&language.split('-').next().unwrap_or_default().to_ascii_lowercase())
}

/// Phrases by their first word, longest first.
#[derive(Debug, Default)]
pub struct Phrases(BTreeMap<String, Vec<Vec<String>>>);

impl<'de> Deserialize<'de> for Phrases {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Phrases::new(String::deserialize(deserializer)?.lines()))
    }
}

/// A phrase in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The phrase.
    pub phrase: String,
    /// Its place, in characters.
    pub chars: Range<u32>,
    /// Its first word's place among the words.
    pub word: usize,
}

impl Phrases {
    /// These phrases, short forms written out as in texts.
    pub fn new<'a>(phrases: impl Iterator<Item = &'a str>) -> Phrases {
        let mut by_word: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        for phrase in phrases {
            let (words, _) = plain_words(phrase);
            if let Some(first) = words.first() {
                by_word.entry(first.clone()).or_default().push(words);
            }
        }
        for phrases in by_word.values_mut() {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        }
        Phrases(by_word)
    }

    /// Where they stand in a text, in order.
    pub fn find(&self, text: &str) -> Vec<Found> {
        let (words, places) = plain_words(text);
        self.find_in(&words, &places)
    }

    /// As [`Self::find`], in the words and places that [`plain_words`] gave.
    pub fn find_in(&self, words: &[String], places: &[Range<u32>]) -> Vec<Found> {
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some(word) = words.get(at) {
            let rest = words.get(at..).unwrap_or_default();
            let phrase = self.0.get(word).and_then(|phrases| phrases.iter().find(|phrase| rest.starts_with(phrase)));
            let length = phrase.map_or(1, Vec::len);
            if let (Some(phrase), Some(first), Some(last)) = (phrase, places.get(at), places.get(at + length - 1)) {
                found.push(Found { phrase: phrase.join(" "), chars: first.start..last.end, word: at });
            }
            at += length;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_phrase_counts_and_no_word_twice() {
        let phrases = Phrases::new(["so", "sort of", "kind of", "of"].into_iter());
        let found: Vec<(String, u32)> =
            phrases.find("So, it's sort of, kind of sorted").into_iter().map(|f| (f.phrase, f.chars.start)).collect();
        assert_eq!(found, [("so".into(), 0), ("sort of".into(), 9), ("kind of".into(), 18)]);
    }

    #[test]
    fn the_file_can_be_read_and_a_language_without_lists_has_none() {
        for language in ["en", "en-GB", "DE"] {
            let lists = of(language).expect("lists");
            assert!(!lists.sounds.0.is_empty() && !lists.approaches.0.is_empty(), "{language}");
        }
        assert!(of("xx").is_none() && of("").is_none());
        // "um" is a word in German.
        assert!(of("de").expect("lists").sounds.find("um zwei").is_empty());
    }
}
