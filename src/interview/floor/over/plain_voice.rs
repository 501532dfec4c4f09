//! Nothing but voice is known: `interruption_ms` of it want the floor.

use super::{FloorSettings, Kind, Sound, Verdict};

/// See the file's head.
pub fn rule(sound: &Sound, settings: &FloorSettings) -> Option<Verdict> {
    Some(verdict(sound, settings))
}

/// What is said when every rule is off, too.
pub fn verdict(_sound: &Sound, settings: &FloorSettings) -> Verdict {
    Verdict { rule: "plain_voice", kind: Kind::Open(settings.interruption_ms) }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn always_has_an_answer() {
        assert!(rule(&sound("anything"), &FloorSettings::default()).is_some());
    }
}
