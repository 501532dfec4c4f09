//! Rows of archives that people had made of all that is kept of them. The archive itself lies in the object store under the export's
//! id, with rows and a key of its own like a recording; it goes when the export ends.

use super::files::FileRow;
use super::jobs::{Held, NewJob};
use super::keeping::PURGE;
use super::{Store, StoreError, UnixMs, Write};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use std::time::Duration;

/// Kind of the job that makes one.
pub const EXPORT: &str = "export";
/// Name of the archive among an export's objects.
pub const ARCHIVE: &str = "viva.tar";
/// Who makes an archive that is deleted meanwhile cleans up; if it is killed just then, the sweep comes so much later.
const SWEPT_AFTER: Duration = Duration::from_secs(300);

/// How far an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// It waits for its turn.
    Waiting,
    /// It is being made.
    Running,
    /// It can be fetched.
    Ready,
    /// It could not be made; ask for another.
    Failed,
}

/// An export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRow {
    /// Its id.
    pub id: String,
    /// Whose.
    pub person: String,
    /// How far it is.
    pub state: ExportState,
    /// Interviews that are in it.
    pub done: i64,
    /// Of how many.
    pub total: i64,
    /// Size of the archive.
    pub bytes: Option<i64>,
    /// sha-256 of it, in hex.
    pub sha256: Option<String>,
    /// When it was asked for.
    pub created: UnixMs,
    /// When it is deleted.
    pub expires: UnixMs,
}

const EXPORTS: &str = "SELECT archives.id, person, done, total, bytes, sha256, archives.created_ms, expires_ms, jobs.state AS job \
                       FROM archives LEFT JOIN jobs ON jobs.id = 'export:' || archives.id";

impl Store {
    /// A person's exports that did not end, newest first.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn exports(&self, person: &str, now: UnixMs) -> Result<Vec<ExportRow>, StoreError> {
        let sql = format!(
            "{EXPORTS} WHERE person = $1 AND expires_ms > $2 ORDER BY archives.created_ms DESC, archives.id DESC"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(person).bind(now.0).fetch_all(self.pool()).await?;
        rows.iter().map(export_row).collect()
    }

    /// An export, whoever's it is.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn export(&self, id: &str) -> Result<Option<ExportRow>, StoreError> {
        let sql = format!("{EXPORTS} WHERE archives.id = $1");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(self.pool()).await?;
        row.map(|row| export_row(&row)).transpose()
    }

    /// Notes how far an export is.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn export_progress(&self, id: &str, done: i64) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let sql = "UPDATE archives SET done = $2 WHERE id = $1";
        sqlx::query(sql).bind(id).bind(done).execute(write.connection()).await?;
        write.commit().await
    }

    /// Announces an export's archive before it is written; gives its row with the key, if it is to be encrypted. None when the
    /// export is gone.
    ///
    /// # Errors
    /// When the job is not held any more: another's archive stays announced. When the database cannot be reached.
    pub async fn announce_export(
        &self,
        held: &Held,
        file: &FileRow,
        now: UnixMs,
    ) -> Result<Option<FileRow>, StoreError> {
        let mut write = self.write().await?;
        write.still_held(held).await?;
        self.announce_of(write, "SELECT 1 AS one FROM archives WHERE id = $1", file, now).await
    }

    /// An export's archive is written whole. Ends the job.
    ///
    /// # Errors
    /// When the job is not held any more; nothing is changed then. When the database cannot be reached.
    pub async fn exported(&self, held: &Held, file: &FileRow, done: i64, now: UnixMs) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        // Its row first, as whoever deletes takes hold of it.
        let sql = "UPDATE archives SET bytes = $2, sha256 = $3, done = $4, total = $4 WHERE id = $1";
        let query = sqlx::query(sql).bind(&held.subject).bind(file.bytes).bind(&file.sha256).bind(done);
        if query.execute(write.connection()).await?.rows_affected() != 1 {
            return Err(StoreError::NotHeld(held.id.clone()));
        }
        write.job_done(held, now).await?;
        write.files_kept(&held.subject, now).await?;
        write.commit().await
    }

    /// Exports whose time is over, some hundred at most.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn exports_past(&self, now: UnixMs) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT id FROM archives WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT 200";
        let rows = sqlx::query(sql).bind(now.0).fetch_all(self.pool()).await?;
        rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
    }
}

