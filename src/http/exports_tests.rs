//! What is taken away and brought: bundles, tables, archives, against a real server.

use super::people_support::accounts;
use super::support::*;
use crate::app::access::Role;
use crate::commands::replay::{self, ReplayArgs};
use crate::commands::score::{self, ScoreArgs};
use crate::config::Config;
use crate::digest::sha256_hex;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/replay-tests/cases/a-demo-held-over-the-socket");
pub(super) const ID: &str = "sess_000000000000000000000000000000aa";

/// A server that found a recorded interview in its folder and scored it.
pub(super) async fn with_interview(change: impl FnOnce(&mut Config)) -> Server {
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
async fn the_whole_sound_is_made_once_played_in_ranges_and_no_part_of_the_recording() {
    let here = with_interview(|_| {}).await;
    let bundle = text(&here, &format!("/v1/sessions/{ID}/bundle")).await;
    let path = format!("/v1/sessions/{ID}/recording/whole.flac");
    let first = here.request("GET", &path, None).await;
    assert_eq!(
        (first.status().as_u16(), &first.headers()["content-type"]),
        (200, &"audio/flac".parse().expect("text"))
    );
    let tag = first.headers()["etag"].clone();
    let bytes = first.bytes().await.expect("bytes");
    let sound = crate::audio::Sound::read(std::io::Cursor::new(bytes.to_vec())).expect("sound");
    assert!(sound.samples.len() >= 48_000 && sound.samples.contains(&0x0303), "{} samples", sound.samples.len());
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let part = client.get(format!("http://{}{path}", here.address)).header("range", "bytes=100-149");
    let part = part.send().await.expect("an answer");
    assert_eq!((part.status().as_u16(), part.headers()["etag"] == tag), (206, true));
    assert!(part.bytes().await.expect("bytes") == bytes[100..150]);
    assert!(text(&here, &format!("/v1/sessions/{ID}/bundle")).await == bundle, "no part of the bundle");
    let listed = text(&here, &format!("/v1/sessions/{ID}/recording")).await;
    assert!(listed.contains("candidate.flac") && !listed.contains("whole.flac"), "{listed}");
    let kept = here.app.recording_folder(ID).expect("a folder").join("whole.flac");
    assert!(kept.exists());
    assert_eq!(here.rest("DELETE", &format!("/v1/sessions/{ID}"), None).await.0, 204);
    assert!(!kept.exists());
    assert_eq!(here.request("GET", &path, None).await.status(), 404);
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

/// The files of a tar archive.
fn unpacked(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(archive).entries().expect("an archive") {
        let mut entry = entry.expect("an entry");
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut content).expect("its content");
        files.insert(entry.path().expect("a path").to_string_lossy().into_owned(), content);
    }
    files
}

#[tokio::test]
async fn an_archive_is_made_in_the_background_fetched_in_ranges_and_deleted() {
    let here = with_interview(|_| {}).await;
    let (status, asked) = here.rest("POST", "/v1/me/exports", None).await;
    assert_eq!((status, &asked["interviews"]), (202, &json!(1)), "{asked}");
    let id = asked["id"].as_str().expect("an id").to_owned();
    within(here.app.exported(&id)).await;
    let path = format!("/v1/me/exports/{id}");
    let ready = here.rest("GET", &path, None).await.1;
    assert_eq!((&ready["state"], &ready["interviews_done"]), (&json!("ready"), &json!(1)), "{ready}");
    assert_eq!(here.rest("GET", "/v1/me/exports", None).await.1["exports"], json!([ready]));
    let url = ready["url"].as_str().expect("an address").to_owned();
    let archive = here.request("GET", &url, None).await;
    assert_eq!(archive.headers()["content-disposition"], "attachment; filename=\"viva.tar\"");
    let archive = archive.bytes().await.expect("bytes");
    assert_eq!((ready["bytes"].as_u64(), &ready["sha256"]), (Some(archive.len() as u64), &json!(sha256_hex(&archive))));
    let at_once = here.request("GET", "/v1/me/export", None).await.bytes().await.expect("bytes");
    assert!(unpacked(&archive) == unpacked(&at_once), "the same as is sent at once");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let part = client.get(format!("http://{}{url}", here.address)).header("range", "bytes=512-1023");
    let part = part.send().await.expect("an answer");
    assert_eq!(part.status(), 206);
    assert!(part.bytes().await.expect("bytes") == archive[512..1024]);
    // Three are kept; the oldest goes for another.
    for _ in 0..3 {
        let another = here.rest("POST", "/v1/me/exports", None).await.1["id"].clone();
        within(here.app.exported(another.as_str().expect("an id"))).await;
    }
    assert_eq!(here.rest("GET", "/v1/me/exports", None).await.1["exports"].as_array().map(Vec::len), Some(3));
    let (status, problem) = here.rest("GET", &url, None).await;
    assert_eq!((status, &problem["code"]), (404, &json!("export_not_found")));
    assert!(!here.app.recordings().join(&id).exists(), "nothing is left lying");
    assert_eq!(here.rest("DELETE", &path, None).await.0, 404);
    let last = here.rest("GET", "/v1/me/exports", None).await.1["exports"][0]["id"].clone();
    let last = last.as_str().expect("an id");
    assert!(here.app.recordings().join(last).exists());
    assert_eq!(here.rest("DELETE", &format!("/v1/me/exports/{last}"), None).await.0, 204);
    assert!(!here.app.recordings().join(last).exists());
    let staged = here.app.recordings().join(crate::app::import::STAGING);
    assert_eq!(std::fs::read_dir(&staged).expect("a folder").count(), 0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&staged).expect("there").permissions().mode() & 0o777, 0o700);
    }
}

