//! Figures of an interview that need no model: each a pure function of the [`Record`], in whole numbers, with the places in the
//! recording that show it. The same recording gives the same bytes. What could not be measured says so and why; it is never a
//! zero.
//!
//! A metric is a constant in the file of its subject and a line in [`METRICS`]. `docs/metrics.md` defines each; whoever changes
//! what one means counts [`METRICS_VERSION`] up.

mod activity;
mod complexity;
mod edits;
mod figures;
mod fillers;
mod hints;
mod integrity;
mod interruptions;
mod latency;
mod lists;
mod mentions;
mod milestones;
mod passing;
mod pauses;
mod phases;
mod questions;
mod runs;
mod self_score;
mod sharing;
mod speech;

#[cfg(test)]
mod tests;

use super::record::{Moment, Record, Run, Span, Utterance};
use crate::units::*;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use ts_rs::TS;
use utoipa::ToSchema;

/// Counts up when a metric is added, removed or comes to mean something else.
pub const METRICS_VERSION: u32 = 1;

/// At most so many places are kept of one metric, the first ones; how many are left out is said.
pub const PLACES_MAX: usize = 500;

/// All metrics, in the order in which they are shown.
pub const METRICS: &[Metric] = &[
    speech::RATE,
    speech::ARTICULATION,
    speech::PACE_VARIATION,
    speech::WORDS,
    speech::PHONATION,
    fillers::SOUNDS,
    fillers::SOUNDS_PER_100_WORDS,
    fillers::SOUNDS_PER_MINUTE,
    fillers::PHRASES,
    fillers::PHRASES_PER_100_WORDS,
    pauses::COUNT,
    pauses::SHORT,
    pauses::LONG,
    pauses::STALLS,
    pauses::MEDIAN,
    pauses::P90,
    pauses::LONGEST,
    sharing::TALK_RATIO,
    sharing::LONGEST_MONOLOGUE,
    sharing::INTERACTIVITY,
    latency::RESPONSE_MEDIAN,
    latency::RESPONSE_P90,
    latency::INTERVIEWER_SENT_MEDIAN,
    latency::INTERVIEWER_SENT_P90,
    latency::INTERVIEWER_HEARD_MEDIAN,
    latency::INTERVIEWER_HEARD_P90,
    latency::STAGE_ENDPOINT,
    latency::STAGE_STT_FINAL,
    latency::STAGE_LLM_FIRST_TOKEN,
    latency::STAGE_TTS_FIRST_BYTE,
    latency::STAGE_PLAYBACK,
    interruptions::ATTEMPTED,
    interruptions::SUCCESSFUL,
    interruptions::CUT_INS,
    interruptions::OVERLAP,
    questions::INTERVIEWER_RATE,
    questions::CANDIDATE,
    questions::CLARIFYING_BEFORE_CODE,
    milestones::FIRST_APPROACH,
    milestones::FIRST_CODE,
    milestones::FIRST_RUN,
    milestones::FIRST_VISIBLE_PASS,
    milestones::ALL_VISIBLE_PASS,
    milestones::ALL_HIDDEN_PASS,
    passing::AREA,
    passing::VISIBLE_AT_THE_END,
    passing::HIDDEN_AT_THE_END,
    runs::COUNT,
    runs::WITHOUT_EDIT,
    runs::FAILING_STREAK,
    runs::COMPILE_ERRORS,
    runs::RUNTIME_ERRORS,
    runs::WRONG_ANSWERS,
    runs::TIME_LIMITS,
    runs::OTHER_LIMITS,
    runs::FIXES,
    runs::FIX_TIME,
    edits::CHURN,
    edits::DELETION_SHARE,
    edits::REWRITES,
    edits::BURSTS,
    edits::LARGEST_INSERTION,
    activity::IDLE_GAPS,
    activity::IDLE_TOTAL,
    activity::IDLE_LONGEST,
    activity::THINK_ALOUD,
    phases::GREET,
    phases::QUESTION,
    phases::CLARIFY,
    phases::APPROACH,
    phases::CODE,
    phases::TEST,
    phases::DESIGN,
    phases::DISCUSS,
    phases::WRAP_UP,
    hints::COUNT,
    hints::HIGHEST_TIER,
    hints::ASKED,
    hints::TAKEN,
    hints::OFFERED,
    hints::RUNS_BEFORE,
    hints::HELPED,
    mentions::EDGE_CASES,
    mentions::EDGE_CASE_SHARE,
    mentions::EDGE_CASES_BEFORE_RUN,
    complexity::STATED,
    complexity::FIRST_STATED,
    complexity::IS_OPTIMUM,
    integrity::FOCUS_LOSSES,
    integrity::FOCUS_LOST,
    integrity::PASTES,
    integrity::FULLSCREEN_EXITS,
    self_score::GAP,
];

