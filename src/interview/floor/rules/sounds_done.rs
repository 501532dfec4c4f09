//! The end-of-turn model hears that the candidate is done: the voice fell, the last word was short. Words that announce more
//! were asked before, so both agree. Setting: `sounds_done_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, SoundSays, Verdict};

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    (moment.sound == SoundSays::Done).then(|| Verdict::wait("sounds_done", settings.sounds_done_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::{decided, moment};

    #[test]
    fn who_sounds_done_is_answered_soon_but_not_after_words_that_announce_more() {
        let with = |text| Moment { sound: SoundSays::Done, ..moment(text) };
        assert_eq!(decided(&with("two pointers")), "sounds_done");
        assert_eq!(decided(&with("two pointers and then")), "trailing_word");
        assert_eq!(rule(&moment("two pointers"), &FloorSettings::default()), None);
    }
}
