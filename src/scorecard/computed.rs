//! Signals that need no judge: each a pure function of the record and its metrics, by the rubric's id. Their thresholds stand in
//! the rubric as words; a test holds both together.

use super::card::Finding;
use super::evidence::{self, Evidence};
use super::metrics::Metrics;
use super::record::{Record, Run};
use crate::interview::run::Verdict;
use crate::questions::rubric::Signal;
use crate::units::*;

/// Under so much speech of the candidate nothing is said about how long they speak at a time.
const SPEECH_MIN: Ms = Ms(20_000);
/// Runs shown as evidence at most.
const RUNS_MAX: usize = evidence::PLACES_MAX;

/// What is known of an interview.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// What happened.
    pub record: &'a Record,
    /// Its metrics.
    pub metrics: &'a Metrics,
}

/// A band and where it shows, or why there is none.
type Computed = Result<(u8, Vec<Evidence>), &'static str>;

/// How a signal is computed.
type Function = fn(Known) -> Computed;

/// The functions, by the signals' ids.
const SIGNALS: &[(&str, Function)] = &[
    ("thought-aloud", thought_aloud),
    ("concise", concise),
    ("hints-needed", hints_needed),
    ("tests-passed", tests_passed),
    ("errors-before-pass", errors_before_pass),
    ("ran-before-done", ran_before_done),
    ("found-own-bug", found_own_bug),
];

/// What a computed signal comes to.
pub fn find(signal: &Signal, known: Known) -> Finding {
    let function = SIGNALS.iter().find(|(id, _)| *id == signal.id).map(|(_, function)| function);
    let computed = function.map_or(Err("this version does not compute it"), |function| function(known));
    let assessed = computed.and_then(|(band, evidence)| {
        let says = signal.anchors.band(band).filter(|_| !evidence.is_empty()).ok_or("nothing shows it")?.to_owned();
        Ok(Finding::Assessed { band, says, evidence })
    });
    assessed.unwrap_or_else(|why| Finding::NotAssessed { why: why.into() })
}

/// A metric's value, and the metric as evidence.
fn measured(known: Known, id: &str) -> Option<(i64, Vec<Evidence>)> {
    let value = known.metrics.value(id)?;
    Some((value, vec![evidence::metric(known.metrics, id).ok()?]))
}

fn thought_aloud(known: Known) -> Computed {
    let (permille, evidence) =
        measured(known, "think_aloud").ok_or("too little was written to see whether it was spoken about")?;
    let band = match permille {
        ..100 => 1,
        100..250 => 2,
        250..500 => 3,
        _ => 4,
    };
    Ok((band, evidence))
}

fn concise(known: Known) -> Computed {
    let spoken = known.record.speech.iter().filter(|segment| segment.turn.is_some());
    let spoken: u64 = spoken.map(|segment| segment.span.length().0).sum();
    if spoken < SPEECH_MIN.0 {
        return Err("too little was said");
    }
    let (longest, evidence) = measured(known, "longest_monologue").ok_or("nothing was said aloud")?;
    let band = match longest {
        ..75_000 => 4,
        75_000..120_000 => 3,
        120_000..=180_000 => 2,
        _ => 1,
    };
    Ok((band, evidence))
}

fn hints_needed(known: Known) -> Computed {
    if tested(known.record).next().is_none() {
        return Err("nothing was tried, so nothing shows whether hints were needed");
    }
    let (_, evidence) = measured(known, "hints").ok_or("hints are not part of this interview")?;
    let tier = known.record.hints.iter().map(|hint| hint.tier).max().unwrap_or(0);
    Ok((4_u8.saturating_sub(tier).max(1), evidence))
}

/// Runs of tests that were run, in order.
fn tested(record: &Record) -> impl Iterator<Item = &Run> {
    record.runs.iter().filter(|run| run.tested().is_some())
}

fn shown(record: &Record, runs: &[&Run]) -> Vec<Evidence> {
    runs.iter().take(RUNS_MAX).filter_map(|run| evidence::run(record, run.run).ok()).collect()
}

