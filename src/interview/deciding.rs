//! Where the agenda and the interview meet: turns are told to the agenda, its choices become replies, its changes of phase are
//! shown and timed.

use super::agenda::{Agenda, Ground, Line, Next};
use super::command::{Command, Show};
use super::timer::Timer;
use super::{Attendance, Interview};
use crate::units::*;

impl Interview {
    /// Changes the agenda; a change of phase is shown and its time box begins.
    pub(super) fn agenda_does<T>(&mut self, change: impl FnOnce(&mut Agenda, &Ground) -> T) -> T {
        let (left, before) = (self.time_left(), self.agenda.standing());
        let ground = Ground::of(&self.setup, self.lexicon, self.now, left);
        let result = change(&mut self.agenda, &ground);
        if self.agenda.standing() != before {
            self.show_phase();
        }
        result
    }

    /// Asks the agenda something.
    pub(super) fn agenda_says<T>(&self, ask: impl FnOnce(&Agenda, &Ground) -> T) -> T {
        ask(&self.agenda, &Ground::of(&self.setup, self.lexicon, self.now, self.time_left()))
    }

    /// Tells the client the phase, and arms the timer of its time box.
    pub(super) fn show_phase(&mut self) {
        let (phase, part) = (self.agenda.phase(), self.agenda.part(&self.setup.course));
        let left = self.time_left();
        self.show(Show::Phase { phase, part, left });
        self.arm_phase();
    }

    /// The time box of the phase ends when it ends, pauses not counted.
    pub(super) fn arm_phase(&mut self) {
        let counts = matches!(self.attendance, Attendance::Present | Attendance::Gone);
        match self.agenda_says(Agenda::phase_ends).filter(|_| counts) {
            Some(at) => self.timers.arm(Timer::PhaseUp, at),
            None => self.timers.disarm(Timer::PhaseUp),
        }
    }

    /// The agenda takes in a turn of the candidate, which was spoken into what the interviewer said or was not.
    pub(super) fn agenda_hears(&mut self, text: &str, interrupts: bool) {
        self.agenda_does(|agenda, ground| agenda.hear(text, interrupts, ground));
    }

    /// What would come next if the candidate's turn ended with these words.
    pub(super) fn next_if_heard(&self, text: &str) -> Next {
        let mut agenda = self.agenda.clone();
        let interrupts = self.turn.as_ref().is_some_and(|turn| turn.interrupts);
        self.agenda_says(|_, ground| {
            agenda.hear(text, interrupts, ground);
            agenda.next(ground)
        })
    }

    /// What comes next. Who was asked by hand to say something does not keep silent.
    pub(super) fn next_line(&self, may_be_silent: bool) -> Next {
        let next = self.agenda_says(Agenda::next);
        match next.line == Line::Nothing && !may_be_silent {
            true => Next::line(Line::Free, "client_asked"),
            false => next,
        }
    }

    /// A choice of the agenda is no secret any more: it goes into the recording with its reason, and a hint is released.
    pub(super) fn choice_is_made(&mut self, reply: Option<ReplyId>, next: Next) {
        if self.agenda_says(|_, ground| ground.keeps_reasons()) {
            self.out.push(Command::Note { reply, line: next.line.name(), why: next.why.to_owned() });
        }
        self.agenda_does(|agenda, _| agenda.chosen(next));
        if let Line::Hint(place) = next.line {
            self.release_hint(place);
        }
    }

    /// The candidate has the hint from now on.
    pub(super) fn release_hint(&mut self, place: usize) {
        let released = self.agenda_does(|agenda, ground| agenda.release_hint(place, ground));
        if let Some((tier, text, left)) = released {
            self.show(Show::Hint { tier, text, left });
        }
    }
}
