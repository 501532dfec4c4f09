//! Planning interviews over REST: how a question is chosen, twice-sent requests, and what is read again.

use super::support::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn with(more: Value) -> Value {
    let mut body = json!({"consent": {"recording": false}});
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    body
}

async fn made(server: &Server, more: Value) -> Value {
    let (status, made) = server.rest("POST", "/v1/sessions", Some(with(more))).await;
    assert_eq!(status, 201, "{made}");
    made
}

#[tokio::test]
async fn a_question_is_chosen_by_what_it_is_like_and_not_one_that_was_had() {
    let server = Server::start(|_| {}).await;
    let (_, list) = server.rest("GET", "/v1/questions?kind=system-design", None).await;
    let designs: BTreeSet<String> = list["questions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| row["id"].as_str().expect("id").into())
        .collect();
    let mut had = BTreeSet::new();
    for _ in 0..designs.len() {
        let made = made(&server, json!({"kind": "system-design"})).await;
        assert_eq!(made["chosen"]["by"], "fitting");
        had.insert(made["question"]["id"].as_str().expect("an id").to_owned());
    }
    assert_eq!(had, designs, "each once");
    let again = made(&server, json!({"kind": "system-design"})).await;
    assert!(designs.contains(again["question"]["id"].as_str().expect("an id")), "then one again");
    let narrow = json!({"kind": "coding", "topic": "Dynamic-Programming", "difficulty": 3});
    let (status, one) = server.rest("POST", "/v1/sessions", Some(with(narrow))).await;
    assert!(status == 201 || one["code"] == "no_question_fits", "{one}");
}

#[tokio::test]
async fn a_surprise_is_never_one_that_was_had() {
    let server = Server::start(|_| {}).await;
    let questions = server.app.bank().entries().len();
    let mut had = BTreeSet::new();
    for _ in 0..questions {
        let made = made(&server, json!({"surprise": true})).await;
        assert!(had.insert(made["question"]["id"].as_str().expect("an id").to_owned()), "{made}");
    }
    let (status, problem) = server.rest("POST", "/v1/sessions", Some(with(json!({"surprise": true})))).await;
    assert_eq!((status, &problem["code"]), (422, &json!("no_question_left")));
}

#[tokio::test]
async fn a_job_gives_its_topics_and_its_words_are_kept_nowhere() {
    let server = Server::start(|_| {}).await;
    let job = "Zanzibar Widgets wants somebody who knows Redis and builds caches.";
    let made = made(&server, json!({"job": job})).await;
    assert_eq!((&made["chosen"]["by"], &made["chosen"]["topics"]), (&json!("job"), &json!(["caching"])));
    let id = made["id"].as_str().expect("an id");
    server.app.shutdown().await;
    let row = server.app.store().session(id).await.expect("answers").expect("its row");
    assert!(!format!("{row:?}").contains("Zanzibar"), "{row:?}");
}

#[tokio::test]
async fn an_interview_is_held_as_was_wished() {
    let server = Server::start(|_| {}).await;
    let wish = json!({"language": "de-CH", "persona": "probing", "form": "text", "minutes": 12, "patience": "brisk"});
    let made = made(&server, wish).await;
    for (field, value) in [
        ("language", json!("de-CH")),
        ("persona", json!("probing")),
        ("words", json!("client")),
        ("voice", json!("silent")),
        ("minutes", json!(12)),
        ("patience", json!("brisk")),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    let (_, personas) = server.rest("GET", "/v1/personas", None).await;
    assert!(personas["personas"].as_array().expect("a list").iter().any(|persona| persona["id"] == "probing"));
}

#[tokio::test]
async fn wishes_that_cannot_be_are_refused_by_name() {
    let server = Server::start(|_| {}).await;
    for (more, status, code) in [
        (json!({"question": "parcel-lockers", "surprise": true}), 422, "choose_one_way"),
        (json!({"topic": "heaps", "job": "heaps"}), 422, "choose_one_way"),
        (json!({"topic": "no such topic"}), 422, "no_question_fits"),
        (json!({"difficulty": 9}), 422, "no_question_fits"),
        (json!({"kind": "quiz"}), 400, "invalid_body"),
        (json!({"job": "x".repeat(20_001)}), 422, "job_too_long"),
        (json!({"language": "'; DROP TABLE sessions; --"}), 422, "language_not_available"),
        (json!({"persona": "nobody"}), 422, "persona_not_found"),
        (json!({"surprise": "yes"}), 400, "invalid_body"),
    ] {
        let (answered, problem) = server.rest("POST", "/v1/sessions", Some(with(more))).await;
        assert_eq!((answered, problem["code"].as_str()), (status, Some(code)), "{problem}");
    }
}

#[tokio::test]
async fn a_request_that_comes_twice_makes_one_interview() {
    let server = Server::start(|_| {}).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let post = async |key: &str, body: Value| {
        let request = client.post(format!("http://{}/v1/sessions", server.address));
        let request = request.header("content-type", "application/json").header("idempotency-key", key);
        request.body(body.to_string()).send().await.expect("an answer")
    };
    let first = post("key-1", with(json!({"minutes": 9}))).await;
    assert_eq!((first.status().as_u16(), first.headers().get("idempotency-replayed")), (201, None));
    let location = first.headers()["location"].clone();
    let first = first.text().await.expect("text");
    let again = post("key-1", with(json!({"minutes": 9}))).await;
    assert_eq!(
        (again.status().as_u16(), &again.headers()["idempotency-replayed"]),
        (201, &"true".parse().expect("it"))
    );
    assert_eq!(again.headers()["location"], location);
    assert_eq!(again.text().await.expect("text"), first);
    let (_, list) = server.rest("GET", "/v1/sessions", None).await;
    assert_eq!(list["sessions"].as_array().map(Vec::len), Some(1));
    let other = post("key-1", with(json!({"minutes": 10}))).await;
    assert_eq!(other.status(), 422);
    assert_eq!(other.json::<Value>().await.expect("JSON")["code"], "idempotency_key_reused");
    // What is refused is not remembered.
    assert_eq!(post("key-2", with(json!({"minutes": 0}))).await.status(), 422);
    assert_eq!(post("key-2", with(json!({"minutes": 8}))).await.status(), 201);
    for bad in ["", "with space", &"k".repeat(256)] {
        let answer = post(bad, with(json!({}))).await;
        assert_eq!((answer.status().as_u16(), bad.len()), (400, bad.len()));
    }
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again_and_text_is_compressed() {
    let server = Server::start(|_| {}).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let address = format!("http://{}/v1/questions", server.address);
    let first = client.get(&address).send().await.expect("an answer");
    let tag = first.headers()["etag"].clone();
    assert!(tag.to_str().expect("text").starts_with("W/\""));
    let known = client.get(&address).header("if-none-match", &tag).send().await.expect("an answer");
    assert_eq!((known.status().as_u16(), &known.headers()["etag"]), (304, &tag));
    assert!(known.bytes().await.expect("bytes").is_empty());
    let stale = client.get(&address).header("if-none-match", "W/\"0\"").send().await.expect("an answer");
    assert_eq!(stale.status(), 200);
    let packed = client.get(&address).header("accept-encoding", "gzip").send().await.expect("an answer");
    assert_eq!(
        (&packed.headers()["content-encoding"], &packed.headers()["etag"]),
        (&"gzip".parse().expect("it"), &tag)
    );
}

#[tokio::test]
async fn the_bank_is_read_in_pages_and_of_hidden_tests_only_their_number() {
    let server = Server::start(|_| {}).await;
    let (mut seen, mut path) = (Vec::new(), "/v1/questions?limit=7&kind=coding".to_owned());
    loop {
        let (status, page) = server.rest("GET", &path, None).await;
        assert_eq!(status, 200, "{page}");
        let rows = page["questions"].as_array().expect("a list");
        assert!(rows.len() <= 7 && rows.iter().all(|row| row["kind"] == "coding"));
        seen.extend(rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/questions?limit=7&kind=coding&cursor={next}");
    }
    assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (36, 36));
    for query in ["limit=0", "difficulty=6", "kind=quiz", "cursor=x", "colour=red"] {
        let (status, problem) = server.rest("GET", &format!("/v1/questions?{query}"), None).await;
        assert_eq!((status, &problem["code"]), (400, &json!("invalid_query")), "{query}");
    }
    let (_, found) = server.rest("GET", "/v1/questions?words=LOCKERS", None).await;
    assert_eq!(found["questions"][0]["id"], "parcel-lockers");
    let (status, one) = server.rest("GET", "/v1/questions/parcel-lockers", None).await;
    assert_eq!(status, 200);
    let entry = server.app.bank().find("parcel-lockers").expect("it is there");
    let hidden: Vec<_> = entry.tests_of(crate::questions::format::Group::Hidden).expect("they are good");
    assert_eq!(one["code"]["hidden_tests"], json!(hidden.len()));
    let text = one.to_string();
    for (test, _) in hidden {
        assert!(!text.contains(&format!("\"{}\"", test.id)), "{}", test.id);
    }
    for hint in &entry.file.hints {
        assert!(!text.contains(&hint.text));
    }
    let (status, problem) = server.rest("GET", "/v1/questions/..%2f..%2fetc", None).await;
    assert_eq!((status, &problem["code"]), (404, &json!("no_such_question")));
}
