//! Bytes of sound as services send them → chunks of samples at `TRACK_RATE`: bytes split anywhere, with or without a WAV
//! header, at any rate, silence in front or not. Pure.

use super::{CHUNK_SAMPLES_MAX, SPEECH_SECONDS_MAX};
use crate::audio::resample::Resampler;
use crate::providers::{FailureKind, ProviderError};
use crate::units::{Hz, TRACK_RATE};

/// The longest WAV header we look through for the sound, in bytes.
const HEADER_MAX: usize = 64 * 1024;

/// A size of 2 GB or more says that the writer did not know: the sound goes on to the end of the stream.
const SIZE_UNKNOWN: u32 = 0x7fff_0000;

/// Samples at or below this are silence in front of speech (-54 dBFS: under the noise of a quiet room).
const SILENCE_PEAK: u16 = 64;

/// How much of the silence stays, in samples: 3 ms, so that the first sound does not begin with a click.
const SILENCE_KEPT: usize = 72;

/// How much silence is taken away in front, in samples: one second. More is meant to be there.
const SILENCE_TAKEN_MAX: usize = 24_000;

/// Reads one speech.
pub(super) struct Decoder {
    state: State,
    /// Converts sound without a header; none when its rate is ours.
    raw: Option<Box<Resampler>>,
    held: Vec<u8>,
    lead: Lead,
    samples_left: usize,
}

enum State {
    /// It is not yet known whether a WAV header leads.
    Opening,
    /// Sound, with so many bytes to come if that is known.
    Sound { left: Option<u32>, resampler: Option<Box<Resampler>> },
    /// The WAV file's sound is over; what follows is not sound.
    Over,
}

impl Decoder {
    /// A decoder for one stream of bytes, which are samples at `raw_rate` unless a WAV header says otherwise.
    pub(super) fn new(raw_rate: Hz) -> Result<Self, ProviderError> {
        Ok(Decoder {
            state: State::Opening,
            raw: resampler(raw_rate)?,
            held: Vec::new(),
            lead: Lead { quiet: Vec::new(), taken: 0, speaking: false },
            samples_left: SPEECH_SECONDS_MAX * TRACK_RATE.0 as usize,
        })
    }

    /// Takes the next bytes and appends the chunks they complete.
    pub(super) fn push(&mut self, bytes: &[u8], chunks: &mut Vec<Vec<i16>>) -> Result<(), ProviderError> {
        self.held.extend_from_slice(bytes);
        if matches!(self.state, State::Opening) {
            match opening(&self.held)? {
                Opening::Unknown => return Ok(()),
                Opening::Raw => self.state = State::Sound { left: None, resampler: self.raw.take() },
                Opening::Wav { rate, left, header } => {
                    self.held.drain(..header);
                    self.state = State::Sound { left, resampler: resampler(rate)? };
                }
            }
        }
        self.sound(chunks)
    }

    /// Takes the end of the stream and appends what was still held back.
    pub(super) fn finish(&mut self, chunks: &mut Vec<Vec<i16>>) -> Result<(), ProviderError> {
        if matches!(self.state, State::Opening) {
            if self.held.starts_with(b"RIFF") {
                return Err(protocol("the sound ends inside its WAV header"));
            }
            self.state = State::Sound { left: None, resampler: self.raw.take() };
            self.sound(chunks)?;
        }
        let mut rest = Vec::new();
        if let State::Sound { resampler: Some(resampler), .. } = &mut self.state {
            resampler.finish(&mut rest);
        }
        self.hand_out(rest, chunks)
    }

    fn sound(&mut self, chunks: &mut Vec<Vec<i16>>) -> Result<(), ProviderError> {
        let State::Sound { left, resampler } = &mut self.state else {
            self.held.clear();
            return Ok(());
        };
        let wanted = left.map_or(usize::MAX, |left| left as usize);
        let whole = self.held.len().min(wanted) / 2 * 2;
        let pair = |pair: &[u8]| i16::from_le_bytes([pair[0], pair[1]]);
        let samples: Vec<i16> = self.held.get(..whole).unwrap_or_default().chunks_exact(2).map(pair).collect();
        self.held.drain(..whole);
        let over = left.as_mut().is_some_and(|left| {
            *left -= whole as u32;
            *left < 2
        });
        let samples = match resampler {
            Some(resampler) => {
                let mut converted = Vec::with_capacity(samples.len() * 2);
                resampler.push(&samples, &mut converted);
                if over {
                    resampler.finish(&mut converted);
                }
                converted
            }
            None => samples,
        };
        if over {
            self.state = State::Over;
        }
        self.hand_out(samples, chunks)
    }

