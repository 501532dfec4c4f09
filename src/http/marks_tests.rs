//! Notes and scores of people over REST, on interviews that were held on a real server.

use super::support::*;
use serde_json::{Value, json};

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_note_is_pinned_to_a_moment_changed_published_and_taken_back() {
    let server = Server::start(|_| {}).await;
    let id = server.scored_interview("parcel-lockers").await;
    let notes = format!("/v1/sessions/{id}/notes");
    let (status, note) = server.rest("POST", &notes, Some(json!({"at_ms": 1200, "text": " Listen here. "}))).await;
    assert_eq!((status, &note["text"], &note["published"]), (201, &json!("Listen here."), &json!(false)), "{note}");
    assert_eq!(note["mine"], true);
    let one = format!("{notes}/{}", note["id"].as_str().expect("an id"));
    let (status, changed) = server.rest("PATCH", &one, Some(json!({"published": true}))).await;
    assert_eq!((status, &changed["published"], &changed["at_ms"]), (200, &json!(true), &json!(1200)));
    let (_, review) = server.rest("GET", &format!("/v1/sessions/{id}/review"), None).await;
    assert_eq!(review["notes"], json!([changed]));
    assert!(review["timeline_version"].is_number());
    assert_eq!(server.rest("DELETE", &one, None).await.0, 204);
    assert_eq!(server.rest("GET", &notes, None).await, (200, json!({"notes": []})));
    let again = server.rest("PATCH", &one, Some(json!({"text": "x"}))).await;
    assert_eq!(code(&again), (404, "note_not_found"));
}

#[tokio::test]
async fn notes_without_words_of_no_moment_or_of_no_interview_are_refused() {
    let server = Server::start(|_| {}).await;
    let id = server.scored_interview("parcel-lockers").await;
    let notes = format!("/v1/sessions/{id}/notes");
    for wish in [json!({"text": " "}), json!({"text": "x".repeat(4001)}), json!({"at_ms": 1})] {
        assert_eq!(code(&server.rest("POST", &notes, Some(wish)).await), (422, "invalid_note"));
    }
    let late = json!({"text": "x", "at_ms": 86_400_001});
    assert_eq!(code(&server.rest("POST", &notes, Some(late)).await), (422, "invalid_note"));
    assert_eq!(server.rest("POST", &notes, Some(json!({"text": "x", "author": "me"}))).await.0, 400);
    let unknown = format!("/v1/sessions/sess_{}/notes", "0".repeat(32));
    assert_eq!(code(&server.rest("POST", &unknown, Some(json!({"text": "x"}))).await), (404, "session_not_found"));
    assert_eq!(server.rest("GET", &unknown, None).await.0, 404);
}

#[tokio::test]
async fn own_bands_are_put_beside_the_programs_and_a_coachs_count_for_agreement() {
    let server = Server::start(|_| {}).await;
    let id = server.scored_interview("parcel-lockers").await;
    let scores = format!("/v1/sessions/{id}/scores");
    let (status, before) = server.rest("GET", &scores, None).await;
    assert_eq!((status, &before["own"], &before["gap"]), (200, &Value::Null, &json!([])), "{before}");
    assert_eq!(before["dimensions"][0], json!({"id": "communication", "title": "Communication"}));
    let (_, card) = server.rest("GET", &format!("/v1/sessions/{id}/scorecard"), None).await;
    let band = |id: &str| {
        let all = card["dimensions"].as_array().expect("dimensions");
        all.iter().find(|known| known["id"] == id).expect("a dimension")["band"].clone()
    };
    let own = json!({"bands": {"communication": 4, "testing": 1}});
    let (status, after) = server.rest("PUT", &format!("{scores}/self"), Some(own)).await;
    assert_eq!((status, &after["own"]["bands"]["communication"]), (200, &json!(4)), "{after}");
    let gap = json!({"dimension": "communication", "own": 4, "band": band("communication")});
    assert_eq!(after["gap"][0], gap);
    for given in [2, 3] {
        let (status, _) =
            server.rest("PUT", &format!("{scores}/coach"), Some(json!({"bands": {"testing": given}}))).await;
        assert_eq!(status, 200);
    }
    let (_, after) = server.rest("GET", &scores, None).await;
    assert_eq!(after["coaches"].as_array().map(Vec::len), Some(1), "the later takes the place of the earlier");
    assert_eq!(after["coaches"][0]["bands"], json!({"testing": 3}));
    let (status, agreement) = server.rest("GET", "/v1/agreement", None).await;
    let of = agreement["dimensions"].as_array().expect("dimensions").iter().find(|one| one["dimension"] == "testing");
    let expected = u64::from(band("testing").is_number());
    assert_eq!((status, of.expect("testing")["interviews"].as_u64()), (200, Some(expected)), "{agreement}");
    // Reading the scorecard is not disturbed by people's scores.
    assert_eq!(server.rest("GET", &format!("/v1/sessions/{id}/scorecard"), None).await, (200, card));
}

#[tokio::test]
async fn bands_that_are_none_are_refused_and_what_is_not_scored_cannot_be_scored_beside() {
    let server = Server::start(|_| {}).await;
    let id = server.scored_interview("parcel-lockers").await;
    let own = format!("/v1/sessions/{id}/scores/self");
    for bands in [json!({}), json!({"communication": 0}), json!({"communication": 5}), json!({"charm": 2})] {
        assert_eq!(code(&server.rest("PUT", &own, Some(json!({"bands": bands}))).await), (422, "invalid_bands"));
    }
    let waiting = server.session(json!({"consent": {"recording": true}})).await;
    let own = format!("/v1/sessions/{waiting}/scores/self");
    let answer = server.rest("PUT", &own, Some(json!({"bands": {"communication": 2}}))).await;
    assert_eq!(code(&answer), (409, "not_scored"));
}

#[tokio::test]
async fn progress_tells_metrics_and_bands_from_the_first_interview_to_the_last() {
    let server = Server::start(|_| {}).await;
    assert_eq!(server.rest("GET", "/v1/progress", None).await, (200, json!({"dimensions": [], "metrics": []})));
    let (first, second) =
        (server.scored_interview("parcel-lockers").await, server.scored_interview("parcel-lockers").await);
    let (status, progress) = server.rest("GET", "/v1/progress", None).await;
    let metrics = progress["metrics"].as_array().expect("metrics");
    let ratio = metrics.iter().find(|metric| metric["id"] == "talk_ratio").expect("talk ratio");
    let sessions: Vec<&str> =
        ratio["points"].as_array().expect("points").iter().filter_map(|p| p["session"].as_str()).collect();
    assert_eq!((status, sessions), (200, vec![first.as_str(), second.as_str()]), "{progress}");
    let elsewhere = server.rest("GET", "/v1/progress?person=pers_1", None).await;
    assert_eq!(elsewhere, (200, json!({"dimensions": [], "metrics": []})), "everything is the one person's");
}
