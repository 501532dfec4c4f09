//! `viva simulate`: how well are turns taken, over thousands of simulated interviews?

use crate::interview::floor::FloorSettings;
use crate::sim::people::Person;
use crate::sim::{self, Measure};
use crate::whatif;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Hold simulated interviews with all manners of people and print how well turns were taken
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Each simulated candidate speaks for five minutes in a manner of their own (an um-er, a long thinker, somebody in a noisy room),
to the interview core and seeded services at their published medians, under a virtual clock. The table tells the figures
that turn-taking is judged by, each with its interval of 95 % confidence, over all and by manner. Nothing is random beyond
the seeds: the same command prints the same table.

Examples:
  viva simulate                                  1,200 interviews, a few seconds
  viva simulate --interviews 12000               the table of the README
  viva simulate --person long-thinker --set floor.trailing_word_ms=1500
                                                 a setting's effect on those it is for
  viva simulate --without trailing_word          what a rule is worth
  viva simulate --person um-er --seed 17 --log   one interview, step by step

Exit code: 0 done; 1 an invariant was broken (the seed is printed); 2 unusable arguments.")]
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
    /// Switch off a rule that ends turns; may be given several times
    #[arg(long, value_name = "RULE")]
    pub without: Vec<String>,
    /// Print the log of a single interview instead (needs --person)
    #[arg(long, requires = "person")]
    pub log: bool,
}

/// Runs the command, printing to stdout.
pub fn run(args: &SimulateArgs) -> ExitCode {
    ExitCode::from(run_to(args, &mut io::stdout().lock(), &mut io::stderr().lock()))
}

/// The figures of one manner.
struct Row {
    person: Person,
    measure: Measure,
    broken: Vec<(u64, String)>,
}

/// As [`run`], with the outputs of the caller's choice.
pub fn run_to(args: &SimulateArgs, out: &mut impl Write, errors: &mut impl Write) -> u8 {
    let (people, floor) = match plan(args) {
        Ok(plan) => plan,
        Err(message) => {
            let _ = writeln!(errors, "viva simulate: {message}");
            return 2;
        }
    };
    if args.log {
        let run = sim::run(&people[0].interview(args.seed, &floor));
        let _ = writeln!(out, "{}\n{}", run.log.unwrap_or_default(), run.measure.table());
        return u8::from(!run.violations.is_empty());
    }
    let begun = Instant::now();
    let rows = hold(&people, args.seed, args.interviews.div_ceil(people.len() as u64), &floor);
    let mut all = Measure::default();
    rows.iter().for_each(|row| all.add(&row.measure));
    let mut text = sim::measure::heading();
    text.push_str(&all.row("all"));
    rows.iter().for_each(|row| text.push_str(&row.measure.row(row.person.id())));
    // A reader that went away (`| head`) is no failure.
    let _ = out.write_all(text.as_bytes());
    let interviews = args.interviews.div_ceil(people.len() as u64) * people.len() as u64;
    let _ = writeln!(
        errors,
        "{interviews} interviews of five minutes, seeds {} on, in {:.1} s",
        args.seed,
        begun.elapsed().as_secs_f64()
    );
    let broken: Vec<_> =
        rows.iter().flat_map(|row| row.broken.iter().map(move |broken| (row.person, broken))).collect();
    for (person, (seed, what)) in broken.iter().take(10) {
        let _ = writeln!(errors, "broken: --person {} --seed {seed} --log: {what}", person.id());
    }
    u8::from(!broken.is_empty())
}

fn plan(args: &SimulateArgs) -> Result<(Vec<Person>, FloorSettings), String> {
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
    let candidates = whatif::candidates(&args.set, &[]).map_err(|error| error.to_string())?;
    let mut floor = FloorSettings::default();
    for candidate in &candidates {
        floor = candidate.over(&floor);
    }
    floor.rules_off.extend(args.without.iter().cloned());
    Ok((people, floor))
}

/// Holds so many interviews with each, on all cores.
fn hold(people: &[Person], first: u64, each: u64, floor: &FloorSettings) -> Vec<Row> {
    let empty = |person: &Person| Row { person: *person, measure: Measure::default(), broken: Vec::new() };
    let rows: Mutex<Vec<Row>> = Mutex::new(people.iter().map(empty).collect());
    let next = AtomicU64::new(0);
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= each * people.len() as u64 {
                return;
            }
            let (place, seed) = (number as usize % people.len(), first + number / people.len() as u64);
            let run = sim::run_quietly(&people[place].interview(seed, floor));
            let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(row) = rows.get_mut(place) {
                row.measure.add(&run.measure);
                row.broken.extend(run.violations.into_iter().map(|what| (seed, what)));
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    rows.into_inner().unwrap_or_else(PoisonError::into_inner)
}
