//! What people use in a day: minutes of interviews, tokens of the model, runs of code. It is counted where it is used, refused
//! when it is used up, and written down when an interview is over.

use super::limits::{Deed, Limits, Over};
use crate::app::{App, Session, SessionState, unix_ms};
use crate::providers::ProviderError;
use crate::providers::llm::{ChatMessage, Llm, LlmEvent};
use crate::providers::runner::{Capabilities, Job, RunError, RunErrorKind, RunReport, Runner};
use crate::store::usage::{DAY_MS, Usage, day};
use crate::store::{StoreError, UnixMs};
use crate::units::FailureKind;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What an interview uses, while it runs.
#[derive(Debug, Default)]
pub struct Spent {
    /// Tokens that the model read and wrote, by the core's own count.
    pub tokens: Arc<AtomicU64>,
    runs: AtomicU64,
}

impl Spent {
    /// As it is written down, of an interview that took so long.
    pub fn usage(&self, took: Duration) -> Usage {
        let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        Usage {
            interview_ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
            tokens: number(self.tokens.load(Ordering::Relaxed)),
            runs: number(self.runs.load(Ordering::Relaxed)),
        }
    }
}

/// What a person has of a day, and has used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Today {
    /// Used, running interviews included.
    pub used: Usage,
    /// Planned interviews in ms, running ones with their whole length.
    pub booked_ms: i64,
    /// Minutes a day; none: as many as one likes.
    pub minutes: Option<i64>,
    /// Tokens a day; none: as many as one likes.
    pub tokens: Option<i64>,
    /// When the day ends.
    pub ends: UnixMs,
}

impl Today {
    /// Whether another interview of so many minutes may be held.
    ///
    /// # Errors
    /// When not.
    pub fn check(&self, minutes: i64, now: UnixMs) -> Result<(), Over> {
        let wait = Duration::from_millis(u64::try_from(self.ends.0 - now.0).unwrap_or(0));
        if let Some(most) = self.minutes {
            let left_minutes = (most * 60_000 - self.used.interview_ms - self.booked_ms).max(0) / 60_000;
            if minutes > left_minutes {
                return Err(Over::Minutes { minutes: most, left_minutes, wait });
            }
        }
        match self.tokens {
            Some(tokens) if self.used.tokens >= tokens => Err(Over::Tokens { tokens, wait }),
            _ => Ok(()),
        }
    }
}

impl App {
    /// What a person has of this day, and has used.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn today(&self, person: &str) -> Result<Today, StoreError> {
        let (now, limits) = (unix_ms(), &self.config().limits);
        let row = self.store().person(person).await?;
        let mut used = self.store().usage(person, day(now)).await?;
        let mut booked_ms = 0;
        for session in self.sessions().values().filter(|session| session.person() == person) {
            if matches!(session.state(), SessionState::Created | SessionState::Live) {
                booked_ms += i64::from(session.about().minutes) * 60_000;
                let now = session.spent.usage(Duration::ZERO);
                (used.tokens, used.runs) = (used.tokens + now.tokens, used.runs + now.runs);
            }
        }
        Ok(Today {
            used,
            booked_ms,
            minutes: row.as_ref().and_then(|row| row.minutes_per_day).or(limits.minutes_per_day.map(i64::from)),
            tokens: row.as_ref().and_then(|row| row.tokens_per_day).or(limits.tokens_per_day.map(i64::from)),
            ends: UnixMs((day(now) + 1) * DAY_MS),
        })
    }
}

/// What an interview of a person may use: their services, with a measure before each.
pub struct Limited {
    person: String,
    spent: Arc<Spent>,
    limits: Arc<Limits>,
    /// Tokens; none: as many as it likes.
    tokens: Option<u64>,
}

impl App {
    /// Tokens of the model that a person has left today; none: as many as they like, as the one person of a server without
    /// accounts.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(in crate::app) async fn tokens_left(&self, person: &str) -> Result<Option<u64>, StoreError> {
        if person.is_empty() {
            return Ok(None);
        }
        let today = self.today(person).await?;
        Ok(today.tokens.map(|most| u64::try_from(most - today.used.tokens).unwrap_or(0)))
    }

    /// What an interview that begins now may use.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(in crate::app) async fn limited(&self, session: &Session) -> Result<Limited, StoreError> {
        let person = session.person().to_owned();
        let tokens = self.tokens_left(&person).await?;
        let limits = self.inner.people.limits.clone();
        Ok(Limited { person, spent: session.spent.clone(), limits, tokens })
    }
}

