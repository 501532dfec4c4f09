//! The words of lines: the author's, with a short acknowledgement where one fits, and sentences for what no author wrote.

use super::course::Kind;
use super::{Agenda, Ground, Lead, Line, Next};
use crate::interview::command::Phase;
use crate::interview::conversation::join;
use crate::interview::setup::Lines;

impl Agenda {
    /// The words of a line as they are spoken when no model phrases them. The question comes with a greeting when there was
    /// none.
    pub fn authored(&mut self, next: Next, ground: &Ground) -> String {
        let text = self.text(next, ground);
        let acknowledges = match next.line {
            Line::FollowUp(_) | Line::Probe(_) | Line::Stretch(_) | Line::DeepDive(_) => next.lead.is_none(),
            Line::Free => ground.course.kind != Kind::Talk && text.is_empty(),
            _ => false,
        };
        if next.line == Line::Opening && !self.greeted {
            return join([ground.question.greeting.as_str(), text.as_str()].into_iter());
        }
        let acknowledgement = if acknowledges { self.acknowledgement(&ground.question.acknowledgements) } else { "" };
        join([acknowledgement, text.as_str()].into_iter())
    }

    /// The words of a line with what leads it in: what a model phrases, what an author says.
    pub fn text(&self, next: Next, ground: &Ground) -> String {
        let lead = match next.lead {
            Some(Lead::Phase(phase)) => into_phase(phase, ground.lines).to_owned(),
            Some(Lead::Remark) => self.remark_text(ground),
            None => String::new(),
        };
        let line = self.line_text(next.line, ground);
        join([lead.as_str(), line.as_str()].into_iter())
    }

    fn remark_text(&self, ground: &Ground) -> String {
        self.work.remark(ground).map(|remark| remark.text.clone()).unwrap_or_default()
    }

    /// The words of a line alone.
    pub fn line_text(&self, line: Line, ground: &Ground) -> String {
        let (question, course, lines) = (ground.question, ground.course, ground.lines);
        let follow_up = |place: usize| match course.kind {
            Kind::Talk => question.follow_ups.get(place).cloned(),
            _ => course.follow_ups.get(place).map(|item| item.ask.clone()),
        };
        match line {
            Line::Greeting => question.greeting.clone(),
            Line::Opening | Line::Again => question.opening.clone(),
            Line::FollowUp(place) => follow_up(place).unwrap_or_default(),
            Line::Answers(places) => {
                join(places.iter().filter_map(|place| course.told.get(place)).map(|told| told.answer.as_str()))
            }
            Line::LeftOpen => lines.left_open.clone(),
            Line::Yours => lines.yours.clone(),
            Line::GoAhead => lines.go_ahead.clone(),
            Line::HowTo => lines.how_to.clone(),
            Line::To(phase) => into_phase(phase, lines).to_owned(),
            Line::RunIt => lines.run_it.clone(),
            Line::HintOffer => lines.hint_offer.clone(),
            Line::Hint(place) => course.hints.get(place).map(|hint| hint.text.clone()).unwrap_or_default(),
            Line::NoHint => lines.no_hint.clone(),
            Line::Remark => self.remark_text(ground),
            Line::CheckIn => lines.check_in.clone(),
            Line::Probe(place) => course.probes.get(place).map(|probe| probe.ask.clone()).unwrap_or_default(),
            Line::Stretch(place) => course.stretches.get(place).map(|item| item.prompt.clone()).unwrap_or_default(),
            Line::DeepDive(place) => course.deep_dives.get(place).map(|item| item.ask.clone()).unwrap_or_default(),
            Line::Curveball(place) => course.curveballs.get(place).map(|item| item.ask.clone()).unwrap_or_default(),
            Line::Free if course.kind == Kind::SystemDesign => lines.more.clone(),
            Line::Free | Line::Nothing => String::new(),
            Line::Closing => question.closing.clone(),
        }
    }

    /// A seeded choice, never the same twice running.
    fn acknowledgement<'a>(&mut self, all: &'a [String]) -> &'a str {
        if all.is_empty() {
            return "";
        }
        let mut choice = (self.draw() % all.len() as u64) as usize;
        if Some(choice) == self.last_acknowledgement {
            choice = (choice + 1) % all.len();
        }
        self.last_acknowledgement = Some(choice);
        all.get(choice).map_or("", String::as_str)
    }

    /// The next number of the seeded sequence (SplitMix64, Steele et al. 2014).
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

fn into_phase(phase: Phase, lines: &Lines) -> &str {
    match phase {
        Phase::Approach => &lines.to_approach,
        Phase::Code => &lines.to_code,
        Phase::Test => &lines.to_test,
        Phase::Discuss => &lines.to_discuss,
        Phase::Design => &lines.to_stretch,
        Phase::Greet | Phase::Question | Phase::Clarify | Phase::WrapUp | Phase::Ended => "",
    }
}
