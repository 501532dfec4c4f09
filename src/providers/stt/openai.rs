//! Recognisers behind OpenAI's transcription interface: each utterance is sent whole, as a WAV file, once it is over.

use super::{EVENTS_MAX, INPUTS_MAX, SOUND_MIN, Stt, SttConfig, SttEvent, SttFailure, SttInput, SttSession, Utterance};
use crate::audio::file::Sound;
use crate::providers::endpoint::{Endpoint, ErrorBody, status_error, transport_error};
use crate::providers::{FailureKind, OpenError, ProviderError};
use crate::units::TRACK_RATE;
use futures::future::BoxFuture;
use reqwest::Response;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinError, JoinSet};

/// Utterances of one session whose words may be awaited at once. One more is answered with Busy: a service that far
/// behind is not going to catch up.
const ASKED_MAX: usize = 8;

/// The longest answer in bytes: the words of two minutes are some kilobytes.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// A recogniser behind an OpenAI-like server.
pub struct OpenaiStt {
    call: Arc<Call>,
}

/// What every call is made with.
struct Call {
    endpoint: Endpoint,
    model: String,
    language: Option<String>,
    prompt: Option<String>,
    patience: Duration,
    verbatim: bool,
}

impl OpenaiStt {
    /// Checks the settings. Connects to nothing yet.
    ///
    /// # Errors
    /// A setting is missing or out of range.
    pub fn open(config: &SttConfig) -> Result<Self, OpenError> {
        super::check(config)?;
        let call = Call {
            endpoint: Endpoint::open("stt", &config.base_url, config.api_key.as_ref())?,
            model: config.model.trim().to_owned(),
            language: config.language.clone(),
            prompt: config.prompt.clone(),
            patience: Duration::from_millis(config.final_timeout_ms),
            verbatim: config.verbatim,
        };
        Ok(OpenaiStt { call: Arc::new(call) })
    }

    /// Whether the candidate's sound stays on this machine.
    pub fn local(&self) -> bool {
        self.call.endpoint.local()
    }
}

impl Stt for OpenaiStt {
    fn start(&self, language: &str) -> SttSession {
        let (input, inputs) = mpsc::channel(INPUTS_MAX);
        let (sender, events) = mpsc::channel(EVENTS_MAX);
        let session = Session {
            call: self.call.clone(),
            language: super::two_letters(self.call.language.as_deref().unwrap_or(language)),
            events: sender,
            open: None,
            asked: JoinSet::new(),
            waiting: BTreeMap::new(),
        };
        tokio::spawn(session.run(inputs));
        SttSession { input, events }
    }

    fn has_partials(&self) -> bool {
        false
    }

    fn is_verbatim(&self) -> bool {
        self.call.verbatim
    }

    fn warm(&self) -> BoxFuture<'static, ()> {
        self.call.endpoint.warm()
    }
}

type Asked = (u32, Result<String, ProviderError>);

/// One interview's recognition. Dropping it cancels every call.
struct Session {
    call: Arc<Call>,
    language: Option<String>,
    events: mpsc::Sender<Result<SttEvent, SttFailure>>,
    open: Option<Utterance>,
    asked: JoinSet<Asked>,
    waiting: BTreeMap<u32, AbortHandle>,
}

impl Session {
    async fn run(mut self, mut inputs: mpsc::Receiver<SttInput>) {
        loop {
            let answer = tokio::select! {
                biased;
                () = self.events.closed() => return,
                Some(done) = self.asked.join_next() => self.answered(done),
                input = inputs.recv() => match input {
                    Some(input) => self.take(input),
                    None => return,
                },
            };
            if let Some(answer) = answer
                && self.events.send(answer).await.is_err()
            {
                return;
            }
        }
    }

    fn take(&mut self, input: SttInput) -> Option<Result<SttEvent, SttFailure>> {
        match input {
            SttInput::Begin(number) => self.open = Some(Utterance::new(number)),
            SttInput::Audio(samples) => {
                if let Some(open) = &mut self.open {
                    open.push(&samples);
                }
            }
            SttInput::End(number) => return self.end(number),
            SttInput::Drop(number) => {
                self.open.take_if(|open| open.number == number);
                if let Some(task) = self.waiting.remove(&number) {
                    task.abort();
                }
            }
        }
        None
    }

    fn end(&mut self, number: u32) -> Option<Result<SttEvent, SttFailure>> {
        let utterance = self.open.take_if(|open| open.number == number)?;
        if utterance.samples.len() < SOUND_MIN {
            return Some(Ok(SttEvent::Final { utterance: number, text: String::new() }));
        }
        if self.waiting.len() >= ASKED_MAX {
            let error = ProviderError::new(FailureKind::Busy, "too many utterances are waiting for their words");
            return Some(Err(SttFailure { utterance: Some(number), error }));
        }
        let (call, language) = (self.call.clone(), self.language.clone());
        let task = self.asked.spawn(async move { (number, call.ask(utterance.samples, language).await) });
        self.waiting.insert(number, task);
        None
    }

