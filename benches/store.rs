//! Every read route with 100,000 sessions, on SQLite and on PostgreSQL: over HTTP as browsers ask (signed in, compressed), one request
//! after the other. A route that the server describes and that is not measured here is told, and the bench fails.
//!
//! Then the lists of a server without accounts, where all of them are of one person.
//!
//! `cargo bench --bench store`; PostgreSQL is measured when `VIVA_BENCH_POSTGRES` and `VIVA_BENCH_POSTGRES_ALONE` name empty databases,
//! as `scripts/with-postgres.sh` does. `VIVA_BENCH_SESSIONS` makes it fewer sessions, for trying this out. Prints; asserts nothing
//! about time.

mod hour;
mod kept;

use axum::serve::ListenerExt;
use kept::{People, at, cursor_of, id, own, question, sessions, whole};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};
use viva::app::App;
use viva::app::access::Role;
use viva::app::people::NewPerson;
use viva::config::Config;
use viva::providers::install_tls;
use viva::providers::llm::LlmProvider;
use viva::providers::runner::RunnerProvider;
use viva::providers::stt::SttProvider;
use viva::providers::tts::TtsProvider;
use viva::providers::vad::VadKind;

const REQUESTS: usize = 300;
/// Of what is taken away, of which the first few are read to their end: everybody's tables take seconds.
const REQUESTS_BEGUN: usize = 20;
const REQUESTS_WHOLE: usize = 3;
/// Streams that end sooner are always read whole, in ms.
const SHORT_MS: f64 = 1_500.0;
/// The target, in ms.
const P95_MS: f64 = 20.0;
const PASSWORD: &str = "correct horse battery";
/// The interview whose recording is really there: an hour, of the candidate who asks.
const HOUR: &str = "sess_00000000000000000000000000000000";

/// Who asks.
#[derive(Clone, Copy, PartialEq)]
enum As {
    Admin,
    Coach,
    /// A coach who was granted 2,000 single interviews, the oldest.
    Busy,
    /// A coach who was granted everything of everybody.
    School,
    Candidate,
    Observer,
    /// The one person of a server without accounts, whose all interviews are.
    Alone,
}

/// Those who have an account, in the order of [`As`].
const NAMES: [(&str, Role); 6] = [
    ("admin", Role::Admin),
    ("coach", Role::Coach),
    ("busy coach", Role::Coach),
    ("school", Role::Coach),
    ("candidate", Role::Candidate),
    ("observer", Role::Observer),
];

/// What is measured of an answer.
#[derive(Clone, Copy, PartialEq)]
enum Until {
    /// Its end.
    End,
    /// Its first piece: what is taken away is as long as it is, and made while it is sent.
    Begin,
}

