//! From how a test ended to what it came to. The one place where expected and actual values meet.

use super::boxed::plan::{Ended, How};
use super::job::{Expected, Job, Mode, Test};
use super::report::{Stage, TestError, TestReport, Verdict};
use serde::Deserialize;
use serde_json::Value;

/// The longest message of an error, in bytes.
const MESSAGE_BYTES_MAX: usize = 2 * 1024;

/// What a test may use, as the verdict sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub cpu_ms: u64,
    pub memory_kb: u64,
}

/// What a driver caught.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Caught {
    kind: String,
    message: String,
    line: Option<u32>,
    syntax: bool,
}

/// The report of one test.
pub(super) fn test_report(job: &Job, test: &Test, ended: &Ended, bounds: Bounds, solution: &str) -> TestReport {
    let (verdict, error) = verdict(job, test, ended, bounds, solution);
    let keep = usize::try_from(job.limits.output_kb).unwrap_or(usize::MAX).saturating_mul(1024);
    let value = match &ended.how {
        How::Value(json) => Some(cut(json, keep).to_owned()),
        _ => None,
    };
    let truncated = ended.truncated || matches!(&ended.how, How::Value(json) if json.len() > keep);
    let report = TestReport {
        id: test.id.clone(),
        hidden: test.hidden,
        verdict,
        cpu_ms: ended.cpu_ms,
        wall_ms: ended.wall_ms,
        memory_kb: ended.memory_kb,
        value,
        stdout: (!ended.stdout.is_empty()).then(|| ended.stdout.clone()),
        error,
        truncated,
        ran: true,
    };
    report.sealed()
}

fn verdict(job: &Job, test: &Test, ended: &Ended, bounds: Bounds, solution: &str) -> (Verdict, Option<TestError>) {
    let says = |kind: &str, message: String| Some(TestError { kind: kind.into(), message, line: None });
    let raised = |error: TestError| match (is_memory(&error.kind), &test.expected) {
        (true, _) => (Verdict::MemoryLimit, Some(error)),
        (false, Expected::Raises) => (Verdict::Accepted, None),
        (false, _) => (Verdict::RuntimeError, Some(error)),
    };
    let slow = || (Verdict::TimeLimit, says("timeout", format!("stopped after {} ms", ended.wall_ms)));
    let large = || (Verdict::MemoryLimit, says("memory", format!("it used {} KiB", ended.memory_kb)));
    match &ended.how {
        _ if ended.memory_kb > bounds.memory_kb => large(),
        How::Memory => large(),
        How::CpuTime | How::WallTime => slow(),
        How::Value(_) | How::Exited(0) if ended.cpu_ms > bounds.cpu_ms => slow(),
        How::Value(json) => match serde_json::from_str::<Value>(json) {
            Ok(value) => (compared(job, test, &value), None),
            Err(error) => (Verdict::RuntimeError, says("result", format!("the result cannot be read: {error}"))),
        },
        How::Exited(0) if job.mode == Mode::Stdio => printed(job, test, ended),
        How::Raised(json) => raised(caught(json).0),
        How::Output => (Verdict::OutputLimit, says("output", "the result is too large".into())),
        How::Disk => (Verdict::RuntimeError, says("disk", "more was written than the box holds".into())),
        How::Exited(code) => raised(crashed("exit", format!("it exited with code {code}"), &ended.stderr, solution)),
        How::Killed(signal) => {
            let name = nix::sys::signal::Signal::try_from(*signal).map_or("signal", |signal| signal.as_str());
            raised(crashed(name, format!("it was ended by {name}"), &ended.stderr, solution))
        }
        How::HungUp => (Verdict::Internal, None),
    }
}

fn compared(job: &Job, test: &Test, value: &Value) -> Verdict {
    let right = match &test.expected {
        Expected::Anything => true,
        Expected::Raises => false,
        Expected::Value(expected) => job.comparator.accepts(expected, value),
    };
    if right { Verdict::Accepted } else { Verdict::WrongAnswer }
}

fn printed(job: &Job, test: &Test, ended: &Ended) -> (Verdict, Option<TestError>) {
    if ended.truncated {
        let message = "more was printed than is kept".into();
        return (Verdict::OutputLimit, Some(TestError { kind: "output".into(), message, line: None }));
    }
    let right = match &test.expected {
        Expected::Anything => true,
        Expected::Raises => false,
        Expected::Value(Value::String(expected)) => job.comparator.accepts_text(expected, &ended.stdout),
        Expected::Value(other) => job.comparator.accepts_text(&other.to_string(), &ended.stdout),
    };
    (if right { Verdict::Accepted } else { Verdict::WrongAnswer }, None)
}

/// The error that a driver caught, and whether it is one of the language's grammar.
pub(super) fn caught(json: &str) -> (TestError, bool) {
    let caught: Caught = serde_json::from_str(json).unwrap_or_default();
    let message = cut(&caught.message, MESSAGE_BYTES_MAX).to_owned();
    (TestError { kind: cut(&caught.kind, 100).to_owned(), message, line: caught.line }, caught.syntax)
}

/// An end that no driver caught: what the runtime said last tells why.
fn crashed(kind: &str, says: String, stderr: &str, solution: &str) -> TestError {
    const MEMORY: [&str; 6] = [
        "JavaScript heap out of memory",
        "java.lang.OutOfMemoryError",
        "MemoryError",
        "std::bad_alloc",
        "memory allocation of",
        "runtime: out of memory",
    ];
    let kind = if MEMORY.iter().any(|mark| stderr.contains(mark)) { "memory" } else { kind };
    let last = stderr.trim_end();
    let start = last.len().saturating_sub(MESSAGE_BYTES_MAX - says.len() - 1);
    let tail = (start..=last.len()).find_map(|at| last.get(at..)).unwrap_or_default();
    let message = if tail.is_empty() { says } else { format!("{says}\n{tail}") };
    TestError { kind: kind.into(), message, line: line_of(stderr, solution, true) }
}

