//! The rehearsal's side of the network: the session by REST, then its voice socket in real time.

use super::microphone::FRAME;
use super::notes::{self, Style};
use super::session::{Outgoing, PATIENCE, Part, Results, Session, time_of};
use super::track::Track;
use crate::providers::install_tls;
use crate::units::Ms;
use crate::wire::sync::MAX_SYNC_FRAME_BYTES;
use crate::wire::{Close, MAX_FRAME_BYTES, ServerEvent};
use futures::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// Longest wait for an answer to a request.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// Longest wait for the server to close a recording after the interview.
const CLOSED_WITHIN: Duration = Duration::from_secs(30);
/// Longest wait for the socket's close after `x.end`.
const CLOSE_WITHIN: Ms = Ms(3_000);
/// Longest wait for an interview to begin once its voice socket stands.
const BEGUN_WITHIN: Duration = Duration::from_secs(5);
/// How often it is asked whether it has.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// What a rehearsal asks a server for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The question's id.
    pub question: String,
    /// Length of the interview; none: the question's own.
    pub minutes: Option<u16>,
    /// The candidate agrees to be recorded.
    pub recording: bool,
}

/// A server.
#[derive(Clone)]
pub struct Server {
    /// Without a slash at its end.
    base: String,
    key: Option<String>,
    http: reqwest::Client,
}

/// Why a rehearsal could not be held.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none.
    #[error("\"{0}\" is not the address of a server (such as http://127.0.0.1:8080)")]
    Address(String),
    /// The server cannot be reached.
    #[error("cannot reach the server at {base}")]
    Unreachable {
        /// Its address.
        base: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The server refuses.
    #[error("the server refuses: {detail} ({code}, {status})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its stable code.
        code: String,
        /// In words.
        detail: String,
    },
    /// The answer is not what it should be.
    #[error("the server's answer is not understood: {0}")]
    Answer(String),
    /// The voice socket failed.
    #[error("the voice socket failed")]
    Socket(#[from] Box<tungstenite::Error>),
    /// The voice socket closed before the interview was over.
    #[error("the voice socket closed before the interview was over ({0})")]
    Closed(String),
    /// The editor's socket closed before the interview was over.
    #[error("the editor's socket closed before the interview was over ({0})")]
    Editor(String),
    /// The interviewer says nothing any more.
    #[error("the interviewer has not been heard for {} s", PATIENCE.0 / 1000)]
    Stuck,
    /// The sound heard cannot be saved.
    #[error("the sound cannot be saved")]
    Track(#[from] hound::Error),
}

impl ClientError {
    /// The arguments cannot be used with this server.
    pub fn is_unusable(&self) -> bool {
        matches!(self, ClientError::Address(_) | ClientError::Refused { status: 400 | 404 | 422, .. })
    }
}

/// A session as the server made it.
#[derive(Clone, Debug, Deserialize)]
pub struct Made {
    /// Its id.
    pub id: String,
    /// Path of its voice socket.
    pub url: String,
    /// It will be recorded.
    pub recording: bool,
    /// Where the candidate's words come from.
    pub words: crate::wire::extension::WordsFrom,
    /// The services in use.
    pub providers: crate::wire::extension::ProvidersView,
}

/// A finished recording.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Kept {
    /// Where to fetch it from, or the folder it is in.
    pub place: String,
    /// Nothing is missing.
    pub complete: bool,
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    code: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    detail: String,
}

impl Server {
    /// The server at `base`, such as `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// When that is no address.
    pub fn new(base: &str, key: Option<String>) -> Result<Server, ClientError> {
        install_tls();
        let base = base.trim_end_matches('/').to_owned();
        if !(base.starts_with("http://") || base.starts_with("https://")) {
            return Err(ClientError::Address(base));
        }
        let http = reqwest::Client::builder().no_proxy().connect_timeout(ANSWER_WITHIN).timeout(ANSWER_WITHIN);
        let http = http.build().map_err(|source| ClientError::Unreachable { base: base.clone(), source })?;
        Ok(Server { base, key, http })
    }

