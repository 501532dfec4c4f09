//! The threads on which voice detectors run: a fixed number, shared by all interviews, each interview pinned to one.
//!
//! The driver hands over windows of sound and gets scores back as one batch per window. Neither side ever waits: a full
//! inbox loses the window, and the driver makes an event of it.

use super::tasks::panic_text;
use crate::providers::vad::Vad;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use tokio::sync::mpsc;

/// Windows waiting for one thread; beyond it windows are lost. At one window per 32 ms that is half a second of sixty
/// interviews on this thread.
pub const INBOX_WINDOWS: usize = 1024;
/// Batches of scores waiting for one interview; beyond it they are lost and counted as an overflow.
pub const SCORE_BATCHES: usize = 256;

/// Scores of one window: end of each hop on the microphone track in samples, and 0 to 1000 permille.
pub type Scores = Vec<(u64, u16)>;

/// The pool. Cheap to clone; its threads end when the last clone and the last detector are gone.
#[derive(Clone)]
pub struct VadPool {
    inboxes: Arc<[mpsc::Sender<Job>]>,
    next_slot: Arc<AtomicUsize>,
}

/// One interview's detector on the pool. Dropping it forgets the detector.
pub struct PooledVad {
    slot: usize,
    inbox: mpsc::Sender<Job>,
    /// Batches that the detector scored but the interview had no room for.
    lost_batches: Arc<AtomicU64>,
}

/// A window could not be handed over: the thread is too far behind.
#[derive(Debug, PartialEq, Eq)]
pub struct InboxFull;

enum Job {
    Open { slot: usize, vad: Box<dyn Vad>, scores: mpsc::Sender<Scores>, lost_batches: Arc<AtomicU64> },
    Window { slot: usize, from: u64, samples: Vec<i16> },
    Close { slot: usize },
}

impl VadPool {
    /// Starts `threads` threads, at least one.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(threads: usize) -> std::io::Result<VadPool> {
        let mut inboxes = Vec::new();
        for number in 0..threads.max(1) {
            let (sender, inbox) = mpsc::channel(INBOX_WINDOWS);
            std::thread::Builder::new().name(format!("vad-{number}")).spawn(move || work(inbox))?;
            inboxes.push(sender);
        }
        Ok(VadPool { inboxes: inboxes.into(), next_slot: Arc::default() })
    }

    /// Puts a detector on one of the threads. None when that thread is so far behind that it takes nothing more.
    pub fn open(&self, vad: Box<dyn Vad>) -> Option<(PooledVad, mpsc::Receiver<Scores>)> {
        let slot = self.next_slot.fetch_add(1, Ordering::Relaxed);
        let inbox = self.inboxes.get(slot % self.inboxes.len())?.clone();
        let (scores, batches) = mpsc::channel(SCORE_BATCHES);
        let lost_batches = Arc::<AtomicU64>::default();
        inbox.try_send(Job::Open { slot, vad, scores, lost_batches: lost_batches.clone() }).ok()?;
        Some((PooledVad { slot, inbox, lost_batches }, batches))
    }
}

impl PooledVad {
    /// Has a window scored that begins at sample `from` of the microphone track.
    ///
    /// # Errors
    /// When the thread is too far behind; the window is lost.
    pub fn score(&self, from: u64, samples: Vec<i16>) -> Result<(), InboxFull> {
        self.inbox.try_send(Job::Window { slot: self.slot, from, samples }).map_err(|_| InboxFull)
    }

    /// How many batches of scores were lost since this was last asked.
    pub fn take_lost_batches(&self) -> u64 {
        self.lost_batches.swap(0, Ordering::Relaxed)
    }
}

impl Drop for PooledVad {
    fn drop(&mut self) {
        // Lost when the inbox is full: the detector then stays until its scores find no receiver.
        self.inbox.try_send(Job::Close { slot: self.slot }).ok();
    }
}

/// A detector with the place on the track up to which it has heard everything.
struct Slot {
    vad: Box<dyn Vad>,
    /// Where on the track the detector's own count began.
    base: u64,
    heard_to: u64,
    scores: mpsc::Sender<Scores>,
    lost_batches: Arc<AtomicU64>,
}

