//! Boxes on this machine: one helper process per job, in one of a few slots, told what to do and listened to. Which tier
//! of closing the machine allows is found by attacking a box before the first submission comes.

use super::boxed::plan::{Ended, How, LINE_BYTES_MAX, Plan, PlanFile, Probe, Program, Told, Work};
use super::drivers::{self, Bundle, Channels};
use super::judge::{self, Bounds};
use super::languages::{self, Toolchain};
use super::queue::{Queue, Slot};
use super::report::{RunReport, TestReport, Tier, Verdict};
use super::{Capabilities, Job, Language, LanguageFound, RunError, RunErrorKind, Runner, RunnerConfig};
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

/// After so many tests that were too slow the rest is not run.
const TIMEOUTS_MAX: u32 = 3;
/// How long a helper may take to clean up once its standard input is closed; then it is killed.
const CLEAN_UP_MAX: Duration = Duration::from_secs(7);
/// What a helper may take beyond its plan's own time.
const HELPER_EXTRA: Duration = Duration::from_secs(15);
/// Where a box's folder is seen from inside, with namespaces.
const INSIDE: &str = "/box";

/// Runs submissions in boxes on this machine.
pub struct Embedded {
    inner: Arc<Inner>,
    capabilities: Capabilities,
}

struct Inner {
    helper: PathBuf,
    tier: Tier,
    slots: BTreeMap<u32, Place>,
    queue: Arc<Queue>,
    toolchains: BTreeMap<Language, Toolchain>,
    disk_kb: u64,
    processes: u64,
}

/// A slot's folder and user. The lock is held as long as the server lives.
struct Place {
    folder: PathBuf,
    uid: Option<u32>,
    _lock: File,
}

impl Embedded {
    /// Attacks a box of each tier, best first, takes the first that holds, and asks the languages inside for their
    /// versions.
    ///
    /// # Errors
    /// No tier from `minimum_tier` up holds, or no language was found: the reason, for the operator and the candidate.
    pub async fn open(config: &RunnerConfig) -> Result<Embedded, String> {
        Embedded::open_of(config, &[Tier::Namespaces, Tier::Landlock]).await
    }

    /// As `open`, but of these tiers only. What tests use to hold each tier to what it must do.
    ///
    /// # Errors
    /// As `open`.
    pub async fn open_of(config: &RunnerConfig, tiers: &[Tier]) -> Result<Embedded, String> {
        let helper = match &config.helper {
            Some(helper) => helper.clone(),
            None => std::env::current_exe().map_err(|error| format!("this program cannot find itself: {error}"))?,
        };
        let cores = std::thread::available_parallelism().map_or(1, |count| count.get() as u32);
        let boxes = config.boxes.unwrap_or_else(|| cores.saturating_sub(1)).clamp(1, 64);
        let slots = claim(config, boxes)?;
        let queue =
            Queue::new(slots.keys().rev().copied().collect(), config.waiting_max, config.waiting_per_session_max);
        let (disk_kb, processes) = (config.disk_mb * 1024, config.processes);
        let toolchains = BTreeMap::new();
        let mut inner = Inner { helper, tier: Tier::Namespaces, slots, queue, toolchains, disk_kb, processes };
        inner.tier = inner.reach(tiers, config.minimum_tier).await?;
        for language in Language::ALL {
            if let Some(toolchain) = inner.find(language).await {
                inner.toolchains.insert(language, toolchain);
            }
        }
        if inner.toolchains.is_empty() {
            return Err("no programming language is installed on this machine".to_owned());
        }
        let found =
            |toolchain: &Toolchain| LanguageFound { language: toolchain.language, version: toolchain.version.clone() };
        let languages: Vec<LanguageFound> = inner.toolchains.values().map(found).collect();
        let capabilities = Capabilities { runner: "embedded", tier: inner.tier, languages, boxes };
        Ok(Embedded { inner: Arc::new(inner), capabilities })
    }

