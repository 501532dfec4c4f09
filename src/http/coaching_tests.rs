//! Grants, assignments and links against a real server; limits of a day; pages of other origins; what logs hold.

use super::people_support::*;
use crate::app::access::Role;
use crate::app::people::coaching::Wanted;
use crate::digest::sha256_hex;
use crate::store::UnixMs;
use crate::store::assignments::LinkRow;
use crate::store::support::Place;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn a_coach_reads_what_is_granted_until_it_is_taken_back() {
    let server = accounts(|_| {}).await;
    let (ada, coach) = (server.person("ada", Role::Candidate).await, server.person("coach", Role::Coach).await);
    let session = ada.session().await;
    let path = format!("/v1/sessions/{session}");
    assert_eq!(coach.rest("GET", &path, None).await.0, 404);
    let (status, grant) =
        ada.rest("POST", &format!("{path}/grants"), Some(json!({"email": "Coach@example.org"}))).await;
    assert_eq!((status, &grant["reader"]["name"]), (201, &json!("coach")), "{grant}");
    assert_eq!(coach.rest("GET", &path, None).await.0, 200);
    assert_eq!(coach.rest("DELETE", &path, None).await.0, 403);
    let granted = coach.rest("GET", "/v1/sessions?granted=true", None).await.1;
    assert_eq!(granted["sessions"][0]["id"], json!(session));
    assert_eq!(granted["sessions"][0]["person"], json!(ada.id));
    let candidates = coach.rest("GET", "/v1/candidates", None).await.1["candidates"].clone();
    let told = |all| json!([{"id": ada.id, "name": "ada", "all": all, "since_ms": candidates[0]["since_ms"]}]);
    assert_eq!(candidates, told(false));
    assert_eq!(ada.rest("GET", "/v1/candidates", None).await.1["candidates"], json!([]));
    assert_eq!(coach.rest("GET", "/v1/sessions", None).await.1["sessions"], json!([]));
    let other = ada.session().await;
    assert_eq!(coach.rest("GET", &format!("/v1/sessions/{other}"), None).await.0, 404, "only the one");
    let grant = format!("{path}/grants/{}", grant["id"].as_str().expect("an id"));
    assert_eq!(ada.rest("DELETE", &grant, None).await.0, 204);
    assert_eq!(ada.rest("DELETE", &grant, None).await.1["code"], "grant_not_found");
    assert_eq!(coach.rest("GET", &path, None).await.0, 404);
    let deeds = server.inner.app.audited(Some(&session), None, 9).await.expect("a page").items;
    let deeds: Vec<(&str, &str)> = deeds.iter().map(|row| (row.action.as_str(), row.actor.as_str())).collect();
    assert_eq!(deeds, [("revoke", ada.id.as_str()), ("grant", ada.id.as_str())]);
}

#[tokio::test]
async fn candidates_are_not_found_by_their_email() {
    let server = accounts(|_| {}).await;
    let ada = server.person("ada", Role::Candidate).await;
    server.person("bob", Role::Candidate).await;
    let path = format!("/v1/sessions/{}/grants", ada.session().await);
    for email in ["bob@example.org", "nobody@example.org", "' OR ''='"] {
        let (status, problem) = ada.rest("POST", &path, Some(json!({"email": email}))).await;
        assert_eq!((status, &problem["code"]), (404, &json!("person_not_found")), "{email}");
    }
}

#[tokio::test]
async fn a_candidate_without_an_account_joins_by_a_link_that_is_good_once() {
    let server = accounts(|_| {}).await;
    let coach = server.person("coach", Role::Coach).await;
    let wish = json!({"question": "parcel-lockers", "minutes": 7, "patience": "calm", "due_ms": 5});
    let (status, made) = coach.rest("POST", "/v1/assignments", Some(wish)).await;
    assert_eq!(status, 201, "{made}");
    let link = made["link"]["link"].clone();
    let looked = server.rest("POST", "/v1/links", Some(json!({"link": link}))).await.1;
    assert_eq!((&looked["kind"], &looked["coach"]), (&json!("join"), &json!("coach")), "{looked}");
    assert_eq!(
        looked["parts"]["stt"]["leaves_machine"],
        json!(false),
        "a guest knows before joining what leaves the machine"
    );
    let body = json!({"link": link, "name": "Guest of honour", "recording": true});
    let guest = server.client().sign_in("/v1/links/join", body.clone()).await.expect("joined");
    let taken = coach.rest("GET", "/v1/assignments", None).await.1["assignments"][0].clone();
    assert_eq!(taken["person"], json!(guest.id), "{taken}");
    let session = format!("/v1/sessions/{}", taken["session"].as_str().expect("a session"));
    let seen = guest.rest("GET", &session, None).await.1;
    assert_eq!((&seen["minutes"], &seen["patience"], &seen["recording"]), (&json!(7), &json!("calm"), &json!(true)));
    assert_eq!(coach.rest("GET", &session, None).await.0, 200, "the coach reads along");
    assert_eq!(guest.rest("GET", "/v1/assignments?taken=true", None).await.1["assignments"][0], taken);
    for path in ["/v1/links", "/v1/links/join"] {
        let body = if path.ends_with("join") { body.clone() } else { json!({"link": link}) };
        let (status, problem) = server.rest("POST", path, Some(body)).await;
        assert_eq!((status, &problem["code"]), (410, &json!("link_used")), "{path}");
    }
    let id = made["assignment"]["id"].as_str().expect("an id");
    let (status, problem) = coach.rest("POST", &format!("/v1/assignments/{id}/link"), None).await;
    assert_eq!((status, &problem["code"]), (409, &json!("assignment_taken")));
}

