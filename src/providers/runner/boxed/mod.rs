//! The inside of a box: what the helper subcommand does after the server has started it anew. One thread, no runtime:
//! it sets namespaces up, closes itself and its children in, runs the submission and tells the server line by line.
//!
//! Invariants: nothing expected by a test ever comes here; the box ends when the server closes the helper's standard
//! input, so also when the server dies; no process of a submission outlives its helper.

pub mod confine;
pub mod feed;
pub mod helper;
pub mod namespaces;
pub mod plan;
pub mod probes;
pub mod processes;
pub mod spawn;
pub mod supervise;

use std::fmt::Display;

/// Why a box could not be set up: what was tried and what came back. For the operator, never for candidates.
#[derive(Debug, thiserror::Error)]
#[error("{tried}: {problem}")]
pub struct BoxError {
    /// What was tried.
    pub tried: String,
    /// What came back.
    pub problem: String,
}

/// Says what was tried when it did not work.
trait Trying<T> {
    fn trying(self, tried: impl Into<String>) -> Result<T, BoxError>;
}

impl<T, E: Display> Trying<T> for Result<T, E> {
    fn trying(self, tried: impl Into<String>) -> Result<T, BoxError> {
        self.map_err(|problem| BoxError { tried: tried.into(), problem: problem.to_string() })
    }
}

/// The answer of a system call that returns -1 for failure.
fn checked(returned: i64) -> std::io::Result<i64> {
    if returned == -1 { Err(std::io::Error::last_os_error()) } else { Ok(returned) }
}
