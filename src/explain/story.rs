//! Folds the steps of a recording into entries: a chapter for what came before the first turn, then one for each turn of
//! the candidate with the answer to it.

use super::meaning;
use crate::interview::Interview;
use crate::interview::command::{Command, FloorState, Outcome, Show, TurnReport};
use crate::interview::event::{Event, Role};
use crate::interview::floor::FloorSettings;
use crate::interview::run::{RunReport, TestReport, Verdict};
use crate::interview::setup::{Interviewer, Setup};
use crate::interview::spending::Spending;
use crate::recording::format::Step;
use crate::spelling::spelled;
use crate::units::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// A whole interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Story {
    /// What was asked.
    pub question: String,
    /// What the calls of the model cost; none where the question's author phrased everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spending: Option<Spending>,
    /// What comes before the first turn, then the turns.
    pub chapters: Vec<Chapter>,
}

/// A turn of the candidate and what came of it, up to the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Chapter {
    /// Its number; none before the first turn, and of a turn that came to nothing.
    pub turn: Option<TurnId>,
    /// The item it became.
    pub item: Option<ItemId>,
    /// When it begins.
    pub begins: At,
    /// The candidate's words.
    pub words: String,
    /// What happened, in order.
    pub entries: Vec<Entry>,
    /// How the turn was decided, and its ledger.
    pub report: Option<TurnReport>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// When.
    pub at: At,
    /// What it is about.
    pub kind: Kind,
    /// As a person reads it.
    pub text: String,
}

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Sound or words of the candidate.
    Candidate,
    /// The editor.
    Code,
    /// A run of the code.
    Run,
    /// A decision of turn-taking.
    Decision,
    /// What the interviewer says.
    Interviewer,
    /// The course of the interview.
    Course,
    /// A service, or the connection.
    Service,
}

/// Folds steps.
pub struct Teller {
    /// The core, fed with the same events: it holds the code as it stood.
    core: Interview,
    answers: Vec<Command>,
    floor: FloorSettings,
    interviewer: Interviewer,
    story: Story,
    now: At,
    /// Words of the candidate so far, which the next ones replace.
    partial: Option<(At, String)>,
    /// Edits since the last other entry: when they began, and how many.
    edits: Option<(At, u32)>,
    said: BTreeMap<ReplyId, String>,
}

impl Teller {
    /// Before the first step.
    pub fn new(setup: Setup) -> Teller {
        let story =
            Story { question: setup.question.title.clone(), spending: None, chapters: vec![Chapter::default()] };
        Teller {
            floor: setup.floor.clone(),
            interviewer: setup.interviewer,
            core: Interview::new(setup),
            answers: Vec::new(),
            story,
            now: At(0),
            partial: None,
            edits: None,
            said: BTreeMap::new(),
        }
    }

    /// Takes one step.
    pub fn step(&mut self, step: Step) {
        match step {
            Step::Event(at, event) => {
                self.now = at;
                self.event(event.clone());
                let before = self.core.spending();
                self.core.handle(at, event, &mut self.answers);
                self.answers.clear();
                self.spent(&before);
            }
            Step::Command(command) => self.command(command),
        }
    }

