//! `viva questions`: list, check, begin and take over questions.

use super::solutions::{Place, Solutions};
use crate::interview::agenda::facts;
use crate::language::Language;
use crate::questions::finding::{Finding, RULES, Severity};
use crate::questions::format::Kind;
use crate::questions::import::{Collection, take};
use crate::questions::lint::{PUBLISHED_FILE, Published, Report, lint};
use crate::questions::solve::Runner;
use crate::questions::source::{self, Folder};
use crate::questions::{Bank, Entry, answers, check, scaffold};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// List, check and write interview questions
#[derive(clap::Args, Debug)]
#[command(arg_required_else_help = true)]
pub struct QuestionsArgs {
    #[command(subcommand)]
    command: QuestionsCommand,
}

#[derive(clap::Subcommand, Debug)]
enum QuestionsCommand {
    List(ListArgs),
    Lint(LintArgs),
    New(NewArgs),
    Starter(StarterArgs),
    Answers(AnswersArgs),
    Import(ImportArgs),
}

/// List the questions
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Without --questions, the questions that come with viva.

Examples:
  viva questions list
  viva questions list --kind coding --topic heaps --difficulty 1-3
  viva questions list --json | jq -r .id      one JSON object a line

Exit code: 0 listed; 1 the bank cannot be read; 2 unusable arguments.")]
struct ListArgs {
    /// Only questions about this (part of a topic's name is enough)
    #[arg(long)]
    topic: Option<String>,
    /// Only questions as hard as this: 2, or 1-3
    #[arg(long, value_name = "N|N-M", value_parser = difficulties)]
    difficulty: Option<(u8, u8)>,
    /// Only questions of this kind
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<Kind>,
    /// A bank of your own
    #[arg(long, value_name = "DIR")]
    questions: Option<PathBuf>,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Check questions and run their solutions
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Checks that questions can be used (Q1…: --rules names every rule with how to mend a breach), that they are good ones
(Q2…), and runs their reference solutions (Q3…): accepted ones must pass every test, rejected ones must fail as they say.
Solutions run in boxes, as candidates' code does, in every language that is installed; the others are named and passed
over. Where no box can be made they run as plain processes of yours, Python and C++ only: lint only what you trust there,
or use --no-run. What was used is said.

DIR is a bank, a folder of one kind or one question. Without it: ./questions if that is there, else viva's own.

published.json in DIR keeps a digest of every published test: a test that changes needs a new id, because recordings refer
to it. --publish takes the tests up as they are now.

Examples:
  viva questions lint
  viva questions lint my-questions/coding/chess-clock
  viva questions lint --no-run --json        quick, for an editor or CI
  viva questions lint --facts                what a follow-up's `when` may ask for

Exit code: 0 no errors; 1 errors (warnings with --strict); 2 unusable arguments.")]
struct LintArgs {
    /// Bank, folder of a kind, or question
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Do not run solutions
    #[arg(long)]
    no_run: bool,
    /// Where solutions run [default: boxes, or processes where no box can be made]
    #[arg(long, value_name = "PLACE", value_enum, conflicts_with = "no_run")]
    run_in: Option<Place>,
    /// Warnings count as errors
    #[arg(long)]
    strict: bool,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    /// Write published.json anew
    #[arg(long, requires = "dir")]
    publish: bool,
    /// Print the rules instead
    #[arg(long, conflicts_with_all = ["dir", "facts"])]
    rules: bool,
    /// Print the facts that conditions may ask for instead
    #[arg(long, conflicts_with = "dir")]
    facts: bool,
}

/// Begin a question: a folder that says what to write
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Writes DIR/<kind>/<id>/ with every file a question needs. It loads at once; `viva questions lint` then tells what is
still missing. docs/adding-a-question.md goes through it step by step.

Examples:
  viva questions new chess-clock --kind coding
  viva questions new told-no --kind behavioural --questions my-questions

Exit code: 0 written; 1 it cannot be written; 2 unusable arguments.")]
struct NewArgs {
    /// Id: a-z, 0-9 and -
    #[arg(value_name = "ID")]
    id: String,
    /// coding, behavioural or system-design
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Kind,
    /// The bank
    #[arg(long, value_name = "DIR", default_value = "questions")]
    questions: PathBuf,
}

/// Print the code a candidate begins with
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Starters are made from the question's signature, in every language alike; a file in the question's starter/ folder takes
the place of one.

Examples:
  viva questions starter parcel-lockers --language rust

Exit code: 0 printed; 1 the bank cannot be read; 2 no such question or language.")]
struct StarterArgs {
    /// Id of the question
    #[arg(value_name = "ID")]
    id: String,
    /// python3, javascript, java, cpp, go or rust
    #[arg(long, value_name = "LANGUAGE", default_value = "python3")]
    language: String,
    /// A bank of your own
    #[arg(long, value_name = "DIR")]
    questions: Option<PathBuf>,
}

/// Fill in what tests expect, from an accepted solution
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Tests of tests.json without `expected` get the answer of the first accepted Python solution. Read what it wrote: lint then
holds the other solutions to it.

Examples:
  viva questions answers questions/coding/chess-clock

Exit code: 0 written; 1 something stands in the way; 2 unusable arguments.")]
struct AnswersArgs {
    /// Folder of the question
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// Take questions over from another collection
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
exercism: a copy of exercism/problem-specifications. Functions with typed inputs are taken over; cases that expect an error
are left out.
kattis: problem packages that are pass-fail with the default validator, under a licence that allows it, with a statement in
Markdown. They become programs that read standard input.

Each question that is not taken over is named with the reason. What is taken over has general hints and follow-ups: write
better ones.

Examples:
  viva questions import exercism problem-specifications
  viva questions import kattis packages/twice --questions my-questions

Exit code: 0 at least one was taken over; 1 none was; 2 unusable arguments.")]
struct ImportArgs {
    /// exercism or kattis
    #[arg(value_name = "COLLECTION", value_parser = collection)]
    collection: Collection,
    /// The collection, or one folder of it
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The bank to write to
    #[arg(long, value_name = "DIR", default_value = "questions")]
    questions: PathBuf,
}

fn collection(text: &str) -> Result<Collection, String> {
    match text {
        "exercism" => Ok(Collection::Exercism),
        "kattis" => Ok(Collection::Kattis),
        _ => Err("it is exercism or kattis".to_owned()),
    }
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::from_id(text).ok_or_else(|| "it is coding, behavioural or system-design".to_owned())
}

fn difficulties(text: &str) -> Result<(u8, u8), String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.parse(), to.parse()) {
        (Ok(from), Ok(to)) if (1..=5).contains(&from) && from <= to && to <= 5 => Ok((from, to)),
        _ => Err("it is 1 to 5, or a range such as 1-3".to_owned()),
    }
}

