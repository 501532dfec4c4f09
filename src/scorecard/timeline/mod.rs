//! Everything of an interview on one clock, for a player: sound, words, code, runs, hints, decisions. A view of the record that
//! is written as JSON; nothing in it is judged.
//!
//! All times are ms from the interview's beginning. The interviewer's track lies on that clock; the candidate's is packed, and
//! its `places` say where each stretch of it lies. [`form`] has the types, [`code`] makes the edits few enough, [`words`] gives
//! each word its time.

mod code;
pub mod form;
mod words;

#[cfg(test)]
mod tests;

use super::record::{self, HintBy, Record, RunResult, Span, Speaker};
use crate::explain::meaning;
use crate::interview::command::{Ledger, TurnReport};
use crate::interview::run::{RunReport, TestReport};
use crate::recording::places::Place;
use crate::spelling::spelled;
use crate::units::*;
pub use form::*;

/// Counts up when a field comes to mean something else or goes.
pub const TIMELINE_VERSION: u32 = 2;

/// At most so many things of each kind; of more the first are kept and `left_out` counts the rest. Two hours of quick talk have
/// about 2,000 turns.
const LIST_MAX: usize = 10_000;

/// A track as its file is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrackFacts {
    /// Whose.
    pub voice: Speaker,
    /// Samples in it.
    pub samples: u64,
}

/// The timeline of a record whose sound is kept in these tracks.
pub fn timeline(record: &Record, tracks: &[TrackFacts]) -> Timeline {
    let mut left_out = 0;
    let mut few = Few { left_out: &mut left_out };
    let question = &record.setup.question;
    let spoken: Vec<Span> = record.speech.iter().map(|segment| segment.span).collect();
    let heard: Vec<Span> = record.playback.iter().map(|playback| playback.span).collect();
    Timeline {
        timeline_version: TIMELINE_VERSION,
        duration_ms: record.duration.0,
        ended: record.ended.map(|ended| spelled(&ended.reason)),
        question: QuestionSeen {
            id: question.id.clone(),
            title: question.title.clone(),
            statement: question.statement.clone(),
            put_ms: record.question_put.map(|at| at.0),
        },
        language: record.setup.language.clone(),
        tracks: tracks.iter().map(|track| track_seen(record, *track)).collect(),
        speech: few.of(&record.speech, |segment| Stretch {
            from_ms: segment.span.from.0,
            to_ms: segment.span.to.0,
            item: segment.turn.map(|item| item.0),
        }),
        playback: few.of(&record.playback, |heard| Stretch {
            from_ms: heard.span.from.0,
            to_ms: heard.span.to.0,
            item: Some(heard.item.0),
        }),
        utterances: few.of(&record.utterances, |utterance| match utterance.speaker {
            Speaker::Candidate => said(utterance, Voice::Candidate, &spoken),
            Speaker::Interviewer => said(utterance, Voice::Interviewer, &heard),
        }),
        turns: few.of(&record.turns, turn),
        floor: few.of(&record.floor, |change| FloorSeen {
            at_ms: change.at.0,
            state: spelled(&change.state),
            why: change.why.clone(),
            because: because(&change.why),
        }),
        overlaps: few.of(&record.overlaps, |overlap| OverlapSeen {
            from_ms: overlap.span.from.0,
            to_ms: overlap.span.to.0,
            took_floor: overlap.took_floor,
            why: overlap.why.clone(),
            because: because(&overlap.why),
        }),
        choices: few.of(&record.choices, |choice| ChoiceSeen {
            at_ms: choice.at.0,
            line: choice.line.clone(),
            why: choice.why.clone(),
            because: because(&choice.why),
        }),
        spoke_up: few.of(&record.spoke_up, |spoke| SpokeUpSeen {
            at_ms: spoke.at.0,
            trigger: spoke.trigger.name().to_owned(),
            because: because(spoke.trigger.name()),
        }),
        phases: few.of(&record.phases, |phase| PhaseSeen {
            from_ms: phase.span.from.0,
            to_ms: phase.span.to.0,
            phase: spelled(&phase.phase),
            part: phase.part.clone(),
        }),
        code: record.code.as_ref().map(code::seen),
        runs: few.of(&record.runs, run),
        hints: few.of(&record.hints, |hint| hint_seen(record, hint)),
        offers: few.of(&record.offers, |offer| offer.at.0),
        signals: few.of(&record.signals, |signal| SignalNoticed { at_ms: signal.at.0, kind: signal.kind.clone() }),
        pauses: few.of(&record.pauses, stretch),
        absences: few.of(&record.absences, stretch),
        left_out,
    }
}

/// Keeps lists short and counts what they lose.
struct Few<'a> {
    left_out: &'a mut usize,
}

impl Few<'_> {
    fn of<T, U>(&mut self, all: &[T], view: impl Fn(&T) -> U) -> Vec<U> {
        *self.left_out += all.len().saturating_sub(LIST_MAX);
        all.iter().take(LIST_MAX).map(view).collect()
    }
}

