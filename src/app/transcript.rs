//! What was said, of both, in order: made once from a recording and kept as JSON; text and WebVTT are other ways to write it.

use crate::scorecard::record::{Record, Speaker};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Kind of the document in the store.
pub const KIND: &str = "transcript";
/// Version of what makes it.
pub const VERSION: i64 = 1;

/// What was said in an interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Transcript {
    /// [`VERSION`] of what made it.
    pub version: i64,
    /// In order of their beginning.
    pub segments: Vec<Segment>,
}

/// What somebody said without a decided pause, or typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Segment {
    /// Its number, the same as long as the recording is; scorecards and notes cite it.
    pub id: u32,
    /// `candidate` or `interviewer`.
    pub speaker: String,
    /// When it was begun to be heard, in ms on the interview's clock.
    pub from_ms: u64,
    /// When it had been heard.
    pub to_ms: u64,
    /// Its words; of the interviewer those that were heard.
    pub text: String,
    /// The recogniser's last word.
    pub is_final: bool,
}

impl Transcript {
    /// What was said in this interview.
    pub fn of(record: &Record) -> Transcript {
        let said = record.utterances.iter().filter(|utterance| !utterance.text.trim().is_empty());
        let segments = said.map(|utterance| Segment {
            id: utterance.id,
            speaker: match utterance.speaker {
                Speaker::Candidate => "candidate".to_owned(),
                Speaker::Interviewer => "interviewer".to_owned(),
            },
            from_ms: utterance.span.from.0,
            to_ms: utterance.span.to.0,
            text: utterance.text.clone(),
            is_final: utterance.is_final,
        });
        Transcript { version: VERSION, segments: segments.collect() }
    }

    /// As it is kept.
    pub fn json(&self) -> String {
        // Strings and numbers always serialise.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// For people: a line for each, with its time.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for segment in &self.segments {
            let seconds = segment.from_ms / 1000;
            let said = segment.text.split_whitespace().collect::<Vec<_>>().join(" ");
            // Writing to a string cannot fail.
            let _ = writeln!(text, "[{:02}:{:02}] {}: {said}", seconds / 60, seconds % 60, speaker(segment));
        }
        text
    }

    /// As WebVTT, for players: a cue for each, on the interview's clock.
    pub fn webvtt(&self) -> String {
        let mut text = "WEBVTT\n".to_owned();
        for segment in &self.segments {
            // A cue of no length is not shown, and one may not be empty.
            let to_ms = segment.to_ms.max(segment.from_ms + 1);
            let said = segment.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let said = said.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let (from, to, voice) = (timestamp(segment.from_ms), timestamp(to_ms), speaker(segment));
            let _ = write!(text, "\n{}\n{from} --> {to}\n<v {voice}>{said}</v>\n", segment.id);
        }
        text
    }
}

fn speaker(segment: &Segment) -> &'static str {
    if segment.speaker == "candidate" { "Candidate" } else { "Interviewer" }
}

fn timestamp(ms: u64) -> String {
    let (seconds, ms) = (ms / 1000, ms % 1000);
    format!("{:02}:{:02}:{:02}.{ms:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transcript() -> Transcript {
        let segment = |id, speaker: &str, from_ms, to_ms, text: &str| Segment {
            id,
            speaker: speaker.into(),
            from_ms,
            to_ms,
            text: text.into(),
            is_final: true,
        };
        let segments = vec![
            segment(1, "interviewer", 1_000, 2_500, "Hello."),
            segment(2, "candidate", 3_725_040, 3_725_040, "if a < b\n--> then & so"),
        ];
        Transcript { version: VERSION, segments }
    }

    #[test]
    fn people_read_who_said_what_and_when() {
        let text = "[00:01] Interviewer: Hello.\n[62:05] Candidate: if a < b --> then & so\n";
        assert_eq!(transcript().text(), text);
    }

    #[test]
    fn webvtt_cues_hold_any_words_and_take_some_time() {
        let expected = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\n<v Interviewer>Hello.</v>\n\n\
                        2\n01:02:05.040 --> 01:02:05.041\n<v Candidate>if a &lt; b --&gt; then &amp; so</v>\n";
        assert_eq!(transcript().webvtt(), expected);
    }

    #[test]
    fn a_recorded_interview_gives_its_words_in_order() {
        let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests/cases");
        let mut with_words = 0;
        for case in std::fs::read_dir(cases).expect("cases").flatten().filter(|case| case.path().is_dir()) {
            let transcript = Transcript::of(&Record::open(&case.path()).expect("a recording"));
            let again: Transcript = serde_json::from_str(&transcript.json()).expect("reads");
            assert_eq!(again, transcript);
            assert!(transcript.segments.is_sorted_by_key(|segment| segment.from_ms), "{}", case.path().display());
            with_words += usize::from(!transcript.segments.is_empty());
        }
        assert!(with_words > 0);
    }
}
