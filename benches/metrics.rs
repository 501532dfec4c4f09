//! What it costs to measure and score an interview: an hour of coding, simulated, with talk, sound, thousands of keystrokes and
//! tens of runs.
//!
//! `cargo bench --bench metrics`. Prints processor time, which other work on the machine disturbs least; asserts nothing about it, but
//! that the interview is as long as it says.

mod hour;

use hour::hour;
use std::path::PathBuf;
use std::time::Instant;
use viva::app::grade::offers;
use viva::questions::Bank;
use viva::recording::Steps;
use viva::scorecard::metrics::{METRICS, measure};
use viva::scorecard::record::Record;
use viva::scorecard::score;
use viva::scorecard::timeline::timeline;

const ROUNDS: usize = 21;

fn main() {
    let scenario = hour();
    let run = viva::sim::run_quietly(&scenario);
    let minutes = run.duration.0 / 60_000;
    println!("{minutes} min, {} MB of steps", run.steps.len() / 1_000_000);
    assert!(minutes >= 59, "it is over before the hour is");
    let read = || Record::read(scenario.setup(), Steps::new(PathBuf::new(), &run.steps)).expect("a record");
    let record = read();
    println!(
        "{} steps, {} turns, {} utterances, {} segments of speech, {} edits, {} runs",
        record.steps,
        record.turns.len(),
        record.utterances.len(),
        record.speech.len(),
        record.code.as_ref().map_or(0, |code| code.edits.len()),
        record.runs.len()
    );
    print("steps to record", || drop(read()));
    print("all metrics (target ≤ 50 ms)", || drop(measure(&record)));
    let offers = offers(&Bank::embedded().expect("our questions"));
    let metrics = measure(&record);
    print("rubric and scorecard of what was measured", || {
        let rubric = score::rubric_of(&record).expect("a rubric");
        drop(score::score(&record, &metrics, &rubric, None, &offers).to_json());
    });
    let score = |record: &Record| {
        let rubric = score::rubric_of(record).expect("a rubric");
        score::score(record, &measure(record), &rubric, None, &offers).to_json()
    };
    print("scorecard without a model, from the steps on (target ≤ 200 ms)", || drop(score(&read())));
    print("everything on one clock for the review", || {
        drop(serde_json::to_string(&timeline(&record, &[])).expect("JSON"));
    });
    let mut each: Vec<(u128, &str)> = METRICS
        .iter()
        .map(|metric| {
            let begun = Instant::now();
            let _measured = (metric.measure)(&record);
            (begun.elapsed().as_micros(), metric.id)
        })
        .collect();
    each.sort_unstable_by(|one, other| other.cmp(one));
    let dearest: Vec<String> = each.iter().take(5).map(|(micros, id)| format!("{id} {micros} µs")).collect();
    println!("the dearest: {}", dearest.join(", "));
}

fn print(what: &str, work: impl Fn()) {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begun = processor_ms();
            work();
            processor_ms() - begun
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{what}: p50 {:.1} ms, worst {:.1} ms", times[ROUNDS / 2], times[ROUNDS - 1]);
}

/// What this thread has used so far.
fn processor_ms() -> f64 {
    let used = nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID).expect("there is such a clock");
    used.tv_sec() as f64 * 1000.0 + used.tv_nsec() as f64 / 1_000_000.0
}
