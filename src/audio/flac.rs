//! Writes mono 16-bit sound as FLAC, block by block: a track of hours takes no more memory than one of seconds.
//!
//! The stream's header and seek table stand before the sound but are known only after it, so they are written twice:
//! empty at first, with their content by `finish`. A file that never was finished still decodes; it only does not say how
//! long it is.

use crate::units::Hz;
use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, StreamInfo};
use flacenc::error::{Verified, Verify};
use flacenc::source::{Context, Fill, FrameBuf};
use flacenc::{config, encode_fixed_size_frame};
use std::io::{Seek, SeekFrom, Write};

/// Samples of a block, 170 ms at 24 kHz.
const BLOCK: usize = 4096;
/// A seek point stands every so many seconds: 18 bytes each.
const SEEK_SECONDS: u64 = 10;
/// The most seek points of a file, 11 hours. What lies beyond is found by the player's own search.
const SEEK_POINTS_MAX: u64 = 4_000;
/// Bytes of `fLaC` and the header block after it.
const HEADER_BYTES: u64 = 4 + 4 + 34;

/// Why sound could not be written as FLAC.
#[derive(Debug, thiserror::Error)]
pub enum FlacError {
    /// The file could not be written.
    #[error("cannot write the flac file: {0}")]
    Io(#[from] std::io::Error),
    /// The encoder refused; with a sane rate that is a fault of ours.
    #[error("cannot encode as flac: {0}")]
    Encoder(String),
}

/// A FLAC file being written.
pub struct FlacWriter<W> {
    out: W,
    config: Verified<config::Encoder>,
    info: StreamInfo,
    /// The block in the encoder's form, and what is counted over all blocks.
    block: (FrameBuf, Context),
    /// Samples that do not fill a block yet.
    pending: Vec<i32>,
    encoded: ByteSink,
    /// Bytes of sound written so far, and the smallest and largest block among them.
    sound_bytes: u64,
    block_bytes: (usize, usize),
    samples_between_points: u64,
    points: Vec<SeekPoint>,
    points_room: u64,
}

struct SeekPoint {
    sample: u64,
    offset: u64,
    samples: u16,
}

impl<W: Write + Seek> FlacWriter<W> {
    /// Begins a file at `out`'s start for sound at `rate`. `samples_expected` is how long it will probably be: the seek
    /// table gets room for so much; more or less sound than that is no error.
    pub fn new(out: W, rate: Hz, samples_expected: u64) -> Result<FlacWriter<W>, FlacError> {
        let mut info = StreamInfo::new(rate.0 as usize, 1, 16).map_err(encoder)?;
        info.set_block_sizes(BLOCK, BLOCK).map_err(encoder)?;
        let mut config = config::Encoder::default();
        // Searching linear predictors costs several times the CPU for a few per cent of size.
        config.subframe_coding.use_lpc = false;
        let config = config.into_verified().map_err(|(_, error)| encoder(error))?;
        let samples_between_points = SEEK_SECONDS * u64::from(rate.0.max(1));
        let mut writer = FlacWriter {
            out,
            config,
            info,
            block: (FrameBuf::with_size(1, BLOCK).map_err(encoder)?, Context::new(16, 1)),
            pending: Vec::with_capacity(BLOCK),
            encoded: ByteSink::new(),
            sound_bytes: 0,
            block_bytes: (0, 0),
            samples_between_points,
            points: Vec::new(),
            points_room: (samples_expected / samples_between_points + 1).min(SEEK_POINTS_MAX),
        };
        writer.write_head()?;
        Ok(writer)
    }

    /// Takes the next samples.
    pub fn write(&mut self, mut samples: &[i16]) -> Result<(), FlacError> {
        while !samples.is_empty() {
            let (now, later) = samples.split_at(samples.len().min(BLOCK - self.pending.len()));
            self.pending.extend(now.iter().map(|&sample| i32::from(sample)));
            samples = later;
            if self.pending.len() == BLOCK {
                self.write_block()?;
            }
        }
        Ok(())
    }

