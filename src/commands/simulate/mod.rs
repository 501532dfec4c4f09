//! `viva simulate`: how well are turns taken, over thousands of simulated interviews?

mod record;
mod tables;

use crate::interview::floor::FloorSettings;
use crate::interview::floor::rules;
use crate::sim::people::Person;
use crate::sim::study::{Held, Services, Study, sum};
use crate::sim::worth::Worth;
use crate::sim::{self, Scenario, guards};
use crate::units::Ms;
use crate::whatif;
use nix::sys::resource::{UsageWho, getrusage};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Hold simulated interviews with all manners of people and print how well turns were taken
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Each simulated candidate speaks for five minutes in a manner of their own (an um-er, a long thinker, somebody in a noisy room),
to the interview core and seeded services at their published medians, under a virtual clock. The table tells the figures
that turn-taking is judged by, each with its interval of 95 % confidence, over all and by manner. Nothing is random beyond
the seeds: the same command prints the same table.

Examples:
  viva simulate                                  1,200 interviews, a few seconds
  viva simulate --targets --interviews 12000     the figures held against their targets (make floor)
  viva simulate --ablate --scenarios replay-tests/scenarios
                                                 what each rule is worth: each switched off in turn
  viva simulate --person long-thinker --set floor.trailing_word_ms=1500
                                                 a setting's effect on those it is for
  viva simulate --without trailing_word          what a rule is worth
  viva simulate --model 1500 --set floor.opener_after_ms=0
                                                 a slow model without openers; the last table tells what answers cost
  viva simulate --person echo --failing 5        what went wrong: five turns for each figure, with their seeds
  viva simulate --person um-er --seed 17 --log   one interview, step by step
  viva simulate --services rough                 with slow services and every fault: what is broken then?
  viva simulate --record /tmp/people && viva whatif /tmp/people --sweep floor.plain_silence_ms=600..1400:100
                                                 the same interviews as recordings

Exit code: 0 done; 1 an invariant was broken (the seed is printed), with --targets a target is not reached, or with --ablate and
--scenarios a rule is worth nothing; 2 unusable
arguments.")]
pub struct SimulateArgs {
    /// How many interviews, spread evenly over the manners (1 to 1,000,000)
    #[arg(long, default_value_t = 1_200, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub interviews: u64,
    /// Only this manner of person
    #[arg(long, value_name = "MANNER")]
    pub person: Option<String>,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Set a setting of turn-taking: floor.<name>=<ms>; may be given several times
    #[arg(long, value_name = "SETTING=MS")]
    pub set: Vec<String>,
    /// Switch off a rule or mechanism (an unknown name lists them); may be given several times
    #[arg(long, value_name = "RULE")]
    pub without: Vec<String>,
    /// How the services do: at their published medians, or slow and with every fault
    #[arg(long, value_enum, default_value_t = ServicesChoice::Published)]
    pub services: ServicesChoice,
    /// An end-of-turn model listens, right in nine of ten pauses
    #[arg(long)]
    pub listens: bool,
    /// Write each interview as a recording into a folder of its own below this one, and print nothing else
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["log", "json", "targets", "ablate"])]
    pub record: Option<PathBuf>,
    /// Hold the figures against their targets, over all and by manner; exit with 1 if one is missed
    #[arg(long)]
    pub targets: bool,
    /// Also switch off each rule in turn and print what changes
    #[arg(long)]
    pub ablate: bool,
    /// With --ablate: scenarios as in replay-tests/scenarios, to name those that fail without a rule
    #[arg(long, value_name = "FOLDER")]
    pub scenarios: Option<PathBuf>,
    /// Interviews for each rule that is switched off
    #[arg(long, value_name = "INTERVIEWS", default_value_t = 1_200, value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    pub ablate_interviews: u64,
    /// The model's first word takes at least so long, ms
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(0..=60_000))]
    pub model: Option<u64>,
    /// Print JSON: one object
    #[arg(long, conflicts_with = "log")]
    pub json: bool,
    /// Threads (default: one a core)
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Also print so many of the turns that count against each figure, of each manner
    #[arg(long, value_name = "TURNS", conflicts_with = "json", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=100_000))]
    pub failing: u64,
    /// Print the log of a single interview instead (needs --person)
    #[arg(long, requires = "person")]
    pub log: bool,
}

