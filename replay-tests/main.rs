//! Replays every recording under `replay-tests/cases/` and fails with the first step that differs. After an intended
//! change of behaviour, `VIVA_BLESS=1 cargo test --test replay-tests` accepts the core's present answers; commit what
//! changes with a sentence on why.

mod attempts;
mod floor;
mod guards;
mod keyboards;
mod metrics;

use std::fs;
use std::path::{Path, PathBuf};
use viva::interview::Interview;
use viva::interview::floor::FloorSettings;
use viva::recording::Steps;
use viva::replay::{self, Played, Tail, cases};
use viva::sim::people::Person;
use viva::sim::{self, cases as scenarios};

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests")
}

#[test]
fn every_case_replays_without_a_difference() {
    let bless = std::env::var("VIVA_BLESS").is_ok_and(|value| value == "1");
    let (count, wrong) = cases::check(&home().join("cases"), bless).expect("the cases can be read");
    let passed = count - wrong.len();
    assert!(wrong.is_empty(), "\n{}\n{passed} passed, {} failed\n{HELP}", wrong.join("\n"), wrong.len());
}

#[test]
fn the_readme_says_of_every_case_what_it_guards() {
    let readme = fs::read_to_string(home().join("README.md")).expect("replay-tests/README.md");
    let (of_cases, of_scenarios) = readme.split_once("## Scenarios").expect("both parts");
    let mut wrong = cases::undescribed(&home().join("cases"), of_cases).expect("the cases can be read");
    wrong.extend(cases::undescribed(&home().join("scenarios"), of_scenarios).expect("the scenarios can be read"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_scenario_runs_as_it_is_expected_to() {
    let bless = std::env::var("VIVA_BLESS").is_ok_and(|value| value == "1");
    let (count, wrong) = scenarios::check(&home().join("scenarios"), bless).expect("the scenarios can be read");
    let passed = count - wrong.len();
    assert!(wrong.is_empty(), "\n{}\n{passed} passed, {} failed\n{HELP}", wrong.join("\n"), wrong.len());
}

#[test]
fn the_steps_of_a_scenario_replay_like_a_recording() {
    for folder in scenarios::find(&home().join("scenarios")).expect("the scenarios can be read") {
        let text = fs::read_to_string(folder.join(scenarios::SCENARIO_FILE)).expect("a scenario");
        let scenario = sim::Scenario::read(&text).expect("reads");
        let run = sim::run_quietly(&scenario);
        let steps = Steps::new(folder.clone(), &run.steps);
        let replayed = replay::run(&mut Interview::new(scenario.setup()), steps, Tail::Whole, &mut Played::default());
        assert!(replayed.is_ok(), "{}: {replayed:?}", folder.display());
    }
}

/// `VIVA_SEEDS=from..to` runs others than the usual; a single one is printed step by step.
#[test]
fn random_interviews_break_no_invariant() {
    let seeds: Option<std::ops::Range<u64>> = std::env::var("VIVA_SEEDS").ok().and_then(|seeds| {
        let (from, to) = seeds.split_once("..")?;
        Some(from.parse().ok()?..to.parse().ok()?)
    });
    if let Some(seed) = seeds.clone().filter(|seeds| seeds.end - seeds.start == 1).map(|seeds| seeds.start) {
        println!("{}", sim::run(&sim::random(seed)).log.unwrap_or_default());
    }
    let mut wrong = Vec::new();
    let (mut measure, mut duration) = (sim::Measure::default(), 0);
    let usual = (0..SEEDS).chain(ONCE_BROKEN);
    for seed in seeds.map_or_else(|| usual.collect::<Vec<_>>(), Iterator::collect) {
        let run = sim::run_quietly(&sim::random(seed));
        measure.add(&run.measure);
        duration += run.duration.0;
        wrong.extend(run.violations.first().map(|what| format!("seed {seed}: {what}")));
    }
    println!("{} s of interviews\n{}", duration / 1000, measure.table());
    assert!(wrong.is_empty(), "\n{}\n{} of them", wrong.join("\n"), wrong.len());
}

/// Enough that every fault of every service meets every manner.
const SEEDS: u64 = 400;

/// Seeds that found a fault once: a commit in an undecided sound, voice that was on when the microphone stalled, a client told to
/// speak into a sound, and what the checks themselves had wrong.
const ONCE_BROKEN: [u64; 8] = [706, 790, 1707, 1807, 2807, 3834, 4513, 5642];

/// People among slow services with every fault, by the seeds that found something once.
#[test]
fn people_among_rough_services_break_no_invariant() {
    let mut wrong = Vec::new();
    let others = Person::TalksToOthers;
    for (person, seed) in [(others, 73), (others, 76), (others, 169), (Person::Rambler, 102), (Person::OneWord, 134)] {
        let mut scenario = person.interview(seed, &FloorSettings::default());
        sim::manners::rough(&mut scenario);
        wrong.extend(sim::run_quietly(&scenario).violations.first().map(|what| format!("{person:?} {seed}: {what}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

const HELP: &str =
    "If the core is meant to answer differently now, run this again with VIVA_BLESS=1 and commit the new cases.";
