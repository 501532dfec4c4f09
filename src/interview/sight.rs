//! What the interviewer sees of the editor: the text as it was when the candidate stopped speaking, and the one it saw at its
//! turn before, so that it can tell what changed.

use super::dialogue::{Editor as Shown, LastRun, RunOutcome};
use super::runs::RunLog;
use super::{Interview, Turn};
use crate::language::Language;
use crate::units::TurnId;
use std::sync::Arc;

/// The editor at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// The language in use.
    pub language: Language,
    /// Its text.
    pub text: String,
    /// The text's hash, as the editor gives it.
    pub hash: String,
    /// Where the selection begins and where the cursor is, in UTF-16 units, when it was in this text.
    pub cursor: Option<(u32, u32)>,
}

/// What a call of the model is shown.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The editor when the candidate stopped speaking.
    pub now: Option<Arc<Sight>>,
    /// The editor as the interviewer saw it last.
    pub before: Option<Arc<Sight>>,
}

impl Look {
    /// The editor for a prompt. What the interviewer saw last counts if it was in the same language; else `starter`, which
    /// that text began with.
    pub fn shown<'a>(&'a self, starter: Option<&'a str>) -> Option<Shown<'a>> {
        let now = self.now.as_ref()?;
        let before = self.before.as_ref().filter(|before| before.language == now.language);
        let before = before.map(|before| before.text.as_str()).or(starter);
        Some(Shown { language: now.language, text: &now.text, before, cursor: now.cursor })
    }
}

/// The last run that came to an end, for a prompt that shows the code of this moment.
pub fn last_run<'a>(runs: &'a RunLog, now: Option<&Sight>) -> Option<LastRun<'a>> {
    let run = runs.last()?;
    let outcome = match (&run.report, run.failure) {
        (Some(report), _) => RunOutcome::Finished(report),
        (None, kind) => RunOutcome::Failed(kind?),
    };
    let changed_since = now.is_none_or(|now| (now.language, &now.hash) != (run.language, &run.code_hash));
    Some(LastRun { run: run.id, scope: run.scope, language: run.language, outcome, changed_since })
}

impl Interview {
    /// The editor as it is now.
    pub(super) fn look(&self) -> Option<Arc<Sight>> {
        let editor = self.editor.as_ref()?;
        let language = editor.language();
        let cursor = editor.cursor().filter(|cursor| cursor.language == language);
        Some(Arc::new(Sight {
            language,
            text: editor.text(language),
            hash: editor.hash(language),
            cursor: cursor.map(|cursor| (cursor.anchor, cursor.head)),
        }))
    }

    /// The editor when the candidate stopped speaking in this turn; outside of a turn, as it is now.
    pub(super) fn look_of(&self, turn: Option<TurnId>) -> Option<Arc<Sight>> {
        let turns = self.turn.iter().chain(self.last_turn.iter());
        let known = turns.into_iter().find(|candidate| Some(candidate.id) == turn);
        known.and_then(|turn: &Turn| turn.sight.clone()).or_else(|| self.look())
    }
}
