//! Opens recordings: closed, still live, or cut off anywhere. What is torn at the end is cut and reported, what is
//! damaged in the middle is named by file, line and column, what a newer Viva wrote is refused. Nothing here panics on
//! any bytes.

use super::format::*;
use super::places::{Place, Places};
use super::tracks;
use crate::interview::command::Command;
use crate::interview::event::Event;
use crate::units::*;
use serde::Deserialize;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Steps beyond this are not read (an hour is about 20 MB).
pub const STEPS_BYTES_MAX: u64 = 1 << 30;
/// Samples of a track that are read at most: a day.
const TRACK_SAMPLES_MAX: usize = 24 * 3600 * 24_000;
/// `header.json`, `summary.json` and `places.jsonl` beyond this are not read.
const SMALL_BYTES_MAX: u64 = 64 << 20;

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The folder holds no header.
    #[error("{folder} is not a recording: it has no {HEADER_FILE}")]
    NotARecording {
        /// The folder.
        folder: PathBuf,
    },
    /// A newer Viva wrote it.
    #[error("{folder} has format {format}, this build reads up to {FORMAT}: use a newer viva")]
    NewerFormat {
        /// The recording.
        folder: PathBuf,
        /// Its format.
        format: u32,
    },
    /// A file holds something else than it should.
    #[error("{file}:{line}:{column}: {detail}")]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Line in it, from 1.
        line: u64,
        /// Byte in the line, from 1.
        column: u64,
        /// What is wrong there.
        detail: String,
    },
    /// A file is beyond what is ever written.
    #[error("{file} is larger than {limit} bytes")]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// The limit.
        limit: u64,
    },
    /// The system refused.
    #[error("cannot read {file}")]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl ReadError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            ReadError::NotARecording { .. } => "not_a_recording",
            ReadError::NewerFormat { .. } => "newer_format",
            ReadError::Damaged { .. } => "damaged",
            ReadError::TooLarge { .. } => "too_large",
            ReadError::Io { .. } => "io",
        }
    }

    pub(super) fn damaged(file: &Path, line: u64, column: u64, detail: impl ToString) -> Self {
        ReadError::Damaged { file: file.to_owned(), line, column: column.max(1), detail: detail.to_string() }
    }
}

/// Bytes at a file's end that are no whole line or sample: the writer was cut off there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The file's name.
    pub file: String,
    /// How many bytes.
    pub bytes: u64,
}

/// An opened recording: its header, and its summary once it is closed.
#[derive(Clone, Debug)]
pub struct Recording {
    folder: PathBuf,
    header: Header,
    summary: Option<Summary>,
}

