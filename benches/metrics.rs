//! What it costs to measure and score an interview: an hour of coding, simulated, with talk, sound, 6,000 keystrokes and 60 runs.
//!
//! `cargo bench --bench metrics`. Prints; asserts nothing about time.

use std::path::PathBuf;
use std::time::Instant;
use viva::app::grade::offers;
use viva::interview::editor::Editor;
use viva::interview::event::Event;
use viva::interview::run::{RunScope, Verdict};
use viva::language::Language;
use viva::questions::Bank;
use viva::recording::Steps;
use viva::scorecard::metrics::{METRICS, measure};
use viva::scorecard::record::Record;
use viva::scorecard::score;
use viva::scorecard::timeline::timeline;
use viva::sim::people::Person;
use viva::sim::scenario::{Act, Line, RunManner, Scenario, When};
use viva::units::*;
use yrs::updates::decoder::Decode;
use yrs::{ClientID, Doc, OffsetKind, Options, StateVector, Text, Transact, Update, WriteTxn};

const KEYSTROKES: u32 = 6_000;
const ROUNDS: usize = 21;

fn main() {
    let scenario = hour();
    let run = viva::sim::run_quietly(&scenario);
    println!("{} min, {} MB of steps", run.duration.0 / 60_000, run.steps.len() / 1_000_000);
    let read = || Record::read(scenario.setup(), Steps::new(PathBuf::new(), &run.steps)).expect("a record");
    let record = read();
    println!(
        "{} steps, {} turns, {} utterances, {} segments of speech, {} edits, {} runs",
        record.steps,
        record.turns.len(),
        record.utterances.len(),
        record.speech.len(),
        record.code.as_ref().map_or(0, |code| code.edits.len()),
        record.runs.len()
    );
    print("steps to record", || drop(read()));
    print("all metrics (target ≤ 50 ms)", || drop(measure(&record)));
    let offers = offers(&Bank::embedded().expect("our questions"));
    let score = |record: &Record| {
        let rubric = score::rubric_of(record).expect("a rubric");
        score::score(record, &measure(record), &rubric, None, &offers).to_json()
    };
    print("scorecard without a model, from the steps on (target ≤ 200 ms)", || drop(score(&read())));
    print("everything on one clock for the review", || {
        drop(serde_json::to_string(&timeline(&record, &[])).expect("JSON"));
    });
    let mut each: Vec<(u128, &str)> = METRICS
        .iter()
        .map(|metric| {
            let begun = Instant::now();
            let _measured = (metric.measure)(&record);
            (begun.elapsed().as_micros(), metric.id)
        })
        .collect();
    each.sort_unstable_by(|one, other| other.cmp(one));
    let dearest: Vec<String> = each.iter().take(5).map(|(micros, id)| format!("{id} {micros} µs")).collect();
    println!("the dearest: {}", dearest.join(", "));
}

fn print(what: &str, work: impl Fn()) {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{what}: p50 {:.1} ms, worst {:.1} ms", times[ROUNDS / 2], times[ROUNDS - 1]);
}

/// Talk of several manners, with writing and runs in between.
fn hour() -> Scenario {
    let mut scenario = Person::Rambler.interview(1, &Default::default());
    scenario.setup.coding = true;
    scenario.setup.verbatim = true;
    scenario.setup.time_box_ms = Ms(60 * 60_000);
    scenario.run = vec![RunManner { tests: vec![Verdict::WrongAnswer], ..RunManner::default() }, RunManner::default()];
    let people = [Person::Rambler, Person::UmEr, Person::FastTalker, Person::LongThinker].into_iter().cycle();
    let talk = people.zip(2..16).flat_map(|(person, seed)| person.interview(seed, &Default::default()).line);
    let mut keys = keystrokes(&scenario).into_iter();
    let mut lines = Vec::new();
    for (number, line) in talk.enumerate() {
        lines.push(line);
        if number % 4 == 3 {
            lines.extend(keys.by_ref().take(90).map(|update| then(120, update)));
        }
        if number % 16 == 15 {
            lines.push(then(1_000, Act::Run(if number % 32 == 15 { RunScope::Visible } else { RunScope::All })));
        }
    }
    scenario.line = lines;
    scenario
}

fn then(after_ms: u64, act: Act) -> Line {
    Line { when: When::Then, after_ms: Ms(after_ms), act, means: None }
}

/// What a client of the editor sends while a candidate types, corrects and moves about.
fn keystrokes(scenario: &Scenario) -> Vec<Act> {
    let setup = scenario.setup();
    let editor = Editor::new(setup.workspace.as_ref().expect("an editor"));
    let options = Options { offset_kind: OffsetKind::Utf16, ..Options::with_client_id(ClientID::new(77)) };
    let doc = Doc::with_options(options);
    let state = editor.diff(&yrs::updates::encoder::Encode::encode_v1(&StateVector::default())).expect("the state");
    doc.transact_mut().apply_update(Update::decode_v1(&state).expect("an update")).expect("applies");
    let key = |number: u32| {
        let mut transaction = doc.transact_mut();
        let text = transaction.get_or_insert_text(Language::Python3.id());
        let length = yrs::Text::len(&text, &transaction);
        let scattered = (number / 40).wrapping_mul(2_654_435_761) >> 8;
        match number % 9 {
            0 if length > 1_500 => text.remove_range(&mut transaction, scattered % (length - 12), 12),
            8 => text.insert(&mut transaction, scattered % (length + 1), "\n"),
            _ => text.insert(&mut transaction, (scattered % (length + 1) + number % 40).min(length), "x"),
        }
        let update = Bytes64(transaction.encode_update_v1());
        Act::Happens(Event::EditorChanged { peer: PeerId(1), update })
    };
    (0..KEYSTROKES).map(key).collect()
}
