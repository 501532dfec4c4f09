//! All timers of an interview: a closed list and a fixed table. A timer's name says what ends when it fires.

use crate::units::At;
use serde::{Deserialize, Serialize};

/// What may be waited for. The order breaks ties between equal deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// No microphone sound came for a while though a turn is open: judge it by the clock.
    MicStalled,
    /// The final transcript is overdue: go on with what there is.
    FinalOverdue,
    /// Words came without voice: the turn they opened ends.
    TypedSpeechIdle,
    /// The candidate made a sound over the interviewer: decide whether it was an interruption.
    InterruptionUndecided,
    /// The sound was no interruption: speak on.
    InterruptionFalse,
    /// The model's first word is overdue.
    ModelOverdue,
    /// The model takes longer than it usually does: it is asked a second time.
    ModelHedge,
    /// The answer's first words are not there yet: something short is said meanwhile.
    OpenerDue,
    /// The voice's first sound is overdue.
    SpeechOverdue,
    /// The client has played all that was sent.
    PlayoutDrained,
    /// The candidate has been silent for long.
    CandidateAway,
    /// Code is being written or tried, and nothing happens.
    Stall,
    /// There is something to say as soon as nobody speaks or types.
    QuietAwaited,
    /// The time of a phase ends.
    PhaseUp,
    /// The time box nears its end.
    WrapUp,
    /// The time box ends.
    TimeUp,
    /// A run of the candidate's code is overdue: it is given up.
    RunOverdue,
    /// The client's socket did not come back, or a pause has no end.
    ClientGone,
}

/// How many timers there are.
pub const TIMER_COUNT: usize = Timer::ClientGone as usize + 1;

/// The armed timers. At most one deadline each; arming again replaces it.
#[derive(Clone, Debug, Default)]
pub struct Timers {
    deadlines: [Option<At>; TIMER_COUNT],
}

/// Every timer, in tie-breaking order.
pub const ALL_TIMERS: [Timer; TIMER_COUNT] = [
    Timer::MicStalled,
    Timer::FinalOverdue,
    Timer::TypedSpeechIdle,
    Timer::InterruptionUndecided,
    Timer::InterruptionFalse,
    Timer::ModelOverdue,
    Timer::ModelHedge,
    Timer::OpenerDue,
    Timer::SpeechOverdue,
    Timer::PlayoutDrained,
    Timer::CandidateAway,
    Timer::Stall,
    Timer::QuietAwaited,
    Timer::PhaseUp,
    Timer::WrapUp,
    Timer::TimeUp,
    Timer::RunOverdue,
    Timer::ClientGone,
];

impl Timers {
    /// Fires `timer` at `deadline` and not at any earlier set time.
    pub fn arm(&mut self, timer: Timer, deadline: At) {
        self.deadlines[timer as usize] = Some(deadline);
    }

    /// `timer` does not fire.
    pub fn disarm(&mut self, timer: Timer) {
        self.deadlines[timer as usize] = None;
    }

    /// When `timer` fires, if it is armed.
    pub fn deadline_of(&self, timer: Timer) -> Option<At> {
        self.deadlines[timer as usize]
    }

    /// No timer fires.
    pub fn disarm_all(&mut self) {
        self.deadlines = [None; TIMER_COUNT];
    }

    /// The soonest deadline and its timer.
    pub fn soonest(&self) -> Option<(At, Timer)> {
        let mut soonest: Option<(At, Timer)> = None;
        // Asked before every event: the first of the earliest, in one pass.
        for (timer, deadline) in ALL_TIMERS.iter().zip(self.deadlines) {
            let Some(at) = deadline else { continue };
            if soonest.is_none_or(|(before, _)| at < before) {
                soonest = Some((at, *timer));
            }
        }
        soonest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lists_every_timer_at_its_own_place() {
        for (place, timer) in ALL_TIMERS.iter().enumerate() {
            assert_eq!(*timer as usize, place);
        }
    }

    #[test]
    fn the_soonest_wins_and_ties_go_by_the_list() {
        let mut timers = Timers::default();
        timers.arm(Timer::TimeUp, At(10));
        timers.arm(Timer::FinalOverdue, At(10));
        timers.arm(Timer::WrapUp, At(11));
        assert_eq!(timers.soonest(), Some((At(10), Timer::FinalOverdue)));
        timers.disarm(Timer::FinalOverdue);
        assert_eq!(timers.soonest(), Some((At(10), Timer::TimeUp)));
    }
}
