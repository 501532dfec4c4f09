//! What is kept of interviews, over REST, against real servers and databases.

use super::support::*;
use crate::app::transcript::Transcript;
use crate::store::StoreConfig;
use crate::store::support::{Bucket, OwnPostgres, Place, both};
use serde_json::{Value, json};

/// Ends the server as a signal would, and starts another on what it left.
async fn restarted(server: Server, change: impl FnOnce(&mut crate::config::Config)) -> Server {
    server.app.shutdown().await;
    let data = server.stop().await;
    let server = Server::start_in(data, change).await;
    server.app.recover();
    server.app.adopt().await.expect("adopts");
    server
}

#[tokio::test]
async fn an_interview_is_still_there_after_a_restart() {
    let server = Server::start(|_| {}).await;
    // What is said of it does not change any more when it is scored.
    let id = server.scored_interview("parcel-lockers").await;
    let before = server.rest("GET", &format!("/v1/sessions/{id}"), None).await.1;
    let server = restarted(server, |_| {}).await;
    let (status, after) = server.rest("GET", &format!("/v1/sessions/{id}"), None).await;
    assert_eq!((status, &after), (200, &before));
    assert_eq!((&after["state"], &after["end_reason"]), (&json!("ended"), &json!("candidate")), "{after}");
    assert_eq!((&after["question"]["id"], &after["complete"]), (&json!("parcel-lockers"), &json!(true)));
    let (_, list) = server.rest("GET", "/v1/sessions?state=ended&question=parcel-lockers", None).await;
    assert_eq!((&list["sessions"][0]["id"], &list["next"]), (&json!(id), &Value::Null), "{list}");
    let (_, none) = server.rest("GET", "/v1/sessions?state=live", None).await;
    assert_eq!(none["sessions"], json!([]));
    let (_, body) = server.rest("GET", &format!("/v1/sessions/{id}/transcript"), None).await;
    let transcript: Transcript = serde_json::from_value(body).expect("a transcript");
    let speakers: Vec<&str> = transcript.segments.iter().map(|segment| segment.speaker.as_str()).collect();
    assert!(speakers.contains(&"interviewer") && speakers.contains(&"candidate"), "{transcript:?}");
    let vtt = server.request("GET", &format!("/v1/sessions/{id}/transcript.vtt"), None).await;
    assert_eq!(vtt.headers()["content-type"], "text/vtt; charset=utf-8");
    let vtt = vtt.text().await.expect("text");
    assert!(vtt.starts_with("WEBVTT\n\n") && vtt.contains(" --> ") && vtt.contains("<v Interviewer>"), "{vtt}");
    let text = server.request("GET", &format!("/v1/sessions/{id}/transcript.txt"), None).await.text().await;
    assert!(text.expect("text").contains("] Candidate: "));
    let metrics = server.request("GET", &format!("/v1/sessions/{id}/metrics"), None).await.text().await.expect("text");
    let record = crate::scorecard::record::Record::open(&server.app.recording_folder(&id).expect("a folder"));
    let measured = crate::scorecard::metrics::measure(&record.expect("a recording"));
    assert_eq!(metrics, serde_json::to_string(&measured).expect("JSON"), "the same bytes again");
    let curve = server.app.store().progress("", "words").await.expect("answers");
    assert_eq!((curve.len(), &curve[0].session), (usize::from(measured.row("words").is_some()), &id));
    let (status, problem) = server.rest("GET", "/v1/sessions/sess_1/transcript", None).await;
    assert_eq!((status, &problem["code"]), (404, &json!("session_not_found")));
}