fn is_memory(kind: &str) -> bool {
    matches!(kind, "memory" | "MemoryError" | "std::bad_alloc" | "java.lang.OutOfMemoryError")
}

/// The line of the candidate's file that a text names: `name:12` or `name", line 12`; the last one or the first.
pub(super) fn line_of(text: &str, solution: &str, last: bool) -> Option<u32> {
    let mut lines = text.match_indices(solution).filter_map(|(at, _)| {
        let rest = text.get(at + solution.len()..)?;
        let rest = rest.strip_prefix(':').or_else(|| rest.strip_prefix("\", line "))?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    // Python names the innermost place last, the others first.
    if last && text.contains("\", line ") { lines.last() } else { lines.next() }
}

/// The report of compiling. `folder` is cut out of what the compiler says.
pub(super) fn stage(ended: &Ended, solution: &str, folder: &str) -> Stage {
    let verdict = if ended.how == How::Exited(0) { Verdict::Accepted } else { Verdict::CompileError };
    let said = format!("{}{}", ended.stderr, ended.stdout).replace(&format!("{folder}/"), "");
    let why = match ended.how {
        How::CpuTime | How::WallTime => "compiling took too long\n",
        How::Memory => "compiling took too much memory\n",
        How::Disk => "compiling wrote too much\n",
        _ => "",
    };
    let line = line_of(&said, solution, false).filter(|_| verdict != Verdict::Accepted);
    Stage { verdict, cpu_ms: ended.cpu_ms, wall_ms: ended.wall_ms, output: format!("{why}{said}"), line }
}

/// Loading failed: a grammar error is one of compiling, anything else befalls every test alike.
pub(super) fn not_loaded(ended: &Ended) -> Option<Stage> {
    let How::Raised(json) = &ended.how else { return None };
    let (error, syntax) = caught(json);
    syntax.then(|| Stage {
        verdict: Verdict::CompileError,
        cpu_ms: ended.cpu_ms,
        wall_ms: ended.wall_ms,
        output: format!("{}: {}", error.kind, error.message),
        line: error.line,
    })
}

/// The beginning of a text, at most so many bytes, never half a letter.
fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::samples::job;
    use super::*;
    use crate::providers::runner::Language;
    use serde_json::json;

    fn judged(how: How, expected: Expected) -> TestReport {
        let mut job = job(Language::Python3, "x", 1);
        job.tests[0].expected = expected;
        let (stdout, stderr) = ("said".into(), String::new());
        let ended = Ended { how, cpu_ms: 5, wall_ms: 9, memory_kb: 10, stdout, stderr, truncated: false };
        let bounds = Bounds { cpu_ms: 10, memory_kb: 100 };
        test_report(&job, &job.tests[0], &ended, bounds, "solution.py")
    }

    #[test]
    fn each_end_has_its_verdict() {
        let two = || Expected::Value(json!(2));
        let raised = r#"{"kind":"ValueError","message":"no","line":3,"syntax":false}"#;
        let memory = r#"{"kind":"MemoryError","message":"","line":3}"#;
        for (how, expected, verdict) in [
            (How::Value("2".into()), two(), Verdict::Accepted),
            (How::Value("3".into()), two(), Verdict::WrongAnswer),
            (How::Value("3".into()), Expected::Anything, Verdict::Accepted),
            (How::Value("2".into()), Expected::Raises, Verdict::WrongAnswer),
            (How::Value("{".into()), two(), Verdict::RuntimeError),
            (How::Raised(raised.into()), two(), Verdict::RuntimeError),
            (How::Raised(raised.into()), Expected::Raises, Verdict::Accepted),
            (How::Raised(memory.into()), Expected::Raises, Verdict::MemoryLimit),
            (How::Exited(0), two(), Verdict::RuntimeError),
            (How::Killed(11), two(), Verdict::RuntimeError),
            (How::CpuTime, two(), Verdict::TimeLimit),
            (How::WallTime, Expected::Anything, Verdict::TimeLimit),
            (How::Memory, two(), Verdict::MemoryLimit),
            (How::Output, two(), Verdict::OutputLimit),
            (How::HungUp, two(), Verdict::Internal),
        ] {
            assert_eq!(judged(how.clone(), expected).verdict, verdict, "{how:?}");
        }
        let report = judged(How::Raised(raised.into()), two());
        assert_eq!(report.error.expect("an error").line, Some(3));
        assert_eq!(report.stdout.as_deref(), Some("said"));
    }

    #[test]
    fn lines_are_found_in_what_runtimes_say() {
        let python = "File \"/box/solution.py\", line 3, in f\n File \"/box/solution.py\", line 7, in g\n";
        assert_eq!(line_of(python, "solution.py", true), Some(7));
        assert_eq!(line_of("solution.cpp:12:5: error: no\nsolution.cpp:20:", "solution.cpp", false), Some(12));
        assert_eq!(line_of("at f (Solution.java:4)", "Solution.java", true), Some(4));
        assert_eq!(line_of("nothing", "solution.py", true), None);
    }

    #[test]
    fn texts_are_cut_between_letters() {
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("aé", 3), "aé");
    }
}
