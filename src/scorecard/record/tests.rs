//! The record of kept recordings and of simulated interviews, held against what their worlds know to be true.

use super::*;
use crate::interview::Item;
use crate::interview::event::Role;
use crate::interview::fnv;
use crate::interview::run::Verdict;
use crate::sim::people::Person;
use crate::sim::scenario::*;
use crate::sim::{self, Run as Simulated};
use std::path::PathBuf;

fn kept(case: &str) -> Record {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests/cases").join(case);
    Record::open(&folder).expect("a record")
}

fn of(scenario: &Scenario) -> (Record, Simulated) {
    let run = sim::run_quietly(scenario);
    let steps = Steps::new(PathBuf::from("steps.jsonl"), &run.steps);
    (Record::read(scenario.setup(), steps).expect("a record"), run)
}

fn say(text: &str, after_ms: u64) -> Line {
    Line { when: When::Heard, after_ms: Ms(after_ms), act: Act::Say(text.into()), means: None }
}

fn texts(items: &[Item], role: Role) -> Vec<&str> {
    items.iter().filter(|item| item.role == role && !item.text.is_empty()).map(|item| item.text.as_str()).collect()
}

/// What must hold of any record.
fn check(record: &Record, name: &str) {
    let end = At(record.duration.0);
    for pair in record.speech.windows(2) {
        assert!(pair[0].span.to <= pair[1].span.from, "{name}: speech in order, without overlaps: {pair:?}");
    }
    for pair in record.playback.windows(2) {
        assert!(pair[0].span <= pair[1].span, "{name}: playback in order: {pair:?}");
    }
    for (place, utterance) in record.utterances.iter().enumerate() {
        let Utterance { span, text, .. } = utterance;
        assert!(span.from <= span.to && !text.is_empty() && text.trim() == text, "{name}: {utterance:?}");
        assert!(span.from <= end, "{name}: {utterance:?} begins after {end}");
        assert_eq!(record.utterances.iter().position(|other| other.id == utterance.id), Some(place), "{name}");
    }
    for turn in &record.turns {
        let parts = turn.utterances.iter().map(|place| record.utterances[*place].text.as_str());
        assert_eq!(turn.text, parts.collect::<Vec<_>>().join(" "), "{name}");
        assert!(turn.span.from <= turn.span.to, "{name}: {turn:?}");
        for place in &turn.utterances {
            let span = record.utterances[*place].span;
            assert!(turn.span.from <= span.from && span.to <= turn.span.to, "{name}: {span:?} of {turn:?}");
        }
    }
    for reply in &record.replies {
        let parts = reply.utterances.iter().map(|place| record.utterances[*place].text.as_str());
        assert_eq!(reply.text, parts.collect::<Vec<_>>().join(" "), "{name}");
    }
    for run in &record.runs {
        let code = record.code.as_ref().expect("code").at_step(run.seq);
        assert_eq!(fnv::hex(fnv::of(&code.text)), run.code_hash, "{name}: the code of run {}", run.run);
    }
}

#[test]
fn the_record_of_the_kept_demo_tells_what_happened() {
    let record = kept("a-demo-held-over-the-socket");
    check(&record, "demo");
    assert!(record.turns.len() >= 8 && record.turns.iter().all(|turn| turn.settled && !turn.text.is_empty()));
    assert!(record.turns.iter().all(|turn| record.speech_of(turn.item).count() > 0));
    let verdicts: Vec<_> = record.runs.iter().map(|run| run.tested().map(|report| report.verdict)).collect();
    assert_eq!(verdicts, [Some(Verdict::RuntimeError), Some(Verdict::Accepted)]);
    assert_eq!(record.hints.iter().map(|hint| (hint.tier, hint.by)).collect::<Vec<_>>(), [(1, HintBy::Button)]);
    let phases: Vec<Phase> = record.phases.iter().map(|phase| phase.phase).collect();
    assert!(phases.starts_with(&[Phase::Greet, Phase::Clarify]), "{phases:?}");
    let put = record.question_put.expect("the question was put");
    let opening = record.replies.iter().find(|reply| reply.line.as_deref() == Some("opening")).expect("its reply");
    assert_eq!(opening.span.map(|span| span.from), Some(put));
    assert!(record.playback.iter().all(|playback| playback.reported), "the client reports what it plays");
    assert!(record.overlaps.iter().any(|overlap| overlap.took_floor));
    assert!(record.overlaps.iter().any(|overlap| !overlap.took_floor));
    assert!(record.ended.is_some());
}

