//! `viva replay`: does the core still answer as it did when these interviews were recorded?

use super::laid::Laid;
use crate::replay::{Report, find, junit, replay_folder};
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Replay recorded interviews and compare every decision
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
A recording is a folder with header.json and steps.jsonl, or a bundle (one file); a folder of recordings is searched for them. Each recording's
events are fed to this build's interview core, and its commands are compared with the recorded ones, byte for byte and
without any outside service. The first step that differs is printed with its neighbours, and carets under what changed.

Recordings of a killed server replay up to where they were cut off. What a newer viva wrote is refused.

Examples:
  viva replay data/recordings/7f3a         one interview
  viva replay data/recordings              all of them
  viva replay replay-tests/cases --junit replay.xml
                                           for a CI system
  viva replay data/recordings --json       one JSON object a line, for programs

Exit code: 0 all replay alike; 1 one does not, or cannot be read; 2 unusable arguments.")]
pub struct ReplayArgs {
    /// Recordings, or folders to search for recordings
    #[arg(required = true, value_name = "RECORDING|FOLDER")]
    pub paths: Vec<PathBuf>,
    /// Print one JSON object a recording and line, then one with the totals
    #[arg(long)]
    pub json: bool,
    /// Also write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

/// Runs the command, printing to stdout.
pub fn run(args: &ReplayArgs) -> ExitCode {
    let code = run_to(args, &mut io::stdout().lock(), &mut io::stderr().lock());
    ExitCode::from(code)
}

/// As [`run`], with the outputs of the caller's choice.
pub fn run_to(args: &ReplayArgs, out: &mut impl Write, errors: &mut impl Write) -> u8 {
    let laid: Result<Vec<Laid>, String> = args.paths.iter().map(|path| Laid::of(path)).collect();
    let laid = match laid {
        Ok(laid) => laid,
        Err(message) => {
            let _ = writeln!(errors, "viva replay: {message}");
            return 2;
        }
    };
    let paths: Vec<PathBuf> = laid.iter().map(|laid| laid.folder().to_owned()).collect();
    let folders = match recordings(&paths) {
        Ok(folders) => folders,
        Err(message) => {
            let _ = writeln!(errors, "viva replay: {message}");
            return 2;
        }
    };
    let mut reports = Vec::with_capacity(folders.len());
    for folder in &folders {
        let report = timed(folder);
        let text = if args.json { json_line(&report) } else { line(&report) };
        // A reader that went away (`| head`) does not change the verdict.
        let _ = out.write_all(text.as_bytes());
        reports.push(report);
    }
    let failed = reports.iter().filter(|report| !report.ok).count();
    let passed = reports.len() - failed;
    let _ = if args.json {
        writeln!(out, "{{\"passed\":{passed},\"failed\":{failed}}}")
    } else {
        writeln!(out, "{passed} passed, {failed} failed")
    };
    if let Some(path) = &args.junit
        && let Err(error) = fs::write(path, junit::encode(&reports))
    {
        let _ = writeln!(errors, "viva replay: cannot write {}: {error}", path.display());
        return 2;
    }
    u8::from(failed > 0)
}

/// Every recording named, once, in the order named.
pub(super) fn recordings(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for path in paths {
        if !path.is_dir() {
            return Err(format!("{} is not a folder", path.display()));
        }
        let found = find(path).map_err(|error| format!("cannot search {}: {error}", path.display()))?;
        if found.is_empty() {
            return Err(format!("there is no recording (a folder with header.json) in {}", path.display()));
        }
        for folder in found {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
    }
    Ok(folders)
}

fn timed(folder: &Path) -> Report {
    let begun = Instant::now();
    let mut report = replay_folder(folder, None);
    report.millis = Some(u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX));
    report
}

fn json_line(report: &Report) -> String {
    serde_json::to_string(report).unwrap_or_default() + "\n"
}

fn line(report: &Report) -> String {
    let verdict = if report.ok { "ok  " } else { "FAIL" };
    let millis = report.millis.unwrap_or(0);
    let length = format!("{}:{:02}", report.duration_ms / 60_000, report.duration_ms / 1000 % 60);
    let mut text = format!("{verdict} {}  {} steps, {length} min, {millis} ms", report.name, report.steps);
    if report.torn_bytes > 0 {
        let _ = write!(text, ", a torn last line of {} bytes left out", report.torn_bytes);
    } else if report.ok && !report.complete {
        text.push_str(", not a complete recording");
    }
    text.push('\n');
    if let Some(failure) = &report.failure {
        for line in failure.message.lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::format::{HEADER_FILE, STEPS_FILE};
    use clap::Parser;

    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        args: ReplayArgs,
    }

    fn replay(arguments: &[&str]) -> (u8, String, String) {
        let cli = Cli::parse_from(["viva-replay"].iter().chain(arguments));
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let code = run_to(&cli.args, &mut out, &mut errors);
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (code, text(out), text(errors))
    }

    fn recording(folder: &Path, steps: &str) {
        fs::create_dir_all(folder).expect("a folder");
        fs::write(folder.join(HEADER_FILE), crate::recording::format::tests::header().encode()).expect("written");
        fs::write(folder.join(STEPS_FILE), steps).expect("written");
    }

    /// The core does nothing on this, whatever its settings.
    const SIGNAL: &str = "{\"seq\":1,\"at_ms\":61000,\"event\":{\"signal_seen\":{\"kind\":\"focus_lost\"}}}\n";

    #[test]
    fn good_recordings_exit_with_0_and_are_summed_up() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        recording(&folder.path().join("a/one"), SIGNAL);
        recording(&folder.path().join("two"), &format!("{SIGNAL}{{\"se"));
        let path = folder.path().to_str().expect("a path");
        let (code, out, errors) = replay(&[path, path]);
        assert_eq!((code, errors.as_str()), (0, ""));
        assert!(out.contains("ok   one  1 steps, 1:01 min, "), "{out}");
        assert!(out.contains("ms, a torn last line of 4 bytes left out\n2 passed, 0 failed\n"), "{out}");
    }

