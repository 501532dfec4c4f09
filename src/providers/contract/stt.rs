//! What every recogniser must do.

use super::{ALL_KINDS, KEY, Leaving, Plan, Server, Task, fixture, listen, nobody, soon};
use crate::providers::script::Delay;
use crate::providers::stt::fake::{FakeStt, Heard, SttFault, SttScript};
use crate::providers::stt::openai::OpenaiStt;
use crate::providers::stt::openai_realtime::OpenaiRealtimeStt;
use crate::providers::stt::{Stt, SttConfig, SttEvent, SttInput, SttSession};
use crate::providers::{ApiKey, FailureKind};
use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;

const WORDS: &str = "I would use a hash map.";

/// What a service is told to do for the suite.
#[derive(Clone, Copy, Debug)]
enum Does {
    /// Hears [`WORDS`] in every utterance.
    Hears,
    /// Fails the first utterance.
    Fails(FailureKind),
}

type Bench = (Arc<dyn Stt>, Box<dyn Any>);
type Said = Result<SttEvent, (Option<u32>, FailureKind)>;

fn config(base_url: &str, final_timeout_ms: u64) -> SttConfig {
    SttConfig { base_url: base_url.to_owned(), final_timeout_ms, api_key: Some(ApiKey::new(KEY)), ..Default::default() }
}

fn patience_ms(does: Does) -> u64 {
    if matches!(does, Does::Fails(FailureKind::Timeout)) { 50 } else { 8_000 }
}

fn at(base_url: &str, patience_ms: u64) -> Arc<dyn Stt> {
    Arc::new(OpenaiStt::open(&config(base_url, patience_ms)).unwrap())
}

async fn openai(does: Does) -> Option<Bench> {
    let hears = || Plan::json(200, fixture("transcription.json"));
    let plans = match does {
        Does::Hears => (0..8).map(|_| hears()).collect(),
        Does::Fails(kind) => match Plan::failing(kind) {
            Some(plan) => vec![plan],
            None => return Some((at(&nobody().await, 8_000), Box::new(()))),
        },
    };
    let server = Server::with(plans).await;
    Some((at(&server.base_url, patience_ms(does)), Box::new(server)))
}

async fn realtime(does: Does) -> Option<Bench> {
    let plan = match does {
        Does::Hears => Line::Hears,
        Does::Fails(FailureKind::Auth) => Line::Refuses(401),
        Does::Fails(FailureKind::Busy) => Line::FailsItems("rate_limit_exceeded"),
        Does::Fails(FailureKind::BadRequest) => Line::RefusesSettings,
        Does::Fails(FailureKind::Protocol) => Line::Babbles,
        Does::Fails(FailureKind::Timeout) => Line::SaysNothing,
        Does::Fails(FailureKind::Gone) => Line::HangsUp,
    };
    // The first attempt is made at the start, and when it is refused another one for the utterance.
    let phone = Phone::with([plan, plan, plan]).await;
    Some((phone.recogniser(patience_ms(does)), Box::new(phone)))
}

async fn fake(does: Does) -> Option<Bench> {
    let fault = match does {
        Does::Hears => None,
        Does::Fails(kind) => Some(SttFault::Error { kind }),
    };
    let utterances = vec![Heard { text: WORDS.to_owned(), fault }];
    Some((Arc::new(FakeStt::new(SttScript { utterances, last: Delay::fixed(0), ..Default::default() })), Box::new(())))
}

async fn send(session: &SttSession, input: SttInput) {
    soon("room for input", session.input.send(input)).await.unwrap();
}

/// An utterance of 200 ms.
async fn speak(session: &SttSession, number: u32) {
    send(session, SttInput::Begin(number)).await;
    for _ in 0..10 {
        send(session, SttInput::Audio(vec![500; 480])).await;
    }
    send(session, SttInput::End(number)).await;
}

async fn next(session: &mut SttSession) -> Option<Said> {
    let event = soon("the next answer", session.events.recv()).await?;
    Some(event.map_err(|failure| (failure.utterance, failure.error.kind)))
}

/// The next answer that is not a partial.
async fn last(session: &mut SttSession) -> Option<Said> {
    loop {
        match next(session).await {
            Some(Ok(SttEvent::Partial { .. })) => {}
            other => return other,
        }
    }
}

