//! Metrics of simulated interviews: what a scripted candidate did is what is measured; changes of the recording change what they
//! must and nothing else; nothing panics.

use super::*;
use crate::interview::agenda::course::Kind;
use crate::interview::event::Event;
use crate::interview::run::{RunScope, Verdict};
use crate::recording::reader::Steps;
use crate::scorecard::record::{Speaker, words};
use crate::sim::people::Person;
use crate::sim::scenario::*;
use crate::sim::{self};
use std::collections::BTreeSet;
use std::path::PathBuf;

fn record_of(scenario: &Scenario) -> Record {
    let run = sim::run_quietly(scenario);
    Record::read(scenario.setup(), Steps::new(PathBuf::new(), &run.steps)).expect("a record")
}

fn line(when: When, after_ms: u64, act: Act) -> Line {
    Line { when, after_ms: Ms(after_ms), act, means: None }
}

fn say(text: &str) -> Line {
    line(When::Heard, 700, Act::Say(text.into()))
}

/// A coding interview in which everything happens once.
fn scripted() -> Scenario {
    let mut scenario = Scenario { seed: 4, ..Scenario::default() };
    scenario.setup.coding = true;
    scenario.setup.speaks_first = true;
    scenario.setup.verbatim = true;
    scenario.setup.time_box_ms = Ms(240_000);
    scenario.setup.agenda.speaks_up = false;
    scenario.manner.noise_permille = 0;
    scenario.run = vec![
        RunManner { tests: vec![Verdict::WrongAnswer, Verdict::Accepted], ..RunManner::default() },
        RunManner { tests: vec![Verdict::WrongAnswer, Verdict::Accepted], ..RunManner::default() },
        RunManner::default(),
    ];
    let long = "um I would keep a hash map of the numbers that I have seen and [1200] uh look each partner up, you know, in O(n)";
    let attempt = "def pair_sum(numbers, sum):\n    seen = set()\n    return False\n";
    let right = "def pair_sum(numbers, sum):\n    seen = set()\n    return bool(seen)\n";
    scenario.line = vec![
        say("yes please"),
        say("can the same number stand there twice?"),
        say("and what about an empty list"),
        say(long),
        line(When::Then, 3_000, Act::Write(attempt.into())),
        line(When::Then, 500, Act::Say("now I write the loop that walks over the numbers".into())),
        line(When::Then, 2_000, Act::Run(RunScope::Visible)),
        line(When::Then, 4_000, Act::Run(RunScope::Visible)),
        line(When::Then, 3_000, Act::Happens(Event::HintRequested)),
        line(When::Then, 9_000, Act::Write(right.into())),
        line(When::Then, 2_000, Act::Run(RunScope::All)),
        line(When::Then, 1_000, Act::Happens(Event::SignalSeen { kind: "focus_lost".into() })),
        line(When::Then, 2_500, Act::Happens(Event::SignalSeen { kind: "focus_back".into() })),
        line(When::Then, 100, Act::Happens(Event::SignalSeen { kind: "paste".into() })),
    ];
    scenario
}

fn why(metrics: &Metrics, id: &str) -> Option<Why> {
    metrics.row(id).unwrap_or_else(|| panic!("no metric {id}")).not_measurable
}

#[track_caller]
fn value(metrics: &Metrics, id: &str) -> i64 {
    let row = metrics.row(id).unwrap_or_else(|| panic!("no metric {id}"));
    row.value.unwrap_or_else(|| panic!("{id}: {:?}", row.not_measurable))
}

