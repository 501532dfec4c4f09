//! The shape of a track's sound, for a waveform: how loud it is at most in each short stretch of the interview's clock.

use crate::audio::file::{Sound, SoundError};
use crate::recording::places::Places;
use crate::units::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::{Read, Seek};

/// Version of the form; one more makes all of them anew.
pub const PEAKS_VERSION: i64 = 1;
/// Peaks a second.
pub const PER_SECOND: u32 = 25;
/// Milliseconds of a peak.
const EACH: u64 = 1_000 / PER_SECOND as u64;
/// Peaks of at most four hours; what lies later on the clock is left out.
const PEAKS_MAX: usize = 4 * 3_600 * PER_SECOND as usize;

/// A peak for each [`EACH`] ms of the clock: 0 is silence, 255 the loudest that can be; the square root of the loudness, because
/// quiet voices should be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peaks(Vec<u8>);

impl Peaks {
    /// Of a sound file that lies on the clock at these places. Blocks.
    ///
    /// # Errors
    /// When it is no sound; one without any is silence.
    pub fn of(file: impl Read + Seek + Send + Sync + 'static, places: &Places) -> Result<Peaks, SoundError> {
        let each = Ms(EACH).samples(TRACK_RATE);
        let mut peaks = Peaks::default();
        let (mut at, mut loudest) = (0_u64, 0_u16);
        let scanned = Sound::scan(file, |block| {
            for sample in block {
                loudest = loudest.max(sample.unsigned_abs());
                at += 1;
                if at.is_multiple_of(each) {
                    peaks.note(places.at_of(SampleIdx(at - each)), loudest);
                    loudest = 0;
                }
            }
        });
        match scanned {
            Ok(_) | Err(SoundError::Empty) => {}
            Err(error) => return Err(error),
        }
        if loudest > 0 {
            peaks.note(places.at_of(SampleIdx(at - at % each)), loudest);
        }
        Ok(peaks)
    }

    fn note(&mut self, at: At, loudest: u16) {
        let Some(place) = usize::try_from(at.0 / EACH).ok().filter(|place| *place < PEAKS_MAX) else { return };
        if self.0.len() <= place {
            self.0.resize(place + 1, 0);
        }
        let root = (f64::from(loudest) / 32_768.0).sqrt() * 255.0;
        if let Some(peak) = self.0.get_mut(place) {
            *peak = (*peak).max(root.round() as u8);
        }
    }

    /// So many a second (1 to [`PER_SECOND`], a divisor of it; others give [`PER_SECOND`]), each the loudest of those it stands
    /// for, and how many that is.
    pub fn at_rate(&self, per_second: u32) -> (u32, Vec<u8>) {
        let fits = (1..=PER_SECOND).contains(&per_second) && PER_SECOND.is_multiple_of(per_second);
        let per_second = if fits { per_second } else { PER_SECOND };
        let width = (PER_SECOND / per_second) as usize;
        (per_second, self.0.chunks(width).map(|few| few.iter().copied().max().unwrap_or(0)).collect())
    }

    /// As they are kept.
    pub fn encode(&self) -> String {
        STANDARD.encode(&self.0)
    }

    /// As they were kept; none when that is damaged.
    pub fn decode(text: &str) -> Option<Peaks> {
        STANDARD.decode(text).ok().map(Peaks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::places::Place;
    use std::io::Cursor;

    /// A wav of one loudness for each 40 ms.
    fn sound(loudness: &[i16]) -> Cursor<Vec<u8>> {
        let samples = loudness.iter().flat_map(|&loud| [loud, -loud / 2].repeat(480)).collect();
        let mut file = Cursor::new(Vec::new());
        Sound { rate: TRACK_RATE, samples }.write_wav(&mut file).expect("written");
        Cursor::new(file.into_inner())
    }

    #[test]
    fn each_stretch_has_its_loudest_sample() {
        let peaks = Peaks::of(sound(&[0, 32_767, 8_192, -2_048]), &Places::default()).expect("sound");
        assert_eq!(peaks.0, [0, 255, 128, 64]);
        assert_eq!(peaks.at_rate(5), (5, vec![255]));
        assert_eq!(peaks.at_rate(25).1.len(), 4);
        assert_eq!(peaks.at_rate(7).0, 25);
        assert_eq!(Peaks::decode(&peaks.encode()), Some(peaks));
        assert_eq!(Peaks::decode("no%"), None);
    }

    #[test]
    fn a_packed_track_lies_where_it_was_spoken() {
        let place = |sample, at| Place { sample: SampleIdx(sample), at_ms: At(at) };
        let places = Places::resolved(vec![place(0, 80), place(960, 200), place(1_920, u64::MAX)]);
        let peaks = Peaks::of(sound(&[32_767, 8_192, 8_192]), &places).expect("sound");
        assert_eq!(peaks.0, [0, 0, 255, 0, 0, 128]);
    }
}
