//! An interview over the real socket in which the candidate's code is run in a real box; and that nothing of a hidden test
//! gets out, neither to the client nor into the recording.

use crate::setup::wait;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use viva::app::App;
use viva::config::Config;
use viva::providers::runner::Tier;
use viva::providers::vad::VadKind;
use viva::questions::Bank;
use viva::questions::format::Group;

/// No step takes longer; it only bounds how long a failing test takes.
const PATIENCE: Duration = Duration::from_secs(60);
const QUESTION: &str = "voucher-pair";

/// Prints all it is given, breaks on one test, is right on another, and wrong on the rest.
const WRONG: &str = "def best_spend(prices, voucher):
    print(prices, voucher)
    if voucher == 100 or voucher == 1999:
        raise ValueError(prices)
    return 11
";

struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// All that was ever received, as it came.
    received: String,
}

impl Client {
    async fn send(&mut self, event: Value) {
        self.socket.send(Message::text(event.to_string())).await.expect("sent");
    }

    /// The next event of this type.
    async fn until(&mut self, wanted: &str) -> Value {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            let message = message.unwrap_or_else(|_| panic!("no {wanted} came")).expect("open").expect("a frame");
            let Message::Text(text) = message else { continue };
            self.received.push_str(&text);
            self.received.push('\n');
            let event: Value = serde_json::from_str(&text).expect("JSON");
            if event["type"] == wanted {
                return event;
            }
            assert_ne!(event["type"], "error", "{event}");
        }
    }

    async fn write(&mut self, language: &str, text: &str) {
        self.send(json!({"type": "x.editor.replace", "language": language, "text": text})).await;
        self.until("x.editor").await;
    }

    async fn run(&mut self, scope: &str, input: Option<&str>) -> Value {
        let mut event = json!({"type": "x.run", "scope": scope});
        if let Some(input) = input {
            event["input"] = json!(input);
        }
        self.send(event).await;
        let started = self.until("x.run.started").await;
        let finished = self.until("x.run.finished").await;
        assert_eq!((&started["run"], &started["scope"]), (&finished["run"], &finished["scope"]));
        finished
    }
}

/// A server with a runner of its own, and a session with consent.
async fn begin(data: &Path) -> Option<(App, Client, String)> {
    viva::providers::install_tls();
    let mut config = Config::default();
    config.serve.data = data.to_owned();
    config.vad.provider = Some(VadKind::Earshot);
    config.limits.vad_threads = Some(1);
    config.runner = crate::setup::config("interview");
    config.runner.minimum_tier = Tier::Landlock;
    let app = App::start(config).await.expect("the application starts");
    if let Some(reason) = app.runner().disabled {
        eprintln!("SKIPPED: an interview with runs: {reason}");
        return None;
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let routes = viva::http::router(app.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await.expect("serves") });
    let body = json!({"question": QUESTION, "consent": {"recording": true}, "words": "client", "voice": "silent"});
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client.post(format!("http://{address}/v1/sessions")).header("content-type", "application/json");
    let answer = request.body(body.to_string()).send().await.expect("an answer").text().await.expect("a body");
    let session: Value = serde_json::from_str(&answer).expect("JSON");
    let id = session["id"].as_str().unwrap_or_else(|| panic!("{session}")).to_owned();
    let (socket, _) =
        tokio_tungstenite::connect_async(format!("ws://{address}/v1/realtime?session={id}")).await.expect("a socket");
    Some((app, Client { socket, received: answer }, id))
}

/// What would betray a hidden test: its id, its input and its answer as we write them and as Python prints them. Only texts that
/// cannot be there by chance.
fn secrets() -> Vec<String> {
    let bank = Bank::embedded().expect("the bank");
    let entry = bank.find(QUESTION).expect("the question");
    let visible: String =
        entry.tests_of(Group::Visible).expect("tests").iter().map(|(_, made)| made.input.to_string()).collect();
    let mut secrets = Vec::new();
    for (test, made) in entry.tests_of(Group::Hidden).expect("tests") {
        let prices = made.input[0].to_string();
        secrets.push(test.id.clone());
        secrets.push(prices.chars().take(40).collect());
        secrets.push(prices.replace(',', ", ").chars().take(40).collect());
        secrets.push(made.expected.to_string());
        secrets.push(made.input[1].to_string());
    }
    secrets.retain(|secret| secret.len() >= 6 && !visible.contains(secret));
    assert!(secrets.len() > 20, "{secrets:?}");
    secrets
}

