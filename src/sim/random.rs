//! Seeded numbers (SplitMix64, Steele et al. 2014). The same seed gives the same numbers on every machine.

use crate::units::*;

/// A sequence of numbers that follows from its seed.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of this seed. `part` keeps the sequences of one scenario's parts apart, so that one part drawing
    /// more often does not change another.
    pub fn new(seed: u64, part: u64) -> Self {
        Random(seed ^ part.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.draw() % (high.saturating_sub(low) + 1)
    }

    /// A span from `low` to `high` ms.
    pub fn ms(&mut self, low: u64, high: u64) -> Ms {
        Ms(self.between(low, high))
    }

    /// True so many times of a thousand.
    pub fn chance(&mut self, permille: u64) -> bool {
        self.draw() % 1000 < permille
    }

    /// One of these. There must be one.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[(self.draw() % of.len() as u64) as usize]
    }
}
