//! What a turn of the candidate says for the agenda: what it asks for, and what it shows. A pure reading of its words; made
//! once while the turn may still go on, and once when it is over.

use super::course::Course;
use super::phrases::{Phrases, find, has_any, plain};
use super::places::Places;
use crate::interview::floor::lexicon::Lexicon;

/// From the word that makes a question to the phrase that tells what about, at most so many words.
const QUESTION_SPAN_MAX: usize = 14;
/// An answer to an offer is at most this long; longer turns say something of their own.
const YES_WORDS_MAX: usize = 7;
/// Who describes how it could be done says at least so many words.
const DESCRIPTION_WORDS_MIN: usize = 7;

/// A turn, read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Words in it.
    pub words: usize,
    /// What is told only when asked and was asked for, by its places.
    pub asks_about: Places,
    /// It ends in a question, about whatever.
    pub is_question: bool,
    /// It asks for leave or for agreement.
    pub asks_leave: bool,
    /// It wants to hear something again.
    pub wants_again: bool,
    /// It wants a hint.
    pub wants_hint: bool,
    /// It says that it does not know how to go on.
    pub is_stuck: bool,
    /// It takes an offer.
    pub agrees: bool,
    /// It has nothing more to ask.
    pub is_ready: bool,
    /// It says how it could be done.
    pub describes: bool,
    /// It announces code.
    pub will_code: bool,
    /// It takes the code to be finished, or wants to try it.
    pub is_done: bool,
    /// Edge cases it names, by their places.
    pub names: Places,
    /// Parts of a story that are in it, by the places of the probes that would ask for them.
    pub tells: Places,
    /// The approach it names.
    pub approach: Option<usize>,
}

impl Heard {
    /// Reads the words of a turn.
    pub fn read(text: &str, course: &Course, phrases: &Phrases, lexicon: &Lexicon) -> Heard {
        let all = plain(text);
        let has = |list: &[&'static str]| has_any(&all, list.iter().copied());
        let hint = has(phrases.hint) && !has(phrases.no_hint);
        let describes = all.len() >= DESCRIPTION_WORDS_MIN && has(phrases.describes);
        Heard {
            words: all.len(),
            asks_about: asked_about(text, course, phrases, lexicon),
            is_question: lexicon.is_question(text),
            asks_leave: has(phrases.leave),
            wants_again: has(phrases.again),
            wants_hint: hint,
            is_stuck: has(phrases.stuck) && !has(phrases.no_hint),
            agrees: all.len() <= YES_WORDS_MAX && begins_with_any(&all, phrases.yes),
            is_ready: has(phrases.ready),
            describes,
            will_code: has(phrases.codes),
            is_done: has(phrases.done),
            names: places(&course.edge_cases, |case| has_any(&all, case.say.iter().map(String::as_str))),
            tells: places(&course.probes, |probe| has_any(&all, probe.heard.iter().map(String::as_str))),
            approach: approach(&all, course, describes),
        }
    }
}

fn places<T>(list: &[T], fits: impl Fn(&T) -> bool) -> Places {
    list.iter().enumerate().filter(|(_, item)| fits(item)).map(|(place, _)| place).collect()
}

fn begins_with_any(text: &[String], phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| find(text, &plain(phrase)) == Some(0))
}

/// What the turn asks about: a phrase of the author's within a sentence that asks, or shortly after words that do. A
/// recogniser that sets no marks makes one sentence of all.
fn asked_about(text: &str, course: &Course, phrases: &Phrases, lexicon: &Lexicon) -> Places {
    let mut asked = Places::default();
    for sentence in text.split_inclusive(['.', '?', '!', ';']) {
        let words = plain(sentence);
        let whole = lexicon.is_question(sentence);
        for (place, told) in course.told.iter().enumerate() {
            let stands = |phrase: &String| {
                find(&words, &plain(phrase)).is_some_and(|at| whole || is_asked_before(&words, at, phrases))
            };
            if told.ask.iter().any(stands) {
                asked.insert(place);
            }
        }
    }
    asked
}

/// Words that ask stand at `at` or not far before it.
fn is_asked_before(words: &[String], at: usize, phrases: &Phrases) -> bool {
    let from = at.saturating_sub(QUESTION_SPAN_MAX);
    let span = words.get(from..(at + 2).min(words.len())).unwrap_or_default();
    has_any(span, phrases.asking.iter().copied())
}

