//! What happened in an interview, on one clock: one pass over the steps of a recording gives a [`Record`]. Metrics, scorecard,
//! review and exports are functions of it and read no steps themselves.
//!
//! Times are ms on the interview's clock ([`At`]); every thing that can be cited has the number of its step (`seq`, the line
//! in `steps.jsonl`) or a number of its own. Nothing here is a guess: where a recording does not tell, the field is none. The
//! same steps give the same record.
//!
//! - `fold`: the pass. `voice`: when the candidate spoke. `replies`: what was heard of the interviewer, and when. `talk`: the
//!   candidate's turns and their words. [`code`]: the texts as they stood at any step. [`words`]: what counts as a word.

pub mod code;
mod fold;
mod replies;
mod talk;
mod voice;
pub mod words;

#[cfg(test)]
mod tests;

use crate::interview::agenda::Trigger;
use crate::interview::command::{FloorState, Outcome, Phase, TurnReport};
use crate::interview::event::EndReason;
use crate::interview::run::{RunFailure, RunReport, RunScope};
use crate::interview::setup::Setup;
use crate::language::Language;
use crate::recording::places::Place;
use crate::recording::reader::{ReadError, Recording, Steps};
use crate::units::*;
pub use code::{Code, Edit, Snapshot};
pub use fold::Fold;
use serde::Serialize;
use std::path::Path;

/// Voice that falls silent for less than this goes on: gaps within words and between them.
pub const HANG_OVER: Ms = Ms(200);

/// A stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// Its beginning.
    pub from: At,
    /// Its end; not before `from`.
    pub to: At,
}

impl Span {
    /// Its length.
    pub fn length(self) -> Ms {
        self.to - self.from
    }

    /// What both share; zero when they do not meet.
    pub fn overlap(self, other: Span) -> Ms {
        self.to.min(other.to) - self.from.max(other.from)
    }

    /// Whether a time lies in it, its end excluded.
    pub fn holds(self, at: At) -> bool {
        self.from <= at && at < self.to
    }
}

/// An interview as it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// All that was known before the first event: the question, its course, who hears and speaks.
    pub setup: Setup,
    /// The time of the last event.
    pub duration: Ms,
    /// Lines of the recording.
    pub steps: u64,
    /// Its end; none when the recording was cut off before it.
    pub ended: Option<Ended>,
    /// When the question was put: the first sound or words of it. None when it never was.
    pub question_put: Option<At>,
    /// The candidate's voice, in order, without overlaps: [`HANG_OVER`] is bridged. Noise that a voice detector takes for
    /// speech is among it; see [`Segment::turn`].
    pub speech: Vec<Segment>,
    /// When the interviewer was heard, in order.
    pub playback: Vec<Playback>,
    /// The candidate's turns, in order of their beginning.
    pub turns: Vec<Turn>,
    /// The interviewer's replies, in order.
    pub replies: Vec<Reply>,
    /// All that was said or typed, of both, in order of its beginning: what can be quoted.
    pub utterances: Vec<Utterance>,
    /// Who had the floor, in order.
    pub floor: Vec<FloorChange>,
    /// Sounds of the candidate over the interviewer, in order.
    pub overlaps: Vec<Overlap>,
    /// The candidate's code; none in interviews without an editor.
    pub code: Option<Code>,
    /// Runs of the code, in order of their asking.
    pub runs: Vec<Run>,
    /// Hints released, in order.
    pub hints: Vec<Hint>,
    /// Hints offered, in order: when, and the line of the offer.
    pub offers: Vec<Moment>,
    /// Phases, in order, without gaps from the first one's beginning.
    pub phases: Vec<PhaseSpan>,
    /// What the candidate's page noticed, in order.
    pub signals: Vec<Signal>,
    /// The interviewer spoke without having been spoken to, in order.
    pub spoke_up: Vec<SpokeUp>,
    /// What the agenda chose to say, and why, in order.
    pub choices: Vec<Choice>,
    /// The candidate paused the interview.
    pub pauses: Vec<Span>,
    /// The candidate's client was gone.
    pub absences: Vec<Span>,
    /// Where the candidate's track lies on the clock, as the steps tell.
    pub microphone: Vec<Place>,
    /// Microphone sound came: scores of a voice detector were recorded.
    pub has_microphone: bool,
}

/// A moment that can be cited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Moment {
    /// The step.
    pub seq: u64,
    /// When.
    pub at: At,
}