    /// Writes what is left, then header and seek table with what is known now; gives the flushed `out` back.
    pub fn finish(mut self) -> Result<W, FlacError> {
        if !self.pending.is_empty() {
            self.write_block()?;
        }
        let (_, context) = &self.block;
        self.info.set_md5_digest(&context.md5_digest());
        self.info.set_total_samples(context.total_samples());
        self.info.set_frame_sizes(self.block_bytes.0, self.block_bytes.1).map_err(encoder)?;
        self.out.seek(SeekFrom::Start(0))?;
        self.write_head()?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn write_block(&mut self) -> Result<(), FlacError> {
        let start = self.block.1.total_samples() as u64;
        self.block.fill_interleaved(&self.pending).map_err(encoder)?;
        let number = self.block.1.current_frame_number().unwrap_or(0);
        let frame = encode_fixed_size_frame(&self.config, &self.block.0, number, &self.info).map_err(encoder)?;
        self.encoded.clear();
        frame.write(&mut self.encoded).map_err(encoder)?;
        let bytes = self.encoded.as_slice();
        let next_point = self.points.len() as u64 * self.samples_between_points;
        // A point names the block that holds its time, so that playing starts there or a little before.
        let end = start + self.pending.len() as u64;
        if end > next_point && (self.points.len() as u64) < self.points_room {
            let samples = self.pending.len() as u16;
            self.points.push(SeekPoint { sample: start, offset: self.sound_bytes, samples });
        }
        self.out.write_all(bytes)?;
        let (smallest, largest) = self.block_bytes;
        let smallest = if smallest == 0 { bytes.len() } else { smallest.min(bytes.len()) };
        self.block_bytes = (smallest, largest.max(bytes.len()));
        self.sound_bytes += bytes.len() as u64;
        self.pending.clear();
        Ok(())
    }

    /// Writes the marker, the stream's header and the seek table as they are now.
    fn write_head(&mut self) -> Result<(), FlacError> {
        let mut head = Vec::with_capacity(HEADER_BYTES as usize + 4 + 18 * self.points_room as usize);
        let table_bytes = (18 * self.points_room) as u32;
        head.extend_from_slice(b"fLaC");
        // Block types 0 and 3; the highest bit marks the last block before the sound.
        head.extend_from_slice(&34u32.to_be_bytes());
        let mut info = ByteSink::new();
        self.info.write(&mut info).map_err(encoder)?;
        head.extend_from_slice(info.as_slice());
        head.extend_from_slice(&(0x8300_0000 | table_bytes).to_be_bytes());
        for point in &self.points {
            head.extend_from_slice(&point.sample.to_be_bytes());
            head.extend_from_slice(&point.offset.to_be_bytes());
            head.extend_from_slice(&point.samples.to_be_bytes());
        }
        for _ in self.points.len() as u64..self.points_room {
            // An unused point.
            head.extend_from_slice(&u64::MAX.to_be_bytes());
            head.extend_from_slice(&[0; 10]);
        }
        self.out.write_all(&head)?;
        Ok(())
    }
}

fn encoder(error: impl std::fmt::Display) -> FlacError {
    FlacError::Encoder(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::Sound;
    use std::io::Cursor;

    fn speech() -> Sound {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/audio/speech.flac");
        Sound::open(&path).unwrap()
    }

    fn encode(samples: &[i16], expected: u64, piece: usize) -> Vec<u8> {
        let mut writer = FlacWriter::new(Cursor::new(Vec::new()), Hz(24_000), expected).unwrap();
        samples.chunks(piece).for_each(|part| writer.write(part).unwrap());
        writer.finish().unwrap().into_inner()
    }

    /// Checks the file with the reference decoder, where there is one.
    fn assert_reference_decoder_agrees(bytes: &[u8]) {
        let file = tempfile::Builder::new().suffix(".flac").tempfile().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        match std::process::Command::new("flac").args(["-t", "-s", "-w"]).arg(file.path()).output() {
            Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => eprintln!("not checked by the reference decoder: flac is not installed"),
        }
    }

    #[test]
    fn speech_comes_back_sample_by_sample_and_smaller() {
        let sound = speech();
        let bytes = encode(&sound.samples, sound.samples.len() as u64, 480);
        assert!(bytes.len() < sound.samples.len() * 2 * 6 / 10, "{} bytes", bytes.len());
        assert_reference_decoder_agrees(&bytes);
        assert!(Sound::read(Cursor::new(bytes)).unwrap() == sound);
    }

    #[test]
    fn every_length_around_a_block_and_every_kind_of_sound_comes_back() {
        let mut state = 1u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i16
        };
        for length in [1, 2, 3, 15, 16, 17, 31, 33, 4095, 4096, 4097, 4110, 8192] {
            let loud: Vec<i16> = (0..length).map(|_| noise()).collect();
            let square = (0..length).map(|n| if n % 7 < 3 { i16::MIN } else { i16::MAX }).collect();
            for samples in [vec![0; length], vec![i16::MIN; length], loud, square] {
                let bytes = encode(&samples, length as u64, 1000);
                assert_reference_decoder_agrees(&bytes);
                assert!(Sound::read(Cursor::new(bytes)).unwrap().samples == samples, "{length} samples");
            }
        }
    }

    #[test]
    fn more_or_less_sound_than_expected_is_fine() {
        let samples: Vec<i16> = speech().samples.iter().copied().cycle().take(24_000 * 35).collect();
        for expected in [0, 24_000 * 20, 24_000 * 35, 24_000 * 300] {
            let bytes = encode(&samples, expected, 4_800);
            assert_reference_decoder_agrees(&bytes);
            assert!(Sound::read(Cursor::new(bytes)).unwrap().samples == samples, "expected {expected}");
        }
    }

    #[test]
    fn seek_points_name_the_blocks_that_hold_their_time() {
        let samples: Vec<i16> = speech().samples.iter().copied().cycle().take(24_000 * 35).collect();
        let bytes = encode(&samples, samples.len() as u64, 4_800);
        let table = HEADER_BYTES as usize + 4;
        for point in 0..4usize {
            let entry = &bytes[table + 18 * point..];
            let sample = u64::from_be_bytes(entry[..8].try_into().unwrap());
            let offset = u64::from_be_bytes(entry[8..16].try_into().unwrap()) as usize;
            let wanted = point as u64 * 240_000;
            assert!(sample <= wanted && wanted < sample + BLOCK as u64, "point {point} at sample {sample}");
            // A block begins with its sync code and, further on, its number.
            let block = &bytes[table + 18 * 4 + offset..];
            assert_eq!(block[..2], [0xff, 0xf8], "point {point}");
        }
    }

    #[test]
    fn no_sound_at_all_makes_a_file_that_says_so() {
        let bytes = encode(&[], 0, 1);
        let error = Sound::read(Cursor::new(bytes)).unwrap_err().to_string();
        assert!(error.contains("ends before its sound begins"), "{error}");
    }

    #[test]
    fn a_file_that_was_never_finished_still_decodes() {
        let samples = &speech().samples[..BLOCK * 3];
        let mut file = Cursor::new(Vec::new());
        let mut writer = FlacWriter::new(&mut file, Hz(24_000), samples.len() as u64).unwrap();
        writer.write(samples).unwrap();
        drop(writer);
        assert!(Sound::read(file).unwrap().samples == samples);
    }
}
