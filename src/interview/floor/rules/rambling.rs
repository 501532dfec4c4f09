//! The turn has lasted for long and a sentence ends: the interviewer steps in with a short line instead of waiting for the end.
//! Off unless the setting is more than 0. Example: 90,000 ms; at the first end of a sentence after a minute and a half, 200 ms of
//! silence are enough. Setting: `rambling_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, Verdict};
use crate::units::*;

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    let is_long = settings.rambling_ms > Ms(0) && moment.spoken >= settings.rambling_ms;
    (is_long && moment.lexicon.is_complete(moment.text)).then(|| Verdict::wait("rambling", settings.soft_end_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::moment;

    #[test]
    fn steps_in_at_the_end_of_a_sentence_of_a_long_turn_when_asked_to() {
        let (off, on) =
            (FloorSettings::default(), FloorSettings { rambling_ms: Ms(60_000), ..FloorSettings::default() });
        let mut long = moment("and it runs in linear time");
        long.spoken = Ms(61_000);
        assert_eq!(rule(&long, &off), None);
        assert_eq!(rule(&long, &on).map(|verdict| verdict.wait), Some(on.soft_end_ms));
        long.text = "and it runs in linear time because";
        assert_eq!(rule(&long, &on), None);
        assert_eq!(rule(&moment("and it runs in linear time"), &on), None);
    }
}
