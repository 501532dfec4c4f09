//! Models behind OpenAI's streaming chat interface: OpenAI itself and the many servers that imitate it.
//!
//! The calls go through `async-openai` with types of our own, because its own refuse what the imitators send, and over
//! a transport of our own, because its own retries (seconds of silence) and logs the bodies of errors (people's words).

use super::{ChatMessage, ChatRole, Llm, LlmConfig, LlmEvent};
use crate::providers::endpoint::{Endpoint, ErrorBody, kind_of_status, status_error, transport_error};
use crate::providers::pieces::{Pieces, pieces};
use crate::providers::{FailureKind, OpenError, ProviderError};
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// Pieces that wait to be read; full: the call waits for the reader.
const PIECES_AHEAD: usize = 256;

/// The longest answer in bytes with all its packaging; beyond it the server is taken to be mad. The client library
/// queues without limit, so this is also the limit of that queue.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How long an answer may stay open once it has said that it is finished, for its token counts.
const TAIL_MAX: Duration = Duration::from_millis(500);

/// A model behind an OpenAI-like server.
pub struct OpenaiLlm {
    call: Arc<Call>,
}

/// What every call is made with.
struct Call {
    endpoint: Endpoint,
    client: async_openai::Client<Endpoint>,
    model: String,
    max_tokens: u32,
    temperature: Option<f32>,
    reasoning_effort: Option<String>,
    idle: Duration,
}

impl OpenaiLlm {
    /// Checks the settings. Connects to nothing yet.
    ///
    /// # Errors
    /// A setting is missing or out of range.
    pub fn open(config: &LlmConfig) -> Result<Self, OpenError> {
        let wrong = |field, problem: &str| Err(OpenError::new("llm", field, problem));
        if config.model.trim().is_empty() {
            return wrong("model", "a model must be named");
        }
        if !(16..=16_384).contains(&config.max_tokens) {
            return wrong("max_tokens", "the most tokens of an answer must be 16 to 16384");
        }
        if config.temperature.is_some_and(|temperature| !(0.0..=2.0).contains(&temperature)) {
            return wrong("temperature", "the temperature must be 0 to 2");
        }
        if !(10..=120_000).contains(&config.idle_timeout_ms) {
            return wrong("idle_timeout_ms", "the wait must be 10 to 120000");
        }
        let endpoint = Endpoint::open("llm", &config.base_url, config.api_key.as_ref())?;
        let transport = Transport { client: endpoint.client.clone() };
        let client =
            async_openai::Client::build(endpoint.client.clone(), endpoint.clone()).with_http_service(transport);
        let call = Call {
            client,
            model: config.model.trim().to_owned(),
            max_tokens: config.max_tokens,
            temperature: config.temperature,
            reasoning_effort: config.reasoning_effort.clone(),
            idle: Duration::from_millis(config.idle_timeout_ms),
            endpoint,
        };
        Ok(OpenaiLlm { call: Arc::new(call) })
    }

    /// Whether prompts stay on this machine.
    pub fn local(&self) -> bool {
        self.call.endpoint.local()
    }
}

impl Llm for OpenaiLlm {
    fn ask(&self, messages: Vec<ChatMessage>) -> BoxStream<'static, Result<LlmEvent, ProviderError>> {
        let call = self.call.clone();
        pieces(PIECES_AHEAD, move |out| async move { call.ask(messages, out).await })
    }

    fn warm(&self) -> BoxFuture<'static, ()> {
        self.call.endpoint.warm()
    }
}

