//! What the scripted services (`fake.rs` of each kind) are told to do: when to answer, and how to fail. Everything is a
//! function of the script, its seed and the number of the call, so a test sees the same each time.

use super::{FailureKind, ProviderError};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A delay in ms, drawn evenly from `min_ms..=max_ms`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delay {
    /// The shortest.
    pub min_ms: u64,
    /// The longest; below `min_ms` it counts as `min_ms`.
    pub max_ms: u64,
}

impl Delay {
    /// Always `ms`.
    pub const fn fixed(ms: u64) -> Self {
        Delay { min_ms: ms, max_ms: ms }
    }
}

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "does", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// Fails with `kind` after so many pieces.
    Error {
        /// The kind of error.
        kind: FailureKind,
        /// Pieces that come before; 0 fails at the start.
        #[serde(default)]
        after: usize,
    },
    /// Sends so many pieces, then neither goes on nor ends.
    Stall {
        /// Pieces that come before.
        after: usize,
    },
    /// Ends properly after so many pieces; 0 is an answer without content.
    Stop {
        /// Pieces that come before.
        after: usize,
    },
    /// Waits so long before the first piece, then is all right.
    Late {
        /// The wait, instead of the script's own.
        ms: u64,
    },
}

/// Which call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faulty {
    /// The number of the call, from 0; none: every call.
    #[serde(default)]
    pub call: Option<u64>,
    /// What it does.
    #[serde(flatten)]
    pub fault: Fault,
}

/// The fault of call number `call`, the first that fits.
pub(super) fn fault_of(faults: &[Faulty], call: u64) -> Option<Fault> {
    faults.iter().find(|faulty| faulty.call.is_none_or(|number| number == call)).map(|faulty| faulty.fault)
}

impl Fault {
    /// What happens instead of the piece number `index`.
    pub(super) fn before(&self, index: usize) -> Option<Break> {
        match *self {
            Fault::Error { kind, after } if after <= index => {
                Some(Break::Error(ProviderError::new(kind, "as the script says")))
            }
            Fault::Stall { after } if after <= index => Some(Break::Stall),
            Fault::Stop { after } if after <= index => Some(Break::Stop),
            _ => None,
        }
    }
}

/// How a faulty call breaks off.
pub(super) enum Break {
    /// With an error.
    Error(ProviderError),
    /// By never going on.
    Stall,
    /// By ending early.
    Stop,
}

/// A seeded source of delays (SplitMix64: Steele, Lea and Flood 2014; enough for tests, no use for secrets).
pub(super) struct Dice(u64);

impl Dice {
    /// The dice of call number `call` under `seed`.
    pub(super) fn new(seed: u64, call: u64) -> Self {
        Dice(seed ^ call.wrapping_mul(0xA076_1D64_78BD_642F))
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Draws a delay.
    pub(super) fn draw(&mut self, delay: Delay) -> Duration {
        let span = delay.max_ms.saturating_sub(delay.min_ms).saturating_add(1);
        Duration::from_millis(delay.min_ms.saturating_add(self.roll() % span.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_stay_in_their_range_and_repeat_with_the_seed() {
        let delay = Delay { min_ms: 20, max_ms: 25 };
        let draw = |seed| (0..50).map(|call| Dice::new(seed, call).draw(delay).as_millis()).collect::<Vec<_>>();
        assert!(draw(7).iter().all(|ms| (20..=25).contains(ms)));
        assert!(draw(7).contains(&20) && draw(7).contains(&25));
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn faults_read_from_toml() {
        #[derive(Deserialize)]
        struct Script {
            faults: Vec<Faulty>,
        }
        let text = "faults = [{ call = 2, does = 'error', kind = 'busy' }, { does = 'stall', after = 3 }]";
        let script: Script = toml::from_str(text).unwrap();
        assert_eq!(fault_of(&script.faults, 2), Some(Fault::Error { kind: FailureKind::Busy, after: 0 }));
        assert_eq!(fault_of(&script.faults, 1), Some(Fault::Stall { after: 3 }));
    }
}