#[tokio::test]
async fn sound_is_given_in_ranges_with_a_tag() {
    let server = Server::start(|_| {}).await;
    let id = server.kept_interview("parcel-lockers").await;
    let path = format!("http://{}/v1/sessions/{id}/recording/candidate.flac", server.address);
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let whole = client.get(&path).send().await.expect("an answer");
    let tag = whole.headers()["etag"].to_str().expect("text").to_owned();
    assert_eq!((whole.status().as_u16(), &whole.headers()["accept-ranges"]), (200, &"bytes".parse().expect("a value")));
    let whole = whole.bytes().await.expect("bytes");
    let get = async |name: &str, value: &str| client.get(&path).header(name, value).send().await.expect("an answer");
    let part = get("range", "bytes=100-199").await;
    assert_eq!((part.status().as_u16(), &part.headers()["content-length"]), (206, &"100".parse().expect("a value")));
    assert_eq!(part.headers()["content-range"], format!("bytes 100-199/{}", whole.len()));
    assert_eq!(part.bytes().await.expect("bytes"), whole[100..200]);
    assert_eq!(get("range", "bytes=-50").await.bytes().await.expect("bytes"), whole[whole.len() - 50..]);
    let beyond = get("range", "bytes=99999999-").await;
    assert_eq!(beyond.headers()["content-range"], format!("bytes */{}", whole.len()));
    assert_eq!(beyond.status(), 416);
    assert_eq!(get("if-none-match", &tag).await.status(), 304);
    server.app.shutdown().await;
    let audited = server.app.store().audited(Some(&id), None, 9).await.expect("answers").items;
    let deeds: Vec<(&str, &str)> = audited.iter().map(|row| (row.action.as_str(), row.detail.as_str())).collect();
    assert_eq!(deeds, [("play", "{\"file\":\"candidate.flac\"}")], "once, however many pieces were fetched");
}

#[tokio::test]
async fn a_damaged_file_is_told_of_and_not_given_out() {
    let server = Server::start(|_| {}).await;
    let id = server.kept_interview("parcel-lockers").await;
    let file = server.app.recording_folder(&id).expect("a folder").join("candidate.flac");
    let mut bytes = std::fs::read(&file).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).expect("damaged");
    let path = format!("/v1/sessions/{id}/recording/candidate.flac");
    let (status, problem) = server.rest("GET", &path, None).await;
    assert_eq!((status, &problem["code"]), (500, &json!("recording_corrupt")));
    std::fs::remove_file(&file).expect("removed");
    let (status, problem) = server.rest("GET", &path, None).await;
    assert_eq!((status, &problem["code"]), (500, &json!("recording_missing")));
    assert_eq!(server.rest("GET", &format!("/v1/sessions/{id}/recording/header.json"), None).await.0, 200);
}

#[tokio::test]
async fn a_deleted_interview_is_gone_and_stays_gone() {
    let server = Server::start(|_| {}).await;
    let (id, other) = (server.kept_interview("parcel-lockers").await, server.kept_interview("parcel-lockers").await);
    let folder = server.app.recording_folder(&id).expect("a folder");
    assert!(folder.exists());
    assert_eq!(server.rest("DELETE", &format!("/v1/sessions/{id}"), None).await.0, 204);
    assert!(!folder.exists());
    for path in ["", "/transcript", "/transcript.vtt", "/metrics", "/recording", "/recording/header.json"] {
        let (status, problem) = server.rest("GET", &format!("/v1/sessions/{id}{path}"), None).await;
        assert_eq!(status, 404, "{path} {problem}");
    }
    assert_eq!(server.rest("DELETE", &format!("/v1/sessions/{id}"), None).await.0, 404);
    // A copy that somebody brings back is not taken in again.
    let kept = server.app.recording_folder(&other).expect("a folder");
    std::fs::create_dir(&folder).expect("a folder");
    for name in ["header.json", "steps.jsonl", "summary.json"] {
        std::fs::copy(kept.join(name), folder.join(name)).expect("copied");
    }
    let server = restarted(server, |_| {}).await;
    assert!(!folder.exists());
    let (_, list) = server.rest("GET", "/v1/sessions", None).await;
    let ids: Vec<&Value> = list["sessions"].as_array().expect("a list").iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, [&json!(other)]);
    let audited = server.app.store().audited(Some(&id), None, 9).await.expect("answers").items;
    assert_eq!(audited.iter().map(|row| row.action.as_str()).collect::<Vec<_>>(), ["delete"]);
    assert!(server.app.store().tombstone("session", &id).await.expect("answers").is_some());
}

