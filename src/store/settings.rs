//! The section `[store]`: which database, and where sound and recordings lie.

use super::error::StoreError;
use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The section `[store]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// `sqlite:<path>` or `postgres://user:password@host/database`; the usual `PG…` variables fill in what is left out. Unset:
    /// the file `viva.db` in the data folder. One server at a time uses a database.
    #[serde(serialize_with = "without_password", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Connections to the database at most. Too few and readers wait for each other; PostgreSQL allows 100 unless told
    /// otherwise. 1 to 100, default 8.
    pub connections_max: u32,
    /// How long a request waits for a connection before it is answered 503, in ms. 100 to 60,000, default 3,000.
    pub wait_ms: u64,
    /// Where blobs lie: a folder, or `s3://bucket/prefix`. Unset: recordings stay in the folder in which they are written, or
    /// with `key_file`, go to `blobs` in the data folder. Else they are moved there when the interview is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blobs: Option<String>,
    /// Address of a service that speaks S3 and is not Amazon's, such as `https://minio.example:9000`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_endpoint: Option<String>,
    /// Region of the bucket. Default `us-east-1`.
    pub s3_region: String,
    /// Id of the key to the bucket. Unset: the usual `AWS_…` variables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_key_id: Option<String>,
    /// The key itself.
    #[serde(serialize_with = "hidden", skip_serializing_if = "Option::is_none")]
    pub s3_secret: Option<SecretString>,
    /// File with the keys under which recordings are encrypted when they are kept: one a line, 32 bytes in base64. The first is
    /// used; further ones open what was encrypted before. Without it they lie open. Whoever loses it loses the recordings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// For trials of a slow disk or database: every write, of recordings as they are made as well, waits so long first, in ms. 0 to
    /// 60,000, default 0.
    pub write_delay_ms: u64,
}

impl Default for StoreConfig {
    fn default() -> Self {
        StoreConfig {
            url: None,
            connections_max: 8,
            wait_ms: 3_000,
            blobs: None,
            s3_endpoint: None,
            s3_region: "us-east-1".to_owned(),
            s3_key_id: None,
            s3_secret: None,
            key_file: None,
            write_delay_ms: 0,
        }
    }
}

/// The databases there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// In this process, in one file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Engine {
    /// What every new connection is told. SQLite: readers do not wait for the writer; a power failure may undo the last
    /// transactions but never half of one. PostgreSQL: no statement holds a connection for ever.
    pub fn on_connect(self) -> &'static str {
        match self {
            Engine::Sqlite => "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;",
            Engine::Postgres => "SET statement_timeout = 30000; SET idle_in_transaction_session_timeout = 60000;",
        }
    }

    /// What makes claimers of jobs pass over rows that another holds at this moment.
    pub fn skip_locked(self) -> &'static str {
        match self {
            Engine::Sqlite => "",
            Engine::Postgres => "FOR UPDATE SKIP LOCKED",
        }
    }
}

impl StoreConfig {
    /// What must hold of the settings, each with its name: whether it does, and what.
    pub fn rules(&self) -> [(bool, &'static str, String); 4] {
        let url = self.url.as_deref().unwrap_or("sqlite:");
        [
            (engine(url).is_some(), "store.url", "begins with sqlite: or postgres://".to_owned()),
            ((1..=100).contains(&self.connections_max), "store.connections_max", "is 1 to 100".to_owned()),
            ((100..=60_000).contains(&self.wait_ms), "store.wait_ms", "is 100 to 60,000".to_owned()),
            (self.write_delay_ms <= 60_000, "store.write_delay_ms", "is 0 to 60,000".to_owned()),
        ]
    }

    /// Before each write, for trials.
    pub fn write_delay(&self) -> Duration {
        Duration::from_millis(self.write_delay_ms)
    }

    /// Which database, and its address as the driver takes it. Makes SQLite's file for its owner alone.
    pub(super) fn database(&self, data: &Path) -> Result<(Engine, String), StoreError> {
        let rule = |rule: String| StoreError::Setting { setting: "store.url", rule };
        let (engine, path) = match &self.url {
            None => (Engine::Sqlite, data.join("viva.db")),
            Some(url) => match engine(url) {
                Some(Engine::Postgres) => return Ok((Engine::Postgres, url.clone())),
                Some(Engine::Sqlite) => (Engine::Sqlite, sqlite_path(url)),
                None => return Err(rule("begins with sqlite: or postgres://".to_owned())),
            },
        };
        let made = make_private(&path);
        made.map_err(|error| rule(format!("names {}, which cannot be written: {error}", path.display())))?;
        let escaped = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        Ok((engine, format!("sqlite:{escaped}")))
    }

    /// The database, for people: without a password.
    pub(super) fn shown(&self, data: &Path) -> String {
        let default = || format!("sqlite:{}", data.join("viva.db").display());
        self.url.as_deref().map_or_else(default, masked)
    }
}

fn engine(url: &str) -> Option<Engine> {
    match url.split_once(':')?.0 {
        "sqlite" => Some(Engine::Sqlite),
        "postgres" | "postgresql" => Some(Engine::Postgres),
        _ => None,
    }
}

fn sqlite_path(url: &str) -> PathBuf {
    let path = url.trim_start_matches("sqlite:");
    PathBuf::from(path.strip_prefix("//").unwrap_or(path))
}

fn make_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.create(true).append(true).open(path).map(|_| ())
}

/// The address with its password hidden.
fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((user, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    match user.split_once(':') {
        Some((name, _)) => format!("{scheme}://{name}:***@{host}"),
        None => url.to_owned(),
    }
}

fn without_password<S: Serializer>(url: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    url.as_deref().map(masked).serialize(serializer)
}

fn hidden<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(|_| "***").serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        for (url, shown) in [
            ("postgres://viva:p@ss:word@db.example/viva", "postgres://viva:***@db.example/viva"),
            ("postgres://viva@db.example/viva", "postgres://viva@db.example/viva"),
            ("sqlite:/var/lib/viva.db", "sqlite:/var/lib/viva.db"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }

    #[test]
    fn paths_of_sqlite_may_hold_any_sign() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("a ?b#c%41");
        let (engine, url) = StoreConfig::default().database(&data).expect("a database");
        assert_eq!(engine, Engine::Sqlite);
        assert!(url.ends_with("a %3fb%23c%2541/viva.db"), "{url}");
        assert!(data.join("viva.db").exists());
    }

    #[test]
    fn other_databases_are_refused() {
        let config = StoreConfig { url: Some("mysql://here".into()), ..StoreConfig::default() };
        assert!(config.rules().iter().any(|(holds, setting, _)| !holds && *setting == "store.url"));
        assert!(config.database(Path::new("/nowhere")).is_err());
    }
}
