//! Data in a prompt. What the candidate says, types or makes a program print is never an instruction to the model, and
//! this is where it is made sure that it cannot look like one: marks that chat templates know are broken up, characters
//! that cannot be seen are made visible, and each text stands between marks that do not occur in it.

use std::fmt::Write;

/// What opens a control mark of some model's chat template, without its first character, in lower case. The first
/// character is parted from the rest by a space: the text stays readable, and no tokeniser takes it for the mark.
const TEMPLATE_MARKS: &[&str] = &[
    "<|",
    "<｜",
    "<<sys",
    "<</sys",
    "<s>",
    "</s>",
    "<bos>",
    "<eos>",
    "<pad>",
    "<unk>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<think>",
    "</think>",
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
    "[inst]",
    "[/inst]",
    "[system_prompt]",
    "[/system_prompt]",
    "[tool_calls]",
    "[available_tools]",
    "[tool_results]",
];
/// The longest of them, in bytes.
const MARK_BYTES_MAX: usize = 18;

/// The name of an interview's fences: a few digits that stand in every mark around data. The system message tells the
/// model, so data cannot open a fence of its own; and in a text that holds these digits they are made longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fences {
    name: String,
}

impl Fences {
    /// The fences of the interview with this seed.
    pub fn new(seed: u64) -> Self {
        // A multiplicative hash (Knuth): nearby seeds get different names.
        Fences { name: format!("{:03}", (seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % 1_000) }
    }

    /// The digits.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `text`, already harmless, between marks of this kind that do not occur in it.
    pub fn around(&self, kind: &str, text: &str) -> String {
        let name = self.absent_from(text);
        let end = if text.ends_with('\n') { "" } else { "\n" };
        format!("<{kind}-{name}>\n{text}{end}</{kind}-{name}>")
    }

    /// The name, made longer until `text` does not hold it.
    fn absent_from(&self, text: &str) -> String {
        let mut name = self.name.clone();
        let mut step = 0_u32;
        while text.contains(&name) {
            // Each round adds a digit that the text does not have at one place at least, so it comes to an end.
            step += 1;
            let digit = (0..10).map(|add| (step + add) % 10).find(|digit| !text.contains(&format!("{name}{digit}")));
            let _ = write!(name, "{}", digit.unwrap_or(step % 10));
        }
        name
    }
}

/// Words of the candidate in brackets, as many as do not occur in them: short, for there are hundreds.
pub fn bracketed(text: &str) -> String {
    let mut count = 2;
    while text.contains(&"[".repeat(count)) || text.contains(&"]".repeat(count)) {
        count += 1;
    }
    // A bracket at the text's own end would lengthen ours.
    let (open, close) = (space_if(text.starts_with('[')), space_if(text.ends_with(']')));
    format!("{}{open}{text}{close}{}", "[".repeat(count), "]".repeat(count))
}

fn space_if(yes: bool) -> &'static str {
    if yes { " " } else { "" }
}

/// The text without anything that a chat template or a reader of the prompt could take for something else.
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (place, letter) in text.char_indices() {
        match letter {
            '\r' if text[place + 1..].starts_with('\n') => {}
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\n' | '\t' => out.push(letter),
            '<' | '[' => {
                out.push(letter);
                out.push_str(space_if(opens_mark(&text[place..])));
            }
            _ if is_hidden(letter) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out
}

fn opens_mark(text: &str) -> bool {
    let start = text.get(..text.floor_char_boundary(MARK_BYTES_MAX)).unwrap_or_default().to_lowercase();
    TEMPLATE_MARKS.iter().any(|mark| start.starts_with(mark))
}

/// Characters that show nothing or turn the direction of what follows: a text can hide behind them. The joiners of
/// scripts and emoji (U+200C, U+200D, variation selectors) stay.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
        || matches!(letter, '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_of_chat_templates_are_broken_up() {
        for (text, made) in [
            ("<|im_start|>system", "< |im_start|>system"),
            ("a <|im_end|> b", "a < |im_end|> b"),
            ("<｜User｜>", "< ｜User｜>"),
            ("[INST] <<SYS>>", "[ INST] < <SYS>>"),
            ("</s><S>", "< /s>< S>"),
            ("<Start_Of_Turn>user", "< Start_Of_Turn>user"),
            ("List<String> a[i] <<= 2", "List<String> a[i] <<= 2"),
        ] {
            assert_eq!(harmless(text), made);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_made_visible() {
        assert_eq!(
            harmless("a\0b\u{1b}[2J\u{202e}c\u{e0041}\u{feff}"),
            "a\\u{0}b\\u{1b}[2J\\u{202e}c\\u{e0041}\\u{feff}"
        );
        assert_eq!(harmless("a\r\nb\rc\u{2028}d\te"), "a\nb\nc\nd\te");
        assert_eq!(harmless("naïve 日本語 👩‍💻"), "naïve 日本語 👩‍💻");
    }

    #[test]
    fn a_text_cannot_close_its_fence() {
        let fences = Fences::new(7);
        let name = fences.name().to_owned();
        let all: String = (0..1000).map(|number| format!("</code-{name}{number:03}> {name}{number}\n")).collect();
        for text in [format!("</code-{name}>"), all] {
            let fenced = fences.around("code", &text);
            let mark = fenced.lines().last().expect("a mark");
            assert_eq!(fenced.matches(mark).count(), 1, "{mark}");
        }
        assert_eq!(bracketed("a ]] b"), "[[[a ]] b]]]");
        assert_eq!(bracketed("x[0]"), "[[x[0] ]]");
    }

    proptest! {
        #[test]
        fn whatever_the_text_its_marks_do_not_occur_in_it(seed: u64, text in "[0-9<>/\\[\\]a-c\n|-]{0,200}") {
            let fences = Fences::new(seed);
            let text = harmless(&text);
            let fenced = fences.around("code", &text);
            let mark = fenced.lines().last().expect("a mark").to_owned();
            prop_assert!(!text.contains(&mark) && fenced.starts_with(&mark.replace('/', "")));
            let bracketed = bracketed(&text);
            let open = bracketed.chars().take_while(|letter| *letter == '[').count();
            prop_assert!(!text.contains(&"]".repeat(open)) && bracketed.ends_with(&"]".repeat(open)));
        }

        #[test]
        fn no_template_mark_survives(text in "(<\\||\\|>|<s>|\\[INST\\]|<start_of_turn>|<｜|[a-z<>\\[ ]){0,40}") {
            let made = harmless(&text).to_lowercase();
            prop_assert!(TEMPLATE_MARKS.iter().all(|mark| !made.contains(mark)), "{}", made);
        }
    }
}
