//! Tests over `fixtures/wire/`: every event has a sample, samples come back as they were, and no mutation of a sample
//! makes a parser panic.

use super::client::{ClientBody, ClientEvent};
use super::error::{Close, ErrorCode};
use super::message::ClientMessage;
use super::server::ServerEvent;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folder(side: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wire").join(side)
}

/// (type by file name, text), in the order of names.
fn samples(side: &str) -> Vec<(String, String)> {
    let mut samples: Vec<_> = fs::read_dir(folder(side))
        .expect("folder of samples")
        .map(|entry| entry.expect("entry").path())
        .map(|path| {
            let name = path.file_name().expect("name").to_string_lossy();
            let kind = name.strip_suffix(".json").expect("samples end in .json").to_owned();
            (kind, fs::read_to_string(&path).expect("sample"))
        })
        .collect();
    samples.sort();
    samples
}

fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).expect("sample is a JSON object")
}

/// The words in quotes after `before`, for each line of `source` that has it.
fn quoted<'a>(source: &'a str, before: &str) -> BTreeSet<&'a str> {
    source.lines().filter_map(|line| line.trim().strip_prefix(before)?.split('"').next()).collect()
}

#[test]
fn every_server_event_has_a_sample() {
    let events = include_str!("server.rs").split("pub enum ServerEvent").nth(1).expect("the enum");
    let events = events.split("\nimpl ServerEvent").next().expect("its end");
    let declared = quoted(events, "#[serde(rename = \"");
    let sampled = samples("server");
    assert!(declared.len() > 30);
    assert_eq!(declared, sampled.iter().map(|(kind, _)| kind.as_str()).collect());
}

#[test]
fn every_client_event_has_a_sample() {
    let dispatch = include_str!("client.rs").split("fn parse_body").nth(1).expect("the dispatcher");
    let dispatch = dispatch.split("\n}\n").next().expect("its end");
    let mut declared = quoted(dispatch, "\"");
    declared.insert("input_audio_buffer.append");
    let sampled = samples("client");
    assert!(declared.len() >= 20);
    assert_eq!(declared, sampled.iter().map(|(kind, _)| kind.as_str()).collect());
}

#[test]
fn server_samples_come_back_as_they_were() {
    for (kind, text) in samples("server") {
        let written = object(&text);
        assert_eq!(written["type"], kind.as_str());
        let event: ServerEvent = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{kind}: {error}"));
        let event_id = written["event_id"].as_str().expect("event_id");
        assert_eq!(object(&event.encode(event_id)), written, "{kind}");
    }
}

#[test]
fn client_samples_are_understood_and_come_back_from_our_own_clients() {
    for (kind, text) in samples("client") {
        let written = object(&text);
        assert_eq!(written["type"], kind.as_str());
        let event = ClientEvent::parse(&text).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(event.event_id.as_deref(), written["event_id"].as_str());
        if let ClientBody::Unavailable(what) = event.body {
            assert_eq!(what.event_type(), kind);
            continue;
        }
        let message: ClientMessage = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(object(&message.encode(event.number())), written, "{kind}");
    }
}

#[test]
fn the_document_names_every_event_error_code_and_close_code() {
    let document =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/protocol.md")).expect("document");
    let mut wanted: Vec<String> = ErrorCode::ALL.iter().map(|code| format!("`{code}`")).collect();
    wanted.extend(Close::ALL.iter().map(|close| format!("| {} |", close.code())));
    wanted.extend(["client", "server"].iter().flat_map(|side| samples(side)).map(|(kind, _)| format!("`{kind}`")));
    let missing: Vec<_> = wanted.iter().filter(|name| !document.contains(*name)).collect();
    assert!(missing.is_empty(), "docs/protocol.md does not name {missing:?}");
}

/// Replaces the `index`th value of the tree (counted from the root, depth first) by `other`.
fn replace(tree: &mut Value, index: &mut usize, other: &Value) {
    if *index == 0 {
        *tree = other.clone();
        *index = usize::MAX;
        return;
    }
    *index = index.saturating_sub(1);
    let children: Vec<&mut Value> = match tree {
        Value::Object(map) => map.values_mut().collect(),
        Value::Array(values) => values.iter_mut().collect(),
        _ => Vec::new(),
    };
    for child in children {
        if *index == usize::MAX {
            return;
        }
        replace(child, index, other);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(Value::from("x".repeat(70_000))),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,9}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn fixed(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(20_260), failure_persistence: None, ..ProptestConfig::default() }
}

/// What every frame must lead to: an event, or an error that can be sent.
fn survives(frame: &str) {
    if let Err(error) = ClientEvent::parse(frame) {
        assert!(!error.message.is_empty());
        assert!(error.message.len() < 1_000, "an error repeats what it was sent: {} bytes", error.message.len());
        let event = error.into_event().encode("event_1");
        assert!(serde_json::from_str::<ServerEvent>(&event).is_ok(), "{event}");
    }
}

proptest! {
    #![proptest_config(fixed(400))]

    #[test]
    fn no_text_makes_the_parser_panic(frame in "\\PC{0,80}") {
        survives(&frame);
    }

    #[test]
    fn no_bytes_put_into_a_sample_make_the_parser_panic(
        sample in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..6),
    ) {
        let samples = samples("client");
        let mut bytes = sample.get(&samples).1.clone().into_bytes();
        for (place, byte, how) in changes {
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => { bytes.truncate(place.max(1)); }
            }
        }
        survives(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_value_put_into_a_sample_makes_the_parser_panic(
        sample in any::<prop::sample::Index>(),
        place in 0..24usize,
        value in any_json(),
    ) {
        let samples = samples("client");
        let mut tree: Value = serde_json::from_str(&sample.get(&samples).1).expect("sample");
        replace(&mut tree, &mut place.clone(), &value);
        survives(&tree.to_string());
    }
}
