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
    rule("addressed_elsewhere", "somebody else is spoken to", "addressed_elsewhere_ms"),
    rule("perhaps_elsewhere", "it could be for somebody else in the room, or an answer", "addressed_elsewhere_ms"),
    rule("rambling", "the turn has lasted for long and a sentence ends", "rambling_ms"),
    rule("asked_for_time", "the candidate asked for time", "asked_for_time_ms"),
    rule("words_pending", "words of the turn are still missing or change", "words_pending_ms"),
    rule("trailing_word", "the last word announces more", "trailing_word_ms"),
    rule(
        "sounds_open",
        "by its sound the turn is not over, or the model that listens for it has not told",
        "sounds_open_ms",
    ),
    rule("sounds_done", "by its sound the turn is over", "sounds_done_ms"),
    rule("dictating", "numbers or code are read out piece by piece", "dictating_ms"),
    rule("short_answer", "a few words answer the question for a fact", "short_answer_ms"),
    rule("question_back", "it is a question to the interviewer", "question_back_ms"),
    rule("complete_sentence", "the words form a complete sentence", "complete_sentence_ms"),
    rule("plain_silence", "nothing tells whether more will come", "plain_silence_ms"),
    rule("own_pauses", "the candidate's own pauses are longer than that", "own_pauses_permille"),
    rule("typing", "the candidate types", "after_key_ms"),
    rule("run_in_flight", "the candidate's code runs, or has just come to its end", "run_most_ms"),
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
    ("opener", "something short is said while the model thinks about its answer"),
    ("interviewer_finished", "all that was said has been played"),
    ("voice_duration", "the voice lasted so long that it wants the floor"),
    ("late_interruption", "words came late that want the floor"),
    ("own_voice", "it was the interviewer's own voice coming back"),
    ("backchannel", "it was only a sign of listening"),
    ("short_sound", "it was too short to be an interruption"),
    ("undecided", "no words came for the sound in time"),
    ("client_came_back", "the client is there again"),
    ("client_cleared", "the client threw its sound away"),
    ("candidate_paused", "the candidate paused the interview"),
    ("interview_ended", "the interview is over"),
    ("first_run", "the first run of the tests came to its end"),
    ("failing_streak", "several runs in a row failed"),
    ("stall", "no key, no word and no run for long"),
    ("approach_switch", "the code goes another way than before"),
    ("long_silence", "both were silent for long"),
    ("phase_over", "the phase's time is used up, or its aim is reached"),
    ("question_not_put", "the question has not been put"),
    ("time_nearly_up", "the time box nears its end"),
    ("follow_up", "it is the next that fits"),
    ("all_asked", "all that fits has been asked"),
    ("talked_through", "nobody writes code; it is talked through"),
    ("hint_asked_for", "a hint was asked for"),
    ("hint_offer_taken", "the offer of a hint was taken"),
    ("hint_button", "a hint was asked for by hand"),
    ("says_stuck", "the candidate says that they are stuck"),
    ("asked_again", "the candidate wants to hear it again"),
    ("asked_about", "that is what was asked about"),
    ("asked_about_nothing_known", "what was asked is not told by the author"),
    ("asked_leave", "the candidate asks for leave"),
    ("remark", "there is something to remark about the code"),
    ("tests_pass", "the tests pass"),
    ("nothing_left_to_clarify", "nothing is left to clarify"),
    ("approach_talked_through", "the approach was talked through"),
    ("begins_to_write", "the candidate begins to write"),
    ("interrupted", "they spoke into what the interviewer said, so it is meant for them"),
    ("interrupted_last_words", "they spoke into the last words and are answered once more"),
    ("thinks_aloud", "the candidate types and thinks aloud"),
    ("acknowledges", "the candidate answered"),
    ("at_work", "the candidate is at work"),
    ("done_without_a_run", "the code is said to be done and was never run"),
    ("says_done", "the candidate says that it is done"),
    ("time_for_the_approach", "the time for clarifying is used up"),
    ("time_for_code", "the time for the approach is used up"),
    ("time_for_a_test", "the time for writing is used up"),
    ("time_for_the_discussion", "the time for code and tests is used up"),
    ("story_not_begun", "the story has not begun"),
    ("part_missing", "that part of the story is missing"),
    ("stretch_begins", "the stretch begins"),
    ("stretch_has_time", "the stretch has time left"),
    ("stretch_time_up", "the stretch's time is used up"),
    ("stretch_talked_through", "the stretch was talked through"),
    ("looks_closer", "there is time to look closer"),
    ("something_changes", "there is time to change something"),
    ("client_asked", "the client asked for an answer"),
    ("client_joined", "the client joined"),
    ("time_up", "the time box is over"),
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
