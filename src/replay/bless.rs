//! Accepts the core's present answers: rewrites a recording's commands, keeping its events.

use super::{Machine, misfired};
use crate::interview::Interview;
use crate::interview::event::Event;
use crate::recording::files::write_whole;
use crate::recording::format::{STEPS_FILE, Step, StepEncoder};
use crate::recording::reader::{ReadError, Recording, Steps};
use std::io;
use std::path::{Path, PathBuf};

/// Why a recording cannot be blessed.
#[derive(Debug, thiserror::Error)]
pub enum BlessError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A timer of the recording is no longer the core's: its events themselves are out of date.
    #[error("step {seq}: {detail}; the events no longer fit the core, make the recording anew")]
    Stale {
        /// The step of the timer.
        seq: u64,
        /// What the core waits for.
        detail: String,
    },
    /// It is the closed record of a real interview; only recordings kept as tests may be rewritten.
    #[error("{folder} is a closed recording of an interview and stays as it is")]
    Closed {
        /// The recording.
        folder: PathBuf,
    },
    /// The new steps cannot be written.
    #[error("cannot write the steps of {folder}")]
    Io {
        /// The recording.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Rewrites the commands of the case in `folder` with the core's present ones; true when that changed anything. A torn
/// last line is dropped.
pub fn bless(folder: &Path) -> Result<bool, BlessError> {
    let recording = Recording::open(folder)?;
    if recording.summary().is_some() {
        return Err(BlessError::Closed { folder: folder.to_owned() });
    }
    let bytes = recording.read_steps()?;
    let mut core = Interview::new(recording.header().setup.clone());
    let blessed = answer(&mut core, recording.steps(&bytes))?;
    if blessed == bytes {
        return Ok(false);
    }
    let written = write_whole(folder, STEPS_FILE, &blessed);
    written.map_err(|source| BlessError::Io { folder: folder.to_owned(), source })?;
    Ok(true)
}

/// The events of `steps` with the machine's answers to them.
pub(super) fn answer(machine: &mut impl Machine, steps: Steps<'_>) -> Result<Vec<u8>, BlessError> {
    let mut encoder = StepEncoder::default();
    let mut out = Vec::with_capacity(steps.bytes().len());
    let mut commands = Vec::new();
    for line in steps {
        let line = line?;
        let Step::Event(at, event) = line.step else { continue };
        if let Event::TimerFired(timer) = event
            && let Some((_, detail)) = misfired(at, timer, machine.deadline())
        {
            return Err(BlessError::Stale { seq: line.number, detail });
        }
        encoder.event(&mut out, at, &event);
        commands.clear();
        machine.handle(at, event, &mut commands);
        encoder.commands(&mut out, &commands);
    }
    Ok(out)
}
