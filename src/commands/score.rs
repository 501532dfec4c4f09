//! `viva score`: the scorecard of a recorded interview.

use super::laid::Laid;
use crate::app::grade::offers;
use crate::config::{Config, Flags};
use crate::providers::llm::Phrasing;
use crate::questions::{Bank, rubric::Rubric};
use crate::scorecard::card::Scorecard;
use crate::scorecard::judge::{self, Asked, Grader, JUDGEMENTS_FILE, Judgements, Purse};
use crate::scorecard::metrics::{self, Metrics};
use crate::scorecard::record::Record;
use crate::scorecard::{pdf, score, text};
use std::fmt::Display;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A larger file of judgements is none of ours.
const JUDGEMENTS_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Score a recorded interview: bands by dimension, each signal with the place in the recording that shows it
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
What can be computed is computed from the recording. Signals that need a judge come from the answers that a model gave once and
that are kept in the recording's folder (judgements.json); every place it names is looked up in the record, and what is not
there is not assessed. Without kept answers these signals are not assessed. The same recording prints the same bytes.

Examples:
  viva score data/recordings/7f3a             the scorecard
  viva score data/recordings/7f3a --json      as it is kept: JSON
  viva score data/recordings/7f3a --pdf a.pdf the scorecard, and the same as a PDF
  viva score data/recordings/7f3a --judge     ask the configured model now, and keep its answers

Exit code: 0 scored; 1 the recording cannot be read, the model not be asked or the PDF not be written; 2 this kind of interview has no rubric.")]
pub struct ScoreArgs {
    /// The recording's folder, or a bundle
    #[arg(value_name = "RECORDING")]
    pub path: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Write it as a PDF, too
    #[arg(long, value_name = "FILE")]
    pub pdf: Option<PathBuf>,
    /// Ask the model of the configuration to judge, and keep its answers in the recording's folder
    #[arg(long)]
    pub judge: bool,
    /// The configuration (TOML), for --judge
    #[arg(long, value_name = "FILE", env = "VIVA_CONFIG")]
    pub config: Option<PathBuf>,
    /// The question bank that practice is chosen from; the built-in one when absent
    #[arg(long, value_name = "DIR")]
    pub questions: Option<PathBuf>,
}

/// Runs the command, printing to stdout.
pub fn run(args: &ScoreArgs) -> ExitCode {
    ExitCode::from(run_to(args, &mut io::stdout().lock(), &mut io::stderr().lock()))
}

/// As [`run`], with the outputs of the caller's choice.
pub fn run_to(args: &ScoreArgs, out: &mut impl Write, errors: &mut impl Write) -> u8 {
    match scorecard(args).and_then(|card| on_paper(args, &card).map(|()| card)) {
        Ok(card) => {
            let text = if args.json { card.to_json() } else { text::text(&card) };
            // A reader that went away (`| head`) is no failure.
            let _ = out.write_all(text.as_bytes());
            0
        }
        Err((code, message)) => {
            let _ = writeln!(errors, "viva score: {message}");
            code
        }
    }
}

type Failure = (u8, String);

fn failed(error: impl Display) -> Failure {
    (1, error.to_string())
}

fn scorecard(args: &ScoreArgs) -> Result<Scorecard, Failure> {
    let laid = Laid::of(&args.path).map_err(failed)?;
    let record = Record::open(laid.folder()).map_err(failed)?;
    let rubric = score::rubric_of(&record).map_err(|error| match error {
        score::ScoreError::NoRubric => (2, error.to_string()),
        score::ScoreError::Rubric(_) => failed(error),
    })?;
    let metrics = metrics::measure(&record);
    let bank = match &args.questions {
        Some(folder) => Bank::load(folder),
        None => Bank::embedded(),
    };
    let offers = offers(&bank.map_err(failed)?);
    let judgements = match args.judge {
        true => Some(judge_now(args, &record, &metrics, &rubric)?),
        false => kept(laid.folder())?,
    };
    Ok(score::score(&record, &metrics, &rubric, judgements.as_ref(), &offers))
}

fn on_paper(args: &ScoreArgs, card: &Scorecard) -> Result<(), Failure> {
    let Some(path) = &args.pdf else { return Ok(()) };
    let bytes = pdf::pdf(card).map_err(failed)?;
    fs::write(path, bytes).map_err(|error| (1, format!("cannot write {}: {error}", path.display())))
}

/// The answers kept beside the recording; none when there are none.
fn kept(folder: &Path) -> Result<Option<Judgements>, Failure> {
    let path = folder.join(JUDGEMENTS_FILE);
    let unreadable = |why: &dyn Display| (1, format!("cannot read {}: {why}", path.display()));
    match fs::metadata(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
        Ok(known) if known.len() > JUDGEMENTS_BYTES_MAX => return Err(unreadable(&"it is too large")),
        Ok(_) => {}
    }
    let text = fs::read_to_string(&path).map_err(|error| unreadable(&error))?;
    serde_json::from_str(&text).map(Some).map_err(|error| unreadable(&error))
}

fn judge_now(args: &ScoreArgs, record: &Record, metrics: &Metrics, rubric: &Rubric) -> Result<Judgements, Failure> {
    let config = Config::read(args.config.as_deref(), &Flags::default()).map_err(failed)?;
    let opened = judge::open(&config.llm, &config.judge).map_err(failed)?;
    let Phrasing::Model(model) = &opened.phrasing else {
        return Err((
            1,
            "no model is configured: set OPENAI_API_KEY, or VIVA__LLM__PROVIDER and VIVA__LLM__BASE_URL".into(),
        ));
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let name = judge::name(&opened, &config.llm, &config.judge);
    let purse = Purse { interview: config.judge.interview_tokens_max.into(), day: None };
    let grader = Grader::new(record, metrics, rubric);
    let Asked { judgements, .. } = runtime.block_on(judge::ask(grader, model.as_ref(), purse, Judgements::of(&name)));
    let path = args.path.join(JUDGEMENTS_FILE);
    let text = serde_json::to_string_pretty(&judgements).map_err(failed)?;
    fs::write(&path, text).map_err(|error| (1, format!("cannot write {}: {error}", path.display())))?;
    Ok(judgements)
}
