//! Runs our own reference solutions, for the lint. Only for code we trust: there is no box around it. Candidates' code
//! is run by `providers::runner`; what implements [`Runner`] can take this one's place.

mod cpp;
mod process;
mod python;

use super::Verdict;
use super::format::{Io, Limits};
use super::tests_file::Made;
use crate::comparator::Comparator;
use crate::language::Language;
use serde_json::Value;
use std::sync::OnceLock;

/// CPU time after which a test is given up, in percent of the limit: what is too slow must be clearly so.
pub const GIVE_UP_PERCENT: u64 = 150;

/// What is to be run.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// Its language.
    pub language: Language,
    /// The code.
    pub code: &'a str,
    /// How it is called.
    pub io: &'a Io,
    /// Limits of one test.
    pub limits: Limits,
    /// The inputs, in the order in which they are run.
    pub inputs: &'a [&'a Value],
}

/// What became of one test.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// An answer, after so many µs of CPU time.
    Value {
        /// What was answered.
        value: Value,
        /// CPU time in µs.
        cpu_us: u64,
    },
    /// It broke off.
    Error(String),
    /// It was given up at [`GIVE_UP_PERCENT`] of its time; nothing after it was run.
    TimedOut,
}

/// Code cannot be run at all.
#[derive(Debug, thiserror::Error)]
pub enum SolveError {
    /// This machine has no tool for the language.
    #[error("there is no {0} here")]
    NoTool(&'static str),
    /// The code does not compile or load.
    #[error("it does not compile: {0}")]
    Compile(String),
    /// Our side failed.
    #[error("it cannot be run")]
    Io(#[from] std::io::Error),
}

/// Runs solutions.
pub trait Runner: Sync {
    /// Runs the inputs in order until one takes too long. Fewer answers than inputs: the rest was not run.
    ///
    /// # Errors
    /// When nothing could be run.
    fn run(&self, job: &Job) -> Result<Vec<Answer>, SolveError>;
}

/// Runs solutions as processes of this machine, without a box.
#[derive(Debug, Default)]
pub struct Direct {
    header: OnceLock<Option<process::Scratch>>,
}

impl Runner for Direct {
    fn run(&self, job: &Job) -> Result<Vec<Answer>, SolveError> {
        match job.language {
            Language::Python3 => python::run(job),
            Language::Cpp => cpp::run(job, &self.header),
            Language::JavaScript => Err(SolveError::NoTool("runner for JavaScript solutions")),
            Language::Java => Err(SolveError::NoTool("runner for Java solutions")),
            Language::Go => Err(SolveError::NoTool("runner for Go solutions")),
            Language::Rust => Err(SolveError::NoTool("runner for Rust solutions")),
        }
    }
}

/// How a solution did over its tests.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What became of it.
    pub verdict: Verdict,
    /// The first test it failed, by its place, with what it did.
    pub first_failure: Option<(usize, String)>,
    /// The longest test in µs of CPU time.
    pub slowest_us: u64,
}

/// Judges answers: the first failing test decides.
pub fn judge(comparator: &Comparator, tests: &[Made], answers: &[Answer]) -> Judged {
    let mut judged = Judged { verdict: Verdict::Accepted, first_failure: None, slowest_us: 0 };
    for (at, test) in tests.iter().enumerate() {
        let (verdict, why) = match answers.get(at) {
            Some(Answer::Value { value, cpu_us }) => {
                judged.slowest_us = judged.slowest_us.max(*cpu_us);
                if comparator.accepts(&test.expected, value) {
                    continue;
                }
                (Verdict::WrongAnswer, format!("answered {}, not {}", short(value), short(&test.expected)))
            }
            Some(Answer::Error(why)) => (Verdict::RuntimeError, why.clone()),
            Some(Answer::TimedOut) => (Verdict::TimeLimit, "took too long".to_owned()),
            None => (Verdict::RuntimeError, "ended without an answer".to_owned()),
        };
        judged.verdict = verdict;
        judged.first_failure = Some((at, why));
        break;
    }
    judged
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
