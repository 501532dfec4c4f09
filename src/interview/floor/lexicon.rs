//! What words tell about a turn: is it finished, does it ask for time, is it a backchannel. Word lists per language as
//! data; a language without lists is judged by silence alone.

/// The lists of one language. Words are lower case, without punctuation but apostrophes.
pub struct Lexicon {
    /// Words after which more must come.
    trailing: &'static [&'static str],
    /// Pairs of last words that close a sentence though the last one alone announces more.
    closing_pairs: &'static [(&'static str, &'static str)],
    /// Words that make a noun out of what follows.
    articles: &'static [&'static str],
    /// Words that, after an article, mostly come before a noun: nothing is cut short by them, nor complete with them.
    before_nouns: &'static [&'static str],
    /// Sounds of somebody who looks for words.
    fillers: &'static [&'static str],
    /// Phrases that ask for time to think.
    time_requests: &'static [&'static str],
    /// Words that listeners say without wanting the floor.
    backchannels: &'static [&'static str],
    /// Short answers that are complete as they are.
    short_answers: &'static [&'static str],
    /// Words with which questions begin.
    question_starts: &'static [&'static str],
}

static ENGLISH: Lexicon = Lexicon {
    trailing: &[
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "so",
        "because",
        "if",
        "when",
        "while",
        "that",
        "which",
        "who",
        "where",
        "then",
        "with",
        "without",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "from",
        "by",
        "as",
        "into",
        "onto",
        "over",
        "under",
        "between",
        "than",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "will",
        "would",
        "should",
        "could",
        "can",
        "may",
        "might",
        "must",
        "have",
        "has",
        "had",
        "do",
        "does",
        "did",
        "i",
        "we",
        "they",
        "he",
        "she",
        "my",
        "our",
        "their",
        "your",
        "its",
        "this",
        "these",
        "those",
        "some",
        "any",
        "each",
        "every",
        "like",
        "maybe",
        "probably",
        "basically",
        "actually",
        "i'm",
        "i'll",
        "i'd",
        "we're",
        "we'll",
        "it's",
        "there's",
        "let's",
        "what",
        "how",
        "not",
        "just",
        "also",
        "either",
        "until",
        "unless",
        "since",
        "though",
        "although",
        "whether",
        "plus",
        "except",
        "using",
        "use",
        "say",
        "means",
    ],
    closing_pairs: &[
        ("as", "well"),
        ("for", "that"),
        ("about", "that"),
        ("with", "that"),
        ("like", "that"),
        ("than", "that"),
        ("do", "that"),
        ("did", "that"),
        ("repeat", "that"),
        ("for", "this"),
        ("about", "this"),
        ("with", "this"),
        ("like", "this"),
        ("do", "this"),
        ("think", "so"),
        ("guess", "so"),
        ("hope", "so"),
        ("suppose", "so"),
        ("believe", "so"),
        ("or", "so"),
    ],
    articles: &["the", "a", "an", "this", "that", "each", "every", "my", "our", "your", "its", "their"],
    before_nouns: &[
        "first", "second", "third", "last", "next", "previous", "current", "same", "only", "other", "another", "whole",
        "entire", "new", "old", "smallest", "largest", "two", "three", "more", "most",
    ],
    fillers: &["um", "uh", "erm", "er", "ehm", "hmm", "mm", "uhm", "umm", "ah", "well"],
    time_requests: &[
        "give me a minute",
        "give me a moment",
        "give me a second",
        "give me a sec",
        "give me some time",
        "let me think",
        "let me see",
        "let me have a think",
        "i need a minute",
        "i need a moment",
        "need to think",
        "one moment",
        "one second",
        "one sec",
        "just a moment",
        "just a minute",
        "just a second",
        "just a sec",
        "hold on",
        "hang on",
        "bear with me",
        "wait a minute",
        "wait a second",
    ],
    backchannels: &[
        "mm", "mhm", "mmhm", "mm-hm", "mm-hmm", "mhmm", "hmm", "hm", "uh-huh", "uhhuh", "uh", "huh", "yeah", "yep",
        "yup", "yes", "ok", "okay", "right", "sure", "ah", "oh", "aha", "i", "see", "got", "it", "cool", "alright",
        "true", "good", "great", "nice",
    ],
    short_answers: &[
        "yes",
        "no",
        "yeah",
        "yep",
        "nope",
        "okay",
        "ok",
        "sure",
        "right",
        "ready",
        "correct",
        "exactly",
        "hello",
        "hi",
        "thanks",
        "thank you",
        "sounds good",
        "of course",
        "not really",
        "i think so",
        "i don't know",
        "no idea",
        "that's it",
        "that's all",
        "i'm done",
        "i'm ready",
        "let's go",
        "go ahead",
    ],
    question_starts: &[
        "what", "why", "how", "when", "where", "who", "which", "can", "could", "should", "would", "do", "does", "did",
        "is", "are", "am", "may", "will", "shall", "have", "has",
    ],
};

