//! The one pass over the steps: hands each to those who follow a part of the interview, and joins what they found.

use super::code::CodeTrack;
use super::replies::ReplyTrack;
use super::talk::TalkTrack;
use super::voice::VoiceTrack;
use super::*;
use crate::interview::command::{Command, Show};
use crate::interview::event::{Event, Role};
use crate::interview::timer::Timer;
use crate::recording::format::Step;
use crate::recording::reader::Line;
use std::collections::BTreeMap;

/// Folds steps into a [`Record`].
pub struct Fold {
    now: Moment,
    voice: VoiceTrack,
    talk: TalkTrack,
    replies: ReplyTrack,
    code: Option<CodeTrack>,
    /// The voice service failed on the event being read.
    voice_failed: bool,
    /// How the next hint comes about, and when that was known.
    hint_by: Option<HintBy>,
    /// An overlap that is not decided.
    overlap: Option<Overlap>,
    paused_since: Option<At>,
    absent_since: Option<At>,
    /// The phases' beginnings.
    phases: Vec<PhaseSpan>,
    opening: Option<ReplyId>,
    record: Record,
}

impl Fold {
    /// Before the first step.
    pub fn new(setup: Setup) -> Fold {
        Fold {
            now: Moment::default(),
            voice: VoiceTrack::new(&setup.vad),
            talk: TalkTrack::default(),
            replies: ReplyTrack::default(),
            code: setup.workspace.as_ref().map(CodeTrack::new),
            voice_failed: false,
            hint_by: None,
            overlap: None,
            paused_since: None,
            absent_since: None,
            phases: Vec::new(),
            opening: None,
            record: Record::empty(setup),
        }
    }

    /// Takes the next step.
    pub fn step(&mut self, line: Line) {
        self.now.seq = line.number;
        self.record.steps = line.number;
        match line.step {
            Step::Event(at, event) => {
                self.now.at = at;
                self.talk.event_begins();
                self.voice_failed = matches!(event, Event::TimerFired(Timer::SpeechOverdue));
                self.event(event);
            }
            Step::Command(command) => self.command(command),
        }
    }

    fn event(&mut self, event: Event) {
        let (now, at) = (self.now, self.now.at);
        match event {
            Event::VoiceScored { up_to, permille } => self.voice.scored(at, up_to, permille),
            Event::PlayoutAdvanced { speech, sent } => self.replies.advanced(at, speech, sent, false),
            Event::PlayoutFinished { speech, sent } => self.replies.advanced(at, speech, sent, true),
            Event::PlayedReported { item, played, .. } => self.replies.reported(at, item, played),
            Event::PartialHeard { utterance, text } => self.talk.words(now, utterance, &text, false),
            Event::FinalHeard { utterance, text } => self.talk.words(now, utterance, &text, true),
            Event::TranscriptionFailed { utterance, .. } => self.talk.gave_up(utterance),
            Event::ItemCreated { role: Role::Candidate, text, .. } => self.talk.typed(now, &text),
            Event::SpeechSynthesized { speech, length: Ms(0) } | Event::SpeechFailed { speech, .. } => {
                self.replies.failed(speech);
            }
            Event::SpeechSynthesized { speech, length } => self.replies.synthesized(speech, length),
            Event::EditorChanged { update, .. } => self.with_code(|code, now| code.changed(now, &update.0)),
            Event::EditorReplaced { language, text } => self.with_code(|code, now| code.replaced(now, language, &text)),
            Event::LanguageChosen { language } => self.with_code(|code, now| code.chosen(now, language)),
            Event::RunFinished { run, report } => self.run_ended(run, RunResult::Finished(report)),
            Event::RunFailed { run, kind, .. } => self.run_ended(run, RunResult::Failed(kind)),
            Event::HintRequested => self.hint_by = Some(HintBy::Button),
            Event::SignalSeen { kind } => self.record.signals.push(Signal { seq: now.seq, at, kind }),
            Event::MicCommitted { .. } | Event::MicCleared { .. } | Event::TimerFired(Timer::MicStalled) => {
                self.voice.reset();
            }
            Event::Paused => {
                self.voice.reset();
                self.paused_since.get_or_insert(at);
            }
            Event::Unpaused => self.comes_back(),
            Event::ClientLeft => {
                self.voice.reset();
                self.absent_since.get_or_insert(at);
            }
            Event::ClientJoined { .. } => self.client_is_there(),
            _ => {}
        }
    }