/// How services do, on the command line.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServicesChoice {
    /// At their published medians and spreads
    Published,
    /// Slow, with every fault there is
    Rough,
}

/// Runs the command, printing to stdout.
pub fn run(args: &SimulateArgs) -> ExitCode {
    ExitCode::from(run_to(args, &mut io::stdout().lock(), &mut io::stderr()))
}

/// As [`run`], with the outputs of the caller's choice.
pub fn run_to(args: &SimulateArgs, out: &mut impl Write, errors: &mut impl Write) -> u8 {
    let study = match plan(args) {
        Ok(study) => study,
        Err(message) => {
            let _ = writeln!(errors, "viva simulate: {message}");
            return 2;
        }
    };
    if args.log {
        let run = sim::run(&study.interview(study.people[0], args.seed));
        let _ = writeln!(out, "{}\n{}", run.log.unwrap_or_default(), run.measure.table());
        return u8::from(!run.violations.is_empty());
    }
    let threads = args.threads.map_or_else(cores, usize::from);
    if let Some(folder) = &args.record {
        return record_into(folder, &study, threads, errors);
    }
    let scenarios = match args.scenarios.as_deref().map(guards::scenarios).unwrap_or(Ok(Vec::new())) {
        Ok(scenarios) => scenarios,
        Err(error) => {
            let _ = writeln!(errors, "viva simulate: the scenarios cannot be read: {error}");
            return 2;
        }
    };
    let held = hold(&study, threads, "interviews", errors);
    let (all, rows) = sum(&held);
    let worths = if args.ablate { ablate(args, &study, &scenarios, threads, errors) } else { Vec::new() };
    let worths_something = worths.iter().all(Worth::is_worth_something);
    let text = if args.json {
        format!("{:#}\n", tables::json(study.interviews(), study.first, &all, &rows, &worths))
    } else {
        let targets = if args.targets { tables::targets(&all, &rows) + "\n" } else { String::new() };
        let worths = if args.ablate { "\n".to_owned() + &tables::worths(&worths) } else { String::new() };
        targets
            + &tables::manners(&all, &rows)
            + "\n"
            + &tables::times(&all)
            + "\n"
            + &tables::costs(&all, &rows)
            + &worths
            + &tables::failing(&held, args.failing as usize)
    };
    // A reader that went away (`| head`) is no failure.
    let _ = out.write_all(text.as_bytes());
    let broken: Vec<_> = held.iter().flat_map(|held| held.broken.iter().map(move |what| (held, what))).collect();
    for (held, what) in broken.iter().take(BROKEN_TOLD_MAX) {
        let _ = writeln!(errors, "broken: --person {} --seed {} --log: {what}", held.person.id(), held.seed);
    }
    let idle = args.scenarios.is_some() && !worths_something;
    u8::from(!broken.is_empty() || idle || (args.targets && !tables::all_hold(&all, &rows)))
}

fn record_into(folder: &Path, study: &Study, threads: usize, errors: &mut impl Write) -> u8 {
    let told = match record::record(study, threads, folder) {
        Ok(count) => writeln!(errors, "{count} recordings in {}", folder.display()).map(|()| 0),
        Err(error) => writeln!(errors, "viva simulate: cannot write below {}: {error}", folder.display()).map(|()| 2),
    };
    told.unwrap_or(0)
}

