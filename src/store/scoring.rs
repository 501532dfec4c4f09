//! What comes of scoring a session, written with the end of its job: all of it or nothing.

use super::documents::Document;
use super::jobs::{Held, NewJob};
use super::scorecards::NewScorecard;
use super::{Store, StoreError, UnixMs, Write};
use sqlx::{AssertSqlSafe, Row};

/// Kind of the job that asks a judge what it could not be asked when the interview was scored.
pub const JUDGE: &str = "judge";
/// Kind of the document that holds a judge's answers.
pub const JUDGEMENTS: &str = "judgements";
/// Version of its form.
const JUDGEMENTS_VERSION: i64 = 1;

/// The document of a judge's answers.
pub fn judgements_document(body: String, created: UnixMs) -> Document {
    Document { version: JUDGEMENTS_VERSION, body, created }
}

/// What scoring came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// The scorecard; person and time are the session's.
    pub scorecard: NewScorecard,
    /// The judge's answers, as JSON; none when no judge was asked.
    pub judgements: Option<String>,
}

/// What is still to be done of it.
#[derive(Clone, Debug)]
pub enum Then<'a> {
    /// Nothing: the job ends.
    Nothing,
    /// This job, when this one ends.
    Job(NewJob<'a>),
    /// The same job again, from this time on.
    Again(UnixMs),
}

impl Store {
    /// Keeps what scoring came to, and ends the job or puts it off. What is judged later takes the place of what was scored before.
    ///
    /// # Errors
    /// When the job is not held any more, or the session is gone; nothing is changed then. When the database cannot be reached.
    pub async fn scored(&self, held: &Held, scored: &Scored, then: &Then<'_>, now: UnixMs) -> Result<(), StoreError> {
        let session = &held.subject;
        let mut write = self.write().await?;
        match then {
            Then::Again(at) => write.job_put_off(held, *at).await?,
            Then::Nothing => write.job_done(held, now).await?,
            Then::Job(next) => {
                write.job_done(held, now).await?;
                write.add_job_again(next, now).await?;
            }
        }
        let sql = "SELECT person, COALESCE(began_ms, created_ms) AS at_ms FROM sessions WHERE id = $1";
        let row = sqlx::query(sql).bind(session).fetch_optional(write.connection()).await?;
        let Some(row) = row else { return Err(StoreError::NotHeld(held.id.clone())) };
        let (person, at): (String, _) = (row.try_get("person")?, UnixMs(row.try_get("at_ms")?));
        if held.kind == JUDGE {
            write.delete_scores(session, &scored.scorecard).await?;
        }
        write.add_scorecard(&NewScorecard { person, session_at: at, ..scored.scorecard.clone() }).await?;
        if let Some(body) = &scored.judgements {
            let document = Document { version: JUDGEMENTS_VERSION, body: body.clone(), created: now };
            write.put_document(session, JUDGEMENTS, &document).await?;
        }
        write.commit().await
    }
}

impl Write {
    /// Has those sessions judged now that wait for it: of this person, or of everybody.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn judge_soon(&mut self, person: Option<&str>, now: UnixMs) -> Result<(), StoreError> {
        let all = "UPDATE jobs SET ready_ms = $1 WHERE kind = 'judge' AND state = 'waiting' AND ready_ms > $1";
        match person {
            None => sqlx::query(all).bind(now.0).execute(self.connection()).await?,
            Some(person) => {
                let sql = format!("{all} AND subject IN (SELECT id FROM sessions WHERE person = $2)");
                sqlx::query(AssertSqlSafe(sql)).bind(now.0).bind(person).execute(self.connection()).await?
            }
        };
        Ok(())
    }
}
