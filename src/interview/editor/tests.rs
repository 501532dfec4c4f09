//! The document under edits, honest and hostile. The clients here are the same library on the other side of the bytes.

use super::*;
use crate::interview::setup::Runs;
use crate::sim::random::Random;
use std::collections::BTreeMap;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{
    ClientID, Doc, GetString, IndexedSequence, Map, OffsetKind, Options, ReadTxn, StateVector, Text, Transact, Update,
    WriteTxn,
};

const PYTHON: Language = Language::Python3;
const JAVA: Language = Language::Java;
const STARTER: &str = "def f(x):\n    pass\n";

struct Dice(Random);

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice(Random::new(seed, 0))
    }

    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0.between(0, end - 1)
    }
}

fn workspace() -> Workspace {
    Workspace {
        languages: vec![PYTHON, JAVA],
        language: PYTHON,
        starters: BTreeMap::from([(PYTHON, STARTER.to_owned()), (JAVA, "class A {}\n".to_owned())]),
        visible_tests: Vec::new(),
        hidden_tests: 0,
        runs: Runs::Unavailable { why: "switched off".into() },
    }
}

fn editor() -> Editor {
    Editor::new(&workspace())
}

/// A client of the document.
struct Client {
    doc: Doc,
}

impl Client {
    fn new(id: u64) -> Client {
        let options = Options { offset_kind: OffsetKind::Utf16, ..Options::with_client_id(ClientID::new(id)) };
        Client { doc: Doc::with_options(options) }
    }

    /// A client that has seen all there is.
    fn joined(id: u64, editor: &Editor) -> Client {
        let client = Client::new(id);
        client.hear(&editor.diff(&client.state()).expect("a state"));
        client
    }

    fn state(&self) -> Vec<u8> {
        self.doc.transact().state_vector().encode_v1()
    }

    fn hear(&self, update: &[u8]) {
        self.doc.transact_mut().apply_update(Update::decode_v1(update).expect("an update")).expect("applies");
    }

    /// One edit, and the update that tells of it.
    fn edit(&self, language: Language, at: u32, removed: u32, inserted: &str) -> Vec<u8> {
        let mut transaction = self.doc.transact_mut();
        let text = transaction.get_or_insert_text(language.id());
        if removed > 0 {
            text.remove_range(&mut transaction, at, removed);
        }
        text.insert(&mut transaction, at, inserted);
        transaction.encode_update_v1()
    }

    fn text(&self, language: Language) -> String {
        let transaction = self.doc.transact();
        transaction.get_text(language.id()).expect("a text").get_string(&transaction)
    }

    fn length(&self, language: Language) -> u32 {
        document::units(&self.text(language))
    }

    fn missing(&self, state: &[u8]) -> Vec<u8> {
        self.doc.transact().encode_state_as_update_v1(&StateVector::decode_v1(state).expect("a state"))
    }
}

fn take(editor: &mut Editor, update: &[u8]) -> Result<Taken, EditRefusal> {
    editor.apply(At(5), update)
}

/// Everything that can be seen of the document.
fn all(editor: &Editor) -> (Vec<String>, Vec<u8>) {
    let texts = editor.languages().iter().map(|language| editor.text(*language)).collect();
    (texts, editor.diff(&[0]).expect("a state"))
}

const CHANGED: Result<Taken, EditRefusal> = Ok(Taken::Changed { released: Vec::new() });

#[test]
fn each_language_begins_with_its_starter_and_keeps_its_text() {
    let mut editor = editor();
    assert_eq!(editor.text(PYTHON), STARTER);
    assert!(editor.choose(JAVA));
    assert!(!editor.choose(Language::Go), "not offered");
    let client = Client::joined(9, &editor);
    assert_eq!(take(&mut editor, &client.edit(JAVA, 0, 0, "// ")), CHANGED);
    assert_eq!((editor.text(PYTHON).as_str(), editor.text(JAVA).as_str()), (STARTER, "// class A {}\n"));
    assert_eq!(editor.text(Language::Go), "");
    assert_eq!(editor.typed_at(), Some(At(5)));
}

