//! The whole sound of an interview, both voices in one file on its clock: made of the kept tracks when somebody first asks for it, and
//! kept beside them until the interview is deleted. It is no part of the recording: no bundle holds it.

use super::{DECODING, ReviewError, Track, damaged};
use crate::app::{App, ids, import, unix_ms};
use crate::audio::file::{Sound, SoundError};
use crate::audio::flac::FlacWriter;
use crate::recording::close::hash_all;
use crate::recording::files::create_nameless;
use crate::recording::places::Places;
use crate::store::StoreError;
use crate::store::files::{FileRow, WHOLE};
use crate::units::*;
use std::fs::File;
use std::io::{BufReader, BufWriter, Cursor, Read, Seek, Write};

/// A gap that lasts longer than this is none of an interview's; what lies behind it is left out.
const SAMPLES_MAX: u64 = 6 * 3_600 * TRACK_RATE.0 as u64;

impl App {
    /// The file with both voices. Making it takes some seconds for an hour.
    ///
    /// # Errors
    /// When no sound is kept, it cannot be read, or the store cannot be reached.
    pub async fn whole(&self, id: &str) -> Result<FileRow, ReviewError> {
        if let Some(kept) = self.store().file(id, WHOLE).await? {
            return Ok(kept);
        }
        let _turn = DECODING.acquire().await.map_err(damaged)?;
        if let Some(kept) = self.store().file(id, WHOLE).await? {
            return Ok(kept);
        }
        let places = Places::resolved(self.summary_of(id).await?.candidate_places);
        let candidate = self.track_of(id, Track::Candidate).await?;
        let interviewer = self.track_of(id, Track::Interviewer).await?;
        if candidate.is_none() && interviewer.is_none() {
            return Err(ReviewError::Absent);
        }
        let recordings = self.recordings().to_owned();
        let mixing = tokio::task::spawn_blocking(move || {
            let folder = import::staging(&recordings)?;
            // What lies sealed lies open nowhere else under any name.
            let nameless = || create_nameless(&folder, &ids::of("mix_"));
            let mut sound = mix(candidate, &places, interviewer, nameless()?, nameless()?)?;
            sound.rewind()?;
            let hashed = hash_all(&sound)?;
            sound.rewind()?;
            Ok::<_, SoundError>((sound, hashed))
        });
        let (sound, (bytes, sha256)) = mixing.await.map_err(damaged)?.map_err(damaged)?;
        let file = FileRow::new(id, WHOLE, "audio/flac", bytes, sha256);
        self.keep_whole(file, sound).await
    }

    async fn track_of(&self, id: &str, track: Track) -> Result<Option<Vec<u8>>, ReviewError> {
        match self.file_of(id, track.file()).await {
            Err(ReviewError::Absent) => Ok(None),
            other => other.map(Some),
        }
    }

    async fn keep_whole(&self, file: FileRow, sound: File) -> Result<FileRow, ReviewError> {
        let announced = self.store().announce_made(&file, unix_ms()).await?;
        let file = announced.ok_or(ReviewError::Absent)?;
        self.store().blobs().keep_open(&file, sound).await.map_err(StoreError::from)?;
        if !self.store().made_is_kept(&file, unix_ms()).await? {
            // Deleted meanwhile.
            self.store().blobs().delete(&file.key).await.map_err(StoreError::from)?;
            return Err(ReviewError::Absent);
        }
        Ok(FileRow { kept: true, ..file })
    }
}

/// Mixes two tracks into a file, and gives it: the candidate's lies on the clock at these places, the interviewer's from its beginning.
/// `laid` is for what lies in between. Blocks.
fn mix(
    candidate: Option<Vec<u8>>,
    places: &Places,
    interviewer: Option<Vec<u8>>,
    mut laid: File,
    out: File,
) -> Result<File, SoundError> {
    let samples = candidate.map_or(Ok(0), |track| lay_out(track, places, &laid))?;
    laid.rewind()?;
    pour((samples > 0).then(|| BufReader::new(laid)), interviewer, samples, out)
}

