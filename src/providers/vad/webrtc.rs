//! The detector of the WebRTC project, by the `webrtc-vad` crate: Gaussian mixtures over six bands, speech or not.
//!
//! It hears typing as speech most of the time and is here for quiet rooms and for comparison.

use super::hops::Hops;
use super::{Vad, VadProfile};
use crate::units::Permille;
use webrtc_vad::{SampleRate, VadMode};

/// Samples of a frame at 16 kHz, 20 ms; the detector takes 10, 20 or 30 ms.
const FRAME: usize = 320;

/// A frame is speech or not, so any threshold between will do. Four of five frames are 80 % of 100 ms.
pub(super) const PROFILE: VadProfile = VadProfile {
    name: "webrtc",
    hop_samples: 480,
    on: Permille(500),
    off: Permille(500),
    start_count: 4,
    start_window: 5,
};

/// The C library's instance, made to travel between threads.
struct Instance(webrtc_vad::Vad);

// SAFETY: `webrtc_vad::Vad` is `!Send` only because it holds a raw pointer. The pointer is to an instance that
// `fvad_new` allocated for it alone; libfvad has no global or thread-local mutable state (all its file-level variables
// are constant tables), and every call takes `&mut self`. Using and freeing it on another thread than the one that made
// it is therefore as good as on the same one. It is not `Sync`, and nothing here shares it.
unsafe impl Send for Instance {}

/// The detector of one microphone.
pub(super) struct Webrtc {
    hops: Hops,
    instance: Instance,
}

impl Webrtc {
    pub(super) fn new() -> Webrtc {
        let vad = webrtc_vad::Vad::new_with_rate_and_mode(SampleRate::Rate16kHz, VadMode::VeryAggressive);
        Webrtc { hops: Hops::new(FRAME), instance: Instance(vad) }
    }
}

impl Vad for Webrtc {
    fn score(&mut self, samples: &[i16], scores: &mut Vec<(u64, u16)>) {
        let Instance(vad) = &mut self.instance;
        // Only a wrong frame length is an error, and frames are all of one length.
        self.hops.push(samples, scores, |frame| f32::from(u8::from(vad.is_voice_segment(frame).unwrap_or(false))));
    }

    fn reset(&mut self) {
        self.hops.reset();
        let Instance(vad) = &mut self.instance;
        // The library's reset forgets rate and mode, too.
        vad.reset();
        vad.set_sample_rate(SampleRate::Rate16kHz);
        vad.set_mode(VadMode::VeryAggressive);
    }
}
