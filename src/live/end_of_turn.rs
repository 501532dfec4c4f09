//! The thread on which the end-of-turn model runs, shared by all interviews. A score takes some tens of milliseconds, too long
//! for the voice detectors' threads; an interview asks a few times a minute.
//!
//! Nobody waits here: a full inbox is a score that failed, and the interview is the more patient.

use super::tasks::panic_text;
use crate::interview::event::Event;
use crate::providers::end_of_turn::EndOfTurn;
use crate::units::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::mpsc;

/// Turns waiting to be scored; beyond it none is taken. At a tenth of a second each, those behind would come too late anyway.
pub const INBOX_TURNS: usize = 8;

/// Hands sound to the model's thread. Cheap to clone; the thread ends with the last clone.
#[derive(Clone)]
pub struct EndOfTurnScorer {
    inbox: mpsc::Sender<Job>,
}

struct Job {
    samples: Vec<i16>,
    up_to: SampleIdx,
    facts: mpsc::Sender<Event>,
}

impl EndOfTurnScorer {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(model: Box<dyn EndOfTurn>) -> std::io::Result<EndOfTurnScorer> {
        let (inbox, jobs) = mpsc::channel(INBOX_TURNS);
        std::thread::Builder::new().name("end-of-turn".into()).spawn(move || work(model, jobs))?;
        Ok(EndOfTurnScorer { inbox })
    }

    /// Has a turn's sound scored that ends at `up_to`; the answer goes to `facts`. Gives back what went wrong at once.
    pub fn score(&self, samples: Vec<i16>, up_to: SampleIdx, facts: mpsc::Sender<Event>) -> Option<Event> {
        let refused = self.inbox.try_send(Job { samples, up_to, facts }).is_err();
        refused.then_some(Event::EndOfTurnFailed { up_to })
    }
}

fn work(mut model: Box<dyn EndOfTurn>, mut jobs: mpsc::Receiver<Job>) {
    while let Some(Job { samples, up_to, facts }) = jobs.blocking_recv() {
        if facts.is_closed() {
            continue;
        }
        let scored = catch_unwind(AssertUnwindSafe(|| model.score(&samples)));
        let event = match scored {
            Ok(Ok(permille)) => Event::EndOfTurnScored { up_to, permille },
            Ok(Err(error)) => failed(up_to, &error.to_string()),
            Err(panic) => failed(up_to, panic_text(&*panic)),
        };
        // An interview that is so far behind does without.
        facts.try_send(event).ok();
    }
}

fn failed(up_to: SampleIdx, reason: &str) -> Event {
    tracing::error!(reason, "the end-of-turn model failed");
    Event::EndOfTurnFailed { up_to }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::end_of_turn::EndOfTurnError;

    /// Scores by the first sample; panics at -1, fails at -2.
    struct First;

    impl EndOfTurn for First {
        fn score(&mut self, samples: &[i16]) -> Result<Permille, EndOfTurnError> {
            match samples[0] {
                -1 => panic!("unforeseen"),
                -2 => Err(EndOfTurnError::Failed("cannot".into())),
                first => Ok(Permille(first as u16)),
            }
        }
    }

    #[tokio::test]
    async fn scores_come_back_as_events_and_a_failure_does_not_end_the_thread() {
        let scorer = EndOfTurnScorer::start(Box::new(First)).unwrap();
        let (facts, mut heard) = mpsc::channel(8);
        for (place, first) in [700, -1, -2, 40].into_iter().enumerate() {
            assert_eq!(scorer.score(vec![first], SampleIdx(place as u64), facts.clone()), None);
        }
        let scored = |up_to, permille| Event::EndOfTurnScored { up_to: SampleIdx(up_to), permille: Permille(permille) };
        let failed = |up_to| Event::EndOfTurnFailed { up_to: SampleIdx(up_to) };
        for expected in [scored(0, 700), failed(1), failed(2), scored(3, 40)] {
            assert_eq!(heard.recv().await, Some(expected));
        }
    }

    #[test]
    fn a_full_inbox_is_a_failure_at_once() {
        let (inbox, _jobs) = mpsc::channel(1);
        let scorer = EndOfTurnScorer { inbox };
        let (facts, _heard) = mpsc::channel(1);
        assert_eq!(scorer.score(vec![1], SampleIdx(1), facts.clone()), None);
        assert_eq!(scorer.score(vec![1], SampleIdx(2), facts), Some(Event::EndOfTurnFailed { up_to: SampleIdx(2) }));
    }
}
