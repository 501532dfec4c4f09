//! The candidate's work as the agenda sees it: when they typed, whether there is code of their own yet, which approach it
//! shows, what its runs came to, and what there is to remark about it.

use super::approach;
use super::course::Kind;
use super::remarks;
use super::{Agenda, Ground, Trigger};
use crate::interview::command::Phase;
use crate::interview::run::RunReport;
use crate::interview::runs::RunFacts;
use crate::interview::setup::VisibleTest;
use crate::language::Language;
use crate::units::*;

/// Who typed within this is at work: words are thinking aloud.
const AT_WORK: Ms = Ms(10_000);

/// The candidate's code as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Code<'a> {
    /// Its language.
    pub language: Language,
    /// Its text.
    pub text: &'a str,
    /// What the text began with.
    pub starter: &'a str,
}

/// What is known of the candidate's work.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// There is code of the candidate's own.
    begun: bool,
    /// The last change of the text.
    edited_at: Option<At>,
    /// The last look at the text.
    looked_at: Option<At>,
    /// Its language.
    language: Option<Language>,
    /// The approach that the code shows, by its place.
    in_code: Option<usize>,
    /// What the runs of the tests came to.
    runs: RunFacts,
    /// All visible tests have passed once.
    has_passed: bool,
    /// What there is to remark.
    remark: Option<Remark>,
}

/// Something to say about the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What.
    pub text: String,
    /// Why.
    pub trigger: Trigger,
    /// It leads to the next question instead of asking one itself.
    pub leads_on: bool,
    since: At,
}

impl Work {
    /// There is code of the candidate's own.
    pub fn is_begun(&self) -> bool {
        self.begun
    }

    /// When the text was changed last.
    pub fn edited_at(&self) -> Option<At> {
        self.edited_at
    }

    /// The candidate typed a moment ago.
    pub(super) fn is_typing(&self, now: At) -> bool {
        self.edited_at.is_some_and(|at| now - at < AT_WORK)
    }

    /// What the runs of the tests came to.
    pub fn runs(&self) -> RunFacts {
        self.runs
    }

    pub(super) fn language(&self) -> Option<Language> {
        self.language
    }

    /// What there is to remark, if it still matters.
    pub(super) fn remark(&self, ground: &Ground) -> Option<&Remark> {
        self.remark.as_ref().filter(|remark| ground.now - remark.since < ground.settings.stale_ms)
    }
}

impl Agenda {
    /// The text was changed.
    pub fn edited(&mut self, now: At) {
        self.work.edited_at = Some(now);
    }

    /// The language is another.
    pub fn language_is(&mut self, language: Language) {
        self.work.language = Some(language);
    }

    /// Whether the text is to be looked at again: a look reads all of it, so not at every key.
    pub fn wants_a_look(&self, now: At) -> bool {
        const EVERY: Ms = Ms(1_000);
        self.work.looked_at.is_none_or(|at| now - at >= EVERY)
    }

    /// Looks at the code: has it begun, which approach does it show? Gives a trigger when it went another way than before.
    pub fn look_at(&mut self, code: &Code, ground: &Ground) -> Option<Trigger> {
        self.work.looked_at = Some(ground.now);
        self.work.language = Some(code.language);
        if !self.work.begun {
            self.work.begun = approach::differs(code);
            if self.work.begun && ground.course.kind == Kind::Coding {
                self.code_begun();
            }
        }
        let shown = approach::shown(code, ground.course)?;
        let before = self.work.in_code.replace(shown);
        self.approach = Some(shown);
        let before = before.filter(|before| *before != shown)?;
        self.work.remark = remarks::on_switch(before, shown, code, ground.course).map(|text| Remark {
            text,
            trigger: Trigger::ApproachSwitch,
            leads_on: false,
            since: ground.now,
        });
        Some(Trigger::ApproachSwitch)
    }

    fn code_begun(&mut self) {
        // Whoever talked everything through and then writes is writing.
        let goes_back = self.phase == Phase::Discuss && self.work.runs.runs == 0;
        if self.opened && (self.phase < Phase::Code || goes_back) {
            self.phase = Phase::Code;
        }
    }

    /// Takes in what a run of the tests came to. Gives a trigger when that is something to speak up about.
    pub fn run_finished(
        &mut self,
        runs: RunFacts,
        report: &RunReport,
        code: &Code,
        tests: &[VisibleTest],
        ground: &Ground,
    ) -> Option<Trigger> {
        let before = std::mem::replace(&mut self.work.runs, runs);
        if runs.visible_passed + runs.hidden_passed > before.visible_passed + before.hidden_passed {
            self.made_progress(ground.now);
        }
        let first_pass = runs.all_visible_pass && !self.work.has_passed;
        self.work.has_passed |= runs.all_visible_pass;
        let has_phases = ground.course.kind == Kind::Coding && self.opened;
        if has_phases {
            self.enter(Phase::Test);
        }
        let is_solved = runs.all_visible_pass && (runs.all_hidden_pass || runs.hidden_total == 0);
        let newly_solved = is_solved && self.phase < Phase::Discuss;
        if is_solved && has_phases {
            self.enter(Phase::Discuss);
        }
        let streak = u32::from(ground.settings.failing_streak.max(1));
        let trigger = match () {
            () if runs.runs == 1 => Trigger::FirstRun,
            () if first_pass || newly_solved => Trigger::PhaseOver,
            () if runs.failing_streak > 0 && runs.failing_streak.is_multiple_of(streak) => Trigger::FailingStreak,
            () => return None,
        };
        let text = remarks::on_run(report, code, tests, runs.hidden_total);
        let leads_on = is_solved && has_phases;
        self.work.remark = Some(Remark { text, trigger, leads_on, since: ground.now });
        Some(trigger)
    }

    pub(super) fn forget_remark(&mut self) {
        self.work.remark = None;
    }
}
