//! What the words of a turn ask for, as lists per language: a hint, the question again, leave to begin. Phrases are in plain
//! form (see [`plain`]); a language without lists asks for nothing by them.

use crate::interview::floor::lexicon::words;

/// The lists of one language.
#[derive(Debug)]
pub struct Phrases {
    /// Wants a hint now.
    pub hint: &'static [&'static str],
    /// Wants none.
    pub no_hint: &'static [&'static str],
    /// Does not know how to go on.
    pub stuck: &'static [&'static str],
    /// Words with which an offer is taken.
    pub yes: &'static [&'static str],
    /// Wants to hear the question, or the last words, again.
    pub again: &'static [&'static str],
    /// Asks for leave, or whether all is well: there is nothing to tell.
    pub leave: &'static [&'static str],
    /// Has nothing more to ask.
    pub ready: &'static [&'static str],
    /// Begins to say how it could be done.
    pub describes: &'static [&'static str],
    /// Is about to write code.
    pub codes: &'static [&'static str],
    /// Takes it to be finished, or wants to try it.
    pub done: &'static [&'static str],
    /// Words with which questions about the problem begin, also in the middle of a sentence.
    pub asking: &'static [&'static str],
}

static ENGLISH: Phrases = Phrases {
    hint: &[
        "a hint",
        "hint please",
        "another hint",
        "any hint",
        "next hint",
        "some hint",
        "some help",
        "help me",
        "a clue",
        "a nudge",
        "can you help",
        "could you help",
        "need help",
        "one more hint",
    ],
    no_hint: &[
        "no hint",
        "not need a hint",
        "not want a hint",
        "without a hint",
        "not need any hint",
        "not need help",
        "not need another hint",
        "not want another hint",
    ],
    stuck: &[
        "i am stuck",
        "i got stuck",
        "bit stuck",
        "kind of stuck",
        "really stuck",
        "still stuck",
        "no idea",
        "not know how",
        "not sure how to",
        "i am lost",
        "not figure",
        "i give up",
        "not see how",
        "i am blocked",
    ],
    yes: &[
        "yes",
        "yeah",
        "yep",
        "yup",
        "sure",
        "please",
        "okay",
        "ok",
        "alright",
        "absolutely",
        "definitely",
        "go ahead",
        "of course",
        "that would help",
        "that would be great",
    ],
    again: &[
        "repeat the question",
        "repeat that",
        "repeat it",
        "repeat the problem",
        "say that again",
        "say it again",
        "once more please",
        "what was the question",
        "come again",
        "pardon",
    ],
    leave: &[
        "can i start",
        "may i start",
        "shall i",
        "should i start",
        "should i write",
        "should i code",
        "should i go on",
        "should i continue",
        "can i code",
        "can i write",
        "can i begin",
        "may i begin",
        "is that okay",
        "is that ok",
        "is that fine",
        "is this okay",
        "is that right",
        "is this right",
        "does that make sense",
        "does this make sense",
        "can you hear me",
        "are you there",
        "can i use",
        "may i use",
        "am i right",
    ],
    ready: &[
        "no question",
        "no more question",
        "no further question",
        "that is clear",
        "all clear",
        "i am ready",
        "let us start",
        "let us go",
        "i understand",
    ],
    describes: &[
        "i would",
        "my idea",
        "the idea",
        "my approach",
        "we could",
        "i could",
        "i can",
        "i will",
        "we can",
        "we will",
        "first i",
        "brute force",
        "i want to use",
        "i think we",
        "i think i",
        "i am going to",
        "i keep",
        "i use",
    ],
    codes: &[
        "start coding",
        "start writing",
        "start typing",
        "write the code",
        "write it down",
        "code it",
        "let me code",
        "i will code",
        "let me write",
        "i will write",
        "let me type",
        "begin coding",
        "begin writing",
    ],
    done: &[
        "i am done",
        "i am finished",
        "that should work",
        "should be it",
        "i think that is it",
        "it is finished",
        "ready to run",
        "let me run",
        "let us run",
        "i will run",
        "let me test",
        "let us test",
        "let me try it",
        "the code is done",
        "that is my solution",
    ],
    asking: &[
        "what if",
        "what happen",
        "what should",
        "what do",
        "what is",
        "what about",
        "how many",
        "how large",
        "how big",
        "how long",
        "how often",
        "how should",
        "how do",
        "which one",
        "can there",
        "can the",
        "can a",
        "can it",
        "can i",
        "can we",
        "could there",
        "could the",
        "may i",
        "may the",
        "may there",
        "is it",
        "is there",
        "is the",
        "are the",
        "are there",
        "are they",
        "do we",
        "do i",
        "do the",
        "do they",
        "does the",
        "does it",
        "does a",
        "should it",
        "should i",
        "should the",
        "should we",
        "will there",
        "will the",
        "would it",
        "would the",
        "i assume",
        "i am assuming",
        "we assume",
        "let us assume",
        "i would ask",
        "i want to know",
        "i wonder",
        "tell me",
    ],
};

