//! An end-of-turn model as the core meets it: it knows whether the candidate will go on, and is wrong as often as the scenario
//! says.

use super::clock::Queue;
use super::random::Random;
use super::scenario::EndOfTurnManner;
use crate::interview::event::Event;
use crate::units::*;

/// Scores that stand well on either side of any threshold.
const SURE: (u16, u16) = (950, 50);

/// The model of one interview.
#[derive(Debug)]
pub struct Listener {
    manner: EndOfTurnManner,
    random: Random,
    queue: Queue<Event>,
}

impl Listener {
    /// A model of this manner; without one it is never asked.
    pub fn new(manner: Option<&EndOfTurnManner>, seed: u64) -> Self {
        Listener { manner: manner.cloned().unwrap_or_default(), random: Random::new(seed, 9), queue: Queue::default() }
    }

    /// It is asked about sound after which the candidate is done, or is not.
    pub fn ask(&mut self, now: At, up_to: SampleIdx, is_done: bool) {
        let says_done = is_done == self.random.chance(self.manner.right_permille);
        let permille = Permille(if says_done { SURE.0 } else { SURE.1 });
        let event = match self.manner.fails {
            true => Event::EndOfTurnFailed { up_to },
            false => Event::EndOfTurnScored { up_to, permille },
        };
        if !self.manner.stalls {
            self.queue.push(now + self.manner.takes_ms, event);
        }
    }

    /// When something comes.
    pub fn due(&self) -> Option<At> {
        self.queue.due()
    }

    /// What comes.
    pub fn next(&mut self, now: At) -> Option<Event> {
        self.queue.pop_due(now)
    }
}
