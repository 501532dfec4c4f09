//! How fast the services of this interview are: the last delays of each, and which of them few exceed.

use crate::units::*;
use std::collections::VecDeque;

/// So many delays are remembered of each service: the pace of the last minutes.
const DELAYS_MAX: usize = 64;
/// Fewer than this say nothing of the slow ones.
const DELAYS_MIN: usize = 8;

/// The last delays of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delays {
    last: VecDeque<Ms>,
}

impl Delays {
    /// One more; the oldest is forgotten when there are too many.
    pub fn push(&mut self, delay: Ms) {
        if self.last.len() >= DELAYS_MAX {
            self.last.pop_front();
        }
        self.last.push_back(delay);
    }

    /// The delay that so many thousandths do not exceed; none while too few are known.
    pub fn within(&self, permille: usize) -> Option<Ms> {
        if self.last.len() < DELAYS_MIN {
            return None;
        }
        let mut sorted: Vec<Ms> = self.last.iter().copied().collect();
        sorted.sort_unstable();
        Some(percentile(&sorted, permille))
    }
}

/// What was measured in this interview.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// From a call of the model to its first word; where another call was faster, to that one's.
    pub first_words: Delays,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_delays_say_nothing_and_old_ones_are_forgotten() {
        let mut delays = Delays::default();
        (0..7).for_each(|_| delays.push(Ms(5_000)));
        assert_eq!(delays.within(950), None);
        delays.push(Ms(5_000));
        assert_eq!(delays.within(950), Some(Ms(5_000)));
        (1..=64).for_each(|delay| delays.push(Ms(delay)));
        assert_eq!((delays.within(500), delays.within(950)), (Some(Ms(32)), Some(Ms(61))));
    }
}
