//! Rows of signing in: browsers that are signed in, API tokens, identities at OpenID Connect providers, and sign-ins there that
//! are under way. Of whatever opens a door only the hash is kept.

use super::people::{PersonRow, person_row};
use super::{Store, StoreError, UnixMs, Write};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInRow {
    /// Hash of its cookie, in hex.
    pub token_sha256: String,
    /// Who.
    pub person: String,
    /// Hash of what unsafe requests must show beside the cookie.
    pub csrf_sha256: String,
    /// Since when.
    pub created: UnixMs,
    /// When it was last seen, to the minute.
    pub seen: UnixMs,
    /// When it ends at the latest.
    pub expires: UnixMs,
}

/// An API token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// `tok_` and hex digits.
    pub id: String,
    /// Whose.
    pub person: String,
    /// What its owner calls it.
    pub name: String,
    /// Hash of the token, in hex.
    pub token_sha256: String,
    /// Since when.
    pub created: UnixMs,
    /// When it ends; none: when it is revoked.
    pub expires: Option<UnixMs>,
    /// When it was last used, to the minute.
    pub used: Option<UnixMs>,
}

const PERSON: &str = "people.id AS id, people.name AS name, people.email AS email, people.password_hash AS password_hash, \
                      people.role AS role, people.disabled AS disabled, people.retention_days AS retention_days, \
                      people.minutes_per_day AS minutes_per_day, people.tokens_per_day AS tokens_per_day, \
                      people.created_ms AS created_ms, people.email_verified AS email_verified";

impl Store {
    /// Who is signed in with a cookie of this hash, whether or not it is still good.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn signed_in(&self, token_sha256: &str) -> Result<Option<(SignInRow, PersonRow)>, StoreError> {
        let sql = format!(
            "SELECT {PERSON}, s.token_sha256 AS token_sha256, s.person AS person, s.csrf_sha256 AS csrf_sha256, \
             s.created_ms AS began_ms, s.seen_ms AS seen_ms, s.expires_ms AS expires_ms \
             FROM sign_ins s JOIN people ON people.id = s.person WHERE s.token_sha256 = $1"
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(token_sha256).fetch_optional(self.pool()).await?;
        row.map(|row| Ok((sign_in_row(&row)?, person_row(&row)?))).transpose()
    }

    /// Whose API token has this hash, whether or not it is still good.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn token_of(&self, token_sha256: &str) -> Result<Option<(TokenRow, PersonRow)>, StoreError> {
        let sql = format!(
            "SELECT {PERSON}, t.id AS token, t.person AS person, t.name AS token_name, t.token_sha256 AS token_sha256, \
             t.created_ms AS began_ms, t.expires_ms AS expires_ms, t.used_ms AS used_ms \
             FROM api_tokens t JOIN people ON people.id = t.person WHERE t.token_sha256 = $1"
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(token_sha256).fetch_optional(self.pool()).await?;
        row.map(|row| Ok((token_row(&row)?, person_row(&row)?))).transpose()
    }

    /// A person's API tokens, newest first; never more than may be made.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn tokens(&self, person: &str) -> Result<Vec<TokenRow>, StoreError> {
        let sql = "SELECT id AS token, person, name AS token_name, token_sha256, created_ms AS began_ms, expires_ms, used_ms \
                   FROM api_tokens WHERE person = $1 ORDER BY created_ms DESC, id DESC LIMIT 1000";
        let rows = sqlx::query(sql).bind(person).fetch_all(self.pool()).await?;
        rows.iter().map(token_row).collect()
    }

    /// Who is known to a provider under this subject.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn identity(&self, issuer: &str, subject: &str) -> Result<Option<PersonRow>, StoreError> {
        let sql = format!(
            "SELECT {PERSON} FROM identities i JOIN people ON people.id = i.person WHERE i.issuer = $1 AND i.subject = $2"
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(issuer).bind(subject).fetch_optional(self.pool()).await?;
        row.map(|row| person_row(&row)).transpose()
    }

    /// The issuers that know a person.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn issuers(&self, person: &str) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT issuer FROM identities WHERE person = $1 ORDER BY issuer";
        let rows = sqlx::query(sql).bind(person).fetch_all(self.pool()).await?;
        rows.iter().map(|row| Ok(row.try_get("issuer")?)).collect()
    }
}

