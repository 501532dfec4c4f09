//! The voice socket: the handshake, and carrying frames between a socket and its interview.

use super::Problem;
use super::carrier::{self, Handshake, PING_EVERY, SILENT_AFTER, close_frame};
use super::pass::Pass;
use super::problems::problems;
use crate::app::access::{Action, Who};
use crate::app::{App, Session, SessionError, SessionState, Wish};
use crate::live::{Inlet, Join};
use crate::recording::ConsentBy;
use crate::wire::binary::MicFrame;
use crate::wire::{ClientEvent, Close, ErrorCode, MAX_FRAME_BYTES, WireError, name};
use axum::Error;
use axum::extract::ws::{Message, WebSocket};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use futures::stream::SplitStream;
use futures::{SinkExt, StreamExt};
use serde::Deserialize;
use std::sync::Arc;
use tokio::time::{Instant, timeout};

/// Largest frame that is read at all. Above it the socket is closed unread; between this and `MAX_FRAME_BYTES` the
/// client is told properly.
const READ_BYTES_MAX: usize = MAX_FRAME_BYTES + 1024 * 1024;
/// What a socket reads at a time. A frame of sound has 1 to 2 kB; the library's 128 KiB are cleared at every read.
const READ_BUFFER_BYTES: usize = 8 * 1024;
/// Bytes that wait for a client that does not read; then writing to it waits, and the log decides (4002).
const WRITE_BUFFER_BYTES: usize = 256 * 1024;
/// So many events in error in a row close the socket: the client is broken and would go on for ever.
const ERRORS_IN_A_ROW_MAX: u32 = 100;

problems! {
    NotJoined: "session_not_found", "origin_not_allowed", "websocket_expected", "invalid_after", "interview_ended",
        "server_full", "shutting_down";
}

/// The query of `GET /v1/realtime`. Others are ignored, as OpenAI's service does.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// The session to join; a new one without.
    #[serde(default)]
    session: Option<String>,
    /// `event_id` of the last server event that came: those after it are sent again.
    #[serde(default)]
    after: Option<String>,
    /// `binary`: sound in binary frames.
    #[serde(default)]
    audio: Option<String>,
    /// `recording`: the candidate agrees, of a session that is made by joining.
    #[serde(default)]
    consent: Option<String>,
}

/// The voice socket
///
/// A WebSocket that speaks OpenAI's Realtime protocol with `x.` extensions: docs/protocol.md.
#[utoipa::path(get, path = "/v1/realtime", tag = "sockets", operation_id = "realtime", params(Wanted),
    responses((status = 101, description = "the socket"), NotJoined))]
pub async fn realtime(
    State(app): State<App>,
    who: Who,
    Query(query): Query<Wanted>,
    uri: Uri,
    headers: HeaderMap,
    Handshake(upgrade): Handshake,
) -> Result<Response, Problem> {
    let join = Join { after: after(&query)?, binary: query.audio.as_deref() == Some("binary") };
    let session = session(&app, &who, &query).await?;
    let pass = Pass::new(&app, session.id(), Action::TakePart, &who, uri, headers);
    let upgrade = upgrade
        .protocols(["realtime"])
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(READ_BYTES_MAX)
        .max_frame_size(READ_BYTES_MAX)
        .max_write_buffer_size(WRITE_BUFFER_BYTES);
    Ok(upgrade.on_upgrade(move |socket| carry(app, session, join, pass, socket)))
}

fn after(query: &Wanted) -> Result<Option<u64>, Problem> {
    let Some(text) = &query.after else { return Ok(None) };
    let number = name::parse_event(text).filter(|_| query.session.is_some());
    number.map(Some).ok_or_else(|| {
        let detail = "'after' is the event_id of a server event (event_<n>) and goes with 'session'";
        Problem::new(StatusCode::BAD_REQUEST, "invalid_after", detail)
    })
}

/// The session that is asked for, or a new one for a client that knows nothing of sessions.
async fn session(app: &App, who: &Who, query: &Wanted) -> Result<Arc<Session>, Problem> {
    let Some(id) = &query.session else {
        let consent = (query.consent.as_deref() == Some("recording")).then_some(ConsentBy::Query);
        app.check_room()?;
        return Ok(app.create_session(&Wish { person: who.id().to_owned(), consent, ..Wish::default() }).await?);
    };
    let session = app.session(id)?;
    match session.state() {
        SessionState::Created => app.check_room()?,
        SessionState::Live => {}
        SessionState::Expired => return Err(SessionError::Unknown(id.clone()).into()),
        SessionState::Finishing | SessionState::Ended | SessionState::Broken => return Err(SessionError::Over.into()),
    }
    Ok(session)
}