    fn hand_out(&mut self, samples: Vec<i16>, chunks: &mut Vec<Vec<i16>>) -> Result<(), ProviderError> {
        self.samples_left = self
            .samples_left
            .checked_sub(samples.len())
            .ok_or_else(|| protocol(format!("more than {SPEECH_SECONDS_MAX} s of sound for one speech")))?;
        let samples = self.lead.trim(samples);
        chunks.extend(samples.chunks(CHUNK_SAMPLES_MAX).map(<[i16]>::to_vec));
        Ok(())
    }
}

/// The silence in front, which would only be latency.
struct Lead {
    quiet: Vec<i16>,
    taken: usize,
    speaking: bool,
}

impl Lead {
    fn trim(&mut self, samples: Vec<i16>) -> Vec<i16> {
        if self.speaking {
            return samples;
        }
        let onset = samples.iter().position(|sample| sample.unsigned_abs() > SILENCE_PEAK);
        let quiet = onset.unwrap_or(samples.len());
        self.taken += quiet;
        self.quiet.extend_from_slice(samples.get(..quiet).unwrap_or_default());
        self.quiet.drain(..self.quiet.len().saturating_sub(SILENCE_KEPT));
        self.speaking = onset.is_some() || self.taken >= SILENCE_TAKEN_MAX;
        if !self.speaking {
            return Vec::new();
        }
        let mut sound = std::mem::take(&mut self.quiet);
        sound.extend_from_slice(samples.get(quiet..).unwrap_or_default());
        sound
    }
}

/// What a stream begins with.
enum Opening {
    /// That cannot be told yet.
    Unknown,
    /// Samples.
    Raw,
    /// So many bytes of WAV header, then samples: so many bytes of them, if that is known.
    Wav { rate: Hz, left: Option<u32>, header: usize },
}

fn opening(held: &[u8]) -> Result<Opening, ProviderError> {
    const RIFF: &[u8] = b"RIFF";
    if held.starts_with(RIFF) {
        return wav_opening(held);
    }
    Ok(if RIFF.starts_with(held) { Opening::Unknown } else { Opening::Raw })
}

fn wav_opening(held: &[u8]) -> Result<Opening, ProviderError> {
    let mut rate = None;
    let mut at = 12;
    while let (Some(name), Some(size)) = (held.get(at..at + 4), number(held, at + 4)) {
        let body = at + 8;
        if name == b"data" {
            let rate = rate.ok_or_else(|| protocol("a WAV file without a format before its sound"))?;
            let left = (1..SIZE_UNKNOWN).contains(&size).then_some(size);
            return Ok(Opening::Wav { rate, left, header: body });
        }
        if size as usize > HEADER_MAX || body > HEADER_MAX {
            return Err(protocol("a WAV header without sound after it"));
        }
        if name == b"fmt " {
            match held.get(body..body + 16) {
                Some(format) => rate = Some(wav_rate(format)?),
                None => return Ok(Opening::Unknown),
            }
        }
        at = body + (size as usize).next_multiple_of(2);
    }
    if held.len() > HEADER_MAX { Err(protocol("a WAV header without sound after it")) } else { Ok(Opening::Unknown) }
}

