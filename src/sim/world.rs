//! The fourth driver: the core among simulated people and services. The loop is `live`'s: consequences of commands, due
//! timers, then one event at a time; each is recorded before it is handled, its commands before they are performed.

use super::candidate::{Candidate, HOP, Seen};
use super::checks::Checks;
use super::golden::Log;
use super::listener::Listener;
use super::player::Player;
use super::playout::{Out, Playout};
use super::runs::Runner;
use super::scenario::{Act, Scenario};
use super::services::{Browser, Model, Recogniser, Spoken, Synthesis};
use super::typist::Typist;
use crate::interview::Interview;
use crate::interview::agenda::Trigger;
use crate::interview::command::{Command, FloorState, Outcome, Show, TurnReport};
use crate::interview::event::{EndReason, Event, Place, Role};
use crate::interview::run::{RunReport, RunScope};
use crate::interview::setup::{Voice, Words};
use crate::language::Language;
use crate::recording::StepEncoder;
use crate::spelling::spelled;
use crate::units::*;
use std::collections::BTreeMap;

/// Microphone sound arrives in packets of two hops, as in `live`.
const PACKET_HOPS: u64 = 2;
/// More timers than this at one instant are a loop.
const TIMERS_AT_ONCE_MAX: usize = 50;
/// No interview takes longer, whatever its script says.
const WORLD_MAX: At = At(4 * 3_600_000);

/// An interview and its world.
pub struct World {
    pub(super) core: Interview,
    pub(super) now: At,
    pub(super) candidate: Candidate,
    pub(super) player: Player,
    pub(super) playout: Playout,
    pub(super) model: Model,
    pub(super) synthesis: Synthesis,
    runner: Runner,
    pub(super) hands: Option<Typist>,
    pub(super) facts: Facts,
    checks: Checks,
    recogniser: Recogniser,
    end_of_turn: Listener,
    browser: Option<Browser>,
    spoken: Spoken,
    mic: SampleIdx,
    /// The end of the last packet of microphone sound.
    mic_at: At,
    client: Client,
    echo: Echo,
    encoder: Option<StepEncoder>,
    steps: Vec<u8>,
    log: Option<Log>,
    commands: Vec<Command>,
    speeches: BTreeMap<SpeechId, (ItemId, String)>,
    stop_at: At,
    /// What the client drops because the candidate took the floor; it says so next.
    truncated: Option<(ItemId, Ms)>,
}

/// What is kept of a run beside its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The steps and a readable log.
    Log,
    /// The steps.
    Steps,
    /// Nothing: half the work of an interview is writing it down.
    Nothing,
}

/// Whether the client is attached and sends sound.
#[derive(Debug, Default)]
struct Client {
    gone_until: Option<At>,
    mute_until: Option<At>,
    paused_until: Option<At>,
    /// Shown while the client was gone; it sees them when it comes back.
    missed: Vec<Show>,
}

/// The interviewer's voice in the microphone.
#[derive(Debug, Default)]
struct Echo {
    length: Ms,
    words: BTreeMap<ItemId, usize>,
}

/// What came of the interview, as the candidate's side saw it.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Why it ended, and when.
    pub ended: Option<(At, EndReason)>,
    /// Replies in order: id, item, when begun, and how they ended.
    pub replies: Vec<ReplyFacts>,
    /// Floor states in order, each with its reason.
    pub floor: Vec<(At, FloorState, String)>,
    /// Reports of turns, the last of each turn.
    pub turns: BTreeMap<TurnId, TurnReport>,
    /// Turns that became items, in order.
    pub committed: Vec<(At, ItemId)>,
    /// When each candidate's item was first spoken of.
    pub started: BTreeMap<ItemId, At>,
    /// Notices in order.
    pub notices: Vec<crate::interview::command::NoticeCode>,
    /// Refusals in order.
    pub refusals: Vec<crate::interview::command::RefusalCode>,
    /// What runs came to, in order, as [`super::scenario::Expect::runs`] writes it.
    pub runs: Vec<String>,
    /// Why the interviewer spoke first, in order.
    pub spoke_up: Vec<Trigger>,
    /// Tiers of hints given, in order.
    pub hints: Vec<u8>,
    /// Phases, in order.
    pub phases: Vec<String>,
    /// Items and when the first sound of their second piece was to be heard: where the first was an opener, the answer itself.
    pub after_opener: BTreeMap<ItemId, At>,
    /// Calls of the model.
    pub model_calls: usize,
    /// What the model was asked, call by call; only of runs with a readable log.
    pub prompts: Vec<Vec<crate::interview::Message>>,
    /// When the last complete reply was heard to its end.
    pub heard_at: Option<At>,
}