#[test]
fn clients_that_type_at_once_and_offline_converge() {
    let mut editor = editor();
    let clients = [Client::joined(11, &editor), Client::joined(12, &editor), Client::joined(13, &editor)];
    let mut random = Dice::new(3);
    let mut outbox: Vec<Vec<Vec<u8>>> = vec![Vec::new(); 3];
    for round in 0..400 {
        let who = random.below(3) as usize;
        let client = &clients[who];
        let length = client.length(PYTHON);
        let at = random.below(u64::from(length) + 1) as u32;
        let removed = (random.below(3) as u32).min(length - at);
        outbox[who].push(client.edit(PYTHON, at, removed, ["x", "é", "lo", "\n"][random.below(4) as usize]));
        // Each is heard late, in its own order.
        if random.below(3) == 0 || round > 390 {
            let who = random.below(3) as usize;
            for update in outbox[who].drain(..) {
                take(&mut editor, &update).expect("taken");
                clients.iter().for_each(|client| client.hear(&update));
            }
        }
    }
    for update in outbox.into_iter().flatten() {
        take(&mut editor, &update).expect("taken");
        clients.iter().for_each(|client| client.hear(&update));
    }
    for client in &clients {
        assert_eq!(client.text(PYTHON), editor.text(PYTHON));
    }
    assert!(!editor.misses_edits());
}

#[test]
fn an_edit_that_comes_before_the_one_it_builds_on_waits_for_it() {
    let mut editor = editor();
    let client = Client::joined(11, &editor);
    let edits: Vec<_> = (0..4).map(|number| client.edit(PYTHON, number, 0, "#")).collect();
    assert_eq!(take(&mut editor, &edits[2]), Ok(Taken::Waits));
    assert_eq!(take(&mut editor, &edits[3]), Ok(Taken::Waits));
    assert_eq!(take(&mut editor, &edits[3]), Ok(Taken::Waits), "said twice");
    assert!(editor.misses_edits());
    assert_eq!(take(&mut editor, &edits[0]), CHANGED);
    let released = vec![edits[2].clone(), edits[3].clone()];
    assert_eq!(take(&mut editor, &edits[1]), Ok(Taken::Changed { released }));
    assert_eq!(editor.text(PYTHON), client.text(PYTHON));
    assert!(!editor.misses_edits());
    assert_eq!(take(&mut editor, &edits[1]), Ok(Taken::Known));
}

#[test]
fn a_client_that_sends_all_it_has_heals_what_was_lost() {
    let mut editor = editor();
    let client = Client::joined(11, &editor);
    let lost = client.edit(PYTHON, 0, 0, "lost ");
    let kept = client.edit(PYTHON, 5, 1, "kept ");
    assert_eq!(take(&mut editor, &kept), Ok(Taken::Waits));
    let all_it_has = client.missing(&editor.state_vector());
    assert!(matches!(take(&mut editor, &all_it_has), Ok(Taken::Changed { .. })));
    assert_eq!(editor.text(PYTHON), client.text(PYTHON));
    assert!(!editor.misses_edits());
    assert_eq!(take(&mut editor, &lost), Ok(Taken::Known));
}

#[test]
fn edits_that_wait_are_bounded() {
    let mut editor = editor();
    let client = Client::joined(11, &editor);
    client.edit(PYTHON, 0, 0, "never sent");
    for _ in 0..WAITING_MAX {
        assert_eq!(take(&mut editor, &client.edit(PYTHON, 0, 0, "x")), Ok(Taken::Waits));
    }
    assert_eq!(take(&mut editor, &client.edit(PYTHON, 0, 0, "x")), Err(EditRefusal::OutOfOrder));
    let other = Client::joined(12, &editor);
    assert_eq!(take(&mut editor, &other.edit(PYTHON, 0, 0, "fine")), CHANGED);
}

