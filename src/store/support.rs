//! What tests of the store share: every test of it runs on both databases, tests of a whole server on the one that the environment
//! names, and blobs on a folder and on S3. The servers are real, started when the first test wants them, for this process alone, and end with it.

use super::blobs::Blobs;
use super::sessions::NewSession;
use super::settings::StoreConfig;
use super::{Store, StoreError, UnixMs};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use tempfile::TempDir;

/// Connections to S3 want to know whose TLS they use, though here they use none.
fn install_tls() {
    rustls::crypto::ring::default_provider().install_default().ok();
}

/// An empty database and a folder for a test.
pub struct Place {
    pub config: StoreConfig,
    pub folder: TempDir,
}

impl Place {
    /// Opens the store; again and again if wanted.
    pub async fn open(&self) -> Store {
        self.try_open().await.expect("the store opens")
    }

    pub async fn try_open(&self) -> Result<Store, StoreError> {
        Store::open(&self.config, self.folder.path(), &self.folder.path().join("recordings")).await
    }

    fn new(url: Option<String>) -> Place {
        install_tls();
        let config = StoreConfig { url, connections_max: 6, ..StoreConfig::default() };
        Place { config, folder: tempfile::tempdir().expect("a folder") }
    }

    /// With SQLite in a file of its own.
    pub fn sqlite() -> Place {
        Place::new(None)
    }

    /// Ends all connections to its PostgreSQL database and lets nobody in.
    pub async fn send_away(&self) {
        self.admin("ALTER DATABASE $ ALLOW_CONNECTIONS false").await;
        self.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$'").await;
    }

    /// Lets connections in again.
    pub async fn bring_back(&self) {
        self.admin("ALTER DATABASE $ ALLOW_CONNECTIONS true").await;
    }

    /// Tells the server something, with the database's name for `$`.
    async fn admin(&self, sql: &str) {
        let url = self.config.url.as_deref().unwrap_or_default();
        let name = url.split(['/', '?']).nth(3).expect("a name");
        let mut admin = PgConnection::connect(&postgres().url("postgres")).await.expect("PostgreSQL answers");
        admin.execute(AssertSqlSafe(sql.replace('$', name))).await.expect("it does as told");
        admin.close().await.expect("closes");
    }

    /// With a database of its own on the PostgreSQL of this test run.
    pub async fn postgres() -> Place {
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        let name = format!("viva_{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
        let mut admin = PgConnection::connect(&postgres().url("postgres")).await.expect("PostgreSQL answers");
        admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a database");
        admin.close().await.expect("closes");
        Place::new(Some(postgres().url(&name)))
    }
}

/// The database of a server that a test starts in this folder, and of those it starts there later: none is SQLite's file in it. With
/// `VIVA_TEST_DATABASE=postgres` one on the PostgreSQL of this run, which goes when [`Kept`] is dropped.
pub async fn kept_beside(folder: &Path) -> Option<Kept> {
    match std::env::var("VIVA_TEST_DATABASE").ok().as_deref() {
        None | Some("sqlite") => return None,
        Some("postgres") => {}
        Some(other) => panic!("VIVA_TEST_DATABASE is sqlite or postgres, not {other}"),
    }
    let unneeded = std::mem::take(&mut *left().lock().expect("not poisoned"));
    for url in unneeded {
        Place::new(Some(url)).admin("DROP DATABASE $ WITH (FORCE)").await;
    }
    let known = |beside: &&(PathBuf, String)| beside.0 == folder;
    let url = beside().lock().expect("not poisoned").iter().find(known).map(|(_, url)| url.clone());
    let url = match url {
        Some(url) => url,
        None => {
            let url = Place::postgres().await.config.url.expect("an address");
            beside().lock().expect("not poisoned").push((folder.to_owned(), url.clone()));
            url
        }
    };
    Some(Kept { url, stays: false })
}

impl Store {
    /// What PostgreSQL was asked to read over the connections that are open, and how it goes about each, if it may avoid whole tables.
    pub async fn plans(&self) -> BTreeMap<String, String> {
        let mut plans: BTreeMap<String, String> = BTreeMap::new();
        let mut connections = Vec::new();
        for _ in 0..self.pool().size() {
            connections.push(self.pool().acquire().await.expect("a connection"));
        }
        for connection in &mut connections {
            let settings = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; DISCARD PLANS";
            sqlx::raw_sql(settings).execute(&mut **connection).await.expect("set");
            let sql = "SELECT name, statement, CAST(cardinality(parameter_types) AS BIGINT) AS values \
                       FROM pg_prepared_statements WHERE statement LIKE 'SELECT%' OR statement LIKE 'WITH%'";
            for row in sqlx::query(sql).fetch_all(&mut **connection).await.expect("what was prepared") {
                let name: String = row.get("name");
                let values = usize::try_from(row.get::<i64, _>("values")).expect("a number");
                let values = vec!["NULL"; values].join(", ");
                let values = if values.is_empty() { values } else { format!("({values})") };
                let explain = sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN EXECUTE \"{name}\" {values}")));
                let lines = explain.fetch_all(&mut **connection).await.expect("a plan");
                plans.insert(row.get("statement"), lines.iter().map(|line| line.get::<String, _>(0) + "\n").collect());
            }
        }
        // What is asked of the server itself, and by migrations.
        plans.retain(|sql, _| !["pg_", "_sqlx", "current_database"].iter().any(|own| sql.contains(own)));
        plans
    }

    /// How SQLite goes about it.
    pub async fn plan(&self, sql: &str) -> String {
        let explain = sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
        let lines = explain.fetch_all(self.pool()).await.expect("a plan");
        lines.iter().map(|line| line.get::<String, _>(3) + "\n").collect()
    }
}

