//! All words are such as listeners say ("mm-hm", "yeah okay"): the interviewer goes on. Who says more than that for long
//! wants the floor after all: four times `interruption_ms`.

use super::{FloorSettings, Kind, Sound, Verdict, remark_ms};

/// See the file's head.
pub fn rule(sound: &Sound, settings: &FloorSettings) -> Option<Verdict> {
    let is_one = sound.lexicon.is_backchannel(sound.text);
    is_one.then(|| Verdict { rule: "backchannel", kind: Kind::Rides(remark_ms(settings)) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn a_sign_of_listening_is_ridden_over_and_more_is_not() {
        let settings = FloorSettings::default();
        assert!(rule(&sound("yeah okay"), &settings).is_some());
        assert_eq!(rule(&sound("yeah but why"), &settings), None);
        assert_eq!(rule(&sound(""), &settings), None);
    }
}
