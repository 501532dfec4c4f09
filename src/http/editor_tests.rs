//! The editor's socket over a real network, with Yjs clients on the other side.

use super::support::{Client as Voice, Closed, PATIENCE, Server};
use crate::providers::ApiKey;
use crate::wire::sync::SyncFrame;
use futures::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{ClientID, Doc, GetString, OffsetKind, Options, ReadTxn, StateVector, Text, Transact, Update, WriteTxn};

const CODING: &str = "parcel-lockers";

/// A running coding interview: its id and its voice socket.
async fn interview(server: &Server) -> (String, Voice) {
    let id = server.session(json!({"question": CODING, "consent": {"recording": false}})).await;
    let mut voice = server.connect(&format!("session={id}")).await;
    voice.until("x.session").await;
    (id, voice)
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn dial(
    server: &Server,
    id: &str,
    headers: &[(&'static str, &str)],
) -> Result<(Socket, tungstenite::handshake::client::Response), Box<tungstenite::Error>> {
    let address = format!("ws://{}/v1/sessions/{id}/editor", server.address);
    let mut request = address.into_client_request().expect("an address");
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse().expect("a header"));
    }
    tokio_tungstenite::connect_async(request).await.map_err(Box::new)
}

/// Status and code of a refused handshake.
async fn refusal(server: &Server, id: &str, headers: &[(&'static str, &str)]) -> (u16, String) {
    match *dial(server, id, headers).await.expect_err("refused") {
        tungstenite::Error::Http(response) => {
            let body = response.body().clone().unwrap_or_default();
            let problem: serde_json::Value = serde_json::from_slice(&body).expect("a problem");
            (response.status().as_u16(), problem["code"].as_str().expect("a code").to_owned())
        }
        other => panic!("{other}"),
    }
}

/// A Yjs client and its socket.
struct Editor {
    doc: Doc,
    socket: Option<Socket>,
}

impl Editor {
    fn new(id: u64) -> Editor {
        let options = Options { offset_kind: OffsetKind::Utf16, ..Options::with_client_id(ClientID::new(id)) };
        Editor { doc: Doc::with_options(options), socket: None }
    }

    async fn joined(server: &Server, id: &str, client: u64) -> Editor {
        let mut editor = Editor::new(client);
        editor.connect(server, id).await;
        editor
    }

    /// Connects as y-websocket does: both say what they know, both answer with the rest.
    async fn connect(&mut self, server: &Server, id: &str) {
        self.socket = Some(dial(server, id, &[]).await.expect("a socket").0);
        let state = self.doc.transact().state_vector().encode_v1();
        self.say(SyncFrame::Known(&state)).await;
        let mut met = (false, false);
        while met != (true, true) {
            let frame = self.frame().await.expect("open");
            match SyncFrame::decode(&frame).expect("a frame") {
                SyncFrame::Known(state) => {
                    let state = StateVector::decode_v1(state).expect("a state");
                    let missing = self.doc.transact().encode_diff_v1(&state);
                    self.say(SyncFrame::Missing(&missing)).await;
                    met.0 = true;
                }
                SyncFrame::Missing(update) => {
                    self.apply(update);
                    met.1 = true;
                }
                SyncFrame::Update(update) => self.apply(update),
                _ => {}
            }
        }
    }

    async fn say(&mut self, frame: SyncFrame<'_>) {
        self.send(Message::binary(frame.encode())).await;
    }

    async fn send(&mut self, message: Message) {
        self.socket.as_mut().expect("connected").send(message).await.expect("sent");
    }

    /// The next binary frame, or the close.
    async fn frame(&mut self) -> Result<Vec<u8>, Closed> {
        let socket = self.socket.as_mut().expect("connected");
        loop {
            match tokio::time::timeout(PATIENCE, socket.next()).await.expect("something comes in time") {
                Some(Ok(Message::Binary(frame))) => return Ok(frame.to_vec()),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err(Closed { code: frame.code.into(), reason: frame.reason.as_str().to_owned() });
                }
                Some(Ok(_)) => {}
                other => return Err(Closed { code: 0, reason: format!("{other:?}") }),
            }
        }
    }

    async fn closed(&mut self) -> Closed {
        loop {
            if let Err(closed) = self.frame().await {
                return closed;
            }
        }
    }

    fn apply(&self, update: &[u8]) {
        self.doc.transact_mut().apply_update(Update::decode_v1(update).expect("an update")).expect("applies");
    }

    fn edit(&self, at: u32, inserted: &str) -> Vec<u8> {
        let mut transaction = self.doc.transact_mut();
        transaction.get_or_insert_text("python3").insert(&mut transaction, at, inserted);
        transaction.encode_update_v1()
    }

    async fn types(&mut self, at: u32, inserted: &str) {
        let update = self.edit(at, inserted);
        self.say(SyncFrame::Update(&update)).await;
    }

    /// Reads until the text is as wanted.
    async fn until(&mut self, is_there: impl Fn(&str) -> bool) {
        while !is_there(&self.text()) {
            let frame = self.frame().await.expect("open");
            if let SyncFrame::Update(update) = SyncFrame::decode(&frame).expect("a frame") {
                self.apply(update);
            }
        }
    }

    fn text(&self) -> String {
        let transaction = self.doc.transact();
        transaction.get_text("python3").map(|text| text.get_string(&transaction)).unwrap_or_default()
    }
}

#[tokio::test]
async fn two_clients_who_type_at_once_come_to_one_text_and_so_does_who_comes_later() {
    let server = Server::start(|_| {}).await;
    let (id, _voice) = interview(&server).await;
    let mut first = Editor::joined(&server, &id, 11).await;
    let mut second = Editor::joined(&server, &id, 12).await;
    assert!(first.text().contains("def "), "the starter is there: {}", first.text());
    for number in 0..50 {
        first.types(number, "α").await;
        second.types(0, "β").await;
    }
    let all = |text: &str| text.matches('α').count() == 50 && text.matches('β').count() == 50;
    first.until(all).await;
    second.until(all).await;
    assert_eq!(first.text(), second.text());
    assert_eq!(Editor::joined(&server, &id, 13).await.text(), first.text());
}

#[tokio::test]
async fn edits_made_while_the_line_was_cut_arrive_with_the_next_one() {
    let server = Server::start(|_| {}).await;
    let (id, _voice) = interview(&server).await;
    let mut first = Editor::joined(&server, &id, 11).await;
    let mut second = Editor::joined(&server, &id, 12).await;
    first.socket = None;
    first.edit(0, "offline ");
    second.types(0, "meanwhile ").await;
    first.connect(&server, &id).await;
    second.until(|text| text.contains("offline ")).await;
    first.until(|text| text.contains("meanwhile ")).await;
    assert_eq!(first.text(), second.text());
}

#[tokio::test]
async fn an_editor_joins_a_running_interview_on_code_and_no_other() {
    let server = Server::start(|_| {}).await;
    let id = server.session(json!({"question": CODING, "consent": {"recording": false}})).await;
    assert_eq!(refusal(&server, &id, &[]).await, (409, "interview_not_begun".into()));
    assert_eq!(refusal(&server, "sess_none", &[]).await.0, 404);
    let mut voice = server.connect(&format!("session={id}")).await;
    voice.until("x.session").await;
    let mut editor = Editor::joined(&server, &id, 11).await;
    voice.send(json!({"type": "x.end"})).await;
    assert_eq!(editor.closed().await.code, 4410);
    voice.read_on_to_close().await;
    assert_eq!(refusal(&server, &id, &[]).await, (409, "interview_ended".into()));
    let talk = server.app.bank().entries().iter().find(|entry| entry.languages().is_empty()).expect("one without code");
    let id = server.session(json!({"question": talk.question.id, "consent": {"recording": false}})).await;
    let _voice = server.connect(&format!("session={id}")).await;
    assert_eq!(refusal(&server, &id, &[]).await, (409, "no_editor".into()));
    let (status, problem) = server.rest("GET", &format!("/v1/sessions/{id}/editor"), None).await;
    assert_eq!((status, problem["code"].as_str()), (426, Some("websocket_expected")));
}

#[tokio::test]
async fn it_is_guarded_like_the_voice_socket() {
    let server = Server::start(|config| config.serve.api_key = Some(ApiKey::new("k1"))).await;
    assert_eq!(refusal(&server, "sess_any", &[]).await, (401, "unauthorized".into()));
    let server = Server::start(|_| {}).await;
    let (id, _voice) = interview(&server).await;
    let foreign = [("origin", "https://elsewhere.example")];
    assert_eq!(refusal(&server, &id, &foreign).await, (403, "origin_not_allowed".into()));
    let own = format!("http://{}", server.address);
    let headers = [("origin", own.as_str()), ("sec-websocket-protocol", "realtime, openai-insecure-api-key.k")];
    let (_socket, response) = dial(&server, &id, &headers).await.expect("our own page");
    assert_eq!(response.headers()["sec-websocket-protocol"], "realtime");
}

#[tokio::test]
async fn what_cannot_be_taken_closes_the_socket_with_a_reason_and_leaves_the_document() {
    let server = Server::start(|_| {}).await;
    let (id, _voice) = interview(&server).await;
    let starter = Editor::joined(&server, &id, 10).await.text();
    let paste = "x".repeat(300 * 1024);
    for (message, code, reason) in [
        (Message::text("hello"), 4400, "no y-websocket message"),
        (Message::binary(vec![0, 2, 3, 1, 2, 3]), 4422, "edit_malformed"),
        (Message::binary(vec![0xff; 100]), 4400, "no y-websocket message"),
        (Message::binary(SyncFrame::Update(&Editor::new(12).edit(0, &paste)).encode()), 4513, "editor_full"),
    ] {
        let mut editor = Editor::joined(&server, &id, 11).await;
        editor.send(message).await;
        let closed = editor.closed().await;
        assert_eq!(closed.code, code, "{closed:?}");
        assert!(closed.reason.starts_with(reason), "{closed:?}");
    }
    assert_eq!(Editor::joined(&server, &id, 13).await.text(), starter);
}

#[tokio::test]
async fn a_paste_of_ten_megabytes_is_answered_before_it_is_read() {
    let server = Server::start(|_| {}).await;
    let (id, _voice) = interview(&server).await;
    let mut editor = Editor::joined(&server, &id, 11).await;
    let starter = editor.text();
    let frame = SyncFrame::Update(&editor.edit(0, &"x".repeat(10 * 1024 * 1024))).encode();
    let (mut sink, mut stream) = editor.socket.take().expect("connected").split();
    let sending = tokio::spawn(async move { sink.send(Message::binary(frame)).await });
    let code = loop {
        match tokio::time::timeout(PATIENCE, stream.next()).await.expect("something comes in time") {
            Some(Ok(Message::Close(Some(frame)))) => break u16::from(frame.code),
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    };
    sending.abort();
    assert_eq!(code, 4413);
    assert_eq!(Editor::joined(&server, &id, 12).await.text(), starter);
}
