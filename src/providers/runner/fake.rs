//! A scripted runner: reports as its script says, nothing is ever executed.

use super::report::{RunReport, Stage, TestError, TestReport, Tier, Verdict};
use super::{Capabilities, Expected, Job, Language, LanguageFound, RunError, RunErrorKind, Runner};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a scripted run does when the submission contains `when`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Text that the submission contains; empty fits every submission.
    #[serde(default)]
    pub when: String,
    /// Verdict of every test not named in `tests`; `CE` ends before the tests, `XX` fails the run.
    pub verdict: Verdict,
    /// Verdicts of single tests, by id.
    #[serde(default)]
    pub tests: std::collections::BTreeMap<String, Verdict>,
    /// Line of errors, from 1.
    #[serde(default)]
    pub line: Option<u32>,
}

/// The script: the first scene that fits a submission is played; with none, every test passes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunnerScript {
    /// The scenes.
    pub scenes: Vec<Scene>,
    /// How long a run takes, in ms, default 0.
    pub run_ms: u64,
}

/// The scripted runner.
pub struct FakeRunner {
    script: RunnerScript,
    capabilities: Capabilities,
}

impl FakeRunner {
    /// A runner that follows `script` and knows all languages.
    pub fn new(script: RunnerScript) -> Self {
        let found = |language| LanguageFound { language, version: "fake".to_owned() };
        let languages = Language::ALL.map(found).into();
        FakeRunner { script, capabilities: Capabilities { runner: "fake", tier: Tier::Fake, languages, boxes: 1 } }
    }

    fn play(&self, job: &Job) -> Result<RunReport, RunError> {
        let fits = |scene: &&Scene| job.files.iter().any(|file| file.text.contains(&scene.when));
        let scene = self.script.scenes.iter().find(fits);
        let verdict = scene.map_or(Verdict::Accepted, |scene| scene.verdict);
        let line = scene.and_then(|scene| scene.line);
        if verdict == Verdict::Internal {
            return Err(RunError::new(RunErrorKind::Failed, "the script lets this run fail"));
        }
        let compile = (verdict == Verdict::CompileError).then(|| Stage {
            verdict,
            cpu_ms: 1,
            wall_ms: 1,
            output: "it does not compile, says the script".to_owned(),
            line,
        });
        let test = |test: &super::Test| {
            let own = scene.and_then(|scene| scene.tests.get(&test.id)).copied().unwrap_or(verdict);
            let mut report = TestReport::not_run(&test.id, test.hidden, own);
            report.ran = true;
            report.cpu_ms = 1;
            match (own, &test.expected) {
                (Verdict::Accepted, Expected::Value(value)) => report.value = Some(value.to_string()),
                (Verdict::WrongAnswer, _) => report.value = Some("\"wrong\"".to_owned()),
                (Verdict::Accepted, _) => {}
                _ => report.error = Some(TestError { kind: "Scripted".into(), message: "as scripted".into(), line }),
            }
            report.sealed()
        };
        let tests = if compile.is_some() { Vec::new() } else { job.tests.iter().map(test).collect() };
        Ok(RunReport {
            runner: "fake".to_owned(),
            tier: Tier::Fake,
            language: job.language,
            version: "fake".to_owned(),
            compile,
            tests,
            truncated: false,
            queue_ms: 0,
            run_ms: self.script.run_ms,
            hidden: None,
        })
    }
}

impl Runner for FakeRunner {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn run(&self, job: Job) -> BoxFuture<'static, Result<RunReport, RunError>> {
        let result = job.check().and_then(|()| self.play(&job));
        let wait = Duration::from_millis(self.script.run_ms);
        Box::pin(async move {
            tokio::time::sleep(wait).await;
            result
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::job;
    use super::*;

    #[tokio::test]
    async fn the_first_scene_that_fits_is_played() {
        let script: RunnerScript = toml::from_str(
            "[[scenes]]\nwhen = 'heap'\nverdict = 'AC'\n[[scenes]]\nverdict = 'WA'\ntests = { t1 = 'AC', t2 = 'TLE' }\n",
        )
        .expect("a script");
        let runner = FakeRunner::new(script);
        let verdicts = |report: RunReport| report.tests.iter().map(|test| test.verdict).collect::<Vec<_>>();
        let wrong = runner.run(job(Language::Python3, "brute", 3)).await.expect("a report");
        assert_eq!(verdicts(wrong), [Verdict::Accepted, Verdict::TimeLimit, Verdict::WrongAnswer]);
        let right = runner.run(job(Language::Python3, "heap", 3)).await.expect("a report");
        assert_eq!(right.verdict(), Verdict::Accepted);
    }

    #[tokio::test]
    async fn a_bad_job_is_refused_here_as_anywhere() {
        let mut bad = job(Language::Python3, "x", 1);
        bad.files[0].name = "../x".into();
        let error = FakeRunner::new(RunnerScript::default()).run(bad).await.expect_err("refused");
        assert_eq!(error.kind, RunErrorKind::Refused);
    }
}