impl Call {
    async fn ask(&self, messages: Vec<ChatMessage>, out: Pieces<LlmEvent>) -> Result<(), ProviderError> {
        let late = |_| ProviderError::new(FailureKind::Timeout, "the model is silent");
        let chat = self.client.chat();
        let asked = chat.create_stream_byot::<Request, Chunk>(self.request(messages));
        let mut chunks = tokio::time::timeout(self.idle, asked).await.map_err(late)?.map_err(failure)?;
        let mut answer = Answer::default();
        loop {
            let wait = if answer.is_finished() { TAIL_MAX.min(self.idle) } else { self.idle };
            let chunk = match tokio::time::timeout(wait, chunks.next()).await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(_) if answer.is_finished() => break,
                Err(elapsed) => return Err(late(elapsed)),
            };
            match chunk {
                Ok(chunk) => {
                    if let Some(text) = answer.take(chunk)? {
                        out.put(LlmEvent::Text(text)).await?;
                    }
                }
                // The answer itself is whole; only its token counts are not.
                Err(_) if answer.is_finished() => break,
                Err(error) => return Err(failure(error)),
            }
        }
        out.put(answer.finish()?).await
    }

    fn request(&self, messages: Vec<ChatMessage>) -> Request {
        let newer = self.endpoint.is_openai();
        Request {
            model: self.model.clone(),
            messages: messages.into_iter().map(Message::from).collect(),
            stream: true,
            stream_options: StreamOptions { include_usage: true },
            max_completion_tokens: newer.then_some(self.max_tokens),
            max_tokens: (!newer).then_some(self.max_tokens),
            temperature: self.temperature,
            reasoning_effort: self.reasoning_effort.clone(),
        }
    }
}

#[derive(Serialize)]
struct Request {
    model: String,
    messages: Vec<Message>,
    stream: bool,
    stream_options: StreamOptions,
    /// OpenAI's newer name; its newer models refuse the older one.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    /// The older name, which is what the imitators know.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<String>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
struct Message {
    role: &'static str,
    content: String,
}

impl From<ChatMessage> for Message {
    fn from(message: ChatMessage) -> Self {
        let role = match message.role {
            ChatRole::System => "system",
            ChatRole::User => "user",
            ChatRole::Assistant => "assistant",
        };
        Message { role, content: message.text }
    }
}

/// One event of an answer. Every field may be missing or null; unknown ones are passed over.
#[derive(Debug, Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<Value>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Option<Delta>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Delta {
    #[serde(default)]
    content: Option<String>,
    /// What a model says in place of an answer that it refuses to give: words for the candidate all the same.
    #[serde(default)]
    refusal: Option<String>,
}

/// An answer as far as it has come. Pure.
#[derive(Default)]
struct Answer {
    finish: Option<String>,
    has_text: bool,
    tokens_in: u32,
    tokens_out: u32,
}

impl Answer {
    fn take(&mut self, chunk: Chunk) -> Result<Option<String>, ProviderError> {
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return Err(error_inside(&error));
        }
        if let Some(usage) = chunk.usage {
            let count = |field: &str| usage.get(field).and_then(Value::as_u64).unwrap_or(0);
            self.tokens_in = u32::try_from(count("prompt_tokens")).unwrap_or(u32::MAX);
            self.tokens_out = u32::try_from(count("completion_tokens")).unwrap_or(u32::MAX);
        }
        let Some(choice) = chunk.choices.and_then(|choices| choices.into_iter().next()) else { return Ok(None) };
        self.finish = choice.finish_reason.or(self.finish.take());
        let text = choice.delta.and_then(|delta| delta.content.or(delta.refusal)).filter(|text| !text.is_empty());
        self.has_text |= text.is_some();
        Ok(text)
    }

    fn is_finished(&self) -> bool {
        self.finish.is_some()
    }

    fn finish(self) -> Result<LlmEvent, ProviderError> {
        let (tokens_in, tokens_out) = (self.tokens_in, self.tokens_out);
        match self.finish.as_deref() {
            None => Err(ProviderError::new(FailureKind::Gone, "the model's answer ended before it was finished")),
            Some("content_filter") if !self.has_text => {
                Err(ProviderError::new(FailureKind::BadRequest, "the server's filter refused the prompt"))
            }
            Some(reason) => {
                let cut_short = matches!(reason, "length" | "content_filter");
                Ok(LlmEvent::Finished { tokens_in, tokens_out, cut_short })
            }
        }
    }
}

