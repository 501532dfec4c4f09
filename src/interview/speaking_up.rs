//! When the interviewer speaks without having been spoken to: at triggers only, each recorded with its reason, never while the
//! candidate types, speaks or waits for a run, and not soon after the last time. What cannot be said in time is left unsaid.

use super::agenda::{Agenda, Line, Next, Trigger};
use super::command::{FloorState, Phase, RefusalCode, Show};
use super::speech::Purpose;
use super::timer::Timer;
use super::{Attendance, Interview, Wish};
use crate::units::*;

/// While somebody speaks, whether it is quiet is looked at this often.
const LOOK_EVERY: Ms = Ms(1_000);
/// Without anything that the candidate does in between, so many stalls are spoken about at most.
const STALLS_MAX: u8 = 2;

/// The candidate is asked at most so often whether they are there.
const AWAY_ASKED_MAX: u8 = 2;

/// What the interviewer would like to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Urge {
    /// Why: a trigger, or none for a hint that was asked for by hand.
    trigger: Option<Trigger>,
    /// The hint.
    hint: Option<Next>,
    /// Since when.
    since: At,
}

impl Interview {
    /// Something happened about which the interviewer may speak up.
    pub(super) fn speak_up_about(&mut self, trigger: Trigger) {
        let by_itself = self.setup.speaks_first && self.session.answers_by_itself;
        if by_itself && self.setup.agenda.speaks_up && !self.agenda.is_closed() {
            let weighs_less =
                |urge: &Urge| urge.hint.is_some() || (trigger == Trigger::Stall && urge.trigger.is_some());
            if !self.urge.as_ref().is_some_and(weighs_less) {
                self.urge = Some(Urge { trigger: Some(trigger), hint: None, since: self.now });
            }
            self.timers.arm(Timer::QuietAwaited, self.quiet_at());
        }
    }

    /// The candidate asks for a hint by hand: it is shown at once and spoken as soon as nobody speaks.
    pub(super) fn hint_requested(&mut self) {
        let offered = !self.setup.course.hints.is_empty() && self.agenda.phase() > Phase::Question;
        if !offered || self.agenda.is_closed() {
            return self.refuse(RefusalCode::NotAvailable, "type");
        }
        let next = self.agenda_says(Agenda::hint_by_hand);
        if let Line::Hint(place) = next.line {
            self.release_hint(place);
        }
        self.candidate_is_active();
        self.urge = Some(Urge { trigger: None, hint: Some(next), since: self.now });
        self.timers.arm(Timer::QuietAwaited, self.now);
    }

    /// The soonest time at which it can be quiet enough.
    fn quiet_at(&self) -> At {
        let settings = &self.setup.agenda;
        let Some(urge) = self.urge.as_ref().filter(|urge| urge.hint.is_none()) else { return self.now };
        let typed = self.agenda.work().edited_at().map(|at| at + settings.after_typing_ms);
        let spoke = self.spoke_at.map(|at| at + settings.after_speech_ms);
        let again = self.spoke_up_at.map(|at| at + settings.between_ms);
        let again = again.filter(|_| urge.trigger != Some(Trigger::PhaseOver));
        [typed, spoke, again].into_iter().flatten().fold(self.now, At::max)
    }

    /// Nobody speaks, types or waits.
    fn is_quiet(&self) -> bool {
        let awaits_words = self.last_turn.as_ref().is_some_and(|turn| turn.awaits_words);
        self.attendance == Attendance::Present
            && !self.candidate_has_floor()
            && !self.voice.active()
            && !awaits_words
            && self.overlap.is_none()
            && self.reply.is_none()
            && self.owed.is_none()
            && !self.runs.is_running()
            && self.quiet_at() <= self.now
    }

    /// It may be quiet enough now.
    pub(super) fn quiet_awaited(&mut self) {
        if self.agenda.wants_a_look(self.now) {
            self.look_at_code();
        }
        let Some(urge) = self.urge else { return };
        let is_stale = self.now - urge.since > self.setup.agenda.stale_ms + self.setup.agenda.between_ms;
        if self.agenda.is_closed() || (is_stale && urge.trigger != Some(Trigger::PhaseOver)) {
            self.urge = None;
            return;
        }
        if !self.is_quiet() {
            return self.timers.arm(Timer::QuietAwaited, self.quiet_at().max(self.now + LOOK_EVERY));
        }
        self.urge = None;
        let next = match (urge.hint, urge.trigger) {
            (Some(next), _) => Some(next),
            (None, Some(Trigger::Stall)) => Some(self.agenda_says(Agenda::at_stall)),
            (None, Some(Trigger::PhaseOver)) => {
                self.agenda_says(|agenda, ground| agenda.next_remark(ground).or_else(|| agenda.next_after_box(ground)))
            }
            (None, _) => self.agenda_says(Agenda::next_remark),
        };
        if let Some(next) = next.filter(|next| !matches!(next.line, Line::Nothing | Line::Free)) {
            self.speak_up(urge.trigger, next);
        }
    }

