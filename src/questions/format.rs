//! What stands in a question's files, as it is read from TOML and JSON. `check.rs` says what must hold beyond that.

use super::signature::Type;
use crate::comparator::Comparator;
use crate::interview::agenda::condition::Condition;
pub use crate::interview::agenda::course::StoryPart;
use crate::language::Language;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// What a question exercises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = QuestionKind)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A programming problem.
    Coding,
    /// The candidate's experience.
    Behavioural,
    /// A system to be designed.
    SystemDesign,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 3] = [Kind::Coding, Kind::Behavioural, Kind::SystemDesign];

    /// Its name in files, and that of its folder.
    pub fn id(self) -> &'static str {
        match self {
            Kind::Coding => "coding",
            Kind::Behavioural => "behavioural",
            Kind::SystemDesign => "system-design",
        }
    }

    /// The kind of this name.
    pub fn from_id(id: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Whom a question is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Up to two years of practice.
    Junior,
    /// Two to five.
    Mid,
    /// More.
    Senior,
}

/// `question.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionFile {
    /// Version of the format: 1.
    pub format: u32,
    /// Stable id, the folder's name.
    pub id: String,
    /// What it exercises, the folder above.
    pub kind: Kind,
    /// As the candidate sees it.
    pub title: String,
    /// 1 (easy) to 5 (hard).
    pub difficulty: u8,
    /// What it is about.
    pub topics: Vec<String>,
    /// Whom it is for; empty: anybody.
    #[serde(default)]
    pub level: Vec<Level>,
    /// Length of an interview on it, in minutes.
    pub minutes: u16,
    /// SPDX id.
    pub license: String,
    /// Where it comes from.
    pub origin: Origin,

    /// First words; a default for the kind when not given.
    pub greeting: Option<String>,
    /// Short remarks that may come before a follow-up; defaults when empty.
    #[serde(default)]
    pub acknowledgements: Vec<String>,
    /// Last words; a default for the kind when not given.
    pub closing: Option<String>,
    /// Questions that follow, each when its condition holds, in order.
    #[serde(default)]
    pub follow_ups: Vec<FollowUp>,
    /// Additions to the kind's rubric.
    #[serde(default)]
    pub rubric: RubricAdditions,

    /// Coding: the languages it can be solved in; empty: all.
    #[serde(default)]
    pub languages: Vec<Language>,
    /// Coding: what the candidate's code looks like from outside.
    pub io: Option<Io>,
    /// Coding: what the candidate's code may use.
    #[serde(default)]
    pub limits: Limits,
    /// Coding: what is told only when asked.
    #[serde(default)]
    pub clarifications: Vec<Clarification>,
    /// Coding: cases a good candidate thinks of.
    #[serde(default)]
    pub edge_cases: Vec<EdgeCase>,
    /// Coding: ways to solve it.
    #[serde(default)]
    pub approaches: Vec<Approach>,
    /// Coding: the ladder of hints.
    #[serde(default)]
    pub hints: Vec<Hint>,

    /// Behavioural: what the story shows, e.g. `conflict`.
    pub competency: Option<String>,
    /// Behavioural: what to ask for when a part of the story is missing.
    #[serde(default)]
    pub probes: Vec<Probe>,
    /// Behavioural and design: what answers of the four bands sound like.
    pub anchors: Option<Anchors>,
    /// Behavioural: topics that must not be asked about.
    #[serde(default)]
    pub avoid: Vec<String>,

    /// Design: numbers and rules told only when asked.
    #[serde(default)]
    pub facts: Vec<Clarification>,
    /// Design: the course, in order.
    #[serde(default)]
    pub phases: Vec<DesignPhase>,
    /// Design: parts a good design has.
    #[serde(default)]
    pub components: Vec<Component>,
    /// Design: where to look closer.
    #[serde(default)]
    pub deep_dives: Vec<FollowUp>,
    /// Design: what changes on the way.
    #[serde(default)]
    pub curveballs: Vec<Curveball>,
}

/// Where a question comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Written for Viva or taken over.
    pub kind: OriginKind,
    /// Name of the collection it was taken from.
    pub source: Option<String>,
    /// Its address there.
    pub url: Option<String>,
    /// Its version there.
    pub version: Option<String>,
    /// Its id there.
    pub uuid: Option<String>,
}

/// Whether a question was written for Viva.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OriginKind {
    /// Written for this bank.
    Original,
    /// Taken from elsewhere by an importer.
    Import,
}

/// How the candidate's code is called.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Io {
    /// Function, class or program.
    pub mode: Mode,
    /// The function's name in `snake_case`, the class's in `PascalCase`; none for programs.
    #[serde(default)]
    pub entry: String,
    /// Parameters of the function or the constructor.
    #[serde(default)]
    pub params: Vec<Param>,
    /// What the function answers.
    pub returns: Option<Type>,
    /// Methods of the class.
    #[serde(default)]
    pub methods: Vec<Method>,
    /// How answers are compared.
    #[serde(default)]
    pub comparator: Comparator,
}

/// What the candidate writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// A function; a test's input is the list of its arguments.
    Function,
    /// A class; a test's input is a list of calls `["new", …]`, `["method", …]`, its answer the list of theirs.
    Calls,
    /// A program; a test's input is its standard input.
    Stdio,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// Its name in `snake_case`.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
}

/// A method.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Its name in `snake_case`.
    pub name: String,
    /// Its parameters.
    #[serde(default)]
    pub params: Vec<Param>,
    /// What it answers; null: nothing.
    pub returns: Type,
}

