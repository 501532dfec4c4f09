//! What words tell about a turn: is it finished, does it ask for time, is it a backchannel, is somebody else spoken to. Word
//! lists per language as data (`en.toml`); a language without lists is judged by silence alone.

mod lists;
mod pattern;

use lists::{Phrases, WordSet};
use pattern::{Addressing, Classes};
pub use pattern::{Elsewhere, Place};

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The languages there are: tag and lists. They are part of the build, as the rules are: a recording is replayed with the build
/// that its header names.
const LANGUAGES: &[(&str, &str)] = &[("en", include_str!("en.toml"))];

/// The lists of one language. Words are lower case, without punctuation but apostrophes.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lexicon {
    /// Words after which more must come.
    trailing: WordSet,
    /// Words that join what follows to what was said before.
    joining: WordSet,
    /// Pairs of last words that close a sentence though the last one alone announces more.
    closing_pairs: Phrases,
    /// Words that make a noun out of what follows.
    articles: WordSet,
    /// Words that, after an article, mostly come before a noun: nothing is cut short by them, nor complete with them.
    before_nouns: WordSet,
    /// Sounds of somebody who looks for words.
    fillers: WordSet,
    /// Phrases that ask for time to think.
    time_requests: Phrases,
    /// Words that listeners say without wanting the floor.
    backchannels: WordSet,
    /// Short answers that are complete as they are.
    short_answers: Phrases,
    /// Words that come before what is said and are no part of it.
    lead_ins: WordSet,
    /// Words with which questions begin.
    question_starts: WordSet,
    /// Words of numbers and of code that is read out.
    dictated: WordSet,
    /// Words after which a single one of those begins a list.
    dictation_starts: Phrases,
    /// Words that come before the last piece of a list.
    list_ends: WordSet,
    /// How questions begin that ask for a fact.
    asks_fact: Phrases,
    /// How questions and requests begin that ask for an account.
    asks_account: Phrases,
    /// How somebody else is spoken to.
    elsewhere: Addressing,
    /// Words and phrases that patterns name.
    classes: Classes,
}

/// What a question of the interviewer asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Nothing, or it is not known.
    #[default]
    Nothing,
    /// A fact: a few words answer it.
    Fact,
    /// An account: sentences answer it.
    Account,
}

/// The question a candidate asks back is at most this long; longer sentences that begin so are rarely questions.
const QUESTION_WORDS_MAX: usize = 14;

