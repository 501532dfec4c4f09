//! An hour of coding, simulated: talk, thousands of keystrokes and tens of runs. What benches measure long interviews with.

use viva::interview::editor::Editor;
use viva::interview::event::Event;
use viva::interview::run::{RunScope, Verdict};
use viva::language::Language;
use viva::sim::people::Person;
use viva::sim::scenario::{Act, Line, RunManner, Scenario, When};
use viva::units::*;
use yrs::updates::decoder::Decode;
use yrs::{ClientID, Doc, OffsetKind, Options, StateVector, Text, Transact, Update, WriteTxn};

/// More than there is time for.
const KEYSTROKES: u32 = 12_000;

/// Talk of several manners, with writing and runs in between. The code never comes right and writing it takes its
/// time: an interview whose tests pass is talked through, and then over.
pub fn hour() -> Scenario {
    let mut scenario = Person::Rambler.interview(1, &Default::default());
    scenario.setup.coding = true;
    scenario.setup.verbatim = true;
    // Its end is announced two minutes before it.
    scenario.setup.time_box_ms = Ms(62 * 60_000);
    scenario.setup.agenda.code_until = 900;
    scenario.setup.agenda.test_until = 1_000;
    let fails = RunManner { tests: vec![Verdict::WrongAnswer], ..RunManner::default() };
    scenario.run = vec![fails];
    let people = [Person::Rambler, Person::UmEr, Person::FastTalker, Person::LongThinker].into_iter().cycle();
    let talk = people.zip(2..16).flat_map(|(person, seed)| person.interview(seed, &Default::default()).line);
    let mut keys = keystrokes(&scenario).into_iter();
    let mut lines = Vec::new();
    for (number, line) in talk.enumerate() {
        lines.push(line);
        if number % 3 == 2 {
            lines.extend(keys.by_ref().take(90).map(|update| then(120, update)));
        }
        if number % 6 == 5 {
            lines.push(then(1_000, Act::Run(if number % 12 == 5 { RunScope::Visible } else { RunScope::All })));
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
