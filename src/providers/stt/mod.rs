//! Recognisers: utterances of sound in, words out.

pub mod fake;
pub mod openai;
pub mod openai_realtime;

mod realtime_ledger;

use super::endpoint::OPENAI_BASE_URL;
use super::{ApiKey, OpenError, ProviderError};
use crate::units::TRACK_RATE;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::mpsc;

/// The longest sound of an utterance that is heard, in samples at `TRACK_RATE`: 120 s. What is said after that is left
/// out, and the words of what came before are still given.
pub const UTTERANCE_SAMPLES_MAX: usize = 120 * TRACK_RATE.0 as usize;

/// Less sound than this, in samples, holds no word (and services refuse it): 100 ms.
const SOUND_MIN: usize = TRACK_RATE.0 as usize / 10;

/// Inputs that wait for a session; full: the caller drops sound and says so. Five seconds of 20 ms frames.
const INPUTS_MAX: usize = 256;

/// Answers that wait for their reader; full: the session waits, and its inputs behind it.
const EVENTS_MAX: usize = 64;

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
    /// Whether it writes down every sound as it was made, "um" and "er" included.
    fn is_verbatim(&self) -> bool {
        false
    }

    /// Opens a connection ahead of need, so that the first words do not wait for it. Never fails; bounded in time.
    fn warm(&self) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

/// Which recogniser listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SttProvider {
    /// A server with OpenAI's transcription interface: each utterance is sent whole.
    Openai,
    /// OpenAI's realtime transcription: sound is sent while it is spoken.
    OpenaiRealtime,
    /// The candidate's browser recognises speech itself.
    Client,
    /// A script, for tests and demonstrations.
    Fake,
}

/// The section `[stt]`: what turns the candidate's speech into words.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SttConfig {
    /// Which provider. Unset: `openai` if `OPENAI_API_KEY` is in the environment, else `client`.
    pub provider: Option<SttProvider>,
    /// Where an OpenAI-like server answers, such as `http://127.0.0.1:8000/v1`. Default: OpenAI's own.
    pub base_url: String,
    /// The model's name at that server.
    pub model: String,
    /// The key; needed for OpenAI, optional elsewhere.
    pub api_key: Option<ApiKey>,
    /// The spoken language as two letters, such as `en`. Unset: the interview's own.
    pub language: Option<String>,
    /// Words to expect, such as names and terms of the trade; helps the model to spell them. Unset: not sent.
    pub prompt: Option<String>,
    /// Longest wait for the final words of an utterance once it is over, in ms, 10 to 120,000, default 10,000.
    pub final_timeout_ms: u64,
    /// `openai_realtime`: whether this model sends words while the utterance is still being spoken, before its end is
    /// announced. The usual ones do not.
    pub early_words: bool,
    /// This model writes down every sound as it was made, "um" and "er" included. Most leave them out (all of the Whisper family
    /// do); said of one that does, fillers would be counted as none where there were many. Default false.
    pub verbatim: bool,
    /// The script of the provider `fake`.
    pub fake: fake::SttScript,
}

impl Default for SttConfig {
    fn default() -> Self {
        SttConfig {
            provider: None,
            base_url: OPENAI_BASE_URL.to_owned(),
            model: "gpt-4o-mini-transcribe".to_owned(),
            api_key: None,
            language: None,
            prompt: None,
            final_timeout_ms: 10_000,
            early_words: false,
            verbatim: false,
            fake: Default::default(),
        }
    }
}

/// Who turns speech into words.
#[derive(Clone)]
pub enum Words {
    /// A recogniser that this server runs or calls.
    Server(Arc<dyn Stt>),
    /// The candidate's browser.
    Client,
}

/// An opened provider and what there is to say about it.
#[derive(Clone)]
pub struct Opened {
    /// The provider's name.
    pub name: &'static str,
    /// Whether this server keeps the candidate's sound on its machine. What a browser's own recogniser does with it is
    /// between the candidate and the browser.
    pub local: bool,
    /// Who listens.
    pub words: Words,
    /// 99 of 100 final transcripts come within this, in ms, as far as anybody published it.
    pub final_p99_ms: Option<u64>,
}

