//! Servers that are killed (`kill -9`) at random moments while they take recordings in. Each one is this test's own program, run
//! again as the `victim`; what they leave is counted in the end.

use super::*;
use crate::providers::llm::LlmProvider;
use crate::providers::runner::RunnerProvider;
use crate::providers::stt::SttProvider;
use crate::providers::tts::TtsProvider;
use crate::providers::vad::VadKind;
use crate::recording::recover;
use crate::store::StoreConfig;
use crate::store::sessions::NewSession;
use crate::store::support::{Bucket, Place, both, key_file, new_session};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Where the victim finds its configuration, as TOML.
const CONFIG: &str = "VIVA_TEST_VICTIM";
/// What a victim says when it has something to do.
const AT_WORK: &str = "at work";
/// So many are killed on each database.
const KILLED: usize = 100;
/// A victim lives at most so long, in ms: about twice as long as it takes to take in what is there.
const LIVES_MS: u64 = 900;
/// The last server, which nobody kills, has all done within this time. A claim of a server that was killed while PostgreSQL was
/// committing it must run out first.
pub(super) const LEFT_WITHIN: Duration = Duration::from_secs(240);

pub(super) fn config(place: &Place) -> Config {
    let mut config = Config::default();
    config.serve.data = place.folder.path().to_owned();
    config.store = place.config.clone();
    // Kept elsewhere than where they are recorded: more steps, more moments to be killed in.
    config.store.blobs = Some(place.folder.path().join("blobs").display().to_string());
    config.store.write_delay_ms = 10;
    config.vad.provider = Some(VadKind::Earshot);
    config.limits.vad_threads = Some(1);
    config.llm.provider = Some(LlmProvider::Fake);
    config.stt.provider = Some(SttProvider::Fake);
    config.tts.provider = Some(TtsProvider::Fake);
    config.runner.provider = RunnerProvider::Fake;
    config
}

/// A server that will be killed.
pub(super) struct Victim(Command);

impl Victim {
    /// In the victim's own process: the server, which has taken up what is there. None where a test run comes by.
    pub(super) async fn start() -> Option<App> {
        let config = std::env::var(CONFIG).ok()?;
        let app = App::start(toml::from_str(&config).expect("a configuration")).await.expect("starts");
        app.recover();
        app.adopt().await.expect("adopts");
        Some(app)
    }

    /// The one that the test of this name is.
    pub(super) fn of(test: &str, config: &Config) -> Victim {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", test]).env(CONFIG, toml::to_string(config).expect("a configuration"));
        command.stderr(Stdio::null());
        Victim(command)
    }

    /// In the victim's own process: tells who waits for it that it has something to do.
    pub(super) fn is_at_work() {
        println!("{AT_WORK}");
    }

    /// Lives so long, in ms.
    pub(super) async fn lives(mut self, ms: u64) {
        let victim = self.0.stdout(Stdio::null()).spawn().expect("a victim");
        Victim::killed_after(victim, ms).await;
    }

    /// Lives so long from when it has something to do, in ms.
    pub(super) async fn lives_at_work(mut self, ms: u64) {
        let mut victim = self.0.arg("--nocapture").stdout(Stdio::piped()).spawn().expect("a victim");
        let said = BufReader::new(victim.stdout.take().expect("what it says"));
        let waiting =
            tokio::task::spawn_blocking(move || said.lines().map_while(Result::ok).any(|line| line.ends_with(AT_WORK)));
        assert!(waiting.await.expect("read"), "a victim died of itself");
        Victim::killed_after(victim, ms).await;
    }

    async fn killed_after(mut victim: Child, ms: u64) {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        victim.kill().expect("killed");
        victim.wait().expect("gone");
    }
}

/// The same numbers for the same seed.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// A server that takes up what is there, until it is killed. Nothing, unless a test runs it.
#[tokio::test]
async fn victim() {
    if Victim::start().await.is_some() {
        std::future::pending::<()>().await;
    }
}

/// One of four is long, with code and runs to score.
fn is_long(id: &str) -> bool {
    id.ends_with(['0', '4', '8', 'c'])
}

/// A closed recording under another id, changed before it was closed.
pub(super) fn record(recordings: &Path, id: &str, change: &dyn Fn(&Path)) {
    let case = if is_long(id) { "a-demo-held-over-the-socket" } else { "signals-are-only-kept" };
    lay(&recordings.join(id), case);
    change(&recordings.join(id));
    recover(&recordings.join(id)).expect("closed");
}

