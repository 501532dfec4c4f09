//! The words could stand as they are: the usual end of a turn. Setting: `complete_sentence_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, Verdict};

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    moment.lexicon.is_complete(moment.text).then(|| Verdict::wait("complete_sentence", settings.complete_sentence_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::moment;

    #[test]
    fn a_whole_sentence_ends_a_turn() {
        let settings = FloorSettings::default();
        assert!(rule(&moment("It runs in linear time."), &settings).is_some());
        assert_eq!(rule(&moment("linear"), &settings), None);
    }
}
