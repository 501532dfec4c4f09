//! What every language model must do.

use super::{ALL_KINDS, KEY, Leaving, Plan, Server, breaking, fixture, logged, nobody, soon};
use crate::providers::llm::fake::{FakeLlm, LlmScript};
use crate::providers::llm::openai::OpenaiLlm;
use crate::providers::llm::{ChatMessage, ChatRole, Llm, LlmConfig, LlmEvent};
use crate::providers::script::{Delay, Fault, Faulty};
use crate::providers::{ApiKey, FailureKind, ProviderError};
use futures::StreamExt;
use futures::stream::BoxStream;
use std::any::Any;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What a service is told to do for the suite.
#[derive(Clone, Copy, Debug)]
enum Does {
    /// Says "One " and "two." and finishes.
    Answers,
    /// Fails before the first piece.
    Fails(FailureKind),
    /// Says "One " and fails.
    FailsLate(FailureKind),
    /// Finishes without a word.
    SaysNothing,
}

/// An adapter whose service does as it is told, and what has to live as long.
type Bench = (Arc<dyn Llm>, Box<dyn Any>);

fn model_at(base_url: &str, idle_timeout_ms: u64) -> Arc<dyn Llm> {
    let base_url = base_url.to_owned();
    let config = LlmConfig { base_url, idle_timeout_ms, api_key: Some(ApiKey::new(KEY)), ..Default::default() };
    Arc::new(OpenaiLlm::open(&config).unwrap())
}

fn word(text: &str) -> String {
    format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n")
}

const END: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

async fn openai(does: Does) -> Bench {
    let plan = match does {
        Does::Answers => Some(Plan::sse(word("One ") + &word("two.") + END)),
        Does::SaysNothing => Some(Plan::sse(END)),
        Does::Fails(kind) => Plan::failing(kind),
        Does::FailsLate(FailureKind::Gone) => {
            let (base_url, task) = breaking("text/event-stream", word("One ").into()).await;
            return (model_at(&base_url, 8_000), Box::new(task));
        }
        Does::FailsLate(FailureKind::Protocol) => Some(Plan::sse(word("One ") + "data: {\"cho\n\n")),
        Does::FailsLate(FailureKind::Timeout) => {
            let (gate, gated) = mpsc::channel(1);
            // Nobody opens the gate, and it stays where it is.
            std::mem::forget(gate);
            let pieces = vec![word("One ").into(), END.into()];
            Some(Plan::Gated { kind: "text/event-stream", pieces, gate: gated, left: Leaving::unheard() })
        }
        Does::FailsLate(kind) => {
            let code = match kind {
                FailureKind::Auth => "invalid_api_key",
                FailureKind::Busy => "rate_limit_exceeded",
                _ => "invalid_request_error",
            };
            Some(Plan::sse(
                word("One ") + &format!("data: {{\"error\":{{\"message\":\"m\",\"code\":\"{code}\"}}}}\n\n"),
            ))
        }
    };
    let idle_ms = if matches!(does, Does::Fails(FailureKind::Timeout) | Does::FailsLate(FailureKind::Timeout)) {
        50
    } else {
        8_000
    };
    match plan {
        Some(plan) => {
            let server = Server::with([plan]).await;
            (model_at(&server.base_url, idle_ms), Box::new(server))
        }
        None => (model_at(&nobody().await, idle_ms), Box::new(())),
    }
}

async fn fake(does: Does) -> Bench {
    let fault = match does {
        Does::Answers => None,
        Does::SaysNothing => Some(Fault::Stop { after: 0 }),
        Does::Fails(kind) => Some(Fault::Error { kind, after: 0 }),
        Does::FailsLate(kind) => Some(Fault::Error { kind, after: 1 }),
    };
    let faults = fault.map(|fault| Faulty { call: None, fault }).into_iter().collect();
    let answers = vec!["One two.".to_owned()];
    let script = LlmScript { answers, faults, first: Delay::fixed(0), between: Delay::fixed(0), ..Default::default() };
    (Arc::new(FakeLlm::new(script)), Box::new(()))
}

fn prompt() -> Vec<ChatMessage> {
    vec![ChatMessage { role: ChatRole::User, text: "Hello, I am Ada.".to_owned() }]
}