impl Lexicon {
    /// The lists for a BCP 47 tag; empty ones for a language that has none yet.
    pub fn of(language: &str) -> &'static Lexicon {
        static READ: LazyLock<Vec<(&str, Lexicon)>> = LazyLock::new(|| {
            // That every file can be read is a test.
            LANGUAGES.iter().map(|(tag, text)| (*tag, toml::from_str(text).unwrap_or_default())).collect()
        });
        static NONE: LazyLock<Lexicon> = LazyLock::new(Lexicon::default);
        let primary = language.split('-').next().unwrap_or_default();
        READ.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(primary)).map_or(&NONE, |(_, lexicon)| lexicon)
    }

    /// Whether the text ends in a word or sound that announces more, or breaks off ("…", "-").
    pub fn trails_off(&self, text: &str) -> bool {
        let end = text.trim_end();
        if end.ends_with("...") || end.ends_with('…') || end.ends_with('-') || end.ends_with(',') {
            return true;
        }
        if end.ends_with(['.', '!', '?']) {
            return false;
        }
        let words = words(text);
        match words.as_slice() {
            [.., before, last] if self.closing_pairs.has(&[before, last]) => false,
            [.., word] => self.trailing.contains(word) || self.is_filler(word),
            [] => false,
        }
    }

    fn is_filler(&self, word: &str) -> bool {
        self.fillers.contains(word)
    }

    /// Whether the end of the text asks for time: the request is among its last words.
    pub fn asks_for_time(&self, text: &str) -> bool {
        const WORDS_AFTER_MAX: usize = 5;
        let words = words(text);
        self.time_requests.0.iter().any(|request| {
            let last_starts = words.len().saturating_sub(request.len() + WORDS_AFTER_MAX);
            words[last_starts..].windows(request.len()).any(|window| window == request)
        })
    }

    /// Whether the text's last sentence is a question.
    pub fn is_question(&self, text: &str) -> bool {
        if text.trim_end().ends_with('?') {
            return true;
        }
        let words = words(last_sentence(text));
        let content: Vec<&String> = words.iter().skip_while(|word| self.leads_in(word)).collect();
        (3..=QUESTION_WORDS_MAX).contains(&content.len())
            && content.first().is_some_and(|word| self.question_starts.contains(word))
    }

    /// Whether numbers or code are being read out and the list may go on.
    pub fn dictates(&self, text: &str) -> bool {
        const LOOKS_BACK: usize = 8;
        if text.trim_end().ends_with(['.', '!', '?']) {
            return false;
        }
        let words = words(text);
        let is_piece = |word: &String| self.dictated.contains(word) || word.chars().all(|c| c.is_ascii_digit());
        let [rest @ .., last] = words.as_slice() else { return false };
        if !is_piece(last) || rest.last().is_some_and(|word| self.list_ends.contains(word)) {
            return false;
        }
        let recent = &rest[rest.len().saturating_sub(LOOKS_BACK)..];
        let begins = |start: &Vec<String>| recent.windows(start.len()).any(|window| window == start);
        rest.iter().rev().take(2).any(is_piece) || self.dictation_starts.0.iter().any(begins)
    }

    /// What the last question or request in what the interviewer said asks for. Its parts between commas count alone.
    pub fn asks_for(&self, text: &str) -> Asked {
        let begins = |phrases: &Phrases, words: &[String]| {
            phrases.0.iter().any(|phrase| words.get(..phrase.len()).is_some_and(|start| start == phrase))
        };
        let parts = text.rsplit(['.', '!', '?', ',', ';', ':']);
        for words in
            parts.map(words).map(|words| words.into_iter().skip_while(|word| self.leads_in(word)).collect::<Vec<_>>())
        {
            if begins(&self.asks_account, &words) {
                return Asked::Account;
            }
            if begins(&self.asks_fact, &words) {
                return Asked::Fact;
            }
        }
        Asked::Nothing
    }

    fn leads_in(&self, word: &str) -> bool {
        self.is_filler(word) || self.lead_ins.contains(word)
    }

    /// Whether the text could stand as it is: it has an end mark, is a known short answer, or is long enough and does
    /// not trail off.
    pub fn is_complete(&self, text: &str) -> bool {
        const WORDS_MIN: usize = 4;
        if self.trailing.is_empty() || self.trails_off(text) {
            return false;
        }
        let words = words(text);
        let wants_noun = words
            .windows(2)
            .last()
            .is_some_and(|pair| self.articles.contains(&pair[0]) && self.before_nouns.contains(&pair[1]));
        text.trim_end().ends_with(['.', '!', '?'])
            || (words.len() >= WORDS_MIN && !wants_noun)
            || self.short_answers.has(&words)
    }

    /// Whether the text could be the whole of an answer, or its beginning: a sentence, neither a question nor a wish for time nor a
    /// short answer, which tell by themselves.
    pub fn could_be_all(&self, text: &str) -> bool {
        let tells = self.is_short_answer(text) || self.is_question(text) || self.asks_for_time(text);
        self.is_complete(text) && !tells && !self.dictates(text)
    }

    /// Whether the text goes on from what was said before it: its first word joins.
    pub fn carries_on(&self, text: &str) -> bool {
        words(text).iter().find(|word| !self.is_filler(word)).is_some_and(|word| self.joining.contains(word))
    }

    /// Whether the text is one of the short answers that are complete as they are.
    pub fn is_short_answer(&self, text: &str) -> bool {
        self.short_answers.has(&words(text))
    }

    /// Whether somebody else than the interviewer is spoken to.
    pub fn addressed_elsewhere(&self, text: &str, place: Place) -> Elsewhere {
        self.elsewhere.judge(&words(text), place, &self.classes, |word| {
            !self.trailing.contains(word) && !self.question_starts.contains(word)
        })
    }

    /// Whether all words are such as listeners say. A text without words is not one.
    pub fn is_backchannel(&self, text: &str) -> bool {
        const WORDS_MAX: usize = 4;
        let words = words(text);
        !words.is_empty() && words.len() <= WORDS_MAX && words.iter().all(|word| self.backchannels.contains(word))
    }
}

/// The words of a text: lower case, letters, digits, apostrophes and inner hyphens.
pub fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’' || c == '-'))
        .map(|word| word.trim_matches(['-', '\'', '’']).to_lowercase().replace('’', "'"))
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether both texts have the same words, however they are written.
pub fn same_words(one: &str, other: &str) -> bool {
    one == other || words(one) == words(other)
}

