//! How ids are written on the wire. Assistant items and candidate turns are named by the server; an item that a client
//! creates may bring a name of its own, which the connection's owner must remember.

use crate::units::{ItemId, ReplyId, RunId};

/// `previous_item_id` that means "before the first item".
pub const ROOT: &str = "root";

/// `item_<n>`.
pub fn item(id: ItemId) -> String {
    format!("item_{id}")
}

/// `resp_<n>`.
pub fn response(id: ReplyId) -> String {
    format!("resp_{id}")
}

/// `run_<n>`.
pub fn run(id: RunId) -> String {
    format!("run_{id}")
}

/// `event_<n>`: server events of one interview count up by one, over all its sockets.
pub fn event(number: u64) -> String {
    format!("event_{number}")
}

/// The item that [`item`] would call so.
pub fn parse_item(name: &str) -> Option<ItemId> {
    number(name, "item_").and_then(|n| u32::try_from(n).ok()).map(ItemId)
}

/// The reply that [`response`] would call so.
pub fn parse_response(name: &str) -> Option<ReplyId> {
    number(name, "resp_").and_then(|n| u32::try_from(n).ok()).map(ReplyId)
}

/// The number of a server event, from the `after` parameter.
pub fn parse_event(name: &str) -> Option<u64> {
    number(name, "event_")
}

/// The number of a client event that the client numbers: `c_<n>`.
pub fn parse_client_event(name: &str) -> Option<u64> {
    number(name, "c_")
}

/// Only the canonical spelling counts: no sign, no leading zero. Otherwise two names would mean one thing.
fn number(name: &str, prefix: &str) -> Option<u64> {
    let digits = name.strip_prefix(prefix)?;
    let canonical = digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    if canonical { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_the_ids_they_stand_for() {
        assert_eq!(parse_item(&item(ItemId(12))), Some(ItemId(12)));
        assert_eq!(parse_response(&response(ReplyId(3))), Some(ReplyId(3)));
        assert_eq!(parse_event(&event(u64::MAX)), Some(u64::MAX));
        assert_eq!(parse_client_event("c_7"), Some(7));
    }

    #[test]
    fn only_one_spelling_names_a_thing() {
        for other in ["item_012", "item_+1", "item_", "item_-1", "item_ 1", "Item_1", "item_4294967296"] {
            assert_eq!(parse_item(other), None, "{other}");
        }
        assert_eq!(parse_item("item_0"), Some(ItemId(0)));
    }
}
