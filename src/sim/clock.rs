//! Virtual time: what is to happen, in one total order. Nothing here looks at a real clock.

use crate::units::*;
use std::collections::BTreeMap;

/// Things to come, by their time; of things at the same time the one that was put in first comes first.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    entries: BTreeMap<(At, u64), T>,
    entered: u64,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Queue { entries: BTreeMap::new(), entered: 0 }
    }
}

impl<T> Queue<T> {
    /// Something is to happen at this time.
    pub fn push(&mut self, at: At, what: T) {
        self.entered += 1;
        self.entries.insert((at, self.entered), what);
    }

    /// When the next thing happens.
    pub fn due(&self) -> Option<At> {
        self.entries.keys().next().map(|(at, _)| *at)
    }

    /// The next thing, if it is due at `now`.
    pub fn pop_due(&mut self, now: At) -> Option<T> {
        let entry = self.entries.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }

    /// Only what `wanted` says stays.
    pub fn retain(&mut self, mut wanted: impl FnMut(&T) -> bool) {
        self.entries.retain(|_, what| wanted(what));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_come_by_time_and_then_in_the_order_they_were_put_in() {
        let mut queue = Queue::default();
        for (at, what) in [(5, 'c'), (3, 'a'), (5, 'd'), (4, 'b')] {
            queue.push(At(at), what);
        }
        assert_eq!(queue.pop_due(At(2)), None);
        let order: String = std::iter::from_fn(|| queue.pop_due(At(5))).collect();
        assert_eq!(order, "abcd");
        assert_eq!(queue.due(), None);
    }
}
