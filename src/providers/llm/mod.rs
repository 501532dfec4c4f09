//! Language models: a prompt in, a stream of text out.

use super::ProviderError;
use futures::stream::BoxStream;

/// Who says a message of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatRole {
    /// Instructions.
    System,
    /// The candidate.
    User,
    /// The interviewer.
    Assistant,
}

/// One message of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMessage {
    /// Who says it.
    pub role: ChatRole,
    /// What.
    pub text: String,
}

/// What a model's stream holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LlmEvent {
    /// The next piece of the answer; never empty.
    Text(String),
    /// The answer is complete; nothing follows.
    Finished {
        /// Tokens of prompt, zero if unknown.
        tokens_in: u32,
        /// Tokens of answer, zero if unknown.
        tokens_out: u32,
        /// Stopped at a length limit.
        cut_short: bool,
    },
}

/// A language model. Dropping the stream cancels the call. After an error nothing follows.
pub trait Llm: Send + Sync {
    /// Asks for an answer. The connection is made when the stream is first polled.
    fn ask(&self, messages: Vec<ChatMessage>) -> BoxStream<'static, Result<LlmEvent, ProviderError>>;
}
