//! What a rehearsal tells while it goes on, and how it is printed: as lines for people or as JSON for programs.

use super::measure::Turn;
use crate::language::Language;
use crate::spelling::spelled;
use crate::units::Ms;
use crate::wire::extension::{EndReason, NoticeCode, Phase};
use crate::wire::workspace::RunScope;
use serde::Serialize;
use std::io::Write;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Note {
    /// The candidate begins a line.
    Candidate {
        /// What.
        text: String,
        /// How it stands to what the interviewer does.
        how: How,
    },
    /// The candidate typed.
    #[serde(serialize_with = "text_field")]
    Typed(String),
    /// The candidate begins to write code.
    Writes {
        /// In this language.
        language: Language,
        /// Lines that the text will have.
        lines: usize,
        /// Characters that it will have.
        chars: usize,
    },
    /// The candidate has their code run.
    #[serde(serialize_with = "plain_field")]
    Runs(RunScope),
    /// What a run came to.
    #[serde(serialize_with = "text_field")]
    Ran(String),
    /// The candidate asks for a hint by the button.
    AsksForHint,
    /// A hint is given; its words are the interviewer's.
    Hint {
        /// 1 is the gentlest.
        tier: u8,
        /// How many are left.
        left: u8,
    },
    /// The candidate is silent on purpose.
    #[serde(serialize_with = "ms_field")]
    Silent(Ms),
    /// The interviewer begins a sentence.
    #[serde(serialize_with = "text_field")]
    Interviewer(String),
    /// What the server's recogniser made of the candidate's words.
    #[serde(serialize_with = "text_field")]
    Recognised(String),
    /// A turn was answered: its first sound is heard.
    TurnEnded(Box<Turn>),
    /// The interviewer grants time.
    #[serde(serialize_with = "text_field")]
    GivesTime(String),
    /// The interviewer stopped, undecided.
    #[serde(serialize_with = "text_field")]
    Paused(String),
    /// The interviewer goes on where they stopped.
    #[serde(serialize_with = "text_field")]
    WentOn(String),
    /// The interviewer gave the floor away.
    Interrupted {
        /// What of the reply was heard.
        heard: String,
    },
    /// The interviewer began to speak while a line was being said.
    CutOff,
    /// Another phase begins.
    #[serde(serialize_with = "plain_field")]
    Phase(Phase),
    /// The server has something to tell.
    Notice {
        /// What.
        code: NoticeCode,
        /// In words.
        text: String,
    },
    /// The server reports an error.
    Error {
        /// Its code.
        code: String,
        /// In words.
        message: String,
    },
    /// The interview is over.
    #[serde(serialize_with = "plain_field")]
    Ended(EndReason),
}

/// How a line of the candidate stands to what the interviewer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// When the floor is free.
    Plain,
    /// Over the interviewer, to take the floor.
    CutIn,
    /// Over the interviewer, without taking the floor.
    Backchannel,
    /// Meant to be over the interviewer, who had finished already.
    TooLate,
}

fn plain_field<T: Serialize, S: serde::Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Field<'a, T> {
        value: &'a T,
    }
    Field { value }.serialize(out)
}

fn text_field<S: serde::Serializer>(text: &str, out: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Field<'a> {
        text: &'a str,
    }
    Field { text }.serialize(out)
}

fn ms_field<S: serde::Serializer>(length: &Ms, out: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Field {
        length_ms: u64,
    }
    Field { length_ms: length.0 }.serialize(out)
}

/// How a rehearsal is printed while it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Lines for people.
    Plain,
    /// The same in colours.
    Coloured,
    /// One JSON object a line.
    Json,
    /// Not at all.
    Quiet,
}

/// Prints one thing. A reader that went away does not matter.
pub fn print(out: &mut impl Write, style: Style, at: Ms, note: &Note) {
    let _ = match style {
        Style::Quiet => Ok(()),
        Style::Json => {
            let mut value = serde_json::to_value(note).unwrap_or_default();
            if let Some(object) = value.as_object_mut() {
                object.insert("at_ms".into(), at.0.into());
            }
            writeln!(out, "{value}")
        }
        Style::Plain | Style::Coloured => {
            let (colour, who, words) = shown(note);
            let time = format!("{:>2}:{:02}.{}", at.0 / 60_000, at.0 / 1000 % 60, at.0 / 100 % 10);
            match style {
                Style::Coloured => writeln!(out, "\x1b[2m{time}\x1b[0m  {colour}{who:<11}  {words}\x1b[0m"),
                _ => writeln!(out, "{time}  {who:<11}  {words}"),
            }
        }
    };
    let _ = out.flush();
}

