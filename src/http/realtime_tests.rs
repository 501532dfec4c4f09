//! The voice socket against a real server: handshake, turns, interruptions, resuming, and what bad input gets.

use super::support::*;
use crate::app::Wish;
use crate::providers::ApiKey;
use crate::providers::llm::LlmProvider;
use crate::providers::script::{Fault, Faulty};
use crate::providers::stt::fake::{Heard, SttFault};
use crate::units::{FailureKind, Ms};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite;

async fn refused(server: &Server, query: &str, headers: &[(&'static str, &str)]) -> u16 {
    match server.try_connect(query, headers).await.map_err(|error| *error) {
        Err(tungstenite::Error::Http(response)) => {
            let kind = response.headers().get("content-type").map(|value| value.to_str().expect("text").to_owned());
            assert_eq!(kind.as_deref(), Some("application/problem+json"));
            response.status().as_u16()
        }
        Err(other) => panic!("{other}"),
        Ok(_) => 101,
    }
}

fn code(event: &Value) -> &str {
    event["error"]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_stock_client_is_welcomed_and_not_spoken_to() {
    let server = Server::start(|_| {}).await;
    let mut client = server.connect("model=gpt-realtime").await;
    let created = client.next().await.expect("an event");
    assert_eq!((kind(&created), &created["event_id"]), ("session.created", &json!("event_1")));
    assert_eq!(created["session"]["audio"]["input"]["turn_detection"]["type"], "semantic_vad");
    let about = client.next().await.expect("an event");
    assert_eq!((kind(&about), &about["recording"], &about["resumed"]), ("x.session", &json!(false), &json!(false)));
    client.send(json!({"type": "session.update", "event_id": "c_1", "session": {"type": "realtime"}})).await;
    let between = client.until_all("session.updated").await;
    assert_eq!(kinds(&between), ["session.updated"], "nothing was said");
}

#[tokio::test]
async fn only_the_subprotocol_realtime_is_echoed() {
    let server = Server::start(|_| {}).await;
    let offered = [("sec-websocket-protocol", "realtime, openai-insecure-api-key.x")];
    assert_eq!(server.try_connect("", &offered).await.expect("a socket").protocol.as_deref(), Some("realtime"));
    assert_eq!(server.connect("").await.protocol, None);
}

#[tokio::test]
async fn with_a_key_only_those_who_show_it_come_in() {
    let server = Server::start(|config| config.serve.api_key = Some(ApiKey::new("right-key"))).await;
    assert_eq!(refused(&server, "", &[]).await, 401);
    assert_eq!(refused(&server, "", &[("authorization", "Bearer wrong")]).await, 401);
    assert_eq!(refused(&server, "", &[("authorization", "Bearer right-key")]).await, 101);
    let offered = [("sec-websocket-protocol", "realtime, openai-insecure-api-key.right-key")];
    assert_eq!(refused(&server, "", &offered).await, 101);
    assert_eq!(server.rest("POST", "/v1/realtime/client_secrets", Some(json!({}))).await.0, 401);
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let address = format!("http://{}/v1/realtime/client_secrets", server.address);
    let minted = client.post(address).bearer_auth("right-key").send().await.expect("an answer");
    let minted: Value = minted.json().await.expect("JSON");
    let bearer = format!("Bearer {}", minted["value"].as_str().expect("a secret"));
    assert_eq!(refused(&server, "", &[("authorization", &bearer)]).await, 101);
}

#[tokio::test]
async fn pages_of_other_origins_and_names_of_other_machines_are_refused() {
    let server = Server::start(|config| config.serve.origins = vec!["https://allowed.example".into()]).await;
    assert_eq!(refused(&server, "", &[("origin", "https://evil.example")]).await, 403);
    assert_eq!(refused(&server, "", &[("origin", "null")]).await, 403);
    assert_eq!(refused(&server, "", &[("origin", "https://allowed.example")]).await, 101);
    assert_eq!(refused(&server, "", &[("origin", &format!("http://{}", server.address))]).await, 101);
}

#[tokio::test]
async fn what_cannot_be_joined_says_so_before_the_upgrade() {
    let server = Server::start(|config| config.limits.interviews_max = 1).await;
    assert_eq!(refused(&server, "session=sess_00000000000000000000000000000000", &[]).await, 404);
    assert_eq!(refused(&server, "after=event_3", &[]).await, 400);
    let id = server.session(json!({"consent": {"recording": false}})).await;
    assert_eq!(refused(&server, &format!("session={id}&after=third"), &[]).await, 400);
    let mut client = server.connect(&format!("session={id}")).await;
    client.until("x.session").await;
    assert_eq!(refused(&server, "", &[]).await, 503);
    client.send(json!({"type": "x.end"})).await;
    let (events, closed) = client.read_on_to_close().await;
    let end = events.last().expect("an event");
    assert_eq!((kind(end), &end["reason"], closed.code), ("x.end", &json!("candidate"), 1000));
    assert_eq!(refused(&server, &format!("session={id}"), &[]).await, 409);
}

#[tokio::test]
async fn every_malformed_event_gets_its_code_and_the_socket_stays_open() {
    let server = Server::start(|_| {}).await;
    let mut client = server.connect("").await;
    client.until("x.session").await;
    let cases = [
        ("{", "invalid_json"),
        ("[1]", "invalid_json"),
        (r#"{"event_id":"a"}"#, "missing_required_parameter"),
        (r#"{"type":"no.such","event_id":"a"}"#, "unknown_event"),
        (r#"{"type":"input_audio_buffer.append","audio":"%%%","event_id":"a"}"#, "invalid_base64"),
        (r#"{"type":"input_audio_buffer.append","audio":"AAAA","event_id":"a"}"#, "odd_audio_length"),
        (r#"{"type":"input_audio_buffer.commit","event_id":"a"}"#, "input_audio_buffer_commit_empty"),
        (r#"{"type":"conversation.item.retrieve","item_id":"item_9","event_id":"a"}"#, "item_retrieve_invalid_item_id"),
        (r#"{"type":"conversation.item.delete","item_id":"none","event_id":"a"}"#, "item_delete_invalid_item_id"),
        (
            r#"{"type":"conversation.item.truncate","item_id":"item_9","audio_end_ms":1,"event_id":"a"}"#,
            "item_truncate_invalid_item_id",
        ),
        (r#"{"type":"response.cancel","event_id":"a"}"#, "response_cancel_not_active"),
        (r#"{"type":"response.cancel","response_id":"resp_7","event_id":"a"}"#, "response_cancel_not_active"),
        (r#"{"type":"output_audio_buffer.clear","event_id":"a"}"#, "not_available"),
        (r#"{"type":"x.transcript","text":"hello","final":true,"event_id":"a"}"#, "not_available"),
        (r#"{"type":"session.update","session":{"voice":"x"},"event_id":"a"}"#, "beta_api_shape"),
        (r#"{"type":"session.update","session":{"tools":[{}]},"event_id":"a"}"#, "unsupported_parameter"),
    ];
    for (frame, expected) in cases {
        client.send_text(frame).await;
        let error = client.until("error").await;
        assert_eq!(code(&error), expected, "{frame}: {error}");
        if !expected.ends_with("json") {
            assert_eq!(error["error"]["event_id"], "a", "{frame}");
        }
    }
    client.send_binary(vec![1, 0, 0, 0, 0, 0, 0, 0]).await;
    assert_eq!(code(&client.until("error").await), "invalid_binary_frame");
    client.send(json!({"type": "session.update", "session": {}})).await;
    client.until("session.updated").await;
}

#[tokio::test]
async fn a_frame_beyond_the_limit_gets_an_error_and_a_close_and_the_interview_can_be_resumed() {
    let server = Server::start(|_| {}).await;
    let id = server.session(json!({"consent": {"recording": false}})).await;
    let mut client = server.connect(&format!("session={id}")).await;
    client.until("x.session").await;
    let frame = format!(r#"{{"type":"input_audio_buffer.append","audio":"{}"}}"#, "A".repeat(17 * 1024 * 1024));
    let (events, closed) = client.send_and_read_to_the_end(frame).await;
    assert_eq!(closed.code, 1009, "{closed:?}");
    assert_eq!(code(events.iter().rfind(|event| kind(event) == "error").expect("an error")), "frame_too_large");
    let mut again = server.connect(&format!("session={id}&after=event_1")).await;
    assert_eq!(again.until("x.session").await["resumed"], true);
}

#[tokio::test]
async fn an_append_beyond_its_limit_is_refused_and_the_socket_stays_open() {
    let server = Server::start(|_| {}).await;
    let mut client = server.connect("").await;
    let frame = format!(r#"{{"type":"input_audio_buffer.append","audio":"{}"}}"#, "A".repeat(15 * 1024 * 1024 + 4));
    client.send_text(&frame).await;
    assert_eq!(code(&client.until("error").await), "frame_too_large");
    let padding = "x".repeat(300 * 1024);
    client.send(json!({"type": "x.signal", "kind": "paste", "padding": padding})).await;
    assert_eq!(code(&client.until("error").await), "frame_too_large");
}

#[tokio::test]
async fn sound_much_faster_than_real_time_is_cut_and_told() {
    let server = Server::start(|_| {}).await;
    let mut client = server.connect("").await;
    client.speak(&vec![0; 59 * 24_000]).await;
    client.send(json!({"type": "session.update", "session": {}})).await;
    let quiet = client.until_all("session.updated").await;
    assert!(quiet.iter().all(|event| kind(event) != "error"), "a minute at once is taken");
    client.speak(&vec![0; 10 * 24_000]).await;
    assert_eq!(code(&client.until("error").await), "input_audio_too_fast");
}

#[tokio::test]
async fn a_frame_that_is_not_text_closes_with_1007() {
    use tungstenite::protocol::frame::Frame;
    use tungstenite::protocol::frame::coding::{Data, OpCode};
    let server = Server::start(|_| {}).await;
    let mut client = server.connect("").await;
    client.until("x.session").await;
    let frame = Frame::message(vec![0xff, 0xfe], OpCode::Data(Data::Text), true);
    client.send_message(tungstenite::Message::Frame(frame)).await;
    assert_eq!(client.read_on_to_close().await.1.code, 1007);
}

#[tokio::test]
async fn a_hundred_errors_in_a_row_close_the_socket() {
    let server = Server::start(|_| {}).await;
    let mut client = server.connect("").await;
    for _ in 0..100 {
        client.send_text("{").await;
    }
    let (events, closed) = client.read_on_to_close().await;
    assert_eq!(closed.code, 4003);
    assert_eq!(events.iter().filter(|event| kind(event) == "error").count(), 100);
}

#[tokio::test]
async fn of_two_sockets_the_newer_wins() {
    let server = Server::start(|_| {}).await;
    let id = server.session(json!({"consent": {"recording": false}})).await;
    let mut older = server.connect(&format!("session={id}")).await;
    older.until("x.session").await;
    let mut newer = server.connect(&format!("session={id}")).await;
    assert_eq!(older.read_on_to_close().await.1.code, 4001);
    assert_eq!(newer.until("x.session").await["resumed"], true);
    newer.type_turn("Hello again.").await;
    newer.until("response.done").await;
}

#[tokio::test]
async fn a_typed_turn_is_answered_in_the_order_that_clients_expect() {
    let server = Server::start(|config| config.llm.fake.answers = vec!["Go on. What next?".into()]).await;
    let mut client = server.connect("").await;
    client.until("x.session").await;
    client.type_turn("I would sort it first.").await;
    let events = client.until_all("rate_limits.updated").await;
    let order = [
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "response.output_audio_transcript.delta",
        "response.output_audio.delta",
    ];
    let seen: Vec<&str> = kinds(&events);
    let head: Vec<&str> = seen.iter().copied().filter(|kind| order.contains(kind)).take(order.len()).collect();
    assert_eq!(head[..6], order[..6], "{seen:?}");
    let tail = [
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "conversation.item.done",
        "response.output_item.done",
        "response.done",
        "rate_limits.updated",
    ];
    assert_eq!(seen[seen.len() - tail.len()..], tail, "{seen:?}");
    let done = events.iter().find(|event| kind(event) == "response.done").expect("done");
    assert_eq!(done["response"]["status"], "completed");
    assert_eq!(done["response"]["output"][0]["content"][0]["transcript"], "Go on. What next?");
    assert!(client.audio_ms >= 80, "17 characters of 5 ms, got {} ms", client.audio_ms);
    let ids: BTreeSet<&str> = events.iter().filter_map(|event| event["event_id"].as_str()).collect();
    assert_eq!(ids.len(), events.len(), "every event has an id of its own");
}

#[tokio::test]
async fn an_item_keeps_the_id_that_its_client_gave_it() {
    let server = Server::start(|_| {}).await;
    let mut client = server.connect("").await;
    let content = json!([{"type": "input_text", "text": "Hello."}]);
    let item = json!({"id": "msg_mine", "type": "message", "role": "user", "content": content});
    let create = json!({"type": "conversation.item.create", "item": item});
    client.send(create.clone()).await;
    assert_eq!(client.until("conversation.item.added").await["item"]["id"], "msg_mine");
    client.send(create).await;
    assert_eq!(code(&client.until("error").await), "item_create_duplicate_item_id");
    client.send(json!({"type": "conversation.item.retrieve", "item_id": "msg_mine"})).await;
    assert_eq!(client.until("conversation.item.retrieved").await["item"]["content"][0]["text"], "Hello.");
    client.send(json!({"type": "conversation.item.delete", "item_id": "msg_mine"})).await;
    assert_eq!(client.until("conversation.item.deleted").await["item_id"], "msg_mine");
}

#[tokio::test]
async fn a_spoken_turn_that_comes_as_one_file_is_heard_committed_and_answered() {
    let server = Server::start(|_| {}).await;
    let mut client = server.connect("").await;
    client.until("x.session").await;
    client.speak(&speech(300, 3000)).await;
    let events = client.until_all("response.done").await;
    let seen = kinds(&events);
    let place =
        |wanted: &str| seen.iter().position(|kind| *kind == wanted).unwrap_or_else(|| panic!("{wanted}: {seen:?}"));
    let order = [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_audio.delta",
        "response.output_audio.done",
        "response.done",
    ];
    assert!(order.map(place).is_sorted(), "{seen:?}");
    let transcript = events.iter().find(|event| kind(event).ends_with("transcription.completed")).expect("words");
    assert!(transcript["transcript"].as_str().expect("text").contains("hash map"));
    let turn = events.iter().find(|event| kind(event) == "x.turn").expect("a report");
    assert!(turn["ledger"]["committed_ms"].is_u64() && turn["rule"].is_string(), "{turn}");
}

#[tokio::test]
async fn speaking_over_the_interviewer_stops_it_and_what_was_heard_is_kept() {
    let long = "First of all let me tell you a very long story about lists. ".repeat(8);
    let server = Server::start(|config| {
        config.llm.fake.answers = vec![long];
        config.tts.fake.char_ms = 60;
    })
    .await;
    let mut client = server.connect("").await;
    client.type_turn("Tell me about lists.").await;
    let first = client.until("response.output_audio.delta").await;
    let item_id = first["item_id"].as_str().expect("an id").to_owned();
    client.speak(&speech(0, 0)).await;
    let events = client.until_all("response.done").await;
    let done = events.last().expect("done");
    assert_eq!(done["response"]["status"], "cancelled");
    assert_eq!(done["response"]["status_details"]["reason"], "turn_detected");
    assert!(events.iter().any(|event| kind(event) == "input_audio_buffer.speech_started"));
    client
        .send(json!({"type": "conversation.item.truncate", "item_id": item_id, "content_index": 0, "audio_end_ms": 20}))
        .await;
    let truncated = client.until("conversation.item.truncated").await;
    assert_eq!((&truncated["item_id"], &truncated["audio_end_ms"]), (&json!(item_id), &json!(20)));
    client.send(json!({"type": "conversation.item.retrieve", "item_id": item_id})).await;
    let item = client.until("conversation.item.retrieved").await;
    let heard = item["item"]["content"][0]["transcript"].as_str().expect("text").len();
    assert!(heard < 30, "20 ms hold no more than a word: {item}");
    assert_eq!(item["item"]["status"], "incomplete");
    client.send(json!({"type": "conversation.item.truncate", "item_id": item_id, "content_index": 0, "audio_end_ms": 99_000})).await;
    assert_eq!(code(&client.until("error").await), "audio_end_too_large");
}

#[tokio::test]
async fn a_cancelled_reply_sends_no_sound_after_its_end() {
    let server = Server::start(|config| {
        config.llm.fake.answers = vec!["A long answer about many things that takes a while to say. ".repeat(8)];
        config.tts.fake.char_ms = 60;
    })
    .await;
    let mut client = server.connect("").await;
    client.type_turn("Go.").await;
    client.until("response.output_audio.delta").await;
    client.send(json!({"type": "response.cancel"})).await;
    let done = client.until("response.done").await;
    assert_eq!(done["response"]["status_details"]["reason"], "client_cancelled");
    client.send(json!({"type": "session.update", "session": {}})).await;
    let after = client.until_all("session.updated").await;
    assert!(!kinds(&after).contains(&"response.output_audio.delta"), "{:?}", kinds(&after));
}

#[tokio::test]
async fn push_to_talk_waits_for_the_client_at_both_ends() {
    let server = Server::start(|_| {}).await;
    let mut client = server.connect("").await;
    client.send(json!({"type": "session.update", "session": {"audio": {"input": {"turn_detection": null}}}})).await;
    let updated = client.until("session.updated").await;
    assert_eq!(updated["session"]["audio"]["input"]["turn_detection"], Value::Null);
    client.speak(&speech(0, 3000)).await;
    client.send(json!({"type": "input_audio_buffer.commit"})).await;
    let committed = client.until_all("conversation.item.input_audio_transcription.completed").await;
    let seen = kinds(&committed);
    assert!(seen.contains(&"input_audio_buffer.committed") && seen.contains(&"conversation.item.added"), "{seen:?}");
    assert!(!seen.contains(&"response.created") && !seen.contains(&"input_audio_buffer.speech_stopped"), "{seen:?}");
    client.send(json!({"type": "response.create"})).await;
    assert_eq!(client.until("response.done").await["response"]["status"], "completed");
    client.speak(&[0; 4800]).await;
    client.send(json!({"type": "input_audio_buffer.clear"})).await;
    client.until("input_audio_buffer.cleared").await;
    client.send(json!({"type": "input_audio_buffer.commit"})).await;
    assert_eq!(code(&client.until("error").await), "input_audio_buffer_commit_empty");
}

#[tokio::test]
async fn sound_travels_as_binary_frames_and_as_telephone_sound() {
    let server = Server::start(|_| {}).await;
    let mut client = server.connect("audio=binary").await;
    let format =
        json!({"audio": {"output": {"format": {"type": "audio/pcmu"}}, "input": {"format": {"type": "audio/pcmu"}}}});
    client.send(json!({"type": "session.update", "session": format})).await;
    client.until("session.updated").await;
    let mut frame = vec![1, 0, 0, 0, 0, 0, 0, 0];
    frame.extend([0xff; 801]);
    client.send_binary(frame).await;
    client.type_turn("Speak.").await;
    let events = client.until_all("response.done").await;
    assert!(events.iter().all(|event| !matches!(kind(event), "error" | "response.output_audio.delta")));
    let bytes = |event: &Value| event["bytes"].as_array().map_or(0, Vec::len);
    let sound: usize = events.iter().filter(|event| kind(event) == "binary").map(|event| bytes(event) - 20).sum();
    let words: usize = events.iter().filter_map(|event| event["transcript"].as_str()).map(str::len).sum();
    assert!(words > 10 && sound.abs_diff(words * 40) <= 800, "{sound} bytes for {words} characters of 5 ms");
}

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_missed_once_and_says_nothing_twice() {
    let server = Server::start(|_| {}).await;
    let id = server.session(json!({"consent": {"recording": false}})).await;
    let mut client = server.connect(&format!("session={id}")).await;
    client.until("response.done").await;
    client.send(json!({"type": "x.signal", "event_id": "c_1", "kind": "focus_lost"})).await;
    let content = json!([{"type": "input_text", "text": "Hello."}]);
    let item = json!({"type": "message", "role": "user", "content": content});
    let create = json!({"type": "conversation.item.create", "event_id": "c_2", "item": item});
    client.send(create.clone()).await;
    let added = client.until("conversation.item.added").await;
    let known = "event_3";
    client.vanish();
    let mut again = server.connect(&format!("session={id}&after={known}")).await;
    assert_eq!(kind(&again.next().await.expect("an event")), "session.created");
    let about = again.next().await.expect("an event");
    assert_eq!((&about["resumed"], &about["last_client_event"]), (&json!(true), &json!(2)));
    let missed = again.until_all("conversation.item.done").await;
    assert_eq!(missed[0]["event_id"], "event_4");
    again.send(create).await;
    again.send(json!({"type": "session.update", "event_id": "c_3", "session": {}})).await;
    let rest = again.until_all("session.updated").await;
    let all: Vec<&Value> = missed.iter().chain(&rest).collect();
    let copies =
        all.iter().filter(|event| event["item"]["id"] == added["item"]["id"] && kind(event).ends_with("added"));
    assert_eq!(copies.count(), 1, "said twice, applied once");
    assert!(all.iter().all(|event| kind(event) != "error"), "a lost line is nobody's mistake: {all:?}");
    let numbers: Vec<u64> =
        all.iter().filter_map(|event| event["event_id"].as_str()?.strip_prefix("event_")?.parse().ok()).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "no gap, none twice: {numbers:?}");
}

#[tokio::test]
async fn dead_services_are_told_and_the_interview_goes_on() {
    let failing = |call| Faulty { call: Some(call), fault: Fault::Error { kind: FailureKind::Auth, after: 0 } };
    let server = Server::start(|config| {
        config.floor.opener_after_ms = Ms(0);
        config.llm.fake.faults = vec![failing(0)];
        config.tts.fake.faults = vec![failing(0)];
        let broken = Heard { text: "lost".into(), fault: Some(SttFault::Error { kind: FailureKind::Gone }) };
        config.stt.fake.partials = false;
        config.stt.fake.utterances = vec![broken, Heard { text: "found".into(), fault: None }];
    })
    .await;
    let mut client = server.connect("").await;
    client.type_turn("One.").await;
    let events = client.until_all("response.done").await;
    let notices: Vec<&str> = events.iter().filter_map(|event| event["code"].as_str()).collect();
    assert!(notices.contains(&"llm_failed") && notices.contains(&"tts_failed"), "{notices:?}");
    client.type_turn("Two.").await;
    assert_eq!(client.until("response.done").await["response"]["status"], "completed");
    client.send(json!({"type": "session.update", "session": {"audio": {"input": {"turn_detection": null}}}})).await;
    for expected in ["failed", "completed"] {
        client.speak(&speech(0, 0)).await;
        client.send(json!({"type": "input_audio_buffer.commit"})).await;
        let ending = format!("conversation.item.input_audio_transcription.{expected}");
        client.until(&ending).await;
    }
}

#[tokio::test]
async fn words_of_the_candidates_own_recogniser_make_a_turn_and_the_client_speaks_itself() {
    let server = Server::start(|_| {}).await;
    let body = json!({"consent": {"recording": false}, "words": "client", "voice": "client"});
    let id = server.session(body).await;
    let mut client = server.connect(&format!("session={id}")).await;
    let greeting = client.until("x.speak").await;
    client.send(json!({"type": "x.playout", "item_id": greeting["item_id"], "played_ms": 1500, "done": true})).await;
    let done = client.until("response.done").await;
    assert_eq!(done["response"]["status"], "completed");
    client.send(json!({"type": "x.transcript", "text": "I am ready", "final": false})).await;
    client.send(json!({"type": "x.transcript", "text": "I am ready to begin.", "final": true})).await;
    let events = client.until_all("x.speak").await;
    let words = events.iter().find(|event| kind(event).ends_with("transcription.completed")).expect("words");
    assert_eq!(words["transcript"], "I am ready to begin.");
}

#[tokio::test]
async fn a_server_that_stops_ends_its_interviews_and_says_so() {
    let server = Server::start(|_| {}).await;
    let mut client = server.connect("").await;
    client.until("x.session").await;
    let app = server.app.clone();
    let stopping = tokio::spawn(async move { app.shutdown().await });
    let (events, closed) = client.read_on_to_close().await;
    assert_eq!(events.last().expect("an event")["reason"], "shutdown");
    assert_eq!((closed.code, closed.reason.is_empty()), (1001, false));
    stopping.await.expect("it ends");
    assert_eq!(refused(&server, "", &[]).await, 503);
}

/// A model's server that keeps its connections: what it was asked, and on which connection.
async fn model_server() -> (String, mpsc::Receiver<(usize, String)>) {
    const ANSWER: &str =
        "data: {\"choices\":[{\"delta\":{\"content\":\"Good.\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (asked, seen) = mpsc::channel(16);
    tokio::spawn(async move {
        for connection in 1.. {
            let Ok((stream, _)) = listener.accept().await else { return };
            let asked = asked.clone();
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                loop {
                    let (mut head, mut length) = (Vec::new(), 0);
                    loop {
                        let mut line = String::new();
                        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                            return;
                        }
                        let line = line.trim().to_lowercase();
                        length = line.strip_prefix("content-length: ").and_then(|l| l.parse().ok()).unwrap_or(length);
                        if line.is_empty() {
                            break;
                        }
                        head.push(line);
                    }
                    stream.read_exact(&mut vec![0; length]).await.expect("the body");
                    asked.send((connection, head.swap_remove(0))).await.ok();
                    let answer = if length > 0 { ANSWER } else { "" };
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length:";
                    let answer = format!("{head} {}\r\n\r\n{answer}", answer.len());
                    stream.get_mut().write_all(answer.as_bytes()).await.expect("sent");
                }
            });
        }
    });
    (format!("http://{address}/v1"), seen)
}

#[tokio::test]
async fn the_models_connection_is_there_before_the_client_and_its_first_call_uses_it() {
    let (base_url, mut seen) = model_server().await;
    let server = Server::start(|config| {
        config.llm.provider = Some(LlmProvider::Openai);
        config.llm.base_url = base_url;
    })
    .await;
    server.app.create_session(&Wish::default()).await.expect("a session");
    assert_eq!(seen.recv().await, Some((1, "head /v1/models http/1.1".into())));
    let mut client = server.connect("").await;
    client.type_turn("One.").await;
    client.until("response.done").await;
    assert_eq!(seen.recv().await, Some((1, "post /v1/chat/completions http/1.1".into())));
}
