//! What crosses the voice socket: frames in, frames out. Knows nobody but the shared units; `docs/protocol.md` is its
//! other half and changes with it.
//!
//! - [`client`]: what clients say, parsed tolerantly. [`message`]: the same, as our own clients write it.
//! - [`server`], [`extension`], [`workspace`]: what we say. [`binary`]: sound as binary frames.
//! - [`sync`]: the editor's socket.
//! - [`session`], [`item`], [`response`]: the objects inside. [`error`]: what is wrong with a frame, and close codes.
//! - [`name`]: how ids are written.

mod audio_delta;
pub mod binary;
pub mod client;
pub mod error;
pub mod extension;
mod fields;
mod format;
pub mod item;
pub mod message;
pub mod name;
mod payload;
pub mod response;
pub mod server;
pub mod session;
pub mod sync;
mod turn_detection;
pub mod workspace;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod typescript;

pub use audio_delta::AudioDelta;
pub use client::{ClientBody, ClientEvent};
pub use error::{Close, ErrorCode, WireError};
pub use server::ServerEvent;
pub use session::{AudioFormat, Modality, SessionPatch, SessionView, TurnDetection};

/// Largest base64 text of one `input_audio_buffer.append`, in bytes, as in OpenAI's protocol. Longer: `frame_too_large`.
pub const MAX_AUDIO_BASE64_BYTES: usize = 15 * 1024 * 1024;

/// Room for everything around the sound in a frame, in bytes.
pub const FRAME_OVERHEAD_BYTES: usize = 4 * 1024;

/// Largest frame of any kind. The socket is told this limit; a larger frame closes it with 1009.
pub const MAX_FRAME_BYTES: usize = MAX_AUDIO_BASE64_BYTES + FRAME_OVERHEAD_BYTES;

/// Largest frame that is not `input_audio_buffer.append`, in bytes: such frames become trees in memory, up to forty
/// times their size. Longer: `frame_too_large`, the socket stays open.
pub const MAX_CONTROL_BYTES: usize = 256 * 1024;

/// Longest text of an item, of instructions, or of a client's transcript, in bytes. Longer: `string_above_max_length`.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Longest id, in characters of `A-Z a-z 0-9 _ -`.
pub const MAX_ID_CHARS: usize = 128;

/// Most that one field which is only echoed may hold, as JSON, in bytes.
pub const MAX_ECHO_BYTES: usize = 16 * 1024;

/// Most that all echoed fields of a session may hold together, as JSON, in bytes.
pub const MAX_SESSION_ECHO_BYTES: usize = 64 * 1024;

/// So many events in error in a row close the socket with [`Close::TooManyErrors`].
pub const MAX_ERRORS_IN_A_ROW: u32 = 100;