impl Limited {
    /// The model, asked only while tokens are left.
    pub fn llm(&self, inner: Arc<dyn Llm>) -> Arc<dyn Llm> {
        match self.tokens {
            Some(most) => Arc::new(LimitedLlm { inner, tokens: self.spent.tokens.clone(), most }),
            None => inner,
        }
    }

    /// The runner, asked only so often.
    pub fn runner(&self, inner: Arc<dyn Runner>) -> Arc<dyn Runner> {
        if self.person.is_empty() {
            return inner;
        }
        let (limits, person, spent) = (self.limits.clone(), self.person.clone(), self.spent.clone());
        Arc::new(LimitedRunner { inner, limits, person, spent })
    }
}

/// A model that is asked only while tokens are left.
pub struct LimitedLlm {
    /// The model.
    pub inner: Arc<dyn Llm>,
    /// What this interview used.
    pub tokens: Arc<AtomicU64>,
    /// What it may use.
    pub most: u64,
}

impl Llm for LimitedLlm {
    fn ask(&self, messages: Vec<ChatMessage>) -> BoxStream<'static, Result<LlmEvent, ProviderError>> {
        if self.tokens.load(Ordering::Relaxed) < self.most {
            return self.inner.ask(messages);
        }
        let refused = ProviderError::new(FailureKind::Busy, "this person's tokens of the day are used up");
        futures::stream::once(async { Err(refused) }).boxed()
    }

    fn warm(&self) -> BoxFuture<'static, ()> {
        self.inner.warm()
    }
}

/// A runner that a person asks only so often.
pub struct LimitedRunner {
    /// The runner.
    pub inner: Arc<dyn Runner>,
    /// How often.
    pub limits: Arc<Limits>,
    /// Who.
    pub person: String,
    /// What this interview used.
    pub spent: Arc<Spent>,
}

impl Runner for LimitedRunner {
    fn capabilities(&self) -> &Capabilities {
        self.inner.capabilities()
    }

    fn run(&self, job: Job) -> BoxFuture<'static, Result<RunReport, RunError>> {
        if let Err(over) = self.limits.count(Deed::Run, &format!("person {}", self.person)) {
            let error = RunError::new(RunErrorKind::Throttled, over.to_string());
            return Box::pin(async { Err(error) });
        }
        self.spent.runs.fetch_add(1, Ordering::Relaxed);
        self.inner.run(job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: UnixMs = UnixMs(DAY_MS / 2);

    fn today(minutes: Option<i64>, tokens: Option<i64>) -> Today {
        let used = Usage { interview_ms: 10 * 60_000, tokens: 500, runs: 0 };
        Today { used, booked_ms: 5 * 60_000, minutes, tokens, ends: UnixMs(DAY_MS) }
    }

    #[test]
    fn what_is_left_of_the_day_is_what_may_be_asked_for() {
        assert_eq!(today(Some(45), None).check(30, NOON), Ok(()));
        let wait = Duration::from_secs(12 * 3600);
        let over = Over::Minutes { minutes: 45, left_minutes: 30, wait };
        assert_eq!(today(Some(45), None).check(31, NOON), Err(over));
        assert_eq!(over.retry_after_s(), 12 * 3600);
        assert_eq!(today(None, None).check(180, NOON), Ok(()));
    }

    #[test]
    fn tokens_that_are_used_up_let_nothing_begin() {
        assert_eq!(today(None, Some(501)).check(1, NOON), Ok(()));
        assert!(matches!(today(None, Some(500)).check(1, NOON), Err(Over::Tokens { tokens: 500, .. })));
    }

    #[tokio::test]
    async fn a_model_is_not_asked_beyond_the_limit() {
        struct Answers;
        impl Llm for Answers {
            fn ask(&self, _: Vec<ChatMessage>) -> BoxStream<'static, Result<LlmEvent, ProviderError>> {
                futures::stream::once(async { Ok(LlmEvent::Text("yes".into())) }).boxed()
            }
        }
        let tokens = Arc::new(AtomicU64::new(9));
        let limited = LimitedLlm { inner: Arc::new(Answers), tokens: tokens.clone(), most: 10 };
        assert!(limited.ask(Vec::new()).next().await.expect("an answer").is_ok());
        tokens.store(10, Ordering::Relaxed);
        let refused = limited.ask(Vec::new()).next().await.expect("an answer").expect_err("refused");
        assert_eq!(refused.kind, FailureKind::Busy);
    }
}
