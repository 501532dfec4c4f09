//! Voices behind OpenAI's speech interface: raw sound as it is made, or a WAV file from servers that know no better.

use super::pcm::Decoder;
use super::{TEXT_CHARS_MAX, Tts, TtsConfig, is_speakable};
use crate::providers::endpoint::{Endpoint, status_error, transport_error};
use crate::providers::pieces::{Pieces, ended, pieces};
use crate::providers::{FailureKind, OpenError, ProviderError};
use crate::units::{Hz, TRACK_RATE};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// Chunks that may wait to be read, some of them short: half a minute or more of sound, so that the connection is free
/// again long before its sound has been played. Full: the server waits.
const CHUNKS_AHEAD: usize = 512;

/// A voice behind an OpenAI-like server.
pub struct OpenaiTts {
    call: Arc<Call>,
}

/// What every call is made with.
struct Call {
    endpoint: Endpoint,
    model: String,
    voice: String,
    speed_percent: u32,
    instructions: Option<String>,
    idle: Duration,
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    voice: &'a str,
    input: &'a str,
    response_format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    speed: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<&'a str>,
}

impl OpenaiTts {
    /// Checks the settings. Connects to nothing yet.
    ///
    /// # Errors
    /// A setting is missing or out of range.
    pub fn open(config: &TtsConfig) -> Result<Self, OpenError> {
        let wrong = |field, problem: &str| Err(OpenError::new("tts", field, problem));
        if config.model.trim().is_empty() {
            return wrong("model", "a model must be named");
        }
        if !(10..=120_000).contains(&config.idle_timeout_ms) {
            return wrong("idle_timeout_ms", "the wait must be 10 to 120000");
        }
        let call = Call {
            endpoint: Endpoint::open("tts", &config.base_url, config.api_key.as_ref())?,
            model: config.model.trim().to_owned(),
            voice: config.voice.clone().unwrap_or_else(|| "coral".to_owned()),
            speed_percent: config.speed_percent,
            instructions: config.instructions.clone(),
            idle: Duration::from_millis(config.idle_timeout_ms),
        };
        Ok(OpenaiTts { call: Arc::new(call) })
    }

    /// Whether the interviewer's sentences stay on this machine.
    pub fn local(&self) -> bool {
        self.call.endpoint.local()
    }
}

impl Tts for OpenaiTts {
    fn speak(&self, text: String) -> BoxStream<'static, Result<Vec<i16>, ProviderError>> {
        if !is_speakable(&text) {
            return ended(None);
        }
        if text.chars().count() > TEXT_CHARS_MAX {
            let message = format!("a speech of more than {TEXT_CHARS_MAX} characters");
            return ended(Some(ProviderError::new(FailureKind::BadRequest, message)));
        }
        let call = self.call.clone();
        pieces(CHUNKS_AHEAD, move |out| async move { call.speak(&text, out).await })
    }

    fn warm(&self) -> BoxFuture<'static, ()> {
        self.call.endpoint.warm()
    }
}

impl Call {
    async fn speak(&self, text: &str, out: Pieces<Vec<i16>>) -> Result<(), ProviderError> {
        const WHAT: &str = "asking for speech";
        let late = |_| ProviderError::new(FailureKind::Timeout, "the voice is silent");
        let lost = |error| transport_error(WHAT, error);
        let request =
            self.endpoint.post("/audio/speech").header(ACCEPT, "audio/pcm, audio/*").json(&self.request(text));
        let mut answer = tokio::time::timeout(self.idle, request.send()).await.map_err(late)?.map_err(lost)?;
        if !answer.status().is_success() {
            return Err(status_error(WHAT, answer).await);
        }
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let mut decoder = Decoder::new(raw_rate(kind)?)?;
        let mut chunks = Vec::new();
        let mut bytes = 0;
        loop {
            let piece = tokio::time::timeout(self.idle, answer.chunk()).await.map_err(late)?.map_err(lost)?;
            match &piece {
                Some(piece) => {
                    bytes += piece.len();
                    decoder.push(piece, &mut chunks)?;
                }
                None => decoder.finish(&mut chunks)?,
            }
            for chunk in chunks.drain(..) {
                out.put(chunk).await?;
            }
            match piece {
                Some(_) => {}
                None if bytes == 0 => {
                    return Err(ProviderError::new(FailureKind::Protocol, "no sound came for a text"));
                }
                None => return Ok(()),
            }
        }
    }

    fn request<'a>(&'a self, text: &'a str) -> Request<'a> {
        Request {
            model: &self.model,
            voice: &self.voice,
            input: text,
            response_format: "pcm",
            speed: (self.speed_percent != 100).then_some(self.speed_percent as f32 / 100.0),
            instructions: self.instructions.as_deref(),
        }
    }
}

/// The rate of sound without a header, from the answer's content type; an error for what is not plain sound.
fn raw_rate(content_type: &str) -> Result<Hz, ProviderError> {
    let content_type = content_type.to_ascii_lowercase();
    let (kind, settings) = content_type.split_once(';').unwrap_or((&content_type, ""));
    let packed = ["mpeg", "mp3", "ogg", "opus", "aac", "mp4", "flac", "webm"];
    let kind = kind.trim();
    if kind.starts_with("text/") || kind.contains("json") || packed.iter().any(|packed| kind.ends_with(packed)) {
        return Err(ProviderError::new(
            FailureKind::Protocol,
            format!("an answer of type {kind} in place of plain sound"),
        ));
    }
    let rate = settings.split(';').find_map(|setting| setting.trim().strip_prefix("rate=")?.parse().ok());
    Ok(rate.map_or(TRACK_RATE, Hz))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_may_name_the_rate_and_must_not_be_packed_sound() {
        let rate = |kind| raw_rate(kind).map_err(|error| error.kind);
        assert_eq!(rate("audio/pcm"), Ok(TRACK_RATE));
        assert_eq!(rate(""), Ok(TRACK_RATE));
        assert_eq!(rate("audio/pcm; channels=1; rate=16000"), Ok(Hz(16_000)));
        assert_eq!(rate("audio/wav"), Ok(TRACK_RATE));
        assert_eq!(rate("application/octet-stream"), Ok(TRACK_RATE));
        for wrong in ["audio/mpeg", "application/json", "text/html; charset=utf-8", "audio/ogg"] {
            assert_eq!(rate(wrong), Err(FailureKind::Protocol), "{wrong}");
        }
    }

    #[test]
    fn the_speed_is_sent_only_when_it_is_not_the_voices_own() {
        let base_url = "http://127.0.0.1:1/v1".to_owned();
        let config = |speed_percent| TtsConfig { base_url: base_url.clone(), speed_percent, ..Default::default() };
        let request =
            |speed| serde_json::to_string(&OpenaiTts::open(&config(speed)).unwrap().call.request("hi")).unwrap();
        assert!(!request(100).contains("speed"));
        assert!(request(125).contains(r#""speed":1.25"#));
    }
}
