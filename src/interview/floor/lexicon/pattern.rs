//! Patterns of speech to somebody else. A text is such speech only when patterns cover it from its first word to its last
//! and it holds a sign: whoever says a word beyond them to the interviewer is heard.
//!
//! In patterns `a|b` is either word, `a?` may be missing, `_` is any word, `#` a number in digits, `<name>` an entry of a class.

use super::lists::WordSet;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// Classes may name classes so deep; deeper ones match nothing.
const DEPTH_MAX: u8 = 4;
/// Longer texts are no asides.
const WORDS_MAX: usize = 24;

/// How somebody else is spoken to in a language.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Addressing {
    /// Who is called: a sign wherever it stands.
    called: WordSet,
    /// Signs whoever has the floor.
    sure: Patterns,
    /// Requests about a household: in the candidate's own turn a sign only beside a name or a "please".
    asked: Patterns,
    /// Signs only over the interviewer.
    over: Patterns,
    /// What may stand beside a sign.
    beside: Patterns,
    /// Words that make a request of what stands beside them.
    please: WordSet,
}

/// Where the words were said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// While the interviewer speaks.
    OverInterviewer,
    /// In the candidate's own turn.
    OwnTurn,
}

/// Whether somebody else is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// No.
    No,
    /// The words so far may be the beginning of such speech.
    Perhaps,
    /// Yes, all of it.
    Yes,
}

// What was found on the way to a place in the text.
const NOTHING: u8 = 1;
const REQUEST: u8 = 2;
const PLEASE: u8 = 4;
const WEAK: u8 = 8;
const SURE: u8 = 16;

impl Addressing {
    /// Judges a text. A name that no list holds may stand before or after sure signs, if `may_be_name`.
    pub fn judge(
        &self,
        words: &[String],
        place: Place,
        classes: &Classes,
        may_be_name: impl Fn(&str) -> bool,
    ) -> Elsewhere {
        if words.is_empty() || words.len() > WORDS_MAX {
            return Elsewhere::No;
        }
        // The signs found so far, of each way to cover the words before a place.
        let mut found: Vec<Vec<u8>> = vec![Vec::new(); words.len() + 1];
        found[0].push(NOTHING);
        let mut runs_out = false;
        if words.len() > 2 && may_be_name(&words[0]) {
            found[1].push(NOTHING);
        }
        for at in 0..words.len() {
            for before in found[at].clone() {
                let mut walk = Walk { words, classes, ends: Vec::new(), runs_out: false };
                let mut go = |patterns: &Patterns, sign: u8, runs_out: &mut bool| {
                    for pattern in patterns.starting_with(&words[at]) {
                        walk.follow(pattern, at, 0);
                    }
                    for end in walk.ends.drain(..).filter(|end| *end > at) {
                        note(&mut found[end], before | sign);
                    }
                    *runs_out |= walk.runs_out;
                };
                go(&self.sure, SURE, &mut runs_out);
                go(&self.asked, REQUEST, &mut runs_out);
                go(&self.over, WEAK, &mut runs_out);
                go(&self.beside, NOTHING, &mut runs_out);
                if self.called.contains(&words[at]) {
                    note(&mut found[at + 1], before | SURE);
                }
                if self.please.contains(&words[at]) {
                    note(&mut found[at + 1], before | PLEASE);
                }
            }
        }
        let is_sign = |signs: &u8| {
            signs & SURE != 0
                || (signs & REQUEST != 0 && (signs & PLEASE != 0 || place == Place::OverInterviewer))
                || (signs & WEAK != 0 && place == Place::OverInterviewer)
        };
        let named = words.len() > 2 && words.last().is_some_and(|last| may_be_name(last));
        let all_but_a_name = named.then(|| &found[words.len() - 1]);
        if found[words.len()].iter().any(is_sign)
            || all_but_a_name.is_some_and(|ways| ways.iter().any(|s| s & SURE != 0))
        {
            return Elsewhere::Yes;
        }
        match runs_out || !found[words.len()].is_empty() {
            true => Elsewhere::Perhaps,
            false => Elsewhere::No,
        }
    }
}