/// The question a candidate asks back is at most this long; longer sentences that begin so are rarely questions.
const QUESTION_WORDS_MAX: usize = 14;

static NONE: Lexicon = Lexicon {
    trailing: &[],
    closing_pairs: &[],
    articles: &[],
    before_nouns: &[],
    fillers: &[],
    time_requests: &[],
    backchannels: &[],
    short_answers: &[],
    question_starts: &[],
};

impl Lexicon {
    /// The lists for a BCP 47 tag; empty ones for a language that has none yet.
    pub fn of(language: &str) -> &'static Lexicon {
        match language.split('-').next().unwrap_or_default() {
            "en" => &ENGLISH,
            _ => &NONE,
        }
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
            [.., before, last] if self.closing_pairs.contains(&(before.as_str(), last.as_str())) => false,
            [.., word] => self.trailing.contains(&word.as_str()) || self.is_filler(word),
            [] => false,
        }
    }

    fn is_filler(&self, word: &str) -> bool {
        self.fillers.contains(&word)
    }

    /// Whether the end of the text asks for time: the request is among its last words.
    pub fn asks_for_time(&self, text: &str) -> bool {
        const WORDS_AFTER_MAX: usize = 5;
        let words = words(text);
        self.time_requests.iter().any(|request| {
            let request: Vec<&str> = request.split(' ').collect();
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
            && content.first().is_some_and(|word| self.question_starts.contains(&word.as_str()))
    }

    fn leads_in(&self, word: &str) -> bool {
        self.is_filler(word) || matches!(word, "so" | "and" | "but" | "okay" | "ok" | "yeah")
    }

    /// Whether the text could stand as it is: it has an end mark, is a known short answer, or is long enough and does
    /// not trail off.
    pub fn is_complete(&self, text: &str) -> bool {
        const WORDS_MIN: usize = 4;
        if self.trailing.is_empty() || self.trails_off(text) {
            return false;
        }
        let words = words(text);
        let wants_noun = words.windows(2).last().is_some_and(|pair| {
            self.articles.contains(&pair[0].as_str()) && self.before_nouns.contains(&pair[1].as_str())
        });
        text.trim_end().ends_with(['.', '!', '?'])
            || (words.len() >= WORDS_MIN && !wants_noun)
            || self.short_answers.contains(&words.join(" ").as_str())
    }

    /// Whether all words are such as listeners say. A text without words is not one.
    pub fn is_backchannel(&self, text: &str) -> bool {
        const WORDS_MAX: usize = 4;
        let words = words(text);
        !words.is_empty()
            && words.len() <= WORDS_MAX
            && words.iter().all(|word| self.backchannels.contains(&word.as_str()))
    }
}

/// The words of a text: lower case, letters, digits, apostrophes and inner hyphens.
pub fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’' || c == '-'))
        .map(|word| word.trim_matches(['-', '\'', '’']).to_lowercase().replace('’', "'"))
        .filter(|word| !word.is_empty())
        .collect()
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
        for text in ["Is it sorted?", "can the list be empty", "okay so what is the size of the input"] {
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
    fn a_language_without_lists_is_never_complete() {
        assert!(!Lexicon::of("xx").is_complete("anything at all here."));
    }
}