type Said = (String, Vec<Result<LlmEvent, FailureKind>>);

/// All text, and what came after the last of it.
async fn all(mut stream: BoxStream<'static, Result<LlmEvent, ProviderError>>) -> Said {
    let (mut text, mut rest) = (String::new(), Vec::new());
    while let Some(event) = soon("the next event", stream.next()).await {
        match event {
            Ok(LlmEvent::Text(piece)) => {
                assert!(!piece.is_empty(), "an empty piece");
                assert!(rest.is_empty(), "text after the end");
                text.push_str(&piece);
            }
            other => rest.push(other.map_err(|error| error.kind)),
        }
    }
    (text, rest)
}

async fn suite<F: Future<Output = Bench>>(bench: impl Fn(Does) -> F) {
    let (model, _keep) = bench(Does::Answers).await;
    let (text, rest) = all(model.ask(prompt())).await;
    assert_eq!(text, "One two.");
    assert!(matches!(rest[..], [Ok(LlmEvent::Finished { cut_short: false, .. })]), "{rest:?}");

    let (model, _keep) = bench(Does::SaysNothing).await;
    let (text, rest) = all(model.ask(prompt())).await;
    assert!(text.is_empty() && matches!(rest[..], [Ok(LlmEvent::Finished { .. })]), "{rest:?}");

    for kind in ALL_KINDS {
        let (model, _keep) = bench(Does::Fails(kind)).await;
        assert_eq!(all(model.ask(prompt())).await, (String::new(), vec![Err(kind)]));
        let (model, _keep) = bench(Does::FailsLate(kind)).await;
        assert_eq!(all(model.ask(prompt())).await, ("One ".to_owned(), vec![Err(kind)]));
    }
}

#[tokio::test]
async fn the_openai_adapter_does_what_every_model_must() {
    suite(openai).await;
}

#[tokio::test]
async fn the_scripted_model_does_what_every_model_must() {
    suite(fake).await;
}

#[tokio::test]
async fn the_first_piece_is_passed_on_before_the_rest_exists_and_a_dropped_answer_is_cancelled() {
    let (gate, gated) = mpsc::channel(1);
    let (left, gone) = Leaving::pair();
    let pieces = ["One ", "two ", "three"].map(|text| word(text).into_bytes()).to_vec();
    let server = Server::with([Plan::Gated { kind: "text/event-stream", pieces, gate: gated, left }]).await;
    let mut stream = model_at(&server.base_url, 8_000).ask(prompt());
    let next = |event: Option<Result<LlmEvent, ProviderError>>| event.unwrap().unwrap();
    assert_eq!(next(soon("the first piece", stream.next()).await), LlmEvent::Text("One ".into()));
    gate.send(()).await.unwrap();
    assert_eq!(next(soon("the second piece", stream.next()).await), LlmEvent::Text("two ".into()));
    drop(stream);
    soon("the server notices", gone).await.unwrap();
}

#[tokio::test]
async fn a_call_that_is_dropped_before_any_answer_is_cancelled() {
    let (left, gone) = Leaving::pair();
    let mut server = Server::with([Plan::Never { left }]).await;
    let mut stream = model_at(&server.base_url, 8_000).ask(prompt());
    tokio::select! {
        _ = stream.next() => panic!("an answer out of nothing"),
        seen = soon("the request", server.seen.recv()) => assert!(seen.is_some()),
    }
    drop(stream);
    soon("the server notices", gone).await.unwrap();
}

