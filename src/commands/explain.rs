//! `viva explain`: why did the interviewer wait or speak, turn by turn?

use crate::explain::{self, Story, text};
use crate::units::TurnId;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Tell a recorded interview turn by turn: what was heard, what was decided, and why
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Reads a recording (a folder with header.json and steps.jsonl) and prints, for each turn of the candidate, what was heard and
typed, every decision with the rule and the threshold behind it, what the interviewer said, and how long after the
candidate's last sound each stage of the answer was reached.

Examples:
  viva explain data/recordings/7f3a             the whole interview
  viva explain data/recordings/7f3a --turn 3    one turn
  viva explain data/recordings/7f3a --json      for programs: one object

Exit code: 0 told; 1 the recording cannot be read; 2 there is no such turn.")]
pub struct ExplainArgs {
    /// The recording's folder
    #[arg(value_name = "RECORDING")]
    pub path: PathBuf,
    /// Only this turn (turns count from 1)
    #[arg(long, value_name = "N")]
    pub turn: Option<u32>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs the command, printing to stdout.
pub fn run(args: &ExplainArgs) -> ExitCode {
    ExitCode::from(run_to(args, &mut io::stdout().lock(), &mut io::stderr().lock()))
}

/// As [`run`], with the outputs of the caller's choice.
pub fn run_to(args: &ExplainArgs, out: &mut impl Write, errors: &mut impl Write) -> u8 {
    let mut story = match explain::explain(&args.path) {
        Ok(story) => story,
        Err(error) => {
            let _ = writeln!(errors, "viva explain: {error}");
            return 1;
        }
    };
    let turn = args.turn.map(TurnId);
    if let Some(wanted) = turn
        && !story.chapters.iter().any(|chapter| chapter.turn == turn)
    {
        let _ = writeln!(errors, "viva explain: there is no turn {wanted}; the interview has {}", text::turns(&story));
        return 2;
    }
    // A reader that went away (`| head`) is no failure.
    let _ = match args.json {
        true => writeln!(out, "{}", json(&mut story, turn)),
        false => out.write_all(text::story(&story, turn).as_bytes()),
    };
    0
}

fn json(story: &mut Story, turn: Option<TurnId>) -> String {
    story.chapters.retain(|chapter| turn.is_none() || chapter.turn == turn);
    serde_json::to_string(story).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn told(turn: Option<u32>, json: bool) -> (u8, String, String) {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests/cases");
        let args = ExplainArgs { path: cases.join("a-demo-held-over-the-socket"), turn, json };
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let code = run_to(&args, &mut out, &mut errors);
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (code, text(out), text(errors))
    }

    #[test]
    fn a_turn_tells_its_words_its_rule_the_threshold_and_its_stages() {
        let (code, out, _) = told(Some(1), false);
        assert_eq!(code, 0);
        for part in [
            "Turn 1 at ",
            "final words: \"",
            "ends the turn after 600 ms of silence (floor.complete_sentence_ms)",
            "why: rule complete_sentence ended the turn after ",
            " ms of silence: the words form a complete sentence. Known then: ",
            "first sound heard ",
        ] {
            assert!(out.contains(part), "{part} is not in\n{out}");
        }
        assert!(!out.contains("Turn 2"));
    }

    #[test]
    fn the_whole_tells_interruptions_and_backchannels() {
        let (code, out, _) = told(None, false);
        assert_eq!(code, 0);
        for part in [
            "Before the first turn",
            "it was only a sign of listening",
            "was cut off by the candidate",
            "time is given: the candidate asked for time",
            "the interview ends (",
            " lines of python3",
            "tests pass; ",
            "hint 1 is given",
        ] {
            assert!(out.contains(part), "{part} is not in\n{out}");
        }
    }

    #[test]
    fn programs_get_one_object_and_missing_turns_are_named() {
        let (code, out, _) = told(Some(2), true);
        let story: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!((code, story["chapters"].as_array().expect("chapters").len()), (0, 1));
        assert_eq!(story["chapters"][0]["turn"], 2);
        let (code, out, errors) = told(Some(99), false);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(errors.contains("there is no turn 99; the interview has "), "{errors}");
    }

    #[test]
    fn what_is_no_recording_is_said() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let args = ExplainArgs { path: folder.path().to_owned(), turn: None, json: false };
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        assert_eq!(run_to(&args, &mut out, &mut errors), 1);
        assert!(!errors.is_empty() && out.is_empty());
    }
}