#[test]
fn replacing_a_text_leaves_cursors_where_they_were() {
    let mut editor = editor();
    let client = Client::joined(11, &editor);
    let position = |client: &Client, at| {
        let mut transaction = client.doc.transact_mut();
        let text = transaction.get_or_insert_text(PYTHON.id());
        let sticky = text.sticky_index(&transaction, at, yrs::Assoc::After).expect("within");
        serde_json::to_value(sticky).expect("JSON")
    };
    let at_pass = position(&client, STARTER.find("pass").expect("there") as u32);
    let update =
        editor.replace(At(7), PYTHON, "import heapq\ndef f(x):\n    pass\n# done\n").expect("taken").expect("new");
    client.hear(&update);
    assert_eq!(client.text(PYTHON), editor.text(PYTHON));
    let now = editor.text(PYTHON).find("pass").expect("there") as u32;
    assert_eq!(editor.place_of(&at_pass), Some((PYTHON, now)));
    assert_eq!(editor.replace(At(8), PYTHON, &client.text(PYTHON)), Ok(None), "the same text is no edit");
}

#[test]
fn a_relative_position_as_yjs_writes_it_is_found() {
    let editor = editor();
    let place = |json: serde_json::Value| editor.place_of(&json);
    let id = serde_json::json!({"client": SERVER_CLIENT, "clock": 4});
    assert_eq!(place(serde_json::json!({"type": null, "tname": "python3", "item": id, "assoc": 0})), Some((PYTHON, 4)));
    let end = STARTER.len() as u32;
    assert_eq!(
        place(serde_json::json!({"type": null, "tname": "python3", "item": null, "assoc": 0})),
        Some((PYTHON, end))
    );
    for nonsense in [
        serde_json::json!(null),
        serde_json::json!({"tname": "notes", "assoc": 0}),
        serde_json::json!({"item": {"client": 77, "clock": 1}, "assoc": 0}),
        serde_json::json!({"item": {"client": SERVER_CLIENT, "clock": 4_000_000_000u32}, "assoc": 0}),
        serde_json::json!({"type": {"client": SERVER_CLIENT, "clock": 4}, "assoc": 0}),
        serde_json::json!([1, 2, 3]),
    ] {
        assert_eq!(place(nonsense.clone()), None, "{nonsense}");
    }
}

#[test]
fn what_is_no_edit_of_this_document_is_refused_and_changes_nothing() {
    let mut editor = editor();
    let before = all(&editor);
    let foreign = |make: &dyn Fn(&mut yrs::TransactionMut)| {
        let client = Client::new(5);
        let mut transaction = client.doc.transact_mut();
        make(&mut transaction);
        transaction.encode_update_v1()
    };
    let other_text = foreign(&|transaction| {
        transaction.get_or_insert_text("quill").insert(transaction, 0, "hello");
    });
    let a_map = foreign(&|transaction| {
        transaction.get_or_insert_map("python3").insert(transaction, "key", "value");
    });
    let formatted = foreign(&|transaction| {
        let bold = [("bold".into(), true.into())].into();
        transaction.get_or_insert_text("python3").insert_with_attributes(transaction, 0, "hello", bold);
    });
    let nested = foreign(&|transaction| {
        let empty: [&str; 0] = [];
        let inner = yrs::ArrayPrelim::from(empty);
        transaction.get_or_insert_text("python3").insert_embed(transaction, 0, inner);
    });
    let forged = {
        let client = Client::joined(SERVER_CLIENT, &editor);
        client.edit(PYTHON, 0, 0, "as the server")
    };
    let mut trailing = Client::joined(11, &editor).edit(PYTHON, 0, 0, "x");
    trailing.push(0);
    let invalid_utf8 = [1, 1, 5, 0, 4, 1, 7, b'p', b'y', b't', b'h', b'o', b'n', b'3', 2, 0xff, 0xfe, 0];
    for (update, refusal) in [
        (&other_text[..], EditRefusal::UnknownText),
        (&a_map, EditRefusal::NotText),
        (&formatted, EditRefusal::NotText),
        (&nested, EditRefusal::NotText),
        (&forged, EditRefusal::Malformed),
        (&trailing, EditRefusal::Malformed),
        (&invalid_utf8, EditRefusal::Malformed),
        (&[], EditRefusal::Malformed),
        (&[0xff; 40], EditRefusal::Malformed),
        (&vec![b'x'; 10 * 1024 * 1024], EditRefusal::EditTooLarge),
    ] {
        assert_eq!(take(&mut editor, update), Err(refusal));
        assert_eq!(all(&editor), before);
    }
    assert!(editor.diff(&[0xff; 5]).is_err());
    assert!(editor.diff(&[255, 255, 255, 122]).is_err(), "a state of a quarter of a billion clients");
}