/// What the candidate's code may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// CPU time of one test, in ms (100 to 10,000).
    pub cpu_ms: u32,
    /// Memory, in MiB (32 to 1,024).
    pub memory_mb: u32,
    /// What it may print, in KiB (1 to 1,024).
    pub output_kb: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { cpu_ms: 1000, memory_mb: 256, output_kb: 64 }
    }
}

/// What is told only when asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clarification {
    /// Words that show that this is being asked.
    pub ask: Vec<String>,
    /// What is told.
    pub answer: String,
    /// Ids of tests that hold it.
    #[serde(default)]
    pub tests: Vec<String>,
    /// Why no test can.
    pub untested: Option<String>,
}

/// A case a good candidate thinks of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeCase {
    /// Its id.
    pub id: String,
    /// Words that show that the candidate thinks of it.
    pub say: Vec<String>,
    /// Ids of tests that hold it.
    #[serde(default)]
    pub tests: Vec<String>,
    /// Why no test can.
    pub untested: Option<String>,
}

/// A way to solve it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approach {
    /// Its id.
    pub id: String,
    /// What it is, in a sentence: the model recognises it by this.
    pub summary: String,
    /// Nothing better is known.
    #[serde(default)]
    pub optimal: bool,
    /// Time, e.g. `O(n log n)`.
    pub time: String,
    /// Space beside the input, e.g. `O(n)`.
    pub space: String,
    /// Texts in code that show it.
    #[serde(default)]
    pub code_hints: Vec<String>,
}

/// A rung of the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// 1 is the gentlest.
    pub tier: u8,
    /// What is said.
    pub text: String,
    /// The approach it leads to, if to a certain one.
    pub approach: Option<String>,
    /// It may be offered after so many seconds without progress; 0: only when asked for.
    #[serde(default)]
    pub offer_after_s: u16,
    /// What it weighs in the score.
    #[serde(default)]
    pub cost: Cost,
}

/// What a hint weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    /// A nudge.
    #[default]
    Minor,
    /// A part of the solution.
    Major,
}

/// A question that follows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// When it fits; none: always.
    pub when: Option<Condition>,
    /// What is asked.
    pub ask: String,
    /// The phase it belongs to; none: the discussion.
    pub phase: Option<String>,
    /// What it looks for.
    #[serde(default)]
    pub probe: ProbeKind,
    /// 1 (anybody should answer it) to 3 (for the strong).
    #[serde(default = "one")]
    pub tier: u8,
    /// What a good answer contains; never spoken.
    #[serde(default)]
    pub listen_for: Vec<String>,
}

fn one() -> u8 {
    1
}

/// What a follow-up looks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeKind {
    /// How the candidate goes about it.
    #[default]
    Reasoning,
    /// Questions and assumptions before any code.
    Clarify,
    /// What it costs.
    Complexity,
    /// What is given up for what.
    TradeOff,
    /// Inputs at the border.
    EdgeCase,
    /// What would be tried, and how.
    Testing,
    /// Much more of it.
    Scale,
    /// The problem with a twist.
    Variation,
    /// Bugs and their cause.
    Debugging,
    /// Names, structure, interfaces.
    Design,
}

/// Additions to the rubric of the kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RubricAdditions {
    /// Ids of edge cases that must be named for full marks in testing.
    pub must_mention: Vec<String>,
    /// What a strong answer shows.
    pub strong: Vec<String>,
    /// What speaks against a candidate.
    pub red_flags: Vec<String>,
}

/// What to ask for when a part of the story is missing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// The part.
    pub missing: StoryPart,
    /// What is asked.
    pub ask: String,
    /// Words that show that the part is there.
    #[serde(default)]
    pub heard: Vec<String>,
}

/// What answers of the four bands sound like.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchors {
    /// Strong no.
    #[serde(rename = "1")]
    pub one: String,
    /// Leaning no.
    #[serde(rename = "2")]
    pub two: String,
    /// Leaning yes.
    #[serde(rename = "3")]
    pub three: String,
    /// Strong yes.
    #[serde(rename = "4")]
    pub four: String,
}

impl Anchors {
    /// What this band sounds like; none of a band that there is not.
    pub fn band(&self, band: u8) -> Option<&str> {
        match band {
            1 => Some(&self.one),
            2 => Some(&self.two),
            3 => Some(&self.three),
            4 => Some(&self.four),
            _ => None,
        }
    }
}

/// A stretch of a design interview.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DesignPhase {
    /// Its id, e.g. `requirements`.
    pub id: String,
    /// How long it takes, in minutes.
    pub minutes: u16,
    /// What is asked at its beginning.
    pub prompt: String,
    /// What good and poor answers sound like.
    pub anchors: Anchors,
}

/// A part a good design has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub why: String,
    /// Words that show that the candidate has it.
    pub say: Vec<String>,
    /// How much it matters, 1 to 5.
    pub weight: u8,
}

/// Something that changes on the way.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Curveball {
    /// When it fits; none: always.
    pub when: Option<Condition>,
    /// What is said.
    pub say: String,
    /// What a good candidate changes.
    pub expect: Vec<String>,
}

/// Who may see a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Input, expected and actual answer are shown.
    Visible,
    /// Only whether it passed.
    Hidden,
}

/// A test of `tests.json`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// Its id, never used again for another.
    pub id: String,
    /// Who may see it.
    pub group: Group,
    /// The input, or its recipe.
    pub input: Value,
    /// The expected answer, or its recipe.
    pub expected: Value,
    /// The test it stands for since a correction.
    pub reimplements: Option<String>,
    /// A word to whoever reads the file.
    pub note: Option<String>,
}
