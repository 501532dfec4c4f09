//! Taking a recording in: the job after an interview. Its files become objects, its facts rows; then it waits to be scored.
//! Killed anywhere it is begun again and has one result: rows of files stand before the files are copied, and everything else
//! is written in the transaction that ends the job.

use super::import::BROUGHT_FILE;
use super::transcript::Transcript;
use super::work::JobError;
use super::{App, grade, import, review, transcript, unix_ms};
use crate::interview::setup::{Setup, Voice, Words};
use crate::recording::bundle::JUDGEMENTS_FILE;
use crate::recording::close::hash_file;
use crate::recording::format::SUMMARY_FILE;
use crate::recording::{Header, Recording, Summary};
use crate::scorecard::judge::Judgements;
use crate::scorecard::metrics::{self, Metrics};
use crate::scorecard::record::Record;
use crate::spelling::spelled;
use crate::store::UnixMs;
use crate::store::documents::Document;
use crate::store::files::FileRow;
use crate::store::jobs::Held;
use crate::store::keeping::Taken;
use crate::store::metrics::MetricRow;
use crate::store::scoring::{JUDGEMENTS, judgements_document};
use crate::store::sessions::{Kept, NewSession, SessionPhase};
use std::path::{Path, PathBuf};

/// What files of a recording are, by name.
pub const MEDIA_TYPES: [(&str, &str); 7] = [
    ("header.json", "application/json"),
    ("steps.jsonl", "application/jsonl"),
    ("summary.json", "application/json"),
    ("candidate.flac", "audio/flac"),
    ("interviewer.flac", "audio/flac"),
    ("candidate.pcm", "application/octet-stream"),
    ("interviewer.pcm", "application/octet-stream"),
];

/// Kind of the document with what was measured.
pub const METRICS: &str = "metrics";

/// A closed recording as it was read.
struct Closed {
    header: Header,
    summary: Summary,
    files: Vec<FileRow>,
    /// None when the steps are damaged.
    made: Option<Made>,
    /// What a judge answered where it was held, of an interview that was brought.
    judgements: Option<String>,
    /// Who brought it, if somebody did.
    brought_by: Option<String>,
}

/// What is made of a recording that can be read.
struct Made {
    transcript: Transcript,
    measured: Metrics,
    review: Document,
}

/// Names and titles of a recording are kept up to so many characters; none of ours is longer.
const NAME_CHARS_MAX: usize = 300;
/// The end of the year 9999: whatever is later was made up, and dates end before integers do.
const UNIX_MS_MAX: i64 = 253_402_300_799_999;
/// A larger file of judgements is none of ours.
const JUDGEMENTS_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Does the job.
pub(super) async fn keep(app: &App, held: &Held) -> Result<(), JobError> {
    let id = held.subject.clone();
    let folder = app.recording_folder(&id).ok_or_else(|| JobError::Other("it is about no session".to_owned()))?;
    let phase = if held.payload.contains("broken") { SessionPhase::Broken } else { SessionPhase::Ended };
    if !folder.exists() {
        // Recording could not begin, or was deleted by hand: nothing is there to keep.
        return Ok(app.store().keep_nothing(held, phase, unix_ms()).await?);
    }
    let reading = folder.clone();
    let closed = tokio::task::spawn_blocking(move || read(&id, &reading)).await;
    let closed = closed.map_err(|error| JobError::Other(error.to_string()))?.map_err(JobError::Other)?;
    // A server that was killed while a recording was brought has no row that says by whom.
    let person = closed.brought_by.clone().unwrap_or_default();
    let planned = NewSession { person, ..planned(&held.subject, &closed.header) };
    let announced = app.store().announce(&planned, &closed.files, unix_ms()).await?;
    let Some(files) = announced else {
        tracing::info!(session = held.subject, "a deleted interview's recording is not taken in");
        remove(&folder).await?;
        return Ok(app.store().end_job(held, unix_ms()).await?);
    };
    for file in &files {
        app.store().blobs().keep(file, &folder.join(&file.name)).await.map_err(crate::store::StoreError::from)?;
    }
    let taken = taken(&closed, phase);
    app.store().keep(held, &taken, Some(&grade::job(&held.subject, unix_ms()))).await?;
    app.work_is_there();
    for (is_there, file) in
        [(closed.judgements.is_some(), JUDGEMENTS_FILE), (closed.brought_by.is_some(), BROUGHT_FILE)]
    {
        if is_there {
            tokio::fs::remove_file(folder.join(file)).await.ok();
        }
    }
    if !app.store().blobs().is_folder(app.recordings()) {
        remove(&folder).await?;
    }
    Ok(())
}

