//! Every read route with 100,000 sessions, on SQLite and on PostgreSQL: over HTTP, one request after the other.
//!
//! `cargo bench --bench store`; PostgreSQL is measured when `VIVA_BENCH_POSTGRES` names an empty database, as
//! `scripts/with-postgres.sh` does. `VIVA_BENCH_SESSIONS` makes it fewer sessions, for trying this out. Prints; asserts nothing about
//! time.

use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use viva::app::App;
use viva::config::Config;
use viva::digest::sha256_hex;
use viva::providers::install_tls;
use viva::providers::llm::LlmProvider;
use viva::providers::runner::RunnerProvider;
use viva::providers::stt::SttProvider;
use viva::providers::tts::TtsProvider;
use viva::providers::vad::VadKind;
use viva::scorecard::card::Scorecard;
use viva::scorecard::metrics;
use viva::scorecard::record::Record;
use viva::scorecard::score;
use viva::scorecard::timeline::{TIMELINE_VERSION, timeline};
use viva::store::documents::Document;
use viva::store::files::FileRow;
use viva::store::jobs::NewJob;
use viva::store::keeping::{FINISH, Taken};
use viva::store::metrics::MetricRow;
use viva::store::scorecards::{NewScorecard, Scorer};
use viva::store::sessions::{Kept, NewSession, SessionPhase};
use viva::store::{Store, UnixMs};

/// One session of so many has all that an interview leaves; the others have their rows alone.
const WHOLE_EVERY: u32 = 20;
const METRICS: u32 = 90;
const SEGMENTS: u32 = 120;
const TRACK_BYTES: usize = 400_000;
const REQUESTS: usize = 300;
const QUESTIONS: u32 = 54;

/// How many there are; a multiple of 1,000.
fn sessions() -> u32 {
    static COUNT: OnceLock<u32> = OnceLock::new();
    let asked = || std::env::var("VIVA_BENCH_SESSIONS").ok()?.parse::<u32>().ok();
    *COUNT.get_or_init(|| asked().map_or(100_000, |count| count.next_multiple_of(1_000).max(1_000)))
}

fn main() {
    install_tls();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        measure("SQLite", None).await;
        match std::env::var("VIVA_BENCH_POSTGRES") {
            Ok(url) => measure("PostgreSQL", Some(url)).await,
            Err(_) => {
                println!("PostgreSQL: not measured (VIVA_BENCH_POSTGRES is not set; see scripts/with-postgres.sh)")
            }
        }
    });
}

async fn measure(name: &str, url: Option<String>) {
    let data = tempfile::tempdir().expect("a folder");
    let app = App::start(config(data.path(), url)).await.expect("starts");
    let begun = Instant::now();
    seed(app.store(), app.recordings()).await;
    println!("\n{name}: {} sessions seeded in {:.0} s", sessions(), begun.elapsed().as_secs_f64());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let routes = viva::http::router(app.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await.expect("serves") });
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let deep = cursor_of(sessions() / 2);
    type Route<'a> = (&'a str, Box<dyn Fn(u32) -> String + 'a>);
    let routes: Vec<Route<'_>> = vec![
        ("GET /v1/sessions", Box::new(|_| String::new())),
        ("  ?limit=200", Box::new(|_| "?limit=200".into())),
        ("  ?cursor, in the middle", Box::new(|_| format!("?cursor={deep}"))),
        ("  ?state=broken, 1 in 1,000", Box::new(|_| "?state=broken".into())),
        ("  ?question", Box::new(|n| format!("?question=question-{}", n % QUESTIONS))),
        ("  ?question&state=broken", Box::new(|n| format!("?question=question-{}&state=broken", n % QUESTIONS))),
        ("  ?from_ms&before_ms", Box::new(|n| format!("?from_ms={}&before_ms={}", at(n).0, at(n + 20_000).0))),
        ("GET /v1/sessions/{id}", Box::new(|n| format!("/{}", id(n)))),
        ("  /transcript", Box::new(|n| format!("/{}/transcript", id(whole(n))))),
        ("  /transcript.txt", Box::new(|n| format!("/{}/transcript.txt", id(whole(n))))),
        ("  /transcript.vtt", Box::new(|n| format!("/{}/transcript.vtt", id(whole(n))))),
        ("  /metrics", Box::new(|n| format!("/{}/metrics", id(whole(n))))),
        ("  /review", Box::new(|n| format!("/{}/review", id(whole(n))))),
        ("  /code?at_ms", Box::new(|n| format!("/{}/code?at_ms={}", id(whole(n)), n % 160_000))),
        ("  /code/timeline", Box::new(|n| format!("/{}/code/timeline", id(whole(n))))),
        ("  /runs", Box::new(|n| format!("/{}/runs", id(whole(n))))),
        ("  /scorecard", Box::new(|n| format!("/{}/scorecard", id(whole(n))))),
        ("  /scores", Box::new(|n| format!("/{}/scores", id(whole(n))))),
        ("  /notes", Box::new(|n| format!("/{}/notes", id(whole(n))))),
        ("GET /v1/progress", Box::new(|_| "/../progress".into())),
        ("GET /v1/agreement", Box::new(|_| "/../agreement".into())),
        ("GET /v1/questions", Box::new(|_| "/../questions".into())),
        ("  /parcel-lockers", Box::new(|_| "/../questions/parcel-lockers".into())),
        ("  /recording", Box::new(|_| format!("/{}/recording", id(0)))),
        ("  /recording/candidate.flac", Box::new(|_| format!("/{}/recording/candidate.flac", id(0)))),
    ];
    println!("{:<32} {:>9} {:>9} {:>9}", "", "p50", "p95", "longest");
    for (label, path) in &routes {
        let mut times = Vec::with_capacity(REQUESTS);
        let mut random = 0x9e37_79b9_u32;
        for _ in 0..REQUESTS {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            let path = path(random % sessions());
            let address = match path.strip_prefix("/..") {
                Some(other) => format!("http://{address}/v1{other}"),
                None => format!("http://{address}/v1/sessions{path}"),
            };
            let begun = Instant::now();
            let answer = client.get(&address).send().await.expect("an answer");
            assert_eq!(answer.status(), 200, "{address}");
            answer.bytes().await.expect("a body");
            times.push(begun.elapsed());
        }
        times.sort();
        let ms = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1000.0);
        let (p50, p95, longest) = (times[REQUESTS / 2], times[REQUESTS * 95 / 100], times[REQUESTS - 1]);
        println!("{label:<32} {:>9} {:>9} {:>9}", ms(p50), ms(p95), ms(longest));
    }
    app.shutdown().await;
    app.store().close().await;
}

