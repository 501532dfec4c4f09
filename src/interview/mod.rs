//! The interview itself: a pure machine. Given an event and the time it answers with commands; it never waits, never
//! fails, never looks at a clock, and holds no sound. Same setup and same events give the same commands, byte for byte.

pub mod command;
pub mod event;
pub mod floor;
pub mod setup;
pub mod timer;

use crate::units::*;
use command::{Command, FloorState, Phase};
use event::{Event, Role};
use setup::Setup;
use timer::{Timer, Timers};

/// One interview.
pub struct Interview {
    setup: Setup,
    timers: Timers,
    view: View,
}

/// What can be read of an interview, for clients, traces and tests.
#[derive(Clone, Debug)]
pub struct View {
    /// The conversation in order.
    pub items: Vec<Item>,
    /// The phase.
    pub phase: Phase,
    /// Who has the floor.
    pub floor: FloorState,
}

/// An entry of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// Whose.
    pub role: Role,
    /// Spoken (has sound) or typed.
    pub spoken: bool,
    /// Its words; of the interviewer's spoken items only what was heard, once it is settled.
    pub text: String,
    /// Its sound so far, from its start; zero for typed items.
    pub audio: Ms,
    /// All of it is there.
    pub complete: bool,
    /// It was cut off.
    pub interrupted: bool,
}

/// One message of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who says it, for the model.
    pub role: Role,
    /// The text.
    pub text: String,
}

impl Interview {
    /// An interview in its first state; nothing happens before the first event.
    pub fn new(setup: Setup) -> Self {
        let view = View { items: Vec::new(), phase: Phase::Greet, floor: FloorState::Listening };
        Interview { setup, timers: Timers::default(), view }
    }

    /// Takes one event at its time and appends what is to be done to `commands`.
    pub fn handle(&mut self, _at: At, _event: Event, _commands: &mut Vec<Command>) {}

    /// The soonest deadline: at that time the driver hands in `Event::TimerFired` with this timer.
    pub fn deadline(&self) -> Option<(At, Timer)> {
        self.timers.soonest()
    }

    /// The messages of a call that `Command::AskModel` asked for; empty once its answer has come or was dropped.
    pub fn messages(&self, _request: RequestId) -> Vec<Message> {
        Vec::new()
    }

    /// The interview as it stands.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// What it was set up with.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }
}
