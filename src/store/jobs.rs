//! Work that must be done once, whatever is killed meanwhile. A job is claimed for a lease; whoever holds it ends it in the
//! same transaction that writes its result, and only while the claim is the newest. A killed worker's lease runs out and the
//! next claims the job again, so work may be begun twice but has one result.

use super::{Store, StoreError, UnixMs, Write};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use std::time::Duration;

/// Largest reason of a failure that is kept, in bytes; more is cut.
const ERROR_BYTES_MAX: usize = 1_000;

/// Beyond so many claims for each attempt that a job may have, an attempt that was cut off counts.
const CUT_OFF_MAX: i64 = 20;

/// A job to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob<'a> {
    /// What is to be done.
    pub kind: &'a str,
    /// What it is about; one job of a kind for each.
    pub subject: &'a str,
    /// What else must be known, as JSON.
    pub payload: &'a str,
    /// Higher ones are claimed first.
    pub priority: i64,
    /// Claims at most; then it is dead.
    pub attempts_max: i64,
    /// Not before this time.
    pub ready: UnixMs,
}

/// A job that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// `kind:subject`.
    pub id: String,
    /// What is to be done.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// What else must be known, as JSON.
    pub payload: String,
    /// Which attempt this is, from 1.
    pub attempt: i64,
    /// How many there may be.
    pub attempts_max: i64,
    /// Number of this claim.
    claim: i64,
}

/// A job as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JobRow {
    /// What is to be done.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// `waiting`, `running`, `done` or `dead`.
    pub state: String,
    /// Attempts that count.
    pub attempts: i64,
    /// How often it was begun, cut off ones included.
    pub claims: i64,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// When it was asked for.
    pub created: UnixMs,
    /// When it ended.
    pub ended: Option<UnixMs>,
}

impl JobRow {
    /// It is done, or given up.
    pub fn is_over(&self) -> bool {
        matches!(self.state.as_str(), "done" | "dead")
    }
}

impl Store {
    /// Claims the most urgent job that may be done now, for `lease` from `now` on. A job that was claimed as often as it may
    /// be, and never ended, is dead: it would take the server down with it again.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn claim_job(&self, now: UnixMs, lease: Duration) -> Result<Option<Held>, StoreError> {
        let sql = format!(
            "UPDATE jobs SET state = 'running', claim = claim + 1, attempts = attempts + 1, ready_ms = $1 \
             WHERE id = (SELECT id FROM jobs WHERE ready_ms <= $2 ORDER BY priority DESC, ready_ms, id LIMIT 1 {}) \
             RETURNING id, kind, subject, payload, attempts, attempts_max, claim",
            self.engine().skip_locked()
        );
        if !self.has_work(now).await? {
            return Ok(None);
        }
        loop {
            let mut write = self.write().await?;
            let query = sqlx::query(AssertSqlSafe(sql.clone())).bind(now.after(lease).0).bind(now.0);
            let Some(row) = query.fetch_optional(write.connection()).await? else { return Ok(None) };
            let held = held(&row)?;
            if held.attempt > held.attempts_max {
                write.bury(&held, now, "its workers were killed each time").await?;
                write.commit().await?;
                continue;
            }
            write.commit().await?;
            return Ok(Some(held));
        }
    }

    /// Whether there is a job to claim. Only reads: those who wait for work do not stand in the way of those who write.
    async fn has_work(&self, now: UnixMs) -> Result<bool, StoreError> {
        let sql = "SELECT 1 AS one FROM jobs WHERE ready_ms <= $1 LIMIT 1";
        Ok(sqlx::query(sql).bind(now.0).fetch_optional(self.pool()).await?.is_some())
    }

    /// Holds a job for longer. Says whether it is still held.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn extend_job(&self, held: &Held, until: UnixMs) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let sql = "UPDATE jobs SET ready_ms = $3 WHERE id = $1 AND claim = $2 AND state = 'running'";
        let done = sqlx::query(sql).bind(&held.id).bind(held.claim).bind(until.0).execute(write.connection()).await?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// An attempt failed: it is tried again at `retry`, or dead when it was the last.
    ///
    /// # Errors
    /// When the database cannot be reached; the lease then runs out by itself.
    pub async fn job_failed(&self, held: &Held, now: UnixMs, error: &str, retry: UnixMs) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        if held.attempt >= held.attempts_max {
            write.bury(held, now, error).await?;
        } else {
            let sql = "UPDATE jobs SET state = 'waiting', ready_ms = $3, error = $4 \
                       WHERE id = $1 AND claim = $2 AND state = 'running'";
            let query = sqlx::query(sql).bind(&held.id).bind(held.claim).bind(retry.0).bind(cut(error));
            query.execute(write.connection()).await?;
        }
        write.commit().await
    }

    /// Ends a job that has no result to write.
    ///
    /// # Errors
    /// When it is not held any more; when the database cannot be reached.
    pub async fn end_job(&self, held: &Held, now: UnixMs) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        write.job_done(held, now).await?;
        write.commit().await
    }

    /// Forgets jobs that were done before this time.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn forget_jobs(&self, before: UnixMs) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let sql = "DELETE FROM jobs WHERE state = 'done' AND ended_ms < $1";
        sqlx::query(sql).bind(before.0).execute(write.connection()).await?;
        write.commit().await
    }

    /// Gives every running job back at once, for the start of a server that is alone with its database: whoever held them is
    /// gone. That an attempt was cut off is not the job's fault and does not count, unless it happens so often
    /// ([`CUT_OFF_MAX`]) that the job may well be what brings servers down. How many there were.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn release_jobs(&self, now: UnixMs) -> Result<u64, StoreError> {
        let mut write = self.write().await?;
        let sql = "UPDATE jobs SET state = 'waiting', ready_ms = $1, \
                   attempts = CASE WHEN claim < attempts_max * $2 THEN attempts - 1 ELSE attempts END \
                   WHERE state = 'running'";
        let done = sqlx::query(sql).bind(now.0).bind(CUT_OFF_MAX).execute(write.connection()).await?;
        write.commit().await?;
        Ok(done.rows_affected())
    }

    /// The jobs about a subject, by kind.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn jobs_about(&self, subject: &str) -> Result<Vec<JobRow>, StoreError> {
        let sql = "SELECT kind, subject, state, attempts, claim, error, created_ms, ended_ms FROM jobs WHERE subject = $1 ORDER BY kind";
        let rows = sqlx::query(sql).bind(subject).fetch_all(self.pool()).await?;
        rows.iter().map(job_row).collect()
    }

    /// When the next job may be claimed, if any waits or runs.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn next_job_ready(&self) -> Result<Option<UnixMs>, StoreError> {
        let sql = "SELECT MIN(ready_ms) AS ready_ms FROM jobs WHERE ready_ms IS NOT NULL";
        let row = sqlx::query(sql).fetch_one(self.pool()).await?;
        Ok(row.try_get::<Option<i64>, _>("ready_ms")?.map(UnixMs))
    }
}

