//! The candidate at the keyboard: a Yjs client of the shared document, without its socket. What is to stand there is typed
//! in bursts of a few characters, as fingers do it, not put there at once. Pure; time is the candidate's clock.

use crate::language::Language;
use crate::units::Ms;
use crate::wire::sync::SyncFrame;
use similar::{ChangeTag, TextDiff};
use std::collections::VecDeque;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Doc, GetString, ReadTxn, StateVector, Text, TextRef, Transact, Update};

/// The most characters of one burst.
const BURST_CHARS_MAX: u64 = 6;
/// Before a line is changed that is elsewhere, the eyes look for it so long.
const LOOK: Ms = Ms(400);

/// A candidate's editor.
pub struct Typist {
    doc: Doc,
    text: TextRef,
    language: Language,
    /// The server's text has come.
    ready: bool,
    strokes: VecDeque<Stroke>,
    next_at: Ms,
    random: u64,
}

/// One change of the text. Places are bytes of the text as it then is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stroke {
    /// How long after the one before.
    after: Ms,
    at: u32,
    delete: u32,
    insert: String,
}

/// What the server sent is not for this document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the editor's socket sent what is no change of the document: {0}")]
pub struct EditorError(String);

impl Typist {
    /// An editor that has just been opened. `seed` is the rhythm of the hands and the client's id.
    pub fn new(language: Language, seed: u64) -> Typist {
        // Offsets are bytes by default; the id only has to differ from the server's own and other clients'.
        let doc = Doc::with_client_id(seed % 1_000_000_000 + 1_000);
        let text = doc.get_or_insert_text(language.id());
        Typist { doc, text, language, ready: false, strokes: VecDeque::new(), next_at: Ms(0), random: seed | 1 }
    }

    /// The first frame to send: what is known here, so that the server tells the rest.
    pub fn hello(&self) -> Vec<u8> {
        SyncFrame::Known(&self.doc.transact().state_vector().encode_v1()).encode()
    }

    /// The language of its text.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text as it stands here.
    pub fn code(&self) -> String {
        self.text.get_string(&self.doc.transact())
    }

    /// Whether the server's text has come.
    pub fn is_ready(&self) -> bool {
        self.ready
    }

    /// Whether something is still to be typed.
    pub fn is_typing(&self) -> bool {
        !self.strokes.is_empty()
    }

    /// A frame came; gives the answer to it, if it wants one.
    ///
    /// # Errors
    /// It is no frame of y-websocket, or no update of a document.
    pub fn received(&mut self, frame: &[u8]) -> Result<Option<Vec<u8>>, EditorError> {
        let wrong = |what: &dyn std::fmt::Display| EditorError(what.to_string());
        match SyncFrame::decode(frame).map_err(|error| wrong(&error))? {
            SyncFrame::Known(vector) => {
                let vector = StateVector::decode_v1(vector).map_err(|error| wrong(&error))?;
                let missing = self.doc.transact().encode_state_as_update_v1(&vector);
                Ok(Some(SyncFrame::Missing(&missing).encode()))
            }
            SyncFrame::Missing(update) | SyncFrame::Update(update) => {
                let update = Update::decode_v1(update).map_err(|error| wrong(&error))?;
                self.doc.transact_mut().apply_update(update).map_err(|error| wrong(&error))?;
                self.ready = true;
                Ok(None)
            }
            SyncFrame::Presence(_) | SyncFrame::PresenceAsked | SyncFrame::Auth => Ok(None),
        }
    }

    /// Begins to type until the text is `wanted`, about so many characters a second: line by line, from the top.
    pub fn write(&mut self, now: Ms, wanted: &str, chars_per_s: u32) {
        let present = self.code();
        let diff = TextDiff::from_lines(present.as_str(), wanted);
        let (mut strokes, mut at) = (VecDeque::new(), 0_u32);
        for op in diff.ops() {
            let of = |tag| diff.iter_changes(op).filter(move |change| change.tag() == tag).map(|change| change.value());
            let (kept, old): (String, String) = (of(ChangeTag::Equal).collect(), of(ChangeTag::Delete).collect());
            let new: String = of(ChangeTag::Insert).collect();
            at += length(&kept);
            if !old.is_empty() {
                strokes.push_back(Stroke { after: LOOK, at, delete: length(&old), insert: String::new() });
            }
            self.bursts(&mut strokes, &mut at, &new, chars_per_s);
        }
        self.strokes = strokes;
        self.next_at = now + LOOK;
    }

