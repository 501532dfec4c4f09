//! What must hold in every interview, whatever the people and services do. Watched at every step and once more at the
//! end; each breach is a sentence with its time.

use super::candidate::{Candidate, Voiced};
use super::player::{Audible, Player};
use super::playout::Playout;
use super::scenario::Scenario;
use super::world::World;
use crate::interview::Interview;
use crate::interview::agenda::Trigger;
use crate::interview::command::{Command, FloorState, Outcome, Show, TurnReport};
use crate::interview::event::{Event, TurnTaking};
use crate::interview::setup::{Voice, Words};
use crate::units::*;
use std::collections::{BTreeMap, BTreeSet};

/// Both are heard at once for so long at most, when the client pauses by itself; then sound on its way (300 ms) and the
/// client's delay are heard as well.
const TALKERS_MAX: Ms = Ms(550);
const TALKERS_MAX_AHEAD: Ms = Ms(800);
/// After the candidate's last sound the interviewer's stays paused for so long: its words are late (2.5 s), and they may turn back.
const SILENCED_MAX: Ms = Ms(3_800);
/// And so long in all: speech to somebody else (8 s), begun again.
const ASIDES_MAX: Ms = Ms(20_000);
/// With every service at fault: words are late (2 s), the model begins and stalls (8 s and 8 s), the voice of a first piece does not
/// come (5 s).
const PREPARING_MAX: Ms = Ms(23_500);
/// What the core says was heard of a reply that was cut off may differ so much from what was.
const HEARD_TOLERANCE: Ms = Ms(150);
/// What the core says was the end of speech may differ so much from what was.
const SPEECH_END_TOLERANCE: Ms = Ms(400);
/// And so much more for each thousandth of noise that looks like voice: the detector hears it as the speech's tail.
const NOISE_TOLERANCE: Ms = Ms(12);
/// Voice that begins so shortly before a turn's end is not yet known to be voice.
const VOICE_KNOWN_AFTER: Ms = Ms(200);
/// More breaches than this are not told.
const WRONG_MAX: usize = 20;

/// All that is being watched.
#[derive(Debug, Default)]
pub struct Checks {
    wrong: Vec<String>,
    scenario: Scenario,
    utterances: BTreeMap<UtteranceId, Utterance>,
    calls: BTreeSet<RequestId>,
    /// The run in flight.
    run: Option<RunId>,
    /// The last change of the code.
    typed_at: Option<At>,
    speeches: BTreeMap<SpeechId, (ReplyId, Piece)>,
    texts: BTreeMap<ReplyId, Vec<(SpeechId, String)>>,
    /// Speeches of which something was sent.
    sounded: BTreeSet<SpeechId>,
    replies: BTreeMap<ReplyId, bool>,
    started: BTreeMap<ItemId, At>,
    /// Turns that became items.
    committed: BTreeSet<ItemId>,
    floor: Option<(FloorState, At)>,
    floor_changed: bool,
    silenced: Option<At>,
    away_since: Option<At>,
    /// The client is not there.
    gone: bool,
    away: Ms,
    /// When the interview stood still, and went on.
    stood: Vec<(At, At)>,
    left: bool,
    truncating: bool,
    /// Voice alone does not decide: push-to-talk, or the candidate may not interrupt.
    by_hand: bool,
    echoes: bool,
    heard_last: At,
    over: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Utterance {
    Open,
    Finishing,
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Held,
    Released,
    Over,
}

impl Checks {
    /// Nothing has happened yet.
    pub fn new(scenario: &Scenario) -> Self {
        let echoes = scenario.client.echo_ms > Ms(0);
        Checks { scenario: scenario.clone(), echoes, ..Checks::default() }
    }

    /// A breach.
    pub fn wrong(&mut self, at: At, what: String) {
        if self.wrong.len() < WRONG_MAX {
            self.wrong.push(format!("at {at} ms: {what}"));
        }
    }

