//! Reference solutions in boxes: what the lint runs them with, so that every language of this machine is judged as a
//! candidate's code would be.

use super::submission;
use crate::language::Language;
use crate::providers::runner::{self, Expected, SourceFile, Test, TestReport, Verdict};
use crate::questions::solve::{Answer, GIVE_UP_PERCENT, Job, Runner, SolveError};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::Handle;

/// Answers of trusted solutions are compared whole, so as much of them is kept as a box keeps at most, in KiB.
const OUTPUT_KB: u64 = 1_024;

/// Runs reference solutions in a runner's boxes. To be called from threads that are not the runtime's own.
pub struct Boxed {
    runner: Arc<dyn runner::Runner>,
    runtime: Handle,
    sessions: AtomicU64,
}

impl Boxed {
    /// Solutions run in `runner`, which `runtime` drives.
    pub fn new(runner: Arc<dyn runner::Runner>, runtime: Handle) -> Boxed {
        Boxed { runner, runtime, sessions: AtomicU64::new(0) }
    }

    fn job(&self, job: &Job) -> runner::Job {
        let mut limits = submission::limits(job.limits);
        limits.cpu_ms = limits.cpu_ms * GIVE_UP_PERCENT / 100;
        limits.output_kb = OUTPUT_KB;
        let test = |(at, input): (usize, &&Value)| Test {
            id: at.to_string(),
            input: (*input).clone(),
            expected: Expected::Anything,
            hidden: false,
        };
        runner::Job {
            // Each a session of its own: solutions take no turns.
            session: format!("lint-{}", self.sessions.fetch_add(1, Ordering::Relaxed)),
            language: job.language,
            files: vec![SourceFile { name: job.language.file().to_owned(), text: job.code.to_owned() }],
            mode: submission::mode(job.io),
            tests: job.inputs.iter().enumerate().map(test).collect(),
            comparator: job.io.comparator.clone(),
            limits,
        }
    }
}

impl Runner for Boxed {
    fn run(&self, job: &Job) -> Result<Vec<Answer>, SolveError> {
        if !self.runner.capabilities().languages.iter().any(|found| found.language == job.language) {
            return Err(SolveError::NoTool(job.language.id()));
        }
        let report = self.runtime.block_on(self.runner.run(self.job(job)));
        let report = report.map_err(|error| SolveError::Io(std::io::Error::other(error.message)))?;
        if let Some(stage) = report.compile.filter(|stage| stage.verdict != Verdict::Accepted) {
            return Err(SolveError::Compile(stage.output));
        }
        let mut answers = Vec::with_capacity(report.tests.len());
        for test in report.tests {
            let answer = answer(job.language, test);
            let over = answer == Answer::TimedOut;
            answers.push(answer);
            if over {
                break;
            }
        }
        Ok(answers)
    }
}

fn answer(language: Language, test: TestReport) -> Answer {
    match (test.verdict, test.error) {
        (Verdict::Accepted, _) => {
            let value = match (test.value, test.stdout) {
                (Some(json), _) => serde_json::from_str(&json).unwrap_or(Value::String(json)),
                (None, printed) => Value::String(printed.unwrap_or_default()),
            };
            Answer::Value { value, cpu_us: submission::as_python(language, test.cpu_ms) * 1_000 }
        }
        (Verdict::TimeLimit, _) => Answer::TimedOut,
        (_, Some(error)) => Answer::Error(format!("{}: {}", error.kind, error.message)),
        (verdict, None) => Answer::Error(format!("{verdict:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::runner::fake::{FakeRunner, RunnerScript};
    use crate::questions::Bank;

    fn run(script: &str, code: &str) -> Result<Vec<Answer>, SolveError> {
        let script: RunnerScript = toml::from_str(script).expect("a script");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let boxed = Boxed::new(Arc::new(FakeRunner::new(script)), runtime.handle().clone());
        let bank = Bank::embedded().expect("the bank");
        let entry = bank.find("parcel-lockers").expect("it");
        let io = entry.io().expect("code");
        let inputs: Vec<&Value> = entry.tests.iter().map(|test| &test.input).take(3).collect();
        boxed.run(&Job { language: Language::Java, code, io, limits: entry.file.limits, inputs: &inputs })
    }

    #[test]
    fn what_a_box_reports_is_what_the_lint_judges() {
        let script = "[[scenes]]\nverdict = 'RE'\ntests = { '0' = 'WA', '1' = 'TLE' }\n";
        let answers = run(script, "x").expect("it runs");
        // Nothing after a test that took too long counts.
        assert_eq!(answers.len(), 2, "{answers:?}");
        assert_eq!(answers[1], Answer::TimedOut);
        let answers = run("[[scenes]]\nverdict = 'RE'\n", "x").expect("it runs");
        assert_eq!(answers[0], Answer::Error("Scripted: as scripted".to_owned()));
    }

    #[test]
    fn what_does_not_compile_or_run_at_all_is_told_apart() {
        assert!(matches!(run("[[scenes]]\nverdict = 'CE'\n", "x"), Err(SolveError::Compile(_))));
        assert!(matches!(run("[[scenes]]\nverdict = 'XX'\n", "x"), Err(SolveError::Io(_))));
    }
}
