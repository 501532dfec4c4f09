//! The candidate's code is being run: they watch it, and what they say meanwhile is seldom all they have to say about it. The
//! turn waits for the run, and then for them to have read what came of it, up to a limit; a question to the interviewer is answered
//! all the same.
//!
//! Example: "I think this is right now", the run ends 1800 ms after it: the turn ends after 3300 ms of silence, if they do not go on.
//! Settings: `run_most_ms`, `after_run_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, RunSays, Verdict};
use crate::units::*;

/// See the file's head.
pub fn stretch(moment: &Moment, settings: &FloorSettings, verdict: &Verdict) -> Option<Ms> {
    if !matches!(verdict.rule, "complete_sentence" | "plain_silence" | "short_answer" | "sounds_done" | "sounds_open") {
        return None;
    }
    match moment.run {
        RunSays::Nothing => None,
        RunSays::InFlight => Some(settings.run_most_ms),
        RunSays::Ended(silence) => Some((silence + settings.after_run_ms).min(settings.run_most_ms)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::judge;
    use crate::interview::floor::rules::testing::moment;

    #[test]
    fn a_run_is_waited_for_and_its_result_may_be_read() {
        let settings = FloorSettings::default();
        let with = |text, run| {
            let verdict = judge(&Moment { run, ..moment(text) }, &settings);
            (verdict.wait, verdict.stretched_by)
        };
        let text = "I think this is right now";
        assert_eq!(with(text, RunSays::InFlight), (settings.run_most_ms, Some("run_in_flight")));
        assert_eq!(with(text, RunSays::Ended(Ms(1_800))).0, Ms(1_800) + settings.after_run_ms);
        assert_eq!(with(text, RunSays::Ended(Ms(60_000))).0, settings.run_most_ms);
        assert_eq!(with("can the list be empty", RunSays::InFlight).0, settings.question_back_ms);
    }
}
