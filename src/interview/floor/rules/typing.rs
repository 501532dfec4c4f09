//! The candidate types: who writes down what they just said, or looks for a name while keys click, has not finished. Silence
//! counts from the last key rather than from the last word then, up to a limit; keys never keep anybody from being heard. Who asks
//! the interviewer something is answered all the same.
//!
//! Example: "we keep a map of what we have seen", keys until 1100 ms after it: the turn ends 1800 ms after the word, 700 ms after
//! the last key.
//! Settings: `after_key_ms`, `typing_most_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, Verdict};
use crate::units::*;

/// See the file's head.
pub fn stretch(moment: &Moment, settings: &FloorSettings, verdict: &Verdict) -> Option<Ms> {
    let waits =
        matches!(verdict.rule, "complete_sentence" | "plain_silence" | "trailing_word" | "sounds_done" | "sounds_open");
    let key = moment.key.filter(|_| waits)?;
    Some((key + settings.after_key_ms).min(settings.typing_most_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::judge;
    use crate::interview::floor::rules::testing::moment;

    fn verdict(text: &str, key: u64) -> Verdict {
        judge(&Moment { key: Some(Ms(key)), ..moment(text) }, &FloorSettings::default())
    }

    #[test]
    fn silence_counts_from_the_last_key_up_to_a_limit() {
        let settings = FloorSettings::default();
        let sentence = "we keep a map of what we have seen";
        assert_eq!(verdict(sentence, 1_100).wait, Ms(1_100) + settings.after_key_ms);
        assert_eq!(verdict(sentence, 1_100).stretched_by, Some("typing"));
        assert_eq!(verdict(sentence, 60_000).wait, settings.typing_most_ms);
    }

    #[test]
    fn a_question_is_answered_and_a_minute_given_in_spite_of_keys() {
        let settings = FloorSettings::default();
        assert_eq!(verdict("can the list be empty", 1_100).wait, settings.question_back_ms);
        assert_eq!(verdict("give me a minute", 1_100).wait, settings.asked_for_time_ms);
    }
}