/// A server's database on PostgreSQL.
pub struct Kept {
    /// Its address.
    pub url: String,
    /// Another server will take it up.
    pub stays: bool,
}

impl Drop for Kept {
    fn drop(&mut self) {
        if !self.stays {
            left().lock().expect("not poisoned").push(std::mem::take(&mut self.url));
        }
    }
}

/// Folders with the databases that belong to them.
fn beside() -> &'static Mutex<Vec<(PathBuf, String)>> {
    static BESIDE: Mutex<Vec<(PathBuf, String)>> = Mutex::new(Vec::new());
    &BESIDE
}

/// Databases that no test needs any more: the next that begins drops them.
fn left() -> &'static Mutex<Vec<String>> {
    static LEFT: Mutex<Vec<String>> = Mutex::new(Vec::new());
    &LEFT
}

/// Runs a test on SQLite and on PostgreSQL.
pub async fn both(test: impl AsyncFn(Place)) {
    test(Place::sqlite()).await;
    let place = Place::postgres().await;
    let url = place.config.url.clone();
    test(place).await;
    Place::new(url).admin("DROP DATABASE $ WITH (FORCE)").await;
}

/// A file of deployment keys in the folder, made of these seeds.
pub fn key_file(folder: &Path, seeds: &[u8]) -> PathBuf {
    let file = folder.join(format!("keys-{}", seeds.len()));
    let keys: String = seeds.iter().map(|seed| BASE64_STANDARD.encode([*seed; 32]) + "\n").collect();
    std::fs::write(&file, keys).expect("written");
    file
}

/// An interview's row, different for each number.
pub fn new_session(number: u32) -> NewSession {
    NewSession {
        id: format!("sess_{number:032x}"),
        person: "pers_1".into(),
        question: "two-sum".into(),
        title: "Two Sum".into(),
        statement: "Find two numbers.".into(),
        language: "en".into(),
        minutes: 30,
        words: "server".into(),
        voice: "server".into(),
        providers: "{}".into(),
        wish: "{}".into(),
        consent: Some(("session".into(), UnixMs(i64::from(number)))),
        created: UnixMs(1_000 + i64::from(number)),
    }
}

/// A server that ends when this process does, however it ends: a shell waits for the end of its input. (It tells PostgreSQL to
/// end fast; others that a shell starts in the background do not hear that and are told again.)
struct Server {
    child: Child,
    address: String,
}

/// Starts `command` with its folder removed in the end, and reads its error output until `ready` finds an address in a line.
fn start(command: &str, user: Option<u32>, ready: impl Fn(&str) -> Option<String>) -> Server {
    let script = format!("{command} & server=$!; cat >/dev/null; kill -INT $server; kill -TERM $server; wait $server");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    if let Some(user) = user {
        shell.uid(user);
    }
    let mut child = shell.spawn().expect("a shell");
    let mut lines = BufReader::new(child.stderr.take().expect("its errors")).lines();
    let mut said = String::new();
    let address = loop {
        let Some(Ok(line)) = lines.next() else { panic!("{command} did not start:\n{said}") };
        if let Some(address) = ready(&line) {
            break address;
        }
        said = format!("{said}{line}\n");
    };
    // Somebody must go on reading, or the server waits for room.
    std::thread::spawn(move || lines.for_each(drop));
    Server { child, address }
}

impl Server {
    /// Ends it and waits until it is gone.
    fn stop(mut self) {
        drop(self.child.stdin.take());
        self.child.wait().expect("it ends");
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://viva@localhost/{database}?host={}", self.address)
    }
}

