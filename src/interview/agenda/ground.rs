//! What the agenda decides on besides its own state: the question and its course, settings, the clock of the time box.

use super::course::{AgendaSettings, Course, Kind};
use super::phrases::Phrases;
use crate::interview::floor::lexicon::Lexicon;
use crate::interview::setup::{Lines, Question, Runs, Setup};
use crate::units::*;

/// The ground of a decision.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The question.
    pub question: &'a Question,
    /// Its course.
    pub course: &'a Course,
    /// Settings.
    pub settings: &'a AgendaSettings,
    /// Sentences that no author wrote for this question.
    pub lines: &'a Lines,
    /// What the language's words tell.
    pub lexicon: &'static Lexicon,
    /// What the language's phrases ask for.
    pub phrases: &'static Phrases,
    /// Now.
    pub now: At,
    /// Time of the time box that is used.
    pub used: Ms,
    /// Time of the time box that is left.
    pub left: Ms,
    /// There is somewhere to write code.
    pub can_code: bool,
    /// Code can be run.
    pub can_run: bool,
    /// Visible and hidden tests there are.
    pub tests: (u32, u32),
}

impl<'a> Ground<'a> {
    /// The ground of an interview of this setup, at `now`, with `left` of its time box.
    pub fn of(setup: &'a Setup, lexicon: &'static Lexicon, now: At, left: Ms) -> Ground<'a> {
        let workspace = setup.workspace.as_ref();
        let runs = workspace.map(|workspace| &workspace.runs);
        let tests = workspace.map(|workspace| (workspace.visible_tests.len() as u32, workspace.hidden_tests));
        Ground {
            question: &setup.question,
            course: &setup.course,
            settings: &setup.agenda,
            lines: &setup.lines,
            lexicon,
            phrases: Phrases::of(&setup.language),
            now,
            used: setup.time_box - left,
            left,
            can_code: workspace.is_some(),
            can_run: matches!(runs, Some(Runs::Available { .. })),
            tests: tests.unwrap_or_default(),
        }
    }

    /// Choices of this course have reasons worth keeping; a talk has but one order.
    pub fn keeps_reasons(&self) -> bool {
        self.course.kind != Kind::Talk
    }

    /// So many permille of the time box are used.
    pub fn share_used(&self) -> u64 {
        let all = self.used.0 + self.left.0;
        (self.used.0 * 1000).checked_div(all).unwrap_or(1000)
    }

    /// When, on the interview's clock, so many permille of the time box will be used.
    pub fn at_share(&self, permille: u16) -> At {
        let all = self.used.0 + self.left.0;
        let end = Ms(all * u64::from(permille) / 1000);
        self.now + (end - self.used)
    }
}
