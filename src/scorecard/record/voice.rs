//! When the candidate spoke: the detector's scores through the core's own hysteresis, laid out on the interview's clock.

use super::{HANG_OVER, Segment, Span};
use crate::interview::floor::voice::{Voice, VoiceChange};
use crate::interview::setup::VadFacts;
use crate::recording::places::{Place, Places, TOLERANCE};
use crate::units::*;

/// Gathers voice, in samples.
pub(super) struct VoiceTrack {
    voice: Voice,
    since: Option<SampleIdx>,
    spoken: Vec<(SampleIdx, SampleIdx)>,
    anchors: Vec<Place>,
    up_to: SampleIdx,
    scored: bool,
}

impl VoiceTrack {
    pub fn new(facts: &VadFacts) -> Self {
        VoiceTrack {
            voice: Voice::new(facts),
            since: None,
            spoken: Vec::new(),
            anchors: Vec::new(),
            up_to: SampleIdx(0),
            scored: false,
        }
    }

    pub fn scored(&mut self, at: At, up_to: SampleIdx, permille: Permille) {
        self.scored = true;
        self.up_to = self.up_to.max(up_to);
        self.anchor(at, up_to);
        match self.voice.score(up_to, permille) {
            Some(VoiceChange::Started(from)) => self.since = Some(from),
            Some(VoiceChange::Stopped(last)) => self.stopped(last),
            None => {}
        }
    }

    /// Voice in progress is over: the core forgets it, too.
    pub fn reset(&mut self) {
        self.stopped(self.voice.last_voiced());
        self.voice.reset();
    }

    /// The end of the sound that was scored.
    pub fn up_to(&self) -> SampleIdx {
        self.up_to
    }

    pub fn is_scored(&self) -> bool {
        self.scored
    }

    /// The sound up to this sample was there at this time at the latest. Kept when it is news.
    fn anchor(&mut self, at: At, up_to: SampleIdx) {
        let Some(last) = self.anchors.last() else {
            let at_ms = At((at - At(up_to.ms().0)).0);
            return self.anchors.push(Place { sample: SampleIdx(0), at_ms });
        };
        let predicted = last.at_ms + (up_to - last.sample);
        if last.sample < up_to && predicted.0.abs_diff(at.0) > TOLERANCE.0 {
            self.anchors.push(Place { sample: up_to, at_ms: at });
        }
    }

    fn stopped(&mut self, last: SampleIdx) {
        let Some(from) = self.since.take().filter(|from| *from < last) else { return };
        match self.spoken.last_mut().filter(|before| from - before.1 < HANG_OVER) {
            Some(before) => before.1 = before.1.max(last),
            None => self.spoken.push((from, last)),
        }
    }

    /// Where the microphone's track lies on the clock, and the segments on it.
    pub fn end(mut self) -> (Places, Vec<Segment>) {
        self.stopped(self.voice.last_voiced());
        let places = Places::resolve(&self.anchors);
        let mut segments: Vec<Segment> = Vec::new();
        for (from, to) in &self.spoken {
            // Where the microphone stood still in the middle, nothing was said.
            let stalls = places.places().iter().map(|place| place.sample).filter(|sample| from < sample && sample < to);
            let ends: Vec<SampleIdx> = [*from].into_iter().chain(stalls).chain([*to]).collect();
            for pair in ends.windows(2) {
                let [from, to] = pair else { continue };
                let (begins, last) = (places.at_of(*from), places.at_of(SampleIdx(to.0.saturating_sub(1))));
                let span = Span { from: begins, to: last.max(begins) };
                match segments.last_mut().filter(|before| begins - before.span.to < HANG_OVER) {
                    Some(before) => (before.span.to, before.samples.1) = (span.to.max(before.span.to), *to),
                    None => segments.push(Segment { span, samples: (*from, *to), turn: None }),
                }
            }
        }
        (places, segments)
    }
}