#[tokio::test]
async fn links_end_and_are_taken_back() {
    let server = accounts(|_| {}).await;
    let coach = server.person("coach", Role::Coach).await;
    let set = async || coach.rest("POST", "/v1/assignments", Some(json!({"question": "parcel-lockers"}))).await.1;
    let join = async |link: &Value| {
        let (status, problem) =
            server.rest("POST", "/v1/links/join", Some(json!({"link": link, "recording": false}))).await;
        (status, problem["code"].as_str().unwrap_or_default().to_owned())
    };
    let made = set().await;
    let id = made["assignment"]["id"].as_str().expect("an id").to_owned();
    let again = coach.rest("POST", &format!("/v1/assignments/{id}/link"), None).await.1;
    assert_eq!(join(&made["link"]["link"]).await, (404, "link_not_found".into()), "replaced by another");
    assert_eq!(coach.rest("DELETE", &format!("/v1/assignments/{id}"), None).await.0, 204);
    assert_eq!(join(&again["link"]).await, (404, "link_not_found".into()), "taken back");
    let row = LinkRow {
        token_sha256: sha256_hex("link_old"),
        kind: "join".into(),
        target: set().await["assignment"]["id"].as_str().expect("an id").into(),
        author: coach.id.clone(),
        created: UnixMs(1),
        expires: UnixMs(2),
        used: None,
    };
    let mut write = server.inner.app.store().write().await.expect("begins");
    write.add_link(&row).await.expect("added");
    write.commit().await.expect("committed");
    assert_eq!(join(&json!("link_old")).await, (410, "link_expired".into()));
    for (body, code) in [
        (json!({"question": "nothing"}), "question_not_found"),
        (json!({"question": "parcel-lockers", "minutes": 500}), "minutes_out_of_range"),
        (json!({"question": "parcel-lockers", "due_ms": -1}), "out_of_range"),
        (json!({"question": "parcel-lockers", "persona": "nobody"}), "persona_not_found"),
        (json!({"question": "parcel-lockers", "language": "!"}), "language_not_available"),
        (json!({"question": "parcel-lockers", "kind": "coding"}), "choose_one_way"),
        (json!({"topic": "basket weaving"}), "no_question_fits"),
        (json!({"job": "x".repeat(20_001)}), "job_too_long"),
        (json!({"surprise": true}), "invalid_body"),
    ] {
        assert_eq!(coach.rest("POST", "/v1/assignments", Some(body)).await.1["code"], code);
    }
    assert_eq!(Wanted::default(), serde_json::from_str("{}").expect("read"));
}