    /// An event is about to be handled.
    pub fn before(&mut self, at: At, event: &Event) {
        self.truncating = matches!(event, Event::ItemTruncated { .. });
        match event {
            Event::FinalHeard { utterance: Some(id), .. } => self.utterance_over(*id),
            Event::TranscriptionFailed { utterance: Some(id), .. } => self.utterance_over(*id),
            Event::TranscriptionFailed { utterance: None, .. } => {
                self.utterances.values_mut().for_each(|state| *state = Utterance::Over);
            }
            Event::ModelFinished { request, .. } | Event::ModelFailed { request, .. } => {
                self.calls.remove(request);
            }
            Event::PlayoutAdvanced { speech, .. } => drop(self.sounded.insert(*speech)),
            Event::PlayoutFinished { speech, .. } => self.piece_is(*speech, Piece::Over),
            Event::EditorChanged { .. } | Event::EditorReplaced { .. } => self.typed_at = Some(at),
            Event::RunFinished { run, .. } | Event::RunFailed { run, .. } => {
                self.run.take_if(|known| known == run);
            }
            Event::ClientLeft | Event::Paused => {
                self.left |= *event == Event::ClientLeft;
                self.gone |= *event == Event::ClientLeft;
                self.away_since = self.away_since.or(Some(at));
            }
            Event::ClientJoined { .. } | Event::Unpaused => {
                self.gone &= *event == Event::Unpaused;
                if self.gone {
                    return;
                }
                if let Some(since) = self.away_since.take() {
                    self.away += at - since;
                    self.stood.push((since, at));
                }
                self.floor = self.floor.map(|(state, _)| (state, at));
                self.silenced = self.silenced.map(|_| at);
            }
            Event::SessionChanged(change) => {
                let turn_taking = change.turn_taking.is_some_and(|who| who == TurnTaking::Client);
                self.by_hand |= turn_taking || change.may_interrupt == Some(false);
            }
            _ => {}
        }
    }

    fn utterance_over(&mut self, id: UtteranceId) {
        if let Some(state) = self.utterances.get_mut(&id) {
            *state = Utterance::Over;
        }
    }

    fn piece_is(&mut self, id: SpeechId, state: Piece) {
        if let Some((_, piece)) = self.speeches.get_mut(&id) {
            *piece = state;
        }
    }

    /// The core gave a command.
    pub fn command(&mut self, at: At, command: &Command, core: &Interview, player: &Player) {
        if self.over {
            self.wrong(at, format!("a command after the end: {command:?}"));
        }
        let fault = match command {
            Command::Show(show) => {
                self.shown(at, show, core, player);
                None
            }
            Command::StartTranscribing { utterance, .. } => {
                self.utterances.insert(*utterance, Utterance::Open).map(|_| "an utterance begins twice")
            }
            Command::FinishTranscribing { utterance, .. } => self.utterance(*utterance, Utterance::Finishing),
            Command::DropTranscribing { utterance } => self.utterance(*utterance, Utterance::Over),
            Command::ScoreEndOfTurn { from, up_to } => (from >= up_to).then_some("no sound is to be scored"),
            Command::AskModel { request, .. } => {
                (!self.calls.insert(*request)).then_some("a call of the model has an old name")
            }
            Command::Note { .. } => None,
            Command::CancelModel { request } => {
                (!self.calls.remove(request)).then_some("a call that is over is cancelled")
            }
            Command::Synthesize { speech, reply, text, .. } => {
                self.texts.entry(*reply).or_default().push((*speech, text.clone()));
                let before = self.speeches.insert(*speech, (*reply, Piece::Held));
                before.map(|_| "a speech has an old name")
            }
            Command::Play { speech } => self.play(*speech),
            Command::DropSpeech { speech } if self.is_unheard_opener(*speech, core) => {
                self.texts.values_mut().for_each(|texts| texts.retain(|(id, _)| id != speech));
                self.piece_is(*speech, Piece::Over);
                None
            }
            Command::DropSpeech { speech } => match self.speeches.insert(*speech, (ReplyId(0), Piece::Over)) {
                None | Some((_, Piece::Over)) => Some("a speech that is over is dropped"),
                Some(_) => None,
            },
            Command::PausePlayout => {
                let before = self.silenced.replace(at);
                before.map(|_| "sound is paused twice")
            }
            Command::ResumePlayout => {
                let before = self.silenced.take();
                before.is_none().then_some("sound goes on that was not paused")
            }
            Command::ShareEdit { .. } | Command::DropPeer { .. } => None,
            Command::RunCode { run, .. } => self.run.replace(*run).map(|_| "two runs at once"),
            Command::CancelRun { run } => {
                self.run.take_if(|known| known == run).is_none().then_some("a run that is over is cancelled")
            }
            Command::End { .. } => self.end(at).or(self.run.map(|_| "the interview ends and leaves a run")),
        };
        if let Some(fault) = fault {
            self.wrong(at, format!("{fault}: {command:?}"));
        }
    }

