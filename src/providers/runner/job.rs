//! What is run: a candidate's file, the tests, their limits. Checked before anything reaches a box.

use super::types::Type;
use super::{RunError, RunErrorKind};
use crate::comparator::Comparator;
use crate::language::Language;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The largest submission, in bytes over all its files.
pub const SOURCE_BYTES_MAX: usize = 256 * 1024;
/// The most files of one submission.
pub const FILES_MAX: usize = 16;
/// The most tests of one job.
pub const TESTS_MAX: usize = 500;
/// The largest input of all tests together, in bytes of JSON.
pub const INPUT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The longest name of a file, entry or test, in bytes.
pub const NAME_BYTES_MAX: usize = 100;

/// One file of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// A plain name: letters, digits, `_`, `-`, `.`; never a path.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// How the submission is called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mode")]
pub enum Mode {
    /// A function is called once a test. A test's input is the list of its arguments.
    Function {
        /// Its name in snake case; each language's own form is accepted as well.
        entry: String,
        /// The parameters' types, in order.
        params: Vec<Type>,
        /// The result's type.
        returns: Type,
    },
    /// A class is made and its methods are called. A test's input is a list of calls, each a list of a name and the
    /// arguments, `new` first: `[["new",2],["put",1,1],["get",1]]`. The result is the list of what they returned, null
    /// for `new` and for methods that return nothing.
    Calls {
        /// The class's name in Pascal case.
        entry: String,
        /// The methods' types by name in snake case, `new` included. A method that is not listed takes and returns
        /// plain JSON values.
        methods: BTreeMap<String, Method>,
    },
    /// A whole program: a test's input is a string for its standard input, its standard output is the result.
    Stdio,
}

/// A method's types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    /// The parameters', in order.
    pub params: Vec<Type>,
    /// The result's.
    pub returns: Type,
}

/// What a test expects. Never enters a box: the server compares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// This value, or one the comparator takes for as good.
    Value(Value),
    /// An error is raised, whichever.
    Raises,
    /// Nothing is expected: any value passes (a candidate's own input).
    Anything,
}

/// One test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// Unique within the job.
    pub id: String,
    /// The arguments, the calls, or the standard input, by the job's mode.
    pub input: Value,
    /// What is right.
    pub expected: Expected,
    /// Neither input nor output nor anything printed may be told to anybody.
    pub hidden: bool,
}

/// What a submission may use. The values are those for C++; slower languages get a multiple of the time and what their
/// runtime itself needs on top of the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Processor time of one test, in ms, 10 to 60,000, default 2,000. The wall limit is three times as long.
    pub cpu_ms: u64,
    /// Memory of all the submission's processes together, in MiB, 16 to 4,096, default 256.
    pub memory_mb: u64,
    /// What is kept of one test's standard output, in KiB, 1 to 1,024, default 64. More is read and thrown away.
    pub output_kb: u64,
    /// Processor time of compiling, in ms, 1,000 to 60,000, default 10,000.
    pub compile_cpu_ms: u64,
    /// Wall time of the whole job once it has begun, in ms, 1,000 to 300,000, default 60,000. Tests not reached by then
    /// count as too slow.
    pub job_wall_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { cpu_ms: 2_000, memory_mb: 256, output_kb: 64, compile_cpu_ms: 10_000, job_wall_ms: 60_000 }
    }
}

/// A submission and what to do with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Who asks: jobs of one session run one after the other, sessions take turns.
    pub session: String,
    /// The language.
    pub language: Language,
    /// The files; the first is the one that is compiled or loaded.
    pub files: Vec<SourceFile>,
    /// How it is called.
    pub mode: Mode,
    /// The tests. Visible ones always run before hidden ones.
    pub tests: Vec<Test>,
    /// When an answer is right.
    pub comparator: Comparator,
    /// What it may use.
    pub limits: Limits,
}

impl Job {
    /// Checks everything that can be wrong about a job.
    ///
    /// # Errors
    /// `Refused`, saying what is wrong and where.
    pub fn check(&self) -> Result<(), RunError> {
        self.check_files()?;
        self.check_limits()?;
        if self.tests.len() > TESTS_MAX {
            return Err(refused(format!("{} tests, at most {TESTS_MAX} are run at once", self.tests.len())));
        }
        let mut input_bytes = 0;
        let mut ids = std::collections::BTreeSet::new();
        for test in &self.tests {
            let id = &test.id;
            if id.is_empty() || id.len() > NAME_BYTES_MAX || !ids.insert(id) {
                return Err(refused(format!("test id {id:?} is empty, too long, or there twice")));
            }
            self.check_input(test).map_err(|problem| refused(format!("test {id}: {problem}")))?;
            input_bytes += test.input.to_string().len();
        }
        if input_bytes > INPUT_BYTES_MAX {
            return Err(refused(format!("{input_bytes} bytes of input, at most {INPUT_BYTES_MAX} are taken")));
        }
        match &self.mode {
            Mode::Function { entry, .. } | Mode::Calls { entry, .. } if !is_identifier(entry) => {
                Err(refused(format!("{entry:?} is not the name of a function or class")))
            }
            _ => Ok(()),
        }
    }

