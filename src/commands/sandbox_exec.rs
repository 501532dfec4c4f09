//! `viva sandbox-exec`: the inside of a box. Started by the server for each run of a candidate's code, never by people.

use crate::providers::runner::boxed::helper;
use std::process::ExitCode;

/// Runs one box: a plan on standard input, what becomes of it on standard output.
pub fn run() -> ExitCode {
    helper::run()
}
