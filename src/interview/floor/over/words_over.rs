//! Words that are none of the above want the floor. A single one does when nothing follows it: first guesses of
//! recognisers change, and names come before what is said to their owners.

use super::{FloorSettings, Kind, Sound, Verdict, remark_ms};
use crate::interview::floor::lexicon::words;

/// See the file's head.
pub fn rule(sound: &Sound, settings: &FloorSettings) -> Option<Verdict> {
    let kind = match words(sound.text).len() {
        0 => return None,
        1 => Kind::Open(remark_ms(settings)),
        _ => Kind::Interrupts,
    };
    Some(Verdict { rule: "words_over", kind })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn two_words_interrupt_and_one_waits_for_its_end() {
        let settings = FloorSettings::default();
        let kind = |text| rule(&sound(text), &settings).map(|verdict| verdict.kind);
        assert_eq!(kind("stop"), Some(Kind::Open(remark_ms(&settings))));
        assert_eq!(kind("stop that"), Some(Kind::Interrupts));
        assert_eq!(kind(" "), None);
    }
}