fn work(mut inbox: mpsc::Receiver<Job>) {
    let mut slots: BTreeMap<usize, Slot> = BTreeMap::new();
    while let Some(job) = inbox.blocking_recv() {
        match job {
            Job::Open { slot, vad, scores, lost_batches } => {
                slots.insert(slot, Slot { vad, base: 0, heard_to: 0, scores, lost_batches });
            }
            Job::Window { slot, from, samples } => {
                let alive = slots.get_mut(&slot).is_none_or(|open| open.score(from, &samples));
                if !alive {
                    slots.remove(&slot);
                }
            }
            Job::Close { slot } => {
                slots.remove(&slot);
            }
        }
    }
}

impl Slot {
    /// Scores a window and sends its batch; false when this detector is of no more use.
    fn score(&mut self, from: u64, samples: &[i16]) -> bool {
        let mut batch = Scores::new();
        let scored = catch_unwind(AssertUnwindSafe(|| {
            if from != self.heard_to {
                self.vad.reset();
                self.base = from;
            }
            self.vad.score(samples, &mut batch);
        }));
        if let Err(panic) = scored {
            tracing::error!(reason = panic_text(&*panic), "voice detector panicked");
            return false;
        }
        self.heard_to = from + samples.len() as u64;
        for (end, permille) in &mut batch {
            *end += self.base;
            *permille = (*permille).min(1000);
        }
        if batch.is_empty() {
            return !self.scores.is_closed();
        }
        match self.scores.try_send(batch) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.lost_batches.fetch_add(1, Ordering::Relaxed);
                true
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores every hop of 10 samples with the hop's first sample; panics on -1.
    #[derive(Default)]
    struct Counting {
        heard: u64,
        rest: Vec<i16>,
    }

    impl Vad for Counting {
        fn score(&mut self, samples: &[i16], scores: &mut Vec<(u64, u16)>) {
            assert!(!samples.contains(&-1), "on purpose");
            self.rest.extend_from_slice(samples);
            while self.rest.len() >= 10 {
                self.heard += 10;
                scores.push((self.heard, self.rest[0] as u16));
                self.rest.drain(..10);
            }
        }
        fn reset(&mut self) {
            *self = Counting::default();
        }
    }

    #[tokio::test]
    async fn scores_come_back_in_order_at_their_places_on_the_track() {
        let pool = VadPool::start(2).expect("threads");
        let (vad, mut scores) = pool.open(Box::<Counting>::default()).expect("room");
        vad.score(0, vec![7; 25]).expect("room");
        vad.score(25, vec![9; 15]).expect("room");
        assert_eq!(scores.recv().await, Some(vec![(10, 7), (20, 7)]));
        assert_eq!(scores.recv().await, Some(vec![(30, 7), (40, 9)]));
    }

    #[tokio::test]
    async fn a_lost_window_does_not_shift_what_comes_after_it() {
        let pool = VadPool::start(1).expect("threads");
        let (vad, mut scores) = pool.open(Box::<Counting>::default()).expect("room");
        vad.score(0, vec![1; 15]).expect("room");
        vad.score(100, vec![2; 10]).expect("room");
        assert_eq!(scores.recv().await, Some(vec![(10, 1)]));
        assert_eq!(scores.recv().await, Some(vec![(110, 2)]));
    }

    #[tokio::test]
    async fn a_detector_that_panics_ends_alone() {
        let pool = VadPool::start(1).expect("threads");
        let (faulty, mut none) = pool.open(Box::<Counting>::default()).expect("room");
        let (sound, mut scores) = pool.open(Box::<Counting>::default()).expect("room");
        faulty.score(0, vec![-1; 10]).expect("room");
        sound.score(0, vec![3; 10]).expect("room");
        assert_eq!(none.recv().await, None);
        assert_eq!(scores.recv().await, Some(vec![(10, 3)]));
    }

    #[tokio::test]
    async fn an_interview_that_takes_no_scores_loses_them_and_is_told_how_many() {
        let pool = VadPool::start(1).expect("threads");
        let (slow, _kept) = pool.open(Box::<Counting>::default()).expect("room");
        let (marker, mut marks) = pool.open(Box::<Counting>::default()).expect("room");
        for window in 0..SCORE_BATCHES as u64 + 3 {
            slow.score(window * 10, vec![1; 10]).expect("room");
        }
        marker.score(0, vec![1; 10]).expect("room");
        marks.recv().await.expect("one thread works in order");
        assert_eq!(slow.take_lost_batches(), 3);
        assert_eq!(slow.take_lost_batches(), 0);
    }
}
