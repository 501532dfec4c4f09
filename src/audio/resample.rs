//! Conversion between sample rates, sound in pieces in and out.
//!
//! Invariants: output sample `n` stands for exactly the input position `n × from / to` (no shift to correct for), the
//! output depends only on the input and never on how it was cut into pieces, and `total` samples in give
//! `ceil(total × to / from)` out once finished. The price is looking ahead: a sample comes out when `look_ahead()`
//! input samples beyond its position have arrived, which is 24 samples of the lower of the two rates (1.5 ms between
//! 24 and 16 kHz, 3 ms between 24 and 8 kHz).
//!
//! The method is a polyphase low-pass filter (a Kaiser-windowed sinc). It stands here in place of rubato's because that
//! one works in blocks and is 10 ms late at these rates; this one is as late as its filter is long.

use crate::units::Hz;

/// Zero crossings of the filter on each side, in samples of the lower rate. Fewer: earlier, but a wider transition band.
const REACH: usize = 24;
/// Shape of the Kaiser window: about 72 dB of attenuation beyond the transition band.
const KAISER_BETA: f64 = 7.0;
/// Middle of the transition band as a share of the lower rate: sound up to 0.41 of it passes, from 0.51 on it is gone.
const CUTOFF: f64 = 0.46;
/// Ratios that would need more filter phases take the nearest of so many: an error below -60 dB instead of megabytes.
const PHASES_MAX: usize = 2048;
/// Samples converted at a time, so that a whole file in one piece does not double its memory.
const BLOCK: usize = 4096;
/// Partial sums of a filter's product: what one pass of vector instructions holds.
const LANES: usize = 8;
/// The lowest rate that is converted, in Hz.
pub const RATE_MIN: Hz = Hz(1_000);
/// The highest rate that is converted, in Hz.
pub const RATE_MAX: Hz = Hz(384_000);

/// A rate outside `RATE_MIN..=RATE_MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot convert from {from} Hz to {to} Hz: rates from {RATE_MIN} to {RATE_MAX} Hz are supported")]
pub struct RateError {
    /// The rate of the input.
    pub from: Hz,
    /// The rate asked for.
    pub to: Hz,
}

/// Converts one stream of mono samples. Allocates when made; later only what the caller's output needs.
pub struct Resampler {
    /// Input samples per `step_out` output samples, both without common factor.
    step_in: usize,
    step_out: usize,
    /// Input samples that an output sample's filter covers beyond its position, and before it.
    look_ahead: usize,
    look_back: usize,
    /// `phases` filters of `taps` coefficients each, one after another.
    filters: Vec<f32>,
    phases: usize,
    taps: usize,
    /// The input that is still needed. Starts with `look_back` samples of silence before the first one.
    window: Vec<f32>,
    /// Where the next output sample's filter begins in `window`, and the fraction of an input sample beyond, in `step_out`ths.
    start: usize,
    fraction: usize,
}

impl Resampler {
    /// A converter from `from` to `to`. Equal rates pass samples through at once.
    pub fn new(from: Hz, to: Hz) -> Result<Resampler, RateError> {
        let known = RATE_MIN..=RATE_MAX;
        if !known.contains(&from) || !known.contains(&to) {
            return Err(RateError { from, to });
        }
        let (rate_in, rate_out) = (from.0 as usize, to.0 as usize);
        let common = greatest_common_divisor(rate_in, rate_out);
        let (step_in, step_out) = (rate_in / common, rate_out / common);
        if step_in == step_out {
            return Ok(Resampler {
                step_in,
                step_out,
                look_ahead: 0,
                look_back: 0,
                filters: Vec::new(),
                phases: 0,
                taps: 0,
                window: Vec::new(),
                start: 0,
                fraction: 0,
            });
        }
        let look_ahead = (REACH * rate_in).div_ceil(rate_in.min(rate_out));
        let phases = step_out.min(PHASES_MAX);
        let taps = (2 * look_ahead).next_multiple_of(LANES);
        // What the rounding adds lies before the position, where nobody has to wait for it.
        let look_back = taps - look_ahead - 1;
        let mut resampler = Resampler {
            step_in,
            step_out,
            look_ahead,
            look_back,
            filters: filters(rate_in, rate_out, look_back, phases, taps),
            phases,
            taps,
            window: Vec::with_capacity(BLOCK + 2 * taps),
            start: 0,
            fraction: 0,
        };
        resampler.reset();
        Ok(resampler)
    }

