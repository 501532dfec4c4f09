//! The interview's log on disk: a folder with a header, the steps (events and commands in their one order) and two
//! lossless tracks of sound. `docs/recording.md` describes the format for readers in other languages.
//!
//! - [`format`]: what the files hold, and the encoder that gives the same bytes in live, replay and sim.
//! - [`recorder`]: the driver's end, which never waits. [`writer`]: the threads behind it, which alone touch the disk
//!   while live. [`fault`]: what can stop a recording.
//! - [`places`]: where the candidate's packed sound lies on the interview's clock.
//! - [`close`]: finishing a recording, and recovering one whose server was killed.
//! - `tracks`: PCM to FLAC and back.
//! - [`reader`]: opening recordings, whole, torn or damaged.

mod batch;
pub mod bundle;
pub mod close;
pub mod fault;
pub mod files;
pub mod format;
pub mod places;
pub mod reader;
pub mod recorder;
mod tracks;
pub mod writer;

pub use close::{Recovered, recover, recover_all};
pub use fault::{FaultKind, RecorderFault};
pub use format::{Consent, ConsentBy, Header, Step, StepEncoder, Summary};
pub use places::Places;
pub use reader::{ReadError, Recording, Steps, Torn};
pub use recorder::{Finishing, Recorder};
pub use writer::{BeginError, Writer};