/// One reply.
#[derive(Clone, Debug)]
pub struct ReplyFacts {
    /// Its id.
    pub reply: ReplyId,
    /// Its item.
    pub item: Option<ItemId>,
    /// When it was begun.
    pub at: At,
    /// With sound.
    pub voice: bool,
    /// How it ended, and when.
    pub done: Option<(At, Outcome)>,
}

/// What is left of a world that came to its end.
pub struct Run {
    /// The steps, as `steps.jsonl` of a recording, if they were kept.
    pub steps: Vec<u8>,
    /// The readable log, if it was asked for.
    pub log: Option<String>,
    /// What was wrong, in order.
    pub violations: Vec<String>,
    /// What came of it.
    pub facts: Facts,
    /// Lengths and counts of turn-taking.
    pub measure: super::measure::Measure,
    /// Items of the candidate and of the interviewer.
    pub items: Vec<crate::interview::Item>,
    /// How long it took in its own time.
    pub duration: Ms,
}

impl World {
    /// A world for this scenario.
    pub fn new(scenario: &Scenario, keep: Keep) -> Self {
        let setup = scenario.setup();
        let (seed, words) = (scenario.seed, setup.words);
        let partials = matches!(words, Words::Recogniser { partials: true, .. });
        World {
            now: At(0),
            candidate: Candidate::new(&scenario.line, &scenario.manner, seed),
            player: Player::new(&scenario.client, setup.voice == Voice::Client),
            playout: Playout::default(),
            model: Model::new(&scenario.llm, seed),
            synthesis: Synthesis::new(&scenario.tts, seed),
            runner: Runner::new(&scenario.run, setup.workspace.as_ref()),
            hands: scenario.hands.as_ref().map(|manner| Typist::new(manner, seed)),
            facts: Facts::default(),
            checks: Checks::new(scenario),
            recogniser: Recogniser::new(&scenario.stt, partials, seed),
            end_of_turn: Listener::new(scenario.end_of_turn.as_ref(), seed),
            browser: (words == Words::Client).then(|| Browser::new(&scenario.stt)),
            spoken: Spoken::default(),
            mic: SampleIdx(0),
            mic_at: At(0),
            client: Client::default(),
            echo: Echo { length: scenario.client.echo_ms, words: BTreeMap::new() },
            encoder: (keep != Keep::Nothing).then(StepEncoder::default),
            steps: Vec::new(),
            log: (keep == Keep::Log).then(Log::default),
            commands: Vec::new(),
            speeches: BTreeMap::new(),
            stop_at: scenario.stop_at_ms.unwrap_or(WORLD_MAX),
            truncated: None,
            core: Interview::new(setup),
        }
    }

    /// To the interview's end, or to the scenario's.
    pub fn run(mut self) -> Run {
        self.step(Event::ClientJoined { resumed: false });
        while self.facts.ended.is_none() && self.now < self.stop_at {
            self.settle();
            self.now = self.next_time().max(self.now);
            self.settle();
            self.happen();
        }
        if self.facts.ended.is_none() && self.stop_at == WORLD_MAX {
            self.checks.wrong(self.now, "the interview never ended".into());
        }
        self.finish()
    }

    fn next_time(&self) -> At {
        let packet = self.mic_at + Ms(HOP.0 * PACKET_HOPS);
        let others = [
            self.core.deadline().map(|(due, _)| due),
            self.recogniser.due(),
            self.end_of_turn.due(),
            self.model.due(),
            self.synthesis.due(),
            self.runner.due(),
            self.playout.due(),
            self.player.due().filter(|_| self.client.gone_until.is_none()),
            self.hands.as_ref().map(Typist::due).filter(|_| self.client.gone_until.is_none()),
        ];
        others.into_iter().flatten().fold(packet, At::min)
    }

