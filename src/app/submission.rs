//! From a coding question and what somebody wrote to the job that a runner takes: how the code is called, the tests with
//! their large values made, the limits. One conversion for interviews, the terminal and the lint.

use crate::interview::run::RunScope;
use crate::language::Language;
use crate::live::runs::Jobs;
use crate::providers::runner::{Expected, Job, Limits, Method, Mode, SourceFile, Test, Type, time_percent};
use crate::questions::Entry;
use crate::questions::format::{self, Group, Io, Param};
use crate::questions::signature;
use crate::questions::tests_file::NEW;
use serde_json::Value;
use std::collections::BTreeMap;

/// Id of the test that a candidate's own input becomes.
pub const OWN_ID: &str = "own";
/// The largest input of a candidate's own, in bytes.
pub const OWN_BYTES_MAX: usize = 64 * 1024;
/// No test has less time than this in C++, in ms: below, a busy machine decides.
const CPP_MS_MIN: u64 = 100;

/// Why code for a question cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// It is only talked about.
    #[error("the question \"{0}\" has no code to run")]
    NoCode(String),
    /// A test of the bank is wrong; lint sees to it that ours are not.
    #[error("the question \"{question}\" has a test that cannot be used: {why}")]
    Test {
        /// Which.
        question: String,
        /// Why.
        why: String,
    },
    /// The question is not asked in this language.
    #[error("the question \"{question}\" is not asked in {language}")]
    Language {
        /// Which.
        question: String,
        /// The language.
        language: Language,
    },
    /// A candidate's own input does not fit the question.
    #[error("the input does not fit: {0}")]
    Input(String),
}

/// Which tests are run.
#[derive(Clone, Debug, PartialEq)]
pub enum Tests {
    /// Those that the candidate sees.
    Visible,
    /// Those and the hidden ones.
    All,
    /// One, with an input of the candidate's own, made by [`Submission::own`]; every answer passes.
    Own(Value),
}

/// A coding question as runners see it. Holds what hidden tests expect: never shown, recorded or logged, and so without
/// `Debug`.
#[derive(Clone, PartialEq)]
pub struct Submission {
    question: String,
    languages: Vec<Language>,
    io: Io,
    mode: Mode,
    limits: Limits,
    /// Visible ones first.
    tests: Vec<Test>,
}

impl Submission {
    /// What runs code for this question. Makes its large values: keep it for as long as runs may come.
    ///
    /// # Errors
    /// The question has no code, or a test of it is wrong.
    pub fn of(entry: &Entry) -> Result<Submission, SubmissionError> {
        let question = entry.file.id.clone();
        let Some(io) = entry.io() else { return Err(SubmissionError::NoCode(question)) };
        let mut tests = Vec::with_capacity(entry.tests.len());
        for group in [Group::Visible, Group::Hidden] {
            let made =
                entry.tests_of(group).map_err(|why| SubmissionError::Test { question: question.clone(), why })?;
            tests.extend(made.into_iter().map(|(test, made)| Test {
                id: test.id.clone(),
                input: made.input,
                expected: Expected::Value(made.expected),
                hidden: group == Group::Hidden,
            }));
        }
        Ok(Submission {
            question,
            languages: entry.languages(),
            io: io.clone(),
            mode: mode(io),
            limits: limits(entry.file.limits),
            tests,
        })
    }

    /// The job of one run. `session` is who asks: jobs of one session run one after the other.
    ///
    /// # Errors
    /// The question is not asked in this language.
    pub fn job(&self, session: &str, language: Language, code: &str, tests: Tests) -> Result<Job, SubmissionError> {
        if !self.languages.contains(&language) {
            return Err(SubmissionError::Language { question: self.question.clone(), language });
        }
        let tests = match tests {
            Tests::Visible => self.visible().to_vec(),
            Tests::All => self.tests.clone(),
            Tests::Own(input) => {
                vec![Test { id: OWN_ID.to_owned(), input, expected: Expected::Anything, hidden: false }]
            }
        };
        Ok(Job {
            session: session.to_owned(),
            language,
            files: vec![SourceFile { name: language.file().to_owned(), text: code.to_owned() }],
            mode: self.mode.clone(),
            tests,
            comparator: self.io.comparator.clone(),
            limits: self.limits,
        })
    }

    /// The tests that the candidate sees.
    pub fn visible(&self) -> &[Test] {
        let count = self.tests.iter().filter(|test| !test.hidden).count();
        self.tests.get(..count).unwrap_or_default()
    }

    /// The tests that nobody sees.
    pub fn hidden(&self) -> &[Test] {
        self.tests.get(self.visible().len()..).unwrap_or_default()
    }

    /// How many tests are hidden.
    pub fn hidden_count(&self) -> usize {
        self.hidden().len()
    }

