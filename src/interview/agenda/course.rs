//! All that the agenda goes by besides the question's own words: kind, follow-ups with their conditions, what is told only
//! when asked, hints, approaches, parts of a story, stretches of a design. Made from the question's file before the
//! interview; it stands in the recording's header with the rest of the setup.

use super::condition::Condition;
use crate::units::Ms;
use serde::{Deserialize, Serialize};

/// What the agenda goes by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Course {
    /// Which course it takes.
    pub kind: Kind,
    /// Questions that follow, each when its condition holds, in the author's order.
    pub follow_ups: Vec<FollowUp>,
    /// What is told only when asked: clarifications of a problem, facts of a design.
    pub told: Vec<Told>,
    /// The ladder of hints, gentlest first.
    pub hints: Vec<Hint>,
    /// Ways to solve it.
    pub approaches: Vec<Approach>,
    /// Cases a good candidate names.
    pub edge_cases: Vec<EdgeCase>,
    /// What to ask for when a part of a story is missing.
    pub probes: Vec<Probe>,
    /// A design's stretches, in order.
    pub stretches: Vec<Stretch>,
    /// Where a design is looked at closer.
    pub deep_dives: Vec<FollowUp>,
    /// What changes on the way of a design.
    pub curveballs: Vec<FollowUp>,
}

/// The course of an interview.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Greeting, question, its follow-ups in order, close: goes by nothing but what is said.
    #[default]
    Talk,
    /// Clarify, approach, code, test, discuss.
    Coding,
    /// A story of the candidate's and its missing parts.
    Behavioural,
    /// A design through its stretches.
    SystemDesign,
}

/// A question that follows, or something that is thrown in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// When it fits; none: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What is said.
    pub ask: String,
    /// Id of the phase it belongs to; none: the discussion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
}

/// What is told only when asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Words that show that this is being asked.
    pub ask: Vec<String>,
    /// What is told.
    pub answer: String,
}

/// A rung of the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// 1 is the gentlest.
    pub tier: u8,
    /// What is said.
    pub text: String,
    /// Without progress for this long it may be offered; zero: only when asked for.
    pub offer_after: Ms,
}

/// A way to solve it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approach {
    /// Its id.
    pub id: String,
    /// What it is, in a sentence.
    pub summary: String,
    /// Nothing better is known.
    pub optimal: bool,
    /// Texts in code that show it.
    pub code_hints: Vec<String>,
    /// Time, e.g. `O(n log n)`; empty in recordings that do not tell.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub time: String,
    /// Space beside the input; likewise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub space: String,
}

/// A case a good candidate names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeCase {
    /// Its id.
    pub id: String,
    /// Words that show that the candidate thinks of it.
    pub say: Vec<String>,
}

/// What to ask for when a part of the story is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// The part.
    pub missing: StoryPart,
    /// What is asked.
    pub ask: String,
    /// Words that show that the part is there.
    pub heard: Vec<String>,
}

/// The parts of a story (STAR, and what was learned).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoryPart {
    /// Where and when.
    Situation,
    /// What was the candidate's own to do.
    Task,
    /// What the candidate did.
    Action,
    /// What came of it, if possible in numbers.
    Result,
    /// What was learned.
    Reflection,
}

impl StoryPart {
    /// All parts, in the order of a story.
    pub const ALL: [StoryPart; 5] =
        [StoryPart::Situation, StoryPart::Task, StoryPart::Action, StoryPart::Result, StoryPart::Reflection];
}

/// A stretch of a design interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// Its id, e.g. `requirements`.
    pub id: String,
    /// How long it is meant to take.
    pub length: Ms,
    /// What is asked at its beginning.
    pub prompt: String,
}

/// When the interviewer speaks first, and how long phases may take. Each names its unit, and what goes wrong when it is too
/// low or too high.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AgendaSettings {
    /// The interviewer speaks first at triggers (first run, failing streak, stall, change of approach, end of a time box).
    /// Off: it only answers. Default true.
    pub speaks_up: bool,
    /// After a keystroke nothing is said unasked for this long, ms. Too low interrupts thought; too high says things when
    /// they no longer matter. Default 4000.
    pub after_typing_ms: Ms,
    /// After speech of either side nothing is said unasked for this long, ms. Default 2000.
    pub after_speech_ms: Ms,
    /// From one unasked remark to the next at least, ms. Default 30000.
    pub between_ms: Ms,
    /// A remark about a run that could not be made within this is not made any more, ms. Default 20000.
    pub stale_ms: Ms,
    /// While code is written or tested: no key, no word and no run for this long is a stall, ms. Default 45000.
    pub stall_ms: Ms,
    /// So many runs in a row that fail a visible test are a streak. Default 3.
    pub failing_streak: u8,
    /// Clarifying ends at this share of the time box, permille. Default 120.
    pub clarify_until: u16,
    /// Talking about the approach ends at this share, permille. Default 300.
    pub approach_until: u16,
    /// Writing code ends at this share, permille. Default 750.
    pub code_until: u16,
    /// Testing ends at this share, permille. Default 850.
    pub test_until: u16,
}

impl Default for AgendaSettings {
    fn default() -> Self {
        AgendaSettings {
            speaks_up: true,
            after_typing_ms: Ms(4_000),
            after_speech_ms: Ms(2_000),
            between_ms: Ms(30_000),
            stale_ms: Ms(20_000),
            stall_ms: Ms(45_000),
            failing_streak: 3,
            clarify_until: 120,
            approach_until: 300,
            code_until: 750,
            test_until: 850,
        }
    }
}