/// What is read: the path as it is described, its query, who asks, until when. Names in braces are filled in anew for each request.
const READS: &[(&str, &str, As, Until)] = &[
    ("/v1/sessions", "", As::Admin, Until::End),
    ("/v1/sessions", "?limit=200", As::Admin, Until::End),
    ("/v1/sessions", "?cursor={deep}", As::Admin, Until::End),
    ("/v1/sessions", "?state=broken", As::Admin, Until::End),
    ("/v1/sessions", "?question={any question}", As::Admin, Until::End),
    ("/v1/sessions", "?question={any question}&state=broken", As::Admin, Until::End),
    ("/v1/sessions", "?from_ms={from}&before_ms={before}", As::Admin, Until::End),
    ("/v1/sessions", "", As::Candidate, Until::End),
    ("/v1/sessions", "?question={any question}", As::Candidate, Until::End),
    ("/v1/sessions", "?granted=true", As::Coach, Until::End),
    ("/v1/sessions", "?granted=true", As::Busy, Until::End),
    ("/v1/sessions", "?granted=true&state=broken", As::Busy, Until::End),
    ("/v1/sessions", "?granted=true", As::School, Until::End),
    ("/v1/sessions", "?granted=true&limit=200", As::School, Until::End),
    ("/v1/sessions", "?granted=true&cursor={deep}", As::School, Until::End),
    ("/v1/sessions", "?granted=true&state=broken", As::School, Until::End),
    ("/v1/sessions", "?granted=true&question={any question}", As::School, Until::End),
    ("/v1/sessions", "?granted=true", As::Observer, Until::End),
    ("/v1/sessions/{id}", "", As::Admin, Until::End),
    ("/v1/sessions/{id}", "", As::Candidate, Until::End),
    ("/v1/sessions/{id}/transcript", "", As::Admin, Until::End),
    ("/v1/sessions/{id}/transcript.txt", "", As::Admin, Until::End),
    ("/v1/sessions/{id}/transcript.vtt", "", As::Admin, Until::End),
    ("/v1/sessions/{id}/metrics", "", As::Admin, Until::End),
    ("/v1/sessions/{id}/review", "", As::Admin, Until::End),
    ("/v1/sessions/{id}/code", "?at_ms={moment}", As::Admin, Until::End),
    ("/v1/sessions/{id}/code/timeline", "", As::Admin, Until::End),
    ("/v1/sessions/{id}/runs", "", As::Admin, Until::End),
    ("/v1/sessions/{id}/scorecard", "", As::Admin, Until::End),
    ("/v1/sessions/{id}/scorecard/judgements", "", As::Admin, Until::End),
    ("/v1/sessions/{id}/scores", "", As::Admin, Until::End),
    ("/v1/sessions/{id}/notes", "", As::Coach, Until::End),
    ("/v1/sessions/{id}/grants", "", As::Candidate, Until::End),
    ("/v1/sessions/{hour}/transcript", "", As::Candidate, Until::End),
    ("/v1/sessions/{hour}/metrics", "", As::Candidate, Until::End),
    ("/v1/sessions/{hour}/review", "", As::Candidate, Until::End),
    ("/v1/sessions/{hour}/code", "?at_ms={moment}", As::Candidate, Until::End),
    ("/v1/sessions/{hour}/code/timeline", "", As::Candidate, Until::End),
    ("/v1/sessions/{hour}/runs", "", As::Candidate, Until::End),
    ("/v1/sessions/{hour}/scorecard", "", As::Candidate, Until::End),
    ("/v1/sessions/{hour}/scorecard.pdf", "", As::Candidate, Until::End),
    ("/v1/sessions/{hour}/recording", "", As::Candidate, Until::End),
    ("/v1/sessions/{hour}/recording/{file}", "", As::Candidate, Until::Begin),
    ("/v1/sessions/{hour}/recording/whole.flac", "", As::Candidate, Until::Begin),
    ("/v1/sessions/{hour}/recording/{track}/peaks", "", As::Candidate, Until::End),
    ("/v1/sessions/{hour}/bundle", "", As::Candidate, Until::Begin),
    ("/v1/exports/metrics.csv", "", As::Candidate, Until::Begin),
    ("/v1/exports/scores.csv", "", As::Candidate, Until::Begin),
    ("/v1/exports/metrics.csv", "", As::Admin, Until::Begin),
    ("/v1/exports/scores.csv", "", As::Admin, Until::Begin),
    ("/v1/me/export", "", As::Candidate, Until::Begin),
    ("/v1/me/exports", "", As::Candidate, Until::End),
    ("/v1/me/exports/{export}", "", As::Candidate, Until::End),
    ("/v1/me/exports/{export}/viva.tar", "", As::Candidate, Until::Begin),
    ("/v1/progress", "", As::Candidate, Until::End),
    ("/v1/progress", "?person={candidate}", As::Coach, Until::End),
    ("/v1/agreement", "", As::Coach, Until::End),
    ("/v1/candidates", "", As::Coach, Until::End),
    ("/v1/candidates", "", As::School, Until::End),
    ("/v1/assignments", "", As::Coach, Until::End),
    ("/v1/assignments", "", As::Candidate, Until::End),
    ("/v1/assignments/{assignment}", "", As::Coach, Until::End),
    ("/v1/admin/people", "?limit=200", As::Admin, Until::End),
    ("/v1/admin/people/{person}", "", As::Admin, Until::End),
    ("/v1/admin/audit", "", As::Admin, Until::End),
    ("/v1/admin/audit", "?subject={id}", As::Admin, Until::End),
    ("/v1/me", "", As::Candidate, Until::End),
    ("/v1/me/tokens", "", As::Candidate, Until::End),
    ("/v1/questions", "", As::Candidate, Until::End),
    ("/v1/questions/{question}", "", As::Candidate, Until::End),
    ("/v1/personas", "", As::Candidate, Until::End),
    ("/v1/providers", "", As::Candidate, Until::End),
    ("/v1/sign-in", "", As::Candidate, Until::End),
    ("/v1/openapi.json", "", As::Candidate, Until::End),
    ("/v1/docs", "", As::Candidate, Until::End),
    ("/v1/docs.css", "", As::Candidate, Until::End),
];

