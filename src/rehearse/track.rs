//! The rehearsal as it was heard at the candidate's ear: both sides on one clock, written as it goes.

use super::session::Heard;
use crate::units::TRACK_RATE;
use std::fs::{File, create_dir_all};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Both sides as one wav: the candidate left, the interviewer right.
pub struct Track {
    writer: hound::WavWriter<BufWriter<File>>,
    path: PathBuf,
}

impl Track {
    /// A new file of this name in `folder`, which is made if need be.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(folder: &Path, name: &str) -> Result<Track, hound::Error> {
        create_dir_all(folder)?;
        let path = folder.join(format!("{name}.wav"));
        let (bits_per_sample, sample_format) = (16, hound::SampleFormat::Int);
        let spec = hound::WavSpec { channels: 2, sample_rate: TRACK_RATE.0, bits_per_sample, sample_format };
        Ok(Track { writer: hound::WavWriter::create(&path, spec)?, path })
    }

    /// The next frame.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, heard: &Heard) -> Result<(), hound::Error> {
        for (left, right) in heard.candidate.iter().zip(&heard.interviewer) {
            self.writer.write_sample(*left)?;
            self.writer.write_sample(*right)?;
        }
        Ok(())
    }

    /// Closes the file and says where it is.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Result<PathBuf, hound::Error> {
        self.writer.finalize()?;
        Ok(self.path)
    }
}
