//! Simulated interviews: a scripted candidate, services with delays and faults, and the core, under a virtual clock.
//! Same scenario, same bytes. A run's steps are those of a recording.
//!
//! - [`scenario`]: what an interview is made of, as TOML. [`manners`]: scenarios drawn from a seed.
//! - [`people`]: twelve manners of speaking, for the table of turn-taking.
//! - [`world`]: the loop. [`clock`], [`random`]: its time and chance.
//! - [`candidate`] (mouth), [`typist`] (hands), [`services`], [`playout`], [`player`]: who takes part.
//! - [`cost`]: what the answers' speed costs. [`spent`]: where their time goes.
//! - [`checks`]: what must always hold. [`expect`]: what one scenario expects. [`measure`]: how well turns were
//!   taken. [`failures`]: the turns that were not.
//! - [`study`]: thousands of interviews on all cores. [`figures`]: their figures and targets. [`worth`]: what each rule is
//!   worth. [`bounds`]: what no change may make worse.
//! - [`golden`]: a run as a text for people. [`cases`]: the scenarios kept as tests.
//!   [`guards`]: what each of them guards.

pub mod bounds;
pub mod candidate;
pub mod cases;
pub mod checks;
pub mod clock;
pub mod cost;
pub mod courses;
pub mod expect;
pub mod failures;
pub mod figures;
pub mod golden;
pub mod guards;
mod listener;
pub mod manners;
pub mod measure;
pub mod people;
pub mod player;
pub mod playout;
pub mod random;
pub mod runs;
pub mod scenario;
mod services;
pub mod spent;
pub mod study;
pub mod typist;
pub mod world;
pub mod worth;

pub use manners::random;
pub use measure::Measure;
pub use scenario::Scenario;
pub use world::{Keep, Run, World};

/// Runs a scenario to its end, with its steps and a readable log.
pub fn run(scenario: &Scenario) -> Run {
    World::new(scenario, Keep::Log).run()
}

/// Runs a scenario to its end, with its steps.
pub fn run_quietly(scenario: &Scenario) -> Run {
    World::new(scenario, Keep::Steps).run()
}

/// Runs a scenario to its end for its figures alone.
pub fn run_for_figures(scenario: &Scenario) -> Run {
    World::new(scenario, Keep::Nothing).run()
}
