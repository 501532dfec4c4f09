//! Where the candidate's sound lies on the interview's clock.
//!
//! The candidate's track is packed: it holds the sound that arrived, so that its positions are the `SampleIdx` of the
//! steps. When the microphone or the network stalls, the sound after the stall lies later on the clock than on the
//! track. While live, an anchor ("the sound at this sample began at this time") is noted whenever sound comes more
//! than [`TOLERANCE`] earlier or later than the last anchor predicts. Later sound that came sooner than predicted
//! proves that the earlier was spoken sooner too (a burst after a network stall), so an anchor counts only as far as
//! none after it says "sooner". What remains are true gaps.

use crate::units::*;
use serde::{Deserialize, Serialize};

/// Sound may come this much sooner or later than predicted without a new anchor.
pub const TOLERANCE: Ms = Ms(40);

/// From `sample` on, the track lies at `at_ms` on the clock, without a gap up to the next place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Position on the track.
    pub sample: SampleIdx,
    /// Its time on the interview's clock.
    pub at_ms: At,
}

impl Place {
    /// Clock minus track, in ms; what a stall adds to.
    fn offset(self) -> i64 {
        signed(self.at_ms.0) - signed(self.sample.ms().0)
    }
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// Notes anchors as sound arrives.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    end: SampleIdx,
    last: Option<Place>,
}

impl Anchors {
    /// `samples` of sound arrived at `at`; gives the anchor to note, if one is needed.
    pub fn arrived(&mut self, at: At, samples: u64) -> Option<Place> {
        let start = self.end;
        self.end = SampleIdx(start.0.saturating_add(samples));
        let begun = At((at - At(0)).0.saturating_sub(Ms::of_samples(samples, TRACK_RATE).0));
        let place = Place { sample: start, at_ms: begun };
        let off = self.last.map(|last| place.offset().abs_diff(last.offset()));
        if off.is_some_and(|off| off <= TOLERANCE.0) {
            return None;
        }
        self.last = Some(place);
        Some(place)
    }

    /// Sound that arrived so far.
    pub fn end(&self) -> SampleIdx {
        self.end
    }
}

/// The track's stretches on the clock, in order, resolved from anchors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    places: Vec<Place>,
}

impl Places {
    /// Resolves anchors in the order of their samples; stretches that join within [`TOLERANCE`] become one.
    pub fn resolve(anchors: &[Place]) -> Self {
        let mut soonest = i64::MAX;
        let mut reversed: Vec<Place> = Vec::new();
        for anchor in anchors.iter().rev() {
            soonest = soonest.min(anchor.offset());
            let at = signed(anchor.sample.ms().0).saturating_add(soonest).max(0);
            let place = Place { sample: anchor.sample, at_ms: At(at.unsigned_abs()) };
            reversed.push(place);
        }
        let mut places: Vec<Place> = Vec::new();
        for place in reversed.into_iter().rev() {
            if places.last().is_none_or(|last| last.offset().abs_diff(place.offset()) > TOLERANCE.0) {
                places.push(place);
            }
        }
        Places { places }
    }

    /// Takes places that are resolved already, as in a summary.
    pub fn resolved(places: Vec<Place>) -> Self {
        Places { places }
    }

    /// The stretches.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// When the sound at `sample` was there, on the interview's clock. Without any place, the two clocks are one.
    pub fn at_of(&self, sample: SampleIdx) -> At {
        let after = self.places.partition_point(|place| place.sample <= sample);
        match after.checked_sub(1).and_then(|index| self.places.get(index)) {
            Some(place) => place.at_ms + (sample - place.sample),
            None => At(sample.ms().0),
        }
    }

    /// The packed track laid out on the clock, with silence in the gaps: both tracks then play side by side.
    pub fn lay_out(&self, packed: &[i16]) -> Vec<i16> {
        let mut laid = Vec::with_capacity(packed.len());
        let whole = [Place { sample: SampleIdx(0), at_ms: At(0) }];
        let places = if self.places.is_empty() { &whole[..] } else { &self.places };
        for (index, place) in places.iter().enumerate() {
            let from = usize::try_from(place.sample.0).unwrap_or(usize::MAX).min(packed.len());
            let to = places.get(index + 1).map_or(packed.len(), |next| {
                usize::try_from(next.sample.0).unwrap_or(usize::MAX).clamp(from, packed.len())
            });
            let due = usize::try_from(Ms(place.at_ms.0).samples(TRACK_RATE)).unwrap_or(usize::MAX);
            if from < to && due > laid.len() {
                laid.resize(due, 0);
            }
            laid.extend_from_slice(packed.get(from..to).unwrap_or_default());
        }
        laid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds 20 ms chunks that arrive at `times`.
    fn resolve(times: impl IntoIterator<Item = u64>) -> Places {
        let mut anchors = Anchors::default();
        let noted: Vec<Place> = times.into_iter().filter_map(|at| anchors.arrived(At(at), 480)).collect();
        Places::resolve(&noted)
    }

    #[test]
    fn steady_sound_lies_where_it_began() {
        let places = resolve((1..500).map(|n| 1000 + n * 20 + n % 3));
        assert_eq!(places.places(), [Place { sample: SampleIdx(0), at_ms: At(1001) }]);
        assert_eq!(places.at_of(SampleIdx(24_000)), At(2001));
    }

    #[test]
    fn a_microphone_that_stood_still_leaves_a_gap() {
        let places = resolve((1..=50).map(|n| n * 20).chain((1..=50).map(|n| 4000 + n * 20)));
        let gap = Place { sample: SampleIdx(24_000), at_ms: At(4000) };
        assert_eq!(places.places(), [Place { sample: SampleIdx(0), at_ms: At(0) }, gap]);
        let laid = places.lay_out(&[5; 48_000]);
        assert_eq!(laid.len(), 24 * 5000);
        assert!(laid[..24_000].iter().all(|&sample| sample == 5));
        assert!(laid[24_000..96_000].iter().all(|&sample| sample == 0));
        assert!(laid[96_000..].iter().all(|&sample| sample == 5));
    }

    #[test]
    fn a_network_that_stood_still_and_caught_up_leaves_none() {
        let stalled = (1..=50).map(|n| n * 20).chain((51..=100).map(|_| 2000)).chain((101..150).map(|n| n * 20));
        let places = resolve(stalled);
        assert_eq!(places.places(), [Place { sample: SampleIdx(0), at_ms: At(0) }]);
    }

    #[test]
    fn a_slow_clock_at_the_client_is_followed() {
        let places = resolve((1..=10_000).map(|n| n * 20 + n / 50));
        let end = places.at_of(SampleIdx(480 * 10_000));
        assert!(end.0.abs_diff(200_200) <= TOLERANCE.0, "{end}");
    }
}
