//! Feeds a recording's events to the core and finds the first step at which it answers otherwise than it did.
//!
//! - [`run`]: the comparison, over any [`Machine`].
//! - [`difference`]: the first difference, printed with its neighbours.
//! - [`report`]: whole folders of recordings, and what became of each. [`junit`]: the same for CI systems.
//! - [`bless`](mod@bless): accepts the core's present answers as a recording's new commands.
//! - [`cases`]: the recordings kept as tests.

pub mod bless;
pub mod cases;
pub mod difference;
pub mod junit;
pub mod report;

pub use bless::bless;
pub use difference::{Difference, Kind};
pub use report::{Report, find, replay_folder};

use crate::interview::Interview;
use crate::interview::command::Command;
use crate::interview::event::Event;
use crate::interview::timer::Timer;
use crate::recording::format::Step;
use crate::recording::reader::{ReadError, Steps};
use crate::units::*;
use difference::encode_command;

/// What can be replayed: the core, or a small machine in its place in tests.
pub trait Machine {
    /// See [`Interview::handle`].
    fn handle(&mut self, at: At, event: Event, commands: &mut Vec<Command>);
    /// See [`Interview::deadline`].
    fn deadline(&self) -> Option<(At, Timer)>;
}

impl Machine for Interview {
    fn handle(&mut self, at: At, event: Event, commands: &mut Vec<Command>) {
        Interview::handle(self, at, event, commands);
    }

    fn deadline(&self) -> Option<(At, Timer)> {
        Interview::deadline(self)
    }
}

/// What to think of commands that the recording lacks at its very end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// The recording is whole: a missing command is a difference.
    Whole,
    /// The recording was cut off: the answer to its last event may be cut, too.
    MayBeCut,
}

/// Why a replay stopped before the end.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The recording cannot be read on.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The core answers otherwise.
    #[error("{0}")]
    Different(Box<Difference>),
}

/// A replay that found no difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// Lines replayed.
    pub steps: u64,
    /// Events among them.
    pub events: u64,
    /// Time of the last event.
    pub duration: Ms,
    /// Bytes of a torn last line, which were left out.
    pub torn_bytes: u64,
}

/// Replays `steps` through `machine` up to the first difference. `played` follows along, so that it tells how far the
/// replay came even when the machine panics.
pub fn run(machine: &mut impl Machine, mut steps: Steps<'_>, tail: Tail, played: &mut Played) -> Result<(), Stopped> {
    let bytes = steps.bytes();
    let differ = |seq, kind, expected, actual| {
        Err(Stopped::Different(Box::new(Difference::new(bytes, seq, kind, expected, actual))))
    };
    let mut commands: Vec<Command> = Vec::new();
    let mut compared = 0;
    for line in &mut steps {
        let line = line?;
        match line.step {
            Step::Event(at, event) => {
                if let Some(extra) = commands.get(compared) {
                    return differ(line.number, Kind::CommandAdded, None, encode_command(line.number, extra));
                }
                if let Event::TimerFired(timer) = event
                    && let Some((kind, actual)) = misfired(at, timer, machine.deadline())
                {
                    return differ(line.number, kind, None, actual);
                }
                commands.clear();
                compared = 0;
                played.steps = line.number;
                played.events += 1;
                played.duration = at - At(0);
                machine.handle(at, event, &mut commands);
            }
            Step::Command(recorded) => {
                match commands.get(compared) {
                    Some(command) if *command == recorded => compared += 1,
                    Some(command) => {
                        let actual = encode_command(line.number, command);
                        return differ(line.number, Kind::CommandChanged, Some(recorded), actual);
                    }
                    None => return differ(line.number, Kind::CommandGone, None, "no further command".into()),
                }
                played.steps = line.number;
            }
        }
    }
    played.torn_bytes = steps.torn().map_or(0, |torn| torn.bytes);
    match commands.get(compared) {
        Some(extra) if tail == Tail::Whole => {
            let seq = played.steps + 1;
            differ(seq, Kind::CommandAdded, None, encode_command(seq, extra))
        }
        _ => Ok(()),
    }
}

/// What is wrong with a timer that fired, if something is: it must be the core's own next deadline, and not early.
fn misfired(at: At, timer: Timer, deadline: Option<(At, Timer)>) -> Option<(Kind, String)> {
    match deadline {
        None => Some((Kind::TimerNotArmed, "no timer is armed".into())),
        Some((due, own)) if own != timer => {
            Some((Kind::TimerOther, format!("the next deadline is {own:?} at {due} ms")))
        }
        Some((due, _)) if at < due => Some((Kind::TimerEarly, format!("the deadline is {due} ms"))),
        Some(_) => None,
    }
}

#[cfg(test)]
pub(crate) mod tests;
