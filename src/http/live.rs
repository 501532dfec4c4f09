//! Watching an interview while it runs: what its client is told but sound, and its editor to read. Whoever watches says nothing,
//! is seen by nobody in the interview, and changes no byte of its recording.

use super::carrier::{self, Handshake, PING_EVERY, SILENT_AFTER, close_frame};
use super::error::{InPath, SessionInPath};
use super::pass::Pass;
use super::problems::problems;
use super::{Problem, editor};
use crate::app::access::{Action, Who};
use crate::app::{App, Session, SessionError};
use crate::wire::Close;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use futures::stream::SplitStream;
use futures::{SinkExt, StreamExt};
use std::sync::Arc;
use tokio::time::{Instant, timeout};

problems! {
    NotWatchable: "session_not_found", "origin_not_allowed", "websocket_expected", "interview_not_begun", "interview_ended";
    NoDocument: "session_not_found", "origin_not_allowed", "websocket_expected", "interview_not_begun", "interview_ended",
        "no_editor";
}

/// Largest frame that is read of one who watches: what it says is passed over.
const READ_BYTES_MAX: usize = 4 * 1024;
/// Bytes that wait for a watcher that does not read; then writing to it waits, and the log decides (4002).
const WRITE_BUFFER_BYTES: usize = 256 * 1024;
/// How the audit names what was followed, where it else names a file.
const FOLLOWED: &str = "live";

/// Follow a running interview
///
/// A WebSocket: the events that the interview's client is sent (`docs/protocol.md`), from now on, without sound. First comes `x.session`
/// and what was said so far.
#[utoipa::path(get, path = "/v1/sessions/{id}/live", tag = "sockets", operation_id = "watch", params(SessionInPath),
    responses((status = 101, description = "the socket"), NotWatchable))]
pub async fn watch(
    State(app): State<App>,
    who: Who,
    InPath(id): InPath<String>,
    uri: Uri,
    headers: HeaderMap,
    Handshake(upgrade): Handshake,
) -> Result<Response, Problem> {
    let session = app.session(&id)?;
    session.running()?;
    app.note_played(&id, who.id(), FOLLOWED);
    let upgrade = upgrade
        .protocols(["realtime"])
        .max_message_size(READ_BYTES_MAX)
        .max_frame_size(READ_BYTES_MAX)
        .max_write_buffer_size(WRITE_BUFFER_BYTES);
    let pass = Pass::new(&app, &id, Action::Watch, &who, uri, headers);
    Ok(upgrade.on_upgrade(move |socket| carry(app, session, pass, socket)))
}

/// Follow a running interview's editor
///
/// A WebSocket that speaks y-websocket's protocol; edits and presence that it is sent are passed over.
#[utoipa::path(get, path = "/v1/sessions/{id}/live/editor", tag = "sockets", operation_id = "watch_editor",
    params(SessionInPath), responses((status = 101, description = "the socket"), NoDocument))]
pub async fn watch_editor(
    State(app): State<App>,
    who: Who,
    InPath(id): InPath<String>,
    uri: Uri,
    headers: HeaderMap,
    Handshake(upgrade): Handshake,
) -> Result<Response, Problem> {
    let pass = Pass::new(&app, &id, Action::Watch, &who, uri, headers);
    editor::open(app, &id, upgrade, pass, true)
}

/// Carries frames until either side ends it.
async fn carry(app: App, session: Arc<Session>, pass: Pass, socket: WebSocket) {
    let (mut sink, stream) = socket.split();
    match app.watch(&session).await {
        Ok(reader) => {
            let read = async |stream: &mut _, (): &()| read(stream, pass).await;
            carrier::carry(sink, stream, reader, (), read).await;
        }
        Err(error) => {
            tracing::info!(session = session.id(), %error, "nobody can watch");
            let close = if matches!(error, SessionError::Over) { Close::Ended } else { Close::Internal };
            sink.send(close_frame(close)).await.ok();
        }
    }
}

/// Until a watcher goes, or may stay no more; gives the close to send, if one is to be sent.
async fn read(stream: &mut SplitStream<WebSocket>, pass: Pass) -> Option<Close> {
    tokio::select! {
        close = pass_over(stream) => close,
        () = pass.lapsed() => Some(Close::NotAllowed),
    }
}

/// Passes over what a watcher says until it goes.
async fn pass_over(stream: &mut SplitStream<WebSocket>) -> Option<Close> {
    let mut heard_at = Instant::now();
    loop {
        match timeout(PING_EVERY, stream.next()).await {
            Ok(Some(Ok(Message::Close(_))) | None) => return None,
            Ok(Some(Ok(_))) => heard_at = Instant::now(),
            Ok(Some(Err(error))) => return carrier::broken(&error),
            Err(_) if heard_at.elapsed() > SILENT_AFTER => return Some(Close::Silent),
            Err(_) => {}
        }
    }
}
