//! Tracks of a closed recording: PCM to FLAC and back, a block at a time, so that an hour costs no more memory than a
//! second.

use super::files::create_private;
use crate::audio::FlacWriter;
use crate::units::Hz;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read};
use std::path::Path;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error as DecoderError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

/// Samples read at a time.
const BLOCK: usize = 4096;

/// Writes the samples of the PCM file `pcm` to the new FLAC file `flac`, forces it to the disk, reads it back, and gives
/// the number of samples. Fails, leaving `pcm` as it is, unless every sample came back equal.
pub(super) fn compress(pcm: &Path, flac: &Path, rate: Hz) -> io::Result<u64> {
    let samples = encode(pcm, flac, rate)?;
    let mut original = PcmBlocks::open(pcm)?;
    let mut expected = Vec::new();
    let decoded = decode(flac, |block| {
        original.read(&mut expected, block.len())?;
        if expected == block { Ok(()) } else { Err(io::Error::other("the FLAC differs from the PCM")) }
    })?;
    if decoded != samples {
        return Err(io::Error::other(format!("the FLAC has {decoded} of {samples} samples")));
    }
    Ok(samples)
}

fn encode(pcm: &Path, flac: &Path, rate: Hz) -> io::Result<u64> {
    let expected = std::fs::metadata(pcm)?.len() / 2;
    let mut writer =
        FlacWriter::new(BufWriter::new(create_private(flac)?), rate, expected).map_err(io::Error::other)?;
    let mut source = PcmBlocks::open(pcm)?;
    let (mut block, mut samples) = (Vec::new(), 0);
    loop {
        source.read(&mut block, BLOCK)?;
        if block.is_empty() {
            break;
        }
        writer.write(&block).map_err(io::Error::other)?;
        samples += block.len() as u64;
    }
    let out = writer.finish().map_err(io::Error::other)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(samples)
}

/// Hands the samples of a mono FLAC file to `take`, block by block; gives their number.
pub(super) fn decode(flac: &Path, mut take: impl FnMut(&[i16]) -> io::Result<()>) -> io::Result<u64> {
    let failed = |error: DecoderError| io::Error::other(format!("{} cannot be decoded: {error}", flac.display()));
    let stream = MediaSourceStream::new(Box::new(File::open(flac)?), Default::default());
    let (hint, format, meta) = (Hint::new(), FormatOptions::default(), MetadataOptions::default());
    let mut reader = symphonia::default::get_probe().probe(&hint, stream, format, meta).map_err(failed)?;
    let track = reader.default_track(TrackType::Audio);
    let params = track.and_then(|track| track.codec_params.as_ref()).and_then(|params| params.audio());
    let params = params.ok_or_else(|| io::Error::other(format!("{} holds no sound", flac.display())))?;
    let options = AudioDecoderOptions::default();
    let mut decoder = symphonia::default::get_codecs().make_audio_decoder(params, &options).map_err(failed)?;
    let (mut block, mut samples) = (Vec::<i16>::new(), 0);
    while let Some(packet) = reader.next_packet().map_err(failed)? {
        decoder.decode(&packet).map_err(failed)?.copy_to_vec_interleaved(&mut block);
        samples += block.len() as u64;
        take(&block)?;
    }
    Ok(samples)
}

/// Reads a PCM file in blocks; half a sample at the end is left out.
pub(super) struct PcmBlocks {
    file: BufReader<File>,
    bytes: Vec<u8>,
}

impl PcmBlocks {
    pub(super) fn open(pcm: &Path) -> io::Result<Self> {
        Ok(PcmBlocks { file: BufReader::with_capacity(64 << 10, File::open(pcm)?), bytes: Vec::new() })
    }

    /// The next samples, at most `count`; none at the end.
    pub(super) fn read(&mut self, samples: &mut Vec<i16>, count: usize) -> io::Result<()> {
        self.bytes.clear();
        self.file.by_ref().take(count as u64 * 2).read_to_end(&mut self.bytes)?;
        samples.clear();
        let (pairs, _) = self.bytes.as_chunks::<2>();
        samples.extend(pairs.iter().map(|&pair| i16::from_le_bytes(pair)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn round_trip(samples: &[i16]) -> (u64, u64, Vec<i16>) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (pcm, flac) = (folder.path().join("a.pcm"), folder.path().join("a.flac"));
        fs::write(&pcm, samples.iter().flat_map(|sample| sample.to_le_bytes()).collect::<Vec<u8>>()).expect("written");
        let count = compress(&pcm, &flac, Hz(24_000)).expect("compresses");
        let mut back = Vec::new();
        decode(&flac, |block| {
            back.extend_from_slice(block);
            Ok(())
        })
        .expect("decodes");
        (count, fs::metadata(&flac).expect("there").len(), back)
    }

    /// A tone with noise on it, then full-scale noise, then silence.
    fn sound(length: usize) -> Vec<i16> {
        let mut state = 7_u32;
        let noise = move |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i16
        };
        let loud: Vec<i16> = (0..length).map(noise).collect();
        let tone = |n: usize| ((n as f32 * 0.05).sin() * 9000.0) as i16;
        let part = length / 3;
        let sample = |n: usize| {
            if n < part {
                tone(n) + loud[n] / 256
            } else if n < 2 * part {
                loud[n]
            } else {
                0
            }
        };
        (0..length).map(sample).collect()
    }

    #[test]
    fn every_sample_comes_back_whatever_the_length() {
        for length in [1, 2, 15, 31, 4095, 4096, 4097, 4111, 4128, 30_000] {
            let samples = sound(length);
            let (count, _, back) = round_trip(&samples);
            assert_eq!(count, length as u64);
            assert!(back == samples, "{length} samples");
        }
    }

    #[test]
    fn silence_costs_next_to_nothing() {
        let (count, bytes, _) = round_trip(&[0; 24_000 * 60]);
        assert_eq!(count, 24_000 * 60);
        assert!(bytes < 10_000, "{bytes}");
    }

    #[test]
    fn it_is_a_sound_file_like_any_other() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (pcm, flac) = (folder.path().join("a.pcm"), folder.path().join("a.flac"));
        let bytes: Vec<u8> = sound(50_001).iter().flat_map(|sample| sample.to_le_bytes()).collect();
        fs::write(&pcm, &bytes).expect("written");
        compress(&pcm, &flac, Hz(24_000)).expect("compresses");
        let sound = crate::audio::Sound::open(&flac).expect("a sound file");
        assert_eq!((sound.rate, sound.samples.len()), (Hz(24_000), 50_001));
    }
}
