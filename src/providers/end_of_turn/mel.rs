//! Log-mel features of the last eight seconds of sound, as Whisper's encoders want them and the end-of-turn models built on one.
//!
//! The recipe is Whisper's (openai/whisper, `audio.py`; the feature extractor of its published weights): 16 kHz, frames of 400
//! samples every 160, a periodic Hann window, ends mirrored by half a frame, power, 80 bands on Slaney's mel scale with equal
//! areas, a logarithm cut off eight decades below its loudest value, and a shift into about -1 to 1. Sound is brought to mean
//! zero and variance one before.

use realfft::{RealFftPlanner, RealToComplex};
use std::f64::consts::PI;
use std::sync::Arc;

/// The rate of the sound that features are made of, in Hz.
pub const RATE_HZ: usize = 16_000;
/// Sound that is looked at, in samples: eight seconds. Shorter sound stands at its end, after silence.
pub const SAMPLES: usize = 8 * RATE_HZ;
/// Bands of a frame.
pub const BANDS: usize = 80;
/// Frames of the sound.
pub const FRAMES: usize = SAMPLES / STEP;

const WINDOW: usize = 400;
const STEP: usize = 160;
const BINS: usize = WINDOW / 2 + 1;
/// What no power is below, before the logarithm.
const POWER_MIN: f32 = 1e-10;
/// Decades below the loudest value at which all is cut off.
const DECADES: f32 = 8.0;

/// Makes features. Allocates when made, and then the features alone.
pub struct Mel {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    /// Per band: the first bin it takes and the weights from there on.
    bands: Vec<(usize, Vec<f32>)>,
}

impl Default for Mel {
    fn default() -> Self {
        let window = (0..WINDOW).map(|n| (0.5 - 0.5 * (2.0 * PI * n as f64 / WINDOW as f64).cos()) as f32).collect();
        Mel { fft: RealFftPlanner::new().plan_fft_forward(WINDOW), window, bands: bands() }
    }
}

impl Mel {
    /// Features of 16 kHz sound, band by band: `BANDS` rows of `FRAMES` values. Of longer sound the end is taken.
    pub fn features(&self, sound: &[i16]) -> Vec<f32> {
        let padded = mirrored(&normalised(sound));
        let mut features = vec![0.0_f32; BANDS * FRAMES];
        let mut frame = self.fft.make_input_vec();
        let mut spectrum = self.fft.make_output_vec();
        let mut scratch = self.fft.make_scratch_vec();
        for (place, samples) in padded.windows(WINDOW).step_by(STEP).take(FRAMES).enumerate() {
            for (value, (sample, weight)) in frame.iter_mut().zip(samples.iter().zip(&self.window)) {
                *value = sample * weight;
            }
            // The buffers are the plan's own, so their lengths fit; a frame that failed stays silent.
            if self.fft.process_with_scratch(&mut frame, &mut spectrum, &mut scratch).is_err() {
                continue;
            }
            for (band, (first, weights)) in self.bands.iter().enumerate() {
                let bins = spectrum.iter().skip(*first);
                let power: f32 = bins.zip(weights).map(|(bin, weight)| bin.norm_sqr() * weight).sum();
                features[band * FRAMES + place] = power.max(POWER_MIN).log10();
            }
        }
        let loudest = features.iter().copied().fold(f32::MIN, f32::max);
        for value in &mut features {
            *value = (value.max(loudest - DECADES) + 4.0) / 4.0;
        }
        features
    }
}

/// The last eight seconds with mean zero and variance one; what is missing in front is silence, and counts.
fn normalised(sound: &[i16]) -> Vec<f32> {
    let end = &sound[sound.len().saturating_sub(SAMPLES)..];
    let mut samples = vec![0.0_f32; SAMPLES - end.len()];
    samples.extend(end.iter().map(|sample| f32::from(*sample) / 32_768.0));
    let mean = samples.iter().map(|x| f64::from(*x)).sum::<f64>() / SAMPLES as f64;
    let variance = samples.iter().map(|x| (f64::from(*x) - mean).powi(2)).sum::<f64>() / SAMPLES as f64;
    let scale = 1.0 / (variance + 1e-7).sqrt();
    samples.iter_mut().for_each(|x| *x = ((f64::from(*x) - mean) * scale) as f32);
    samples
}