/// Removes a recording's folder; one that is not there is as good.
pub(super) async fn remove(folder: &Path) -> Result<(), JobError> {
    match tokio::fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(JobError::Other(format!("cannot remove {}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
}

/// Reads a closed recording. Blocks.
fn read(id: &str, folder: &Path) -> Result<Closed, String> {
    let recording = Recording::open(folder).map_err(|error| super::work::chain(&error))?;
    let summary = recording.summary().cloned().ok_or("the recording is not closed yet")?;
    let file =
        |name: &str, bytes: u64, sha256: &str| FileRow::new(id, name, media_type(name), bytes, sha256.to_owned());
    let mut files: Vec<FileRow> =
        summary.files.iter().map(|listed| file(&listed.name, listed.bytes, &listed.sha256)).collect();
    let (bytes, sha256) = hash_file(&folder.join(SUMMARY_FILE)).map_err(|error| error.to_string())?;
    files.push(file(SUMMARY_FILE, bytes, &sha256));
    // One with damaged steps is kept all the same, without what would be made of them.
    let record = recording
        .read_steps()
        .and_then(|bytes| Record::read(recording.header().setup.clone(), recording.steps(&bytes)))
        .map_err(|error| tracing::warn!(session = id, %error, "a recording's steps cannot be read"));
    let made = |record| Made {
        transcript: Transcript::of(&record),
        measured: metrics::measure(&record),
        review: review::document(&record, &summary, unix_ms()),
    };
    let made = record.ok().map(made);
    let (judgements, brought_by) = (brought_judgements(folder), import::brought_by(folder));
    Ok(Closed { header: recording.header().clone(), summary, files, made, judgements, brought_by })
}

/// The judge's answers that lie beside a recording which was brought; none of ours has such a file.
fn brought_judgements(folder: &Path) -> Option<String> {
    let path = folder.join(JUDGEMENTS_FILE);
    let is_small = std::fs::metadata(&path).is_ok_and(|facts| facts.len() <= JUDGEMENTS_BYTES_MAX);
    let text = is_small.then(|| std::fs::read_to_string(&path).ok()).flatten()?;
    serde_json::from_str::<Judgements>(&text).ok().map(|_| text)
}

fn media_type(name: &str) -> &'static str {
    MEDIA_TYPES.iter().find(|(known, _)| *known == name).map_or("application/octet-stream", |(_, kind)| kind)
}

fn taken(closed: &Closed, phase: SessionPhase) -> Taken {
    let (summary, now) = (&closed.summary, unix_ms());
    let duration_ms = i64::try_from(summary.duration_ms.0).unwrap_or(i64::MAX);
    let began = unix(closed.header.created_unix_ms);
    Taken {
        phase,
        began,
        ended: unix(closed.header.created_unix_ms.saturating_add(summary.duration_ms.0)),
        kept: Kept {
            at: now,
            duration_ms,
            end_reason: summary.ended.map(|reason| spelled(&reason)),
            complete: summary.complete,
            steps: i64::try_from(summary.steps).unwrap_or(i64::MAX),
            viva_version: text(&closed.header.viva_version, NAME_CHARS_MAX),
        },
        documents: closed
            .made
            .iter()
            .flat_map(|made| documents(made, now))
            .chain(closed.judgements.iter().map(|body| (JUDGEMENTS, judgements_document(body.clone(), now))))
            .collect(),
        metrics: closed.made.as_ref().map(|made| numbers(&made.measured)).unwrap_or_default(),
    }
}

/// What is made of a recording, as it is kept.
fn documents(made: &Made, now: UnixMs) -> Vec<(&'static str, Document)> {
    let document = |version, body| Document { version, body, created: now };
    // Whole numbers and strings always serialise; these are the bytes of `viva metrics --json`.
    let measured = serde_json::to_string(&made.measured).unwrap_or_default();
    vec![
        (transcript::KIND, document(transcript::VERSION, made.transcript.json())),
        (METRICS, document(i64::from(made.measured.metrics_version), measured)),
        (review::KIND, made.review.clone()),
    ]
}

/// The numbers that curves and tables go by.
fn numbers(measured: &Metrics) -> Vec<MetricRow> {
    let row = |row: &metrics::Row| MetricRow {
        metric: row.id.clone(),
        version: i64::from(measured.metrics_version),
        value: row.value.map(|value| value as f64),
        unit: spelled(&row.unit),
    };
    measured.metrics.iter().map(row).collect()
}

/// What a recording's header tells of its interview, for one that no row knows.
pub(super) fn planned(id: &str, header: &Header) -> NewSession {
    let setup = &header.setup;
    NewSession {
        id: id.to_owned(),
        person: String::new(),
        question: text(&setup.question.id, NAME_CHARS_MAX),
        title: text(&setup.question.title, NAME_CHARS_MAX),
        statement: text(&setup.question.statement, usize::MAX),
        language: text(&setup.language, NAME_CHARS_MAX),
        minutes: u32::try_from(setup.time_box.0 / 60_000).unwrap_or(u32::MAX),
        words: words(setup).to_owned(),
        voice: voice(setup).to_owned(),
        providers: serde_json::json!({"stt": "", "llm": "", "tts": "", "vad": setup.vad.name}).to_string(),
        wish: "{}".to_owned(),
        consent: header.consent.recording.then(|| (spelled(&header.consent.by), unix(header.consent.at_unix_ms))),
        created: unix(header.created_unix_ms),
    }
}

/// A recording's text as rows take it: without NULs, which PostgreSQL takes in no text, and no longer than an index takes.
fn text(of: &str, chars_max: usize) -> String {
    of.chars().filter(|sign| *sign != '\0').take(chars_max).collect()
}

fn words(setup: &Setup) -> &'static str {
    match setup.words {
        Words::Recogniser { .. } => "server",
        Words::Client => "client",
    }
}

fn voice(setup: &Setup) -> &'static str {
    match setup.voice {
        Voice::Server => "server",
        Voice::Client => "client",
        Voice::Silent => "silent",
    }
}

pub(super) fn unix(ms: u64) -> UnixMs {
    UnixMs(i64::try_from(ms).unwrap_or(i64::MAX).min(UNIX_MS_MAX))
}

/// The folders under `recordings` that are named like sessions, in the order of their names, with whether each is closed.
/// Blocks.
pub(super) fn folders(recordings: &Path) -> std::io::Result<Vec<(String, PathBuf, bool)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(recordings)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if super::is_session_id(&name) {
            let closed = path.join(SUMMARY_FILE).exists();
            found.push((name, path, closed));
        }
    }
    found.sort();
    Ok(found)
}
