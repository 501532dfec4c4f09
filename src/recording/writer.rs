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

use super::batch::Batch;
use super::close::{self, Closing};
use super::fault::{FaultKind, RecorderFault};
use super::files::{self, Append, Disk, RealDisk, SlowDisk};
use super::format::{HEADER_FILE, Header, PLACES_FILE, STEPS_FILE, Summary, Track};
use super::recorder::Recorder;
use crate::interview::event::EndReason;
use crate::units::*;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// The driver hands over what it gathered at most this long after the first of it.
pub const FLUSH_AFTER: Ms = Ms(100);
/// Recordings one [`Writer`] takes at once; [`Writer::begin`] refuses more. Each has at most one token in the channel
/// to the writer thread, so that channel (of this capacity) is never full.
pub const RECORDINGS_MAX: usize = 4096;
/// Bytes of one interview that wait for the writer, at most: about 40 s of two tracks. Past it the recording ends.
pub const BACKLOG_BYTES_MAX: usize = 4 << 20;

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

/// What the recorder and the threads share of one recording.
pub(super) struct Shared {
    folder: PathBuf,
    /// What waits for the writer thread.
    pub pending: Mutex<Pending>,
    /// A token for this recording is in the channel.
    pub queued: AtomicBool,
    /// Set with the fault, so that looking costs the driver one load.
    pub faulty: AtomicBool,
    fault: Mutex<Option<RecorderFault>>,
    /// Touched by the writer thread alone, then by the finisher.
    files: Mutex<Option<OpenFiles>>,
    open: Arc<AtomicUsize>,
}

#[derive(Default)]
pub(super) struct Pending {
    pub batch: Batch,
    pub finish: Option<Finish>,
}

pub(super) struct Finish {
    pub ended: Option<EndReason>,
    pub dropped: bool,
    pub done: oneshot::Sender<Result<Summary, RecorderFault>>,
}

struct OpenFiles {
    steps: Box<dyn Append>,
    places: Box<dyn Append>,
    candidate: Box<dyn Append>,
    interviewer: Box<dyn Append>,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn fail(&self, kind: FaultKind, detail: String) {
        let mut fault = lock(&self.fault);
        if fault.is_none() {
            *fault = Some(RecorderFault { kind, folder: self.folder.display().to_string(), detail });
        }
        self.faulty.store(true, Ordering::Release);
    }

    pub(super) fn fault(&self) -> Option<RecorderFault> {
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

    /// As [`Writer::start`], with a disk on which every write waits so long first: for trials. Zero: as it is.
    pub fn slowed(by: Duration) -> io::Result<Writer> {
        if by.is_zero() { Writer::start() } else { Writer::start_on(Arc::new(SlowDisk(by))) }
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
        Ok(Recorder::on(shared, wake))
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
        shared.fail(FaultKind::from(&error), error.to_string());
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

#[cfg(test)]
mod tests;
