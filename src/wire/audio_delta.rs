//! The quick way to write `response.output_audio.delta`, the event of which there are most.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A `response.output_audio.delta` that is about to be written. Ids are ours (plain characters), so nothing is escaped.
#[derive(Clone, Copy, Debug)]
pub struct AudioDelta<'a> {
    /// `resp_<n>`.
    pub response_id: &'a str,
    /// `item_<n>`.
    pub item_id: &'a str,
    /// Sound in the session's output format.
    pub sound: &'a [u8],
}

impl AudioDelta<'_> {
    /// Replaces `frame` by the event. Base64 goes straight into it; a frame that is used again allocates nothing.
    pub fn encode_into(&self, event_id: &str, frame: &mut String) {
        frame.clear();
        frame.reserve(self.sound.len() / 3 * 4 + 256);
        for piece in [
            "{\"event_id\":\"",
            event_id,
            "\",\"type\":\"response.output_audio.delta\",\"response_id\":\"",
            self.response_id,
            "\",\"item_id\":\"",
            self.item_id,
            "\",\"output_index\":0,\"content_index\":0,\"delta\":\"",
        ] {
            frame.push_str(piece);
        }
        STANDARD.encode_string(self.sound, frame);
        frame.push_str("\"}");
    }
}

#[cfg(test)]
mod tests {
    use super::super::server::{ServerEvent, Spot};
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_quick_way_to_write_sound_says_what_the_slow_one_says() {
        for length in [0, 1, 2, 3, 960, 1919] {
            let sound: Vec<u8> = (0..length).map(|n| (n * 7 % 256) as u8).collect();
            let mut quick = String::from("left over from before");
            AudioDelta { response_id: "resp_1", item_id: "item_2", sound: &sound }.encode_into("event_3", &mut quick);
            let slow = ServerEvent::AudioDelta { spot: Spot::of("resp_1", "item_2"), delta: STANDARD.encode(&sound) };
            assert_eq!(
                serde_json::from_str::<Value>(&quick).expect("quick"),
                serde_json::from_str::<Value>(&slow.encode("event_3")).expect("slow")
            );
        }
    }

    #[test]
    fn a_frame_that_is_used_again_does_not_grow() {
        let sound = [1; 1920];
        let delta = AudioDelta { response_id: "resp_1", item_id: "item_2", sound: &sound };
        let mut frame = String::new();
        delta.encode_into("event_3", &mut frame);
        let (place, room) = (frame.as_ptr(), frame.capacity());
        delta.encode_into("event_4", &mut frame);
        assert_eq!((frame.as_ptr(), frame.capacity()), (place, room));
    }
}
