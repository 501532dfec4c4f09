//! How often machine and coach gave each pair of bands, remembered until a band changes: it is counted over all sessions. One server uses
//! a database at a time, so that whatever changes passes here.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The machine's band, the coach's, how many sessions.
pub type Pairs = Vec<(i64, i64, i64)>;

/// What was counted. Holds a few pairs for each dimension that was asked for, of which rubrics have a dozen.
#[derive(Default)]
pub struct Counted {
    changes: AtomicU64,
    known: Mutex<(u64, BTreeMap<String, Pairs>)>,
}

impl Counted {
    /// How often bands changed so far. Asked before counting.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Bands changed. Told after they did, so that what was counted while they were changing is not believed.
    pub fn changed(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    /// What was counted in a dimension, unless bands changed since.
    pub fn known(&self, changes: u64, dimension: &str) -> Option<Pairs> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        (known.0 == changes).then(|| known.1.get(dimension).cloned()).flatten()
    }

    /// Remembers what was counted after so many changes.
    pub fn remember(&self, changes: u64, dimension: &str, pairs: &Pairs) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != changes {
            *known = (changes, BTreeMap::new());
        }
        known.1.insert(dimension.to_owned(), pairs.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_before_a_change_is_forgotten() {
        let counted = Counted::default();
        let before = counted.changes();
        counted.remember(before, "testing", &vec![(1, 2, 3)]);
        assert_eq!(counted.known(before, "testing"), Some(vec![(1, 2, 3)]));
        assert_eq!(counted.known(before, "communication"), None);
        counted.changed();
        assert_eq!(counted.known(counted.changes(), "testing"), None);
        counted.remember(before, "testing", &vec![(1, 2, 3)]);
        assert_eq!(counted.known(counted.changes(), "testing"), None, "counted while it changed");
    }
}
