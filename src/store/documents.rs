//! What is made of a recording once and read often, as JSON: transcript, review. Derived: it can be made again.

use super::{Store, StoreError, UnixMs, Write};
use sqlx::Row;

/// A derived document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Version of what made it.
    pub version: i64,
    /// JSON.
    pub body: String,
    /// When it was made.
    pub created: UnixMs,
}

impl Store {
    /// A session's document of this kind.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn document(&self, session: &str, kind: &str) -> Result<Option<Document>, StoreError> {
        let sql = "SELECT version, body, created_ms FROM documents WHERE session = $1 AND kind = $2";
        let row = sqlx::query(sql).bind(session).bind(kind).fetch_optional(self.pool()).await?;
        row.map(|row| {
            let created = UnixMs(row.try_get("created_ms")?);
            Ok(Document { version: row.try_get("version")?, body: row.try_get("body")?, created })
        })
        .transpose()
    }
}

impl Write {
    /// Keeps something derived of a session that is still there; says whether it is. A deletion that runs at the same time waits,
    /// and takes it along.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn put_derived(&mut self, session: &str, kind: &str, document: &Document) -> Result<bool, StoreError> {
        let is_there = self.hold_session(session).await?;
        if is_there {
            self.put_document(session, kind, document).await?;
        }
        Ok(is_there)
    }

    /// Keeps a session from being deleted until this transaction is over. Says whether it is there.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn hold_session(&mut self, session: &str) -> Result<bool, StoreError> {
        // Locks the row in either database.
        let sql = "UPDATE sessions SET id = id WHERE id = $1";
        Ok(sqlx::query(sql).bind(session).execute(self.connection()).await?.rows_affected() > 0)
    }

    /// Keeps a session's document of this kind in place of what was there.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn put_document(&mut self, session: &str, kind: &str, document: &Document) -> Result<(), StoreError> {
        let sql = "INSERT INTO documents (session, kind, version, body, created_ms) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (session, kind) DO UPDATE SET \
                   version = excluded.version, body = excluded.body, created_ms = excluded.created_ms";
        let query = sqlx::query(sql).bind(session).bind(kind).bind(document.version).bind(&document.body);
        query.bind(document.created.0).execute(self.connection()).await?;
        Ok(())
    }
}