/// The end of an interview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// When.
    pub at: At,
    /// The step.
    pub seq: u64,
    /// Why.
    pub reason: EndReason,
}

/// A stretch of the candidate's voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// When, on the interview's clock.
    pub span: Span,
    /// Where on the microphone's track it begins and ends.
    pub samples: (SampleIdx, SampleIdx),
    /// The turn it is part of, by the turn's item. None: it became no turn (a cough, a key, "mm-hm" over the interviewer,
    /// the interviewer's own voice coming back).
    pub turn: Option<ItemId>,
}

/// A stretch in which the interviewer was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Playback {
    /// When: by the client's reports of what it played, else by what was sent.
    pub span: Span,
    /// The item being heard.
    pub item: ItemId,
    /// How much of the item's sound was heard before.
    pub offset: Ms,
    /// The client said so; else it is reckoned from what was sent to it.
    pub reported: bool,
}

/// A turn of the candidate, spoken or typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// Its number; none when it came to nothing or the recording ends before it was decided.
    pub turn: Option<TurnId>,
    /// Its item: names the turn in this record.
    pub item: ItemId,
    /// It was spoken, not typed.
    pub spoken: bool,
    /// From its first to its last sound; of one without a microphone, from its first to its last words.
    pub span: Span,
    /// When it was over, for the interviewer; none when the recording ends before.
    pub committed: Option<Moment>,
    /// All its words.
    pub text: String,
    /// The recogniser's last word on it was had.
    pub settled: bool,
    /// Places in [`Record::utterances`] of what it consists of; their texts joined by spaces are `text`.
    pub utterances: Vec<usize>,
    /// How it was decided, with its ledger of latencies.
    pub report: Option<TurnReport>,
}

/// A reply of the interviewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// Which.
    pub reply: ReplyId,
    /// Its item.
    pub item: Option<ItemId>,
    /// When it was begun, before any sound of it.
    pub begun: Moment,
    /// It was to be heard, by the server's voice or the client's; else it is text.
    pub voice: bool,
    /// From its first to its last sound heard; of a text, when it was shown. None when nothing of it came.
    pub span: Option<Span>,
    /// Its words that were heard (or shown).
    pub text: String,
    /// Places in [`Record::utterances`] of its pieces.
    pub utterances: Vec<usize>,
    /// The name of the agenda's line that it says, as `hints[0]`; none where no reasons are kept.
    pub line: Option<String>,
    /// How it ended; none when the recording ends before.
    pub outcome: Option<Outcome>,
    /// When it ended.
    pub done: Option<Moment>,
}

/// Whose words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The candidate.
    Candidate,
    /// The interviewer.
    Interviewer,
}

/// What was said without a decided pause, or typed: the unit that is quoted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Utterance {
    /// Its name, counting from 1 over both speakers in the order in which their words were recorded. Stays the same
    /// for the same recording.
    pub id: u32,
    /// Whose.
    pub speaker: Speaker,
    /// The item it is part of; none of the candidate's words that became no turn ("mm-hm" over the interviewer).
    pub item: Option<ItemId>,
    /// When it was heard; words in it lie about evenly within.
    pub span: Span,
    /// Its words; of the interviewer those that were heard.
    pub text: String,
    /// The recogniser's last word; else what it had when it failed or the recording ended.
    pub is_final: bool,
    /// The step that brought these words.
    pub seq: u64,
}

impl Utterance {
    /// Its words: first character, the one after the last, and when each was said, as near as a recording tells: evenly within the
    /// whole.
    pub fn words(&self) -> Vec<(u32, u32, At)> {
        let words = words::words(&self.text);
        let count = words.len() as u64;
        let middle = |number: u64| Ms(self.span.length().0.saturating_mul(2 * number + 1) / (2 * count).max(1));
        let timed = (0..).zip(words);
        timed.map(|(number, word)| (word.chars.start, word.chars.end, self.span.from + middle(number))).collect()
    }
}

/// Who has the floor from a moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FloorChange {
    /// The step.
    pub seq: u64,
    /// When.
    pub at: At,
    /// Who.
    pub state: FloorState,
    /// The rule or fact that led there.
    pub why: String,
}

/// A sound of the candidate over the interviewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overlap {
    /// The step at which it was noticed.
    pub seq: u64,
    /// From its being noticed to its decision.
    pub span: Span,
    /// The reply it was over, if it was begun.
    pub reply: Option<ReplyId>,
    /// It took the floor.
    pub took_floor: bool,
    /// The fact that decided.
    pub why: String,
}