/// Runs the command, printing to stdout.
pub fn run(args: &QuestionsArgs) -> ExitCode {
    ExitCode::from(run_to(args, &mut std::io::stdout().lock(), &mut std::io::stderr().lock()))
}

/// As [`run`], with the outputs of the caller's choice.
pub fn run_to(args: &QuestionsArgs, out: &mut impl Write, errors: &mut impl Write) -> u8 {
    let result = match &args.command {
        QuestionsCommand::List(args) => list(args, out),
        QuestionsCommand::Lint(args) => lint_to(args, out),
        QuestionsCommand::New(args) => new(args, out),
        QuestionsCommand::Starter(args) => starter(args, out),
        QuestionsCommand::Answers(args) => fill(args, out),
        QuestionsCommand::Import(args) => import(args, out),
    };
    result.unwrap_or_else(|Failure { code, message }| {
        let _ = writeln!(errors, "viva questions: {message}");
        code
    })
}

/// Why nothing was done.
struct Failure {
    code: u8,
    message: String,
}

fn fail<T>(code: u8, message: impl Into<String>) -> Result<T, Failure> {
    Err(Failure { code, message: message.into() })
}

fn bank(dir: Option<&PathBuf>) -> Result<Bank, Failure> {
    let bank = match dir {
        Some(dir) => Bank::load(dir),
        None => Bank::embedded(),
    };
    bank.or_else(|error| match std::error::Error::source(&error) {
        Some(cause) => fail(1, format!("{error}: {cause}")),
        None => fail(1, error.to_string()),
    })
}

