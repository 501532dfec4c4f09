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
    /// Sound at 16 kHz that does not fill a frame yet, and room for what one hop adds: never more than three frames.
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
        Hops { resampler, pending: Vec::with_capacity(3 * length), length, end: 0 }
    }

    /// Takes sound in; gives each complete frame to `score` and appends what it answers.
    pub(super) fn push(&mut self, samples: &[i16], scores: &mut Vec<(u64, u16)>, mut score: impl FnMut(&[i16]) -> f32) {
        let hop = self.length as u64 * u64::from(TRACK_RATE.0) / u64::from(DETECTOR_RATE.0);
        // In pieces of a hop, so that a long stretch takes no more room than a short one.
        for piece in samples.chunks(hop as usize) {
            self.resampler.push(piece, &mut self.pending);
            let frames = self.pending.chunks_exact(self.length);
            let left = frames.remainder().len();
            for frame in frames {
                self.end += hop;
                scores.push((self.end, permille(score(frame))));
            }
            let used = self.pending.len() - left;
            self.pending.copy_within(used.., 0);
            self.pending.truncate(left);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_interview_takes_no_more_room_than_a_short_one() {
        let mut hops = Hops::new(512);
        let room = hops.pending.capacity();
        let mut scores = Vec::new();
        for piece in [480, 1, 72_000, 767] {
            for _ in 0..50 {
                hops.push(&vec![7; piece], &mut scores, |_| 0.5);
            }
        }
        assert_eq!(hops.pending.capacity(), room);
        assert_eq!(scores.len() as u64, (50 * (480 + 1 + 72_000 + 767) - 36) / 768);
    }

    #[test]
    fn frames_hold_the_sound_that_their_end_says() {
        // A step from silence to sound at track sample 24,000 is at 16,000 of the detector's samples: frame 31, sample 128.
        let mut sound = vec![0i16; 24_000];
        sound.resize(48_000, 8_000);
        let mut first_loud = None;
        let (mut hops, mut scores, mut frames) = (Hops::new(512), Vec::new(), 0usize);
        hops.push(&sound, &mut scores, |frame| {
            if let Some(at) = frame.iter().position(|&sample| sample > 4_000) {
                first_loud.get_or_insert(frames * 512 + at);
            }
            frames += 1;
            0.0
        });
        let first_loud = first_loud.unwrap();
        assert!((15_999..=16_000).contains(&first_loud), "{first_loud}");
        assert_eq!(scores[31].0, 32 * 768);
    }

    #[test]
    fn probabilities_become_permille() {
        for (probability, expected) in [(0.0, 0), (0.5004, 500), (1.0, 1000), (-1.0, 0), (7.0, 1000), (f32::NAN, 0)] {
            assert_eq!(permille(probability), expected);
        }
    }
}
