//! The script of a candidate: what they say, when, and what is expected of the interview. TOML; `docs/rehearse.md` and
//! `viva rehearse --help` describe it.

use crate::language::Language;
use crate::units::Ms;
use crate::wire::workspace::RunScope;
use serde::Deserialize;
use std::path::Path;

/// Largest script file, in bytes.
pub const SCRIPT_BYTES_MAX: u64 = 1024 * 1024;
/// Most lines of one script.
pub const LINES_MAX: usize = 500;
/// Longest wait, pause or silence in a script: five minutes.
pub const WAIT_MAX: Ms = Ms(300_000);
/// Longest text of one piece, in characters: what the voice speaks in one call.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// Longest code that a line writes, in characters.
pub const CODE_CHARS_MAX: usize = 20_000;
/// How long a candidate waits after the interviewer's last sound before they speak, unless the line says otherwise.
const WAIT_DEFAULT: Ms = Ms(500);

/// A candidate's script.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// The voice, as espeak-ng names it.
    pub voice: String,
    /// How fast it speaks, in hundredths of its own speed.
    pub speed_percent: u32,
    /// Level of the room's noise between and under the lines, in dB below full scale.
    pub noise_dbfs: f64,
    /// Seed of the noise.
    pub seed: u64,
    /// How long the words of a piece take to settle after its last sound, when the client recognises speech.
    pub words_after: Ms,
    /// Length of the interview to ask for; none: the question's own.
    pub minutes: Option<u16>,
    /// The language that code is written in.
    pub language: Language,
    /// How fast code is typed, in characters a second.
    pub chars_per_s: u32,
    /// What is said, in order. The last line is [`What::End`].
    pub lines: Vec<Line>,
    /// What must have happened.
    pub expect: Expect,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it begins.
    pub start: Start,
    /// What it is.
    pub what: What,
}

/// When a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// So long after the interviewer has answered and is quiet.
    AfterInterviewer(Ms),
    /// So long after the candidate's own line before it.
    AtOnce(Ms),
    /// Over the interviewer, so long after the first sound of their reply; meant to take the floor.
    CutIn(Ms),
    /// The same, meant to leave the floor to them ("mm-hm").
    Backchannel(Ms),
}

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Spoken.
    Say(Vec<Piece>),
    /// Typed.
    Type(String),
    /// Typed in the editor until this is its text.
    Code(String),
    /// The code is run; with `remark`, the interviewer is expected to speak up about it.
    Run {
        /// On which tests.
        scope: RunScope,
        /// The interviewer will have something to say about it, which is waited for.
        remark: bool,
    },
    /// A hint is asked for by the button, and waited for.
    Hint,
    /// Nothing, for so long.
    Silence(Ms),
    /// The candidate ends the interview.
    End,
}

/// A part of a spoken line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Words(String),
    /// A pause within the line.
    Pause(Ms),
}

/// What the interview must have been like. What is not set is not looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    /// At least so many turns of the candidate were answered.
    pub turns_min: Option<usize>,
    /// At least so many replies were ended by the candidate's speech.
    pub interruptions_min: Option<usize>,
    /// At most so many.
    pub interruptions_max: Option<usize>,
    /// At least so many replies went on after a sound that proved to be nothing.
    pub resumed_min: Option<usize>,
    /// At most so often may the interviewer begin to speak while a line is being said. Default 0.
    pub cut_offs_max: Option<usize>,
    /// At most so long from the end of speech to the first sound of the answer, for 95 of 100 turns, in ms.
    pub answer_p95_ms_max: Option<u64>,
    /// At most so much of the interviewer's sound may come too late to be played without a gap, in ms. Default: any.
    pub gaps_ms_max: Option<u64>,
    /// At least so many runs of the code came to a report.
    pub runs_min: Option<usize>,
    /// At least so many of them failed a visible test.
    pub failed_runs_min: Option<usize>,
    /// At least so many hints were given.
    pub hints_min: Option<usize>,
    /// The last run passed every visible test, and hidden ones, of which there were some.
    pub passes_hidden: Option<bool>,
    /// After a run that failed the interviewer asked about the candidate's own code: a name of theirs, or the line of the
    /// error.
    pub names_code: Option<bool>,
}

