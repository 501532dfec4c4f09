//! Voices: text in, a stream of sound out.

pub mod ahead;
pub mod espeak;
pub mod fake;
pub mod openai;

pub(in crate::providers) mod pcm;

use super::endpoint::OPENAI_BASE_URL;
use super::{ApiKey, OpenError, ProviderError};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The longest chunk of sound a voice hands out, in samples at `TRACK_RATE`: 200 ms.
pub const CHUNK_SAMPLES_MAX: usize = 4_800;

/// The longest text spoken in one call, in characters: over two minutes of speech. The interview asks sentence by
/// sentence; longer texts are an error and not a longer wait.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// The longest sound of one call, in seconds; what a service sends beyond it is an error.
pub const SPEECH_SECONDS_MAX: usize = 300;

/// A voice. Dropping the stream cancels the call (a subprocess is killed). After an error nothing follows. The stream's
/// end is the speech's end; text without anything to say gives an empty stream.
pub trait Tts: Send + Sync {
    /// Speaks `text`: chunks of 16-bit mono samples at `TRACK_RATE`, each at most 4,800 samples (200 ms).
    fn speak(&self, text: String) -> BoxStream<'static, Result<Vec<i16>, ProviderError>>;

    /// Opens a connection ahead of need, so that the first sentence does not wait for it. Never fails; bounded in time.
    fn warm(&self) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

/// Which voice speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TtsProvider {
    /// A server with OpenAI's speech interface.
    Openai,
    /// The program `espeak-ng` on this machine: no key, no network, a mechanical voice.
    Espeak,
    /// The candidate's browser speaks.
    Client,
    /// Nobody speaks; the sentences are shown.
    None,
    /// A script, for tests and demonstrations.
    Fake,
}

/// The section `[tts]`: the interviewer's voice.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TtsConfig {
    /// Which provider. Unset: `openai` if `OPENAI_API_KEY` is in the environment, else `espeak` if that program is
    /// installed, else `client`.
    pub provider: Option<TtsProvider>,
    /// Where an OpenAI-like server answers, such as `http://127.0.0.1:8880/v1`. Default: OpenAI's own.
    pub base_url: String,
    /// The model's name at that server.
    pub model: String,
    /// The key; needed for OpenAI, optional elsewhere.
    pub api_key: Option<ApiKey>,
    /// The voice's name: `alloy`, `coral` … for `openai`, `en-us`, `en-gb` … for `espeak`. Unset: `coral` and `en-us`.
    pub voice: Option<String>,
    /// How fast to speak, in hundredths of the voice's own speed, 50 to 200, default 100.
    pub speed_percent: u32,
    /// How to speak (tone, pace, accent), for models that can be told. Unset: not sent.
    pub instructions: Option<String>,
    /// Longest wait for the first and for each further piece of sound, in ms, 10 to 120,000, default 8,000.
    pub idle_timeout_ms: u64,
    /// `espeak`: the program to run.
    pub program: String,
    /// `espeak`: how many may run at once, 1 to 64, default 4. One speaks a sentence in some 15 ms.
    pub processes_max: usize,
    /// The script of the provider `fake`.
    pub fake: fake::TtsScript,
}

impl Default for TtsConfig {
    fn default() -> Self {
        TtsConfig {
            provider: None,
            base_url: OPENAI_BASE_URL.to_owned(),
            model: "gpt-4o-mini-tts".to_owned(),
            api_key: None,
            voice: None,
            speed_percent: 100,
            instructions: None,
            idle_timeout_ms: 8_000,
            program: "espeak-ng".to_owned(),
            processes_max: 4,
            fake: Default::default(),
        }
    }
}

/// Who speaks the interviewer's sentences.
#[derive(Clone)]
pub enum Voice {
    /// A voice that this server runs or calls.
    Server(Arc<dyn Tts>),
    /// The candidate's browser.
    Client,
    /// Nobody.
    Silent,
}

/// An opened provider and what there is to say about it.
#[derive(Clone)]
pub struct Opened {
    /// The provider's name.
    pub name: &'static str,
    /// Whether this server keeps the interviewer's sentences on its machine.
    pub local: bool,
    /// Who speaks.
    pub voice: Voice,
}

/// Opens what `config` asks for. Connects to nothing yet; asks `espeak-ng` whether it is there and knows the voice.
///
/// # Errors
/// A setting is missing or cannot be used; the error names it.
pub fn open(config: &TtsConfig) -> Result<Opened, OpenError> {
    if !(50..=200).contains(&config.speed_percent) {
        return Err(OpenError::new("tts", "speed_percent", "the speed must be 50 to 200"));
    }
    let opened = |name, local, voice| Ok(Opened { name, local, voice });
    let provider = config.provider.unwrap_or_else(|| keyless(config));
    match provider {
        TtsProvider::Openai => {
            let voice = openai::OpenaiTts::open(config)?;
            opened("openai", voice.local(), Voice::Server(Arc::new(voice)))
        }
        TtsProvider::Espeak => opened("espeak", true, Voice::Server(Arc::new(espeak::Espeak::open(config)?))),
        TtsProvider::Client => opened("client", true, Voice::Client),
        TtsProvider::None => opened("none", true, Voice::Silent),
        TtsProvider::Fake => opened("fake", true, Voice::Server(Arc::new(fake::FakeTts::new(config.fake.clone())))),
    }
}

fn keyless(config: &TtsConfig) -> TtsProvider {
    if espeak::is_installed(&config.program) { TtsProvider::Espeak } else { TtsProvider::Client }
}

/// Whether there is anything in `text` that a voice could say.
fn is_speakable(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}
