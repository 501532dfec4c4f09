//! The agenda decides what comes next; who phrases it (a model or the author's own lines) is not its matter. It goes by the
//! course of the question's kind (`coding`, `story`, `design`), by what the candidate's words ask for (`heard`), and by facts
//! (`known`). A line counts as said once it was heard; every choice has a reason that goes into the recording.

pub mod approach;
mod choosing;
pub mod clarifications;
mod coding;
pub mod condition;
pub mod course;
mod design;
pub mod facts;
mod follow_ups;
pub mod ground;
pub mod heard;
mod hints;
mod known;
mod lines;
mod naming;
pub mod phrases;
pub mod places;
mod remarks;
mod story;
pub mod work;

#[cfg(test)]
mod tests;

use super::command::Phase;
use crate::units::*;
use course::Kind;
pub use ground::Ground;
use heard::Heard;
use hints::Ladder;
use places::Places;
use serde::{Deserialize, Serialize};
use work::Work;

/// Something to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Hello.
    Greeting,
    /// The question.
    Opening,
    /// The question once more.
    Again,
    /// A follow-up, by its place in the question's file.
    FollowUp(usize),
    /// Answers to what was asked about, by their places.
    Answers(Places),
    /// What was asked about is left open by the author.
    LeftOpen,
    /// What was asked is for the candidate to find out.
    Yours,
    /// Leave is given.
    GoAhead,
    /// How would you do it?
    HowTo,
    /// Leads into a phase and leaves the floor.
    To(Phase),
    /// Asks for a run.
    RunIt,
    /// Offers a hint.
    HintOffer,
    /// A hint, by its place on the ladder.
    Hint(usize),
    /// There are no more hints.
    NoHint,
    /// A remark on a run or on a change of approach, with a question that names the candidate's code.
    Remark,
    /// Asks how it goes.
    CheckIn,
    /// Asks for a part of a story, by the probe's place.
    Probe(usize),
    /// Begins a stretch of a design.
    Stretch(usize),
    /// Looks closer at a part of a design.
    DeepDive(usize),
    /// Changes something on the way of a design.
    Curveball(usize),
    /// Anything fitting: a short remark is answered, a thinker is encouraged.
    Free,
    /// Says nothing and listens.
    Nothing,
    /// Last words.
    Closing,
}

impl Line {
    /// Its name in recordings.
    pub fn name(self) -> String {
        let at = |name: &str, place: usize| format!("{name}[{place}]");
        match self {
            Line::Greeting => "greeting".into(),
            Line::Opening => "opening".into(),
            Line::Again => "again".into(),
            Line::FollowUp(place) => at("follow_ups", place),
            Line::Answers(places) => places.iter().map(|place| at("told", place)).collect::<Vec<_>>().join(" "),
            Line::LeftOpen => "left_open".into(),
            Line::Yours => "yours".into(),
            Line::GoAhead => "go_ahead".into(),
            Line::HowTo => "how_to".into(),
            Line::To(_) => "phase".into(),
            Line::RunIt => "run_it".into(),
            Line::HintOffer => "hint_offer".into(),
            Line::Hint(place) => at("hints", place),
            Line::NoHint => "no_hint".into(),
            Line::Remark => "remark".into(),
            Line::CheckIn => "check_in".into(),
            Line::Probe(place) => at("probes", place),
            Line::Stretch(place) => at("phases", place),
            Line::DeepDive(place) => at("deep_dives", place),
            Line::Curveball(place) => at("curveballs", place),
            Line::Free => "free".into(),
            Line::Nothing => "nothing".into(),
            Line::Closing => "closing".into(),
        }
    }

    /// It asks for something, so that the next turn is an answer to it.
    fn asks(self) -> bool {
        matches!(
            self,
            Line::FollowUp(_)
                | Line::HowTo
                | Line::HintOffer
                | Line::Remark
                | Line::CheckIn
                | Line::Probe(_)
                | Line::Stretch(_)
                | Line::DeepDive(_)
                | Line::Curveball(_)
        )
    }
}

/// What is said before a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// That a phase begins.
    Phase(Phase),
    /// What the last run came to.
    Remark,
}

/// What comes next, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// What is said.
    pub line: Line,
    /// What is said before it.
    pub lead: Option<Lead>,
    /// The phase that begins with it.
    pub into: Option<Phase>,
    /// The rule or fact that chose it.
    pub why: &'static str,
}

impl Next {
    /// A line for this reason.
    pub fn line(line: Line, why: &'static str) -> Next {
        Next { line, lead: None, into: None, why }
    }

    /// It is said as it stands, whoever phrases the rest: what a hint may tell is the author's to say, and a remark on code
    /// holds names and values that the candidate chose, which are not to stand among a model's instructions.
    pub fn is_verbatim(self) -> bool {
        let line = matches!(self.line, Line::Hint(_) | Line::NoHint | Line::HintOffer | Line::Remark);
        line || self.lead == Some(Lead::Remark)
    }

    /// It begins a phase.
    fn into(self, phase: Phase) -> Next {
        Next { into: Some(phase), ..self }
    }

    /// It is led in.
    fn after(self, lead: Lead) -> Next {
        Next { lead: Some(lead), ..self }
    }
}