impl Write {
    /// Writes down that an export is wanted, of this person, until then; counts what is to be in it, and asks for the job.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_export(
        &mut self,
        id: &str,
        person: &str,
        expires: UnixMs,
        job: &NewJob<'_>,
        now: UnixMs,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO archives (id, person, total, created_ms, expires_ms) \
                   VALUES ($1, $2, (SELECT COUNT(*) FROM sessions WHERE person = $2), $3, $4)";
        let query = sqlx::query(sql).bind(id).bind(person).bind(now.0).bind(expires.0);
        query.execute(self.connection()).await?;
        self.add_job(job, now).await
    }

    /// Deletes an export, its key and its job; a job deletes the archive. Says whether there was one.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn delete_export(&mut self, id: &str, now: UnixMs) -> Result<bool, StoreError> {
        let gone = sqlx::query("DELETE FROM archives WHERE id = $1 RETURNING sha256").bind(id);
        let Some(row) = gone.fetch_optional(self.connection()).await? else { return Ok(false) };
        let is_made = row.try_get::<Option<String>, _>("sha256")?.is_some();
        for sql in [
            "DELETE FROM session_keys WHERE session = $1",
            "DELETE FROM jobs WHERE subject = $1 AND kind <> 'purge'",
            "UPDATE blobs SET kept_ms = NULL WHERE session = $1",
        ] {
            sqlx::query(sql).bind(id).execute(self.connection()).await?;
        }
        let ready = if is_made { now } else { now.after(SWEPT_AFTER) };
        let purge = NewJob { kind: PURGE, subject: id, payload: "{}", priority: 0, attempts_max: 1_000, ready };
        self.add_job_again(&purge, now).await?;
        Ok(true)
    }

    /// An interview of a person is deleted, so it stands in no archive: those that are made are deleted, one that is being made is
    /// begun again.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(super) async fn renew_exports(&mut self, person: &str, now: UnixMs) -> Result<(), StoreError> {
        let sql = "UPDATE archives SET done = 0, total = (SELECT COUNT(*) FROM sessions WHERE person = $1) \
                   WHERE person = $1 RETURNING id, sha256";
        for row in sqlx::query(sql).bind(person).fetch_all(self.connection()).await? {
            let id: String = row.try_get("id")?;
            if row.try_get::<Option<String>, _>("sha256")?.is_some() {
                self.delete_export(&id, now).await?;
                continue;
            }
            // Whoever makes it holds an older claim now.
            let sql = "UPDATE jobs SET state = 'waiting', claim = claim + 1, attempts = attempts - 1, ready_ms = $2 \
                       WHERE id = $1 AND state = 'running'";
            let query = sqlx::query(sql).bind(format!("{EXPORT}:{id}")).bind(now.0);
            query.execute(self.connection()).await?;
        }
        Ok(())
    }
}

