//! Tells a recorded interview as a person reads it: what was heard, typed and said, every decision with its rule, facts and
//! thresholds, and when each stage of an answer was reached. A reader of recordings; decides nothing.
//!
//! `story` folds the steps into entries, `meaning` says what rules and reasons mean, `text` prints.

pub mod meaning;
pub mod story;
pub mod text;

pub use story::{Chapter, Entry, Kind, Story};

use crate::recording::reader::{ReadError, Recording};
use std::path::Path;

/// The story of the recording in `folder`.
///
/// # Errors
/// When it is no recording or cannot be read; a torn end is left out, as in replays.
pub fn explain(folder: &Path) -> Result<Story, ReadError> {
    let recording = Recording::open(folder)?;
    let bytes = recording.read_steps()?;
    let mut story = story::Teller::new(recording.header().setup.clone());
    for line in recording.steps(&bytes) {
        story.step(line?.step);
    }
    Ok(story.end())
}