/// A metric.
#[derive(Clone, Copy)]
pub struct Metric {
    /// Its name; never used for anything else again.
    pub id: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// What it is, in a line.
    pub about: &'static str,
    /// Reads it from a record.
    pub measure: fn(&Record) -> Measure,
}

/// What a value is counted in. Values are whole numbers: where a fraction matters the unit is tenths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[schema(as = MetricUnit)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Milliseconds.
    Ms,
    /// How often.
    Count,
    /// Words a minute.
    WordsPerMinute,
    /// Thousandths of a whole; of churn, more than 1000 may be.
    Permille,
    /// Tenths, for each 100 words.
    TenthsPer100Words,
    /// Tenths, for each minute.
    TenthsPerMinute,
    /// Tenths, for each ten minutes.
    TenthsPer10Minutes,
    /// Characters.
    Characters,
    /// A hint's tier.
    Tier,
    /// 1 for yes, 0 for no.
    YesNo,
    /// Bands of the scorecard.
    Bands,
}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[schema(as = NotMeasurable)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No sound of the candidate came: nothing tells when they spoke.
    NoMicrophone,
    /// The candidate said nothing.
    NoSpeech,
    /// The interviewer was not heard: it wrote.
    NoPlayback,
    /// Too little was said for the figure to mean anything.
    TooLittle,
    /// The recogniser is not known to write down every sound; most leave fillers out.
    NotVerbatim,
    /// There are no word lists for the interview's language.
    NoWordList,
    /// The question was never put.
    QuestionNotPut,
    /// There was no editor.
    NoEditor,
    /// The candidate wrote nothing.
    NoCode,
    /// Code could not be run.
    NoRunner,
    /// No test was run.
    NoRuns,
    /// The question has no such tests, hints, edge cases or approaches.
    NotInTheQuestion,
    /// The course of the interview has no such phase.
    NoSuchPhase,
    /// It did not happen.
    DidNotHappen,
    /// The candidate's page does not tell.
    PageIsSilent,
    /// It is not in the recording: the scorecard has it.
    NotInTheRecording,
}

impl Why {
    /// For people.
    pub fn sentence(self) -> &'static str {
        match self {
            Why::NoMicrophone => "no microphone",
            Why::NoSpeech => "the candidate said nothing",
            Why::NoPlayback => "the interviewer wrote",
            Why::TooLittle => "too little was said",
            Why::NotVerbatim => "the recogniser may leave such sounds out",
            Why::NoWordList => "no word list for the language",
            Why::QuestionNotPut => "the question was not put",
            Why::NoEditor => "no editor",
            Why::NoCode => "no code was written",
            Why::NoRunner => "code could not be run",
            Why::NoRuns => "no test was run",
            Why::NotInTheQuestion => "the question has none",
            Why::NoSuchPhase => "no such phase in this course",
            Why::DidNotHappen => "did not happen",
            Why::PageIsSilent => "the page does not tell",
            Why::NotInTheRecording => "not in the recording",
        }
    }
}

/// What a metric came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The value, or why there is none.
    pub value: Result<i64, Why>,
    /// Where it shows, in order.
    pub places: Vec<Place>,
}

impl Measure {
    /// A value and where it shows.
    pub fn of(value: impl TryInto<i64>, places: Vec<Place>) -> Measure {
        Measure { value: Ok(value.try_into().unwrap_or(i64::MAX)), places }
    }

    /// As many as there are places.
    pub fn count(places: Vec<Place>) -> Measure {
        Measure::of(places.len(), places)
    }

