//! How much faster than real time interviews are simulated, and how long it takes to judge recorded hours under fifty settings.
//! The recordings are simulated ones: five minutes each, every manner of person.
//!
//! `cargo bench --bench simulation [-- INTERVIEWS]`. Prints; asserts nothing about time.

use clap::Parser;
use std::path::Path;
use std::time::{Duration, Instant};
use viva::commands::simulate::{SimulateArgs, run_to as simulate};
use viva::commands::whatif::{WhatifArgs, run_to as whatif};

/// Recorded time that the target is about.
const HOURS: f64 = 100.0;
/// Fifty settings.
const SWEEPS: [&str; 2] = ["floor.plain_silence_ms=600..1500:100", "floor.complete_sentence_ms=400..800:100"];

#[derive(Parser)]
struct Simulate {
    #[command(flatten)]
    args: SimulateArgs,
}

#[derive(Parser)]
struct Whatif {
    #[command(flatten)]
    args: WhatifArgs,
}

fn main() {
    let interviews = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(240_u64);
    let count = interviews.to_string();
    simulated(&["--interviews", &count, "--threads", "1"]);
    simulated(&["--interviews", &count]);
    simulated(&["--interviews", &count, "--services", "rough"]);
    let parent = tempfile::tempdir().expect("a temporary folder");
    let folder = parent.path().join("recordings").to_string_lossy().into_owned();
    let took = simulated(&["--interviews", &count, "--record", &folder]);
    let hours = interviews.div_ceil(12) as f64; // Twelve of five minutes.
    println!(
        "recording: {:.1} MB an hour, {:.2} s an hour",
        megabytes(Path::new(&folder)) / hours,
        took.as_secs_f64() / hours
    );
    let took = judged(&folder);
    let hundred = took.as_secs_f64() * HOURS / hours;
    println!(
        "what-if:   50 settings over {hours:.0} recorded hours in {:.1} s: {hundred:.0} s for {HOURS} h",
        took.as_secs_f64()
    );
}

fn simulated(args: &[&str]) -> Duration {
    let asked = Simulate::parse_from([&["simulate"], args].concat()).args;
    let (begun, mut table) = (Instant::now(), Vec::new());
    if simulate(&asked, &mut table, &mut std::io::stdout()) != 0 {
        println!("AN INVARIANT WAS BROKEN: {args:?}");
    }
    begun.elapsed()
}

fn judged(folder: &str) -> Duration {
    let asked = Whatif::parse_from(["whatif", folder, "--sweep", SWEEPS[0], "--sweep", SWEEPS[1]]).args;
    let (begun, mut table) = (Instant::now(), Vec::new());
    let code = whatif(&asked, &mut table, &mut std::io::stdout());
    let rows = String::from_utf8_lossy(&table).lines().count();
    if code != 0 || rows < 52 {
        println!("THE SWEEP FAILED: exit code {code}, {rows} rows");
    }
    begun.elapsed()
}

fn megabytes(folder: &Path) -> f64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = files.filter_map(|entry| std::fs::metadata(entry.path().join("steps.jsonl")).ok());
    sizes.map(|meta| meta.len() as f64 / 1e6).sum()
}
