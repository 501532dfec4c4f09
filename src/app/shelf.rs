//! What is kept, for those who ask: lists, single interviews, deletion. An interview that this server holds is told as it is
//! now, others as their rows say.

use super::clerk::Note;
use super::{App, Session, SessionError, SessionState, purge, unix_ms};
use crate::store::granted::Reader;
use crate::store::idempotency::Known;
use crate::store::keeping::Deletion;
use crate::store::sessions::{SessionFilter, SessionPhase, SessionRow};
use crate::store::{Cursor, Page, Store, StoreError, UnixMs};
use std::sync::Arc;

/// An interview, wherever it is known.
pub enum Found {
    /// This server holds it: it waits, runs, or was over lately.
    Here(Arc<Session>),
    /// Only its row tells of it.
    Kept(Box<SessionRow>),
}

impl From<SessionPhase> for SessionState {
    fn from(phase: SessionPhase) -> SessionState {
        match phase {
            SessionPhase::Created => SessionState::Created,
            SessionPhase::Live => SessionState::Live,
            SessionPhase::Finishing => SessionState::Finishing,
            SessionPhase::Ended => SessionState::Ended,
            SessionPhase::Broken => SessionState::Broken,
            SessionPhase::Expired => SessionState::Expired,
        }
    }
}

impl App {
    /// The time, as rows hold it.
    pub fn now(&self) -> UnixMs {
        unix_ms()
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Finds an interview: what its row says once it is over, else what this server knows.
    ///
    /// # Errors
    /// When there is none; when it is over and the database cannot be reached.
    pub async fn find_session(&self, id: &str) -> Result<Found, SessionError> {
        let here = self.session(id).ok();
        if let Some(session) = here.as_ref().filter(|session| !session.state().is_over()) {
            return Ok(Found::Here(session.clone()));
        }
        match (self.store().session(id).await, here) {
            // The row may be behind what this server knows.
            (Ok(Some(row)), None) => Ok(Found::Kept(Box::new(row))),
            (Ok(Some(row)), Some(_)) if row.kept.is_some() => Ok(Found::Kept(Box::new(row))),
            (_, Some(session)) => Ok(Found::Here(session)),
            (Ok(None), None) => Err(SessionError::Unknown(id.to_owned())),
            (Err(error), None) => Err(error.into()),
        }
    }

    /// Interviews, newest first, with how far each is; with a reader those that they are granted.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn list_sessions(
        &self,
        filter: &SessionFilter,
        reader: Option<&Reader>,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<(SessionRow, SessionState)>, SessionError> {
        let Page { items, next } = match reader {
            None => self.store().sessions(filter, after, limit).await?,
            Some(reader) => self.store().sessions_granted(reader, filter, after, limit).await?,
        };
        let state = |row: SessionRow| {
            // Whoever is here knows best; the row knows what became of the recording.
            let here = self.session(&row.plan.id).ok().map(|session| session.state());
            let state = here.filter(|_| row.kept.is_none()).unwrap_or_else(|| row.phase.into());
            (row, state)
        };
        Ok(Page { items: items.into_iter().map(state).collect(), next })
    }

    /// Deletes an interview and everything that was kept of it. Says whether all of it is gone already; else a job goes on.
    ///
    /// # Errors
    /// When there is none, it runs, or its recording is being taken in; when the database cannot be reached.
    pub async fn delete_session(&self, id: &str, actor: &str) -> Result<bool, SessionError> {
        if let Ok(session) = self.session(id)
            && matches!(session.state(), SessionState::Live | SessionState::Finishing)
        {
            return Err(SessionError::Running);
        }
        self.inner.clerk.settle(super::ROW_WITHIN).await;
        match self.store().delete_session(id, actor, "asked", unix_ms()).await? {
            Deletion::Unknown => return Err(SessionError::Unknown(id.to_owned())),
            Deletion::Busy => return Err(SessionError::Running),
            Deletion::Deleted => {}
        }
        self.forget(id);
        let swept = purge::sweep(self, id).await;
        self.work_is_there();
        if let Err(error) = &swept {
            tracing::warn!(session = id, %error, "what a deleted interview left is deleted later");
        }
        Ok(swept.is_ok())
    }

    /// Takes a person's idempotency key for a request with this digest, unless it is known.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn take_key(&self, person: &str, key: &str, request: &str) -> Result<Known, StoreError> {
        self.store().take_key(person, key, request, unix_ms()).await
    }

    /// Has it written down that somebody heard or read what was recorded; does not wait for it.
    pub fn note_played(&self, session: &str, actor: &str, file: &str) {
        let (session, actor, file) = (session.to_owned(), actor.to_owned(), file.to_owned());
        self.inner.clerk.tell(Note::Played { session, actor, at: unix_ms(), file });
    }

    /// Waits until what was recorded of an interview is taken in.
    #[cfg(test)]
    pub(crate) async fn kept(&self, id: &str) -> SessionRow {
        self.until(async || self.store().session(id).await.ok().flatten().filter(|row| row.kept.is_some())).await
    }

    /// Waits until the job that scores an interview is over, whether or not there was something to score.
    #[cfg(test)]
    pub(crate) async fn graded(&self, id: &str) {
        self.until(async || {
            let jobs = self.store().jobs_about(id).await.unwrap_or_default();
            jobs.into_iter().find(|job| job.kind == super::grade::SCORE && job.ended.is_some())
        })
        .await;
    }

    /// Waits until an interview is deleted.
    #[cfg(test)]
    pub(crate) async fn deleted(&self, id: &str) {
        self.until(async || self.store().tombstone("session", id).await.ok().flatten()).await;
    }

    /// Waits until an interview is scored.
    #[cfg(test)]
    pub(crate) async fn scored(&self, id: &str) {
        self.until(async || self.store().scorecards(id).await.ok().filter(|cards| !cards.is_empty())).await;
    }

    /// Looks again after each job until there is what is looked for.
    #[cfg(test)]
    pub(crate) async fn until<T>(&self, look: impl AsyncFn() -> Option<T>) -> T {
        loop {
            let worked = self.inner.worked.notified();
            tokio::pin!(worked);
            worked.as_mut().enable();
            match look().await {
                Some(found) => return found,
                None => worked.await,
            }
        }
    }

    /// Forgets an interview that is over or never began.
    pub(super) fn forget(&self, id: &str) {
        self.sessions().remove(id);
    }
}