fn config(data: &Path, url: Option<String>) -> Config {
    let mut config = Config::default();
    config.serve.data = data.to_owned();
    config.store.url = url;
    config.vad.provider = Some(VadKind::Earshot);
    config.llm.provider = Some(LlmProvider::Fake);
    config.stt.provider = Some(SttProvider::Fake);
    config.tts.provider = Some(TtsProvider::Fake);
    config.runner.provider = RunnerProvider::Fake;
    config
}

fn id(number: u32) -> String {
    // Ids are random; these are spread as such are.
    format!("sess_{:.32}", sha256_hex(number.to_le_bytes()))
}

fn whole(number: u32) -> u32 {
    number - number % WHOLE_EVERY
}

fn at(number: u32) -> UnixMs {
    UnixMs(1_790_000_000_000 + i64::from(number) * 60_000)
}

fn cursor_of(number: u32) -> String {
    viva::store::Cursor { at: at(number), id: id(number) }.encode()
}

async fn seed(store: &Store, recordings: &Path) {
    let (transcript, measured) = (transcript(), measured());
    let (review, card) = made();
    for chunk in 0..sessions() / 1_000 {
        let mut write = store.write().await.expect("begins");
        for number in chunk * 1_000..(chunk + 1) * 1_000 {
            let phase = if number % 1_000 == 7 { SessionPhase::Broken } else { SessionPhase::Ended };
            write.add_session(&planned(number), phase).await.expect("added");
            if number % WHOLE_EVERY == 0 {
                let document = Document { version: 1, body: transcript.clone(), created: at(number) };
                write.put_document(&id(number), "transcript", &document).await.expect("added");
                let measured = Document { version: 1, body: measured.clone(), created: at(number) };
                write.put_document(&id(number), "metrics", &measured).await.expect("added");
                let review =
                    Document { version: i64::from(TIMELINE_VERSION), body: review.clone(), created: at(number) };
                write.put_document(&id(number), "review", &review).await.expect("added");
                write.add_scorecard(&scorecard(number, &card)).await.expect("added");
                write.put_metrics(&id(number), "", at(number), &metrics()).await.expect("added");
                for name in ["header.json", "steps.jsonl", "summary.json", "interviewer.flac"] {
                    write.announce_file(&file(number, name, b"{}"), at(number)).await.expect("added");
                }
            }
        }
        write.commit().await.expect("committed");
    }
    keep_one(store, recordings).await;
    store.analyze().await.expect("analysed");
}