#[test]
fn a_paste_beyond_the_limit_is_refused_whole_and_undone_it_is_taken() {
    let mut editor = editor();
    let before = all(&editor);
    let client = Client::joined(11, &editor);
    let state = editor.state_vector();
    client.edit(PYTHON, 3, 0, &"x".repeat(TEXT_UNITS_MAX as usize));
    assert_eq!(take(&mut editor, &client.missing(&state)), Err(EditRefusal::EditorFull));
    assert_eq!(all(&editor), before);
    client.edit(PYTHON, 3, TEXT_UNITS_MAX, "");
    client.edit(PYTHON, 0, 0, "# ");
    assert!(matches!(take(&mut editor, &client.missing(&state)), Ok(Taken::Changed { .. })));
    assert_eq!(editor.text(PYTHON), format!("# {STARTER}"));
    let whole = "é".repeat(TEXT_UNITS_MAX as usize - 11);
    assert_eq!(editor.replace(At(0), PYTHON, &format!("{whole}é")), Err(EditRefusal::EditorFull));
    assert!(editor.replace(At(0), PYTHON, &whole).is_ok(), "up to the very limit, over all languages");
    let other = Client::joined(12, &editor);
    assert_eq!(take(&mut editor, &other.edit(JAVA, 0, 0, "x")), Err(EditRefusal::EditorFull));
    let shorter = Client::joined(13, &editor).edit(PYTHON, 0, 2, "x");
    assert_eq!(take(&mut editor, &shorter), CHANGED);
}

#[test]
fn clients_without_end_are_refused() {
    let mut editor = editor();
    let refused = (2..).find_map(|id| {
        let client = Client::new(id);
        take(&mut editor, &client.edit(PYTHON, 0, 0, "x")).err().map(|refusal| (id, refusal))
    });
    assert_eq!(refused, Some((CLIENTS_MAX as u64 + 1, EditRefusal::HistoryFull)));
}

#[test]
fn a_history_without_end_is_refused_and_the_text_stays() {
    let mut editor = editor();
    let client = Client::joined(11, &editor);
    let mut refused = None;
    for round in 0..200 {
        let state = editor.state_vector();
        for number in 0..1_000 {
            // In front of the one before: no two of them become one piece.
            client.edit(JAVA, 0, 0, if number % 2 == 0 { "a" } else { "b" });
        }
        let before = all(&editor);
        if let Err(refusal) = take(&mut editor, &client.missing(&state)) {
            assert_eq!(all(&editor), before);
            refused = Some((round, refusal));
            break;
        }
    }
    let (round, refusal) = refused.expect("refused at last");
    assert_eq!(refusal, EditRefusal::HistoryFull);
    assert!(round * 1_000 > HISTORY_STRUCTS_MAX / 2, "after {round} thousand edits");
}