#[test]
fn a_recording_with_nothing_in_it_has_a_record() {
    let record = kept("signals-are-only-kept");
    check(&record, "signals");
    assert_eq!(record.signals.iter().map(|signal| signal.kind.as_str()).collect::<Vec<_>>(), ["focus_lost"]);
    assert_eq!((record.turns.len(), record.ended, record.code.is_none()), (0, None, true));
    let empty = Record::read(Scenario::default().setup(), Steps::new(PathBuf::new(), b"")).expect("a record");
    check(&empty, "empty");
    assert_eq!((empty.steps, empty.duration), (0, Ms(0)));
}

#[test]
fn words_of_both_are_those_of_the_conversation() {
    for seed in 0..120 {
        let (record, run) = of(&sim::random(seed));
        check(&record, &format!("seed {seed}"));
        let turns = record.turns.iter().filter(|turn| !turn.text.is_empty() && turn.committed.is_some());
        let mut said: Vec<&str> = turns.map(|turn| turn.text.as_str()).collect();
        let mut truth = texts(&run.items, Role::Candidate);
        said.sort_unstable();
        truth.sort_unstable();
        assert_eq!(said, truth, "seed {seed}");
        let told = record.replies.iter().filter(|reply| !reply.text.is_empty()).map(|reply| reply.text.as_str());
        assert_eq!(told.collect::<Vec<_>>(), texts(&run.items, Role::Interviewer), "seed {seed}");
    }
}

#[test]
fn everybody_has_a_record_and_it_is_the_same_each_time() {
    for person in Person::ALL {
        let scenario = person.interview(3, &Default::default());
        let (record, run) = of(&scenario);
        check(&record, person.id());
        assert_eq!(record, of(&scenario).0, "{}", person.id());
        assert!(!record.speech.is_empty() && !record.playback.is_empty(), "{}", person.id());
        assert_eq!(record.ended.map(|ended| Some(ended.reason)), run.facts.ended.map(|(_, reason)| Some(reason)));
    }
}

#[test]
fn pauses_shorter_than_the_hang_over_are_none() {
    let mut scenario = Scenario { stop_at_ms: Some(At(30_000)), ..Scenario::default() };
    scenario.manner.noise_permille = 0;
    scenario.line = vec![say("I would sort [150] the numbers [450] first", 1000)];
    scenario.line[0].when = When::At;
    let (record, _) = of(&scenario);
    let own: Vec<Span> = record.speech.iter().map(|segment| segment.span).collect();
    assert_eq!(own.len(), 2, "{own:?}");
    let gap = own[1].from - own[0].to;
    assert!(gap.0.abs_diff(450) <= 64, "{own:?}");
    assert!(own[0].from.0.abs_diff(1000) <= 64, "{own:?}");
    // Six words: 120 ms a word and 45 ms a letter, and the pauses.
    let spoken = Ms(6 * 120 + 45 * "Iwouldsortthenumbersfirst".len() as u64 + 600);
    assert!((own[1].to - own[0].from).0.abs_diff(spoken.0) <= 96, "{own:?} {spoken}");
    assert_eq!(record.turns[0].span, Span { from: own[0].from, to: own[1].to });
    assert_eq!(record.speech_of(record.turns[0].item).count(), 2);
}

#[test]
fn a_recording_cut_off_anywhere_has_a_record() {
    let scenario = sim::random(11);
    let run = sim::run_quietly(&scenario);
    let lines: Vec<usize> =
        run.steps.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    for end in lines.iter().step_by(lines.len() / 40 + 1) {
        let steps = Steps::new(PathBuf::new(), &run.steps[..*end]);
        check(&Record::read(scenario.setup(), steps).expect("a record"), &format!("up to byte {end}"));
    }
}
