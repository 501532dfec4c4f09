//! The course of the interview: greet, put the question, discuss by follow-ups, wrap up. The agenda decides what comes
//! next; who phrases it (a model or the author's own lines) is not its matter. A line counts as said once it was heard.

pub mod condition;
pub mod course;
pub mod facts;
pub mod heard;
pub mod phrases;
pub mod places;

use super::command::Phase;
use super::setup::Question;

/// A step of the course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Hello.
    Greeting,
    /// The question.
    Opening,
    /// A follow-up, by its place in the question's file.
    FollowUp(usize),
    /// Anything fitting: follow-ups are used up, or a short remark was answered.
    Free,
    /// Last words.
    Closing,
}

/// Where the interview stands.
#[derive(Clone, Debug)]
pub struct Agenda {
    phase: Phase,
    greeted: bool,
    opened: bool,
    next_follow_up: usize,
    time_nearly_up: bool,
    random: u64,
    last_acknowledgement: Option<usize>,
}

impl Agenda {
    /// Before the first word.
    pub fn new(seed: u64) -> Self {
        Agenda {
            phase: Phase::Greet,
            greeted: false,
            opened: false,
            next_follow_up: 0,
            time_nearly_up: false,
            random: seed,
            last_acknowledgement: None,
        }
    }

    /// The phase.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What to say next.
    pub fn next_line(&self, question: &Question) -> Line {
        if self.phase >= Phase::WrapUp || self.time_nearly_up {
            Line::Closing
        } else if !self.opened {
            Line::Opening
        } else if self.next_follow_up < question.follow_ups.len() {
            Line::FollowUp(self.next_follow_up)
        } else {
            Line::Closing
        }
    }

    /// The words the author gave a line. The question comes with a greeting when there was none.
    pub fn authored(&mut self, line: Line, question: &Question) -> String {
        match line {
            Line::Greeting => question.greeting.clone(),
            Line::Opening if self.greeted => question.opening.clone(),
            Line::Opening => format!("{} {}", question.greeting, question.opening),
            Line::FollowUp(place) => self.with_acknowledgement(question, place),
            Line::Closing => question.closing.clone(),
            Line::Free => String::new(),
        }
    }

    fn with_acknowledgement(&mut self, question: &Question, place: usize) -> String {
        let follow_up = question.follow_ups.get(place).cloned().unwrap_or_default();
        match self.acknowledgement(question.acknowledgements.len()) {
            Some(choice) => format!("{} {}", question.acknowledgements[choice], follow_up),
            None => follow_up,
        }
    }

    /// A seeded choice, never the same twice running.
    fn acknowledgement(&mut self, count: usize) -> Option<usize> {
        if count == 0 {
            return None;
        }
        let mut choice = (self.draw() % count as u64) as usize;
        if Some(choice) == self.last_acknowledgement {
            choice = (choice + 1) % count;
        }
        self.last_acknowledgement = Some(choice);
        Some(choice)
    }

    /// The next number of the seeded sequence (SplitMix64, Steele et al. 2014).
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A line was heard. Returns the new phase when it changed.
    pub fn said(&mut self, line: Line) -> Option<Phase> {
        let phase = match line {
            Line::Greeting => {
                self.greeted = true;
                Phase::Greet
            }
            Line::Opening => {
                self.greeted = true;
                self.opened = true;
                Phase::Question
            }
            Line::FollowUp(place) => {
                self.next_follow_up = self.next_follow_up.max(place + 1);
                Phase::Discuss
            }
            Line::Free => self.phase,
            Line::Closing => Phase::WrapUp,
        };
        self.enter(phase.max(self.phase))
    }

    fn enter(&mut self, phase: Phase) -> Option<Phase> {
        let changed = phase != self.phase;
        self.phase = phase;
        changed.then_some(phase)
    }

    /// The last words were heard: whatever is said now, nothing is to be answered.
    pub fn is_closed(&self) -> bool {
        self.phase >= Phase::WrapUp
    }

    /// The time box nears its end: the next line is the last.
    pub fn time_nearly_up(&mut self) {
        self.time_nearly_up = true;
    }

    /// The interview is over.
    pub fn end(&mut self) -> Option<Phase> {
        self.enter(Phase::Ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Question {
        Question {
            greeting: "Hello.".into(),
            opening: "Find the pair.".into(),
            follow_ups: vec!["Why?".into(), "How long?".into()],
            acknowledgements: vec!["Okay.".into(), "I see.".into()],
            closing: "Thank you.".into(),
            ..Question::default()
        }
    }

    #[test]
    fn the_course_goes_from_question_over_follow_ups_to_the_close() {
        let (mut agenda, question) = (Agenda::new(1), question());
        let mut phases = Vec::new();
        let mut lines = Vec::new();
        agenda.said(Line::Greeting);
        for _ in 0..4 {
            let line = agenda.next_line(&question);
            lines.push(line);
            phases.extend(agenda.said(line));
        }
        assert_eq!(lines, [Line::Opening, Line::FollowUp(0), Line::FollowUp(1), Line::Closing]);
        assert_eq!(phases, [Phase::Question, Phase::Discuss, Phase::WrapUp]);
    }

    #[test]
    fn a_line_nobody_heard_is_said_again() {
        let agenda = Agenda::new(1);
        assert_eq!(agenda.next_line(&question()), agenda.next_line(&question()));
    }

    #[test]
    fn no_acknowledgement_comes_twice_running() {
        let (mut agenda, question) = (Agenda::new(7), question());
        let said: Vec<String> = (0..20).map(|_| agenda.authored(Line::FollowUp(0), &question)).collect();
        assert!(said.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn when_time_is_nearly_up_the_next_line_is_the_last() {
        let mut agenda = Agenda::new(1);
        agenda.said(Line::Opening);
        agenda.time_nearly_up();
        assert_eq!(agenda.next_line(&question()), Line::Closing);
    }
}
