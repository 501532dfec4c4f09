//! Sound files: any wav or flac in, as mono 16-bit samples at the file's own rate; wav out.

use super::resample::{RateError, resample};
use crate::units::Hz;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error as DecoderError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;

/// The most samples that are read from one file, all channels together: four hours of stereo at 48 kHz. Longer files
/// are refused, because a file is held in memory whole.
pub const FILE_SAMPLES_MAX: u64 = 4 * 3600 * 48_000 * 2;
/// A wav written to a pipe cannot know its length and says a made-up one: `espeak-ng` and `sox` about 2^31 bytes,
/// `ffmpeg` 2^32 - 1. From this many bytes on a stated length that the file does not hold is taken for such.
const MADE_UP_LENGTH: u64 = 0x7fff_0000;

/// A mono sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Its rate.
    pub rate: Hz,
    /// Its samples.
    pub samples: Vec<i16>,
}

/// Why a file could not be read as sound, or not be written.
#[derive(Debug, thiserror::Error)]
pub enum SoundError {
    /// The file could not be opened, read or written.
    #[error("cannot read or write the sound file: {0}")]
    Io(#[from] std::io::Error),
    /// Neither wav nor flac, or a kind of them that is not decoded.
    #[error("not a sound file that can be read (wav with 8 to 32 bits, or flac): {0}")]
    Unsupported(String),
    /// The bytes contradict the format.
    #[error("the sound file is damaged: {0}")]
    Damaged(String),
    /// The file ends before the length it states.
    #[error("the sound file is cut off: it holds {found} of {stated} samples a channel")]
    Truncated {
        /// Samples a channel that its header states.
        stated: u64,
        /// Samples a channel that are there.
        found: u64,
    },
    /// The file holds no samples.
    #[error("the sound file holds no sound")]
    Empty,
    /// More than [`FILE_SAMPLES_MAX`].
    #[error("the sound file is too long: more than {FILE_SAMPLES_MAX} samples")]
    TooLong,
    /// Its rate cannot be converted.
    #[error(transparent)]
    Rate(#[from] RateError),
}

impl Sound {
    /// Reads the wav or flac at `path`; channels are averaged.
    pub fn open(path: &Path) -> Result<Sound, SoundError> {
        Sound::read(std::fs::File::open(path)?)
    }

    /// Reads a wav or flac; channels are averaged.
    pub fn read(source: impl Read + Seek + Send + Sync + 'static) -> Result<Sound, SoundError> {
        let mut samples = Vec::new();
        let rate = Sound::scan(source, |block| samples.extend_from_slice(block))?;
        Ok(Sound { rate, samples })
    }

    /// Goes through a wav or flac without holding it: `take` gets its samples in blocks, in order, channels averaged. Gives
    /// the rate.
    ///
    /// # Errors
    /// As [`Sound::read`]; blocks before the fault have been taken then.
    pub fn scan(
        source: impl Read + Seek + Send + Sync + 'static,
        mut take: impl FnMut(&[i16]),
    ) -> Result<Hz, SoundError> {
        let stream = MediaSourceStream::new(Box::new(Measured::new(source)?), Default::default());
        let (hint, format, meta) = (Hint::new(), FormatOptions::default(), MetadataOptions::default());
        let mut reader = symphonia::default::get_probe().probe(&hint, stream, format, meta).map_err(unreadable)?;
        let (rate, stated) = decode_facts(reader.as_ref())?;
        let found = decode(reader.as_mut(), &mut take)?;
        match stated {
            Stated::Samples(stated) if found < stated => Err(SoundError::Truncated { stated, found }),
            _ if found == 0 => Err(SoundError::Empty),
            _ => Ok(rate),
        }
    }

    /// The same sound at another rate.
    pub fn at_rate(self, rate: Hz) -> Result<Sound, RateError> {
        if rate == self.rate {
            return Ok(self);
        }
        Ok(Sound { rate, samples: resample(&self.samples, self.rate, rate)? })
    }

    /// Writes the sound as a 16-bit mono wav.
    pub fn write_wav(&self, out: impl Write + Seek) -> Result<(), SoundError> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: self.rate.0,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::new(out, spec).map_err(unwritable)?;
        for &sample in &self.samples {
            writer.write_sample(sample).map_err(unwritable)?;
        }
        writer.finalize().map_err(unwritable)
    }
}

/// What a file's header says about its length.
enum Stated {
    Samples(u64),
    Unknown,
}

/// The rate and the stated length of the file's first sound track.
fn decode_facts(reader: &dyn FormatReader) -> Result<(Hz, Stated), SoundError> {
    let track = reader.default_track(TrackType::Audio).ok_or_else(|| unsupported("no sound track"))?;
    let params = track.codec_params.as_ref().and_then(|params| params.audio());
    let params = params.ok_or_else(|| unsupported("no sound track"))?;
    let rate = params.sample_rate.filter(|&rate| rate > 0).ok_or_else(|| unsupported("no sample rate"))?;
    let channels = params.channels.as_ref().map_or(1, |channels| channels.count()) as u64;
    let bytes_a_sample = u64::from(params.bits_per_sample.unwrap_or(8)).div_ceil(8);
    let stated = match track.num_frames {
        // A length of zero is what a writer leaves that was stopped before it knew; an empty file is found by decoding.
        None | Some(0) => Stated::Unknown,
        Some(frames) if frames.saturating_mul(channels * bytes_a_sample) >= MADE_UP_LENGTH => Stated::Unknown,
        Some(frames) => Stated::Samples(frames),
    };
    Ok((Hz(rate), stated))
}

/// All samples of the first sound track, channels averaged, block by block; how many there were.
fn decode(reader: &mut dyn FormatReader, take: &mut dyn FnMut(&[i16])) -> Result<u64, SoundError> {
    let track = reader.default_track(TrackType::Audio).ok_or_else(|| unsupported("no sound track"))?;
    let track_id = track.id;
    let params = track.codec_params.as_ref().and_then(|params| params.audio());
    let params = params.ok_or_else(|| unsupported("no sound track"))?;
    let options = AudioDecoderOptions::default();
    let mut decoder = symphonia::default::get_codecs().make_audio_decoder(params, &options).map_err(unreadable)?;
    let (mut mono, mut interleaved, mut total) = (Vec::new(), Vec::<i16>::new(), 0u64);
    let mut found = 0_u64;
    loop {
        let packet = match reader.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            Err(DecoderError::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(unreadable(error)),
        };
        if packet.track_id != track_id {
            continue;
        }
        let decoded = decoder.decode(&packet).map_err(unreadable)?;
        let channels = decoded.spec().channels().count().max(1);
        decoded.copy_to_vec_interleaved(&mut interleaved);
        if interleaved.is_empty() {
            break;
        }
        total = total.saturating_add(interleaved.len() as u64);
        if total > FILE_SAMPLES_MAX {
            return Err(SoundError::TooLong);
        }
        mono.clear();
        mono.extend(interleaved.chunks_exact(channels).map(average));
        found = found.saturating_add(mono.len() as u64);
        take(&mono);
    }
    Ok(found)
}

fn average(frame: &[i16]) -> i16 {
    let sum: i64 = frame.iter().map(|&sample| i64::from(sample)).sum();
    (sum / frame.len().max(1) as i64) as i16
}

fn unsupported(what: &str) -> SoundError {
    SoundError::Unsupported(what.to_owned())
}

fn unreadable(error: DecoderError) -> SoundError {
    match error {
        // The end within the header or right after it: the probe reports it as input that ran out.
        DecoderError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            SoundError::Damaged("it ends before its sound begins".to_owned())
        }
        DecoderError::IoError(error) => SoundError::Io(error),
        DecoderError::Unsupported(what) => unsupported(what),
        other => SoundError::Damaged(other.to_string()),
    }
}

