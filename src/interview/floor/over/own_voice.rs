//! The interviewer's own words come back through the candidate's microphone. Words in the order of the reply are no
//! interruption; a single one counts only near the reply's first sound, when the client's echo canceller still adapts. There a sign of
//! listening among our own words ("okay I mm-hm follow you") is none either.

use super::{FloorSettings, Kind, Sound, Verdict, remark_ms};
use crate::interview::floor::lexicon::{is_echo, without_echo, word_count};

/// See the file's head.
pub fn rule(sound: &Sound, settings: &FloorSettings) -> Option<Verdict> {
    let words_min = if sound.early { 1 } else { 2 };
    let among_ours = || {
        let theirs = without_echo(sound.text, sound.said);
        sound.early && word_count(&theirs) < word_count(sound.text) && sound.lexicon.is_backchannel(&theirs)
    };
    (is_echo(sound.text, sound.said, words_min) || among_ours())
        .then(|| Verdict { rule: "own_voice", kind: Kind::Rides(remark_ms(settings)) })
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
        assert_eq!(judged(&heard).0, "own_voice");
        heard.text = "how would stop that please";
        assert_eq!(judged(&heard), ("words_over", Kind::Interrupts));
        assert!(rule(&sound("would you find"), &settings).is_some());
        assert_eq!(rule(&sound("I would find them so"), &settings), None);
    }
}