    fn check_files(&self) -> Result<(), RunError> {
        if self.files.is_empty() || self.files.len() > FILES_MAX {
            return Err(refused(format!("{} files, 1 to {FILES_MAX} are taken", self.files.len())));
        }
        for (index, file) in self.files.iter().enumerate() {
            if !is_file_name(&file.name) {
                return Err(refused(format!("file name {:?} is not a plain name", file.name)));
            }
            if self.files.iter().take(index).any(|other| other.name == file.name) {
                return Err(refused(format!("file {} is there twice", file.name)));
            }
        }
        let bytes: usize = self.files.iter().map(|file| file.text.len()).sum();
        if bytes > SOURCE_BYTES_MAX {
            return Err(refused(format!("{bytes} bytes of source, at most {SOURCE_BYTES_MAX} are taken")));
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), RunError> {
        let limits = &self.limits;
        for (name, value, low, high) in [
            ("cpu_ms", limits.cpu_ms, 10, 60_000),
            ("memory_mb", limits.memory_mb, 16, 4_096),
            ("output_kb", limits.output_kb, 1, 1_024),
            ("compile_cpu_ms", limits.compile_cpu_ms, 1_000, 60_000),
            ("job_wall_ms", limits.job_wall_ms, 1_000, 300_000),
        ] {
            if !(low..=high).contains(&value) {
                return Err(refused(format!("limit {name} is {value}, it must be {low} to {high}")));
            }
        }
        Ok(())
    }

    fn check_input(&self, test: &Test) -> Result<(), String> {
        match &self.mode {
            Mode::Function { params, .. } => check_arguments(&test.input, params),
            Mode::Calls { methods, .. } => check_calls(&test.input, methods),
            Mode::Stdio => match test.input {
                Value::String(_) => Ok(()),
                _ => Err("the input of a program is a string".into()),
            },
        }
    }
}

fn check_arguments(input: &Value, params: &[Type]) -> Result<(), String> {
    let arguments = input.as_array().ok_or("the input of a function is the list of its arguments")?;
    if arguments.len() != params.len() {
        return Err(format!("{} arguments for {} parameters", arguments.len(), params.len()));
    }
    arguments.iter().zip(params).enumerate().try_for_each(|(index, (argument, kind))| {
        kind.check(argument).map_err(|problem| format!("argument {}: {problem}", index + 1))
    })
}

fn check_calls(input: &Value, methods: &BTreeMap<String, Method>) -> Result<(), String> {
    let calls = input.as_array().ok_or("the input is a list of calls")?;
    for (index, call) in calls.iter().enumerate() {
        let place = format!("call {}", index + 1);
        let Some((Value::String(name), arguments)) = call.as_array().and_then(|call| call.split_first()) else {
            return Err(format!("{place} is not a list that begins with a name"));
        };
        if !is_identifier(name) || (index == 0) != (name == "new") {
            return Err(format!("{place}: the first call, and only that, is `new`; the others name a method"));
        }
        if let Some(method) = methods.get(name) {
            check_arguments(&Value::Array(arguments.to_vec()), &method.params)
                .map_err(|problem| format!("{place} ({name}): {problem}"))?;
        }
    }
    if calls.is_empty() { Err("there is no call".into()) } else { Ok(()) }
}

/// Whether `name` can name a function in all our languages.
pub(super) fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    name.len() <= NAME_BYTES_MAX
        && letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Whether `name` is a plain file name: no folder, no dot in front, nothing a shell or compiler could read as an option.
fn is_file_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    name.len() <= NAME_BYTES_MAX
        && name.chars().next().is_some_and(|first| first.is_ascii_alphanumeric() || first == '_')
        && name.chars().all(fits)
        && !name.starts_with("viva_")
        && !name.starts_with("Viva")
}

fn refused(message: String) -> RunError {
    RunError::new(RunErrorKind::Refused, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn job() -> Job {
        Job {
            session: "s".into(),
            language: Language::Python3,
            files: vec![SourceFile { name: "solution.py".into(), text: "def f(a): return a".into() }],
            mode: Mode::Function { entry: "f".into(), params: vec![Type::Int], returns: Type::Int },
            tests: vec![Test { id: "a".into(), input: json!([1]), expected: Expected::Value(json!(1)), hidden: false }],
            comparator: Comparator::Exact,
            limits: Limits::default(),
        }
    }

    #[test]
    fn a_plain_job_is_taken() {
        job().check().expect("fine");
    }

    #[test]
    fn names_that_are_paths_or_ours_are_refused() {
        for name in ["../x.py", "/etc/passwd", "a/b.py", ".hidden", "-o.py", "", "viva_driver.py", "a\0b", "é.py"] {
            let mut job = job();
            job.files[0].name = name.into();
            assert_eq!(job.check().expect_err(name).kind, RunErrorKind::Refused, "{name:?}");
        }
    }

    #[test]
    fn what_is_too_large_or_out_of_range_is_refused_by_name() {
        let mut large = job();
        large.files[0].text = "#".repeat(SOURCE_BYTES_MAX + 1);
        assert!(large.check().expect_err("large").message.contains("262144"));
        let mut slow = job();
        slow.limits.cpu_ms = 0;
        assert!(slow.check().expect_err("no time").message.contains("cpu_ms"));
        let mut twice = job();
        twice.tests.push(twice.tests[0].clone());
        assert!(twice.check().expect_err("twice").message.contains("\"a\""));
        let mut entry = job();
        entry.mode = Mode::Function { entry: "f(); import os".into(), params: vec![Type::Int], returns: Type::Int };
        assert!(entry.check().is_err());
    }

    #[test]
    fn inputs_must_fit_the_mode_and_the_types() {
        let mut wrong = job();
        wrong.tests[0].input = json!(["one"]);
        assert!(wrong.check().expect_err("a string").message.contains("argument 1"));
        let mut calls = job();
        calls.mode = Mode::Calls { entry: "Cache".into(), methods: BTreeMap::new() };
        calls.tests[0].input = json!([["put", 1]]);
        assert!(calls.check().expect_err("no new").message.contains("call 1"));
        calls.tests[0].input = json!([["new", 2], ["put", 1]]);
        calls.check().expect("fine");
    }
}
