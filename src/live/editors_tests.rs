//! Editor sockets at the driver: frames in, frames out, without a network between.

use super::driver_tests::{parts, say, until};
use super::outbox::{Frame, Next};
use super::*;
use crate::interview::setup::{Runs, Workspace};
use crate::language::Language;
use crate::wire::Close;
use crate::wire::sync::{Presence, SyncFrame};
use serde_json::json;
use std::collections::BTreeMap;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{
    Assoc, ClientID, Doc, GetString, IndexedSequence, OffsetKind, Options, ReadTxn, StateVector, Text, Transact,
    Update, WriteTxn,
};

const STARTER: &str = "def f(x):\n    pass\n";

fn with_editor() -> InterviewParts {
    let mut parts = parts(None);
    let runnable = Runs::Unavailable { why: "off".into() };
    parts.setup.workspace = Some(Workspace {
        languages: vec![Language::Python3, Language::Go],
        language: Language::Python3,
        starters: BTreeMap::from([(Language::Python3, STARTER.to_owned())]),
        visible_tests: Vec::new(),
        hidden_tests: 0,
        runs: runnable,
    });
    parts
}

/// A Yjs client at the driver's own queues.
struct Client {
    doc: Doc,
    inlet: EditorInlet,
    reader: PeerReader,
}

impl Client {
    /// A client that is attached and knows all.
    async fn join(handle: &Handle, id: u64) -> Client {
        let mut client = Client::attach(handle, id).await;
        client.sync().await;
        client
    }

    async fn attach(handle: &Handle, id: u64) -> Client {
        Client::attach_as(handle, id, false).await
    }

    async fn attach_as(handle: &Handle, id: u64, watches: bool) -> Client {
        let options = Options { offset_kind: OffsetKind::Utf16, ..Options::with_client_id(ClientID::new(id)) };
        let (inlet, reader) = handle.attach_editor(watches).await.expect("it runs");
        Client { doc: Doc::with_options(options), inlet, reader }
    }

    async fn say(&self, frame: SyncFrame<'_>) {
        self.inlet.said(frame.encode().into()).await.expect("it runs");
    }

    async fn ask(&self) {
        let state = self.doc.transact().state_vector().encode_v1();
        self.say(SyncFrame::Known(&state)).await;
    }

    async fn sync(&mut self) {
        self.ask().await;
        while !matches!(self.hear().await, Heard::Missing) {}
    }

    /// Takes the next frame in, and tells what it was.
    async fn hear(&mut self) -> Heard {
        match self.reader.next().await {
            Next::Send(Frame::Binary(frame)) => self.take(&frame),
            Next::Send(_) => panic!("a text frame"),
            Next::Close(close) => Heard::Close(close),
        }
    }

    fn take(&self, frame: &[u8]) -> Heard {
        match SyncFrame::decode(frame).expect("a frame") {
            SyncFrame::Known(_) => Heard::Known,
            SyncFrame::Missing(update) => {
                self.apply(update);
                Heard::Missing
            }
            SyncFrame::Update(update) => {
                self.apply(update);
                Heard::Update
            }
            SyncFrame::Presence(message) => Heard::Presence(Presence::decode(message).expect("presence")),
            other => panic!("{other:?}"),
        }
    }

    fn apply(&self, update: &[u8]) {
        self.doc.transact_mut().apply_update(Update::decode_v1(update).expect("an update")).expect("applies");
    }

    fn edit(&self, at: u32, inserted: &str) -> Vec<u8> {
        let mut transaction = self.doc.transact_mut();
        transaction.get_or_insert_text("python3").insert(&mut transaction, at, inserted);
        transaction.encode_update_v1()
    }

    async fn types(&self, at: u32, inserted: &str) {
        let update = self.edit(at, inserted);
        self.say(SyncFrame::Update(&update)).await;
    }

    fn text(&self) -> String {
        let transaction = self.doc.transact();
        transaction.get_text("python3").expect("a text").get_string(&transaction)
    }