fn note(ways: &mut Vec<u8>, signs: u8) {
    if !ways.contains(&signs) {
        ways.push(signs);
    }
}

/// Patterns of one kind.
#[derive(Debug, Default)]
pub struct Patterns(Vec<Vec<Token>>);

impl Patterns {
    /// Those that may begin with this word.
    fn starting_with<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a [Token]> {
        self.0.iter().map(Vec::as_slice).filter(move |pattern| match pattern.first() {
            Some(Token { kind: Kind::Words(words), is_optional: false }) => words.iter().any(|known| is(known, word)),
            _ => true,
        })
    }
}

/// The classes of a language, by name.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Classes(BTreeMap<String, Patterns>);

#[derive(Debug)]
struct Token {
    kind: Kind,
    is_optional: bool,
}

#[derive(Debug)]
enum Kind {
    /// One of these, word or number.
    Words(Vec<String>),
    Class(String),
    Any,
}

impl<'de> Deserialize<'de> for Patterns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let pattern = |line: &str| line.split_whitespace().map(token).collect::<Vec<_>>();
        Ok(Patterns(text.lines().map(pattern).filter(|pattern| !pattern.is_empty()).collect()))
    }
}

fn token(text: &str) -> Token {
    let (text, is_optional) = text.strip_suffix('?').map_or((text, false), |text| (text, true));
    let class = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    let kind = match (class, text) {
        (Some(name), _) => Kind::Class(name.to_owned()),
        (None, "_") => Kind::Any,
        (None, words) => Kind::Words(words.split('|').map(str::to_owned).collect()),
    };
    Token { kind, is_optional }
}

/// One look for the ends of patterns.
struct Walk<'a> {
    words: &'a [String],
    classes: &'a Classes,
    ends: Vec<usize>,
    /// The words ended in the middle of a pattern.
    runs_out: bool,
}

impl Walk<'_> {
    /// All places where the pattern may end that begins at `at`.
    fn follow(&mut self, pattern: &[Token], at: usize, depth: u8) {
        let Some((token, rest)) = pattern.split_first() else {
            if !self.ends.contains(&at) {
                self.ends.push(at);
            }
            return;
        };
        if token.is_optional {
            self.follow(rest, at, depth);
        }
        let Some(word) = self.words.get(at) else {
            self.runs_out |= !token.is_optional;
            return;
        };
        match &token.kind {
            Kind::Any => self.follow(rest, at + 1, depth),
            Kind::Words(known) => {
                if known.iter().any(|known| is(known, word)) {
                    self.follow(rest, at + 1, depth);
                }
            }
            Kind::Class(name) => {
                let Some(entries) = self.classes.0.get(name).filter(|_| depth < DEPTH_MAX) else { return };
                let mut inner = Walk { words: self.words, classes: self.classes, ends: Vec::new(), runs_out: false };
                entries.starting_with(word).for_each(|entry| inner.follow(entry, at, depth + 1));
                self.runs_out |= inner.runs_out;
                inner.ends.into_iter().for_each(|end| self.follow(rest, end, depth));
            }
        }
    }
}

fn is(known: &str, word: &str) -> bool {
    known == word || (known == "#" && word.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
impl Addressing {
    /// Classes that patterns name, in patterns and in classes.
    pub(super) fn unknown_classes(&self, classes: &Classes) -> Vec<String> {
        let all = [&self.sure, &self.asked, &self.over, &self.beside].into_iter().chain(classes.0.values());
        let tokens = all.flat_map(|patterns| patterns.0.iter().flatten());
        let named = tokens.filter_map(|token| match &token.kind {
            Kind::Class(name) => Some(name.clone()),
            _ => None,
        });
        named.filter(|name| !classes.0.contains_key(name)).collect()
    }
}