    fn command(&mut self, command: Command) {
        let now = self.now;
        match command {
            Command::Show(show) => self.show(show),
            Command::StartTranscribing { utterance, from } => self.talk.transcribing(now, utterance, from),
            Command::FinishTranscribing { utterance, to } => self.talk.transcribed(utterance, to),
            Command::DropTranscribing { utterance } => self.talk.dropped(utterance),
            Command::Synthesize { speech, reply, text, .. } => self.replies.synthesize(reply, speech, &text),
            Command::DropSpeech { speech } if self.voice_failed => self.replies.failed(speech),
            Command::PausePlayout => self.replies.halted(now.at),
            Command::ResumePlayout => self.replies.resumed(now.at),
            Command::Note { reply, line, why } => self.chosen(reply, line, why),
            Command::RunCode { run, language, scope, code_hash, .. } => self.record.runs.push(Run {
                run,
                seq: now.seq,
                at: now.at,
                done: None,
                scope,
                language,
                code_hash,
                result: None,
            }),
            Command::End { reason } => self.record.ended = Some(Ended { at: now.at, seq: now.seq, reason }),
            _ => {}
        }
    }

    fn show(&mut self, show: Show) {
        let now = self.now;
        match show {
            Show::SpeechStarted { item, from } => self.talk.turn_begins(now, item, from),
            Show::SpeechStopped { item, to } => self.talk.turn_ends(item, to),
            Show::InputCommitted { item, .. } => self.talk.committed(now, item, self.voice.up_to()),
            Show::InputCleared => self.talk.cleared(),
            Show::ItemAdded { item, role: Role::Candidate, .. } => self.talk.item_added(item),
            Show::TranscriptDone { item, text } => self.talk.settled(item, &text),
            Show::TranscriptFailed { item, .. } => self.talk.failed(item),
            Show::Turn(report) => self.talk.reported(report),
            Show::ReplyCreated { reply, voice, .. } => self.replies.created(now, reply, voice),
            Show::ReplyItemAdded { reply, item, .. } => self.replies.item_added(reply, item),
            Show::ReplyWrote { reply, delta, .. } => self.replies.wrote(now, reply, &delta),
            Show::Speak { item, .. } => self.replies.speaks(now.at, item),
            Show::ItemTruncated { item, audio_end } => self.replies.truncated(item, audio_end),
            Show::ReplyDone { reply, outcome, .. } => self.replies.done(now, reply, outcome),
            Show::Floor { state, why } => self.floor_is(state, why),
            Show::Phase { phase, part, .. } => self.phase_is(phase, part),
            Show::Hint { tier, .. } => self.hint(tier),
            Show::SpokeUp { trigger } => self.record.spoke_up.push(SpokeUp { seq: now.seq, at: now.at, trigger }),
            _ => {}
        }
    }

    fn with_code(&mut self, change: impl FnOnce(&mut CodeTrack, Moment)) {
        let now = self.now;
        if let Some(code) = self.code.as_mut() {
            change(code, now);
        }
    }

    fn run_ended(&mut self, run: RunId, result: RunResult) {
        let now = self.now;
        if let Some(run) = self.record.runs.iter_mut().rev().find(|known| known.run == run && known.done.is_none()) {
            run.done = Some(now);
            run.result = Some(result);
        }
    }

    fn comes_back(&mut self) {
        let to = self.now.at;
        self.record.pauses.extend(self.paused_since.take().map(|from| Span { from, to }));
    }

    fn client_is_there(&mut self) {
        self.replies.client_joined();
        let to = self.now.at;
        self.record.absences.extend(self.absent_since.take().map(|from| Span { from, to }));
    }

    fn chosen(&mut self, reply: Option<ReplyId>, line: String, why: String) {
        let Moment { seq, at } = self.now;
        if let Some(reply) = reply {
            self.replies.chosen(reply, &line);
        }
        if line == "opening" && self.opening.is_none() {
            self.opening = reply;
        }
        if line == "hint_offer" {
            self.record.offers.push(self.now);
        }
        if line.starts_with("hints[") {
            self.hint_by = Some(match why.as_str() {
                "hint_offer_taken" => HintBy::Offer,
                "hint_button" => HintBy::Button,
                _ => HintBy::Words,
            });
        }
        self.record.choices.push(Choice { seq, at, reply, line, why });
    }

    fn hint(&mut self, tier: u8) {
        let Moment { seq, at } = self.now;
        let by = self.hint_by.take().unwrap_or(HintBy::Words);
        self.record.hints.push(Hint { seq, at, tier, by });
    }

    fn phase_is(&mut self, phase: Phase, part: Option<String>) {
        let Moment { seq, at } = self.now;
        if self.opening.is_none() && phase > Phase::Greet {
            // Where no reasons are kept: what is being said when greeting is over is the question.
            self.opening = self.replies.current();
        }
        self.phases.push(PhaseSpan { seq, phase, part, span: Span { from: at, to: at } });
    }