/// The folder of PostgreSQL's programs.
fn postgres_programs() -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    found.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    found.retain(|folder| folder.join("initdb").exists() && folder.join("postgres").exists());
    found.sort();
    found
        .pop()
        .expect("PostgreSQL's server is not on this machine; `scripts/setup.sh test` installs it (Debian: postgresql)")
}

/// The PostgreSQL of this test run, on a socket in a folder of its own. Its server refuses to run as root: then it runs as
/// nobody.
fn postgres() -> &'static Server {
    static POSTGRES: OnceLock<Server> = OnceLock::new();
    POSTGRES.get_or_init(|| Cluster::new().start())
}

/// A PostgreSQL of one test's own, which can be stopped and started again as its operator would.
pub struct OwnPostgres {
    cluster: Cluster,
    server: Option<Server>,
}

impl OwnPostgres {
    /// With an empty database.
    pub fn start() -> (OwnPostgres, Place) {
        let cluster = Cluster::new();
        let server = cluster.start();
        let place = Place::new(Some(server.url("postgres")));
        (OwnPostgres { cluster, server: Some(server) }, place)
    }

    pub fn stop(&mut self) {
        self.server.take().expect("it runs").stop();
    }

    pub fn start_again(&mut self) {
        self.server = Some(self.cluster.start());
    }
}

/// The folder of a PostgreSQL, and how it is started.
struct Cluster {
    folder: String,
    command: String,
    user: Option<u32>,
}

impl Cluster {
    fn new() -> Cluster {
        let programs = postgres_programs();
        let folder = tempfile::Builder::new().prefix("viva-pg").tempdir().expect("a folder").keep();
        let root = is_ours_as_root(&folder);
        let user = root.then_some(65_534);
        if let Some(user) = user {
            std::os::unix::fs::chown(&folder, Some(user), None).expect("given away");
        }
        let data = folder.join("data");
        let mut init = Command::new(programs.join("initdb"));
        init.args(["--username=viva", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale", "-D"]).arg(&data);
        if let Some(user) = user {
            init.uid(user);
        }
        let init = init.current_dir(&folder).output().expect("initdb runs");
        assert!(init.status.success(), "initdb: {}", String::from_utf8_lossy(&init.stderr));
        let (postgres, folder) = (programs.join("postgres").display().to_string(), folder.display().to_string());
        let settings = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c max_connections=400";
        let command = format!("cd {folder}; {postgres} -D {folder}/data -k {folder} {settings}");
        remove_at_end(&folder);
        Cluster { folder, command, user }
    }

    fn start(&self) -> Server {
        start(&self.command, self.user, |line| line.contains("ready to accept").then(|| self.folder.clone()))
    }
}

fn is_ours_as_root(folder: &Path) -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(folder).expect("the folder")) == 0
}

/// Removes a folder once this process is gone.
fn remove_at_end(folder: &str) {
    let script = format!("cat >/dev/null; sleep 2; rm -rf '{folder}'");
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = shell.process_group(0).spawn().expect("a shell");
    static REMOVERS: Mutex<Vec<Child>> = Mutex::new(Vec::new());
    REMOVERS.lock().expect("not poisoned").push(child);
}

/// A bucket of its own on the S3 server of this test run.
pub struct Bucket {
    pub name: String,
}

impl Bucket {
    pub async fn new() -> Bucket {
        install_tls();
        static BUCKETS: AtomicU32 = AtomicU32::new(0);
        let name = format!("viva-{}", BUCKETS.fetch_add(1, Ordering::Relaxed));
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let made = client.put(format!("{}/{name}", s3().address)).header("content-length", "0").send().await;
        assert!(made.expect("S3 answers").status().is_success());
        Bucket { name }
    }

    /// The settings that lead to it.
    pub fn config(&self) -> StoreConfig {
        StoreConfig {
            blobs: Some(format!("s3://{}/kept", self.name)),
            s3_endpoint: Some(s3().address.clone()),
            s3_key_id: Some("test".into()),
            s3_secret: Some("test".to_owned().into()),
            ..StoreConfig::default()
        }
    }

    pub fn blobs(&self) -> Blobs {
        Blobs::open(&self.config(), Path::new("/nowhere"), Path::new("/nowhere"), Duration::ZERO).expect("opens")
    }
}

/// The S3 server of this test run: PyPI's moto, on a port that the system chose.
fn s3() -> &'static Server {
    static S3: OnceLock<Server> = OnceLock::new();
    S3.get_or_init(|| {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cache/s3/bin/moto_server");
        assert!(program.exists(), "an S3 server to test against is not installed; `scripts/setup.sh test` installs it");
        let command = format!("{} -H 127.0.0.1 -p 0", program.display());
        start(&command, None, |line| {
            let address = line.split("Running on ").nth(1)?.split_whitespace().next()?;
            Some(address.to_owned())
        })
    })
}
