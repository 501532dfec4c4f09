//! What was said could be for somebody else in the room, and could be an answer ("not now please", "just put it there"): time is given to
//! turn back, as after speech that surely was for somebody else; then it is taken for an answer. Example: "just put it there" [2 s] "so
//! I would sort them" is one turn, and nobody spoke into it. Setting: `addressed_elsewhere_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::lexicon::{Elsewhere, Place};
use crate::interview::floor::moment::{Moment, Verdict};

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    let over = moment.lexicon.addressed_elsewhere(moment.text, Place::OverInterviewer);
    let is_said_to_us = moment.interrupts || over != Elsewhere::Yes;
    (!is_said_to_us).then(|| Verdict::wait("perhaps_elsewhere", settings.addressed_elsewhere_ms))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn what_may_be_for_somebody_else_is_given_time() {
        assert_eq!(decided_by("just put it there"), "perhaps_elsewhere");
        assert_eq!(decided_by("not now please"), "perhaps_elsewhere");
        assert_eq!(decided_by("close the door please"), "addressed_elsewhere");
        assert_eq!(decided_by("put it in the map of what we have seen"), "complete_sentence");
        let interrupts = Moment { interrupts: true, ..moment("not now please") };
        assert_ne!(decided(&interrupts), "perhaps_elsewhere");
    }
}
