//! The subcommands of `viva`, one file each: its arguments with their help, and a function that runs it to an exit code
//! (0 good, 1 a difference or a failure, 2 unusable arguments).

pub mod explain;
pub mod hear;
pub mod import;
mod laid;
pub mod metrics;
pub mod people;
pub mod questions;
pub mod rehearse;
pub mod replay;
pub mod run;
pub mod sandbox_exec;
pub mod score;
pub mod serve;
pub mod simulate;
pub mod solutions;
mod verdicts;
pub mod whatif;
