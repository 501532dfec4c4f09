//! A Piston server (its HTTP interface, version 2). It compiles anew with every request and cuts each stream at 1,024 bytes
//! unless `PISTON_OUTPUT_MAX_SIZE` is raised; so all tests of a kind go in one request, and answers are ASCII.
//!
//! Functions and classes: Python and JavaScript, whose drivers need no compiler flags of ours. Whole programs: every
//! language. It has no authentication of its own: keep it on a private address.

use super::boxed::plan::{Ended, How};
use super::drivers::{self, Channels};
use super::judge::{self, Bounds};
use super::queue::Queue;
use super::report::{RunReport, TestReport, Tier, Verdict};
use super::{
    Capabilities, Job, Language, LanguageFound, Mode, OpenError, RunError, RunErrorKind, Runner, RunnerConfig,
};
use crate::digest::hex;
use crate::providers::endpoint::Endpoint;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Piston's own default for the longest run, in ms; longer is refused by a server that was not told otherwise.
const RUN_MS_MAX: u64 = 3_000;
/// Piston's own default for the longest compilation, in ms.
const COMPILE_MS_MAX: u64 = 10_000;
/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Requests for one job: after so many ends in the middle the rest is not run.
const REQUESTS_MAX: usize = 8;
/// Jobs at once, where `boxes` does not say.
const BOXES: u32 = 4;
/// What an answer may take beyond the limits that Piston keeps.
const EXTRA: Duration = Duration::from_secs(15);

/// Runs submissions on a Piston server.
pub struct Piston {
    inner: Arc<Inner>,
    capabilities: Capabilities,
}

struct Inner {
    endpoint: Endpoint,
    queue: Arc<Queue>,
    runtimes: BTreeMap<Language, Runtime>,
}

#[derive(Clone, Debug, Deserialize)]
struct Runtime {
    language: String,
    version: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    runtime: Option<String>,
}

#[derive(Debug, Serialize)]
struct Request<'a> {
    language: &'a str,
    version: &'a str,
    files: Vec<File<'a>>,
    stdin: &'a str,
    args: [&'a str; 0],
    compile_timeout: u64,
    run_timeout: u64,
    run_memory_limit: u64,
}

#[derive(Debug, Serialize)]
struct File<'a> {
    name: &'a str,
    content: &'a str,
}

#[derive(Debug, Deserialize)]
struct Answer {
    run: Output,
    #[serde(default)]
    compile: Option<Output>,
}

/// A stage as Piston tells it. What old versions do not send is absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Output {
    stdout: String,
    stderr: String,
    code: Option<i32>,
    signal: Option<String>,
    status: Option<String>,
    cpu_time: Option<u64>,
    wall_time: Option<u64>,
    memory: Option<u64>,
}

impl Piston {
    /// Asks the server for its languages.
    ///
    /// # Errors
    /// The outer one: a setting cannot be used. The inner one: the reason why running code is disabled.
    pub async fn open(config: &RunnerConfig) -> Result<Result<Piston, String>, OpenError> {
        let endpoint = Endpoint::open("runner", &config.base_url, config.api_key.as_ref())?;
        let request = endpoint.client.get(endpoint.url("/api/v2/runtimes")).headers(endpoint.headers().clone());
        let found: Vec<Runtime> = match answer(request.timeout(EXTRA)).await {
            Ok(found) => found,
            Err(error) => return Ok(Err(format!("the Piston server does not answer: {}", error.message))),
        };
        let runtimes: BTreeMap<Language, Runtime> =
            Language::ALL.into_iter().filter_map(|language| Some((language, newest(language, &found)?))).collect();
        if runtimes.is_empty() {
            return Ok(Err("the Piston server has none of our languages installed".to_owned()));
        }
        let language = |(language, runtime): (&Language, &Runtime)| LanguageFound {
            language: *language,
            version: runtime.version.clone(),
        };
        let languages = runtimes.iter().map(language).collect();
        let boxes = config.boxes.unwrap_or(BOXES);
        let queue = Queue::new((0..boxes).collect(), config.waiting_max, config.waiting_per_session_max);
        let capabilities = Capabilities { runner: "piston", tier: Tier::Remote, languages, boxes };
        Ok(Ok(Piston { inner: Arc::new(Inner { endpoint, queue, runtimes }), capabilities }))
    }

