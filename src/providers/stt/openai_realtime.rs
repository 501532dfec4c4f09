//! OpenAI's realtime transcription: sound is sent while it is spoken, so that words come sooner after its end.
//!
//! One connection for each interview. Servers close it every so often (OpenAI: after an hour at the latest, proxies
//! sooner): it is renewed when it is old and nobody is speaking, and made again at the next utterance when it was lost.
//! An utterance that a loss cuts off has failed; nothing is sent twice.

use super::realtime_ledger::{Answer, Ledger, Verdict, session_update};
use super::{EVENTS_MAX, INPUTS_MAX, Stt, SttConfig, SttInput, SttSession};
use crate::providers::endpoint::{Endpoint, kind_of_status};
use crate::providers::{FailureKind, OpenError, ProviderError};
use futures::future::BoxFuture;
use futures::{SinkExt, StreamExt};
use reqwest::StatusCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// How long a connection may take to be made.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// How long one message may take to be sent. While it is, nothing is read; a network that needs longer is lost.
const SEND_MAX: Duration = Duration::from_secs(3);

/// A connection older than this is renewed at the next quiet moment: before the ten minutes after which some servers and
/// proxies close it, perhaps in the middle of a sentence.
const AGE_MAX: Duration = Duration::from_secs(8 * 60);

/// The wait before the second attempt to connect; each further one doubles it.
const BACKOFF_MIN: Duration = Duration::from_millis(200);

/// The longest wait between attempts.
const BACKOFF_MAX: Duration = Duration::from_secs(5);

/// The longest message of the server, in bytes: some words, and bookkeeping.
const MESSAGE_MAX: usize = 1024 * 1024;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A recogniser over a realtime connection.
pub struct OpenaiRealtimeStt {
    call: Arc<Call>,
}

/// What every connection is made with.
struct Call {
    endpoint: Endpoint,
    model: String,
    language: Option<String>,
    prompt: Option<String>,
    patience: Duration,
    early_words: bool,
    verbatim: bool,
    age_max: Duration,
}

impl OpenaiRealtimeStt {
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
            early_words: config.early_words,
            verbatim: config.verbatim,
            age_max: AGE_MAX,
        };
        Ok(OpenaiRealtimeStt { call: Arc::new(call) })
    }

    /// Whether the candidate's sound stays on this machine.
    pub fn local(&self) -> bool {
        self.call.endpoint.local()
    }

    /// The same recogniser, renewing its connections after `age_max`.
    #[cfg(test)]
    pub(in crate::providers) fn renewing_after(mut self, age_max: Duration) -> Self {
        if let Some(call) = Arc::get_mut(&mut self.call) {
            call.age_max = age_max;
        }
        self
    }
}

impl Stt for OpenaiRealtimeStt {
    fn start(&self, language: &str) -> SttSession {
        let (input, inputs) = mpsc::channel(INPUTS_MAX);
        let (sender, events) = mpsc::channel(EVENTS_MAX);
        let language = super::two_letters(self.call.language.as_deref().unwrap_or(language));
        let settings = session_update(&self.call.model, language.as_deref(), self.call.prompt.as_deref());
        let session = Session {
            link: Link::Connecting(Box::pin(connect(self.call.clone(), settings.clone()))),
            settings,
            ledger: Ledger::new(self.call.patience),
            backoff: Duration::ZERO,
            heard: Instant::now(),
            events: sender,
            call: self.call.clone(),
        };
        tokio::spawn(session.run(inputs));
        SttSession { input, events }
    }

    fn has_partials(&self) -> bool {
        self.call.early_words
    }

    fn is_verbatim(&self) -> bool {
        self.call.verbatim
    }
}

/// The connection of a session.
enum Link {
    /// None, and none wanted before the next utterance.
    Down,
    /// One is being made.
    Connecting(BoxFuture<'static, Result<Socket, ProviderError>>),
    /// There is one, made at this time.
    Up(Box<Socket>, Instant),
}

/// What comes from a link.
enum Arrival {
    Connected(Box<Socket>),
    Message(String),
    Lost(ProviderError),
}

impl Link {
    /// Waits for the next arrival. May be given up and called again at any time.
    async fn next(&mut self) -> Arrival {
        match self {
            Link::Down => std::future::pending().await,
            Link::Connecting(attempt) => match attempt.await {
                Ok(socket) => Arrival::Connected(Box::new(socket)),
                Err(error) => Arrival::Lost(error),
            },
            Link::Up(socket, _) => loop {
                match socket.next().await {
                    Some(Ok(Message::Text(text))) => return Arrival::Message(text.as_str().to_owned()),
                    Some(Ok(Message::Close(_))) | None => return Arrival::Lost(gone("the recogniser hung up")),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Arrival::Lost(lost(error)),
                }
            },
        }
    }
}

/// One interview's recognition.
struct Session {
    call: Arc<Call>,
    /// The first message on every connection.
    settings: String,
    ledger: Ledger,
    link: Link,
    /// The wait before the next attempt to connect.
    backoff: Duration,
    /// When the server last said anything.
    heard: Instant,
    events: mpsc::Sender<Result<super::SttEvent, super::SttFailure>>,
}

impl Session {
    async fn run(mut self, mut inputs: mpsc::Receiver<SttInput>) {
        loop {
            let deadline = self.ledger.deadline();
            let expiry = async {
                match deadline {
                    Some(deadline) => tokio::time::sleep_until(deadline).await,
                    None => std::future::pending().await,
                }
            };
            let answers = tokio::select! {
                biased;
                () = self.events.closed() => return,
                arrival = self.link.next() => self.arrived(arrival),
                () = expiry => self.expired(),
                input = inputs.recv() => match input {
                    Some(input) => self.take(input),
                    None => return,
                },
            };
            let unsent = self.flush().await;
            for answer in answers.into_iter().chain(unsent) {
                if self.events.send(answer).await.is_err() {
                    return;
                }
            }
            self.renew();
        }
    }

