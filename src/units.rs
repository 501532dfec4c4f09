//! The words every room shares: times, sample positions, rates, shares of a thousand, and ids. No behaviour beyond
//! integer arithmetic that cannot overflow silently (all of it saturates).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// Sample rate of both recorded tracks and of all sound inside Viva, in Hz. Other rates are converted at the edges.
pub const TRACK_RATE: Hz = Hz(24_000);

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}", self.0)
            }
        }
    };
}

number! {
    /// Milliseconds since the interview began, stamped once by the driver; never decreases within an interview.
    At(u64)
}
number! {
    /// A span of time in milliseconds.
    Ms(u64)
}
number! {
    /// A position on the candidate's microphone track, in samples at [`TRACK_RATE`]. It counts sound that arrived, so
    /// a stalled network does not move it.
    SampleIdx(u64)
}
number! {
    /// A rate in samples a second.
    Hz(u32)
}
number! {
    /// A share in thousandths, 0 to 1000. Stands where others use floats: every value survives JSON unchanged.
    Permille(u16)
}
number! {
    /// A candidate's turn: all they say (or type) before the interviewer answers. Counts from 1.
    TurnId(u32)
}
number! {
    /// A stretch of the candidate's speech that is transcribed as one: one turn has one or more. Counts from 1.
    UtteranceId(u32)
}
number! {
    /// A call of the language model. Counts from 1.
    RequestId(u32)
}
number! {
    /// A piece of the interviewer's speech that is synthesized as one, mostly a sentence. Counts from 1.
    SpeechId(u32)
}
number! {
    /// One reply of the interviewer (a `response` on the wire). Counts from 1.
    ReplyId(u32)
}
number! {
    /// An entry of the conversation (an `item` on the wire). Counts from 1.
    ItemId(u32)
}

number! {
    /// One run of the candidate's code. Counts from 1.
    RunId(u32)
}
number! {
    /// One editor socket. Counts from 1; a client that comes back is another.
    PeerId(u32)
}

/// Bytes that stand as base64 text wherever they are written (an edit of the document in a recording).
#[derive(Clone, PartialEq, Eq)]
pub struct Bytes64(pub Vec<u8>);

impl fmt::Debug for Bytes64 {
    /// Their number only: edits are people's words.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} bytes", self.0.len())
    }
}

impl Serialize for Bytes64 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes64 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        BASE64_STANDARD.decode(text.as_bytes()).map(Bytes64).map_err(serde::de::Error::custom)
    }
}

impl Add<Ms> for At {
    type Output = At;
    fn add(self, span: Ms) -> At {
        At(self.0.saturating_add(span.0))
    }
}

impl Sub for At {
    type Output = Ms;
    /// The span from `earlier` to `self`; zero when `earlier` is later.
    fn sub(self, earlier: At) -> Ms {
        Ms(self.0.saturating_sub(earlier.0))
    }
}

impl Add for Ms {
    type Output = Ms;
    fn add(self, other: Ms) -> Ms {
        Ms(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Ms {
    fn add_assign(&mut self, other: Ms) {
        *self = *self + other;
    }
}

impl Sub for Ms {
    type Output = Ms;
    fn sub(self, other: Ms) -> Ms {
        Ms(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Ms {
    /// Saturates.
    fn sum<I: Iterator<Item = Ms>>(spans: I) -> Ms {
        spans.fold(Ms(0), Add::add)
    }
}

impl Ms {
    /// How many samples this span holds at `rate`.
    pub fn samples(self, rate: Hz) -> u64 {
        self.0.saturating_mul(u64::from(rate.0)) / 1000
    }

    /// The span that `samples` at `rate` take, rounded down; zero for a rate of zero.
    pub fn of_samples(samples: u64, rate: Hz) -> Ms {
        if rate.0 == 0 {
            return Ms(0);
        }
        Ms(samples.saturating_mul(1000) / u64::from(rate.0))
    }
}

impl Add<Ms> for SampleIdx {
    type Output = SampleIdx;
    fn add(self, span: Ms) -> SampleIdx {
        SampleIdx(self.0.saturating_add(span.samples(TRACK_RATE)))
    }
}

impl Sub<Ms> for SampleIdx {
    type Output = SampleIdx;
    fn sub(self, span: Ms) -> SampleIdx {
        SampleIdx(self.0.saturating_sub(span.samples(TRACK_RATE)))
    }
}

impl Sub for SampleIdx {
    type Output = Ms;
    /// The sound between two positions, in ms; zero when `earlier` is later.
    fn sub(self, earlier: SampleIdx) -> Ms {
        Ms::of_samples(self.0.saturating_sub(earlier.0), TRACK_RATE)
    }
}

impl SampleIdx {
    /// The position as time on the track, in ms from its start.
    pub fn ms(self) -> Ms {
        Ms::of_samples(self.0, TRACK_RATE)
    }
}

/// Why a service could not do its part. The kind decides what the interview does next; the message stays in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The service refused our key.
    Auth,
    /// The service is overloaded or our quota is used up.
    Busy,
    /// The service understood and refused what we asked.
    BadRequest,
    /// The service answered something that is not its protocol.
    Protocol,
    /// No answer within the limit.
    Timeout,
    /// The service cannot be reached or closed the connection.
    Gone,
}

impl fmt::Display for FailureKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            FailureKind::Auth => "auth",
            FailureKind::Busy => "busy",
            FailureKind::BadRequest => "bad_request",
            FailureKind::Protocol => "protocol",
            FailureKind::Timeout => "timeout",
            FailureKind::Gone => "gone",
        })
    }
}

/// Where in `count` sorted values the one stands below which so many thousandths of them lie: a value that occurred, never one
/// between two. Zero of none.
pub fn percentile_rank(count: usize, permille: usize) -> usize {
    (count * permille).div_ceil(1000).saturating_sub(1)
}

/// That value of spans that are sorted; zero of none.
pub fn percentile(sorted: &[Ms], permille: usize) -> Ms {
    sorted.get(percentile_rank(sorted.len(), permille)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_goes_below_zero() {
        assert_eq!(At(5) - At(9), Ms(0));
        assert_eq!(SampleIdx(100) - Ms(1000), SampleIdx(0));
    }

    #[test]
    fn bytes_are_written_as_base64() {
        let bytes = Bytes64(vec![0, 255, 7]);
        let text = serde_json::to_string(&bytes).expect("JSON");
        assert_eq!(text, r#""AP8H""#);
        assert_eq!(serde_json::from_str::<Bytes64>(&text).expect("bytes"), bytes);
        assert!(serde_json::from_str::<Bytes64>(r#""A!""#).is_err());
    }

    #[test]
    fn samples_and_ms_convert_at_the_track_rate() {
        assert_eq!(Ms(20).samples(TRACK_RATE), 480);
        assert_eq!(SampleIdx(48_000).ms(), Ms(2000));
        assert_eq!(SampleIdx(48_000) - SampleIdx(24_000), Ms(1000));
    }
}
