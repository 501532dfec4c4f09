//! In a reply's first `echo_guard_ms` the sound is likeliest its own echo: voice without words must last twice as long.

use super::{FloorSettings, Kind, Sound, Verdict, voice_without_words};
use crate::units::*;

/// See the file's head.
pub fn rule(sound: &Sound, settings: &FloorSettings) -> Option<Verdict> {
    let wait = Ms(voice_without_words(sound, settings).0 * 2);
    let just_begun = sound.heard.is_some_and(|heard| heard < settings.echo_guard_ms);
    just_begun.then_some(Verdict { rule: "echo_guard", kind: Kind::Open(wait) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn the_beginning_of_a_reply_is_guarded() {
        let settings = FloorSettings::default();
        let mut heard = sound("");
        assert_eq!(rule(&heard, &settings), None);
        heard.heard = Some(Ms(100));
        assert_eq!(judged(&heard), ("echo_guard", Kind::Open(Ms(settings.interruption_words_first_ms.0 * 2))));
    }
}
