//! The driver that only hears: feeds a sound's voice scores to the core and tells what the floor decided. Nobody
//! answers, no words are known. The clock is the sound itself, so the decisions are exact to the sample.

use crate::interview::Interview;
use crate::interview::command::{Command, FloorState, Show};
use crate::interview::event::{Event, SessionChange};
use crate::interview::floor::FloorSettings;
use crate::interview::setup::{Interviewer, Lines, Prompts, Question, Setup, VadFacts, Voice, Words};
use crate::units::*;
use serde::Serialize;

/// The core's time box for a sound: never reached (over 30,000 years).
const NO_TIME_BOX: Ms = Ms(1 << 50);

/// What the floor decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// The candidate's voice was noticed.
    SpeechStarted,
    /// The candidate's voice paused.
    SpeechStopped,
    /// The candidate's turn was over.
    TurnEnded,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// When it was made, in ms from the sound's start.
    pub at_ms: u64,
    /// What was decided.
    pub event: Decided,
    /// The rule or fact behind it.
    pub why: String,
    /// Where on the sound what it speaks of happened: the first or the last speech sample, at `TRACK_RATE`.
    pub sample: u64,
}

/// Hears one sound.
pub struct Hearing {
    core: Interview,
    commands: Vec<Command>,
    decisions: Vec<Decision>,
    at: At,
    last_voiced: SampleIdx,
    speech_from: SampleIdx,
    end: SampleIdx,
    off: Permille,
    hop: u64,
    /// From a voice's first hop to the score that made it known.
    onset: Ms,
}

impl Hearing {
    /// Begins at the start of a sound that `vad` will score.
    pub fn new(vad: VadFacts, floor: FloorSettings) -> Self {
        let (off, hop) = (vad.off, u64::from(vad.hop_samples));
        let onset = Ms::of_samples(hop * u64::from(vad.start_count), TRACK_RATE);
        let mut hearing = Hearing {
            core: Interview::new(setup(vad, floor)),
            commands: Vec::new(),
            decisions: Vec::new(),
            at: At(0),
            last_voiced: SampleIdx(0),
            speech_from: SampleIdx(0),
            end: SampleIdx(0),
            off,
            hop,
            onset,
        };
        hearing.handle(Event::ClientJoined { resumed: false });
        hearing.handle(Event::SessionChanged(SessionChange { answers_by_itself: Some(false), ..Default::default() }));
        hearing
    }

    /// The hop that ends at sample `up_to` has this score.
    pub fn score(&mut self, up_to: u64, permille: u16) {
        let up_to = SampleIdx(up_to);
        self.run_timers(At(up_to.ms().0));
        self.at = At(up_to.ms().0);
        self.end = up_to;
        if Permille(permille) >= self.off {
            self.last_voiced = up_to;
        }
        self.handle(Event::VoiceScored { up_to, permille: Permille(permille) });
    }

    /// The sound is over: silence follows until no turn is open, at most as long as the longest patience.
    pub fn finish(&mut self) {
        let mut up_to = self.end;
        let last = up_to + self.core.setup().floor.asked_for_time_ms;
        while self.core.has_open_turn() && up_to < last {
            up_to = SampleIdx(up_to.0 + self.hop);
            self.score(up_to.0, 0);
        }
    }

    /// The decisions since the last call, in order.
    pub fn take(&mut self) -> Vec<Decision> {
        std::mem::take(&mut self.decisions)
    }

    fn run_timers(&mut self, until: At) {
        while let Some((deadline, timer)) = self.core.deadline().filter(|(deadline, _)| *deadline <= until) {
            self.at = self.at.max(deadline);
            self.handle(Event::TimerFired(timer));
        }
    }

    fn handle(&mut self, event: Event) {
        let mut commands = std::mem::take(&mut self.commands);
        self.core.handle(self.at, event, &mut commands);
        for command in commands.drain(..) {
            if let Command::Show(show) = command {
                self.note(show);
            }
        }
        self.commands = commands;
    }

    fn note(&mut self, show: Show) {
        match show {
            Show::SpeechStarted { from, .. } => self.speech_from = from,
            Show::Floor { state: FloorState::CandidateSpeaking, why } => self.started(why),
            Show::Floor { state: FloorState::CandidatePausing | FloorState::GivingTime, why } => {
                self.decide(Decided::SpeechStopped, why, self.last_voiced)
            }
            Show::InputCommitted { .. } => self.turn_ended(),
            _ => {}
        }
    }

    fn started(&mut self, why: String) {
        let from = std::mem::take(&mut self.speech_from);
        let sample = if from > SampleIdx(0) { from } else { self.last_voiced - self.onset };
        self.decide(Decided::SpeechStarted, why, sample);
    }

    fn turn_ended(&mut self) {
        let why = self.core.last_turn_rule().to_owned();
        self.decide(Decided::TurnEnded, why, self.last_voiced);
    }

    fn decide(&mut self, event: Decided, why: String, sample: SampleIdx) {
        self.decisions.push(Decision { at_ms: self.at.0, event, why, sample: sample.0 });
    }
}

fn setup(vad: VadFacts, floor: FloorSettings) -> Setup {
    Setup {
        seed: 0,
        language: "en".into(),
        vad,
        end_of_turn: None,
        words: Words::Client,
        verbatim: false,
        voice: Voice::Silent,
        interviewer: Interviewer::Authored,
        speaks_first: false,
        floor: FloorSettings { candidate_away_ms: NO_TIME_BOX, ..floor },
        time_box: NO_TIME_BOX,
        grace: NO_TIME_BOX,
        question: Question::default(),
        prompts: Prompts::default(),
        lines: Lines::default(),
        workspace: None,
        course: Default::default(),
        agenda: Default::default(),
        openers: Default::default(),
        pace: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOP: u64 = 384;

    fn hear(scores: &[u16]) -> Vec<(u64, Decided, String)> {
        let facts = VadFacts {
            name: "earshot".into(),
            hop_samples: HOP as u32,
            on: Permille(600),
            off: Permille(600),
            start_count: 5,
            start_window: 6,
        };
        let mut hearing = Hearing::new(facts, FloorSettings::default());
        for (hop, score) in scores.iter().enumerate() {
            hearing.score((hop as u64 + 1) * HOP, *score);
        }
        hearing.finish();
        hearing.take().into_iter().map(|decision| (decision.at_ms, decision.event, decision.why)).collect()
    }

    #[test]
    fn a_turn_starts_pauses_and_ends() {
        let sound = [vec![0; 10], vec![900; 60], vec![0; 200]].concat();
        assert_eq!(
            hear(&sound),
            [
                (240, Decided::SpeechStarted, "voice".into()),
                (1328, Decided::SpeechStopped, "words_pending".into()),
                (2624, Decided::TurnEnded, "words_pending".into()),
            ]
        );
    }

    #[test]
    fn after_a_sound_that_breaks_off_silence_ends_the_turn() {
        let decided = hear(&[vec![0; 10], vec![900; 60]].concat());
        assert_eq!(decided.last(), Some(&(2624, Decided::TurnEnded, "words_pending".into())));
    }

    #[test]
    fn silence_decides_nothing() {
        assert_eq!(hear(&[0; 5000]), []);
    }
}