/// Copies a recorded case.
fn lay(folder: &Path, case: &str) {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests/cases").join(case);
    std::fs::create_dir_all(folder).expect("a folder");
    for entry in std::fs::read_dir(case).expect("a case").flatten() {
        std::fs::copy(entry.path(), folder.join(entry.file_name())).expect("copied");
    }
}

async fn kill_often(place: &Place, times: usize, seed: u64) {
    println!("seed {seed:#x}");
    let config = config(place);
    let recordings = config.recordings();
    let mut ids = Vec::new();
    let mut random = Random(seed);
    for number in 0..times {
        let id = format!("sess_{number:032x}");
        record(&recordings, &id, &|_| {});
        ids.push(id);
        Victim::of("app::keep_tests::victim", &config).lives(random.next() % LIVES_MS).await;
    }
    let app = App::start(config).await.expect("starts");
    app.recover();
    app.adopt().await.expect("adopts");
    let mut begun_again = 0;
    for id in &ids {
        let Ok(row) = tokio::time::timeout(LEFT_WITHIN, app.kept(id)).await else {
            panic!("{id} is not kept: {:?}", app.store().jobs_about(id).await);
        };
        assert_eq!(row.phase, SessionPhase::Ended);
        let graded = tokio::time::timeout(LEFT_WITHIN, app.graded(id)).await;
        assert!(graded.is_ok(), "{id} is not scored: {:?}", app.store().jobs_about(id).await);
        let jobs = app.store().jobs_about(id).await.expect("answers");
        begun_again += usize::from(jobs.iter().any(|job| job.claims > 1));
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        let cards = app.store().scorecards(id).await.expect("answers");
        assert_eq!(cards.len(), usize::from(is_long(id)), "scored once, where there is something to score");
        assert!(app.store().document(id, transcript::KIND).await.expect("answers").is_some());
    }
    let page = app.store().sessions(&Default::default(), None, 200).await.expect("a page");
    assert_eq!((page.items.len(), page.next), (times, None), "each once");
    assert!(begun_again > 0, "none was killed at work: it lives too short or too long");
    let mut rows = Vec::new();
    for id in &ids {
        let files = app.store().files(id).await.expect("answers");
        assert!(files.len() >= 3 && files.iter().all(|file| file.kept), "{files:?}");
        for file in &files {
            app.store().blobs().read_whole(file).await.expect("whole");
        }
        rows.extend(files.into_iter().map(|file| file.key));
    }
    rows.sort();
    assert_eq!(app.store().blobs().keys("").await.expect("listed"), rows, "no object without a row");
    app.shutdown().await;
}

#[tokio::test]
async fn recordings_are_taken_in_once_though_servers_on_sqlite_are_killed() {
    kill_often(&Place::sqlite(), KILLED, 0x9e37_79b9_7f4a_7c15).await;
}

#[tokio::test]
async fn recordings_are_taken_in_once_though_servers_on_postgresql_are_killed() {
    // Encrypted as well: a key is made once, whoever is killed after making it.
    let mut place = Place::postgres().await;
    place.config.key_file = Some(key_file(place.folder.path(), &[7]));
    kill_often(&place, KILLED, 0x2545_f491_4f6c_dd1d).await;
}

#[tokio::test]
async fn a_recording_is_taken_in_though_its_names_are_none_that_rows_take() {
    both(async |place| {
        let config = config(&place);
        let (id, folder) = ("sess_0000000000000000000000000000000a", config.recordings());
        lay(&folder.join(id), "signals-are-only-kept");
        let header = folder.join(id).join("header.json");
        let mut json: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&header).expect("a header")).expect("JSON");
        // More than a page of an index holds, and with nothing to be pressed out of it.
        let long: String =
            (0..9_000_u64).map(|number| format!("{:x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
        json["setup"]["question"]["id"] = long.into();
        json["setup"]["question"]["title"] = "Two\u{0} Sums".into();
        json["viva_version"] = "0.\u{0}".into();
        std::fs::write(&header, json.to_string()).expect("written");
        let app = App::start(config).await.expect("starts");
        app.recover();
        app.adopt().await.expect("adopts");
        let Ok(row) = tokio::time::timeout(LEFT_WITHIN, app.kept(id)).await else {
            panic!("not kept: {:?}", app.store().jobs_about(id).await);
        };
        assert_eq!((row.plan.title.as_str(), row.plan.question.chars().count()), ("Two Sums", 300));
        app.shutdown().await;
    })
    .await;
}