    #[test]
    fn a_changed_command_exits_with_1_and_names_the_step() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        recording(folder.path(), &format!("{SIGNAL}{{\"seq\":2,\"command\":\"pause_playout\"}}\n"));
        let xml = folder.path().join("out.xml");
        let path = folder.path().to_str().expect("a path");
        let (code, out, _) = replay(&[path, "--junit", xml.to_str().expect("a path")]);
        assert_eq!(code, 1);
        assert!(out.contains("    step 2: the core no longer gives this command\n"), "{out}");
        assert!(out.ends_with("0 passed, 1 failed\n"), "{out}");
        assert!(fs::read_to_string(xml).expect("written").contains("failures=\"1\""));
        let (code, out, _) = replay(&[path, "--json"]);
        let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!((code, lines.len()), (1, 2));
        assert_eq!(lines[0]["failure"]["difference"]["seq"], 2);
        assert_eq!(lines[1], serde_json::json!({"passed": 0, "failed": 1}));
    }

    #[test]
    fn damage_and_newer_formats_exit_with_1_and_say_why() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        recording(folder.path(), &format!("{SIGNAL}garbage\n"));
        let path = folder.path().to_str().expect("a path");
        let (code, out, _) = replay(&[path]);
        assert!(code == 1 && out.contains("steps.jsonl:2:1: expected value"), "{out}");
        fs::write(folder.path().join(HEADER_FILE), "{\"format\":2,\"setup\":7}").expect("written");
        let (code, out, _) = replay(&[path]);
        assert!(code == 1 && out.contains("format 2, this build reads up to 1"), "{out}");
    }

    #[test]
    fn paths_without_recordings_exit_with_2() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().to_str().expect("a path");
        assert_eq!(replay(&[path]).0, 2);
        let gone = folder.path().join("gone");
        let (code, out, errors) = replay(&[gone.to_str().expect("a path")]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(errors.contains("is not a folder"), "{errors}");
    }
}