fn list(args: &ListArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let bank = bank(args.questions.as_ref())?;
    let wanted = |entry: &&Entry| {
        let topic = |wanted: &String| {
            let wanted = wanted.to_lowercase();
            entry.topics.iter().any(|topic| topic.to_lowercase().contains(&wanted))
        };
        args.kind.is_none_or(|kind| kind == entry.kind)
            && args.difficulty.is_none_or(|(from, to)| (from..=to).contains(&entry.difficulty))
            && args.topic.as_ref().is_none_or(topic)
    };
    let found: Vec<&Entry> = bank.entries().iter().filter(wanted).collect();
    for entry in &found {
        // A reader that went away (`| head`) does not change anything.
        let _ = writeln!(out, "{}", if args.json { json_line(entry) } else { text_line(entry) });
    }
    if !args.json {
        let _ = writeln!(out, "{} questions", found.len());
    }
    Ok(0)
}

fn json_line(entry: &Entry) -> String {
    serde_json::json!({
        "id": entry.file.id, "kind": entry.kind, "title": entry.file.title, "difficulty": entry.difficulty,
        "topics": entry.topics, "minutes": entry.minutes, "languages": entry.languages(), "tests": entry.tests.len(),
        "content_hash": entry.question.content_hash,
    })
    .to_string()
}

fn text_line(entry: &Entry) -> String {
    let level = "*".repeat(usize::from(entry.difficulty));
    let topics = entry.topics.join(", ");
    format!("{:<13}  {level:<5}  {:<28}  {} ({topics})", entry.kind.id(), entry.file.id, entry.file.title)
}

fn lint_to(args: &LintArgs, out: &mut impl Write) -> Result<u8, Failure> {
    if args.rules || args.facts {
        let _ = out.write_all(if args.rules { rules() } else { facts_text() }.as_bytes());
        return Ok(0);
    }
    let own = PathBuf::from("questions");
    let dir = args.dir.clone().or_else(|| own.is_dir().then_some(own));
    let folders = match &dir {
        Some(dir) => source::read(dir).or_else(|error| fail(2, error.to_string()))?,
        None => source::embedded(),
    };
    if folders.is_empty() {
        return fail(2, "there is no question (a folder with question.toml) in it");
    }
    let published = dir.as_deref().map(published).transpose()?.flatten();
    let place = if args.no_run { None } else { Some(solutions(args.run_in)?) };
    let runner = place.as_ref().map(|place| place as &dyn Runner);
    let report = lint(&folders, published.as_ref().filter(|_| !args.publish), runner);
    let failed = report.count(Severity::Error) + if args.strict { report.count(Severity::Warning) } else { 0 };
    let place = place.as_ref().map(|place| place.said.as_str());
    let text = if args.json { json_report(&report, place) } else { text_report(&report, place) };
    let _ = out.write_all(text.as_bytes());
    if let (true, Some(dir), 0) = (args.publish, &dir, failed) {
        publish(dir, &folders)?;
    }
    Ok(u8::from(failed > 0))
}

fn solutions(wish: Option<Place>) -> Result<Solutions, Failure> {
    Solutions::open(wish).or_else(|why| fail(1, why))
}

fn published(dir: &Path) -> Result<Option<Published>, Failure> {
    match fs::read_to_string(dir.join(PUBLISHED_FILE)) {
        Ok(text) => match Published::parse(&text) {
            Ok(published) => Ok(Some(published)),
            Err(error) => fail(2, format!("{PUBLISHED_FILE}: {error}")),
        },
        Err(_) => Ok(None),
    }
}

fn publish(dir: &Path, folders: &[Folder]) -> Result<(), Failure> {
    let mut published = Published::default();
    for folder in folders {
        if let Ok(entry) = check::check(folder) {
            published.publish(&folder.path(), &entry);
        }
    }
    write(&dir.join(PUBLISHED_FILE), &published.text())
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    written.or_else(|error| fail(1, format!("cannot write {}: {error}", path.display())))
}