/// More broken invariants than this are not told.
const BROKEN_TOLD_MAX: usize = 10;

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn plan(args: &SimulateArgs) -> Result<Study, String> {
    let people = match &args.person {
        None => Person::ALL.to_vec(),
        Some(name) => {
            let known = || Person::ALL.map(Person::id).join(", ");
            vec![
                Person::from_id(name)
                    .ok_or_else(|| format!("there is no manner \"{name}\"; these there are: {}", known()))?,
            ]
        }
    };
    if let Some(name) = args.without.iter().find(|name| rules::switches().all(|known| known != *name)) {
        let known: Vec<&str> = rules::switches().collect();
        return Err(format!("there is no rule \"{name}\" to switch off; these there are: {}", known.join(", ")));
    }
    let mut floor = FloorSettings::default();
    for text in &args.set {
        floor = whatif::changed(&floor, text).map_err(|error| error.to_string())?;
    }
    floor.rules_off.extend(args.without.iter().cloned());
    let each = args.interviews.div_ceil(people.len() as u64);
    let services = match args.services {
        ServicesChoice::Published => Services::Published,
        ServicesChoice::Rough => Services::Rough,
    };
    Ok(Study { people, first: args.seed, each, floor, services, listens: args.listens, model_ms: args.model.map(Ms) })
}

/// Holds a study, telling how far it is and, at its end, how fast it went.
fn hold(study: &Study, threads: usize, what: &str, errors: &mut impl Write) -> Vec<Held> {
    let (begun, cpu) = (Instant::now(), cpu_time());
    let (total, shows) = (study.interviews(), io::stderr().is_terminal());
    let every = (total / 100).max(1);
    let progress = |done: u64| {
        if shows && done.is_multiple_of(every) {
            eprint!("\r{what}: {done} of {total} ");
        }
    };
    let held = study.hold(threads, &progress);
    if shows {
        eprint!("\r\x1b[K");
    }
    let cpu = cpu_time().saturating_sub(cpu).as_secs_f64();
    let simulated = held.iter().map(|held| held.duration.0).sum::<u64>() as f64 / 1000.0;
    let _ = writeln!(
        errors,
        "{what}: {total} of five minutes, seeds {} to {}, in {:.1} s on {threads} threads: {:.0} x real time a core",
        study.first,
        study.first + study.each - 1,
        begun.elapsed().as_secs_f64(),
        simulated / cpu.max(0.001),
    );
    held
}

/// Each rule switched off in turn, over the same interviews. A rule whose worth does not show there is tried once more with an
/// end-of-turn model that listens, or without the one that did.
fn ablate(
    args: &SimulateArgs,
    study: &Study,
    scenarios: &[(String, Scenario)],
    threads: usize,
    errors: &mut impl Write,
) -> Vec<Worth> {
    let each = args.ablate_interviews.div_ceil(study.people.len() as u64).max(2);
    let study = Study { each, ..study.clone() };
    let other = Study { listens: !study.listens, ..study.clone() };
    let judged = rules::switches().filter(|rule| study.floor.is_on(rule) && *rule != CLIENTS_WISH);
    let (of_model, of_all): (Vec<&str>, Vec<&str>) =
        judged.partition(|rule| !study.listens && rule.starts_with(GOES_BY_MODEL));
    let mut worths = compare(&study, &of_all, threads, errors);
    let (shown, rest): (Vec<Worth>, Vec<Worth>) = worths.into_iter().partition(Worth::shows_in_figures);
    let again: Vec<&str> = of_model.into_iter().chain(rest.iter().map(|worth| worth.rule)).collect();
    let tried = compare(&other, &again, threads, errors);
    let (found, idle): (Vec<Worth>, Vec<Worth>) = tried.into_iter().partition(Worth::shows_in_figures);
    let idle =
        idle.into_iter().map(|worth| rest.iter().find(|first| first.rule == worth.rule).cloned().unwrap_or(worth));
    worths = shown.into_iter().chain(idle.collect::<Vec<_>>()).collect();
    worths.sort_by_key(|worth| worth.listens != study.listens);
    worths.extend(found);
    for worth in &mut worths {
        worth.scenarios = guards::failing_without(worth.rule, scenarios);
    }
    worths
}

/// The silence that a client names is kept because the protocol says so, not because it is worth something.
const CLIENTS_WISH: &str = "client_silence";
/// Rules that go by an end-of-turn model begin so.
const GOES_BY_MODEL: &str = "sounds_";

