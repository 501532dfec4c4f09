//! Simulated interviews as recordings, which `viva replay`, `explain` and `whatif` read like any other. They have no sound.

use crate::recording::format::{Consent, ConsentBy, HEADER_FILE, Header, STEPS_FILE};
use crate::sim::people::Person;
use crate::sim::study::Study;
use crate::sim::{self, Scenario};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Holds the study's interviews and writes each into a folder of its own below `folder`: `<manner>-<seed>`.
///
/// # Errors
/// When a folder or file cannot be written.
pub fn record(study: &Study, threads: usize, folder: &Path) -> io::Result<u64> {
    fs::create_dir_all(folder)?;
    let next = AtomicU64::new(0);
    let work = || -> io::Result<()> {
        while let Some((person, seed)) = study.number(next.fetch_add(1, Ordering::Relaxed)) {
            record_one(&study.interview(person, seed), person, folder)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| -> io::Result<()> {
        let working: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        for thread in working {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        Ok(())
    })?;
    Ok(study.interviews())
}

fn record_one(scenario: &Scenario, person: Person, folder: &Path) -> io::Result<()> {
    let own = folder.join(format!("{}-{}", person.id(), scenario.seed));
    fs::create_dir_all(&own)?;
    let consent = Consent { recording: true, by: ConsentBy::Operator, at_unix_ms: 0 };
    let header = Header { tracks: Vec::new(), ..Header::new(scenario.setup(), consent, 0) };
    fs::write(own.join(HEADER_FILE), header.encode())?;
    fs::write(own.join(STEPS_FILE), sim::run_quietly(scenario).steps)
}
