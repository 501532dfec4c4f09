//! Servers that are killed (`kill -9`) at random moments while they make archives of a person, delete what is in them meanwhile, and take
//! in what is brought. What they leave is counted in the end.

use super::keep_tests::{LEFT_WITHIN, Random, Victim, config, record};
use super::*;
use crate::store::exports::{ARCHIVE, ExportState};
use crate::store::support::{Place, key_file};
use std::collections::BTreeSet;

/// So many servers are killed on each database.
const KILLED: usize = 16;
/// A victim lives at most so long after it was asked for an archive, in ms: some have done all that there is, some little.
const LIVES_MS: u64 = 500;
/// Interviews that are in the archives at first; half of them are old.
const RECORDED: usize = 4;
/// Sound in each, noise, so that making an archive takes a while.
const NOISE_BYTES: usize = 1_200_000;
/// What every file in an archive says of itself where it lies open.
const TAR: &[u8] = b"ustar";

/// A server that takes up what is there, is asked for an archive and for retention, and brought an interview, until it is killed.
/// Nothing, unless a test runs it.
#[tokio::test]
async fn victim() {
    let Some(app) = Victim::start().await else { return };
    app.ask_export("").await.expect("asked");
    ask_for_retention(&app).await;
    Victim::is_at_work();
    let bundle = std::fs::read_to_string(brought(app.config())).expect("a bundle");
    let staged = app.stage().expect("staged");
    // The first id in it is the interview's.
    let id = format!("sess_{:032x}", unix_ms().0);
    let bundle = bundle.replacen(&format!("sess_{:032x}", RECORDED - 1), &id, 1);
    std::fs::write(staged.upload(), bundle).expect("written");
    app.import("", staged).await.expect("taken in");
    std::future::pending::<()>().await;
}

/// Where the bundle lies that victims are brought.
fn brought(config: &Config) -> PathBuf {
    config.serve.data.join("bundle.json")
}

async fn ask_for_retention(app: &App) {
    let now = unix_ms();
    let mut write = app.store().write().await.expect("begins");
    write.add_job(&retain::job(&format!("day_{}_{}", now.0, std::process::id()), now), now).await.expect("added");
    write.commit().await.expect("committed");
    app.work_is_there();
}

/// A recording with some sound, held today or three days ago.
fn lay(recordings: &Path, id: &str, is_old: bool, random: &mut Random) {
    let noise: Vec<u8> = std::iter::repeat_with(|| random.next() as u8).take(NOISE_BYTES).collect();
    record(recordings, id, &|folder| {
        std::fs::write(folder.join("candidate.pcm"), &noise).expect("written");
        let header = folder.join("header.json");
        let mut json: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&header).expect("a header")).expect("JSON");
        json["created_unix_ms"] = (unix_ms().0 - if is_old { 3 * 86_400_000 } else { 0 }).into();
        std::fs::write(&header, json.to_string()).expect("written");
    });
}

/// The files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found
}

/// What a killed server left on its way can be read by nobody. Gives how many archives there are.
fn left_sealed(recordings: &Path) -> usize {
    let left = files(&recordings.join(import::STAGING));
    for file in &left {
        let bytes = std::fs::read(file).expect("read");
        assert!(!bytes.windows(TAR.len()).any(|part| part == TAR), "{} lies open", file.display());
    }
    left.iter().filter(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("tar_"))).count()
}

