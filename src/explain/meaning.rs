//! What the names of rules and reasons mean, for people. A name without an entry is shown as it is.

/// What a rule that ends turns goes by, and the setting that holds its wait.
pub struct RuleMeaning {
    /// Name, as in recordings.
    pub rule: &'static str,
    /// What it saw, as a clause.
    pub because: &'static str,
    /// The setting its wait comes from; none when it is none of `[floor]`.
    pub setting: Option<&'static str>,
}

const fn rule(rule: &'static str, because: &'static str, setting: &'static str) -> RuleMeaning {
    RuleMeaning { rule, because, setting: Some(setting) }
}

const fn other(rule: &'static str, because: &'static str) -> RuleMeaning {
    RuleMeaning { rule, because, setting: None }
}

/// All rules and other ends of turns.
pub const RULES: &[RuleMeaning] = &[
    other("client_silence", "the client set the length of silence that ends turns"),
    rule("asked_for_time", "the candidate asked for time", "asked_for_time_ms"),
    rule("words_pending", "words of the turn are still missing or change", "words_pending_ms"),
    rule("trailing_word", "the last word announces more", "trailing_word_ms"),
    rule("question_back", "it is a question to the interviewer", "question_back_ms"),
    rule("complete_sentence", "the words form a complete sentence", "complete_sentence_ms"),
    rule("plain_silence", "nothing tells whether more will come", "plain_silence_ms"),
    rule("mic_stalled", "no more microphone sound came", "mic_stalled_ms"),
    rule("words_idle", "words came without voice, and then no more", "plain_silence_ms"),
    other("client_committed", "the client said that the turn ends here"),
    other("typed", "it was typed"),
];

/// What a change of the floor goes by.
const REASONS: &[(&str, &str)] = &[
    ("voice", "a voice was heard"),
    ("words", "words came"),
    ("turn_over", "the turn is over"),
    ("awaits_words", "the turn is over, its words are still awaited"),
    ("reply", "the answer's first sound goes out"),
    ("interviewer_finished", "all that was said has been played"),
    ("backchannel", "it was only a sign of listening"),
    ("short_sound", "it was too short to be an interruption"),
    ("undecided", "no words came for the sound in time"),
    ("client_came_back", "the client is there again"),
    ("client_cleared", "the client threw its sound away"),
    ("candidate_paused", "the candidate paused the interview"),
    ("interview_ended", "the interview is over"),
];

/// The rule of this name.
pub fn of_rule(name: &str) -> Option<&'static RuleMeaning> {
    RULES.iter().find(|meaning| meaning.rule == name)
}

/// A reason in words: a rule's, a fact's, or the bare name.
pub fn of_reason(name: &str) -> &str {
    let reason = REASONS.iter().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning);
    reason.or_else(|| of_rule(name).map(|meaning| meaning.because)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::FloorSettings;

    #[test]
    fn every_rule_of_the_floor_has_a_meaning() {
        let list = include_str!("../interview/floor/rules/mod.rs");
        let rules = list.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        let unknown: Vec<&str> = rules.filter(|rule| of_rule(rule).is_none()).collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }

    #[test]
    fn every_setting_named_exists() {
        let settings = serde_json::to_value(FloorSettings::default()).expect("JSON");
        for setting in RULES.iter().filter_map(|meaning| meaning.setting) {
            assert!(settings.get(setting).is_some(), "{setting}");
        }
    }
}