    fn floor_is(&mut self, state: FloorState, why: String) {
        let Moment { seq, at } = self.now;
        let was_paused = self.record.floor.last().is_some_and(|last| last.state == FloorState::InterviewerPaused);
        match state {
            FloorState::InterviewerPaused => {
                let span = Span { from: at, to: at };
                let reply = self.replies.current();
                self.overlap = Some(Overlap { seq, span, reply, took_floor: false, why: String::new() });
            }
            _ if was_paused && state != FloorState::CandidateSpeaking => self.talk.dismissed(),
            _ => {}
        }
        if state != FloorState::InterviewerPaused
            && let Some(overlap) = self.overlap.take()
        {
            let span = Span { from: overlap.span.from, to: at };
            let took_floor = state == FloorState::CandidateSpeaking;
            self.record.overlaps.push(Overlap { span, took_floor, why: why.clone(), ..overlap });
        }
        self.record.floor.push(FloorChange { seq, at, state, why });
    }

    /// After the last step.
    pub fn end(mut self) -> Record {
        let end = self.now.at;
        self.comes_back();
        self.client_is_there();
        let mut record = self.record;
        record.duration = Ms(end.0);
        record.has_microphone = self.voice.is_scored();
        let (places, mut speech) = self.voice.end();
        let (turns, said) = self.talk.end(&places, &mut speech);
        let (replies, playback, told) = self.replies.end(end);
        record.microphone = places.places().to_vec();
        record.speech = speech;
        record.playback = playback;
        (record.turns, record.replies) = (turns, replies);
        record.code = self.code.map(CodeTrack::end);
        let over = record.ended.map_or(end, |ended| ended.at);
        record.phases = phases(self.phases, over);
        record.utterances = numbered(said, told);
        record.link();
        let opening = self.opening.and_then(|id| record.replies.iter().find(|reply| reply.reply == id));
        record.question_put = opening.and_then(|reply| reply.span).map(|span| span.from);
        record
    }
}

/// Each phase lasts to the next one's beginning.
fn phases(mut phases: Vec<PhaseSpan>, end: At) -> Vec<PhaseSpan> {
    let ends: Vec<At> = phases.iter().skip(1).map(|next| next.span.from).chain([end]).collect();
    for (phase, end) in phases.iter_mut().zip(ends) {
        phase.span.to = end.max(phase.span.from);
    }
    phases
}

/// All utterances in order of their beginning, with their names. Within an item names follow the order of speech, whichever
/// words came first.
fn numbered(said: Vec<Utterance>, told: Vec<Utterance>) -> Vec<Utterance> {
    let mut latest: BTreeMap<ItemId, u64> = BTreeMap::new();
    let place = |utterance: Utterance| {
        let Some(item) = utterance.item else { return (utterance.seq, utterance) };
        let latest = latest.entry(item).or_default();
        *latest = utterance.seq.max(*latest);
        (*latest, utterance)
    };
    let mut all: Vec<(u64, Utterance)> = said.into_iter().chain(told).map(place).collect();
    all.sort_by_key(|(place, _)| *place);
    let mut all: Vec<Utterance> = all.into_iter().map(|(_, utterance)| utterance).collect();
    for (id, utterance) in (1..).zip(all.iter_mut()) {
        utterance.id = id;
    }
    all.sort_by_key(|utterance| (utterance.span, utterance.id));
    all
}

impl Record {
    fn empty(setup: Setup) -> Record {
        Record {
            setup,
            duration: Ms(0),
            steps: 0,
            ended: None,
            question_put: None,
            speech: Vec::new(),
            playback: Vec::new(),
            turns: Vec::new(),
            replies: Vec::new(),
            utterances: Vec::new(),
            floor: Vec::new(),
            overlaps: Vec::new(),
            code: None,
            runs: Vec::new(),
            hints: Vec::new(),
            offers: Vec::new(),
            phases: Vec::new(),
            signals: Vec::new(),
            spoke_up: Vec::new(),
            choices: Vec::new(),
            pauses: Vec::new(),
            absences: Vec::new(),
            microphone: Vec::new(),
            has_microphone: false,
        }
    }

    /// Turns and replies learn which utterances they consist of.
    fn link(&mut self) {
        let mut places: BTreeMap<ItemId, Vec<usize>> = BTreeMap::new();
        for (place, utterance) in self.utterances.iter().enumerate() {
            if let Some(item) = utterance.item {
                places.entry(item).or_default().push(place);
            }
        }
        let id = |place: &usize| self.utterances.get(*place).map_or(0, |utterance| utterance.id);
        for places in places.values_mut() {
            places.sort_by_key(id);
        }
        for turn in &mut self.turns {
            turn.utterances = places.get(&turn.item).cloned().unwrap_or_default();
        }
        for reply in &mut self.replies {
            reply.utterances = reply.item.and_then(|item| places.get(&item).cloned()).unwrap_or_default();
        }
    }
}
