//! What is taken away and brought: bundles, tables, archives, against a real server.

use super::support::*;
use crate::commands::replay::{self, ReplayArgs};
use crate::commands::score::{self, ScoreArgs};
use crate::config::Config;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/replay-tests/cases/a-demo-held-over-the-socket");
const ID: &str = "sess_000000000000000000000000000000aa";

/// A server that found a recorded interview in its folder and scored it.
async fn with_interview(change: impl FnOnce(&mut Config)) -> Server {
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().join("recordings").join(ID);
    std::fs::create_dir_all(&folder).expect("a folder");
    for name in ["header.json", "steps.jsonl"] {
        std::fs::copy(std::path::Path::new(CASE).join(name), folder.join(name)).expect("copied");
    }
    std::fs::write(folder.join("candidate.pcm"), vec![3; 96_000]).expect("written");
    let server = Server::start_in(data, change).await;
    server.app.recover();
    server.app.adopt().await.expect("adopts");
    within(server.app.scored(ID)).await;
    server
}

async fn post(server: &Server, path: &str, body: impl Into<reqwest::Body>) -> (u16, Value) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client.post(format!("http://{}{path}", server.address)).header("content-type", "application/json");
    let answer = request.body(body).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

async fn text(server: &Server, path: &str) -> String {
    let answer = server.request("GET", path, None).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.expect("text")
}

#[tokio::test]
async fn an_interview_that_is_brought_to_another_server_is_the_same_there_byte_for_byte() {
    let here = with_interview(|_| {}).await;
    let bundle = text(&here, &format!("/v1/sessions/{ID}/bundle")).await;
    let there = Server::start(|_| {}).await;
    let (status, brought) = post(&there, "/v1/imports", bundle.clone()).await;
    assert_eq!((status, &brought["id"]), (202, &json!(ID)), "{brought}");
    within(there.app.scored(ID)).await;
    for part in ["scorecard", "metrics", "transcript", "review", "runs", "code", "recording/steps.jsonl", "bundle"] {
        let path = format!("/v1/sessions/{ID}/{part}");
        assert!(text(&here, &path).await == text(&there, &path).await, "{part}");
    }
    let flac = async |server: &Server| {
        let path = format!("/v1/sessions/{ID}/recording/candidate.flac");
        server.request("GET", &path, None).await.bytes().await.expect("bytes")
    };
    assert!(flac(&here).await == flac(&there).await);
    let (status, problem) = post(&there, "/v1/imports", bundle.clone()).await;
    assert_eq!((status, &problem["code"]), (409, &json!("session_exists")));
    assert_eq!(there.rest("DELETE", &format!("/v1/sessions/{ID}"), None).await.0, 204);
    let (status, problem) = post(&there, "/v1/imports", bundle).await;
    assert_eq!((status, &problem["code"]), (409, &json!("session_deleted")));
    let staged = there.app.recordings().join(crate::app::import::STAGING);
    assert_eq!(std::fs::read_dir(staged).expect("a folder").count(), 0, "nothing is left lying");
}

#[tokio::test]
async fn a_bundle_replays_and_scores_as_the_folder_does() {
    let here = with_interview(|_| {}).await;
    let bundle = text(&here, &format!("/v1/sessions/{ID}/bundle")).await;
    let file = here.data.path().join("one.viva.json");
    std::fs::write(&file, bundle).expect("written");
    let (mut out, mut errors) = (Vec::new(), Vec::new());
    let replay = ReplayArgs { paths: vec![file.clone()], json: false, junit: None };
    assert_eq!(replay::run_to(&replay, &mut out, &mut errors), 0, "{}", String::from_utf8_lossy(&errors));
    let mut card = Vec::new();
    let score = ScoreArgs { path: file.clone(), json: true, pdf: None, judge: false, config: None, questions: None };
    assert_eq!(score::run_to(&score, &mut card, &mut errors), 0);
    let scorecard = text(&here, &format!("/v1/sessions/{ID}/scorecard")).await;
    assert_eq!(String::from_utf8(card).expect("text"), scorecard, "the same bytes");
    let recordings = tempfile::tempdir().expect("a folder");
    assert_eq!(crate::app::import::place(&file, recordings.path()).expect("unpacked"), ID);
    let report = crate::replay::replay_folder(&recordings.path().join(ID), None);
    assert!(report.ok, "{report:?}");
    assert!(crate::app::import::place(&file, recordings.path()).is_err(), "it is there already");
}