/// A run of the candidate's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Which.
    pub run: RunId,
    /// The step that asked for it: the code stood as [`Code::at_step`] gives it.
    pub seq: u64,
    /// When it was asked for.
    pub at: At,
    /// When and at which step it came to its end; none when the recording ends before.
    pub done: Option<Moment>,
    /// On which tests.
    pub scope: RunScope,
    /// The code's language.
    pub language: Language,
    /// FNV-1a 64 of the code, in hex.
    pub code_hash: String,
    /// What it came to; none when the recording ends before.
    pub result: Option<RunResult>,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunResult {
    /// It was run.
    Finished(RunReport),
    /// It came to nothing, by no fault of the code.
    Failed(RunFailure),
}

impl Run {
    /// What it came to, of a run of tests that was run.
    pub fn tested(&self) -> Option<&RunReport> {
        match &self.result {
            Some(RunResult::Finished(report)) if self.scope != RunScope::Custom => Some(report),
            _ => None,
        }
    }
}

/// A hint that was released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// The step.
    pub seq: u64,
    /// When.
    pub at: At,
    /// Its tier; 1 is the gentlest.
    pub tier: u8,
    /// How it came about.
    pub by: HintBy,
}

/// How a hint came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HintBy {
    /// The candidate asked in words.
    Words,
    /// The candidate asked by hand.
    Button,
    /// The interviewer offered it and the candidate took it.
    Offer,
}

/// A phase and its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhaseSpan {
    /// The step that began it.
    pub seq: u64,
    /// Which.
    pub phase: Phase,
    /// Of a design: its stretch.
    pub part: Option<String>,
    /// From its beginning to the next one's, or to the end.
    pub span: Span,
}

/// Something that the candidate's page noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signal {
    /// The step.
    pub seq: u64,
    /// When.
    pub at: At,
    /// What, as the page named it: `focus_lost`, `focus_back`, `paste`, `fullscreen_left`, or any other.
    pub kind: String,
}

/// The interviewer spoke first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SpokeUp {
    /// The step.
    pub seq: u64,
    /// When.
    pub at: At,
    /// Why.
    pub trigger: Trigger,
}

/// A choice of the agenda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The step.
    pub seq: u64,
    /// When.
    pub at: At,
    /// The reply that says it; none when nothing is said.
    pub reply: Option<ReplyId>,
    /// The line's name, as `hints[0]`.
    pub line: String,
    /// The rule or fact that chose it.
    pub why: String,
}

impl Record {
    /// The record of the recording in `folder`.
    ///
    /// # Errors
    /// When it is no recording or cannot be read; a torn end is left out, as in replays.
    pub fn open(folder: &Path) -> Result<Record, ReadError> {
        let recording = Recording::open(folder)?;
        let bytes = recording.read_steps()?;
        Record::read(recording.header().setup.clone(), recording.steps(&bytes))
    }

    /// The record of these steps, made by an interview with this setup.
    ///
    /// # Errors
    /// When a step cannot be read.
    pub fn read(setup: Setup, steps: Steps) -> Result<Record, ReadError> {
        let mut fold = Fold::new(setup);
        for line in steps {
            fold.step(line?);
        }
        Ok(fold.end())
    }

    /// The turn that became this item.
    pub fn turn(&self, item: ItemId) -> Option<&Turn> {
        self.turns.iter().find(|turn| turn.item == item)
    }

    /// The utterance of this id.
    pub fn utterance(&self, id: u32) -> Option<&Utterance> {
        self.utterances.iter().find(|utterance| utterance.id == id)
    }

    /// The run of this id.
    pub fn run(&self, id: RunId) -> Option<&Run> {
        self.runs.iter().find(|run| run.run == id)
    }

    /// The phase at this time; none before the first.
    pub fn phase_at(&self, at: At) -> Option<Phase> {
        self.phases.iter().rev().find(|phase| phase.span.from <= at).map(|phase| phase.phase)
    }

    /// The candidate's voice within a turn.
    pub fn speech_of(&self, item: ItemId) -> impl Iterator<Item = &Segment> {
        self.speech.iter().filter(move |segment| segment.turn == Some(item))
    }

    /// What the candidate said or typed in turns, in order.
    pub fn said(&self) -> impl Iterator<Item = &Utterance> {
        self.utterances.iter().filter(|utterance| utterance.speaker == Speaker::Candidate && utterance.item.is_some())
    }
}