#[tokio::test]
async fn what_a_killed_server_had_on_its_way_in_or_out_is_gone_at_the_next_start() {
    let data = tempfile::tempdir().expect("a folder");
    let staged = data.path().join("recordings").join(crate::app::import::STAGING);
    std::fs::create_dir_all(staged.join("in_1").join("files")).expect("a folder");
    for left in ["in_1/files/steps.jsonl", "in_1/bundle.json", "tar_1", "sess_1.whole.raw"] {
        std::fs::write(staged.join(left), "what somebody said").expect("written");
    }
    let server = Server::start_in(data, |_| {}).await;
    assert!(!staged.exists());
    drop(server.app.stage().expect("it is made when it is needed"));
    assert_eq!(std::fs::read_dir(&staged).expect("a folder").count(), 0);
}

/// The job of an export, of a server that does none any more.
async fn claimed(server: &Server) -> crate::store::jobs::Held {
    loop {
        let held = server.app.store().claim_job(server.app.now(), std::time::Duration::from_secs(60)).await;
        let held = held.expect("answers").expect("a job");
        if held.kind == crate::store::exports::EXPORT {
            return held;
        }
    }
}

#[tokio::test]
async fn an_archive_that_is_begun_twice_has_one_result_and_ends_with_its_time() {
    let here = with_interview(|_| {}).await;
    here.app.shutdown().await;
    let (store, now) = (here.app.store().clone(), here.app.now());
    let id = here.app.ask_export("").await.expect("asked").id;
    let slow = claimed(&here).await;
    store.release_jobs(now).await.expect("released");
    let held = claimed(&here).await;
    here.app.work_on(&slow).await;
    assert_eq!(store.export(&id).await.expect("answers").expect("there").sha256, None, "its lease was another's");
    here.app.work_on(&held).await;
    let row = store.export(&id).await.expect("answers").expect("there");
    assert!(row.sha256.is_some() && store.file(&id, "viva.tar").await.expect("answers").is_some());
    here.app.drop_old_exports(row.expires).await.expect("answers");
    assert_eq!(store.export(&id).await.expect("answers"), None);
    assert_eq!(store.file(&id, "viva.tar").await.expect("answers"), None);
    assert!(!here.app.recordings().join(&id).exists());
}