fn export_row(row: &AnyRow) -> Result<ExportRow, StoreError> {
    let (sha256, job): (Option<String>, Option<String>) = (row.try_get("sha256")?, row.try_get("job")?);
    let state = match (&sha256, job.as_deref()) {
        (Some(_), _) => ExportState::Ready,
        (None, Some("waiting")) => ExportState::Waiting,
        (None, Some("running")) => ExportState::Running,
        (None, _) => ExportState::Failed,
    };
    Ok(ExportRow {
        id: row.try_get("id")?,
        person: row.try_get("person")?,
        state,
        done: row.try_get("done")?,
        total: row.try_get("total")?,
        bytes: row.try_get("bytes")?,
        sha256,
        created: UnixMs(row.try_get("created_ms")?),
        expires: UnixMs(row.try_get("expires_ms")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::support::{both, new_session};

    const LEASE: Duration = Duration::from_secs(60);

    fn file(id: &str) -> FileRow {
        FileRow::new(id, ARCHIVE, "application/x-tar", 7, "ab".into())
    }

    async fn asked(store: &Store, id: &str, person: &str) {
        let mut write = store.write().await.expect("begins");
        let job = NewJob { kind: EXPORT, subject: id, payload: "{}", priority: 0, attempts_max: 3, ready: UnixMs(0) };
        write.add_export(id, person, UnixMs(1_000), &job, UnixMs(5)).await.expect("added");
        write.commit().await.expect("committed");
    }

    #[tokio::test]
    async fn an_export_has_one_result_however_often_it_is_begun() {
        both(async |place| {
            let store = place.open().await;
            let mut write = store.write().await.expect("begins");
            write.add_session(&new_session(1), crate::store::sessions::SessionPhase::Ended).await.expect("added");
            write.commit().await.expect("committed");
            asked(&store, "exp_1", "pers_1").await;
            let state =
                async || store.export("exp_1").await.expect("answers").map(|row| (row.state, row.done, row.total));
            assert_eq!(state().await, Some((ExportState::Waiting, 0, 1)));
            let slow = store.claim_job(UnixMs(1), LEASE).await.expect("answers").expect("a job");
            store.release_jobs(UnixMs(2)).await.expect("released");
            let held = store.claim_job(UnixMs(3), LEASE).await.expect("answers").expect("a job");
            assert_eq!(state().await, Some((ExportState::Running, 0, 1)));
            let announced = store.announce_export(&held, &file("exp_1"), UnixMs(4)).await;
            let file = announced.expect("answers").expect("announced");
            store.export_progress("exp_1", 1).await.expect("noted");
            let other = FileRow { sha256: "cd".into(), ..file.clone() };
            let late = store.announce_export(&slow, &other, UnixMs(5)).await;
            assert!(matches!(late, Err(StoreError::NotHeld(_))), "it announces nothing over another's");
            assert!(matches!(store.exported(&slow, &file, 1, UnixMs(5)).await, Err(StoreError::NotHeld(_))));
            assert_eq!(state().await, Some((ExportState::Running, 1, 1)));
            assert_eq!(store.file("exp_1", ARCHIVE).await.expect("answers"), None);
            store.exported(&held, &file, 1, UnixMs(6)).await.expect("done");
            assert_eq!(state().await, Some((ExportState::Ready, 1, 1)));
            let kept = store.file("exp_1", ARCHIVE).await.expect("answers").expect("kept");
            assert_eq!((kept.kept, kept.sha256), (true, file.sha256));
            assert_eq!(store.exports("pers_1", UnixMs(999)).await.expect("answers").len(), 1);
            assert_eq!(store.exports("pers_1", UnixMs(1_000)).await.expect("answers"), [], "its time is over");
            assert_eq!(store.exports("pers_2", UnixMs(9)).await.expect("answers"), []);
            assert_eq!(store.exports_past(UnixMs(1_000)).await.expect("answers"), ["exp_1"]);
        })
        .await;
    }

    #[tokio::test]
    async fn an_interview_that_is_deleted_stands_in_no_archive() {
        both(async |place| {
            let store = place.open().await;
            for number in [1, 2] {
                let ended = crate::store::sessions::SessionPhase::Ended;
                store.add_session(&new_session(number), ended).await.expect("added");
            }
            for (id, person) in [("exp_1", "pers_1"), ("exp_2", "pers_1"), ("exp_3", "pers_2")] {
                asked(&store, id, person).await;
            }
            let mut held = Vec::new();
            while let Some(job) = store.claim_job(UnixMs(1), LEASE).await.expect("answers") {
                held.push(job);
            }
            for made in [&held[0], &held[2]] {
                let row = store.announce_export(made, &file(&made.subject), UnixMs(2)).await.expect("answers");
                store.exported(made, &row.expect("announced"), 2, UnixMs(3)).await.expect("done");
            }
            store.delete_session(&new_session(1).id, "", "asked", UnixMs(4)).await.expect("deleted");
            assert_eq!(store.export("exp_1").await.expect("answers"), None, "it holds the interview");
            let begun = store.export("exp_2").await.expect("answers").expect("there");
            assert_eq!((begun.state, begun.total), (ExportState::Waiting, 1), "it may hold it, so it is begun again");
            let late = store.announce_export(&held[1], &file("exp_2"), UnixMs(5)).await;
            assert!(matches!(late, Err(StoreError::NotHeld(_))));
            assert!(matches!(
                store.exported(&held[1], &file("exp_2"), 2, UnixMs(5)).await,
                Err(StoreError::NotHeld(_))
            ));
            let others = store.export("exp_3").await.expect("answers").expect("there");
            assert_eq!(others.state, ExportState::Ready, "another person's");
            let mut next = Vec::new();
            while let Some(job) = store.claim_job(UnixMs(6), LEASE).await.expect("answers") {
                next.push((job.kind, job.subject, job.attempt));
            }
            next.sort();
            let session = new_session(1).id;
            let purge = |subject: &str| (PURGE.to_owned(), subject.to_owned(), 1);
            assert_eq!(next, [(EXPORT.to_owned(), "exp_2".to_owned(), 1), purge("exp_1"), purge(&session)]);
        })
        .await;
    }

    #[tokio::test]
    async fn an_export_that_is_deleted_is_given_out_no_more_and_leaves_no_object() {
        both(async |place| {
            let store = place.open().await;
            asked(&store, "exp_1", "pers_1").await;
            let held = store.claim_job(UnixMs(1), LEASE).await.expect("answers").expect("a job");
            let row = store.announce_export(&held, &file("exp_1"), UnixMs(2)).await;
            let row = row.expect("answers").expect("announced");
            let mut write = store.write().await.expect("begins");
            assert!(write.delete_export("exp_1", UnixMs(3)).await.expect("answers"));
            assert!(!write.delete_export("exp_1", UnixMs(3)).await.expect("answers"), "once");
            write.commit().await.expect("committed");
            assert!(matches!(store.exported(&held, &row, 1, UnixMs(4)).await, Err(StoreError::NotHeld(_))));
            let late = store.announce_export(&held, &file("exp_1"), UnixMs(5)).await;
            assert!(matches!(late, Err(StoreError::NotHeld(_))));
            assert_eq!(store.file("exp_1", ARCHIVE).await.expect("answers"), None);
            assert_eq!(store.object_keys("exp_1").await.expect("answers").len(), 1, "the sweep knows what to delete");
            let purge = store.claim_job(UnixMs(400_000), LEASE).await.expect("answers").expect("a job");
            assert_eq!((purge.kind.as_str(), purge.subject.as_str()), (PURGE, "exp_1"));
            store.purged(&purge, UnixMs(400_001)).await.expect("done");
            assert!(store.object_keys("exp_1").await.expect("answers").is_empty());
        })
        .await;
    }
}
