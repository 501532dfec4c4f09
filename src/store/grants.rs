//! Rows of grants: whom a candidate lets read along, in one interview or in all of theirs.

use super::{Store, StoreError, UnixMs};
use sqlx::Row;

impl Store {
    /// Whose interview it is; none for one that no row knows.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn session_person(&self, id: &str) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT person FROM sessions WHERE id = $1").bind(id).fetch_optional(self.pool()).await?;
        row.map(|row| Ok(row.try_get("person")?)).transpose()
    }

    /// Whether `person` lets `reader` read this interview at this time.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn is_granted(&self, person: &str, session: &str, reader: &str, at: UnixMs) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM grants WHERE reader = $1 AND person = $2 AND session IN ('', $3) \
                   AND (expires_ms IS NULL OR expires_ms > $4) LIMIT 1";
        let query = sqlx::query(sql).bind(reader).bind(person).bind(session).bind(at.0);
        Ok(query.fetch_optional(self.pool()).await?.is_some())
    }
}
