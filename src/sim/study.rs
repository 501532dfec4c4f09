//! Thousands of interviews on all cores. Each interview is one seed and one manner; what comes of it depends on nothing else,
//! so the number of threads changes no figure.

use super::manners;
use super::measure::Measure;
use super::people::Person;
use super::scenario::{EndOfTurnManner, Scenario};
use crate::interview::floor::FloorSettings;
use crate::units::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// Which interviews are held.
#[derive(Clone, Debug)]
pub struct Study {
    /// The manners.
    pub people: Vec<Person>,
    /// The first seed.
    pub first: u64,
    /// Interviews with each manner, one a seed.
    pub each: u64,
    /// The settings of turn-taking.
    pub floor: FloorSettings,
    /// The model's first word takes at least so long; none: as is usual.
    pub model_ms: Option<Ms>,
    /// How the services do.
    pub services: Services,
    /// An end-of-turn model listens, as right and as quick as small ones are (nine of ten scores).
    pub listens: bool,
}

/// Of a thousand pauses an end-of-turn model judges so many rightly (the kind of model that fits on a server: 85 to 95 %).
const MODEL_RIGHT_PERMILLE: u64 = 900;

/// How services do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Services {
    /// At their published medians and spreads, without faults.
    #[default]
    Published,
    /// Slow ones, with every fault there is: finals that are late, empty, in halves or never come, partials that shrink,
    /// recognisers that die, models that stall or fail, voices without sound.
    Rough,
}

/// One interview that was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// With whom.
    pub person: Person,
    /// Its seed.
    pub seed: u64,
    /// Its figures.
    pub measure: Measure,
    /// Invariants that were broken, one sentence each.
    pub broken: Vec<String>,
    /// How long it took in its own time.
    pub duration: Ms,
}

impl Study {
    /// How many interviews there are.
    pub fn interviews(&self) -> u64 {
        self.each * self.people.len() as u64
    }

    /// Holds them all, sorted by manner and seed. `progress` is told how many are done, from any thread.
    pub fn hold(&self, threads: usize, progress: &(dyn Fn(u64) + Sync)) -> Vec<Held> {
        let (next, done) = (AtomicU64::new(0), AtomicU64::new(0));
        let work = || {
            let mut held = Vec::new();
            loop {
                let Some(one) = self.hold_one(next.fetch_add(1, Ordering::Relaxed)) else { return held };
                held.push(one);
                progress(done.fetch_add(1, Ordering::Relaxed) + 1);
            }
        };
        let mut all: Vec<Held> = std::thread::scope(|scope| {
            let working: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
            // A panic in an interview is the caller's.
            let held = |work: std::thread::ScopedJoinHandle<'_, Vec<Held>>| match work.join() {
                Ok(held) => held,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            working.into_iter().flat_map(held).collect()
        });
        all.sort_by_key(|held| (held.person, held.seed));
        all
    }

    /// With whom the interview of this number is held, and its seed; none beyond the last.
    pub fn number(&self, number: u64) -> Option<(Person, u64)> {
        let count = self.people.len() as u64;
        let person = self.people.get(number.checked_rem(count)? as usize)?;
        (number < self.interviews()).then_some((*person, self.first + number / count))
    }

    /// One of the interviews.
    pub fn interview(&self, person: Person, seed: u64) -> Scenario {
        let mut scenario = person.interview(seed, &self.floor);
        if self.services == Services::Rough {
            manners::rough(&mut scenario);
        }
        if self.listens {
            let model = EndOfTurnManner { right_permille: MODEL_RIGHT_PERMILLE, ..EndOfTurnManner::default() };
            scenario.end_of_turn = Some(model);
        }
        if let Some(first_ms) = self.model_ms {
            scenario.llm.iter_mut().for_each(|call| call.first_ms = first_ms);
        }
        scenario
    }

    fn hold_one(&self, number: u64) -> Option<Held> {
        let (person, seed) = self.number(number)?;
        let run = super::run_for_figures(&self.interview(person, seed));
        Some(Held { person, seed, measure: run.measure, broken: run.violations, duration: run.duration })
    }
}

/// The figures of all, and of each manner in the order of [`Person::ALL`].
pub fn sum(held: &[Held]) -> (Measure, Vec<(Person, Measure)>) {
    let mut all = Measure::default();
    let mut rows: Vec<(Person, Measure)> = Vec::new();
    for one in held {
        all.add(&one.measure);
        match rows.iter_mut().find(|(person, _)| *person == one.person) {
            Some((_, measure)) => measure.add(&one.measure),
            None => rows.push((one.person, one.measure.clone())),
        }
    }
    (all, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let people = vec![Person::OneWord, Person::FastTalker];
        let study = Study {
            people,
            first: 3,
            each: 2,
            floor: FloorSettings::default(),
            services: Services::Rough,
            listens: true,
            model_ms: None,
        };
        let (one, three) = (study.hold(1, &|_| ()), study.hold(3, &|_| ()));
        assert_eq!(one, three);
        assert_eq!((one.len(), one[0].seed, one[3].seed), (4, 3, 4));
        let (all, rows) = sum(&one);
        assert_eq!(all.turns, rows.iter().map(|(_, measure)| measure.turns).sum::<usize>());
        assert!(all.turns > 20, "{all:?}");
    }
}
