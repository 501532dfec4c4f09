//! Who is in the editor, and where: what each client tells of itself, kept for those who come later and passed on. It is
//! neither recorded nor known to the core, which sees only where the candidate's cursor is.

use crate::units::PeerId;
use crate::wire::sync::Presence as Told;
use std::collections::BTreeMap;

/// Clients that are known at once; a browser with several tabs may tell of several. Those beyond are not known to the others.
pub const CLIENTS_MAX: usize = 32;
/// Clients that are known to be gone. Of more than these, one that comes back is seen by the others a little later.
pub const GONE_MAX: usize = 256;

/// Who is there.
#[derive(Debug, Default)]
pub(super) struct Presence {
    clients: BTreeMap<u64, Client>,
    /// The clocks at which the others were told that a client is gone. They take no word of it up to there for news.
    gone: BTreeMap<u64, u32>,
}

/// What comes of a presence message.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    /// News for the others.
    pub news: Vec<Told>,
    /// For the sender: clients that came back under a clock at which the others know them gone. A Yjs client that is told it
    /// is gone counts its clock up and says again that it is there.
    pub recall: Vec<Told>,
}

#[derive(Debug)]
struct Client {
    clock: u32,
    state: String,
    /// The socket that told of it last: the client goes with it.
    peer: PeerId,
}

/// What a client says that it is gone.
const GONE: &str = "null";

impl Presence {
    /// Takes what a socket tells. Clients repeat what they heard of each other.
    pub fn told(&mut self, peer: PeerId, told: Vec<Told>) -> Heard {
        let mut heard = Heard::default();
        for told in told {
            match self.gone.get(&told.client).copied() {
                Some(clock) if told.clock <= clock && told.state != GONE => {
                    heard.recall.push(Told { client: told.client, clock, state: GONE.into() });
                }
                _ if self.is_news(peer, &told) => heard.news.push(told),
                _ => {}
            }
        }
        heard
    }

    fn is_news(&mut self, peer: PeerId, told: &Told) -> bool {
        let known = self.clients.get(&told.client);
        let is_gone = told.state == GONE;
        let is_news = match known {
            Some(known) => told.clock > known.clock || (told.clock == known.clock && is_gone),
            None => !is_gone && self.clients.len() < CLIENTS_MAX,
        };
        if is_news && is_gone {
            self.clients.remove(&told.client);
            self.remember_gone(told.client, told.clock);
        } else if is_news {
            let client = Client { clock: told.clock, state: told.state.clone(), peer };
            self.clients.insert(told.client, client);
            self.gone.remove(&told.client);
        }
        is_news
    }

    fn remember_gone(&mut self, client: u64, clock: u32) {
        if self.gone.len() >= GONE_MAX {
            self.gone.pop_first();
        }
        self.gone.insert(client, clock);
    }

    /// All who are there, for one who comes or asks.
    pub fn all(&self) -> Vec<Told> {
        let told =
            |(id, client): (&u64, &Client)| Told { client: *id, clock: client.clock, state: client.state.clone() };
        self.clients.iter().map(told).collect()
    }

    /// A socket is gone, and its clients with it; gives what the others are to be told.
    pub fn left(&mut self, peer: PeerId) -> Vec<Told> {
        let mut gone = Vec::new();
        self.clients.retain(|id, client| {
            let stays = client.peer != peer;
            if !stays {
                gone.push(Told { client: *id, clock: client.clock.saturating_add(1), state: GONE.into() });
            }
            stays
        });
        gone.iter().for_each(|told| self.remember_gone(told.client, told.clock));
        gone
    }
}

/// Where the cursor stands in what a client tells of itself, as y-codemirror.next and its kin write it: anchor and head as
/// relative positions.
pub(super) fn cursor(state: &str) -> Option<(serde_json::Value, serde_json::Value)> {
    let mut state: serde_json::Value = serde_json::from_str(state).ok()?;
    let cursor = state.get_mut("cursor")?;
    Some((cursor.get_mut("anchor")?.take(), cursor.get_mut("head")?.take()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(client: u64, clock: u32, state: &str) -> Told {
        Told { client, clock, state: state.into() }
    }

    #[test]
    fn only_news_is_passed_on_and_kept() {
        let (mut presence, first, second) = (Presence::default(), PeerId(1), PeerId(2));
        assert_eq!(presence.told(first, vec![told(7, 1, "{}")]).news.len(), 1);
        assert_eq!(presence.told(second, vec![told(7, 1, "{}"), told(8, 0, "{}")]).news, [told(8, 0, "{}")]);
        assert_eq!(presence.told(first, vec![told(7, 2, "{\"a\":1}")]).news.len(), 1);
        assert_eq!(presence.all(), [told(7, 2, "{\"a\":1}"), told(8, 0, "{}")]);
        assert_eq!(presence.told(first, vec![told(7, 2, "null")]).news.len(), 1, "gone, at the same clock");
        assert_eq!(presence.told(first, vec![told(7, 3, "null")]), Heard::default(), "known to be gone");
        assert_eq!(presence.all(), [told(8, 0, "{}")]);
    }

    #[test]
    fn who_goes_takes_their_clients_along() {
        let mut presence = Presence::default();
        presence.told(PeerId(1), vec![told(7, 4, "{}"), told(9, 1, "{}")]);
        presence.told(PeerId(2), vec![told(8, 1, "{}")]);
        // A client that came back over another socket stays when the old one is found to be dead.
        presence.told(PeerId(2), vec![told(9, 2, "{}")]);
        assert_eq!(presence.left(PeerId(1)), [told(7, 5, "null")]);
        assert_eq!(presence.all().len(), 2);
    }

    #[test]
    fn who_comes_back_is_asked_to_say_so_louder() {
        let mut presence = Presence::default();
        presence.told(PeerId(1), vec![told(7, 4, "{}")]);
        presence.left(PeerId(1));
        // The others know it gone at 5, and would not believe 4.
        let heard = presence.told(PeerId(2), vec![told(7, 4, "{}")]);
        assert_eq!(heard, Heard { news: vec![], recall: vec![told(7, 5, "null")] });
        assert_eq!(presence.told(PeerId(2), vec![told(7, 6, "{}")]).news, [told(7, 6, "{}")]);
        assert_eq!(presence.all(), [told(7, 6, "{}")]);
        // And once more, after a goodbye of its own.
        presence.told(PeerId(2), vec![told(7, 6, "null")]);
        assert_eq!(presence.told(PeerId(3), vec![told(7, 6, "{}")]).recall, [told(7, 6, "null")]);
    }

    #[test]
    fn clients_are_bounded() {
        let mut presence = Presence::default();
        let all = (0..100).map(|client| told(client, 1, "{}")).collect();
        assert_eq!(presence.told(PeerId(1), all).news.len(), CLIENTS_MAX);
    }

    #[test]
    fn a_cursor_is_found_where_bindings_put_it() {
        let state = r#"{"user":{"name":"A"},"cursor":{"anchor":{"tname":"go","assoc":0},"head":{"tname":"go"}}}"#;
        let (anchor, head) = cursor(state).expect("a cursor");
        assert_eq!((anchor["tname"].as_str(), head["tname"].as_str()), (Some("go"), Some("go")));
        for none in ["{}", "null", "[", r#"{"cursor":null}"#, r#"{"cursor":{"anchor":1}}"#] {
            assert_eq!(cursor(none), None, "{none}");
        }
    }
}