/// How many words the text has.
pub fn word_count(text: &str) -> u32 {
    u32::try_from(words(text).len()).unwrap_or(u32::MAX)
}

fn last_sentence(text: &str) -> &str {
    let trimmed = text.trim_end().trim_end_matches(['.', '!', '?']);
    trimmed.rsplit(['.', '!', '?']).next().unwrap_or(trimmed)
}

/// Whether `heard` is our own speech coming back: at least `words_min` words, nearly all of which stand, in order, in
/// `said`.
pub fn is_echo(heard: &str, said: &str, words_min: usize) -> bool {
    let heard = words(heard);
    if heard.len() < words_min.max(1) {
        return false;
    }
    let said = words(said);
    let mut rest = said.iter();
    let matched =
        heard.iter().filter(|word| rest.clone().any(|other| other == *word) && advance(&mut rest, word)).count();
    matched * 5 >= heard.len() * 4
}

/// What is left of `heard` without our own words that came back: runs of words that stand, in order and close together, in `said`.
pub fn without_echo(heard: &str, said: &str) -> String {
    // Recognisers lose a word or two of what is faint.
    const LOST_MAX: usize = 2;
    let (heard, said) = (words(heard), words(said));
    let mut next = 0;
    let mut rest = Vec::new();
    for word in heard {
        let mut places = said.iter().enumerate().skip(next);
        let found = places.find(|(_, other)| **other == word).map(|(place, _)| place);
        match found.filter(|place| next == 0 || *place <= next + LOST_MAX) {
            Some(place) => next = place + 1,
            None => rest.push(word),
        }
    }
    rest.join(" ")
}

