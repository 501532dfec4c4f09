//! Archives that are made in the background: everything of a person as a tar archive, for those of whom more is kept than they want
//! to wait for. A job makes it, tells how far it is, and keeps it for some days. Killed anywhere it is begun again and has one
//! result. Until it is kept it lies sealed with a key that only this process has, and goes with it.

use super::{Pieces, Stopped};
use crate::app::work::{self, JobError};
use crate::app::{App, ids, import, purge, unix_ms};
use crate::store::audit::Deed;
use crate::store::exports::{ARCHIVE, EXPORT, ExportRow, ExportState};
use crate::store::files::FileRow;
use crate::store::jobs::{Held, NewJob};
use crate::store::staging::{Staged, Staging};
use crate::store::{StoreError, UnixMs};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Exports of a person that are kept; the oldest goes for another.
pub const EXPORTS_MAX: usize = 3;
/// How long an archive is kept.
pub const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);
/// Nobody's interview waits for it.
const PRIORITY: i64 = -20;
/// Tried so often: a store may be away for a while.
const ATTEMPTS_MAX: i64 = 20;
/// How far it is is written down so often.
const TOLD_EVERY: Duration = Duration::from_secs(1);
/// Pieces that wait for the disk.
const PIECES_WAITING_MAX: usize = 4;

impl App {
    /// Asks for an archive of everything of a person. One that is being made already is given instead of another.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn ask_export(&self, person: &str) -> Result<ExportRow, StoreError> {
        let now = unix_ms();
        let known = self.store().exports(person, now).await?;
        let goes_on = |row: &&ExportRow| matches!(row.state, ExportState::Waiting | ExportState::Running);
        if let Some(row) = known.iter().find(goes_on) {
            return Ok(row.clone());
        }
        let id = ids::of("exp_");
        for old in known.iter().skip(EXPORTS_MAX - 1) {
            self.drop_export(&old.id).await?;
        }
        let mut write = self.store().write().await?;
        let job = NewJob {
            kind: EXPORT,
            subject: &id,
            payload: "{}",
            priority: PRIORITY,
            attempts_max: ATTEMPTS_MAX,
            ready: now,
        };
        write.add_export(&id, person, now.after(KEPT_FOR), &job, now).await?;
        let deed = Deed {
            actor: person,
            action: "export",
            subject_kind: "person",
            subject: person,
            detail: "{\"as\":\"job\"}",
        };
        write.audit(now, &deed).await?;
        write.commit().await?;
        self.work_is_there();
        let row = self.store().export(&id).await?;
        row.ok_or_else(|| StoreError::NotHeld(id))
    }

    /// A person's export, if it did not end.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn export_of(&self, person: &str, id: &str) -> Result<Option<ExportRow>, StoreError> {
        let row = self.store().export(id).await?;
        Ok(row.filter(|row| row.person == person && row.expires > unix_ms()))
    }

    /// Deletes a person's export. Says whether there was one.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn delete_export(&self, person: &str, id: &str) -> Result<bool, StoreError> {
        match self.export_of(person, id).await? {
            Some(row) => self.drop_export(&row.id).await,
            None => Ok(false),
        }
    }

    /// Deletes all exports of a person.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(in crate::app) async fn drop_exports_of(&self, person: &str) -> Result<(), StoreError> {
        // Those that ended, too.
        for row in self.store().exports(person, UnixMs(0)).await? {
            self.drop_export(&row.id).await?;
        }
        Ok(())
    }

    /// Deletes the exports whose time is over.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) async fn drop_old_exports(&self, now: UnixMs) -> Result<(), StoreError> {
        for id in self.store().exports_past(now).await? {
            self.drop_export(&id).await?;
        }
        Ok(())
    }

    async fn drop_export(&self, id: &str) -> Result<bool, StoreError> {
        let mut write = self.store().write().await?;
        let was_there = write.delete_export(id, unix_ms()).await?;
        write.commit().await?;
        // What cannot be deleted now, a job deletes later.
        if let Err(error) = purge::sweep(self, id).await {
            tracing::warn!(export = id, %error, "an archive is deleted later");
        }
        Ok(was_there)
    }

    /// Begins a file that is an archive before it is kept. Each has a name of its own: who begins again writes over nothing.
    async fn stage_archive(&self) -> std::io::Result<Staging> {
        let recordings = self.recordings().to_owned();
        let folder = tokio::task::spawn_blocking(move || import::staging(&recordings)).await??;
        Staging::create(&folder.join(ids::of("tar_"))).await
    }

    /// Waits until the job of an export is over.
    #[cfg(test)]
    pub(crate) async fn exported(&self, id: &str) -> ExportRow {
        let over = |row: &ExportRow| matches!(row.state, ExportState::Ready | ExportState::Failed);
        self.until(async || self.store().export(id).await.ok().flatten().filter(over)).await
    }
}

/// Does the job.
pub(in crate::app) async fn export(app: &App, held: &Held) -> Result<(), JobError> {
    let Some(row) = app.store().export(&held.subject).await? else {
        return Ok(app.store().end_job(held, unix_ms()).await?);
    };
    let ended = make(app, held, &row).await;
    if let Err(JobError::Store(StoreError::NotHeld(_))) = &ended
        && app.store().export(&row.id).await?.is_none()
    {
        // It was deleted meanwhile: what was written of it goes, too.
        let key = format!("{}/{ARCHIVE}", row.id);
        app.store().blobs().delete(&key).await.map_err(StoreError::from)?;
        app.store().blobs().delete_rest(&row.id).await.map_err(StoreError::from)?;
    }
    ended
}

async fn make(app: &App, held: &Held, row: &ExportRow) -> Result<(), JobError> {
    let (sink, pieces) = mpsc::channel(PIECES_WAITING_MAX);
    let done = Arc::new(AtomicI64::new(0));
    let (sender, person, counted) = (app.clone(), row.person.clone(), done.clone());
    let sending = tokio::spawn(async move { sender.send_archive(&person, &sink, &counted).await });
    let written = write_down(app, row, pieces, &done).await;
    match sending.await {
        Ok(Ok(())) => {}
        // Who writes has stopped, and says why.
        Ok(Err(Stopped::Gone)) => {}
        Ok(Err(Stopped::Failed(error))) => return Err(JobError::Other(work::chain(&error))),
        Err(error) => return Err(JobError::Other(error.to_string())),
    }
    let staged = written?;
    let file = FileRow::new(&row.id, ARCHIVE, "application/x-tar", staged.bytes, staged.sha256.clone());
    let Some(file) = app.store().announce_export(held, &file, unix_ms()).await? else {
        return Err(StoreError::NotHeld(held.id.clone()).into());
    };
    app.store().blobs().keep_staged(&file, &staged).await.map_err(StoreError::from)?;
    Ok(app.store().exported(held, &file, done.load(Ordering::Relaxed), unix_ms()).await?)
}

/// Writes the pieces to a file and says how far it is.
async fn write_down(app: &App, row: &ExportRow, mut pieces: Pieces, done: &AtomicI64) -> Result<Staged, JobError> {
    let mut file = app.stage_archive().await.map_err(failed)?;
    let mut told = Instant::now();
    while let Some(piece) = pieces.recv().await {
        file.write(&piece.map_err(failed)?).await.map_err(failed)?;
        if told.elapsed() >= TOLD_EVERY {
            told = Instant::now();
            app.store().export_progress(&row.id, done.load(Ordering::Relaxed)).await?;
        }
    }
    file.end().await.map_err(failed)
}

fn failed(error: std::io::Error) -> JobError {
    JobError::Other(format!("the archive cannot be written: {error}"))
}
