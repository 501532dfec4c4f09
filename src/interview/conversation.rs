//! The conversation: items in order, each with its words as they were heard and the sound they took.

use super::command::RefusalCode;
use super::event::{Place, Role};
use super::sentences::heard_part;
use crate::units::*;

/// A conversation holds at most this many items; further ones are refused. Two hours of talk have about 600.
pub const ITEMS_MAX: usize = 4_000;

/// An entry of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// Whose.
    pub role: Role,
    /// Spoken (has sound) or typed.
    pub spoken: bool,
    /// Its words; of the interviewer's items those that were heard, once it is settled.
    pub text: String,
    /// Its sound that counts, from its start: of the interviewer's items what was heard. Zero for typed items.
    pub audio: Ms,
    /// Of the interviewer's spoken items: all sound that was sent, heard or not.
    pub sent: Ms,
    /// All of it is there.
    pub complete: bool,
    /// It was cut off.
    pub interrupted: bool,
    /// The client put it in by hand: of whoever it says it is, it is only the client's word.
    pub by_client: bool,
    /// Of a spoken item of the interviewer: its pieces with the sound each took. Their words make up `text`.
    pub pieces: Vec<Piece>,
}

/// A piece of a spoken item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its words.
    pub text: String,
    /// Sound of it that was sent.
    pub sent: Ms,
    /// How long all of it takes, known or estimated.
    pub length: Ms,
}

impl Item {
    /// An item without words yet.
    pub fn new(id: ItemId, role: Role, spoken: bool) -> Self {
        Item {
            id,
            role,
            spoken,
            text: String::new(),
            audio: Ms(0),
            sent: Ms(0),
            complete: false,
            interrupted: false,
            by_client: false,
            pieces: Vec::new(),
        }
    }

    /// Keeps of a spoken item what lies in its first `heard` of sound.
    pub fn cut_to(&mut self, heard: Ms) {
        let mut left = heard;
        let mut kept = Vec::new();
        for piece in &self.pieces {
            if left == Ms(0) {
                break;
            }
            let part = heard_part(&piece.text, left.0, piece.length.0.max(1));
            let sent = Ms(left.0.min(piece.sent.0));
            if !part.is_empty() {
                kept.push(Piece { text: part.to_owned(), sent, length: sent });
            }
            left = left - piece.length;
        }
        self.pieces = kept;
        self.audio = Ms(heard.0.min(self.audio.0));
        self.text = join(self.pieces.iter().map(|piece| piece.text.as_str()));
        self.interrupted = true;
        self.complete = true;
    }
}

/// Texts joined by single spaces, empty ones left out.
pub fn join<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut all = String::new();
    for text in texts.map(str::trim).filter(|text| !text.is_empty()) {
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(text);
    }
    all
}

/// All items in the order of the conversation.
#[derive(Clone, Debug, Default)]
pub struct Conversation {
    items: Vec<Item>,
}

impl Conversation {
    /// The items in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item of this id.
    pub fn get(&self, id: ItemId) -> Option<&Item> {
        self.items.iter().rev().find(|item| item.id == id)
    }

    /// The item of this id.
    pub fn get_mut(&mut self, id: ItemId) -> Option<&mut Item> {
        self.items.iter_mut().rev().find(|item| item.id == id)
    }

    /// The last item.
    pub fn last(&self) -> Option<ItemId> {
        self.items.last().map(|item| item.id)
    }

    /// The item before this one.
    pub fn before(&self, id: ItemId) -> Option<ItemId> {
        let place = self.items.iter().position(|item| item.id == id)?;
        self.items.get(place.checked_sub(1)?).map(|item| item.id)
    }

    /// Appends an item; returns the one before it. When the conversation is full the oldest complete item makes room:
    /// an interview in progress is worth more than its first words in memory (the recording has them).
    pub fn push(&mut self, item: Item) -> Option<ItemId> {
        if self.items.len() >= ITEMS_MAX {
            self.items.remove(0);
        }
        let before = self.last();
        self.items.push(item);
        before
    }

    /// Puts an item at a place; returns the one before it.
    pub fn insert(&mut self, item: Item, place: Place) -> Result<Option<ItemId>, RefusalCode> {
        if self.items.len() >= ITEMS_MAX {
            return Err(RefusalCode::ConversationFull);
        }
        let index = match place {
            Place::End => self.items.len(),
            Place::Start => 0,
            Place::After(id) => self.items.iter().position(|item| item.id == id).ok_or(RefusalCode::ItemNotFound)? + 1,
        };
        let before = index.checked_sub(1).and_then(|place| self.items.get(place)).map(|item| item.id);
        self.items.insert(index, item);
        Ok(before)
    }

    /// Removes an item.
    pub fn remove(&mut self, id: ItemId) -> Option<Item> {
        let place = self.items.iter().position(|item| item.id == id)?;
        Some(self.items.remove(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken() -> Item {
        let mut item = Item::new(ItemId(1), Role::Interviewer, true);
        item.pieces = vec![
            Piece { text: "Hello there.".into(), sent: Ms(1000), length: Ms(1000) },
            Piece { text: "How are you today?".into(), sent: Ms(500), length: Ms(1000) },
        ];
        item.audio = Ms(1500);
        item
    }

    #[test]
    fn cutting_keeps_what_was_heard() {
        let mut item = spoken();
        item.cut_to(Ms(1500));
        assert_eq!(item.text, "Hello there. How are");
        assert_eq!(item.audio, Ms(1500));
        item.cut_to(Ms(600));
        assert_eq!(item.text, "Hello");
    }

    #[test]
    fn cutting_to_nothing_leaves_nothing() {
        let mut item = spoken();
        item.cut_to(Ms(0));
        assert_eq!((item.text.as_str(), item.audio), ("", Ms(0)));
    }

    #[test]
    fn items_go_where_they_are_told() {
        let mut conversation = Conversation::default();
        for id in 1..=2 {
            conversation.push(Item::new(ItemId(id), Role::Candidate, false));
        }
        let place = |conversation: &mut Conversation, id, place| {
            conversation.insert(Item::new(ItemId(id), Role::Candidate, false), place)
        };
        assert_eq!(place(&mut conversation, 3, Place::Start), Ok(None));
        assert_eq!(place(&mut conversation, 4, Place::After(ItemId(1))), Ok(Some(ItemId(1))));
        assert_eq!(place(&mut conversation, 5, Place::After(ItemId(9))), Err(RefusalCode::ItemNotFound));
        let order: Vec<u32> = conversation.items().iter().map(|item| item.id.0).collect();
        assert_eq!(order, [3, 1, 4, 2]);
    }
}
