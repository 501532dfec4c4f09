//! What a model writes that is not for the ear, taken out of its stream before sentences are cut: blocks of code, a model's
//! thoughts (`<think>`), marks and brackets that it copied from its prompt, and lines that are code without a fence.
//!
//! The interviewer's words go to a voice and into the conversation from here, so what is dropped here is never said nor
//! shown. It is the second line: what must not be said is not in the prompt to begin with.

/// Opens and ends a block of code.
const CODE_FENCE: &str = "```";
/// Opens a model's thoughts.
const THOUGHT: &str = "<think>";
/// Ends them.
const THOUGHT_END: &str = "</think>";
/// Longer marks than this are not ours: a `<` that is not closed within is text.
const MARK_CHARS_MAX: usize = 24;

/// The filter; holds back what may be the beginning of something to drop.
#[derive(Clone, Debug, Default)]
pub struct Unspoken {
    rest: String,
    within: Option<&'static str>,
    /// More of these belong to a bracket that is being dropped.
    brackets: Option<char>,
    /// A line's beginning has been let through: the rest of it is no code.
    in_line: bool,
}

impl Unspoken {
    /// Takes more of the stream; gives what may be said of it so far.
    pub fn push(&mut self, text: &str) -> String {
        self.rest.push_str(text);
        let mut out = String::new();
        while self.step(&mut out, false) {}
        out
    }

    /// No more comes: gives what was held back.
    pub fn finish(&mut self) -> String {
        let mut out = String::new();
        while self.step(&mut out, true) {}
        self.rest.clear();
        out
    }

    /// Decides over the beginning of what is held; false when more must come first.
    fn step(&mut self, out: &mut String, all: bool) -> bool {
        if let Some(end) = self.within {
            return self.leave(end);
        }
        if let Some(bracket) = self.brackets {
            let count = self.rest.chars().take_while(|letter| *letter == bracket).count();
            self.rest.drain(..count);
            self.brackets = self.brackets.filter(|_| self.rest.is_empty());
        }
        if self.rest.is_empty() {
            return false;
        }
        if !self.in_line {
            match self.line_is_code(all) {
                None => return false,
                Some(Some(length)) => {
                    self.rest.drain(..length);
                    return true;
                }
                Some(None) => self.in_line = true,
            }
        }
        let Some(place) = self.rest.find(['`', '<', '[', ']', '\n']) else {
            out.push_str(&self.rest);
            self.rest.clear();
            return false;
        };
        out.push_str(&self.rest[..place]);
        self.rest.drain(..place);
        self.special(out, all)
    }

    /// Skips to the end of what is dropped; keeps what may be the beginning of that end.
    fn leave(&mut self, end: &'static str) -> bool {
        if let Some(place) = self.rest.find(end) {
            self.rest.drain(..place + end.len());
            self.within = None;
            return true;
        }
        let kept = (1..end.len()).rev().find(|length| self.rest.ends_with(&end[..*length])).unwrap_or(0);
        self.rest.drain(..self.rest.len() - kept);
        false
    }

    /// What is held begins with a mark.
    fn special(&mut self, out: &mut String, all: bool) -> bool {
        let undecided = |mark: &str, rest: &str| !all && rest.len() < mark.len() && mark.starts_with(rest);
        for (mark, end) in [(CODE_FENCE, CODE_FENCE), (THOUGHT, THOUGHT_END)] {
            if undecided(mark, &self.rest) {
                return false;
            }
            if self.rest.starts_with(mark) {
                self.rest.drain(..mark.len());
                self.within = Some(end);
                return true;
            }
        }
        for pair in ["[[", "]]"] {
            if undecided(pair, &self.rest) {
                return false;
            }
            if self.rest.starts_with(pair) {
                self.brackets = pair.chars().next();
                return true;
            }
        }
        if self.rest.starts_with('<') {
            match copied_mark(&self.rest) {
                Some(length) => {
                    self.rest.drain(..length);
                    return true;
                }
                None if !all && is_mark_begun(&self.rest) => return false,
                None => {}
            }
        }
        let first: String = self.rest.drain(..1).collect();
        self.in_line = first != "\n";
        out.push_str(&first);
        true
    }

    /// At a line's beginning: whether it is code, and then its length; none when its end is not there yet and it may be.
    fn line_is_code(&self, all: bool) -> Option<Option<usize>> {
        let end = self.rest.find('\n');
        let line = &self.rest[..end.unwrap_or(self.rest.len())];
        let known = end.is_some() || all;
        if known {
            return Some(
                is_code(line).then_some(end.map_or(self.rest.len(), |end| end + 1)).filter(|length| *length > 0),
            );
        }
        // A sentence need not wait for its line's end: only a line that begins like code is held back.
        if begins_like_code(line) { None } else { Some(None) }
    }
}

/// A mark of our fences at the text's beginning: its length.
fn copied_mark(text: &str) -> Option<usize> {
    let end = text.find('>').filter(|_| is_mark_begun(text))?;
    Some(end + 1)
}

