//! Nothing else is known: silence alone decides. Setting: `plain_silence_ms`; 1000 ms cut 6 of 30 turns of read speech
//! with inner pauses when measured, 700 ms 13 of 30.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, Verdict};

/// See the file's head.
pub fn rule(_moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    Some(Verdict::wait("plain_silence", settings.plain_silence_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::moment;

    #[test]
    fn always_has_an_answer() {
        assert!(rule(&moment(""), &FloorSettings::default()).is_some());
    }
}
