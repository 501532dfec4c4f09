//! Words of the turn are still awaited, or none have come: without them nothing speaks for an end, so wait longer.
//! Setting: `words_pending_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, Verdict};

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    let unknown = moment.words_pending || moment.text.trim().is_empty();
    unknown.then(|| Verdict::wait("words_pending", settings.words_pending_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::moment;

    #[test]
    fn waits_while_words_are_missing() {
        let settings = FloorSettings::default();
        assert!(rule(&moment(" "), &settings).is_some());
        let mut pending = moment("I would sort the numbers");
        pending.words_pending = true;
        assert_eq!(rule(&pending, &settings).map(|v| v.wait), Some(settings.words_pending_ms));
        assert_eq!(rule(&moment("I would sort the numbers"), &settings), None);
    }
}