    fn position(&self, at: u32) -> serde_json::Value {
        let mut transaction = self.doc.transact_mut();
        let text = transaction.get_or_insert_text("python3");
        serde_json::to_value(text.sticky_index(&transaction, at, Assoc::After).expect("a place")).expect("JSON")
    }

    async fn present(&self, clock: u32, state: &serde_json::Value) {
        let client = self.doc.client_id().get();
        let told = [Presence { client, clock, state: state.to_string() }];
        self.say(SyncFrame::Presence(&Presence::encode(&told))).await;
    }
}

#[derive(Debug, PartialEq)]
enum Heard {
    Known,
    Missing,
    Update,
    Presence(Vec<Presence>),
    Close(Close),
}

#[tokio::test]
async fn a_newcomer_is_asked_for_what_it_has_and_told_all_there_is() {
    let handle = spawn(with_editor());
    let mut client = Client::attach(&handle, 11).await;
    assert_eq!(client.hear().await, Heard::Known);
    client.ask().await;
    assert_eq!(client.hear().await, Heard::Missing);
    assert_eq!(client.text(), STARTER);
}

#[tokio::test]
async fn an_edit_goes_to_the_others_and_to_those_who_come_later() {
    let handle = spawn(with_editor());
    let first = Client::join(&handle, 11).await;
    let mut second = Client::join(&handle, 12).await;
    first.types(0, "# hi 😀\n").await;
    assert_eq!(second.hear().await, Heard::Update);
    second.types(0, "#!\n").await;
    let third = Client::join(&handle, 13).await;
    assert_eq!((second.text().as_str(), third.text()), ("#!\n# hi 😀\ndef f(x):\n    pass\n", second.text()));
}

#[tokio::test]
async fn an_edit_that_was_lost_is_asked_for() {
    let handle = spawn(with_editor());
    let mut first = Client::join(&handle, 11).await;
    first.edit(0, "lost ");
    first.types(0, "kept ").await;
    assert_eq!(first.hear().await, Heard::Known, "what is there of it?");
    let all = first.doc.transact().encode_state_as_update_v1(&StateVector::default());
    first.say(SyncFrame::Missing(&all)).await;
    assert_eq!(Client::join(&handle, 12).await.text(), format!("kept lost {STARTER}"));
}

#[tokio::test]
async fn what_is_refused_closes_its_socket_and_no_other() {
    let handle = spawn(with_editor());
    let long = vec![0; 17 * 1024];
    let mut other = Client::join(&handle, 99).await;
    for (frame, close) in [
        (SyncFrame::Update(&[9, 9, 9]).encode(), Close::BadEdit),
        (SyncFrame::Known(&[0xff; 5]).encode(), Close::BadSyncFrame),
        (SyncFrame::Presence(&long).encode(), Close::BadPresence),
        (SyncFrame::Presence(&[7]).encode(), Close::BadPresence),
        (vec![9], Close::BadSyncFrame),
        (Vec::new(), Close::BadSyncFrame),
    ] {
        let mut client = Client::join(&handle, 11).await;
        client.inlet.said(frame.into()).await.expect("it runs");
        assert_eq!(client.hear().await, Heard::Close(close));
        client.types(0, "no longer heard ").await;
    }
    let mut big = Client::join(&handle, 12).await;
    big.types(0, &"x".repeat(256 * 1024)).await;
    assert_eq!(big.hear().await, Heard::Close(Close::EditorFull));
    let foreign = Doc::with_client_id(5);
    let update = {
        let mut transaction = foreign.transact_mut();
        transaction.get_or_insert_text("quill").insert(&mut transaction, 0, "another document");
        transaction.encode_update_v1()
    };
    let mut client = Client::join(&handle, 13).await;
    client.say(SyncFrame::Update(&update)).await;
    assert_eq!(client.hear().await, Heard::Close(Close::UnknownText));
    other.sync().await;
    assert_eq!(other.text(), STARTER);
}