#[tokio::test]
async fn who_may_watch_no_more_is_sent_away_at_once() {
    let server = accounts(|_| {}).await;
    let (owner, admin) = (server.person("owner", Role::Candidate).await, server.person("admin", Role::Admin).await);
    let mut coaches = Vec::new();
    for name in ["granted", "disabled", "leaving", "staying"] {
        coaches.push(server.person(name, Role::Coach).await);
    }
    let body = json!({"question": "parcel-lockers", "consent": {"recording": false}});
    let made = owner.rest("POST", "/v1/sessions", Some(body)).await.1;
    let session = made["id"].as_str().expect("an id").to_owned();
    let base = format!("/v1/sessions/{session}");
    let query = format!("session={session}");
    let mut client = server.inner.try_connect(&query, &[("cookie", &owner.cookie)]).await.expect("a socket");
    client.until("response.done").await;
    let (mut grants, mut watchers) = (Vec::new(), Vec::new());
    for (coach, name) in coaches.iter().zip(["granted", "disabled", "leaving", "staying"]) {
        let body = json!({"email": format!("{name}@example.org")});
        grants.push(owner.rest("POST", &format!("{base}/grants"), Some(body)).await.1["id"].clone());
        let path = format!("{base}/live");
        let mut watcher = server.inner.open(&path, &[("cookie", &coach.cookie)]).await.expect("a socket");
        watcher.until("x.session").await;
        watchers.push(watcher);
    }
    let revoked = format!("{base}/grants/{}", grants[0].as_str().expect("an id"));
    assert_eq!(owner.rest("DELETE", &revoked, None).await.0, 204);
    let disabled = format!("/v1/admin/people/{}", coaches[1].id);
    assert_eq!(admin.rest("PATCH", &disabled, Some(json!({"disabled": true}))).await.0, 200);
    assert!(coaches[2].rest("POST", "/v1/sign-out", None).await.0 < 300);
    let mut staying = watchers.pop().expect("the last");
    for mut watcher in watchers {
        let (_, closed) = watcher.read_on_to_close().await;
        assert_eq!((closed.code, closed.reason.as_str()), (4403, "no longer allowed"));
    }
    client.type_turn("I would use a hash map.").await;
    let seen = serde_json::to_string(&staying.until_all("response.done").await).expect("JSON");
    assert!(seen.contains("I would use a hash map."), "whoever may stays: {seen}");
    // The editor likewise.
    let path = format!("{base}/live/editor");
    let mut editor = server.inner.open(&path, &[("cookie", &coaches[3].cookie)]).await.expect("a socket");
    let revoked = format!("{base}/grants/{}", grants[3].as_str().expect("an id"));
    assert_eq!(owner.rest("DELETE", &revoked, None).await.0, 204);
    assert_eq!(editor.read_on_to_close().await.1.code, 4403);
    assert_eq!(staying.read_on_to_close().await.1.code, 4403);
}

#[tokio::test]
async fn an_assignment_says_all_that_an_interview_can_be_asked_for() {
    let server = accounts(|_| {}).await;
    let coach = server.person("coach", Role::Coach).await;
    let wish = json!({"kind": "behavioural", "minutes": 20, "patience": "calm", "language": "de", "persona": "friendly", "form": "text"});
    let (status, made) = coach.rest("POST", "/v1/assignments", Some(wish.clone())).await;
    assert_eq!(status, 201, "{made}");
    let assignment = &made["assignment"];
    let question = assignment["question"].as_str().expect("an id");
    let kind = server.inner.app.bank().find(question).expect("in the bank").kind;
    assert_eq!((kind, &assignment["chosen"]["by"]), (crate::questions::Kind::Behavioural, &json!("fitting")));
    for field in ["minutes", "patience", "language", "persona", "form"] {
        assert_eq!(assignment[field], wish[field], "{field}");
    }
    let seen = server.client().rest("POST", "/v1/links", Some(json!({"link": made["link"]["link"]}))).await.1;
    assert_eq!(&seen["assignment"], assignment, "whoever gets the link sees it before joining");
    let joining = json!({"link": made["link"]["link"], "recording": false});
    let guest = server.client().sign_in("/v1/links/join", joining).await.expect("joined");
    let session = guest.rest("GET", "/v1/sessions", None).await.1["sessions"][0]["id"].clone();
    let held = guest.rest("GET", &format!("/v1/sessions/{}", session.as_str().expect("an id")), None).await.1;
    assert_eq!(held["question"]["id"], question);
    for (field, value) in [
        ("minutes", json!(20)),
        ("patience", json!("calm")),
        ("language", json!("de")),
        ("persona", json!("friendly")),
        ("words", json!("client")),
        ("voice", json!("silent")),
        ("chosen", json!({"by": "fitting"})),
    ] {
        assert_eq!(held[field], value, "{field}");
    }
    let job = json!({"job": "We build compilers and need somebody who knows intervals and heaps."});
    let (status, made) = coach.rest("POST", "/v1/assignments", Some(job)).await;
    assert_eq!((status, &made["assignment"]["chosen"]["by"]), (201, &json!("job")), "{made}");
    let (status, made) = coach.rest("POST", "/v1/assignments", Some(json!({}))).await;
    assert_eq!((status, &made["assignment"]["chosen"]["by"]), (201, &json!("server")), "{made}");
}

#[tokio::test]
async fn the_minutes_of_a_day_are_counted_with_those_that_are_booked() {
    let server = accounts(|config| config.limits.minutes_per_day = Some(30)).await;
    let ada = server.person("ada", Role::Candidate).await;
    let ask = async |minutes: u32| {
        ada.send("POST", "/v1/sessions", Some(json!({"minutes": minutes, "consent": {"recording": false}}))).await
    };
    assert_eq!(ask(20).await.status(), 201);
    let refused = ask(11).await;
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=86_400).contains(&wait));
    let problem: Value = refused.json().await.expect("a problem");
    assert_eq!(problem["code"], "minutes_used_up");
    assert!(problem["detail"].as_str().expect("text").starts_with("10 of your 30 minutes"), "{problem}");
    assert_eq!(ask(10).await.status(), 201);
    let today = ada.rest("GET", "/v1/me", None).await.1["today"].clone();
    assert_eq!((&today["minutes_booked"], &today["minutes"]), (&json!(30), &json!(30)), "{today}");
    let other = server.person("bob", Role::Candidate).await;
    other.session().await;
}