fn rules() -> String {
    let line = |rule: &crate::questions::finding::Rule| {
        let severity = format!("{:?}", rule.severity).to_lowercase();
        format!("{} {severity}: {}\n     {}\n", rule.code, rule.holds, rule.mend)
    };
    RULES.iter().map(line).collect()
}

fn facts_text() -> String {
    facts::FACTS.iter().map(|(name, ty, meaning)| format!("{name:<17} {ty:<14} {meaning}\n")).collect()
}

fn json_report(report: &Report, place: Option<&str>) -> String {
    let line = |finding: &Finding| serde_json::to_string(finding).unwrap_or_default() + "\n";
    let findings: String = report.findings.iter().map(line).collect();
    let total = serde_json::json!({
        "questions": report.questions, "solutions_run": report.solutions, "run_in": place, "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warning),
    });
    format!("{findings}{total}\n")
}

fn text_report(report: &Report, place: Option<&str>) -> String {
    let line = |finding: &Finding| {
        let severity = format!("{:?}", finding.rule.severity).to_lowercase();
        format!("{severity} {finding}\n    {}\n", finding.rule.mend)
    };
    let findings: String = report.findings.iter().map(line).collect();
    let place = place.map(|place| format!("solutions ran {place}\n")).unwrap_or_default();
    format!(
        "{findings}{place}{} questions, {} solutions run: {} errors, {} warnings\n",
        report.questions,
        report.solutions,
        report.count(Severity::Error),
        report.count(Severity::Warning)
    )
}

fn new(args: &NewArgs, out: &mut impl Write) -> Result<u8, Failure> {
    if !check::is_id(&args.id) {
        return fail(2, "an id is made of a-z, 0-9 and -, at most 64 letters");
    }
    let folder = args.questions.join(args.kind.id()).join(&args.id);
    if folder.exists() {
        return fail(2, format!("{} is there already", folder.display()));
    }
    for (path, text) in scaffold::files(&args.id, args.kind) {
        write(&folder.join(path), &text)?;
    }
    let folder = folder.display();
    let _ = writeln!(out, "Wrote {folder}. Replace every TODO, then: viva questions lint {folder}");
    Ok(0)
}

fn starter(args: &StarterArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let bank = bank(args.questions.as_ref())?;
    let Some(language) = Language::from_id(&args.language) else {
        return fail(2, "a language is python3, javascript, java, cpp, go or rust");
    };
    match bank.find(&args.id).and_then(|entry| entry.starter(language)) {
        Some(text) => {
            let _ = out.write_all(text.as_bytes());
            Ok(0)
        }
        None => fail(2, format!("there is no question \"{}\" with code in {language}", args.id)),
    }
}

fn fill(args: &AnswersArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let folders = source::read(&args.dir).or_else(|error| fail(2, error.to_string()))?;
    let [folder] = folders.as_slice() else { return fail(2, "name the folder of one question") };
    let text = answers::fill(folder, &solutions(None)?).or_else(|why| fail(1, why))?;
    write(&args.dir.join("tests.json"), &text)?;
    let _ = writeln!(out, "Wrote {}. Read the answers before you trust them.", args.dir.join("tests.json").display());
    Ok(0)
}

