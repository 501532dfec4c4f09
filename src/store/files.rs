//! Rows of what lies in the object store. A row stands before its object is written and goes after it, so that no object is
//! without a row, wherever the server is killed.

use super::seal::{DeploymentKeys, SessionKey};
use super::{BlobError, Store, StoreError, UnixMs, Write};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// Both voices in one file, made of a recording's tracks when somebody first asks for it: no part of the recording.
pub const WHOLE: &str = "whole.flac";

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
    /// The key with which the object is encrypted, if it is.
    pub seal: Option<SessionKey>,
}

impl FileRow {
    /// A file of this owner's that is not written yet.
    pub fn new(owner: &str, name: &str, media_type: &str, bytes: u64, sha256: String) -> FileRow {
        FileRow {
            key: format!("{owner}/{name}"),
            session: owner.to_owned(),
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            sha256,
            kept: false,
            seal: None,
        }
    }
}

impl Store {
    /// A session's files, by name; those that are not written whole too, but not what was made of them ([`WHOLE`]).
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn files(&self, session: &str) -> Result<Vec<FileRow>, StoreError> {
        let sql = format!("{FILES} WHERE blobs.session = $1 AND blobs.name <> $2 ORDER BY blobs.name");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(session).bind(WHOLE).fetch_all(self.pool()).await?;
        rows.iter().map(|row| self.file_row(row)).collect()
    }

    /// The keys of a session's objects, those that are not written whole too; for deleting, which needs nothing to open them with.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn object_keys(&self, session: &str) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("SELECT key FROM blobs WHERE session = $1 ORDER BY key").bind(session);
        let rows = rows.fetch_all(self.pool()).await?;
        rows.iter().map(|row| Ok(row.try_get("key")?)).collect()
    }

    /// A session's file of this name, if it is written whole.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn file(&self, session: &str, name: &str) -> Result<Option<FileRow>, StoreError> {
        let sql = format!("{FILES} WHERE blobs.session = $1 AND blobs.name = $2 AND blobs.kept_ms IS NOT NULL");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(session).bind(name).fetch_optional(self.pool()).await?;
        row.map(|row| self.file_row(&row)).transpose()
    }

    /// Announces a file that was made of a session's others; gives its row with the key, if it is to be encrypted. None when there
    /// is no such session.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn announce_made(&self, file: &FileRow, now: UnixMs) -> Result<Option<FileRow>, StoreError> {
        let write = self.write().await?;
        self.announce_of(write, "SELECT 1 AS one FROM sessions WHERE id = $1", file, now).await
    }

    /// Announces a file of something that may be deleted meanwhile; `owner` finds it by the file's session. Gives the row with the key,
    /// if it is to be encrypted; none when its owner is gone.
    pub(super) async fn announce_of(
        &self,
        mut write: Write,
        owner: &'static str,
        file: &FileRow,
        now: UnixMs,
    ) -> Result<Option<FileRow>, StoreError> {
        let known = sqlx::query(owner).bind(&file.session);
        if known.fetch_optional(write.connection()).await?.is_none() {
            return Ok(None);
        }
        let seal = write.session_key(self.keys(), &file.session, now).await?;
        let file = FileRow { seal, ..file.clone() };
        write.announce_file(&file, now).await?;
        write.commit().await?;
        Ok(Some(file))
    }

    /// Such a file is written whole. Says whether its session is still there; else nothing is changed.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn made_is_kept(&self, file: &FileRow, now: UnixMs) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let sql = "UPDATE blobs SET kept_ms = $3 WHERE key = $1 AND EXISTS (SELECT 1 FROM sessions WHERE id = $2)";
        let query = sqlx::query(sql).bind(&file.key).bind(&file.session).bind(now.0);
        let done = query.execute(write.connection()).await?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Whether the deployment's keys open those of sessions that were kept: the wrong file is noticed at the start, not when
    /// somebody wants to hear a recording.
    ///
    /// # Errors
    /// When they do not; when the database cannot be reached.
    pub(super) async fn check_keys(&self) -> Result<(), StoreError> {
        let sql = "SELECT session, sealed_key FROM session_keys ORDER BY created_ms DESC, session LIMIT 1";
        let Some(row) = sqlx::query(sql).fetch_optional(self.pool()).await? else { return Ok(()) };
        let (session, sealed): (String, String) = (row.try_get("session")?, row.try_get("sealed_key")?);
        match self.keys().and_then(|keys| keys.open(&session, &sealed)) {
            Some(_) => Ok(()),
            None => Err(StoreError::Setting {
                setting: "store.key_file",
                rule: "does not hold the key with which recordings are encrypted; add it as a further line".to_owned(),
            }),
        }
    }

    fn file_row(&self, row: &AnyRow) -> Result<FileRow, StoreError> {
        let (key, session): (String, String) = (row.try_get("key")?, row.try_get("session")?);
        let seal = match (row.try_get::<i64, _>("sealed")?, row.try_get::<Option<String>, _>("sealed_key")?) {
            (0, _) => None,
            (_, sealed) => {
                let opened = sealed.and_then(|sealed| self.keys()?.open(&session, &sealed));
                Some(opened.ok_or_else(|| BlobError::Sealed { key: key.clone() })?)
            }
        };
        Ok(FileRow {
            key,
            session,
            name: row.try_get("name")?,
            media_type: row.try_get("media_type")?,
            bytes: row.try_get("bytes")?,
            sha256: row.try_get("sha256")?,
            kept: row.try_get::<Option<i64>, _>("kept_ms")?.is_some(),
            seal,
        })
    }
}

