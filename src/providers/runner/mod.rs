//! Running candidates' code: submissions in, verdicts out. Expected values stay here; what runs the code never sees them.

pub mod boxed;
pub mod disabled;
pub mod embedded;
pub mod fake;
pub mod job;
pub mod languages;
pub mod piston;
pub mod queue;
pub mod report;
pub mod types;

mod drivers;
mod judge;
#[cfg(test)]
mod samples;

pub use crate::comparator::Comparator;
pub use crate::language::Language;
pub use disabled::Disabled;
pub use fake::{FakeRunner, RunnerScript};
pub use job::{Expected, Job, Limits, Method, Mode, SourceFile, Test};
pub use languages::time_percent;
pub use report::{HiddenCount, RunReport, Stage, TestError, TestReport, Tier, Verdict};
pub use types::Type;

use super::{ApiKey, OpenError};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;

/// What runs candidates' code. Dropping the future of `run` cancels the run: whatever it has started ends.
pub trait Runner: Send + Sync {
    /// What it can do.
    fn capabilities(&self) -> &Capabilities;

    /// Runs a submission. Jobs of one session run one after the other, sessions take turns.
    ///
    /// # Errors
    /// Nothing was run, or not to its end; see [`RunErrorKind`]. A submission that fails is a report, not an error.
    fn run(&self, job: Job) -> BoxFuture<'static, Result<RunReport, RunError>>;
}

/// What a runner can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// Its name: `embedded`, `piston`, `disabled`, `fake`.
    pub runner: &'static str,
    /// How well its boxes are closed.
    pub tier: Tier,
    /// The languages it has.
    pub languages: Vec<LanguageFound>,
    /// How many jobs run at once.
    pub boxes: u32,
}

/// A language that a runner has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LanguageFound {
    /// The language.
    pub language: Language,
    /// Its version as it names itself.
    pub version: String,
}

/// Why a run came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunErrorKind {
    /// All boxes are taken and enough others wait: try again in a moment.
    Busy,
    /// This session has enough runs waiting.
    Throttled,
    /// Running code is switched off, or cannot be done safely here.
    Disabled,
    /// The job is wrong or too large; the message says where.
    Refused,
    /// The language is not installed.
    Unsupported,
    /// The runner failed: the verdict XX.
    Failed,
}

/// Why a run came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RunError {
    /// What to do about it.
    pub kind: RunErrorKind,
    /// A sentence for the candidate; of `Failed` one for the operator's log.
    pub message: String,
}

impl RunError {
    /// An error.
    pub fn new(kind: RunErrorKind, message: impl Into<String>) -> Self {
        RunError { kind, message: message.into() }
    }
}

/// What runs candidates' code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunnerProvider {
    /// This machine, in boxes.
    #[default]
    Embedded,
    /// A Piston server.
    Piston,
    /// Nothing.
    Disabled,
    /// A script, for tests and demonstrations.
    Fake,
}

/// The section `[runner]`: who runs candidates' code, and how safely at least.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunnerConfig {
    /// Which provider. Default `embedded`.
    pub provider: RunnerProvider,
    /// `embedded`: a box less well closed than this is not used, and running code is disabled. `namespaces` (default) or
    /// `landlock`, for machines where nobody may make namespaces; candidates' processes then see the names of files and
    /// share the machine's process list, and only a spare user or Landlock keeps them off the server.
    pub minimum_tier: Tier,
    /// `embedded`: jobs at once, 1 to 64. Unset: the machine's processors less one.
    pub boxes: Option<u32>,
    /// `embedded`: what one submission may write, in MiB, 1 to 1,024, default 64. It lies in memory.
    pub disk_mb: u64,
    /// `embedded`: processes and threads of one submission at once, 16 to 1,024, default 64. Java needs some 25.
    pub processes: u64,
    /// Jobs that may wait in all, 1 to 10,000, default 64; more are told to come again.
    pub waiting_max: usize,
    /// Jobs of one session that may wait, 1 to 100, default 2.
    pub waiting_per_session_max: usize,
    /// `embedded`: folder for boxes. Unset: `viva-boxes-<user>` in the machine's folder for temporary files.
    pub folder: Option<PathBuf>,
    /// `embedded`: first of the spare users that boxes run as when the server is root; one for each box. No account may
    /// have them, and no second server with another `folder`: what runs as them at the start is ended. Default
    /// 1,900,000,000.
    pub first_uid: u32,
    /// `embedded`: the program with the helper subcommand. Unset: this program itself.
    pub helper: Option<PathBuf>,
    /// `piston`: where it answers, without `/api/v2`. Default `http://127.0.0.1:2000`.
    pub base_url: String,
    /// `piston`: a key for a proxy in front of it, sent as a bearer token. Piston itself knows none.
    pub api_key: Option<ApiKey>,
    /// The script of the provider `fake`.
    pub fake: fake::RunnerScript,
}

