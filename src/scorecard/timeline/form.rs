//! The form of a timeline, as it is kept and sent.

use crate::language::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;
use utoipa::ToSchema;

/// An interview on one clock. All times are ms from its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct Timeline {
    /// The form's version.
    pub timeline_version: u32,
    /// The last event.
    pub duration_ms: u64,
    /// Why it ended; none when the recording was cut off.
    pub ended: Option<String>,
    /// The question.
    pub question: QuestionSeen,
    /// The language it was held in, as `en`.
    pub language: String,
    /// Tracks with sound in them.
    pub tracks: Vec<TrackSeen>,
    /// When the candidate was heard. Without an item it became no turn (a cough, "mm-hm").
    pub speech: Vec<Stretch>,
    /// When the interviewer was heard.
    pub playback: Vec<Stretch>,
    /// What both said or typed, in order.
    pub utterances: Vec<Said>,
    /// The candidate's turns: how each was decided, and its ledger of latencies.
    pub turns: Vec<TurnSeen>,
    /// Who had the floor, and why.
    pub floor: Vec<FloorSeen>,
    /// Sounds over the interviewer, and what became of them.
    pub overlaps: Vec<OverlapSeen>,
    /// What the agenda chose, and why.
    pub choices: Vec<ChoiceSeen>,
    /// The interviewer spoke first.
    pub spoke_up: Vec<SpokeUpSeen>,
    /// Phases.
    pub phases: Vec<PhaseSeen>,
    /// The code; none in interviews without an editor.
    pub code: Option<CodeSeen>,
    /// Runs.
    pub runs: Vec<RunSeen>,
    /// Hints.
    pub hints: Vec<HintSeen>,
    /// When hints were offered.
    pub offers: Vec<u64>,
    /// What the page noticed.
    pub signals: Vec<SignalNoticed>,
    /// The interview was paused.
    pub pauses: Vec<Stretch>,
    /// The client was gone.
    pub absences: Vec<Stretch>,
    /// Things that were too many for their lists.
    pub left_out: usize,
}

/// Whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// The candidate's.
    Candidate,
    /// The interviewer's.
    Interviewer,
}

/// The question that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct QuestionSeen {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// As the candidate read it (Markdown).
    pub statement: String,
    /// When it was put; none: it never was.
    pub put_ms: Option<u64>,
}

/// A track of the recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct TrackSeen {
    /// Whose sound.
    pub voice: Voice,
    /// The file of the recording.
    pub file: String,
    /// Its length.
    pub length_ms: u64,
    /// Where it lies on the clock: from `track_ms` on at `at_ms`, without a gap up to the next place.
    pub places: Vec<PlaceSeen>,
}

/// From `track_ms` of a track on, it lies at `at_ms` on the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct PlaceSeen {
    /// On the track.
    pub track_ms: u64,
    /// On the clock.
    pub at_ms: u64,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct Stretch {
    /// Its beginning.
    pub from_ms: u64,
    /// Its end.
    pub to_ms: u64,
    /// The conversation's item it is part of, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub item: Option<u32>,
}

/// What was said without a decided pause, or typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct Said {
    /// Its number; scorecards, metrics and notes cite it.
    pub id: u32,
    /// Whose words.
    pub voice: Voice,
    /// When it was begun to be heard.
    pub from_ms: u64,
    /// When it had been heard.
    pub to_ms: u64,
    /// The conversation's item it is part of; none of words that became no turn.
    pub item: Option<u32>,
    /// The recogniser's last word.
    pub is_final: bool,
    /// Its words; of the interviewer those that were heard.
    pub text: String,
    /// Each word: its first character in `text`, the one after its last, and when it begins (about: within its stretch of
    /// voice, by its length).
    pub words: Vec<(u32, u32, u64)>,
}

/// A turn of the candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct TurnSeen {
    /// Its number; none when it came to nothing.
    pub turn: Option<u32>,
    /// Its item.
    pub item: u32,
    /// It was spoken, not typed.
    pub spoken: bool,
    /// Its first sound.
    pub from_ms: u64,
    /// Its last sound.
    pub to_ms: u64,
    /// When it was over, for the interviewer.
    pub committed_ms: Option<u64>,
    /// How that was decided.
    pub decision: Option<Decision>,
    /// Stages from the last sound to the answer's first, in the order in which they were reached.
    pub ledger: Vec<Stage>,
}

/// Why a turn was taken to be over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct Decision {
    /// The rule.
    pub rule: String,
    /// What it goes by, as a clause.
    pub because: String,
    /// What made it wait longer than its own wait.
    pub stretched_by: Option<String>,
    /// As a clause.
    pub stretched_because: Option<String>,
    /// From the last sound to the turn's end.
    pub waited_ms: Option<u64>,
    /// What the rule saw: names and values, in its order.
    pub facts: Vec<(String, i64)>,
}

/// A stage of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct Stage {
    /// Which: `speech_end`, `stt_final`, `scored`, `committed`, `llm_first_token`, `first_sentence`, `tts_first_byte`, `hedged`,
    /// `opener_sent`, `first_sent`, `first_played`.
    pub stage: String,
    /// When.
    pub at_ms: u64,
}

