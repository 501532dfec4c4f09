//! What the server and the helper say to each other: one line of JSON in, lines of JSON out.

use super::super::report::Tier;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The longest plan, in bytes: the largest job and its drivers, with room for JSON's escapes.
pub const PLAN_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The largest result of one test, in bytes of JSON.
pub const RESULT_BYTES_MAX: usize = 1024 * 1024;
/// What is kept of a test's standard error, in bytes: its beginning and its end, half each.
pub const STDERR_BYTES_MAX: usize = 8 * 1024;
/// What is kept of a compiler's output, in bytes.
pub const COMPILER_BYTES_MAX: usize = 16 * 1024;
/// The longest line that a helper writes, in bytes: a result and an output, with room for JSON's escapes.
pub const LINE_BYTES_MAX: usize = 24 * 1024 * 1024;
/// Where the box's folder is, as programs name it; the helper puts the path in its place.
pub const BOX: &str = "{box}";

/// All a helper needs to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// How to close the box: `Namespaces` or `Landlock`.
    pub tier: Tier,
    /// A folder of the slot's own: the point where the new root is put together, or the box itself.
    pub folder: PathBuf,
    /// The slot's spare user, when the server is root.
    pub uid: Option<u32>,
    /// What the submission may read and execute: folders and files of the machine, by their real paths.
    pub readable: Vec<PathBuf>,
    /// Files put into the box.
    pub files: Vec<PlanFile>,
    /// What the submission may write, in KiB.
    pub disk_kb: u64,
    /// Processes and threads it may have at once.
    pub processes: u64,
    /// All of it has to be over by then, in ms from now.
    pub wall_ms: u64,
    /// Run first; nothing follows when it fails.
    pub compile: Option<Program>,
    /// Then this.
    pub run: Work,
}

/// A file of the box.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanFile {
    /// A plain name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A program and its limits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Program {
    /// Path and arguments; [`BOX`] stands for the box's folder, here and in the environment.
    pub argv: Vec<String>,
    /// The whole environment.
    pub env: Vec<(String, String)>,
    /// Processor time of one test (or of compiling), in ms.
    pub cpu_ms: u64,
    /// Time of one test by the clock, in ms.
    pub wall_ms: u64,
    /// Memory of all its processes together, in KiB.
    pub memory_kb: u64,
    /// Address space of each process, in KiB, for runtimes that live with a limit.
    pub address_kb: Option<u64>,
    /// What is kept of one test's output, in bytes.
    pub output_bytes: usize,
}

/// What to do in the box.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// A driver takes one test a line and answers each before it gets the next.
    Driver {
        /// The driver.
        program: Program,
        /// Loading it may take so long by the clock, in ms.
        load_ms: u64,
        /// The tests' inputs: one line of JSON each.
        inputs: Vec<String>,
        /// After so many timeouts the rest is not run.
        timeouts_max: u32,
    },
    /// The program is started for each test, with the input on its standard input.
    Program {
        /// The program.
        program: Program,
        /// The inputs.
        inputs: Vec<String>,
        /// After so many timeouts the rest is not run.
        timeouts_max: u32,
    },
    /// The box attacks itself and reports what held.
    Probe,
}

/// What a helper tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// The box stands; after so many µs.
    Ready {
        /// From the helper's first line of code.
        setup_us: u64,
    },
    /// Compiling is over.
    Compiled(Ended),
    /// The submission could not be loaded; no test is run.
    NotLoaded(Ended),
    /// A test is over.
    Test {
        /// Its place among the inputs.
        index: usize,
        /// How it ended.
        ended: Ended,
    },
    /// The answers of the probes.
    Probed(Vec<Probe>),
    /// All is over and nothing of it is left.
    Done,
    /// The box could not be set up or broke.
    Broken {
        /// What was tried and what came back.
        problem: String,
    },
}

/// How a program or a test ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// How.
    pub how: How,
    /// Processor time in ms.
    pub cpu_ms: u64,
    /// Time by the clock in ms.
    pub wall_ms: u64,
    /// Largest memory seen in KiB.
    pub memory_kb: u64,
    /// The beginning of what it printed.
    pub stdout: String,
    /// Beginning and end of its errors.
    pub stderr: String,
    /// More was printed than is kept on standard output.
    pub truncated: bool,
}

/// How something ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// With a result: JSON text as the driver wrote it.
    Value(String),
    /// With an error that the driver caught: JSON text `{kind, message, line, syntax}`.
    Raised(String),
    /// The program exited.
    Exited(i32),
    /// A signal killed it.
    Killed(i32),
    /// It used up its processor time.
    CpuTime,
    /// It took too long by the clock.
    WallTime,
    /// It took too much memory.
    Memory,
    /// It wrote more than its disk holds.
    Disk,
    /// Its result is larger than [`RESULT_BYTES_MAX`].
    Output,
    /// The server hung up.
    HungUp,
}

/// What one probe found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// What was attacked.
    pub name: String,
    /// Whether the box held.
    pub held: bool,
    /// What came of the attack.
    pub found: String,
}
