//! The schema: migrations in the order of their numbers, the same text for both databases, and what only the database's own
//! language can say.

use super::error::StoreError;
use super::settings::Engine;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, Executor, SqlSafeStr};

type Released = (i64, &'static str, &'static str);

/// Number, name and text of each migration. What was released is never changed: another is added.
const MIGRATIONS: &[Released] = &[
    (1, "first", include_str!("../../migrations/0001_first.sql")),
    (2, "email_verified", include_str!("../../migrations/0002_email_verified.sql")),
    (3, "no_exports", include_str!("../../migrations/0003_no_exports.sql")),
    (4, "archives", include_str!("../../migrations/0004_archives.sql")),
    (5, "indexes", include_str!("../../migrations/0005_indexes.sql")),
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
    run(pool, MIGRATIONS).await?;
    let guard = match engine {
        Engine::Sqlite => SQLITE_AUDIT,
        Engine::Postgres => POSTGRES_AUDIT,
    };
    pool.execute(sqlx::raw_sql(guard)).await?;
    Ok(())
}

async fn run(pool: &AnyPool, migrations: &'static [Released]) -> Result<(), StoreError> {
    let migrations = migrations.iter().map(|&(number, name, sql)| {
        Migration::new(number, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Ok(Migrator::with_migrations(migrations.collect()).run(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::UnixMs;
    use crate::store::granted::Reader;
    use crate::store::support::{Place, both};

    /// With people, interviews and what was made of them in it: `fixtures/store/0001.sql`.
    #[tokio::test]
    async fn the_dump_of_an_earlier_release_is_brought_up_to_date_and_keeps_what_is_in_it() {
        both(async |place: Place| {
            sqlx::any::install_default_drivers();
            let (_, url) = place.config.database(place.folder.path()).expect("a database");
            let pool = AnyPool::connect(&url).await.expect("connects");
            run(&pool, &MIGRATIONS[..1]).await.expect("as it was then");
            let dump = sqlx::raw_sql(include_str!("../../fixtures/store/0001.sql"));
            pool.execute(dump).await.expect("read in");
            pool.close().await;
            let store = place.open().await;
            let (id, other) = ("sess_00000000000000000000000000000001", "sess_00000000000000000000000000000002");
            let person = store.person("pers_1").await.expect("answers").expect("still there");
            assert_eq!((person.name.as_str(), person.email_verified, person.retention_days), ("Ada", false, Some(30)));
            let reader = Reader { id: "pers_2".into(), at: UnixMs(40) };
            let page = store.sessions_granted(&reader, &Default::default(), None, 9).await.expect("a page");
            assert_eq!(page.items.iter().map(|row| row.plan.id.as_str()).collect::<Vec<_>>(), [other, id]);
            assert_eq!(page.items[1].plan.statement, "It's about two numbers.");
            assert!(store.file(id, "header.json").await.expect("answers").is_some_and(|file| file.kept));
            assert!(store.document(id, "transcript").await.expect("answers").is_some());
            assert_eq!(store.metrics_of(&[id]).await.expect("answers").len(), 2);
            assert_eq!(store.scorecards(id).await.expect("answers")[0].body, "{\"card\":1}");
            let pairs = store.band_pairs().await.expect("answers");
            assert_eq!(pairs.into_iter().collect::<Vec<_>>(), [("communication".to_owned(), vec![(3, 4, 1)])]);
            assert_eq!(store.notes(id, "pers_1").await.expect("answers")[0].body, "Listen here.");
            assert_eq!(store.jobs_about(id).await.expect("answers")[0].state, "done");
            assert_eq!(store.audited(None, None, 9).await.expect("answers").items.len(), 1);
            let buried = store.tombstone("session", "sess_00000000000000000000000000000003").await;
            assert!(buried.expect("answers").is_some());
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
