//! Scorecards over REST, of interviews that were held on a real server.

use super::people_support::accounts;
use super::support::*;
use crate::app::access::Role;
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
    let args = ScoreArgs { path, json: true, pdf: None, judge: false, config: None, questions: None };
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
async fn what_a_judge_takes_is_its_candidates_and_ends_with_their_day() {
    let judged = async |tokens: Option<u32>| {
        let server = accounts(|config| {
            config.judge.model = Some("judge".into());
            config.llm.fake.answers = vec![r#"{"signals": []}"#.into()];
            config.limits.tokens_per_day = tokens;
        });
        let server = server.await;
        let ada = server.person("ada", Role::Candidate).await;
        let session =
            ada.interviewed(&server.inner, "I would sort it first, because then the neighbours are known.").await;
        let app = server.inner.app.clone();
        let held = app.session(&session).expect("known");
        tokio::time::timeout(PATIENCE, app.scored(&session)).await.expect("it is scored in time");
        let path = format!("/v1/sessions/{session}/scorecard");
        let card: Scorecard = serde_json::from_value(ada.rest("GET", &path, None).await.1).expect("a scorecard");
        held.over().await;
        app.shutdown().await;
        let used = app.today(&ada.id).await.expect("answers").used.tokens;
        (card.grader, used - held.used_tokens())
    };
    let (health, beyond) = judged(None).await;
    let tokens = health.tokens_in + health.tokens_out;
    assert!(tokens > 1_000 && health.refused == 0, "{health:?}");
    assert_eq!(beyond, i64::from(tokens), "what is beyond the interview's own is the judge's");
    let (health, beyond) = judged(Some(1)).await;
    assert!(health.deferred.is_some() && health.tokens_in == 0 && health.failed == 0, "{health:?}");
    assert_eq!(beyond, 0);
}

#[tokio::test]
async fn what_the_day_s_tokens_did_not_suffice_for_is_judged_when_there_are_tokens_again_once() {
    let server = accounts(|config| {
        config.judge.model = Some("judge".into());
        config.llm.fake.answers = vec![r#"{"signals": []}"#.into()];
        config.limits.tokens_per_day = Some(1);
    });
    let server = server.await;
    let (ada, admin) = (server.person("ada", Role::Candidate).await, server.person("admin", Role::Admin).await);
    let session = ada.interviewed(&server.inner, "I would sort it first, because then the neighbours are known.").await;
    let app = server.inner.app.clone();
    within(app.scored(&session)).await;
    let path = format!("/v1/sessions/{session}/scorecard");
    let card = async || {
        let card: Scorecard = serde_json::from_value(ada.rest("GET", &path, None).await.1).expect("a scorecard");
        card
    };
    let waits = card().await;
    assert!(waits.grader.deferred.is_some_and(|calls| calls > 0) && waits.grader.refused == 0, "{:?}", waits.grader);
    let job =
        async || app.store().jobs_about(&session).await.expect("answers").into_iter().find(|job| job.kind == "judge");
    assert_eq!(job().await.expect("asked for").state, "waiting");
    let midnight = app.today(&ada.id).await.expect("answers").ends;
    assert_eq!(app.store().next_job_ready().await.expect("answers"), Some(midnight), "there are tokens tomorrow");
    // A server that starts looks whether there are some already: there are none, and nothing is changed.
    let first = app.store().scorecards(&session).await.expect("answers");
    app.adopt().await.expect("adopts");
    within(app.until(async || job().await.filter(|job| job.claims > 0 && job.state == "waiting"))).await;
    assert_eq!(app.store().scorecards(&session).await.expect("answers"), first);
    let raised = json!({"tokens_per_day": 900_000});
    assert_eq!(admin.rest("PATCH", &format!("/v1/admin/people/{}", ada.id), Some(raised)).await.0, 200);
    within(app.until(async || job().await.filter(|job| job.state == "done"))).await;
    let judged = card().await;
    assert_eq!((judged.grader.deferred, judged.grader.refused), (None, 0));
    assert!(judged.grader.asked > 0 && judged.grader.tokens_in > 0, "{:?}", judged.grader);
    assert_eq!(judged.versions, waits.versions);
    let cards = app.store().scorecards(&session).await.expect("answers");
    assert_eq!(
        (cards.len(), &cards[0].versions_sha256),
        (1, &first[0].versions_sha256),
        "one, in the place of the other"
    );
    let bands = app.store().bands_of(&[&session]).await.expect("answers");
    assert_eq!(bands.len(), judged.dimensions.len(), "no dimension counts twice");
    let judgements = ada.rest("GET", &format!("{path}/judgements"), None).await.1;
    assert!(!judgements.to_string().contains("deferred"), "{judgements}");
}

#[tokio::test]
async fn tokens_are_not_waited_for_for_ever() {
    let server = Server::start(|config| {
        config.judge.model = Some("judge".into());
        config.llm.fake.answers = vec![r#"{"signals": []}"#.into()];
    })
    .await;
    let id = server.scored_interview("parcel-lockers").await;
    server.app.shutdown().await;
    let store = server.app.store().clone();
    // As it is when the time is over in which tokens were waited for, on a server that has no judge any more.
    let put = async |body: String, payload: &str| {
        let mut write = store.write().await.expect("begins");
        let document = crate::store::scoring::judgements_document(body, server.app.now());
        write.put_document(&id, crate::store::scoring::JUDGEMENTS, &document).await.expect("put");
        let (kind, now) = (crate::store::scoring::JUDGE, server.app.now());
        let job = crate::store::jobs::NewJob { kind, subject: &id, payload, priority: 0, attempts_max: 9, ready: now };
        write.add_job_again(&job, now).await.expect("added");
        write.commit().await.expect("committed");
        let held = store.claim_job(now, PATIENCE).await.expect("answers").expect("a job");
        server.app.work_on(&held).await;
        let cards = store.scorecards(&id).await.expect("answers");
        assert_eq!(cards.len(), 1);
        let card: Scorecard = serde_json::from_str(&cards[0].body).expect("a scorecard");
        let jobs = store.jobs_about(&id).await.expect("answers");
        (card.grader, jobs.into_iter().find(|job| job.kind == kind).expect("there").state)
    };
    let body = store.document(&id, crate::store::scoring::JUDGEMENTS).await.expect("answers").expect("kept").body;
    let mut kept: crate::scorecard::judge::Judgements = serde_json::from_str(&body).expect("judgements");
    for call in &mut kept.calls {
        *call = crate::scorecard::judge::Call {
            request: call.request.clone(),
            refused: true,
            deferred: true,
            ..Default::default()
        };
    }
    kept.judge = "another/judge".into();
    let text = serde_json::to_string(&kept).expect("JSON");
    let (health, state) = put(text, "{\"until\":1}").await;
    assert_eq!((health.deferred, health.refused, state.as_str()), (None, 0, "done"), "{health:?}");
    assert!(health.asked > 0, "another judge begins anew");
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

#[tokio::test]
async fn the_scorecard_on_paper_is_the_one_of_the_command() {
    let server = Server::start(|_| {}).await;
    let id = server.scored_interview("parcel-lockers").await;
    let path = format!("/v1/sessions/{id}/scorecard.pdf");
    let answer = server.request("GET", &path, None).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    let name = answer.headers()["content-disposition"].to_str().expect("text").to_owned();
    assert_eq!(name, format!("attachment; filename=\"{id}.scorecard.pdf\""));
    let tag = answer.headers()["etag"].clone();
    let bytes = answer.bytes().await.expect("a body");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("card.pdf");
    let recording = server.app.recording_folder(&id).expect("a folder");
    let args =
        ScoreArgs { path: recording, json: true, pdf: Some(file.clone()), judge: false, config: None, questions: None };
    let (mut out, mut errors) = (Vec::new(), Vec::new());
    assert_eq!(score::run_to(&args, &mut out, &mut errors), 0, "{}", String::from_utf8_lossy(&errors));
    assert!(bytes == std::fs::read(&file).expect("a file"), "the same bytes");
    let address = format!("http://{}{path}", server.address);
    let again = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client")
        .get(address)
        .header("if-none-match", &tag)
        .send()
        .await
        .expect("an answer");
    assert_eq!(again.status(), 304);
    let lost = ScoreArgs { pdf: Some(folder.path().join("none/card.pdf")), ..args };
    assert_eq!(score::run_to(&lost, &mut Vec::new(), &mut Vec::new()), 1);
    let running = server.session(json!({"consent": {"recording": true}})).await;
    let (status, problem) = server.rest("GET", &format!("/v1/sessions/{running}/scorecard.pdf"), None).await;
    assert_eq!((status, &problem["code"]), (409, &json!("not_finished")));
}
