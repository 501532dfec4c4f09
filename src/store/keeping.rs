//! What spans resources: taking a recording in and deleting a session. Each step is one transaction, so that a server killed
//! anywhere leaves either the step before or the step after.
//!
//! Taking in: [`Store::announce`] (rows of blobs before there are blobs), then the blobs, then [`Store::keep`] (everything else,
//! the next job, and the end of this one). Deleting: [`Store::delete_session`] (all rows but those of blobs, a tombstone, the
//! audit, a job), then the blobs, then [`Store::purged`].

use super::audit::Deed;
use super::documents::Document;
use super::files::FileRow;
use super::jobs::{Held, NewJob};
use super::metrics::MetricRow;
use super::sessions::{Kept, NewSession, SessionPhase};
use super::{Store, StoreError, UnixMs, Write};
use sqlx::Row;

/// Kind of the job that takes a recording in.
pub const FINISH: &str = "finish";
/// Kind of the job that deletes the blobs of a session that is deleted.
pub const PURGE: &str = "purge";

/// A recording whose blobs are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// How the interview ended: ended or broken.
    pub phase: SessionPhase,
    /// When it began, as far as its row does not know.
    pub began: UnixMs,
    /// When it was over, as far as its row does not know.
    pub ended: UnixMs,
    /// What the recording says.
    pub kept: Kept,
    /// What was made of it, by kind.
    pub documents: Vec<(&'static str, Document)>,
    /// What was measured in it.
    pub metrics: Vec<MetricRow>,
}

/// What became of the wish to delete a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// Its rows are gone, its blobs go next.
    Deleted,
    /// There is no such session.
    Unknown,
    /// It runs, or its recording is being taken in at this moment.
    Busy,
}

impl Store {
    /// Announces the blobs of a recording that is about to be taken in, and its session if no row knows it (an interview
    /// recorded elsewhere, or before there was a store). Gives the rows as they stand now, with the keys for those that are to be
    /// encrypted; none if it may not be taken in, because it is deleted.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn announce(
        &self,
        session: &NewSession,
        files: &[FileRow],
        now: UnixMs,
    ) -> Result<Option<Vec<FileRow>>, StoreError> {
        let mut write = self.write().await?;
        if write.is_buried("session", &session.id).await? {
            return Ok(None);
        }
        write.add_session(session, SessionPhase::Finishing).await?;
        let key = write.session_key(self.keys(), &session.id, now).await?;
        let files: Vec<FileRow> = files.iter().map(|file| FileRow { seal: key.clone(), ..file.clone() }).collect();
        for file in &files {
            write.announce_file(file, now).await?;
        }
        write.commit().await?;
        Ok(Some(files))
    }

    /// A recording is taken in: its blobs are written whole. Ends the job and asks for the next.
    ///
    /// # Errors
    /// When the job is not held any more, or the session is gone; nothing is changed then. When the database cannot be reached.
    pub async fn keep(&self, held: &Held, taken: &Taken, next: Option<&NewJob<'_>>) -> Result<(), StoreError> {
        let (session, now) = (&held.subject, taken.kept.at);
        let mut write = self.write().await?;
        write.job_done(held, now).await?;
        if !write.session_kept(session, taken.phase, (taken.began, taken.ended), &taken.kept).await? {
            return Err(StoreError::NotHeld(held.id.clone()));
        }
        write.files_kept(session, now).await?;
        for (kind, document) in &taken.documents {
            write.put_document(session, kind, document).await?;
        }
        if !taken.metrics.is_empty() {
            let (person, at) = write.whose(session).await?;
            write.put_metrics(session, &person, at, &taken.metrics).await?;
        }
        if let Some(next) = next {
            write.add_job(next, now).await?;
        }
        write.commit().await
    }

    /// There is no recording to take in: the interview is over without one, and the job ends.
    ///
    /// # Errors
    /// When the job is not held any more; when the database cannot be reached.
    pub async fn keep_nothing(&self, held: &Held, phase: SessionPhase, now: UnixMs) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        write.job_done(held, now).await?;
        write.session_over(&held.subject, phase, now).await?;
        write.commit().await
    }

    /// Deletes a session: every row of it but those of its blobs, which a job deletes. Leaves a tombstone and a line in the
    /// audit.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn delete_session(
        &self,
        id: &str,
        actor: &str,
        reason: &str,
        now: UnixMs,
    ) -> Result<Deletion, StoreError> {
        let mut write = self.write().await?;
        let known = sqlx::query("SELECT state, person FROM sessions WHERE id = $1").bind(id);
        let Some(row) = known.fetch_optional(write.connection()).await? else { return Ok(Deletion::Unknown) };
        let (state, person): (String, String) = (row.try_get("state")?, row.try_get("person")?);
        if state == SessionPhase::Live.name() || write.is_held(FINISH, id, now).await? {
            return Ok(Deletion::Busy);
        }
        for sql in DELETIONS {
            sqlx::query(*sql).bind(id).execute(write.connection()).await?;
        }
        write.renew_exports(&person, now).await?;
        write.bury_thing("session", id, reason, now).await?;
        let action = if reason == "retention" { "retain" } else { "delete" };
        write.audit(now, &Deed { actor, action, subject_kind: "session", subject: id, detail: "{}" }).await?;
        write.add_job_again(&purge(id, now), now).await?;
        write.commit().await?;
        Ok(Deletion::Deleted)
    }

    /// The blobs of a deleted session are gone: so are their rows, and the job ends.
    ///
    /// # Errors
    /// When the job is not held any more; when the database cannot be reached.
    pub async fn purged(&self, held: &Held, now: UnixMs) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        write.job_done(held, now).await?;
        write.files_gone(&held.subject).await?;
        write.commit().await
    }
}

