//! What a sound of the candidate over the interviewer is: the rules and their order, the first that answers decides. The
//! interviewer's sound stands still meanwhile, so a decision that takes longer costs no time to who wants the floor.
//! Rules about words come first; a rule is off by its name in `floor.rules_off`, like those that end turns.

mod addressed_elsewhere;
mod backchannel;
mod echo_guard;
mod own_voice;
mod plain_voice;
mod typing_bar;
mod words_first;
mod words_over;

use super::FloorSettings;
use super::lexicon::Lexicon;
use crate::units::*;

/// Voice whose words are no interruption may last so many times longer than voice without words before it counts as one.
const REMARK_FACTOR: u64 = 4;

/// What is known of a sound over the interviewer.
pub struct Sound<'a> {
    /// Its words so far.
    pub text: &'a str,
    /// The interviewer's words that it stands over.
    pub said: &'a str,
    /// It began near the reply's first sound, when a client's echo canceller still adapts.
    pub early: bool,
    /// What was heard of the reply; none when nothing was yet.
    pub heard: Option<Ms>,
    /// The candidate typed a moment ago.
    pub types: bool,
    /// Words come while the candidate speaks: partial transcripts, or the browser's.
    pub words_come: bool,
    /// What the language's words tell.
    pub lexicon: &'static Lexicon,
}

/// What a rule says of a sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The rule's name, as it stands in recordings.
    pub rule: &'static str,
    /// What it is.
    pub kind: Kind,
}

/// What a sound is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It wants the floor.
    Interrupts,
    /// Not decided: voice of this length wants the floor, and so do words that stay as they are.
    Open(Ms),
    /// It wants nothing, unless its voice lasts this long: the interviewer goes on when it is over.
    Rides(Ms),
}

/// How a rule is written.
pub type Rule = fn(&Sound, &FloorSettings) -> Option<Verdict>;

/// The order.
pub const RULES: &[(&str, Rule)] = &[
    ("own_voice", own_voice::rule),
    ("backchannel", backchannel::rule),
    ("addressed_elsewhere", addressed_elsewhere::rule),
    ("words_over", words_over::rule),
    ("echo_guard", echo_guard::rule),
    ("typing_bar", typing_bar::rule),
    ("words_first", words_first::rule),
    ("plain_voice", plain_voice::rule),
];

/// The verdict on a sound.
pub fn judge(sound: &Sound, settings: &FloorSettings) -> Verdict {
    RULES
        .iter()
        .filter(|(name, _)| settings.is_on(name))
        .find_map(|(_, rule)| rule(sound, settings))
        .unwrap_or_else(|| plain_voice::verdict(sound, settings))
}

/// Voice without words wants the floor from this length on, as far as nothing special is known.
fn voice_without_words(sound: &Sound, settings: &FloorSettings) -> Ms {
    match sound.words_come && settings.is_on("words_first") {
        true => settings.interruption_words_first_ms,
        false => settings.interruption_ms,
    }
}

/// Voice whose words want nothing may last so long.
fn remark_ms(settings: &FloorSettings) -> Ms {
    Ms(settings.interruption_ms.0 * REMARK_FACTOR)
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;

    /// A sound with these words in the middle of an English reply.
    pub fn sound(text: &str) -> Sound<'_> {
        Sound {
            text,
            said: "How would you find two of them with a given sum?",
            early: false,
            heard: Some(Ms(2_000)),
            types: false,
            words_come: true,
            lexicon: Lexicon::of("en"),
        }
    }

    /// What the rules under the default settings say of it.
    pub fn judged(sound: &Sound) -> (&'static str, Kind) {
        let verdict = judge(sound, &FloorSettings::default());
        (verdict.rule, verdict.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::testing::*;
    use super::*;

    #[test]
    fn the_surest_fact_decides() {
        let rule = |text| judged(&sound(text)).0;
        assert_eq!(rule("find two of them"), "own_voice");
        assert_eq!(rule("mm-hm"), "backchannel");
        assert_eq!(rule("mum I'm in an interview"), "addressed_elsewhere");
        assert_eq!(rule("wait can I ask something"), "words_over");
        assert_eq!(rule(""), "words_first");
    }

    #[test]
    fn with_every_rule_off_voice_alone_decides() {
        let rules_off = RULES.iter().map(|(name, _)| (*name).to_owned()).collect();
        let settings = FloorSettings { rules_off, ..FloorSettings::default() };
        for text in ["", "mm-hm", "stop that please"] {
            let verdict = judge(&sound(text), &settings);
            assert_eq!((verdict.rule, verdict.kind), ("plain_voice", Kind::Open(settings.interruption_ms)));
        }
    }

    #[test]
    fn every_rule_goes_by_its_own_name() {
        let settings = FloorSettings::default();
        let mut sounds = ["find two of them", "mm-hm", "mum not now", "stop that please", ""].map(sound);
        for sound in &mut sounds {
            for (heard, types) in [(None, false), (Some(Ms(10)), true), (Some(Ms(9_000)), true)] {
                (sound.heard, sound.types) = (heard, types);
                for (name, rule) in RULES {
                    assert!(rule(sound, &settings).is_none_or(|verdict| verdict.rule == *name), "{name}");
                }
            }
        }
    }
}
