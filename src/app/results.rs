//! What was made of an interview when it is over: told before it is asked for, so that nobody asks in vain.

use super::{App, Found, SessionState};
use crate::store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

/// Whether something is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Not yet: the interview is not over, or it is being made.
    Waiting,
    /// It is.
    Ready,
    /// There is none, and none will come: nothing was recorded, it cannot be read, or this kind of interview has none.
    None,
}

/// What was made of an interview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Results {
    /// What was said, measured and seen, and the sound.
    pub review: Outcome,
    /// The scorecard.
    pub scorecard: Outcome,
}

impl Results {
    /// Of an interview that is not over: it will be looked back at if it is recorded.
    pub fn of_a_plan(recorded: bool) -> Results {
        let outcome = if recorded { Outcome::Waiting } else { Outcome::None };
        Results { review: outcome, scorecard: outcome }
    }
}

impl App {
    /// What was made of this interview, so far.
    ///
    /// # Errors
    /// When it is over and the database cannot be reached.
    pub async fn results(&self, found: &Found) -> Result<Results, StoreError> {
        let row = match found {
            // What this server still holds is not taken in yet.
            Found::Here(session) if session.state() == SessionState::Expired => return Ok(Results::of_a_plan(false)),
            Found::Here(session) => return Ok(Results::of_a_plan(session.about().recording)),
            Found::Kept(row) => row,
        };
        let recorded = row.plan.consent.is_some();
        match row.phase.into() {
            SessionState::Created | SessionState::Live | SessionState::Finishing => {
                return Ok(Results::of_a_plan(recorded));
            }
            SessionState::Expired => return Ok(Results::of_a_plan(false)),
            SessionState::Ended | SessionState::Broken => {}
        }
        let scored = !self.store().scored_among(&[&row.plan.id]).await?.is_empty();
        let works = !scored && self.store().jobs_about(&row.plan.id).await?.iter().any(|job| !job.is_over());
        let outcome = |ready| match (ready, works) {
            (true, _) => Outcome::Ready,
            (false, true) => Outcome::Waiting,
            (false, false) => Outcome::None,
        };
        Ok(Results { review: outcome(row.kept.is_some()), scorecard: outcome(scored) })
    }
}
