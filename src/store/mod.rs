//! What is kept: rows in a database (SQLite in the data folder, or PostgreSQL), sound and recordings in an object store. SQL
//! stands nowhere else in the crate. No rules of the product are here: who may see what, what a score is and when something
//! is deleted is decided by those who ask.
//!
//! - One file a resource: [`people`], [`sign_ins`], [`grants`], [`assignments`], [`usage`], [`sessions`], [`granted`], [`files`] (rows of
//!   blobs), [`documents`], [`metrics`], [`notes`], [`scorecards`],
//!   [`exports`], [`jobs`], [`audit`], [`tombstones`]; [`keeping`] is what spans them: taking a recording in, deleting a session.
//! - [`blobs`]: the object store; `object_store` stands only there. `seal`: the encryption of what lies in it; [`staging`]: files on their
//!   way into it.
//! - One schema and one text of SQL serve both databases through sqlx's `Any`: BIGINT, TEXT and DOUBLE PRECISION only, `$1`
//!   placeholders, JSON as TEXT, ids as TEXT, times as ms since 1970 (`docs/decisions.md` says why).
//! - Nothing here reads a clock: every time is handed in.

pub mod assignments;
pub mod audit;
pub mod blobs;
pub mod documents;
pub mod error;
pub mod exports;
pub mod files;
pub mod granted;
pub mod grants;
pub mod idempotency;
pub mod jobs;
pub mod keeping;
pub mod metrics;
pub mod notes;
pub mod page;
pub mod people;
mod schema;
pub mod scorecards;
pub mod scoring;
mod seal;
pub mod sessions;
pub mod settings;
pub mod sign_ins;
pub mod staging;
pub mod tombstones;
pub mod usage;

#[cfg(test)]
pub(crate) mod support;

pub use blobs::{BlobError, Blobs};
pub use error::StoreError;
pub use page::{Cursor, Page};
pub use settings::StoreConfig;

use seal::DeploymentKeys;
use serde::{Deserialize, Serialize};
use settings::Engine;
use sqlx::any::{AnyArguments, AnyPoolOptions};
use sqlx::{Any, AnyConnection, AnyPool, Executor, Transaction};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// A time in ms since 1970 UTC, as rows hold it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct UnixMs(pub i64);

impl UnixMs {
    /// So much later.
    pub fn after(self, by: Duration) -> UnixMs {
        UnixMs(self.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// So much earlier.
    pub fn before(self, by: Duration) -> UnixMs {
        UnixMs(self.0.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// The store. Cheap to clone. Each resource adds its own methods in its own file.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    pool: AnyPool,
    engine: Engine,
    blobs: Blobs,
    keys: Option<DeploymentKeys>,
    /// SQLite has one writer; who waits here waits in order and does not poll the file's lock.
    writing: Arc<Mutex<()>>,
    /// For trials: every write waits so long first.
    write_delay: Duration,
}

type Query<'a> = sqlx::query::Query<'a, Any, AnyArguments>;

/// A transaction that writes. Dropped without [`Write::commit`] it leaves nothing.
pub struct Write {
    transaction: Transaction<'static, Any>,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Write {
    /// Makes what was written last.
    ///
    /// # Errors
    /// When the database cannot; then nothing was written.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }

    fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }
}

impl Store {
    /// Opens the database and the object store and brings the schema up to date. `data` is the folder of everything that is
    /// kept, `recordings` that of recordings, where blobs stay unless the settings name another place.
    ///
    /// # Errors
    /// When the settings cannot be used, the database cannot be reached, or its schema is of a newer Viva.
    pub async fn open(config: &StoreConfig, data: &Path, recordings: &Path) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let write_delay = config.write_delay();
        let keys = config.key_file.as_deref().map(DeploymentKeys::read).transpose();
        let keys = keys.map_err(|rule| StoreError::Setting { setting: "store.key_file", rule })?;
        let blobs = Blobs::open(config, data, recordings, write_delay)?;
        let (engine, url) = config.database(data)?;
        let pool = AnyPoolOptions::new()
            .max_connections(config.connections_max)
            .acquire_timeout(Duration::from_millis(config.wait_ms))
            .after_connect(move |connection, _| {
                Box::pin(async move { connection.execute(engine.on_connect()).await.map(|_| ()) })
            })
            .connect(&url)
            .await
            .map_err(|source| StoreError::Open { database: config.shown(data), source })?;
        schema::migrate(&pool, engine).await?;
        let inner = Inner { pool, engine, blobs, keys, writing: Arc::default(), write_delay };
        let store = Store { inner: Arc::new(inner) };
        store.check_keys().await?;
        Ok(store)
    }

    /// The object store.
    pub fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(self.pool()).await?;
        Ok(())
    }

    /// Begins a transaction that writes. On SQLite others that write wait for its end.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn write(&self) -> Result<Write, StoreError> {
        let inner = &self.inner;
        if !inner.write_delay.is_zero() {
            tokio::time::sleep(inner.write_delay).await;
        }
        let (transaction, turn) = match inner.engine {
            Engine::Sqlite => {
                let turn = inner.writing.clone().lock_owned().await;
                // A transaction that begins by reading could not write once another has written.
                (inner.pool.begin_with("BEGIN IMMEDIATE").await?, Some(turn))
            }
            Engine::Postgres => (inner.pool.begin().await?, None),
        };
        Ok(Write { transaction, _turn: turn })
    }

    /// Lets the database look at its tables anew, so that its plans go by what is in them.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn analyze(&self) -> Result<(), StoreError> {
        self.pool().execute("ANALYZE").await?;
        Ok(())
    }

    /// Ends all connections; for the end of the process.
    pub async fn close(&self) {
        self.inner.pool.close().await;
    }

    fn pool(&self) -> &AnyPool {
        &self.inner.pool
    }

    fn keys(&self) -> Option<&DeploymentKeys> {
        self.inner.keys.as_ref()
    }

    fn engine(&self) -> Engine {
        self.inner.engine
    }
}