async fn kill_often(place: &Place, seed: u64) {
    println!("seed {seed:#x}");
    let mut config = config(place);
    let recordings = config.recordings();
    let mut random = Random(seed);
    let ids: Vec<String> = (0..RECORDED).map(|number| format!("sess_{number:032x}")).collect();
    let (old, young) = ids.split_at(RECORDED / 2);
    for id in &ids {
        lay(&recordings, id, old.contains(id), &mut random);
    }
    let app = taken_up(&config).await;
    for id in &ids {
        tokio::time::timeout(LEFT_WITHIN, app.graded(id)).await.expect("scored in time");
    }
    let mut bundle = String::new();
    let mut pieces = app.bundle(&ids[RECORDED - 1], "").await.expect("answers").expect("kept");
    while let Some(piece) = pieces.recv().await {
        bundle.push_str(std::str::from_utf8(&piece.expect("a piece")).expect("text"));
    }
    std::fs::write(brought(&config), bundle).expect("written");
    app.shutdown().await;
    drop(app);
    let mut left = 0;
    for number in 0..KILLED {
        // In the second half old interviews are deleted under the archives that hold them.
        config.recording.retention_days = (number >= KILLED / 2).then_some(2);
        Victim::of("app::archives_tests::victim", &config).lives_at_work(random.next() % LIVES_MS).await;
        left += left_sealed(&recordings);
    }
    let app = taken_up(&config).await;
    ask_for_retention(&app).await;
    for id in old {
        tokio::time::timeout(LEFT_WITHIN, app.deleted(id)).await.expect("deleted in time");
    }
    // Whatever was brought is in, or not there at all.
    let page = app.store().sessions(&Default::default(), None, 200).await.expect("a page");
    let all: Vec<String> = page.items.into_iter().map(|row| row.plan.id).filter(|id| !old.contains(id)).collect();
    for id in &all {
        tokio::time::timeout(LEFT_WITHIN, app.kept(id)).await.expect("taken in in time");
        tokio::time::timeout(LEFT_WITHIN, app.graded(id)).await.expect("scored in time");
    }
    assert!(young.iter().all(|id| all.contains(id)) && all.len() > young.len(), "some are brought: {all:?}");
    let newest = app.ask_export("").await.expect("asked").id;
    for row in app.store().exports("", UnixMs(0)).await.expect("answers") {
        tokio::time::timeout(LEFT_WITHIN, app.exported(&row.id)).await.expect("made in time");
    }
    app.shutdown().await;
    work_off(&app).await;
    check(&app, &all, old, &newest).await;
    assert!(keep::folders(&recordings).expect("read").is_empty(), "what is kept elsewhere does not lie here as well");
    assert_eq!(files(&recordings.join(import::STAGING)), Vec::<PathBuf>::new(), "nothing is left on its way");
    assert!(left > 0, "none was killed while it made an archive: the archives are too small");
}

async fn taken_up(config: &Config) -> App {
    let app = App::start(config.clone()).await.expect("starts");
    app.recover();
    app.adopt().await.expect("adopts");
    app
}

/// Does every job that is left, also those that wait for a time to come: what deletes the objects of archives that went.
async fn work_off(app: &App) {
    let later = unix_ms().after(Duration::from_secs(3_600));
    while let Some(held) = app.store().claim_job(later, Duration::from_secs(60)).await.expect("answers") {
        app.work_on(&held).await;
    }
}

async fn check(app: &App, young: &[String], old: &[String], newest: &str) {
    let store = app.store();
    let mut keys = BTreeSet::new();
    for id in young {
        assert!(store.session(id).await.expect("answers").is_some(), "{id} is not old enough");
        let files = store.files(id).await.expect("answers");
        assert!(files.len() >= 3 && files.iter().all(|file| file.kept), "{files:?}");
        keys.extend(store.object_keys(id).await.expect("answers"));
    }
    for id in old {
        assert_eq!(store.session(id).await.expect("answers"), None);
        assert!(store.object_keys(id).await.expect("answers").is_empty());
    }
    let archives = store.exports("", UnixMs(0)).await.expect("answers");
    assert!(!archives.is_empty() && archives.iter().any(|row| row.id == newest));
    for row in &archives {
        let jobs = store.jobs_about(&row.id).await.expect("answers");
        assert_eq!((row.state, jobs.len()), (ExportState::Ready, 1), "{jobs:?}");
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        let file = store.file(&row.id, ARCHIVE).await.expect("answers").expect("kept");
        let bytes = store.blobs().read_whole(&file).await.expect("whole");
        assert_eq!(sessions_in(&bytes), row.done, "each interview once");
        keys.extend(store.object_keys(&row.id).await.expect("answers"));
    }
    let objects = store.blobs().keys("").await.expect("listed");
    assert_eq!(objects, keys.into_iter().collect::<Vec<_>>(), "no object without a row, no row without an object");
    let blobs = app.config().store.blobs.clone().expect("a folder");
    let halves = files(Path::new(&blobs)).into_iter().filter(|file| file.to_string_lossy().contains('#'));
    assert_eq!(halves.collect::<Vec<_>>(), Vec::<PathBuf>::new(), "no half of an object");
}

fn sessions_in(archive: &[u8]) -> i64 {
    let mut archive = tar::Archive::new(archive);
    let paths =
        archive.entries().expect("an archive").map(|entry| entry.expect("whole").path().expect("a path").into_owned());
    let ends = paths.filter(|path| path.ends_with("session.json")).count();
    ends as i64
}

#[tokio::test]
async fn archives_are_made_once_though_servers_on_sqlite_are_killed() {
    kill_often(&Place::sqlite(), 0x2c1b_3c6d_a1b5_27e9).await;
}

#[tokio::test]
async fn archives_are_made_once_though_servers_on_postgresql_are_killed() {
    let mut place = Place::postgres().await;
    place.config.key_file = Some(key_file(place.folder.path(), &[7]));
    kill_often(&place, 0x94d0_49bb_1331_11eb).await;
}