impl Recording {
    /// Opens the recording in `folder`.
    pub fn open(folder: &Path) -> Result<Recording, ReadError> {
        let path = folder.join(HEADER_FILE);
        let Some(bytes) = read_if_there(&path, SMALL_BYTES_MAX)? else {
            return Err(ReadError::NotARecording { folder: folder.to_owned() });
        };
        let header = decode_header(folder, &path, &bytes)?;
        let path = folder.join(SUMMARY_FILE);
        let summary = match read_if_there(&path, SMALL_BYTES_MAX)? {
            Some(bytes) => Some(serde_json::from_slice(&bytes).map_err(|error| of_json(&path, &error))?),
            None => None,
        };
        Ok(Recording { folder: folder.to_owned(), header, summary })
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was known before the first step.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Present once the recording is closed.
    pub fn summary(&self) -> Option<&Summary> {
        self.summary.as_ref()
    }

    /// It is closed, and nothing of the interview is missing.
    pub fn is_complete(&self) -> bool {
        self.summary.as_ref().is_some_and(|summary| summary.complete)
    }

    /// The bytes of the steps, for [`Recording::steps`].
    pub fn read_steps(&self) -> Result<Vec<u8>, ReadError> {
        let path = self.folder.join(STEPS_FILE);
        let missing = || ReadError::Io { file: path.clone(), source: io::ErrorKind::NotFound.into() };
        read_if_there(&path, STEPS_BYTES_MAX)?.ok_or_else(missing)
    }

    /// The steps in `bytes`, one after the other.
    pub fn steps<'a>(&self, bytes: &'a [u8]) -> Steps<'a> {
        Steps::new(self.folder.join(STEPS_FILE), bytes)
    }

    /// Where the candidate's track lies on the clock.
    pub fn places(&self) -> Result<Places, ReadError> {
        match &self.summary {
            Some(summary) => Ok(Places::resolved(summary.candidate_places.clone())),
            None => Ok(Places::resolve(&read_anchors(&self.folder)?)),
        }
    }

    /// All samples of a track, from FLAC or from the PCM of a recording that is not closed; empty without sound. An hour
    /// takes 173 MB.
    pub fn read_track(&self, track: Track) -> Result<Vec<i16>, ReadError> {
        let mut samples = Vec::new();
        let path = self.folder.join(track.flac_file());
        if path.exists() {
            let decoded = tracks::decode(&path, |block| {
                samples.extend_from_slice(block);
                Ok(())
            });
            return decoded.map(|_| samples).map_err(|source| ReadError::Io { file: path, source });
        }
        let path = self.folder.join(track.pcm_file());
        if path.exists() {
            let read =
                tracks::PcmBlocks::open(&path).and_then(|mut blocks| blocks.read(&mut samples, TRACK_SAMPLES_MAX));
            read.map_err(|source| ReadError::Io { file: path, source })?;
        }
        Ok(samples)
    }

    /// Everything torn at the ends of the files of a recording that is not closed.
    pub fn torn(&self) -> Result<Vec<Torn>, ReadError> {
        let mut torn = Vec::new();
        for name in [STEPS_FILE, PLACES_FILE] {
            if let Some(bytes) = read_if_there(&self.folder.join(name), STEPS_BYTES_MAX)? {
                let cut = bytes.len() - whole_lines(&bytes).len();
                torn.extend((cut > 0).then(|| Torn { file: name.into(), bytes: cut as u64 }));
            }
        }
        for track in Track::ALL {
            let half = fs::metadata(self.folder.join(track.pcm_file())).is_ok_and(|data| data.len() % 2 == 1);
            torn.extend(half.then(|| Torn { file: track.pcm_file().into(), bytes: 1 }));
        }
        Ok(torn)
    }

    /// Names of files that are missing or no longer hold the bytes they were closed with. Empty for a recording that is
    /// not closed.
    pub fn changed_files(&self) -> Result<Vec<String>, ReadError> {
        let mut changed = Vec::new();
        for file in self.summary.iter().flat_map(|summary| &summary.files) {
            let path = self.folder.join(&file.name);
            match super::close::hash_file(&path) {
                Ok((bytes, sha256)) if bytes == file.bytes && sha256 == file.sha256 => {}
                Ok(_) => changed.push(file.name.clone()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => changed.push(file.name.clone()),
                Err(source) => return Err(ReadError::Io { file: path, source }),
            }
        }
        Ok(changed)
    }
}

/// The format is looked at before anything else: a newer header may hold anything.
fn decode_header(folder: &Path, path: &Path, bytes: &[u8]) -> Result<Header, ReadError> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let version: Version = serde_json::from_slice(bytes).map_err(|error| of_json(path, &error))?;
    if version.format > FORMAT {
        return Err(ReadError::NewerFormat { folder: folder.to_owned(), format: version.format });
    }
    serde_json::from_slice(bytes).map_err(|error| of_json(path, &error))
}

fn of_json(file: &Path, error: &serde_json::Error) -> ReadError {
    ReadError::damaged(file, error.line() as u64, error.column() as u64, plain(error))
}

/// The message without serde_json's own position.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position).unwrap_or(&text).to_owned()
}

