//! Scorecards over REST, of interviews that were held on a real server.

use super::support::*;
use crate::commands::score::{self, ScoreArgs};
use crate::scorecard::card::Scorecard;
use serde_json::json;

async fn text(server: &Server, path: &str) -> String {
    let answer = server.request("GET", path, None).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.expect("a body")
}

/// The same by `viva score RECORDING --json`.
fn again(server: &Server, id: &str) -> String {
    let path = server.app.recording_folder(id).expect("a folder");
    let args = ScoreArgs { path, json: true, judge: false, config: None, questions: None };
    let (mut out, mut errors) = (Vec::new(), Vec::new());
    let code = score::run_to(&args, &mut out, &mut errors);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&errors));
    String::from_utf8(out).expect("text")
}

#[tokio::test]
async fn an_interview_is_scored_when_it_is_over_and_the_recording_gives_the_same_bytes() {
    let server = Server::start(|_| {}).await;
    let id = server.scored_interview("parcel-lockers").await;
    let card = text(&server, &format!("/v1/sessions/{id}/scorecard")).await;
    assert_eq!(card, again(&server, &id));
    let card: Scorecard = serde_json::from_str(&card).expect("a scorecard");
    assert_eq!((card.question.id.as_str(), card.versions.judge), ("parcel-lockers", None));
    let metrics = text(&server, &format!("/v1/sessions/{id}/metrics")).await;
    assert!(metrics.contains("\"talk_ratio\""), "{metrics}");
    let (status, problem) = server.rest("GET", &format!("/v1/sessions/{id}/scorecard/judgements"), None).await;
    assert_eq!((status, &problem["code"]), (404, &json!("judgements_not_found")));
}

#[tokio::test]
async fn what_a_judge_answers_is_kept_and_makes_the_same_scorecard_again() {
    let server = Server::start(|config| {
        config.judge.model = Some("judge".into());
        config.llm.fake.answers = vec![r#"{"signals": [{"id": "stated-approach", "band": 4, "evidence": [{"kind": "utterance", "id": 1, "quote": "it runs in O(1)"}]}]}"#.into()];
    })
    .await;
    let id = server.scored_interview("parcel-lockers").await;
    let body = text(&server, &format!("/v1/sessions/{id}/scorecard")).await;
    assert!(!body.contains("O(1)"), "a planted claim");
    let card: Scorecard = serde_json::from_str(&body).expect("a scorecard");
    assert_eq!(card.versions.judge.as_deref(), Some("fake/judge"));
    assert!(card.grader.unverified > 0 && card.grader.verified == 0, "{:?}", card.grader);
    let judgements = text(&server, &format!("/v1/sessions/{id}/scorecard/judgements")).await;
    let folder = server.app.recording_folder(&id).expect("a folder");
    std::fs::write(folder.join("judgements.json"), judgements).expect("written");
    assert_eq!(again(&server, &id), body);
}

#[tokio::test]
async fn a_scorecard_is_not_there_before_the_end_and_never_of_an_unknown_interview() {
    let server = Server::start(|_| {}).await;
    let id = server.session(json!({"consent": {"recording": true}})).await;
    let (status, problem) = server.rest("GET", &format!("/v1/sessions/{id}/scorecard"), None).await;
    assert_eq!((status, &problem["code"]), (409, &json!("not_finished")), "{problem}");
    let unknown = format!("/v1/sessions/sess_{}/scorecard", "0".repeat(32));
    assert_eq!(server.rest("GET", &unknown, None).await.0, 404);
}

#[tokio::test]
async fn an_interview_tells_what_was_made_of_it_before_it_is_asked_for() {
    let server = Server::start(|_| {}).await;
    let results = async |id: &str| server.rest("GET", &format!("/v1/sessions/{id}"), None).await.1["results"].clone();
    let planned = server.session(json!({"consent": {"recording": true}, "question": "parcel-lockers"})).await;
    assert_eq!(results(&planned).await, json!({"review": "waiting", "scorecard": "waiting"}));
    let unrecorded = server.session(json!({"consent": {"recording": false}})).await;
    assert_eq!(results(&unrecorded).await, json!({"review": "none", "scorecard": "none"}));
    let scored = server.scored_interview("parcel-lockers").await;
    assert_eq!(results(&scored).await, json!({"review": "ready", "scorecard": "ready"}));
    let (_, list) = server.rest("GET", "/v1/sessions", None).await;
    let lines = list["sessions"].as_array().expect("lines");
    let said: Vec<bool> = lines.iter().map(|line| line["scored"] == json!(true)).collect();
    assert_eq!(said, lines.iter().map(|line| line["id"] == json!(scored)).collect::<Vec<_>>(), "{list}");
}