    /// The answer was there sooner.
    fn is_unheard_opener(&self, id: SpeechId, core: &Interview) -> bool {
        let texts = self.texts.values().flatten();
        let text = texts.filter(|(of, _)| *of == id).map(|(_, text)| text).next();
        let is_opener = text.is_some_and(|text| core.setup().openers.all().any(|opener| opener == text));
        is_opener
            && !self.sounded.contains(&id)
            && self.speeches.get(&id).is_some_and(|(_, piece)| *piece != Piece::Over)
    }

    fn utterance(&mut self, id: UtteranceId, next: Utterance) -> Option<&'static str> {
        let before = self.utterances.insert(id, next);
        match (before, next) {
            (Some(Utterance::Open), _) | (Some(Utterance::Finishing), Utterance::Over) => None,
            _ => Some("an utterance that is over is told something"),
        }
    }

    fn play(&mut self, id: SpeechId) -> Option<&'static str> {
        let Some((reply, piece)) = self.speeches.get(&id).copied() else { return Some("an unknown speech is played") };
        self.piece_is(id, Piece::Released);
        if piece != Piece::Held {
            return Some("a speech that is over or playing is played");
        }
        (self.replies.get(&reply) != Some(&false)).then_some("sound of a reply that is not begun or over")
    }

    fn end(&mut self, at: At) -> Option<&'static str> {
        self.over = true;
        const PUT_OFF_MAX: Ms = Ms(2 * 20_000);
        const CLOSING_MAX: Ms = Ms(30_000);
        let grace = if self.left { self.scenario.setup.grace_ms } else { Ms(0) };
        let latest = self.scenario.setup.time_box_ms + PUT_OFF_MAX + CLOSING_MAX + self.away + grace;
        (at > At(latest.0)).then_some("the interview ends after its time box")
    }

    fn shown(&mut self, at: At, show: &Show, core: &Interview, player: &Player) {
        match show {
            Show::ReplyCreated { reply, .. } => {
                if self.replies.values().any(|done| !done) {
                    self.wrong(at, format!("{reply:?} begins while another is in progress"));
                }
                if self.replies.insert(*reply, false).is_some() {
                    self.wrong(at, format!("{reply:?} begins twice"));
                }
            }
            Show::ReplyWrote { reply, .. } if self.replies.get(reply) != Some(&false) => {
                self.wrong(at, format!("words of {reply:?}, which is over or not begun"));
            }
            Show::ReplyDone { reply, item, outcome, .. } => {
                if self.replies.insert(*reply, true) != Some(false) {
                    self.wrong(at, format!("{reply:?} ends twice or was never begun"));
                }
                item.iter().for_each(|item| self.heard_as_told(at, *reply, *item, *outcome, core, player));
            }
            Show::SpeechStarted { item, .. } if self.started.insert(*item, at).is_some() => {
                self.wrong(at, format!("the speech of {item:?} begins twice"));
            }
            Show::InputCommitted { item, .. } if !self.committed.insert(*item) => {
                self.wrong(at, format!("the turn {item:?} ends twice"));
            }
            Show::Floor { state, .. } => {
                self.floor = Some((*state, at));
                self.floor_changed = true;
            }
            Show::Turn(report) => self.ledger(at, report),
            Show::SpokeUp { trigger } => self.spoke_up(at, *trigger, core),
            _ => {}
        }
    }

    /// Nobody is spoken into who types, speaks or waits for a run.
    fn spoke_up(&mut self, at: At, trigger: Trigger, core: &Interview) {
        let since_typed = self.typed_at.map(|typed| at - typed);
        if since_typed.is_some_and(|since| since < core.setup().agenda.after_typing_ms) {
            self.wrong(at, format!("speaks first ({trigger:?}) while the candidate types"));
        }
        if core.has_open_turn() && !self.by_hand {
            self.wrong(at, format!("speaks first ({trigger:?}) into the candidate's turn"));
        }
        if self.run.is_some() {
            self.wrong(at, format!("speaks first ({trigger:?}) while a run is in flight"));
        }
    }

    /// What the conversation keeps of a reply is what was heard of it.
    fn heard_as_told(
        &mut self,
        at: At,
        reply: ReplyId,
        item: ItemId,
        outcome: Outcome,
        core: &Interview,
        player: &Player,
    ) {
        let Some(kept) = core.item(item) else { return };
        if self.scenario.setup.voice != Voice::Server || !kept.spoken {
            return;
        }
        let texts = self.texts.get(&reply).into_iter().flatten();
        let all = crate::interview::conversation::join(texts.map(|(_, text)| text.as_str()));
        if !all.starts_with(&kept.text) {
            self.wrong(at, format!("{reply:?} is kept as {:?}, which is not how it begins: {all:?}", kept.text));
        }
        match outcome {
            Outcome::Completed if kept.text != all => {
                self.wrong(at, format!("{reply:?} was said in full and is kept as {:?} of {all:?}", kept.text));
            }
            Outcome::Interrupted | Outcome::Cancelled if !self.truncating && self.away_since.is_none() => {
                let heard = player.heard(item);
                if heard > kept.audio + HEARD_TOLERANCE || kept.audio > heard + HEARD_TOLERANCE {
                    self.wrong(at, format!("of {reply:?} {heard} ms were heard, {} ms are kept", kept.audio));
                }
            }
            _ => {}
        }
    }

    /// Every anchor belongs to this turn and they are in order.
    fn ledger(&mut self, at: At, report: &TurnReport) {
        let ledger = &report.ledger;
        let began = self.started.get(&report.item).map_or(At(0), |began| At((*began - At(2_000)).0));
        for (name, anchor) in ledger.stages() {
            if anchor.is_some_and(|anchor| anchor < began || anchor > at) {
                self.wrong(at, format!("{name} of {:?} is not of this turn: {ledger:?}", report.turn));
            }
        }
        let in_order = [
            (ledger.speech_end, ledger.committed),
            (ledger.llm_first_token, ledger.first_sentence),
            (ledger.first_sentence, ledger.tts_first_byte),
            (ledger.tts_first_byte, ledger.first_sent),
            (ledger.committed, ledger.hedged),
            (ledger.committed, ledger.opener_sent),
            (ledger.opener_sent, ledger.first_sent),
            (ledger.committed, ledger.first_sent),
            (ledger.opener_sent.or(ledger.first_sent), ledger.first_played),
        ];
        if in_order.iter().any(|(one, other)| one.zip(*other).is_some_and(|(one, other)| one > other)) {
            self.wrong(at, format!("the ledger of {:?} is out of order: {ledger:?}", report.turn));
        }
    }

    /// An event was handled and its commands performed.
    pub fn after(&mut self, at: At, core: &Interview, playout: &Playout, player: &Player, candidate: &Candidate) {
        if let Some((due, timer)) = core.deadline().filter(|(due, _)| *due < at) {
            self.wrong(at, format!("{timer:?} is armed for {due} ms, which is past"));
        }
        if player.is_playing() {
            self.heard_last = at;
        }
        if std::mem::take(&mut self.floor_changed)
            && self.floor.is_some_and(|(state, _)| state == FloorState::Listening)
            && playout.speeches() + self.calls.len() > 0
        {
            self.wrong(at, "nobody speaks, but speeches or calls are left over".into());
        }
        let spending = core.spending();
        if !spending.is_bounded(core.setup().floor.speculation_share_permille) {
            self.wrong(at, format!("too much was spent on answers that were dropped: {spending:?}"));
        }
        if self.away_since.is_none() && !self.by_hand {
            self.floor_is_true(at, candidate);
        }
    }

    /// The floor's state is what the candidate would say of it.
    fn floor_is_true(&mut self, at: At, candidate: &Candidate) {
        let Some((state, since)) = self.floor else { return };
        let voice = candidate.voiced().last().copied().unwrap_or(Voiced { from: At(0), to: At(0) });
        let waits = &self.scenario.setup.floor;
        let quiet_for = at - since.max(voice.to);
        let fault = match state {
            FloorState::Preparing => at - since > PREPARING_MAX,
            FloorState::InterviewerPaused => at - since > Ms(4_500),
            FloorState::InterviewerSpeaking => at - since.max(self.heard_last) > PREPARING_MAX,
            FloorState::CandidateSpeaking => quiet_for > Ms(4_000) && !self.echoes,
            FloorState::CandidatePausing => quiet_for > waits.longest_wait() + Ms(2_500),
            FloorState::GivingTime => quiet_for > waits.asked_for_time_ms + Ms(2_500),
            FloorState::AddressedElsewhere => quiet_for > waits.addressed_elsewhere_ms + Ms(2_500),
            FloorState::Listening => at - voice.to < Ms(50) && voice.to - voice.from.max(since) > Ms(600),
            FloorState::Paused | FloorState::Ended => false,
        };
        if fault {
            self.wrong(
                at,
                format!("the floor is {state:?} since {since} ms; the last voice was up to {} ms", voice.to),
            );
            self.floor = None;
        }
        // Nobody is spoken into: who talks to somebody else is waited for, and then a little.
        if self.silenced.is_some_and(|since| at - since.max(voice.to) > SILENCED_MAX || at - since > ASIDES_MAX) {
            self.wrong(at, "sound stays paused".into());
            self.silenced = Some(at);
        }
    }

    /// The interview is over, or the world stopped.
    pub fn finish(mut self, world: &World) -> Vec<String> {
        if world.facts.ended.is_some() {
            self.nothing_is_left(world);
        }
        if !self.by_hand {
            self.never_both(world);
            self.speech_ended_when_it_did(world);
        }
        self.wrong
    }

    fn nothing_is_left(&mut self, world: &World) {
        let open = self.utterances.values().filter(|state| **state == Utterance::Open).count();
        let left = (open, self.calls.len(), world.synthesis.in_flight(), world.playout.speeches());
        if left != (0, 0, 0, 0) {
            self.wrong(world.now, format!("at the end (utterances, calls, syntheses, speeches) are left: {left:?}"));
        }
        if world.model.in_flight() > 0 {
            self.wrong(world.now, "a call of the model never ended".into());
        }
        if let Some(reply) = self.replies.iter().find(|(_, done)| !**done).map(|(reply, _)| *reply) {
            self.wrong(world.now, format!("{reply:?} never ended"));
        }
    }

    /// The latencies that are reported count from the true end of speech.
    fn speech_ended_when_it_did(&mut self, world: &World) {
        if self.echoes || world.core.setup().words == Words::Client {
            return;
        }
        let noise = self.scenario.manner.noise_permille;
        let tolerance = Ms(SPEECH_END_TOLERANCE.0 + NOISE_TOLERANCE.0 * noise);
        for report in world.facts.turns.values().filter(|report| report.rule != "client_committed") {
            let (Some(told), Some(committed)) = (report.ledger.speech_end, report.ledger.committed) else { continue };
            let Some(voice) = last_voice(world, At(committed.0.saturating_sub(VOICE_KNOWN_AFTER.0))) else { continue };
            // What is said while the interview stands still is nobody's turn.
            if self.stood.iter().any(|(from, to)| *from < committed && *to > told) {
                continue;
            }
            let truth = voice.to.min(committed);
            if told > truth + tolerance || truth > told + tolerance {
                self.wrong(committed, format!("{:?} is said to end at {told} ms, and did at {truth} ms", report.turn));
            }
        }
    }

    /// Never both talk for longer than it takes to notice. The last words at the end of the time box are said in any case.
    fn never_both(&mut self, world: &World) {
        let limit = match self.scenario.client.reports {
            true => TALKERS_MAX,
            false => TALKERS_MAX_AHEAD,
        };
        let time_up = world.core.setup().lines.time_up.as_str();
        let mut spans = world.player.audible().iter().peekable();
        let mut last: Option<Voiced> = None;
        for voice in world.candidate.voiced() {
            while spans.next_if(|span| span.to <= voice.from).is_some() {}
            for span in spans.clone().take_while(|span| span.from < voice.to) {
                let both = Voiced { from: span.from.max(voice.from), to: span.to.min(voice.to) };
                let from = last.filter(|last| last.to == both.from).map_or(both.from, |last| last.from);
                last = Some(Voiced { from, to: both.to });
                if both.to - from > limit && !is_closing(world, span, time_up) {
                    self.wrong(both.to, format!("both talked for {} ms", both.to - from));
                }
            }
        }
    }
}

/// The last voice before `at` that the microphone brought.
fn last_voice(world: &World, at: At) -> Option<Voiced> {
    world.candidate.voiced().iter().rev().find(|voice| voice.from < at).copied()
}

fn is_closing(world: &World, span: &Audible, time_up: &str) -> bool {
    world.core.item(span.item).is_some_and(|item| item.text.starts_with(time_up))
}