/// Mutates bytes as a fuzzer would: flips, cuts, doubles, numbers at the edge.
fn mutate(bytes: &[u8], random: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..1 + random.below(3) {
        let at = random.below(bytes.len() as u64 + 1) as usize;
        match random.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = random.below(256) as u8,
            2 => bytes.truncate(at),
            3 => bytes.insert(at, [0, 1, 0x7f, 0x80, 0xff][random.below(5) as usize]),
            4 if at < bytes.len() => {
                bytes.remove(at);
            }
            _ => {
                let huge: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0x0f];
                bytes.splice(at..at, huge.iter().copied());
            }
        }
    }
    bytes
}

fn sorted(text: &str) -> Vec<char> {
    let mut characters: Vec<char> = text.chars().collect();
    characters.sort_unstable();
    characters
}

#[test]
fn whatever_bytes_come_the_document_is_as_before_or_changed_as_a_whole() {
    let mut editor = editor();
    let mut random = Dice::new(2026);
    let mut clients: Vec<Client> = (0..3).map(|id| Client::joined(20 + id, &editor)).collect();
    let (mut refused, mut taken) = (0, 0);
    for round in 0..20_000 {
        let client = &clients[random.below(3) as usize];
        let length = client.length(PYTHON);
        let at = random.below(u64::from(length) + 1) as u32;
        let removed = (random.below(12) as u32).min(length - at);
        let state = editor.state_vector();
        client.edit(PYTHON, at, removed, ["a", "😀", "\n  b", ""][random.below(4) as usize]);
        let honest = client.missing(&state);
        let before = all(&editor);
        match take(&mut editor, &mutate(&honest, &mut random)) {
            Err(_) => {
                refused += 1;
                assert_eq!(all(&editor), before, "round {round}");
            }
            Ok(_) => taken += 1,
        }
        if round % 8 == 0 {
            // What was taken is a document that others can read, to the last character. (In which order a text stands whose
            // pieces name neighbours that never were neighbours depends on the order in which they came, in Yjs, too.)
            let fresh = Client::joined(1_000 + round, &editor);
            assert_eq!(sorted(&fresh.text(PYTHON)), sorted(&editor.text(PYTHON)), "round {round}");
            clients = (0..3).map(|id| Client::joined(2_000 + 3 * round + id, &editor)).collect();
            if round % 800 == 0 {
                editor = self::editor();
                clients = (0..3).map(|id| Client::joined(20 + id, &editor)).collect();
            }
        }
    }
    assert!(refused > 5_000 && taken > 1_000, "{refused} refused, {taken} taken");
}

#[test]
fn noise_is_refused() {
    let mut editor = editor();
    let mut random = Dice::new(77);
    let before = all(&editor);
    for _ in 0..20_000 {
        let noise: Vec<u8> = (0..random.below(60)).map(|_| random.below(256) as u8).collect();
        if take(&mut editor, &noise) != Ok(Taken::Known) {
            assert_eq!(all(&editor), before);
        }
    }
}

#[test]
fn the_same_edits_give_the_same_bytes() {
    let run = || {
        let mut editor = editor();
        let clients = [Client::joined(31, &editor), Client::joined(32, &editor)];
        let mut random = Dice::new(5);
        let mut said = Vec::new();
        for round in 0..300 {
            let client = &clients[random.below(2) as usize];
            let length = client.length(PYTHON);
            let at = random.below(u64::from(length) + 1) as u32;
            let update = client.edit(PYTHON, at, (length - at).min(random.below(4) as u32), "word ");
            take(&mut editor, &update).expect("taken");
            clients.iter().for_each(|client| client.hear(&update));
            if round % 20 == 19 {
                let text = editor.text(PYTHON).replace("word w", "ward\nw");
                let update = editor.replace(At(1), PYTHON, &text).expect("taken").unwrap_or_default();
                clients.iter().for_each(|client| client.hear(&update));
                said.push(update);
            }
        }
        said.push(editor.diff(&[0]).expect("a state"));
        said.push(editor.hash(PYTHON).into_bytes());
        said
    };
    let first = run();
    for _ in 0..5 {
        assert!(first == run());
    }
}