    /// After the last step.
    pub fn end(mut self) -> Story {
        self.settle();
        self.story.spending = Some(self.core.spending()).filter(|spending| spending.calls > 0);
        self.story.chapters.retain(|chapter| chapter.turn.is_some() || !chapter.entries.is_empty());
        self.story
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::ClientJoined { resumed } => {
                self.tell(Kind::Service, if resumed { "the client is back" } else { "the client joins" })
            }
            Event::ClientLeft => self.tell(Kind::Service, "the client is gone"),
            Event::PartialHeard { text, .. } => self.heard(text),
            Event::FinalHeard { text, .. } => {
                self.partial = None;
                self.tell(Kind::Candidate, format!("final words: {}", quoted(&text)));
            }
            Event::TranscriptionFailed { kind, .. } => self.tell(Kind::Service, format!("recognition failed ({kind})")),
            Event::ItemCreated { role: Role::Candidate, text, .. } => {
                self.tell(Kind::Candidate, format!("types {}", quoted(&text)))
            }
            Event::ModelFailed { kind, .. } => self.tell(Kind::Service, format!("the model failed ({kind})")),
            Event::SpeechFailed { kind, .. } => self.tell(Kind::Service, format!("the voice failed ({kind})")),
            Event::EditorChanged { .. } => self.edited(),
            Event::EditorReplaced { language, text } => {
                self.tell(Kind::Code, format!("sets the {language} text ({} lines)", text.lines().count()))
            }
            Event::LanguageChosen { language } => self.tell(Kind::Code, format!("goes on in {language}")),
            Event::RunRequested { scope, .. } => self.tell(Kind::Run, format!("asks for a run ({})", spelled(&scope))),
            Event::HintRequested => self.tell(Kind::Course, "asks for a hint by hand"),
            Event::Paused => self.tell(Kind::Course, "pauses the interview"),
            Event::Unpaused => self.tell(Kind::Course, "goes on after the pause"),
            Event::Overflowed { queue } => self.tell(Kind::Service, format!("sound was lost ({})", spelled(&queue))),
            Event::RecordingFailed => self.tell(Kind::Service, "the recording stopped"),
            _ => {}
        }
    }

    /// What became of secret answers and of second calls.
    fn spent(&mut self, before: &Spending) {
        let now = self.core.spending();
        if now.dropped_calls > before.dropped_calls {
            let (tokens, share) = (now.dropped - before.dropped, now.dropped * 1000 / now.tokens.max(1));
            let text =
                format!("the answer made in secret is dropped unheard: {tokens} tokens, in all {share} permille");
            self.tell(Kind::Service, text);
        }
        if now.hedges_won > before.hedges_won {
            self.tell(Kind::Service, "the second call of the model answers first");
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Show(show) => self.show(show),
            Command::AskModel { speculative, hedges, .. } if self.interviewer == Interviewer::Model => {
                let how = match hedges {
                    Some(_) => " a second time: it has not begun to answer within its usual time",
                    None if speculative => " in secret",
                    None => "",
                };
                self.tell(Kind::Service, format!("the model is asked{how}"));
            }
            Command::Note { line, why, .. } => {
                self.tell(Kind::Decision, format!("the agenda chooses {line}: {}", meaning::of_reason(&why)))
            }
            Command::PausePlayout => self.tell(Kind::Decision, "sound stops until it is decided what that was"),
            Command::ResumePlayout => self.tell(Kind::Decision, "sound goes on where it stopped"),
            Command::End { reason } => self.tell(Kind::Course, format!("the interview ends ({})", spelled(&reason))),
            _ => {}
        }
    }

    fn show(&mut self, show: Show) {
        match show {
            Show::SpeechStarted { item, .. } => self.turn_begins(item),
            Show::TranscriptDone { item, text } => self.words_are(item, text),
            Show::ReplyWrote { reply, delta, .. } => self.writes(reply, &delta),
            Show::ReplyDone { reply, outcome, .. } => self.reply_done(reply, outcome),
            Show::Floor { state, why } => self.floor(state, &why),
            Show::Turn(report) => self.report(report),
            Show::Phase { phase, part, left } => {
                let part = part.map(|part| format!(" ({part})")).unwrap_or_default();
                self.tell(Kind::Course, format!("phase {}{part}, {} min left", spelled(&phase), left.0 / 60_000))
            }
            Show::Hint { tier, left, .. } => self.tell(Kind::Course, format!("hint {tier} is given, {left} are left")),
            Show::SpokeUp { trigger } => self.tell(
                Kind::Decision,
                format!("the interviewer speaks first: {}", meaning::of_reason(&spelled(&trigger))),
            ),
            Show::RunFinished { report, .. } => self.tell(Kind::Run, outcome(&report)),
            Show::RunFailed { kind, message, .. } => {
                self.tell(Kind::Run, format!("the run came to nothing ({}): {message}", spelled(&kind)))
            }
            Show::Notice { code } => self.tell(Kind::Service, format!("notice: {}", spelled(&code))),
            Show::Refused { code, .. } => self.tell(Kind::Service, format!("refused: {}", spelled(&code))),
            _ => {}
        }
    }

    fn turn_begins(&mut self, item: ItemId) {
        // What was heard so far of an interruption belongs to the turn that it opens.
        let partial = self.partial.take();
        self.settle();
        let begins = self.now;
        self.story.chapters.push(Chapter { item: Some(item), begins, ..Chapter::default() });
        self.partial = partial;
    }

    fn heard(&mut self, text: String) {
        let since = self.partial.take().map_or(self.now, |(since, _)| since);
        self.partial = Some((since, text));
    }

    fn edited(&mut self) {
        let (since, count) = self.edits.unwrap_or((self.now, 0));
        self.edits = Some((since, count + 1));
    }

    fn words_are(&mut self, item: ItemId, text: String) {
        if let Some(chapter) = self.story.chapters.iter_mut().rev().find(|chapter| chapter.item == Some(item)) {
            chapter.words = text;
        }
    }

    fn report(&mut self, report: TurnReport) {
        let item = Some(report.item);
        if let Some(chapter) = self.story.chapters.iter_mut().rev().find(|chapter| chapter.item == item) {
            chapter.turn = Some(report.turn);
            chapter.report = Some(report);
        }
    }

    fn writes(&mut self, reply: ReplyId, delta: &str) {
        let said = self.said.entry(reply).or_default();
        said.push_str(delta);
        let delta = delta.trim().to_owned();
        self.tell(Kind::Interviewer, format!("says {}", quoted(&delta)));
    }

    fn reply_done(&mut self, reply: ReplyId, outcome: Outcome) {
        let words = self.said.remove(&reply).unwrap_or_default().split_whitespace().count();
        let how = match outcome {
            Outcome::Completed => "was said to its end".to_owned(),
            Outcome::Interrupted => "was cut off by the candidate".to_owned(),
            Outcome::Cancelled => "was stopped".to_owned(),
            Outcome::CutShort => "hit the model's length limit".to_owned(),
            Outcome::Failed(kind) => format!("failed ({kind})"),
        };
        self.tell(Kind::Interviewer, format!("the answer of {words} words {how}"));
    }

    fn floor(&mut self, state: FloorState, why: &str) {
        let because = meaning::of_reason(why);
        let text = match state {
            FloorState::CandidateSpeaking => format!("the candidate speaks: {because}"),
            FloorState::CandidatePausing | FloorState::GivingTime => self.pausing(state, why),
            FloorState::AddressedElsewhere => format!("the interviewer leaves them to it: {because}"),
            FloorState::Preparing => format!("an answer is due: {because}"),
            FloorState::InterviewerSpeaking => format!("the interviewer speaks: {because}"),
            FloorState::InterviewerPaused => format!("the interviewer holds: {because}"),
            FloorState::Listening => format!("the floor is free: {because}"),
            FloorState::Paused | FloorState::Ended => because.to_owned(),
        };
        self.tell(Kind::Decision, text);
    }

    fn pausing(&self, state: FloorState, rule: &str) -> String {
        let gives = if state == FloorState::GivingTime { "time is given" } else { "the candidate pauses" };
        let because = meaning::of_reason(rule);
        let longer = self.core.pausing().filter(|verdict| verdict.rule == rule);
        match self.wait_of(rule) {
            Some((setting, wait)) if let Some((verdict, name)) = longer.and_then(|v| Some((v, v.stretched_by?))) => {
                let why = meaning::of_reason(name);
                format!(
                    "{gives}: {because}; rule {rule} would end the turn after {wait} ms (floor.{setting}), {name} waits \
                     {} ms: {why}",
                    verdict.wait
                )
            }
            Some((setting, wait)) => {
                format!("{gives}: {because}; rule {rule} ends the turn after {wait} ms of silence (floor.{setting})")
            }
            None => format!("{gives}: {because} (rule {rule})"),
        }
    }

    /// The setting of a rule and its value in this recording.
    fn wait_of(&self, rule: &str) -> Option<(&'static str, u64)> {
        let setting = meaning::of_rule(rule)?.setting?;
        let settings = serde_json::to_value(&self.floor).ok()?;
        Some((setting, settings.get(setting)?.as_u64()?))
    }

    fn tell(&mut self, kind: Kind, text: impl Into<String>) {
        self.settle();
        let at = self.now;
        self.push(Entry { at, kind, text: text.into() });
    }

    /// Writes down what was gathered.
    fn settle(&mut self) {
        if let Some((at, count)) = self.edits.take() {
            let last = self.now;
            let text = match count {
                1 => format!("edits the code: {}", self.code()),
                _ => format!("edits the code ({count} edits up to {}): {}", super::text::clock(last), self.code()),
            };
            self.push(Entry { at, kind: Kind::Code, text });
        }
        if let Some((at, words)) = self.partial.take() {
            self.push(Entry { at, kind: Kind::Candidate, text: format!("heard so far: {}", quoted(&words)) });
        }
    }

    /// How much code there is.
    fn code(&self) -> String {
        let Some(editor) = self.core.editor() else { return String::new() };
        let language = editor.language();
        format!("{} lines of {language}", editor.text(language).lines().count())
    }

    fn push(&mut self, entry: Entry) {
        if let Some(chapter) = self.story.chapters.last_mut() {
            chapter.entries.push(entry);
        }
    }
}

/// What a run came to, in a sentence.
fn outcome(report: &RunReport) -> String {
    if let Some(compile) = report.compile.as_ref().filter(|compile| compile.verdict != Verdict::Accepted) {
        let line = compile.line.map(|line| format!(", line {line}")).unwrap_or_default();
        return format!("the code does not compile{line}");
    }
    let (passed, asked) = report.visible();
    let mut text = format!("{passed} of {asked} tests pass");
    if let Some(hidden) = report.hidden {
        text.push_str(&format!(", {} of {} hidden ones", hidden.passed, hidden.total));
    }
    if let Some(test) = report.tests.iter().find(|test| test.verdict != Verdict::Accepted) {
        text.push_str(&failure(test));
    }
    text
}

fn failure(test: &TestReport) -> String {
    let error = test.error.as_ref().map(|error| {
        let line = error.line.map(|line| format!(" in line {line}")).unwrap_or_default();
        format!(", {}{line}", error.kind)
    });
    format!("; {} fails ({}{})", test.id, spelled(&test.verdict), error.unwrap_or_default())
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
