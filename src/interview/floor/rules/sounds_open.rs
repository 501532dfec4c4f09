//! The end-of-turn model hears that the candidate is not done: the voice stays up, the last word is drawn out. Wait for the rest.
//! While its score is awaited, and when it failed, silence alone decides: a model that is late makes nobody less patient.
//! Setting: `sounds_open_ms`. Example: "I would sort it" in a level voice, 200 ms pause, score 60: 900 ms at least are given, to
//! who pauses long more (`own_pauses`).

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, SoundSays, Verdict};

/// See the file's head.
pub fn rule(moment: &Moment, settings: &FloorSettings) -> Option<Verdict> {
    let wait = match moment.sound {
        SoundSays::Open => settings.sounds_open_ms,
        SoundSays::NotKnown => settings.plain_silence_ms,
        SoundSays::Nothing | SoundSays::Unsure | SoundSays::Done => return None,
    };
    Some(Verdict::wait("sounds_open", wait))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::moment;

    #[test]
    fn a_late_or_broken_model_makes_nobody_less_patient() {
        let settings = FloorSettings::default();
        let with = |sound| rule(&Moment { sound, ..moment("I would sort the numbers first") }, &settings);
        assert_eq!(with(SoundSays::Open).map(|verdict| verdict.wait), Some(settings.sounds_open_ms));
        assert_eq!(with(SoundSays::NotKnown).map(|verdict| verdict.wait), Some(settings.plain_silence_ms));
        assert_eq!(with(SoundSays::Nothing), None);
        assert_eq!(with(SoundSays::Done), None);
    }
}
