//! What scenarios guard, by name: the floor's rules and switches, and the mechanisms below, which cannot be switched off. Each
//! scenario names what it would fail without (`guards` in `scenario.toml`).

use super::{Scenario, cases, expect};
use crate::interview::floor::rules;
use std::fs;
use std::io;
use std::path::Path;

/// Mechanisms that are always on: name, and what each does.
pub const MECHANISMS: &[(&str, &str)] = &[
    ("agenda", "what comes next follows the course, not the model"),
    ("authored_fallback", "where the model fails the author's line is said"),
    ("barge_in", "voice over a reply pauses it; length or words cancel it"),
    ("breath_before_commit", "a first sound in the last hops keeps the turn"),
    ("client_voice", "a client that speaks itself is timed by its own reports and by the length of the text"),
    ("clients_turn_taking", "push-to-talk, and sessions that forbid interruptions"),
    ("draining", "what the client still plays of a finished reply belongs to it"),
    ("echo", "the interviewer's own words in the microphone do not interrupt it"),
    ("fences", "what the candidate says, writes or prints is data in every prompt"),
    ("final_overdue", "the wait for a final transcript is bounded"),
    ("grace_period", "who stays away ends the interview"),
    ("heard_text", "the conversation keeps what was heard of a reply, no more"),
    ("hints", "tier by tier, each released once"),
    ("late_words", "words belong to the turn that was spoken, whenever they come"),
    ("ledger", "every anchor of a latency is of its own turn"),
    ("mic_stalled", "without microphone sound an open turn is judged by the clock"),
    ("model_overdue", "a model that stalls is given up"),
    ("one_reply", "one reply at a time; what was superseded is never heard"),
    ("pause", "a pause of the interview stops sound and clock"),
    ("refusals", "what cannot be done is refused once and changes nothing"),
    ("resume", "after a false interruption the reply goes on where it stopped"),
    ("resumed_client", "a client that comes back finds the interview going on"),
    ("runs", "one run at a time, each with an end"),
    ("speaking_up", "unasked only at a trigger, never into typing, speech or a run"),
    ("speech_failure", "a piece without sound stays as text, the next is heard"),
    ("speech_overdue", "a voice that stalls is given up"),
    ("time_box", "phases and the interview end on time"),
    ("transcription_failure", "an utterance without transcript is answered from what there is"),
    ("truncation", "a client's truncation is taken up to what was sent"),
    ("unspoken", "code and thoughts of a model are never heard"),
    ("voice_start", "a sound is voice after several hops, not after one"),
];

/// Whether something of this name can be guarded.
pub fn is_known(name: &str) -> bool {
    rules::RULES.iter().map(|(rule, _)| *rule).chain(rules::switches()).any(|known| known == name)
        || MECHANISMS.iter().any(|(known, _)| *known == name)
}

/// The scenarios below a folder, with their names.
///
/// # Errors
/// When the folder or a file of it cannot be read, or is no scenario.
pub fn scenarios(folder: &Path) -> io::Result<Vec<(String, Scenario)>> {
    let read = |case: &Path| {
        let text = fs::read_to_string(case.join(cases::SCENARIO_FILE))?;
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let scenario = Scenario::read(&text).map_err(|error| io::Error::other(format!("{name}: {error}")))?;
        Ok((name, scenario))
    };
    cases::find(folder)?.iter().map(|case| read(case)).collect()
}

/// The names of those that guard a rule and whose expectations fail, or that break an invariant, when it is switched off.
pub fn failing_without(rule: &str, scenarios: &[(String, Scenario)]) -> Vec<String> {
    let guarding = scenarios.iter().filter(|(_, scenario)| scenario.guards.iter().any(|guard| guard == rule));
    let fails = |scenario: &Scenario| {
        let mut without = scenario.clone();
        without.setup.floor.rules_off.push(rule.to_owned());
        let run = super::run_quietly(&without);
        !run.violations.is_empty() || !expect::unmet(&without, &run).is_empty()
    };
    guarding.filter(|(_, scenario)| fails(scenario)).map(|(name, _)| name.clone()).collect()
}

/// Names that no scenario guards.
pub fn unguarded(scenarios: &[Scenario]) -> Vec<&'static str> {
    let rules = rules::RULES.iter().map(|(rule, _)| *rule).chain(rules::switches());
    let all = rules.chain(MECHANISMS.iter().map(|(name, _)| *name));
    let is_guarded = |name: &str| scenarios.iter().any(|scenario| scenario.guards.iter().any(|guard| guard == name));
    let mut unguarded: Vec<&str> = all.filter(|name| !is_guarded(name)).collect();
    unguarded.dedup();
    unguarded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_switches_and_mechanisms_are_known_and_nothing_else() {
        assert!(is_known("plain_silence") && is_known("speculation") && is_known("barge_in"));
        assert!(!is_known("mood"));
        let scenario = Scenario { guards: vec!["barge_in".into()], ..Scenario::default() };
        let unguarded = unguarded(&[scenario]);
        assert!(unguarded.contains(&"plain_silence") && !unguarded.contains(&"barge_in"));
    }
}
