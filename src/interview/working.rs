//! What the candidate does in the editor and in runs, as the agenda is told of it.

use super::Interview;
use super::agenda::work::Code;
use super::agenda::{Agenda, Ground};
use super::run::{RunReport, RunScope};
use super::runs::Run;
use super::timer::Timer;
use crate::language::Language;

impl Interview {
    /// A text was changed, or another language chosen.
    pub(super) fn code_touched(&mut self) {
        let now = self.now;
        let Some((language, typed_at)) = self.editor.as_ref().map(|editor| (editor.language(), editor.typed_at()))
        else {
            return;
        };
        let typed = typed_at == Some(now);
        self.agenda_does(|agenda, _| {
            agenda.language_is(language);
            if typed {
                agenda.edited(now);
            }
        });
        if !typed {
            return;
        }
        if self.agenda.wants_a_look(now) {
            self.look_at_code();
        }
        self.candidate_is_active();
        self.key_pressed();
        // The last keys are looked at when typing pauses.
        if self.timers.deadline_of(Timer::QuietAwaited).is_none() {
            self.timers.arm(Timer::QuietAwaited, now + self.setup.agenda.after_typing_ms);
        }
    }

    /// The agenda looks at the code as it stands.
    pub(super) fn look_at_code(&mut self) {
        let trigger = self.with_code(|agenda, code, ground| agenda.look_at(code, ground)).flatten();
        if let Some(trigger) = trigger {
            self.speak_up_about(trigger);
        }
    }

    /// A run of the candidate's code came to its end.
    pub(super) fn agenda_learns_of_run(&mut self, run: &Run, report: &RunReport) {
        self.candidate_is_active();
        self.look_at_code();
        if run.scope == RunScope::Custom {
            return;
        }
        let workspace = self.setup.workspace.as_ref();
        let tests = workspace.map(|workspace| workspace.visible_tests.clone()).unwrap_or_default();
        let starter =
            workspace.and_then(|workspace| workspace.starters.get(&run.language)).cloned().unwrap_or_default();
        let code = Code { language: run.language, text: &run.code, starter: &starter };
        let facts = self.runs().facts();
        let trigger = self.agenda_does(|agenda, ground| agenda.run_finished(facts, report, &code, &tests, ground));
        if let Some(trigger) = trigger {
            self.speak_up_about(trigger);
        }
    }

    fn with_code<T>(&mut self, change: impl FnOnce(&mut Agenda, &Code, &Ground) -> T) -> Option<T> {
        let editor = self.editor.as_ref()?;
        let language: Language = editor.language();
        let text = editor.text(language);
        let starter = self.setup.workspace.as_ref().and_then(|workspace| workspace.starters.get(&language)).cloned();
        let code = Code { language, text: &text, starter: starter.as_deref().unwrap_or_default() };
        Some(self.agenda_does(|agenda, ground| change(agenda, &code, ground)))
    }
}
