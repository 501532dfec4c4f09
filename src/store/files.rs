//! Rows of what lies in the object store. A row stands before its object is written and goes after it, so that no object is
//! without a row, wherever the server is killed.

use super::{Store, StoreError, UnixMs, Write};
use sqlx::Row;
use sqlx::any::AnyRow;

/// A file of a recording as its row says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// Where it lies in the object store.
    pub key: String,
    /// Whose it is.
    pub session: String,
    /// Its name in the recording.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Its size.
    pub bytes: i64,
    /// sha-256 of its bytes, in hex.
    pub sha256: String,
    /// It is written whole.
    pub kept: bool,
}

impl Store {
    /// A session's files, by name; those that are not written whole too.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn files(&self, session: &str) -> Result<Vec<FileRow>, StoreError> {
        let sql =
            "SELECT key, session, name, media_type, bytes, sha256, kept_ms FROM blobs WHERE session = $1 ORDER BY name";
        let rows = sqlx::query(sql).bind(session).fetch_all(self.pool()).await?;
        rows.iter().map(file_row).collect()
    }

    /// A session's file of this name, if it is written whole.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn file(&self, session: &str, name: &str) -> Result<Option<FileRow>, StoreError> {
        let sql = "SELECT key, session, name, media_type, bytes, sha256, kept_ms FROM blobs \
                   WHERE session = $1 AND name = $2 AND kept_ms IS NOT NULL";
        let row = sqlx::query(sql).bind(session).bind(name).fetch_optional(self.pool()).await?;
        row.map(|row| file_row(&row)).transpose()
    }
}

impl Write {
    /// Announces an object before it is written. One that was announced before is announced anew.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn announce_file(&mut self, file: &FileRow, at: UnixMs) -> Result<(), StoreError> {
        let sql = "INSERT INTO blobs (key, session, name, media_type, bytes, sha256, created_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO UPDATE SET \
                   media_type = excluded.media_type, bytes = excluded.bytes, sha256 = excluded.sha256, kept_ms = NULL";
        let query = sqlx::query(sql).bind(&file.key).bind(&file.session).bind(&file.name).bind(&file.media_type);
        query.bind(file.bytes).bind(&file.sha256).bind(at.0).execute(self.connection()).await?;
        Ok(())
    }

    /// All announced objects of a session are written whole.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(super) async fn files_kept(&mut self, session: &str, at: UnixMs) -> Result<(), StoreError> {
        let sql = "UPDATE blobs SET kept_ms = $2 WHERE session = $1 AND kept_ms IS NULL";
        sqlx::query(sql).bind(session).bind(at.0).execute(self.connection()).await?;
        Ok(())
    }

    /// The objects of a session are gone: so are their rows.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn files_gone(&mut self, session: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM blobs WHERE session = $1").bind(session).execute(self.connection()).await?;
        Ok(())
    }
}

fn file_row(row: &AnyRow) -> Result<FileRow, StoreError> {
    Ok(FileRow {
        key: row.try_get("key")?,
        session: row.try_get("session")?,
        name: row.try_get("name")?,
        media_type: row.try_get("media_type")?,
        bytes: row.try_get("bytes")?,
        sha256: row.try_get("sha256")?,
        kept: row.try_get::<Option<i64>, _>("kept_ms")?.is_some(),
    })
}
