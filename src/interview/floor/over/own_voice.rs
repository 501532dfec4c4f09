//! The interviewer's own words come back through the candidate's microphone. Words in the order of the reply are no
//! interruption; a single one counts only near the reply's first sound, when the client's echo canceller still adapts. What is said into
//! them there is judged without them: "mm-hm" among our own words is a sign of listening.

use super::{FloorSettings, Kind, Sound, Verdict, remark_ms};
use crate::interview::floor::lexicon::{is_echo, without_echo};

/// See the file's head.
pub fn rule(sound: &Sound, settings: &FloorSettings) -> Option<Verdict> {
    let words_min = if sound.early { 1 } else { 2 };
    is_echo(sound.text, sound.said, words_min)
        .then(|| Verdict { rule: "own_voice", kind: Kind::Rides(remark_ms(settings)) })
}

/// The words that are not ours, if some may be.
pub fn rest(sound: &Sound, settings: &FloorSettings) -> Option<String> {
    (sound.early && settings.is_on("own_voice")).then(|| without_echo(sound.text, sound.said))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn one_word_of_ours_is_echo_only_at_the_beginning() {
        let settings = FloorSettings::default();
        let mut heard = sound("how");
        assert_eq!(rule(&heard, &settings), None);
        heard.early = true;
        assert!(rule(&heard, &settings).is_some());
        heard.text = "how would mm-hm you";
        assert_eq!(judged(&heard).0, "backchannel");
        heard.text = "how would stop that please";
        assert_eq!(judged(&heard), ("words_over", Kind::Interrupts));
        assert!(rule(&sound("would you find"), &settings).is_some());
        assert_eq!(rule(&sound("I would find them so"), &settings), None);
    }
}
