//! The loop of one interview: what happens in the world becomes an event, the event is recorded, the core answers, the
//! answer is recorded and performed. One event at a time; this file alone reads the clock.

use super::editors::Editors;
use super::end_of_turn::EndOfTurnScorer;
use super::ingress::{Asked, Desk, Ingress, Joined, Meaning, heard};
use super::mic::Mic;
use super::outbox::Outbox;
use super::playout::{Out, Playout};
use super::runs::{InFlight, Runs};
use super::show::Shower;
use super::tasks::{Task, panic_text};
use super::vad_pool::Scores;
use super::{InterviewParts, Paces, State, words};
use crate::interview::Interview;
use crate::interview::command::{Command, FloorState};
use crate::interview::event::{EndReason, Event, Queue};
use crate::interview::setup::Words;
use crate::interview::spending::Spending;
use crate::providers::llm::Llm;
use crate::providers::stt::{Stt, SttEvent, SttFailure};
use crate::providers::tts::Tts;
use crate::recording::Recorder;
use crate::units::*;
use crate::wire::extension::InterviewView;
use crate::wire::{Close, ErrorCode, ServerEvent, WireError};
use futures::FutureExt;
use std::collections::{BTreeMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// Answers of models and voices that wait for the core; when full, their tasks wait.
pub const FACTS_CHANNEL: usize = 256;
/// Sentences of one interview that are synthesized at once: the one that is heard first must not wait for the others, and
/// one more is wanted ready behind it. The rest begin in their order.
pub const SYNTHESES_AT_ONCE: usize = 2;
/// A client that numbers its events is told at most this often how far they are applied.
pub const ACK_EVERY: Ms = Ms(1000);

/// The client is told at least this often how time stands.
pub const CLOCK_EVERY: Ms = Ms(30_000);

/// One interview and all it holds.
pub(super) struct Driver {
    pub(super) core: Interview,
    pub(super) recorder: Recorder,
    pub(super) mic: Mic,
    pub(super) playout: Playout,
    pub(super) desk: Desk,
    pub(super) shower: Shower,
    /// The editor's sockets.
    pub(super) editors: Editors,
    pub(super) end_of_turn: Option<EndOfTurnScorer>,
    pub(super) stt: Option<Arc<dyn Stt>>,
    pub(super) llm: Option<Arc<dyn Llm>>,
    pub(super) tts: Option<Arc<dyn Tts>>,
    /// The session's name, under which its runs are queued.
    pub(super) session: String,
    pub(super) runs: Option<Runs>,
    pub(super) running: InFlight,
    /// Places for syntheses that run at full speed.
    pub(super) voices: Arc<Semaphore>,
    /// Calls of the model that have not ended.
    pub(super) calls: BTreeMap<RequestId, Task>,
    pub(super) facts_in: mpsc::Sender<Event>,
    /// What performing a command brought about at once; handled before anything else.
    pub(super) pending: VecDeque<Event>,
    /// The client's event that is being handled.
    pub(super) asked: Asked,
    /// Set by the core's last command.
    pub(super) ended: Option<EndReason>,
    pub(super) words: Option<mpsc::Receiver<Result<SttEvent, SttFailure>>>,
    paces: Arc<Paces>,
    pub(super) tokens: Arc<AtomicU64>,
    /// What the model's calls had cost when it was last counted.
    pub(super) spent: Spending,
    /// The last turn whose stages were measured.
    pub(super) measured: TurnId,
    facts: mpsc::Receiver<Event>,
    scores: Option<mpsc::Receiver<Scores>>,
    ingress: mpsc::Receiver<Ingress>,
    stop: CancellationToken,
    stopping: bool,
    clock: Clock,
    commands: Vec<Command>,
    about: InterviewView,
    /// The socket that is attached, and whether there ever was one.
    reader: Option<u64>,
    joined_before: bool,
    ack: Ack,
    /// When the client was last told how time stands.
    time_told: At,
    state: watch::Sender<State>,
}

/// The interview's time: ms since it began.
struct Clock {
    start: Instant,
}

impl Clock {
    fn now(&self) -> At {
        At(u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    async fn until(&self, at: Option<At>) {
        match at {
            Some(at) => tokio::time::sleep_until(self.start + std::time::Duration::from_millis(at.0)).await,
            None => std::future::pending().await,
        }
    }
}

/// What the client was told of its numbered events.
#[derive(Default)]
struct Ack {
    told: Option<u64>,
    due: Option<At>,
}

/// What woke the loop.
enum Input {
    Stop,
    Client(Ingress),
    Fact(Event),
    Scores(Scores),
    Words(Option<Result<SttEvent, SttFailure>>),
    /// Sound came for the playout, or a deadline has come.
    Nothing,
    /// The playout may send.
    Playout,
}

/// Runs an interview in a task of its own. A panic in it ends this interview only: the client is told and the recording
/// closed with what it has.
pub(super) fn spawn(
    parts: InterviewParts,
    ingress: mpsc::Receiver<Ingress>,
    outbox: Arc<Outbox>,
    state: watch::Sender<State>,
    stop: CancellationToken,
) {
    let span = tracing::info_span!("interview", id = parts.about.session);
    let recording_path = parts.recording_path.clone();
    let work = async move {
        let _running = Running::begin();
        let driver = Driver::new(parts, ingress, outbox.clone(), state.clone(), stop);
        let session = Shower::new(outbox.clone(), String::new(), &driver.desk);
        match AssertUnwindSafe(driver.run()).catch_unwind().await {
            Ok((reason, recorder)) => finish(reason, recorder, &session, &outbox, &state, recording_path).await,
            Err(panic) => {
                tracing::error!(reason = panic_text(&*panic), "interview broke");
                metrics::counter!("viva_interviews_broken_total").increment(1);
                session.error(WireError::new(ErrorCode::Internal, "the interview broke; what was said so far is kept"));
                outbox.close(Close::Internal);
                state.send_replace(State::Broken);
            }
        }
    };
    tokio::spawn(work.instrument(span));
}

/// Counts running interviews, however they end.
struct Running;

impl Running {
    fn begin() -> Running {
        metrics::gauge!("viva_interviews_running").increment(1.0);
        Running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        metrics::gauge!("viva_interviews_running").decrement(1.0);
    }
}

fn goodbye(reason: EndReason) -> Close {
    if reason == EndReason::Shutdown { Close::ShuttingDown } else { Close::Ended }
}

fn goodbye_to_editors(reason: EndReason) -> Close {
    if reason == EndReason::Shutdown { Close::ShuttingDown } else { Close::EditorEnded }
}

async fn finish(
    reason: EndReason,
    recorder: Recorder,
    session: &Shower,
    outbox: &Outbox,
    state: &watch::Sender<State>,
    recording: Option<String>,
) {
    let recording = recording.filter(|_| recorder.is_recording());
    session.send(&ServerEvent::End { reason: words::end(reason), recording });
    outbox.close(goodbye(reason));
    state.send_replace(State::Finishing(reason));
    if let Some(finishing) = recorder.finish(reason) {
        match finishing.done().await {
            Some(Ok(summary)) => tracing::info!(complete = summary.complete, "recording closed"),
            Some(Err(fault)) => tracing::warn!(%fault, "recording is incomplete"),
            None => tracing::warn!("recording was not closed: the writer is gone"),
        }
    }
    tracing::info!(?reason, "interview ended");
    state.send_replace(State::Ended(reason));
}

impl Driver {
    fn new(
        parts: InterviewParts,
        ingress: mpsc::Receiver<Ingress>,
        outbox: Arc<Outbox>,
        state: watch::Sender<State>,
        stop: CancellationToken,
    ) -> Driver {
        let (facts_in, facts) = mpsc::channel(FACTS_CHANNEL);
        let (vad, scores) = parts.vad.unzip();
        let desk = Desk::new(parts.session, parts.setup.words == Words::Client);
        let mut mic = Mic::new(desk.session.input_format, vad);
        if parts.end_of_turn.is_some() {
            mic.keep_for_end_of_turn();
        }
        Driver {
            shower: Shower::new(outbox, parts.about.session.clone(), &desk),
            mic,
            core: Interview::new(parts.setup),
            recorder: parts.recorder,
            editors: Editors::default(),
            playout: Playout::default(),
            desk,
            end_of_turn: parts.end_of_turn,
            stt: parts.stt,
            llm: parts.llm,
            tts: parts.tts,
            session: parts.about.session.clone(),
            runs: parts.runs,
            running: InFlight::default(),
            voices: Arc::new(Semaphore::new(SYNTHESES_AT_ONCE)),
            calls: BTreeMap::new(),
            facts_in,
            pending: VecDeque::new(),
            asked: Asked::default(),
            ended: None,
            words: None,
            paces: parts.paces,
            tokens: parts.tokens,
            spent: Spending::default(),
            measured: TurnId(0),
            facts,
            scores,
            ingress,
            stop,
            stopping: false,
            clock: Clock { start: Instant::now() },
            commands: Vec::new(),
            about: parts.about,
            reader: None,
            joined_before: false,
            ack: Ack::default(),
            time_told: At(0),
            state,
        }
    }

    /// Until the core ends the interview.
    async fn run(mut self) -> (EndReason, Recorder) {
        loop {
            self.settle();
            if let Some(reason) = self.ended {
                self.editors.close(goodbye_to_editors(reason));
                self.paces.learn(self.core.measured());
                return (reason, self.recorder);
            }
            match self.next().await {
                Input::Nothing => {}
                Input::Stop => self.stop(),
                Input::Client(message) => self.client(message),
                Input::Fact(event) => self.fact(event),
                Input::Scores(scores) => self.scored(scores),
                Input::Words(answer) => self.heard(answer),
                Input::Playout => self.send_sound(),
            }
        }
    }

    /// Handles what is due before anything new is taken in: consequences of commands, timers, housekeeping.
    fn settle(&mut self) {
        while self.ended.is_none() {
            let now = self.clock.now();
            if let Some(event) = self.pending.pop_front() {
                self.step(event);
            } else if let Some((_, timer)) = self.core.deadline().filter(|(due, _)| *due <= now) {
                self.step(Event::TimerFired(timer));
            } else if self.recorder.flush_due().is_some_and(|due| due <= now) {
                self.flush();
            } else if self.ack.due.is_some_and(|due| due <= now) {
                self.acknowledge();
            } else if self.time_due().is_some_and(|due| due <= now) {
                self.tell_time();
            } else if self.editors.cursor_due().is_some_and(|due| due <= now) {
                self.tell_cursor();
            } else {
                return;
            }
        }
    }

    /// Waits for what happens next. The order decides between things that are ready together; whatever is not taken
    /// now is taken later.
    async fn next(&mut self) -> Input {
        let deadline = self.core.deadline().map(|(due, _)| due);
        let wake = [deadline, self.recorder.flush_due(), self.ack.due, self.time_due(), self.editors.cursor_due()];
        let wake = wake.into_iter().flatten().min();
        let sound_due = self.playout.due();
        tokio::select! {
            biased;
            () = self.stop.cancelled(), if !self.stopping => Input::Stop,
            Some(message) = self.ingress.recv() => Input::Client(message),
            Some(event) = self.facts.recv() => Input::Fact(event),
            answer = receive(&mut self.words) => Input::Words(answer),
            Some(scores) = receive(&mut self.scores) => Input::Scores(scores),
            () = self.playout.fill() => Input::Nothing,
            () = self.clock.until(sound_due) => Input::Playout,
            () = self.clock.until(wake) => Input::Nothing,
        }
    }

    /// One event: stamped, recorded, handled; then its commands, recorded and performed.
    pub(super) fn step(&mut self, event: Event) {
        let at = self.clock.now();
        self.recorder.event(at, &event);
        let mut commands = std::mem::take(&mut self.commands);
        self.core.handle(at, event, &mut commands);
        self.recorder.commands(&commands);
        self.count_spending();
        for command in commands.drain(..) {
            self.perform(command);
        }
        self.commands = commands;
    }

    pub(super) fn now(&self) -> At {
        self.clock.now()
    }

    fn time_due(&self) -> Option<At> {
        self.reader.map(|_| self.time_told + CLOCK_EVERY)
    }

    fn stop(&mut self) {
        self.stopping = true;
        self.step(Event::EndRequested { reason: EndReason::Shutdown });
    }

    fn fact(&mut self, event: Event) {
        if let Event::ModelFinished { request, .. } | Event::ModelFailed { request, .. } = &event {
            self.calls.remove(request);
        }
        self.step(event);
    }

    fn scored(&mut self, scores: Scores) {
        for (end, permille) in scores {
            self.with_mic(|mic, facts| mic.scored(SampleIdx(end), facts));
            self.step(Event::VoiceScored { up_to: SampleIdx(end), permille: Permille(permille) });
        }
    }

    fn heard(&mut self, answer: Option<Result<SttEvent, SttFailure>>) {
        match answer {
            Some(answer) => self.step(heard(answer)),
            // The recogniser's session is over; the next utterance begins another.
            None => self.words = None,
        }
    }

    fn send_sound(&mut self) {
        let at = self.clock.now();
        match self.playout.next(at) {
            Some(Out::Chunk { speech, reply, item, samples, sent }) => {
                self.shower.sound(reply, item, &samples, &self.desk);
                self.recorder.interviewer_sound(at, &samples);
                self.step(Event::PlayoutAdvanced { speech, sent });
            }
            Some(Out::Finished { speech, sent }) => self.step(Event::PlayoutFinished { speech, sent }),
            None => {}
        }
    }

    fn flush(&mut self) {
        self.recorder.flush();
        if let Some(fault) = self.recorder.take_fault() {
            tracing::error!(%fault, "recording stopped");
            metrics::counter!("viva_recording_faults_total", "kind" => fault.kind.code()).increment(1);
            self.step(Event::RecordingFailed);
        }
    }

    fn acknowledge(&mut self) {
        self.ack = Ack { told: self.desk.last_numbered, due: None };
        if let Some(last_client_event) = self.ack.told {
            self.shower.send(&ServerEvent::Ack { last_client_event });
        }
    }

    fn client(&mut self, message: Ingress) {
        match message {
            Ingress::Joined(joined) => self.joined(joined),
            Ingress::Left { reader } if self.reader == Some(reader) => self.left(),
            Ingress::Said { reader, event } if self.reader == Some(reader) => {
                let (asked, meaning) = self.desk.read(*event, self.mic.end());
                self.asked = asked;
                self.meant(meaning);
            }
            Ingress::Sound { reader, bytes } if self.reader == Some(reader) => {
                let meaning = self.desk.sound(bytes);
                self.meant(meaning);
            }
            Ingress::Bad { reader, error, .. } if self.reader == Some(reader) => self.shower.error(*error),
            Ingress::Editor(message) => self.editor(message),
            Ingress::Watching { reader } => self.watching(reader),
            // From a socket that another one replaced.
            Ingress::Left { .. } | Ingress::Said { .. } | Ingress::Sound { .. } | Ingress::Bad { .. } => {}
        }
    }

    fn meant(&mut self, meaning: Result<Meaning, WireError>) {
        match meaning {
            Ok(Meaning::Event(event)) => self.wished(event),
            Ok(Meaning::Sound(bytes)) => self.sound(&bytes),
            Ok(Meaning::Repeated) => {}
            Err(error) => self.shower.error(error),
        }
        self.asked = Asked::default();
        self.desk.names.want(None);
        if self.desk.last_numbered != self.ack.told && self.ack.due.is_none() {
            self.ack.due = Some(self.clock.now() + ACK_EVERY);
        }
    }

    /// What the client wants; the microphone keeps up with the settings and commits in it.
    fn wished(&mut self, event: Event) {
        let clock_changes = matches!(event, Event::Paused | Event::Unpaused);
        let commits = matches!(event, Event::MicCommitted { .. } | Event::MicCleared { .. });
        if matches!(event, Event::PlayedReported { .. }) {
            self.playout.client_pauses();
        }
        self.mic.set_format(self.desk.session.input_format);
        self.mic.set_by_hand(self.desk.session.turn_detection.is_none());
        self.step(event);
        if commits {
            self.mic.committed();
        }
        if clock_changes {
            self.tell_time();
        }
    }

    fn tell_time(&mut self) {
        let view = self.core.view();
        let (left, running) = (self.core.time_left(), view.floor != FloorState::Paused);
        let elapsed = self.core.setup().time_box - left;
        self.shower.send(&ServerEvent::Clock { elapsed_ms: elapsed.0, left_ms: left.0, running });
        self.time_told = self.clock.now();
    }

    fn sound(&mut self, bytes: &[u8]) {
        let at = self.clock.now();
        let mut lost = Vec::new();
        let samples = self.mic.arrived(at, bytes, &mut lost);
        self.recorder.candidate_sound(at, &samples);
        for event in lost {
            if let Event::Overflowed { queue } = &event {
                self.overflowed(*queue);
            }
            self.step(event);
        }
    }

    fn overflowed(&self, queue: Queue) {
        tracing::warn!(?queue, "sound was lost");
        metrics::counter!("viva_overflows_total", "queue" => format!("{queue:?}").to_lowercase()).increment(1);
        if queue == Queue::Mic {
            self.shower.too_fast(&self.asked);
        }
    }

    fn joined(&mut self, joined: Joined) {
        self.reader = Some(joined.reader);
        self.shower.set_binary(joined.binary);
        let resumed = self.joined_before;
        self.joined_before = true;
        self.state.send_replace(State::Live);
        let welcome = [
            ServerEvent::SessionCreated { session: self.desk.session.to_value() },
            ServerEvent::Interview(self.about_now(resumed)),
        ];
        self.shower.welcome(joined, &welcome);
        if joined.after.is_none() {
            self.so_far().iter().for_each(|event| self.shower.send(event));
        }
        self.step(Event::ClientJoined { resumed });
        // The recogniser's connection is there before the first word is.
        self.open_ears();
    }

    /// Who watches changes nothing and is not recorded.
    fn watching(&self, reader: u64) {
        let mut welcome = vec![ServerEvent::Interview(self.about_now(true))];
        welcome.extend(self.so_far());
        self.shower.welcome_watcher(reader, &welcome);
    }

    /// What a socket that knows nothing is told: what was said, the last runs, the hints given.
    fn so_far(&self) -> Vec<ServerEvent> {
        let mut told = self.shower.conversation(&self.core.view(), &self.desk);
        told.extend(self.running.again().cloned());
        let hint = |(tier, text, left): (_, &str, _)| ServerEvent::Hint { tier, text: text.to_owned(), left };
        told.extend(self.core.hints().map(hint));
        told
    }

    fn about_now(&self, resumed: bool) -> InterviewView {
        let mut workspace = self.about.workspace.clone();
        if let (Some(workspace), Some(editor)) = (workspace.as_mut(), self.core.editor()) {
            workspace.language = editor.language();
        }
        InterviewView {
            workspace,
            phase: words::phase(self.core.view().phase),
            left_ms: self.core.time_left().0,
            recording: self.recorder.is_recording(),
            resumed,
            last_client_event: self.desk.last_numbered,
            ..self.about.clone()
        }
    }

    fn left(&mut self) {
        self.reader = None;
        self.step(Event::ClientLeft);
    }
}

/// The next message; never, when there is no channel.
async fn receive<T>(channel: &mut Option<mpsc::Receiver<T>>) -> Option<T> {
    match channel {
        Some(channel) => channel.recv().await,
        None => std::future::pending().await,
    }
}