fn words(utterance: u32) -> Option<Said> {
    Some(Ok(SttEvent::Final { utterance, text: WORDS.to_owned() }))
}

async fn suite<F: Future<Output = Option<Bench>>>(bench: impl Fn(Does) -> F) {
    let (recogniser, _keep) = bench(Does::Hears).await.unwrap();
    let mut session = recogniser.start("en");
    speak(&session, 4).await;
    assert_eq!(last(&mut session).await, words(4));

    // Two at once: both are answered, each with its own number.
    speak(&session, 5).await;
    speak(&session, 6).await;
    let both = [last(&mut session).await, last(&mut session).await];
    assert!(both.contains(&words(5)) && both.contains(&words(6)), "{both:?}");

    // What was dropped while it was spoken is not answered, and neither is the sound after it.
    send(&session, SttInput::Begin(7)).await;
    send(&session, SttInput::Audio(vec![500; 4_800])).await;
    send(&session, SttInput::Drop(7)).await;
    send(&session, SttInput::Audio(vec![500; 4_800])).await;
    send(&session, SttInput::End(7)).await;
    speak(&session, 8).await;
    assert_eq!(last(&mut session).await, words(8));

    // Without input the session ends.
    let SttSession { input, mut events } = session;
    drop(input);
    assert!(soon("the end", events.recv()).await.is_none());

    for kind in ALL_KINDS {
        let Some((recogniser, _keep)) = bench(Does::Fails(kind)).await else { continue };
        let mut session = recogniser.start("en");
        speak(&session, 9).await;
        assert_eq!(last(&mut session).await, Some(Err((Some(9), kind))));
    }
}

#[tokio::test]
async fn the_openai_adapter_does_what_every_recogniser_must() {
    suite(openai).await;
}

#[tokio::test]
async fn the_realtime_adapter_does_what_every_recogniser_must() {
    suite(realtime).await;
}

#[tokio::test]
async fn the_scripted_recogniser_does_what_every_recogniser_must() {
    suite(fake).await;
}

#[tokio::test]
async fn the_whole_utterance_is_sent_as_a_wav_file_with_its_options() {
    let mut server = Server::with([Plan::json(200, fixture("transcription_words_only.json"))]).await;
    let config = SttConfig { prompt: Some("hash map, heap".to_owned()), ..config(&server.base_url, 8_000) };
    let mut session = OpenaiStt::open(&config).unwrap().start("en-GB");
    speak(&session, 1).await;
    assert_eq!(next(&mut session).await, words(1));
    let seen = server.seen.recv().await.unwrap();
    assert_eq!(seen.path, "/v1/audio/transcriptions");
    assert_eq!(seen.headers["authorization"], format!("Bearer {KEY}"));
    let text = String::from_utf8_lossy(&seen.body);
    for (name, value) in [("model", "gpt-4o-mini-transcribe"), ("language", "en"), ("prompt", "hash map, heap")] {
        assert!(text.contains(&format!("name=\"{name}\"\r\n\r\n{value}\r\n")), "{name}");
    }
    let start = seen.body.windows(4).position(|bytes| bytes == b"RIFF").unwrap();
    let file = hound::WavReader::new(&seen.body[start..]).unwrap();
    assert_eq!((file.spec().sample_rate, file.duration()), (24_000, 4_800));
}

