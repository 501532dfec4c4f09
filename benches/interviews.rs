//! What an interview costs: latency that Viva adds to its providers', CPU, memory, barge-in; for one interview and for two
//! hundred at once, and for idle ones; what turns cost while disk and database are slow. A released `viva serve` with scripted services runs as one process, `viva rehearse`
//! as the load in another on the same machine; the figures are the server's own ledgers and the system's accounts.
//!
//! `cargo bench --bench interviews -- [ONE|MANY|IDLE|SLOW]` runs a part; VIVA_BENCH_SESSIONS sets how many are at once (200). SLOW is
//! measured on PostgreSQL as well where VIVA_BENCH_POSTGRES names a database (`scripts/with-postgres.sh`).

use serde_json::Value;
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Outcome<T> = Result<T, Box<dyn Error>>;

const VIVA: &str = env!("CARGO_BIN_EXE_viva");
const IDLE_SESSIONS: usize = 100;
const IDLE_SECONDS: u64 = 20;
/// At once on a slow disk: one thread writes all recordings, and more would be more than it can write at all.
const SLOW_SESSIONS: usize = 8;
/// How long every write of the slow disk and database takes.
const SLOW_MS: u64 = 500;
/// What they leave is taken in within this time, however slowly.
const KEPT_WITHIN: Duration = Duration::from_secs(300);

/// A server process; ends with this value.
struct Server {
    process: Child,
    url: String,
    folder: PathBuf,
}

impl Server {
    /// Starts a server whose model's first words come `model_first_ms` after it was asked; all else is immediate.
    fn start(model_first_ms: u64) -> Outcome<Server> {
        Server::start_with(model_first_ms, "")
    }

