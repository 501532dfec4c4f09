//! The candidate's code in a prompt: all of it with line numbers while it is small; of a long file what changed, the part
//! around the cursor and around an error, every definition, and as much of the rest as there is room for.

use super::Part;
use super::diff::{Hunk, hunks};
use super::fence::{Fences, harmless};
use super::outline::is_definition;
use super::run::name_of;
use super::tokens::Counts;
use crate::language::Language;
use std::fmt::Write;
use std::ops::Range;

/// A file with more lines or bytes is not shown whole, whatever room there is.
const WHOLE_LINES_MAX: usize = 500;
/// See [`WHOLE_LINES_MAX`].
const WHOLE_BYTES_MAX: usize = 32 * 1024;
/// What stands beyond so many characters of a line is left out.
const LINE_CHARS_MAX: usize = 240;
/// Lines shown on each side of a change, of the cursor, of an error.
const AROUND_CHANGE: usize = 3;
/// See [`AROUND_CHANGE`].
const AROUND_CURSOR: usize = 8;
/// See [`AROUND_CHANGE`].
const AROUND_ERROR: usize = 3;
/// A gap says which lines it leaves out; in tokens.
const GAP_COST: u32 = 9;

/// The editor as it was when the candidate stopped speaking.
#[derive(Clone, Copy, Debug)]
pub struct Editor<'a> {
    /// The language.
    pub language: Language,
    /// The text.
    pub text: &'a str,
    /// The text at the interviewer's last turn (at first, what the editor began with); none if it was in another language.
    pub before: Option<&'a str>,
    /// Where the selection begins and where the cursor is, in UTF-16 units from the text's start.
    pub cursor: Option<(u32, u32)>,
}

/// The editor's text, cut into lines once.
pub struct Code<'a> {
    editor: Editor<'a>,
    lines: Vec<&'a str>,
    before: Vec<&'a str>,
    hunks: Vec<Hunk>,
    /// Lines of the selection, from 0; of the cursor when nothing is selected.
    cursor: Option<Range<usize>>,
    /// Of a line where a run went wrong, from 0.
    error: Option<usize>,
}

impl<'a> Code<'a> {
    /// Reads the editor. `error_line` is where the last run went wrong, from 1.
    pub fn new(editor: Editor<'a>, error_line: Option<u32>) -> Self {
        let lines: Vec<&str> = editor.text.lines().collect();
        let before: Vec<&str> = editor.before.unwrap_or_default().lines().collect();
        let hunks = if editor.before.is_some() { hunks(&before, &lines) } else { Vec::new() };
        let last = lines.len().saturating_sub(1);
        let cursor = editor.cursor.map(|(anchor, head)| {
            let (from, to) = (line_at(editor.text, anchor.min(head)), line_at(editor.text, anchor.max(head)));
            from.min(last)..to.min(last) + 1
        });
        let error = error_line.and_then(|line| (line as usize).checked_sub(1)).filter(|line| *line < lines.len());
        Code { editor, lines, before, hunks, cursor, error }
    }

    /// What the editor holds and where the cursor is, then the code between fences. At most `room` tokens.
    pub(super) fn describe(&self, fences: &Fences, room: u32, counts: &mut Counts) -> Option<Part> {
        let head = self.headline();
        let words = counts.of(&head);
        if self.editor.text.trim().is_empty() {
            return Some(Part { text: head, tokens: words }).filter(|part| part.tokens <= room);
        }
        let frame = words + 2 * counts.of(&fences.around("code", "")) + NOTE_COST;
        let room = room.checked_sub(frame)?;
        let (shown, tokens) = self.whole(room, counts).unwrap_or_else(|| self.parts(room, counts));
        let count = shown.iter().filter(|line| **line).count();
        if count == 0 {
            return None;
        }
        let note = match self.lines.len() - count {
            0 => String::new(),
            missing => format!(" {missing} of them are left out here."),
        };
        let text = format!("{head}{note}\n{}", fences.around("code", &self.render(&shown)));
        Some(Part { text, tokens: frame + tokens })
    }

    fn headline(&self) -> String {
        let language = name_of(self.editor.language);
        if self.editor.text.trim().is_empty() {
            return format!("The editor ({language}) is empty.");
        }
        let mut text =
            format!("The editor when the candidate stopped speaking: {language}, {} lines.", self.lines.len());
        match &self.cursor {
            Some(lines) if lines.len() > 1 => {
                let _ = write!(text, " Lines {} to {} are selected.", lines.start + 1, lines.end);
            }
            Some(lines) => {
                let _ = write!(text, " The cursor is in line {}.", lines.start + 1);
            }
            None => {}
        }
        text
    }

    /// All lines, if they fit, and what they take.
    fn whole(&self, room: u32, counts: &mut Counts) -> Option<(Vec<bool>, u32)> {
        if self.lines.len() > WHOLE_LINES_MAX || self.editor.text.len() > WHOLE_BYTES_MAX {
            return None;
        }
        let mut sum = 0;
        for place in 0..self.lines.len() {
            sum += self.cost(place, counts);
            if sum > room {
                return None;
            }
        }
        Some((vec![true; self.lines.len()], sum))
    }