#[tokio::test]
async fn an_utterance_too_short_for_words_is_answered_without_asking() {
    let mut server = Server::with([]).await;
    let mut session = at(&server.base_url, 8_000).start("en");
    send(&session, SttInput::Begin(1)).await;
    send(&session, SttInput::Audio(vec![500; 480])).await;
    send(&session, SttInput::End(1)).await;
    assert_eq!(next(&mut session).await, Some(Ok(SttEvent::Final { utterance: 1, text: String::new() })));
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn dropping_an_utterance_or_the_session_cancels_its_call() {
    let ((left, gone), (left_too, gone_too)) = (Leaving::pair(), Leaving::pair());
    let mut server = Server::with([Plan::Never { left }, Plan::Never { left: left_too }]).await;
    let session = at(&server.base_url, 8_000).start("en");
    speak(&session, 1).await;
    soon("the first call", server.seen.recv()).await.unwrap();
    send(&session, SttInput::Drop(1)).await;
    soon("the server notices", gone).await.unwrap();
    speak(&session, 2).await;
    soon("the second call", server.seen.recv()).await.unwrap();
    drop(session);
    soon("the server notices", gone_too).await.unwrap();
}

/// How the realtime server behaves on one connection.
#[derive(Clone, Copy, Debug)]
enum Line {
    /// Plays the fixture for each commit.
    Hears,
    /// Answers the handshake with a status.
    Refuses(u16),
    /// Complains about the settings.
    RefusesSettings,
    /// Fails each item with a code.
    FailsItems(&'static str),
    /// Sends something that is not JSON at a commit.
    Babbles,
    /// Does not answer.
    SaysNothing,
    /// Closes at a commit.
    HangsUp,
    /// Plays the fixture for the first commit, then closes.
    HearsOnce,
}

/// Not a message: the client has seen that the server hung up.
const HUNG_UP: &str = "hung_up";

/// The realtime server.
struct Phone {
    base_url: String,
    /// What each client's message was, and on which connection (from 0).
    seen: mpsc::UnboundedReceiver<(usize, Value)>,
    _task: Task,
}

struct Exchange {
    lines: Mutex<(usize, VecDeque<Line>)>,
    seen: mpsc::UnboundedSender<(usize, Value)>,
}

impl Phone {
    async fn with(lines: impl IntoIterator<Item = Line>) -> Phone {
        let (sender, seen) = mpsc::unbounded_channel();
        let exchange = Exchange { lines: Mutex::new((0, lines.into_iter().collect())), seen: sender };
        let router = Router::new().route("/v1/realtime", get(ring)).with_state(Arc::new(exchange));
        let (base_url, task) = listen(router).await;
        Phone { base_url, seen, _task: task }
    }

    fn recogniser(&self, patience_ms: u64) -> Arc<dyn Stt> {
        Arc::new(OpenaiRealtimeStt::open(&config(&self.base_url, patience_ms)).unwrap())
    }

    /// The next message of this type, and its connection.
    async fn hear(&mut self, class: &str) -> (usize, Value) {
        loop {
            let (line, message) = soon(class, self.seen.recv()).await.unwrap();
            if message["type"] == class {
                return (line, message);
            }
        }
    }
}

async fn ring(
    State(exchange): State<Arc<Exchange>>,
    uri: Uri,
    headers: HeaderMap,
    socket: WebSocketUpgrade,
) -> Response {
    if uri.query() != Some("intent=transcription") || headers["authorization"] != format!("Bearer {KEY}") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let (number, line) = {
        let mut lines = exchange.lines.lock().unwrap();
        lines.0 += 1;
        (lines.0 - 1, lines.1.pop_front())
    };
    match line {
        None => StatusCode::IM_A_TEAPOT.into_response(),
        Some(Line::Refuses(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(line) => socket.on_upgrade(move |socket| talk(socket, line, number, exchange)),
    }
}

async fn talk(mut socket: WebSocket, line: Line, number: usize, exchange: Arc<Exchange>) {
    let mut commits = 0;
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(text) = message else { continue };
        let message: Value = serde_json::from_str(&text).unwrap();
        let class = message["type"].as_str().unwrap().to_owned();
        let _ = exchange.seen.send((number, message));
        let replies = match class.as_str() {
            "session.update" => settings_reply(line),
            "input_audio_buffer.commit" => {
                commits += 1;
                commit_reply(line, &format!("item_{number}_{commits}"))
            }
            _ => Some(Vec::new()),
        };
        let Some(replies) = replies else { return };
        for reply in replies {
            if socket.send(Message::Text(reply.into())).await.is_err() {
                return;
            }
        }
        if matches!(line, Line::HearsOnce) && commits > 0 {
            let _ = socket.send(Message::Close(None)).await;
            while socket.recv().await.is_some_and(|message| message.is_ok()) {}
            let _ = exchange.seen.send((number, json!({ "type": HUNG_UP })));
            return;
        }
    }
}

fn settings_reply(line: Line) -> Option<Vec<String>> {
    let created = json!({ "type": "session.created", "event_id": "event_0", "session": { "type": "transcription" } });
    let error = json!({ "type": "invalid_request_error", "code": "model_not_found", "event_id": "session" });
    Some(match line {
        Line::RefusesSettings => vec![created.to_string(), json!({ "type": "error", "error": error }).to_string()],
        _ => vec![created.to_string(), json!({ "type": "session.updated" }).to_string()],
    })
}

fn commit_reply(line: Line, item: &str) -> Option<Vec<String>> {
    let fixture = || String::from_utf8(fixture("realtime.jsonl")).unwrap().replace("ITEM", item);
    Some(match line {
        Line::Hears | Line::HearsOnce => fixture().lines().map(str::to_owned).collect(),
        Line::FailsItems(code) => {
            let committed = json!({ "type": "input_audio_buffer.committed", "item_id": item });
            let class = "conversation.item.input_audio_transcription.failed";
            let failed = json!({ "type": class, "item_id": item, "error": { "code": code } });
            vec![committed.to_string(), failed.to_string()]
        }
        Line::Babbles => vec!["{\"type\":".to_owned()],
        Line::HangsUp => return None,
        _ => Vec::new(),
    })
}

#[tokio::test]
async fn the_settings_are_the_first_message_and_the_sound_follows_whole() {
    let mut phone = Phone::with([Line::Hears]).await;
    let mut session = phone.recogniser(8_000).start("de-AT");
    speak(&session, 1).await;
    assert_eq!(last(&mut session).await, words(1));
    let (_, first) = soon("the settings", phone.seen.recv()).await.unwrap();
    let input = &first["session"]["audio"]["input"];
    assert_eq!((&first["type"], &first["session"]["type"]), (&"session.update".into(), &"transcription".into()));
    assert_eq!(input["transcription"], json!({ "model": "gpt-4o-mini-transcribe", "language": "de" }));
    assert!(input.get("turn_detection").is_some_and(Value::is_null), "off is said by a null, not by leaving it out");
    let mut samples = 0;
    loop {
        let (_, message) = soon("the sound", phone.seen.recv()).await.unwrap();
        match message["audio"].as_str() {
            Some(audio) => {
                samples += base64::Engine::decode(&base64::prelude::BASE64_STANDARD, audio).unwrap().len() / 2
            }
            None => break assert_eq!(message["type"], "input_audio_buffer.commit"),
        }
    }
    assert_eq!(samples, 4_800);
}

#[tokio::test]
async fn partial_words_come_before_the_final_ones() {
    let phone = Phone::with([Line::Hears]).await;
    let mut session = phone.recogniser(8_000).start("en");
    speak(&session, 3).await;
    let partial = |text: &str| Some(Ok(SttEvent::Partial { utterance: 3, text: text.to_owned() }));
    assert_eq!(next(&mut session).await, partial("I would"));
    assert_eq!(next(&mut session).await, partial(WORDS));
    assert_eq!(next(&mut session).await, words(3));
}

#[tokio::test]
async fn a_connection_that_was_closed_between_utterances_is_made_again_without_a_word() {
    let mut phone = Phone::with([Line::HearsOnce, Line::Hears]).await;
    let mut session = phone.recogniser(8_000).start("en");
    speak(&session, 1).await;
    assert_eq!(last(&mut session).await, words(1));
    phone.hear(HUNG_UP).await;
    speak(&session, 2).await;
    assert_eq!(last(&mut session).await, words(2));
    assert_eq!(phone.hear("input_audio_buffer.commit").await.0, 1);
}

#[tokio::test]
async fn an_utterance_cut_off_by_a_lost_connection_fails_and_the_next_one_is_heard() {
    let phone = Phone::with([Line::HangsUp, Line::Hears]).await;
    let mut session = phone.recogniser(8_000).start("en");
    speak(&session, 1).await;
    assert_eq!(last(&mut session).await, Some(Err((Some(1), FailureKind::Gone))));
    speak(&session, 2).await;
    assert_eq!(last(&mut session).await, words(2));
}

#[tokio::test]
async fn an_old_connection_is_renewed_when_nobody_waits_for_it() {
    let mut phone = Phone::with([Line::Hears, Line::Hears]).await;
    let recogniser = OpenaiRealtimeStt::open(&config(&phone.base_url, 8_000)).unwrap().renewing_after(Duration::ZERO);
    let mut session = recogniser.start("en");
    speak(&session, 1).await;
    assert_eq!(last(&mut session).await, words(1));
    assert_eq!(phone.hear("session.update").await.0, 0);
    assert_eq!(phone.hear("session.update").await.0, 1);
}
