//! Rows of assignments (a coach sets a question for somebody) and of links that are good once: to join an assignment, to sign
//! up, to set a password. Of a link only the hash is kept.

use super::page::{Cursor, Page};
use super::{Store, StoreError, UnixMs, Write};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// A question that a coach set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentRow {
    /// `asgn_` and hex digits.
    pub id: String,
    /// Who set it.
    pub coach: String,
    /// Who took it up; empty: nobody yet.
    pub person: String,
    /// The question's id; empty when the wish leaves it open.
    pub question: String,
    /// How the interview is to be, as a JSON object.
    pub wish: String,
    /// The interview, once it was taken up.
    pub session: Option<String>,
    /// Until when it is to be done.
    pub due: Option<UnixMs>,
    /// When it was set.
    pub created: UnixMs,
}

/// A link that is good once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// Hash of the link's secret, in hex.
    pub token_sha256: String,
    /// `join`, `invite` or `password`.
    pub kind: String,
    /// The assignment to join, the role to take on, or the person whose password it sets.
    pub target: String,
    /// Who made it.
    pub author: String,
    /// When.
    pub created: UnixMs,
    /// When it ends.
    pub expires: UnixMs,
    /// When it was used.
    pub used: Option<UnixMs>,
}

const COLUMNS: &str = "id, coach, person, question, wish, session, due_ms, created_ms";

impl Store {
    /// An assignment.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn assignment(&self, id: &str) -> Result<Option<AssignmentRow>, StoreError> {
        let row = sqlx::query(AssertSqlSafe(format!("SELECT {COLUMNS} FROM assignments WHERE id = $1")));
        row.bind(id).fetch_optional(self.pool()).await?.map(|row| assignment_row(&row)).transpose()
    }

    /// Assignments that a person set (`as_coach`) or took up, newest first.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn assignments(
        &self,
        person: &str,
        as_coach: bool,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<AssignmentRow>, StoreError> {
        let of = if as_coach { "coach" } else { "person" };
        let sql = format!(
            "SELECT {COLUMNS} FROM assignments WHERE {of} = $1 AND (created_ms, id) < ($2, $3) \
             ORDER BY created_ms DESC, id DESC LIMIT $4"
        );
        let (at, id) = after.map_or((i64::MAX, ""), |cursor| (cursor.at.0, cursor.id.as_str()));
        let query = sqlx::query(AssertSqlSafe(sql)).bind(person).bind(at).bind(id).bind(i64::from(limit) + 1);
        let rows = query.fetch_all(self.pool()).await?;
        let items = rows.iter().map(assignment_row).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(items, limit, |row| Cursor { at: row.created, id: row.id.clone() }))
    }

    /// A link by the hash of its secret, whether or not it is still good.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn link(&self, token_sha256: &str) -> Result<Option<LinkRow>, StoreError> {
        let sql = "SELECT token_sha256, kind, target, author, created_ms, expires_ms, used_ms FROM links \
                   WHERE token_sha256 = $1";
        let row = sqlx::query(sql).bind(token_sha256).fetch_optional(self.pool()).await?;
        row.map(|row| {
            Ok(LinkRow {
                token_sha256: row.try_get("token_sha256")?,
                kind: row.try_get("kind")?,
                target: row.try_get("target")?,
                author: row.try_get("author")?,
                created: UnixMs(row.try_get("created_ms")?),
                expires: UnixMs(row.try_get("expires_ms")?),
                used: row.try_get::<Option<i64>, _>("used_ms")?.map(UnixMs),
            })
        })
        .transpose()
    }
}

impl Write {
    /// Adds an assignment.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_assignment(&mut self, new: &AssignmentRow) -> Result<(), StoreError> {
        let sql = "INSERT INTO assignments (id, coach, person, question, wish, session, due_ms, created_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let query = sqlx::query(sql).bind(&new.id).bind(&new.coach).bind(&new.person).bind(&new.question);
        let query = query.bind(&new.wish).bind(new.session.as_deref()).bind(new.due.map(|at| at.0));
        query.bind(new.created.0).execute(self.connection()).await?;
        Ok(())
    }

    /// Somebody takes an assignment up. Says whether it was free.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn take_assignment(&mut self, id: &str, person: &str, session: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE assignments SET person = $2, session = $3 WHERE id = $1 AND session IS NULL";
        let query = sqlx::query(sql).bind(id).bind(person).bind(session);
        Ok(query.execute(self.connection()).await?.rows_affected() == 1)
    }

    /// Deletes a coach's assignment and its links. Says whether there was one. An interview that came of it stays its
    /// candidate's.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn delete_assignment(&mut self, coach: &str, id: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM assignments WHERE id = $1 AND coach = $2";
        let done = sqlx::query(sql).bind(id).bind(coach).execute(self.connection()).await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        self.delete_links("join", id).await?;
        Ok(true)
    }

    /// Adds a link.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_link(&mut self, new: &LinkRow) -> Result<(), StoreError> {
        let sql = "INSERT INTO links (token_sha256, kind, target, author, created_ms, expires_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let query = sqlx::query(sql).bind(&new.token_sha256).bind(&new.kind).bind(&new.target).bind(&new.author);
        query.bind(new.created.0).bind(new.expires.0).execute(self.connection()).await?;
        Ok(())
    }

    /// Uses a link. Says whether it was good: not used and not ended.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn use_link(&mut self, token_sha256: &str, by: &str, now: UnixMs) -> Result<bool, StoreError> {
        let sql = "UPDATE links SET used_ms = $3, used_by = $2 WHERE token_sha256 = $1 AND used_ms IS NULL AND expires_ms > $3";
        let done = sqlx::query(sql).bind(token_sha256).bind(by).bind(now.0).execute(self.connection()).await?;
        Ok(done.rows_affected() == 1)
    }

    /// Deletes the links of a kind to a target, used ones too.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn delete_links(&mut self, kind: &str, target: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM links WHERE target = $1 AND kind = $2";
        sqlx::query(sql).bind(target).bind(kind).execute(self.connection()).await?;
        Ok(())
    }
}

