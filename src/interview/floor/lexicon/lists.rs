//! Lists of words and of phrases, as lexicons hold them: words between blanks, phrases a line each.

use serde::{Deserialize, Deserializer};
use std::collections::BTreeSet;

/// A set of words.
#[derive(Debug, Default)]
pub struct WordSet(BTreeSet<String>);

impl WordSet {
    /// Whether the word is in it.
    pub fn contains(&self, word: &str) -> bool {
        self.0.contains(word)
    }

    /// Whether it holds no word.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for WordSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(WordSet(text.split_whitespace().map(str::to_owned).collect()))
    }
}

/// Phrases, each as its words, in the order of the file.
#[derive(Debug, Default)]
pub struct Phrases(pub Vec<Vec<String>>);

impl Phrases {
    /// Whether these words are one of them.
    pub fn has(&self, words: &[impl AsRef<str>]) -> bool {
        let same = |phrase: &Vec<String>| phrase.iter().map(String::as_str).eq(words.iter().map(AsRef::as_ref));
        self.0.iter().any(same)
    }
}

impl<'de> Deserialize<'de> for Phrases {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        Ok(Phrases(text.lines().map(words).filter(|phrase| !phrase.is_empty()).collect()))
    }
}