impl Write {
    /// Asks for a job. One that was asked for before, done or not, stays as it is.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_job(&mut self, job: &NewJob<'_>, now: UnixMs) -> Result<(), StoreError> {
        self.put_job(job, now, "DO NOTHING").await
    }

    /// Asks for a job though it was done, or died, before. One that waits or runs stays as it is.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_job_again(&mut self, job: &NewJob<'_>, now: UnixMs) -> Result<(), StoreError> {
        let again = "DO UPDATE SET state = 'waiting', payload = excluded.payload, priority = excluded.priority, attempts = 0, \
                     ready_ms = excluded.ready_ms, error = NULL, ended_ms = NULL WHERE jobs.state IN ('done', 'dead')";
        self.put_job(job, now, again).await
    }

    async fn put_job(&mut self, job: &NewJob<'_>, now: UnixMs, if_there: &str) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO jobs (id, kind, subject, payload, priority, state, ready_ms, attempts_max, created_ms) \
             VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8) ON CONFLICT (id) {if_there}"
        );
        let id = format!("{}:{}", job.kind, job.subject);
        let query = sqlx::query(AssertSqlSafe(sql)).bind(id).bind(job.kind).bind(job.subject).bind(job.payload);
        let query = query.bind(job.priority).bind(job.ready.0).bind(job.attempts_max).bind(now.0);
        query.execute(self.connection()).await?;
        Ok(())
    }

    /// Ends a job in the transaction that writes its result.
    ///
    /// # Errors
    /// When it is not held any more: the result must not be written, another holds the job or it was taken back. When the
    /// database cannot be reached.
    pub async fn job_done(&mut self, held: &Held, now: UnixMs) -> Result<(), StoreError> {
        let sql = "UPDATE jobs SET state = 'done', ready_ms = NULL, ended_ms = $3, error = NULL \
                   WHERE id = $1 AND claim = $2 AND state = 'running'";
        let done = sqlx::query(sql).bind(&held.id).bind(held.claim).bind(now.0).execute(self.connection()).await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::NotHeld(held.id.clone())) }
    }

    /// Puts a held job off, in the transaction that writes what came of it so far.
    ///
    /// # Errors
    /// When it is not held any more; when the database cannot be reached.
    pub(super) async fn job_put_off(&mut self, held: &Held, until: UnixMs) -> Result<(), StoreError> {
        let sql = "UPDATE jobs SET state = 'waiting', ready_ms = $3, error = NULL \
                   WHERE id = $1 AND claim = $2 AND state = 'running'";
        let query = sqlx::query(sql).bind(&held.id).bind(held.claim).bind(until.0);
        let done = query.execute(self.connection()).await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::NotHeld(held.id.clone())) }
    }

    /// Sees that a job is still held, and stays so until the end of this transaction.
    ///
    /// # Errors
    /// When it is not; when the database cannot be reached.
    pub(super) async fn still_held(&mut self, held: &Held) -> Result<(), StoreError> {
        let sql = "UPDATE jobs SET claim = claim WHERE id = $1 AND claim = $2 AND state = 'running'";
        let done = sqlx::query(sql).bind(&held.id).bind(held.claim).execute(self.connection()).await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::NotHeld(held.id.clone())) }
    }

    async fn bury(&mut self, held: &Held, now: UnixMs, error: &str) -> Result<(), StoreError> {
        let sql = "UPDATE jobs SET state = 'dead', ready_ms = NULL, ended_ms = $3, error = $4 \
                   WHERE id = $1 AND claim = $2 AND state = 'running'";
        let query = sqlx::query(sql).bind(&held.id).bind(held.claim).bind(now.0).bind(cut(error));
        query.execute(self.connection()).await?;
        Ok(())
    }
}