    /// Makes a session.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub async fn create(&self, wish: &Wish) -> Result<Made, ClientError> {
        let mut body = serde_json::json!({"question": wish.question, "consent": {"recording": wish.recording}});
        if let Some(minutes) = wish.minutes {
            body["minutes"] = minutes.into();
        }
        self.ask(self.http.post(format!("{}/v1/sessions", self.base)).json(&body)).await
    }

    /// Waits until the recording of an interview that is over is closed.
    ///
    /// # Errors
    /// When the server cannot be reached, refuses, or takes too long.
    pub async fn kept(&self, id: &str) -> Result<Kept, ClientError> {
        #[derive(Deserialize)]
        struct Recording {
            complete: bool,
        }
        #[derive(Deserialize)]
        struct Now {
            state: String,
        }
        let path = format!("{}/v1/sessions/{id}", self.base);
        let deadline = Instant::now() + CLOSED_WITHIN;
        loop {
            let now: Now = self.ask(self.http.get(&path)).await?;
            if matches!(now.state.as_str(), "ended" | "broken") {
                break;
            }
            if Instant::now() > deadline {
                return Err(ClientError::Answer(format!("the interview is still {} after its end", now.state)));
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
        let place = format!("{path}/recording");
        let recording: Recording = self.ask(self.http.get(&place)).await?;
        Ok(Kept { place, complete: recording.complete })
    }

    async fn ask<T: for<'a> Deserialize<'a>>(&self, request: reqwest::RequestBuilder) -> Result<T, ClientError> {
        let unreachable = |source| ClientError::Unreachable { base: self.base.clone(), source };
        let request = match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        };
        let answer = request.send().await.map_err(unreachable)?;
        let status = answer.status();
        let text = answer.text().await.map_err(unreachable)?;
        if !status.is_success() {
            let problem: Problem = serde_json::from_str(&text).map_err(|_| ClientError::Answer(status.to_string()))?;
            let detail = if problem.detail.is_empty() { problem.title } else { problem.detail };
            return Err(ClientError::Refused { status: status.as_u16(), code: problem.code, detail });
        }
        serde_json::from_str(&text).map_err(|error| ClientError::Answer(error.to_string()))
    }

    async fn join(&self, made: &Made) -> Result<Socket, ClientError> {
        let joint = if made.url.contains('?') { '&' } else { '?' };
        self.socket(&format!("{}{joint}audio=binary", made.url), MAX_FRAME_BYTES).await
    }

    /// Joins the editor. The interview begins a moment after its voice socket stands; until then it says 409.
    async fn join_editor(&self, made: &Made) -> Result<Socket, ClientError> {
        let path = format!("/v1/sessions/{}/editor", made.id);
        let deadline = Instant::now() + BEGUN_WITHIN;
        loop {
            match self.socket(&path, MAX_SYNC_FRAME_BYTES).await {
                Err(ClientError::Socket(error)) if is_conflict(&error) && Instant::now() < deadline => {
                    tokio::time::sleep(ASK_EVERY).await;
                }
                result => return result,
            }
        }
    }

    async fn socket(&self, path: &str, message_bytes_max: usize) -> Result<Socket, ClientError> {
        // http → ws, https → wss.
        let url = format!("ws{}{path}", self.base.trim_start_matches("http"));
        let mut request = url.into_client_request().map_err(Box::new)?;
        if let Some(key) = &self.key {
            let value = HeaderValue::try_from(format!("Bearer {key}"));
            let value = value.map_err(|_| ClientError::Address("the key cannot be sent in a header".into()))?;
            request.headers_mut().insert("authorization", value);
        }
        let config = WebSocketConfig::default().max_message_size(Some(message_bytes_max));
        let connecting = connect_async_with_config(request, Some(config), true);
        let timed_out = |_| Box::new(tungstenite::Error::Io(io::Error::from(io::ErrorKind::TimedOut)));
        let (socket, _) = timeout(ANSWER_WITHIN, connecting).await.map_err(timed_out)?.map_err(Box::new)?;
        Ok(socket)
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How one session is shown and kept.
#[derive(Clone, Debug)]
pub struct Manner {
    /// How it is printed.
    pub style: Style,
    /// Folder for the sound as it was heard.
    pub save_sound: Option<PathBuf>,
}

/// What became of one session.
#[derive(Clone, Debug)]
pub struct Held {
    /// The interview.
    pub results: Results,
    /// The sound as it was heard.
    pub track: Option<PathBuf>,
    /// The latest that a microphone frame was sent after its time.
    pub late: Ms,
}

/// Holds the interview of a session to its end, in real time.
///
/// # Errors
/// When the socket fails or closes too soon, nobody speaks any more, or the sound cannot be saved.
pub async fn hold(server: &Server, made: &Made, part: Arc<Part>, manner: &Manner) -> Result<Held, ClientError> {
    let socket = server.join(made).await?;
    let editor = if part.has_code() { Some(server.join_editor(made).await?) } else { None };
    let words_from_client = made.words == crate::wire::extension::WordsFrom::Client;
    let track = manner.save_sound.as_ref().map(|folder| Track::create(folder, &made.id)).transpose()?;
    let session = Session::new(part, words_from_client);
    let out = session.editor_hello().map(Outgoing::Editor).into_iter().collect();
    let line = Line { socket, editor, session, out, start: Instant::now() };
    line.run(track, manner.style).await
}

/// One session on its socket.
struct Line {
    socket: Socket,
    /// The editor's socket, when code is written.
    editor: Option<Socket>,
    session: Session,
    out: Vec<Outgoing>,
    start: Instant,
}

impl Line {
    async fn run(mut self, mut track: Option<Track>, style: Style) -> Result<Held, ClientError> {
        let frame = Duration::from_millis(FRAME.0);
        self.start = Instant::now();
        let mut ticks = interval_at(self.start + frame, frame);
        // Frames that were late follow at once: a microphone does not lose time.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let (mut frames, mut late, mut over_at) = (0, Ms(0), None);
        loop {
            tokio::select! {
                message = self.socket.next() => {
                    if !self.received(message)? {
                        break;
                    }
                }
                message = next_of(&mut self.editor) => self.edited(message)?,
                _ = ticks.tick() => {
                    frames += 1;
                    late = late.max(Ms(self.now().0.saturating_sub(time_of(frames).0)));
                    let heard = self.session.tick(self.now(), &mut self.out);
                    if let Some(track) = &mut track {
                        track.add(&heard)?;
                    }
                }
            }
            self.send().await?;
            for (at, note) in self.session.notes() {
                notes::print(&mut io::stdout().lock(), style, at, &note);
            }
            // A server that has ended the interview closes the socket; one that does not is not waited for.
            let now = self.now();
            if self.session.is_over() && now > *over_at.get_or_insert(now) + CLOSE_WITHIN {
                break;
            }
            if self.session.is_stuck(self.now()) {
                return Err(ClientError::Stuck);
            }
        }
        let track = track.map(Track::finish).transpose()?;
        Ok(Held { results: self.session.results(), track, late })
    }

    fn now(&self) -> Ms {
        Ms(u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// Takes what came; false when the socket is closed and the interview over.
    fn received(&mut self, message: Option<Result<Message, tungstenite::Error>>) -> Result<bool, ClientError> {
        let now = self.now();
        match message {
            Some(Ok(Message::Text(text))) => match serde_json::from_str::<ServerEvent>(&text) {
                Ok(event) => self.session.event(now, event, &mut self.out),
                Err(error) => return Err(ClientError::Answer(error.to_string())),
            },
            Some(Ok(Message::Binary(frame))) => self.session.binary(now, frame),
            Some(Ok(Message::Close(frame))) if !self.session.is_over() => {
                let why =
                    frame.map_or("no reason given".to_owned(), |frame| format!("{} {}", frame.code, frame.reason));
                return Err(ClientError::Closed(why));
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None if self.session.is_over() => return Ok(false),
            Some(Err(error)) => return Err(Box::new(error).into()),
            None => return Err(ClientError::Closed("without a close frame".into())),
        }
        Ok(true)
    }

    /// Takes what came on the editor's socket.
    fn edited(&mut self, message: Option<Result<Message, tungstenite::Error>>) -> Result<(), ClientError> {
        match message {
            Some(Ok(Message::Binary(frame))) => self.session.editor(&frame, &mut self.out),
            Some(Ok(Message::Close(_)) | Err(_)) | None if self.session.is_over() => self.editor = None,
            // The interview is over, as the voice socket is about to say.
            Some(Ok(Message::Close(Some(frame)))) if u16::from(frame.code) == Close::EditorEnded.code() => {
                self.editor = None;
            }
            Some(Ok(Message::Close(frame))) => {
                let why =
                    frame.map_or("no reason given".to_owned(), |frame| format!("{} {}", frame.code, frame.reason));
                return Err(ClientError::Editor(why));
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(Box::new(error).into()),
            None => return Err(ClientError::Editor("without a close frame".into())),
        }
        Ok(())
    }

    async fn send(&mut self) -> Result<(), ClientError> {
        if self.session.is_over() {
            self.out.clear();
        }
        if self.out.is_empty() {
            return Ok(());
        }
        let mut edited = false;
        for outgoing in self.out.drain(..) {
            let message = match outgoing {
                Outgoing::Text(text) => Message::text(text),
                Outgoing::Binary(bytes) => Message::binary(bytes),
                Outgoing::Editor(frame) => {
                    if let Some(editor) = &mut self.editor {
                        unless_closing(editor.feed(Message::binary(frame)).await)?;
                        edited = true;
                    }
                    continue;
                }
            };
            unless_closing(self.socket.feed(message).await)?;
        }
        if let Some(editor) = self.editor.as_mut().filter(|_| edited) {
            unless_closing(editor.flush().await)?;
        }
        unless_closing(self.socket.flush().await)
    }
}

fn is_conflict(error: &tungstenite::Error) -> bool {
    matches!(error, tungstenite::Error::Http(answer) if answer.status().as_u16() == 409)
}

/// What comes next on a socket that may not be there.
async fn next_of(socket: &mut Option<Socket>) -> Option<Result<Message, tungstenite::Error>> {
    match socket {
        Some(socket) => socket.next().await,
        None => std::future::pending().await,
    }
}

/// The server may close while something is on its way to it; what it said last is still to be read.
fn unless_closing(sent: Result<(), tungstenite::Error>) -> Result<(), ClientError> {
    use tungstenite::error::{Error, ProtocolError};
    match sent {
        Ok(()) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => Ok(()),
        Err(Error::Protocol(ProtocolError::SendAfterClosing)) => Ok(()),
        Err(error) => Err(Box::new(error).into()),
    }
}
