//! The candidate's hands: keys in bursts, with rests between them, whatever the mouth does meanwhile. Each key is an edit of the
//! shared document as an editor's client sends it.

use super::random::Random;
use super::scenario::TypingManner;
use crate::interview::event::Event;
use crate::language::Language;
use crate::units::*;
use yrs::{ClientID, Doc, OffsetKind, Options, Text, Transact, WriteTxn};

/// What is typed, over and over; each time round it is a new function.
const PROGRAM: &str = "\n\ndef helper(numbers, wanted):\n    seen = {}\n    for place, number in enumerate(numbers):\n        \
                       if wanted - number in seen:\n            return True\n        seen[number] = place\n    return False\n";
/// The document's client and the socket it comes over.
const CLIENT: u64 = 77;
const PEER: PeerId = PeerId(1);

/// Somebody who types.
pub struct Typist {
    manner: TypingManner,
    random: Random,
    doc: Doc,
    typed: u32,
    /// When the next key is pressed, and how many of the burst are left with it.
    next: At,
    left: u64,
    keys: Vec<At>,
}

impl Typist {
    /// Hands of this manner.
    pub fn new(manner: &TypingManner, seed: u64) -> Self {
        let options = Options { offset_kind: OffsetKind::Utf16, ..Options::with_client_id(ClientID::new(CLIENT)) };
        Typist {
            next: manner.from_ms,
            manner: manner.clone(),
            random: Random::new(seed, 7),
            doc: Doc::with_options(options),
            typed: 0,
            left: 0,
            keys: Vec::new(),
        }
    }

    /// When the next key is pressed.
    pub fn due(&self) -> At {
        self.next
    }

    /// The key that is pressed now.
    pub fn next(&mut self, now: At) -> Option<Event> {
        if now < self.next {
            return None;
        }
        if self.left == 0 {
            self.left = self.random.between(self.manner.keys.0, self.manner.keys.1).max(1);
        }
        self.left -= 1;
        let wait = if self.left == 0 { self.manner.rest_ms } else { self.manner.key_ms };
        self.next = now + self.random.ms(wait.0, wait.1.max(wait.0 + 1));
        self.keys.push(now);
        Some(Event::EditorChanged { peer: PEER, update: Bytes64(self.key()) })
    }

    fn key(&mut self) -> Vec<u8> {
        let letter = PROGRAM.chars().nth(self.typed as usize % PROGRAM.len()).unwrap_or(' ');
        let mut transaction = self.doc.transact_mut();
        let text = transaction.get_or_insert_text(Language::Python3.id());
        text.insert(&mut transaction, self.typed, letter.encode_utf8(&mut [0; 4]));
        self.typed += 1;
        transaction.encode_update_v1()
    }

    /// Whether a key was pressed between these times.
    pub fn typed_between(&self, from: At, to: At) -> bool {
        let first = self.keys.partition_point(|key| *key < from);
        self.keys.get(first).is_some_and(|key| *key <= to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_in_bursts_and_make_the_program() {
        let manner = TypingManner { from_ms: At(1_000), keys: (3, 3), key_ms: (100, 100), rest_ms: (5_000, 5_000) };
        let mut typist = Typist::new(&manner, 1);
        let mut times = Vec::new();
        while times.len() < 7 {
            let now = typist.due();
            assert!(matches!(typist.next(now), Some(Event::EditorChanged { .. })));
            times.push(now.0);
        }
        assert!(times[2] - times[0] <= 202 && times[3] - times[2] >= 5_000, "{times:?}");
        assert!(typist.typed_between(At(1_050), At(1_150)) && !typist.typed_between(At(2_000), At(5_000)));
    }
}
