//! The turn rules and their order: the first that answers decides. A rule is a function of the moment and the settings,
//! in a file of its own.

mod asked_for_time;
mod client_silence;
mod complete_sentence;
mod plain_silence;
mod question_back;
mod trailing_word;
mod words_pending;

use super::FloorSettings;
use super::moment::{Moment, Verdict};

/// How a rule is written.
pub type Rule = fn(&Moment, &FloorSettings) -> Option<Verdict>;

/// The order. What is surest comes first; the last always answers.
pub const RULES: &[Rule] = &[
    client_silence::rule,
    asked_for_time::rule,
    words_pending::rule,
    trailing_word::rule,
    question_back::rule,
    complete_sentence::rule,
    plain_silence::rule,
];

/// The verdict on a moment.
pub fn judge(moment: &Moment, settings: &FloorSettings) -> Verdict {
    RULES
        .iter()
        .find_map(|rule| rule(moment, settings))
        .unwrap_or_else(|| Verdict::wait("plain_silence", settings.plain_silence_ms))
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::interview::event::TurnTaking;
    use crate::interview::floor::lexicon::Lexicon;
    use crate::units::Ms;

    /// A moment of an English turn of two seconds with these words, all of them settled.
    pub fn moment(text: &str) -> Moment<'_> {
        Moment {
            text,
            words_pending: false,
            spoken: Ms(2000),
            turn_taking: TurnTaking::Rules,
            lexicon: Lexicon::of("en"),
        }
    }

    /// Which rule decides these words under the default settings.
    pub fn decided_by(text: &str) -> &'static str {
        judge(&moment(text), &FloorSettings::default()).rule
    }
}

#[cfg(test)]
mod tests {
    use super::testing::*;

    #[test]
    fn the_surest_fact_decides() {
        assert_eq!(decided_by("let me think"), "asked_for_time");
        assert_eq!(decided_by("so I would use"), "trailing_word");
        assert_eq!(decided_by("can the list be empty"), "question_back");
        assert_eq!(decided_by("I would sort the numbers first"), "complete_sentence");
        assert_eq!(decided_by("two pointers"), "plain_silence");
    }
}
