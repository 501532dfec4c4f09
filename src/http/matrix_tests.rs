//! Every door against everybody who could stand before it: who passes, who must sign in, who may not, and for whom there is
//! nothing. On SQLite and on PostgreSQL.

use super::doors::{DOORS, Subject};
use super::people_support::*;
use crate::app::access::Role;
use crate::digest::sha256_hex;
use crate::store::UnixMs;
use crate::store::sign_ins::SignInRow;
use crate::store::support::both;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Who stands before a door, in the order of the table's columns.
const ASKERS: [&str; 11] = [
    "nobody",
    "expired cookie",
    "admin",
    "coach granted",
    "coach",
    "observer granted",
    "observer",
    "owner",
    "stranger",
    "owner's token",
    "owner's secret",
];

/// For each asker: `y` passes, `1` must sign in (401), `n` may not (403), `h` there is nothing (404). Then the doors.
const EXPECTED: &[(&str, &[&str])] = &[
    (
        "yyyyyyyyyyy",
        &[
            "GET /healthz",
            "GET /readyz",
            "GET /v1/openapi.json",
            "GET /v1/docs",
            "GET /v1/docs.css",
            "GET /v1/sign-in",
            "POST /v1/sign-in",
            "POST /v1/sign-in/link",
            "GET /v1/sign-in/oidc/{provider}",
            "GET /v1/sign-in/oidc/{provider}/callback",
            "POST /v1/sign-up",
            "POST /v1/links",
            "POST /v1/links/join",
            "POST /v1/sign-out",
        ],
    ),
    ("11yyyyyyyyy", &["GET /v1/questions", "GET /v1/questions/{id}", "GET /v1/personas", "GET /v1/providers"]),
    (
        "11yyyyyyyyn",
        &[
            "GET /v1/me",
            "GET /v1/sessions",
            "GET /v1/progress",
            "GET /v1/candidates",
            "GET /v1/exports/metrics.csv",
            "GET /v1/exports/scores.csv",
            "GET /v1/me/export",
            "GET /v1/me/exports",
            "POST /v1/me/exports",
            "GET /v1/me/exports/{export}",
            "DELETE /v1/me/exports/{export}",
            "GET /v1/me/exports/{export}/viva.tar",
            "GET /v1/assignments",
            "GET /v1/assignments/{assignment}",
        ],
    ),
    (
        "11yyyyyyynn",
        &["PATCH /v1/me", "DELETE /v1/me", "GET /v1/me/tokens", "POST /v1/me/tokens", "DELETE /v1/me/tokens/{token}"],
    ),
    ("11yyynnyyyy", &["POST /v1/sessions", "POST /v1/imports", "POST /v1/realtime/client_secrets"]),
    (
        "11yyhyhyhyn",
        &[
            "GET /v1/sessions/{id}",
            "GET /v1/sessions/{id}/transcript",
            "GET /v1/sessions/{id}/transcript.txt",
            "GET /v1/sessions/{id}/transcript.vtt",
            "GET /v1/sessions/{id}/metrics",
            "GET /v1/sessions/{id}/scorecard",
            "GET /v1/sessions/{id}/scorecard.pdf",
            "GET /v1/sessions/{id}/scorecard/judgements",
            "GET /v1/sessions/{id}/notes",
            "GET /v1/sessions/{id}/scores",
            "GET /v1/sessions/{id}/review",
            "GET /v1/sessions/{id}/code",
            "GET /v1/sessions/{id}/code/timeline",
            "GET /v1/sessions/{id}/runs",
            "GET /v1/sessions/{id}/bundle",
            "GET /v1/sessions/{id}/recording",
            "GET /v1/sessions/{id}/recording/{file}",
            "GET /v1/sessions/{id}/recording/{track}/peaks",
            "GET /v1/sessions/{id}/live",
            "GET /v1/sessions/{id}/live/editor",
        ],
    ),
    ("11nnhnhyhyy", &["GET /v1/realtime", "GET /v1/sessions/{id}/editor"]),
    ("11ynhnhyhyn", &["DELETE /v1/sessions/{id}"]),
    (
        "11yyhnhyhyn",
        &[
            "POST /v1/sessions/{id}/notes",
            "PATCH /v1/sessions/{id}/notes/{note}",
            "DELETE /v1/sessions/{id}/notes/{note}",
        ],
    ),
    (
        "11nnhnhyhyn",
        &[
            "PUT /v1/sessions/{id}/scores/self",
            "GET /v1/sessions/{id}/grants",
            "POST /v1/sessions/{id}/grants",
            "DELETE /v1/sessions/{id}/grants/{grant}",
        ],
    ),
    ("11yyhnhnhnn", &["PUT /v1/sessions/{id}/scores/coach"]),
    (
        "11yyynnnnnn",
        &[
            "GET /v1/agreement",
            "POST /v1/assignments",
            "DELETE /v1/assignments/{assignment}",
            "POST /v1/assignments/{assignment}/link",
        ],
    ),
    (
        "11ynnnnnnnn",
        &[
            "GET /metrics",
            "GET /v1/admin/people",
            "POST /v1/admin/people",
            "GET /v1/admin/people/{person}",
            "PATCH /v1/admin/people/{person}",
            "DELETE /v1/admin/people/{person}",
            "POST /v1/admin/people/{person}/password-link",
            "POST /v1/admin/invites",
            "GET /v1/admin/audit",
        ],
    ),
];