/// The rate of a format that we can read: 16-bit mono, plain or "extensible".
fn wav_rate(format: &[u8]) -> Result<Hz, ProviderError> {
    let short = |at: usize| format.get(at..at + 2).map_or(0, |pair| u16::from_le_bytes([pair[0], pair[1]]));
    let (kind, channels, bits) = (short(0), short(2), short(14));
    if !matches!(kind, 1 | 0xfffe) || channels != 1 || bits != 16 {
        return Err(protocol(format!("sound of kind {kind} with {channels} channels of {bits} bits")));
    }
    number(format, 4).map(Hz).ok_or_else(|| protocol("a WAV format without a rate"))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn resampler(rate: Hz) -> Result<Option<Box<Resampler>>, ProviderError> {
    if rate == TRACK_RATE {
        return Ok(None);
    }
    let resampler = Resampler::new(rate, TRACK_RATE)
        .map_err(|error| ProviderError::caused(FailureKind::Protocol, "sound at a rate we cannot convert", error))?;
    Ok(Some(Box::new(resampler)))
}

fn protocol(message: impl Into<String>) -> ProviderError {
    ProviderError::new(FailureKind::Protocol, message)
}

#[cfg(test)]
pub(in crate::providers) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A WAV file as bytes.
    pub(in crate::providers) fn wav(rate: u32, size: Option<u32>, samples: &[i16]) -> Vec<u8> {
        let size = size.unwrap_or(samples.len() as u32 * 2);
        let mut bytes = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
        bytes.extend_from_slice(&rate.to_le_bytes());
        bytes.extend_from_slice(&(rate * 2).to_le_bytes());
        bytes.extend_from_slice(b"\x02\0\x10\0LIST\x03\0\0\0abc\0data");
        bytes.extend_from_slice(&size.to_le_bytes());
        bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        bytes
    }

    fn decode(pieces: &[&[u8]]) -> Result<Vec<Vec<i16>>, FailureKind> {
        let mut decoder = Decoder::new(TRACK_RATE).unwrap();
        let mut chunks = Vec::new();
        for piece in pieces {
            decoder.push(piece, &mut chunks).map_err(|error| error.kind)?;
        }
        decoder.finish(&mut chunks).map_err(|error| error.kind)?;
        Ok(chunks)
    }

    fn loud(count: usize) -> Vec<i16> {
        (0..count).map(|index| if index % 2 == 0 { 9_000 } else { -9_000 }).collect()
    }

    fn bytes_of(samples: &[i16]) -> Vec<u8> {
        samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
    }

    proptest! {
        #[test]
        fn how_the_bytes_are_split_does_not_matter(cuts in proptest::collection::vec(0usize..4_000, 0..6), header: bool) {
            let samples = loud(1_900);
            let bytes = if header { wav(24_000, None, &samples) } else { bytes_of(&samples) };
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(decode(&pieces).unwrap().concat(), samples);
        }

        #[test]
        fn no_bytes_at_all_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..300), riff: bool) {
            let bytes = if riff { [b"RIFF....WAVE".as_slice(), &bytes].concat() } else { bytes };
            let _ = decode(&[&bytes]);
        }
    }

    #[test]
    fn chunks_are_never_longer_than_allowed() {
        let chunks = decode(&[&bytes_of(&loud(10_001))]).unwrap();
        assert_eq!(chunks.iter().map(Vec::len).collect::<Vec<_>>(), [4_800, 4_800, 401]);
    }

    #[test]
    fn silence_in_front_is_taken_away_and_silence_inside_is_kept() {
        let samples = [vec![3; 5_000], loud(10), vec![0; 500], loud(10)].concat();
        let heard = decode(&[&bytes_of(&samples)]).unwrap().concat();
        assert_eq!(heard.len(), SILENCE_KEPT + 520);
        assert_eq!(heard[SILENCE_KEPT], 9_000);
    }

    #[test]
    fn a_second_of_silence_is_meant_and_the_rest_of_it_is_kept() {
        let heard = decode(&[&bytes_of(&vec![0; 40_000])]).unwrap().concat();
        assert_eq!(heard.len(), SILENCE_KEPT);
        let halves = [bytes_of(&vec![0; 24_000]), bytes_of(&vec![0; 16_000])];
        assert_eq!(decode(&[&halves[0], &halves[1]]).unwrap().concat().len(), SILENCE_KEPT + 16_000);
    }

    #[test]
    fn a_wav_file_of_another_rate_is_converted() {
        let heard = decode(&[&wav(12_000, None, &loud(12_000))]).unwrap().concat();
        assert!((23_900..=24_100).contains(&heard.len()), "{}", heard.len());
    }

    #[test]
    fn sound_without_a_header_is_converted_from_the_rate_it_is_said_to_have() {
        let mut decoder = Decoder::new(Hz(16_000)).unwrap();
        let mut chunks = Vec::new();
        decoder.push(&bytes_of(&loud(1_600)), &mut chunks).unwrap();
        decoder.finish(&mut chunks).unwrap();
        assert!((2_300..=2_400).contains(&chunks.concat().len()));
        assert!(Decoder::new(Hz(3)).is_err());
    }

    #[test]
    fn what_follows_the_sound_of_a_wav_file_is_not_heard() {
        let mut bytes = wav(24_000, None, &loud(100));
        bytes.extend_from_slice(b"LIST\x04\0\0\0\x7f\x7f\x7f\x7f");
        assert_eq!(decode(&[&bytes]).unwrap().concat(), loud(100));
    }

    #[test]
    fn a_streamed_wav_file_of_unknown_size_goes_on_to_the_end() {
        for size in [0, 0x7fff_f000, u32::MAX] {
            assert_eq!(decode(&[&wav(24_000, Some(size), &loud(100))]).unwrap().concat(), loud(100));
        }
    }

    #[test]
    fn sound_we_cannot_read_is_an_error() {
        let mut stereo = wav(24_000, None, &loud(4));
        stereo[22] = 2;
        assert_eq!(decode(&[&stereo]).unwrap_err(), FailureKind::Protocol);
        assert_eq!(decode(&[&wav(24_000, None, &[])[..30]]).unwrap_err(), FailureKind::Protocol);
        assert_eq!(decode(&[&wav(7, None, &loud(4))]).unwrap_err(), FailureKind::Protocol);
    }

    #[test]
    fn endless_sound_is_an_error() {
        let mut decoder = Decoder::new(TRACK_RATE).unwrap();
        let minute = bytes_of(&loud(60 * 24_000));
        let mut outcome = Ok(());
        for _ in 0..6 {
            outcome = outcome.and_then(|()| decoder.push(&minute, &mut Vec::new()));
        }
        assert_eq!(outcome.unwrap_err().kind, FailureKind::Protocol);
    }
}
