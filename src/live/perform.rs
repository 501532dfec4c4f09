//! The core's commands, handed to those who carry them out. Nothing here waits; what cannot be done comes back as an
//! event.

use super::driver::Driver;
use super::playout::{SPEECH_CHANNEL, Speech};
use super::runs::Order;
use super::tasks::Task;
use crate::interview::Message;
use crate::interview::command::{Command, Ledger, Show};
use crate::interview::event::{Event, Role};
use crate::interview::run::RunScope;
use crate::interview::setup::Words;
use crate::language::Language;
use crate::providers::ProviderError;
use crate::providers::llm::{ChatMessage, ChatRole, Llm, LlmEvent};
use crate::providers::tts::{CHUNK_SAMPLES_MAX, Tts};
use crate::units::*;
use futures::{FutureExt, StreamExt};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

impl Driver {
    /// Carries out one command.
    pub(super) fn perform(&mut self, command: Command) {
        match command {
            Command::Show(show) => self.show(show),
            Command::StartTranscribing { utterance, from } => self.start_transcribing(utterance, from),
            Command::FinishTranscribing { utterance, to } => {
                self.with_mic(|mic, facts| mic.finish_transcribing(utterance, to, facts))
            }
            Command::DropTranscribing { utterance } => self.mic.drop_transcribing(utterance),
            Command::ScoreEndOfTurn { from, up_to } => self.score_end_of_turn(from, up_to),
            Command::AskModel { request, .. } => self.ask_model(request),
            // It stands in the recording by now.
            Command::Note { .. } => {}
            Command::CancelModel { request } => drop(self.calls.remove(&request)),
            Command::Synthesize { speech, reply, item, text } => self.synthesize(speech, reply, item, text),
            Command::Play { speech } => self.playout.play(speech),
            Command::DropSpeech { speech } => self.playout.drop_speech(speech),
            Command::PausePlayout => self.playout.pause(self.now()),
            Command::ResumePlayout => self.playout.resume(self.now()),
            Command::ShareEdit { except, update } => self.share_edit(except, update),
            Command::DropPeer { peer, code } => self.drop_peer(peer, code),
            Command::RunCode { run, language, scope, input, .. } => self.run_code(run, language, scope, input),
            Command::CancelRun { run } => self.running.cancel(run),
            Command::End { reason } => self.ended = Some(reason),
        }
    }

    fn show(&mut self, show: Show) {
        // A turn is reported again when the client has played its answer; it counts once.
        if let Show::Turn(report) = &show
            && report.turn > self.measured
            && report.ledger.first_sent.is_some()
        {
            self.measured = report.turn;
            measure(&report.ledger);
        }
        if let Some(event) = self.running.tell(&show, self.core.setup().workspace.as_ref()) {
            return self.shower.send(&event);
        }
        self.shower.show(show, &self.core.view(), &mut self.desk, &self.asked);
    }

    /// Tells the operator's counters what the model's calls cost since they were last told.
    pub(super) fn count_spending(&mut self) {
        let now = self.core.spending();
        if now == self.spent {
            return;
        }
        let before = std::mem::replace(&mut self.spent, now);
        let count = |name: &'static str, now: u64, before: u64| metrics::counter!(name).increment(now - before);
        self.tokens.fetch_add(now.tokens - before.tokens, Ordering::Relaxed);
        count("viva_llm_tokens_total", now.tokens, before.tokens);
        count("viva_llm_secret_tokens_kept_total", now.kept, before.kept);
        count("viva_llm_secret_tokens_dropped_total", now.dropped, before.dropped);
        count("viva_llm_calls_total", now.calls.into(), before.calls.into());
        count("viva_llm_secret_calls_total", now.secret_calls.into(), before.secret_calls.into());
        count("viva_llm_secret_calls_dropped_total", now.dropped_calls.into(), before.dropped_calls.into());
        count("viva_llm_hedges_total", now.hedges.into(), before.hedges.into());
        count("viva_llm_hedges_won_total", now.hedges_won.into(), before.hedges_won.into());
    }

    fn run_code(&mut self, run: RunId, language: Language, scope: RunScope, input: Option<String>) {
        let session = self.session.clone();
        let code = self.core.code_of(run).unwrap_or_default().to_owned();
        let order = Order { run, session, language, code, scope, input };
        let failed = self.running.begin(self.runs.as_ref(), order, self.facts_in.clone());
        self.pending.extend(failed);
    }

    pub(super) fn with_mic(&mut self, act: impl FnOnce(&mut super::mic::Mic, &mut Vec<Event>)) {
        let mut facts = Vec::new();
        act(&mut self.mic, &mut facts);
        self.pending.extend(facts);
    }

    /// Begins a session of the recogniser, if there is one and none runs.
    pub(super) fn open_ears(&mut self) {
        let recognises = matches!(self.core.setup().words, Words::Recogniser { .. });
        if recognises
            && !self.mic.has_stt()
            && let Some(stt) = &self.stt
        {
            let session = stt.start(&self.core.setup().language);
            self.mic.attach_stt(session.input);
            self.words = Some(session.events);
        }
    }

    fn start_transcribing(&mut self, utterance: UtteranceId, from: SampleIdx) {
        self.open_ears();
        self.with_mic(|mic, facts| mic.start_transcribing(utterance, from, facts));
    }

    fn score_end_of_turn(&mut self, from: SampleIdx, up_to: SampleIdx) {
        let failed = match &self.end_of_turn {
            Some(scorer) => scorer.score(self.mic.sound(from, up_to), up_to, self.facts_in.clone()),
            None => Some(Event::EndOfTurnFailed { up_to }),
        };
        self.pending.extend(failed);
    }