    /// Whether code stays on this machine.
    pub fn local(&self) -> bool {
        self.inner.endpoint.local()
    }
}

impl Runner for Piston {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn run(&self, job: Job) -> BoxFuture<'static, Result<RunReport, RunError>> {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move {
            job.check()?;
            let driven = matches!(job.language, Language::Python3 | Language::JavaScript);
            let runtime = inner.runtimes.get(&job.language).filter(|_| driven || job.mode == Mode::Stdio);
            let Some(runtime) = runtime else {
                let message = format!("{} is not available for this question on this server", job.language);
                return Err(RunError::new(RunErrorKind::Unsupported, message));
            };
            let asked = Instant::now();
            let _slot = inner.queue.enter(&job.session).await?;
            let queue_ms = millis(asked.elapsed());
            let began = Instant::now();
            let mut report = RunReport {
                runner: "piston".to_owned(),
                tier: Tier::Remote,
                language: job.language,
                version: runtime.version.clone(),
                compile: None,
                tests: job
                    .tests
                    .iter()
                    .map(|test| TestReport::not_run(&test.id, test.hidden, Verdict::TimeLimit))
                    .collect(),
                truncated: false,
                queue_ms,
                run_ms: 0,
                hidden: None,
            };
            // Hidden inputs go in requests of their own: a visible test, whose output is shown, cannot have seen them.
            for hidden in [false, true] {
                let tests = job.tests.iter().enumerate().filter(|(_, test)| test.hidden == hidden);
                let tests: Vec<usize> = tests.map(|(at, _)| at).collect();
                let goes_on = inner.run_tests(&job, runtime, &tests, &mut report).await?;
                if !goes_on {
                    report.tests.clear();
                    break;
                }
            }
            report.truncated = report.tests.iter().any(|test| test.truncated);
            report.run_ms = millis(began.elapsed());
            Ok(report)
        })
    }
}

impl Inner {
    /// Runs some of the tests. False when the submission does not compile.
    async fn run_tests(
        &self,
        job: &Job,
        runtime: &Runtime,
        tests: &[usize],
        report: &mut RunReport,
    ) -> Result<bool, RunError> {
        let bundle = drivers::bundle(job, Channels::STANDARD);
        let each = if job.mode == Mode::Stdio { 1 } else { tests.len().max(1) };
        for batch in tests.chunks(each) {
            let mut rest = batch;
            for _ in 0..REQUESTS_MAX {
                if rest.is_empty() {
                    break;
                }
                let nonce = nonce()?;
                let stdin = stdin(job, rest, &nonce);
                let answer = self.execute(job, runtime, &bundle.files, &stdin).await?;
                // On failure `run` is a copy of `compile`, so that one counts first.
                if let Some(stage) = answer.compile.as_ref().filter(|compile| compile.code != Some(0)) {
                    report.compile = Some(judge::stage(&ended(stage, how(stage)), &bundle.solution, "."));
                    return Ok(false);
                }
                let ends = if job.mode == Mode::Stdio {
                    vec![ended(&answer.run, how(&answer.run))]
                } else {
                    split(&answer.run, &nonce, rest.len())
                };
                if let Some(stage) = ends.first().and_then(judge::not_loaded) {
                    report.compile = Some(stage);
                    return Ok(false);
                }
                for (at, ended) in rest.iter().zip(&ends) {
                    if let (Some(place), Some(test)) = (report.tests.get_mut(*at), job.tests.get(*at)) {
                        *place = judge::test_report(job, test, ended, bounds(job), &bundle.solution);
                    }
                }
                rest = rest.get(ends.len()..).unwrap_or_default();
            }
        }
        Ok(true)
    }