#[tokio::test]
async fn a_busy_server_is_asked_once_and_never_again() {
    let busy = || Plan::failing(FailureKind::Busy).unwrap();
    let mut server = Server::with([busy(), busy(), busy(), busy()]).await;
    let model = model_at(&server.base_url, 8_000);
    assert_eq!(all(model.ask(prompt())).await.1, [Err(FailureKind::Busy)]);
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn the_request_carries_the_key_the_prompt_and_the_wish_for_a_stream() {
    let mut server = Server::with([Plan::sse(fixture("chat.sse"))]).await;
    let messages = [(ChatRole::System, "Be kind."), (ChatRole::Assistant, "Hi."), (ChatRole::User, "Hello.")];
    let messages = messages.map(|(role, text)| ChatMessage { role, text: text.to_owned() }).to_vec();
    all(model_at(&server.base_url, 8_000).ask(messages)).await;
    let seen = server.seen.recv().await.unwrap();
    assert_eq!(seen.path, "/v1/chat/completions");
    assert_eq!(seen.headers["authorization"], format!("Bearer {KEY}"));
    let body: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!((&body["stream"], &body["stream_options"]["include_usage"]), (&true.into(), &true.into()));
    let roles: Vec<_> = body["messages"].as_array().unwrap().iter().map(|message| message["role"].as_str()).collect();
    assert_eq!(roles, [Some("system"), Some("assistant"), Some("user")]);
    assert_eq!(body["messages"][0]["content"], "Be kind.");
}

#[tokio::test]
async fn streams_of_known_servers_are_read() {
    let files = ["chat.sse", "chat_other_server.sse", "chat_error_inside.sse", "chat_broken.sse"];
    let server = Server::with(files.map(|file| Plan::sse(fixture(file)))).await;
    let model = model_at(&server.base_url, 8_000);
    let end = |tokens_in, tokens_out, cut_short| vec![Ok(LlmEvent::Finished { tokens_in, tokens_out, cut_short })];
    let said = async || all(model.ask(prompt())).await;
    assert_eq!(said().await, ("What if the list – naïvely – is empty?".to_owned(), end(211, 9, false)));
    assert_eq!(said().await, ("Go on.".to_owned(), end(0, 0, true)));
    assert_eq!(said().await, ("Well".to_owned(), vec![Err(FailureKind::Busy)]));
    assert_eq!(said().await, ("Well".to_owned(), vec![Err(FailureKind::Protocol)]));
}

#[tokio::test]
async fn errors_hold_neither_the_key_nor_anybodys_words() {
    let error = |file| Plan::sse(fixture(file));
    let answers =
        [Plan::json(401, fixture("error_auth.json")), error("chat_error_inside.sse"), error("chat_broken.sse")];
    let server = Server::with(answers).await;
    let model = model_at(&server.base_url, 8_000);
    for _ in 0..3 {
        let mut stream = model.ask(prompt());
        let mut text = String::new();
        while let Some(event) = soon("the next event", stream.next()).await {
            if let Err(error) = event {
                text = logged(&error);
            }
        }
        assert!(!text.is_empty());
        for secret in ["sk-test", "5678", "hello", "Well", "Ada"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_stays_open_after_its_end_is_finished_all_the_same() {
    let (_gate, gated) = mpsc::channel(1);
    let finish = "data: {\"choices\":[{\"delta\":{\"content\":\"Yes.\"},\"finish_reason\":\"stop\"}]}\n\n";
    let pieces = vec![finish.into(), END.into()];
    let plan = Plan::Gated { kind: "text/event-stream", pieces, gate: gated, left: Leaving::unheard() };
    let server = Server::with([plan]).await;
    let (text, rest) = all(model_at(&server.base_url, 50).ask(prompt())).await;
    assert!(text == "Yes." && matches!(rest[..], [Ok(LlmEvent::Finished { .. })]), "{rest:?}");
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let body = word(&"x".repeat(60_000)).repeat(80);
    let server = Server::with([Plan::sse(body)]).await;
    let (_, rest) = all(model_at(&server.base_url, 8_000).ask(prompt())).await;
    assert!(matches!(rest[..], [Err(FailureKind::Gone | FailureKind::Protocol)]), "{rest:?}");
}

#[tokio::test]
async fn an_error_in_one_piece_under_a_status_of_success_is_an_error() {
    let body = r#"{"error":{"message":"quota","type":"insufficient_quota"}}"#;
    let server = Server::with([Plan::json(200, body)]).await;
    assert_eq!(all(model_at(&server.base_url, 8_000).ask(prompt())).await.1, [Err(FailureKind::Busy)]);
}

#[tokio::test]
async fn warming_opens_the_connection_that_the_call_then_uses() {
    let mut server = Server::with([Plan::sse(END)]).await;
    let model = model_at(&server.base_url, 8_000);
    soon("warming", model.warm()).await;
    let warmed = server.seen.recv().await.unwrap();
    assert_eq!((warmed.path.as_str(), warmed.body.len()), ("/v1/models", 0));
    model_at(&nobody().await, 8_000).warm().await;
}
