//! The candidate's microphone: a frame every 20 ms for as long as the interview lasts, with the line being spoken or
//! the room's noise. Its position is the candidate's clock.

use super::voice::Spoken;
use crate::units::*;
use std::collections::VecDeque;
use std::sync::Arc;

/// Length of one frame.
pub const FRAME: Ms = Ms(20);
/// Samples of one frame.
pub const FRAME_SAMPLES: usize = (FRAME.0 * TRACK_RATE.0 as u64 / 1000) as usize;
/// Length of the noise before it repeats, in samples; no multiple of a frame, so that no frame is like another.
const NOISE_SAMPLES: usize = 48_017;

/// A room's noise, made once and shared.
#[derive(Debug)]
pub struct Noise {
    samples: Vec<i16>,
}

impl Noise {
    /// White noise of this level, in dB below full scale; the same for the same seed.
    pub fn new(dbfs: f64, seed: u64) -> Noise {
        let rms = 32_768.0 * 10f64.powf(dbfs / 20.0);
        let mut state = seed;
        // The sum of twelve uniform numbers is nearly normal, with a variance of one.
        let mut normal = || (0..12).map(|_| uniform(&mut state)).sum::<f64>() - 6.0;
        Noise { samples: (0..NOISE_SAMPLES).map(|_| (normal() * rms).round() as i16).collect() }
    }

    fn at(&self, position: u64) -> i16 {
        let place = usize::try_from(position % NOISE_SAMPLES as u64).unwrap_or(0);
        self.samples.get(place).copied().unwrap_or(0)
    }
}

/// From 0 to 1, by SplitMix64 (Steele et al. 2014).
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
}

/// The microphone of one candidate.
#[derive(Debug)]
pub struct Microphone {
    noise: Arc<Noise>,
    position: u64,
    line: Option<(Arc<Spoken>, u64)>,
    /// Words that will show, by when.
    words: VecDeque<(u64, String, bool)>,
}

impl Microphone {
    /// A microphone that hears the room alone.
    pub fn new(noise: Arc<Noise>) -> Microphone {
        Microphone { noise, position: 0, line: None, words: VecDeque::new() }
    }

    /// Samples captured so far.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Begins a line with the next frame. A line before it that is not over is cut off.
    pub fn say(&mut self, line: Arc<Spoken>) {
        let from = self.position;
        self.words.extend(line.words.iter().map(|word| (from + word.at as u64, word.text.clone(), word.is_final)));
        self.line = Some((line, from));
    }

    /// Whether a line is being said.
    pub fn is_speaking(&self) -> bool {
        self.line.is_some()
    }

    /// Captures one frame.
    pub fn frame(&mut self) -> [i16; FRAME_SAMPLES] {
        let mut frame = [0; FRAME_SAMPLES];
        for (position, sample) in (self.position..).zip(frame.iter_mut()) {
            let speech = self.line.as_ref().and_then(|(line, from)| sample_of(line, position - from));
            *sample = self.noise.at(position).saturating_add(speech.unwrap_or(0));
        }
        self.position += FRAME_SAMPLES as u64;
        if let Some((line, from)) = &self.line
            && self.position - from >= line.samples.len() as u64
        {
            self.line = None;
        }
        frame
    }

    /// The next words that have shown by now, and whether they are settled.
    pub fn words(&mut self) -> Option<(String, bool)> {
        let due = self.words.front().is_some_and(|(at, ..)| *at <= self.position);
        due.then(|| self.words.pop_front()).flatten().map(|(_, text, is_final)| (text, is_final))
    }
}

fn sample_of(line: &Spoken, place: u64) -> Option<i16> {
    line.samples.get(usize::try_from(place).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::super::voice::Heard;
    use super::*;

    #[test]
    fn noise_has_its_level_and_is_the_same_for_the_same_seed() {
        let noise = Noise::new(-50.0, 7);
        let power: f64 = noise.samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / NOISE_SAMPLES as f64;
        let level = 10.0 * (power / 32_768f64.powi(2)).log10();
        assert!((-50.3..-49.7).contains(&level), "{level}");
        assert_eq!(noise.samples, Noise::new(-50.0, 7).samples);
        assert_ne!(noise.samples, Noise::new(-50.0, 8).samples);
    }

    #[test]
    fn a_line_begins_with_the_next_frame_and_its_words_show_in_time() {
        let mut microphone = Microphone::new(Arc::new(Noise::new(-120.0, 1)));
        assert_eq!(microphone.frame(), [0; FRAME_SAMPLES]);
        let heard = |at, text: &str, is_final| Heard { at, text: text.into(), is_final };
        let line = Spoken {
            samples: vec![9; 500],
            speech: 0..500,
            words: vec![heard(480, "one", false), heard(961, "one", true)],
            ..Spoken::default()
        };
        microphone.say(Arc::new(line));
        assert_eq!(microphone.words(), None);
        assert_eq!(microphone.frame(), [9; FRAME_SAMPLES]);
        assert_eq!(microphone.words(), Some(("one".into(), false)));
        assert!(microphone.is_speaking());
        let last = microphone.frame();
        assert_eq!((last[19], last[20]), (9, 0));
        assert!(!microphone.is_speaking());
        assert_eq!(microphone.words(), None, "it settles a sample later");
        microphone.frame();
        assert_eq!(microphone.words(), Some(("one".into(), true)));
        assert_eq!(microphone.position(), 4 * FRAME_SAMPLES as u64);
    }
}
