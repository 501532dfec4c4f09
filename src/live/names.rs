//! What items are called on the wire: `item_<n>`, or the id that the client gave them.

use crate::units::*;
use crate::wire::name;
use std::collections::BTreeMap;

/// The names of one interview. Holds only names that clients gave; at most one for each item of the conversation.
#[derive(Debug, Default)]
pub struct Names {
    given: BTreeMap<String, ItemId>,
    by_item: BTreeMap<ItemId, String>,
    /// The name the client wants for the item that is being created.
    wanted: Option<String>,
}

impl Names {
    /// The item's name.
    pub fn of(&self, item: ItemId) -> String {
        self.by_item.get(&item).cloned().unwrap_or_else(|| name::item(item))
    }

    /// The item that is called so, or would be if it existed.
    pub fn find(&self, name: &str) -> Option<ItemId> {
        let own = || name::parse_item(name).filter(|item| !self.by_item.contains_key(item));
        self.given.get(name).copied().or_else(own)
    }

    /// Whether a client may give this name: nobody has it, and it is none that the server would give.
    pub fn is_free(&self, name: &str) -> bool {
        !self.given.contains_key(name) && name::parse_item(name).is_none() && name != name::ROOT
    }

    /// The next item that is added gets this name.
    pub fn want(&mut self, name: Option<String>) {
        self.wanted = name;
    }

    /// An item was added: it gets the wanted name, if there is one.
    pub fn added(&mut self, item: ItemId) {
        if let Some(name) = self.wanted.take() {
            self.given.insert(name.clone(), item);
            self.by_item.insert(item, name);
        }
    }

    /// An item is gone; its name is free again.
    pub fn removed(&mut self, item: ItemId) {
        if let Some(name) = self.by_item.remove(&item) {
            self.given.remove(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_name_stands_for_its_item_until_it_is_removed() {
        let mut names = Names::default();
        names.want(Some("msg_a".into()));
        names.added(ItemId(4));
        names.added(ItemId(5));
        assert_eq!((names.of(ItemId(4)), names.of(ItemId(5))), ("msg_a".into(), "item_5".into()));
        assert_eq!((names.find("msg_a"), names.find("item_4")), (Some(ItemId(4)), None));
        assert!(!names.is_free("msg_a") && !names.is_free("item_77") && !names.is_free("root"));
        names.removed(ItemId(4));
        assert!(names.is_free("msg_a"));
        assert_eq!(names.find("msg_a"), None);
    }
}
