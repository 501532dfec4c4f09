//! Words come while the candidate speaks, so they are waited for: voice without any must last `interruption_words_first_ms`. A long
//! "mm-hm" is over by then, and its words are known.

use super::{FloorSettings, Kind, Sound, Verdict};

/// See the file's head.
pub fn rule(sound: &Sound, settings: &FloorSettings) -> Option<Verdict> {
    let kind = Kind::Open(settings.interruption_words_first_ms);
    sound.words_come.then_some(Verdict { rule: "words_first", kind })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn where_words_come_they_are_waited_for() {
        let settings = FloorSettings::default();
        let mut heard = sound("");
        assert_eq!(judged(&heard), ("words_first", Kind::Open(settings.interruption_words_first_ms)));
        heard.words_come = false;
        assert_eq!(judged(&heard), ("plain_voice", Kind::Open(settings.interruption_ms)));
    }
}
