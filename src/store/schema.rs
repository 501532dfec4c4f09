//! The schema: migrations in the order of their numbers, the same text for both databases, and what only the database's own
//! language can say.

use super::error::StoreError;
use super::settings::Engine;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, Executor, SqlSafeStr};

/// Number, name and text of each migration. What was released is never changed: another is added.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("../../migrations/0001_first.sql")),
    (2, "email_verified", include_str!("../../migrations/0002_email_verified.sql")),
];

/// The audit can only grow, whoever is connected. Languages of triggers differ, so these stand beside the migrations; they are
/// the same each time.
const SQLITE_AUDIT: &str = "
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
";
const POSTGRES_AUDIT: &str = "
CREATE OR REPLACE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is only added to'; END $$;
CREATE OR REPLACE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
";

/// Brings the schema up to date. Servers that start at once on one PostgreSQL wait for each other.
///
/// # Errors
/// When a migration fails, or the database was written by a newer Viva.
pub async fn migrate(pool: &AnyPool, engine: Engine) -> Result<(), StoreError> {
    let migrations = MIGRATIONS.iter().map(|&(number, name, sql)| {
        Migration::new(number, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect()).run(pool).await?;
    let guard = match engine {
        Engine::Sqlite => SQLITE_AUDIT,
        Engine::Postgres => POSTGRES_AUDIT,
    };
    pool.execute(sqlx::raw_sql(guard)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::support::{Place, both};

    /// A database as the release that knew only the first migration left it, with a person and an interview in it.
    #[tokio::test]
    async fn a_database_of_the_release_before_is_brought_up_to_date_and_keeps_what_is_in_it() {
        both(async |place: Place| {
            let store = place.open().await;
            for sql in [
                "ALTER TABLE people DROP COLUMN email_verified",
                "DELETE FROM _sqlx_migrations WHERE version > 1",
                "INSERT INTO people (id, name, email, role, created_ms, updated_ms) VALUES ('pers_1', 'Ada', 'a@b', 'coach', 1, 1)",
            ] {
                store.pool().execute(sql).await.expect(sql);
            }
            drop(store);
            let person = place.open().await.person("pers_1").await.expect("answers").expect("still there");
            assert_eq!((person.name.as_str(), person.email_verified), ("Ada", false));
        })
        .await;
    }

    #[tokio::test]
    async fn a_database_is_opened_again_as_it_is() {
        both(async |place: Place| {
            place.open().await.check().await.expect("answers");
            place.open().await.check().await.expect("answers");
        })
        .await;
    }

    #[tokio::test]
    async fn a_database_of_a_newer_viva_is_refused() {
        both(async |place: Place| {
            let store = place.open().await;
            let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                         SELECT 9999, 'later', success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1";
            store.pool().execute(later).await.expect("written");
            let error = place.try_open().await.err().expect("refused");
            assert!(error.to_string().contains("schema"), "{error}");
        })
        .await;
    }
}
