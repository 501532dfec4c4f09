//! The conversation in a prompt: each item as a message of its role, the candidate's words in brackets, the oldest part
//! left out when there is no room for it.

use super::Message;
use super::budget::{Budget, Keep, LAST_WORDS_SHARE, MESSAGE_COST, clip};
use super::fence::{Fences, bracketed, harmless};
use super::tokens::Counts;
use crate::interview::conversation::Item;
use crate::interview::event::Role;

/// Ends words of the interviewer that were cut off.
const CUT_OFF: &str = " —";
/// The conversation is cut before an item whose place is a multiple of this, so that the prompt's beginning stays the same
/// from one call to the next and services find it in their caches.
const BLOCK_ITEMS: usize = 16;
/// Brackets around words, in tokens.
const BRACKETS_COST: u32 = 4;

/// The conversation of an interview, as far as it is needed for a prompt.
pub struct History<'a> {
    items: &'a [Item],
    /// The candidate's words that are not an item yet.
    unfinished: Option<&'a str>,
    fences: &'a Fences,
    /// Most tokens of one item.
    item_room: u32,
}

impl<'a> History<'a> {
    /// The conversation so far. One item takes no more than the share of the last words.
    pub fn new(items: &'a [Item], unfinished: Option<&'a str>, fences: &'a Fences, budget: &Budget) -> Self {
        let item_room = budget.room(LAST_WORDS_SHARE).saturating_sub(BRACKETS_COST);
        History { items, unfinished: unfinished.filter(|text| !text.trim().is_empty()), fences, item_room }
    }

    /// The candidate's last words; they are part of every prompt.
    pub fn last_words(&self, counts: &mut Counts) -> Option<Message> {
        match self.unfinished {
            Some(text) => Some(Message { role: Role::Candidate, text: self.words(text, counts) }),
            None => self.items.last().and_then(|item| self.message(item, counts)),
        }
    }

    /// What came before the last words, as far as there is room, with a note of what was left out.
    pub fn before_last_words(&self, room: u32, counts: &mut Counts) -> Vec<Message> {
        let items = match self.unfinished {
            Some(_) => self.items,
            None => self.items.split_last().map_or(self.items, |(_, before)| before),
        };
        let room = room.saturating_sub(NOTE_COST + MESSAGE_COST);
        let (mut messages, mut used, mut first) = (Vec::new(), 0, items.len());
        for (place, item) in items.iter().enumerate().rev() {
            if let Some(message) = self.message(item, counts) {
                used += counts.of(&message.text) + MESSAGE_COST;
                if used > room {
                    break;
                }
                messages.push((place, message));
            }
            first = place;
        }
        let first = start_of_block(first, items.len());
        let mut all = Vec::with_capacity(messages.len() + 1);
        if first > 0 {
            all.push(Message { role: Role::System, text: omitted(first) });
        }
        all.extend(messages.into_iter().rev().filter(|(place, _)| *place >= first).map(|(_, message)| message));
        all
    }

    fn message(&self, item: &Item, counts: &mut Counts) -> Option<Message> {
        if item.text.trim().is_empty() {
            return None;
        }
        let message = match item.role {
            _ if item.by_client && item.role != Role::Candidate => {
                let text = clip(&harmless(&item.text), self.item_room, Keep::Both, counts);
                Message { role: Role::Candidate, text: self.fences.around("client", &text) }
            }
            Role::Candidate => Message { role: Role::Candidate, text: self.words(&item.text, counts) },
            role => {
                let cut_off = if item.role == Role::Interviewer && item.interrupted { CUT_OFF } else { "" };
                let text = clip(&harmless(&item.text), self.item_room, Keep::Both, counts);
                Message { role, text: format!("{text}{cut_off}") }
            }
        };
        Some(message)
    }

    fn words(&self, text: &str, counts: &mut Counts) -> String {
        bracketed(&clip(harmless(text).trim(), self.item_room, Keep::Both, counts))
    }
}

/// The place, from `first` on, that the conversation is cut before: a block's, unless that leaves less than half.
fn start_of_block(first: usize, count: usize) -> usize {
    let block = first.next_multiple_of(BLOCK_ITEMS);
    if count.saturating_sub(block) * 2 >= count.saturating_sub(first) { block } else { first }
}

/// What [`omitted`] takes, in tokens.
const NOTE_COST: u32 = 20;

fn omitted(count: usize) -> String {
    format!("(The first {count} entries of the conversation are left out here.)")
}
