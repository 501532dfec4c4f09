//! Nothing of the reply was heard yet: who goes on speaking was not finished. Half of `interruption_ms` is enough.

use super::{FloorSettings, Kind, Sound, Verdict};
use crate::units::*;

/// See the file's head.
pub fn rule(sound: &Sound, settings: &FloorSettings) -> Option<Verdict> {
    let wait = Ms(settings.interruption_ms.0 / 2);
    sound.heard.is_none().then_some(Verdict { rule: "reply_not_begun", kind: Kind::Open(wait) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn who_goes_on_before_the_answer_keeps_the_floor_soon() {
        let mut heard = sound("");
        heard.heard = None;
        assert_eq!(judged(&heard), ("reply_not_begun", Kind::Open(Ms(250))));
    }
}
