//! How patient the interviewer is, as the candidate or the operator chooses: it scales the waits at the ends of turns.

use crate::units::*;
use serde::{Deserialize, Serialize};

/// A choice that people understand without figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Patience {
    /// For who thinks slowly, or speaks a foreign language: waits are half as long again.
    Calm,
    /// As the settings say.
    #[default]
    Normal,
    /// For who wants a quick exchange: waits are three quarters as long.
    Brisk,
}

impl Patience {
    /// What waits are multiplied with.
    pub fn permille(self) -> Permille {
        match self {
            Patience::Calm => Permille(1_500),
            Patience::Normal => Permille(1_000),
            Patience::Brisk => Permille(750),
        }
    }

    /// A wait as this patience has it.
    pub fn of(self, wait: Ms) -> Ms {
        Ms(wait.0.saturating_mul(u64::from(self.permille().0)) / 1000)
    }

    /// Whether it is the usual one: what is usual is not written down.
    pub fn is_normal(&self) -> bool {
        *self == Patience::Normal
    }
}

#[cfg(test)]
mod tests {
    use crate::interview::floor::FloorSettings;
    use crate::interview::floor::patience::Patience;
    use crate::interview::floor::rules::judge;
    use crate::interview::floor::rules::testing::moment;
    use crate::units::*;

    fn wait(patience: Patience, text: &str) -> Ms {
        judge(&moment(text), &FloorSettings { patience, ..FloorSettings::default() }).wait
    }

    #[test]
    fn the_calm_wait_longer_and_the_brisk_do_not() {
        let sentence = "I would sort the numbers first";
        assert_eq!(wait(Patience::Normal, sentence), FloorSettings::default().complete_sentence_ms);
        assert_eq!(wait(Patience::Calm, sentence), Ms(900));
        assert_eq!(wait(Patience::Brisk, sentence), Ms(450));
    }

    #[test]
    fn a_minute_that_was_asked_for_is_a_minute_for_everybody() {
        assert_eq!(wait(Patience::Brisk, "give me a minute"), wait(Patience::Calm, "give me a minute"));
    }
}
