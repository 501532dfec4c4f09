//! The first difference of a replay, printed so that a person sees at once what changed and where.

use crate::interview::command::Command;
use serde::Serialize;
use std::fmt;

/// Lines shown before and after.
pub const NEIGHBOURS: usize = 3;
/// Columns of a line that are shown; longer ones are cut around what differs.
const COLUMNS: usize = 160;

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The core gives another command.
    CommandChanged,
    /// The core gives fewer commands.
    CommandGone,
    /// The core gives more commands.
    CommandAdded,
    /// A timer fired that the core does not wait for; it waits for none.
    TimerNotArmed,
    /// A timer fired, but the core waits for another one first.
    TimerOther,
    /// A timer fired before the core's deadline.
    TimerEarly,
}

impl Kind {
    fn sentence(self) -> &'static str {
        match self {
            Kind::CommandChanged => "the core gives another command than the recording",
            Kind::CommandGone => "the core no longer gives this command",
            Kind::CommandAdded => "the core gives a command that the recording does not have",
            Kind::TimerNotArmed => "this timer fired, but the core waits for none",
            Kind::TimerOther => "this timer fired, but the core waits for another one first",
            Kind::TimerEarly => "this timer fired before the core's deadline",
        }
    }
}

/// Where and how the core first answered otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The step; also the line of `steps.jsonl`.
    pub seq: u64,
    /// What differs.
    pub kind: Kind,
    /// The step as it was recorded; empty when the recording ends there.
    pub expected: String,
    /// What the core gives or waits for instead.
    pub actual: String,
    /// Lines before it.
    pub before: Vec<String>,
    /// Lines after it.
    pub after: Vec<String>,
}

impl Difference {
    /// The difference at line `seq` of `steps`. `recorded` is the command of that line if it is one: it is written anew
    /// so that spacing does not show as a difference.
    pub(super) fn new(steps: &[u8], seq: u64, kind: Kind, recorded: Option<Command>, actual: String) -> Self {
        let line = usize::try_from(seq).unwrap_or(usize::MAX).saturating_sub(1);
        let first = line.saturating_sub(NEIGHBOURS);
        let mut lines = steps.split(|&byte| byte == b'\n').map(|line| String::from_utf8_lossy(line).into_owned());
        let before = lines.by_ref().skip(first).take(line - first).collect();
        let text = lines.next().unwrap_or_default();
        let after = lines.take(NEIGHBOURS).filter(|line| !line.is_empty()).collect();
        let expected = recorded.map_or(text, |command| encode_command(seq, &command));
        Difference { seq, kind, expected, actual, before, after }
    }
}

/// The command as a line of a recording.
pub(super) fn encode_command(seq: u64, command: &Command) -> String {
    let json = serde_json::to_string(command).unwrap_or_default();
    format!("{{\"seq\":{seq},\"command\":{json}}}")
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "step {}: {}", self.seq, self.kind.sentence())?;
        let first = self.seq.saturating_sub(self.before.len() as u64);
        for (number, line) in (first..).zip(&self.before) {
            writeln!(out, "  {number:>9} | {}", window(line, 0))?;
        }
        let (prefix, expected, actual) = changed(&self.expected, &self.actual);
        let recorded = if self.expected.is_empty() { "(the recording ends here)" } else { &self.expected };
        marked(out, "recorded", recorded, prefix, expected)?;
        marked(out, "now", &self.actual, prefix, actual)?;
        for (number, line) in (self.seq + 1..).zip(&self.after) {
            writeln!(out, "  {number:>9} | {}", window(line, 0))?;
        }
        Ok(())
    }
}

/// Characters that both begin with, and how many of each then differ.
fn changed(expected: &str, actual: &str) -> (usize, usize, usize) {
    let prefix = expected.chars().zip(actual.chars()).take_while(|(one, other)| one == other).count();
    let (long, short) = (expected.chars().count(), actual.chars().count());
    let suffix = expected.chars().rev().zip(actual.chars().rev()).take_while(|(one, other)| one == other).count();
    let suffix = suffix.min(long.min(short) - prefix);
    (prefix, long - prefix - suffix, short - prefix - suffix)
}

/// A line with carets under `length` characters from `from`; without carets when the lines have nothing in common.
fn marked(out: &mut fmt::Formatter<'_>, name: &str, line: &str, from: usize, length: usize) -> fmt::Result {
    let start = from.saturating_sub(COLUMNS / 2);
    writeln!(out, "> {name:>9} | {}", window(line, start))?;
    if from == 0 {
        return Ok(());
    }
    let column = from - start + usize::from(start > 0);
    let carets = length.clamp(1, COLUMNS / 2);
    writeln!(out, "  {:>9} | {}{}", "", " ".repeat(column), "^".repeat(carets))
}

/// At most [`COLUMNS`] characters of `line` from `start`, with marks where something is left out. Control characters
/// (damaged or hostile recordings) are shown escaped.
fn window(line: &str, start: usize) -> String {
    let mut shown = String::new();
    if start > 0 {
        shown.push('…');
    }
    let mut rest = line.chars().skip(start);
    for letter in rest.by_ref().take(COLUMNS) {
        if letter.is_control() { shown.extend(letter.escape_default()) } else { shown.push(letter) }
    }
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_under_what_changed() {
        let difference = Difference {
            seq: 4,
            kind: Kind::CommandChanged,
            expected: r#"{"seq":4,"command":{"play":{"speech":3}}}"#.into(),
            actual: r#"{"seq":4,"command":{"play":{"speech":12}}}"#.into(),
            before: vec!["one".into(), "two".into(), "three".into()],
            after: vec!["five".into()],
        };
        let expected = "\
step 4: the core gives another command than the recording
          1 | one
          2 | two
          3 | three
>  recorded | {\"seq\":4,\"command\":{\"play\":{\"speech\":3}}}
            |                                      ^
>       now | {\"seq\":4,\"command\":{\"play\":{\"speech\":12}}}
            |                                      ^^
          5 | five
";
        assert_eq!(difference.to_string(), expected);
    }

    #[test]
    fn long_lines_are_cut_around_the_difference() {
        let line = |end: &str| format!("{}{end}{}", "a".repeat(500), "z".repeat(500));
        let steps = format!("{}\n", line("b"));
        let difference = Difference::new(steps.as_bytes(), 1, Kind::TimerEarly, None, line("c"));
        let text = difference.to_string();
        let caret = text.lines().position(|line| line.contains('^')).expect("carets");
        let lines: Vec<&str> = text.lines().collect();
        let column = lines[caret].chars().position(|letter| letter == '^').expect("a caret");
        assert_eq!(lines[caret - 1].chars().nth(column), Some('b'));
        assert!(lines.iter().all(|line| line.chars().count() < 200), "{text}");
    }

    #[test]
    fn nothing_in_common_needs_no_carets() {
        let difference = Difference::new(b"{}\n", 1, Kind::CommandGone, None, "no further command".into());
        assert!(!difference.to_string().contains('^'));
        assert_eq!((difference.before.len(), difference.after.len()), (0, 0));
    }
}