/// Everything of a session but its blobs' rows, which tell the purge what to delete.
const DELETIONS: &[&str] = &[
    "DELETE FROM signals WHERE scorecard IN (SELECT id FROM scorecards WHERE session = $1)",
    "DELETE FROM bands WHERE session = $1",
    "DELETE FROM band_pairs WHERE session = $1",
    "DELETE FROM scorecards WHERE session = $1",
    "DELETE FROM metrics WHERE session = $1",
    "DELETE FROM documents WHERE session = $1",
    "DELETE FROM notes WHERE session = $1",
    "DELETE FROM grants WHERE session = $1",
    "DELETE FROM session_keys WHERE session = $1",
    "UPDATE assignments SET session = NULL WHERE session = $1",
    // Answers that are remembered tell of it.
    "DELETE FROM idempotency WHERE body LIKE '%' || $1 || '%'",
    "DELETE FROM jobs WHERE subject = $1 AND kind <> 'purge'",
    // What is deleted is not given out while it is still there.
    "UPDATE blobs SET kept_ms = NULL WHERE session = $1",
    "DELETE FROM sessions WHERE id = $1",
];

fn purge(session: &str, now: UnixMs) -> NewJob<'_> {
    NewJob { kind: PURGE, subject: session, payload: "{}", priority: 20, attempts_max: 1_000, ready: now }
}

