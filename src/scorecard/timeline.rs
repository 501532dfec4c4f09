//! Everything of an interview on one clock, for a player: sound, words, code, runs, hints, decisions. A view of the record that
//! is written as JSON; nothing in it is judged.
//!
//! All times are ms from the interview's beginning. The interviewer's track lies on that clock; the candidate's is packed, and
//! `microphone` says where each stretch of it lies.

use super::record::*;
use crate::interview::event::EndReason;
use crate::language::Language;
use crate::recording::places::Place;
use crate::units::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// Counts up when a field comes to mean something else or goes.
pub const TIMELINE_VERSION: u32 = 1;

/// An interview on one clock.
#[derive(Debug, Serialize)]
pub struct Timeline<'a> {
    /// [`TIMELINE_VERSION`].
    pub timeline_version: u32,
    /// The last event.
    pub duration_ms: Ms,
    /// Why it ended; none when the recording was cut off.
    pub ended: Option<EndReason>,
    /// The question's id.
    pub question: &'a str,
    /// Its title.
    pub title: &'a str,
    /// When it was put.
    pub question_put: Option<At>,
    /// Where the candidate's track lies on the clock.
    pub microphone: &'a [Place],
    /// When the candidate was heard.
    pub speech: &'a [Segment],
    /// When the interviewer was heard.
    pub playback: &'a [Playback],
    /// What both said, word by word.
    pub utterances: Vec<Said<'a>>,
    /// The candidate's turns, with the rule that ended each and its ledger.
    pub turns: &'a [Turn],
    /// The interviewer's replies.
    pub replies: &'a [Reply],
    /// Who had the floor, and why.
    pub floor: &'a [FloorChange],
    /// Sounds over the interviewer, and what became of them.
    pub overlaps: &'a [Overlap],
    /// What the agenda chose, and why.
    pub choices: &'a [Choice],
    /// The interviewer spoke first.
    pub spoke_up: &'a [SpokeUp],
    /// Phases.
    pub phases: &'a [PhaseSpan],
    /// The code; none in interviews without an editor.
    pub code: Option<Edits<'a>>,
    /// Runs.
    pub runs: &'a [Run],
    /// Hints, with what they said.
    pub hints: Vec<HintSaid<'a>>,
    /// Hints offered.
    pub offers: &'a [Moment],
    /// What the page noticed.
    pub signals: &'a [Signal],
    /// The interview was paused.
    pub pauses: &'a [Span],
    /// The client was gone.
    pub absences: &'a [Span],
}

/// What was said, with a time for each word.
#[derive(Debug, Serialize)]
pub struct Said<'a> {
    /// The utterance.
    #[serde(flatten)]
    pub utterance: &'a Utterance,
    /// Its words: first character, the one after the last, and about when.
    pub words: Vec<(u32, u32, At)>,
}

/// The code from the starters on.
#[derive(Debug, Serialize)]
pub struct Edits<'a> {
    /// What each text began with.
    pub starters: &'a BTreeMap<Language, String>,
    /// Languages in use, from which moment on.
    pub languages: &'a [(Moment, Language)],
    /// Every edit. At `place` (in characters) `deleted` stood and `inserted` stands now.
    pub edits: &'a [Edit],
}

/// A hint and its words.
#[derive(Debug, Serialize)]
pub struct HintSaid<'a> {
    /// The hint.
    #[serde(flatten)]
    pub hint: &'a Hint,
    /// What it says.
    pub text: &'a str,
}

/// The timeline of a record.
pub fn timeline(record: &Record) -> Timeline<'_> {
    Timeline {
        timeline_version: TIMELINE_VERSION,
        duration_ms: record.duration,
        ended: record.ended.map(|ended| ended.reason),
        question: &record.setup.question.id,
        title: &record.setup.question.title,
        question_put: record.question_put,
        microphone: &record.microphone,
        speech: &record.speech,
        playback: &record.playback,
        utterances: record.utterances.iter().map(|utterance| Said { utterance, words: utterance.words() }).collect(),
        turns: &record.turns,
        replies: &record.replies,
        floor: &record.floor,
        overlaps: &record.overlaps,
        choices: &record.choices,
        spoke_up: &record.spoke_up,
        phases: &record.phases,
        code: record.code.as_ref().map(|code| Edits {
            starters: &code.starters,
            languages: &code.languages,
            edits: &code.edits,
        }),
        runs: &record.runs,
        hints: record.hints.iter().map(|hint| HintSaid { hint, text: text_of(record, hint) }).collect(),
        offers: &record.offers,
        signals: &record.signals,
        pauses: &record.pauses,
        absences: &record.absences,
    }
}

fn text_of<'a>(record: &'a Record, hint: &Hint) -> &'a str {
    let known = record.setup.course.hints.iter().find(|known| known.tier == hint.tier);
    known.map_or("", |known| known.text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::path::Path;

    fn demo() -> Record {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests/cases");
        Record::open(&cases.join("a-demo-held-over-the-socket")).expect("a record")
    }

    #[test]
    fn a_player_finds_everything_on_one_clock() {
        let record = demo();
        let json: Value = serde_json::to_value(timeline(&record)).expect("JSON");
        let duration = json["duration_ms"].as_u64().expect("a duration");
        for list in ["speech", "playback", "utterances", "turns", "overlaps", "phases"] {
            let items = json[list].as_array().expect(list);
            assert!(!items.is_empty(), "{list}");
            for item in items {
                let (from, to) = (item["span"]["from"].as_u64(), item["span"]["to"].as_u64());
                assert!(from <= to && to <= Some(duration), "{list}: {item}");
            }
        }
        assert!(json["runs"][0]["result"]["finished"]["verdict"].is_string());
        assert!(json["hints"][0]["text"].as_str().is_some_and(|text| text.len() > 10));
        assert!(json["turns"][0]["report"]["rule"].is_string());
        assert!(json["floor"][0]["why"].is_string());
        // Nothing a candidate may not know is in it.
        let text = json.to_string();
        assert!(!text.contains("\"course\"") && !text.contains("\"hidden_tests\""));
    }

    #[test]
    fn words_lie_in_order_within_what_was_said() {
        let record = demo();
        for said in &timeline(&record).utterances {
            let span = said.utterance.span;
            assert!(said.words.iter().all(|(from, to, at)| from < to && span.from <= *at && *at <= span.to));
            assert!(said.words.is_sorted_by_key(|(from, _, at)| (*at, *from)));
        }
    }

    #[test]
    fn the_code_can_be_played_from_the_edits() {
        let record = demo();
        let json: Value = serde_json::to_value(timeline(&record)).expect("JSON");
        let mut text: Vec<char> = json["code"]["starters"]["python3"].as_str().expect("a starter").chars().collect();
        for edit in json["code"]["edits"].as_array().expect("edits") {
            let place = edit["place"].as_u64().expect("a place") as usize;
            let deleted = edit["deleted"].as_str().expect("text").chars().count();
            text.splice(place..place + deleted, edit["inserted"].as_str().expect("text").chars());
        }
        let end = record.code.as_ref().expect("code").at_the_end().text;
        assert_eq!(text.into_iter().collect::<String>(), end);
    }
}