/// Why the interviewer speaks without having been spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The first run of the tests came to its end.
    FirstRun,
    /// So many runs in a row failed a visible test.
    FailingStreak,
    /// No key, no word and no run for long while code is written or tested.
    Stall,
    /// The code goes another way than before.
    ApproachSwitch,
    /// Silence of both for long.
    LongSilence,
    /// The time of a phase is used up, or its aim is reached.
    PhaseOver,
}

impl Trigger {
    /// Its name, as it stands in recordings.
    pub fn name(self) -> &'static str {
        match self {
            Trigger::FirstRun => "first_run",
            Trigger::FailingStreak => "failing_streak",
            Trigger::Stall => "stall",
            Trigger::ApproachSwitch => "approach_switch",
            Trigger::LongSilence => "long_silence",
            Trigger::PhaseOver => "phase_over",
        }
    }
}

/// Where the interview stands.
#[derive(Clone, Debug)]
pub struct Agenda {
    phase: Phase,
    greeted: bool,
    opened: bool,
    time_nearly_up: bool,
    random: u64,
    last_acknowledgement: Option<usize>,
    /// The candidate's last turn, read.
    turn: Heard,
    /// Something was asked that the next turn answers.
    awaits_answer: bool,
    /// The last turn answers what was asked.
    answers_us: bool,
    /// The last turn was spoken into what was being said: it is meant for the interviewer.
    interrupts: bool,
    /// Follow-ups that were asked.
    asked: Places,
    /// What was told because it was asked for.
    told: Places,
    /// Edge cases that were named.
    named: Places,
    /// Parts of the story that were told, by the places of their probes.
    heard_parts: Places,
    /// Probes that were asked.
    probed: Places,
    /// The stretch of the design, and how long into the time box it began.
    stretch: usize,
    stretch_began: Ms,
    /// The prompt of the stretch was said.
    stretch_opened: bool,
    /// Turns of the candidate in this stretch.
    stretch_turns: u8,
    dives: Places,
    curveballs: Places,
    ladder: Ladder,
    /// The approach recognised last, by its place.
    approach: Option<usize>,
    work: Work,
    /// The candidate was asked to run the code.
    asked_to_run: bool,
    /// Who spoke into the last words was answered.
    answered_last: bool,
    /// Turns that were let pass in silence since code was invited.
    passed: u8,
    /// How long into the time box the question was put.
    opened_at: Ms,
}

impl Agenda {
    /// Before the first word.
    pub fn new(seed: u64) -> Self {
        Agenda {
            phase: Phase::Greet,
            greeted: false,
            opened: false,
            time_nearly_up: false,
            random: seed,
            last_acknowledgement: None,
            turn: Heard::default(),
            awaits_answer: false,
            answers_us: false,
            interrupts: false,
            asked: Places::default(),
            told: Places::default(),
            named: Places::default(),
            heard_parts: Places::default(),
            probed: Places::default(),
            stretch: 0,
            stretch_began: Ms(0),
            stretch_opened: false,
            stretch_turns: 0,
            dives: Places::default(),
            curveballs: Places::default(),
            ladder: Ladder::default(),
            approach: None,
            work: Work::default(),
            asked_to_run: false,
            answered_last: false,
            passed: 0,
            opened_at: Ms(0),
        }
    }

    /// The phase.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The stretch of a design that the interview is in, by its id.
    pub fn part(&self, course: &course::Course) -> Option<String> {
        let in_design = self.phase == Phase::Design;
        course.stretches.get(self.stretch).filter(|_| in_design).map(|stretch| stretch.id.clone())
    }

    /// Phase and stretch: what the client is told of when it changes.
    pub fn standing(&self) -> (Phase, usize) {
        (self.phase, self.stretch)
    }

    /// Takes in a turn of the candidate: what it asks for holds until the next, what it shows stays. Taking the same turn in
    /// again changes nothing.
    pub fn hear(&mut self, text: &str, interrupts: bool, ground: &Ground) {
        self.turn = Heard::read(text, ground.course, ground.phrases, ground.lexicon);
        self.interrupts = interrupts;
        self.answers_us |= std::mem::take(&mut self.awaits_answer);
        self.named = self.named.with(self.turn.names);
        self.heard_parts = self.heard_parts.with(self.turn.tells);
        match ground.course.kind {
            Kind::Coding if self.opened => self.hear_in_coding(),
            Kind::Coding | Kind::Talk | Kind::Behavioural | Kind::SystemDesign => {}
        }
    }

    /// The last words were heard: whatever is said now, nothing is to be answered.
    pub fn is_closed(&self) -> bool {
        self.phase >= Phase::WrapUp
    }

    /// Who speaks into the last words is answered once: whether it is that time.
    pub fn takes_last_question(&mut self) -> bool {
        !std::mem::replace(&mut self.answered_last, true)
    }

    /// The time box nears its end: the next line is the last.
    pub fn time_nearly_up(&mut self) {
        self.time_nearly_up = true;
    }

    /// The interview is over.
    pub fn end(&mut self) {
        self.phase = Phase::Ended;
    }

    /// The candidate's code and its runs.
    pub fn work(&self) -> &Work {
        &self.work
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = self.phase.max(phase);
    }
}
