//! The candidate asks the interviewer something: they wait for an answer, so answer soon.
//! Setting: `question_back_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, Verdict};

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    moment.lexicon.is_question(moment.text).then(|| Verdict::wait("question_back", settings.question_back_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::moment;

    #[test]
    fn answers_a_question_soon() {
        let settings = FloorSettings::default();
        assert!(rule(&moment("can there be duplicates"), &settings).is_some());
        assert_eq!(rule(&moment("there can be duplicates here"), &settings), None);
    }
}
