//! Watching a running interview, over real sockets.

use super::support::{Server, kind};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite;

async fn interview(server: &Server) -> String {
    server.session(json!({"minutes": 5, "consent": {"recording": true}})).await
}

#[tokio::test]
async fn a_watcher_is_told_what_was_said_and_what_is_said_and_is_noticed_by_nobody() {
    let server = Server::start(|_| {}).await;
    let id = interview(&server).await;
    let mut client = server.connect(&format!("session={id}")).await;
    client.until("response.done").await;
    let mut watcher = server.open(&format!("/v1/sessions/{id}/live"), &[]).await.expect("a socket");
    let first = watcher.next().await.expect("an event");
    assert_eq!((kind(&first), &first["session"], &first["resumed"]), ("x.session", &json!(id), &json!(true)));
    let greeting = watcher.until("conversation.item.done").await;
    assert_eq!(greeting["item"]["role"], "assistant");
    watcher.send(json!({"type": "x.end"})).await;
    client.type_turn("I would use a hash map.").await;
    client.until("response.done").await;
    let seen: Vec<Value> = watcher.until_all("response.done").await;
    let said = serde_json::to_string(&seen).expect("JSON");
    assert!(said.contains("I would use a hash map."), "{said}");
    assert!(said.contains("response.output_audio_transcript.delta") && !said.contains("response.output_audio.delta"));
    client.send(json!({"type": "x.end"})).await;
    let (_, closed) = watcher.read_on_to_close().await;
    assert_eq!(closed.code, 1000, "{}", closed.reason);
    client.read_on_to_close().await;
    let row = server.app.kept(&id).await;
    assert!(row.kept.is_some_and(|kept| kept.end_reason.as_deref() == Some("candidate")), "ended once, by the client");
}

#[tokio::test]
async fn only_what_runs_can_be_watched() {
    let server = Server::start(|_| {}).await;
    let id = interview(&server).await;
    for (path, code) in [
        (format!("/v1/sessions/{id}/live"), "interview_not_begun"),
        (format!("/v1/sessions/{id}/live/editor"), "interview_not_begun"),
        ("/v1/sessions/sess_00000000000000000000000000000000/live".to_owned(), "session_not_found"),
    ] {
        let Err(error) = server.open(&path, &[]).await else { panic!("{path} was opened") };
        let tungstenite::Error::Http(answer) = *error else { panic!("{path}: {error}") };
        let problem: Value = serde_json::from_slice(answer.body().as_deref().unwrap_or_default()).expect("JSON");
        assert_eq!(problem["code"], code, "{path}: {problem}");
    }
    let (status, problem) = server.rest("GET", &format!("/v1/sessions/{id}/live"), None).await;
    assert_eq!((status, &problem["code"]), (426, &json!("websocket_expected")));
}