/// Waits until the job about this subject is done.
async fn done(app: &App, subject: &str) {
    app.until(async || {
        let jobs = app.store().jobs_about(subject).await.expect("answers");
        jobs.into_iter().find(|job| job.state == "done")
    })
    .await;
}

#[tokio::test]
async fn an_interview_that_is_old_enough_is_deleted_from_s3_with_all_that_was_made_of_it() {
    both(async |mut place| {
        let bucket = Bucket::new().await;
        let url = place.config.url.take();
        place.config = StoreConfig { url, key_file: Some(key_file(place.folder.path(), &[7])), ..bucket.config() };
        let mut config = config(&place);
        config.store.blobs = place.config.blobs.clone();
        let (old, young) = ("sess_00000000000000000000000000000000", "sess_00000000000000000000000000000004");
        for id in [old, young] {
            let folder = config.recordings().join(id);
            lay(&folder, "a-demo-held-over-the-socket");
            let header = folder.join("header.json");
            let text = std::fs::read(&header).expect("a header");
            let mut json: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
            let days_ago = if id == old { 3 } else { 0 };
            json["created_unix_ms"] = (unix_ms().0 - days_ago * 86_400_000).into();
            std::fs::write(&header, json.to_string()).expect("written");
        }
        let app = App::start(config.clone()).await.expect("starts");
        app.recover();
        app.adopt().await.expect("adopts");
        for id in [old, young] {
            tokio::time::timeout(LEFT_WITHIN, app.graded(id)).await.expect("scored");
        }
        app.shutdown().await;
        let files = |id: &str| format!("{id}/header.json");
        let kept = bucket.blobs().keys("").await.expect("listed");
        assert!(kept.contains(&files(old)) && kept.contains(&files(young)), "{kept:?}");
        config.recording.retention_days = Some(2);
        let app = App::start(config).await.expect("starts");
        let (unjoined, planned) = (new_session(8), NewSession { created: unix_ms(), ..new_session(9) });
        let mut write = app.store().write().await.expect("begins");
        for new in [&unjoined, &planned] {
            write.add_session(new, SessionPhase::Created).await.expect("added");
        }
        write.add_job(&retain::job("day_0", unix_ms()), unix_ms()).await.expect("added");
        write.commit().await.expect("committed");
        app.work_is_there();
        tokio::time::timeout(LEFT_WITHIN, done(&app, "day_0")).await.expect("done");
        // Its objects go with a job of their own.
        tokio::time::timeout(LEFT_WITHIN, done(&app, old)).await.expect("purged");
        let store = app.store();
        assert_eq!(store.session(old).await.expect("answers"), None);
        assert!(store.session(young).await.expect("answers").is_some(), "it is not old enough");
        assert_eq!(store.session(&unjoined.id).await.expect("answers"), None, "nobody joined it, long ago");
        let waits = store.session(&planned.id).await.expect("answers").expect("there");
        assert_eq!(waits.phase, SessionPhase::Created);
        for kind in [transcript::KIND, keep::METRICS, review::KIND] {
            assert_eq!(store.document(old, kind).await.expect("answers"), None, "{kind}");
            assert!(store.document(young, kind).await.expect("answers").is_some(), "{kind}");
        }
        assert!(store.scorecards(old).await.expect("answers").is_empty());
        assert!(store.metrics_of(&[old]).await.expect("answers").is_empty());
        assert!(store.object_keys(old).await.expect("answers").is_empty());
        let left: Vec<String> = kept.into_iter().filter(|key| !key.starts_with(old)).collect();
        assert_eq!(bucket.blobs().keys("").await.expect("listed"), left);
        assert!(!app.recordings().join(old).exists());
        let stone = store.tombstone("session", old).await.expect("answers").expect("a tombstone");
        assert_eq!(stone.reason, "retention");
        let audited = store.audited(Some(old), None, 9).await.expect("answers").items;
        assert_eq!(audited.iter().map(|row| row.action.as_str()).collect::<Vec<_>>(), ["retain"]);
        app.shutdown().await;
    })
    .await;
}