impl Default for RunnerConfig {
    fn default() -> Self {
        RunnerConfig {
            provider: RunnerProvider::default(),
            minimum_tier: Tier::Namespaces,
            boxes: None,
            disk_mb: 64,
            processes: 64,
            waiting_max: 64,
            waiting_per_session_max: 2,
            folder: None,
            first_uid: 1_900_000_000,
            helper: None,
            base_url: "http://127.0.0.1:2000".to_owned(),
            api_key: None,
            fake: fake::RunnerScript::default(),
        }
    }
}

/// An opened runner and what there is to say about it.
#[derive(Clone)]
pub struct Opened {
    /// The provider's name.
    pub name: &'static str,
    /// Whether code stays on this machine.
    pub local: bool,
    /// Why it is disabled, if it is.
    pub disabled: Option<String>,
    /// The runner.
    pub runner: Arc<dyn Runner>,
}

/// Opens what `config` asks for. `embedded` attacks its own boxes first and asks the languages for their versions, which
/// takes about a second; what is not closed as well as `minimum_tier` asks becomes a disabled runner with the reason.
///
/// # Errors
/// A setting cannot be used; the error names it.
pub async fn open(config: &RunnerConfig) -> Result<Opened, OpenError> {
    check(config)?;
    let disabled = |name, reason: String| {
        let runner = Arc::new(disabled::Disabled::new(reason.clone()));
        Ok(Opened { name, local: true, disabled: Some(reason), runner })
    };
    match config.provider {
        RunnerProvider::Disabled => disabled("disabled", "running code is switched off on this server".to_owned()),
        RunnerProvider::Fake => {
            let runner = Arc::new(fake::FakeRunner::new(config.fake.clone()));
            Ok(Opened { name: "fake", local: true, disabled: None, runner })
        }
        RunnerProvider::Piston => match piston::Piston::open(config).await? {
            Ok(runner) => {
                Ok(Opened { name: "piston", local: runner.local(), disabled: None, runner: Arc::new(runner) })
            }
            Err(reason) => disabled("piston", reason),
        },
        RunnerProvider::Embedded => match embedded::Embedded::open(config).await {
            Ok(runner) => Ok(Opened { name: "embedded", local: true, disabled: None, runner: Arc::new(runner) }),
            Err(reason) => disabled("embedded", reason),
        },
    }
}

fn check(config: &RunnerConfig) -> Result<(), OpenError> {
    let wrong = |field, problem: &str| Err(OpenError::new("runner", field, problem));
    if !matches!(config.minimum_tier, Tier::Namespaces | Tier::Landlock) {
        return wrong("minimum_tier", "the tier must be namespaces or landlock");
    }
    if config.boxes.is_some_and(|boxes| !(1..=64).contains(&boxes)) {
        return wrong("boxes", "there must be 1 to 64 boxes");
    }
    if !(1..=1_024).contains(&config.disk_mb) {
        return wrong("disk_mb", "the disk must be 1 to 1,024 MiB");
    }
    if !(16..=1_024).contains(&config.processes) {
        return wrong("processes", "there must be 16 to 1,024 processes");
    }
    if !(1..=10_000).contains(&config.waiting_max) {
        return wrong("waiting_max", "1 to 10,000 jobs may wait");
    }
    if !(1..=100).contains(&config.waiting_per_session_max) {
        return wrong("waiting_per_session_max", "1 to 100 jobs of a session may wait");
    }
    if config.first_uid < 1_000 || config.first_uid > u32::MAX - 1_000 {
        return wrong("first_uid", "the spare users must be above the machine's own, 1,000 to 4,294,966,295");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_disabled_runner_refuses_with_its_reason() {
        let config = RunnerConfig { provider: RunnerProvider::Disabled, ..RunnerConfig::default() };
        let opened = open(&config).await.expect("opens");
        let error = opened.runner.run(samples::job(Language::Python3, "x", 1)).await.expect_err("refused");
        assert_eq!(error.kind, RunErrorKind::Disabled);
        assert_eq!(Some(error.message), opened.disabled);
    }

    #[tokio::test]
    async fn what_is_wrong_names_its_setting() {
        for (config, setting) in [
            (RunnerConfig { disk_mb: 0, ..RunnerConfig::default() }, "VIVA__RUNNER__DISK_MB"),
            (RunnerConfig { minimum_tier: Tier::Fake, ..RunnerConfig::default() }, "VIVA__RUNNER__MINIMUM_TIER"),
            (RunnerConfig { first_uid: 0, ..RunnerConfig::default() }, "VIVA__RUNNER__FIRST_UID"),
        ] {
            let Err(error) = open(&config).await else { panic!("{setting} was taken") };
            assert_eq!(error.setting, setting);
        }
    }

    #[tokio::test]
    async fn a_box_that_cannot_be_made_disables_and_does_not_downgrade() {
        // A helper that does nothing: no tier is reached.
        let config = RunnerConfig { helper: Some("/bin/true".into()), ..RunnerConfig::default() };
        let config = RunnerConfig { folder: Some(tempfile::tempdir().expect("a folder").keep()), ..config };
        let opened = open(&config).await.expect("opens");
        let reason = opened.disabled.expect("disabled");
        assert!(reason.contains("namespaces"), "{reason}");
    }
}