#[test]
fn what_the_scripted_candidate_did_is_what_is_measured() {
    let record = record_of(&scripted());
    let metrics = measure(&record);
    let is = |id: &str, wanted: i64| assert_eq!(value(&metrics, id), wanted, "{id}");
    // Words and sounds.
    is("fillers", 2);
    is("filler_words", 1);
    let pauses: Vec<i64> = metrics.row("pauses").expect("pauses").places.iter().filter_map(|p| p.value).collect();
    assert!(pauses.iter().any(|length| length.abs_diff(1200) < 80), "{pauses:?}");
    // Runs.
    is("runs", 3);
    is("runs_without_edit", 1);
    is("failing_streak", 2);
    is("runs_wrong_answer", 2);
    is("runs_compile_error", 0);
    is("fixes", 1);
    is("visible_passed_at_the_end", 1000);
    is("hidden_passed_at_the_end", 1000);
    let first = record.runs.first().expect("a run");
    let last = record.runs.last().expect("a run");
    let put = record.question_put.expect("put");
    is("time_to_first_run", (first.done.expect("done").at - put).0 as i64);
    is("time_to_first_visible_pass", (first.done.expect("done").at - put).0 as i64);
    is("time_to_all_visible_pass", (last.done.expect("done").at - put).0 as i64);
    is("fix_time_median", (last.done.expect("done").at - first.done.expect("done").at).0 as i64);
    // Half of the tests from the first run on, all from the last on.
    let end = record.ended.expect("ended").at;
    let passed = (last.done.expect("done").at - first.done.expect("done").at).0 * 500
        + (end - last.done.expect("done").at).0 * 1000;
    is("test_pass_area", (passed / (end - put).0) as i64);
    // Hints, edges, costs.
    is("hints", 1);
    is("hints_asked_for", 1);
    is("hint_highest_tier", 1);
    is("runs_before_first_hint", 2);
    is("hints_that_helped", 1);
    is("edge_cases_named", 1);
    is("edge_case_share", 1000);
    is("edge_cases_before_first_run", 1);
    is("complexity_stated", 1);
    is("complexity_is_optimum", 1);
    is("clarifying_questions_before_code", 2);
    // Code.
    is("insert_bursts", 1);
    is("rewrites", 0);
    assert!(value(&metrics, "time_to_first_approach") < value(&metrics, "time_to_first_code"));
    assert!(value(&metrics, "think_aloud") > 0);
    // The page.
    is("focus_losses", 1);
    assert!(value(&metrics, "focus_lost").abs_diff(2_500) <= 32);
    is("pastes", 1);
    is("fullscreen_exits", 0);
    assert_eq!(why(&metrics, "self_score_gap"), Some(Why::NotInTheRecording));
    assert_eq!(why(&metrics, "phase_design"), Some(Why::NoSuchPhase));
}

#[test]
fn every_place_can_be_found_again_in_the_record() {
    for record in records() {
        for row in measure(&record).metrics {
            for place in &row.places {
                check_place(&record, &row.id, place);
            }
        }
    }
}

fn check_place(record: &Record, id: &str, place: &Place) {
    assert!(place.from <= place.to, "{id}: {place:?}");
    assert!(place.seq.is_none_or(|seq| 0 < seq && seq <= record.steps), "{id}: {place:?}");
    assert!(place.run.is_none_or(|run| record.run(run).is_some()), "{id}: {place:?}");
    if let Some(utterance) = place.utterance {
        let utterance = record.utterance(utterance).unwrap_or_else(|| panic!("{id}: {place:?}"));
        let (from, to) = place.chars.unwrap_or_else(|| panic!("{id}: {place:?}"));
        let quoted = words::part(&utterance.text, from..to);
        assert!(quoted.is_some_and(|quoted| !quoted.trim().is_empty()), "{id}: {place:?} of {utterance:?}");
    }
}

/// Interviews of all manners, and random ones with every fault.
fn records() -> Vec<Record> {
    let people = Person::ALL.into_iter().map(|person| person.interview(1, &Default::default()));
    let random = (500..540).map(sim::random);
    people.chain(random).chain([scripted()]).map(|scenario| record_of(&scenario)).collect()
}

#[test]
fn ids_are_unique_and_each_metric_says_what_it_is() {
    let ids: BTreeSet<&str> = METRICS.iter().map(|metric| metric.id).collect();
    assert_eq!(ids.len(), METRICS.len());
    let plain =
        |id: &str| id.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    assert!(METRICS.iter().all(|metric| plain(metric.id) && metric.about.len() > 8));
}

#[test]
fn the_page_about_metrics_defines_each_of_them() {
    let page = include_str!("../../../docs/metrics.md");
    let missing: Vec<&str> =
        METRICS.iter().map(|metric| metric.id).filter(|id| !page.contains(&format!("`{id}`"))).collect();
    assert!(missing.is_empty(), "docs/metrics.md does not define {missing:?}");
    assert!(page.contains(&format!("Version {METRICS_VERSION}")));
}

#[test]
fn no_interview_is_too_strange_and_the_same_gives_the_same_bytes() {
    for seed in 1_000..1_060 {
        let scenario = sim::random(seed);
        let of = |scenario: &Scenario| serde_json::to_vec(&measure(&record_of(scenario))).expect("JSON");
        let first = of(&scenario);
        assert_eq!(first, of(&scenario), "seed {seed}");
        assert!(!first.contains(&b'.') || !String::from_utf8_lossy(&first).contains("0."), "a float of seed {seed}");
    }
}

