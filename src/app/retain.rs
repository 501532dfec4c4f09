//! Retention: once a day interviews that are old enough are deleted, by the deployment's setting or their candidate's own; and archives whose time is over.

use super::work::JobError;
use super::{App, Inner, purge, unix_ms};
use crate::store::UnixMs;
use crate::store::jobs::{Held, NewJob};
use crate::store::keeping::Deletion;
use std::sync::Weak;
use std::time::Duration;

/// Kind of the job; its subject is the day.
pub(super) const RETAIN: &str = "retain";
const DAY_MS: i64 = 24 * 3600 * 1000;
/// Retention is asked for this often; it is done once a day.
const ASKED_EVERY: Duration = Duration::from_secs(3600);
/// Nobody joins an interview that was asked for so long ago: twice as long as may be waited for them.
const UNJOINED_FOR: Duration = Duration::from_secs(2 * 24 * 3600);
/// Interviews that are looked up at once.
const AT_ONCE: u32 = 100;

/// Asks for retention now and then, as long as the application is there.
pub(super) async fn daily(app: Weak<Inner>) {
    loop {
        tokio::time::sleep(ASKED_EVERY).await;
        let Some(inner) = app.upgrade() else { return };
        if let Err(error) = (App { inner }).ask_for_retention().await {
            tracing::warn!(%error, "retention is asked for later");
        }
    }
}

/// The job of the day on which `now` lies.
pub(super) fn subject(now: UnixMs) -> String {
    format!("day_{}", now.0 / DAY_MS)
}

/// That job.
pub(super) fn job(subject: &str, now: UnixMs) -> NewJob<'_> {
    NewJob { kind: RETAIN, subject, payload: "{}", priority: 0, attempts_max: 20, ready: now }
}

/// Does the job.
pub(super) async fn retain(app: &App, held: &Held) -> Result<(), JobError> {
    let days = app.config().recording.retention_days.map(i64::from);
    let now = unix_ms();
    let mut write = app.store().write().await?;
    write.expire_unjoined(now.before(UNJOINED_FOR)).await?;
    write.commit().await?;
    let mut after = String::new();
    loop {
        let old = app.store().sessions_past_retention(now, days, &after, AT_ONCE).await?;
        let Some(last) = old.last() else { break };
        after.clone_from(last);
        for id in &old {
            if app.store().delete_session(id, "", "retention", now).await? == Deletion::Deleted {
                app.forget(id);
                if let Err(error) = purge::sweep(app, id).await {
                    // Its own job tries again.
                    tracing::warn!(session = id, %error, "what an old interview left is deleted later");
                }
            }
        }
    }
    app.drop_old_exports(now).await?;
    app.store().forget_jobs(UnixMs(now.0 - 30 * DAY_MS)).await?;
    let mut write = app.store().write().await?;
    write.forget_keys(now).await?;
    write.forget_expired(now, now.before(app.config().accounts.idle())).await?;
    write.commit().await?;
    app.store().analyze().await?;
    Ok(app.store().end_job(held, now).await?)
}