fn error_inside(error: &Value) -> ProviderError {
    let body = ErrorBody::of(error);
    ProviderError::new(body.kind(), format!("the model's answer broke off: {}", body.text()))
}

/// Sends a request once, and turns everything but a stream of events into one of our errors.
#[derive(Clone)]
struct Transport {
    client: reqwest::Client,
}

impl tower_service::Service<HttpRequestFactory> for Transport {
    type Response = Response;
    type Error = OpenAIError;
    type Future = BoxFuture<'static, Result<Response, OpenAIError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, factory: HttpRequestFactory) -> Self::Future {
        let client = self.client.clone();
        Box::pin(async move {
            let request = factory.build().await?;
            send(client, request).await.map_err(|error| OpenAIError::Boxed(Box::new(error)))
        })
    }
}

async fn send(client: reqwest::Client, request: reqwest::Request) -> Result<Response, ProviderError> {
    const WHAT: &str = "asking the model";
    let answer = client.execute(request).await.map_err(|error| transport_error(WHAT, error))?;
    if !answer.status().is_success() {
        return Err(status_error(WHAT, answer).await);
    }
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        return Err(unstreamed(answer).await);
    }
    Ok(limited(answer))
}

/// An answer in one piece where a stream was asked for: an error under a status of success, or a server without streams.
async fn unstreamed(answer: Response) -> ProviderError {
    let mut answer = limited(answer);
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        body.extend_from_slice(&chunk);
    }
    match serde_json::from_slice::<Chunk>(&body).ok().and_then(|chunk| chunk.error).filter(|error| !error.is_null()) {
        Some(error) => error_inside(&error),
        None => ProviderError::new(FailureKind::Protocol, "the model's server does not stream its answers"),
    }
}

/// The same answer, cut off with an error at [`ANSWER_BYTES_MAX`].
fn limited(answer: Response) -> Response {
    let mut left = ANSWER_BYTES_MAX;
    let body = answer.bytes_stream().map(move |chunk| {
        let chunk = chunk.map_err(std::io::Error::other)?;
        left = left.checked_sub(chunk.len()).ok_or_else(|| std::io::Error::other("the answer is too long"))?;
        Ok::<_, std::io::Error>(chunk)
    });
    Response::from(http::Response::new(reqwest::Body::wrap_stream(body)))
}

/// What the client library's error means. Its texts hold pieces of answers, so none of them is passed on.
fn failure(error: OpenAIError) -> ProviderError {
    let plain = |kind, message: &str| ProviderError::new(kind, message);
    match error {
        OpenAIError::Boxed(error) => match error.downcast::<ProviderError>() {
            Ok(ours) => *ours,
            Err(_) => plain(FailureKind::Gone, "asking the model failed"),
        },
        OpenAIError::Reqwest(error) => transport_error("asking the model", error),
        OpenAIError::ApiError(error) => plain(kind_of_status(error.status_code), "the model's server refused"),
        OpenAIError::JSONDeserialize(error, _) => plain(
            FailureKind::Protocol,
            &format!("the model sent an event that cannot be read ({:?} error)", error.classify()),
        ),
        OpenAIError::StreamError(error) if error.to_string().contains("Transport") => {
            plain(FailureKind::Gone, "the model's answer broke off")
        }
        OpenAIError::StreamError(_) => plain(FailureKind::Protocol, "the model's answer is not a stream of events"),
        _ => plain(FailureKind::BadRequest, "the prompt cannot be sent"),
    }
}