    async fn execute(
        &self,
        job: &Job,
        runtime: &Runtime,
        files: &[(String, String)],
        stdin: &str,
    ) -> Result<Answer, RunError> {
        let wall_ms = (job.limits.cpu_ms * 3 * job.tests.len().max(1) as u64).min(RUN_MS_MAX);
        let compile_ms = job.limits.compile_cpu_ms.min(COMPILE_MS_MAX);
        let request = Request {
            language: &runtime.language,
            version: &runtime.version,
            files: files.iter().map(|(name, content)| File { name, content }).collect(),
            stdin,
            args: [],
            compile_timeout: compile_ms,
            run_timeout: wall_ms,
            run_memory_limit: bounds(job).memory_kb * 1024,
        };
        let request = self.endpoint.post("/api/v2/execute").json(&request);
        answer(request.timeout(EXTRA + Duration::from_millis(wall_ms + compile_ms))).await
    }
}

/// What a submission may use there; the runtime's own share is added as a round sum.
fn bounds(job: &Job) -> Bounds {
    Bounds { cpu_ms: u64::MAX, memory_kb: (job.limits.memory_mb + 96) * 1024 }
}

fn stdin(job: &Job, tests: &[usize], nonce: &str) -> String {
    let inputs = tests.iter().filter_map(|at| job.tests.get(*at)).map(|test| &test.input);
    if job.mode == Mode::Stdio {
        return inputs.filter_map(|input| input.as_str()).collect();
    }
    let lines: String = inputs.enumerate().map(|(index, input)| format!("{index} {input}\n")).collect();
    format!("{nonce}\n{lines}")
}

/// What a driver printed, cut into the ends of tests: the answered ones and, if it broke off, the one that did it.
fn split(run: &Output, nonce: &str, count: usize) -> Vec<Ended> {
    let mut ends: Vec<Ended> = Vec::new();
    let mut printed = String::new();
    for line in run.stdout.split_inclusive('\n') {
        let Some(said) = line.strip_prefix(nonce).map(|said| said.trim_end_matches('\n')) else {
            printed.push_str(line);
            continue;
        };
        let stdout = std::mem::take(&mut printed);
        // Each answer begins a line of its own; that break is the driver's, not the submission's.
        let stdout = stdout.strip_suffix('\n').unwrap_or(&stdout).to_owned();
        let how = match said.split_once(' ').and_then(|(number, rest)| Some((number, rest.split_once(' ')?))) {
            Some(("-", ("value", _))) => continue,
            Some((number, ("value", json))) if number == ends.len().to_string() => How::Value(json.to_owned()),
            Some((number, ("error", json))) if number == "-" || number == ends.len().to_string() => {
                How::Raised(json.to_owned())
            }
            _ => continue,
        };
        if ends.len() < count {
            ends.push(Ended {
                how,
                cpu_ms: 0,
                wall_ms: 0,
                memory_kb: 0,
                stdout,
                stderr: String::new(),
                truncated: false,
            });
        }
    }
    if ends.len() < count {
        let broke = ended(run, how(run));
        ends.push(Ended { stdout: printed, ..broke });
    }
    ends
}

fn ended(output: &Output, how: How) -> Ended {
    Ended {
        how,
        cpu_ms: output.cpu_time.unwrap_or(0),
        wall_ms: output.wall_time.unwrap_or(0),
        memory_kb: output.memory.unwrap_or(0) / 1024,
        stdout: output.stdout.clone(),
        stderr: output.stderr.clone(),
        truncated: false,
    }
}

fn how(output: &Output) -> How {
    match (output.status.as_deref(), output.signal.as_deref(), output.code) {
        (Some("TO"), ..) => How::WallTime,
        (Some("OL" | "EL"), ..) => How::Output,
        (Some("XX"), ..) => How::HungUp,
        (_, Some(name), _) => How::Killed(name.parse::<nix::sys::signal::Signal>().map_or(9, |signal| signal as i32)),
        (_, None, code) => How::Exited(code.unwrap_or(0)),
    }
}

/// The newest version of a language.
fn newest(language: Language, found: &[Runtime]) -> Option<Runtime> {
    let fits = |runtime: &&Runtime| {
        let named = |name: &str| runtime.language == name || runtime.aliases.iter().any(|alias| alias == name);
        match language {
            Language::Python3 => named("python") && runtime.version.starts_with("3."),
            Language::JavaScript => {
                named("javascript") && runtime.runtime.as_deref().is_none_or(|runtime| runtime == "node")
            }
            Language::Cpp => named("c++"),
            other => named(other.id()),
        }
    };
    let order =
        |runtime: &&Runtime| -> Vec<u64> { runtime.version.split('.').map(|part| part.parse().unwrap_or(0)).collect() };
    found.iter().filter(fits).max_by_key(order).cloned()
}

