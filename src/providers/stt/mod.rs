//! Recognisers: utterances of sound in, words out.

use super::ProviderError;
use tokio::sync::mpsc;

/// What a recogniser is given. Utterances do not overlap; a new `Begin` may come while finals of older ones are awaited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SttInput {
    /// An utterance begins; its answers carry this number.
    Begin(u32),
    /// Its next sound: 16-bit mono samples at `TRACK_RATE`.
    Audio(Vec<i16>),
    /// The utterance is over: its final words are wanted.
    End(u32),
    /// The utterance was nothing: no answer is wanted.
    Drop(u32),
}

/// What a recogniser answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SttEvent {
    /// All words of the utterance so far.
    Partial {
        /// The utterance.
        utterance: u32,
        /// Its words; may shrink.
        text: String,
    },
    /// The last word on the utterance.
    Final {
        /// The utterance.
        utterance: u32,
        /// Its words; empty when there were none.
        text: String,
    },
}

/// A recogniser's error: about one utterance, or (none) the end of the session.
#[derive(Debug)]
pub struct SttFailure {
    /// The utterance it is about.
    pub utterance: Option<u32>,
    /// What happened.
    pub error: ProviderError,
}

/// A running recogniser. Dropping `input` ends it.
pub struct SttSession {
    /// Sound in. Bounded: when full the caller drops sound and says so.
    pub input: mpsc::Sender<SttInput>,
    /// Words out.
    pub events: mpsc::Receiver<Result<SttEvent, SttFailure>>,
}

/// A recogniser.
pub trait Stt: Send + Sync {
    /// Starts a session; must be called inside a tokio runtime. Connections are made in the background.
    fn start(&self, language: &str) -> SttSession;
    /// Whether partial words come while an utterance is still being spoken.
    fn has_partials(&self) -> bool;
}
