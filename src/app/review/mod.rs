//! What a player of interviews asks for: everything on one clock, and the shape of the sound. Both are made of the kept recording
//! when they are first asked for (the first already when it is taken in), kept as documents, and made again when their form
//! changes.

pub mod peaks;
#[cfg(test)]
pub(crate) mod typescript;
mod whole;

use super::{App, unix_ms};
use crate::recording::places::Places;
use crate::recording::reader::Steps;
use crate::recording::{Header, Summary};
use crate::scorecard::record::{Record, Speaker};
use crate::scorecard::timeline::{self, TIMELINE_VERSION, TrackFacts};
use crate::store::documents::Document;
use crate::store::{StoreError, UnixMs};
use peaks::{PEAKS_VERSION, Peaks};
use std::io::Cursor;
use tokio::sync::Semaphore;

/// Kind of the document in the store.
pub const KIND: &str = "review";

/// Sound is decoded for one request at a time: an hour of it takes seconds of a processor. Others wait, and mostly find it done.
static DECODING: Semaphore = Semaphore::const_new(1);

/// Why there is no review.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// There is no recording, not this part of it, or it is not taken in yet.
    #[error("there is no recording of it")]
    Absent,
    /// What is kept cannot be read.
    #[error("the recording cannot be read: {0}")]
    Damaged(String),
    /// What is kept cannot be reached.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A track of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Track {
    /// The candidate's.
    Candidate,
    /// The interviewer's.
    Interviewer,
}

impl Track {
    /// By its name in addresses.
    pub fn named(name: &str) -> Option<Track> {
        match name {
            "candidate" => Some(Track::Candidate),
            "interviewer" => Some(Track::Interviewer),
            _ => None,
        }
    }

    fn file(self) -> &'static str {
        match self {
            Track::Candidate => "candidate.flac",
            Track::Interviewer => "interviewer.flac",
        }
    }

    /// Kind of the document with its peaks.
    fn kind(self) -> &'static str {
        match self {
            Track::Candidate => "peaks_candidate",
            Track::Interviewer => "peaks_interviewer",
        }
    }
}

/// The document of a record, as it is kept.
pub fn document(record: &Record, summary: &Summary, now: UnixMs) -> Document {
    let timeline = timeline::timeline(record, &tracks(summary));
    // Strings and numbers always serialise.
    let body = serde_json::to_string(&timeline).unwrap_or_default();
    Document { version: i64::from(TIMELINE_VERSION), body, created: now }
}

/// The tracks that hold sound.
fn tracks(summary: &Summary) -> Vec<TrackFacts> {
    let of = |track: Track, voice| {
        let file = summary.files.iter().find(|file| file.name == track.file())?;
        Some(TrackFacts { voice, samples: file.samples.filter(|samples| *samples > 0)? })
    };
    let both = [of(Track::Candidate, Speaker::Candidate), of(Track::Interviewer, Speaker::Interviewer)];
    both.into_iter().flatten().collect()
}

impl App {
    /// The review of a kept interview, as JSON.
    ///
    /// # Errors
    /// When nothing is kept of it, it cannot be read, or the store cannot be reached.
    pub async fn review(&self, id: &str) -> Result<String, ReviewError> {
        if let Some(kept) = self.fresh(id, KIND, i64::from(TIMELINE_VERSION)).await? {
            return Ok(kept.body);
        }
        let (header, steps) = (self.file_of(id, "header.json").await?, self.file_of(id, "steps.jsonl").await?);
        let summary = self.summary_of(id).await?;
        let now = unix_ms();
        let made = tokio::task::spawn_blocking(move || {
            let header: Header = serde_json::from_slice(&header).map_err(damaged)?;
            let record = Record::read(header.setup, Steps::new("steps.jsonl".into(), &steps)).map_err(damaged)?;
            Ok::<Document, ReviewError>(document(&record, &summary, now))
        });
        let made = made.await.map_err(damaged)??;
        self.put(id, KIND, &made).await?;
        Ok(made.body)
    }

    /// The shape of a track's sound on the interview's clock.
    ///
    /// # Errors
    /// When there is no such track, it cannot be read, or the store cannot be reached.
    pub async fn peaks(&self, id: &str, track: Track) -> Result<Peaks, ReviewError> {
        if let Some(kept) = self.fresh(id, track.kind(), PEAKS_VERSION).await? {
            return Peaks::decode(&kept.body).ok_or_else(|| damaged("its peaks are none"));
        }
        // Nobody closes it.
        let _turn = DECODING.acquire().await.map_err(damaged)?;
        if let Some(kept) = self.fresh(id, track.kind(), PEAKS_VERSION).await? {
            return Peaks::decode(&kept.body).ok_or_else(|| damaged("its peaks are none"));
        }
        let summary = self.summary_of(id).await?;
        let sound = self.file_of(id, track.file()).await?;
        let places = match track {
            Track::Candidate => Places::resolved(summary.candidate_places),
            Track::Interviewer => Places::default(),
        };
        let made = tokio::task::spawn_blocking(move || Peaks::of(Cursor::new(sound), &places));
        let peaks = made.await.map_err(damaged)?.map_err(damaged)?;
        let document = Document { version: PEAKS_VERSION, body: peaks.encode(), created: unix_ms() };
        self.put(id, track.kind(), &document).await?;
        Ok(peaks)
    }

    async fn fresh(&self, id: &str, kind: &str, version: i64) -> Result<Option<Document>, StoreError> {
        let kept = self.store().document(id, kind).await?;
        Ok(kept.filter(|document| document.version == version))
    }

    /// Keeps what was made; of a session that was deleted meanwhile nothing.
    async fn put(&self, id: &str, kind: &str, document: &Document) -> Result<(), ReviewError> {
        let mut write = self.store().write().await?;
        if !write.put_derived(id, kind, document).await? {
            return Err(ReviewError::Absent);
        }
        Ok(write.commit().await?)
    }

    async fn summary_of(&self, id: &str) -> Result<Summary, ReviewError> {
        serde_json::from_slice(&self.file_of(id, "summary.json").await?).map_err(damaged)
    }

    async fn file_of(&self, id: &str, name: &str) -> Result<Vec<u8>, ReviewError> {
        let file = self.store().file(id, name).await?.ok_or(ReviewError::Absent)?;
        Ok(self.store().blobs().read_whole(&file).await.map_err(StoreError::from)?)
    }
}

fn damaged(error: impl ToString) -> ReviewError {
    ReviewError::Damaged(error.to_string())
}