#[tokio::test]
async fn presence_is_passed_on_kept_for_newcomers_and_goes_with_its_socket() {
    let handle = spawn(with_editor());
    let first = Client::join(&handle, 11).await;
    let mut second = Client::join(&handle, 12).await;
    let state = json!({"user": {"name": "A"}});
    first.present(1, &state).await;
    let told = vec![Presence { client: 11, clock: 1, state: state.to_string() }];
    assert_eq!(second.hear().await, Heard::Presence(told.clone()));
    let mut third = Client::attach(&handle, 13).await;
    assert_eq!((third.hear().await, third.hear().await), (Heard::Known, Heard::Presence(told.clone())));
    third.say(SyncFrame::PresenceAsked).await;
    assert_eq!(third.hear().await, Heard::Presence(told));
    drop(first);
    let gone = vec![Presence { client: 11, clock: 2, state: "null".into() }];
    assert_eq!(second.hear().await, Heard::Presence(gone.clone()));
    assert_eq!(third.hear().await, Heard::Presence(gone));
}

#[tokio::test]
async fn sockets_are_bounded_and_a_place_becomes_free() {
    let handle = spawn(with_editor());
    let mut clients = Vec::new();
    for id in 0..peers::PEERS_MAX as u64 {
        clients.push(Client::join(&handle, 100 + id).await);
    }
    let mut one_more = Client::attach(&handle, 11).await;
    assert_eq!(one_more.hear().await, Heard::Close(Close::TooManyPeers));
    clients.pop();
    Client::join(&handle, 12).await;
}

#[tokio::test]
async fn a_socket_that_does_not_read_is_closed_and_the_others_go_on() {
    let handle = spawn(with_editor());
    let mut sleeper = Client::join(&handle, 11).await;
    let writer = Client::join(&handle, 12).await;
    for _ in 0..=peers::PEER_FRAMES_MAX {
        writer.types(0, "x").await;
    }
    let reader = Client::join(&handle, 13).await;
    assert_eq!(reader.text(), writer.text());
    assert_eq!(sleeper.hear().await, Heard::Close(Close::TooSlow));
}

#[tokio::test]
async fn a_whole_text_from_the_voice_socket_reaches_the_editors() {
    let handle = spawn(with_editor());
    let (inlet, mut reader) = handle.attach(Join::default()).await.expect("it runs");
    let mut client = Client::join(&handle, 11).await;
    let text = "def f(x):\n    return x\n";
    say(&inlet, json!({"type": "x.editor.replace", "language": "python3", "text": text})).await;
    assert_eq!(client.hear().await, Heard::Update);
    assert_eq!(client.text(), text);
    let shown = until(&mut reader, "x.editor").await.expect("it is told");
    assert_eq!((shown["language"].as_str(), shown["bytes"].as_u64()), (Some("python3"), Some(text.len() as u64)));
    say(&inlet, json!({"type": "x.editor.language", "language": "go"})).await;
    assert_eq!(until(&mut reader, "x.editor").await.expect("it is told")["language"], "go");
    say(&inlet, json!({"type": "x.editor.language", "language": "rust"})).await;
    assert_eq!(until(&mut reader, "error").await.expect("an error")["error"]["code"], "not_available");
}

#[tokio::test]
async fn an_interview_without_code_has_no_editor() {
    let handle = spawn(parts(None));
    let (_, mut reader) = handle.attach_editor(false).await.expect("it runs");
    assert_eq!(reader.next().await, Next::Close(Close::NoEditor));
}