impl Write {
    /// Adds a browser that is signed in; of one person's, those beyond `most` that were seen longest ago end.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_sign_in(&mut self, new: &SignInRow, most: u32) -> Result<(), StoreError> {
        let sql = "INSERT INTO sign_ins (token_sha256, person, csrf_sha256, created_ms, seen_ms, expires_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let query = sqlx::query(sql).bind(&new.token_sha256).bind(&new.person).bind(&new.csrf_sha256);
        let query = query.bind(new.created.0).bind(new.seen.0).bind(new.expires.0);
        query.execute(self.connection()).await?;
        let sql = "DELETE FROM sign_ins WHERE person = $1 AND token_sha256 NOT IN (SELECT token_sha256 FROM sign_ins \
                   WHERE person = $1 ORDER BY seen_ms DESC, token_sha256 LIMIT $2)";
        sqlx::query(sql).bind(&new.person).bind(i64::from(most)).execute(self.connection()).await?;
        Ok(())
    }

    /// A browser was seen again.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn sign_in_seen(&mut self, token_sha256: &str, at: UnixMs) -> Result<(), StoreError> {
        let sql = "UPDATE sign_ins SET seen_ms = $2 WHERE token_sha256 = $1 AND seen_ms < $2";
        sqlx::query(sql).bind(token_sha256).bind(at.0).execute(self.connection()).await?;
        Ok(())
    }

    /// A browser is signed in no more.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn end_sign_in(&mut self, token_sha256: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM sign_ins WHERE token_sha256 = $1";
        sqlx::query(sql).bind(token_sha256).execute(self.connection()).await?;
        Ok(())
    }

    /// None of a person's browsers is signed in any more, but for the one of this hash.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn end_sign_ins(&mut self, person: &str, but: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM sign_ins WHERE person = $1 AND token_sha256 <> $2";
        sqlx::query(sql).bind(person).bind(but).execute(self.connection()).await?;
        Ok(())
    }

    /// Adds an API token, unless this person has `most` already. Says whether it was added.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_token(&mut self, new: &TokenRow, most: u32) -> Result<bool, StoreError> {
        // PostgreSQL takes the types of a SELECT's parameters from casts alone.
        let sql = "INSERT INTO api_tokens (id, person, name, token_sha256, created_ms, expires_ms) \
                   SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT), \
                   CAST($6 AS BIGINT) WHERE (SELECT COUNT(*) FROM api_tokens WHERE person = $2) < $7";
        let query = sqlx::query(sql).bind(&new.id).bind(&new.person).bind(&new.name);
        let query = query.bind(&new.token_sha256).bind(new.created.0).bind(new.expires.map(|at| at.0));
        let done = query.bind(i64::from(most)).execute(self.connection()).await?;
        Ok(done.rows_affected() == 1)
    }

    /// An API token was used.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn token_used(&mut self, id: &str, at: UnixMs) -> Result<(), StoreError> {
        let sql = "UPDATE api_tokens SET used_ms = $2 WHERE id = $1 AND (used_ms IS NULL OR used_ms < $2)";
        sqlx::query(sql).bind(id).bind(at.0).execute(self.connection()).await?;
        Ok(())
    }

    /// Revokes a person's API token. Says whether there was one.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn delete_token(&mut self, person: &str, id: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM api_tokens WHERE id = $1 AND person = $2";
        let done = sqlx::query(sql).bind(id).bind(person).execute(self.connection()).await?;
        Ok(done.rows_affected() == 1)
    }

    /// A provider knows this person under this subject.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it knows another; when the database cannot be reached.
    pub async fn add_identity(
        &mut self,
        issuer: &str,
        subject: &str,
        person: &str,
        at: UnixMs,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO identities (issuer, subject, person, created_ms) VALUES ($1, $2, $3, $4)";
        let query = sqlx::query(sql).bind(issuer).bind(subject).bind(person).bind(at.0);
        query.execute(self.connection()).await?;
        Ok(())
    }

    /// Somebody goes to a provider to sign in there.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_flow(&mut self, state_sha256: &str, body: &str, expires: UnixMs) -> Result<(), StoreError> {
        let sql = "INSERT INTO sign_in_flows (state_sha256, body, expires_ms) VALUES ($1, $2, $3)";
        let query = sqlx::query(sql).bind(state_sha256).bind(body).bind(expires.0);
        query.execute(self.connection()).await?;
        Ok(())
    }

    /// Somebody comes back from a provider: what was kept of their going there, once.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn take_flow(&mut self, state_sha256: &str, now: UnixMs) -> Result<Option<String>, StoreError> {
        let sql = "DELETE FROM sign_in_flows WHERE state_sha256 = $1 RETURNING body, expires_ms";
        let row = sqlx::query(sql).bind(state_sha256).fetch_optional(self.connection()).await?;
        let Some(row) = row else { return Ok(None) };
        let good = row.try_get::<i64, _>("expires_ms")? > now.0;
        Ok(if good { Some(row.try_get("body")?) } else { None })
    }

    /// Forgets what nobody can use any more: sign-ins, flows, tokens and links that ended, and links long used.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn forget_expired(&mut self, now: UnixMs, idle_since: UnixMs) -> Result<(), StoreError> {
        let sql = "DELETE FROM sign_ins WHERE expires_ms <= $1 OR seen_ms <= $2";
        sqlx::query(sql).bind(now.0).bind(idle_since.0).execute(self.connection()).await?;
        for sql in [
            "DELETE FROM sign_in_flows WHERE expires_ms <= $1",
            "DELETE FROM api_tokens WHERE expires_ms <= $1",
            "DELETE FROM grants WHERE expires_ms <= $1",
        ] {
            sqlx::query(sql).bind(now.0).execute(self.connection()).await?;
        }
        // Who follows an old link is told that it ended, for a month.
        let sql = "DELETE FROM links WHERE expires_ms <= $1";
        sqlx::query(sql).bind(now.0 - 30 * 86_400_000).execute(self.connection()).await?;
        Ok(())
    }
}

