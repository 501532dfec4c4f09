//! Rows of notes: what somebody wrote about a moment of an interview. Until it is published only its author sees it.

use super::{Store, StoreError, UnixMs, Write};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Notes of one session, all authors together.
pub const NOTES_MAX: u32 = 500;

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteRow {
    /// Its id.
    pub id: String,
    /// The session.
    pub session: String,
    /// Who wrote it.
    pub author: String,
    /// The moment on the interview's clock, in ms.
    pub at_ms: i64,
    /// Its words.
    pub body: String,
    /// Since when others see it; none: only the author does.
    pub published: Option<UnixMs>,
    /// When it was written.
    pub created: UnixMs,
    /// When it was last changed.
    pub updated: UnixMs,
}

impl Store {
    /// A session's notes as far as `reader` may see them, in the order of their moments; at most [`NOTES_MAX`].
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn notes(&self, session: &str, reader: &str) -> Result<Vec<NoteRow>, StoreError> {
        let sql = "SELECT id, session, author, at_ms, body, published_ms, created_ms, updated_ms FROM notes \
                   WHERE session = $1 AND (author = $2 OR published_ms IS NOT NULL) ORDER BY at_ms, id LIMIT $3";
        let query = sqlx::query(sql).bind(session).bind(reader).bind(i64::from(NOTES_MAX));
        query.fetch_all(self.pool()).await?.iter().map(note_row).collect()
    }

    /// A note of a session, whoever asks.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn note(&self, session: &str, id: &str) -> Result<Option<NoteRow>, StoreError> {
        let sql = "SELECT id, session, author, at_ms, body, published_ms, created_ms, updated_ms FROM notes \
                   WHERE id = $1 AND session = $2";
        let row = sqlx::query(sql).bind(id).bind(session).fetch_optional(self.pool()).await?;
        row.as_ref().map(note_row).transpose()
    }
}

impl Write {
    /// Adds a note, if its session is still there and has fewer than [`NOTES_MAX`]. Says whether it was added.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_note(&mut self, note: &NoteRow) -> Result<bool, StoreError> {
        if !self.hold_session(&note.session).await? {
            return Ok(false);
        }
        let count = sqlx::query("SELECT COUNT(*) AS notes FROM notes WHERE session = $1").bind(&note.session);
        let count: i64 = count.fetch_one(self.connection()).await?.try_get("notes")?;
        if count >= i64::from(NOTES_MAX) {
            return Ok(false);
        }
        // A statement for each: an absent value has no type of its own.
        let (hidden, published) = (
            "INSERT INTO notes (id, session, author, at_ms, body, created_ms, updated_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            "INSERT INTO notes (id, session, author, at_ms, body, created_ms, updated_ms, published_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        );
        let query = sqlx::query(if note.published.is_some() { published } else { hidden });
        let query = query.bind(&note.id).bind(&note.session).bind(&note.author).bind(note.at_ms).bind(&note.body);
        let query = query.bind(note.created.0).bind(note.updated.0);
        let query = match note.published {
            Some(at) => query.bind(at.0),
            None => query,
        };
        query.execute(self.connection()).await?;
        Ok(true)
    }

    /// Writes a note's moment, words and publication anew. Says whether it is there and by this author.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn change_note(&mut self, note: &NoteRow) -> Result<bool, StoreError> {
        let (hidden, published) = (
            "UPDATE notes SET at_ms = $1, body = $2, updated_ms = $3, published_ms = NULL \
             WHERE id = $4 AND session = $5 AND author = $6",
            "UPDATE notes SET at_ms = $1, body = $2, updated_ms = $3, published_ms = $7 \
             WHERE id = $4 AND session = $5 AND author = $6",
        );
        let query = sqlx::query(if note.published.is_some() { published } else { hidden });
        let query = query.bind(note.at_ms).bind(&note.body).bind(note.updated.0);
        let query = query.bind(&note.id).bind(&note.session).bind(&note.author);
        let query = match note.published {
            Some(at) => query.bind(at.0),
            None => query,
        };
        Ok(query.execute(self.connection()).await?.rows_affected() > 0)
    }

    /// Deletes a note. Says whether it was there and by this author.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn delete_note(&mut self, session: &str, id: &str, author: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM notes WHERE id = $1 AND session = $2 AND author = $3";
        let query = sqlx::query(sql).bind(id).bind(session).bind(author);
        Ok(query.execute(self.connection()).await?.rows_affected() > 0)
    }
}

fn note_row(row: &AnyRow) -> Result<NoteRow, StoreError> {
    Ok(NoteRow {
        id: row.try_get("id")?,
        session: row.try_get("session")?,
        author: row.try_get("author")?,
        at_ms: row.try_get("at_ms")?,
        body: row.try_get("body")?,
        published: row.try_get::<Option<i64>, _>("published_ms")?.map(UnixMs),
        created: UnixMs(row.try_get("created_ms")?),
        updated: UnixMs(row.try_get("updated_ms")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sessions::SessionPhase;
    use crate::store::support::{both, new_session};

    fn note(id: &str, session: &str, author: &str, at_ms: i64) -> NoteRow {
        NoteRow {
            id: id.into(),
            session: session.into(),
            author: author.into(),
            at_ms,
            body: "listen to this".into(),
            published: None,
            created: UnixMs(5),
            updated: UnixMs(5),
        }
    }

    #[tokio::test]
    async fn a_note_is_its_authors_alone_until_it_is_published() {
        both(async |place| {
            let store = place.open().await;
            let session = new_session(1);
            store.add_session(&session, SessionPhase::Ended).await.expect("added");
            let mut write = store.write().await.expect("begins");
            assert!(write.add_note(&note("n2", &session.id, "coach", 900)).await.expect("added"));
            assert!(write.add_note(&note("n1", &session.id, "coach", 100)).await.expect("added"));
            assert!(!write.add_note(&note("n3", "sess_none", "coach", 100)).await.expect("no such session"));
            write.commit().await.expect("committed");
            let seen = async |reader: &str| -> Vec<String> {
                store.notes(&session.id, reader).await.expect("answers").into_iter().map(|note| note.id).collect()
            };
            assert_eq!(seen("coach").await, ["n1", "n2"]);
            assert!(seen("candidate").await.is_empty());

            let mut published = note("n2", &session.id, "coach", 950);
            published.published = Some(UnixMs(7));
            let mut write = store.write().await.expect("begins");
            assert!(write.change_note(&published).await.expect("changed"));
            published.author = "candidate".into();
            assert!(!write.change_note(&published).await.expect("not theirs"));
            assert!(!write.delete_note(&session.id, "n1", "candidate").await.expect("not theirs"));
            assert!(write.delete_note(&session.id, "n1", "coach").await.expect("deleted"));
            write.commit().await.expect("committed");
            assert_eq!(seen("candidate").await, ["n2"]);
            assert_eq!(store.note(&session.id, "n2").await.expect("answers").map(|note| note.at_ms), Some(950));
            assert_eq!(store.note("sess_other", "n2").await.expect("answers"), None);
        })
        .await;
    }
}
