//! The driver's end of a recording: gathers steps and sound in memory, hands them over, never waits.

use super::batch::Batch;
use super::fault::{FaultKind, RecorderFault};
use super::format::{StepEncoder, Summary};
use super::places::{Anchors, Place};
use super::writer::{BACKLOG_BYTES_MAX, FLUSH_AFTER, Finish, Shared, lock};
use crate::interview::command::Command;
use crate::interview::event::{EndReason, Event};
use crate::units::*;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;
use tokio::sync::oneshot;

/// The recorder hands over by itself when it holds this many bytes, whatever the driver's clock says.
const BATCH_BYTES_MAX: usize = 256 << 10;
/// A track is at most this long; a clock that jumps further ends the recording instead of filling the disk.
const TRACK_MAX: Ms = Ms(24 * 3_600_000);

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
    anchors: Anchors,
    interviewer_end: u64,
    stopped: bool,
    told: bool,
    finished: bool,
}

impl Recorder {
    pub(super) fn on(shared: Arc<Shared>, wake: SyncSender<Arc<Shared>>) -> Recorder {
        Recorder { inner: Some(Inner::new(shared, wake)) }
    }

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
pub struct Finishing(pub(super) oneshot::Receiver<Result<Summary, RecorderFault>>);

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
