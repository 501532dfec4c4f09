//! Viva: practise technical interviews out loud.
//!
//! The map, from the inside out (`docs/ARCHITECTURE.md` says more):
//! - [`units`], [`language`], [`digest`], [`spelling`], [`audio`]: words, programming languages, hashes, names and sound everybody shares. Pure.
//! - [`interview`]: the core, a pure machine from events to commands.
//! - [`recording`], [`replay`], [`sim`]: the core's log, and the drivers that need no world.
//! - [`explain`]: reads recordings aloud, for people. [`whatif`]: judges their turns under other settings.
//! - [`wire`]: what crosses the voice socket. [`questions`]: the question bank. [`providers`]: speech, words, models.
//! - [`scorecard`]: what is known of an interview once it is over.
//! - [`store`]: rows in a database, sound and recordings in an object store.
//! - [`rehearse`]: a scripted candidate, a client of the wire like any other.
//! - [`live`]: the tokio shell that drives one core from the world. [`http`]: the doors.

// The fence (.clippy.toml): what the pure rooms must not call or hold. Cargo.toml allows it elsewhere; a `forbid` cannot be
// undone inside.

pub mod app;
pub mod audio;
pub mod commands;
pub mod comparator;
pub mod config;
pub mod digest;
pub mod explain;
pub mod hearing;
pub mod http;
#[forbid(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod interview;
pub mod language;
pub mod live;
pub mod prompts;
pub mod providers;
pub mod questions;
pub mod recording;
pub mod rehearse;
#[forbid(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod replay;
pub mod scorecard;
#[forbid(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod sim;
pub mod spelling;
pub mod store;
pub mod units;
pub mod whatif;
pub mod wire;

#[cfg(test)]
mod tidy;
#[cfg(test)]
mod typescript;
