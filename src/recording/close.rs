//! Closing a recording: after an interview, and at the server's start for recordings that a killed server left open.
//! Torn tails are cut, tracks become FLAC (the PCM goes only when the FLAC was read back and found equal), and the
//! summary is written last: until it is there, closing can be begun again from any point.

use super::fault::FaultKind;
use super::files::{sync_folder, write_whole};
use super::format::*;
use super::places::Places;
use super::reader::{ReadError, Recording, STEPS_BYTES_MAX, Steps, Torn, read_anchors, read_if_there, whole_lines};
use super::tracks;
use crate::digest::hex;
use crate::interview::event::EndReason;
use crate::units::*;
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How a recording came to its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closing {
    pub ended: Option<EndReason>,
    pub fault: Option<FaultKind>,
    pub recovered: bool,
}

/// A recording that was closed.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// What its summary now says.
    pub summary: Summary,
    /// What was cut at the ends of its files.
    pub torn: Vec<Torn>,
}

/// Why a recording could not be closed.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It cannot be written.
    #[error("cannot close recording {folder}")]
    Io {
        /// The recording.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl CloseError {
    pub(super) fn fault_kind(&self) -> FaultKind {
        match self {
            CloseError::Io { source, .. } | CloseError::Read(ReadError::Io { source, .. }) => source.into(),
            CloseError::Read(ReadError::NotARecording { .. }) => FaultKind::FolderGone,
            CloseError::Read(_) => FaultKind::Io,
        }
    }
}

/// Closes the recording in `folder` that a killed server left open. One that is closed already is left as it is. Must not
/// be called on a recording that is still written to.
pub fn recover(folder: &Path) -> Result<Recovered, CloseError> {
    close(folder, Closing { ended: None, fault: None, recovered: true })
}

/// Closes every recording under `folder` that is not; gives their folders and outcomes. For the server's start.
pub fn recover_all(folder: &Path) -> io::Result<Vec<(PathBuf, Result<Recovered, CloseError>)>> {
    let mut outcomes = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.join(HEADER_FILE).is_file() && !path.join(SUMMARY_FILE).exists() {
            outcomes.push((path.clone(), recover(&path)));
        }
    }
    outcomes.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(outcomes)
}

pub(super) fn close(folder: &Path, closing: Closing) -> Result<Recovered, CloseError> {
    let recording = Recording::open(folder)?;
    if let Some(summary) = recording.summary() {
        return Ok(Recovered { summary: summary.clone(), torn: Vec::new() });
    }
    let torn = recording.torn()?;
    let failed = |source| CloseError::Io { folder: folder.to_owned(), source };
    for Torn { file, bytes } in &torn {
        cut(&folder.join(file), *bytes).map_err(failed)?;
    }
    let mut summary = survey(folder, closing)?;
    summary.files = close_files(folder, recording.header()).map_err(failed)?;
    write_whole(folder, SUMMARY_FILE, &summary.encode()).map_err(failed)?;
    remove_if_there(&folder.join(PLACES_FILE)).map_err(failed)?;
    Ok(Recovered { summary, torn })
}

fn cut(path: &Path, bytes: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    let length = file.metadata()?.len();
    file.set_len(length.saturating_sub(bytes))
}

/// Reads the steps once: counts, the time of the last event, and whether all of them can be read.
fn survey(folder: &Path, closing: Closing) -> Result<Summary, CloseError> {
    let path = folder.join(STEPS_FILE);
    let bytes = read_if_there(&path, STEPS_BYTES_MAX)?.unwrap_or_default();
    let mut summary = Summary {
        format: FORMAT,
        complete: false,
        recovered: closing.recovered,
        ended: closing.ended,
        fault: closing.fault,
        damaged_line: None,
        steps: 0,
        events: 0,
        duration_ms: Ms(0),
        candidate_places: Places::resolve(&read_anchors(folder).unwrap_or_default()).places().to_vec(),
        files: Vec::new(),
    };
    for line in Steps::new(path, whole_lines(&bytes)) {
        match line {
            Ok(line) => {
                summary.steps = line.number;
                if let Step::Event(at, _) = line.step {
                    summary.events += 1;
                    summary.duration_ms = at - At(0);
                }
            }
            Err(ReadError::Damaged { line, .. }) => summary.damaged_line = Some(line),
            Err(error) => return Err(error.into()),
        }
    }
    summary.complete = closing.fault.is_none() && !closing.recovered && summary.damaged_line.is_none();
    Ok(summary)
}

/// Compresses the tracks and describes every file.
fn close_files(folder: &Path, header: &Header) -> io::Result<Vec<FileSummary>> {
    let mut files = vec![describe(folder, HEADER_FILE, None)?, describe(folder, STEPS_FILE, None)?];
    for &track in &header.tracks {
        let (name, samples) = close_track(folder, track, header.track_rate_hz)?;
        files.extend(name.map(|name| describe(folder, name, Some(samples))).transpose()?);
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    for file in &files {
        File::open(folder.join(&file.name))?.sync_all()?;
    }
    sync_folder(folder)?;
    Ok(files)
}

/// The track's file and length after closing. A track without sound has no file. PCM that cannot be compressed (the disk
/// is full) stays as it is: it holds all that FLAC would.
fn close_track(folder: &Path, track: Track, rate: Hz) -> io::Result<(Option<&'static str>, u64)> {
    let (pcm, flac) = (folder.join(track.pcm_file()), folder.join(track.flac_file()));
    let length = match fs::metadata(&pcm) {
        Ok(data) => data.len(),
        // Closing was cut off after the PCM had gone.
        Err(error) if error.kind() == io::ErrorKind::NotFound && flac.exists() => {
            return Ok((Some(track.flac_file()), tracks::decode(&flac, |_| Ok(()))?));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((None, 0)),
        Err(error) => return Err(error),
    };
    if length == 0 {
        remove_if_there(&pcm)?;
        return Ok((None, 0));
    }
    let unfinished = flac.with_extension("flac.tmp");
    match tracks::compress(&pcm, &unfinished, rate) {
        Ok(samples) => {
            fs::rename(&unfinished, &flac)?;
            sync_folder(folder)?;
            fs::remove_file(&pcm)?;
            Ok((Some(track.flac_file()), samples))
        }
        Err(error) => {
            tracing::warn!(track = track.pcm_file(), %error, "a track could not be compressed, it stays as PCM");
            remove_if_there(&unfinished)?;
            Ok((Some(track.pcm_file()), length / 2))
        }
    }
}

fn describe(folder: &Path, name: &str, samples: Option<u64>) -> io::Result<FileSummary> {
    let (bytes, sha256) = hash_file(&folder.join(name))?;
    Ok(FileSummary { name: name.to_owned(), bytes, sha256, samples })
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Size and sha-256 in hex of a file.
pub fn hash_file(path: &Path) -> io::Result<(u64, String)> {
    hash_all(File::open(path)?)
}

/// Size and sha-256, in hex, of all that is read.
///
/// # Errors
/// When it cannot be read.
pub fn hash_all(mut file: impl Read) -> io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut block = vec![0; 64 << 10];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut block)?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        hash.update(block.get(..read).unwrap_or_default());
    }
    Ok((bytes, hex(hash.finalize())))
}