/// A name of each kind that stands in paths; there is nothing of it.
const NAMES: [(&str, &str); 9] = [
    ("{provider}", "none"),
    ("{export}", "exp_0"),
    ("{file}", "header.json"),
    ("{track}", "candidate"),
    ("{note}", "note_0"),
    ("{person}", "pers_0"),
    ("{token}", "tok_0"),
    ("{grant}", "grant_0"),
    ("{assignment}", "asgn_0"),
];

/// The askers of [`ASKERS`]; the owner lets a coach and an observer read all that is theirs.
async fn askers(server: &Accounts) -> Vec<Asker> {
    let owner = server.person("owner", Role::Candidate).await;
    let mut all = vec![server.client(), expired(server, &owner).await];
    for (name, role) in [
        ("admin", Role::Admin),
        ("coach", Role::Coach),
        ("coach2", Role::Coach),
        ("observer", Role::Observer),
        ("observer2", Role::Observer),
    ] {
        all.push(server.person(name, role).await);
    }
    let session = owner.session().await;
    for name in ["coach", "observer"] {
        let body = json!({"email": format!("{name}@example.org"), "all": true});
        let (status, grant) = owner.rest("POST", &format!("/v1/sessions/{session}/grants"), Some(body)).await;
        assert_eq!(status, 201, "{grant}");
    }
    let made = owner.rest("POST", "/v1/me/tokens", Some(json!({"name": "t"}))).await.1;
    let minted = owner.rest("POST", "/v1/realtime/client_secrets", Some(json!({}))).await.1;
    let bearer = |value: &Value| format!("Bearer {}", value.as_str().expect("a key"));
    let (token, secret) = (bearer(&made["token"]), bearer(&minted["value"]));
    all.push(owner);
    all.push(server.person("stranger", Role::Candidate).await);
    all.push(server.client().with_header("authorization", &token));
    all.push(server.client().with_header("authorization", &secret));
    all
}

async fn expired(server: &Accounts, owner: &Asker) -> Asker {
    let row = SignInRow {
        token_sha256: sha256_hex("old"),
        person: owner.id.clone(),
        csrf_sha256: String::new(),
        created: UnixMs(1),
        seen: server.inner.app.now(),
        expires: UnixMs(2),
    };
    let mut write = server.inner.app.store().write().await.expect("begins");
    write.add_sign_in(&row, 99).await.expect("added");
    write.commit().await.expect("committed");
    server.client().with_header("cookie", "viva_session=old")
}

/// What came of it, as the table has it.
fn outcome(status: u16, body: &Value) -> char {
    match (status, body["code"].as_str().unwrap_or_default()) {
        (401, "unauthorized") => '1',
        (403, "forbidden") => 'n',
        (404, "session_not_found") => 'h',
        (401 | 403, code) if !matches!(code, "no_account" | "sign_up_closed") => panic!("{status} {body}"),
        _ => 'y',
    }
}

