//! Who did what to whose data. Rows are only added; the database itself refuses to change or delete one
//! (`schema.rs`). No row holds people's words.

use super::page::{Cursor, Page};
use super::{Store, StoreError, UnixMs, Write};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed<'a> {
    /// Who; empty: the server itself.
    pub actor: &'a str,
    /// What: `play`, `export`, `score`, `grant`, `revoke`, `delete`, `retain`, `sign_in` …
    pub action: &'a str,
    /// To what kind of thing: `session`, `person` …
    pub subject_kind: &'a str,
    /// Its id.
    pub subject: &'a str,
    /// More, as a JSON object.
    pub detail: &'a str,
}

/// A row of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditRow {
    /// Its id, increasing with time.
    pub id: String,
    /// When.
    pub at: UnixMs,
    /// Who; empty: the server itself.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: String,
    /// Its id.
    pub subject: String,
    /// More, as a JSON object.
    pub detail: String,
}

impl Store {
    /// Adds a row by itself, for what changes nothing else (playing, reading).
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn audit(&self, at: UnixMs, deed: &Deed<'_>) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        write.audit(at, deed).await?;
        write.commit().await
    }

    /// The audit, newest first; of one subject, if one is named.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn audited(
        &self,
        subject: Option<&str>,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<AuditRow>, StoreError> {
        let of = if subject.is_some() { "subject = $1" } else { "$1 = ''" };
        let sql = format!(
            "SELECT id, at_ms, actor, action, subject_kind, subject, detail FROM audit \
             WHERE {of} AND (at_ms, id) < ($2, $3) ORDER BY at_ms DESC, id DESC LIMIT $4"
        );
        let (at, id) = after.map_or((i64::MAX, ""), |cursor| (cursor.at.0, cursor.id.as_str()));
        let query = sqlx::query(AssertSqlSafe(sql)).bind(subject.unwrap_or_default()).bind(at).bind(id);
        let rows = query.bind(i64::from(limit) + 1).fetch_all(self.pool()).await?;
        let items = rows.iter().map(audit_row).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(items, limit, |row| Cursor { at: row.at, id: row.id.clone() }))
    }
}

impl Write {
    /// Adds a row beside what it tells of.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn audit(&mut self, at: UnixMs, deed: &Deed<'_>) -> Result<(), StoreError> {
        let sql = "INSERT INTO audit (id, at_ms, actor, action, subject_kind, subject, detail) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let query = sqlx::query(sql).bind(row_id(at)).bind(at.0).bind(deed.actor).bind(deed.action);
        let query = query.bind(deed.subject_kind).bind(deed.subject).bind(deed.detail);
        query.execute(self.connection()).await?;
        Ok(())
    }
}

/// Increasing with time, and never the same twice.
fn row_id(at: UnixMs) -> String {
    let mut bytes = [0; 8];
    // Without randomness of the system two rows of one ms could collide; the second is then refused, not lost unseen.
    rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes).ok();
    format!("{:015}-{:016x}", at.0, u64::from_le_bytes(bytes))
}

fn audit_row(row: &AnyRow) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        id: row.try_get("id")?,
        at: UnixMs(row.try_get("at_ms")?),
        actor: row.try_get("actor")?,
        action: row.try_get("action")?,
        subject_kind: row.try_get("subject_kind")?,
        subject: row.try_get("subject")?,
        detail: row.try_get("detail")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::support::both;
    use sqlx::Executor;

    #[tokio::test]
    async fn the_audit_only_grows() {
        both(async |place| {
            let store = place.open().await;
            for number in 0..5 {
                let subject = format!("s{}", number % 2);
                let deed =
                    Deed { actor: "pers_1", action: "play", subject_kind: "session", subject: &subject, detail: "{}" };
                store.audit(UnixMs(number), &deed).await.expect("added");
            }
            for sql in ["DELETE FROM audit", "UPDATE audit SET actor = 'somebody else'"] {
                assert!(store.pool().execute(sql).await.is_err(), "{sql}");
            }
            let first = store.audited(None, None, 3).await.expect("a page");
            let rest = store.audited(None, first.next.as_ref(), 3).await.expect("a page");
            let times: Vec<i64> = first.items.iter().chain(&rest.items).map(|row| row.at.0).collect();
            assert_eq!((times, rest.next), (vec![4, 3, 2, 1, 0], None));
            assert_eq!(store.audited(Some("s1"), None, 9).await.expect("a page").items.len(), 2);
        })
        .await;
    }
}
