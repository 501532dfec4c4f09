//! `viva run`: a solution against a question's tests, as in an interview.

use super::verdicts::Verdicts;
use crate::app::submission::{Submission, Tests};
use crate::config::{Config, Flags};
use crate::language::Language;
use crate::providers::LOG_SILENCED;
use crate::providers::runner::job::SOURCE_BYTES_MAX;
use crate::providers::runner::{self, Job, RunError, RunErrorKind};
use crate::questions::{Bank, Entry};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

/// Ids that are named to somebody who wrote one that is not there.
const NEAR_MAX: usize = 3;
/// From 0 (nothing in common) to 1: so alike is a name that was probably meant.
const NEAR: f64 = 0.6;

/// Run a solution against a question's tests, as in an interview
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
The code runs in a box of this machine (or wherever [runner] of the configuration says), with the limits and tests of an
interview: visible tests show input, expected and actual answer, what was printed and the line of an error; of hidden
tests only how many passed is told. --input runs one input of your own, whose answer is shown and not judged: JSON of the
arguments, [1, \"a\"], for a class of the calls, [[\"new\", 2], [\"put\", 1]]; for a program the text itself.

FILE's ending says the language: .py .js .java .cpp .go .rs. A first file to fill in:
  viva questions starter parcel-lockers --language python3 > lockers.py

The tier says how well the box is closed: namespaces (an empty root of its own), landlock (only with minimum_tier =
\"landlock\"), remote (Piston). When code cannot be run safely it is not run, and the reason is told.

Examples:
  viva run parcel-lockers lockers.py
  viva run parcel-lockers lockers.py --scope visible
  viva run parcel-lockers lockers.py --input '[[\"new\", [1, 2]], [\"store\", \"a\", 2]]'
  viva run parcel-lockers lockers.py --json | jq .hidden.passed
  VIVA__RUNNER__PROVIDER=piston viva run parcel-lockers lockers.py

Exit code: 0 all tests that were asked for pass; 1 one does not, or nothing could be run; 2 unusable arguments.")]
pub struct RunArgs {
    /// The question's id (`viva questions list`)
    #[arg(value_name = "QUESTION")]
    pub question: String,
    /// The solution; - for standard input, with --language
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Which tests
    #[arg(long, value_enum, default_value_t = Scope::All)]
    pub scope: Scope,
    /// Run this input instead of the tests
    #[arg(long, value_name = "JSON", conflicts_with = "scope")]
    pub input: Option<String>,
    /// python3, javascript, java, cpp, go or rust [default: by FILE's ending]
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
    /// Print JSON: one object
    #[arg(long)]
    pub json: bool,
    /// A bank of your own
    #[arg(long, value_name = "DIR")]
    pub questions: Option<PathBuf>,
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Which tests are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Scope {
    /// Those that a candidate sees
    Visible,
    /// Those and the hidden ones
    All,
}

/// Why nothing was run.
struct Failure {
    code: u8,
    message: String,
}

fn fail<T>(code: u8, message: impl Into<String>) -> Result<T, Failure> {
    Err(Failure { code, message: message.into() })
}

fn unusable(error: impl std::error::Error) -> Failure {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        message += &format!(": {inner}");
        cause = inner.source();
    }
    Failure { code: 2, message }
}

/// Runs the command, printing to stdout.
pub fn run(args: &RunArgs) -> ExitCode {
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| "error".to_owned());
    let filter = EnvFilter::new(format!("{filter},{LOG_SILENCED}"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).try_init().ok();
    ExitCode::from(run_to(args, &mut io::stdout().lock(), &mut io::stderr().lock()))
}

/// As [`run`], with the outputs of the caller's choice.
pub fn run_to(args: &RunArgs, out: &mut impl Write, errors: &mut impl Write) -> u8 {
    match verdicts(args) {
        Ok(verdicts) => {
            let text = if args.json { verdicts.json() } else { verdicts.text() };
            // A reader that went away (`| head`) does not change the verdict.
            let _ = out.write_all(text.as_bytes());
            u8::from(!verdicts.all_pass())
        }
        Err(Failure { code, message }) => {
            let _ = writeln!(errors, "viva run: {message}");
            code
        }
    }
}

fn verdicts(args: &RunArgs) -> Result<Verdicts, Failure> {
    let config = Config::read(args.config.as_deref(), &Flags::default()).map_err(unusable)?;
    let bank = match args.questions.as_ref().or(config.serve.questions.as_ref()) {
        Some(dir) => Bank::load(dir),
        None => Bank::embedded(),
    };
    let bank = bank.map_err(unusable)?;
    let entry = find(&bank, &args.question)?;
    let submission = Submission::of(entry).map_err(unusable)?;
    let language = language(args, entry)?;
    let code = read(&args.file)?;
    let tests = match (&args.input, args.scope) {
        (Some(input), _) => Tests::Own(submission.own(input).map_err(unusable)?),
        (None, Scope::Visible) => Tests::Visible,
        (None, Scope::All) => Tests::All,
    };
    let job = submission.job("terminal", language, &code, tests).map_err(unusable)?;
    let shown = job.tests.iter().filter(|test| !test.hidden).cloned().collect();
    let hidden = job.tests.iter().any(|test| test.hidden);
    let runtime = Runtime::new().map_err(unusable)?;
    let report = runtime.block_on(run_job(&config, job))?;
    Ok(Verdicts { question: entry.file.id.clone(), shown, hidden, report: report.for_client() })
}

async fn run_job(config: &Config, job: Job) -> Result<runner::RunReport, Failure> {
    let opened = runner::open(&config.runner).await.map_err(unusable)?;
    if let Some(reason) = opened.disabled {
        return fail(1, format!("code is not run here: {reason}"));
    }
    let found = opened.runner.capabilities().languages.clone();
    opened.runner.run(job).await.or_else(|RunError { kind, message }| match kind {
        RunErrorKind::Unsupported => {
            let names: Vec<&str> = found.iter().map(|found| found.language.id()).collect();
            fail(1, format!("{message}; there are {}", names.join(", ")))
        }
        RunErrorKind::Refused => fail(2, message),
        _ => fail(1, message),
    })
}

/// The question of this id, or the ids that were probably meant.
fn find<'a>(bank: &'a Bank, id: &str) -> Result<&'a Entry, Failure> {
    if let Some(entry) = bank.find(id) {
        return Ok(entry);
    }
    let with_code = bank.entries().iter().filter(|entry| entry.io().is_some());
    let mut near: Vec<(f64, &str)> =
        with_code.map(|entry| (strsim::jaro_winkler(id, &entry.file.id), entry.file.id.as_str())).collect();
    near.sort_by(|left, right| right.0.total_cmp(&left.0));
    let near: Vec<&str> = near.iter().filter(|(alike, _)| *alike > NEAR).map(|(_, id)| *id).take(NEAR_MAX).collect();
    match near.is_empty() {
        true => fail(2, format!("there is no question \"{id}\"; `viva questions list --kind coding` lists them")),
        false => fail(2, format!("there is no question \"{id}\"; perhaps {}", near.join(", "))),
    }
}

