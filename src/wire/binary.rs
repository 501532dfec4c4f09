//! Sound as binary frames, for sockets opened with `audio=binary`: a third less to send and nothing to decode. Numbers
//! are little-endian; headers are even in length so that 16-bit samples stay aligned. Layout in `docs/protocol.md`.

use super::error::{ErrorCode, WireError};
use super::name;
use crate::units::{ItemId, ReplyId};

/// Tag of a frame of microphone sound, client to server.
pub const MIC_TAG: u8 = 0x01;
/// Tag of a frame of the interviewer's sound, server to client.
pub const SPEECH_TAG: u8 = 0x81;
/// Bytes before the sound in a microphone frame.
pub const MIC_HEADER_BYTES: usize = 8;
/// Bytes before the sound in a speech frame.
pub const SPEECH_HEADER_BYTES: usize = 20;

/// Microphone sound. Layout: tag, three zero bytes, position (4), sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MicFrame<'a> {
    /// First sample of the frame, counted by the client from where it began to capture on this socket; wraps. A jump
    /// means that the client lost sound.
    pub position: u32,
    /// Sound in the session's input format; not yet checked for whole samples.
    pub sound: &'a [u8],
}

/// The interviewer's sound. Layout: tag, three zero bytes, event number (4), reply (4), item (4), position (4), sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpeechFrame<'a> {
    /// The number in the `event_id` that the same sound would have had as JSON, low 32 bits; for `after`.
    pub event: u32,
    /// The reply.
    pub reply: ReplyId,
    /// The item.
    pub item: ItemId,
    /// First sample of the frame, from the item's start, at the output format's rate.
    pub position: u32,
    /// Sound in the session's output format.
    pub sound: &'a [u8],
}

impl<'a> MicFrame<'a> {
    /// Reads a client's frame. None: a tag we do not know, to be ignored.
    pub fn decode(frame: &'a [u8]) -> Result<Option<MicFrame<'a>>, WireError> {
        match frame.first() {
            None => Err(too_short(1)),
            Some(&MIC_TAG) => {
                let position = word(frame, 4).ok_or_else(|| too_short(MIC_HEADER_BYTES))?;
                let sound = frame.get(MIC_HEADER_BYTES..).unwrap_or_default();
                Ok(Some(MicFrame { position, sound }))
            }
            Some(_) => Ok(None),
        }
    }

    /// Replaces `frame` by this one.
    pub fn encode_into(&self, frame: &mut Vec<u8>) {
        frame.clear();
        frame.extend_from_slice(&[MIC_TAG, 0, 0, 0]);
        frame.extend_from_slice(&self.position.to_le_bytes());
        frame.extend_from_slice(self.sound);
    }
}

impl<'a> SpeechFrame<'a> {
    /// Reads a server's frame. None: a tag we do not know, to be ignored.
    pub fn decode(frame: &'a [u8]) -> Result<Option<SpeechFrame<'a>>, WireError> {
        match frame.first() {
            None => Err(too_short(1)),
            Some(&SPEECH_TAG) => {
                let at = |offset| word(frame, offset).ok_or_else(|| too_short(SPEECH_HEADER_BYTES));
                Ok(Some(SpeechFrame {
                    event: at(4)?,
                    reply: ReplyId(at(8)?),
                    item: ItemId(at(12)?),
                    position: at(16)?,
                    sound: frame.get(SPEECH_HEADER_BYTES..).unwrap_or_default(),
                }))
            }
            Some(_) => Ok(None),
        }
    }

    /// Replaces `frame` by this one.
    pub fn encode_into(&self, frame: &mut Vec<u8>) {
        frame.clear();
        frame.extend_from_slice(&[SPEECH_TAG, 0, 0, 0]);
        for number in [self.event, self.reply.0, self.item.0, self.position] {
            frame.extend_from_slice(&number.to_le_bytes());
        }
        frame.extend_from_slice(self.sound);
    }

    /// `item_id` as JSON events write it.
    pub fn item_id(&self) -> String {
        name::item(self.item)
    }
}

fn word(frame: &[u8], offset: usize) -> Option<u32> {
    let bytes = frame.get(offset..offset.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

fn too_short(wanted: usize) -> WireError {
    WireError::new(ErrorCode::InvalidBinary, format!("a binary frame of this tag has at least {wanted} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    #[test]
    fn the_layout_is_what_the_document_says() {
        let mut frame = vec![9; 3];
        MicFrame { position: 0x0102_0304, sound: &[7, 8] }.encode_into(&mut frame);
        assert_eq!(frame, [1, 0, 0, 0, 4, 3, 2, 1, 7, 8]);
        let speech = SpeechFrame { event: 5, reply: ReplyId(6), item: ItemId(7), position: 480, sound: &[1, 2] };
        speech.encode_into(&mut frame);
        assert_eq!(frame, [0x81, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 0xe0, 1, 0, 0, 1, 2]);
        assert_eq!(frame.len(), SPEECH_HEADER_BYTES + 2);
        assert_eq!(speech.item_id(), "item_7");
    }

    #[test]
    fn unknown_tags_are_ignored_and_short_frames_are_errors() {
        assert_eq!(MicFrame::decode(&[0x7f]), Ok(None));
        assert_eq!(MicFrame::decode(&[SPEECH_TAG, 0, 0]), Ok(None));
        for length in 0..MIC_HEADER_BYTES {
            let error = MicFrame::decode(&[MIC_TAG; MIC_HEADER_BYTES][..length]).expect_err("too short");
            assert_eq!(error.code, ErrorCode::InvalidBinary);
        }
        assert!(SpeechFrame::decode(&[SPEECH_TAG; SPEECH_HEADER_BYTES - 1]).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(1),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn frames_come_back_as_they_were(
            numbers in any::<[u32; 4]>(),
            sound in proptest::collection::vec(any::<u8>(), 0..64),
        ) {
            let mut frame = Vec::new();
            let mic = MicFrame { position: numbers[0], sound: &sound };
            mic.encode_into(&mut frame);
            prop_assert_eq!(MicFrame::decode(&frame), Ok(Some(mic)));
            let [event, reply, item, position] = numbers;
            let speech = SpeechFrame { event, reply: ReplyId(reply), item: ItemId(item), position, sound: &sound };
            speech.encode_into(&mut frame);
            prop_assert_eq!(SpeechFrame::decode(&frame), Ok(Some(speech)));
        }

        #[test]
        fn no_bytes_make_it_panic(frame in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = MicFrame::decode(&frame);
            let _ = SpeechFrame::decode(&frame);
        }
    }
}
