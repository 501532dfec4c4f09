//! What counts as a word: a run of letters and digits; apostrophes and hyphens within it belong to it ("don't", "mm-hm"). Code
//! that is read aloud counts as the words it is said in.

use std::ops::Range;

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its place in the text, in characters (Unicode scalar values) from the text's start.
    pub chars: Range<u32>,
    /// In lower case, with the plain apostrophe.
    pub text: String,
}

/// The words of a text, in order.
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open: Option<Word> = None;
    let mut letters = text.chars().peekable();
    let mut place = 0_u32;
    while let Some(letter) = letters.next() {
        let joins = is_joint(letter) && open.is_some() && letters.peek().is_some_and(|next| next.is_alphanumeric());
        if letter.is_alphanumeric() || joins {
            let word = open.get_or_insert_with(|| Word { chars: place..place, text: String::new() });
            word.text.extend(if letter == '’' { '\'' } else { letter }.to_lowercase());
            word.chars.end = place.saturating_add(1);
        } else {
            words.extend(open.take());
        }
        place = place.saturating_add(1);
    }
    words.extend(open);
    words
}

fn is_joint(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '-')
}

/// The part of a text at these characters; none when it does not reach so far or the range is empty.
pub fn part(text: &str, chars: Range<u32>) -> Option<&str> {
    if chars.start >= chars.end {
        return None;
    }
    let place = |count: u32| {
        let ends = text.char_indices().map(|(place, _)| place).chain([text.len()]);
        ends.into_iter().nth(count as usize)
    };
    text.get(place(chars.start)?..place(chars.end)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn contractions_are_one_word_and_marks_are_none() {
        assert_eq!(texts("I don't – well, can’t – know!"), ["i", "don't", "well", "can't", "know"]);
        assert_eq!(
            texts("mm-hm, O(n log n) - \"quoted\" 'single'"),
            ["mm-hm", "o", "n", "log", "n", "quoted", "single"]
        );
        assert!(words("… — ?!").is_empty() && words("").is_empty());
    }

    #[test]
    fn each_word_is_found_again_at_its_place() {
        let text = "Größe ist 42, Ça va? don’t";
        for word in words(text) {
            let found = part(text, word.chars.clone()).expect("in the text");
            assert_eq!(found.to_lowercase().replace('’', "'"), word.text);
        }
        assert_eq!(part("abc", 1..9), None);
        assert_eq!(part("abc", 2..2), None);
        assert_eq!(part("aé", 1..2), Some("é"));
    }
}
