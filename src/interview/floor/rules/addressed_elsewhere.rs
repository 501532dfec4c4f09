//! All that was said is for somebody else in the room or on the phone ("mum, I'm in an interview"): it is no answer. The
//! interviewer waits for the candidate to turn back and says nothing; what comes after is a turn of its own. What could be an
//! answer ("not now", "open the door") is none here. Example: "close the door please" [2 s] "so I would sort them": only the
//! second is answered. Setting: `addressed_elsewhere_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::lexicon::{Elsewhere, Place};
use crate::interview::floor::moment::{Moment, Verdict};

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    let addressed = moment.lexicon.addressed_elsewhere(moment.text, Place::OwnTurn);
    (addressed == Elsewhere::Yes).then(|| Verdict::wait("addressed_elsewhere", settings.addressed_elsewhere_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::moment;

    #[test]
    fn an_aside_is_waited_out_and_an_answer_is_not() {
        let settings = FloorSettings::default();
        assert!(rule(&moment("Close the door, please."), &settings).is_some());
        for answer in ["not now", "open the door", "close the door please so I would", ""] {
            assert_eq!(rule(&moment(answer), &settings), None, "{answer}");
        }
    }
}
