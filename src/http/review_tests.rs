//! What a player of interviews is given over REST, of interviews that were held on a real server.

use super::support::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

async fn peaks(server: &Server, id: &str, track: &str, query: &str) -> (u16, Value, Vec<u8>) {
    let path = format!("/v1/sessions/{id}/recording/{track}/peaks{query}");
    let (status, body) = server.rest("GET", &path, None).await;
    let bytes = STANDARD.decode(body["peaks"].as_str().unwrap_or_default()).expect("base64");
    (status, body, bytes)
}

#[tokio::test]
async fn a_player_gets_both_voices_words_and_decisions_on_one_clock() {
    let server = Server::start(|_| {}).await;
    let id = server.kept_interview("parcel-lockers").await;
    let path = format!("/v1/sessions/{id}/review");
    let (status, review) = server.rest("GET", &path, None).await;
    assert_eq!((status, &review["question"]["id"]), (200, &json!("parcel-lockers")), "{review}");
    // Sound that is sent at once lies before what was said meanwhile on a busy machine: whose words come first is not the point.
    let voices: Vec<&Value> =
        review["utterances"].as_array().expect("words").iter().map(|said| &said["voice"]).collect();
    assert!(voices.contains(&&json!("candidate")) && voices.contains(&&json!("interviewer")), "{voices:?}");
    assert_eq!(review["may"], json!(["annotate", "score_self", "score_as_coach", "grant", "delete"]));
    let tracks: Vec<&Value> = review["tracks"].as_array().expect("tracks").iter().collect();
    assert_eq!(tracks.len(), 2);
    assert!(tracks.iter().all(|track| track["length_ms"].as_u64() > Some(1_000)), "{tracks:?}");
    assert!(review["turns"][0]["decision"]["because"].is_string());
    // What was made when the recording was taken in is what is made again of what is kept.
    let mut write = server.app.store().write().await.expect("begins");
    let stale = crate::store::documents::Document { version: 0, body: "{}".into(), created: Default::default() };
    write.put_document(&id, crate::app::review::KIND, &stale).await.expect("written");
    write.commit().await.expect("committed");
    assert_eq!(server.rest("GET", &path, None).await, (200, review));
}

#[tokio::test]
async fn the_sound_has_a_shape_where_somebody_spoke() {
    let server = Server::start(|_| {}).await;
    let id = server.kept_interview("parcel-lockers").await;
    let (_, review) = server.rest("GET", &format!("/v1/sessions/{id}/review"), None).await;
    for (track, list) in [("candidate", "speech"), ("interviewer", "playback")] {
        let (status, body, bytes) = peaks(&server, &id, track, "").await;
        assert_eq!((status, &body["per_second"]), (200, &json!(25)), "{body}");
        let from = review[list][0]["from_ms"].as_u64().expect("a beginning") as usize / 40;
        let to = review[list][0]["to_ms"].as_u64().expect("an end") as usize / 40;
        assert!(bytes[from..to.min(bytes.len())].iter().any(|peak| *peak > 20), "{track}: {bytes:?}");
        let (_, _, fewer) = peaks(&server, &id, track, "?per_second=5").await;
        assert_eq!(fewer.len(), bytes.len().div_ceil(5));
        assert_eq!(peaks(&server, &id, track, "").await.2, bytes, "kept");
    }
    assert_eq!(peaks(&server, &id, "candidate", "?per_second=7").await.0, 400);
    assert_eq!(peaks(&server, &id, "../header", "").await.0, 404);
}

#[tokio::test]
async fn a_nul_is_no_part_of_an_id_or_of_a_parameter() {
    let server = Server::start(|_| {}).await;
    for (path, code) in [
        ("/v1/sessions/%00/review", "invalid_path"),
        ("/v1/sessions/x/notes/a%00b", "invalid_path"),
        ("/v1/progress?person=%00", "invalid_query"),
    ] {
        let method = if path.contains("notes") { "DELETE" } else { "GET" };
        let (status, problem) = server.rest(method, path, None).await;
        assert_eq!((status, &problem["code"]), (400, &json!(code)), "{path}");
    }
}

#[tokio::test]
async fn there_is_no_review_before_the_end_of_a_deleted_or_of_an_unknown_interview() {
    let server = Server::start(|_| {}).await;
    let waiting = server.session(json!({"consent": {"recording": true}})).await;
    let (status, problem) = server.rest("GET", &format!("/v1/sessions/{waiting}/review"), None).await;
    assert_eq!((status, &problem["code"]), (409, &json!("not_finished")), "{problem}");
    let id = server.kept_interview("parcel-lockers").await;
    assert_eq!(peaks(&server, &id, "candidate", "").await.0, 200);
    assert_eq!(server.rest("DELETE", &format!("/v1/sessions/{id}"), None).await.0, 204);
    for gone in [id, format!("sess_{}", "0".repeat(32))] {
        assert_eq!(server.rest("GET", &format!("/v1/sessions/{gone}/review"), None).await.0, 404);
        assert_eq!(peaks(&server, &gone, "candidate", "").await.0, 404);
    }
}
