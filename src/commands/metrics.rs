//! `viva metrics`: the figures of a recorded interview that need no model.

use crate::scorecard::metrics::{self, METRICS, Metrics, Place, Row, Unit};
use crate::scorecard::record::Record;
use crate::units::At;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Places shown beside a value.
const PLACES_SHOWN: usize = 3;

/// Measure a recorded interview: pace, pauses, turns, code, runs, hints
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Reads a recording (a folder with header.json and steps.jsonl) and prints every metric with its value and the first places in the
recording that show it. What could not be measured says why, and is no zero. The same recording gives the same bytes.

Times are minutes:seconds from the interview's beginning. docs/metrics.md defines each metric.

Examples:
  viva metrics data/recordings/7f3a                      a table
  viva metrics data/recordings/7f3a --only pause         metrics whose name begins so, with all their places
  viva metrics data/recordings/7f3a --json               for programs: one object, with every place
  viva metrics --list                                    what is measured, without a recording

Exit code: 0 measured; 1 the recording cannot be read; 2 there is no such metric.")]
pub struct MetricsArgs {
    /// The recording's folder
    #[arg(value_name = "RECORDING", required_unless_present = "list")]
    pub path: Option<PathBuf>,
    /// Only metrics whose name begins so, with all their places
    #[arg(long, value_name = "NAME")]
    pub only: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// List what is measured
    #[arg(long, conflicts_with_all = ["path", "json"])]
    pub list: bool,
}

/// Runs the command, printing to stdout.
pub fn run(args: &MetricsArgs) -> ExitCode {
    ExitCode::from(run_to(args, &mut io::stdout().lock(), &mut io::stderr().lock()))
}

/// As [`run`], with the outputs of the caller's choice.
pub fn run_to(args: &MetricsArgs, out: &mut impl Write, errors: &mut impl Write) -> u8 {
    let wanted = |id: &str| args.only.as_deref().is_none_or(|only| id.starts_with(only));
    if !METRICS.iter().any(|metric| wanted(metric.id)) {
        let only = args.only.as_deref().unwrap_or_default();
        let _ = writeln!(errors, "viva metrics: no metric's name begins with \"{only}\"; --list shows all");
        return 2;
    }
    let Some(path) = args.path.as_ref().filter(|_| !args.list) else {
        let _ = out.write_all(list(wanted).as_bytes());
        return 0;
    };
    let record = match Record::open(path) {
        Ok(record) => record,
        Err(error) => {
            let _ = writeln!(errors, "viva metrics: {error}");
            return 1;
        }
    };
    let mut metrics = metrics::measure(&record);
    metrics.metrics.retain(|row| wanted(&row.id));
    // A reader that went away (`| head`) is no failure.
    let _ = match args.json {
        true => writeln!(out, "{}", serde_json::to_string(&metrics).unwrap_or_default()),
        false => out.write_all(table(&metrics, args.only.is_some()).as_bytes()),
    };
    0
}

fn list(wanted: impl Fn(&str) -> bool) -> String {
    let mut out = String::new();
    for metric in METRICS.iter().filter(|metric| wanted(metric.id)) {
        let _ = writeln!(out, "{:<34} {}", metric.id, metric.about);
    }
    out
}

