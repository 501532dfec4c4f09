//! A set of places in one of the question's lists. Lists have at most 40 entries (`questions/check.rs`); places from 64 on
//! are never in the set.

/// Some places of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places(u64);

impl Places {
    /// Takes a place in; true if it was not in before.
    pub fn insert(&mut self, place: usize) -> bool {
        let before = self.0;
        self.0 |= bit(place);
        before != self.0
    }

    /// Whether a place is in.
    pub fn has(self, place: usize) -> bool {
        self.0 & bit(place) != 0
    }

    /// How many are in.
    pub fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    /// None is in.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// All of both.
    pub fn with(self, other: Places) -> Places {
        Places(self.0 | other.0)
    }

    /// Those in, ascending.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |place| self.has(*place))
    }
}

fn bit(place: usize) -> u64 {
    u32::try_from(place).ok().and_then(|place| 1_u64.checked_shl(place)).unwrap_or(0)
}

impl FromIterator<usize> for Places {
    fn from_iter<I: IntoIterator<Item = usize>>(places: I) -> Self {
        let mut all = Places::default();
        for place in places {
            all.insert(place);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_knows_what_it_holds_and_ignores_what_cannot_be() {
        let mut places: Places = [3, 0, 3, 99].into_iter().collect();
        assert_eq!((places.iter().collect::<Vec<_>>(), places.count()), (vec![0, 3], 2));
        assert!(places.insert(5) && !places.insert(5) && !places.insert(64));
        assert!(!places.has(99));
    }
}