/// One recording that is really there.
async fn keep_one(store: &Store, recordings: &Path) {
    let sound: Vec<u8> = (0..TRACK_BYTES).map(|byte| (byte % 251) as u8).collect();
    let (id, track) = (id(0), file(0, "candidate.flac", &sound));
    std::fs::create_dir_all(recordings.join(&id)).expect("a folder");
    std::fs::write(recordings.join(&id).join("candidate.flac"), &sound).expect("written");
    let mut write = store.write().await.expect("begins");
    let job =
        NewJob { kind: FINISH, subject: &id, payload: "{}", priority: 99, attempts_max: 9, ready: UnixMs(i64::MAX) };
    write.add_job(&job, UnixMs(0)).await.expect("added");
    write.announce_file(&track, UnixMs(0)).await.expect("added");
    write.commit().await.expect("committed");
    let held = store.claim_job(UnixMs(i64::MAX), Duration::ZERO).await.expect("answers").expect("the job");
    let kept = Kept {
        at: at(0),
        duration_ms: 1_800_000,
        end_reason: Some("time".into()),
        complete: true,
        steps: 20_000,
        viva_version: "0.1.0".into(),
    };
    let taken = Taken {
        phase: SessionPhase::Ended,
        began: at(0),
        ended: at(30),
        kept,
        documents: Vec::new(),
        metrics: Vec::new(),
    };
    store.keep(&held, &taken, None).await.expect("kept");
}

fn planned(number: u32) -> NewSession {
    NewSession {
        id: id(number),
        person: String::new(),
        question: format!("question-{}", number % QUESTIONS),
        title: "A question".into(),
        statement: "Tell what it does and how long it takes. ".repeat(20),
        language: "en".into(),
        minutes: 30,
        words: "server".into(),
        voice: "server".into(),
        providers: "{\"stt\":\"a\",\"llm\":\"b\",\"tts\":\"c\",\"vad\":\"d\"}".into(),
        wish: "{}".into(),
        consent: Some(("session".into(), at(number))),
        created: at(number),
    }
}

/// Review and scorecard of a recorded interview.
fn made() -> (String, Scorecard) {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests/cases/a-demo-held-over-the-socket");
    let record = Record::open(&case).expect("a recording");
    let review = serde_json::to_string(&timeline(&record, &[])).expect("JSON");
    let rubric = score::rubric_of(&record).expect("a rubric");
    let card = score::score(&record, &metrics::measure(&record), &rubric, None, &[]);
    (review, card)
}

fn scorecard(number: u32, card: &Scorecard) -> NewScorecard {
    NewScorecard {
        id: format!("card_{number}"),
        session: id(number),
        person: String::new(),
        session_at: at(number),
        scorer: Scorer::Machine,
        author: String::new(),
        versions_sha256: "0".repeat(64),
        versions: "{}".into(),
        judged: 0,
        unverified: 0,
        body: card.to_json(),
        created: at(number),
        signals: Vec::new(),
        bands: card.dimensions.iter().map(|dimension| (dimension.id.clone(), dimension.band.map(i64::from))).collect(),
    }
}

fn file(number: u32, name: &str, content: &[u8]) -> FileRow {
    FileRow {
        key: format!("{}/{name}", id(number)),
        session: id(number),
        name: name.into(),
        media_type: "application/octet-stream".into(),
        bytes: content.len() as i64,
        sha256: sha256_hex(content),
        kept: false,
        seal: None,
    }
}

fn metrics() -> Vec<MetricRow> {
    let row = |number: u32| MetricRow {
        metric: format!("metric_{number}"),
        version: 1,
        value: Some(f64::from(number)),
        unit: "ms".into(),
    };
    (0..METRICS).map(row).collect()
}

fn measured() -> String {
    let places = "{\"from\":123456,\"to\":234567,\"utterance\":12},".repeat(8);
    let row =
        |number| format!("{{\"id\":\"metric_{number}\",\"unit\":\"ms\",\"value\":{number},\"places\":[{places}0]}}");
    let rows: Vec<String> = (0..METRICS).map(row).collect();
    format!("{{\"metrics_version\":1,\"metrics\":[{}]}}", rows.join(","))
}

fn transcript() -> String {
    let segment = |number: u32| {
        let words = "so I would use a hash map here and then walk over the list once ".repeat(2);
        let (from, to) = (number * 15_000, number * 15_000 + 9_000);
        format!(
            "{{\"id\":{number},\"speaker\":\"candidate\",\"from_ms\":{from},\"to_ms\":{to},\"text\":\"{words}\",\"is_final\":true}}"
        )
    };
    let segments: Vec<String> = (1..=SEGMENTS).map(segment).collect();
    format!("{{\"version\":1,\"segments\":[{}]}}", segments.join(","))
}