static NONE: Phrases = Phrases {
    hint: &[],
    no_hint: &[],
    stuck: &[],
    yes: &[],
    again: &[],
    leave: &[],
    ready: &[],
    describes: &[],
    codes: &[],
    done: &[],
    asking: &[],
};

impl Phrases {
    /// The lists for a BCP 47 tag; empty ones for a language that has none yet.
    pub fn of(language: &str) -> &'static Phrases {
        match language.split('-').next().unwrap_or_default() {
            "en" => &ENGLISH,
            _ => &NONE,
        }
    }
}

/// The words of a text, lower case, short forms written out: "It doesn't fit" is "it does not fit".
pub fn plain(text: &str) -> Vec<String> {
    words(text).into_iter().flat_map(|word| written_out(&word)).collect()
}

fn written_out(word: &str) -> Vec<String> {
    let two = |first: &str, second: &str| vec![first.to_owned(), second.to_owned()];
    match word {
        "can't" | "cannot" => two("can", "not"),
        "won't" => two("will", "not"),
        "shan't" => two("shall", "not"),
        "let's" => two("let", "us"),
        "that's" | "it's" | "there's" | "what's" | "here's" | "he's" | "she's" => {
            two(word.split('\'').next().unwrap_or(word), "is")
        }
        _ => {
            let endings =
                [("n't", "not"), ("'m", "am"), ("'ll", "will"), ("'d", "would"), ("'re", "are"), ("'ve", "have")];
            let found = endings.iter().find_map(|(end, full)| Some((word.strip_suffix(end)?, *full)));
            match found {
                Some((stem, full)) if !stem.is_empty() => two(stem, full),
                _ => vec![word.to_owned()],
            }
        }
    }
}

/// Where `phrase` stands in `text`, both in plain form: the place of its first word. Words match across singular and plural.
pub fn find(text: &[String], phrase: &[String]) -> Option<usize> {
    if phrase.is_empty() {
        return None;
    }
    text.windows(phrase.len()).position(|window| window.iter().zip(phrase).all(|(word, wanted)| alike(word, wanted)))
}

fn alike(word: &str, wanted: &str) -> bool {
    let one_is_plural = |short: &str, long: &str| {
        long.strip_suffix('s').is_some_and(|stem| stem == short || stem.strip_suffix('e') == Some(short))
    };
    word == wanted
        || (wanted.len() > 2 && one_is_plural(wanted, word))
        || (word.len() > 2 && one_is_plural(word, wanted))
}

/// Whether one of the phrases, as authors wrote them, stands in the text.
pub fn has_any<'a>(text: &[String], phrases: impl IntoIterator<Item = &'a str>) -> bool {
    phrases.into_iter().any(|phrase| find(text, &plain(phrase)).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_plurals_and_marks_do_not_hide_a_phrase() {
        let text = plain("Well, what if it doesn't fit into any lockers?");
        assert!(has_any(&text, ["does not fit"]) && has_any(&text, ["any locker"]));
        assert!(!has_any(&text, ["does fit"]) && !has_any(&text, [""]));
        assert_eq!(plain("I'm sure we can't"), ["i", "am", "sure", "we", "can", "not"]);
    }

    #[test]
    fn every_phrase_is_in_plain_form() {
        let lists = [
            ENGLISH.hint,
            ENGLISH.no_hint,
            ENGLISH.stuck,
            ENGLISH.yes,
            ENGLISH.again,
            ENGLISH.leave,
            ENGLISH.ready,
            ENGLISH.describes,
            ENGLISH.codes,
            ENGLISH.done,
            ENGLISH.asking,
        ];
        for phrase in lists.concat() {
            assert_eq!(plain(phrase).join(" "), phrase);
        }
    }
}
