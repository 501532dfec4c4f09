//! The tokio shell: drives one core from the world, one task per interview.
//!
//! The driver's task owns everything of its interview; others reach it by a [`Handle`]. It decides nothing about who
//! may speak: it makes events of what happens, records them, and performs the core's commands in their order.

mod driver;
#[cfg(test)]
mod driver_tests;
pub mod editors;
#[cfg(test)]
mod editors_tests;
pub mod end_of_turn;
pub mod ingress;
pub mod mic;
mod names;
pub mod outbox;
pub mod peers;
mod perform;
pub mod playout;
pub mod presence;
pub mod runs;
mod show;
mod sound;
pub mod tasks;
pub mod vad_pool;
pub mod words;

use crate::interview::event::EndReason;
use crate::interview::pace::Measured;
use crate::interview::setup::Setup;
use crate::providers::llm::Llm;
use crate::providers::stt::Stt;
use crate::providers::tts::Tts;
use crate::recording::Recorder;
use crate::units::PeerId;
pub use crate::wire::extension::InterviewView as About;
use crate::wire::{ClientEvent, SessionView, WireError};
use editors::EditorIngress;
use ingress::{INGRESS_CHANNEL, Ingress, Joined};
use outbox::{Reader, Readers};
use peers::PeerReader;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use vad_pool::{PooledVad, Scores};
pub use words::limits;

/// All that one interview needs.
pub struct InterviewParts {
    /// What the core is told.
    pub setup: Setup,
    /// What clients are told of the interview; the driver fills in what changes.
    pub about: About,
    /// The session's settings before a client changes them.
    pub session: SessionView,
    /// Where the interview is recorded, or a recorder that is off.
    pub recorder: Recorder,
    /// Path under which the recording can be fetched, if there is one.
    pub recording_path: Option<String>,
    /// The voice detector.
    pub vad: Option<(PooledVad, mpsc::Receiver<Scores>)>,
    /// The end-of-turn model, if one is asked.
    pub end_of_turn: Option<end_of_turn::EndOfTurnScorer>,
    /// The recogniser; none when the client recognises speech.
    pub stt: Option<Arc<dyn Stt>>,
    /// The model; none when the question's own lines are spoken.
    pub llm: Option<Arc<dyn Llm>>,
    /// What runs the candidate's code; none when there is none to write.
    pub runs: Option<runs::Runs>,
    /// The voice; none when the client speaks, or nobody.
    pub tts: Option<Arc<dyn Tts>>,
    /// What interviews measured of the services' pace; this one adds to it at its end.
    pub paces: Arc<Paces>,
    /// Where tokens are counted that the model's calls take.
    pub tokens: Arc<AtomicU64>,
}

/// How fast the services were in the last interviews, for the next one to begin with.
#[derive(Debug, Default)]
pub struct Paces(Mutex<Measured>);

impl Paces {
    /// An interview is over.
    pub fn learn(&self, measured: &Measured) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).learn(measured);
    }

    /// What was measured lately.
    pub fn known(&self) -> Measured {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// How far an interview is, for those outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No client has come yet.
    Waiting,
    /// It runs.
    Live,
    /// It is over; the recording is being closed.
    Finishing(EndReason),
    /// It is over and its recording closed.
    Ended(EndReason),
    /// It broke; its recording ends with the event that did it.
    Broken,
}

impl State {
    /// Whether nothing more will happen.
    pub fn is_over(self) -> bool {
        matches!(self, State::Ended(_) | State::Broken)
    }

    /// Whether a client may join.
    pub fn is_open(self) -> bool {
        matches!(self, State::Waiting | State::Live)
    }
}

/// Reaches a running interview. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    ingress: mpsc::Sender<Ingress>,
    readers: Readers,
    /// How many editor sockets came so far.
    peers: Arc<AtomicU32>,
    state: watch::Receiver<State>,
    stop: CancellationToken,
}

/// The interview is over; no socket can join it.
#[derive(Debug, thiserror::Error)]
#[error("the interview is over")]
pub struct Over;

/// How a socket wants to join.
#[derive(Clone, Copy, Debug, Default)]
pub struct Join {
    /// Number of the last server event it knows (0: none of an interview that it takes up); none when it is new.
    pub after: Option<u64>,
    /// Sound goes out to it as binary frames.
    pub binary: bool,
}

/// Starts an interview's task.
pub fn spawn(parts: InterviewParts) -> Handle {
    let (ingress, messages) = mpsc::channel(INGRESS_CHANNEL);
    let (outbox, readers) = outbox::outbox();
    let (state, watched) = watch::channel(State::Waiting);
    let stop = CancellationToken::new();
    driver::spawn(parts, messages, Arc::new(outbox), state, stop.clone());
    Handle { ingress, readers, peers: Arc::default(), state: watched, stop }
}

