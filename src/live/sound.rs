//! The interviewer's sound as the wire wants it: samples at the track rate in, bytes of the session's format out.

use crate::audio::{Resampler, g711};
use crate::units::*;
use crate::wire::AudioFormat;

/// The encoder of one interview's outgoing sound. Continuous within an item.
pub struct Encoder {
    format: AudioFormat,
    form: Form,
    samples: Vec<i16>,
    bytes: Vec<u8>,
    /// Samples of the item that were encoded, at the format's rate.
    position: u32,
}

enum Form {
    Linear,
    Companded { law: fn(i16) -> u8, resampler: Box<Resampler> },
}

impl Form {
    fn new(format: AudioFormat) -> Form {
        let law: fn(i16) -> u8 = match format {
            AudioFormat::Pcm => return Form::Linear,
            AudioFormat::Pcmu => g711::mulaw_encode,
            AudioFormat::Pcma => g711::alaw_encode,
        };
        match Resampler::new(TRACK_RATE, Hz(format.rate_hz())) {
            Ok(resampler) => Form::Companded { law, resampler: Box::new(resampler) },
            // Both rates are constants that the resampler takes; a test holds it.
            Err(_) => Form::Linear,
        }
    }
}

impl Encoder {
    /// An encoder into `format`.
    pub fn new(format: AudioFormat) -> Encoder {
        Encoder { format, form: Form::new(format), samples: Vec::new(), bytes: Vec::new(), position: 0 }
    }

    /// Sound goes out in this format from now on.
    pub fn set_format(&mut self, format: AudioFormat) {
        if format != self.format {
            *self = Encoder::new(format);
        }
    }

    /// The next sound is an item's first.
    pub fn begin_item(&mut self) {
        self.position = 0;
        if let Form::Companded { resampler, .. } = &mut self.form {
            resampler.reset();
        }
    }

    /// Where in the item the next sound begins, in samples at the format's rate.
    pub fn position(&self) -> u32 {
        self.position
    }

    /// The next sound of the item.
    pub fn encode(&mut self, samples: &[i16]) -> &[u8] {
        self.bytes.clear();
        match &mut self.form {
            Form::Linear => {
                self.bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
                self.position = self.position.wrapping_add(samples.len() as u32);
            }
            Form::Companded { law, resampler } => {
                self.samples.clear();
                resampler.push(samples, &mut self.samples);
                self.bytes.extend(self.samples.iter().map(|sample| law(*sample)));
                self.position = self.position.wrapping_add(self.samples.len() as u32);
            }
        }
        &self.bytes
    }

    /// What is left of the item when its sound is over: the resampler's last milliseconds.
    pub fn finish(&mut self) -> &[u8] {
        self.bytes.clear();
        if let Form::Companded { law, resampler } = &mut self.form {
            self.samples.clear();
            resampler.finish(&mut self.samples);
            self.bytes.extend(self.samples.iter().map(|sample| law(*sample)));
        }
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_sound_is_little_endian_and_counted() {
        let mut encoder = Encoder::new(AudioFormat::Pcm);
        assert_eq!(encoder.encode(&[1, -2]), [1, 0, 0xfe, 0xff]);
        assert_eq!(encoder.position(), 2);
        encoder.begin_item();
        assert_eq!((encoder.position(), encoder.finish().len()), (0, 0));
    }

    #[test]
    fn telephone_sound_has_a_third_of_the_samples_to_the_last() {
        for format in [AudioFormat::Pcmu, AudioFormat::Pcma] {
            let mut encoder = Encoder::new(format);
            encoder.begin_item();
            let mut bytes = 0;
            for _ in 0..25 {
                bytes += encoder.encode(&[100; 960]).len();
            }
            bytes += encoder.finish().len();
            assert_eq!(bytes, 8_000, "{format:?}");
        }
    }
}
