//! One interview as this server holds it: planned, running or over lately.

use super::choose::Chosen;
use super::people::spending::Spent;
use super::plan::Plan;
use super::{SessionError, keep, over};
use crate::interview::floor::patience::Patience;
use crate::live::{self, Handle, State};
use crate::spelling::spelled;
use crate::store::UnixMs;
use crate::store::sessions::NewSession;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// One interview, from the wish for it to after its end.
pub struct Session {
    pub(super) person: String,
    /// What it uses of its person's day.
    pub(super) spent: Arc<Spent>,
    pub(super) plan: Plan,
    pub(super) created: Instant,
    pub(super) created_at: UnixMs,
    pub(super) join_within: Duration,
    pub(super) handle: OnceCell<Handle>,
}

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// Nobody has joined yet.
    Created,
    /// The interview runs.
    Live,
    /// It is over; the recording is being closed.
    Finishing,
    /// It is over.
    Ended,
    /// It broke.
    Broken,
    /// Nobody joined in time.
    Expired,
}

impl SessionState {
    pub(super) fn is_over(self) -> bool {
        matches!(self, SessionState::Ended | SessionState::Broken | SessionState::Expired)
    }
}

impl Session {
    /// Tokens of the model that the interview itself used.
    #[cfg(test)]
    pub(crate) fn used_tokens(&self) -> i64 {
        self.spent.usage(std::time::Duration::ZERO).tokens
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.plan.about.session
    }

    /// Whose interview it is; empty without accounts.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// When it was asked for.
    pub fn created_at(&self) -> UnixMs {
        self.created_at
    }

    /// Its row, before it begins.
    pub(super) fn row(&self) -> NewSession {
        let about = self.about();
        let question = about.question.clone().unwrap_or_default();
        NewSession {
            id: about.session.clone(),
            person: self.person.clone(),
            question: question.id,
            title: question.title,
            statement: question.statement,
            language: self.language().to_owned(),
            minutes: about.minutes,
            words: spelled(&about.words),
            voice: spelled(&about.voice),
            providers: serde_json::json!(about.providers).to_string(),
            wish: serde_json::json!({
                "patience": self.patience(),
                "persona": self.plan.persona,
                "chosen": self.plan.chosen,
            })
            .to_string(),
            consent: self.plan.consent.map(|consent| (spelled(&consent.by), keep::unix(consent.at_unix_ms))),
            created: self.created_at,
        }
    }

    /// The language it is held in, a BCP 47 tag.
    pub fn language(&self) -> &str {
        &self.plan.setup.language
    }

    /// The interviewer that was chosen.
    pub fn persona(&self) -> Option<&str> {
        self.plan.persona.as_deref()
    }

    /// Why it is on this question.
    pub fn chosen(&self) -> &Chosen {
        &self.plan.chosen
    }

    /// How patient its interviewer is.
    pub fn patience(&self) -> Patience {
        self.plan.setup.floor.patience
    }

    /// What clients are told of it.
    pub fn about(&self) -> &live::About {
        &self.plan.about
    }

    /// Reaches the interview, if its document can be edited now.
    ///
    /// # Errors
    /// When it has not begun, has no shared document, or is over.
    pub fn editable(&self) -> Result<&Handle, SessionError> {
        if self.plan.setup.workspace.is_none() {
            return Err(SessionError::NoEditor);
        }
        self.running()
    }

    /// Reaches the interview while it runs.
    ///
    /// # Errors
    /// When it has not begun or is over.
    pub fn running(&self) -> Result<&Handle, SessionError> {
        match (self.state(), self.handle.get()) {
            (SessionState::Expired, _) => Err(SessionError::Unknown(self.id().to_owned())),
            (_, None) => Err(SessionError::NotBegun),
            (_, Some(handle)) if !handle.state().borrow().is_open() => Err(SessionError::Over),
            (_, Some(handle)) => Ok(handle),
        }
    }

    /// Waits until it is over and its recording closed; not at all, if nobody ever joined.
    pub async fn over(&self) {
        if let Some(handle) = self.handle.get() {
            over(handle).await;
        }
    }

    /// How far it is.
    pub fn state(&self) -> SessionState {
        match self.handle.get() {
            None if self.created.elapsed() > self.join_within => SessionState::Expired,
            None => SessionState::Created,
            Some(handle) => match *handle.state().borrow() {
                State::Waiting | State::Live => SessionState::Live,
                State::Finishing(_) => SessionState::Finishing,
                State::Ended(_) => SessionState::Ended,
                State::Broken => SessionState::Broken,
            },
        }
    }
}
