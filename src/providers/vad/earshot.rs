//! The `earshot` crate: a small recurrent network whose weights are part of the program.

use super::hops::Hops;
use super::{Vad, VadProfile};
use crate::units::Permille;

/// Samples of a frame at 16 kHz, 16 ms.
const FRAME: usize = 256;

/// On and off are both 600 because the network idles between 150 and 500 under noise: a lower off would hold a turn open
/// while the candidate types. Five of six frames are 96 ms.
pub(super) const PROFILE: VadProfile = VadProfile {
    name: "earshot",
    hop_samples: 384,
    on: Permille(600),
    off: Permille(600),
    start_count: 5,
    start_window: 6,
};

/// The detector of one microphone.
pub(super) struct Earshot {
    hops: Hops,
    detector: earshot::Detector,
}

impl Earshot {
    pub(super) fn new() -> Earshot {
        Earshot { hops: Hops::new(FRAME), detector: earshot::Detector::default() }
    }
}

impl Vad for Earshot {
    fn score(&mut self, samples: &[i16], scores: &mut Vec<(u64, u16)>) {
        let detector = &mut self.detector;
        self.hops.push(samples, scores, |frame| detector.predict_i16(frame));
    }

    fn reset(&mut self) {
        self.hops.reset();
        self.detector.reset();
    }
}