#[tokio::test]
async fn who_watches_sees_every_edit_and_can_make_none() {
    let handle = spawn(with_editor());
    let (_inlet, _reader) = handle.attach(Join::default()).await.expect("it runs");
    let client = Client::join(&handle, 11).await;
    let mut watcher = Client::attach_as(&handle, 22, true).await;
    watcher.sync().await;
    client.types(0, "seen").await;
    while watcher.hear().await != Heard::Update {}
    assert!(watcher.text().starts_with("seen"));
    watcher.types(0, "never").await;
    watcher.present(1, &json!({"user": {"name": "a coach"}})).await;
    // Its own question is answered after what it said before.
    watcher.sync().await;
    let another = Client::join(&handle, 33).await;
    assert!(another.text().starts_with("seen"), "{}", another.text());
}

#[tokio::test]
async fn the_end_of_the_interview_closes_the_editors() {
    let handle = spawn(with_editor());
    let (inlet, _reader) = handle.attach(Join::default()).await.expect("it runs");
    let mut client = Client::join(&handle, 11).await;
    say(&inlet, json!({"type": "x.end"})).await;
    assert_eq!(client.hear().await, Heard::Close(Close::EditorEnded));
    handle.state().wait_for(|state| state.is_over()).await.expect("it is told");
    assert!(handle.attach_editor(false).await.is_err());
}

#[tokio::test]
async fn edits_cursors_and_texts_are_in_the_recording_which_replays_to_the_same_bytes() {
    use crate::interview::Interview;
    use crate::interview::event::Event;
    use crate::recording::{Consent, ConsentBy, Header, Recording, Step, Writer};
    use crate::replay::{Played, Tail, run};
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("recording");
    let writer = Writer::start().expect("threads");
    let mut parts = with_editor();
    let consent = Consent { recording: true, by: ConsentBy::Session, at_unix_ms: 0 };
    parts.recorder = writer.begin(&folder, &Header::new(parts.setup.clone(), consent, 0)).expect("a recorder");
    let handle = spawn(parts);
    let (inlet, _reader) = handle.attach(Join::default()).await.expect("it runs");
    let first = Client::join(&handle, 11).await;
    let mut second = Client::join(&handle, 12).await;
    for number in 0..20 {
        first.types(number, "é").await;
        assert_eq!(second.hear().await, Heard::Update);
    }
    let cursor = json!({"cursor": {"anchor": first.position(2), "head": first.position(5)}});
    first.present(1, &cursor).await;
    assert!(matches!(second.hear().await, Heard::Presence(_)));
    first.say(SyncFrame::Update(&[1, 2, 3])).await;
    say(&inlet, json!({"type": "x.editor.replace", "language": "python3", "text": "whole\n"})).await;
    assert!(matches!(second.hear().await, Heard::Presence(_)), "the first is gone with its refused edit");
    assert_eq!(second.hear().await, Heard::Update);
    assert_eq!(second.text(), "whole\n");
    say(&inlet, json!({"type": "x.end"})).await;
    handle.state().wait_for(|state| state.is_over()).await.expect("it is told");

    let recording = Recording::open(&folder).expect("a recording");
    let bytes = recording.read_steps().expect("steps");
    let events: Vec<Event> = recording
        .steps(&bytes)
        .filter_map(|line| match line.expect("a line").step {
            Step::Event(_, event) => Some(event),
            Step::Command(_) => None,
        })
        .collect();
    let edits = events.iter().filter(|event| matches!(event, Event::EditorChanged { .. })).count();
    assert_eq!(edits, 21, "the refused one is there, too");
    let moved = Event::CursorMoved { language: Language::Python3, anchor: 2, head: 5 };
    assert!(events.contains(&moved), "{events:?}");
    let mut core = Interview::new(recording.header().setup.clone());
    let mut played = Played::default();
    run(&mut core, recording.steps(&bytes), Tail::Whole, &mut played).expect("no difference");
    let editor = core.editor().expect("an editor");
    let all = editor.diff(&second.doc.transact().state_vector().encode_v1()).expect("a state");
    second.apply(&all);
    assert_eq!((editor.text(Language::Python3), editor.state_vector()), (second.text(), state(&second.doc)));
}

fn state(doc: &Doc) -> Vec<u8> {
    doc.transact().state_vector().encode_v1()
}
