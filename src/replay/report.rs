//! Replays recordings from the disk and reports on each.

use super::{Difference, Played, Stopped, Tail, run};
use crate::interview::Interview;
use crate::recording::format::HEADER_FILE;
use crate::recording::reader::{ReadError, Recording};
use serde::Serialize;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Folders deeper than this below the one given are not searched.
const DEPTH_MAX: u32 = 8;

/// What became of one recording.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The folder's own name.
    pub name: String,
    /// Where it lies.
    pub folder: PathBuf,
    /// It was replayed to its end without a difference.
    pub ok: bool,
    /// Lines replayed.
    pub steps: u64,
    /// Events among them.
    pub events: u64,
    /// Time of the last event replayed, in ms.
    pub duration_ms: u64,
    /// The recording is closed and nothing of the interview is missing.
    pub complete: bool,
    /// Bytes of a torn last line, which were left out.
    pub torn_bytes: u64,
    /// Time the replay took, if the caller measured it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub millis: Option<u64>,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// Why a recording did not replay.
#[derive(Debug, Serialize)]
pub struct Failure {
    /// Stable code: `difference`, `core_panicked`, or a code of [`ReadError`].
    pub code: &'static str,
    /// For people, several lines.
    pub message: String,
    /// The difference, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Box<Difference>>,
}

/// The recordings at or below `path`, in the order of their paths. Links are not followed.
pub fn find(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    search(path, DEPTH_MAX, &mut found)?;
    found.sort();
    Ok(found)
}

fn search(folder: &Path, depth: u32, found: &mut Vec<PathBuf>) -> io::Result<()> {
    if folder.join(HEADER_FILE).is_file() {
        found.push(folder.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if depth > 0 && entry.file_type()?.is_dir() {
            search(&entry.path(), depth - 1, found)?;
        }
    }
    Ok(())
}

/// Replays the recording in `folder` through the core. Without a `tail` the recording says itself: only a complete one
/// must have every command of its last event.
pub fn replay_folder(folder: &Path, tail: Option<Tail>) -> Report {
    let name = fs::canonicalize(folder).ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    let mut report = Report {
        name: name.unwrap_or_else(|| folder.display().to_string()),
        folder: folder.to_owned(),
        ok: false,
        steps: 0,
        events: 0,
        duration_ms: 0,
        complete: false,
        torn_bytes: 0,
        millis: None,
        failure: None,
    };
    let mut played = Played::default();
    match replay(folder, tail, &mut report, &mut played) {
        Ok(()) => report.ok = true,
        Err(failure) => report.failure = Some(failure),
    }
    report.steps = played.steps;
    report.events = played.events;
    report.duration_ms = played.duration.0;
    report.torn_bytes = played.torn_bytes;
    report
}

fn replay(folder: &Path, tail: Option<Tail>, report: &mut Report, played: &mut Played) -> Result<(), Failure> {
    let recording = Recording::open(folder)?;
    report.complete = recording.is_complete();
    let tail = tail.unwrap_or(if report.complete { Tail::Whole } else { Tail::MayBeCut });
    let bytes = recording.read_steps()?;
    let mut core = Interview::new(recording.header().setup.clone());
    let replayed = catch_unwind(AssertUnwindSafe(|| run(&mut core, recording.steps(&bytes), tail, played)));
    match replayed {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Stopped::Unreadable(error))) => Err(error.into()),
        Ok(Err(Stopped::Different(difference))) => {
            Err(Failure { code: "difference", message: difference.to_string(), difference: Some(difference) })
        }
        Err(_) => Err(Failure {
            code: "core_panicked",
            message: format!("step {}: the core panicked on this event; its message is on stderr\n", played.steps),
            difference: None,
        }),
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Failure { code: error.code(), message: format!("{error}{cause}\n"), difference: None }
    }
}