fn tests_passed(known: Known) -> Computed {
    let hidden = |run: &&Run| run.tested().and_then(|report| report.hidden).filter(|hidden| hidden.total > 0);
    let last = tested(known.record).filter(|run| hidden(run).is_some()).last();
    let (run, count) = last.and_then(|run| Some((run, hidden(&run)?))).ok_or("the hidden tests were never run")?;
    let percent = u64::from(count.passed) * 100 / u64::from(count.total);
    let band = match percent {
        ..30 => 1,
        30..70 => 2,
        70..100 => 3,
        _ => 4,
    };
    Ok((band, shown(known.record, &[run])))
}

/// All visible tests passed.
fn passes(run: &Run) -> bool {
    run.tested().is_some_and(|report| {
        let (passed, all) = report.visible();
        all > 0 && passed == all
    })
}

fn breaks(run: &Run) -> bool {
    let broken = [Verdict::CompileError, Verdict::RuntimeError];
    run.tested().is_some_and(|report| {
        broken.contains(&report.verdict) || report.tests.iter().any(|test| broken.contains(&test.verdict))
    })
}

fn errors_before_pass(known: Known) -> Computed {
    let runs: Vec<&Run> = tested(known.record).collect();
    let before = runs.iter().position(|run| passes(run)).unwrap_or(runs.len());
    let broken: Vec<&Run> = runs[..before].iter().copied().filter(|run| breaks(run)).collect();
    let band = match broken.len() {
        0..=1 => 4,
        2..=3 => 3,
        4..=6 => 2,
        _ => 1,
    };
    // Without an error, the first run shows it.
    let places = if broken.is_empty() { runs.get(..1).unwrap_or_default() } else { &broken };
    if places.is_empty() { Err("the tests were never run") } else { Ok((band, shown(known.record, places))) }
}

fn ran_before_done(known: Known) -> Computed {
    let record = known.record;
    if record.code.as_ref().is_none_or(|code| code.edits.is_empty()) {
        return Err("no code was written");
    }
    let runs: Vec<&Run> = tested(record).collect();
    let Some(first) = runs.first() else {
        let (_, evidence) = measured(known, "runs").ok_or("code could not be run")?;
        return Ok((1, evidence));
    };
    let asked = record.choices.iter().any(|choice| choice.line == "run_it" && choice.seq < first.seq);
    let after_edits = runs.windows(2).filter(|pair| pair[0].code_hash != pair[1].code_hash).count();
    let band = match (asked, after_edits) {
        (true, _) => 2,
        (false, 0..=1) => 3,
        (false, _) => 4,
    };
    Ok((band, shown(record, &runs)))
}

fn found_own_bug(known: Known) -> Computed {
    let record = known.record;
    let runs: Vec<&Run> = tested(record).collect();
    // From the first failing run of each streak to the run that passes.
    let (mut since, mut alone, mut helped): (Option<&Run>, Vec<&Run>, Vec<&Run>) = (None, Vec::new(), Vec::new());
    for run in &runs {
        match (since, passes(run)) {
            (None, false) => since = Some(run),
            (Some(first), true) => {
                let hint = record.hints.iter().any(|hint| first.seq < hint.seq && hint.seq < run.seq);
                if hint { &mut helped } else { &mut alone }.push(run);
                since = None;
            }
            _ => {}
        }
    }
    let failed = runs.iter().find(|run| !passes(run)).ok_or("no run failed, so there was no bug to find")?;
    let (band, shows) = match (alone.len(), helped.len(), since) {
        (0, 0, _) => (1, vec![*failed]),
        (0, ..) => (2, helped),
        (2.., 0, None) => (4, alone),
        _ => (3, alone),
    };
    let mut evidence = shown(record, &[failed]);
    evidence.extend(shown(record, &shows).into_iter().filter(|place| !evidence.contains(place)).collect::<Vec<_>>());
    evidence.truncate(RUNS_MAX);
    Ok((band, evidence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions::format::Kind;
    use crate::questions::rubric::{Rubric, SignalKind};

    #[test]
    fn every_computed_signal_of_the_rubrics_has_its_function_and_no_other() {
        let mut wanted: Vec<String> = Vec::new();
        for kind in Kind::ALL {
            let rubric = Rubric::embedded(kind).unwrap();
            let computed = rubric.signals().filter(|(_, signal)| signal.kind == SignalKind::Deterministic);
            wanted.extend(computed.map(|(_, signal)| signal.id.clone()));
        }
        let mut known: Vec<String> = SIGNALS.iter().map(|(id, _)| (*id).to_owned()).collect();
        wanted.sort();
        known.sort();
        assert_eq!(known, wanted);
    }
}
