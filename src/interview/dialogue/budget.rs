//! What a call of the model may cost, and how a text is cut to its share.
//!
//! The parts of a call are filled in the order below, each up to its share of the whole and never beyond what is left; the
//! conversation comes last and takes all that is left, so it is what is cut first, from its oldest part. A part that was
//! cut says so in the prompt. Shares are in hundredths of the whole call.

use super::tokens::Counts;

/// The role, the rules and the question: never cut unless the statement is a small book.
pub const STABLE_SHARE: u32 = 40;
/// What the agenda wants said.
pub const PRESENT_SHARE: u32 = 15;
/// The candidate's last words.
pub const LAST_WORDS_SHARE: u32 = 15;
/// Wishes of the client's program, each.
pub const CLIENT_SHARE: u32 = 4;
/// The last run.
pub const RUN_SHARE: u32 = 8;
/// The code.
pub const CODE_SHARE: u32 = 35;
/// What changed in the code.
pub const CHANGES_SHARE: u32 = 8;
/// What a message costs beyond its text, in tokens.
pub const MESSAGE_COST: u32 = 4;

/// Fewer tokens than this are not worth a text that was cut.
const CLIPPED_MIN: u32 = 24;
/// The sentence that says what was left out.
const NOTE_COST: u32 = 12;

/// What is left of a call.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    whole: u32,
    usable: u32,
    left: u32,
}

impl Budget {
    /// A call of at most `whole` tokens. Two in a hundred stay unused: where texts meet, a tokeniser may count otherwise
    /// than the sum of its parts.
    pub fn new(whole: u32) -> Self {
        let usable = whole - whole / 50;
        Budget { whole, usable, left: usable }
    }

    /// What a part with this share may take, its message included.
    pub fn room(&self, share: u32) -> u32 {
        let share = u64::from(self.whole) * u64::from(share) / 100;
        u32::try_from(share).unwrap_or(u32::MAX).min(self.left).saturating_sub(MESSAGE_COST)
    }

    /// What is left.
    pub fn left(&self) -> u32 {
        self.left
    }

    /// What was taken so far.
    pub fn used(&self) -> u32 {
        self.usable.saturating_sub(self.left)
    }

    /// A message of so many tokens is part of the call.
    pub fn take(&mut self, tokens: u32) {
        self.left = self.left.saturating_sub(tokens + MESSAGE_COST);
    }
}

/// Which end of a text matters more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Its beginning.
    Start,
    /// Its end.
    End,
    /// Both, its end a little more.
    Both,
}

/// The text, cut to so many tokens; what was left out is said in it. Empty when there is no room for anything useful.
pub fn clip(text: &str, room: u32, keep: Keep, counts: &mut Counts) -> String {
    // No token is longer than the whole text: a long text is cut before it is counted.
    let chars = text.chars().count();
    let mut kept = chars.min(room as usize * CHARS_PER_TOKEN_MAX);
    if kept == chars && counts.of(text) <= room {
        return text.to_owned();
    }
    if room < CLIPPED_MIN {
        return String::new();
    }
    if kept == chars {
        kept -= chars / 20 + 1;
    }
    for _ in 0..ROUNDS_MAX {
        let clipped = keep_chars(text, chars, kept, keep);
        let tokens = counts.of(&clipped);
        if tokens <= room {
            return clipped;
        }
        // By proportion and a little more, so that few rounds are needed.
        kept = (kept as u64 * u64::from(room.saturating_sub(NOTE_COST)) / u64::from(tokens) * 95 / 100) as usize;
    }
    String::new()
}

/// More characters than this in a token are rare (long runs of spaces).
const CHARS_PER_TOKEN_MAX: usize = 8;
/// Each round leaves at most 95 of a hundred.
const ROUNDS_MAX: usize = 12;

fn keep_chars(text: &str, chars: usize, kept: usize, keep: Keep) -> String {
    let (start, end) = match keep {
        Keep::Start => (kept, 0),
        Keep::End => (0, kept),
        Keep::Both => (kept / 3, kept - kept / 3),
    };
    let place = |count: usize| text.char_indices().nth(count).map_or(text.len(), |(place, _)| place);
    let (head, tail) = (&text[..place(start)], &text[place(chars - end)..]);
    let note = format!("[{} characters left out]", chars - kept);
    let parts = [head.trim_end(), &note, tail.trim_start()];
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cut_text_says_how_much_is_missing() {
        let (mut counts, text) = (Counts::default(), "one two three four five six seven ".repeat(40));
        let mut cut = |keep| clip(&text, 40, keep, &mut counts);
        let (start, end, both) = (cut(Keep::Start), cut(Keep::End), cut(Keep::Both));
        assert!(start.starts_with("one two") && start.ends_with("characters left out]"), "{start}");
        assert!(end.starts_with('[') && end.ends_with("seven "), "{end}");
        assert!(both.starts_with("one") && both.ends_with("seven "), "{both}");
        assert_eq!(clip("short", 40, Keep::Both, &mut counts), "short");
        assert_eq!(clip(&text, 5, Keep::Both, &mut counts), "");
    }

    #[test]
    fn no_part_gets_more_than_is_left() {
        let mut budget = Budget::new(1_000);
        assert_eq!(budget.room(35), 346);
        budget.take(900);
        assert_eq!((budget.left(), budget.room(35)), (76, 72));
        budget.take(900);
        assert_eq!((budget.left(), budget.room(35)), (0, 0));
    }

    proptest! {
        #[test]
        fn a_text_never_takes_more_than_its_room(text in "([a-z ]{0,9}|[^a-z]|   |😀){0,200}", room in 0_u32..200) {
            let mut counts = Counts::default();
            for keep in [Keep::Start, Keep::End, Keep::Both] {
                let clipped = clip(&text, room, keep, &mut counts);
                prop_assert!(counts.of(&clipped) <= room);
            }
        }
    }
}
