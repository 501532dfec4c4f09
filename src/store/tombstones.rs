//! That something was, and is deleted; nothing of its content. A tombstone keeps what is deleted from coming back: a recording
//! that is found again, an import, a late worker.

use super::{Store, StoreError, UnixMs, Write};
use serde::Serialize;
use sqlx::Row;

/// What remains of what was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tombstone {
    /// `asked` or `retention`.
    pub reason: String,
    /// When.
    pub deleted: UnixMs,
}

impl Store {
    /// The tombstone of a `session` or `person` of this id.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn tombstone(&self, kind: &str, id: &str) -> Result<Option<Tombstone>, StoreError> {
        let sql = "SELECT reason, deleted_ms FROM tombstones WHERE kind = $1 AND id = $2";
        let row = sqlx::query(sql).bind(kind).bind(id).fetch_optional(self.pool()).await?;
        row.map(|row| Ok(Tombstone { reason: row.try_get("reason")?, deleted: UnixMs(row.try_get("deleted_ms")?) }))
            .transpose()
    }
}

impl Write {
    /// Sets a tombstone; the first stays.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn bury_thing(&mut self, kind: &str, id: &str, reason: &str, at: UnixMs) -> Result<(), StoreError> {
        let sql = "INSERT INTO tombstones (kind, id, reason, deleted_ms) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (kind, id) DO NOTHING";
        sqlx::query(sql).bind(kind).bind(id).bind(reason).bind(at.0).execute(self.connection()).await?;
        Ok(())
    }
}