#[test]
fn a_recording_cut_off_anywhere_can_be_measured() {
    let scenario = scripted();
    let run = sim::run_quietly(&scenario);
    let ends: Vec<usize> = run.steps.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1).collect();
    for end in ends.iter().step_by(ends.len() / 60 + 1) {
        let steps = Steps::new(PathBuf::new(), &run.steps[..*end]);
        let metrics = measure(&Record::read(scenario.setup(), steps).expect("a record"));
        assert_eq!(metrics.metrics.len(), METRICS.len());
    }
}

#[test]
fn an_empty_recording_measures_nothing_and_claims_nothing() {
    let empty = Record::read(Scenario::default().setup(), Steps::new(PathBuf::new(), b"")).expect("a record");
    for row in measure(&empty).metrics {
        assert!(row.places.is_empty(), "{row:?}");
        assert!(row.value.is_none_or(|value| value == 0), "{row:?}");
        assert_eq!(row.value.is_none(), row.not_measurable.is_some(), "{row:?}");
    }
}

#[test]
fn an_interview_without_a_microphone_or_an_editor_says_so() {
    let mut scenario = Scenario { seed: 2, ..Scenario::default() };
    scenario.setup.speaks_first = true;
    scenario.setup.voice = crate::interview::setup::Voice::Silent;
    scenario.setup.words = crate::interview::setup::Words::Client;
    scenario.line = vec![
        line(When::Heard, 500, Act::Type("I would sort them first, that is n log n.".into())),
        line(When::Heard, 500, Act::Type("Should I say more?".into())),
    ];
    // No microphone at all.
    scenario.line.insert(0, line(When::At, 0, Act::Mute(Ms(10_000_000))));
    let record = record_of(&scenario);
    assert!(record.turns.iter().filter(|turn| !turn.spoken).count() >= 2 && record.speech.is_empty());
    let metrics = measure(&record);
    assert!(matches!(why(&metrics, "speech_rate"), Some(Why::NoMicrophone | Why::NoSpeech)));
    assert!(matches!(why(&metrics, "interruptions_attempted"), Some(Why::NoMicrophone | Why::NoPlayback)));
    assert_eq!(why(&metrics, "edit_churn"), Some(Why::NoEditor));
    assert_eq!(why(&metrics, "runs"), Some(Why::NoEditor));
    assert_eq!(value(&metrics, "complexity_stated"), 1);
    assert_eq!(value(&metrics, "candidate_questions"), 1);
}

#[test]
fn fillers_are_counted_only_where_the_recogniser_is_verbatim() {
    let scenario = Person::UmEr.interview(2, &Default::default());
    assert_eq!(why(&measure(&record_of(&scenario)), "fillers"), Some(Why::NotVerbatim));
    let mut verbatim = scenario.clone();
    verbatim.setup.verbatim = true;
    assert!(value(&measure(&record_of(&verbatim)), "fillers") > 5);
    let mut german = record_of(&verbatim);
    german.setup.language = "xx".into();
    assert_eq!(why(&measure(&german), "fillers"), Some(Why::NoWordList));
}

/// All times of a record, moved.
fn shifted(record: &Record, by: Ms) -> Record {
    let mut record = record.clone();
    let at = |at: &mut At| *at = *at + by;
    let span = |span: &mut Span| {
        span.from = span.from + by;
        span.to = span.to + by;
    };
    record.duration += by;
    record.ended.iter_mut().for_each(|ended| at(&mut ended.at));
    record.question_put.iter_mut().for_each(at);
    record.speech.iter_mut().for_each(|segment| span(&mut segment.span));
    record.playback.iter_mut().for_each(|playback| span(&mut playback.span));
    record.utterances.iter_mut().for_each(|utterance| span(&mut utterance.span));
    record.overlaps.iter_mut().for_each(|overlap| span(&mut overlap.span));
    record.phases.iter_mut().for_each(|phase| span(&mut phase.span));
    record.pauses.iter_mut().chain(&mut record.absences).for_each(span);
    record.floor.iter_mut().for_each(|change| at(&mut change.at));
    record.hints.iter_mut().for_each(|hint| at(&mut hint.at));
    record.offers.iter_mut().for_each(|offer| at(&mut offer.at));
    record.signals.iter_mut().for_each(|signal| at(&mut signal.at));
    for turn in &mut record.turns {
        span(&mut turn.span);
        turn.committed.iter_mut().for_each(|moment| at(&mut moment.at));
        if let Some(report) = &mut turn.report {
            let l = &mut report.ledger;
            let all = [
                &mut l.speech_end,
                &mut l.stt_final,
                &mut l.scored,
                &mut l.committed,
                &mut l.llm_first_token,
                &mut l.first_sentence,
                &mut l.tts_first_byte,
                &mut l.first_sent,
                &mut l.first_played,
            ];
            all.into_iter().flatten().for_each(at);
        }
    }
    for reply in &mut record.replies {
        reply.span.iter_mut().for_each(span);
        at(&mut reply.begun.at);
    }
    for run in &mut record.runs {
        at(&mut run.at);
        run.done.iter_mut().for_each(|moment| at(&mut moment.at));
    }
    if let Some(code) = &mut record.code {
        code.edits.iter_mut().for_each(|edit| at(&mut edit.at));
    }
    record
}