/// Why a script cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// It cannot be read.
    #[error("cannot read the script {path}")]
    Read {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is too large to be a script.
    #[error("the script {0} is larger than {SCRIPT_BYTES_MAX} bytes")]
    TooLarge(String),
    /// It is not TOML of this shape.
    #[error("the script is not understood: {0}")]
    Toml(#[from] Box<toml::de::Error>),
    /// A line cannot be meant.
    #[error("line {number} of the script: {problem}")]
    Line {
        /// Counts from 1.
        number: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// Something else cannot be meant.
    #[error("the script: {0}")]
    Value(String),
}

impl Script {
    /// Reads a script file.
    ///
    /// # Errors
    /// When it cannot be read or used; the error names the line.
    pub fn open(path: &Path) -> Result<Script, ScriptError> {
        let read = |source| ScriptError::Read { path: path.display().to_string(), source };
        if std::fs::metadata(path).map_err(read)?.len() > SCRIPT_BYTES_MAX {
            return Err(ScriptError::TooLarge(path.display().to_string()));
        }
        Script::parse(&std::fs::read_to_string(path).map_err(read)?)
    }

    /// Reads a script.
    ///
    /// # Errors
    /// When it cannot be used; the error names the line.
    pub fn parse(text: &str) -> Result<Script, ScriptError> {
        let raw: RawScript = toml::from_str(text).map_err(Box::new)?;
        raw.check()?;
        let mut lines = Vec::with_capacity(raw.line.len() + 1);
        for (place, line) in raw.line.iter().enumerate() {
            lines.push(line.read().map_err(|problem| ScriptError::Line { number: place + 1, problem })?);
        }
        if let Some(place) = lines.iter().position(|line| line.what == What::End) {
            if place + 1 < lines.len() {
                let problem = "nothing can follow the line that ends the interview".to_owned();
                return Err(ScriptError::Line { number: place + 2, problem });
            }
        } else {
            lines.push(Line { start: Start::AfterInterviewer(WAIT_DEFAULT), what: What::End });
        }
        Ok(Script {
            voice: raw.voice,
            speed_percent: raw.speed_percent,
            noise_dbfs: raw.noise_dbfs,
            seed: raw.seed,
            words_after: Ms(raw.words_after_ms),
            minutes: raw.minutes,
            language: raw.language,
            chars_per_s: raw.chars_per_s,
            lines,
            expect: raw.expect,
        })
    }
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawScript {
    voice: String,
    speed_percent: u32,
    noise_dbfs: f64,
    seed: u64,
    words_after_ms: u64,
    minutes: Option<u16>,
    language: Language,
    chars_per_s: u32,
    line: Vec<RawLine>,
    expect: Expect,
}

impl Default for RawScript {
    fn default() -> Self {
        RawScript {
            voice: "en-gb".to_owned(),
            speed_percent: 100,
            noise_dbfs: -66.0,
            seed: 1,
            words_after_ms: 300,
            minutes: None,
            language: Language::Python3,
            chars_per_s: 25,
            line: Vec::new(),
            expect: Expect::default(),
        }
    }
}

impl RawScript {
    fn check(&self) -> Result<(), ScriptError> {
        let wrong = |problem: &str| Err(ScriptError::Value(problem.to_owned()));
        if !(50..=200).contains(&self.speed_percent) {
            return wrong("speed_percent must be 50 to 200");
        }
        if !(-120.0..=-20.0).contains(&self.noise_dbfs) {
            return wrong("noise_dbfs must be -120 to -20");
        }
        if !(1..=1_000).contains(&self.chars_per_s) {
            return wrong("chars_per_s must be 1 to 1000");
        }
        if self.words_after_ms > 5_000 {
            return wrong("words_after_ms must be at most 5000");
        }
        if self.line.is_empty() || self.line.len() > LINES_MAX {
            return wrong(&format!("it must have 1 to {LINES_MAX} [[line]] entries"));
        }
        Ok(())
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawLine {
    say: Option<RawSay>,
    r#type: Option<String>,
    code: Option<String>,
    run: Option<Tests>,
    remark: Option<bool>,
    hint: Option<bool>,
    silence_ms: Option<u64>,
    end: Option<bool>,
    when: Option<When>,
    wait_ms: Option<u64>,
    cut_in_after_ms: Option<u64>,
    backchannel_after_ms: Option<u64>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum When {
    AfterInterviewer,
    AtOnce,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Tests {
    Visible,
    All,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "`say` must be a text, or a list of texts and { pause_ms = … }")]
enum RawSay {
    Text(String),
    Pieces(Vec<RawPiece>),
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "`say` must be a text, or a list of texts and { pause_ms = … }")]
enum RawPiece {
    Text(String),
    Pause { pause_ms: u64 },
}

impl RawLine {
    fn read(&self) -> Result<Line, String> {
        Ok(Line { start: self.start()?, what: self.what()? })
    }

    fn start(&self) -> Result<Start, String> {
        let wait = self.wait_ms.map(|wait| span("wait_ms", wait)).transpose()?;
        match (self.cut_in_after_ms, self.backchannel_after_ms, self.when) {
            (None, None, None | Some(When::AfterInterviewer)) => {
                Ok(Start::AfterInterviewer(wait.unwrap_or(WAIT_DEFAULT)))
            }
            (None, None, Some(When::AtOnce)) => Ok(Start::AtOnce(wait.unwrap_or(Ms(0)))),
            (Some(after), None, None) if wait.is_none() => span("cut_in_after_ms", after).map(Start::CutIn),
            (None, Some(after), None) if wait.is_none() && self.say.is_some() => {
                span("backchannel_after_ms", after).map(Start::Backchannel)
            }
            (None, Some(_), None) if self.say.is_none() => Err("a backchannel is something to `say`".into()),
            _ => Err("one of `when` (with `wait_ms`), `cut_in_after_ms` and `backchannel_after_ms` says when".into()),
        }
    }

    fn what(&self) -> Result<What, String> {
        let scope = |tests: Tests| match tests {
            Tests::Visible => RunScope::Visible,
            Tests::All => RunScope::All,
        };
        let run = |tests| What::Run { scope: scope(tests), remark: self.remark == Some(true) };
        let end = |end: bool| end.then_some(What::End).ok_or("`end` is true or left out".to_owned());
        let hint = |hint: bool| hint.then_some(What::Hint).ok_or("`hint` is true or left out".to_owned());
        let given = [
            self.say.as_ref().map(|say| say.read().map(What::Say)),
            self.r#type.as_ref().map(|text| checked(text).map(What::Type)),
            self.code.as_ref().map(|code| code_of(code).map(What::Code)),
            self.run.map(|tests| Ok(run(tests))),
            self.hint.map(hint),
            self.silence_ms.map(|length| span("silence_ms", length).map(What::Silence)),
            self.end.map(end),
        ];
        if self.remark.is_some() && self.run.is_none() {
            return Err("`remark` goes with `run`".into());
        }
        let mut given = given.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(what), None) => what,
            _ => Err(
                "exactly one of `say`, `type`, `code`, `run`, `hint`, `silence_ms` and `end = true` says what is done"
                    .into(),
            ),
        }
    }
}

fn code_of(code: &str) -> Result<String, String> {
    if code.chars().count() > CODE_CHARS_MAX {
        return Err(format!("code has at most {CODE_CHARS_MAX} characters"));
    }
    Ok(code.to_owned())
}

impl RawSay {
    fn read(&self) -> Result<Vec<Piece>, String> {
        let pieces = match self {
            RawSay::Text(text) => vec![Piece::Words(checked(text)?)],
            RawSay::Pieces(pieces) => pieces.iter().map(RawPiece::read).collect::<Result<_, _>>()?,
        };
        match pieces.iter().any(|piece| matches!(piece, Piece::Words(_))) {
            true => Ok(pieces),
            false => Err("there is nothing in it to say".into()),
        }
    }
}

impl RawPiece {
    fn read(&self) -> Result<Piece, String> {
        match self {
            RawPiece::Text(text) => checked(text).map(Piece::Words),
            RawPiece::Pause { pause_ms } => span("pause_ms", *pause_ms).map(Piece::Pause),
        }
    }
}

fn span(name: &str, value: u64) -> Result<Ms, String> {
    if value > WAIT_MAX.0 {
        return Err(format!("{name} must be at most {WAIT_MAX}"));
    }
    Ok(Ms(value))
}

fn checked(text: &str) -> Result<String, String> {
    if !text.chars().any(char::is_alphanumeric) {
        return Err("a text needs a word".into());
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(format!("a text has at most {TEXT_CHARS_MAX} characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        Script::parse(text).expect_err(text).to_string()
    }

    #[test]
    fn every_kind_of_line_is_read() {
        let script = Script::parse(
            r#"
            voice = "en-us"
            [[line]]
            say = "Hello."
            [[line]]
            say = ["So I would use a", { pause_ms = 1200 }, "hash map."]
            wait_ms = 900
            [[line]]
            say = "And a list."
            when = "at_once"
            [[line]]
            say = "Sorry, one question."
            cut_in_after_ms = 1500
            [[line]]
            say = "Mm-hm."
            backchannel_after_ms = 800
            [[line]]
            silence_ms = 2000
            [[line]]
            type = "O(n)"
            [[line]]
            code = "x = 1"
            when = "at_once"
            [[line]]
            run = "all"
            remark = true
            [[line]]
            hint = true
            [expect]
            turns_min = 3
            "#,
        )
        .expect("a script");
        let starts: Vec<Start> = script.lines.iter().map(|line| line.start).collect();
        assert_eq!(
            starts,
            [
                Start::AfterInterviewer(Ms(500)),
                Start::AfterInterviewer(Ms(900)),
                Start::AtOnce(Ms(0)),
                Start::CutIn(Ms(1500)),
                Start::Backchannel(Ms(800)),
                Start::AfterInterviewer(Ms(500)),
                Start::AfterInterviewer(Ms(500)),
                Start::AtOnce(Ms(0)),
                Start::AfterInterviewer(Ms(500)),
                Start::AfterInterviewer(Ms(500)),
                Start::AfterInterviewer(Ms(500)),
            ]
        );
        let pieces =
            [Piece::Words("So I would use a".into()), Piece::Pause(Ms(1200)), Piece::Words("hash map.".into())];
        assert_eq!(script.lines[1].what, What::Say(pieces.to_vec()));
        assert_eq!(script.lines[7].what, What::Code("x = 1".into()));
        assert_eq!(script.lines[8].what, What::Run { scope: RunScope::All, remark: true });
        assert_eq!(script.lines[9].what, What::Hint);
        assert_eq!((script.language, script.chars_per_s), (Language::Python3, 25));
        assert_eq!(script.lines[10].what, What::End, "a script that does not end the interview is ended");
        assert_eq!((script.voice.as_str(), script.expect.turns_min), ("en-us", Some(3)));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_line() {
        let first = "[[line]]\nsay = \"Hello.\"\n[[line]]\n";
        for (line, expected) in [
            ("say = \"a\"\ntype = \"b\"", "line 2 of the script: exactly one of"),
            ("wait_ms = 5", "exactly one of"),
            ("say = \"a\"\ncut_in_after_ms = 5\nwait_ms = 5", "says when"),
            ("say = \"a\"\ncut_in_after_ms = 5\nbackchannel_after_ms = 5", "says when"),
            ("type = \"a\"\nbackchannel_after_ms = 5", "a backchannel is something to `say`"),
            ("say = \"…\"", "needs a word"),
            ("say = [{ pause_ms = 5 }]", "nothing in it to say"),
            ("silence_ms = 300001", "silence_ms must be at most 300000"),
            ("end = true\n[[line]]\nsay = \"more\"", "line 3 of the script: nothing can follow"),
            ("run = \"hidden\"", "unknown variant `hidden`"),
            ("say = \"a\"\nremark = true", "`remark` goes with `run`"),
            ("hint = false", "`hint` is true"),
            ("says = \"a\"", "unknown field `says`"),
            ("say = 5", "`say` must be a text"),
        ] {
            let message = problem(&format!("{first}{line}"));
            assert!(message.contains(expected), "{line}: {message}");
        }
    }

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let line = "[[line]]\nsay = \"a\"";
        assert!(problem(&format!("speed_percent = 10\n{line}")).contains("speed_percent"));
        assert!(problem(&format!("noise_dbfs = 0.0\n{line}")).contains("noise_dbfs"));
        assert!(problem(&format!("chars_per_s = 0\n{line}")).contains("chars_per_s"));
        assert!(problem(&format!("voices = \"x\"\n{line}")).contains("voices"));
        assert!(problem("voice = \"en\"").contains("[[line]]"));
    }

    #[test]
    fn the_demonstrations_are_scripts() {
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("demo")).expect("the demos") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|end| end == "toml") {
                Script::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            }
        }
    }
}