    fn bursts(&mut self, strokes: &mut VecDeque<Stroke>, at: &mut u32, text: &str, chars_per_s: u32) {
        let chars: Vec<char> = text.chars().collect();
        let mut rest = chars.as_slice();
        while !rest.is_empty() {
            let count = (self.chance() % BURST_CHARS_MAX + 1) as usize;
            let (burst, after) = rest.split_at(count.min(rest.len()));
            rest = after;
            let insert: String = burst.iter().collect();
            // Half to one and a half of the pace.
            let pace = 500 + self.chance() % 1_000;
            let after = Ms(burst.len() as u64 * pace / u64::from(chars_per_s.max(1)));
            let bytes = length(&insert);
            strokes.push_back(Stroke { after, at: *at, delete: 0, insert });
            *at += bytes;
        }
    }

    /// Types what is due by now; gives the frames to send.
    pub fn tick(&mut self, now: Ms) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        while self.next_at <= now {
            let Some(stroke) = self.strokes.pop_front() else { break };
            frames.push(self.strike(&stroke));
            self.next_at += self.strokes.front().map_or(Ms(0), |next| next.after);
        }
        frames
    }

    fn strike(&self, stroke: &Stroke) -> Vec<u8> {
        let mut change = self.doc.transact_mut();
        if stroke.delete > 0 {
            self.text.remove_range(&mut change, stroke.at, stroke.delete);
        }
        if !stroke.insert.is_empty() {
            self.text.insert(&mut change, stroke.at, &stroke.insert);
        }
        SyncFrame::Update(&change.encode_update_v1()).encode()
    }

    /// The next number of a small generator (xorshift): enough for a rhythm.
    fn chance(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random >> 16
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTER: &str = "class A:\n    def f(self):\n        pass\n";

    /// A server's document with the starter, and an editor that has joined it.
    fn joined() -> (Doc, Typist) {
        let server = Doc::with_client_id(7);
        let text = server.get_or_insert_text("python3");
        text.insert(&mut server.transact_mut(), 0, STARTER);
        let mut typist = Typist::new(Language::Python3, 5);
        assert!(!typist.is_ready());
        assert!(matches!(SyncFrame::decode(&typist.hello()), Ok(SyncFrame::Known(_))));
        let state = server.transact().encode_state_as_update_v1(&StateVector::default());
        assert_eq!(typist.received(&SyncFrame::Missing(&state).encode()), Ok(None));
        (server, typist)
    }

    fn take(server: &Doc, frames: &[Vec<u8>]) {
        for frame in frames {
            let Ok(SyncFrame::Update(update)) = SyncFrame::decode(frame) else { panic!("no update") };
            server.transact_mut().apply_update(Update::decode_v1(update).expect("an update")).expect("applied");
        }
    }

    #[test]
    fn what_is_typed_arrives_in_bursts_at_the_pace_of_hands() {
        let (server, mut typist) = joined();
        assert!(typist.is_ready() && typist.code() == STARTER);
        let wanted = "import é\n\nclass A:\n    def f(self):\n        return 1\n";
        typist.write(Ms(1_000), wanted, 20);
        let (mut now, mut frames) = (1_000, 0);
        while typist.is_typing() {
            let typed = typist.tick(Ms(now));
            frames += typed.len();
            take(&server, &typed);
            now += 20;
        }
        assert_eq!(typist.code(), wanted);
        let text = server.get_or_insert_text("python3");
        assert_eq!(text.get_string(&server.transact()), wanted);
        // 27 new characters: more than a burst, fewer than one each; a second and a bit at 20 a second.
        assert!((5..=30).contains(&frames), "{frames}");
        assert!((1_900..3_800).contains(&now), "{now}");
    }

    #[test]
    fn a_small_change_touches_only_its_lines() {
        let (_, mut typist) = joined();
        typist.write(Ms(0), "class A:\n    def f(self):\n        return 1\n", 100);
        let kept = STARTER.find("        pass").expect("it") as u32;
        assert!(typist.strokes.iter().all(|stroke| stroke.at >= kept), "{:?}", typist.strokes);
        typist.write(Ms(0), STARTER, 100);
        assert!(!typist.is_typing(), "nothing to do");
    }

    #[test]
    fn what_others_do_arrives_and_a_question_is_answered() {
        let (server, mut typist) = joined();
        let text = server.get_or_insert_text("python3");
        let mut change = server.transact_mut();
        text.insert(&mut change, 0, "# hi\n");
        let update = change.encode_update_v1();
        drop(change);
        typist.received(&SyncFrame::Update(&update).encode()).expect("taken");
        assert!(typist.code().starts_with("# hi\nclass"));
        let asked = SyncFrame::Known(&StateVector::default().encode_v1()).encode();
        let answer = typist.received(&asked).expect("taken").expect("an answer");
        assert!(matches!(SyncFrame::decode(&answer), Ok(SyncFrame::Missing(_))));
        assert!(typist.received(b"\xff").is_err() && typist.received(&SyncFrame::Update(b"\xff").encode()).is_err());
    }
}
