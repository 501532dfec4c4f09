//! Runners of both tiers, opened once, and short ways to make jobs.

use serde_json::{Value, json};
use std::future::Future;
use std::path::PathBuf;
use std::sync::LazyLock;
use tokio::runtime::Runtime;
use viva::providers::runner::embedded::Embedded;
use viva::providers::runner::{
    Capabilities, Comparator, Expected, Job, Language, Limits, Mode, RunReport, Runner, RunnerConfig, SourceFile, Test,
    Tier, Type, Verdict,
};

/// Where the program under test is; the plain user's run has a copy of its own.
pub fn program() -> PathBuf {
    std::env::var_os("VIVA_TEST_PROGRAM").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_viva")), PathBuf::from)
}

/// The runtime of all tests: boxes are shared, so what drives them must outlive each test.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
static NAMESPACES: LazyLock<Embedded> = LazyLock::new(|| opened(Tier::Namespaces));
static LANDLOCK: LazyLock<Embedded> = LazyLock::new(|| opened(Tier::Landlock));

/// Settings of a runner of its own: folder and spare users are shared with no other name.
pub fn config(name: &str) -> RunnerConfig {
    let names = ["namespaces", "landlock", "cancel-namespaces", "cancel-landlock", "stale", "interview"];
    let place = names.iter().position(|known| *known == name).expect("a name of the list");
    let own = nix::unistd::Uid::effective();
    RunnerConfig {
        boxes: Some(2),
        disk_mb: 8,
        minimum_tier: Tier::Landlock,
        folder: Some(std::env::temp_dir().join(format!("viva-test-{name}-{own}"))),
        helper: Some(program()),
        // 256 slots each: a second run of these tests at the same time takes other slots of the same folder.
        first_uid: 1_910_000_000 + 256 * place as u32,
        ..RunnerConfig::default()
    }
}

fn opened(tier: Tier) -> Embedded {
    let name = tier.name();
    let runner = wait(Embedded::open_of(&config(name), &[tier]));
    runner.unwrap_or_else(|reason| panic!("{name} is not to be had here: {reason}"))
}

pub fn wait<T: Send>(future: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| scope.spawn(|| RUNTIME.block_on(future)).join().expect("no panic"))
}

/// Both tiers.
pub fn runners() -> [&'static Embedded; 2] {
    [&NAMESPACES, &LANDLOCK]
}

pub fn capabilities() -> &'static Capabilities {
    NAMESPACES.capabilities()
}

pub fn run(runner: &Embedded, job: Job) -> RunReport {
    wait(runner.run(job)).expect("a report")
}

/// Runs the job in a box of each tier.
pub fn both(job: &Job) -> [RunReport; 2] {
    runners().map(|runner| run(runner, job.clone()))
}

/// A job of a function `solve` that takes and returns any JSON, with small limits.
pub fn job(language: Language, text: &str, tests: &[(Value, Value)]) -> Job {
    let test = |(number, (input, expected)): (usize, &(Value, Value))| Test {
        id: format!("t{}", number + 1),
        input: json!([input]),
        expected: Expected::Value(expected.clone()),
        hidden: false,
    };
    Job {
        // Each job a session of its own, so that none waits for another of the same test.
        session: format!("{:?}", std::thread::current().id()),
        language,
        files: vec![SourceFile { name: language.file().into(), text: text.into() }],
        mode: Mode::Function { entry: "solve".into(), params: vec![Type::Any], returns: Type::Any },
        tests: tests.iter().enumerate().map(test).collect(),
        comparator: Comparator::Exact,
        limits: Limits { cpu_ms: 100, memory_mb: 48, output_kb: 16, ..Limits::default() },
    }
}

pub fn python(text: &str, tests: &[(Value, Value)]) -> Job {
    job(Language::Python3, text, tests)
}

pub fn verdicts(report: &RunReport) -> Vec<Verdict> {
    report.tests.iter().map(|test| test.verdict).collect()
}

/// What a Python function returns in a box of each tier.
pub fn answers(text: &str) -> [Value; 2] {
    let mut job = python(text, &[(json!(null), json!(null))]);
    job.tests[0].expected = Expected::Anything;
    both(&job).map(|report| {
        let test = &report.tests[0];
        let value = test.value.as_deref().unwrap_or_else(|| panic!("no answer: {test:?}"));
        serde_json::from_str(value).expect("JSON")
    })
}
