//! The figures of turn-taking over a fixed set of interviews: a change that makes one worse than its bound fails here.

use crate::home;
use std::fs;
use viva::interview::floor::FloorSettings;
use viva::sim::bounds::BoundsFile;
use viva::sim::people::Person;
use viva::sim::study::{Services, Study, sum};

#[test]
fn no_figure_of_turn_taking_is_worse_than_its_bound() {
    let text = fs::read_to_string(home().join("bounds.toml")).expect("replay-tests/bounds.toml");
    let file = BoundsFile::read(&text).expect("the bounds can be read");
    let study = Study {
        people: Person::ALL.to_vec(),
        first: file.first_seed,
        each: file.each,
        floor: FloorSettings::default(),
        services: Services::Published,
        listens: false,
        model_ms: None,
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let held = study.hold(threads, &|_| ());
    let (all, rows) = sum(&held);
    println!("{}\nbounds at these figures and a little room:\n\n{}", all.table(), file.suggest(&all, &rows));
    let wrong = file.breaches(&all, &rows);
    assert!(wrong.is_empty(), "\n{}\n{HELP}", wrong.join("\n"));
    let broken: Vec<String> = held
        .iter()
        .filter(|held| !held.broken.is_empty())
        .map(|held| {
            format!("viva simulate --person {} --seed {} --log: {:?}", held.person.id(), held.seed, held.broken)
        })
        .collect();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

const HELP: &str = "Turns are taken worse than before. `viva simulate` shows by whom, `viva simulate --ablate` what each rule is worth.\n\
                    If it must be so, write the new bounds into replay-tests/bounds.toml and say why in the commit.";
