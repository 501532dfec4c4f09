//! The services an interview uses, behind one trait a kind. An adapter is one file: its configuration, a pure decoder,
//! the IO around it. Adapters know nothing of interviews, never retry, and stop when their stream is dropped.

pub mod llm;
pub mod stt;
pub mod tts;
pub mod vad;

pub use crate::units::FailureKind;

/// Why a service could not do its part.
#[derive(Debug, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct ProviderError {
    /// What the interview acts on.
    pub kind: FailureKind,
    /// What was tried and what came back, for the operator's log. Never holds a key, nor anybody's words.
    pub message: String,
    /// The cause, if another error was.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ProviderError {
    /// An error without a further cause.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        ProviderError { kind, message: message.into(), source: None }
    }

    /// An error with its cause.
    pub fn caused(
        kind: FailureKind,
        message: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        ProviderError { kind, message: message.into(), source: Some(source.into()) }
    }
}
