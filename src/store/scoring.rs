//! What comes of scoring a session, written with the end of its job: all of it or nothing.

use super::documents::Document;
use super::jobs::Held;
use super::scorecards::NewScorecard;
use super::{Store, StoreError, UnixMs};
use sqlx::Row;

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

impl Store {
    /// Keeps what scoring came to, and ends the job.
    ///
    /// # Errors
    /// When the job is not held any more, or the session is gone; nothing is changed then. When the database cannot be reached.
    pub async fn scored(&self, held: &Held, scored: &Scored, now: UnixMs) -> Result<(), StoreError> {
        let session = &held.subject;
        let mut write = self.write().await?;
        write.job_done(held, now).await?;
        let sql = "SELECT person, COALESCE(began_ms, created_ms) AS at_ms FROM sessions WHERE id = $1";
        let row = sqlx::query(sql).bind(session).fetch_optional(write.connection()).await?;
        let Some(row) = row else { return Err(StoreError::NotHeld(held.id.clone())) };
        let (person, at): (String, _) = (row.try_get("person")?, UnixMs(row.try_get("at_ms")?));
        write.add_scorecard(&NewScorecard { person, session_at: at, ..scored.scorecard.clone() }).await?;
        if let Some(body) = &scored.judgements {
            let document = Document { version: JUDGEMENTS_VERSION, body: body.clone(), created: now };
            write.put_document(session, JUDGEMENTS, &document).await?;
        }
        write.commit().await
    }
}
