//! Silence as the client set it (`server_vad.silence_duration_ms` on the wire). A client that names a length gets it:
//! its user has decided. Example: 500 ms asked, the turn ends 500 ms after the last speech sample.

use crate::interview::event::TurnTaking;
use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, Verdict};

/// See the file's head.
pub fn rule(moment: &Moment, _settings: &FloorSettings) -> Option<Verdict> {
    match moment.turn_taking {
        TurnTaking::Silence(wait) => Some(Verdict::wait("client_silence", wait)),
        TurnTaking::Rules | TurnTaking::Client => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::rules::testing::moment;
    use crate::units::Ms;

    #[test]
    fn a_named_length_stands_over_all_words() {
        let mut moment = moment("let me think");
        moment.turn_taking = TurnTaking::Silence(Ms(500));
        assert_eq!(rule(&moment, &FloorSettings::default()), Some(Verdict::wait("client_silence", Ms(500))));
    }
}
