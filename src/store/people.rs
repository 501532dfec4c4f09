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

const COLUMNS: &str =
    "id, name, email, password_hash, role, disabled, retention_days, minutes_per_day, tokens_per_day, created_ms";

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
                   tokens_per_day, created_ms, updated_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";
        let query = sqlx::query(sql).bind(&new.id).bind(&new.name).bind(new.email.as_deref());
        let query = query.bind(new.password_hash.as_deref()).bind(&new.role).bind(i64::from(new.disabled));
        let query = query.bind(new.retention_days).bind(new.minutes_per_day).bind(new.tokens_per_day);
        query.bind(new.created.0).execute(self.connection()).await?;
        Ok(())
    }

    /// Changes everything of a person but id and time of creation. Says whether there is such a person.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the email is taken; when the database cannot be reached.
    pub async fn change_person(&mut self, row: &PersonRow, at: UnixMs) -> Result<bool, StoreError> {
        let sql = "UPDATE people SET name = $2, email = $3, password_hash = $4, role = $5, disabled = $6, retention_days = $7, \
                   minutes_per_day = $8, tokens_per_day = $9, updated_ms = $10 WHERE id = $1";
        let query = sqlx::query(sql).bind(&row.id).bind(&row.name).bind(row.email.as_deref());
        let query = query.bind(row.password_hash.as_deref()).bind(&row.role).bind(i64::from(row.disabled));
        let query = query.bind(row.retention_days).bind(row.minutes_per_day).bind(row.tokens_per_day);
        let done = query.bind(at.0).execute(self.connection()).await?;
        Ok(done.rows_affected() == 1)
    }
}

fn person_row(row: &AnyRow) -> Result<PersonRow, StoreError> {
    Ok(PersonRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
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
mod tests {
    use super::*;
    use crate::store::support::both;

    fn person(id: &str, email: Option<&str>) -> PersonRow {
        PersonRow {
            id: id.into(),
            name: "O'Neil; DROP TABLE people".into(),
            email: email.map(str::to_owned),
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