fn advance(rest: &mut std::slice::Iter<'_, String>, word: &String) -> bool {
    rest.any(|other| other == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> &'static Lexicon {
        Lexicon::of("en-GB")
    }

    #[test]
    fn knows_who_is_not_finished() {
        for text in ["so I would", "and then um", "we keep a map of", "well,", "I would use the", "maybe...", "because"]
        {
            assert!(english().trails_off(text), "{text}");
            assert!(!english().is_complete(text), "{text}");
        }
    }

    #[test]
    fn knows_who_is_finished() {
        for text in ["it has to leave the set as well", "I would write a helper for that", "I think so"] {
            assert!(!english().trails_off(text), "{text}");
        }
        let closed = "it has to leave the set as well";
        for text in [closed, "I would sort the list first", "yes", "That is it.", "it runs in linear time", "thank you"]
        {
            assert!(english().is_complete(text), "{text}");
        }
    }

    #[test]
    fn knows_what_may_be_all_and_may_go_on() {
        for text in ["I would sort the list first", "It runs in linear time."] {
            assert!(english().could_be_all(text), "{text}");
        }
        for text in ["yes", "can the list be empty", "okay give me a minute please", "so I would use", "two pointers"] {
            assert!(!english().could_be_all(text), "{text}");
        }
    }

    #[test]
    fn a_noun_that_is_missing_leaves_a_sentence_open_but_not_trailing() {
        let text = "I look in the set for the first";
        assert!(!english().is_complete(text) && !english().trails_off(text));
        assert!(english().is_complete("I look in the set for the first locker"));
    }

    #[test]
    fn hears_a_wish_for_time_also_with_words_after_it() {
        for text in ["hmm let me think", "okay give me a minute", "let me think about that", "hold on a second please"]
        {
            assert!(english().asks_for_time(text), "{text}");
        }
        assert!(!english().asks_for_time("let me think it through so first we sort and then we scan from the left"));
    }

    #[test]
    fn hears_questions_with_and_without_a_mark() {
        for text in [
            "Is it sorted?",
            "can the list be empty",
            "okay so what is the size of the input",
            "wait can I ask something first",
        ] {
            assert!(english().is_question(text), "{text}");
        }
        assert!(!english().is_question("I would ask what they need"));
    }

    #[test]
    fn backchannels_are_not_answers_with_content() {
        assert!(english().is_backchannel("mm-hm"));
        assert!(english().is_backchannel("yeah okay"));
        assert!(!english().is_backchannel("yeah but wait"));
        assert!(!english().is_backchannel(""));
    }

    #[test]
    fn echo_is_our_own_words_in_order() {
        let said = "Great. How would you find the two numbers in one pass?";
        assert!(is_echo("would you find the two", said, 2));
        assert!(!is_echo("I would use a map", said, 1));
        assert!(!is_echo("great", said, 2));
    }

    #[test]
    fn what_the_candidate_says_into_our_own_words_is_left_of_them() {
        let said = "Great. How would you find two of them with a given sum?";
        assert_eq!(without_echo("great how mm-hm would you", said), "mm-hm");
        assert_eq!(without_echo("how would find wait what do you mean", said), "wait what do you mean");
        assert_eq!(without_echo("I would use a map", said), "i use a map");
        assert_eq!(without_echo("great how would", said), "");
    }

    #[test]
    fn a_language_without_lists_is_never_complete() {
        assert!(!Lexicon::of("xx").is_complete("anything at all here."));
    }

    #[test]
    fn every_language_can_be_read_and_names_only_classes_it_has() {
        for (tag, text) in LANGUAGES {
            let lexicon: Lexicon = toml::from_str(text).unwrap_or_else(|error| panic!("{tag}: {error}"));
            assert!(!lexicon.trailing.is_empty() && !lexicon.short_answers.0.is_empty(), "{tag}");
            assert_eq!(lexicon.elsewhere.unknown_classes(&lexicon.classes), Vec::<String>::new(), "{tag}");
        }
    }

    fn elsewhere(text: &str) -> (Elsewhere, Elsewhere) {
        let judged = |place| english().addressed_elsewhere(text, place);
        (judged(Place::OverInterviewer), judged(Place::OwnTurn))
    }

    #[test]
    fn hears_who_speaks_to_somebody_else() {
        let texts = [
            "mum I'm in an interview",
            "I'm in the middle of a call right now",
            "sorry I'm just on the phone with somebody",
            "can you close the door please",
            "Dad, not now.",
            "give me five minutes mum",
            "I'll be right down",
            "I'll call you back in ten minutes",
            "could you turn the music down please",
            "please take the dog out",
            "Sarah, I'm being interviewed",
            "hey siri stop the timer",
            "leave it on the porch please, thank you",
            "keep it down please",
            "they're in the hall next to the front door",
            "the black one is in the bathroom",
            "put it in the living room please",
            "I'll be with you in a minute",
            "lunch smells lovely I'll be there in five minutes",
            "get out of my room",
            "no love not now",
            "no thank you, just leave the parcel with the neighbour please",
            "stop barking",
        ];
        let missed = texts.iter().filter(|text| elsewhere(text) != (Elsewhere::Yes, Elsewhere::Yes));
        assert_eq!(missed.collect::<Vec<_>>(), Vec::<&&str>::new());
    }

    #[test]
    fn what_could_answer_the_interviewer_is_no_aside_in_the_candidates_own_turn() {
        for text in ["not now", "not right now please", "just put it there", "open the door", "turn it off", "later"] {
            let (over, own) = elsewhere(text);
            assert_eq!(over, Elsewhere::Yes, "{text}");
            assert_ne!(own, Elsewhere::Yes, "{text}");
        }
    }

    #[test]
    fn words_beyond_the_aside_are_for_the_interviewer() {
        for text in [
            "sorry close the door please so I would",
            "mum not now so we keep a map",
            "close the door please where were we",
            "I'm in the middle of a loop",
            "I'm on the second test",
            "the last one is in the list",
            "I'll be there with two loops",
            "I'll be using a map",
            "I will be right there at the end of the list",
            "take the first one out",
            "put it in the map",
            "let it out of the set",
            "leave it there and move on",
            "turn the list around",
            "get the keys",
            "open the file",
            "close the window when the sum is too large",
            "come back to the first question",
            "call you with what",
            "can you repeat that please",
            "wait can I ask something first",
            "stop please",
            "I'm talking",
            "give me a minute please",
            "hold on",
            "no sorry",
            "what",
            "sorry",
            "excuse me",
            "I'm not in the right place",
            "tell me more",
            "can I use a library",
            "what is it",
            "okay but what about negative numbers",
        ] {
            let (over, own) = elsewhere(text);
            assert!(over != Elsewhere::Yes && own != Elsewhere::Yes, "{text}");
        }
    }

    #[test]
    fn the_beginning_of_an_aside_may_become_one() {
        for text in ["close", "close the", "can you turn", "I'm in", "give me five", "no"] {
            assert_eq!((text, elsewhere(text).0), (text, Elsewhere::Perhaps));
        }
        assert_eq!(elsewhere("okay but how").0, Elsewhere::No);
    }
}
