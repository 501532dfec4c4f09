//! Rows of creations that may come twice: a client that does not know whether its request arrived sends it again under the same
//! key, and what was made the first time is answered.

use super::{Store, StoreError, UnixMs, Write};
use sqlx::Row;
use std::time::Duration;

/// Keys are known for so long.
pub const KNOWN_FOR: Duration = Duration::from_secs(24 * 3600);
/// A first request that was not answered within this time never will be: its server was killed.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);

/// What a key stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing yet: whoever asked holds it now, and ends with [`Store::answered`] or [`Store::unanswered`].
    New,
    /// Another request: the key was used with another body.
    Other,
    /// The first request is being answered.
    Pending,
    /// It was answered so.
    Answered {
        /// The status.
        status: i64,
        /// The body.
        body: String,
    },
}

impl Store {
    /// Takes a key of a person for a request with this digest, unless it is known.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn take_key(&self, person: &str, key: &str, request: &str, now: UnixMs) -> Result<Known, StoreError> {
        let mut write = self.write().await?;
        write.forget_keys(now).await?;
        let sql = "INSERT INTO idempotency (person, key, request_sha256, created_ms) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (person, key) DO NOTHING";
        let query = sqlx::query(sql).bind(person).bind(key).bind(request).bind(now.0);
        let taken = query.execute(write.connection()).await?.rows_affected() > 0;
        let known = match taken {
            true => Known::New,
            false => write.known(person, key, request, now).await?,
        };
        write.commit().await?;
        Ok(known)
    }

    /// Keeps what was answered under a key.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn answered(&self, person: &str, key: &str, status: i64, body: &str) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let sql = "UPDATE idempotency SET status = $3, body = $4 WHERE person = $1 AND key = $2";
        let query = sqlx::query(sql).bind(person).bind(key).bind(status).bind(body);
        query.execute(write.connection()).await?;
        write.commit().await
    }

    /// Lets a key go whose request was refused: it may be sent again.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn unanswered(&self, person: &str, key: &str) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let sql = "DELETE FROM idempotency WHERE person = $1 AND key = $2 AND status IS NULL";
        sqlx::query(sql).bind(person).bind(key).execute(write.connection()).await?;
        write.commit().await
    }
}

impl Write {
    /// Forgets keys whose time is over.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn forget_keys(&mut self, now: UnixMs) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM idempotency WHERE created_ms < $1")
            .bind(now.before(KNOWN_FOR).0)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    async fn known(&mut self, person: &str, key: &str, request: &str, now: UnixMs) -> Result<Known, StoreError> {
        let sql = "SELECT request_sha256, status, body, created_ms FROM idempotency WHERE person = $1 AND key = $2";
        let row = sqlx::query(sql).bind(person).bind(key).fetch_optional(self.connection()).await?;
        let Some(row) = row else { return Ok(Known::Pending) };
        let (first, status): (String, Option<i64>) = (row.try_get("request_sha256")?, row.try_get("status")?);
        if first != request {
            return Ok(Known::Other);
        }
        match (status, row.try_get::<Option<String>, _>("body")?) {
            (Some(status), Some(body)) => Ok(Known::Answered { status, body }),
            _ if UnixMs(row.try_get("created_ms")?) < now.before(ANSWERED_WITHIN) => {
                let sql = "UPDATE idempotency SET created_ms = $3 WHERE person = $1 AND key = $2";
                sqlx::query(sql).bind(person).bind(key).bind(now.0).execute(self.connection()).await?;
                Ok(Known::New)
            }
            _ => Ok(Known::Pending),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::support::both;

    const NOW: UnixMs = UnixMs(1_790_000_000_000);

    #[tokio::test]
    async fn a_key_is_taken_once_and_remembers_its_answer() {
        both(async |place| {
            let store = place.open().await;
            let take = async |person: &str, request: &str, at: UnixMs| {
                store.take_key(person, "k'1", request, at).await.expect("answers")
            };
            assert_eq!(take("", "aa", NOW).await, Known::New);
            assert_eq!(take("", "aa", NOW).await, Known::Pending);
            assert_eq!(take("", "bb", NOW).await, Known::Other);
            assert_eq!(take("pers_1", "bb", NOW).await, Known::New, "keys are each person's own");
            store.answered("", "k'1", 201, "{}").await.expect("kept");
            let answered = Known::Answered { status: 201, body: "{}".into() };
            assert_eq!(take("", "aa", NOW).await, answered);
            assert_eq!(take("", "aa", NOW.after(KNOWN_FOR)).await, answered);
            let later = NOW.after(KNOWN_FOR).after(Duration::from_millis(1));
            assert_eq!(take("", "aa", later).await, Known::New, "a day later it is forgotten");
        })
        .await;
    }

    #[tokio::test]
    async fn what_was_answered_of_an_interview_is_forgotten_when_it_is_deleted() {
        both(async |place| {
            let store = place.open().await;
            let session = crate::store::support::new_session(1);
            store.add_session(&session, crate::store::sessions::SessionPhase::Ended).await.expect("added");
            for (key, body) in [("of it", format!("{{\"id\":\"{}\"}}", session.id)), ("of another", "{}".to_owned())] {
                assert_eq!(store.take_key("", key, "aa", NOW).await.expect("answers"), Known::New);
                store.answered("", key, 201, &body).await.expect("kept");
            }
            store.delete_session(&session.id, "", "asked", NOW).await.expect("deleted");
            assert_eq!(store.take_key("", "of it", "aa", NOW).await.expect("answers"), Known::New);
            let answered = Known::Answered { status: 201, body: "{}".into() };
            assert_eq!(store.take_key("", "of another", "aa", NOW).await.expect("answers"), answered);
        })
        .await;
    }

    #[tokio::test]
    async fn a_refused_or_abandoned_request_may_come_again() {
        both(async |place| {
            let store = place.open().await;
            let take = async |at: UnixMs| store.take_key("", "k", "aa", at).await.expect("answers");
            assert_eq!(take(NOW).await, Known::New);
            store.unanswered("", "k").await.expect("let go");
            assert_eq!(take(NOW).await, Known::New);
            assert_eq!(take(NOW.after(ANSWERED_WITHIN)).await, Known::Pending);
            let late = NOW.after(ANSWERED_WITHIN).after(Duration::from_millis(1));
            assert_eq!(take(late).await, Known::New, "its server was killed");
            assert_eq!(take(late).await, Known::Pending);
        })
        .await;
    }
}
