//! The tokio shell: drives one core from the world, one task per interview.

pub mod outbox;
pub mod playout;
pub mod tasks;
pub mod vad_pool;