#[tokio::test]
async fn what_is_damaged_is_left_out_of_an_archive_by_name_and_the_rest_is_in_it() {
    let here = with_interview(|_| {}).await;
    let folder = here.app.recording_folder(ID).expect("a folder");
    std::fs::write(folder.join("candidate.flac"), b"something else").expect("damaged");
    std::fs::remove_file(folder.join("summary.json")).expect("removed");
    let id = here.app.ask_export("").await.expect("asked").id;
    within(here.app.exported(&id)).await;
    let archive = here.request("GET", &format!("/v1/me/exports/{id}/viva.tar"), None).await.bytes().await;
    let files = unpacked(&archive.expect("bytes"));
    let file = |name: &str| files.get(&format!("sessions/{ID}/{name}"));
    assert!(file("candidate.flac").is_none() && file("summary.json").is_none());
    assert!(file("steps.jsonl").is_some() && file("transcript.json").is_some());
    let damaged: Vec<Value> = serde_json::from_slice(file("damaged.json").expect("told")).expect("JSON");
    let names: Vec<&str> = damaged.iter().filter_map(|file| file["name"].as_str()).collect();
    assert_eq!(names, ["candidate.flac", "summary.json"]);
}

#[tokio::test]
async fn an_interview_that_is_deleted_goes_from_the_archives_as_well() {
    let here = with_interview(|_| {}).await;
    let id = here.app.ask_export("").await.expect("asked").id;
    within(here.app.exported(&id)).await;
    let lies = here.app.recordings().join(&id);
    assert!(lies.exists());
    assert_eq!(here.rest("DELETE", &format!("/v1/sessions/{ID}"), None).await.0, 204);
    let (status, problem) = here.rest("GET", &format!("/v1/me/exports/{id}/viva.tar"), None).await;
    assert_eq!((status, &problem["code"]), (404, &json!("export_not_found")));
    let gone =
        async || (here.app.store().object_keys(&id).await.expect("answers").is_empty() && !lies.exists()).then_some(());
    within(here.app.until(gone)).await;
}

#[tokio::test]
async fn what_was_brought_is_whose_who_brought_it_though_the_server_was_killed_at_it() {
    let here = with_interview(|_| {}).await;
    let bundle = text(&here, &format!("/v1/sessions/{ID}/bundle")).await;
    let there = accounts(|_| {}).await;
    let ada = there.person("ada", Role::Candidate).await;
    let staged = there.inner.app.stage().expect("a folder");
    std::fs::write(staged.upload(), bundle).expect("written");
    // It is put among the recordings, and the server is killed before it writes down whose it is.
    there.inner.app.put_brought(&ada.id, staged).await.expect("put");
    there.inner.app.adopt().await.expect("adopts");
    within(there.inner.app.scored(ID)).await;
    let (status, session) = ada.rest("GET", &format!("/v1/sessions/{ID}"), None).await;
    assert_eq!(status, 200, "it is theirs: {session}");
    let eve = there.person("eve", Role::Candidate).await;
    assert_eq!(eve.rest("GET", &format!("/v1/sessions/{ID}"), None).await.0, 404, "and nobody else's");
    let folder = there.inner.app.recording_folder(ID).expect("a folder");
    assert!(folder.join("steps.jsonl").exists() && !folder.join("brought.json").exists());
}

fn file_of<'a>(bundle: &'a mut Value, name: &str) -> &'a mut Value {
    let files = bundle["files"].as_array_mut().expect("files");
    files.iter_mut().find(|file| file["name"] == name).expect("a file")
}

/// Changes a file of a bundle, which says so of it.
fn change(bundle: &mut Value, name: &str, change: impl FnOnce(&mut Value)) {
    let file = file_of(bundle, name);
    let mut json: Value = serde_json::from_str(file["text"].as_str().expect("text")).expect("JSON");
    change(&mut json);
    let text = json.to_string();
    (file["bytes"], file["sha256"], file["text"]) = (text.len().into(), sha256_hex(&text).into(), text.into());
}