impl async_openai::config::Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        Endpoint::headers(self).clone()
    }

    fn url(&self, path: &str) -> String {
        Endpoint::url(self, path)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        self.base()
    }

    fn api_key(&self) -> &SecretString {
        self.key.secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(chunks: &[&str]) -> Result<(String, LlmEvent), FailureKind> {
        let mut answer = Answer::default();
        let mut text = String::new();
        for chunk in chunks {
            let chunk = serde_json::from_str(chunk).unwrap();
            text.push_str(&answer.take(chunk).map_err(|error| error.kind)?.unwrap_or_default());
        }
        Ok((text, answer.finish().map_err(|error| error.kind)?))
    }

    #[test]
    fn nulls_missing_fields_and_unknown_fields_are_passed_over() {
        let (text, end) = answer(&[
            r#"{"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":null,"reasoning_content":"hm"}}],"usage":null}"#,
            r#"{"choices":[{"delta":{"content":"Hel"},"finish_reason":null,"logprobs":null}],"error":null}"#,
            r#"{"choices":null}"#,
            r#"{"choices":[{"delta":{"content":"lo"},"finish_reason":"stop"}]}"#,
            r#"{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3,"details":{"cached":1.5}}}"#,
        ])
        .unwrap();
        assert_eq!(text, "Hello");
        assert_eq!(end, LlmEvent::Finished { tokens_in: 12, tokens_out: 3, cut_short: false });
    }

    #[test]
    fn an_answer_without_its_end_is_not_a_whole_answer() {
        assert_eq!(answer(&[r#"{"choices":[{"delta":{"content":"Hel"}}]}"#]).unwrap_err(), FailureKind::Gone);
    }

    #[test]
    fn a_length_limit_is_reported_and_a_filter_without_words_is_an_error() {
        let end = answer(&[r#"{"choices":[{"delta":{"content":"a"},"finish_reason":"length"}]}"#]).unwrap().1;
        assert!(matches!(end, LlmEvent::Finished { cut_short: true, .. }));
        let filtered = answer(&[r#"{"choices":[{"delta":{},"finish_reason":"content_filter"}]}"#]);
        assert_eq!(filtered.unwrap_err(), FailureKind::BadRequest);
    }

    #[test]
    fn only_openai_itself_is_sent_the_newer_field() {
        let request = |base_url: &str| {
            let api_key = Some(crate::providers::ApiKey::new("k"));
            let config = LlmConfig { base_url: base_url.into(), api_key, temperature: Some(0.7), ..Default::default() };
            serde_json::to_string(&OpenaiLlm::open(&config).unwrap().call.request(Vec::new())).unwrap()
        };
        let (theirs, others) = (request("https://api.openai.com/v1"), request("http://127.0.0.1:1/v1"));
        assert!(theirs.contains(r#""max_completion_tokens":400"#) && !theirs.contains(r#""max_tokens""#));
        assert!(others.contains(r#""max_tokens":400"#) && !others.contains("max_completion_tokens"));
        assert!(theirs.contains(r#""stream":true,"stream_options":{"include_usage":true}"#));
        assert!(theirs.contains(r#""temperature":0.7"#) && !theirs.contains("reasoning_effort"));
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let refused = |config: LlmConfig| OpenaiLlm::open(&config).err().map(|error| error.setting);
        let config = || LlmConfig { base_url: "http://127.0.0.1:1/v1".into(), ..Default::default() };
        assert_eq!(refused(config()), None);
        assert_eq!(refused(LlmConfig::default()).as_deref(), Some("VIVA__LLM__API_KEY"));
        assert_eq!(refused(LlmConfig { model: " ".into(), ..config() }).as_deref(), Some("VIVA__LLM__MODEL"));
        assert_eq!(refused(LlmConfig { max_tokens: 0, ..config() }).as_deref(), Some("VIVA__LLM__MAX_TOKENS"));
        let hot = LlmConfig { temperature: Some(f32::NAN), ..config() };
        assert_eq!(refused(hot).as_deref(), Some("VIVA__LLM__TEMPERATURE"));
    }
}