/// gpt-4o-transcribe in the measurements of pipecat-ai/stt-benchmark (median 637, p95 965).
const OPENAI_FINAL_P99_MS: u64 = 1_655;

/// Opens what `config` asks for. Connects to nothing yet.
///
/// # Errors
/// A setting is missing or cannot be used; the error names it.
pub fn open(config: &SttConfig) -> Result<Opened, OpenError> {
    let published = super::endpoint::is_openai(&config.base_url).then_some(OPENAI_FINAL_P99_MS);
    let opened = |name, local, words| {
        let final_p99_ms = published.filter(|_| name != "fake" && name != "client");
        Ok(Opened { name, local, words, final_p99_ms })
    };
    match config.provider.unwrap_or(SttProvider::Client) {
        SttProvider::Openai => {
            let recogniser = openai::OpenaiStt::open(config)?;
            opened("openai", recogniser.local(), Words::Server(Arc::new(recogniser)))
        }
        SttProvider::OpenaiRealtime => {
            let recogniser = openai_realtime::OpenaiRealtimeStt::open(config)?;
            opened("openai_realtime", recogniser.local(), Words::Server(Arc::new(recogniser)))
        }
        SttProvider::Client => opened("client", true, Words::Client),
        SttProvider::Fake => opened("fake", true, Words::Server(Arc::new(fake::FakeStt::new(config.fake.clone())))),
    }
}

/// What the settings of both OpenAI-like recognisers have in common.
fn check(config: &SttConfig) -> Result<(), OpenError> {
    let wrong = |field, problem: &str| Err(OpenError::new("stt", field, problem));
    if config.model.trim().is_empty() {
        return wrong("model", "a model must be named");
    }
    if !(10..=120_000).contains(&config.final_timeout_ms) {
        return wrong("final_timeout_ms", "the wait must be 10 to 120000");
    }
    if config.language.as_deref().is_some_and(|language| two_letters(language).is_none()) {
        return wrong("language", "a language is named like en");
    }
    Ok(())
}

/// `en` of `en-US`; none for what does not name a language.
fn two_letters(language: &str) -> Option<String> {
    let (first, _) = language.split_once(['-', '_']).unwrap_or((language, ""));
    let named = (2..=3).contains(&first.len()) && first.chars().all(|char| char.is_ascii_alphabetic());
    named.then(|| first.to_ascii_lowercase())
}

/// An utterance's sound as far as it has come.
struct Utterance {
    number: u32,
    samples: Vec<i16>,
}

impl Utterance {
    fn new(number: u32) -> Self {
        Utterance { number, samples: Vec::new() }
    }

    /// Takes the next sound, up to the limit.
    fn push(&mut self, samples: &[i16]) {
        let room = UTTERANCE_SAMPLES_MAX - self.samples.len().min(UTTERANCE_SAMPLES_MAX);
        if room > 0 && samples.len() > room {
            tracing::warn!(
                utterance = self.number,
                "an utterance is longer than can be recognised; its end is left out"
            );
        }
        self.samples.extend_from_slice(samples.get(..room.min(samples.len())).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_sent_as_its_first_part() {
        assert_eq!(two_letters("en-US").as_deref(), Some("en"));
        assert_eq!(two_letters("DE").as_deref(), Some("de"));
        assert_eq!(two_letters("yue").as_deref(), Some("yue"));
        assert_eq!(two_letters(""), None);
        assert_eq!(two_letters("english"), None);
    }

    #[test]
    fn an_endless_utterance_stops_growing() {
        let mut utterance = Utterance::new(1);
        for _ in 0..121 {
            utterance.push(&[1; 24_000]);
        }
        utterance.push(&[]);
        assert_eq!(utterance.samples.len(), UTTERANCE_SAMPLES_MAX);
    }

    #[test]
    fn nothing_configured_means_the_browser_listens() {
        let opened = open(&SttConfig::default()).unwrap();
        assert!(opened.local && opened.name == "client" && matches!(opened.words, Words::Client));
    }
}