fn track_seen(record: &Record, track: TrackFacts) -> TrackSeen {
    let (voice, file) = match track.voice {
        Speaker::Candidate => (Voice::Candidate, "candidate.flac"),
        Speaker::Interviewer => (Voice::Interviewer, "interviewer.flac"),
    };
    let place = |place: &Place| PlaceSeen { track_ms: place.sample.ms().0, at_ms: place.at_ms.0 };
    let places: Vec<PlaceSeen> = match track.voice {
        Speaker::Candidate if !record.microphone.is_empty() => {
            record.microphone.iter().take(LIST_MAX).map(place).collect()
        }
        _ => vec![PlaceSeen { track_ms: 0, at_ms: 0 }],
    };
    TrackSeen { voice, file: file.to_owned(), length_ms: Ms::of_samples(track.samples, TRACK_RATE).0, places }
}

/// `heard` is when this voice was heard.
fn said(utterance: &record::Utterance, voice: Voice, heard: &[Span]) -> Said {
    Said {
        id: utterance.id,
        voice,
        from_ms: utterance.span.from.0,
        to_ms: utterance.span.to.0,
        item: utterance.item.map(|item| item.0),
        is_final: utterance.is_final,
        text: utterance.text.clone(),
        words: words::timed(utterance, heard),
    }
}

fn turn(turn: &record::Turn) -> TurnSeen {
    TurnSeen {
        turn: turn.turn.map(|turn| turn.0),
        item: turn.item.0,
        spoken: turn.spoken,
        from_ms: turn.span.from.0,
        to_ms: turn.span.to.0,
        committed_ms: turn.committed.map(|moment| moment.at.0),
        decision: turn.report.as_ref().map(decision),
        ledger: turn.report.as_ref().map(|report| stages(&report.ledger)).unwrap_or_default(),
    }
}

fn decision(report: &TurnReport) -> Decision {
    let Ledger { speech_end, committed, .. } = report.ledger;
    let stretched = report.stretched_by.as_deref();
    Decision {
        rule: report.rule.clone(),
        because: because(&report.rule),
        stretched_by: stretched.map(str::to_owned),
        stretched_because: stretched.map(because),
        waited_ms: speech_end.zip(committed).map(|(end, committed)| (committed - end).0),
        facts: report.facts.clone(),
    }
}

/// The stages that were reached, in the order in which they were.
fn stages(ledger: &Ledger) -> Vec<Stage> {
    let reached =
        ledger.stages().into_iter().filter_map(|(stage, at)| Some(Stage { stage: stage.to_owned(), at_ms: at?.0 }));
    let mut reached: Vec<Stage> = reached.collect();
    reached.sort_by_key(|stage| stage.at_ms);
    reached
}

fn run(run: &record::Run) -> RunSeen {
    let (report, failed) = match &run.result {
        Some(RunResult::Finished(report)) => (Some(report), None),
        Some(RunResult::Failed(failure)) => (None, Some(spelled(&failure))),
        None => (None, None),
    };
    RunSeen {
        id: run.run.0,
        seq: run.seq,
        at_ms: run.at.0,
        done_ms: run.done.map(|done| done.at.0),
        scope: spelled(&run.scope),
        language: run.language,
        failed,
        report: report.map(report_seen),
    }
}

fn report_seen(report: &RunReport) -> ReportSeen {
    let (passed, total) = report.visible();
    let compile = report.compile.as_ref();
    ReportSeen {
        verdict: spelled(&report.verdict),
        passed,
        total,
        hidden: report.hidden.map(|hidden| (hidden.passed, hidden.total)),
        compiler: compile.map(|compile| compile.output.clone()).filter(|output| !output.is_empty()),
        line: compile.and_then(|compile| compile.line),
        tests: report.tests.iter().map(test).collect(),
    }
}

fn test(test: &TestReport) -> TestSeen {
    TestSeen {
        id: test.id.clone(),
        verdict: spelled(&test.verdict),
        value: test.value.clone(),
        stdout: test.stdout.clone(),
        error: test.error.as_ref().map(|error| format!("{}: {}", error.kind, error.message)),
        line: test.error.as_ref().and_then(|error| error.line),
        cpu_ms: test.cpu.0,
    }
}

fn hint_seen(record: &Record, hint: &record::Hint) -> HintSeen {
    let known = record.setup.course.hints.iter().find(|known| known.tier == hint.tier);
    HintSeen {
        at_ms: hint.at.0,
        tier: hint.tier,
        by: match hint.by {
            HintBy::Words => "words",
            HintBy::Button => "button",
            HintBy::Offer => "offer",
        }
        .to_owned(),
        text: known.map_or_else(String::new, |known| known.text.clone()),
    }
}

fn stretch(span: &Span) -> Stretch {
    Stretch { from_ms: span.from.0, to_ms: span.to.0, item: None }
}

fn because(name: &str) -> String {
    meaning::of_reason(name).to_owned()
}
