//! Keys are clicking: the candidate edited the text a moment ago, so the sound may be theirs. Voice without words must last
//! `interruption_typing_ms`; words are listened to as ever. Example: somebody types while the question is read out and the
//! desk thumps for 600 ms: the interviewer holds still that long and goes on.

use super::{FloorSettings, Kind, Sound, Verdict, voice_without_words};

/// See the file's head.
pub fn rule(sound: &Sound, settings: &FloorSettings) -> Option<Verdict> {
    let wait = voice_without_words(sound, settings).max(settings.interruption_typing_ms);
    sound.types.then_some(Verdict { rule: "typing_bar", kind: Kind::Open(wait) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn keys_raise_the_bar_for_voice_and_not_for_words() {
        let settings = FloorSettings::default();
        let mut heard = sound("");
        heard.types = true;
        assert_eq!(judged(&heard), ("typing_bar", Kind::Open(settings.interruption_typing_ms)));
        heard.text = "what about negative numbers";
        assert_eq!(judged(&heard), ("words_over", Kind::Interrupts));
    }
}