    /// Timers that are due.
    fn settle(&mut self) {
        for _ in 0..TIMERS_AT_ONCE_MAX {
            let due = self.core.deadline().filter(|(due, _)| *due <= self.now && self.facts.ended.is_none());
            let Some((_, timer)) = due else { return };
            self.step(Event::TimerFired(timer));
        }
        self.checks.wrong(self.now, format!("timers fire without end: {:?}", self.core.deadline()));
        self.stop_at = self.now;
    }

    /// What is due now, each source once.
    fn happen(&mut self) {
        let now = self.now;
        self.candidate_acts();
        if self.client.gone_until.is_none()
            && let Some(event) = self.hands.as_mut().and_then(|hands| hands.next(now))
        {
            self.candidate.press_key();
            self.step(event);
        }
        if let Some(event) = self.model.next(now) {
            self.step(event);
        }
        if let Some(event) = self.synthesis.next(now, &mut self.playout) {
            self.step(event);
        }
        if let Some(event) = self.runner.next(now) {
            self.step(event);
        }
        if let Some(event) = self.end_of_turn.next(now) {
            self.step(event);
        }
        if let Some(event) = self.recogniser.next(now, &self.spoken, self.mic) {
            self.step(event);
        }
        if now >= self.mic_at + Ms(HOP.0 * PACKET_HOPS) {
            self.microphone();
        }
        match self.playout.next(now) {
            Some(Out::Chunk { speech, item, length, sent }) => {
                let heard_at = self.player.sound(now, item, length);
                // The first piece of an item may be an opener; what follows it never is.
                if self.speeches.range(..speech).any(|(_, (of, _))| *of == item) {
                    self.facts.after_opener.entry(item).or_insert(heard_at);
                }
                self.step(Event::PlayoutAdvanced { speech, sent });
            }
            Some(Out::Finished { speech, sent }) => self.step(Event::PlayoutFinished { speech, sent }),
            None => {}
        }
        if self.client.gone_until.is_none()
            && let Some(event) = self.player.next(now)
        {
            self.step(event);
        }
    }

    /// One event: recorded, handled; then its commands, recorded and performed.
    fn step(&mut self, event: Event) {
        if self.facts.ended.is_some() {
            return;
        }
        self.player.advance(self.now);
        if let Some(encoder) = self.encoder.as_mut() {
            encoder.event(&mut self.steps, self.now, &event);
        }
        if let Some(log) = self.log.as_mut() {
            log.event(self.now, &event);
        }
        self.checks.before(self.now, &event);
        let mut commands = std::mem::take(&mut self.commands);
        self.core.handle(self.now, event, &mut commands);
        if let Some(encoder) = self.encoder.as_mut() {
            encoder.commands(&mut self.steps, &commands);
        }
        for command in commands.drain(..) {
            if let Some(log) = self.log.as_mut() {
                log.command(&command);
            }
            self.checks.command(self.now, &command, &self.core, &self.player);
            self.perform(command);
        }
        self.commands = commands;
        if let Some((item, audio_end)) = self.truncated.take() {
            self.step(Event::ItemTruncated { item, audio_end });
        }
        self.checks.after(self.now, &self.core, &self.playout, &self.player, &self.candidate);
    }

    fn perform(&mut self, command: Command) {
        let now = self.now;
        match command {
            Command::Show(show) if self.client.gone_until.is_some() => self.client.missed.push(show),
            Command::Show(show) => self.shown(show),
            Command::StartTranscribing { utterance, from } => self.recogniser.start(now, utterance, from),
            Command::FinishTranscribing { utterance, to } => self.recogniser.finish(now, utterance, to),
            Command::DropTranscribing { utterance } => self.recogniser.forget(utterance),
            Command::ScoreEndOfTurn { up_to, .. } => {
                let is_done = !self.candidate.is_speaking();
                self.end_of_turn.ask(now, up_to, is_done);
            }
            Command::AskModel { request, .. } => {
                self.facts.model_calls += 1;
                if self.log.is_some() {
                    self.facts.prompts.push(self.core.messages(request).to_vec());
                }
                self.model.ask(now, request);
            }
            Command::Note { .. } => {}
            Command::CancelModel { request } => self.model.cancel(request),
            Command::Synthesize { speech, item, text, .. } => {
                self.playout.hold(speech, item);
                match self.is_opener(&text) {
                    true => self.synthesis.start_ready(now, speech, &text),
                    false => self.synthesis.start(now, speech, &text),
                }
                self.speeches.insert(speech, (item, text));
            }
            Command::Play { speech } => self.playout.play(speech),
            Command::DropSpeech { speech } => {
                self.playout.drop_speech(speech);
                self.synthesis.cancel(speech);
            }
            Command::PausePlayout => self.playout.pause(),
            Command::ResumePlayout => self.playout.resume(),
            // Nobody else looks into the simulated candidate's editor.
            Command::ShareEdit { .. } | Command::DropPeer { .. } => {}
            Command::RunCode { run, scope, .. } => self.runner.start(now, run, scope),
            Command::CancelRun { run } => self.runner.cancel(run),
            Command::End { reason } => self.facts.ended = Some((now, reason)),
        }
    }

