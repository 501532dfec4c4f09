//! What every adapter of a kind must do, as tests that all of them pass; and a server on loopback that plays the
//! service's part, with channels where a test has to know what came first.

mod llm;
mod stt;
mod tts;

use super::{FailureKind, install_tls};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use futures::stream;
use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// How long any step of a test may take before it counts as never happening.
const STEP_MAX: Duration = Duration::from_secs(10);

/// Waits for what must happen.
async fn soon<F: Future>(what: &str, step: F) -> F::Output {
    tokio::time::timeout(STEP_MAX, step).await.unwrap_or_else(|_| panic!("never happened: {what}"))
}

/// A file of `fixtures/providers/openai`.
fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/providers/openai/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// How the server answers one request.
enum Plan {
    /// At once and whole.
    Whole { status: u16, kind: &'static str, body: Vec<u8> },
    /// The first piece at once, each further one when the gate lets it through; `left` hears of the client's leaving.
    Gated { kind: &'static str, pieces: Vec<Vec<u8>>, gate: mpsc::Receiver<()>, left: Leaving },
    /// Not at all; `left` hears of the client's leaving.
    Never { left: Leaving },
}

/// Tells the test when the server drops what it was doing for a client.
struct Leaving(Option<oneshot::Sender<()>>);

impl Leaving {
    fn pair() -> (Leaving, oneshot::Receiver<()>) {
        let (sender, receiver) = oneshot::channel();
        (Leaving(Some(sender)), receiver)
    }

    fn unheard() -> Leaving {
        Leaving(None)
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Some(sender) = self.0.take() {
            let _ = sender.send(());
        }
    }
}

impl Plan {
    fn sse(body: impl Into<Vec<u8>>) -> Plan {
        Plan::Whole { status: 200, kind: "text/event-stream", body: body.into() }
    }

    fn json(status: u16, body: impl Into<Vec<u8>>) -> Plan {
        Plan::Whole { status, kind: "application/json", body: body.into() }
    }

    /// The answer to a request that must fail with `kind`, for adapters with a patience of some 50 ms; none for the
    /// failure of a server that is not there.
    fn failing(kind: FailureKind) -> Option<Plan> {
        Some(match kind {
            FailureKind::Auth => Plan::json(401, fixture("error_auth.json")),
            FailureKind::Busy => Plan::json(429, r#"{"error":{"message":"slow down","type":"rate_limit_error"}}"#),
            FailureKind::BadRequest => Plan::json(404, r#"{"error":"model not found"}"#),
            FailureKind::Protocol => Plan::json(200, "{\"surprise\":"),
            FailureKind::Timeout => Plan::Never { left: Leaving::unheard() },
            FailureKind::Gone => return None,
        })
    }
}

/// A request as the server saw it.
struct Seen {
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

/// A server on a port of its own.
struct Server {
    base_url: String,
    seen: mpsc::UnboundedReceiver<Seen>,
    _task: Task,
}

struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

type Desk = (Arc<Mutex<VecDeque<Plan>>>, mpsc::UnboundedSender<Seen>);

impl Server {
    /// Answers requests by `plans`, in order; one without a plan gets a 418.
    async fn with(plans: impl IntoIterator<Item = Plan>) -> Server {
        let (sender, seen) = mpsc::unbounded_channel();
        let desk: Desk = (Arc::new(Mutex::new(plans.into_iter().collect())), sender);
        let (base_url, task) = listen(Router::new().fallback(answer).with_state(desk)).await;
        Server { base_url, seen, _task: task }
    }

    /// How many requests it has seen that were not looked at before.
    fn count(&mut self) -> usize {
        std::iter::from_fn(|| self.seen.try_recv().ok()).count()
    }
}

/// Serves `router` on a free port; its address with `/v1`.
async fn listen(router: Router) -> (String, Task) {
    install_tls();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (format!("http://{address}/v1"), Task(task))
}

/// A server that begins to answer its first request and then breaks the connection. By hand: one that knows HTTP would
/// not send the beginning of an answer that it already knows to be broken.
async fn breaking(kind: &'static str, body: Vec<u8>) -> (String, Task) {
    install_tls();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", body.len() + 1);
        stream.write_all(&[head.into_bytes(), body].concat()).await.unwrap();
        stream.shutdown().await.unwrap();
        // Closing with something unread would take back what was sent.
        while stream.read(&mut [0; 1_024]).await.is_ok_and(|count| count > 0) {}
    });
    (base_url, Task(task))
}

async fn read_request(stream: &mut TcpStream) {
    let mut request = Vec::new();
    loop {
        let mut piece = [0; 4_096];
        let count = stream.read(&mut piece).await.unwrap();
        request.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.to_lowercase().split_once("content-length: ").unwrap().1.lines().next().unwrap().parse::<usize>();
        if body.len() >= length.unwrap() {
            return;
        }
    }
}

/// An address at which nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}/v1", listener.local_addr().unwrap())
}

async fn answer(
    State((plans, seen)): State<Desk>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if method == Method::HEAD {
        let _ = seen.send(Seen { path: uri.path().to_owned(), headers, body });
        return Response::new(Body::empty());
    }
    let plan = plans.lock().unwrap().pop_front();
    let _ = seen.send(Seen { path: uri.path().to_owned(), headers, body });
    match plan {
        None => Response::builder().status(418).body(Body::empty()).unwrap(),
        Some(Plan::Whole { status, kind, body }) => {
            Response::builder().status(status).header("content-type", kind).body(Body::from(body)).unwrap()
        }
        Some(Plan::Gated { kind, pieces, gate, left }) => {
            Response::builder().header("content-type", kind).body(gated(pieces, gate, left)).unwrap()
        }
        Some(Plan::Never { left }) => {
            let _left = left;
            std::future::pending().await
        }
    }
}

fn gated(pieces: Vec<Vec<u8>>, gate: mpsc::Receiver<()>, left: Leaving) -> Body {
    let state = (pieces.into_iter().enumerate(), gate, left);
    Body::from_stream(stream::unfold(state, |(mut pieces, mut gate, left)| async move {
        let (index, piece) = pieces.next()?;
        if index > 0 {
            gate.recv().await?;
        }
        Some((Ok::<_, std::io::Error>(Bytes::from(piece)), (pieces, gate, left)))
    }))
}

/// The text of all causes of an error, as a log would show it.
fn logged(error: &super::ProviderError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// A request of an adapter carries the key, and an error of the server does not carry on what it quotes.
const KEY: &str = "sk-test-key-12345678";

const ALL_KINDS: [FailureKind; 6] = [
    FailureKind::Auth,
    FailureKind::Busy,
    FailureKind::BadRequest,
    FailureKind::Protocol,
    FailureKind::Timeout,
    FailureKind::Gone,
];