    /// Takes the next samples in; appends to `out` every sample that is now settled.
    pub fn push(&mut self, samples: &[i16], out: &mut Vec<i16>) {
        if self.taps == 0 {
            out.extend_from_slice(samples);
            return;
        }
        for block in samples.chunks(BLOCK) {
            self.window.extend(block.iter().map(|&sample| f32::from(sample)));
            self.settle((self.window.len() + 1).saturating_sub(self.taps), out);
        }
    }

    /// The input has ended: appends the samples that were waiting for more. The converter is then as new.
    pub fn finish(&mut self, out: &mut Vec<i16>) {
        if self.taps == 0 {
            return;
        }
        // Positions before the end of input begin their filter this far into the window.
        let end = self.window.len().saturating_sub(self.look_back);
        self.window.resize(self.window.len() + self.taps, 0.0);
        self.settle(end, out);
        self.reset();
    }

    /// Forgets all sound.
    pub fn reset(&mut self) {
        self.window.clear();
        self.window.resize(self.look_back, 0.0);
        self.start = 0;
        self.fraction = 0;
    }

    /// How many input samples beyond its own position an output sample waits for.
    pub fn look_ahead(&self) -> usize {
        self.look_ahead
    }

    /// Appends the output samples whose filters begin before `end`, then drops the input nobody needs any more.
    fn settle(&mut self, end: usize, out: &mut Vec<i16>) {
        if end > self.start {
            out.reserve((end - self.start) * self.step_out / self.step_in + 1);
        }
        let (whole, part) = (self.step_in / self.step_out, self.step_in % self.step_out);
        while self.start < end {
            let exact = self.phases == self.step_out;
            let phase = if exact { self.fraction } else { self.fraction * self.phases / self.step_out };
            let filter = &self.filters[phase * self.taps..(phase + 1) * self.taps];
            let sum = product(filter, &self.window[self.start..self.start + self.taps]);
            // The conversion cuts off the fraction and stays within the range of 16 bits.
            out.push((sum + 0.5f32.copysign(sum)) as i16);
            self.start += whole;
            self.fraction += part;
            if self.fraction >= self.step_out {
                self.fraction -= self.step_out;
                self.start += 1;
            }
        }
        let unneeded = self.start.min(self.window.len());
        self.window.copy_within(unneeded.., 0);
        self.window.truncate(self.window.len() - unneeded);
        self.start -= unneeded;
    }
}

/// Converts a whole sound at once.
pub fn resample(samples: &[i16], from: Hz, to: Hz) -> Result<Vec<i16>, RateError> {
    let mut resampler = Resampler::new(from, to)?;
    let mut out = Vec::with_capacity((samples.len() as u64 * u64::from(to.0) / u64::from(from.0)) as usize + 1);
    resampler.push(samples, &mut out);
    resampler.finish(&mut out);
    Ok(out)
}

/// The filters of all phases. Coefficient `tap` of phase `p` weighs the input sample `tap - look_back` samples after the
/// last one before an output; the output lies `p / phases` of a sample after that one.
fn filters(rate_in: usize, rate_out: usize, look_back: usize, phases: usize, taps: usize) -> Vec<f32> {
    let lower = rate_in.min(rate_out) as f64 / rate_in as f64;
    let mut filters = Vec::with_capacity(phases * taps);
    for phase in 0..phases {
        let shift = phase as f64 / phases as f64;
        let coefficient = |tap: usize| {
            let distance = (tap as f64 - look_back as f64 - shift) * lower;
            let edge = distance / REACH as f64;
            if edge.abs() >= 1.0 { 0.0 } else { sinc(2.0 * CUTOFF * distance) * kaiser(edge) }
        };
        let all: Vec<f64> = (0..taps).map(coefficient).collect();
        let sum: f64 = all.iter().sum();
        // Each phase passes a constant unchanged, so that phases differ in no gain.
        filters.extend(all.iter().map(|value| (value / sum) as f32));
    }
    filters
}

