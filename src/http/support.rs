//! A real server on a port of its own, and a client of its voice socket, for tests.

use super::router;
use crate::app::App;
use crate::config::Config;
use crate::providers::llm::LlmProvider;
use crate::providers::runner::RunnerProvider;
use crate::providers::script::Delay;
use crate::providers::stt::SttProvider;
use crate::providers::tts::TtsProvider;
use crate::providers::vad::VadKind;
use crate::store::support::{Kept, kept_beside};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// No test waits longer than this for anything; it only bounds how long a failing test takes.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running server with its own data folder.
pub struct Server {
    pub app: App,
    pub address: String,
    pub data: tempfile::TempDir,
    serving: Serving,
    database: Option<Kept>,
}

/// Ends what serves when the server is dropped.
struct Serving(tokio::task::JoinHandle<()>);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Server {
    /// A server with scripted services that answer at once, changed as the test wants.
    pub async fn start(change: impl FnOnce(&mut Config)) -> Server {
        Server::start_in(tempfile::tempdir().expect("a folder"), change).await
    }

    /// As `start`, with what an earlier server left in this folder.
    pub async fn start_in(data: tempfile::TempDir, change: impl FnOnce(&mut Config)) -> Server {
        let database = kept_beside(data.path()).await;
        let mut config = Config::default();
        config.store.url = database.as_ref().map(|kept| kept.url.clone());
        config.serve.data = data.path().to_owned();
        config.vad.provider = Some(VadKind::Earshot);
        config.limits.vad_threads = Some(1);
        config.llm.provider = Some(LlmProvider::Fake);
        config.llm.fake.first = Delay::fixed(0);
        config.llm.fake.between = Delay::fixed(0);
        config.stt.provider = Some(SttProvider::Fake);
        config.stt.fake.last = Delay::fixed(0);
        config.tts.provider = Some(TtsProvider::Fake);
        config.tts.fake.first = Delay::fixed(0);
        config.tts.fake.between = Delay::fixed(0);
        config.tts.fake.char_ms = 5;
        config.runner.provider = RunnerProvider::Fake;
        change(&mut config);
        let app = App::start(config).await.expect("the application starts");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let routes = router(app.clone()).into_make_service_with_connect_info::<std::net::SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.expect("serves") });
        Server { app, address, data, serving: Serving(serving), database }
    }

    /// Ends it at once; gives what it left.
    pub async fn stop(mut self) -> tempfile::TempDir {
        drop(self.serving);
        if let Some(database) = &mut self.database {
            database.stays = true;
        }
        self.app.store().close().await;
        self.data
    }

    /// A REST request with a JSON answer.
    pub async fn rest(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let response = self.request(method, path, body).await;
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// A REST request.
    pub async fn request(&self, method: &str, path: &str, body: Option<Value>) -> reqwest::Response {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let method = method.parse().expect("a method");
        let mut request = client.request(method, format!("http://{}{path}", self.address));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        request.send().await.expect("an answer")
    }

    /// A session made over REST; its id.
    pub async fn session(&self, body: Value) -> String {
        let (status, session) = self.rest("POST", "/v1/sessions", Some(body)).await;
        assert_eq!(status, 201, "{session}");
        session["id"].as_str().expect("an id").to_owned()
    }

    /// Holds a short recorded interview on this question; its id.
    pub async fn held_interview(&self, question: &str) -> String {
        let id = self.session(json!({"consent": {"recording": true}, "question": question})).await;
        let mut client = self.connect(&format!("session={id}")).await;
        client.until("response.done").await;
        client.speak(&speech(200, 3000)).await;
        client.until("response.done").await;
        client.send(json!({"type": "x.end"})).await;
        client.read_on_to_close().await;
        id
    }

    /// Holds one and waits until its recording is taken in.
    pub async fn kept_interview(&self, question: &str) -> String {
        let id = self.held_interview(question).await;
        within(self.app.kept(&id)).await;
        id
    }

    /// Holds one and waits until it is scored.
    pub async fn scored_interview(&self, question: &str) -> String {
        let id = self.held_interview(question).await;
        within(self.app.scored(&id)).await;
        id
    }

    /// A voice socket, with what comes before the query's first parameter left out.
    pub async fn connect(&self, query: &str) -> Client {
        self.try_connect(query, &[]).await.expect("a socket")
    }

    /// As `connect`, with headers; the error is the refusal.
    pub async fn try_connect(
        &self,
        query: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Client, Box<tungstenite::Error>> {
        self.open(&format!("/v1/realtime?{query}"), headers).await
    }

    /// A socket at this path; the error is the refusal.
    pub async fn open(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Client, Box<tungstenite::Error>> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().expect("an address");
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().expect("a header"));
        }
        let (socket, response) = tokio_tungstenite::connect_async(request).await.map_err(Box::new)?;
        let protocol =
            response.headers().get("sec-websocket-protocol").map(|value| value.to_str().expect("text").into());
        Ok(Client { socket, protocol, last_event: None, audio_ms: 0 })
    }
}

/// A client of the voice socket.
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The subprotocol that was chosen.
    pub protocol: Option<String>,
    /// The `event_id` of the last event that came.
    pub last_event: Option<String>,
    /// Sound that came, in ms of 24 kHz.
    pub audio_ms: u64,
}