/// Who has the floor from a moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct FloorSeen {
    /// When.
    pub at_ms: u64,
    /// Who, as in `x.floor`.
    pub state: String,
    /// The rule or fact that led there.
    pub why: String,
    /// As a clause.
    pub because: String,
}

/// A sound of the candidate over the interviewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct OverlapSeen {
    /// When it was noticed.
    pub from_ms: u64,
    /// When it was decided.
    pub to_ms: u64,
    /// It took the floor.
    pub took_floor: bool,
    /// The fact that decided.
    pub why: String,
    /// As a clause.
    pub because: String,
}

/// A choice of the agenda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct ChoiceSeen {
    /// When.
    pub at_ms: u64,
    /// The line's name, as `hints[0]`.
    pub line: String,
    /// The rule or fact that chose it.
    pub why: String,
    /// As a clause.
    pub because: String,
}

/// The interviewer spoke without having been spoken to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct SpokeUpSeen {
    /// When.
    pub at_ms: u64,
    /// Why.
    pub trigger: String,
    /// As a clause.
    pub because: String,
}

/// A phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct PhaseSeen {
    /// Its beginning.
    pub from_ms: u64,
    /// Its end.
    pub to_ms: u64,
    /// Which, as in `x.phase`.
    pub phase: String,
    /// Of a design: its stretch.
    pub part: Option<String>,
}

/// The code from the starters on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct CodeSeen {
    /// What each language's text began with.
    #[ts(type = "Partial<Record<Language, string>>")]
    #[schema(value_type = BTreeMap<String, String>)]
    pub starters: BTreeMap<Language, String>,
    /// Languages in use: from when on. The first holds from the beginning.
    pub languages: Vec<LanguageChosen>,
    /// Every edit, in order.
    pub edits: Vec<EditSeen>,
    /// Edits within so many ms are told as one; 0: each stands alone. So that long interviews stay small.
    pub merged_within_ms: u64,
}

/// The code at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeAt {
    /// The last edit before, or at, the moment that was asked for; 0 before the first.
    pub at_ms: u64,
    /// The step of that edit; scorecards name the code by it.
    pub seq: Option<u64>,
    /// The language in use.
    #[schema(value_type = Option<String>)]
    pub language: Option<Language>,
    /// Each language's text.
    #[schema(value_type = BTreeMap<String, String>)]
    pub texts: BTreeMap<Language, String>,
    /// How exact that is: edits within so many ms are told as one.
    pub merged_within_ms: u64,
}

/// The language in use from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct LanguageChosen {
    /// When.
    pub at_ms: u64,
    /// Which.
    #[schema(value_type = String)]
    pub language: Language,
}

/// An edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct EditSeen {
    /// When.
    pub at_ms: u64,
    /// The step; scorecards name the code by it.
    pub seq: u64,
    /// Whose text; left out when it is that of the edit before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schema(value_type = Option<String>)]
    pub language: Option<Language>,
    /// Where it begins, in characters (Unicode scalar values).
    pub place: u32,
    /// What stood there.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    #[ts(optional, as = "Option<String>")]
    pub deleted: String,
    /// What stands there now.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    #[ts(optional, as = "Option<String>")]
    pub inserted: String,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct RunSeen {
    /// Which.
    pub id: u32,
    /// The step that asked for it.
    pub seq: u64,
    /// When it was asked for.
    pub at_ms: u64,
    /// When it came to its end.
    pub done_ms: Option<u64>,
    /// On which tests: `visible`, `all` or `custom`.
    pub scope: String,
    /// The code's language.
    #[schema(value_type = String)]
    pub language: Language,
    /// Why it came to nothing, by no fault of the code.
    pub failed: Option<String>,
    /// What it came to.
    pub report: Option<ReportSeen>,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct ReportSeen {
    /// The whole.
    pub verdict: String,
    /// Visible tests that passed.
    pub passed: u32,
    /// Visible tests.
    pub total: u32,
    /// Hidden tests that passed, and all of them, when they were run.
    pub hidden: Option<(u32, u32)>,
    /// What the compiler said.
    pub compiler: Option<String>,
    /// The line it complained about.
    pub line: Option<u32>,
    /// The visible tests, or the own input.
    pub tests: Vec<TestSeen>,
}

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct TestSeen {
    /// Its id.
    pub id: String,
    /// What it came to.
    pub verdict: String,
    /// The answer, as JSON text.
    pub value: Option<String>,
    /// What was printed.
    pub stdout: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
    /// In which line of the candidate's text.
    pub line: Option<u32>,
    /// Processor time.
    pub cpu_ms: u64,
}

/// A hint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct HintSeen {
    /// When.
    pub at_ms: u64,
    /// Its tier; 1 is the gentlest.
    pub tier: u8,
    /// How it came about: `words`, `button` or `offer`.
    pub by: String,
    /// What it says.
    pub text: String,
}

/// Something that the candidate's page noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct SignalNoticed {
    /// When.
    pub at_ms: u64,
    /// What: `focus_lost`, `focus_back`, `paste`, `fullscreen_left` …
    pub kind: String,
}
