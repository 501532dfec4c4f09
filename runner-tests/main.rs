//! Runs submissions and attacks in real boxes: of both tiers, with every language of this machine, as the user who runs
//! the tests and, when that is root, once more as a plain user.
//!
//! Limits are small and everything ends by itself; the whole takes some 75 s of one processor.

mod attacks;
mod bank;
mod interview;
mod languages;
mod plain_user;
mod server;
mod setup;
mod terminal;