#[tokio::test]
async fn what_is_no_good_bundle_is_refused_by_name_and_leaves_nothing() {
    let here = with_interview(|_| {}).await;
    let bundle = text(&here, &format!("/v1/sessions/{ID}/bundle")).await;
    let there = Server::start(|_| {}).await;
    for (bundle, status, code) in [
        (String::new(), 400, "invalid_body"),
        ("[1, 2".to_owned(), 400, "invalid_body"),
        (bundle.replacen(ID, "../../etc", 1), 400, "invalid_body"),
        (bundle.replacen("\"name\":\"steps.jsonl\"", "\"name\":\"/etc/passwd\"", 1), 400, "invalid_body"),
        (bundle.replacen("\"viva_bundle\":1", "\"viva_bundle\":9", 1), 422, "bundle_newer"),
        (bundle.replacen("Parcel lockers", "Parcel l0ckers", 1), 422, "bundle_corrupt"),
        (bundle.replacen("\"name\":\"candidate.flac\"", "\"name\":\"judgements.json\"", 1), 422, "bundle_incomplete"),
    ] {
        let (answered, problem) = post(&there, "/v1/imports", bundle).await;
        assert_eq!((answered, problem["code"].as_str()), (status, Some(code)), "{problem}");
        assert!(!problem.to_string().contains(there.data.path().to_str().expect("text")), "{problem}");
    }
    let (_, list) = there.rest("GET", "/v1/sessions", None).await;
    assert_eq!(list["sessions"], json!([]));
    let answer = there.request("POST", "/v1/imports", None).await;
    assert_eq!(answer.status(), 400);
}

#[tokio::test]
async fn a_damaged_recording_is_no_bundle() {
    let here = with_interview(|_| {}).await;
    let file = here.app.recording_folder(ID).expect("a folder").join("candidate.flac");
    let mut bytes = std::fs::read(&file).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).expect("damaged");
    let (status, problem) = here.rest("GET", &format!("/v1/sessions/{ID}/bundle"), None).await;
    assert_eq!((status, &problem["code"]), (500, &json!("recording_corrupt")));
    let (status, problem) = here.rest("GET", "/v1/sessions/sess_1/bundle", None).await;
    assert_eq!((status, &problem["code"]), (404, &json!("session_not_found")));
}

#[tokio::test]
async fn what_is_sent_compressed_comes_to_its_end() {
    let here = with_interview(|_| {}).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    for path in ["/v1/exports/metrics.csv", "/v1/me/export", &format!("/v1/sessions/{ID}/bundle")] {
        let request = client.get(format!("http://{}{path}", here.address)).header("accept-encoding", "gzip");
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.headers()["content-encoding"], "gzip", "{path}");
        let packed = answer.bytes().await.expect("to its end");
        assert!(packed.starts_with(&[0x1f, 0x8b]) && packed.len() > 100, "{path}");
    }
}

#[tokio::test]
async fn tables_have_every_metric_and_band() {
    let here = with_interview(|_| {}).await;
    let metrics = text(&here, "/v1/exports/metrics.csv").await;
    let mut reader = csv::Reader::from_reader(metrics.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), crate::scorecard::metrics::METRICS.len());
    let words = rows.iter().find(|row| row["metric"] == "words").expect("the metric");
    assert_eq!((words["session"].as_str(), words["question"].as_str()), (ID, "parcel-lockers"));
    assert!(words["value"].parse::<f64>().expect("a number") > 0.0);
    let scores = text(&here, "/v1/exports/scores.csv").await;
    let mut reader = csv::Reader::from_reader(scores.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.iter().filter(|row| row["scorer"] == "machine").count(), 4, "{rows:?}");
}

#[tokio::test]
async fn everything_of_a_person_is_in_the_archive() {
    let here = with_interview(|_| {}).await;
    let archive = here.request("GET", "/v1/me/export", None).await;
    assert_eq!(archive.headers()["content-type"], "application/x-tar");
    let archive = archive.bytes().await.expect("bytes");
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(&archive[..]).entries().expect("an archive") {
        let mut entry = entry.expect("an entry");
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut content).expect("its content");
        files.insert(entry.path().expect("a path").to_string_lossy().into_owned(), content);
    }
    let folder = here.app.recording_folder(ID).expect("a folder");
    for name in ["header.json", "steps.jsonl", "summary.json", "candidate.flac"] {
        let kept = std::fs::read(folder.join(name)).expect("read");
        assert!(files[&format!("sessions/{ID}/{name}")] == kept, "{name}");
    }
    for name in ["session.json", "transcript.json", "metrics.json"] {
        assert!(files.contains_key(&format!("sessions/{ID}/{name}")), "{name}: {:?}", files.keys());
    }
    assert_eq!(files.keys().filter(|name| name.contains("/scorecard-machine-")).count(), 1);
    let audited = here.app.store().audited(None, None, 9).await.expect("answers").items;
    assert!(audited.iter().any(|row| row.action == "export"), "{audited:?}");
}
