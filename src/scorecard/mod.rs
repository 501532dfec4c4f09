//! What is known of an interview once it is over, for its candidate and their coach. A reader of recordings; decides nothing
//! about interviews.
//!
//! [`record`]: what happened, on one clock: the seam for metrics, scorecard, review and exports. [`metrics`]: figures that need no
//! model, each with the places that show it. [`timeline`]: all of it on one clock, for a player. [`score`]: the scorecard ([`card`]), of signals
//! that are [`computed`] or judged ([`judge`]), each with verified [`evidence`]; as [`text`] and as [`pdf`].

pub mod advice;
pub mod agreement;
pub mod bands;
pub mod card;
pub mod computed;
pub mod evidence;
pub mod judge;
#[forbid(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod metrics;
pub mod pdf;
#[forbid(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod record;
pub mod score;
pub mod text;
pub mod timeline;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod typescript;