    /// How long boxes take to stand, from asking for the helper to the last wall, in µs, so many times. For benchmarks.
    pub async fn start_times(&self, times: usize) -> Vec<u64> {
        let mut taken = Vec::new();
        let Some(slot) = self.inner.slots.keys().next().copied() else { return taken };
        for _ in 0..times {
            let nothing = Work::Program { program: nothing(), inputs: Vec::new(), timeouts_max: 1 };
            let Some(plan) = self.inner.bare_plan(slot, self.inner.tier, nothing) else { break };
            let began = Instant::now();
            if self.inner.tell(&plan, &CancellationToken::new()).await.is_ok() {
                taken.push(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
            }
        }
        taken
    }
}

/// A program that is never started.
fn nothing() -> Program {
    let argv = vec!["/bin/true".to_owned()];
    Program { argv, env: Vec::new(), cpu_ms: 1, wall_ms: 1, memory_kb: 1_024, address_kb: None, output_bytes: 1 }
}

impl Runner for Embedded {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn run(&self, job: Job) -> BoxFuture<'static, Result<RunReport, RunError>> {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move {
            job.check()?;
            let Some(toolchain) = inner.toolchains.get(&job.language).cloned() else {
                let message = format!("{} is not installed on this server", job.language);
                return Err(RunError::new(RunErrorKind::Unsupported, message));
            };
            let asked = Instant::now();
            let slot = inner.queue.enter(&job.session).await?;
            let queue_ms = millis(asked.elapsed());
            let cancel = CancellationToken::new();
            let guard = cancel.clone().drop_guard();
            // On its own, so that the slot stays taken until the box is really gone, even when nobody waits any more.
            let work = tokio::spawn(async move { inner.run(&job, &toolchain, slot, queue_ms, &cancel).await });
            let result = work.await.unwrap_or_else(|error| Err(failed(format!("a run broke off: {error}"))));
            drop(guard.disarm());
            result
        })
    }
}

impl Inner {
    async fn run(
        &self,
        job: &Job,
        toolchain: &Toolchain,
        slot: Slot,
        queue_ms: u64,
        cancel: &CancellationToken,
    ) -> Result<RunReport, RunError> {
        let began = Instant::now();
        let bundle = drivers::bundle(job, Channels::APART);
        let order = order(job);
        let plan = self.plan(job, toolchain, &bundle, &order, slot.index)?;
        let folder = match self.tier {
            Tier::Namespaces => INSIDE.to_owned(),
            _ => plan.folder.join("box").to_string_lossy().into_owned(),
        };
        let told = self.tell(&plan, cancel).await;
        drop(slot);
        let told = told.map_err(failed)?;
        let start = toolchain.start(job, &bundle);
        let bounds = Bounds { cpu_ms: start.cpu_ms, memory_kb: start.memory_kb };
        let mut report = RunReport {
            runner: "embedded".to_owned(),
            tier: self.tier,
            language: job.language,
            version: toolchain.version.clone(),
            compile: None,
            tests: Vec::new(),
            truncated: false,
            queue_ms,
            run_ms: millis(began.elapsed()),
            hidden: None,
        };
        fill(&mut report, job, &order, &told, bounds, &bundle.solution, &folder);
        report.truncated = report.tests.iter().any(|test| test.truncated);
        Ok(report)
    }

    fn plan(
        &self,
        job: &Job,
        toolchain: &Toolchain,
        bundle: &Bundle,
        order: &[usize],
        slot: u32,
    ) -> Result<Plan, RunError> {
        let program = toolchain.start(job, bundle);
        let ordered = order.iter().filter_map(|at| job.tests.get(*at));
        let run = if languages::is_driven(job) {
            let inputs = ordered.enumerate().map(|(index, test)| format!("{index} {}", test.input)).collect();
            Work::Driver { program, load_ms: toolchain.load_ms(), inputs, timeouts_max: TIMEOUTS_MAX }
        } else {
            let inputs = ordered.map(|test| test.input.as_str().unwrap_or_default().to_owned()).collect();
            Work::Program { program, inputs, timeouts_max: TIMEOUTS_MAX }
        };
        let compile = toolchain.compile(job, bundle);
        let mut plan = self.bare_plan(slot, self.tier, run).ok_or_else(|| failed("a slot has no place".into()))?;
        plan.readable.extend(toolchain.readable.clone());
        plan.files =
            bundle.files.iter().map(|(name, text)| PlanFile { name: name.clone(), text: text.clone() }).collect();
        plan.wall_ms = job.limits.job_wall_ms + compile.as_ref().map_or(0, |compile| compile.wall_ms);
        plan.compile = compile;
        Ok(plan)
    }

    fn bare_plan(&self, slot: u32, tier: Tier, run: Work) -> Option<Plan> {
        let place = self.slots.get(&slot)?;
        Some(Plan {
            tier,
            folder: place.folder.clone(),
            uid: place.uid,
            readable: languages::base(),
            files: Vec::new(),
            disk_kb: self.disk_kb,
            processes: self.processes,
            wall_ms: 20_000,
            compile: None,
            run,
        })
    }