#[tokio::test]
async fn a_running_interview_cannot_be_deleted_and_a_planned_one_can() {
    let server = Server::start(|_| {}).await;
    let id = server.session(json!({"consent": {"recording": true}})).await;
    let mut client = server.connect(&format!("session={id}")).await;
    client.until("response.done").await;
    let (status, problem) = server.rest("DELETE", &format!("/v1/sessions/{id}"), None).await;
    assert_eq!((status, &problem["code"]), (409, &json!("interview_running")));
    let (status, problem) = server.rest("GET", &format!("/v1/sessions/{id}/transcript"), None).await;
    assert_eq!((status, &problem["code"]), (409, &json!("not_finished")));
    let planned = server.session(json!({"consent": {"recording": true}})).await;
    assert_eq!(server.rest("DELETE", &format!("/v1/sessions/{planned}"), None).await.0, 204);
    assert!(server.try_connect(&format!("session={planned}"), &[]).await.is_err());
}

#[tokio::test]
async fn lists_come_in_pages_and_refuse_what_they_do_not_know() {
    let server = Server::start(|_| {}).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(server.session(json!({"consent": {"recording": false}})).await);
    }
    let (mut seen, mut path) = (Vec::new(), "/v1/sessions?limit=2".to_owned());
    loop {
        let (status, page) = server.rest("GET", &path, None).await;
        assert_eq!(status, 200, "{page}");
        let rows = page["sessions"].as_array().expect("a list");
        seen.extend(rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/sessions?limit=2&cursor={next}");
    }
    seen.sort();
    made.sort();
    assert_eq!(seen, made);
    for query in ["limit=0", "limit=201", "limit=x", "cursor=%27%20OR%201=1", "state=none", "colour=red", "from_ms=1.5"]
    {
        let (status, problem) = server.rest("GET", &format!("/v1/sessions?{query}"), None).await;
        assert_eq!((status, &problem["code"]), (400, &json!("invalid_query")), "{query} {problem}");
    }
}

/// Not one write, to the database or of the recording, is done before these turns are answered.
#[tokio::test]
async fn a_disk_and_a_database_that_stand_still_delay_no_turn() {
    both(async |place| {
        let url = place.config.url.clone();
        let server = Server::start(|config| {
            config.store.url = url;
            config.store.write_delay_ms = 3_600_000;
        })
        .await;
        let id = server.session(json!({"consent": {"recording": true}, "question": "parcel-lockers"})).await;
        let mut client = server.connect(&format!("session={id}")).await;
        client.until("response.done").await;
        for _ in 0..3 {
            client.speak(&speech(200, 3000)).await;
            client.until("response.done").await;
        }
        let steps = server.app.recording_folder(&id).expect("a folder").join("steps.jsonl");
        let written = std::fs::metadata(steps).expect("a file").len();
        let row = server.app.store().session(&id).await.expect("reading does not wait");
        assert_eq!((written, row), (0, None), "something was written after all");
    })
    .await;
}

#[tokio::test]
async fn what_a_slow_disk_and_a_slow_database_are_told_is_kept_whole() {
    both(async |place| {
        let url = place.config.url.clone();
        let server = Server::start(|config| {
            config.store.url = url;
            config.store.write_delay_ms = 20;
        })
        .await;
        let id = server.held_interview("parcel-lockers").await;
        let row = within(server.app.kept(&id)).await;
        assert!(row.kept.is_some_and(|kept| kept.complete));
        let report = crate::replay::replay_folder(&server.app.recording_folder(&id).expect("a folder"), None);
        assert!(report.ok, "{report:?}");
    })
    .await;
}

