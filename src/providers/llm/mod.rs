//! Language models: a prompt in, a stream of text out.

pub mod fake;
pub mod openai;

use super::endpoint::OPENAI_BASE_URL;
use super::{ApiKey, OpenError, ProviderError};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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

    /// Opens a connection ahead of need, so that the first answer does not wait for it. Never fails; bounded in time.
    fn warm(&self) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

/// Which kind of model answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LlmProvider {
    /// A server with OpenAI's chat interface: OpenAI, Ollama, vLLM, llama.cpp and many more.
    Openai,
    /// No model: the interviewer says the sentences that come with the question.
    Authored,
    /// A script, for tests and demonstrations.
    Fake,
}

/// The section `[llm]`: what phrases the interviewer's sentences.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LlmConfig {
    /// Which provider. Unset: `openai` if `OPENAI_API_KEY` is in the environment, else `authored`.
    pub provider: Option<LlmProvider>,
    /// Where an OpenAI-like server answers, such as `http://127.0.0.1:11434/v1`. Default: OpenAI's own.
    pub base_url: String,
    /// The model's name at that server. Prefer one that begins to answer fast: every turn waits for its first words.
    pub model: String,
    /// The key; needed for OpenAI, optional elsewhere.
    pub api_key: Option<ApiKey>,
    /// Most tokens of one answer, 16 to 16,384, default 400. Too low and replies are cut off in the middle; too high
    /// and a model that rambles is not stopped.
    pub max_tokens: u32,
    /// Most tokens of one prompt, 4,000 to 200,000, default 12,000. Too low and the interviewer forgets how the conversation
    /// began and sees only parts of the code; too high and every turn costs more money and time.
    pub prompt_tokens_max: u32,
    /// How freely it phrases, 0 to 2. Unset: the server's default (some models refuse any other).
    pub temperature: Option<f32>,
    /// For models that think first: how much (`none`, `minimal`, `low` …). Unset: not sent. Thinking is silence.
    pub reasoning_effort: Option<String>,
    /// 95 of 100 answers begin within this, in ms, 400 to 60,000, default 1,200: what a call is held against before an interview
    /// has measured it. A call that is later is made a second time. Too low: many calls are paid for twice; too high: silence.
    pub first_word_p95_ms: u64,
    /// Longest wait for the first and for each further piece, in ms, 10 to 120,000, default 10,000.
    pub idle_timeout_ms: u64,
    /// The script of the provider `fake`.
    pub fake: fake::LlmScript,
}

impl Default for LlmConfig {
    fn default() -> Self {
        LlmConfig {
            provider: None,
            base_url: OPENAI_BASE_URL.to_owned(),
            model: "gpt-4.1-mini".to_owned(),
            api_key: None,
            max_tokens: 400,
            prompt_tokens_max: 12_000,
            temperature: None,
            reasoning_effort: None,
            first_word_p95_ms: 1_200,
            idle_timeout_ms: 10_000,
            fake: Default::default(),
        }
    }
}

/// Who phrases the interviewer's sentences.
#[derive(Clone)]
pub enum Phrasing {
    /// A model.
    Model(Arc<dyn Llm>),
    /// Nobody: the question's own sentences are said as they are.
    Authored,
}

/// An opened provider and what there is to say about it.
#[derive(Clone)]
pub struct Opened {
    /// The provider's name.
    pub name: &'static str,
    /// Whether the prompts, which hold what was said, stay on this machine.
    pub local: bool,
    /// Who answers.
    pub phrasing: Phrasing,
}

/// Opens what `config` asks for. Connects to nothing yet.
///
/// # Errors
/// A setting is missing or cannot be used; the error names it.
pub fn open(config: &LlmConfig) -> Result<Opened, OpenError> {
    if !(4_000..=200_000).contains(&config.prompt_tokens_max) {
        return Err(OpenError::new("llm", "prompt_tokens_max", "the most tokens of a prompt must be 4000 to 200000"));
    }
    if !(400..=60_000).contains(&config.first_word_p95_ms) {
        return Err(OpenError::new("llm", "first_word_p95_ms", "the time of a first word must be 400 to 60000"));
    }
    let opened = |name, local, phrasing| Ok(Opened { name, local, phrasing });
    match config.provider.unwrap_or(LlmProvider::Authored) {
        LlmProvider::Openai => {
            let model = openai::OpenaiLlm::open(config)?;
            opened("openai", model.local(), Phrasing::Model(Arc::new(model)))
        }
        LlmProvider::Authored => opened("authored", true, Phrasing::Authored),
        LlmProvider::Fake => opened("fake", true, Phrasing::Model(Arc::new(fake::FakeLlm::new(config.fake.clone())))),
    }
}
