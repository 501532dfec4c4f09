//! The workers: they claim jobs and do them, in the background of the interviews. What a job does stands in a file of its own;
//! here is how it is held, ended, and tried again.

use super::export::background;
use super::{App, Inner, grade, keep, purge, retain, unix_ms};
use crate::live::tasks::panic_text;
use crate::store::exports::EXPORT;
use crate::store::jobs::Held;
use crate::store::keeping::{FINISH, PURGE};
use crate::store::scoring::JUDGE;
use crate::store::{StoreError, UnixMs};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Weak;
use std::time::Duration;

/// Jobs that are done at once: a long one (a score by a slow model) holds up no recording.
pub(super) const WORKERS: usize = 2;
/// How long a claim holds; a worker at work renews it three times as often.
pub(super) const LEASE: Duration = Duration::from_secs(30);
/// Work that nobody told of (another process asked for it) is looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long a failed job rests: so long after its first failure, then twice as long each time, up to the most.
const REST: Duration = Duration::from_secs(1);
const REST_MAX: Duration = Duration::from_secs(15 * 60);

/// Why a job came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum JobError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something else did.
    #[error("{0}")]
    Other(String),
    /// It is of no use before this time.
    #[error("{1}")]
    Later(UnixMs, String),
}

/// How long a job rests after its n-th failure.
pub(super) fn rest(attempt: i64) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(u32::MAX).min(20);
    REST.saturating_mul(1 << doublings).min(REST_MAX)
}

/// Claims and does jobs as long as the application is there.
pub(super) async fn work(app: Weak<Inner>) {
    loop {
        let Some(inner) = app.upgrade() else { return };
        if inner.closing.load(std::sync::atomic::Ordering::Acquire) {
            return;
        }
        let (app_now, told) = (App { inner: inner.clone() }, inner.work.clone());
        let wait = match app_now.store().claim_job(unix_ms(), LEASE).await {
            Ok(Some(held)) => {
                app_now.work_on(&held).await;
                inner.worked.notify_waiters();
                Duration::ZERO
            }
            Ok(None) => app_now.until_work().await,
            Err(error) => {
                tracing::warn!(%error, "jobs wait for the database");
                LOOK_EVERY
            }
        };
        drop((app_now, inner));
        if !wait.is_zero() {
            tokio::time::timeout(wait, told.notified()).await.ok();
        }
    }
}

impl App {
    /// Does a job that was claimed, and notes how it went.
    pub(crate) async fn work_on(&self, held: &Held) {
        let taken_back = || tracing::info!(kind = held.kind, subject = held.subject, "a job was taken back");
        let outcome = tokio::select! {
            outcome = AssertUnwindSafe(self.perform(held)).catch_unwind() => outcome,
            () = self.hold(held) => return taken_back(),
        };
        let (now, rest) = (unix_ms(), rest(held.attempt));
        let mut retry = now.after(rest);
        let error = match outcome {
            Ok(Ok(())) => return tracing::info!(kind = held.kind, subject = held.subject, "a job is done"),
            Ok(Err(JobError::Store(StoreError::NotHeld(_)))) => return taken_back(),
            Ok(Err(JobError::Later(at, why))) => {
                retry = at;
                why
            }
            Ok(Err(error)) => chain(&error),
            Err(panic) => format!("panicked: {}", panic_text(&*panic)),
        };
        tracing::warn!(kind = held.kind, subject = held.subject, attempt = held.attempt, error, "a job failed");
        if let Err(error) = self.store().job_failed(held, now, &error, retry).await {
            tracing::warn!(%error, "a job's failure cannot be noted; its lease runs out by itself");
        }
    }

    async fn perform(&self, held: &Held) -> Result<(), JobError> {
        match held.kind.as_str() {
            FINISH => keep::keep(self, held).await,
            grade::SCORE | JUDGE => grade::score(self, held).await,
            PURGE => purge::purge(self, held).await,
            retain::RETAIN => retain::retain(self, held).await,
            EXPORT => background::export(self, held).await,
            other => Err(JobError::Other(format!("this build knows no job of kind {other}"))),
        }
    }

    /// Renews the lease of a job that is being done, as long as it is held: when it is another's, this one writes nothing more.
    async fn hold(&self, held: &Held) {
        loop {
            tokio::time::sleep(LEASE / 3).await;
            if self.store().extend_job(held, unix_ms().after(LEASE)).await.is_ok_and(|is_held| !is_held) {
                return;
            }
        }
    }

    /// How long there is nothing to do, as far as is known.
    async fn until_work(&self) -> Duration {
        match self.store().next_job_ready().await {
            Ok(Some(UnixMs(ready))) => {
                let wait = u64::try_from(ready.saturating_sub(unix_ms().0)).unwrap_or(0);
                Duration::from_millis(wait.max(10)).min(LOOK_EVERY)
            }
            _ => LOOK_EVERY,
        }
    }
}

/// An error with its causes, for the job's row and the log.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_jobs_rest_longer_each_time_up_to_the_most() {
        let seconds: Vec<u64> = [1, 2, 3, 10, 11, 1_000].into_iter().map(|attempt| rest(attempt).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 512, 900, 900]);
    }
}
