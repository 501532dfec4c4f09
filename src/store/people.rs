//! Rows of people. Who may do what, how they sign in and what a password must be is decided elsewhere.

use super::page::{Cursor, Page};
use super::{Store, StoreError, UnixMs, Write};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// `pers_` and hex digits.
    pub id: String,
    /// As others see them.
    pub name: String,
    /// In lower case; none for those who came by a link alone. No two people have the same.
    pub email: Option<String>,
    /// Somebody else vouched for it: who added them, or a provider.
    pub email_verified: bool,
    /// Argon2 in PHC form; none: no password.
    pub password_hash: Option<String>,
    /// `admin`, `coach`, `candidate` or `observer`.
    pub role: String,
    /// May not come in.
    pub disabled: bool,
    /// Own settings; none: those of the deployment.
    pub retention_days: Option<i64>,
    /// Own limit of interview minutes a day.
    pub minutes_per_day: Option<i64>,
    /// Own limit of model tokens a day.
    pub tokens_per_day: Option<i64>,
    /// When they were added.
    pub created: UnixMs,
}

const COLUMNS: &str = "id, name, email, password_hash, role, disabled, retention_days, minutes_per_day, tokens_per_day, created_ms, \
     email_verified";

impl Store {
    /// A person by id.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn person(&self, id: &str) -> Result<Option<PersonRow>, StoreError> {
        self.person_where("id", id).await
    }

    /// A person by email, in lower case.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn person_by_email(&self, email: &str) -> Result<Option<PersonRow>, StoreError> {
        self.person_where("email", email).await
    }

    async fn person_where(&self, column: &'static str, value: &str) -> Result<Option<PersonRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM people WHERE {column} = $1");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(value).fetch_optional(self.pool()).await?;
        row.map(|row| person_row(&row)).transpose()
    }

    /// All people, newest first.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn people(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<PersonRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM people WHERE (created_ms, id) < ($1, $2) ORDER BY created_ms DESC, id DESC LIMIT $3"
        );
        let (at, id) = after.map_or((i64::MAX, ""), |cursor| (cursor.at.0, cursor.id.as_str()));
        let query = sqlx::query(AssertSqlSafe(sql)).bind(at).bind(id).bind(i64::from(limit) + 1);
        let rows = query.fetch_all(self.pool()).await?;
        let items = rows.iter().map(person_row).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(items, limit, |row| Cursor { at: row.created, id: row.id.clone() }))
    }
}

impl Write {
    /// Adds a person.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when id or email is taken; when the database cannot be reached.
    pub async fn add_person(&mut self, new: &PersonRow) -> Result<(), StoreError> {
        let sql = "INSERT INTO people (id, name, email, password_hash, role, disabled, retention_days, minutes_per_day, \
                   tokens_per_day, email_verified, created_ms, updated_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)";
        let query = sqlx::query(sql).bind(&new.id).bind(&new.name).bind(new.email.as_deref());
        let query = query.bind(new.password_hash.as_deref()).bind(&new.role).bind(i64::from(new.disabled));
        let query = query.bind(new.retention_days).bind(new.minutes_per_day).bind(new.tokens_per_day);
        query.bind(i64::from(new.email_verified)).bind(new.created.0).execute(self.connection()).await?;
        Ok(())
    }

    /// Changes everything of a person but id and time of creation. Says whether there is such a person.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the email is taken; when the database cannot be reached.
    pub async fn change_person(&mut self, row: &PersonRow, at: UnixMs) -> Result<bool, StoreError> {
        let sql = "UPDATE people SET name = $2, email = $3, password_hash = $4, role = $5, disabled = $6, retention_days = $7, \
                   minutes_per_day = $8, tokens_per_day = $9, email_verified = $10, updated_ms = $11 WHERE id = $1";
        let query = sqlx::query(sql).bind(&row.id).bind(&row.name).bind(row.email.as_deref());
        let query = query.bind(row.password_hash.as_deref()).bind(&row.role).bind(i64::from(row.disabled));
        let query = query.bind(row.retention_days).bind(row.minutes_per_day).bind(row.tokens_per_day);
        let query = query.bind(i64::from(row.email_verified));
        let done = query.bind(at.0).execute(self.connection()).await?;
        Ok(done.rows_affected() == 1)
    }

