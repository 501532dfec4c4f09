//! How fast the services of this interview are: the last delays of each, and which of them few exceed.

use crate::units::*;
use std::collections::{BTreeMap, VecDeque};

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
    /// From the request for an utterance's last words to them.
    pub finals: Delays,
    /// Last words that were asked for and have not come.
    asked: BTreeMap<UtteranceId, At>,
}

/// More last words than this are not waited for at once; the oldest are forgotten.
const ASKED_MAX: usize = 16;

impl Measured {
    /// Last words are asked for.
    pub fn final_asked(&mut self, utterance: UtteranceId, at: At) {
        if self.asked.len() >= ASKED_MAX {
            self.asked.pop_first();
        }
        self.asked.insert(utterance, at);
    }

    /// They came.
    pub fn final_came(&mut self, utterance: UtteranceId, at: At) {
        if let Some(asked) = self.asked.remove(&utterance) {
            self.finals.push(at - asked);
        }
    }

    /// When they were asked for, if they have not come.
    pub fn asked_at(&self, utterance: UtteranceId) -> Option<At> {
        self.asked.get(&utterance).copied()
    }

    /// Takes in what another interview measured.
    pub fn learn(&mut self, other: &Measured) {
        other.first_words.last.iter().for_each(|delay| self.first_words.push(*delay));
        other.finals.last.iter().for_each(|delay| self.finals.push(*delay));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_never_come_are_no_delay_and_are_forgotten_in_time() {
        let mut measured = Measured::default();
        for number in 0..100 {
            measured.final_asked(UtteranceId(number), At(1_000));
        }
        measured.final_came(UtteranceId(99), At(1_250));
        measured.final_came(UtteranceId(99), At(9_000));
        measured.final_came(UtteranceId(3), At(9_000));
        assert_eq!((measured.finals.last.len(), measured.asked.len()), (1, ASKED_MAX - 1));
        let mut all = Measured::default();
        (0..8).for_each(|_| all.learn(&measured));
        assert_eq!(all.finals.within(990), Some(Ms(250)));
    }

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
