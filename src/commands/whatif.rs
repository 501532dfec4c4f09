//! `viva whatif`: recorded turns under other settings of the floor.

use super::replay::recordings;
use crate::explain::text::clock;
use crate::whatif::{self, Candidate, Decision, Score, Trace, decide};
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Re-judge recorded turns under other settings: how late would they have ended, whom would they have cut off?
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Each turn of the recordings is judged by the floor's rules under each of the settings, from the pauses and words that were
recorded. The table tells, for each setting, the silence before a turn ends (the part of the answer's latency that
turn-taking decides) and how many turns would have been ended though the candidate went on. No other of the settings
beats those marked with * in both. Turns for which the recordings cannot tell are counted as unscored, never guessed.

The row \"as recorded\" judges the turns under the settings that each recording was made with.

Examples:
  viva whatif data/recordings --sweep floor.plain_silence_ms=400..2000:100
                                      one setting after the other
  viva whatif data/recordings --set floor.complete_sentence_ms=450
                                      one change, with each turn that would have gone otherwise
  viva whatif data/recordings --sweep floor.plain_silence_ms=600..1400 \\
      --sweep floor.complete_sentence_ms=400..800 --svg front.svg
                                      all combinations, drawn

Exit code: 0 judged; 1 a recording cannot be read; 2 unusable arguments.")]
pub struct WhatifArgs {
    /// Recordings, or folders to search for recordings
    #[arg(required = true, value_name = "RECORDING|FOLDER")]
    pub paths: Vec<PathBuf>,
    /// Set a setting: floor.<name>=<ms>; may be given several times
    #[arg(long, value_name = "SETTING=MS")]
    pub set: Vec<String>,
    /// Sweep a setting: floor.<name>=<from>..<to>[:<step>]; several multiply
    #[arg(long, value_name = "SETTING=RANGE")]
    pub sweep: Vec<String>,
    /// List each turn that would have gone otherwise (done anyway when there is no sweep)
    #[arg(long)]
    pub changes: bool,
    /// Print JSON: one object
    #[arg(long)]
    pub json: bool,
    /// Also draw latency against cut-offs
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

/// Runs the command, printing to stdout.
pub fn run(args: &WhatifArgs) -> ExitCode {
    ExitCode::from(run_to(args, &mut io::stdout().lock(), &mut io::stderr().lock()))
}

/// The turns of one recording.
struct Turns {
    name: String,
    traces: Vec<Trace>,
}

/// A turn that would have gone otherwise.
#[derive(serde::Serialize)]
struct Change<'a> {
    recording: &'a str,
    turn: u32,
    at_ms: u64,
    settings: &'a str,
    words: &'a str,
    old: Decision,
    new: Decision,
}

/// As [`run`], with the outputs of the caller's choice.
pub fn run_to(args: &WhatifArgs, out: &mut impl Write, errors: &mut impl Write) -> u8 {
    let candidates = match whatif::candidates(&args.set, &args.sweep) {
        Ok(candidates) => candidates,
        Err(error) => return fail(errors, 2, &error),
    };
    let folders = match recordings(&args.paths) {
        Ok(mut folders) => {
            folders.sort();
            folders
        }
        Err(message) => return fail(errors, 2, &message),
    };
    let read = match read(&folders) {
        Ok(read) => read,
        Err(message) => return fail(errors, 1, &message),
    };
    let traces: Vec<&Trace> = read.iter().flat_map(|turns| &turns.traces).collect();
    let is_asked = args.set.len() + args.sweep.len() > 0;
    let tried = if is_asked { candidates.as_slice() } else { &[] };
    let mut scores = vec![whatif::score(&traces, &Candidate::recorded())];
    scores.extend(judge(&traces, tried));
    whatif::pareto(&mut scores);
    let lists = args.changes || args.sweep.is_empty();
    let changes: Vec<Change> = if lists { changes(&read, &traces, tried) } else { Vec::new() };
    let text = if args.json { json(&scores, &changes) } else { table(&read, &traces, &scores, &changes) };
    // A reader that went away (`| head`) is no failure.
    let _ = out.write_all(text.as_bytes());
    if let Some(path) = &args.svg
        && let Err(error) = std::fs::write(path, whatif::plot::svg(&scores))
    {
        return fail(errors, 2, &format!("cannot write {}: {error}", path.display()));
    }
    0
}

/// The settings' scores in their order, judged on all cores.
fn judge(traces: &[&Trace], tried: &[Candidate]) -> Vec<Score> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(candidate) = tried.get(place) else { return done };
            done.push((place, whatif::score(traces, candidate)));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(tried.len());
    let mut done: Vec<(usize, Score)> = std::thread::scope(|scope| {
        let working: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let joined = working.into_iter().map(|work| work.join());
        joined.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, score)| score).collect()
}

fn fail(errors: &mut impl Write, code: u8, message: &dyn std::fmt::Display) -> u8 {
    let _ = writeln!(errors, "viva whatif: {message}");
    code
}

/// Reads recordings on all cores; their order stays.
fn read(folders: &[PathBuf]) -> Result<Vec<Turns>, String> {
    let waiting: Mutex<VecDeque<(usize, &PathBuf)>> = Mutex::new(folders.iter().enumerate().collect());
    let done: Mutex<Vec<(usize, Result<Turns, String>)>> = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some((place, folder)) = next else { return };
            let turns = read_one(folder);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((place, turns));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(folders.len());
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, turns)| turns).collect()
}