fn unwritable(error: hound::Error) -> SoundError {
    match error {
        hound::Error::IoError(error) => SoundError::Io(error),
        other => SoundError::Damaged(other.to_string()),
    }
}

/// A reader whose length is known, as the decoder wants it.
struct Measured<R> {
    source: R,
    length: u64,
}

impl<R: Read + Seek> Measured<R> {
    fn new(mut source: R) -> std::io::Result<Self> {
        let length = source.seek(SeekFrom::End(0))?;
        source.seek(SeekFrom::Start(0))?;
        Ok(Measured { source, length })
    }
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.source.read(buffer)
    }
}

impl<R: Seek> Seek for Measured<R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.source.seek(to)
    }
}

impl<R: Read + Seek + Send + Sync> MediaSource for Measured<R> {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn ramp(samples: usize) -> Vec<i16> {
        (0..samples).map(|n| ((n * 37) % 60_000) as i32 - 30_000).map(|value| value as i16).collect()
    }

    /// A wav of the given form, each frame's channels alike.
    fn wav(channels: u16, bits: u16, float: bool, rate: u32, samples: &[i16]) -> Vec<u8> {
        let sample_format = if float { hound::SampleFormat::Float } else { hound::SampleFormat::Int };
        let spec = hound::WavSpec { channels, sample_rate: rate, bits_per_sample: bits, sample_format };
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        for &sample in samples {
            for _ in 0..channels {
                match (float, bits) {
                    (true, _) => writer.write_sample(f32::from(sample) / 32_768.0).unwrap(),
                    (false, 8) => writer.write_sample((sample >> 8) as i8).unwrap(),
                    (false, bits) => writer.write_sample(i32::from(sample) << (bits - 16)).unwrap(),
                }
            }
        }
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    fn read(bytes: Vec<u8>) -> Result<Sound, SoundError> {
        Sound::read(Cursor::new(bytes))
    }

    #[test]
    fn every_common_form_of_wav_is_read() {
        let samples = ramp(5_000);
        for channels in [1, 2] {
            for (bits, float) in [(8, false), (16, false), (24, false), (32, false), (32, true)] {
                for rate in [8_000, 22_050, 44_100] {
                    let sound = read(wav(channels, bits, float, rate, &samples)).unwrap();
                    assert_eq!(sound.rate, Hz(rate));
                    let expected: Vec<i16> = samples.iter().map(|&s| if bits == 8 { s >> 8 << 8 } else { s }).collect();
                    assert!(sound.samples == expected, "{channels} channels, {bits} bits, float {float}");
                }
            }
        }
    }

    #[test]
    fn stereo_is_averaged() {
        let mut bytes = wav(2, 16, false, 24_000, &[0, 0]);
        let at = bytes.len() - 8;
        bytes[at..].copy_from_slice(&[0xe8, 0x03, 0xd0, 0x07, 0x00, 0x80, 0x00, 0x80]);
        assert_eq!(read(bytes).unwrap().samples, [1_500, -32_768]);
    }

    #[test]
    fn a_made_up_length_is_read_to_the_end() {
        let samples = ramp(3_000);
        for made_up in [0x7fff_f000u32, 0x7fff_ffff, 0xffff_ffff] {
            let mut bytes = wav(1, 16, false, 22_050, &samples);
            bytes[4..8].copy_from_slice(&made_up.saturating_add(36).to_le_bytes());
            bytes[40..44].copy_from_slice(&made_up.to_le_bytes());
            assert!(read(bytes).unwrap().samples == samples, "length {made_up:#x}");
        }
    }

    #[test]
    fn a_cut_file_says_how_much_is_there() {
        let mut bytes = wav(1, 16, false, 24_000, &ramp(3_000));
        bytes.truncate(bytes.len() - 1_001);
        match read(bytes) {
            Err(SoundError::Truncated { stated: 3_000, found }) => assert!((2_000..2_500).contains(&found), "{found}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_wav_cut_anywhere_is_an_error_and_never_a_panic() {
        let whole = wav(2, 24, false, 24_000, &ramp(40));
        for length in 0..whole.len() {
            assert!(read(whole[..length].to_vec()).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn nothing_and_nonsense_are_refused() {
        assert!(matches!(read(wav(1, 16, false, 24_000, &[])), Err(SoundError::Empty)));
        assert!(read(Vec::new()).is_err());
        assert!(read(b"OggS this is not a wav, whatever it may be called".repeat(40)).is_err());
        assert!(matches!(Sound::open(Path::new("/nonexistent.wav")), Err(SoundError::Io(_))));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let sound = Sound { rate: Hz(24_000), samples: ramp(1_234) };
        let mut bytes = Cursor::new(Vec::new());
        sound.write_wav(&mut bytes).unwrap();
        assert_eq!(read(bytes.into_inner()).unwrap(), sound);
    }

    #[test]
    fn another_rate_keeps_the_length_in_time() {
        let sound = Sound { rate: Hz(22_050), samples: ramp(22_050) };
        assert_eq!(sound.at_rate(Hz(24_000)).unwrap().samples.len(), 24_000);
    }
}
