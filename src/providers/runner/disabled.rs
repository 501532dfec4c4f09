//! No runner: every run is refused with the reason that the candidate may read.

use super::{Capabilities, Job, RunError, RunErrorKind, RunReport, Runner};
use crate::providers::runner::report::Tier;
use futures::future::BoxFuture;

/// Refuses every run.
pub struct Disabled {
    reason: String,
    capabilities: Capabilities,
}

impl Disabled {
    /// A runner that refuses because of `reason`.
    pub fn new(reason: impl Into<String>) -> Self {
        let capabilities = Capabilities { runner: "disabled", tier: Tier::Fake, languages: Vec::new(), boxes: 0 };
        Disabled { reason: reason.into(), capabilities }
    }
}

impl Runner for Disabled {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn run(&self, _: Job) -> BoxFuture<'static, Result<RunReport, RunError>> {
        let error = RunError::new(RunErrorKind::Disabled, self.reason.clone());
        Box::pin(async move { Err(error) })
    }
}