#[tokio::test]
async fn a_recording_of_a_made_up_time_holds_up_no_retention() {
    let here = with_interview(|_| {}).await;
    let bundle = text(&here, &format!("/v1/sessions/{ID}/bundle")).await;
    let mut bundle: Value = serde_json::from_str(&bundle).expect("JSON");
    change(&mut bundle, "header.json", |header| header["created_unix_ms"] = u64::MAX.into());
    let header = file_of(&mut bundle, "header.json").clone();
    change(&mut bundle, "summary.json", |summary| {
        let files = summary["files"].as_array_mut().expect("files");
        let listed = files.iter_mut().find(|file| file["name"] == "header.json").expect("listed");
        (listed["bytes"], listed["sha256"]) = (header["bytes"].clone(), header["sha256"].clone());
    });
    let place = crate::store::support::Place::postgres().await;
    let there = Server::start(|config| {
        config.store.url = place.config.url.clone();
        config.recording.retention_days = Some(1);
    });
    let there = there.await;
    let (status, brought) = post(&there, "/v1/imports", bundle.to_string()).await;
    assert_eq!(status, 202, "{brought}");
    within(there.app.kept(ID)).await;
    let listed = there.rest("GET", "/v1/sessions", None).await.1;
    let created = listed["sessions"][0]["created_ms"].as_i64().expect("a time");
    assert!(created <= 8_640_000_000_000_000, "a date in every browser: {created}");
    there.app.adopt().await.expect("adopts");
    let retained = async || {
        let store = there.app.store();
        let jobs = store.jobs_about(&format!("day_{}", there.app.now().0 / 86_400_000)).await.expect("answers");
        jobs.into_iter().find(|job| job.attempts > 0 && job.state != "running")
    };
    let job = within(there.app.until(retained)).await;
    assert_eq!((job.state.as_str(), job.error), ("done", None));
}

#[tokio::test]
async fn an_archive_is_its_persons_alone() {
    let server = accounts(|_| {}).await;
    let (ada, eve) = (server.person("ada", Role::Candidate).await, server.person("eve", Role::Admin).await);
    let session = ada.session().await;
    let body = json!({"email": "eve@example.org"});
    assert_eq!(ada.rest("POST", &format!("/v1/sessions/{session}/grants"), Some(body)).await.0, 201);
    let asked = ada.rest("POST", "/v1/me/exports", None).await.1;
    let id = asked["id"].as_str().expect("an id");
    within(server.inner.app.exported(id)).await;
    for (method, end) in [("GET", ""), ("GET", "/viva.tar"), ("DELETE", "")] {
        let (status, problem) = eve.rest(method, &format!("/v1/me/exports/{id}{end}"), None).await;
        assert_eq!((status, &problem["code"]), (404, &json!("export_not_found")), "{method} {end}");
    }
    assert_eq!(eve.rest("GET", "/v1/me/exports", None).await.1["exports"], json!([]));
    let archive = ada.send("GET", &format!("/v1/me/exports/{id}/viva.tar"), None).await.bytes().await.expect("bytes");
    let files = unpacked(&archive);
    let (grants, audit) = (format!("sessions/{session}/grants.json"), format!("sessions/{session}/audit.json"));
    for (name, holds) in [
        ("person.json", "ada@example.org"),
        ("audit.json", "\"action\":\"export\""),
        (grants.as_str(), eve.id.as_str()),
        (audit.as_str(), "\"action\":\"grant\""),
    ] {
        let text = String::from_utf8_lossy(files.get(name).unwrap_or_else(|| panic!("no {name}: {:?}", files.keys())));
        assert!(text.contains(holds), "{name}: {text}");
    }
    let gone = server.inner.app.delete_person("", &ada.id).await;
    assert!(gone.is_ok());
    assert_eq!(server.inner.app.store().export(id).await.expect("answers"), None, "with the person it goes");
}

#[tokio::test]
async fn everything_of_a_person_is_in_the_archive() {
    let here = with_interview(|_| {}).await;
    let archive = here.request("GET", "/v1/me/export", None).await;
    assert_eq!(archive.headers()["content-type"], "application/x-tar");
    let files = unpacked(&archive.bytes().await.expect("bytes"));
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
