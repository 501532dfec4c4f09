//! The editor's socket: y-websocket's frames between a Yjs client and the interview's document.

use super::Problem;
use super::carrier::{self, Handshake, PING_EVERY, SILENT_AFTER, close_frame};
use super::error::{InPath, SessionInPath};
use super::pass::Pass;
use super::problems::problems;
use crate::app::access::{Action, Who};
use crate::app::{App, Session, SessionError};
use crate::live::EditorInlet;
use crate::wire::Close;
use crate::wire::sync::MAX_SYNC_FRAME_BYTES;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use futures::stream::SplitStream;
use futures::{SinkExt, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

problems! {
    NoDocument: "session_not_found", "origin_not_allowed", "websocket_expected", "interview_not_begun", "interview_ended",
        "no_editor";
}

/// What a socket reads at a time. A keystroke and its cursor have some hundred bytes.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// Bytes that wait for a client that does not read; then writing to it waits, and its queue decides (4002).
const WRITE_BUFFER_BYTES: usize = 2 * MAX_SYNC_FRAME_BYTES;
/// Frames that are read in one [`PACE_WINDOW`]; the rest wait in the client's own network. A fast typist makes thirty a second.
const PACE_FRAMES: u32 = 250;
/// See [`PACE_FRAMES`].
const PACE_WINDOW: Duration = Duration::from_millis(250);

/// The editor's socket
///
/// A WebSocket that speaks y-websocket's protocol.
#[utoipa::path(get, path = "/v1/sessions/{id}/editor", tag = "sockets", operation_id = "editor", params(SessionInPath),
    responses((status = 101, description = "the socket"), NoDocument))]
pub async fn editor(
    State(app): State<App>,
    who: Who,
    InPath(id): InPath<String>,
    uri: Uri,
    headers: HeaderMap,
    Handshake(upgrade): Handshake,
) -> Result<Response, Problem> {
    let pass = Pass::new(&app, &id, Action::TakePart, &who, uri, headers);
    open(app, &id, upgrade, pass, false)
}

/// Opens a socket of the editor, for one who writes or one who watches.
pub(super) fn open(
    app: App,
    id: &str,
    upgrade: WebSocketUpgrade,
    pass: Pass,
    watches: bool,
) -> Result<Response, Problem> {
    let session = app.session(id)?;
    session.editable()?;
    let upgrade = upgrade
        .protocols(["realtime"])
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(MAX_SYNC_FRAME_BYTES)
        .max_frame_size(MAX_SYNC_FRAME_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES);
    Ok(upgrade.on_upgrade(move |socket| carry(app, session, pass, watches, socket)))
}

/// Carries frames until either side ends it.
async fn carry(app: App, session: Arc<Session>, pass: Pass, watches: bool, socket: WebSocket) {
    let (mut sink, stream) = socket.split();
    match app.join_editor(&session, watches).await {
        Ok((inlet, reader)) => {
            let read = async |stream: &mut _, inlet: &_| {
                tokio::select! {
                    close = read(stream, inlet) => close,
                    () = pass.lapsed() => Some(Close::NotAllowed),
                }
            };
            carrier::carry(sink, stream, reader, inlet, read).await;
        }
        Err(error) => {
            tracing::info!(session = session.id(), %error, "an editor could not join");
            let close = if matches!(error, SessionError::Over) { Close::EditorEnded } else { Close::Internal };
            sink.send(close_frame(close)).await.ok();
        }
    }
}

/// Reads until the client or the interview ends it; gives the close to send, if one is to be sent.
async fn read(stream: &mut SplitStream<WebSocket>, inlet: &EditorInlet) -> Option<Close> {
    let mut heard_at = Instant::now();
    let mut pace = Pace { since: heard_at, frames: 0 };
    loop {
        let message = match timeout(PING_EVERY, stream.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(error))) => return carrier::broken(&error).map(too_large),
            Ok(None) => return None,
            Err(_) if heard_at.elapsed() > SILENT_AFTER => return Some(Close::Silent),
            Err(_) => continue,
        };
        heard_at = Instant::now();
        let frame = match message {
            Message::Binary(frame) => frame,
            Message::Text(_) => return Some(Close::BadSyncFrame),
            Message::Close(_) => return None,
            Message::Ping(_) | Message::Pong(_) => continue,
        };
        pace.keep(heard_at).await;
        if inlet.said(frame).await.is_err() {
            // The interview is over; the writing half says goodbye.
            std::future::pending::<()>().await;
        }
    }
}

/// A frame that is too large was a paste that was: the client would send it again for ever.
fn too_large(close: Close) -> Close {
    if close == Close::TooBig { Close::EditTooLarge } else { close }
}

/// How fast a socket is read.
struct Pace {
    since: Instant,
    frames: u32,
}

impl Pace {
    async fn keep(&mut self, now: Instant) {
        if now - self.since >= PACE_WINDOW {
            *self = Pace { since: now, frames: 0 };
        }
        self.frames += 1;
        if self.frames > PACE_FRAMES {
            sleep_until(self.since + PACE_WINDOW).await;
        }
    }
}