/// Whether the text begins like one of our fences' marks.
fn is_mark_begun(text: &str) -> bool {
    let inside = text.strip_prefix('<').unwrap_or_default();
    let inside = inside.split('>').next().unwrap_or_default();
    let name = inside.strip_prefix('/').unwrap_or(inside);
    let word: String = name.chars().take_while(char::is_ascii_lowercase).collect();
    let rest = &name[word.len()..];
    let is_known = |kind: &&str| if rest.is_empty() { kind.starts_with(&word) } else { **kind == word };
    let digits = rest.strip_prefix('-').unwrap_or(rest);
    name.len() <= MARK_CHARS_MAX
        && ["code", "changes", "run", "client", "statement", "think"].iter().any(is_known)
        && digits.chars().all(|letter| letter.is_ascii_digit())
}

/// What a line of code begins with in a language we know, and few sentences do.
const CODE_STARTS: &[&str] = &[
    "def ",
    "class ",
    "import ",
    "from ",
    "return ",
    "const ",
    "let ",
    "var ",
    "func ",
    "fn ",
    "function ",
    "public ",
    "private ",
    "#include",
    "for (",
    "for(",
    "while (",
    "while(",
    "if (",
    "if(",
    "elif ",
    "else:",
    "print(",
    "int ",
    "vector<",
];
/// A line of these alone is code.
const CODE_MARKS: &str = "{}()[];";

/// Whether a line that begins so may turn out to be code. Holds for every beginning of a line for which [`is_code`] does.
fn begins_like_code(line: &str) -> bool {
    let text = line.trim_start();
    let starts = CODE_STARTS.iter().any(|start| text.starts_with(start) || start.starts_with(text));
    starts || is_indented(line) || text.starts_with(|letter| CODE_MARKS.contains(letter))
}

fn is_indented(line: &str) -> bool {
    line.starts_with("  ") || line.starts_with('\t')
}

/// Whether a whole line is code: it begins like code and holds marks that spoken sentences do not.
fn is_code(line: &str) -> bool {
    let text = line.trim();
    let starts = is_indented(line) || CODE_STARTS.iter().any(|start| text.starts_with(start));
    let holds = ["(", "=", "->", "};", "[", "::"].iter().any(|mark| text.contains(mark));
    let ends = is_indented(line) || text.ends_with(['{', '}', ';', ')', ']', ':']);
    let only_marks = !text.is_empty() && text.chars().all(|letter| CODE_MARKS.contains(letter));
    let deep =
        (line.starts_with("    ") || line.starts_with('\t')) && !text.is_empty() && !text.starts_with(['-', '*']);
    only_marks || deep || (starts && (ends && holds || text.ends_with(';')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spoken(text: &str) -> String {
        let mut filter = Unspoken::default();
        let begun = filter.push(text);
        begun + &filter.finish()
    }

    fn in_pieces(text: &str, size: usize) -> String {
        let mut filter = Unspoken::default();
        let letters: Vec<char> = text.chars().collect();
        let mut out: String =
            letters.chunks(size).map(|piece| filter.push(&piece.iter().collect::<String>())).collect();
        out.push_str(&filter.finish());
        out
    }

    #[test]
    fn blocks_of_code_and_thoughts_are_not_for_the_ear() {
        assert_eq!(
            spoken("Like this:\n```python\ndef f():\n  return 1\n```\nDo you see?"),
            "Like this:\n\nDo you see?"
        );
        assert_eq!(spoken("```js\nlet a = 1"), "");
        assert_eq!(spoken("<think>They want the answer.</think>Go on."), "Go on.");
        assert_eq!(spoken("The `heap` is fine. And 3 < 4, or a[i]."), "The `heap` is fine. And 3 < 4, or a[i].");
    }

    #[test]
    fn a_solution_without_fences_is_dropped_line_by_line() {
        let text = "Sure.\ndef two_sum(numbers, target):\n    seen = {}\n    for i, n in enumerate(numbers):\n        if \
                    target - n in seen:\n            return [seen[target - n], i]\n        seen[n] = i\nDone.";
        assert_eq!(spoken(text), "Sure.\nDone.");
        let text = "for (int i = 0; i < n; i++) {\n    sum += a[i];\n}\nreturn sum;\nIs that it?";
        assert_eq!(spoken(text), "Is that it?");
        let text = "Let us see. For each number you look it up.\nreturn to the loop, please\nIf so, why?";
        assert_eq!(spoken(text), text);
    }

    #[test]
    fn marks_of_the_prompt_are_not_read_out() {
        assert_eq!(spoken("[[I see.]] Look at <code-123>line two</code-123>."), "I see. Look at line two.");
        assert_eq!(spoken("When a < b and c > d, then run."), "When a < b and c > d, then run.");
    }

    #[test]
    fn a_sentence_need_not_wait_for_the_end_of_its_line() {
        let mut filter = Unspoken::default();
        assert_eq!(filter.push("Let us look at the loop"), "Let us look at the loop");
        assert_eq!(filter.push(" again. "), " again. ");
    }

    proptest! {
        #[test]
        fn how_the_stream_is_cut_does_not_matter(
            text in "(```|``|<think>|</think>|<code-1>|\\[\\[|def f\\(\\):|    x = 1|\n|[a-z]{1,5} |<|`|é){0,40}",
            size in 1_usize..9,
        ) {
            prop_assert_eq!(in_pieces(&text, size), spoken(&text));
        }
    }
}