    fn answered(&mut self, done: Result<Asked, JoinError>) -> Option<Result<SttEvent, SttFailure>> {
        let (number, answer) = match done {
            Ok(asked) => asked,
            Err(crash) => {
                let number = *self.waiting.iter().find(|(_, task)| task.id() == crash.id())?.0;
                (number, Err(ProviderError::caused(FailureKind::Protocol, "the adapter failed", crash)))
            }
        };
        // Not waited for: it was dropped while its answer was on the way.
        self.waiting.remove(&number)?;
        Some(match answer {
            Ok(text) => Ok(SttEvent::Final { utterance: number, text }),
            Err(error) => Err(SttFailure { utterance: Some(number), error }),
        })
    }
}

impl Call {
    async fn ask(&self, samples: Vec<i16>, language: Option<String>) -> Result<String, ProviderError> {
        let late = |_| ProviderError::new(FailureKind::Timeout, "no words came for an utterance");
        tokio::time::timeout(self.patience, self.transcribe(samples, language)).await.map_err(late)?
    }

    async fn transcribe(&self, samples: Vec<i16>, language: Option<String>) -> Result<String, ProviderError> {
        const WHAT: &str = "asking for words";
        let lost = |error| transport_error(WHAT, error);
        let sound = Part::bytes(wav(samples)?).file_name("utterance.wav").mime_str("audio/wav").map_err(lost)?;
        // The sound goes last: some servers read the fields in order, and want to know the model first.
        let mut form = Form::new().text("model", self.model.clone()).text("response_format", "json");
        if let Some(language) = language {
            form = form.text("language", language);
        }
        if let Some(prompt) = &self.prompt {
            form = form.text("prompt", prompt.clone());
        }
        let request = self.endpoint.post("/audio/transcriptions").multipart(form.part("file", sound));
        let answer = request.send().await.map_err(lost)?;
        if !answer.status().is_success() {
            return Err(status_error(WHAT, answer).await);
        }
        decode(&body(answer).await?)
    }
}

async fn body(mut answer: Response) -> Result<Vec<u8>, ProviderError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| transport_error("reading words", error))? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_BYTES_MAX {
            return Err(ProviderError::new(FailureKind::Protocol, "the words of an utterance are too long"));
        }
    }
    Ok(body)
}

/// A transcription. Servers agree on this field only.
#[derive(Deserialize)]
struct Answer {
    text: Option<String>,
    #[serde(default)]
    error: Option<Value>,
}

fn decode(body: &[u8]) -> Result<String, ProviderError> {
    let unread = |_| ProviderError::new(FailureKind::Protocol, "the words of an utterance cannot be read");
    let answer: Answer = serde_json::from_slice(body).map_err(unread)?;
    if let Some(error) = answer.error.filter(|error| !error.is_null()) {
        let body = ErrorBody::of(&error);
        return Err(ProviderError::new(body.kind(), format!("asking for words: {}", body.text())));
    }
    let missing = || ProviderError::new(FailureKind::Protocol, "an answer without words");
    Ok(answer.text.ok_or_else(missing)?.trim().to_owned())
}

/// The samples as a WAV file.
fn wav(samples: Vec<i16>) -> Result<Vec<u8>, ProviderError> {
    let failed = |error| ProviderError::caused(FailureKind::BadRequest, "the sound cannot be packed", error);
    let mut file = std::io::Cursor::new(Vec::with_capacity(samples.len() * 2 + 44));
    Sound { rate: TRACK_RATE, samples }.write_wav(&mut file).map_err(failed)?;
    Ok(file.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_with_nothing_but_words_is_enough() {
        assert_eq!(decode(br#"{"text":" Hello. "}"#).unwrap(), "Hello.");
        assert_eq!(decode(br#"{"text":"","usage":{"type":"tokens"},"logprobs":null,"error":null}"#).unwrap(), "");
    }

    #[test]
    fn answers_without_words_are_errors() {
        let kind = |body: &[u8]| decode(body).unwrap_err().kind;
        assert_eq!(kind(b"{}"), FailureKind::Protocol);
        assert_eq!(kind(b"Hello."), FailureKind::Protocol);
        assert_eq!(kind(br#"{"error":{"message":"x","type":"server_overloaded"}}"#), FailureKind::Busy);
    }

    #[test]
    fn the_sound_is_packed_without_loss() {
        let samples: Vec<i16> = (0..1_000).map(|index| index * 32 - 16_000).collect();
        let file = wav(samples.clone()).unwrap();
        let mut reader = hound::WavReader::new(file.as_slice()).unwrap();
        assert_eq!((reader.spec().sample_rate, reader.spec().channels), (24_000, 1));
        assert_eq!(reader.samples::<i16>().map(Result::unwrap).collect::<Vec<_>>(), samples);
    }
}