    /// A person as they are within this transaction; others who change them wait.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn person_to_change(&mut self, id: &str) -> Result<Option<PersonRow>, StoreError> {
        // Touching the row first locks it on PostgreSQL; SQLite has one writer anyway.
        let sql = "UPDATE people SET updated_ms = updated_ms WHERE id = $1";
        sqlx::query(sql).bind(id).execute(self.connection()).await?;
        let sql = format!("SELECT {COLUMNS} FROM people WHERE id = $1");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(self.connection()).await?;
        row.map(|row| person_row(&row)).transpose()
    }

    /// How many of this role may come in.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn people_of(&mut self, role: &str) -> Result<i64, StoreError> {
        let sql = "SELECT COUNT(*) AS number FROM people WHERE role = $1 AND disabled = 0";
        let row = sqlx::query(sql).bind(role).fetch_one(self.connection()).await?;
        Ok(row.try_get("number")?)
    }

    /// Deletes a person and all that lets them in, what they granted and were granted, and what they set that nobody took up.
    /// A tombstone stays. Interviews are deleted before, one by one. Says whether there was such a person.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn delete_person(&mut self, id: &str, reason: &str, at: UnixMs) -> Result<bool, StoreError> {
        for sql in [
            "DELETE FROM identities WHERE person = $1",
            "DELETE FROM sign_ins WHERE person = $1",
            "DELETE FROM api_tokens WHERE person = $1",
            "DELETE FROM usage WHERE person = $1",
            "DELETE FROM idempotency WHERE person = $1",
            "DELETE FROM grants WHERE person = $1 OR reader = $1",
            "DELETE FROM links WHERE author = $1 OR target = $1",
            "DELETE FROM assignments WHERE (coach = $1 AND session IS NULL) OR person = $1",
        ] {
            sqlx::query(sql).bind(id).execute(self.connection()).await?;
        }
        let done = sqlx::query("DELETE FROM people WHERE id = $1").bind(id).execute(self.connection()).await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        self.bury_thing("person", id, reason, at).await?;
        Ok(true)
    }
}

pub(super) fn person_row(row: &AnyRow) -> Result<PersonRow, StoreError> {
    Ok(PersonRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        email_verified: row.try_get::<i64, _>("email_verified")? != 0,
        password_hash: row.try_get("password_hash")?,
        role: row.try_get("role")?,
        disabled: row.try_get::<i64, _>("disabled")? != 0,
        retention_days: row.try_get("retention_days")?,
        minutes_per_day: row.try_get("minutes_per_day")?,
        tokens_per_day: row.try_get("tokens_per_day")?,
        created: UnixMs(row.try_get("created_ms")?),
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::store::support::both;

    pub(crate) fn person(id: &str, email: Option<&str>) -> PersonRow {
        PersonRow {
            id: id.into(),
            name: "O'Neil; DROP TABLE people".into(),
            email: email.map(str::to_owned),
            email_verified: true,
            password_hash: None,
            role: "candidate".into(),
            disabled: false,
            retention_days: Some(30),
            minutes_per_day: None,
            tokens_per_day: None,
            created: UnixMs(1),
        }
    }

    #[tokio::test]
    async fn no_two_people_share_an_email_but_many_may_have_none() {
        both(async |place| {
            let store = place.open().await;
            let add = async |new: PersonRow| {
                let mut write = store.write().await?;
                write.add_person(&new).await?;
                write.commit().await
            };
            add(person("pers_1", Some("a@example.org"))).await.expect("added");
            let taken = add(person("pers_2", Some("a@example.org"))).await.expect_err("taken");
            assert!(matches!(taken, StoreError::Conflict(_)), "{taken:?}");
            add(person("pers_3", None)).await.expect("added");
            add(person("pers_4", None)).await.expect("added");
            assert_eq!(store.person_by_email("a@example.org").await.expect("answers").expect("there").id, "pers_1");
            assert_eq!(store.person("pers_3").await.expect("answers"), Some(person("pers_3", None)));
            assert_eq!(store.person_by_email("' OR ''='").await.expect("answers"), None);
            let first = store.people(None, 2).await.expect("a page");
            let rest = store.people(first.next.as_ref(), 2).await.expect("a page");
            assert_eq!((first.items.len(), rest.items.len(), rest.next), (2, 1, None));
        })
        .await;
    }
}
