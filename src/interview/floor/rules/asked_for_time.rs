//! The candidate asked for time ("let me think", "give me a minute"): silence is what they want. The interviewer waits
//! for minutes rather than seconds and shows that it does; the next words end the wait.
//! Setting: `asked_for_time_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, Verdict};

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    moment
        .lexicon
        .asks_for_time(moment.text)
        .then(|| Verdict { gives_time: true, ..Verdict::wait("asked_for_time", settings.asked_for_time_ms) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::moment;

    #[test]
    fn gives_a_minute_and_says_so() {
        let settings = FloorSettings::default();
        let verdict = rule(&moment("okay, give me a minute"), &settings).unwrap();
        assert_eq!((verdict.wait, verdict.gives_time), (settings.asked_for_time_ms, true));
        assert_eq!(rule(&moment("I would sort it"), &settings), None);
    }
}