fn sinc(x: f64) -> f64 {
    let angle = std::f64::consts::PI * x;
    if angle.abs() < 1e-9 { 1.0 } else { angle.sin() / angle }
}

/// The Kaiser window at `edge` from -1 to 1.
fn kaiser(edge: f64) -> f64 {
    bessel(KAISER_BETA * (1.0 - edge * edge).sqrt()) / bessel(KAISER_BETA)
}

/// The modified Bessel function of the first kind and order zero, by its power series.
fn bessel(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..40 {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum += term;
    }
    sum
}

/// Sum of products in `LANES` partial sums, always in the same order: the result does not depend on the machine.
fn product(filter: &[f32], window: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    for (weights, samples) in filter.as_chunks::<LANES>().0.iter().zip(window.as_chunks::<LANES>().0) {
        for ((sum, weight), sample) in sums.iter_mut().zip(weights).zip(samples) {
            *sum += weight * sample;
        }
    }
    sums.iter().sum()
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(rate: u32, hz: f64, amplitude: f64, samples: usize) -> Vec<i16> {
        let step = 2.0 * std::f64::consts::PI * hz / f64::from(rate);
        (0..samples).map(|n| (amplitude * (step * n as f64).sin()).round() as i16).collect()
    }

    /// Signal-to-noise ratio in dB of `got` against the ideal sine of the same rate, edges left out.
    fn sine_snr(got: &[i16], rate: u32, hz: f64, amplitude: f64) -> f64 {
        let step = 2.0 * std::f64::consts::PI * hz / f64::from(rate);
        let (mut signal, mut noise) = (0.0, 0.0);
        for (n, &sample) in got.iter().enumerate().skip(400).take(got.len().saturating_sub(800)) {
            let ideal = amplitude * (step * n as f64).sin();
            signal += ideal * ideal;
            noise += (f64::from(sample) - ideal).powi(2);
        }
        10.0 * (signal / noise).log10()
    }

    const PAIRS: [(u32, u32); 12] = [
        (24_000, 16_000),
        (16_000, 24_000),
        (24_000, 8_000),
        (8_000, 24_000),
        (48_000, 24_000),
        (24_000, 48_000),
        (22_050, 24_000),
        (44_100, 24_000),
        (24_000, 44_100),
        (11_025, 24_000),
        (32_000, 24_000),
        (96_000, 24_000),
    ];

    #[test]
    fn a_sine_keeps_its_phase_and_amplitude() {
        for (from, to) in PAIRS {
            for share in [0.02, 0.1, 0.25, 0.38] {
                let hz = f64::from(from.min(to)) * share;
                let got = resample(&sine(from, hz, 20_000.0, 12_000), Hz(from), Hz(to)).unwrap();
                let snr = sine_snr(&got, to, hz, 20_000.0);
                assert!(snr > 60.0, "{from} to {to} at {hz} Hz: {snr:.1} dB");
            }
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_is_gone() {
        for (from, to) in [(24_000u32, 16_000u32), (48_000, 24_000), (24_000, 8_000)] {
            let hz = f64::from(to) * 0.52;
            let got = resample(&sine(from, hz, 20_000.0, 12_000), Hz(from), Hz(to)).unwrap();
            let loudest = got.iter().skip(200).take(got.len() - 400).map(|s| s.unsigned_abs()).max().unwrap();
            assert!(loudest < 20, "{from} to {to}: {loudest} of 20000 is left at {hz} Hz");
        }
    }

    #[test]
    fn the_number_of_samples_is_exact() {
        for (from, to) in PAIRS {
            for total in [0usize, 1, 2, 7, 479, 480, 12_345] {
                let got = resample(&vec![1000; total], Hz(from), Hz(to)).unwrap();
                assert_eq!(got.len(), (total * to as usize).div_ceil(from as usize), "{total} from {from} to {to}");
            }
        }
    }

    #[test]
    fn pieces_of_any_size_give_the_same_sound() {
        for (from, to) in PAIRS {
            let input = sine(from, 700.0, 30_000.0, 9_000);
            let whole = resample(&input, Hz(from), Hz(to)).unwrap();
            for piece in [1, 7, 160, 479, 4096, 5000] {
                let mut resampler = Resampler::new(Hz(from), Hz(to)).unwrap();
                let mut out = Vec::new();
                input.chunks(piece).for_each(|part| resampler.push(part, &mut out));
                resampler.finish(&mut out);
                assert!(out == whole, "{from} to {to} in pieces of {piece}");
            }
        }
    }

    #[test]
    fn an_impulse_stays_where_it_was() {
        for (from, to) in [(24_000u32, 16_000u32), (16_000, 24_000), (24_000, 8_000), (8_000, 24_000)] {
            let mut input = vec![0i16; 4_800];
            input[2_400] = 30_000;
            let got = resample(&input, Hz(from), Hz(to)).unwrap();
            let peak = got.iter().enumerate().max_by_key(|(_, s)| s.unsigned_abs()).unwrap().0;
            assert_eq!(peak, 2_400 * to as usize / from as usize, "{from} to {to}");
        }
    }

    #[test]
    fn no_sample_waits_longer_than_the_look_ahead() {
        for (from, to, us_max) in
            [(24_000, 16_000, 1_500), (16_000, 24_000, 1_500), (24_000, 8_000, 3_000), (8_000, 24_000, 3_000)]
        {
            let mut resampler = Resampler::new(Hz(from), Hz(to)).unwrap();
            assert!(resampler.look_ahead() as u32 * 1_000_000 / from <= us_max);
            let mut out = Vec::new();
            for arrived in 1..2_000usize {
                resampler.push(&[100], &mut out);
                let settled_to = arrived.saturating_sub(resampler.look_ahead());
                let due = settled_to * to as usize / from as usize;
                assert!(out.len() >= due, "{from} to {to}: {} of {due} after {arrived}", out.len());
            }
        }
    }

    #[test]
    fn finishing_makes_it_as_new() {
        let input = sine(24_000, 440.0, 9_000.0, 1_000);
        let mut resampler = Resampler::new(Hz(24_000), Hz(16_000)).unwrap();
        let (mut first, mut second) = (Vec::new(), Vec::new());
        resampler.push(&input, &mut first);
        resampler.finish(&mut first);
        resampler.push(&input, &mut second);
        resampler.finish(&mut second);
        assert_eq!(first, second);
    }

    #[test]
    fn full_scale_square_waves_do_not_wrap_around() {
        let square: Vec<i16> = (0..4_000).map(|n| if n / 20 % 2 == 0 { i16::MAX } else { i16::MIN }).collect();
        let got = resample(&square, Hz(24_000), Hz(16_000)).unwrap();
        // Away from the edges of the square, the sign survives; a wrapped overshoot would flip it.
        for (n, &sample) in got.iter().enumerate() {
            let position = n * 3 / 2;
            if (4..16).contains(&(position % 20)) {
                assert_eq!(sample > 0, position / 20 % 2 == 0, "sample {n}");
            }
        }
    }

    #[test]
    fn odd_rates_stay_small_and_close() {
        let got = resample(&sine(44_101, 1_000.0, 20_000.0, 44_101), Hz(44_101), Hz(24_000)).unwrap();
        assert_eq!(got.len(), 24_000);
        let snr = sine_snr(&got, 24_000, 1_000.0, 20_000.0);
        assert!(snr > 55.0, "{snr:.1} dB");
    }

    #[test]
    fn rates_nobody_has_are_refused() {
        assert!(Resampler::new(Hz(0), Hz(24_000)).is_err());
        assert!(Resampler::new(Hz(24_000), Hz(1_000_000)).is_err());
    }
}
