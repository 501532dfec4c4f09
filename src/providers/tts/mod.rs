//! Voices: text in, a stream of sound out.

use super::ProviderError;
use futures::stream::BoxStream;

/// A voice. Dropping the stream cancels the call (a subprocess is killed). After an error nothing follows. The stream's
/// end is the speech's end; text without anything to say gives an empty stream.
pub trait Tts: Send + Sync {
    /// Speaks `text`: chunks of 16-bit mono samples at `TRACK_RATE`, each at most 4,800 samples (200 ms).
    fn speak(&self, text: String) -> BoxStream<'static, Result<Vec<i16>, ProviderError>>;
}