const CANDIDATE: &str = "\x1b[36m";
const INTERVIEWER: &str = "\x1b[1m";
const ASIDE: &str = "\x1b[2m";
const WARNING: &str = "\x1b[33m";

/// Colour, who, and words.
fn shown(note: &Note) -> (&'static str, &'static str, String) {
    let aside = |words: String| (ASIDE, "", format!("· {words}"));
    let warning = |words: String| (WARNING, "", format!("! {words}"));
    match note {
        Note::Candidate { text, how } => (CANDIDATE, "candidate", format!("{}{text}", remark(*how))),
        Note::Typed(text) => (CANDIDATE, "candidate", format!("(types) {text}")),
        Note::Writes { language, lines, chars } => {
            (CANDIDATE, "candidate", format!("(writes {language}: {lines} lines, {chars} characters)"))
        }
        Note::Runs(scope) => (CANDIDATE, "candidate", format!("(runs the code, {} tests)", spelled(scope))),
        Note::Ran(said) => aside(format!("the run: {said}")),
        Note::AsksForHint => (CANDIDATE, "candidate", "(asks for a hint)".to_owned()),
        Note::Hint { tier, left } => aside(format!("hint {tier}, {left} more")),
        Note::Silent(length) => (CANDIDATE, "candidate", format!("(is silent for {:.1} s)", length.0 as f64 / 1000.0)),
        Note::Interviewer(text) => (INTERVIEWER, "interviewer", text.clone()),
        Note::Recognised(text) => aside(format!("recognised: \"{text}\"")),
        Note::TurnEnded(turn) => aside(turn_ended(turn)),
        Note::GivesTime(why) => aside(format!("the interviewer grants time ({why})")),
        Note::Paused(why) => aside(format!("the interviewer pauses ({why})")),
        Note::WentOn(why) => aside(format!("the interviewer goes on ({why})")),
        Note::Interrupted { heard } => aside(format!("the interviewer gives way; heard was: \"{}\"", end_of(heard))),
        Note::CutOff => warning("the interviewer began to speak while the candidate was speaking".into()),
        Note::Phase(phase) => aside(format!("phase: {}", spelled(phase))),
        Note::Notice { code, text } => warning(format!("{text} ({})", spelled(code))),
        Note::Error { code, message } => warning(format!("error {code}: {message}")),
        Note::Ended(reason) => aside(format!("the interview is over ({})", spelled(reason))),
    }
}

fn remark(how: How) -> &'static str {
    match how {
        How::Plain => "",
        How::CutIn => "(cuts in) ",
        How::Backchannel => "(over the interviewer) ",
        How::TooLate => "(too late to speak over the interviewer) ",
    }
}

fn turn_ended(turn: &Turn) -> String {
    let answered = turn.answered_after().map_or(String::new(), |after| format!(", answer heard after {after} ms"));
    match (turn.server.as_ref().map(|server| server.turn), turn.committed_after()) {
        (Some(number), Some(silence)) => {
            format!("turn {number} ended by {} after {silence} ms of silence{answered}", turn.rule())
        }
        _ => format!("turn ended{answered}"),
    }
}

/// The last words of a text.
fn end_of(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.len().checked_sub(8) {
        Some(skipped) if skipped > 0 => format!("… {}", words.get(skipped..).unwrap_or_default().join(" ")),
        _ => words.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(style: Style, note: &Note) -> String {
        let mut out = Vec::new();
        print(&mut out, style, Ms(65_430), note);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn people_read_time_who_and_words_and_colour_only_when_asked() {
        let note = Note::Candidate { text: "Wait.".into(), how: How::CutIn };
        assert_eq!(printed(Style::Plain, &note), " 1:05.4  candidate    (cuts in) Wait.\n");
        assert!(printed(Style::Coloured, &note).contains("\x1b["));
        assert_eq!(printed(Style::Quiet, &note), "");
    }

    #[test]
    fn programs_read_one_object_a_line() {
        for (note, expected) in [
            (Note::Interviewer("Hello.".into()), r#"{"at_ms":65430,"event":"interviewer","text":"Hello."}"#),
            (Note::Silent(Ms(5)), r#"{"at_ms":65430,"event":"silent","length_ms":5}"#),
            (Note::Ended(EndReason::Candidate), r#"{"at_ms":65430,"event":"ended","value":"candidate"}"#),
            (Note::CutOff, r#"{"at_ms":65430,"event":"cut_off"}"#),
        ] {
            assert_eq!(printed(Style::Json, &note).trim_end(), expected);
        }
    }

    #[test]
    fn of_a_long_reply_the_last_words_are_shown() {
        assert_eq!(end_of("one two"), "one two");
        assert_eq!(end_of("1 2 3 4 5 6 7 8 9 10"), "… 3 4 5 6 7 8 9 10");
    }
}