fn import(args: &ImportArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let all = take(args.collection, &args.dir).or_else(|error| fail(2, format!("{}: {error}", args.dir.display())))?;
    if all.is_empty() {
        return fail(2, format!("there is no question of such a collection in {}", args.dir.display()));
    }
    let mut count = 0;
    for taken in &all {
        let place = args.questions.join(Kind::Coding.id());
        match &taken.result {
            Ok((folder, _)) if place.join(&folder.id).exists() => {
                let _ = writeln!(out, "refused {}: {} is there already", taken.name, place.join(&folder.id).display());
            }
            Ok((folder, left_out)) => {
                for (path, bytes) in &folder.files {
                    write(&place.join(&folder.id).join(path), &String::from_utf8_lossy(bytes))?;
                }
                count += 1;
                let _ = writeln!(out, "took {}", taken.name);
                left_out.iter().for_each(|what| drop(writeln!(out, "    without {what}")));
            }
            Err(why) => drop(writeln!(out, "refused {}: {why}", taken.name)),
        }
    }
    let _ = writeln!(out, "{count} taken over, {} refused", all.len() - count);
    Ok(u8::from(count == 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        args: QuestionsArgs,
    }

    fn questions(arguments: &[&str]) -> (u8, String, String) {
        let cli = Cli::parse_from(["viva-questions"].iter().chain(arguments));
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let code = run_to(&cli.args, &mut out, &mut errors);
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (code, text(out), text(errors))
    }

    #[test]
    fn lists_are_filtered_by_kind_topic_and_difficulty() {
        let (code, out, _) = questions(&["list", "--topic", "ordered", "--difficulty", "2", "--kind", "coding"]);
        assert!(code == 0 && out.contains("parcel-lockers"), "{out}");
        let (_, out, _) = questions(&["list", "--kind", "behavioural", "--json"]);
        assert!(out.lines().count() >= 12 && out.lines().all(|line| line.contains("\"behavioural\"")), "{out}");
        assert_eq!(questions(&["list", "--topic", "no such topic"]).1, "0 questions\n");
        assert!(Cli::try_parse_from(["viva-questions", "list", "--difficulty", "3-9"]).is_err());
    }

    #[test]
    fn a_new_question_is_written_once_loads_and_is_told_what_is_missing() {
        let folder = tempfile::tempdir().expect("a folder");
        let bank = folder.path().to_str().expect("a path");
        assert_eq!(questions(&["new", "chess-clock", "--kind", "coding", "--questions", bank]).0, 0);
        let (code, _, errors) = questions(&["new", "chess-clock", "--kind", "coding", "--questions", bank]);
        assert!(code == 2 && errors.contains("is there already"), "{errors}");
        assert!(questions(&["list", "--questions", bank]).1.contains("Chess clock"));
        let (code, out, _) = questions(&["lint", bank, "--no-run"]);
        assert!(code == 1 && out.contains("error Q204") && out.contains("1 questions, 0 solutions run"), "{out}");
        let (_, out, _) = questions(&["lint", bank, "--no-run", "--json"]);
        assert!(out.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{out}");
    }

    #[test]
    fn what_cannot_be_used_exits_with_2_and_says_why() {
        let folder = tempfile::tempdir().expect("a folder");
        let empty = folder.path().to_str().expect("a path");
        for (arguments, why) in [
            (vec!["lint", empty], "no question"),
            (vec!["new", "Chess Clock", "--kind", "coding", "--questions", empty], "a-z, 0-9"),
            (vec!["starter", "no-such-question"], "no question"),
            (vec!["starter", "parcel-lockers", "--language", "cobol"], "a language is"),
            (vec!["import", "kattis", empty], "no question of such a collection"),
        ] {
            let (code, _, errors) = questions(&arguments);
            assert!(code == 2 && errors.contains(why), "{arguments:?}: {code} {errors}");
        }
    }

    #[test]
    fn rules_facts_and_starters_are_printed() {
        assert!(questions(&["lint", "--rules"]).1.contains("Q302"));
        assert!(questions(&["lint", "--facts"]).1.contains("failing_streak"));
        assert!(questions(&["starter", "parcel-lockers", "--language", "go"]).1.contains("func NewParcelLockers"));
    }

    #[test]
    fn answers_are_filled_in_from_the_accepted_solution() {
        let folder = tempfile::tempdir().expect("a folder");
        let bank = folder.path().to_str().expect("a path");
        questions(&["new", "chess-clock", "--kind", "coding", "--questions", bank]);
        let question = folder.path().join("coding/chess-clock");
        let tests = "[{\"id\": \"a\", \"group\": \"hidden\", \"input\": [{\"$range\": [0, 5]}]}]";
        fs::write(question.join("tests.json"), tests).expect("written");
        let (code, _, errors) = questions(&["answers", question.to_str().expect("a path")]);
        assert_eq!((code, errors.as_str()), (0, ""));
        assert!(fs::read_to_string(question.join("tests.json")).expect("read").contains("\"expected\": 10"));
    }
}
