//! Rows of grants: whom a candidate lets read along, in one interview or in all of theirs.

use super::page::PAGE_MAX;
use super::{Store, StoreError, UnixMs, Write};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Grants of one person at most; a list is never longer.
pub const GRANTS_MAX: u32 = 500;

/// That somebody may read along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// `grant_` and hex digits.
    pub id: String,
    /// The candidate who grants.
    pub person: String,
    /// The interview; empty: all of theirs.
    pub session: String,
    /// Who may read.
    pub reader: String,
    /// Since when.
    pub created: UnixMs,
    /// When it ends; none: when it is revoked.
    pub expires: Option<UnixMs>,
}

/// Somebody who lets a reader read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateRow {
    /// Who.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// All of their interviews.
    pub all: bool,
    /// Since when, the first of their grants.
    pub since: UnixMs,
}

impl Store {
    /// Those who let `reader` read at this time, by name, at most [`PAGE_MAX`].
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn candidates_of(&self, reader: &str, at: UnixMs) -> Result<Vec<CandidateRow>, StoreError> {
        let sql = "SELECT people.id AS id, people.name AS name, MIN(grants.session) AS least, MIN(grants.created_ms) AS since \
                   FROM grants JOIN people ON people.id = grants.person \
                   WHERE grants.reader = $1 AND (grants.expires_ms IS NULL OR grants.expires_ms > $2) \
                   GROUP BY people.id, people.name ORDER BY people.name, people.id LIMIT $3";
        let query = sqlx::query(sql).bind(reader).bind(at.0).bind(i64::from(PAGE_MAX));
        let candidate = |row: &AnyRow| {
            // All of theirs are granted by an empty session, which is before every id.
            let least: String = row.try_get("least")?;
            let (id, name, since) = (row.try_get("id")?, row.try_get("name")?, UnixMs(row.try_get("since")?));
            Ok(CandidateRow { id, name, all: least.is_empty(), since })
        };
        query.fetch_all(self.pool()).await?.iter().map(candidate).collect()
    }

    /// What `person` grants for this interview, those for all of theirs included; newest first.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn grants(&self, person: &str, session: &str, now: UnixMs) -> Result<Vec<GrantRow>, StoreError> {
        let sql = "SELECT id, person, session, reader, created_ms, expires_ms FROM grants \
                   WHERE person = $1 AND session IN ('', $2) AND (expires_ms IS NULL OR expires_ms > $3) \
                   ORDER BY created_ms DESC, id DESC LIMIT 1000";
        let query = sqlx::query(sql).bind(person).bind(session).bind(now.0);
        query.fetch_all(self.pool()).await?.iter().map(grant_row).collect()
    }

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

impl Write {
    /// Lets somebody read along, unless this person grants [`GRANTS_MAX`] already. What was granted for the same before is
    /// replaced. Says whether it is granted.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_grant(&mut self, new: &GrantRow) -> Result<bool, StoreError> {
        let sql = "DELETE FROM grants WHERE person = $1 AND session = $2 AND reader = $3";
        let query = sqlx::query(sql).bind(&new.person).bind(&new.session).bind(&new.reader);
        query.execute(self.connection()).await?;
        // PostgreSQL takes the types of a SELECT's parameters from casts alone.
        let sql = "INSERT INTO grants (id, person, session, reader, created_ms, expires_ms) \
                   SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT), \
                   CAST($6 AS BIGINT) WHERE (SELECT COUNT(*) FROM grants WHERE person = $2) < $7";
        let query = sqlx::query(sql).bind(&new.id).bind(&new.person).bind(&new.session).bind(&new.reader);
        let query = query.bind(new.created.0).bind(new.expires.map(|at| at.0)).bind(i64::from(GRANTS_MAX));
        Ok(query.execute(self.connection()).await?.rows_affected() == 1)
    }

    /// Takes back what `person` granted. Gives what it was, if there was one for this interview or for all of theirs.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn delete_grant(
        &mut self,
        person: &str,
        session: &str,
        id: &str,
    ) -> Result<Option<GrantRow>, StoreError> {
        let sql = "DELETE FROM grants WHERE id = $1 AND person = $2 AND session IN ('', $3) \
                   RETURNING id, person, session, reader, created_ms, expires_ms";
        let query = sqlx::query(sql).bind(id).bind(person).bind(session);
        query.fetch_optional(self.connection()).await?.map(|row| grant_row(&row)).transpose()
    }
}

fn grant_row(row: &AnyRow) -> Result<GrantRow, StoreError> {
    Ok(GrantRow {
        id: row.try_get("id")?,
        person: row.try_get("person")?,
        session: row.try_get("session")?,
        reader: row.try_get("reader")?,
        created: UnixMs(row.try_get("created_ms")?),
        expires: row.try_get::<Option<i64>, _>("expires_ms")?.map(UnixMs),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::support::both;

    fn grant(id: &str, session: &str, reader: &str, expires: Option<i64>) -> GrantRow {
        GrantRow {
            id: id.into(),
            person: "pers_1".into(),
            session: session.into(),
            reader: reader.into(),
            created: UnixMs(1),
            expires: expires.map(UnixMs),
        }
    }

    #[tokio::test]
    async fn a_grant_is_for_one_reader_one_interview_or_all_and_its_time() {
        both(async |place| {
            let store = place.open().await;
            let mut write = store.write().await.expect("begins");
            for new in [grant("g1", "s1", "coach", Some(10)), grant("g2", "", "friend", None)] {
                assert!(write.add_grant(&new).await.expect("answers"));
            }
            write.commit().await.expect("committed");
            for (session, reader, at, expected) in [
                ("s1", "coach", 9, true),
                ("s1", "coach", 10, false),
                ("s2", "coach", 9, false),
                ("s2", "friend", 99, true),
                ("s1", "stranger", 9, false),
            ] {
                let granted = store.is_granted("pers_1", session, reader, UnixMs(at)).await.expect("answers");
                assert_eq!(granted, expected, "{session} {reader} {at}");
            }
            assert!(!store.is_granted("pers_2", "s1", "coach", UnixMs(9)).await.expect("answers"));
            assert_eq!(store.grants("pers_1", "s1", UnixMs(9)).await.expect("answers").len(), 2);
            assert_eq!(store.grants("pers_1", "s2", UnixMs(9)).await.expect("answers").len(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn granting_again_replaces_and_only_the_candidate_takes_back() {
        both(async |place| {
            let store = place.open().await;
            let mut write = store.write().await.expect("begins");
            write.add_grant(&grant("g1", "s1", "coach", Some(10))).await.expect("answers");
            write.add_grant(&grant("g2", "s1", "coach", None)).await.expect("answers");
            assert_eq!(write.delete_grant("pers_2", "s1", "g2").await.expect("answers"), None);
            assert_eq!(write.delete_grant("pers_1", "s1", "g1").await.expect("answers"), None);
            let taken = write.delete_grant("pers_1", "s1", "g2").await.expect("answers");
            assert_eq!(taken, Some(grant("g2", "s1", "coach", None)));
        })
        .await;
    }
}