fn assignment_row(row: &AnyRow) -> Result<AssignmentRow, StoreError> {
    Ok(AssignmentRow {
        id: row.try_get("id")?,
        coach: row.try_get("coach")?,
        person: row.try_get("person")?,
        question: row.try_get("question")?,
        wish: row.try_get("wish")?,
        session: row.try_get("session")?,
        due: row.try_get::<Option<i64>, _>("due_ms")?.map(UnixMs),
        created: UnixMs(row.try_get("created_ms")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::support::both;

    fn assignment(id: &str) -> AssignmentRow {
        AssignmentRow {
            id: id.into(),
            coach: "pers_1".into(),
            person: String::new(),
            question: "two-sum".into(),
            wish: "{}".into(),
            session: None,
            due: Some(UnixMs(9)),
            created: UnixMs(1),
        }
    }

    fn link(token: &str, target: &str) -> LinkRow {
        LinkRow {
            token_sha256: token.into(),
            kind: "join".into(),
            target: target.into(),
            author: "pers_1".into(),
            created: UnixMs(1),
            expires: UnixMs(10),
            used: None,
        }
    }

    #[tokio::test]
    async fn a_link_is_good_once_and_for_its_time() {
        both(async |place| {
            let store = place.open().await;
            let mut write = store.write().await.expect("begins");
            for token in ["a", "b"] {
                write.add_link(&link(token, "asgn_1")).await.expect("added");
            }
            assert!(write.use_link("a", "pers_2", UnixMs(9)).await.expect("answers"));
            assert!(!write.use_link("a", "pers_3", UnixMs(9)).await.expect("answers"), "once");
            assert!(!write.use_link("b", "pers_2", UnixMs(10)).await.expect("answers"), "it ended");
            assert!(!write.use_link("c", "pers_2", UnixMs(1)).await.expect("answers"), "there is none");
            write.commit().await.expect("committed");
            let used = LinkRow { used: Some(UnixMs(9)), ..link("a", "asgn_1") };
            assert_eq!(store.link("a").await.expect("answers"), Some(used));
        })
        .await;
    }

    #[tokio::test]
    async fn an_assignment_is_taken_up_once_and_deleted_by_its_coach_alone() {
        both(async |place| {
            let store = place.open().await;
            let mut write = store.write().await.expect("begins");
            for id in ["asgn_1", "asgn_2"] {
                write.add_assignment(&assignment(id)).await.expect("added");
            }
            write.add_link(&link("a", "asgn_2")).await.expect("added");
            assert!(write.take_assignment("asgn_1", "pers_2", "sess_1").await.expect("answers"));
            assert!(!write.take_assignment("asgn_1", "pers_3", "sess_2").await.expect("answers"));
            assert!(!write.delete_assignment("pers_2", "asgn_2").await.expect("answers"));
            write.commit().await.expect("committed");
            let taken =
                AssignmentRow { person: "pers_2".into(), session: Some("sess_1".into()), ..assignment("asgn_1") };
            let set = store.assignments("pers_1", true, None, 9).await.expect("a page").items;
            assert_eq!(set, [assignment("asgn_2"), taken.clone()]);
            assert_eq!(store.assignments("pers_2", false, None, 9).await.expect("a page").items, [taken]);
            let mut write = store.write().await.expect("begins");
            assert!(write.delete_assignment("pers_1", "asgn_2").await.expect("answers"));
            write.commit().await.expect("committed");
            assert_eq!(store.assignment("asgn_2").await.expect("answers"), None);
            assert_eq!(store.link("a").await.expect("answers"), None);
        })
        .await;
    }
}