    /// The best tier that holds, at least `minimum`.
    async fn reach(&self, tiers: &[Tier], minimum: Tier) -> Result<Tier, String> {
        let mut reasons = Vec::new();
        for tier in tiers.iter().copied() {
            match self.attack(tier).await {
                Ok(()) if tier >= minimum => return Ok(tier),
                Ok(()) => reasons.push(format!(
                    "{} holds, but at least {} is asked for; VIVA__RUNNER__MINIMUM_TIER={} would make do with it",
                    tier.name(),
                    minimum.name(),
                    tier.name()
                )),
                Err(problem) => {
                    tracing::warn!(tier = tier.name(), problem, "boxes of this tier do not hold here");
                    reasons.push(format!("{}: {problem}", tier.name()));
                }
            }
        }
        Err(format!("code cannot be run safely on this machine ({})", reasons.join("; ")))
    }

    async fn attack(&self, tier: Tier) -> Result<(), String> {
        let slot = self.slots.keys().next().copied().unwrap_or_default();
        let plan = self.bare_plan(slot, tier, Work::Probe).ok_or("there is no slot")?;
        let told = self.tell(&plan, &CancellationToken::new()).await?;
        let probes: Vec<Probe> = told
            .into_iter()
            .find_map(|told| match told {
                Told::Probed(probes) => Some(probes),
                _ => None,
            })
            .ok_or("the probes did not answer")?;
        let broken: Vec<String> = probes
            .iter()
            .filter(|probe| !probe.held)
            .map(|probe| format!("{} ({})", probe.name, probe.found))
            .collect();
        if broken.is_empty() { Ok(()) } else { Err(format!("what must be refused is not: {}", broken.join(", "))) }
    }

    /// The first toolchain of a language that answers inside a box.
    async fn find(&self, language: Language) -> Option<Toolchain> {
        let slot = self.slots.keys().next().copied()?;
        for mut toolchain in languages::candidates(language).await {
            let program = toolchain.version_program();
            let run = Work::Program { program, inputs: vec![String::new()], timeouts_max: 1 };
            let mut plan = self.bare_plan(slot, self.tier, run)?;
            plan.readable.extend(toolchain.readable.clone());
            let told = self.tell(&plan, &CancellationToken::new()).await;
            let version = told.as_ref().ok().and_then(|told| {
                told.iter().find_map(|told| match told {
                    Told::Test { ended: Ended { how: How::Exited(0), stdout, .. }, .. } => {
                        Toolchain::version_of(stdout)
                    }
                    _ => None,
                })
            });
            match version {
                Some(version) => {
                    toolchain.version = version;
                    return Some(toolchain);
                }
                None => {
                    tracing::warn!(%language, program = %toolchain.program.display(), ?told, "does not run in a box")
                }
            }
        }
        None
    }

    /// Starts a helper, gives it its plan and listens until it is done. When `cancel` fires, time is up or the helper
    /// breaks, the box is closed; in any case nothing of it is left on return.
    async fn tell(&self, plan: &Plan, cancel: &CancellationToken) -> Result<Vec<Told>, String> {
        let mut child = Command::new(&self.helper)
            .arg("sandbox-exec")
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("the helper {} cannot be started: {error}", self.helper.display()))?;
        let longest = Duration::from_millis(plan.wall_ms) + HELPER_EXTRA;
        let result = tokio::select! {
            biased;
            () = cancel.cancelled() => Err("cancelled".to_owned()),
            result = tokio::time::timeout(longest, listen(&mut child, plan)) => {
                result.unwrap_or_else(|_| Err("the helper took too long".to_owned()))
            }
        };
        drop(child.stdin.take());
        drop(child.stdout.take());
        if tokio::time::timeout(CLEAN_UP_MAX, child.wait()).await.is_err() {
            tracing::error!("a box did not end by itself and is killed");
            let _ = child.kill().await;
            sweep(&plan.folder, plan.uid);
        }
        result
    }
}

/// Gives the plan and collects what is told.
async fn listen(child: &mut Child, plan: &Plan) -> Result<Vec<Told>, String> {
    let (Some(stdin), Some(stdout)) = (child.stdin.as_mut(), child.stdout.as_mut()) else {
        return Err("the helper has no pipes".to_owned());
    };
    let mut line = serde_json::to_vec(plan).map_err(|error| format!("the plan cannot be written: {error}"))?;
    line.push(b'\n');
    stdin.write_all(&line).await.map_err(|error| format!("the helper does not listen: {error}"))?;
    stdin.flush().await.map_err(|error| format!("the helper does not listen: {error}"))?;
    let mut reader = BufReader::new(stdout);
    let mut told = Vec::new();
    loop {
        line.clear();
        let count = (&mut reader)
            .take(LINE_BYTES_MAX as u64)
            .read_until(b'\n', &mut line)
            .await
            .map_err(|error| format!("the helper cannot be heard: {error}"))?;
        if count == 0 {
            return Err("the helper ended without being done".to_owned());
        }
        match serde_json::from_slice(&line) {
            Ok(Told::Done) => return Ok(told),
            Ok(Told::Broken { problem }) => return Err(problem),
            Ok(one) => told.push(one),
            Err(error) => return Err(format!("the helper cannot be understood: {error}")),
        }
    }
}