    /// No value.
    pub fn none(why: Why) -> Measure {
        Measure { value: Err(why), places: Vec::new() }
    }
}

impl From<Result<Measure, Why>> for Measure {
    fn from(measure: Result<Measure, Why>) -> Measure {
        measure.unwrap_or_else(Measure::none)
    }
}

/// Where a metric shows: always a time, and whatever else can be cited there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[schema(as = MetricPlace)]
#[serde(default)]
pub struct Place {
    /// When it begins.
    #[ts(type = "number")]
    #[schema(value_type = u64)]
    pub from: At,
    /// When it ends; `from` of a moment.
    #[ts(type = "number")]
    #[schema(value_type = u64)]
    pub to: At,
    /// The step.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub seq: Option<u64>,
    /// The utterance's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub utterance: Option<u32>,
    /// The characters of it: first, and the one after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub chars: Option<(u32, u32)>,
    /// The run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    #[schema(value_type = Option<u32>)]
    pub run: Option<RunId>,
    /// What it comes to there: a turn's own rate, a run's share of passed tests.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub value: Option<i64>,
    /// Which one: an edge case's id, a test's, a verdict, a normalised complexity.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
}

impl Place {
    /// A stretch of time.
    pub fn span(span: Span) -> Place {
        Place { from: span.from, to: span.to, ..Place::default() }
    }

    /// A step.
    pub fn step(seq: u64, at: At) -> Place {
        Place { from: at, to: at, seq: Some(seq), ..Place::default() }
    }

    /// A moment.
    pub fn moment(moment: Moment) -> Place {
        Place::step(moment.seq, moment.at)
    }

    /// Part of what was said: its time is that of the whole.
    pub fn said(utterance: &Utterance, chars: Range<u32>) -> Place {
        let (id, chars) = (Some(utterance.id), Some((chars.start, chars.end)));
        Place { utterance: id, chars, ..Place::span(utterance.span) }
    }

    /// A run, from its asking to its end.
    pub fn run(run: &Run) -> Place {
        let to = run.done.map_or(run.at, |done| done.at);
        Place { from: run.at, to, seq: Some(run.seq), run: Some(run.run), ..Place::default() }
    }

    /// With what it comes to.
    pub fn with(self, value: impl TryInto<i64>) -> Place {
        Place { value: Some(value.try_into().unwrap_or(i64::MAX)), ..self }
    }

    /// With its name.
    pub fn named(self, name: impl Into<String>) -> Place {
        Place { name: Some(name.into()), ..self }
    }
}

/// A metric of an interview, as it is stored and sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[schema(as = Metric)]
pub struct Row {
    /// The metric's id.
    pub id: String,
    /// What it is counted in.
    pub unit: Unit,
    /// The value; none when it could not be measured.
    pub value: Option<i64>,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub not_measurable: Option<Why>,
    /// Where it shows: at most [`PLACES_MAX`].
    pub places: Vec<Place>,
    /// Places beyond those.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[ts(optional, as = "Option<usize>")]
    pub places_left_out: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// All metrics of an interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Metrics {
    /// [`METRICS_VERSION`] of whoever measured.
    pub metrics_version: u32,
    /// One a metric, in the order of [`METRICS`].
    pub metrics: Vec<Row>,
}

impl Metrics {
    /// The row of this id.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.metrics.iter().find(|row| row.id == id)
    }

    /// The value of this id; none when it could not be measured.
    pub fn value(&self, id: &str) -> Option<i64> {
        self.row(id)?.value
    }
}

/// Measures everything.
pub fn measure(record: &Record) -> Metrics {
    let row = |metric: &Metric| {
        let Measure { value, mut places } = (metric.measure)(record);
        let places_left_out = places.len().saturating_sub(PLACES_MAX);
        places.truncate(PLACES_MAX);
        Row {
            id: metric.id.to_owned(),
            unit: metric.unit,
            value: value.ok(),
            not_measurable: value.err(),
            places,
            places_left_out,
        }
    };
    Metrics { metrics_version: METRICS_VERSION, metrics: METRICS.iter().map(row).collect() }
}