/// Writes a packed track to a file as it lies on the clock, with silence in the gaps: 16 bits a sample. Gives how many.
fn lay_out(track: Vec<u8>, places: &Places, laid: &File) -> Result<u64, SoundError> {
    let mut out = BufWriter::new(laid);
    let mut gaps = places.places().iter().peekable();
    let (mut read, mut written, mut failed) = (0_u64, 0_u64, None);
    decoded(track, |block| {
        for sample in block {
            while let Some(gap) = gaps.next_if(|place| place.sample.0 <= read) {
                let due = Ms(gap.at_ms.0).samples(TRACK_RATE).min(SAMPLES_MAX);
                while written < due && failed.is_none() {
                    failed = out.write_all(&[0; 2]).err();
                    written += 1;
                }
            }
            if written < SAMPLES_MAX && failed.is_none() {
                failed = out.write_all(&sample.to_le_bytes()).err();
                written += 1;
            }
            read += 1;
        }
    })?;
    out.flush()?;
    failed.map_or(Ok(written), |error| Err(error.into()))
}

/// Mixes a track with what lies under it, if anything does, into a FLAC file.
fn pour(
    mut under: Option<BufReader<File>>,
    track: Option<Vec<u8>>,
    samples: u64,
    out: File,
) -> Result<File, SoundError> {
    let encoder = |error: crate::audio::flac::FlacError| SoundError::from(std::io::Error::other(error));
    let mut out = FlacWriter::new(BufWriter::new(out), TRACK_RATE, samples).map_err(encoder)?;
    let mut failed = None;
    let mut next = || -> Option<i16> {
        let mut bytes = [0; 2];
        under.as_mut()?.read_exact(&mut bytes).ok().map(|()| i16::from_le_bytes(bytes))
    };
    let mut mixed = Vec::new();
    if let Some(track) = track {
        decoded(track, |block| {
            mixed.clear();
            mixed.extend(block.iter().map(|sample| sample.saturating_add(next().unwrap_or(0))));
            if failed.is_none() {
                failed = out.write(&mixed).err();
            }
        })?;
    }
    while failed.is_none() {
        mixed.clear();
        mixed.extend(std::iter::from_fn(&mut next).take(4_096));
        if mixed.is_empty() {
            break;
        }
        failed = out.write(&mixed).err();
    }
    match failed {
        Some(error) => Err(encoder(error)),
        None => out.finish().map_err(encoder)?.into_inner().map_err(|error| error.into_error().into()),
    }
}

/// Goes through a track; one without sound is none.
fn decoded(track: Vec<u8>, take: impl FnMut(&[i16])) -> Result<(), SoundError> {
    match Sound::scan(Cursor::new(track), take) {
        Ok(_) | Err(SoundError::Empty) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::places::Place;

    fn track(samples: &[i16]) -> Option<Vec<u8>> {
        let mut file = Cursor::new(Vec::new());
        Sound { rate: TRACK_RATE, samples: samples.to_vec() }.write_wav(&mut file).expect("written");
        Some(file.into_inner())
    }

    fn mixed(candidate: Option<Vec<u8>>, places: Vec<Place>, interviewer: Option<Vec<u8>>) -> Vec<i16> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name| create_nameless(folder.path(), name).expect("a file");
        let mut sound =
            mix(candidate, &Places::resolved(places), interviewer, file("laid"), file("sound")).expect("mixed");
        #[cfg(unix)]
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "none of it has a name");
        let mut bytes = Vec::new();
        sound.rewind().expect("read again");
        sound.read_to_end(&mut bytes).expect("read");
        let mut samples = Vec::new();
        Sound::scan(Cursor::new(bytes), |block| samples.extend_from_slice(block)).expect("sound");
        samples
    }

    #[test]
    fn both_voices_lie_on_one_clock() {
        let place = |sample, at| Place { sample: SampleIdx(sample), at_ms: At(at) };
        let places = vec![place(0, 1), place(24, 3)];
        let sound = mixed(track(&[100; 48]), places, track(&[7; 36]));
        let expected = [vec![7; 24], vec![107; 12], vec![100; 12], vec![0; 24], vec![100; 24]].concat();
        assert_eq!(sound, expected);
    }

    #[test]
    fn one_voice_alone_is_the_whole_and_loud_voices_do_not_wrap() {
        assert_eq!(mixed(None, Vec::new(), track(&[5; 30])), [5; 30]);
        assert_eq!(mixed(track(&[5; 30]), Vec::new(), None), [5; 30]);
        assert_eq!(mixed(track(&[30_000; 30]), Vec::new(), track(&[30_000; 60]))[29..31], [i16::MAX, 30_000]);
    }

    #[test]
    fn what_is_no_sound_is_no_whole() {
        let file = || tempfile::tempfile().expect("a file");
        assert!(mix(Some(b"nothing".to_vec()), &Places::default(), track(&[1; 9]), file(), file()).is_err());
    }
}