/// The order in which tests are run: visible ones first, so that they can know nothing of hidden ones.
fn order(job: &Job) -> Vec<usize> {
    let (hidden, visible): (Vec<_>, Vec<_>) = job.tests.iter().enumerate().partition(|(_, test)| test.hidden);
    visible.into_iter().chain(hidden).map(|(at, _)| at).collect()
}

/// Writes what the helper told into the report.
fn fill(
    report: &mut RunReport,
    job: &Job,
    order: &[usize],
    told: &[Told],
    bounds: Bounds,
    solution: &str,
    folder: &str,
) {
    let mut tests: Vec<TestReport> = Vec::new();
    for test in &job.tests {
        tests.push(TestReport::not_run(&test.id, test.hidden, Verdict::TimeLimit));
    }
    for told in told {
        match told {
            Told::Compiled(ended) => {
                let stage = judge::stage(ended, solution, folder);
                let failed = stage.verdict != Verdict::Accepted;
                report.compile = Some(stage);
                if failed {
                    return;
                }
            }
            Told::NotLoaded(ended) => {
                if let Some(stage) = judge::not_loaded(ended) {
                    report.compile = Some(stage);
                    return;
                }
                for (place, test) in tests.iter_mut().zip(&job.tests) {
                    *place = judge::test_report(job, test, ended, bounds, solution);
                    place.ran = false;
                }
            }
            Told::Test { index, ended } => {
                let at = order.get(*index).copied().unwrap_or(usize::MAX);
                if let (Some(place), Some(test)) = (tests.get_mut(at), job.tests.get(at)) {
                    *place = judge::test_report(job, test, ended, bounds, solution);
                }
            }
            _ => {}
        }
    }
    report.tests = tests;
}

/// Takes `count` slots that no other server has, and cleans up what an earlier one left in them.
fn claim(config: &RunnerConfig, count: u32) -> Result<BTreeMap<u32, Place>, String> {
    let own = nix::unistd::Uid::effective();
    let base = config.folder.clone().unwrap_or_else(|| std::env::temp_dir().join(format!("viva-boxes-{own}")));
    let root = own.is_root();
    own_folder(&base, root)?;
    let mut slots = BTreeMap::new();
    for index in 0..256 {
        if slots.len() as u32 == count {
            break;
        }
        let folder = base.join(format!("slot-{index}"));
        own_folder(&folder, root)?;
        let lock = File::create(base.join(format!("slot-{index}.lock")));
        let lock = lock.map_err(|error| format!("{} cannot be locked: {error}", folder.display()))?;
        if lock.try_lock().is_err() {
            continue;
        }
        let uid = root.then_some(config.first_uid.saturating_add(index));
        sweep(&folder, uid);
        slots.insert(index, Place { folder, uid, _lock: lock });
    }
    if slots.is_empty() { Err(format!("no free slot in {}", base.display())) } else { Ok(slots) }
}

/// Makes a folder that nobody else can have put there.
fn own_folder(path: &Path, root: bool) -> Result<(), String> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    let says = |error: std::io::Error| format!("{} cannot be used for boxes: {error}", path.display());
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        other => other.map_err(says)?,
    }
    let facts = fs::symlink_metadata(path).map_err(says)?;
    if !facts.is_dir() || facts.uid() != nix::unistd::Uid::effective().as_raw() {
        return Err(format!("{} is not a folder of our own", path.display()));
    }
    // The spare users have to get through to their boxes, not to look around.
    let mode = if root { 0o711 } else { 0o700 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(says)
}

/// Ends what is left of a box and removes its files: processes of its user, or with their folder in it.
fn sweep(folder: &Path, uid: Option<u32>) {
    use std::os::unix::fs::MetadataExt;
    for _ in 0..50 {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let stale: Vec<i32> = processes
            .filter(|entry| match uid {
                Some(uid) => entry.metadata().is_ok_and(|facts| facts.uid() == uid),
                None => fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder)),
            })
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .collect();
        if stale.is_empty() {
            break;
        }
        tracing::warn!(count = stale.len(), "ending processes of a stale box");
        for pid in stale {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
        }
    }
    let _ = fs::remove_dir_all(folder.join("box"));
}

fn failed(problem: String) -> RunError {
    RunError::new(RunErrorKind::Failed, problem)
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
