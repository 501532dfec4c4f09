//! The last word announces more ("so", "because", "the", "um"): the candidate is in the middle of a thought.
//! Setting: `trailing_word_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, Verdict};

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    moment.lexicon.trails_off(moment.text).then(|| Verdict::wait("trailing_word", settings.trailing_word_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::moment;

    #[test]
    fn waits_for_the_rest_of_the_sentence() {
        let settings = FloorSettings::default();
        assert!(rule(&moment("first I sort the list and then"), &settings).is_some());
        assert_eq!(rule(&moment("first I sort the list"), &settings), None);
    }
}
