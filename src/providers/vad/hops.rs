//! Cuts sound at the track's rate into the frames at 16 kHz that detectors want, and says where each frame ends.
//!
//! The resampler shifts nothing in time, so frame `n` of `length` samples ends at exactly `(n + 1) × length × 3 / 2`
//! track samples; it is complete 1.5 ms of sound later.

use crate::audio::Resampler;
use crate::units::{Hz, TRACK_RATE};

/// The rate that all our detectors work at.
const DETECTOR_RATE: Hz = Hz(16_000);

/// The frames of one microphone.
pub(super) struct Hops {
    resampler: Resampler,
    /// Sound at 16 kHz that does not fill a frame yet, and room for what one call adds.
    pending: Vec<i16>,
    /// Samples of a frame at 16 kHz; even.
    length: usize,
    /// End of the last frame that was given out, in track samples.
    end: u64,
}

impl Hops {
    /// Frames of `length` samples at 16 kHz. `length` must be even, so that frames end on whole track samples.
    pub(super) fn new(length: usize) -> Hops {
        let resampler = Resampler::new(TRACK_RATE, DETECTOR_RATE).expect("both are rates that the resampler knows");
        Hops { resampler, pending: Vec::with_capacity(4 * length), length, end: 0 }
    }

    /// Takes sound in; gives each complete frame to `score` and appends what it answers.
    pub(super) fn push(&mut self, samples: &[i16], scores: &mut Vec<(u64, u16)>, mut score: impl FnMut(&[i16]) -> f32) {
        self.resampler.push(samples, &mut self.pending);
        let hop = self.length as u64 * u64::from(TRACK_RATE.0) / u64::from(DETECTOR_RATE.0);
        for frame in self.pending.chunks_exact(self.length) {
            self.end += hop;
            scores.push((self.end, permille(score(frame))));
        }
        let used = self.pending.len() / self.length * self.length;
        self.pending.copy_within(used.., 0);
        self.pending.truncate(self.pending.len() - used);
    }

    /// Forgets all sound.
    pub(super) fn reset(&mut self) {
        self.resampler.reset();
        self.pending.clear();
        self.end = 0;
    }
}

/// A probability as permille; anything that is no probability is none.
fn permille(probability: f32) -> u16 {
    (probability * 1000.0).round().clamp(0.0, 1000.0) as u16
}
