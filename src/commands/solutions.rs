//! What runs the bank's reference solutions from a terminal: boxes of this machine, or plain processes of ours.

use crate::app::solve::Boxed;
use crate::language::Language;
use crate::providers::runner::{self, RunnerConfig};
use crate::questions::solve::{Answer, Direct, Job, Runner, SolveError};
use std::thread::available_parallelism;
use tokio::runtime::Runtime;

/// Where solutions run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Place {
    /// In boxes, in every language of this machine
    Boxes,
    /// As plain processes: Python and C++ only
    Processes,
}

/// An opened place for solutions.
pub struct Solutions {
    runner: Box<dyn Runner>,
    /// Which it is, in words for people.
    pub said: String,
    // Drives the boxes; dropped after them.
    _runtime: Option<Runtime>,
}

impl Solutions {
    /// Opens the place that is asked for; without a wish boxes, and processes where there are none.
    ///
    /// # Errors
    /// Boxes are asked for and cannot be had: why.
    pub fn open(wish: Option<Place>) -> Result<Solutions, String> {
        if wish == Some(Place::Processes) {
            return Ok(Solutions::direct("as plain processes".to_owned()));
        }
        match Solutions::boxed() {
            Err(why) if wish.is_none() => {
                Ok(Solutions::direct(format!("as plain processes, Python and C++ only: {why}")))
            }
            result => result,
        }
    }

    fn direct(said: String) -> Solutions {
        Solutions { runner: Box::new(Direct::default()), said, _runtime: None }
    }

    fn boxed() -> Result<Solutions, String> {
        let runtime = Runtime::new().map_err(|error| format!("no runtime can be had: {error}"))?;
        let boxes = available_parallelism().map_or(1, usize::from).min(64) as u32;
        let config = RunnerConfig { boxes: Some(boxes), ..RunnerConfig::default() };
        let opened = runtime.block_on(runner::open(&config)).map_err(|error| error.to_string())?;
        if let Some(why) = opened.disabled {
            return Err(why);
        }
        let found = opened.runner.capabilities();
        let languages: Vec<&str> = found.languages.iter().map(|found| found.language.id()).collect();
        let skipped: Vec<&str> =
            Language::ALL.map(Language::id).into_iter().filter(|id| !languages.contains(id)).collect();
        let mut said = format!("in boxes (tier {}): {}", found.tier.name(), languages.join(", "));
        if !skipped.is_empty() {
            said += &format!("; not installed and passed over: {}", skipped.join(", "));
        }
        let runner = Box::new(Boxed::new(opened.runner, runtime.handle().clone()));
        Ok(Solutions { runner, said, _runtime: Some(runtime) })
    }
}

impl Runner for Solutions {
    fn run(&self, job: &Job) -> Result<Vec<Answer>, SolveError> {
        self.runner.run(job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_are_had_everywhere_and_say_what_they_are() {
        let solutions = Solutions::open(Some(Place::Processes)).expect("always there");
        assert_eq!(solutions.said, "as plain processes");
    }

    #[test]
    fn without_boxes_processes_are_taken_only_when_nothing_was_asked_for() {
        // The program that runs the tests has no helper in it: no box can be made.
        let Err(why) = Solutions::open(Some(Place::Boxes)) else { panic!("boxes without a helper") };
        let solutions = Solutions::open(None).expect("processes");
        assert!(solutions.said.starts_with("as plain processes, Python and C++ only: "), "{}", solutions.said);
        assert!(why.contains("safely"), "{why}");
    }
}