fn compare(study: &Study, judged: &[&'static str], threads: usize, errors: &mut impl Write) -> Vec<Worth> {
    if judged.is_empty() {
        return Vec::new();
    }
    let with = hold(study, threads, "with every rule", errors);
    let judge = |rule: &&'static str| {
        let mut without = study.clone();
        without.floor.rules_off.push((*rule).to_owned());
        let held = hold(&without, threads, &format!("without {rule}"), errors);
        Worth::of(rule, study.listens, &with, &held)
    };
    judged.iter().map(judge).collect()
}

/// What this process has used of its cores.
fn cpu_time() -> Duration {
    let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) else { return Duration::ZERO };
    let of =
        |time: nix::sys::time::TimeVal| Duration::from_micros(time.tv_sec() as u64 * 1_000_000 + time.tv_usec() as u64);
    of(usage.user_time()) + of(usage.system_time())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        simulate: SimulateArgs,
    }

    fn asked(args: &[&str]) -> (u8, String, String) {
        let args = Arguments::try_parse_from([&["simulate"], args].concat()).expect("arguments").simulate;
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let code = run_to(&args, &mut out, &mut errors);
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (code, text(out), text(errors))
    }

    #[test]
    fn the_targets_are_printed_and_decide_the_exit_code() {
        let asks = ["--person", "one-word", "--interviews", "2", "--targets"];
        let (_, out, errors) = asked(&asks);
        assert!(out.contains("| turns cut off ") && out.contains("| one-word "), "{out}");
        assert!(errors.contains("x real time a core"), "{errors}");
        // Nobody is answered within 800 ms by who waits for two seconds.
        let (code, out, _) = asked(
            &[&asks[..], &["--set", "floor.complete_sentence_ms=2000", "--set", "floor.plain_silence_ms=2000"]]
                .concat(),
        );
        assert_eq!(code, 1, "{out}");
    }

    #[test]
    fn json_tells_the_figures_and_what_each_rule_is_worth() {
        let asks =
            ["--person", "asks-for-a-minute", "--interviews", "3", "--json", "--ablate", "--ablate-interviews", "8"];
        let (code, out, _) = asked(&asks);
        assert_eq!(code, 0, "{out}");
        let told: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert!(told["all"]["response_p50_ms"]["value"].as_u64().is_some(), "{out}");
        let rules: Vec<&str> =
            told["rules"].as_array().expect("rules").iter().filter_map(|rule| rule["rule"].as_str()).collect();
        let (mut judged, mut known) = (rules.clone(), rules::switches().collect::<Vec<_>>());
        // A client's own wish is no rule of ours to be judged.
        known.retain(|rule| *rule != "client_silence");
        judged.sort_unstable();
        known.sort_unstable();
        assert_eq!(judged, known);
        let asked = rules.iter().position(|rule| *rule == "asked_for_time").expect("the rule");
        assert_eq!(
            told["rules"][asked]["worth_something"], true,
            "who asks for a minute is cut off without the rule: {out}"
        );
    }

    #[test]
    fn what_is_recorded_replays_without_a_difference() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("people").to_string_lossy().into_owned();
        let (code, out, errors) =
            asked(&["--person", "talks-while-typing", "--interviews", "2", "--services", "rough", "--record", &path]);
        assert_eq!((code, out.as_str()), (0, ""), "{errors}");
        assert!(errors.starts_with("2 recordings in "), "{errors}");
        for seed in 0..2 {
            let folder = Path::new(&path).join(format!("talks-while-typing-{seed}"));
            let recording = crate::recording::Recording::open(&folder).expect("opens");
            let mut core = crate::interview::Interview::new(recording.header().setup.clone());
            let bytes = recording.read_steps().expect("steps");
            let mut played = crate::replay::Played::default();
            let result =
                crate::replay::run(&mut core, recording.steps(&bytes), crate::replay::Tail::Whole, &mut played);
            assert!(result.is_ok() && played.events > 10_000, "{result:?}");
        }
    }

    #[test]
    fn unusable_arguments_exit_with_2() {
        for args in [["--person", "nobody"], ["--without", "mood"], ["--set", "floor.mood=1"]] {
            let (code, out, errors) = asked(&args);
            assert_eq!((code, out.as_str()), (2, ""));
            assert!(errors.starts_with("viva simulate: "), "{errors}");
        }
    }
}
