//! Cuts a model's stream of text into pieces to synthesize: a first clause as early as it can be said, then sentences.

/// The first piece may end at a comma, a colon or a dash once it has this many characters or words: short enough to be heard
/// soon, long enough that the voice's melody holds.
const FIRST_CLAUSE_CHARS_MIN: usize = 16;
/// See [`FIRST_CLAUSE_CHARS_MIN`].
const FIRST_CLAUSE_WORDS_MIN: usize = 4;
/// A piece is cut at a space when no mark came for so many characters, so that a runaway sentence is still spoken.
const PIECE_CHARS_MAX: usize = 300;
/// After these a full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &["e.g", "i.e", "etc", "vs", "dr", "mr", "mrs", "ms", "no", "approx"];

/// The text that no piece has taken yet.
#[derive(Clone, Debug, Default)]
pub struct Cutter {
    rest: String,
    began: bool,
}

impl Cutter {
    /// Takes more text; appends the pieces that are now complete.
    pub fn push(&mut self, text: &str, pieces: &mut Vec<String>) {
        self.rest.push_str(text);
        while let Some(end) = self.boundary() {
            let piece = self.rest[..end].to_owned();
            self.rest.drain(..end);
            self.emit(&piece, pieces);
        }
    }

    /// No more text comes: what is left is the last piece.
    pub fn finish(&mut self, pieces: &mut Vec<String>) {
        let piece = std::mem::take(&mut self.rest);
        self.emit(&piece, pieces);
    }

    /// Nothing to say is left.
    pub fn is_empty(&self) -> bool {
        speakable(&self.rest).is_empty()
    }

    /// Forgets the unfinished piece.
    pub fn discard_rest(&mut self) {
        self.rest.clear();
    }

    fn emit(&mut self, piece: &str, pieces: &mut Vec<String>) {
        let piece = speakable(piece);
        if !piece.is_empty() {
            self.began = true;
            pieces.push(piece);
        }
    }

    /// Where the first piece ends, in bytes.
    fn boundary(&self) -> Option<usize> {
        let mut chars = self.rest.char_indices().peekable();
        let (mut count, mut last_space) = (0, None);
        while let Some((place, mark)) = chars.next() {
            count += 1;
            let end = place + mark.len_utf8();
            if mark == '\n' && !self.rest[..place].trim().is_empty() {
                return Some(end);
            }
            if mark.is_whitespace() {
                last_space = Some(end);
            } else if chars.peek().is_some_and(|(_, next)| next.is_whitespace()) && self.ends_piece(mark, place, count)
            {
                return Some(end);
            }
            if count >= PIECE_CHARS_MAX {
                return Some(last_space.filter(|&space| !self.rest[..space].trim().is_empty()).unwrap_or(end));
            }
        }
        None
    }

    fn ends_piece(&self, mark: char, place: usize, chars_before: usize) -> bool {
        match mark {
            '!' | '?' | '…' => true,
            '.' => !self.is_abbreviation(place),
            ',' | ';' | ':' | '—' | '–' => !self.began && self.is_clause(place, chars_before),
            // A hyphen between spaces is a dash.
            '-' => !self.began && self.rest[..place].ends_with(' ') && self.is_clause(place, chars_before),
            _ => false,
        }
    }

    fn is_clause(&self, place: usize, chars: usize) -> bool {
        let words = self.rest[..place].split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
        chars >= FIRST_CLAUSE_CHARS_MIN || words >= FIRST_CLAUSE_WORDS_MIN
    }

    fn is_abbreviation(&self, dot: usize) -> bool {
        let word = self.rest[..dot].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
        ABBREVIATIONS.contains(&word.to_lowercase().as_str())
            || (!word.is_empty() && word.chars().all(|c| c.is_ascii_digit()))
    }
}

/// The text without marks that are for eyes only, spaces folded.
fn speakable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let word = word.replace(['*', '`', '#'], "");
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word);
    }
    out
}

/// The words of `text` whose end lies within the first `heard` of `whole` parts of it, by length. Zero of `whole` is none.
pub fn heard_part(text: &str, heard: u64, whole: u64) -> &str {
    if heard >= whole {
        return if whole == 0 { "" } else { text };
    }
    let chars = text.chars().count() as u64;
    let chars_heard = chars.saturating_mul(heard) / whole;
    let mut end = 0;
    for (count, (place, letter)) in text.char_indices().enumerate() {
        if count as u64 > chars_heard {
            break;
        }
        if letter.is_whitespace() {
            end = place;
        }
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(chunks: &[&str]) -> Vec<String> {
        let (mut cutter, mut pieces) = (Cutter::default(), Vec::new());
        for chunk in chunks {
            cutter.push(chunk, &mut pieces);
        }
        cutter.finish(&mut pieces);
        pieces
    }

    #[test]
    fn the_first_clause_comes_early_and_then_whole_sentences() {
        let pieces = cut(&["That is a good st", "art, and now, what about time? It", " runs twice."]);
        assert_eq!(pieces, ["That is a good start,", "and now, what about time?", "It runs twice."]);
    }

    #[test]
    fn a_first_clause_of_four_words_or_a_dash_is_enough_and_later_clauses_stay_whole() {
        assert_eq!(
            cut(&["So if it is, what then? ", "If it is, why?"]),
            ["So if it is,", "what then?", "If it is, why?"]
        );
        assert_eq!(cut(&["That works here - but why, ", "and how?"]), ["That works here -", "but why, and how?"]);
        assert_eq!(cut(&["That works here — but why?"]), ["That works here —", "but why?"]);
        assert_eq!(cut(&["Well, yes, a two-pointer scan."]), ["Well, yes, a two-pointer scan."]);
    }

    #[test]
    fn the_first_clause_is_there_with_its_comma_and_the_next_letter() {
        let (mut cutter, mut pieces) = (Cutter::default(), Vec::new());
        for token in ["That", " is", " a", " good", " start,", " and"] {
            assert!(pieces.is_empty());
            cutter.push(token, &mut pieces);
        }
        assert_eq!(pieces, ["That is a good start,"]);
    }

    #[test]
    fn numbers_and_abbreviations_do_not_end_a_sentence() {
        let pieces = cut(&["Take 3.5 seconds, e.g. three. ", "1. is first. Done"]);
        assert_eq!(pieces, ["Take 3.5 seconds,", "e.g. three.", "1. is first.", "Done"]);
    }

    #[test]
    fn chunking_does_not_matter() {
        let text = "Okay. Let us go on: what is the `worst` case? **Think** of empty lists!\nAnd then?";
        let single: Vec<&str> = text.split("").filter(|s| !s.is_empty()).collect();
        assert_eq!(cut(&[text]), cut(&single));
    }

    #[test]
    fn a_runaway_sentence_is_cut_at_a_space() {
        let pieces = cut(&[&"word ".repeat(100)]);
        assert!(pieces.len() >= 2 && pieces.iter().all(|p| p.chars().count() <= PIECE_CHARS_MAX));
    }

    #[test]
    fn what_was_heard_ends_at_a_whole_word() {
        assert_eq!(heard_part("one two three four", 500, 1000), "one two");
        assert_eq!(heard_part("one two three four", 1000, 1000), "one two three four");
        assert_eq!(heard_part("one two", 0, 1000), "");
        assert_eq!(heard_part("one two", 0, 0), "");
    }
}