fn sign_in_row(row: &AnyRow) -> Result<SignInRow, StoreError> {
    Ok(SignInRow {
        token_sha256: row.try_get("token_sha256")?,
        person: row.try_get("person")?,
        csrf_sha256: row.try_get("csrf_sha256")?,
        created: UnixMs(row.try_get("began_ms")?),
        seen: UnixMs(row.try_get("seen_ms")?),
        expires: UnixMs(row.try_get("expires_ms")?),
    })
}

fn token_row(row: &AnyRow) -> Result<TokenRow, StoreError> {
    Ok(TokenRow {
        id: row.try_get("token")?,
        person: row.try_get("person")?,
        name: row.try_get("token_name")?,
        token_sha256: row.try_get("token_sha256")?,
        created: UnixMs(row.try_get("began_ms")?),
        expires: row.try_get::<Option<i64>, _>("expires_ms")?.map(UnixMs),
        used: row.try_get::<Option<i64>, _>("used_ms")?.map(UnixMs),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::people::tests::person;
    use crate::store::support::both;

    fn sign_in(token: &str, seen: i64) -> SignInRow {
        SignInRow {
            token_sha256: token.into(),
            person: "pers_1".into(),
            csrf_sha256: "c".into(),
            created: UnixMs(1),
            seen: UnixMs(seen),
            expires: UnixMs(100),
        }
    }

    fn token(id: &str) -> TokenRow {
        TokenRow {
            id: id.into(),
            person: "pers_1".into(),
            name: "'; DROP TABLE api_tokens".into(),
            token_sha256: format!("hash of {id}"),
            created: UnixMs(5),
            expires: None,
            used: None,
        }
    }

    #[tokio::test]
    async fn of_too_many_browsers_the_one_not_seen_longest_is_signed_out() {
        both(async |place| {
            let store = place.open().await;
            let mut write = store.write().await.expect("begins");
            write.add_person(&person("pers_1", None)).await.expect("added");
            for (name, seen) in [("a", 3), ("b", 1), ("c", 4)] {
                write.add_sign_in(&sign_in(name, seen), 2).await.expect("added");
            }
            write.sign_in_seen("c", UnixMs(9)).await.expect("seen");
            write.sign_in_seen("c", UnixMs(8)).await.expect("seen");
            write.commit().await.expect("committed");
            assert_eq!(store.signed_in("b").await.expect("answers"), None);
            let (row, who) = store.signed_in("c").await.expect("answers").expect("there");
            assert_eq!((row, who), (sign_in("c", 9), person("pers_1", None)));
            let mut write = store.write().await.expect("begins");
            write.end_sign_ins("pers_1", "c").await.expect("ended");
            write.commit().await.expect("committed");
            assert_eq!(store.signed_in("a").await.expect("answers"), None);
            let mut write = store.write().await.expect("begins");
            write.forget_expired(UnixMs(100), UnixMs(0)).await.expect("forgotten");
            write.commit().await.expect("committed");
            assert_eq!(store.signed_in("c").await.expect("answers"), None);
        })
        .await;
    }

    #[tokio::test]
    async fn tokens_are_few_and_revoked_by_their_owner_alone() {
        both(async |place| {
            let store = place.open().await;
            let mut write = store.write().await.expect("begins");
            write.add_person(&person("pers_1", None)).await.expect("added");
            let mut added = Vec::new();
            for id in ["tok_1", "tok_2", "tok_3"] {
                added.push(write.add_token(&token(id), 2).await.expect("answers"));
            }
            write.token_used("tok_1", UnixMs(7)).await.expect("noted");
            assert!(!write.delete_token("pers_2", "tok_2").await.expect("answers"));
            assert!(write.delete_token("pers_1", "tok_2").await.expect("answers"));
            write.commit().await.expect("committed");
            assert_eq!(added, [true, true, false]);
            let used = TokenRow { used: Some(UnixMs(7)), ..token("tok_1") };
            assert_eq!(store.tokens("pers_1").await.expect("answers"), std::slice::from_ref(&used));
            let found = store.token_of("hash of tok_1").await.expect("answers").expect("there");
            assert_eq!(found, (used, person("pers_1", None)));
            assert_eq!(store.token_of("hash of tok_2").await.expect("answers"), None);
        })
        .await;
    }

    #[tokio::test]
    async fn who_comes_back_from_a_provider_does_so_once_and_in_time() {
        both(async |place| {
            let store = place.open().await;
            let mut write = store.write().await.expect("begins");
            write.add_person(&person("pers_1", None)).await.expect("added");
            write.add_flow("s1", "{}", UnixMs(10)).await.expect("added");
            write.add_flow("s2", "{}", UnixMs(10)).await.expect("added");
            assert_eq!(write.take_flow("s1", UnixMs(9)).await.expect("answers").as_deref(), Some("{}"));
            assert_eq!(write.take_flow("s1", UnixMs(9)).await.expect("answers"), None);
            assert_eq!(write.take_flow("s2", UnixMs(10)).await.expect("answers"), None);
            write.add_identity("https://idp", "7", "pers_1", UnixMs(1)).await.expect("added");
            write.commit().await.expect("committed");
            assert_eq!(store.identity("https://idp", "7").await.expect("answers"), Some(person("pers_1", None)));
            assert_eq!(store.identity("https://idp", "8").await.expect("answers"), None);
            assert_eq!(store.issuers("pers_1").await.expect("answers"), ["https://idp"]);
        })
        .await;
    }
}
