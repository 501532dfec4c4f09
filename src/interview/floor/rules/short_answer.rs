//! The interviewer asked for a fact ("what would it cost?", "is the list sorted?") and a few words answer it: that is all of it. After
//! an open question ("walk me through it") the same few words are a beginning.
//!
//! Example: "What would it cost?" "Linear time." [600]: the turn ends; to "How would you begin?" it does not.
//! Setting: `short_answer_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::lexicon::{Asked, word_count};
use crate::interview::floor::moment::{Moment, Verdict};

/// More words are a sentence.
const WORDS_MAX: u32 = 3;

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    let is_short = (1..=WORDS_MAX).contains(&word_count(moment.text)) && !moment.interrupts;
    let answers = is_short && moment.asked == Asked::Fact;
    answers.then(|| Verdict::wait("short_answer", settings.short_answer_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::{decided, moment};

    #[test]
    fn a_word_answers_a_closed_question_and_begins_the_answer_to_an_open_one() {
        let after = |asked| decided(&Moment { asked, ..moment("linear time") });
        assert_eq!(after(Asked::Fact), "short_answer");
        assert_eq!(after(Asked::Account), "plain_silence");
        assert_eq!(after(Asked::Nothing), "plain_silence");
        assert_eq!(decided(&Moment { asked: Asked::Fact, ..moment("linear because") }), "trailing_word");
    }
}