/// Whether the text stands in there, as it is or within a text of JSON.
fn holds(text: &str, secret: &str) -> bool {
    let within = serde_json::to_string(secret).expect("JSON");
    text.contains(secret) || text.contains(within.trim_matches('"'))
}

fn test<'a>(finished: &'a Value, id: &str) -> &'a Value {
    let tests = finished["report"]["tests"].as_array().unwrap_or_else(|| panic!("{finished}"));
    tests.iter().find(|test| test["id"] == id).unwrap_or_else(|| panic!("{finished}"))
}

#[test]
fn a_candidate_fails_corrects_and_passes_and_nothing_hidden_gets_out() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().to_owned();
    wait(async move {
        let Some((app, mut client, id)) = begin(&folder).await else { return };
        let about = client.until("x.session").await;
        let workspace = &about["workspace"];
        assert_eq!((&workspace["runs"]["available"], &workspace["language"]), (&json!(true), &json!("python3")));
        let hidden = workspace["hidden"].as_u64().expect("a number");
        assert!(workspace["tests"].as_array().expect("tests").len() == 4 && hidden > 5, "{workspace}");

        client.write("python3", WRONG).await;
        let failed = client.run("visible", None).await;
        let report = &failed["report"];
        let counts = (&report["verdict"], &report["passed"], &report["total"]);
        assert_eq!(counts, (&json!("wrong_answer"), &json!(1), &json!(4)), "{failed}");
        let wrong = test(&failed, "nothing-fits");
        let told = (&wrong["verdict"], &wrong["input"], &wrong["expected"], &wrong["value"]);
        assert_eq!(told, (&json!("wrong_answer"), &json!("[[8,3,5,11],7]"), &json!("null"), &json!("11")));
        assert_eq!(wrong["stdout"], "[8, 3, 5, 11] 7\n");
        let broken = &test(&failed, "two-things")["error"];
        assert_eq!(
            (&broken["kind"], &broken["message"], &broken["line"]),
            (&json!("ValueError"), &json!("[1, 2]"), &json!(4))
        );
        assert_eq!(report.get("hidden"), None, "no hidden test was run");

        let all = client.run("all", None).await;
        assert_eq!(all["report"]["hidden"]["total"], hidden);
        assert!(all["report"]["hidden"]["passed"].as_u64().expect("a number") < hidden, "{all}");
        assert_eq!(all["report"]["tests"].as_array().expect("tests").len(), 4);

        let bank = Bank::embedded().expect("the bank");
        let solutions = &bank.find(QUESTION).expect("the question").solutions;
        let right = solutions.iter().find(|solution| solution.path.ends_with("accepted/two_pointers.py")).expect("one");
        client.write("python3", &right.code).await;
        let passed = client.run("all", None).await;
        assert_eq!(passed["report"]["verdict"], "accepted", "{passed}");
        assert_eq!(passed["report"]["hidden"], json!({"passed": hidden, "total": hidden}));

        let own = client.run("custom", Some("[[2, 3, 40], 6]")).await;
        let ran = test(&own, "custom");
        let told = (&ran["input"], &ran["value"], ran.get("expected"));
        assert_eq!(told, (&json!("[[2, 3, 40], 6]"), &json!("5"), None), "{own}");
        let refused = client.run("custom", Some("[[2, \"x\"], 6]")).await;
        assert_eq!((&refused["error"]["kind"], refused.get("report")), (&json!("refused"), None));
        assert!(refused["error"]["message"].as_str().expect("text").contains("argument 1"), "{refused}");

        client.send(json!({"type": "x.end"})).await;
        client.until("x.end").await;
        app.session(&id).expect("it is known").over().await;
        kept_secret(&app, &id, &client.received);
        app.shutdown().await;
    });
}

fn kept_secret(app: &App, id: &str, received: &str) {
    let folder = app.recording_folder(id).expect("a folder");
    let replayed = viva::replay::replay_folder(&folder, None);
    assert!(replayed.ok && replayed.complete, "{replayed:?}");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    let steps = read("steps.jsonl");
    // What is shown is there, in every place: looking for texts finds them.
    for shown in ["[[8,3,5,11],7]", "[8, 3, 5, 11] 7"] {
        assert!(holds(received, shown), "{shown}");
    }
    assert!(holds(&steps, "[8, 3, 5, 11] 7") && holds(&read("header.json"), "[[8,3,5,11],7]"));
    for secret in secrets() {
        for (place, text) in [("the client", received), ("steps.jsonl", &steps), ("header.json", &read("header.json"))]
        {
            assert!(!holds(text, &secret), "{secret} is in what {place} holds");
        }
    }
}
