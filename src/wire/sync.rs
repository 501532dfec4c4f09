//! What crosses the editor's socket: the frames of y-websocket, one message each. The document's own bytes (updates, state
//! vectors) pass through unread; of presence the envelope is read, so that it can be bounded and kept.

use yrs::encoding::read::{Cursor, Error, Read};
use yrs::encoding::write::Write;

/// Largest frame. All of a full document fits, beside its history.
pub const MAX_SYNC_FRAME_BYTES: usize = 1024 * 1024 + 1024;
/// Largest presence message, in bytes. Longer: the socket is closed.
pub const MAX_PRESENCE_BYTES: usize = 16 * 1024;

const SYNC: u32 = 0;
const AWARENESS: u32 = 1;
const AUTH: u32 = 2;
const QUERY_AWARENESS: u32 = 3;
const STEP_1: u32 = 0;
const STEP_2: u32 = 1;
const UPDATE: u32 = 2;

/// One frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncFrame<'a> {
    /// Sync step 1: what the sender knows, as a state vector. It wants the rest.
    Known(&'a [u8]),
    /// Sync step 2: what the receiver did not know, as an update.
    Missing(&'a [u8]),
    /// An update.
    Update(&'a [u8]),
    /// Who is there: see [`Presence`].
    Presence(&'a [u8]),
    /// The sender wants to know who is there.
    PresenceAsked,
    /// Permission denied, which no client says to a server.
    Auth,
}

/// A frame that is none of y-websocket's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the frame is none of y-websocket's")]
pub struct NoSyncFrame;

impl From<Error> for NoSyncFrame {
    fn from(_: Error) -> Self {
        NoSyncFrame
    }
}

/// What one client tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The client's id in the document.
    pub client: u64,
    /// Counts up with every change.
    pub clock: u32,
    /// JSON; `null` when the client is gone.
    pub state: String,
}

impl<'a> SyncFrame<'a> {
    /// Reads one frame.
    ///
    /// # Errors
    /// When it is none.
    pub fn decode(frame: &'a [u8]) -> Result<SyncFrame<'a>, NoSyncFrame> {
        let mut input = Cursor::new(frame);
        let kind: u32 = input.read_var()?;
        let part: u32 = if kind == SYNC { input.read_var()? } else { 0 };
        let kind = match (kind, part) {
            (QUERY_AWARENESS, _) => return Ok(SyncFrame::PresenceAsked),
            (AUTH, _) => return Ok(SyncFrame::Auth),
            (SYNC, STEP_1) => SyncFrame::Known,
            (SYNC, STEP_2) => SyncFrame::Missing,
            (SYNC, UPDATE) => SyncFrame::Update,
            (AWARENESS, _) => SyncFrame::Presence,
            _ => return Err(NoSyncFrame),
        };
        let length: u32 = input.read_var()?;
        let rest = frame.get(input.next..).unwrap_or_default();
        rest.get(..length as usize).map(kind).ok_or(NoSyncFrame)
    }

    /// The frame's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let (kind, part, bytes) = match self {
            SyncFrame::Known(bytes) => (SYNC, Some(STEP_1), Some(bytes)),
            SyncFrame::Missing(bytes) => (SYNC, Some(STEP_2), Some(bytes)),
            SyncFrame::Update(bytes) => (SYNC, Some(UPDATE), Some(bytes)),
            SyncFrame::Presence(bytes) => (AWARENESS, None, Some(bytes)),
            SyncFrame::PresenceAsked => (QUERY_AWARENESS, None, None),
            SyncFrame::Auth => (AUTH, None, None),
        };
        let mut frame = Vec::with_capacity(bytes.map_or(0, |bytes| bytes.len()) + 8);
        frame.write_var(kind);
        part.iter().for_each(|part| frame.write_var(*part));
        bytes.iter().for_each(|bytes| frame.write_buf(bytes));
        frame
    }
}

impl Presence {
    /// Reads a presence message.
    ///
    /// # Errors
    /// When it is none, holds a state that is no JSON (other clients would stumble over it), or is longer than
    /// [`MAX_PRESENCE_BYTES`].
    pub fn decode(message: &[u8]) -> Result<Vec<Presence>, NoSyncFrame> {
        if message.len() > MAX_PRESENCE_BYTES {
            return Err(NoSyncFrame);
        }
        let mut input = Cursor::new(message);
        let count: u32 = input.read_var()?;
        let mut all = Vec::new();
        for _ in 0..count {
            let (client, clock) = (input.read_var()?, input.read_var()?);
            let state = input.read_string()?;
            serde_json::from_str::<serde::de::IgnoredAny>(state).map_err(|_| NoSyncFrame)?;
            all.push(Presence { client, clock, state: state.to_owned() });
        }
        Ok(all)
    }

    /// A presence message of these.
    pub fn encode(all: &[Presence]) -> Vec<u8> {
        let mut message = Vec::new();
        message.write_var(all.len());
        for presence in all {
            message.write_var(presence.client);
            message.write_var(presence.clock);
            message.write_string(&presence.state);
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_as_they_were() {
        for frame in [
            SyncFrame::Known(&[0]),
            SyncFrame::Missing(&[0, 0]),
            SyncFrame::Update(&[1; 300]),
            SyncFrame::Presence(&[]),
            SyncFrame::PresenceAsked,
            SyncFrame::Auth,
        ] {
            assert_eq!(SyncFrame::decode(&frame.encode()), Ok(frame));
        }
    }

    #[test]
    fn frames_are_those_of_y_websocket() {
        // Written by lib0 0.2 and y-protocols 1.0: an empty state vector, an update, one client's presence.
        assert_eq!(SyncFrame::Known(&[0]).encode(), [0, 0, 1, 0]);
        assert_eq!(SyncFrame::Update(&[0, 0]).encode(), [0, 2, 2, 0, 0]);
        let presence = [Presence { client: 300, clock: 1, state: "{}".into() }];
        assert_eq!(Presence::encode(&presence), [1, 0xac, 2, 1, 2, b'{', b'}']);
        assert_eq!(Presence::decode(&[1, 0xac, 2, 1, 2, b'{', b'}']), Ok(presence.to_vec()));
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        for bytes in [&[][..], &[9], &[0], &[0, 7, 0], &[0, 2, 5, 1], &[1, 0xff, 0xff, 0xff, 0xff, 0x0f], &[0xff; 12]] {
            assert_eq!(SyncFrame::decode(bytes), Err(NoSyncFrame), "{bytes:?}");
        }
        assert!(Presence::decode(&[2, 1, 1, 0]).is_err());
        assert!(Presence::decode(&[1, 1, 1, 1, 0xff]).is_err(), "not UTF-8");
        assert!(Presence::decode(&[1, 1, 1, 1, b'{']).is_err(), "no JSON");
        assert!(Presence::decode(&vec![0; MAX_PRESENCE_BYTES + 1]).is_err());
        assert!(Presence::decode(&[0xff, 0xff, 0xff, 0xff, 0x0f]).is_err(), "as many as there are numbers");
    }
}