    /// As [`Server::start`], with these settings as well.
    fn start_with(model_first_ms: u64, more: &str) -> Outcome<Server> {
        let folder = std::env::temp_dir().join(format!("viva-bench-{}-{model_first_ms}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let config = folder.join("config.toml");
        fs::write(&config, configuration(model_first_ms) + more)?;
        let mut process = Command::new(VIVA)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .arg("--data")
            .arg(folder.join("data"))
            .arg("--config")
            .arg(&config)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let mut lines = BufReader::new(process.stderr.take().ok_or("no stderr")?).lines();
        let url = loop {
            let line = lines.next().ok_or("the server did not start")??;
            if let Some(url) = line.strip_prefix("Viva: ") {
                break url.to_owned();
            }
        };
        // The log is read to its end, or the server would wait for it.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Server { process, url, folder })
    }

    fn rehearse(&self, sessions: usize) -> Outcome<Value> {
        let candidate = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/load.toml");
        let output = Command::new(VIVA)
            .args(["rehearse", "parcel-lockers", "--json", "--quiet", "--server", &self.url])
            .args(["--sessions", &sessions.to_string(), "--ramp-s", &(sessions / 8).max(1).to_string()])
            .args(["--server-pid", &self.process.id().to_string()])
            .arg("--candidate")
            .arg(candidate)
            .stderr(Stdio::inherit())
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        Ok(serde_json::from_str(text.lines().last().ok_or("the rehearsal printed nothing")?)?)
    }

    /// Waits until all that was recorded is kept: how long that takes, in s, and of how many it is not whole.
    fn kept(&self, report: &Value) -> Outcome<(f64, usize)> {
        let begun = Instant::now();
        let client = reqwest::Client::builder().no_proxy().build()?;
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
            let mut torn = 0;
            for session in report["sessions"].as_array().into_iter().flatten() {
                // One that was never made is a failure of its own.
                let Some(id) = session["session"].as_str().filter(|id| !id.is_empty()) else { continue };
                loop {
                    let answer = client.get(format!("{}/v1/sessions/{id}", self.url)).send().await?;
                    let view: Value = serde_json::from_str(&answer.text().await?)?;
                    if let Some(complete) = view["complete"].as_bool() {
                        torn += usize::from(!complete);
                        break;
                    }
                    if begun.elapsed() > KEPT_WITHIN {
                        return Err(format!("{id} is not kept: {view}").into());
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            Ok((begun.elapsed().as_secs_f64(), torn))
        })
    }

    /// CPU time used so far, in ms, and memory in kB.
    fn usage(&self) -> Outcome<(u64, u64)> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        // After the name: utime and stime are the 12th and 13th field, in clock ticks of 10 ms.
        let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok((ticks * 10, memory.trim().trim_end_matches(" kB").parse()?))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn configuration(model_first_ms: u64) -> String {
    format!(
        r#"
[stt]
provider = "fake"
[stt.fake]
last = {{ min_ms = 0, max_ms = 0 }}
utterances = [{{ text = "I would keep the free ones in a sorted set." }}]
[llm]
provider = "fake"
[llm.fake]
first = {{ min_ms = {model_first_ms}, max_ms = {model_first_ms} }}
between = {{ min_ms = 0, max_ms = 0 }}
answers = ["That is a sound idea to begin with. How much memory would it need when the list is very long?"]
[tts]
provider = "fake"
[tts.fake]
first = {{ min_ms = 0, max_ms = 0 }}
between = {{ min_ms = 0, max_ms = 0 }}
[vad]
provider = "earshot"
[limits]
interviews_max = 1000
"#
    )
}

/// The p-th percentile (nearest rank) of the values.
fn percentile(mut values: Vec<u64>, percent: usize) -> String {
    if values.is_empty() {
        return "–".into();
    }
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100).max(1);
    values[rank - 1].to_string()
}

/// For every answered turn: ms from one stage of the server's ledger to another.
fn spans(report: &Value, from: &str, to: &str) -> Vec<u64> {
    let sessions = report["sessions"].as_array().into_iter().flatten();
    let turns = sessions.flat_map(|session| session["turns"].as_array().into_iter().flatten());
    turns
        .filter_map(|turn| {
            let ledger = &turn["server"]["ledger"];
            ledger[to].as_u64()?.checked_sub(ledger[from].as_u64()?)
        })
        .collect()
}

fn failures(report: &Value) -> usize {
    let sessions = report["sessions"].as_array().into_iter().flatten();
    sessions.filter(|session| session["failures"].as_array().is_some_and(|list| !list.is_empty())).count()
}

fn row(what: &str, value: String, target: &str) {
    println!("{what:<78} {value:>12}   {target}");
}

fn held(sessions: usize, targets: (&str, &str)) -> Outcome<()> {
    let name = if sessions == 1 { "one interview".to_owned() } else { format!("{sessions} interviews at once") };
    println!("\n{name}");
    let server = Server::start(0)?;
    let report = server.rehearse(sessions)?;
    let minutes: u64 =
        report["sessions"].as_array().into_iter().flatten().filter_map(|s| s["length_ms"].as_u64()).sum();
    let (cpu, before, most) =
        (&report["load"]["cpu_ms"], &report["load"]["memory_before_kb"], &report["load"]["memory_most_kb"]);
    let memory = most.as_u64().unwrap_or(0).saturating_sub(before.as_u64().unwrap_or(0)) / sessions as u64;
    let ready = spans(&report, "committed_ms", "first_sent_ms");
    row("turn committed → first sound sent, answer ready: p50 / p95, ms", pair(&ready), targets.0);
    let late = Server::start(700)?;
    let late_report = late.rehearse(sessions)?;
    let added = spans(&late_report, "llm_first_token_ms", "first_sent_ms");
    row("model's first word → first sound sent, answer late: p50 / p95, ms", pair(&added), targets.0);
    let cpu_ms_per_minute = cpu.as_u64().unwrap_or(0) * 60_000 / minutes.max(1);
    row("CPU per interview-minute, voice detection included, ms", cpu_ms_per_minute.to_string(), "≤ 200");
    row("memory per interview, kB", memory.to_string(), if sessions == 1 { "" } else { "≤ 2048" });
    let barge_in = &report["summary"]["last_received_ms"];
    row(
        "barge-in, first speech sample → last frame sent: p50 / p95, ms",
        format!("{} / {}", barge_in["p50"], barge_in["p95"]),
        targets.1,
    );
    let failed = failures(&report) + failures(&late_report);
    row("interviews that were not as expected", failed.to_string(), "0");
    let lateness = report["sessions"].as_array().into_iter().flatten().filter_map(|s| s["late_ms"].as_u64()).max();
    row("the load's own lateness at most, ms (its figures are worth no more)", lateness.unwrap_or(0).to_string(), "");
    Ok(())
}

fn pair(values: &[u64]) -> String {
    format!("{} / {}", percentile(values.to_vec(), 50), percentile(values.to_vec(), 95))
}

/// The same interviews on disk and database as they are, and with every write of both waiting first.
fn slow() -> Outcome<()> {
    println!("\n{SLOW_SESSIONS} interviews at once, every write of disk and database delayed");
    let postgres = std::env::var("VIVA_BENCH_POSTGRES").ok();
    let databases = [("SQLite", Some(String::new())), ("PostgreSQL", postgres.map(|url| format!("url = \"{url}\"\n")))];
    let heads =
        ["committed → first sent", "end of speech → heard", "barge-in → silence", "all kept after", "not as expected"];
    println!("{:<26} {}", "p50 / p95, ms", heads.map(|head| format!("{head:>24}")).concat());
    for (name, settings) in databases {
        let Some(settings) = settings else {
            println!("{name:<26} not measured (VIVA_BENCH_POSTGRES is not set; see scripts/with-postgres.sh)");
            continue;
        };
        for delay_ms in [0, SLOW_MS] {
            let server = Server::start_with(0, &format!("[store]\nwrite_delay_ms = {delay_ms}\n{settings}"))?;
            let report = server.rehearse(SLOW_SESSIONS)?;
            let (kept_s, torn) = server.kept(&report)?;
            let summary = |what: &str| {
                let figure = &report["summary"][what];
                format!("{} / {}", figure["p50"], figure["p95"])
            };
            let figures = [
                pair(&spans(&report, "committed_ms", "first_sent_ms")),
                summary("answered_ms"),
                summary("last_received_ms"),
                format!("{kept_s:.0} s"),
                (failures(&report) + torn).to_string(),
            ];
            let what = format!("{name}, {delay_ms} ms a write");
            println!("{what:<26} {}", figures.map(|figure| format!("{figure:>24}")).concat());
            for failed in report["sessions"].as_array().into_iter().flatten().flat_map(|one| one["failures"].as_array())
            {
                failed.iter().for_each(|failure| println!("    {failure}"));
            }
        }
    }
    Ok(())
}

/// Interviews whose client is there and sends nothing.
async fn idle() -> Outcome<()> {
    println!("\n{IDLE_SESSIONS} idle interviews, {IDLE_SECONDS} s");
    let server = Server::start(0)?;
    let (_, memory_before) = server.usage()?;
    let mut sockets = Vec::new();
    for _ in 0..IDLE_SESSIONS {
        let url = format!("ws{}/v1/realtime", server.url.trim_start_matches("http"));
        sockets.push(tokio_tungstenite::connect_async(url).await?.0);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (before, memory) = server.usage()?;
    tokio::time::sleep(Duration::from_secs(IDLE_SECONDS)).await;
    let (after, _) = server.usage()?;
    let share = (after - before) as f64 / 1000.0 / IDLE_SECONDS as f64 / IDLE_SESSIONS as f64 * 100.0;
    row("CPU of one idle interview, % of a core", format!("{share:.4}"), "< 0.1");
    row(
        "memory of one idle interview, kB",
        (memory.saturating_sub(memory_before) / IDLE_SESSIONS as u64).to_string(),
        "",
    );
    Ok(())
}

fn main() -> Outcome<()> {
    viva::providers::install_tls();
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let runs = |part: &str| wanted.is_empty() || wanted.iter().any(|name| name.eq_ignore_ascii_case(part));
    let many = std::env::var("VIVA_BENCH_SESSIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(200);
    println!("{:<78} {:>12}   target", "interviews", "measured");
    if runs("one") {
        held(1, ("p95 ≤ 10", "p50 ≤ 250"))?;
    }
    if runs("many") {
        held(many, ("p95 ≤ 25", ""))?;
    }
    if runs("idle") {
        tokio::runtime::Runtime::new()?.block_on(idle())?;
    }
    if runs("slow") {
        slow()?;
    }
    Ok(())
}
