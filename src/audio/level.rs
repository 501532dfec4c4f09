//! How loud a stretch of sound is, for meters. Integers throughout.

use crate::units::Permille;

/// Loudness of a stretch of sound as shares of full scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// Root mean square: 0 is digital silence, 1000 a full-scale square wave, 707 a full-scale sine.
    pub rms: Permille,
    /// The largest magnitude: 1000 means that the sound probably clips.
    pub peak: Permille,
}

/// The level of `samples`; zero when there are none.
pub fn level(samples: &[i16]) -> Level {
    // 2^30 a sample leaves room for 2^33 samples, more than a slice of them can hold on any disk we write to.
    let energy: u64 = samples.iter().map(|&sample| u64::from(sample.unsigned_abs()).pow(2)).sum();
    let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
    let mean = energy / (samples.len() as u64).max(1);
    // The root is taken of a value 2^20 times as large, so that quiet sound keeps ten bits after the point.
    let rms = (mean << 20).isqrt();
    Level {
        rms: Permille(((rms * 1000) >> 25).min(1000) as u16),
        peak: Permille((u32::from(peak) * 1000 / 32_767).min(1000) as u16),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_and_nothing_are_zero() {
        assert_eq!(level(&[]), Level::default());
        assert_eq!(level(&[0; 480]), Level::default());
    }

    #[test]
    fn full_scale_is_a_thousand() {
        assert_eq!(level(&[i16::MIN; 480]), Level { rms: Permille(1000), peak: Permille(1000) });
        assert_eq!(level(&[i16::MAX; 480]).peak, Permille(1000));
    }

    #[test]
    fn a_sine_is_the_root_of_a_half() {
        let sine: Vec<i16> = (0..2400)
            .map(|n| (32_767.0 * (f64::from(n) * std::f64::consts::TAU / 100.0).sin()).round() as i16)
            .collect();
        let rms = level(&sine).rms.0;
        assert!((706..=708).contains(&rms), "{rms}");
    }

    #[test]
    fn quiet_sound_is_not_rounded_to_silence() {
        assert_eq!(level(&[33; 480]), Level { rms: Permille(1), peak: Permille(1) });
    }
}