    fn take(&mut self, input: SttInput) -> Vec<Answer> {
        if matches!(input, SttInput::Begin(_)) && matches!(self.link, Link::Down) {
            self.connect();
        }
        match self.ledger.take(input, Instant::now()) {
            Ok(answer) => answer.into_iter().collect(),
            Err(error) => self.lost(error),
        }
    }

    fn arrived(&mut self, arrival: Arrival) -> Vec<Answer> {
        match arrival {
            Arrival::Connected(socket) => {
                self.link = Link::Up(socket, Instant::now());
                Vec::new()
            }
            Arrival::Message(message) => {
                self.backoff = Duration::ZERO;
                self.heard = Instant::now();
                let (answer, verdict) = self.ledger.hear(&message);
                let mut answers: Vec<Answer> = answer.into_iter().collect();
                if let Verdict::GiveUp(error) = verdict {
                    answers.extend(self.lost(error));
                }
                answers
            }
            Arrival::Lost(error) => self.lost(error),
        }
    }

    /// Gives up late words. A server that has said nothing else meanwhile is perhaps a connection that nobody noticed
    /// breaking: the next utterance gets a new one.
    fn expired(&mut self) -> Vec<Answer> {
        let mut answers = self.ledger.expire(Instant::now());
        if self.heard.elapsed() >= self.call.patience {
            answers.extend(self.lost(gone("the recogniser fell silent")));
        }
        answers
    }

    /// The connection is no more: what it owed has failed, and the next attempt waits longer.
    fn lost(&mut self, error: ProviderError) -> Vec<Answer> {
        tracing::info!(kind = %error.kind, error = %error.message, "the recogniser's connection ended");
        self.link = Link::Down;
        self.backoff = (self.backoff * 2).clamp(BACKOFF_MIN, BACKOFF_MAX);
        self.ledger.lost(&error)
    }

    fn connect(&mut self) {
        let (call, settings, wait) = (self.call.clone(), self.settings.clone(), self.backoff);
        self.link = Link::Connecting(Box::pin(async move {
            tokio::time::sleep(wait).await;
            connect(call, settings).await
        }));
    }

    /// Makes a new connection while nobody waits for the old one.
    fn renew(&mut self) {
        let is_old = matches!(&self.link, Link::Up(_, since) if since.elapsed() > self.call.age_max);
        if is_old && self.ledger.is_idle() {
            self.connect();
        }
    }

    /// Sends what waits, if there is a connection.
    async fn flush(&mut self) -> Vec<Answer> {
        match self.send_waiting().await {
            Ok(()) => Vec::new(),
            Err(error) => self.lost(error),
        }
    }

    async fn send_waiting(&mut self) -> Result<(), ProviderError> {
        let Link::Up(socket, _) = &mut self.link else { return Ok(()) };
        while let Some(message) = self.ledger.next_message() {
            send(socket, message).await?;
        }
        Ok(())
    }
}

async fn send(socket: &mut Socket, message: String) -> Result<(), ProviderError> {
    let late = |_| ProviderError::new(FailureKind::Timeout, "the recogniser does not take sound");
    tokio::time::timeout(SEND_MAX, socket.send(Message::text(message))).await.map_err(late)?.map_err(lost)
}

async fn connect(call: Arc<Call>, settings: String) -> Result<Socket, ProviderError> {
    let late = |_| ProviderError::new(FailureKind::Timeout, "the recogniser does not pick up");
    let unusable = |_| ProviderError::new(FailureKind::BadRequest, "the recogniser's address cannot be used");
    // http → ws, https → wss.
    let url = call.endpoint.url("/realtime?intent=transcription").replacen("http", "ws", 1);
    let mut request = url.into_client_request().map_err(unusable)?;
    request.headers_mut().extend(call.endpoint.headers().clone());
    let limits = WebSocketConfig::default().max_message_size(Some(MESSAGE_MAX)).max_frame_size(Some(MESSAGE_MAX));
    let connected = connect_async_with_config(request, Some(limits), true);
    let (mut socket, _) = tokio::time::timeout(CONNECT_MAX, connected).await.map_err(late)?.map_err(lost)?;
    send(&mut socket, settings).await?;
    Ok(socket)
}

fn gone(message: &str) -> ProviderError {
    ProviderError::new(FailureKind::Gone, message)
}

/// What a socket's error means. A refused handshake carries a status.
fn lost(error: tungstenite::Error) -> ProviderError {
    let kind = match &error {
        tungstenite::Error::Http(answer) => {
            let status = answer.status().as_u16();
            let kind = StatusCode::from_u16(status).map_or(FailureKind::Protocol, kind_of_status);
            return ProviderError::new(kind, format!("the recogniser refused the connection with status {status}"));
        }
        tungstenite::Error::Capacity(_) | tungstenite::Error::Utf8(_) => FailureKind::Protocol,
        _ => FailureKind::Gone,
    };
    ProviderError::caused(kind, "the recogniser's connection broke", error)
}
