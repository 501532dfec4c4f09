//! Rows of metrics: the number of each in each session, which curves and tables go by. The whole, with the places that show it,
//! is a document ([`super::documents`]).

use super::page::{PAGE_MAX, each_bound, places};
use super::{Store, StoreError, UnixMs, Write};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// A metric of a session.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricRow {
    /// Its stable name.
    pub metric: String,
    /// Version of what measured it.
    pub version: i64,
    /// The number; none: not measurable, the document says why.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: String,
}

/// A metric or band in one session of a person's progress.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The session.
    pub session: String,
    /// When it was.
    pub at: UnixMs,
    /// Its value; none: not measurable, not assessed.
    pub value: Option<f64>,
}

impl Store {
    /// All metrics of these sessions, by session and name.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn metrics_of(&self, sessions: &[&str]) -> Result<Vec<(String, MetricRow)>, StoreError> {
        let sql = format!(
            "SELECT session, metric, version, value, unit FROM metrics WHERE session IN ({}) ORDER BY session, metric",
            places(sessions.len())
        );
        let rows = each_bound(sqlx::query(AssertSqlSafe(sql)), sessions).fetch_all(self.pool()).await?;
        rows.iter().map(|row| Ok((row.try_get("session")?, metric_row(row)?))).collect()
    }

    /// A metric in a person's sessions, newest first, at most [`PAGE_MAX`].
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn progress(&self, person: &str, metric: &str) -> Result<Vec<Point>, StoreError> {
        let sql = "SELECT session, session_ms, value FROM metrics WHERE person = $1 AND metric = $2 \
                   ORDER BY session_ms DESC, session DESC LIMIT $3";
        let query = sqlx::query(sql).bind(person).bind(metric).bind(i64::from(PAGE_MAX));
        let point = |row: &AnyRow| {
            let at = UnixMs(row.try_get("session_ms")?);
            Ok(Point { session: row.try_get("session")?, at, value: row.try_get("value")? })
        };
        query.fetch_all(self.pool()).await?.iter().map(point).collect()
    }
}

impl Write {
    /// Keeps a session's metrics in place of those that were there. `at` is when the session was, `person` whose it is.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn put_metrics(
        &mut self,
        session: &str,
        person: &str,
        at: UnixMs,
        rows: &[MetricRow],
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM metrics WHERE session = $1").bind(session).execute(self.connection()).await?;
        for row in rows {
            // PostgreSQL takes the type of a parameter from its first value, and an absent one has none of its own: a
            // statement for each.
            let (absent, present) = (
                "INSERT INTO metrics (session, metric, version, unit, person, session_ms) VALUES ($1, $2, $3, $4, $5, $6)",
                "INSERT INTO metrics (session, metric, version, unit, person, session_ms, value) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            );
            let query = sqlx::query(if row.value.is_some() { present } else { absent });
            let query = query.bind(session).bind(&row.metric).bind(row.version).bind(&row.unit).bind(person).bind(at.0);
            let query = match row.value {
                Some(value) => query.bind(value),
                None => query,
            };
            query.execute(self.connection()).await?;
        }
        Ok(())
    }
}

fn metric_row(row: &AnyRow) -> Result<MetricRow, StoreError> {
    Ok(MetricRow {
        metric: row.try_get("metric")?,
        version: row.try_get("version")?,
        value: row.try_get("value")?,
        unit: row.try_get("unit")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::support::both;

    #[tokio::test]
    async fn metrics_are_replaced_as_a_whole_and_shown_over_time() {
        both(async |place| {
            let store = place.open().await;
            let row = |metric: &str, value| MetricRow { metric: metric.into(), version: 1, value, unit: "ms".into() };
            for session in ["s1", "s2"] {
                let mut write = store.write().await.expect("begins");
                let at = UnixMs(if session == "s1" { 10 } else { 20 });
                let old = [row("absent", None), row("gone", Some(1.0)), row("stall", Some(2.0))];
                write.put_metrics(session, "pers_1", at, &old).await.expect("written");
                let new = [row("stall", Some(0.1 + 0.2)), row("pace", None)];
                write.put_metrics(session, "pers_1", at, &new).await.expect("written");
                write.commit().await.expect("committed");
            }
            let rows = store.metrics_of(&["s1", "none"]).await.expect("answers");
            assert_eq!(rows, [("s1".into(), row("pace", None)), ("s1".into(), row("stall", Some(0.1 + 0.2)))]);
            assert!(store.metrics_of(&[]).await.expect("answers").is_empty());
            let points = store.progress("pers_1", "stall").await.expect("answers");
            let sessions: Vec<&str> = points.iter().map(|point| point.session.as_str()).collect();
            assert_eq!((sessions, points[0].at), (vec!["s2", "s1"], UnixMs(20)));
            assert!(store.progress("pers_2", "stall").await.expect("answers").is_empty());
        })
        .await;
    }
}
