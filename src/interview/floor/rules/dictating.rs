//! The candidate reads out numbers or code, piece by piece ("say the numbers are ninety [800] one"): each piece could be the last and
//! seldom is. "And" before a last piece ends the list. Example: "the numbers are three seven" and silence: 2500 ms; "three seven and
//! nine": the usual wait. Setting: `dictating_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, Verdict};

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    moment.lexicon.dictates(moment.text).then(|| Verdict::wait("dictating", settings.dictating_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::{decided_by, moment};

    #[test]
    fn a_list_that_is_read_out_is_waited_for_until_it_ends() {
        let settings = FloorSettings::default();
        for text in
            ["say the numbers are three", "one five nine", "so it has 3 7 11", "def helper open paren numbers comma"]
        {
            assert_eq!(
                rule(&moment(text), &settings).map(|verdict| verdict.wait),
                Some(settings.dictating_ms),
                "{text}"
            );
        }
        for text in ["it takes two", "one five and nine", "the answer is forty two.", "we go from zero to nine"] {
            assert_eq!(rule(&moment(text), &settings), None, "{text}");
        }
        assert_eq!(decided_by("say the numbers are three five"), "dictating");
    }
}
