//! What running code costs: the start of a box, twenty tests of a Python and a JavaScript solution, a C++ solution beyond
//! its compile time. Prints figures, asserts nothing.
//!
//! `cargo bench --bench runner`; takes some twenty seconds.

use serde_json::json;
use std::time::Instant;
use viva::providers::runner::embedded::Embedded;
use viva::providers::runner::{
    Comparator, Expected, Job, Language, Limits, Mode, RunReport, Runner, RunnerConfig, SourceFile, Test, Tier, Type,
};

/// Rounds of each figure.
const ROUNDS: usize = 21;
/// Tests of one job.
const TESTS: i64 = 20;

#[tokio::main]
async fn main() {
    for tier in [Tier::Namespaces, Tier::Landlock] {
        let folder = std::env::temp_dir().join(format!("viva-bench-{}-{}", tier.name(), std::process::id()));
        let helper = Some(env!("CARGO_BIN_EXE_viva").into());
        let config =
            RunnerConfig { helper, folder: Some(folder.clone()), minimum_tier: Tier::Landlock, ..Default::default() };
        let began = Instant::now();
        match Embedded::open_of(&config, &[tier]).await {
            Ok(runner) => {
                println!("{}: self-test and languages {} ms", tier.name(), began.elapsed().as_millis());
                measure(&runner).await;
            }
            Err(reason) => println!("{}: not measured: {reason}", tier.name()),
        }
        let _ = std::fs::remove_dir_all(folder);
    }
}

async fn measure(runner: &Embedded) {
    if let Some(us) = median(runner.start_times(ROUNDS).await) {
        println!("  start of a box, median                {:>7} µs", us);
    }
    for (language, text) in [
        (Language::Python3, "def f(a):\n    return 2 * a\n"),
        (Language::JavaScript, "function f(a) { return 2 * a; }\n"),
        (Language::Cpp, "#include <vector>\nint f(int a) { return 2 * a; }\n"),
        (Language::Java, "class Solution { int f(int a) { return 2 * a; } }\n"),
        (Language::Rust, "fn f(a: i64) -> i64 { 2 * a }\n"),
    ] {
        if !runner.capabilities().languages.iter().any(|found| found.language == language) {
            continue;
        }
        let rounds = if matches!(language, Language::Python3 | Language::JavaScript) { ROUNDS } else { 3 };
        let (mut all, mut beyond) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let began = Instant::now();
            let report: RunReport = runner.run(job(language, text)).await.expect("a report");
            let took = began.elapsed().as_millis() as u64;
            assert_eq!(report.passed(), (TESTS as usize, TESTS as usize), "{report:?}");
            all.push(took);
            beyond.push(took.saturating_sub(report.compile.map_or(0, |stage| stage.wall_ms)));
        }
        let (all, beyond) = (median(all).unwrap_or(0), median(beyond).unwrap_or(0));
        println!(
            "  {TESTS} tests of {:<12} p50            {all:>7} ms, {beyond} ms of it beyond compiling",
            language.id()
        );
    }
}

fn median(mut values: Vec<u64>) -> Option<u64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

fn job(language: Language, text: &str) -> Job {
    let test = |number: i64| Test {
        id: number.to_string(),
        input: json!([number]),
        expected: Expected::Value(json!(2 * number)),
        hidden: number % 2 == 0,
    };
    Job {
        session: "bench".into(),
        language,
        files: vec![SourceFile { name: language.file().into(), text: text.into() }],
        mode: Mode::Function { entry: "f".into(), params: vec![Type::Int], returns: Type::Int },
        tests: (1..=TESTS).map(test).collect(),
        comparator: Comparator::Exact,
        limits: Limits::default(),
    }
}