#[test]
fn an_interview_that_began_later_has_the_same_figures() {
    for record in records() {
        // A multiple of the ten seconds that thinking aloud is looked at in.
        let (before, after) = (measure(&record), measure(&shifted(&record, Ms(70_000))));
        for (before, after) in before.metrics.iter().zip(&after.metrics) {
            assert_eq!((before.value, before.not_measurable), (after.value, after.not_measurable), "{}", before.id);
            assert_eq!(before.places.len(), after.places.len(), "{}", before.id);
        }
    }
}

#[test]
fn without_words_what_lives_by_words_is_gone_and_what_lives_by_sound_stays() {
    let record = record_of(&scripted());
    let mut mute = record.clone();
    mute.utterances.retain(|utterance| utterance.speaker != Speaker::Candidate);
    for turn in &mut mute.turns {
        turn.text.clear();
        turn.utterances.clear();
    }
    for reply in &mut mute.replies {
        reply.utterances.clear();
    }
    let (with, without) = (measure(&record), measure(&mute));
    for id in
        ["words", "edge_cases_named", "complexity_stated", "candidate_questions", "clarifying_questions_before_code"]
    {
        assert!(value(&with, id) > 0, "{id}");
        assert_eq!(value(&without, id), 0, "{id}");
    }
    assert_eq!(why(&without, "speech_rate"), Some(Why::NoSpeech));
    for id in
        ["phonation", "overlap", "runs", "interruptions_attempted", "edit_churn", "interviewer_latency_sent_median"]
    {
        assert_eq!(value(&with, id), value(&without, id), "{id}");
    }
}

#[test]
fn fewer_words_are_never_a_faster_pace() {
    let record = record_of(&Person::Rambler.interview(5, &Default::default()));
    let mut half = record.clone();
    for turn in &mut half.turns {
        let words: Vec<&str> = turn.text.split_whitespace().collect();
        turn.text = words[..words.len().div_ceil(2)].join(" ");
    }
    for id in ["speech_rate", "articulation_rate"] {
        let (whole, less) = (value(&measure(&record), id), value(&measure(&half), id));
        assert!(less < whole && less * 10 > whole * 3, "{id}: {whole} {less}");
    }
    let metrics = measure(&record);
    assert!(value(&metrics, "speech_rate") <= value(&metrics, "articulation_rate"));
}

#[test]
fn who_interrupts_is_counted_and_who_only_listens_is_told_from_it() {
    let listener = measure(&record_of(&Person::Backchanneller.interview(3, &Default::default())));
    assert!(value(&listener, "interruptions_attempted") > value(&listener, "interruptions_successful"));
    let ratio = |person: Person| value(&measure(&record_of(&person.interview(3, &Default::default()))), "talk_ratio");
    assert!(ratio(Person::Rambler) > ratio(Person::OneWord));
    let longest =
        |person: Person| value(&measure(&record_of(&person.interview(3, &Default::default()))), "longest_monologue");
    assert!(longest(Person::Rambler) > longest(Person::OneWord));
}

#[test]
fn a_design_has_its_stretches_and_no_code() {
    let mut scenario = Scenario { seed: 3, ..Scenario::default() };
    scenario.setup.course = Some(Kind::SystemDesign);
    scenario.setup.speaks_first = true;
    scenario.setup.time_box_ms = Ms(120_000);
    scenario.line = (0..6).map(|_| say("we would keep the state of each bus in a table and update it")).collect();
    let metrics = measure(&record_of(&scenario));
    assert!(value(&metrics, "phase_design") > 0);
    let places = &metrics.row("phase_design").expect("a row").places;
    assert!(places.iter().any(|place| place.name.as_deref() == Some("requirements")), "{places:?}");
    assert_eq!(why(&metrics, "phase_code"), Some(Why::NoSuchPhase));
    assert_eq!(why(&metrics, "clarifying_questions_before_code"), Some(Why::NoSuchPhase));
}
