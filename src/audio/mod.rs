//! Sound as numbers: mono 16-bit samples, their rate, and what turns one form of them into another. Pure; nothing here
//! waits, and only `file` touches a disk.

pub mod file;
pub mod flac;
pub mod g711;
pub mod level;
pub mod resample;

pub use file::{Sound, SoundError};
pub use flac::{FlacError, FlacWriter};
pub use resample::{RateError, Resampler};
