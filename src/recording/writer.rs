//! Recording while the interview lives. The driver's [`Recorder`] gathers steps and sound in memory and hands them to
//! one writer thread that all interviews share; only that thread and the finisher behind it touch the disk.
//!
//! - The driver calls [`Recorder::flush`] by [`Recorder::flush_due`], at most [`FLUSH_AFTER`] after the first thing
//!   not yet handed over. `kill -9` of the process therefore loses at most that plus one write call: what was written
//!   is in the system's page cache, which outlives the process. Power loss is another matter: the header is forced to
//!   the disk before the first step and everything is when the recording is closed, but not in between (one slow
//!   `fsync` would hold up all interviews), so a power cut may lose what the system had not yet written back.
//! - Nothing here blocks the driver. What the writer has not taken yet waits in memory, at most [`BACKLOG_BYTES_MAX`]
//!   an interview; past it the recording stops there and is marked incomplete. It never has a hole in the middle.
//! - The driver is told once, by [`Recorder::take_fault`].

use super::close::{self, Closing};
use super::files::{self, Append, Disk, RealDisk};
use super::format::{HEADER_FILE, Header, PLACES_FILE, STEPS_FILE, StepEncoder, Summary, Track};
use super::places::{Anchors, Place};
use crate::interview::command::Command;
use crate::interview::event::{EndReason, Event};
use crate::units::*;
use serde::{Deserialize, Serialize};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// The driver hands over what it gathered at most this long after the first of it.
pub const FLUSH_AFTER: Ms = Ms(100);
/// Recordings one [`Writer`] takes at once; [`Writer::begin`] refuses more. Each has at most one token in the channel
/// to the writer thread, so that channel (of this capacity) is never full.
pub const RECORDINGS_MAX: usize = 4096;
/// Bytes of one interview that wait for the writer, at most: about 40 s of two tracks. Past it the recording ends.
pub const BACKLOG_BYTES_MAX: usize = 4 << 20;
/// The recorder hands over by itself when it holds this many bytes, whatever the driver's clock says.
const BATCH_BYTES_MAX: usize = 256 << 10;
/// Buffers that grew beyond this are given back to the allocator after a backlog.
const BUFFER_KEPT_MAX: usize = 128 << 10;
/// A track is at most this long; a clock that jumps further ends the recording instead of filling the disk.
const TRACK_MAX: Ms = Ms(24 * 3_600_000);

/// What stopped a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The disk is full, or a quota is used up.
    DiskFull,
    /// The recording's folder is gone.
    FolderGone,
    /// The disk was slower than the interview for too long.
    Behind,
    /// Writing failed in another way.
    Io,
    /// The interview's driver went away without ending the recording.
    Abandoned,
}

impl FaultKind {
    /// Stable name, for logs and metrics.
    pub fn code(self) -> &'static str {
        match self {
            FaultKind::DiskFull => "disk_full",
            FaultKind::FolderGone => "folder_gone",
            FaultKind::Behind => "behind",
            FaultKind::Io => "io",
            FaultKind::Abandoned => "abandoned",
        }
    }

    fn of(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FaultKind::DiskFull,
            io::ErrorKind::NotFound => FaultKind::FolderGone,
            _ => FaultKind::Io,
        }
    }
}

/// The recording in `folder` stopped; what was written before stays valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("recording {folder} stopped ({kind:?}): {detail}")]
pub struct RecorderFault {
    /// What it was.
    pub kind: FaultKind,
    /// The recording.
    pub folder: String,
    /// What the system said.
    pub detail: String,
}