pub(super) fn read_if_there(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, ReadError> {
    let failed = |source| ReadError::Io { file: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(ReadError::TooLarge { file: path.to_owned(), limit });
    }
    Ok(Some(bytes))
}

/// `bytes` up to the last newline.
pub(super) fn whole_lines(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    bytes.get(..end).unwrap_or_default()
}

/// The anchors noted while live; a torn last one is left out.
pub(super) fn read_anchors(folder: &Path) -> Result<Vec<Place>, ReadError> {
    let path = folder.join(PLACES_FILE);
    let bytes = read_if_there(&path, SMALL_BYTES_MAX)?.unwrap_or_default();
    let mut anchors: Vec<Place> = Vec::new();
    for (line, text) in (1..).zip(whole_lines(&bytes).split_inclusive(|&byte| byte == b'\n')) {
        let place: Place = serde_json::from_slice(text)
            .map_err(|error| ReadError::damaged(&path, line, error.column() as u64, plain(&error)))?;
        if anchors.last().is_some_and(|last| last.sample > place.sample) {
            return Err(ReadError::damaged(&path, line, 1, "the samples go back"));
        }
        anchors.push(place);
    }
    Ok(anchors)
}

/// One line of the steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file, from 1; also its `seq`.
    pub number: u64,
    /// What it says.
    pub step: Step,
}

/// Reads steps line by line. Ends at the first error, and before a torn last line (see [`Steps::torn`]).
pub struct Steps<'a> {
    file: PathBuf,
    bytes: &'a [u8],
    position: usize,
    number: u64,
    now: Option<At>,
    torn: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    seq: u64,
    #[serde(default)]
    at_ms: Option<At>,
    #[serde(default)]
    event: Option<Event>,
    #[serde(default)]
    command: Option<Command>,
}

impl<'a> Steps<'a> {
    /// Steps in `bytes`, which came from `file` (named in errors).
    pub fn new(file: PathBuf, bytes: &'a [u8]) -> Self {
        Steps { file, bytes, position: 0, number: 0, now: None, torn: 0 }
    }

    /// Bytes cut off at the end; known once the iterator has ended.
    pub fn torn(&self) -> Option<Torn> {
        (self.torn > 0).then(|| Torn { file: STEPS_FILE.into(), bytes: self.torn })
    }

    /// The file the steps come from.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// All bytes, as given.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    fn decode(&mut self, text: &[u8]) -> Result<Line, (u64, String)> {
        let raw: RawLine = serde_json::from_slice(text).map_err(|error| (error.column() as u64, plain(&error)))?;
        if raw.seq != self.number {
            return Err((1, format!("seq is {}, this is line {}: lines are missing or added", raw.seq, self.number)));
        }
        let step = match (raw.at_ms, raw.event, raw.command) {
            (Some(at), Some(event), None) => {
                if self.now.is_some_and(|now| at < now) {
                    return Err((1, format!("at_ms {at} lies before the event above")));
                }
                self.now = Some(at);
                Step::Event(at, event)
            }
            (None, None, Some(_)) if self.now.is_none() => return Err((1, "a command before any event".into())),
            (None, None, Some(command)) => Step::Command(command),
            _ => return Err((1, "a line is either at_ms and event, or command".into())),
        };
        Ok(Line { number: self.number, step })
    }
}

impl Iterator for Steps<'_> {
    type Item = Result<Line, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.bytes.get(self.position..).filter(|rest| !rest.is_empty())?;
        let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
            self.torn = rest.len() as u64;
            self.position = self.bytes.len();
            return None;
        };
        let text = rest.get(..end).unwrap_or_default();
        self.position += end + 1;
        self.number += 1;
        let line = self.decode(text).map_err(|(column, detail)| {
            self.position = self.bytes.len();
            ReadError::damaged(&self.file, self.number, column, detail)
        });
        Some(line)
    }
}

#[cfg(test)]
mod tests;