/// The metrics as a person reads them.
pub fn table(metrics: &Metrics, all_places: bool) -> String {
    let mut out = format!("metrics version {}\n", metrics.metrics_version);
    for row in &metrics.metrics {
        let _ = writeln!(out, "{:<34} {:>10}  {}", row.id, value(row), beside(row, all_places).trim_end());
        if all_places {
            row.places.iter().for_each(|place| _ = writeln!(out, "    {}", where_it_is(place, row.unit)));
        }
    }
    // No blanks at ends of lines.
    out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn value(row: &Row) -> String {
    row.value.map_or_else(|| "-".to_owned(), |value| figure(value, row.unit))
}

fn beside(row: &Row, all_places: bool) -> String {
    if let Some(why) = row.not_measurable {
        return format!("not measurable: {}", why.sentence());
    }
    let count = row.places.len() + row.places_left_out;
    if all_places || count == 0 {
        return String::new();
    }
    let shown: Vec<String> = row.places.iter().take(PLACES_SHOWN).map(|place| brief(place, row.unit)).collect();
    let more = if count > shown.len() { format!(", … ({count})") } else { String::new() };
    format!("at {}{more}", shown.join(", "))
}

/// A value with its unit.
fn figure(value: i64, unit: Unit) -> String {
    let tenths = || format!("{}{}.{}", if value < 0 { "-" } else { "" }, value.abs() / 10, value.abs() % 10);
    match unit {
        Unit::Ms if value < 10_000 => format!("{value} ms"),
        Unit::Ms => format!("{}.{} s", value / 1000, value % 1000 / 100),
        Unit::WordsPerMinute => format!("{value} wpm"),
        Unit::Permille => format!("{} %", tenths()),
        Unit::TenthsPer100Words | Unit::TenthsPerMinute | Unit::TenthsPer10Minutes => tenths(),
        Unit::Characters => format!("{value} chars"),
        Unit::YesNo => if value == 0 { "no" } else { "yes" }.to_owned(),
        Unit::Count | Unit::Tier | Unit::Bands => value.to_string(),
    }
}

/// What a place's own value is counted in: of counted things it is a length, a rank or a size; without a unit it stands bare.
fn part(value: i64, unit: Unit) -> String {
    match unit {
        Unit::Ms | Unit::WordsPerMinute => figure(value, unit),
        _ => value.to_string(),
    }
}

fn brief(place: &Place, unit: Unit) -> String {
    let mut text = clock(place.from);
    if let Some(name) = &place.name {
        let _ = write!(text, " {name}");
    }
    if let Some(value) = place.value {
        let _ = write!(text, " ({})", part(value, unit));
    }
    text
}

fn where_it_is(place: &Place, unit: Unit) -> String {
    let mut text = clock(place.from);
    if place.to > place.from {
        let _ = write!(text, " to {}", clock(place.to));
    }
    if let Some(seq) = place.seq {
        let _ = write!(text, ", step {seq}");
    }
    if let Some(run) = place.run {
        let _ = write!(text, ", run {run}");
    }
    if let (Some(utterance), Some((from, to))) = (place.utterance, place.chars) {
        let _ = write!(text, ", utterance {utterance} from {from} to {to}");
    }
    if let Some(name) = &place.name {
        let _ = write!(text, ": {name}");
    }
    if let Some(value) = place.value {
        let _ = write!(text, " ({})", part(value, unit));
    }
    text
}

fn clock(at: At) -> String {
    format!("{}:{:02}.{}", at.0 / 60_000, at.0 / 1000 % 60, at.0 % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn measured(args: MetricsArgs) -> (u8, String, String) {
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let code = run_to(&args, &mut out, &mut errors);
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (code, text(out), text(errors))
    }

    fn demo(only: Option<&str>, json: bool) -> MetricsArgs {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests/cases");
        let path = Some(cases.join("a-demo-held-over-the-socket"));
        MetricsArgs { path, only: only.map(str::to_owned), json, list: false }
    }

    #[test]
    fn every_metric_is_in_the_table_and_the_same_bytes_come_each_time() {
        let (code, out, _) = measured(demo(None, false));
        assert_eq!(code, 0);
        assert!(METRICS.iter().all(|metric| out.lines().any(|line| line.starts_with(metric.id))), "{out}");
        assert!(out.contains("not measurable: the recogniser may leave such sounds out"), "{out}");
        assert_eq!(measured(demo(None, false)).1, out);
        assert_eq!(measured(demo(None, true)), measured(demo(None, true)));
    }

    #[test]
    fn one_metric_comes_with_all_its_places_and_json_comes_back() {
        let (code, out, _) = measured(demo(Some("runs"), false));
        assert_eq!(code, 0);
        assert!(out.contains(", run 1: runtime_error") && !out.contains("pauses"), "{out}");
        let (_, json, _) = measured(demo(None, true));
        let read: Metrics = serde_json::from_str(&json).expect("metrics");
        assert_eq!(read.metrics.len(), METRICS.len());
        assert_eq!(format!("{}\n", serde_json::to_string(&read).expect("JSON")), json);
    }

    #[test]
    fn what_is_no_recording_and_what_is_no_metric_is_said() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let args = MetricsArgs { path: Some(folder.path().to_owned()), only: None, json: false, list: false };
        let (code, out, errors) = measured(args);
        assert!(code == 1 && out.is_empty() && errors.contains("is not a recording"), "{errors}");
        let (code, out, errors) = measured(demo(Some("mood"), false));
        assert!(code == 2 && out.is_empty() && errors.contains("\"mood\""), "{errors}");
    }

    #[test]
    fn the_list_names_each_metric_with_what_it_is() {
        let (code, out, _) = measured(MetricsArgs { path: None, only: None, json: false, list: true });
        assert_eq!((code, out.lines().count()), (0, METRICS.len()));
    }

    #[test]
    fn figures_are_written_with_their_units() {
        assert_eq!(figure(734, Unit::Ms), "734 ms");
        assert_eq!(figure(75_430, Unit::Ms), "75.4 s");
        assert_eq!(figure(634, Unit::Permille), "63.4 %");
        assert_eq!(figure(-7, Unit::TenthsPerMinute), "-0.7");
        assert_eq!(figure(1, Unit::YesNo), "yes");
    }
}