/// The approach that the words name last. A single everyday word ("sort") counts only where something is described.
fn approach(words: &[String], course: &Course, describes: bool) -> Option<usize> {
    let named = course.approaches.iter().enumerate().filter_map(|(place, approach)| {
        let own = [approach.id.as_str()].into_iter().chain(approach.code_hints.iter().map(String::as_str));
        let last = own.filter_map(spoken_name).filter_map(|name| {
            let counts = name.len() > 1 || describes;
            let from_end = words.windows(name.len()).rev().position(|window| window == name.as_slice())?;
            counts.then_some((words.len() - from_end, name.len()))
        });
        Some((last.max()?, place))
    });
    named.max_by_key(|(last, place)| (*last, std::cmp::Reverse(*place))).map(|(_, place)| place)
}

/// How the name of an approach or of a thing in code is said: "sorted-set" and "lower_bound" by their words. What is made of
/// signs is not said at all.
fn spoken_name(name: &str) -> Option<Vec<String>> {
    let sayable = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let words: Vec<String> = name.split(['-', '_']).map(str::to_lowercase).filter(|word| !word.is_empty()).collect();
    (sayable && words.iter().map(String::len).sum::<usize>() >= 3).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::super::course::*;
    use super::*;

    fn course() -> Course {
        let told =
            |ask: &[&str]| Told { ask: ask.iter().map(|text| (*text).to_owned()).collect(), answer: "So.".into() };
        let approach = |id: &str, hints: &[&str]| Approach {
            id: id.into(),
            summary: String::new(),
            optimal: false,
            code_hints: hints.iter().map(|text| (*text).to_owned()).collect(),
            time: String::new(),
            space: String::new(),
        };
        Course {
            told: vec![told(&["same size", "tie"]), told(&["too large", "does not fit"])],
            approaches: vec![approach("sorted-set", &["lower_bound"]), approach("scan", &["min("])],
            edge_cases: vec![EdgeCase { id: "full".into(), say: vec!["all full".into()] }],
            ..Course::default()
        }
    }

    fn read(text: &str) -> Heard {
        Heard::read(text, &course(), Phrases::of("en"), Lexicon::of("en"))
    }

    #[test]
    fn a_clarification_is_asked_by_a_question_with_its_words() {
        for (text, asked) in [
            ("What if two lockers have the same size?", vec![0]),
            ("okay so what happens when a parcel doesn't fit anywhere", vec![1]),
            ("Is there a tie rule? And what if it is too large?", vec![0, 1]),
            ("may I assume that nothing is too large for every locker in the wall", vec![1]),
            ("If it is too large I return none.", vec![]),
            ("Lockers of the same size go by number.", vec![]),
        ] {
            assert_eq!(read(text).asks_about.iter().collect::<Vec<_>>(), asked, "{text}");
        }
    }

    #[test]
    fn a_wish_for_a_hint_is_told_from_being_stuck_and_from_wanting_none() {
        assert!(read("Can I have a hint, please?").wants_hint);
        assert!(read("I'm stuck here").is_stuck && !read("I'm stuck here").wants_hint);
        assert!(!read("I don't need a hint yet").wants_hint);
        assert!(!read("the pointer never gets stuck").is_stuck);
    }

    #[test]
    fn yes_is_short_and_comes_first() {
        assert!(read("Yes, please.").agrees && read("sure, that would help").agrees);
        assert!(!read("not yet").agrees && !read("Okay so first I sort the list and then I scan it").agrees);
    }

    #[test]
    fn an_approach_is_named_by_its_words_and_the_last_one_counts() {
        assert_eq!(read("I would keep the free ones in a sorted set").approach, Some(0));
        assert_eq!(read("instead of a sorted set I would just scan all of them").approach, Some(1));
        assert_eq!(read("Scan?").approach, None);
        assert_eq!(read("with lower bound I find it").approach, Some(0));
    }

    #[test]
    fn edge_cases_are_named_in_whatever_sentence() {
        assert_eq!(read("I would test a wall where they are all full").names.count(), 1);
    }

    #[test]
    fn a_language_without_lists_asks_for_nothing() {
        let heard = Heard::read("Can I have a hint?", &course(), Phrases::of("xx"), Lexicon::of("xx"));
        assert!(!heard.wants_hint && heard.asks_about.is_empty());
    }
}
