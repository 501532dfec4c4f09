//! The REST interface against a real server.

use super::support::*;
use crate::config::Config;
use crate::providers::ApiKey;
use crate::providers::runner::RunnerProvider;
use crate::providers::stt::SttProvider;
use serde_json::{Value, json};

#[tokio::test]
async fn the_bank_and_the_services_can_be_read() {
    let server = Server::start(|_| {}).await;
    let (status, list) = server.rest("GET", "/v1/questions", None).await;
    assert_eq!(status, 200);
    assert!(list["questions"].as_array().expect("a list").iter().any(|row| row["id"] == "parcel-lockers"), "{list}");
    let (_, providers) = server.rest("GET", "/v1/providers", None).await;
    assert_eq!(providers["vad"], json!({"name": "earshot", "leaves_machine": false}));
    assert_eq!((&providers["runner"]["name"], &providers["runner"]["tier"]), (&json!("fake"), &json!("fake")));
    assert_eq!(providers["runner"]["languages"][0]["language"], "python3");
    assert_eq!(server.rest("GET", "/healthz", None).await.0, 200);
    assert_eq!(server.rest("GET", "/readyz", None).await, (200, json!({"status": "ready", "runs": true})));
}

#[tokio::test]
async fn a_session_is_planned_as_wished() {
    let server = Server::start(|_| {}).await;
    let body = json!({"question": "parcel-lockers", "minutes": 7, "consent": {"recording": true}, "voice": "silent", "patience": "calm"});
    let (status, made) = server.rest("POST", "/v1/sessions", Some(body)).await;
    assert_eq!((status, &made["minutes"], &made["voice"]), (201, &json!(7), &json!("silent")));
    assert_eq!(made["patience"], json!("calm"));
    assert_eq!(
        (&made["state"], &made["recording"], &made["words"]),
        (&json!("created"), &json!(true), &json!("server"))
    );
    let id = made["id"].as_str().expect("an id");
    assert_eq!(made["url"], format!("/v1/realtime?session={id}"));
    assert_eq!(server.rest("GET", &format!("/v1/sessions/{id}"), None).await.1, made);
}

#[tokio::test]
async fn bad_requests_get_stable_codes() {
    let server = Server::start(|config: &mut Config| config.stt.provider = Some(SttProvider::Client)).await;
    let consent = json!({"recording": false});
    for (body, status, code) in [
        (json!({}), 400, "invalid_body"),
        (json!({"consent": consent, "colour": 1}), 400, "invalid_body"),
        (json!({"consent": consent, "question": "none"}), 422, "question_not_found"),
        (json!({"consent": consent, "minutes": 0}), 422, "minutes_out_of_range"),
        (json!({"consent": consent, "words": "server"}), 422, "words_not_available"),
        (json!({"consent": consent, "question": "x".repeat(100_000)}), 413, "body_too_large"),
    ] {
        let (answered, problem) = server.rest("POST", "/v1/sessions", Some(body)).await;
        assert_eq!((answered, problem["code"].as_str()), (status, Some(code)), "{problem}");
    }
    for (method, path, status, code) in [
        ("GET", "/v1/sessions/sess_1", 404, "session_not_found"),
        ("GET", "/v1/sessions/..%2f..%2fetc/recording", 404, "recording_not_found"),
        ("GET", "/v1/sessions/sess_00000000000000000000000000000000/recording/header.json", 404, "recording_not_found"),
        ("GET", "/v1/nothing", 404, "not_found"),
        ("DELETE", "/v1/questions", 405, "method_not_allowed"),
        ("GET", "/v1/realtime", 426, "websocket_expected"),
    ] {
        let (answered, problem) = server.rest(method, path, None).await;
        assert_eq!((answered, problem["code"].as_str()), (status, Some(code)), "{path} {problem}");
    }
}

