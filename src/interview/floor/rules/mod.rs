//! The turn rules and their order: the first that answers decides. Then what may lengthen its wait is asked, all of it: the
//! longest wait counts. Each is a function of the moment and the settings, in a file of its own.

mod addressed_elsewhere;
mod asked_for_time;
mod client_silence;
mod complete_sentence;
mod dictating;
mod own_pauses;
mod perhaps_elsewhere;
mod plain_silence;
mod question_back;
mod rambling;
mod run_in_flight;
mod short_answer;
mod sounds_done;
mod sounds_open;
mod trailing_word;
mod typing;
mod words_pending;

use super::FloorSettings;
use super::moment::{Moment, Verdict};
use crate::units::*;
pub use own_pauses::MOST as OWN_PAUSES_MOST;

/// How a rule is written.
pub type Rule = fn(&Moment, &FloorSettings) -> Option<Verdict>;

/// The order. What is surest comes first; the last always answers.
pub const RULES: &[(&str, Rule)] = &[
    ("client_silence", client_silence::rule),
    ("addressed_elsewhere", addressed_elsewhere::rule),
    ("perhaps_elsewhere", perhaps_elsewhere::rule),
    ("asked_for_time", asked_for_time::rule),
    ("words_pending", words_pending::rule),
    ("trailing_word", trailing_word::rule),
    ("rambling", rambling::rule),
    ("dictating", dictating::rule),
    ("short_answer", short_answer::rule),
    ("sounds_open", sounds_open::rule),
    ("sounds_done", sounds_done::rule),
    ("question_back", question_back::rule),
    ("complete_sentence", complete_sentence::rule),
    ("plain_silence", plain_silence::rule),
];

/// Mechanisms beside the rules that have a name in [`FloorSettings::rules_off`] too, so that each can be switched off to
/// learn what it is worth: name and what it does.
pub const MECHANISMS: &[(&str, &str)] = &[
    ("speculation", "an answer is begun in secret at the soft end"),
    ("opener", "something short is said while a slow model thinks"),
    ("hedge", "a late model is asked a second time"),
    ("late_interruption", "words of a sound over which the interviewer went on may still interrupt"),
];

/// Every name that [`FloorSettings::rules_off`] may hold and that changes something: rules but the last,
/// what lengthens waits, and mechanisms.
pub fn switches() -> impl Iterator<Item = &'static str> {
    let rules = RULES.iter().map(|(name, _)| *name).filter(|name| *name != "plain_silence");
    let stretches = STRETCHES.iter().map(|(name, _)| *name);
    // A name that stands in both lists is one switch.
    let is_new = |name: &&str| *name != "plain_voice" && RULES.iter().all(|(known, _)| known != name);
    let over = super::over::RULES.iter().map(|(name, _)| *name).filter(is_new);
    rules.chain(stretches).chain(over).chain(MECHANISMS.iter().map(|(name, _)| *name))
}

/// How what lengthens a wait is written: the wait it wants, given the verdict of the rule that decided.
pub type Stretch = fn(&Moment, &FloorSettings, &Verdict) -> Option<Ms>;

/// What may lengthen waits.
pub const STRETCHES: &[(&str, Stretch)] =
    &[("own_pauses", own_pauses::stretch), ("typing", typing::stretch), ("run_in_flight", run_in_flight::stretch)];

/// The verdict on a moment.
pub fn judge(moment: &Moment, settings: &FloorSettings) -> Verdict {
    let mut verdict = RULES
        .iter()
        .filter(|(name, _)| settings.is_on(name))
        .find_map(|(_, rule)| rule(moment, settings))
        .unwrap_or_else(|| Verdict::wait("plain_silence", settings.plain_silence_ms));
    let wanted = STRETCHES.iter().filter(|(name, _)| settings.is_on(name));
    let longest = wanted.filter_map(|(name, stretch)| Some((stretch(moment, settings, &verdict)?, *name))).max();
    if let Some((wait, name)) = longest.filter(|(wait, _)| *wait > verdict.wait) {
        verdict.wait = wait;
        verdict.stretched_by = Some(name);
    }
    if !matches!(verdict.rule, "client_silence" | "asked_for_time") {
        verdict.wait = settings.patience.of(verdict.wait);
    }
    verdict
}

#[cfg(test)]
pub(in crate::interview::floor) mod testing {
    use super::*;
    use crate::interview::event::TurnTaking;
    use crate::interview::floor::habits::Own;
    use crate::interview::floor::lexicon::{Asked, Lexicon};
    use crate::interview::floor::moment::{RunSays, SoundSays};

    /// A moment of an English turn of two seconds with these words, all of them settled.
    pub fn moment(text: &str) -> Moment<'_> {
        Moment {
            text,
            words_pending: false,
            spoken: Ms(2000),
            interrupts: false,
            own: Own::default(),
            key: None,
            turn_taking: TurnTaking::Rules,
            sound: SoundSays::Nothing,
            run: RunSays::Nothing,
            asked: Asked::Nothing,
            lexicon: Lexicon::of("en"),
        }
    }

    /// Which rule decides these words under the default settings.
    pub fn decided_by(text: &str) -> &'static str {
        decided(&moment(text))
    }

    /// Which rule decides this moment under the default settings.
    pub fn decided(moment: &Moment) -> &'static str {
        judge(moment, &FloorSettings::default()).rule
    }
}

#[cfg(test)]
mod tests {
    use super::testing::*;
    use super::*;

    #[test]
    fn a_rule_that_is_off_leaves_the_verdict_to_the_next() {
        let settings = FloorSettings { rules_off: vec!["trailing_word".into()], ..FloorSettings::default() };
        assert_eq!(judge(&moment("so I would use"), &settings).rule, "plain_silence");
        let all = RULES.iter().map(|(name, _)| (*name).to_owned()).collect();
        let settings = FloorSettings { rules_off: all, ..FloorSettings::default() };
        assert_eq!(judge(&moment("so I would use"), &settings).rule, "plain_silence");
    }

    #[test]
    fn every_rule_goes_by_its_own_name() {
        let settings = FloorSettings::default();
        for words in ["let me think", "so I would use", "can the list be empty", "I would sort the numbers first", ""] {
            for (name, rule) in RULES {
                assert!(rule(&moment(words), &settings).is_none_or(|verdict| verdict.rule == *name), "{name}");
            }
        }
    }

    #[test]
    fn the_surest_fact_decides() {
        assert_eq!(decided_by("hold on mum"), "addressed_elsewhere");
        assert_eq!(decided_by("let me think"), "asked_for_time");
        assert_eq!(decided_by("so I would use"), "trailing_word");
        assert_eq!(decided_by("can the list be empty"), "question_back");
        assert_eq!(decided_by("I would sort the numbers first"), "complete_sentence");
        assert_eq!(decided_by("two pointers"), "plain_silence");
    }
}