    fn is_opener(&self, text: &str) -> bool {
        self.core.setup().openers.all().any(|opener| opener == text)
    }

    fn shown(&mut self, show: Show) {
        let now = self.now;
        match show {
            Show::ReplyCreated { reply, voice, .. } => {
                self.facts.replies.push(ReplyFacts { reply, item: None, at: now, voice, done: None });
            }
            Show::ReplyItemAdded { reply, item, .. } => {
                let found = self.facts.replies.iter_mut().rev().find(|facts| facts.reply == reply);
                found.into_iter().for_each(|facts| facts.item = Some(item));
            }
            Show::ReplyDone { reply, outcome, .. } => self.reply_done(reply, outcome),
            Show::Speak { item, text } => self.player.speak(now, item, &text),
            Show::SpeechStarted { item, .. } => {
                self.facts.started.insert(item, now);
                self.truncated = self.player.truncate(now);
            }
            Show::InputCommitted { item, .. } => self.facts.committed.push((now, item)),
            Show::Turn(report) => drop(self.facts.turns.insert(report.turn, report)),
            Show::RunFinished { report, .. } => self.facts.runs.push(told(&report)),
            Show::RunFailed { kind, .. } => self.facts.runs.push(spelled(&kind)),
            Show::SpokeUp { trigger } => self.facts.spoke_up.push(trigger),
            Show::Hint { tier, .. } => self.facts.hints.push(tier),
            Show::Phase { phase, part, .. } => self.facts.phases.push(super::expect::phase(phase, part)),
            Show::Notice { code } => self.facts.notices.push(code),
            Show::Refused { code, .. } => self.facts.refusals.push(code),
            Show::Floor { state, why } => {
                self.facts.floor.push((now, state, why));
                self.player.pause(now, matches!(state, FloorState::InterviewerPaused | FloorState::Paused));
            }
            _ => {}
        }
    }

    fn reply_done(&mut self, reply: ReplyId, outcome: Outcome) {
        let now = self.now;
        if let Some(facts) = self.facts.replies.iter_mut().rev().find(|facts| facts.reply == reply) {
            facts.done = Some((now, outcome));
        }
        if matches!(outcome, Outcome::Interrupted | Outcome::Cancelled) {
            self.player.forget(now);
        }
    }

    /// What the candidate sees and hears just now.
    fn seen(&mut self) -> Seen {
        self.player.advance(self.now);
        let last = self.player.audible().last().copied();
        let hearing = self.player.hearing().filter(|_| last.is_some_and(|span| span.to == self.now)).map(|item| {
            let spans = self.player.audible().iter().rev().take_while(|span| span.item == item);
            (item, spans.last().map_or(self.now, |span| span.from))
        });
        let reply = self.facts.replies.last();
        let over = reply.filter(|reply| {
            let to_its_end = matches!(reply.done, Some((_, outcome)) if outcome != Outcome::Interrupted);
            to_its_end && self.player.is_empty()
        });
        self.facts.heard_at = over.and_then(|reply| {
            let done = reply.done.map(|(at, _)| at)?;
            let audible = last.filter(|span| Some(span.item) == reply.item).map(|span| span.to);
            Some(audible.unwrap_or(done).max(done))
        });
        Seen {
            hearing,
            playing: self.player.is_playing(),
            heard_at: self.facts.heard_at,
            replied_at: reply.map(|reply| reply.at),
        }
    }