/// The same where there are no accounts: everything is of one person.
const READS_ALONE: &[(&str, &str, As, Until)] = &[
    ("/v1/sessions", "", As::Alone, Until::End),
    ("/v1/sessions", "?limit=200", As::Alone, Until::End),
    ("/v1/sessions", "?cursor={deep}", As::Alone, Until::End),
    ("/v1/sessions", "?state=broken", As::Alone, Until::End),
    ("/v1/sessions", "?question={any question}", As::Alone, Until::End),
    ("/v1/sessions", "?from_ms={from}&before_ms={before}", As::Alone, Until::End),
    ("/v1/sessions/{id}", "", As::Alone, Until::End),
    ("/v1/sessions/{id}/review", "", As::Alone, Until::End),
    ("/v1/progress", "", As::Alone, Until::End),
    ("/v1/questions", "", As::Alone, Until::End),
    ("/v1/questions/{question}", "", As::Alone, Until::End),
    ("/v1/me", "", As::Alone, Until::End),
    ("/v1/me/exports", "", As::Alone, Until::End),
    ("/v1/exports/metrics.csv", "", As::Alone, Until::Begin),
    ("/v1/exports/scores.csv", "", As::Alone, Until::Begin),
];

/// Sockets, and what goes to another server: not read here.
const NOT_READ: &[&str] = &[
    "/v1/realtime",
    "/v1/sessions/{id}/editor",
    "/v1/sessions/{id}/live",
    "/v1/sessions/{id}/live/editor",
    "/v1/sign-in/oidc/{provider}",
    "/v1/sign-in/oidc/{provider}/callback",
];

fn main() {
    install_tls();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        measure("SQLite", None).await;
        measure_alone("SQLite", None).await;
        match (std::env::var("VIVA_BENCH_POSTGRES"), std::env::var("VIVA_BENCH_POSTGRES_ALONE")) {
            (Ok(url), Ok(other)) => {
                measure("PostgreSQL", Some(url)).await;
                measure_alone("PostgreSQL", Some(other)).await;
            }
            _ => println!("PostgreSQL: not measured (scripts/with-postgres.sh says where it is)"),
        }
    });
}

/// A server with everything in it, and the browsers of its people.
struct Bench {
    app: App,
    address: SocketAddr,
    client: reqwest::Client,
    /// Cookies, in the order of [`As`].
    cookies: Vec<String>,
    people: People,
    /// Everything of the candidate as an archive.
    export: String,
}

/// What came.
struct Answer {
    status: u16,
    bytes: usize,
    /// Until what is measured.
    took: Duration,
    /// Until its end.
    ended: Duration,
}

async fn measure(name: &str, url: Option<String>) {
    let data = tempfile::tempdir().expect("a folder");
    let app = App::start(config(data.path(), url, true)).await.expect("starts");
    let mut ids = Vec::new();
    for (name, role) in NAMES {
        let new = NewPerson { name: name.into(), email: Some(email(name)), email_verified: true };
        ids.push(app.registry().add_person("", &new, role, Some(PASSWORD.into())).await.expect("added").0.id);
    }
    let id = |who: As| ids[who as usize].clone();
    let people = People {
        coach: id(As::Coach),
        busy: id(As::Busy),
        school: id(As::School),
        candidate: id(As::Candidate),
        observer: id(As::Observer),
    };
    let mut bench = Bench::with_all(name, app, people).await;
    bench.sign_in().await;
    bench.take_in_the_hour().await;
    bench.have_an_archive_made().await;
    bench.ask_once().await;
    bench.check_that_all_is_measured().await;
    bench.read(READS).await;
}

async fn measure_alone(name: &str, url: Option<String>) {
    let data = tempfile::tempdir().expect("a folder");
    let app = App::start(config(data.path(), url, false)).await.expect("starts");
    Bench::with_all(&format!("{name} without accounts"), app, People::default()).await.read(READS_ALONE).await;
}

fn email(name: &str) -> String {
    format!("{}@example.org", name.replace(' ', "-"))
}