/// The samples with half a frame mirrored before and behind them.
fn mirrored(samples: &[f32]) -> Vec<f32> {
    let half = WINDOW / 2;
    let before = samples[1..=half].iter().rev();
    let behind = samples[SAMPLES - 1 - half..SAMPLES - 1].iter().rev();
    before.chain(samples).chain(behind).copied().collect()
}

/// The bands' weights: triangles between neighbours that stand evenly on the mel scale from 0 to 8 kHz.
fn bands() -> Vec<(usize, Vec<f32>)> {
    let top = mel(RATE_HZ as f64 / 2.0);
    let edges: Vec<f64> = (0..BANDS + 2).map(|n| hertz(top * n as f64 / (BANDS + 1) as f64)).collect();
    let triangle = |edges: &[f64]| {
        let (low, middle, high) = (edges[0], edges[1], edges[2]);
        let weight = |bin: usize| {
            let at = bin as f64 * (RATE_HZ as f64 / 2.0) / (BINS - 1) as f64;
            let slope = ((at - low) / (middle - low)).min((high - at) / (high - middle)).max(0.0);
            (slope * 2.0 / (high - low)) as f32
        };
        let first = (0..BINS).find(|bin| weight(*bin) > 0.0).unwrap_or(BINS);
        (first, (first..BINS).map(weight).take_while(|weight| *weight > 0.0).collect())
    };
    edges.windows(3).map(triangle).collect()
}

/// Slaney's mel scale: straight below 1 kHz, logarithmic above.
fn mel(hertz: f64) -> f64 {
    if hertz < 1000.0 { hertz * 3.0 / 200.0 } else { 15.0 + (hertz / 1000.0).ln() * 27.0 / 6.4_f64.ln() }
}

fn hertz(mel: f64) -> f64 {
    if mel < 15.0 { mel * 200.0 / 3.0 } else { 1000.0 * ((mel - 15.0) * 6.4_f64.ln() / 27.0).exp() }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Three seconds of two tones, one of which swells.
    pub fn tones() -> Vec<i16> {
        let sample = |n: usize| {
            let t = n as f64 / RATE_HZ as f64;
            let swelling = 0.3 * (2.0 * PI * 440.0 * t).sin() * (2.0 * PI * 1.5 * t).sin();
            ((swelling + 0.1 * (2.0 * PI * 1900.0 * t).sin()) * 32_767.0).round() as i16
        };
        (0..3 * RATE_HZ).map(sample).collect()
    }

    #[test]
    fn features_are_those_of_the_published_extractor() {
        let features = Mel::default().features(&tones());
        // Computed with the feature extractor that the model's authors use, for the same sound.
        let known = [
            ((0, 0), -0.1763),
            ((10, 600), 1.0343),
            ((20, 650), -0.1763),
            ((40, 700), 0.4493),
            ((79, 799), -0.173),
            ((11, 799), 1.312),
        ];
        for ((band, frame), value) in known {
            let found = features[band * FRAMES + frame];
            assert!((found - value).abs() < 2e-3, "band {band}, frame {frame}: {found} for {value}");
        }
    }

    #[test]
    fn silence_and_no_sound_at_all_are_the_same() {
        let mel = Mel::default();
        assert_eq!(mel.features(&[]), mel.features(&[0; 1000]));
        assert_eq!(mel.features(&[]).len(), BANDS * FRAMES);
    }

    #[test]
    fn of_long_sound_the_end_counts() {
        let mel = Mel::default();
        let mut long: Vec<i16> = (0..5 * RATE_HZ).map(|n| (n * 7919 % 2000) as i16).collect();
        long.extend(tones().iter().cycle().take(SAMPLES));
        assert_eq!(mel.features(&long), mel.features(&long[long.len() - SAMPLES..]));
    }

    #[test]
    fn every_band_takes_some_bin_and_none_takes_all() {
        for (first, weights) in bands() {
            assert!(first + weights.len() <= BINS && !weights.is_empty() && weights.len() < 40, "{first} {weights:?}");
        }
    }
}