impl Handle {
    /// Attaches a socket: what it brings goes in by the first, what it is sent comes out of the second. A socket that
    /// was attached before is closed.
    ///
    /// # Errors
    /// When the interview is over.
    pub async fn attach(&self, join: Join) -> Result<(Inlet, Reader), Over> {
        let reader = self.readers.open();
        let joined = Joined { reader: reader.number(), after: join.after, binary: join.binary };
        self.ingress.send(Ingress::Joined(joined)).await.map_err(|_| Over)?;
        Ok((Inlet { reader: reader.number(), ingress: Some(self.ingress.clone()) }, reader))
    }

    /// Attaches a socket that only watches: it is told what the client is told, but sound, and can say nothing. One too many is
    /// closed.
    ///
    /// # Errors
    /// When the interview is over.
    pub async fn watch(&self) -> Result<Reader, Over> {
        let reader = self.readers.watch();
        self.ingress.send(Ingress::Watching { reader: reader.number() }).await.map_err(|_| Over)?;
        Ok(reader)
    }

    /// Attaches an editor socket; one that only watches is told of edits, and what it says itself is passed over.
    ///
    /// # Errors
    /// When the interview is over.
    pub async fn attach_editor(&self, watches: bool) -> Result<(EditorInlet, PeerReader), Over> {
        let peer = PeerId(self.peers.fetch_add(1, Ordering::Relaxed) + 1);
        let (outbox, reader) = peers::peer();
        let inlet = EditorInlet { peer, ingress: self.ingress.clone() };
        inlet.send(EditorIngress::Joined { peer, outbox, watches }).await?;
        Ok((inlet, reader))
    }

    /// How far it is, now and from now on.
    pub fn state(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Ends the interview because the server shuts down.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

/// Where a socket puts what it brings. Waits while the interview is behind. Dropping it tells the interview that the
/// socket is gone.
pub struct Inlet {
    reader: u64,
    ingress: Option<mpsc::Sender<Ingress>>,
}

impl Inlet {
    /// The client said something.
    ///
    /// # Errors
    /// When the interview is over.
    pub async fn said(&self, event: ClientEvent) -> Result<(), Over> {
        self.send(Ingress::Said { reader: self.reader, event: Box::new(event) }).await
    }

    /// The client sent sound in the session's format.
    ///
    /// # Errors
    /// When the interview is over.
    pub async fn sound(&self, bytes: Vec<u8>) -> Result<(), Over> {
        self.send(Ingress::Sound { reader: self.reader, bytes }).await
    }

    /// The client sent something that cannot be read; the answer keeps its place among the other answers. Returns when
    /// the answer is on its way.
    ///
    /// # Errors
    /// When the interview is over.
    pub async fn bad(&self, error: WireError) -> Result<(), Over> {
        let (answered, done) = oneshot::channel();
        self.send(Ingress::Bad { reader: self.reader, error: Box::new(error), answered }).await?;
        done.await.ok();
        Ok(())
    }

    async fn send(&self, message: Ingress) -> Result<(), Over> {
        match &self.ingress {
            Some(ingress) => ingress.send(message).await.map_err(|_| Over),
            None => Err(Over),
        }
    }
}

impl Drop for Inlet {
    fn drop(&mut self) {
        let Some(ingress) = self.ingress.take() else { return };
        tell(ingress, Ingress::Left { reader: self.reader });
    }
}

/// Where an editor socket puts what it brings. Waits while the interview is behind. Dropping it tells the interview that the
/// socket is gone.
pub struct EditorInlet {
    peer: PeerId,
    ingress: mpsc::Sender<Ingress>,
}

impl EditorInlet {
    /// A frame came.
    ///
    /// # Errors
    /// When the interview is over.
    pub async fn said(&self, frame: bytes::Bytes) -> Result<(), Over> {
        self.send(EditorIngress::Said { peer: self.peer, frame }).await
    }

    async fn send(&self, message: EditorIngress) -> Result<(), Over> {
        self.ingress.send(Ingress::Editor(message)).await.map_err(|_| Over)
    }
}

impl Drop for EditorInlet {
    fn drop(&mut self) {
        tell(self.ingress.clone(), Ingress::Editor(EditorIngress::Left { peer: self.peer }));
    }
}

/// Tells the interview of a socket that is gone.
fn tell(ingress: mpsc::Sender<Ingress>, left: Ingress) {
    if let Err(mpsc::error::TrySendError::Full(left)) = ingress.try_send(left)
        && let Ok(runtime) = tokio::runtime::Handle::try_current()
    {
        // The interview is behind: the news waits in a task of its own, as long as the interview lives.
        runtime.spawn(async move { ingress.send(left).await });
    }
}