impl Bench {
    /// A server that keeps all that there is.
    async fn with_all(name: &str, app: App, people: People) -> Bench {
        let begun = Instant::now();
        kept::fill(app.store(), &people).await;
        println!("\n{name}: {} sessions written in {:.0} s", sessions(), begun.elapsed().as_secs_f64());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        // As `viva serve` does.
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).expect("no delay"));
        let routes = viva::http::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, routes).await.expect("serves") });
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Bench { app, address, client, cookies: Vec::new(), people, export: String::new() }
    }

    async fn sign_in(&mut self) {
        for (name, _) in NAMES {
            let body = serde_json::json!({"email": email(name), "password": PASSWORD}).to_string();
            let request = self.client.post(format!("http://{}/v1/sign-in", self.address));
            let request = request.header("content-type", "application/json").body(body);
            let answer = request.send().await.expect("an answer");
            let cookie = answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a cookie");
            self.cookies.push(cookie.to_owned());
        }
    }

    /// Measures these, and ends the server.
    async fn read(self, reads: &[(&str, &str, As, Until)]) {
        println!("{:<84} {:>9} {:>9} {:>9} {:>9} {:>9}", "", "p50", "p95", "longest", "to the end", "");
        let mut missed = 0;
        for (path, query, who, until) in reads {
            missed += usize::from(self.time(path, query, *who, *until).await > P95_MS);
        }
        println!("{missed} of {} over {P95_MS} ms", reads.len());
        self.app.shutdown().await;
        self.app.store().close().await;
    }

    /// An hour's interview is taken in and scored as the one that a killed server left.
    async fn take_in_the_hour(&self) {
        let app = &self.app;
        kept::lay_whole(app.recordings(), HOUR, &hour::hour());
        let mut write = app.store().write().await.expect("begins");
        let planned = kept::planned_as(HOUR, &self.people.candidate);
        write.add_session(&planned, viva::store::sessions::SessionPhase::Finishing).await.expect("added");
        write.commit().await.expect("committed");
        let closing = app.clone();
        tokio::task::spawn_blocking(move || closing.recover()).await.expect("closed");
        app.adopt().await.expect("adopts");
        let scored = || self.ask(format!("/v1/sessions/{HOUR}/scorecard"), As::Candidate, Until::End);
        let begun = Instant::now();
        while scored().await.status != 200 {
            assert!(begun.elapsed() < Duration::from_secs(120), "the hour is not scored");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        println!("an hour's interview taken in and scored in {:.1} s", begun.elapsed().as_secs_f64());
    }

    async fn have_an_archive_made(&mut self) {
        self.export = self.app.ask_export(&self.people.candidate).await.expect("asked").id;
        let begun = Instant::now();
        let fetched = || self.ask(format!("/v1/me/exports/{}/viva.tar", self.export), As::Candidate, Until::Begin);
        while fetched().await.status != 200 {
            assert!(begun.elapsed() < Duration::from_secs(120), "the archive is not made");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Hashes are checked, and peaks made, when they are first asked for.
    async fn ask_once(&self) {
        for (path, query, who, until) in READS.iter().filter(|(path, ..)| path.contains("{hour}")) {
            let answer = self.ask(self.filled(path, 0) + &self.filled(query, 0), *who, *until).await;
            assert_eq!(answer.status, 200, "{path}");
        }
    }

    async fn check_that_all_is_measured(&self) {
        let text = self.client.get(format!("http://{}/v1/openapi.json", self.address)).send().await.expect("an answer");
        let text = text.text().await.expect("text");
        let described: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let paths = described["paths"].as_object().expect("paths");
        let read = paths.iter().filter(|(path, of)| path.starts_with("/v1") && of.get("get").is_some());
        let measured = |path: &str| {
            let is = |known: &str| known.replace("{hour}", "{id}").replace("{question}", "{id}") == path;
            READS.iter().any(|(known, ..)| is(known) || *known == path) || NOT_READ.contains(&path)
        };
        let missing: Vec<&String> = read.map(|(path, _)| path).filter(|path| !measured(path)).collect();
        assert!(missing.is_empty(), "described and not measured: {missing:?}");
    }

    /// Prints how long answers take; gives the p95 in ms.
    async fn time(&self, path: &str, query: &str, who: As, until: Until) -> f64 {
        let requests = if until == Until::Begin { REQUESTS_BEGUN } else { REQUESTS };
        let (mut times, mut ends) = (Vec::with_capacity(requests), Vec::with_capacity(requests));
        let mut random = 0x9e37_79b9_u32;
        let mut bytes = 0;
        for request in 0..requests {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            let number = random % sessions();
            let number = if matches!(who, As::Candidate | As::Coach) { own(number) } else { number };
            let of = if path == "/v1/sessions/{id}" { number } else { whole(number) };
            if path == "/v1/agreement" {
                // It is remembered until somebody scores; here somebody does each time.
                self.score_again(whole(number)).await;
            }
            let address = format!("{}{}", self.filled(path, of), self.filled(query, number));
            // Short ones are read to their end each time. A long one that was broken off may still be made for a moment, which
            // the next row would pay for, so the last is read as well.
            let is_short = ends.first().is_some_and(|end| *end < SHORT_MS);
            let whole = until == Until::End || request < REQUESTS_WHOLE || is_short || request + 1 == requests;
            let answer = self.ask_for(address.clone(), who, until, whole).await;
            assert_eq!(answer.status, 200, "{address}");
            times.push(answer.took.as_secs_f64() * 1000.0);
            if whole {
                ends.push(answer.ended.as_secs_f64() * 1000.0);
            }
            bytes = bytes.max(answer.bytes);
        }
        times.sort_by(f64::total_cmp);
        ends.sort_by(f64::total_cmp);
        let (p50, p95, longest) = (times[requests / 2], times[requests * 95 / 100], times[requests - 1]);
        let who = NAMES.get(who as usize).map_or("", |(name, _)| name);
        let (begins, end) = match until {
            Until::Begin => (", first piece", format!("{:.0} ms", ends[ends.len() / 2])),
            Until::End => ("", String::new()),
        };
        let what = format!("{path}{query}, {who}{begins}");
        let over = if p95 > P95_MS { " OVER" } else { "" };
        let size = format!("{} kB", bytes / 1000);
        println!("{what:<84} {p50:>6.2} ms {p95:>6.2} ms {longest:>6.2} ms {end:>9} {size:>9}{over}");
        p95
    }

    /// A coach scores an interview anew.
    async fn score_again(&self, number: u32) {
        let mut write = self.app.store().write().await.expect("begins");
        assert!(write.put_score(&kept::scored_again(number, &self.people)).await.expect("written"));
        write.commit().await.expect("committed");
    }

    async fn ask(&self, path: String, who: As, until: Until) -> Answer {
        self.ask_for(path, who, until, true).await
    }

    /// What is not wanted whole is left when it has begun, as by somebody who goes away.
    async fn ask_for(&self, path: String, who: As, until: Until, whole: bool) -> Answer {
        let request = self.client.get(format!("http://{}{path}", self.address)).header("accept-encoding", "gzip");
        let request = match self.cookies.get(who as usize) {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        let begun = Instant::now();
        let mut answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let first = answer.chunk().await.expect("a piece").map_or(0, |piece| piece.len());
        let began = begun.elapsed();
        let rest = if whole { answer.bytes().await.expect("a body").len() } else { 0 };
        let ended = begun.elapsed();
        Answer { status, bytes: first + rest, took: if until == Until::Begin { began } else { ended }, ended }
    }

    fn filled(&self, text: &str, number: u32) -> String {
        if !text.contains('{') {
            return text.to_owned();
        }
        text.replace("{id}", &id(number))
            .replace("{hour}", HOUR)
            .replace("{deep}", &cursor_of(sessions() / 2))
            .replace("{any question}", &question(number))
            .replace("{from}", &at(number).0.to_string())
            .replace("{before}", &at(number + 20_000).0.to_string())
            .replace("{moment}", &(number % 3_600_000).to_string())
            .replace("{file}", "candidate.flac")
            .replace("{track}", "candidate")
            .replace("{export}", &self.export)
            .replace("{assignment}", &kept::assignment(number))
            .replace("{person}", &kept::person(number))
            .replace("{candidate}", &self.people.candidate)
            .replace("{question}", "parcel-lockers")
    }
}

fn config(data: &Path, url: Option<String>, accounts: bool) -> Config {
    let mut config = Config::default();
    config.serve.data = data.to_owned();
    config.store.url = url;
    config.accounts.enabled = accounts;
    config.limits.requests_per_minute = 1_000_000;
    config.vad.provider = Some(VadKind::Earshot);
    config.llm.provider = Some(LlmProvider::Fake);
    config.stt.provider = Some(SttProvider::Fake);
    config.tts.provider = Some(TtsProvider::Fake);
    config.runner.provider = RunnerProvider::Fake;
    config
}
