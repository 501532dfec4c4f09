//! Hysteresis over the voice detector's scores: when the candidate's voice starts and stops, and where their last
//! speech sample lies. Measured in samples, so that a stalled network is not mistaken for silence.

use crate::interview::setup::VadFacts;
use crate::units::*;

/// Voice is called stopped after this much sound without it: longer than the gaps between syllables, shorter than any
/// pause that means something.
const STOP_AFTER: Ms = Ms(100);

/// Voice goes on when so many of the last three hops held some. One would do for speech; with two, keys and other clicks of one
/// hop each do not move the end of speech from click to click.
const VOICED_OF_LAST: u32 = 2;
const LAST_HOPS: u32 = 0b111;

/// What a score changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoiceChange {
    /// Voice began at this sample.
    Started(SampleIdx),
    /// Voice ended; the last speech sample is this one.
    Stopped(SampleIdx),
}

/// The detector's state.
#[derive(Clone, Debug)]
pub struct Voice {
    hop: u64,
    on: Permille,
    off: Permille,
    start_count: u32,
    window_mask: u32,
    recent: u32,
    /// The last scores that did not end voice, as bits.
    held: u32,
    active: bool,
    last_voiced: SampleIdx,
}

impl Voice {
    /// A detector for scores of this kind; silent at first.
    pub fn new(facts: &VadFacts) -> Self {
        let window = u32::from(facts.start_window.clamp(1, 32));
        Voice {
            hop: u64::from(facts.hop_samples),
            on: facts.on,
            off: facts.off,
            start_count: u32::from(facts.start_count.max(1)).min(window),
            window_mask: u32::MAX >> (32 - window),
            recent: 0,
            held: 0,
            active: false,
            last_voiced: SampleIdx(0),
        }
    }

    /// Takes the score of the hop that ends at `up_to`.
    pub fn score(&mut self, up_to: SampleIdx, score: Permille) -> Option<VoiceChange> {
        self.recent = (self.recent << 1 | u32::from(score >= self.on)) & self.window_mask;
        self.held = self.held << 1 | u32::from(score >= self.off);
        if self.active { self.while_active(up_to) } else { self.while_silent(up_to) }
    }

    /// A single loud hop among silent ones is a click: it neither ends voice nor prolongs it.
    fn while_active(&mut self, up_to: SampleIdx) -> Option<VoiceChange> {
        if self.held & 1 == 1 {
            if (self.held & LAST_HOPS).count_ones() >= VOICED_OF_LAST {
                self.last_voiced = up_to;
            }
            return None;
        }
        if up_to - self.last_voiced < STOP_AFTER {
            return None;
        }
        self.active = false;
        Some(VoiceChange::Stopped(self.last_voiced))
    }

    fn while_silent(&mut self, up_to: SampleIdx) -> Option<VoiceChange> {
        if self.recent.count_ones() < self.start_count {
            return None;
        }
        self.active = true;
        self.last_voiced = up_to;
        let hops_back = u64::from(32 - self.recent.leading_zeros());
        Some(VoiceChange::Started(SampleIdx(up_to.0.saturating_sub(hops_back * self.hop))))
    }

    /// Whether the candidate's voice is on.
    pub fn active(&self) -> bool {
        self.active
    }

    /// Whether the last score was voice though voice is not on: it may be about to start.
    pub fn may_start(&self) -> bool {
        !self.active && self.recent & 1 == 1
    }

    /// The end of the last hop that held voice.
    pub fn last_voiced(&self) -> SampleIdx {
        self.last_voiced
    }

    /// Forgets voice in progress (after a pause, or when the sound was thrown away).
    pub fn reset(&mut self) {
        self.active = false;
        self.recent = 0;
        self.held = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice() -> Voice {
        Voice::new(&VadFacts {
            name: "earshot".into(),
            hop_samples: 384,
            on: Permille(600),
            off: Permille(600),
            start_count: 5,
            start_window: 6,
        })
    }

    fn feed(voice: &mut Voice, hops: &mut u64, scores: &[u16]) -> Vec<VoiceChange> {
        let mut changes = Vec::new();
        for &score in scores {
            *hops += 1;
            changes.extend(voice.score(SampleIdx(*hops * 384), Permille(score)));
        }
        changes
    }

    #[test]
    fn starts_after_five_of_six_and_points_back_to_the_first() {
        let (mut voice, mut hops) = (voice(), 0);
        let changes = feed(&mut voice, &mut hops, &[100, 900, 900, 100, 900, 900, 900]);
        assert_eq!(changes, [VoiceChange::Started(SampleIdx(384))]);
    }

    #[test]
    fn a_click_of_sixty_milliseconds_starts_nothing() {
        let (mut voice, mut hops) = (voice(), 0);
        assert!(feed(&mut voice, &mut hops, &[900, 900, 900, 900, 0, 0, 900, 0, 0]).is_empty());
    }

    #[test]
    fn gaps_between_syllables_do_not_stop_it() {
        let (mut voice, mut hops) = (voice(), 0);
        feed(&mut voice, &mut hops, &[900; 10]);
        assert!(feed(&mut voice, &mut hops, &[0, 0, 0, 0, 0, 900, 900]).is_empty());
        let changes = feed(&mut voice, &mut hops, &[0; 8]);
        assert_eq!(changes, [VoiceChange::Stopped(SampleIdx(17 * 384))]);
    }

    #[test]
    fn clicks_after_the_last_word_do_not_move_the_end_of_speech() {
        let (mut voice, mut hops) = (voice(), 0);
        feed(&mut voice, &mut hops, &[900; 10]);
        let changes = feed(&mut voice, &mut hops, &[0, 0, 900, 0, 0, 900, 0, 0, 900, 0, 0]);
        assert_eq!(changes, [VoiceChange::Stopped(SampleIdx(10 * 384))]);
    }
}
