//! Opening a socket, and carrying frames between it and its interview, whichever socket it is.

use super::{Problem, auth};
use crate::app::App;
use crate::live::outbox::{Frame, Next, Reader};
use crate::live::peers::PeerReader;
use crate::wire::Close;
use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::http::request::Parts;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout, timeout_at};

/// A frame that the client's network does not take for so long ends the socket.
const WRITE_WITHIN: Duration = Duration::from_secs(15);
/// A ping goes out so often.
pub const PING_EVERY: Duration = Duration::from_secs(20);
/// Without any frame of the client, not even a pong, for so long, the socket is closed.
pub const SILENT_AFTER: Duration = Duration::from_secs(60);
/// How long a client may take to answer our close, so that it can read what came before.
const GOODBYE_WITHIN: Duration = Duration::from_secs(2);

/// A request that becomes a socket: it asks for one, and no page of a foreign origin makes it.
pub struct Handshake(pub WebSocketUpgrade);

impl FromRequestParts<App> for Handshake {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Handshake, Problem> {
        auth::check_origin(app, &parts.uri, &parts.headers)?;
        let upgrade = WebSocketUpgrade::from_request_parts(parts, app).await;
        upgrade.map(Handshake).map_err(|rejection| {
            Problem::new(StatusCode::UPGRADE_REQUIRED, "websocket_expected", rejection.body_text())
        })
    }
}

/// Where what a socket sends comes from.
pub trait Source: Send {
    /// What there is to send now, if anything.
    fn try_next(&mut self) -> Option<Next>;
    /// Waits for something to send. Safe to cancel.
    fn next(&mut self) -> impl Future<Output = Next> + Send;
}

impl Source for Reader {
    fn try_next(&mut self) -> Option<Next> {
        Reader::try_next(self)
    }

    fn next(&mut self) -> impl Future<Output = Next> + Send {
        Reader::next(self)
    }
}

impl Source for PeerReader {
    fn try_next(&mut self) -> Option<Next> {
        PeerReader::try_next(self)
    }

    fn next(&mut self) -> impl Future<Output = Next> + Send {
        PeerReader::next(self)
    }
}

/// Carries until the reading half ends (with the close to send, if one is to be sent) or the interview says goodbye; then says
/// goodbye as far as the client listens.
pub async fn carry<R: Source, I>(
    sink: SplitSink<WebSocket, Message>,
    mut stream: SplitStream<WebSocket>,
    reader: R,
    inlet: I,
    read: impl AsyncFnOnce(&mut SplitStream<WebSocket>, &I) -> Option<Close>,
) {
    let mut carrier = Carrier { sink, reader };
    let (said_goodbye, readable) = tokio::select! {
        close = read(&mut stream, &inlet) => {
            let readable = !matches!(close, Some(Close::TooBig | Close::EditTooLarge | Close::Protocol));
            (carrier.finish(close).await, readable)
        }
        said_goodbye = carrier.write() => (said_goodbye, true),
    };
    drop(inlet);
    if said_goodbye {
        linger(&mut stream, readable).await;
    }
}

/// The writing half.
struct Carrier<R> {
    sink: SplitSink<WebSocket, Message>,
    reader: R,
}

impl<R: Source> Carrier<R> {
    /// Sends what the interview says until it says goodbye (true) or the network fails.
    async fn write(&mut self) -> bool {
        let mut ping = interval(PING_EVERY);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let message = tokio::select! {
                biased;
                next = self.reader.next() => match next {
                    Next::Send(frame) => message(frame),
                    Next::Close(close) => return self.goodbye(close).await,
                },
                _ = ping.tick() => Message::Ping(axum::body::Bytes::new()),
            };
            if !self.send(message).await {
                return false;
            }
        }
    }

    async fn send(&mut self, message: Message) -> bool {
        matches!(timeout(WRITE_WITHIN, self.sink.send(message)).await, Ok(Ok(())))
    }

    /// The reading half has ended: what is ready still goes out, then the close if there is one to send.
    async fn finish(&mut self, close: Option<Close>) -> bool {
        let Some(close) = close else { return false };
        while let Some(Next::Send(frame)) = self.reader.try_next() {
            if !self.send(message(frame)).await {
                return false;
            }
        }
        self.goodbye(close).await
    }

    async fn goodbye(&mut self, close: Close) -> bool {
        metrics::counter!("viva_socket_closes_total", "code" => close.code().to_string()).increment(1);
        self.send(close_frame(close)).await
    }
}

/// Waits for the client's goodbye. Closing the connection while frames of the client are underway would throw away what
/// the client has not read yet, our goodbye included.
async fn linger(stream: &mut SplitStream<WebSocket>, readable: bool) {
    let until = Instant::now() + GOODBYE_WITHIN;
    if !readable {
        // What could not be read lies before the client's goodbye.
        return sleep_until(until).await;
    }
    while let Ok(Some(Ok(message))) = timeout_at(until, stream.next()).await {
        if matches!(message, Message::Close(_)) {
            return;
        }
    }
}

fn message(frame: Frame) -> Message {
    match frame {
        Frame::Text(text) | Frame::Speech(text) => Message::Text((&*text).into()),
        Frame::Binary(bytes) => Message::Binary(bytes),
    }
}

pub fn close_frame(close: Close) -> Message {
    Message::Close(Some(CloseFrame { code: close.code(), reason: close.reason().into() }))
}

/// Why the WebSocket layer refused a frame; none when the connection is simply gone.
pub fn broken(error: &axum::Error) -> Option<Close> {
    let text = error.to_string().to_lowercase();
    // A line that ends without a goodbye is named a protocol error, too, but nobody sent a broken frame.
    if text.contains("without closing handshake") {
        return None;
    }
    if text.contains("too long") || text.contains("too big") || text.contains("too large") {
        Some(Close::TooBig)
    } else if text.contains("utf-8") || text.contains("protocol error") || text.contains("reserved") {
        Some(Close::Protocol)
    } else {
        None
    }
}
