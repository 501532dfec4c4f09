//! Nothing else is known: silence alone decides. 1000 ms cut 6 of 30 turns of read speech with inner pauses when measured, 700 ms
//! 13 of 30. Who is known to answer in a word or two has said it all by then, and is answered as after a whole sentence.
//!
//! Example: "linear" from somebody whose last ten turns had one or two words: 600 ms; from anybody else a second and more.
//! Settings: `plain_silence_ms`, `complete_sentence_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, Verdict};

/// So many of their turns must have been heard.
const TURNS_MIN: usize = 4;
/// And at most so many thousandths of them went on beyond as many words as there are now.
const GOES_ON_MAX: u16 = 250;

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    let is_usual = moment.own.turns >= TURNS_MIN && moment.own.goes_on.0 <= GOES_ON_MAX;
    let wait = match is_usual {
        true => settings.complete_sentence_ms.min(settings.plain_silence_ms),
        false => settings.plain_silence_ms,
    };
    Some(Verdict::wait("plain_silence", wait))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::habits::Own;
    use crate::interview::floor::rules::testing::moment;
    use crate::units::*;

    #[test]
    fn always_has_an_answer() {
        assert!(rule(&moment(""), &FloorSettings::default()).is_some());
    }

    #[test]
    fn who_answers_in_a_word_is_answered_sooner() {
        let settings = FloorSettings::default();
        let with = |turns, goes_on| {
            let own = Own { turns, goes_on: Permille(goes_on), ..Own::default() };
            rule(&Moment { own, ..moment("linear") }, &settings).map(|verdict| verdict.wait)
        };
        assert_eq!(with(8, 100), Some(settings.complete_sentence_ms));
        assert_eq!(with(8, 900), Some(settings.plain_silence_ms));
        assert_eq!(with(2, 100), Some(settings.plain_silence_ms));
    }
}