    /// Reads an input of the candidate's own: JSON like a test's input (the list of arguments, or of calls), for a
    /// function with one parameter also that argument alone; for a program the very text.
    ///
    /// # Errors
    /// It is too large, no JSON, or not what the question's code takes; the message says what it takes.
    pub fn own(&self, text: &str) -> Result<Value, SubmissionError> {
        let wrong = |why: String| Err(SubmissionError::Input(why));
        if text.len() > OWN_BYTES_MAX {
            return wrong(format!("it has {} bytes, at most {OWN_BYTES_MAX} are taken", text.len()));
        }
        if self.mode == Mode::Stdio {
            return Ok(Value::String(text.to_owned()));
        }
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => return wrong(format!("it is no JSON ({error}); it takes {}", self.shape())),
        };
        match self.fits(&value) {
            Ok(()) => Ok(value),
            Err(why) => {
                let alone = Value::Array(vec![value]);
                match self.io.params.len() == 1 && self.fits(&alone).is_ok() {
                    true => Ok(alone),
                    false => wrong(format!("{why}; it takes {}", self.shape())),
                }
            }
        }
    }

    /// What an input looks like, in words.
    pub fn shape(&self) -> String {
        let params = |params: &[Param]| {
            params.iter().map(|param| format!("{}: {}", param.name, param.ty)).collect::<Vec<_>>().join(", ")
        };
        match self.io.mode {
            format::Mode::Function => format!("the list of arguments, [{}]", params(&self.io.params)),
            format::Mode::Calls => {
                let name = self.io.methods.first().map_or("method", |method| method.name.as_str());
                format!("a list of calls, [[\"{NEW}\", {}], [\"{name}\", …], …]", params(&self.io.params))
            }
            format::Mode::Stdio => "the text that the program reads".to_owned(),
        }
    }

    /// How the code is called, e.g. `glove_pairs(gloves: list<int>) -> int`; empty for a whole program.
    pub fn entry(&self) -> String {
        let params: Vec<String> = self.io.params.iter().map(|param| format!("{}: {}", param.name, param.ty)).collect();
        let params = params.join(", ");
        match (self.io.mode, &self.io.returns) {
            (format::Mode::Stdio, _) => String::new(),
            (format::Mode::Function, Some(returns)) => format!("{}({params}) -> {returns}", self.io.entry),
            _ => format!("{}({params})", self.io.entry),
        }
    }

    fn fits(&self, input: &Value) -> Result<(), String> {
        let mut job =
            self.job("", self.languages.first().copied().unwrap_or(Language::Python3), "", Tests::Own(input.clone()));
        match &mut job {
            Ok(job) => job.check().map_err(|error| error.message.trim_start_matches("test own: ").to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// How code with this signature is called.
impl Jobs for Submission {
    fn job(
        &self,
        session: &str,
        language: Language,
        code: &str,
        scope: RunScope,
        input: Option<&str>,
    ) -> Result<Job, String> {
        let tests = match scope {
            RunScope::Visible => Ok(Tests::Visible),
            RunScope::All => Ok(Tests::All),
            RunScope::Custom => self.own(input.unwrap_or_default()).map(Tests::Own),
        };
        let job = tests.and_then(|tests| Submission::job(self, session, language, code, tests));
        job.map_err(|error| error.to_string())
    }
}

pub(super) fn mode(io: &Io) -> Mode {
    let types = |params: &[Param]| params.iter().map(|param| runner_type(&param.ty)).collect();
    match io.mode {
        format::Mode::Function => Mode::Function {
            entry: io.entry.clone(),
            params: types(&io.params),
            returns: io.returns.as_ref().map_or(Type::Null, runner_type),
        },
        format::Mode::Calls => {
            let constructor = (NEW.to_owned(), Method { params: types(&io.params), returns: Type::Null });
            let methods = io.methods.iter().map(|method| {
                let made = Method { params: types(&method.params), returns: runner_type(&method.returns) };
                (method.name.clone(), made)
            });
            Mode::Calls { entry: io.entry.clone(), methods: methods.chain([constructor]).collect::<BTreeMap<_, _>>() }
        }
        format::Mode::Stdio => Mode::Stdio,
    }
}

/// A question's type as the runners know it, which know more.
fn runner_type(ty: &signature::Type) -> Type {
    let inner = |ty: &signature::Type| Box::new(runner_type(ty));
    match ty {
        signature::Type::Int => Type::Int,
        signature::Type::Float => Type::Float,
        signature::Type::Bool => Type::Bool,
        signature::Type::Text => Type::String,
        signature::Type::Null => Type::Null,
        signature::Type::List(of) => Type::List(inner(of)),
        signature::Type::Tuple(of, length) => Type::Tuple(vec![runner_type(of); *length]),
        signature::Type::Map(of) => Type::Map(Box::new(Type::String), inner(of)),
        signature::Type::Optional(of) => Type::Optional(inner(of)),
        signature::Type::LinkedList(of) => Type::LinkedList(inner(of)),
        signature::Type::Tree(of) => Type::Tree(inner(of)),
    }
}

/// A question's limits as a runner takes them. A question's time is what Python may take for a test, in which its slow
/// solutions were measured; a job's is what C++ may take.
pub(super) fn limits(own: format::Limits) -> Limits {
    Limits {
        cpu_ms: (u64::from(own.cpu_ms) * 100 / time_percent(Language::Python3)).max(CPP_MS_MIN),
        memory_mb: u64::from(own.memory_mb),
        output_kb: u64::from(own.output_kb),
        ..Limits::default()
    }
}

/// Processor time of a test in this language as the same part of a question's time for Python, in ms.
pub(super) fn as_python(language: Language, cpu_ms: u64) -> u64 {
    cpu_ms * time_percent(Language::Python3) / time_percent(language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions::Bank;
    use serde_json::json;

    fn submission(id: &str) -> Submission {
        let bank = Bank::embedded().expect("the bank");
        Submission::of(bank.find(id).expect(id)).expect("has code")
    }

    #[test]
    fn every_coding_question_makes_jobs_that_runners_take() {
        let bank = Bank::embedded().expect("the bank");
        let mut coding = 0;
        for entry in bank.entries() {
            let Some(io) = entry.io() else {
                assert!(matches!(Submission::of(entry), Err(SubmissionError::NoCode(_))));
                continue;
            };
            coding += 1;
            let submission = Submission::of(entry).expect("a submission");
            for language in entry.languages() {
                let job = submission.job("s", language, "x", Tests::All).expect("a job");
                job.check().unwrap_or_else(|error| panic!("{}: {error}", entry.file.id));
                assert_eq!(job.tests.len(), entry.tests.len());
            }
            // The two models of types write a type alike.
            for param in &io.params {
                assert_eq!(runner_type(&param.ty).to_string(), param.ty.to_string());
            }
        }
        assert!(coding > 0);
    }

    #[test]
    fn a_visible_run_holds_no_hidden_test() {
        let submission = submission("parcel-lockers");
        let job = submission.job("s", Language::Java, "x", Tests::Visible).expect("a job");
        assert!(!job.tests.is_empty() && job.tests.iter().all(|test| !test.hidden));
        let all = submission.job("s", Language::Java, "x", Tests::All).expect("a job");
        assert_eq!(all.tests.len(), job.tests.len() + submission.hidden_count());
        assert!(all.tests.iter().skip(job.tests.len()).all(|test| test.hidden));
        assert_eq!(job.files[0].name, "Solution.java");
    }

    #[test]
    fn an_input_of_ones_own_is_taken_or_refused_with_what_is_wanted() {
        let class = submission("parcel-lockers");
        assert_eq!(class.own("[[\"new\", [1]]]"), Ok(json!([["new", [1]]])));
        let error = class.own("[[\"store\", \"a\", 1]]").expect_err("no new").to_string();
        assert!(error.contains("call 1") && error.contains("[[\"new\", sizes: list<int>]"), "{error}");
        assert!(class.own("{").expect_err("no JSON").to_string().contains("no JSON"));
        assert!(class.own(&" ".repeat(OWN_BYTES_MAX + 1)).expect_err("large").to_string().contains("65537 bytes"));
        let own = class.own("[[\"new\", [1]]]").expect("fits");
        let job = class.job("s", Language::Cpp, "x", Tests::Own(own)).expect("a job");
        assert_eq!((job.tests.len(), &job.tests[0].expected), (1, &Expected::Anything));
    }

    #[test]
    fn the_argument_of_a_function_with_one_parameter_may_stand_alone() {
        let bank = Bank::embedded().expect("the bank");
        let one =
            |entry: &&Entry| entry.io().is_some_and(|io| io.mode == format::Mode::Function && io.params.len() == 1);
        let entry = bank.entries().iter().find(one).expect("such a question");
        let submission = Submission::of(entry).expect("has code");
        let argument = submission.visible()[0].input[0].to_string();
        assert_eq!(submission.own(&argument).expect("alone"), submission.visible()[0].input);
        assert_eq!(submission.own(&format!("[{argument}]")).expect("in a list"), submission.visible()[0].input);
    }

    #[test]
    fn python_has_the_time_that_the_question_gives() {
        let four_times = limits(format::Limits { cpu_ms: 1_000, ..format::Limits::default() });
        assert_eq!(four_times.cpu_ms, 250);
        assert_eq!(limits(format::Limits { cpu_ms: 200, ..format::Limits::default() }).cpu_ms, CPP_MS_MIN);
    }
}
