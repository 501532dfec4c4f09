use super::*;
use crate::scorecard::record::{Segment, Turn, Utterance};
use serde_json::Value;
use std::path::Path;

fn demo() -> Record {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay-tests/cases");
    Record::open(&cases.join("a-demo-held-over-the-socket")).expect("a record")
}

const TRACKS: [TrackFacts; 2] = [
    TrackFacts { voice: Speaker::Candidate, samples: 24_000 * 60 },
    TrackFacts { voice: Speaker::Interviewer, samples: 24_000 * 61 },
];

fn json(record: &Record) -> Value {
    serde_json::to_value(timeline(record, &TRACKS)).expect("JSON")
}

#[test]
fn a_player_finds_everything_on_one_clock() {
    let json = json(&demo());
    let duration = json["duration_ms"].as_u64().expect("a duration");
    for list in ["speech", "playback", "utterances", "turns", "overlaps", "phases"] {
        let items = json[list].as_array().expect(list);
        assert!(!items.is_empty(), "{list}");
        for item in items {
            let (from, to) = (item["from_ms"].as_u64(), item["to_ms"].as_u64());
            assert!(from.is_some() && from <= to && to <= Some(duration), "{list}: {item}");
        }
    }
    assert!(json["runs"][0]["report"]["verdict"].is_string());
    assert!(json["hints"][0]["text"].as_str().is_some_and(|text| text.len() > 10));
    assert!(json["floor"][0]["because"].is_string());
    assert_eq!(json["tracks"][1]["length_ms"], 61_000);
    assert_eq!(json["left_out"], 0);
    // Nothing a candidate may not know is in it.
    let text = json.to_string();
    assert!(!text.contains("\"course\"") && !text.contains("\"hidden_tests\""));
}

#[test]
fn each_decision_says_in_words_what_it_went_by_and_how_long_it_waited() {
    let json = json(&demo());
    let turns = json["turns"].as_array().expect("turns");
    let decided: Vec<&Value> = turns.iter().filter(|turn| turn["decision"].is_object()).collect();
    assert!(decided.len() > 3);
    for turn in decided {
        let decision = &turn["decision"];
        let because = decision["because"].as_str().expect("words");
        assert!(because.contains(' ') && Some(because) != decision["rule"].as_str(), "{decision}");
        assert!(decision["waited_ms"].as_u64().is_none_or(|waited| waited < 20_000), "{decision}");
        let stages = turn["ledger"].as_array().expect("stages");
        assert!(stages.is_sorted_by_key(|stage| stage["at_ms"].as_u64()));
    }
}

#[test]
fn words_lie_in_order_within_what_was_said() {
    let timeline = timeline(&demo(), &TRACKS);
    assert!(timeline.utterances.iter().any(|said| said.words.len() > 5));
    for said in &timeline.utterances {
        let within = |(from, to, at): &(u32, u32, u64)| from < to && said.from_ms <= *at && *at <= said.to_ms;
        assert!(said.words.iter().all(within), "{said:?}");
        assert!(said.words.is_sorted_by_key(|(from, _, at)| (*at, *from)), "{said:?}");
    }
}

#[test]
fn the_code_can_be_played_from_the_edits() {
    let record = demo();
    let json = json(&record);
    let mut text: Vec<char> = json["code"]["starters"]["python3"].as_str().expect("a starter").chars().collect();
    let part = |edit: &Value, name: &str| edit[name].as_str().unwrap_or_default().to_owned();
    for edit in json["code"]["edits"].as_array().expect("edits") {
        let place = edit["place"].as_u64().expect("a place") as usize;
        text.splice(place..place + part(edit, "deleted").chars().count(), part(edit, "inserted").chars());
    }
    let end = record.code.as_ref().expect("code").at_the_end().text;
    assert_eq!(text.into_iter().collect::<String>(), end);
}

/// Two hours in which somebody talks quickly, without a break.
fn two_hours() -> Record {
    let mut record = demo();
    let (turn, utterance) = (record.turns.first().cloned().expect("a turn"), record.utterances.first().cloned());
    let said = "So the next thing I would do is sort the intervals and walk over them with a heap ".repeat(2);
    let spans = (0..1_800_u64).map(|number| Span { from: At(number * 4_000), to: At(number * 4_000 + 3_900) });
    for (id, span) in (0_u32..).zip(spans) {
        let text = said.clone();
        record.utterances.extend(utterance.clone().map(|known| Utterance { id, span, text, ..known }));
        record.turns.push(Turn { span, ..turn.clone() });
        record.speech.push(Segment { span, samples: (SampleIdx(0), SampleIdx(1)), turn: None });
    }
    record.duration = Ms(7_200_000);
    record
}

#[test]
fn two_hours_are_one_answer_of_bounded_size() {
    let bytes = serde_json::to_string(&timeline(&two_hours(), &TRACKS)).expect("JSON").len();
    assert!((1_000_000..4_000_000).contains(&bytes), "{bytes}");
}