#[tokio::test]
async fn everybody_passes_the_doors_that_they_may_and_no_other() {
    both(async |place| {
        let store = place.config.clone();
        let server = accounts(|config| config.store = store).await;
        let askers = askers(&server).await;
        let owner = askers[7].clone();
        let mut session = owner.session().await;
        for (outcomes, doors) in EXPECTED {
            for door in *doors {
                let (method, path) = door.split_once(' ').expect("a method and a path");
                for (at, expected) in outcomes.chars().enumerate() {
                    if *door == "DELETE /v1/sessions/{id}" {
                        session = owner.session().await;
                    }
                    if *door == "POST /v1/sign-out" && ASKERS[at] != "nobody" {
                        continue;
                    }
                    let mut path = path.replace("{id}", &session);
                    for (name, value) in NAMES {
                        path = path.replace(name, value);
                    }
                    if *door == "GET /v1/realtime" {
                        path = format!("{path}?session={session}");
                    }
                    let body = (method != "GET" && method != "DELETE").then(|| json!({}));
                    let (status, answer) = askers[at].rest(method, &path, body).await;
                    let came = outcome(status, &answer);
                    assert_eq!(came, expected, "{door} for {}: {status} {answer}", ASKERS[at]);
                }
                session = owner.session().await;
            }
        }
        server.inner.app.store().close().await;
    })
    .await;
}

#[test]
fn the_table_has_every_door() {
    let doors: BTreeSet<String> = DOORS.iter().map(|(method, path, ..)| format!("{method} {path}")).collect();
    let mut expected = BTreeSet::new();
    for door in EXPECTED.iter().flat_map(|(_, doors)| *doors) {
        assert!(expected.insert((*door).to_owned()), "{door} stands twice");
    }
    let missing: Vec<&String> = doors.symmetric_difference(&expected).collect();
    assert!(missing.is_empty(), "say in src/http/matrix_tests.rs who may use these: {missing:?}");
    assert!(EXPECTED.iter().all(|(outcomes, _)| outcomes.len() == ASKERS.len()));
    let asked: Vec<&str> = DOORS.iter().filter(|door| door.3 == Subject::SessionAsked).map(|door| door.1).collect();
    assert_eq!(asked, ["/v1/realtime"]);
}

#[tokio::test]
async fn without_a_session_the_voice_socket_is_for_those_who_may_practise() {
    let server = accounts(|_| {}).await;
    for (asker, expected) in askers(&server).await.iter().zip("11yyynnyyyy".chars()) {
        let (status, answer) = asker.rest("GET", "/v1/realtime", None).await;
        assert_eq!(outcome(status, &answer), expected, "{answer}");
    }
}

#[tokio::test]
async fn a_foreign_interview_cannot_be_told_from_one_that_is_not_there() {
    let server = accounts(|_| {}).await;
    let (owner, stranger) =
        (server.person("owner", Role::Candidate).await, server.person("stranger", Role::Coach).await);
    let foreign = owner.session().await;
    let nothing = "sess_00000000000000000000000000000000";
    for (method, end) in [("GET", ""), ("DELETE", ""), ("GET", "/recording"), ("GET", "/editor"), ("GET", "/grants")] {
        let ask = async |id: &str| {
            let (status, answer) = stranger.rest(method, &format!("/v1/sessions/{id}{end}"), None).await;
            (status, answer.to_string().replace(id, "ID"))
        };
        assert_eq!(ask(&foreign).await, ask(nothing).await, "{method} {end}");
    }
}

#[tokio::test]
async fn sockets_open_for_the_candidate_alone() {
    let server = accounts(|_| {}).await;
    let (owner, stranger) =
        (server.person("owner", Role::Candidate).await, server.person("stranger", Role::Admin).await);
    let session = owner.session().await;
    let open = async |asker: &Asker| {
        server.inner.try_connect(&format!("session={session}"), &[("cookie", &asker.cookie)]).await
    };
    assert!(open(&stranger).await.is_err());
    let mut client = open(&owner).await.expect("a socket");
    client.until("x.session").await;
    let evil = [("cookie", owner.cookie.as_str()), ("origin", "https://evil.example")];
    assert!(server.inner.try_connect(&format!("session={session}"), &evil).await.is_err(), "not from another page");
}