    fn candidate_acts(&mut self) {
        if self.client.gone_until.is_some_and(|until| until <= self.now) {
            self.come_back();
        }
        if self.client.paused_until.take_if(|until| *until <= self.now).is_some() {
            self.step(Event::Unpaused);
        }
        let seen = self.seen();
        let before = self.candidate.said().len();
        let Some(act) = self.candidate.act(self.now, &seen) else { return };
        if let Some(log) = self.log.as_mut() {
            log.candidate(self.now, &act, self.candidate.said().get(before));
        }
        match act {
            Act::Say(_) | Act::Noise(_) => {}
            Act::Type(text) => {
                self.step(Event::ItemCreated { role: Role::Candidate, text, place: Place::End });
                self.step(Event::ReplyRequested { instructions: None, voice: None, outside_conversation: false });
            }
            Act::Leave(length) => {
                self.client.gone_until = Some(self.now + length);
                self.step(Event::ClientLeft);
            }
            Act::Pause(length) => {
                self.client.paused_until = Some(self.now + length);
                self.step(Event::Paused);
            }
            Act::Mute(length) => self.client.mute_until = Some(self.now + length),
            Act::Happens(event) => self.step(event),
            Act::Write(text) => self.step(Event::EditorReplaced { language: Language::Python3, text }),
            Act::Run(scope) => {
                let input = (scope == RunScope::Custom).then(|| "[1]".to_owned());
                self.step(Event::RunRequested { scope, input });
            }
            Act::CommitMic => self.step(Event::MicCommitted { up_to: self.mic }),
            Act::ClearMic => self.step(Event::MicCleared { up_to: self.mic }),
            Act::Truncate(audio_end) => {
                let item = self.player.last_item().unwrap_or(ItemId(0));
                self.step(Event::ItemTruncated { item, audio_end });
            }
        }
    }

    fn come_back(&mut self) {
        self.client.gone_until = None;
        for show in std::mem::take(&mut self.client.missed) {
            self.shown(show);
        }
        self.step(Event::ClientJoined { resumed: true });
    }

    /// One packet of microphone sound.
    fn microphone(&mut self) {
        self.client.mute_until = self.client.mute_until.filter(|until| *until > self.now);
        let is_heard = self.client.gone_until.is_none() && self.client.mute_until.is_none();
        let echo = self.echo();
        for _ in 0..PACKET_HOPS {
            let mic = is_heard.then_some(self.mic);
            let voiced = self.candidate.hop(self.mic_at, mic, &mut self.spoken) || echo;
            self.mic_at = self.mic_at + HOP;
            if is_heard {
                self.mic = self.mic + HOP;
                let permille = self.candidate.score(voiced);
                self.step(Event::VoiceScored { up_to: self.mic, permille });
            }
        }
        if let Some(browser) = self.browser.as_mut().filter(|_| is_heard)
            && let Some(event) = browser.next(self.now, &self.spoken, self.mic)
        {
            self.step(event);
        }
    }

    /// Whether the interviewer's own voice is in the microphone, with its words.
    fn echo(&mut self) -> bool {
        if self.echo.length == Ms(0) {
            return false;
        }
        self.player.advance(self.now);
        let Some(item) = self.player.hearing().filter(|item| self.player.heard(*item) < self.echo.length) else {
            return false;
        };
        let text: Vec<&str> =
            self.speeches.values().filter(|(of, _)| *of == item).flat_map(|(_, text)| text.split(' ')).collect();
        let said = self.echo.words.entry(item).or_default();
        let due = (self.player.heard(item).0 / 330) as usize;
        while *said < due.min(text.len()) {
            self.spoken.push(self.mic, text[*said].to_owned());
            *said += 1;
        }
        true
    }

    fn finish(mut self) -> Run {
        self.player.advance(self.now);
        let violations = std::mem::take(&mut self.checks).finish(&self);
        let measure = super::measure::measure(&self);
        Run {
            violations,
            measure,
            log: self.log.map(|log| log.finish(&self.steps)),
            items: self.core.view().items.to_vec(),
            steps: self.steps,
            facts: self.facts,
            duration: self.now - At(0),
        }
    }
}

/// A run in few words.
fn told(report: &RunReport) -> String {
    let (passed, total) = report.visible();
    let hidden = report.hidden.map(|hidden| format!(" hidden {}/{}", hidden.passed, hidden.total)).unwrap_or_default();
    format!("{} {passed}/{total}{hidden}", spelled(&report.verdict))
}