/// Rows of files with the keys of their sessions.
const FILES: &str = "SELECT blobs.key, blobs.session, name, media_type, bytes, sha256, kept_ms, sealed, sealed_key \
                     FROM blobs LEFT JOIN session_keys ON session_keys.session = blobs.session";

impl Write {
    /// Announces an object before it is written. One that was announced before is announced anew.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn announce_file(&mut self, file: &FileRow, at: UnixMs) -> Result<(), StoreError> {
        let sql = "INSERT INTO blobs (key, session, name, media_type, bytes, sha256, sealed, created_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (key) DO UPDATE SET \
                   media_type = excluded.media_type, bytes = excluded.bytes, sha256 = excluded.sha256, \
                   sealed = excluded.sealed, kept_ms = NULL";
        let query = sqlx::query(sql).bind(&file.key).bind(&file.session).bind(&file.name).bind(&file.media_type);
        let query = query.bind(file.bytes).bind(&file.sha256).bind(i64::from(file.seal.is_some())).bind(at.0);
        query.execute(self.connection()).await?;
        Ok(())
    }

    /// The key of a session's objects: the one it has, or a new one. None when the deployment has no keys.
    ///
    /// # Errors
    /// When none of the deployment's keys opens the one it has; when the database cannot be reached.
    pub(super) async fn session_key(
        &mut self,
        keys: Option<&DeploymentKeys>,
        session: &str,
        at: UnixMs,
    ) -> Result<Option<SessionKey>, StoreError> {
        let Some(keys) = keys else { return Ok(None) };
        let sealed = || BlobError::Sealed { key: session.to_owned() };
        let sql = "SELECT sealed_key FROM session_keys WHERE session = $1";
        if let Some(row) = sqlx::query(sql).bind(session).fetch_optional(self.connection()).await? {
            let text: String = row.try_get("sealed_key")?;
            return Ok(Some(keys.open(session, &text).ok_or_else(sealed)?));
        }
        let (key, text) = keys.session_key(session).ok_or_else(sealed)?;
        let sql = "INSERT INTO session_keys (session, sealed_key, created_ms) VALUES ($1, $2, $3)";
        sqlx::query(sql).bind(session).bind(text).bind(at.0).execute(self.connection()).await?;
        Ok(Some(key))
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