    fn speak_up(&mut self, trigger: Option<Trigger>, next: Next) {
        if let Some(trigger) = trigger {
            self.spoke_up_at = Some(self.now);
            self.show(Show::SpokeUp { trigger });
            self.floor_is(FloorState::Preparing, trigger.name());
        }
        self.say_line(next);
    }

    /// Says a line of the agenda's without a turn that it answers.
    fn say_line(&mut self, next: Next) {
        let purpose = if next.line == Line::Closing { Purpose::Closing } else { Purpose::Answer };
        let reply = self.new_reply(purpose, Some(next), Wish::default());
        self.reply = Some(reply);
        self.reveal_reply();
        self.compose(None);
    }

    /// Somebody stopped speaking: what is to be said is said as soon as it is quiet.
    pub(super) fn urge_again(&mut self) {
        if self.urge.is_some() {
            self.timers.arm(Timer::QuietAwaited, self.quiet_at());
        }
    }

    /// The candidate did something: a stall begins anew from here.
    pub(super) fn candidate_is_active(&mut self) {
        self.stalls = 0;
        if self.urge.is_some_and(|urge| urge.trigger == Some(Trigger::Stall)) {
            self.urge = None;
        }
        let waits = [Timer::Stall, Timer::CandidateAway].map(|timer| self.timers.deadline_of(timer).is_some());
        if self.is_at_work() && waits.contains(&true) {
            self.timers.disarm(Timer::CandidateAway);
            self.arm_stall();
        }
    }

    /// Code is being written or tried: silence there is work, and only a long one a stall.
    pub(super) fn is_at_work(&self) -> bool {
        self.setup.workspace.is_some() && matches!(self.agenda.phase(), Phase::Code | Phase::Test)
    }

    pub(super) fn arm_stall(&mut self) {
        self.timers.arm(Timer::Stall, self.now + self.setup.agenda.stall_ms);
    }

    /// Neither key nor word nor run for long.
    pub(super) fn stalled(&mut self) {
        if !self.is_at_work() {
            return;
        }
        if self.runs.is_running() {
            return self.arm_stall();
        }
        let next = self.agenda_says(Agenda::at_stall);
        let offer_at = self.agenda_says(Agenda::offer_at);
        if self.stalls == 0 || (next.line == Line::HintOffer && self.stalls < STALLS_MAX) {
            self.stalls += 1;
            return self.speak_up_about(Trigger::Stall);
        }
        if let Some(at) = offer_at.filter(|at| *at > self.now && self.stalls < STALLS_MAX) {
            self.timers.arm(Timer::Stall, at);
        }
    }

    /// The phase's share of the time box is used up.
    pub(super) fn phase_up(&mut self) {
        self.speak_up_about(Trigger::PhaseOver);
    }

    /// Both have been silent for long.
    pub(super) fn candidate_away(&mut self) {
        if self.away_asked >= AWAY_ASKED_MAX || self.is_replying() || self.candidate_has_floor() {
            return;
        }
        if !self.setup.agenda.speaks_up {
            return;
        }
        if self.is_at_work() {
            return self.arm_stall();
        }
        if self.runs.is_running() {
            // They wait for it; what it comes to is something to talk about.
            return self.timers.arm(Timer::CandidateAway, self.now + self.setup.floor.candidate_away_ms);
        }
        let typed_until = self.agenda.work().edited_at().map(|at| at + self.setup.floor.candidate_away_ms);
        if let Some(at) = typed_until.filter(|at| *at > self.now) {
            return self.timers.arm(Timer::CandidateAway, at);
        }
        self.away_asked += 1;
        self.show(Show::SpokeUp { trigger: Trigger::LongSilence });
        self.floor_is(FloorState::Preparing, Trigger::LongSilence.name());
        let text = self.setup.lines.away.clone();
        self.say_aside(text);
    }
}
