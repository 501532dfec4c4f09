//! The scorecard: bands by dimension, each made of signals, each of which shows where in the interview it is to be seen.
//!
//! A scorecard holds nothing that a model phrased: signals are told in the rubric's own words, and quotes are the record's.

use super::evidence::Evidence;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Version of this form and of the rules that fill it; part of what identifies a scorecard.
pub const SCORECARD_VERSION: u32 = 2;

/// An interview's scorecard. The same record, rubric and judgements give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Scorecard {
    /// The question.
    pub question: Question,
    /// What it was made with.
    pub versions: Versions,
    /// What was scored, in the rubric's order.
    pub dimensions: Vec<Dimension>,
    /// What went best, at most three. Empty when too little was seen to say.
    pub strengths: Vec<Remark>,
    /// What to work on next, at most three.
    pub next_steps: Vec<Remark>,
    /// What to practise next; none when the bank has nothing that fits.
    pub practice: Option<Practice>,
    /// How far the judge could be relied on.
    pub grader: GraderHealth,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[schema(as = ScorecardQuestion)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// sha-256 of its files, in hex.
    pub content_hash: String,
}

/// What a scorecard was made with: another rubric, prompt or model gives another scorecard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[schema(as = ScorecardVersions)]
pub struct Versions {
    /// [`SCORECARD_VERSION`].
    pub scorecard: u32,
    /// The rubric's name and version.
    pub rubric: String,
    /// sha-256 of the rubric, in hex.
    pub rubric_hash: String,
    /// The function from signals to bands.
    pub band: String,
    /// Version of the metrics.
    pub metrics: u32,
    /// sha-256 of the judge's instructions, in hex; none without a judge.
    pub prompt_hash: Option<String>,
    /// The judge's name; none without one.
    pub judge: Option<String>,
}

/// Something that gets a band.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[schema(as = ScorecardDimension)]
pub struct Dimension {
    /// The rubric's id.
    pub id: String,
    /// As it is shown.
    pub title: String,
    /// Percent of the whole.
    pub weight: u8,
    /// 1 to 4; none: not enough was seen to assess.
    pub band: Option<u8>,
    /// How much of the dimension's weight was assessed, in thousandths.
    pub assessed_permille: u16,
    /// What was observed, in the rubric's order.
    pub signals: Vec<Signal>,
}

/// Something observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[schema(as = ScorecardSignal)]
pub struct Signal {
    /// The rubric's id.
    pub id: String,
    /// What was looked for, in the rubric's words.
    pub looks_for: String,
    /// Weight within the dimension.
    pub weight: u8,
    /// A model judged it; else it was computed.
    pub judged: bool,
    /// What was found.
    pub finding: Finding,
}

/// What became of a signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[schema(as = ScorecardFinding)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Finding {
    /// It was seen, and shows there.
    Assessed {
        /// 1 to 4.
        band: u8,
        /// What that band looks like, in the rubric's words.
        says: String,
        /// Where it shows; at least one place.
        evidence: Vec<Evidence>,
    },
    /// It could not be said. Never a zero.
    NotAssessed {
        /// Why, as a sentence.
        why: String,
    },
}

/// A strength, or a next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[schema(as = ScorecardRemark)]
pub struct Remark {
    /// The dimension.
    pub dimension: String,
    /// The signal.
    pub signal: String,
    /// What was seen, in the rubric's words.
    pub seen: String,
    /// What the next band looks like; none of a strength.
    pub aim: Option<String>,
    /// Where it shows.
    pub evidence: Vec<Evidence>,
}

/// A question to practise next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[schema(as = ScorecardPractice)]
pub struct Practice {
    /// Its id.
    pub question: String,
    /// Its title.
    pub title: String,
    /// Why this one, as a sentence.
    pub why: String,
}

/// How far the judge could be relied on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct GraderHealth {
    /// Judged signals of the rubric.
    pub judged: u32,
    /// Those it was asked about.
    pub asked: u32,
    /// Those whose evidence was found in the record.
    pub verified: u32,
    /// Quotes among them that were found only after case, spaces and punctuation were set aside.
    pub repaired: u32,
    /// Those asked about a second time.
    pub retried: u32,
    /// Those it said it could not tell.
    pub undecided: u32,
    /// Those that it judged without evidence that could be found in the record, twice.
    pub unverified: u32,
    /// Answers that were no answers of the form asked for.
    pub malformed: u32,
    /// Calls that failed.
    pub failed: u32,
    /// Calls that were not made: the tokens for them were used up.
    #[serde(default)]
    pub refused: u32,
    /// Calls that are made when there are tokens for them again: the candidate's of the day were used up. None when no more is to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub deferred: Option<u32>,
    /// Tokens that it read, by this program's own count.
    #[serde(default)]
    pub tokens_in: u32,
    /// Tokens that it wrote, likewise.
    #[serde(default)]
    pub tokens_out: u32,
}

impl Scorecard {
    /// As it is kept and shown: JSON with a line feed at its end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// All signals.
    pub fn signals(&self) -> impl Iterator<Item = (&Dimension, &Signal)> {
        self.dimensions.iter().flat_map(|dimension| dimension.signals.iter().map(move |signal| (dimension, signal)))
    }
}

impl Finding {
    /// The band, if there is one.
    pub fn band(&self) -> Option<u8> {
        match self {
            Finding::Assessed { band, .. } => Some(*band),
            Finding::NotAssessed { .. } => None,
        }
    }

    /// Where it shows.
    pub fn evidence(&self) -> &[Evidence] {
        match self {
            Finding::Assessed { evidence, .. } => evidence,
            Finding::NotAssessed { .. } => &[],
        }
    }
}
