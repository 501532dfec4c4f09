//! What is known of an interview once it is over, for its candidate and their coach. A reader of recordings; decides nothing
//! about interviews.
//!
//! [`record`]: what happened, on one clock: the seam for metrics, scorecard, review and exports.

#[forbid(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod record;