/// Carries frames until either side ends it.
async fn carry(app: App, session: Arc<Session>, join: Join, pass: Pass, socket: WebSocket) {
    metrics::gauge!("viva_sockets").increment(1.0);
    let (mut sink, stream) = socket.split();
    match app.join(&session, join).await {
        Ok((inlet, reader)) => {
            let reading = async |stream: &mut _, inlet: &_| {
                tokio::select! {
                    close = read(stream, inlet, join.binary) => close,
                    // As of a client that left: whoever signs in again goes on.
                    () = pass.lapsed() => Some(Close::NotAllowed),
                }
            };
            carrier::carry(sink, stream, reader, inlet, reading).await;
        }
        Err(error) => {
            tracing::info!(session = session.id(), %error, "a socket could not join");
            let close = if matches!(error, SessionError::Over) { Close::Ended } else { Close::Internal };
            sink.send(close_frame(close)).await.ok();
        }
    }
    metrics::gauge!("viva_sockets").decrement(1.0);
}

/// Reads until the client or the interview ends it; gives the close to send, if one is to be sent.
async fn read(stream: &mut SplitStream<WebSocket>, inlet: &Inlet, binary: bool) -> Option<Close> {
    let mut heard_at = Instant::now();
    let mut errors_in_a_row = 0;
    loop {
        let message = match timeout(PING_EVERY, stream.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(error))) => return broken(&error, inlet).await,
            Ok(None) => return None,
            Err(_) if heard_at.elapsed() > SILENT_AFTER => return Some(Close::Silent),
            Err(_) => continue,
        };
        heard_at = Instant::now();
        let given = match message {
            Message::Text(text) => ClientEvent::parse(&text).map(Given::Event),
            Message::Binary(bytes) => sound(&bytes, binary),
            Message::Close(_) => return None,
            Message::Ping(_) | Message::Pong(_) => continue,
        };
        errors_in_a_row = if given.is_err() { errors_in_a_row + 1 } else { 0 };
        let taken = match given {
            Ok(Given::Event(event)) => inlet.said(event).await,
            Ok(Given::Sound(bytes)) => inlet.sound(bytes).await,
            Ok(Given::Nothing) => Ok(()),
            Err(error) => inlet.bad(error).await,
        };
        if taken.is_err() {
            // The interview is over; the writing half says goodbye.
            std::future::pending::<()>().await;
        }
        if errors_in_a_row >= ERRORS_IN_A_ROW_MAX {
            return Some(Close::TooManyErrors);
        }
    }
}

/// What a readable frame gives.
enum Given {
    Event(ClientEvent),
    Sound(Vec<u8>),
    Nothing,
}

fn sound(bytes: &[u8], binary: bool) -> Result<Given, WireError> {
    if !binary {
        let message = "binary frames are taken on sockets opened with audio=binary";
        return Err(WireError::new(ErrorCode::InvalidBinary, message));
    }
    if bytes.len() > MAX_FRAME_BYTES {
        return Err(WireError::new(ErrorCode::FrameTooLarge, format!("a frame may hold {MAX_FRAME_BYTES} bytes")));
    }
    Ok(MicFrame::decode(bytes)?.map_or(Given::Nothing, |frame| Given::Sound(frame.sound.to_vec())))
}

/// A frame that the WebSocket layer refused: the client is told why, then the socket closes. The interview waits.
async fn broken(error: &Error, inlet: &Inlet) -> Option<Close> {
    let close = carrier::broken(error)?;
    let error = match close {
        Close::TooBig => {
            let message = format!("a frame may hold {MAX_FRAME_BYTES} bytes; split the sound");
            WireError::new(ErrorCode::FrameTooLarge, message)
        }
        _ => WireError::new(ErrorCode::InvalidJson, "the frame breaks the WebSocket protocol or is not UTF-8"),
    };
    inlet.bad(error).await.ok();
    Some(close)
}