#[tokio::test]
async fn what_an_interview_used_is_written_down_and_tokens_end_the_day() {
    let server = accounts(|config| config.limits.tokens_per_day = Some(1)).await;
    let ada = server.person("ada", Role::Candidate).await;
    let session = ada.interviewed(&server.inner, "I would sort it first.").await;
    server.inner.app.session(&session).expect("known").over().await;
    server.inner.app.shutdown().await;
    let today = ada.rest("GET", "/v1/me", None).await.1["today"].clone();
    assert!(today["tokens_used"].as_i64().expect("a number") > 1, "{today}");
    let refused = server.inner.app.today(&ada.id).await.expect("answers").check(1, server.inner.app.now());
    assert!(matches!(refused, Err(crate::app::people::limits::Over::Tokens { tokens: 1, .. })), "{refused:?}");
}

#[tokio::test]
async fn pages_of_configured_origins_may_ask_and_no_others() {
    let server = accounts(|config| config.serve.origins = vec!["https://allowed.example".into()]).await;
    let preflight = async |origin: &str| {
        let asker = server.client().with_header("origin", origin).with_header("access-control-request-method", "POST");
        let answer = asker.send("OPTIONS", "/v1/sessions", None).await;
        answer.headers().get("access-control-allow-origin").map(|value| value.to_str().expect("text").to_owned())
    };
    assert_eq!(preflight("https://allowed.example").await.as_deref(), Some("https://allowed.example"));
    assert_eq!(preflight("https://evil.example").await, None);
    let answer =
        server.client().with_header("origin", "https://allowed.example").send("GET", "/v1/sign-in", None).await;
    assert_eq!(answer.headers().get("access-control-allow-credentials"), None, "our cookies stay at home");
}

/// Gathers what is logged.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_holds_what_opens_a_door() {
    // What PostgreSQL's driver logs, it logs in this very thread.
    let place = Place::postgres().await;
    let logged = Logged::default();
    let writer = logged.clone();
    let lines = tracing_subscriber::fmt()
        .with_env_filter("viva=trace,sqlx=trace,axum=trace,tower_http=trace")
        .with_writer(move || writer.clone())
        .finish();
    // While there is but one, tracing asks the thread that comes first by a place in the code whether to log there, and other tests' threads
    // would not: a second one makes it ask all.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _logging = tracing::subscriber::set_default(lines);
    let server = accounts(|config| config.store = place.config.clone()).await;
    let coach = server.person("coach", Role::Coach).await;
    let made = coach.rest("POST", "/v1/assignments", Some(json!({"question": "parcel-lockers"}))).await.1;
    let token = coach.rest("POST", "/v1/me/tokens", Some(json!({"name": "t"}))).await.1;
    let bearer = format!("Bearer {}", token["token"].as_str().expect("a token"));
    let wrong = server.client().with_header("authorization", "Bearer viva_wrong-key-of-somebody");
    assert_eq!(wrong.rest("GET", "/v1/me", None).await.0, 401);
    let program = server.client().with_header("authorization", &bearer);
    let secret = program.rest("POST", "/v1/realtime/client_secrets", Some(json!({}))).await.1;
    let joining = json!({"link": made["link"]["link"], "recording": true});
    let guest = server.client().sign_in("/v1/links/join", joining).await.expect("joined");
    server.rest("POST", "/v1/sign-in", Some(json!({"email": "coach@example.org", "password": "not this one"}))).await;
    coach.rest("POST", "/v1/sign-out", None).await;
    let text = String::from_utf8(logged.0.lock().expect("not poisoned").clone()).expect("text");
    assert!(text.contains("viva::app") && text.contains("sqlx_postgres"), "something was logged:\n{text}");
    let cookie = |asker: &str| asker.split_once('=').expect("a pair").1.to_owned();
    let texts = [&made["link"]["link"], &token["token"], &secret["value"]].map(|value| value.as_str().expect("text"));
    let mut secrets: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    secrets.extend([cookie(&coach.cookie), cookie(&guest.cookie), coach.headers[1].1.clone(), PASSWORD.to_owned()]);
    secrets.extend(["not this one".to_owned(), "wrong-key-of-somebody".to_owned(), "coach@example.org".to_owned()]);
    for secret in secrets {
        assert!(secret.len() > 8 && !text.contains(&secret), "a log holds {secret}");
    }
}