fn language(args: &RunArgs, entry: &Entry) -> Result<Language, Failure> {
    let ids = || entry.languages().iter().map(|language| language.id()).collect::<Vec<_>>().join(", ");
    if let Some(id) = &args.language {
        return match Language::from_id(id) {
            Some(language) => Ok(language),
            None => fail(2, format!("\"{id}\" is no language; there are {}", ids())),
        };
    }
    let name = args.file.to_string_lossy();
    match Language::of_file(&name) {
        Some(language) => Ok(language),
        None => {
            let endings = Language::ALL.map(|language| format!(".{}", language.ending())).join(" ");
            fail(2, format!("the ending of {name} names no language ({endings}); --language can: {}", ids()))
        }
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let at_most = SOURCE_BYTES_MAX as u64 + 1;
    let mut bytes = Vec::new();
    let read = match file == Path::new("-") {
        true => io::stdin().lock().take(at_most).read_to_end(&mut bytes),
        false => std::fs::File::open(file).and_then(|opened| opened.take(at_most).read_to_end(&mut bytes)),
    };
    if let Err(error) = read {
        return fail(2, format!("cannot read {}: {error}", file.display()));
    }
    if bytes.len() > SOURCE_BYTES_MAX {
        return fail(2, format!("{} is larger than {SOURCE_BYTES_MAX} bytes", file.display()));
    }
    String::from_utf8(bytes).or_else(|_| fail(2, format!("{} is not UTF-8 text", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        args: RunArgs,
    }

    /// Exit code, what was printed, what was complained about; the runner is what `runner` says.
    fn viva_run(runner: &str, arguments: &[&str]) -> (u8, String, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("viva.toml");
        std::fs::write(&config, format!("[runner]\n{runner}")).expect("written");
        let code = folder.path().join("lockers.py");
        std::fs::write(&code, "wrong = True\n").expect("written");
        std::fs::write(folder.path().join("lockers.txt"), "x").expect("written");
        std::fs::write(folder.path().join("bytes.py"), [0xff, 0xfe]).expect("written");
        std::fs::write(folder.path().join("large.py"), vec![b'#'; SOURCE_BYTES_MAX + 1]).expect("written");
        let place = |argument: &&str| match argument.strip_prefix("@") {
            Some(name) => folder.path().join(name).display().to_string(),
            None => (*argument).to_owned(),
        };
        let config = ["--config".to_owned(), config.display().to_string()];
        let all = ["viva-run".to_owned()].into_iter().chain(arguments.iter().map(place)).chain(config);
        let cli = Cli::parse_from(all);
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let exit = run_to(&cli.args, &mut out, &mut errors);
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (exit, text(out), text(errors))
    }

    const FAKE: &str = "provider = 'fake'\n";

    #[test]
    fn all_that_was_asked_for_must_pass() {
        assert_eq!(viva_run(FAKE, &["parcel-lockers", "@lockers.py"]).0, 0);
        let wrong = format!("{FAKE}[[runner.fake.scenes]]\nwhen = 'wrong'\nverdict = 'WA'\n");
        let (code, out, _) = viva_run(&wrong, &["parcel-lockers", "@lockers.py", "--scope", "visible"]);
        assert!(code == 1 && out.contains("wrong answer") && out.contains("expected"), "{code} {out}");
        assert!(!out.contains("hidden"), "{out}");
        let (_, out, _) = viva_run(&wrong, &["parcel-lockers", "@lockers.py"]);
        assert!(out.contains("hidden tests: 0 of "), "{out}");
    }

    #[test]
    fn hidden_tests_are_told_by_number_only() {
        let bank = Bank::embedded().expect("the bank");
        let entry = bank.find("parcel-lockers").expect("it");
        let wrong = format!("{FAKE}[[runner.fake.scenes]]\nverdict = 'WA'\n");
        for form in [&["parcel-lockers", "@lockers.py"][..], &["parcel-lockers", "@lockers.py", "--json"]] {
            let (_, out, errors) = viva_run(&wrong, form);
            for test in entry.tests.iter().filter(|test| test.group == crate::questions::format::Group::Hidden) {
                assert!(!out.contains(&test.id) && !errors.contains(&test.id), "{out}");
            }
        }
    }

    #[test]
    fn an_input_of_ones_own_is_run_alone() {
        let own = "[[\"new\", [1]], [\"store\", \"a\", 1]]";
        let (code, out, _) = viva_run(FAKE, &["parcel-lockers", "@lockers.py", "--input", own]);
        assert!(code == 0 && out.contains("own") && !out.contains("expected"), "{code} {out}");
        let (code, _, errors) = viva_run(FAKE, &["parcel-lockers", "@lockers.py", "--input", "[[\"store\"]]"]);
        assert!(code == 2 && errors.contains("a list of calls"), "{errors}");
    }

    #[test]
    fn what_cannot_be_used_exits_with_2_and_says_what_could() {
        for (arguments, why) in [
            (vec!["parcel-locker", "@lockers.py"], "perhaps parcel-lockers"),
            (vec!["qqq", "@lockers.py"], "viva questions list"),
            (vec!["told-no", "@lockers.py"], "no code to run"),
            (vec!["parcel-lockers", "@lockers.txt"], ".py .js .java .cpp .go .rs"),
            (vec!["parcel-lockers", "@lockers.py", "--language", "cobol"], "python3, javascript"),
            (vec!["parcel-lockers", "@none.py"], "cannot read"),
            (vec!["parcel-lockers", "@bytes.py"], "not UTF-8"),
            (vec!["parcel-lockers", "@large.py"], "larger than 262144 bytes"),
        ] {
            let (code, out, errors) = viva_run(FAKE, &arguments);
            assert!(code == 2 && out.is_empty() && errors.contains(why), "{arguments:?}: {code} {errors}");
        }
    }

    #[test]
    fn what_cannot_be_run_exits_with_1_and_says_why() {
        let (code, _, errors) = viva_run("provider = 'disabled'\n", &["parcel-lockers", "@lockers.py"]);
        assert!(code == 1 && errors.contains("code is not run here: running code is switched off"), "{errors}");
        let failing = format!("{FAKE}[[runner.fake.scenes]]\nverdict = 'XX'\n");
        assert_eq!(viva_run(&failing, &["parcel-lockers", "@lockers.py"]).0, 1);
    }
}
