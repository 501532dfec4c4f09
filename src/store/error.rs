//! Why something cannot be kept or read.

use super::blobs::BlobError;
use sqlx::error::ErrorKind;
use sqlx::migrate::MigrateError;

/// Why something cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A setting cannot be used.
    #[error("{setting} {rule}")]
    Setting {
        /// Which.
        setting: &'static str,
        /// What must hold and does not.
        rule: String,
    },
    /// The database cannot be opened at the start.
    #[error("store.url: cannot open {database}")]
    Open {
        /// Which, without its password.
        database: String,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// Its schema cannot be brought up to date.
    #[error("the database's schema cannot be brought up to date")]
    Schema(#[from] MigrateError),
    /// The database is away, full or overloaded; trying again later may help.
    #[error("the database cannot be reached")]
    Unavailable(#[source] sqlx::Error),
    /// Something of this name is there already.
    #[error("it is there already")]
    Conflict(#[source] sqlx::Error),
    /// The database refused; a fault of ours.
    #[error("the database refused")]
    Refused(#[source] sqlx::Error),
    /// The object store failed.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// A row holds what cannot be read.
    #[error("row {id} of {table} cannot be read")]
    Damaged {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// Whoever asked does not hold the job any more: its lease ran out, or it was taken back.
    #[error("job {0} is not held any more")]
    NotHeld(String),
}

impl StoreError {
    /// Whether the same may succeed later.
    pub fn is_passing(&self) -> bool {
        match self {
            StoreError::Unavailable(_) => true,
            StoreError::Blob(error) => error.is_passing(),
            _ => false,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        match &error {
            sqlx::Error::Database(refused) if refused.kind() == ErrorKind::UniqueViolation => {
                StoreError::Conflict(error)
            }
            sqlx::Error::Database(refused) if refused.code().is_some_and(|code| passes(&code)) => {
                StoreError::Unavailable(error)
            }
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::WorkerCrashed => StoreError::Unavailable(error),
            _ => StoreError::Refused(error),
        }
    }
}

/// Codes of refusals that pass. PostgreSQL: connection lost (08), too many or no room (53), nobody let in (55), cancelled or shutting down (57),
/// the system failed (58), serialisation (40). SQLite: busy, locked, input or output error, full, cannot open, by their low byte.
fn passes(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 10 | 13 | 14),
        _ => ["08", "40", "53", "55", "57", "58"].iter().any(|class| code.starts_with(class)),
    }
}

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        for code in ["5", "517", "13", "08006", "57P01", "53300", "40001"] {
            assert!(passes(code), "{code}");
        }
        for code in ["1", "19", "23505", "42601", "22P02"] {
            assert!(!passes(code), "{code}");
        }
    }
}
