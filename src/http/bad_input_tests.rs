//! What a fuzzer does not reach: bodies without end, tricks with paths, SQL in every string, things of others, a database that is gone.

use super::people_support::accounts;
use super::support::*;
use crate::app::access::Role;
use crate::store::support::{Place, both};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SQL: [&str; 5] =
    ["' OR '1'='1", "'; DROP TABLE sessions; --", "\" OR 1=1 --", "1); DELETE FROM people; --", "%27%20UNION"];

/// Sends bytes as they are and reads what comes back, up to a second after the server fell silent.
async fn raw(server: &Server, request: &[u8]) -> String {
    let mut socket = TcpStream::connect(&server.address).await.expect("connects");
    // A server that refuses early may close while more is sent.
    socket.write_all(request).await.ok();
    let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
    while let Ok(Ok(read @ 1..)) = tokio::time::timeout(Duration::from_secs(1), socket.read(&mut piece)).await {
        answer.extend_from_slice(&piece[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn bodies_without_end_are_cut_off() {
    let server = Server::start(|_| {}).await;
    let huge = json!({"consent": {"recording": false}, "question": "x".repeat(super::BODY_BYTES_MAX)}).to_string();
    let head = "POST /v1/sessions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    // With an honest length, and in chunks that never say how much is to come.
    let honest = format!("{head}content-length: {}\r\n\r\n{huge}", huge.len());
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n{:x}\r\n{huge}\r\n", huge.len());
    for request in [honest, chunked] {
        let answer = raw(&server, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("\"code\":\"body_too_large\""), "{answer}");
    }
    let deep = "[".repeat(60_000);
    let answer = raw(&server, format!("{head}content-length: {}\r\n\r\n{deep}", deep.len()).as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("\"code\":\"invalid_body\""), "{answer}");
    assert_eq!(server.rest("GET", "/healthz", None).await.0, 200);
}

#[tokio::test]
async fn other_content_types_are_refused_before_they_are_read() {
    let server = Server::start(|_| {}).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    for (path, kind) in [
        ("/v1/sessions", "text/plain"),
        ("/v1/sessions", "application/x-www-form-urlencoded"),
        ("/v1/sessions", "multipart/form-data; boundary=x"),
        ("/v1/imports", "application/zip"),
    ] {
        let request = client.post(format!("http://{}{path}", server.address)).header("content-type", kind);
        let answer = request.body("{\"consent\":{\"recording\":false}}").send().await.expect("an answer");
        assert_eq!(answer.status(), 415, "{path} {kind}");
        assert_eq!(answer.json::<Value>().await.expect("a problem")["code"], "not_json");
    }
}

#[tokio::test]
async fn paths_lead_nowhere_else() {
    let server = Server::start(|_| {}).await;
    let id = "sess_00000000000000000000000000000001";
    std::fs::write(server.data.path().join("secret"), "top secret").expect("written");
    for path in [
        format!("/v1/sessions/{id}/recording/..%2f..%2f..%2fsecret"),
        format!("/v1/sessions/{id}/recording/%2e%2e/%2e%2e/secret"),
        format!("/v1/sessions/{id}/recording/../../../secret"),
        "/v1/sessions/..%2f..%2fsecret/recording/header.json".to_owned(),
        "/v1/sessions/%00/recording/header.json".to_owned(),
        "/../secret".to_owned(),
        "/assets/..%2f..%2fsecret".to_owned(),
        "//secret".to_owned(),
        "/v1/questions/..%5c..%5csecret".to_owned(),
    ] {
        let answer =
            raw(&server, format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").as_bytes())
                .await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
        assert!(!answer.contains("top secret"), "{path}: {answer}");
    }
    let answer =
        raw(&server, b"GET /v1/sessions/%ff%fe HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    assert!(answer.contains("\"code\":\"invalid_path\""), "{answer}");
}

#[tokio::test]
async fn sql_is_text_wherever_it_stands() {
    let server = Server::start(|_| {}).await;
    let id = server.session(json!({"consent": {"recording": true}})).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    for sql in SQL {
        for (field, status) in
            [("question", 422), ("topic", 422), ("persona", 422), ("language", 422), ("job", 201), ("kind", 400)]
        {
            let mut body = json!({"consent": {"recording": false}});
            body[field] = json!(sql);
            let (answered, problem) = server.rest("POST", "/v1/sessions", Some(body)).await;
            assert_eq!(answered, status, "{field} {problem}");
        }
        for parameter in ["question", "state", "cursor", "from_ms", "limit"] {
            let request = client.get(format!("http://{}/v1/sessions", server.address)).query(&[(parameter, sql)]);
            let answer = request.send().await.expect("an answer");
            let status = answer.status().as_u16();
            let text = answer.text().await.expect("text");
            assert!(
                status == 400 || (parameter == "question" && text.contains("\"sessions\":[]")),
                "{parameter} {text}"
            );
        }
        for path in ["", "/transcript", "/metrics", "/scorecard", "/notes", "/review", "/code", "/bundle", "/recording"]
        {
            let mut url = reqwest::Url::parse(&format!("http://{}/v1/sessions", server.address)).expect("an address");
            url.path_segments_mut().expect("a path").push(sql);
            let answer = client.get(format!("{url}{path}")).send().await.expect("an answer");
            assert_eq!(answer.status(), 404, "{path}");
        }
        let request =
            client.post(format!("http://{}/v1/sessions", server.address)).header("content-type", "application/json");
        let key: String = sql.chars().filter(|letter| *letter != ' ').collect();
        let request = request.header("idempotency-key", key).body("{\"consent\":{\"recording\":false}}");
        assert_eq!(request.send().await.expect("an answer").status(), 201);
    }
    assert_eq!(server.rest("GET", &format!("/v1/sessions/{id}"), None).await.0, 200, "all is still there");
}

/// Each route by its own description: in its path, in each of its parameters and in its body.
#[tokio::test]
async fn a_nul_is_refused_wherever_it_stands() {
    both(async |place| {
        let store = place.config.clone();
        let server = accounts(|config| config.store = store).await;
        let admin = server.person("ada", Role::Admin).await;
        let session = admin.session().await;
        let (mut paths, mut parameters, mut bodies) = (0, 0, 0);
        let document = &super::describe::described().document;
        for (path, operations) in document["paths"].as_object().expect("paths") {
            for (method, operation) in operations.as_object().expect("operations") {
                let method = method.to_uppercase();
                let filled = |with: &str| {
                    let parts = path.split('/').map(|part| if part.starts_with('{') { with } else { part });
                    parts.collect::<Vec<_>>().join("/")
                };
                if path.contains('{') {
                    let (status, problem) = admin.rest(&method, &filled("a%00b"), None).await;
                    assert_eq!((status, &problem["code"]), (400, &json!("invalid_path")), "{method} {path}");
                    paths += 1;
                }
                let whole = filled(&session);
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    if parameter["in"] == "query" {
                        let name = parameter["name"].as_str().expect("a name");
                        let (status, problem) = admin.rest(&method, &format!("{whole}?{name}=a%00"), None).await;
                        // A session that cannot be read is somebody else's.
                        assert!(status == 400 || path == "/v1/realtime", "{method} {path} {name}: {problem}");
                        parameters += 1;
                    }
                }
                if operation.get("requestBody").is_some() {
                    let body = json!({"a": [{"b": "\u{0}"}]});
                    let (status, problem) = admin.rest(&method, &whole, Some(body)).await;
                    // Nobody scores as a coach what is their own; a bundle is read by its own reader.
                    assert!(status == 400 || path.ends_with("coach") || path == "/v1/imports", "{path}: {problem}");
                    bodies += usize::from(problem["detail"].as_str().is_some_and(|detail| detail.contains("NUL")));
                }
            }
        }
        assert!(paths > 30 && parameters > 15 && bodies > 15, "{paths} {parameters} {bodies}");
        let answer = raw(&server.inner, b"GET /v1/me HTTP/1.1\r\nhost: localhost\r\ncookie: a\0b\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn a_moment_lies_within_a_day() {
    let server = Server::start(|_| {}).await;
    let code = "/v1/sessions/sess_00000000000000000000000000000001/code";
    for (at_ms, status) in [("86400000", 404), ("86400001", 400), ("18446744073709551615", 400), ("-1", 400)] {
        let (answered, problem) = server.rest("GET", &format!("{code}?at_ms={at_ms}"), None).await;
        assert_eq!(answered, status, "{at_ms} {problem}");
        assert!(status == 404 || problem["code"] == "invalid_query", "{problem}");
    }
}

#[tokio::test]
async fn things_of_others_are_not_found_by_any_route() {
    let server = Server::start(|_| {}).await;
    let foreign = "sess_ffffffffffffffffffffffffffffffff";
    for path in [
        "",
        "/transcript",
        "/transcript.txt",
        "/transcript.vtt",
        "/metrics",
        "/scorecard",
        "/scorecard/judgements",
        "/notes",
        "/scores",
        "/review",
        "/code",
        "/code/timeline",
        "/runs",
        "/bundle",
        "/recording",
        "/recording/header.json",
        "/recording/candidate/peaks",
    ] {
        let (status, problem) = server.rest("GET", &format!("/v1/sessions/{foreign}{path}"), None).await;
        assert_eq!(status, 404, "{path} {problem}");
    }
    assert_eq!(server.rest("DELETE", &format!("/v1/sessions/{foreign}"), None).await.0, 404);
}

#[tokio::test]
async fn without_its_database_every_route_says_so_and_afterwards_all_is_there() {
    let place = Place::postgres().await;
    let url = place.config.url.clone();
    let server = Server::start(|config| {
        config.store.url = url;
        config.store.wait_ms = 300;
    })
    .await;
    let id = server.session(json!({"consent": {"recording": false}})).await;
    place.send_away().await;
    for (method, path) in [
        ("GET", "/v1/sessions"),
        ("GET", "/v1/sessions/sess_00000000000000000000000000000001"),
        ("GET", "/v1/sessions/sess_00000000000000000000000000000001/scorecard"),
        ("GET", "/v1/exports/metrics.csv"),
        ("GET", "/v1/me/export"),
    ] {
        let (status, problem) = server.rest(method, path, None).await;
        assert_eq!((status, problem["code"].as_str()), (503, Some("store_unavailable")), "{path} {problem}");
    }
    // What needs no database goes on; a session that waits is still told of.
    assert_eq!(server.rest("GET", "/v1/questions", None).await.0, 200);
    assert_eq!(server.rest("GET", &format!("/v1/sessions/{id}"), None).await.0, 200);
    let planned = server.session(json!({"consent": {"recording": false}})).await;
    let (status, problem) =
        server.rest("POST", "/v1/sessions", Some(json!({"consent": {"recording": false}, "surprise": true}))).await;
    assert_eq!((status, &problem["code"]), (503, &json!("store_unavailable")), "what was had cannot be known");
    place.bring_back().await;
    server.app.shutdown().await;
    for id in [id, planned] {
        let row = server.app.store().session(&id).await.expect("answers");
        assert!(row.is_some(), "{id} was written when the database was back");
    }
}