/// Why a recording could not begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// Nothing is recorded without consent.
    #[error("the candidate did not consent to a recording")]
    NoConsent,
    /// [`RECORDINGS_MAX`] recordings are open.
    #[error("{RECORDINGS_MAX} recordings are open already")]
    TooMany,
    /// The folder or its first files could not be made.
    #[error("cannot begin recording {folder}")]
    Io {
        /// The recording.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Steps and sound on their way to the disk.
#[derive(Debug, Default)]
struct Batch {
    steps: Vec<u8>,
    places: Vec<u8>,
    candidate: Vec<u8>,
    interviewer: Vec<u8>,
    /// Silence before byte `.0` of `interviewer`, `.1` bytes of it.
    silences: Vec<(usize, u64)>,
}

impl Batch {
    fn bytes(&self) -> usize {
        self.steps.len() + self.places.len() + self.candidate.len() + self.interviewer.len()
    }

    fn is_empty(&self) -> bool {
        self.bytes() == 0 && self.silences.is_empty()
    }

    fn append(&mut self, later: &mut Batch) {
        let shift = self.interviewer.len();
        self.steps.append(&mut later.steps);
        self.places.append(&mut later.places);
        self.candidate.append(&mut later.candidate);
        self.interviewer.append(&mut later.interviewer);
        self.silences.extend(later.silences.drain(..).map(|(at, bytes)| (at + shift, bytes)));
    }

    fn clear(&mut self) {
        for buffer in [&mut self.steps, &mut self.places, &mut self.candidate, &mut self.interviewer] {
            buffer.clear();
            buffer.shrink_to(BUFFER_KEPT_MAX);
        }
        self.silences.clear();
    }
}

/// What the recorder and the threads share of one recording.
struct Shared {
    folder: PathBuf,
    /// What waits for the writer thread.
    pending: Mutex<Pending>,
    /// A token for this recording is in the channel.
    queued: AtomicBool,
    /// Set with the fault, so that looking costs the driver one load.
    faulty: AtomicBool,
    fault: Mutex<Option<RecorderFault>>,
    /// Touched by the writer thread alone, then by the finisher.
    files: Mutex<Option<OpenFiles>>,
    open: Arc<AtomicUsize>,
}

#[derive(Default)]
struct Pending {
    batch: Batch,
    finish: Option<Finish>,
}

struct Finish {
    ended: Option<EndReason>,
    dropped: bool,
    done: oneshot::Sender<Result<Summary, RecorderFault>>,
}

struct OpenFiles {
    steps: Box<dyn Append>,
    places: Box<dyn Append>,
    candidate: Box<dyn Append>,
    interviewer: Box<dyn Append>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn fail(&self, kind: FaultKind, detail: String) {
        let mut fault = lock(&self.fault);
        if fault.is_none() {
            *fault = Some(RecorderFault { kind, folder: self.folder.display().to_string(), detail });
        }
        self.faulty.store(true, Ordering::Release);
    }

    fn fault(&self) -> Option<RecorderFault> {
        if self.faulty.load(Ordering::Acquire) { lock(&self.fault).clone() } else { None }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Owns the writer thread and the finisher thread. One for the whole server; clones share the threads.
#[derive(Clone)]
pub struct Writer {
    threads: Arc<Threads>,
}

struct Threads {
    wake: Option<SyncSender<Arc<Shared>>>,
    writer: Option<JoinHandle<()>>,
    open: Arc<AtomicUsize>,
    disk: Arc<dyn Disk>,
}

impl Writer {
    /// Starts the threads.
    pub fn start() -> io::Result<Writer> {
        Writer::start_on(Arc::new(RealDisk))
    }

    /// As [`Writer::start`], on a disk of the caller's choice.
    pub fn start_on(disk: Arc<dyn Disk>) -> io::Result<Writer> {
        let (wake, woken) = sync_channel::<Arc<Shared>>(RECORDINGS_MAX);
        let (to_finish, finishing) = sync_channel::<(Arc<Shared>, Finish)>(RECORDINGS_MAX);
        let finisher = std::thread::Builder::new().name("recording-finisher".into()).spawn(move || {
            while let Ok((shared, finish)) = finishing.recv() {
                // A panic of a codec must not keep later recordings open.
                let _ = catch_unwind(AssertUnwindSafe(|| finish_one(&shared, finish)));
            }
        })?;
        let writer = std::thread::Builder::new().name("recording-writer".into()).spawn(move || {
            write_all(&woken, &to_finish);
            drop(to_finish);
            // A panic in there was reported by the panic hook; there is nothing left to save.
            let _ = finisher.join();
        })?;
        let threads = Threads { wake: Some(wake), writer: Some(writer), open: Arc::default(), disk };
        Ok(Writer { threads: Arc::new(threads) })
    }

    /// Begins a recording in `folder`, which must not exist yet: makes it, writes the header (whole, forced to the disk)
    /// and opens the files. Blocks for these few file operations.
    pub fn begin(&self, folder: &Path, header: &Header) -> Result<Recorder, BeginError> {
        if !header.consent.recording {
            return Err(BeginError::NoConsent);
        }
        let Some(wake) = self.threads.wake.clone() else { return Err(BeginError::TooMany) };
        let open = Arc::clone(&self.threads.open);
        if open.fetch_add(1, Ordering::AcqRel) >= RECORDINGS_MAX {
            open.fetch_sub(1, Ordering::AcqRel);
            return Err(BeginError::TooMany);
        }
        // From here on `shared` counts itself out when it is dropped.
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            pending: Mutex::default(),
            queued: AtomicBool::new(false),
            faulty: AtomicBool::new(false),
            fault: Mutex::default(),
            files: Mutex::default(),
            open,
        });
        let opened = self.open_files(folder, header);
        let files = opened.map_err(|source| BeginError::Io { folder: folder.to_owned(), source })?;
        *lock(&shared.files) = Some(files);
        Ok(Recorder { inner: Some(Inner::new(shared, wake)) })
    }

    fn open_files(&self, folder: &Path, header: &Header) -> io::Result<OpenFiles> {
        files::create_private_folder(folder)?;
        files::write_whole(folder, HEADER_FILE, &header.encode())?;
        let create = |name: &str| self.threads.disk.create(&folder.join(name));
        let opened = OpenFiles {
            steps: create(STEPS_FILE)?,
            places: create(PLACES_FILE)?,
            candidate: create(Track::Candidate.pcm_file())?,
            interviewer: create(Track::Interviewer.pcm_file())?,
        };
        files::sync_folder(folder)?;
        Ok(opened)
    }

    /// Waits until everything handed over is written and every finished recording is closed. Recorders that still live
    /// keep the threads; call it after the last interview ended. Blocks.
    pub fn close(self) {
        if let Ok(mut threads) = Arc::try_unwrap(self.threads) {
            threads.wake = None;
            if let Some(writer) = threads.writer.take() {
                let _ = writer.join();
            }
        }
    }
}

/// The writer thread: one token, one batch.
fn write_all(woken: &Receiver<Arc<Shared>>, to_finish: &SyncSender<(Arc<Shared>, Finish)>) {
    let mut batch = Batch::default();
    while let Ok(shared) = woken.recv() {
        // Cleared before taking: what is handed over from now on brings a token of its own.
        shared.queued.store(false, Ordering::Release);
        let finish = {
            let mut pending = lock(&shared.pending);
            std::mem::swap(&mut pending.batch, &mut batch);
            pending.finish.take()
        };
        write_batch(&shared, &batch);
        batch.clear();
        if let Some(finish) = finish
            && let Err(refused) = to_finish.send((shared, finish))
        {
            tracing::error!(folder = %refused.0.0.folder.display(), "the finisher is gone, the recording stays open");
        }
    }
}

fn write_batch(shared: &Shared, batch: &Batch) {
    // After a fault nothing more is written: a later batch would leave a hole.
    if shared.fault().is_some_and(|fault| fault.kind != FaultKind::Behind) {
        return;
    }
    if let Some(files) = lock(&shared.files).as_mut()
        && let Err(error) = files.append(batch)
    {
        shared.fail(FaultKind::of(&error), error.to_string());
    }
}

impl OpenFiles {
    /// Sound first: a step that names a sample is never on the disk before the sample.
    fn append(&mut self, batch: &Batch) -> io::Result<()> {
        self.steps.check()?;
        append_some(&mut self.candidate, &batch.candidate)?;
        let mut written = 0;
        for &(before, silence) in &batch.silences {
            append_some(&mut self.interviewer, batch.interviewer.get(written..before).unwrap_or_default())?;
            self.interviewer.append_zeros(silence)?;
            written = before;
        }
        append_some(&mut self.interviewer, batch.interviewer.get(written..).unwrap_or_default())?;
        append_some(&mut self.places, &batch.places)?;
        append_some(&mut self.steps, &batch.steps)
    }
}

fn append_some(file: &mut Box<dyn Append>, bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() { Ok(()) } else { file.append(bytes) }
}

fn finish_one(shared: &Shared, finish: Finish) {
    *lock(&shared.files) = None;
    let fault = shared.fault();
    let kind = fault.as_ref().map(|fault| fault.kind).or(finish.dropped.then_some(FaultKind::Abandoned));
    let closing = Closing { ended: finish.ended, fault: kind, recovered: false };
    let outcome = match close::close(&shared.folder, closing) {
        Ok(recovered) => Ok(recovered.summary),
        Err(error) => Err(fault.unwrap_or_else(|| RecorderFault {
            kind: error.fault_kind(),
            folder: shared.folder.display().to_string(),
            detail: error.to_string(),
        })),
    };
    if let Err(fault) = &outcome {
        tracing::warn!(folder = %shared.folder.display(), kind = fault.kind.code(), "a recording could not be closed");
    }
    // Nobody waiting is fine.
    let _ = finish.done.send(outcome);
}

impl From<&io::Error> for FaultKind {
    fn from(error: &io::Error) -> Self {
        FaultKind::of(error)
    }
}

/// The driver's end of one recording. Every call is cheap and none waits or fails; faults are told by
/// [`Recorder::take_fault`]. Dropping it without [`Recorder::finish`] (a driver that panicked) hands over what it holds
/// and closes the recording as abandoned.
pub struct Recorder {
    inner: Option<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    wake: SyncSender<Arc<Shared>>,
    encoder: StepEncoder,
    batch: Batch,
    first_unflushed: Option<At>,
    /// The latest time seen; what has no time of its own was then.
    now: At,
    anchors: Anchors,
    interviewer_end: u64,
    stopped: bool,
    told: bool,
    finished: bool,
}

impl Recorder {
    /// A recorder that keeps nothing: no consent, or recording is switched off.
    pub fn off() -> Recorder {
        Recorder { inner: None }
    }

    /// It still records: consent was given and nothing failed.
    pub fn is_recording(&self) -> bool {
        self.inner.as_ref().is_some_and(|inner| !inner.stopped && !inner.shared.faulty.load(Ordering::Acquire))
    }

    /// `event` happened at `at`. Call it before the core handles the event.
    pub fn event(&mut self, at: At, event: &Event) {
        if let Some(inner) = self.writing(at) {
            inner.encoder.event(&mut inner.batch.steps, at, event);
            inner.flush_if_large();
        }
    }

    /// The core's whole answer to the event before. Call it before the commands are performed.
    pub fn commands(&mut self, commands: &[Command]) {
        if let Some(inner) = self.inner.as_mut().filter(|inner| !inner.stopped) {
            inner.encoder.commands(&mut inner.batch.steps, commands);
        }
    }

    /// Sound of the microphone arrived at `at`, at the track rate. All that is counted in `SampleIdx` must come here.
    pub fn candidate_sound(&mut self, at: At, samples: &[i16]) {
        let Some(inner) = self.writing(at) else { return };
        if samples.is_empty() {
            return;
        }
        if let Some(place) = inner.anchors.arrived(at, samples.len() as u64) {
            append_place(&mut inner.batch.places, place);
        }
        append_pcm(&mut inner.batch.candidate, samples);
        inner.flush_if_large();
    }

    /// Sound was sent to the client at `at`, at the track rate. It is laid at that time on the track, or right after the
    /// sound sent before while that is not over (sound goes out ahead of real time); what is between is silence.
    pub fn interviewer_sound(&mut self, at: At, samples: &[i16]) {
        let Some(inner) = self.writing(at) else { return };
        if samples.is_empty() {
            return;
        }
        let due = Ms(at.0).samples(TRACK_RATE);
        if due > TRACK_MAX.samples(TRACK_RATE) {
            return inner.stop(FaultKind::Io, format!("the clock says {at} ms, beyond the longest track"));
        }
        if let Some(silence) = due.checked_sub(inner.interviewer_end).filter(|&silence| silence > 0) {
            inner.batch.silences.push((inner.batch.interviewer.len(), silence * 2));
            inner.interviewer_end = due;
        }
        append_pcm(&mut inner.batch.interviewer, samples);
        inner.interviewer_end += samples.len() as u64;
        inner.flush_if_large();
    }

    /// When [`Recorder::flush`] must be called at the latest; none while there is nothing to hand over.
    pub fn flush_due(&self) -> Option<At> {
        self.inner.as_ref().and_then(|inner| inner.first_unflushed).map(|first| first + FLUSH_AFTER)
    }

    /// Hands over what was gathered. Swaps buffers under a lock that the writer holds only for its own swap.
    pub fn flush(&mut self) {
        if let Some(inner) = &mut self.inner {
            inner.flush();
        }
    }

    /// The fault that stopped this recording, once. Ask after each flush; the driver then hands the core
    /// `Event::RecordingFailed` (which is not recorded any more).
    pub fn take_fault(&mut self) -> Option<RecorderFault> {
        let inner = self.inner.as_mut().filter(|inner| !inner.told)?;
        let fault = inner.shared.fault()?;
        inner.told = true;
        inner.stopped = true;
        Some(fault)
    }

    /// The interview is over: hands over the rest and has the recording closed (tracks to FLAC, summary), which takes a
    /// few seconds for an hour of sound and happens in the background. None when nothing was recorded.
    pub fn finish(mut self, ended: EndReason) -> Option<Finishing> {
        self.inner.as_mut().map(|inner| inner.finish(Some(ended), false))
    }

    fn writing(&mut self, at: At) -> Option<&mut Inner> {
        let inner = self.inner.as_mut().filter(|inner| !inner.stopped)?;
        inner.now = inner.now.max(at);
        inner.first_unflushed.get_or_insert(at);
        Some(inner)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.as_mut().filter(|inner| !inner.finished) {
            drop(inner.finish(None, true));
        }
    }
}

impl Inner {
    fn new(shared: Arc<Shared>, wake: SyncSender<Arc<Shared>>) -> Self {
        Inner {
            shared,
            wake,
            encoder: StepEncoder::default(),
            batch: Batch::default(),
            first_unflushed: None,
            now: At(0),
            anchors: Anchors::default(),
            interviewer_end: 0,
            stopped: false,
            told: false,
            finished: false,
        }
    }

    fn flush_if_large(&mut self) {
        if self.batch.bytes() >= BATCH_BYTES_MAX {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.first_unflushed = None;
        if self.batch.is_empty() || self.stopped {
            return;
        }
        let room = {
            let mut pending = lock(&self.shared.pending);
            let room = pending.batch.bytes() + self.batch.bytes() <= BACKLOG_BYTES_MAX;
            if room && pending.batch.is_empty() {
                std::mem::swap(&mut pending.batch, &mut self.batch);
            } else if room {
                pending.batch.append(&mut self.batch);
            }
            room
        };
        if !room {
            let detail = format!("more than {BACKLOG_BYTES_MAX} bytes wait for the disk");
            return self.stop(FaultKind::Behind, detail);
        }
        self.batch.clear();
        self.wake_writer();
    }

    /// Records nothing from here on. What was handed over before is still written.
    fn stop(&mut self, kind: FaultKind, detail: String) {
        self.shared.fail(kind, detail);
        self.stopped = true;
        self.batch = Batch::default();
    }

    fn wake_writer(&self) {
        if !self.shared.queued.swap(true, Ordering::AcqRel) {
            // Never full: one token a recording. Gone only when the process ends.
            if self.wake.try_send(Arc::clone(&self.shared)).is_err() {
                self.shared.fail(FaultKind::Io, "the writer thread is gone".into());
            }
        }
    }

    fn finish(&mut self, ended: Option<EndReason>, dropped: bool) -> Finishing {
        self.flush();
        self.finished = true;
        let (done, outcome) = oneshot::channel();
        lock(&self.shared.pending).finish = Some(Finish { ended, dropped, done });
        self.wake_writer();
        Finishing(outcome)
    }
}

fn append_pcm(out: &mut Vec<u8>, samples: &[i16]) {
    out.reserve(samples.len() * 2);
    out.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
}

fn append_place(out: &mut Vec<u8>, place: Place) {
    if serde_json::to_writer(&mut *out, &place).is_ok() {
        out.push(b'\n');
    }
}

/// A recording being closed. Dropping it changes nothing about that.
pub struct Finishing(oneshot::Receiver<Result<Summary, RecorderFault>>);

impl Finishing {
    /// Waits for the closed recording's summary. None when the threads ended before.
    pub async fn done(self) -> Option<Result<Summary, RecorderFault>> {
        self.0.await.ok()
    }

    /// As [`Finishing::done`] outside of async code; blocks.
    pub fn wait(self) -> Option<Result<Summary, RecorderFault>> {
        self.0.blocking_recv().ok()
    }
}

#[cfg(test)]
mod tests;
