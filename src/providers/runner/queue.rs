//! Who gets the next free box: sessions take turns, each with one job at a time; a full queue says so at once.

use super::{RunError, RunErrorKind};
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// A queue of jobs for a number of boxes.
#[derive(Debug)]
pub struct Queue {
    state: Mutex<State>,
    waiting_max: usize,
    session_max: usize,
}

#[derive(Debug)]
struct State {
    free: Vec<u32>,
    /// Sessions in the order of their turns, each with its jobs in order.
    waiting: VecDeque<(String, VecDeque<oneshot::Sender<Slot>>)>,
    /// Sessions that have a box.
    running: BTreeSet<String>,
}

/// A box's place. Dropping it frees the box for the next.
#[derive(Debug)]
pub struct Slot {
    /// Its number, from 0.
    pub index: u32,
    session: String,
    queue: Arc<Queue>,
}

impl Queue {
    /// A queue for the boxes `slots`. At most `waiting_max` jobs wait, of one session at most `session_max`.
    pub fn new(slots: Vec<u32>, waiting_max: usize, session_max: usize) -> Arc<Queue> {
        let state = State { free: slots, waiting: VecDeque::new(), running: BTreeSet::new() };
        Arc::new(Queue { state: Mutex::new(state), waiting_max, session_max })
    }

    /// Waits for a box. Dropping the future gives the place in the queue up.
    ///
    /// # Errors
    /// `Busy` when the queue is full, `Throttled` when this session already has as many jobs waiting as it may.
    pub async fn enter(self: &Arc<Self>, session: &str) -> Result<Slot, RunError> {
        let waits = {
            let mut state = self.lock();
            state.forget_the_gone();
            let waiting: usize = state.waiting.iter().map(|(_, jobs)| jobs.len()).sum();
            let place = state.waiting.iter().position(|(name, _)| name == session);
            let own = place.and_then(|place| state.waiting.get(place)).map_or(0, |(_, jobs)| jobs.len());
            if own >= self.session_max {
                let message = format!("{own} runs of this session are waiting already; wait for one to finish");
                return Err(RunError::new(RunErrorKind::Throttled, message));
            }
            if waiting >= self.waiting_max {
                let message = format!("{waiting} runs are waiting already; try again in a moment");
                return Err(RunError::new(RunErrorKind::Busy, message));
            }
            let (sender, receiver) = oneshot::channel();
            match place.and_then(|place| state.waiting.get_mut(place)) {
                Some((_, jobs)) => jobs.push_back(sender),
                None => state.waiting.push_back((session.to_owned(), VecDeque::from([sender]))),
            }
            receiver
        };
        self.serve();
        waits.await.map_err(|_| RunError::new(RunErrorKind::Failed, "the queue has gone"))
    }

    /// How many jobs wait.
    pub fn waiting(&self) -> usize {
        self.lock().waiting.iter().map(|(_, jobs)| jobs.len()).sum()
    }

    /// Hands free boxes to those whose turn it is.
    fn serve(self: &Arc<Self>) {
        loop {
            let (sender, slot) = {
                let mut state = self.lock();
                state.forget_the_gone();
                let Some(index) = state.free.last().copied() else { return };
                let Some((session, sender)) = state.next() else { return };
                state.free.pop();
                state.running.insert(session.clone());
                (sender, Slot { index, session, queue: Arc::clone(self) })
            };
            // Whoever has gone meanwhile drops the slot, which serves the next; outside the lock.
            drop(sender.send(slot));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn forget_the_gone(&mut self) {
        for (_, jobs) in &mut self.waiting {
            jobs.retain(|job| !job.is_closed());
        }
        self.waiting.retain(|(_, jobs)| !jobs.is_empty());
    }

    /// The next job: of the first session that has no box. A session that has more to do goes to the end.
    fn next(&mut self) -> Option<(String, oneshot::Sender<Slot>)> {
        let place = self.waiting.iter().position(|(session, _)| !self.running.contains(session))?;
        let (session, mut jobs) = self.waiting.remove(place)?;
        let job = jobs.pop_front()?;
        if !jobs.is_empty() {
            self.waiting.push_back((session.clone(), jobs));
        }
        Some((session, job))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.running.remove(&self.session);
        state.free.push(self.index);
        drop(state);
        let queue = Arc::clone(&self.queue);
        queue.serve();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;
    use futures::{FutureExt, poll};

    #[tokio::test]
    async fn sessions_take_turns_however_much_one_of_them_asks() {
        let queue = Queue::new(vec![0], 100, 50);
        let first = queue.enter("warm-up").await.expect("free");
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut jobs = Vec::new();
        for name in ["greedy", "greedy", "greedy", "greedy", "b", "c", "d"] {
            let (queue, order) = (Arc::clone(&queue), Arc::clone(&order));
            let mut job = async move {
                let slot = queue.enter(name).await.expect("room");
                order.lock().expect("not poisoned").push(name);
                drop(slot);
            }
            .boxed();
            assert!(poll!(&mut job).is_pending());
            jobs.push(job);
        }
        drop(first);
        join_all(jobs).await;
        assert_eq!(*order.lock().expect("fine"), ["greedy", "b", "c", "d", "greedy", "greedy", "greedy"]);
    }

    #[tokio::test]
    async fn a_session_runs_one_job_at_a_time_though_boxes_are_free() {
        let queue = Queue::new(vec![0, 1], 10, 10);
        let first = queue.enter("a").await.expect("free");
        let mut second = queue.enter("a").boxed();
        assert!(poll!(&mut second).is_pending());
        let other = queue.enter("b").await.expect("free");
        assert_ne!(first.index, other.index);
        drop(first);
        second.await.expect("its turn");
    }

    #[tokio::test]
    async fn a_full_queue_says_so_and_one_session_cannot_fill_it() {
        let queue = Queue::new(vec![0], 3, 2);
        let _slot = queue.enter("a").await.expect("free");
        let mut waiting: Vec<_> = ["b", "b", "c"].map(|name| queue.enter(name).boxed()).into();
        for job in &mut waiting {
            assert!(poll!(job).is_pending());
        }
        assert_eq!(queue.enter("b").await.expect_err("two wait").kind, RunErrorKind::Throttled);
        assert_eq!(queue.enter("d").await.expect_err("three wait").kind, RunErrorKind::Busy);
        waiting.pop();
        assert!(poll!(queue.enter("d").boxed()).is_pending(), "who left makes room");
    }

    #[tokio::test]
    async fn who_gives_up_waiting_takes_no_box_away() {
        let queue = Queue::new(vec![0], 10, 10);
        let slot = queue.enter("a").await.expect("free");
        let mut gone = queue.enter("b").boxed();
        assert!(poll!(&mut gone).is_pending());
        drop(slot);
        // The slot was already sent to it when it goes.
        drop(gone);
        queue.enter("c").await.expect("free again");
    }
}