/// The end of a socket.
#[derive(Debug, PartialEq, Eq)]
pub struct Closed {
    pub code: u16,
    pub reason: String,
}

impl Client {
    /// Sends an event.
    pub async fn send(&mut self, event: Value) {
        self.send_text(&event.to_string()).await;
    }

    /// Sends a text frame.
    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.expect("sent");
    }

    /// Sends a binary frame.
    pub async fn send_binary(&mut self, bytes: Vec<u8>) {
        self.socket.send(Message::binary(bytes)).await.expect("sent");
    }

    /// Sends a message as it is.
    pub async fn send_message(&mut self, message: Message) {
        self.socket.send(message).await.expect("sent");
    }

    /// Sends a text frame that may never be taken whole, and reads to the close meanwhile, as clients do.
    pub async fn send_and_read_to_the_end(self, text: String) -> (Vec<Value>, Closed) {
        let (mut sink, mut stream) = self.socket.split();
        let sending = tokio::spawn(async move { sink.send(Message::text(text)).await });
        let mut all = Vec::new();
        let closed = loop {
            match tokio::time::timeout(PATIENCE, stream.next()).await.expect("something comes in time") {
                Some(Ok(Message::Text(text))) => all.push(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(Some(frame)))) => {
                    break Closed { code: frame.code.into(), reason: frame.reason.as_str().to_owned() };
                }
                Some(Ok(_)) => {}
                other => break Closed { code: 0, reason: format!("{other:?}") },
            }
        };
        sending.abort();
        (all, closed)
    }

    /// Sends microphone sound, 24 kHz.
    pub async fn speak(&mut self, samples: &[i16]) {
        use base64::Engine;
        for second in samples.chunks(24_000) {
            let bytes: Vec<u8> = second.iter().flat_map(|sample| sample.to_le_bytes()).collect();
            let audio = base64::engine::general_purpose::STANDARD.encode(bytes);
            self.send(json!({"type": "input_audio_buffer.append", "audio": audio})).await;
        }
    }

    /// Puts a typed turn into the conversation and asks for an answer.
    pub async fn type_turn(&mut self, text: &str) {
        let content = json!([{"type": "input_text", "text": text}]);
        let item = json!({"type": "message", "role": "user", "content": content});
        self.send(json!({"type": "conversation.item.create", "item": item})).await;
        self.send(json!({"type": "response.create"})).await;
    }

    /// The next event, sound included; a close is an error.
    pub async fn next(&mut self) -> Result<Value, Closed> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("something comes in time");
            match message {
                Some(Ok(Message::Text(text))) => {
                    let event: Value = serde_json::from_str(&text).expect("JSON");
                    self.last_event = event["event_id"].as_str().map(str::to_owned);
                    if let Some(delta) =
                        event["delta"].as_str().filter(|_| kind(&event) == "response.output_audio.delta")
                    {
                        self.audio_ms += delta.len() as u64 * 3 / 4 / 48;
                    }
                    return Ok(event);
                }
                Some(Ok(Message::Binary(bytes))) => return Ok(json!({"type": "binary", "bytes": bytes.to_vec()})),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err(Closed { code: frame.code.into(), reason: frame.reason.as_str().to_owned() });
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(Closed { code: 0, reason: error.to_string() }),
                None => return Err(Closed { code: 0, reason: "no close frame".into() }),
            }
        }
    }

    /// The next event of this type; others are passed over.
    pub async fn until(&mut self, wanted: &str) -> Value {
        self.until_all(wanted).await.pop().expect("the wanted event")
    }

    /// All events up to the next of this type.
    pub async fn until_all(&mut self, wanted: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let began = std::time::Instant::now();
        loop {
            assert!(began.elapsed() < PATIENCE, "no {wanted} came, but {:?}", kinds(&all));
            match self.next().await {
                Ok(event) => {
                    let found = kind(&event) == wanted;
                    all.push(event);
                    if found {
                        return all;
                    }
                }
                Err(closed) => panic!("closed ({closed:?}) before {wanted} after {:?}", kinds(&all)),
            }
        }
    }

    /// Reads to the close.
    pub async fn read_on_to_close(&mut self) -> (Vec<Value>, Closed) {
        let mut all = Vec::new();
        loop {
            match self.next().await {
                Ok(event) => all.push(event),
                Err(closed) => return (all, closed),
            }
        }
    }

    /// Vanishes without a goodbye.
    pub fn vanish(self) {
        drop(self);
    }
}

/// What comes in time.
pub async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("it comes in time")
}

/// The type of an event.
pub fn kind(event: &Value) -> &str {
    event["type"].as_str().unwrap_or_default()
}

/// The types of events, runs of one type told once, our own extensions left out.
pub fn kinds(events: &[Value]) -> Vec<&str> {
    let mut kinds: Vec<&str> = events.iter().map(kind).filter(|kind| !kind.starts_with("x.")).collect();
    kinds.dedup();
    kinds
}

/// Recorded speech with `before` and `after` ms of silence around it.
pub fn speech(before: usize, after: usize) -> Vec<i16> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/audio/speech.flac");
    let sound = crate::audio::Sound::open(path.as_ref()).expect("the fixture");
    assert_eq!(sound.rate, crate::units::TRACK_RATE);
    let mut samples = vec![0; before * 24];
    samples.extend(sound.samples);
    samples.extend(vec![0; after * 24]);
    samples
}
