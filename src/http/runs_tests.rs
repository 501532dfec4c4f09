//! Runs of the candidate's code over the socket, by a scripted runner: what is told, what is refused, what ends. Real boxes are
//! tried in `runner-tests/interview.rs`.

use super::support::*;
use crate::providers::runner::RunnerProvider;
use serde_json::{Value, json};

async fn joined(server: &Server, question: &str) -> (Client, Value) {
    let id = server.session(json!({"question": question, "consent": {"recording": false}, "voice": "silent"})).await;
    let mut client = server.connect(&format!("session={id}")).await;
    let about = client.until("x.session").await;
    (client, about)
}

async fn refused(client: &mut Client, event: Value) -> Value {
    client.send(event).await;
    client.until("error").await["error"].clone()
}

#[tokio::test]
async fn a_run_tells_each_visible_test_and_counts_the_hidden_ones() {
    let scene = "[[scenes]]\nwhen = 'pass'\nverdict = 'WA'\nline = 3\n";
    let server = Server::start(|config| config.runner.fake = toml::from_str(scene).expect("a script")).await;
    let (mut client, about) = joined(&server, "voucher-pair").await;
    let shown = about["workspace"]["tests"].as_array().expect("tests").clone();
    assert_eq!(about["workspace"]["entry"], "best_spend(prices: list<int>, voucher: int) -> optional<int>");
    client.send(json!({"type": "x.run", "scope": "all"})).await;
    let started = client.until("x.run.started").await;
    assert_eq!((&started["run"], &started["language"]), (&json!("run_1"), &json!("python3")));
    let finished = client.until("x.run.finished").await;
    let tests = finished["report"]["tests"].as_array().expect("tests");
    assert_eq!(tests.len(), shown.len());
    for (test, shown) in tests.iter().zip(&shown) {
        assert_eq!((&test["input"], &test["expected"]), (&shown["input"], &shown["expected"]));
        assert_eq!((&test["verdict"], &test["value"]), (&json!("wrong_answer"), &json!("\"wrong\"")));
    }
    let hidden = &finished["report"]["hidden"];
    assert_eq!((&hidden["passed"], &hidden["total"]), (&json!(0), &about["workspace"]["hidden"]));
    client.send(json!({"type": "x.editor.replace", "language": "go", "text": "func best() {}"})).await;
    client.send(json!({"type": "x.editor.language", "language": "go"})).await;
    client.send(json!({"type": "x.run", "scope": "custom", "input": "[[1],2]"})).await;
    let own = client.until("x.run.finished").await;
    assert_eq!((&own["run"], &own["language"], &own["report"]["total"]), (&json!("run_2"), &json!("go"), &json!(1)));
    assert_eq!(own["report"]["tests"][0]["id"], "custom");
}

#[tokio::test]
async fn what_cannot_be_run_is_refused_by_name() {
    let server = Server::start(|config| config.runner.fake.run_ms = 600_000).await;
    let (mut client, _) = joined(&server, "voucher-pair").await;
    for (event, code) in [
        (json!({"type": "x.run", "scope": "hidden"}), "invalid_value"),
        (json!({"type": "x.run", "scope": "custom"}), "missing_required_parameter"),
        (json!({"type": "x.run", "input": "[1]"}), "invalid_value"),
        (json!({"type": "x.run", "scope": "custom", "input": "x".repeat(65_537)}), "string_above_max_length"),
    ] {
        assert_eq!(refused(&mut client, event.clone()).await["code"], code, "{event}");
    }
    client.send(json!({"type": "x.editor.replace", "language": "python3", "text": "\n"})).await;
    assert_eq!(refused(&mut client, json!({"type": "x.run"})).await["code"], "nothing_to_run");
    client.send(json!({"type": "x.editor.replace", "language": "python3", "text": "x = 1"})).await;
    client.send(json!({"type": "x.run"})).await;
    client.until("x.run.started").await;
    let again = refused(&mut client, json!({"type": "x.run", "event_id": "again"})).await;
    assert_eq!((&again["code"], &again["event_id"]), (&json!("run_in_progress"), &json!("again")));
    // The interview does not wait for the run.
    client.send(json!({"type": "x.end"})).await;
    let (events, closed) = client.read_on_to_close().await;
    assert_eq!((kind(events.last().expect("an event")), closed.code), ("x.end", 1000));
    assert!(events.iter().all(|event| kind(event) != "x.run.finished"));
}

#[tokio::test]
async fn runs_in_a_hurry_are_refused() {
    let server = Server::start(|_| {}).await;
    let (mut client, _) = joined(&server, "voucher-pair").await;
    for _ in 0..crate::interview::runs::RATE_RUNS {
        client.send(json!({"type": "x.run"})).await;
        client.until("x.run.finished").await;
    }
    assert_eq!(refused(&mut client, json!({"type": "x.run"})).await["code"], "run_throttled");
}

#[tokio::test]
async fn a_failing_runner_is_told_in_our_words_alone() {
    let scene = "[[scenes]]\nverdict = 'XX'\n";
    let server = Server::start(|config| config.runner.fake = toml::from_str(scene).expect("a script")).await;
    let (mut client, _) = joined(&server, "voucher-pair").await;
    client.send(json!({"type": "x.run"})).await;
    let finished = client.until("x.run.finished").await;
    let error = &finished["error"];
    assert_eq!((&error["kind"], finished.get("report")), (&json!("failed"), None));
    assert!(!error["message"].as_str().expect("text").contains("script"), "{error}");
}

#[tokio::test]
async fn where_no_code_is_run_the_reason_is_told() {
    let server = Server::start(|config| config.runner.provider = RunnerProvider::Disabled).await;
    let (mut client, about) = joined(&server, "voucher-pair").await;
    let runs = &about["workspace"]["runs"];
    assert_eq!(
        runs,
        &json!({"available": false, "languages": [], "why": "running code is switched off on this server"})
    );
    assert_eq!(refused(&mut client, json!({"type": "x.run"})).await["code"], "runs_unavailable");
    let story = server.app.bank().entries().iter().find(|entry| entry.io().is_none()).expect("a story");
    let (mut client, about) = joined(&server, &story.file.id).await;
    assert_eq!(about.get("workspace"), None);
    assert_eq!(refused(&mut client, json!({"type": "x.run"})).await["code"], "not_available");
}