fn cut(error: &str) -> &str {
    error.get(..error.floor_char_boundary(ERROR_BYTES_MAX)).unwrap_or(error)
}

fn held(row: &AnyRow) -> Result<Held, StoreError> {
    Ok(Held {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        subject: row.try_get("subject")?,
        payload: row.try_get("payload")?,
        attempt: row.try_get("attempts")?,
        attempts_max: row.try_get("attempts_max")?,
        claim: row.try_get("claim")?,
    })
}

fn job_row(row: &AnyRow) -> Result<JobRow, StoreError> {
    Ok(JobRow {
        kind: row.try_get("kind")?,
        subject: row.try_get("subject")?,
        state: row.try_get("state")?,
        attempts: row.try_get("attempts")?,
        claims: row.try_get("claim")?,
        error: row.try_get("error")?,
        created: UnixMs(row.try_get("created_ms")?),
        ended: row.try_get::<Option<i64>, _>("ended_ms")?.map(UnixMs),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::support::both;

    const LEASE: Duration = Duration::from_secs(60);

    fn job<'a>(subject: &'a str, priority: i64, ready: i64) -> NewJob<'a> {
        NewJob { kind: "score", subject, payload: "{}", priority, attempts_max: 3, ready: UnixMs(ready) }
    }

    async fn add(store: &Store, jobs: &[NewJob<'_>]) {
        let mut write = store.write().await.expect("begins");
        for job in jobs {
            write.add_job(job, UnixMs(0)).await.expect("added");
        }
        write.commit().await.expect("committed");
    }

    async fn claim(store: &Store, now: i64) -> Option<Held> {
        store.claim_job(UnixMs(now), LEASE).await.expect("answers")
    }

    async fn done(store: &Store, held: &Held, now: i64) -> Result<(), StoreError> {
        let mut write = store.write().await.expect("begins");
        write.job_done(held, UnixMs(now)).await?;
        write.commit().await
    }

    #[tokio::test]
    async fn urgent_jobs_come_first_then_those_that_waited_longest() {
        both(async |place| {
            let store = place.open().await;
            add(&store, &[job("late", 0, 20), job("early", 0, 10), job("urgent", 5, 30), job("later", 9, 99)]).await;
            let mut order = Vec::new();
            while let Some(held) = claim(&store, 40).await {
                order.push(held.subject);
            }
            assert_eq!(order, ["urgent", "early", "late"]);
            assert_eq!(store.next_job_ready().await.expect("answers"), Some(UnixMs(99)));
        })
        .await;
    }

    #[tokio::test]
    async fn a_job_is_asked_for_once_and_done_once() {
        both(async |place| {
            let store = place.open().await;
            add(&store, &[job("one", 0, 0), job("one", 0, 0)]).await;
            let held = claim(&store, 1).await.expect("a job");
            assert_eq!(claim(&store, 2).await, None, "it is held");
            done(&store, &held, 3).await.expect("done");
            add(&store, &[job("one", 0, 0)]).await;
            assert_eq!(claim(&store, 1_000_000).await, None, "it is done");
            assert!(matches!(done(&store, &held, 4).await, Err(StoreError::NotHeld(_))));
        })
        .await;
    }

    #[tokio::test]
    async fn one_whose_lease_ran_out_ends_nothing() {
        both(async |place| {
            let store = place.open().await;
            add(&store, &[job("one", 0, 0)]).await;
            let slow = claim(&store, 0).await.expect("a job");
            let second = claim(&store, 60_000).await.expect("the lease ran out");
            assert_eq!((slow.attempt, second.attempt), (1, 2));
            assert!(matches!(done(&store, &slow, 60_001).await, Err(StoreError::NotHeld(_))));
            assert!(!store.extend_job(&slow, UnixMs(200_000)).await.expect("answers"));
            assert!(store.extend_job(&second, UnixMs(200_000)).await.expect("answers"));
            assert_eq!(claim(&store, 199_999).await, None, "held for longer");
            done(&store, &second, 61_000).await.expect("done");
        })
        .await;
    }

    #[tokio::test]
    async fn failures_are_tried_again_until_there_have_been_enough() {
        both(async |place| {
            let store = place.open().await;
            add(&store, &[job("one", 0, 0)]).await;
            for attempt in 1..=3 {
                let held = claim(&store, attempt * 1_000).await.expect("a job");
                assert_eq!(held.attempt, attempt);
                let retry = UnixMs((attempt + 1) * 1_000);
                store.job_failed(&held, UnixMs(attempt), &"é".repeat(5_000), retry).await.expect("noted");
                assert_eq!(claim(&store, retry.0 - 1).await, None, "not before its time");
            }
            assert_eq!(claim(&store, 1_000_000).await, None);
            let rows = store.jobs_about("one").await.expect("answers");
            assert_eq!((rows[0].state.as_str(), rows[0].attempts), ("dead", 3));
            let mut write = store.write().await.expect("begins");
            write.add_job_again(&job("one", 0, 0), UnixMs(0)).await.expect("added");
            write.commit().await.expect("committed");
            assert_eq!(claim(&store, 1).await.expect("a job").attempt, 1);
        })
        .await;
    }

    #[tokio::test]
    async fn a_job_that_kills_its_workers_is_dead_in_the_end() {
        both(async |place| {
            let store = place.open().await;
            add(&store, &[job("poison", 5, 0), job("good", 0, 0)]).await;
            for attempt in 0..3 {
                assert_eq!(claim(&store, attempt * 60_000).await.expect("a job").subject, "poison");
            }
            assert_eq!(claim(&store, 180_000).await.expect("a job").subject, "good");
            assert_eq!(store.jobs_about("poison").await.expect("answers")[0].state, "dead");
        })
        .await;
    }

    #[tokio::test]
    async fn many_workers_claim_each_job_once() {
        both(async |place| {
            let store = place.open().await;
            let subjects: Vec<String> = (0..40).map(|number| format!("s{number:02}")).collect();
            let jobs: Vec<NewJob<'_>> = subjects.iter().map(|subject| job(subject, 0, 0)).collect();
            add(&store, &jobs).await;
            let worker = async |store: Store| {
                let mut claimed = Vec::new();
                while let Some(held) = claim(&store, 1).await {
                    claimed.push(held.subject.clone());
                    done(&store, &held, 2).await.expect("done");
                }
                claimed
            };
            let all = futures::future::join_all((0..6).map(|_| worker(store.clone()))).await;
            let mut all: Vec<String> = all.into_iter().flatten().collect();
            all.sort();
            assert_eq!(all, subjects);
        })
        .await;
    }

    #[tokio::test]
    async fn jobs_of_a_server_that_is_gone_are_given_back() {
        both(async |place| {
            let store = place.open().await;
            add(&store, &[job("one", 0, 0)]).await;
            let held = claim(&store, 0).await.expect("a job");
            assert_eq!(store.release_jobs(UnixMs(1)).await.expect("answers"), 1);
            assert!(matches!(done(&store, &held, 1).await, Err(StoreError::NotHeld(_))));
            assert_eq!(claim(&store, 1).await.expect("a job").attempt, 1, "being cut off is not the job's fault");
            let mut claims = 2;
            loop {
                store.release_jobs(UnixMs(1)).await.expect("answers");
                if claim(&store, 1).await.is_none() {
                    break;
                }
                claims += 1;
                assert!(claims < 200, "it brings servers down for ever");
            }
            assert_eq!(store.jobs_about("one").await.expect("answers")[0].state, "dead");
            assert!(claims >= 3 * CUT_OFF_MAX, "{claims}");
        })
        .await;
    }
}