#[tokio::test]
async fn an_interview_with_consent_is_recorded_and_replays_without_a_difference() {
    let server = Server::start(|_| {}).await;
    let id = server.session(json!({"consent": {"recording": true}})).await;
    let mut client = server.connect(&format!("session={id}")).await;
    client.until("response.done").await;
    let (status, problem) = server.rest("GET", &format!("/v1/sessions/{id}/recording/header.json"), None).await;
    assert_eq!((status, &problem["code"]), (409, &json!("recording_open")), "hints are not read ahead of time");
    client.speak(&speech(200, 3000)).await;
    client.until("response.done").await;
    client.send(json!({"type": "x.end"})).await;
    let (events, _) = client.read_on_to_close().await;
    let path = events.last().expect("x.end")["recording"].as_str().expect("a path").to_owned();
    let session = server.app.session(&id).expect("it is known");
    session.over().await;
    let (status, list) = server.rest("GET", &path, None).await;
    assert_eq!((status, &list["complete"]), (200, &json!(true)), "{list}");
    let names: Vec<&str> =
        list["files"].as_array().expect("files").iter().filter_map(|file| file["name"].as_str()).collect();
    assert_eq!(names, ["header.json", "steps.jsonl", "summary.json", "candidate.flac", "interviewer.flac"]);
    assert_eq!(server.rest("GET", &format!("{path}/header.json"), None).await.0, 200);
    let flac = server.request("GET", &format!("{path}/candidate.flac"), None).await;
    assert_eq!(flac.headers()["content-type"], "audio/flac");
    assert!(flac.bytes().await.expect("bytes").starts_with(b"fLaC"));
    assert_eq!(server.rest("GET", &format!("{path}/candidate.pcm"), None).await.0, 404);
    let folder = server.app.recording_folder(&id).expect("a folder");
    let report = crate::replay::replay_folder(&folder, None);
    assert!(report.ok, "{report:?}");
    assert_eq!(server.rest("GET", &format!("/v1/sessions/{id}"), None).await.1["state"], "ended");
}

#[tokio::test]
async fn nothing_is_recorded_without_consent() {
    let server = Server::start(|_| {}).await;
    let id = server.session(json!({"consent": {"recording": false}})).await;
    let mut client = server.connect(&format!("session={id}&consent=recording")).await;
    assert_eq!(client.until("x.session").await["recording"], false);
    client.send(json!({"type": "x.end"})).await;
    let (events, _) = client.read_on_to_close().await;
    assert_eq!(events.last().expect("x.end").get("recording"), None);
    assert_eq!(server.rest("GET", &format!("/v1/sessions/{id}/recording"), None).await.0, 404);
    let mut stock = server.connect("consent=recording").await;
    assert_eq!(stock.until("x.session").await["recording"], true);
}

#[tokio::test]
async fn the_page_asks_for_the_key_and_hands_out_a_cookie_that_opens_the_rest() {
    let server = Server::start(|config| config.serve.api_key = Some(ApiKey::new("right-key"))).await;
    let refused = server.request("GET", "/", None).await;
    assert_eq!(refused.status(), 401);
    assert!(refused.headers()["www-authenticate"].to_str().expect("text").starts_with("Basic"));
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let address = |path: &str| format!("http://{}{path}", server.address);
    let page = client.get(address("/")).basic_auth("me", Some("right-key")).send().await.expect("an answer");
    assert_eq!(page.status(), 200);
    assert!(page.headers()["content-security-policy"].to_str().expect("text").contains("default-src 'none'"));
    let cookie = &page.headers()["set-cookie"];
    let cookie = cookie.to_str().expect("text").split(';').next().expect("a pair").to_owned();
    let list = client.get(address("/v1/questions")).header("cookie", &cookie).send().await.expect("an answer");
    assert_eq!(list.status(), 200);
    assert!(server.try_connect("", &[("cookie", &cookie)]).await.is_ok());
}

#[tokio::test]
async fn another_name_than_this_machines_is_refused_without_a_key() {
    let server = Server::start(|_| {}).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let address = format!("http://{}/v1/questions", server.address);
    let answer = client.get(address).header("host", "rebound.example").send().await.expect("an answer");
    assert_eq!(answer.status(), 403);
    let problem: Value = answer.json().await.expect("JSON");
    assert_eq!(problem["code"], "host_not_allowed");
}

#[tokio::test]
async fn a_server_that_cannot_run_code_is_ready_and_says_why_it_cannot() {
    let server = Server::start(|config| config.runner.provider = RunnerProvider::Disabled).await;
    assert_eq!(server.rest("GET", "/readyz", None).await, (200, json!({"status": "ready", "runs": false})));
    let runner = server.rest("GET", "/v1/providers", None).await.1["runner"].clone();
    assert_eq!((&runner["name"], runner.get("tier")), (&json!("disabled"), None));
    assert_eq!(runner["disabled"], "running code is switched off on this server");
}
