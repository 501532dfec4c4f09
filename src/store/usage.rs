//! Rows of what people use in a day: minutes of interviews, tokens of the model, runs of code.

use super::{Store, StoreError, UnixMs, Write};
use sqlx::Row;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// What was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Interviews, in ms.
    pub interview_ms: i64,
    /// Tokens that the model read and wrote.
    pub tokens: i64,
    /// Runs of code.
    pub runs: i64,
}

/// The day (UTC) on which a time lies, as rows count them.
pub fn day(at: UnixMs) -> i64 {
    at.0.div_euclid(DAY_MS)
}

impl Store {
    /// What a person used on a day.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn usage(&self, person: &str, day: i64) -> Result<Usage, StoreError> {
        let sql = "SELECT interview_ms, tokens, runs FROM usage WHERE person = $1 AND day = $2";
        let row = sqlx::query(sql).bind(person).bind(day).fetch_optional(self.pool()).await?;
        let Some(row) = row else { return Ok(Usage::default()) };
        Ok(Usage {
            interview_ms: row.try_get("interview_ms")?,
            tokens: row.try_get("tokens")?,
            runs: row.try_get("runs")?,
        })
    }
}

impl Write {
    /// Adds to what a person used on a day.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_usage(&mut self, person: &str, day: i64, more: Usage) -> Result<(), StoreError> {
        let sql = "INSERT INTO usage (person, day, interview_ms, tokens, runs) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (person, day) DO UPDATE SET interview_ms = usage.interview_ms + excluded.interview_ms, \
                   tokens = usage.tokens + excluded.tokens, runs = usage.runs + excluded.runs";
        let query = sqlx::query(sql).bind(person).bind(day).bind(more.interview_ms).bind(more.tokens);
        query.bind(more.runs).execute(self.connection()).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::support::both;

    #[tokio::test]
    async fn usage_adds_up_by_day() {
        both(async |place| {
            let store = place.open().await;
            let mut write = store.write().await.expect("begins");
            for (day, tokens) in [(1, 5), (1, 7), (2, 1)] {
                let more = Usage { interview_ms: 1_000, tokens, runs: 1 };
                write.add_usage("pers_1", day, more).await.expect("added");
            }
            write.commit().await.expect("committed");
            let first = store.usage("pers_1", 1).await.expect("answers");
            assert_eq!(first, Usage { interview_ms: 2_000, tokens: 12, runs: 2 });
            assert_eq!(store.usage("pers_2", 1).await.expect("answers"), Usage::default());
            assert_eq!((day(UnixMs(DAY_MS - 1)), day(UnixMs(DAY_MS))), (0, 1));
        })
        .await;
    }
}