    fn ask_model(&mut self, request: RequestId) {
        let Some(llm) = self.llm.clone() else {
            self.pending.push_back(Event::ModelFailed { request, kind: FailureKind::Gone });
            return;
        };
        let messages = self.core.messages(request).iter().map(chat_message).collect();
        let call = ask(llm, request, messages, self.facts_in.clone());
        self.calls.insert(request, Task::spawn("model", call));
    }

    fn synthesize(&mut self, speech: SpeechId, reply: ReplyId, item: ItemId, text: String) {
        let failed = Event::SpeechFailed { speech, kind: FailureKind::Gone };
        let Some(tts) = self.tts.clone() else {
            self.pending.push_back(failed);
            return;
        };
        let (sender, sound) = mpsc::channel(SPEECH_CHANNEL);
        // Asked once here, so that places are given in the order of the sentences and not of their tasks' threads.
        let mut place = Box::pin(self.voices.clone().acquire_owned());
        let given = (&mut place).now_or_never();
        let facts = self.facts_in.clone();
        let work = async move {
            let place = match given {
                Some(place) => place.ok(),
                None => place.await.ok(),
            };
            speak(tts, speech, text, sender, facts, place).await;
        };
        let task = Task::spawn("speech", work);
        if !self.playout.hold(Speech { speech, reply, item, sound, task: Some(task) }) {
            self.pending.push_back(Event::SpeechFailed { speech, kind: FailureKind::Busy });
        }
    }
}

fn chat_message(message: &Message) -> ChatMessage {
    let role = match message.role {
        Role::System => ChatRole::System,
        Role::Candidate => ChatRole::User,
        Role::Interviewer => ChatRole::Assistant,
    };
    ChatMessage { role, text: message.text.clone() }
}

/// One call of the model, as events.
async fn ask(llm: Arc<dyn Llm>, request: RequestId, messages: Vec<ChatMessage>, facts: mpsc::Sender<Event>) {
    let mut answer = llm.ask(messages);
    loop {
        let (event, last) = match answer.next().await {
            Some(Ok(LlmEvent::Text(text))) => (Event::ModelWrote { request, text }, false),
            Some(Ok(LlmEvent::Finished { tokens_in, tokens_out, cut_short })) => {
                (Event::ModelFinished { request, tokens_in, tokens_out, cut_short }, true)
            }
            Some(Err(error)) => (Event::ModelFailed { request, kind: failure("llm", &error) }, true),
            None => (Event::ModelFailed { request, kind: FailureKind::Protocol }, true),
        };
        if facts.send(event).await.is_err() || last {
            return;
        }
    }
}

/// One synthesis: its sound into the speech's channel, its milestones as events. A milestone is told before the sound
/// it is about, so that the core hears of a speech's sound before it is sent.
async fn speak(
    tts: Arc<dyn Tts>,
    speech: SpeechId,
    text: String,
    sound: mpsc::Sender<Vec<i16>>,
    facts: mpsc::Sender<Event>,
    mut place: Option<OwnedSemaphorePermit>,
) {
    let mut stream = tts.speak(text);
    let mut samples_sent = 0;
    while let Some(chunk) = stream.next().await {
        let samples = match chunk {
            Ok(samples) => samples,
            Err(error) => {
                facts.send(Event::SpeechFailed { speech, kind: failure("tts", &error) }).await.ok();
                return;
            }
        };
        if samples_sent == 0 && !samples.is_empty() && facts.send(Event::SpeechArrived { speech }).await.is_err() {
            return;
        }
        samples_sent += samples.len() as u64;
        for piece in samples.chunks(CHUNK_SAMPLES_MAX) {
            if sound.capacity() == 0 {
                place = None;
            }
            if sound.send(piece.to_vec()).await.is_err() {
                return;
            }
        }
    }
    drop(place);
    let length = Ms::of_samples(samples_sent, TRACK_RATE);
    facts.send(Event::SpeechSynthesized { speech, length }).await.ok();
}

/// Logs and counts a service's failure, once.
fn failure(service: &'static str, error: &ProviderError) -> FailureKind {
    tracing::warn!(service, %error, "service failed");
    metrics::counter!("viva_provider_failures_total", "service" => service, "kind" => error.kind.to_string())
        .increment(1);
    error.kind
}

/// The stages of a turn, for the operator's dashboards.
fn measure(ledger: &Ledger) {
    let stages = [
        ("stt_final", ledger.speech_end, ledger.stt_final),
        ("commit", ledger.speech_end, ledger.committed),
        ("llm_first_token", ledger.committed, ledger.llm_first_token),
        ("first_sentence", ledger.llm_first_token, ledger.first_sentence),
        ("tts_first_byte", ledger.first_sentence, ledger.tts_first_byte),
        ("first_sent", ledger.tts_first_byte, ledger.first_sent),
        ("response", ledger.speech_end, ledger.first_sent),
        ("first_sound", ledger.speech_end, ledger.opener_sent.or(ledger.first_sent)),
    ];
    for (stage, from, to) in stages {
        if let (Some(from), Some(to)) = (from, to) {
            metrics::histogram!("viva_turn_stage_seconds", "stage" => stage).record(seconds(to - from));
        }
    }
    if ledger.opener_sent.is_some() {
        metrics::counter!("viva_openers_total").increment(1);
    }
    if let (Some(committed), Some(first_sent)) = (ledger.committed, ledger.first_sent) {
        metrics::histogram!("viva_commit_to_first_sound_seconds").record(seconds(first_sent - committed));
    }
}

fn seconds(span: Ms) -> f64 {
    span.0 as f64 / 1000.0
}