fn read_one(folder: &Path) -> Result<Turns, String> {
    let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
    let traces = whatif::traces(folder).map_err(|error| error.to_string())?;
    Ok(Turns { name, traces })
}

fn changes<'a>(read: &'a [Turns], traces: &'a [&'a Trace], tried: &'a [Candidate]) -> Vec<Change<'a>> {
    let names: Vec<&str> = read.iter().flat_map(|turns| turns.traces.iter().map(|_| turns.name.as_str())).collect();
    let olds: Vec<Decision> = traces.iter().map(|trace| decide(trace, &trace.settings)).collect();
    let mut found = Vec::new();
    for candidate in tried {
        let judged = whatif::under(traces, candidate).zip(names.iter().zip(&olds));
        for ((trace, settings), (recording, old)) in judged {
            let (old, new) = (*old, decide(trace, &settings));
            if old != new {
                let (settings, words) = (candidate.name.as_str(), trace.words.as_str());
                found.push(Change { recording, turn: trace.turn.0, at_ms: trace.at.0, settings, words, old, new });
            }
        }
    }
    found
}

fn json(scores: &[Score], changes: &[Change]) -> String {
    format!("{}\n", serde_json::json!({ "settings": scores, "changes": changes }))
}

fn table(read: &[Turns], traces: &[&Trace], scores: &[Score], changes: &[Change]) -> String {
    let alike = traces.iter().filter(|trace| is_as_recorded(trace)).count();
    let mut text = format!(
        "{} recordings, {} spoken turns; judged anew as recorded, {alike} end as they did\n\n\
         {:>6} {:>6} {:>9} {:>9} {:>8}    settings\n",
        read.len(),
        traces.len(),
        "p50 ms",
        "p95 ms",
        "cut off",
        "of 1000",
        "unscored",
    );
    for score in scores {
        let name = if score.settings.is_empty() { "as recorded" } else { &score.settings };
        let _ = writeln!(
            text,
            "{:>6} {:>6} {:>9} {:>9} {:>8}  {} {name}",
            score.silence_p50_ms.0,
            score.silence_p95_ms.0,
            score.cut_offs,
            score.cut_off_permille(),
            score.unscored,
            if score.pareto { "*" } else { " " },
        );
    }
    for change in changes {
        let _ = writeln!(
            text,
            "\n{} turn {} at {}  \"{}\"\n  was: {}\n  now: {}",
            change.recording,
            change.turn,
            clock(crate::units::At(change.at_ms)),
            change.words,
            sentence(&change.old),
            sentence(&change.new)
        );
    }
    text
}

/// Whether our judgement of a turn under its own settings is what happened, to within two hops of the detector.
fn is_as_recorded(trace: &Trace) -> bool {
    const TWO_HOPS_MS: u64 = 40;
    match decide(trace, &trace.settings) {
        Decision::Ended { rule, silence } | Decision::CutOff { rule, silence, .. } => {
            rule == trace.recorded.0 && silence.0.abs_diff(trace.recorded.1.0) <= TWO_HOPS_MS
        }
        Decision::Unscored(_) => false,
    }
}

fn sentence(decision: &Decision) -> String {
    match decision {
        Decision::Ended { rule, silence } => format!("{rule} ends it after {silence} ms"),
        Decision::CutOff { rule, silence, pause } => {
            format!("{rule} cuts the candidate off after {silence} ms of pause {}", pause + 1)
        }
        Decision::Unscored(_) => "the recording does not tell".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(set: &[&str], sweep: &[&str], json: bool) -> (u8, String, String) {
        let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests/cases/a-demo-held-over-the-socket");
        let (set, sweep) = (texts(set), texts(sweep));
        let args = WhatifArgs { paths: vec![path], set, sweep, changes: false, json, svg: None };
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let code = run_to(&args, &mut out, &mut errors);
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (code, text(out), text(errors))
    }

    #[test]
    fn judged_under_its_own_settings_a_recording_ends_every_turn_as_it_did() {
        let (code, out, _) = asked(&[], &[], true);
        assert_eq!(code, 0);
        let told: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        let turns = told["settings"][0]["turns"].as_u64().expect("a number");
        let (_, out, _) = asked(&[], &[], false);
        assert!(turns >= 7, "{out}");
        assert!(
            out.starts_with(&format!("1 recordings, {turns} spoken turns; judged anew as recorded, {turns} end as")),
            "{out}"
        );
    }

    #[test]
    fn a_shorter_wait_is_quicker_and_cuts_off_who_pauses_in_a_sentence() {
        let (code, out, _) =
            asked(&[], &["floor.plain_silence_ms=300..1300:500", "floor.asked_for_time_ms=300..300:1"], true);
        assert_eq!(code, 0);
        let told: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        let rows = told["settings"].as_array().expect("rows");
        assert_eq!(rows.len(), 4);
        assert!(rows[1]["cut_offs"].as_u64() > rows[0]["cut_offs"].as_u64(), "{out}");
    }

    #[test]
    fn one_change_lists_the_turns_it_changes_with_old_and_new_decision() {
        let (code, out, _) = asked(&["floor.complete_sentence_ms=450"], &[], false);
        assert_eq!(code, 0);
        assert!(out.contains("  was: complete_sentence ends it after 600 ms\n  now: complete_sentence "), "{out}");
    }

    #[test]
    fn unusable_arguments_exit_with_2() {
        let (code, out, errors) = asked(&["floor.mood=1"], &[], false);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(errors.starts_with("viva whatif: floor.mood does not decide"), "{errors}");
    }
}