#[tokio::test]
async fn a_database_that_goes_away_comes_back_and_nothing_is_lost() {
    let place = Place::postgres().await;
    let url = place.config.url.clone();
    let server = Server::start(|config| {
        config.store.url = url;
        config.store.wait_ms = 300;
    })
    .await;
    let before = server.kept_interview("parcel-lockers").await;
    place.send_away().await;
    let id = server.held_interview("parcel-lockers").await;
    let (status, problem) = server.rest("GET", "/v1/sessions", None).await;
    assert_eq!((status, &problem["code"]), (503, &json!("store_unavailable")));
    place.bring_back().await;
    within(server.app.kept(&id)).await;
    let (_, list) = server.rest("GET", "/v1/sessions", None).await;
    let ids: Vec<&Value> = list["sessions"].as_array().expect("a list").iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, [&json!(id), &json!(before)]);
}

#[tokio::test]
async fn a_database_server_that_is_stopped_and_started_again_disturbs_no_interview_and_loses_nothing() {
    let (mut postgres, place) = OwnPostgres::start();
    let server = Server::start(|config| {
        config.store = place.config.clone();
        config.store.wait_ms = 300;
    })
    .await;
    let before = server.kept_interview("parcel-lockers").await;
    let id = server.session(json!({"consent": {"recording": true}})).await;
    let mut client = server.connect(&format!("session={id}")).await;
    client.until("response.done").await;
    postgres.stop();
    client.speak(&speech(200, 3000)).await;
    client.until("response.done").await;
    for path in [format!("/v1/sessions/{before}/transcript"), "/v1/sessions".into(), "/v1/progress".into()] {
        let answer = server.request("GET", &path, None).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (503, &"30".parse().expect("a value"))
        );
        let problem: Value = answer.json().await.expect("a problem");
        assert_eq!(problem["code"], "store_unavailable", "{path}");
    }
    let planned = server.session(json!({"consent": {"recording": true}})).await;
    client.send(json!({"type": "x.end"})).await;
    client.read_on_to_close().await;
    postgres.start_again();
    let row = within(server.app.kept(&id)).await;
    assert!(row.kept.is_some_and(|kept| kept.complete));
    let (status, list) = server.rest("GET", "/v1/sessions", None).await;
    let ids: Vec<&Value> = list["sessions"].as_array().expect("a list").iter().map(|row| &row["id"]).collect();
    assert_eq!((status, ids), (200, vec![&json!(planned), &json!(id), &json!(before)]));
    let report = crate::replay::replay_folder(&server.app.recording_folder(&id).expect("a folder"), None);
    assert!(report.ok, "{report:?}");
}

#[tokio::test]
async fn recordings_are_moved_to_s3_and_served_from_there() {
    let bucket = Bucket::new().await;
    let config = bucket.config();
    let server = Server::start(|to| to.store = StoreConfig { url: to.store.url.take(), ..config }).await;
    let id = server.kept_interview("parcel-lockers").await;
    let blobs = bucket.blobs();
    let names = ["candidate.flac", "header.json", "interviewer.flac", "steps.jsonl", "summary.json"];
    assert_eq!(blobs.keys("").await.expect("listed"), names.map(|name| format!("{id}/{name}")));
    let flac = server.request("GET", &format!("/v1/sessions/{id}/recording/candidate.flac"), None).await;
    assert!(flac.bytes().await.expect("bytes").starts_with(b"fLaC"));
    let list = server.rest("GET", &format!("/v1/sessions/{id}/recording"), None).await.1;
    assert_eq!((&list["complete"], list["files"].as_array().map(Vec::len)), (&json!(true), Some(5)));
    assert_eq!(server.rest("DELETE", &format!("/v1/sessions/{id}"), None).await.0, 204);
    assert!(blobs.keys("").await.expect("listed").is_empty());
}
