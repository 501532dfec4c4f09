//! The candidate speaks to somebody else ("mum, I'm in an interview", "close the door please"). Patterns must cover all that was
//! said: one word beyond them, and it is an interruption. While the words may still become such speech nothing is decided.
//! Afterwards the interviewer stays silent for `aside_pause_ms`, for the candidate to turn back.

use super::{FloorSettings, Kind, Sound, Verdict};
use crate::interview::floor::lexicon::{Elsewhere, Place};
use crate::units::*;

/// Voice whose words are known to be for somebody else may last so long: longer speech has words beyond any pattern.
const ASIDE_MAX: Ms = Ms(8_000);
/// And so long while they may become such speech.
const PERHAPS_MAX: Ms = Ms(4_000);

/// See the file's head.
pub fn rule(sound: &Sound, _settings: &FloorSettings) -> Option<Verdict> {
    let kind = match sound.lexicon.addressed_elsewhere(sound.text, Place::OverInterviewer) {
        Elsewhere::Yes => Kind::Rides(ASIDE_MAX),
        Elsewhere::Perhaps => Kind::Open(PERHAPS_MAX),
        Elsewhere::No => return None,
    };
    Some(Verdict { rule: "addressed_elsewhere", kind })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn waits_while_it_may_become_an_aside_and_listens_to_one_word_beyond() {
        let settings = FloorSettings::default();
        let kind = |text| rule(&sound(text), &settings).map(|verdict| verdict.kind);
        assert_eq!(kind("close the"), Some(Kind::Open(PERHAPS_MAX)));
        assert_eq!(kind("close the door please"), Some(Kind::Rides(ASIDE_MAX)));
        assert_eq!(kind("close the door please so I would"), None);
    }
}