/// Sends a request and reads its answer.
async fn answer<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, RunError> {
    let failed = |problem: String| RunError::new(RunErrorKind::Failed, problem);
    let response = request.send().await.map_err(|error| failed(format!("Piston: {}", error.without_url())))?;
    let status = response.status();
    let mut response = response;
    let mut body = Vec::new();
    while let Some(piece) =
        response.chunk().await.map_err(|error| failed(format!("Piston: {}", error.without_url())))?
    {
        body.extend_from_slice(&piece);
        if body.len() > ANSWER_BYTES_MAX {
            return Err(failed("Piston answered more than is read".to_owned()));
        }
    }
    if !status.is_success() {
        let kind = if status.as_u16() == 429 { RunErrorKind::Busy } else { RunErrorKind::Failed };
        return Err(RunError::new(kind, format!("Piston answered {status}")));
    }
    serde_json::from_slice(&body).map_err(|error| failed(format!("Piston's answer cannot be read: {error}")))
}

fn nonce() -> Result<String, RunError> {
    let mut bytes = [0; 16];
    let read = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(|error| RunError::new(RunErrorKind::Failed, format!("no random bytes: {error}")))?;
    Ok(hex(bytes))
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::samples::job;
    use super::*;
    use axum::routing::{get, post};
    use axum::{Json, Router};
    use serde_json::{Value, json};

    /// A server that answers as Piston's source says, with made answers: `play` gets each request.
    async fn server(play: impl Fn(Value) -> (u16, Value) + Clone + Send + Sync + 'static) -> Piston {
        let runtimes = json!([
            {"language": "python", "version": "2.7.18", "aliases": ["py2"]},
            {"language": "python", "version": "3.9.4", "aliases": ["py"]},
            {"language": "python", "version": "3.12.0", "aliases": ["py"]},
            {"language": "typescript", "version": "5.0.3", "aliases": ["ts"]},
            {"language": "c++", "version": "10.2.0", "aliases": ["cpp"], "runtime": "gcc"},
        ]);
        let app = Router::new().route("/api/v2/runtimes", get(move || async move { Json(runtimes) })).route(
            "/api/v2/execute",
            post(move |Json(body): Json<Value>| async move {
                let (status, answer) = play(body);
                (axum::http::StatusCode::from_u16(status).expect("a status"), Json(answer))
            }),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base_url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let config = RunnerConfig { base_url, ..RunnerConfig::default() };
        Piston::open(&config).await.expect("settings").expect("opens")
    }

    fn nonce_of(body: &Value) -> String {
        body["stdin"].as_str().and_then(|text| text.lines().next()).expect("a nonce").to_owned()
    }

    fn ran(stdout: String) -> Value {
        json!({"language": "python", "version": "3.12.0", "run": {"stdout": stdout, "stderr": "", "output": "", "code": 0, "signal": null, "status": null, "message": null, "cpu_time": 5, "wall_time": 9, "memory": 9000000}})
    }

    #[tokio::test]
    async fn the_newest_version_of_each_language_is_taken() {
        let piston = server(|_| (200, json!({}))).await;
        let found: Vec<(Language, &str)> =
            piston.capabilities().languages.iter().map(|found| (found.language, found.version.as_str())).collect();
        assert_eq!(found, [(Language::Python3, "3.12.0"), (Language::Cpp, "10.2.0")]);
    }

    #[tokio::test]
    async fn all_tests_go_in_one_request_and_what_is_printed_between_is_theirs() {
        let piston = server(|body| {
            let nonce = nonce_of(&body);
            assert_eq!(body["version"], "3.12.0");
            assert_eq!(body["files"][0]["name"], "viva_driver.py");
            (200, ran(format!("\n{nonce}- value null\nhello\n0 value 99\n\n{nonce}0 value 2\n\n{nonce}1 value 5\n")))
        })
        .await;
        let report = piston.run(job(Language::Python3, "x", 2)).await.expect("a report");
        let verdicts: Vec<Verdict> = report.tests.iter().map(|test| test.verdict).collect();
        assert_eq!(verdicts, [Verdict::Accepted, Verdict::WrongAnswer]);
        assert_eq!(report.tests[0].stdout.as_deref(), Some("hello\n0 value 99\n"), "a forged line is only print");
    }

    #[tokio::test]
    async fn an_end_in_the_middle_costs_one_test_and_the_rest_is_asked_for_again() {
        let piston = server(|body| {
            let nonce = nonce_of(&body);
            let tests = body["stdin"].as_str().expect("text").lines().count() - 1;
            if tests == 3 {
                let mut answer = ran(format!("\n{nonce}- value null\n\n{nonce}0 value 2\nlast words"));
                answer["run"]["status"] = json!("TO");
                answer["run"]["signal"] = json!("SIGKILL");
                (200, answer)
            } else {
                (200, ran(format!("\n{nonce}- value null\n\n{nonce}0 value 6\n")))
            }
        })
        .await;
        let report = piston.run(job(Language::Python3, "x", 3)).await.expect("a report");
        let verdicts: Vec<Verdict> = report.tests.iter().map(|test| test.verdict).collect();
        assert_eq!(verdicts, [Verdict::Accepted, Verdict::TimeLimit, Verdict::Accepted]);
        assert_eq!(report.tests[1].stdout.as_deref(), Some("last words"));
    }

    #[tokio::test]
    async fn hidden_tests_go_in_a_request_of_their_own_and_come_back_sealed() {
        let piston = server(|body| {
            let nonce = nonce_of(&body);
            let both = body["stdin"].as_str().expect("text").lines().count() == 3;
            assert!(!both, "visible and hidden together");
            (200, ran(format!("\n{nonce}- value null\nsecret\n\n{nonce}0 value 4\n")))
        })
        .await;
        let mut job = job(Language::Python3, "x", 2);
        job.tests[1].hidden = true;
        let report = piston.run(job).await.expect("a report");
        assert_eq!(report.tests[1].verdict, Verdict::Accepted);
        assert!(report.tests[1].stdout.is_none() && report.tests[0].stdout.is_some());
    }

    #[tokio::test]
    async fn compiling_is_looked_at_first_and_limits_have_their_verdicts() {
        let piston = server(|body| {
            let failed = json!({"stdout": "", "stderr": "solution.cpp:3:1: error: no", "code": 1, "signal": null});
            match body["stdin"].as_str() {
                Some("compile") => (200, json!({"compile": failed, "run": failed})),
                _ => (200, json!({"compile": {"code": 0}, "run": {"stdout": "x", "code": null, "signal": "SIGKILL", "status": "OL"}})),
            }
        })
        .await;
        let mut program = job(Language::Cpp, "int main() {}", 1);
        program.mode = Mode::Stdio;
        program.tests[0].input = json!("compile");
        let report = piston.run(program.clone()).await.expect("a report");
        assert_eq!(
            report.compile.as_ref().map(|stage| (stage.verdict, stage.line)),
            Some((Verdict::CompileError, Some(3)))
        );
        assert!(report.tests.is_empty());
        program.tests[0].input = json!("print");
        let report = piston.run(program).await.expect("a report");
        assert_eq!(report.tests[0].verdict, Verdict::OutputLimit);
    }

    #[tokio::test]
    async fn refusals_are_errors_and_what_has_no_driver_there_is_unsupported() {
        let piston = server(|_| (400, json!({"message": "run_timeout is too large"}))).await;
        assert_eq!(piston.run(job(Language::Python3, "x", 1)).await.expect_err("400").kind, RunErrorKind::Failed);
        assert_eq!(
            piston.run(job(Language::Cpp, "x", 1)).await.expect_err("no driver").kind,
            RunErrorKind::Unsupported
        );
        let gone = RunnerConfig { base_url: "http://127.0.0.1:9".into(), ..RunnerConfig::default() };
        assert!(Piston::open(&gone).await.expect("settings").is_err());
    }
}