    /// The lines to show, most needed first, until the room is used; and what they and the gaps between them take.
    fn parts(&self, room: u32, counts: &mut Counts) -> (Vec<bool>, u32) {
        let mut picked = Picked { code: self, shown: vec![false; self.lines.len()], left: room };
        let wide = |lines: &Range<usize>, by: usize| {
            let start = lines.start.saturating_sub(by);
            start..lines.end.saturating_add(by).min(self.lines.len())
        };
        if let Some(cursor) = &self.cursor {
            picked.lines(wide(cursor, AROUND_CURSOR), counts);
        }
        if let Some(error) = self.error {
            picked.lines(wide(&(error..error + 1), AROUND_ERROR), counts);
        }
        for hunk in &self.hunks {
            picked.lines(wide(&hunk.new, AROUND_CHANGE), counts);
        }
        for (place, line) in self.lines.iter().enumerate() {
            if is_definition(self.editor.language, line) {
                picked.lines(place..place + 1, counts);
            }
        }
        let middle = self.cursor.clone().or(self.hunks.last().map(|hunk| hunk.new.clone())).unwrap_or(0..0);
        picked.around(middle.start.min(self.lines.len()), counts);
        (picked.shown, room - picked.left + GAP_COST)
    }

    /// What a line costs with its number.
    fn cost(&self, place: usize, counts: &mut Counts) -> u32 {
        let digits = (place + 1).checked_ilog10().unwrap_or(0);
        counts.of(&self.line(place)) + digits / 3 + 3
    }

    fn line(&self, place: usize) -> String {
        shortened(self.lines.get(place).copied().unwrap_or_default())
    }

    fn render(&self, shown: &[bool]) -> String {
        let mut text = String::new();
        let mut gap: Option<usize> = None;
        let close = |text: &mut String, gap: &mut Option<usize>, to: usize| {
            if let Some(from) = gap.take() {
                let _ = writeln!(text, "[lines {}-{to} left out]", from + 1);
            }
        };
        for (place, shown) in shown.iter().enumerate() {
            if *shown {
                close(&mut text, &mut gap, place);
                let _ = writeln!(text, "{}| {}", place + 1, self.line(place));
            } else {
                gap.get_or_insert(place);
            }
        }
        close(&mut text, &mut gap, shown.len());
        text
    }

    /// What changed since the interviewer's last turn, between fences. None when nothing did or there is no room.
    pub(super) fn changes(&self, fences: &Fences, room: u32, counts: &mut Counts) -> Option<Part> {
        if self.hunks.is_empty() {
            return None;
        }
        let head = "Changed since your last turn (- before, + now):";
        let frame = counts.of(head) + 2 * counts.of(&fences.around("changes", "")) + NOTE_COST;
        let room = room.checked_sub(frame)?;
        let lines: usize = self.hunks.iter().map(|hunk| hunk.old.len() + hunk.new.len()).sum();
        let (mut text, mut used, mut told) = (String::new(), 0, 0);
        'all: for hunk in &self.hunks {
            let at = format!("at line {}:\n", hunk.new.start + 1);
            let old = hunk.old.clone().filter_map(|place| self.before.get(place)).map(|line| ('-', line));
            let new = hunk.new.clone().filter_map(|place| self.lines.get(place)).map(|line| ('+', line));
            for (index, (sign, line)) in old.chain(new).enumerate() {
                let line = shortened(line);
                let begins = if index == 0 { at.as_str() } else { "" };
                let cost = counts.of(&line) + 3 + if index == 0 { counts.of(&at) } else { 0 };
                if used + cost > room {
                    break 'all;
                }
                used += cost;
                told += 1;
                let _ = writeln!(text, "{begins}{sign} {line}");
            }
        }
        if told == 0 {
            return None;
        }
        let note =
            if told < lines { format!(" {} more changed lines are left out.", lines - told) } else { String::new() };
        let text = format!("{head}{note}\n{}", fences.around("changes", &text));
        Some(Part { text, tokens: frame + used })
    }
}

/// The sentence that says what was left out, in tokens.
const NOTE_COST: u32 = 14;

/// Lines that were picked and the room that is left.
struct Picked<'a> {
    code: &'a Code<'a>,
    shown: Vec<bool>,
    left: u32,
}

impl Picked<'_> {
    /// Shows a line if there is room; a line beside no other makes a gap.
    fn line(&mut self, place: usize, counts: &mut Counts) -> bool {
        if self.shown.get(place).copied().unwrap_or(true) {
            return true;
        }
        let beside = place.checked_sub(1).is_some_and(|before| self.shown.get(before) == Some(&true));
        let cost = self.code.cost(place, counts) + if beside { 0 } else { GAP_COST };
        let fits = cost + GAP_COST <= self.left;
        if fits {
            self.left -= cost;
            self.shown[place] = true;
        }
        fits
    }

    fn lines(&mut self, lines: Range<usize>, counts: &mut Counts) {
        for place in lines {
            if !self.line(place, counts) {
                return;
            }
        }
    }

    /// Lines around a place, ever farther, below and above by turns.
    fn around(&mut self, middle: usize, counts: &mut Counts) {
        for distance in 0..self.shown.len() {
            let below = self.line(middle + distance, counts);
            let above = middle.checked_sub(distance).is_none_or(|place| self.line(place, counts));
            if !below || !above {
                return;
            }
        }
    }
}

/// A line as it is shown: harmless, and not longer than [`LINE_CHARS_MAX`].
fn shortened(line: &str) -> String {
    let line = harmless(line);
    match line.char_indices().nth(LINE_CHARS_MAX) {
        None => line.replace('\n', " "),
        Some((end, _)) => {
            format!("{} [{} characters left out]", line[..end].replace('\n', " "), line[end..].chars().count())
        }
    }
}

/// The line, from 0, in which this UTF-16 offset lies.
fn line_at(text: &str, offset: u32) -> usize {
    let (mut units, mut line) = (0_u32, 0);
    for letter in text.chars() {
        if units >= offset {
            break;
        }
        units = units.saturating_add(letter.len_utf16() as u32);
        line += usize::from(letter == '\n');
    }
    line
}