impl Write {
    /// Whose session it is, and when it was asked for; nobody's without a row.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn whose(&mut self, session: &str) -> Result<(String, UnixMs), StoreError> {
        let row = sqlx::query("SELECT person, created_ms FROM sessions WHERE id = $1").bind(session);
        match row.fetch_optional(self.connection()).await? {
            Some(row) => Ok((row.try_get("person")?, UnixMs(row.try_get("created_ms")?))),
            None => Ok((String::new(), UnixMs(0))),
        }
    }

    async fn is_buried(&mut self, kind: &str, id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 AS one FROM tombstones WHERE kind = $1 AND id = $2";
        Ok(sqlx::query(sql).bind(kind).bind(id).fetch_optional(self.connection()).await?.is_some())
    }

    async fn is_held(&mut self, kind: &str, subject: &str, now: UnixMs) -> Result<bool, StoreError> {
        let sql = "SELECT 1 AS one FROM jobs WHERE id = $1 AND state = 'running' AND ready_ms > $2";
        let query = sqlx::query(sql).bind(format!("{kind}:{subject}")).bind(now.0);
        Ok(query.fetch_optional(self.connection()).await?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::BlobError;
    use crate::store::support::{Place, both, key_file, new_session};
    use std::time::Duration;

    const LEASE: Duration = Duration::from_secs(60);

    fn file(session: &str, name: &str) -> FileRow {
        FileRow::new(session, name, "application/json", 2, "00".into())
    }

    fn taken() -> Taken {
        let kept = Kept {
            at: UnixMs(50),
            duration_ms: 1_000,
            end_reason: Some("time".into()),
            complete: true,
            steps: 12,
            viva_version: "0.1.0".into(),
        };
        let document = Document { version: 1, body: "[]".into(), created: UnixMs(50) };
        let (began, ended) = (UnixMs(30), UnixMs(40));
        Taken {
            phase: SessionPhase::Ended,
            began,
            ended,
            kept,
            documents: vec![("transcript", document)],
            metrics: vec![metric()],
        }
    }

    fn metric() -> MetricRow {
        MetricRow { metric: "pace".into(), version: 1, value: Some(120.0), unit: "wpm".into() }
    }

    fn job<'a>(kind: &'a str, subject: &'a str) -> NewJob<'a> {
        NewJob { kind, subject, payload: "{}", priority: 10, attempts_max: 9, ready: UnixMs(0) }
    }

    /// A store with one session whose recording is announced, and its claimed job.
    async fn announced(place: &Place) -> (Store, String, Held) {
        let (store, new) = (place.open().await, new_session(1));
        let mut write = store.write().await.expect("begins");
        write.add_job(&job(FINISH, &new.id), UnixMs(0)).await.expect("added");
        write.commit().await.expect("committed");
        let held = store.claim_job(UnixMs(1), LEASE).await.expect("answers").expect("a job");
        let files = [file(&new.id, "header.json"), file(&new.id, "steps.jsonl")];
        store.announce(&new, &files, UnixMs(2)).await.expect("answers").expect("announced");
        (store, new.id, held)
    }

    #[tokio::test]
    async fn a_recording_is_taken_in_whole_and_asks_for_its_score() {
        both(async |place| {
            let (store, id, held) = announced(&place).await;
            assert_eq!(store.file(&id, "header.json").await.expect("answers"), None, "not written whole yet");
            assert!(store.settled(std::slice::from_ref(&id)).await.expect("answers").is_empty());
            store.keep(&held, &taken(), Some(&job("score", &id))).await.expect("kept");
            assert!(store.file(&id, "header.json").await.expect("answers").is_some_and(|file| file.kept));
            let row = store.session(&id).await.expect("answers").expect("there");
            assert_eq!((row.phase, row.kept), (SessionPhase::Ended, Some(taken().kept)));
            assert_eq!((row.began, row.ended), (Some(UnixMs(30)), Some(UnixMs(40))));
            assert_eq!(store.document(&id, "transcript").await.expect("answers").expect("there").body, "[]");
            assert_eq!(store.metrics_of(&[&id]).await.expect("answers"), [(id.clone(), metric())]);
            assert_eq!(store.progress("pers_1", "pace").await.expect("answers")[0].at, new_session(1).created);
            assert_eq!(store.settled(&["none".into(), id.clone()]).await.expect("answers"), [(id.clone(), false)]);
            assert_eq!(store.claim_job(UnixMs(60), LEASE).await.expect("answers").expect("a job").kind, "score");
            assert!(matches!(store.keep(&held, &taken(), None).await, Err(StoreError::NotHeld(_))), "once");
        })
        .await;
    }

    #[tokio::test]
    async fn a_deleted_session_leaves_a_tombstone_and_does_not_come_back() {
        both(async |place| {
            let (store, id, held) = announced(&place).await;
            assert_eq!(store.delete_session(&id, "", "asked", UnixMs(3)).await.expect("answers"), Deletion::Busy);
            store.keep(&held, &taken(), Some(&job("score", &id))).await.expect("kept");
            let score = store.claim_job(UnixMs(60), LEASE).await.expect("answers").expect("a job");
            assert_eq!(
                store.delete_session(&id, "pers_1", "asked", UnixMs(61)).await.expect("answers"),
                Deletion::Deleted
            );
            // The scorer that was at work finds that its job is gone, and writes nothing.
            let mut write = store.write().await.expect("begins");
            write.put_metrics(&id, "", UnixMs(0), &[metric()]).await.expect("written");
            assert!(matches!(write.job_done(&score, UnixMs(62)).await, Err(StoreError::NotHeld(_))));
            drop(write);
            assert!(store.metrics_of(&[&id]).await.expect("answers").is_empty());
            assert_eq!(store.session(&id).await.expect("answers"), None);
            assert_eq!(store.document(&id, "transcript").await.expect("answers"), None);
            let files = store.files(&id).await.expect("answers");
            assert_eq!(files.len(), 2, "the purge must know what to delete");
            assert!(files.iter().all(|file| !file.kept), "nothing of it is given out meanwhile");
            let held = store.claim_job(UnixMs(63), LEASE).await.expect("answers").expect("a job");
            assert_eq!((held.kind.as_str(), held.subject.as_str()), (PURGE, id.as_str()));
            store.purged(&held, UnixMs(64)).await.expect("purged");
            assert!(store.files(&id).await.expect("answers").is_empty());
            assert_eq!(store.settled(std::slice::from_ref(&id)).await.expect("answers"), [(id.clone(), true)]);
            let stone = store.tombstone("session", &id).await.expect("answers").expect("set");
            assert_eq!((stone.reason.as_str(), stone.deleted), ("asked", UnixMs(61)));
            assert!(store.announce(&new_session(1), &[], UnixMs(65)).await.expect("answers").is_none());
            assert_eq!(store.delete_session(&id, "", "asked", UnixMs(66)).await.expect("answers"), Deletion::Unknown);
            let audited = store.audited(Some(&id), None, 9).await.expect("a page").items;
            assert_eq!((audited.len(), audited[0].actor.as_str(), audited[0].action.as_str()), (1, "pers_1", "delete"));
        })
        .await;
    }

    #[tokio::test]
    async fn the_key_of_a_deleted_recording_is_gone_while_its_objects_are_still_there() {
        both(async |mut place| {
            place.config.key_file = Some(key_file(place.folder.path(), &[1]));
            let (store, id, _) = announced(&place).await;
            let files = store.files(&id).await.expect("answers");
            assert!(files.len() == 2 && files[0].seal.is_some() && files[0].seal == files[1].seal, "one key for both");
            let again = store.announce(&new_session(1), &files, UnixMs(3)).await.expect("answers").expect("announced");
            assert_eq!(again[0].seal, files[0].seal, "begun again with the same key");
            let other = store.announce(&new_session(2), &[file("sess_2", "steps.jsonl")], UnixMs(3)).await;
            assert_ne!(
                other.expect("answers").expect("announced")[0].seal,
                files[0].seal,
                "another session's is another"
            );
            store.delete_session(&id, "", "asked", UnixMs(100_000)).await.expect("deleted");
            let keys = store.object_keys(&id).await.expect("answers");
            assert_eq!(keys, [format!("{id}/header.json"), format!("{id}/steps.jsonl")], "still to be purged");
            let sealed = store.files(&id).await;
            assert!(matches!(sealed, Err(StoreError::Blob(BlobError::Sealed { .. }))), "{sealed:?}");
        })
        .await;
    }

    #[tokio::test]
    async fn a_server_without_the_key_of_what_it_kept_does_not_start() {
        both(async |mut place| {
            place.config.key_file = Some(key_file(place.folder.path(), &[1]));
            announced(&place).await;
            for seeds in [None, Some([2].as_slice())] {
                place.config.key_file = seeds.map(|seeds| key_file(place.folder.path(), seeds));
                let refused = place.try_open().await.err().expect("refused");
                assert!(refused.to_string().starts_with("store.key_file does not hold"), "{refused}");
            }
            place.config.key_file = Some(key_file(place.folder.path(), &[2, 1]));
            place.open().await;
        })
        .await;
    }
}
