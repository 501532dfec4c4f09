//! Reads a Yjs update before the document does. The document's library knows maps, nested types, embedded documents and
//! recursive values, each with its own way to take memory or to fail; an editor needs none of them. What passes here is
//! plain text for one of the interview's languages, of bounded size, with every number in a range in which the library's
//! arithmetic cannot overflow; and it is known what must be in the document before.

use super::EditRefusal;
use crate::language::Language;
use std::collections::{BTreeMap, BTreeSet};
use yrs::encoding::read::{Cursor, Error, Read};

/// Bytes of one update at most. All of a full document fits, and its history beside it.
pub const UPDATE_BYTES_MAX: usize = 1024 * 1024;
/// Pieces of text (inserted, deleted or skipped) that one update may hold. Integrating takes time with their square at worst:
/// here about 0.2 s.
pub const UPDATE_STRUCTS_MAX: u32 = 8_192;
/// Ranges that one update may delete. An update of a client that comes back repeats every deletion of the whole interview.
pub const UPDATE_DELETES_MAX: u32 = 65_536;
/// Characters that one client may ever have written, deleted ones included, in UTF-16 units: a thousand times the largest
/// text. No sum of two overflows, signed ones included.
pub const CLOCK_MAX: u32 = 1 << 28;
/// Yjs takes ids of clients from JavaScript's exact integers.
const CLIENT_MAX: u64 = (1 << 53) - 1;

const GC: u8 = 0;
const SKIP: u8 = 10;
const DELETED: u8 = 1;
const STRING: u8 = 4;
const CONTENT: u8 = 0b0001_1111;
const HAS_KEY: u8 = 0b0010_0000;
const HAS_RIGHT: u8 = 0b0100_0000;
const HAS_LEFT: u8 = 0b1000_0000;

/// What an update says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Gist {
    /// Pieces of text in it.
    pub structs: u32,
    /// Ranges that it deletes.
    pub deletes: u32,
    /// By client: from which character to which it tells.
    pub spans: BTreeMap<u64, (u32, u32)>,
    /// By client: all characters below must be in the document already.
    pub known: BTreeMap<u64, u32>,
    /// By client: all characters below must be in the document or in this update.
    pub named: BTreeMap<u64, u32>,
}

impl Gist {
    /// It says nothing.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty() && self.deletes == 0
    }

    /// Whether a document that knows all characters of each client below `clock` can take it now.
    pub fn fits(&self, clock: impl Fn(u64) -> u32) -> bool {
        let known = self.known.iter().all(|(client, below)| *below <= clock(*client));
        let here = |client: &u64| self.spans.get(client).map_or(0, |(_, end)| *end);
        known && self.named.iter().all(|(client, below)| *below <= clock(*client).max(here(client)))
    }
}

/// What `update` says, if it may be taken at all by a document with texts for `languages`.
pub(super) fn read(update: &[u8], languages: &[Language]) -> Result<Gist, EditRefusal> {
    if update.len() > UPDATE_BYTES_MAX {
        return Err(EditRefusal::EditTooLarge);
    }
    let limits = (UPDATE_STRUCTS_MAX, UPDATE_DELETES_MAX);
    Sieve { input: Cursor::new(update), gist: Gist::default(), languages, limits }.read()
}

/// How many pieces our own copy of a whole document has.
pub(super) fn count(whole: &[u8]) -> Result<u32, EditRefusal> {
    let (languages, limits) = (&Language::ALL, (u32::MAX, u32::MAX));
    Ok(Sieve { input: Cursor::new(whole), gist: Gist::default(), languages, limits }.read()?.structs)
}

struct Sieve<'a> {
    input: Cursor<'a>,
    gist: Gist,
    languages: &'a [Language],
    /// Pieces and ranges that may be.
    limits: (u32, u32),
}

impl From<Error> for EditRefusal {
    fn from(_: Error) -> Self {
        EditRefusal::Malformed
    }
}

impl Sieve<'_> {
    fn read(mut self) -> Result<Gist, EditRefusal> {
        self.structs()?;
        self.deletions()?;
        match self.input.has_content() {
            true => Err(EditRefusal::Malformed),
            false => Ok(self.gist),
        }
    }

    fn structs(&mut self) -> Result<(), EditRefusal> {
        let clients: u32 = self.input.read_var()?;
        for _ in 0..clients {
            let count: u32 = self.input.read_var()?;
            let client = self.client()?;
            let start = self.clock()?;
            self.gist.structs = self.gist.structs.saturating_add(count);
            if self.gist.structs > self.limits.0 {
                return Err(EditRefusal::EditTooLarge);
            }
            let mut clock = start;
            for _ in 0..count {
                clock = self.piece(client, clock)?;
            }
            if count == 0 || self.gist.spans.insert(client, (start, clock)).is_some() {
                return Err(EditRefusal::Malformed);
            }
            raise(&mut self.gist.known, client, start);
        }
        Ok(())
    }

    /// One piece that begins at `clock`; gives where the next begins.
    fn piece(&mut self, client: u64, clock: u32) -> Result<u32, EditRefusal> {
        let info = self.input.read_u8()?;
        let length = match info {
            GC | SKIP => self.input.read_var()?,
            info => self.item(client, clock, info)?,
        };
        let end = advance(clock, length)?;
        if info == SKIP {
            raise(&mut self.gist.known, client, end);
        }
        Ok(end)
    }

    /// Text, or where text was.
    fn item(&mut self, client: u64, clock: u32, info: u8) -> Result<u32, EditRefusal> {
        for has in [HAS_LEFT, HAS_RIGHT] {
            if info & has != 0 {
                let (neighbour, at) = (self.client()?, self.clock()?);
                if neighbour == client && at >= clock {
                    return Err(EditRefusal::Malformed);
                }
                raise(&mut self.gist.named, neighbour, advance(at, 1)?);
            }
        }
        if info & (HAS_LEFT | HAS_RIGHT) == 0 {
            self.root()?;
        }
        match info & CONTENT {
            _ if info & HAS_KEY != 0 => Err(EditRefusal::NotText),
            DELETED => Ok(self.input.read_var()?),
            STRING => {
                let length = self.input.read_string()?.encode_utf16().count();
                u32::try_from(length).map_err(|_| EditRefusal::EditTooLarge)
            }
            2..=9 => Err(EditRefusal::NotText),
            _ => Err(EditRefusal::Malformed),
        }
    }

    /// The text an item without neighbours belongs to: one of ours.
    fn root(&mut self) -> Result<(), EditRefusal> {
        let is_named: u32 = self.input.read_var()?;
        if is_named != 1 {
            return Err(EditRefusal::NotText);
        }
        let name = self.input.read_string()?;
        match self.languages.iter().any(|language| language.id() == name) {
            true => Ok(()),
            false => Err(EditRefusal::UnknownText),
        }
    }

    fn deletions(&mut self) -> Result<(), EditRefusal> {
        let clients: u32 = self.input.read_var()?;
        let mut seen = BTreeSet::new();
        for _ in 0..clients {
            let client = self.client()?;
            let count: u32 = self.input.read_var()?;
            self.gist.deletes = self.gist.deletes.saturating_add(count);
            if self.gist.deletes > self.limits.1 {
                return Err(EditRefusal::EditTooLarge);
            }
            let mut after = 0;
            for _ in 0..count {
                let (start, length) = (self.clock()?, self.input.read_var()?);
                if start < after {
                    return Err(EditRefusal::Malformed);
                }
                after = advance(start, length)?;
            }
            if !seen.insert(client) {
                return Err(EditRefusal::Malformed);
            }
            raise(&mut self.gist.named, client, after);
        }
        Ok(())
    }

    fn client(&mut self) -> Result<u64, EditRefusal> {
        let client: u64 = self.input.read_var()?;
        if client > CLIENT_MAX {
            return Err(EditRefusal::Malformed);
        }
        Ok(client)
    }

    fn clock(&mut self) -> Result<u32, EditRefusal> {
        let clock: u32 = self.input.read_var()?;
        if clock > CLOCK_MAX {
            return Err(EditRefusal::Malformed);
        }
        Ok(clock)
    }
}

/// The character after `length` ones from `clock`; nothing is empty.
fn advance(clock: u32, length: u32) -> Result<u32, EditRefusal> {
    let end = clock.saturating_add(length);
    if length == 0 || end > CLOCK_MAX {
        return Err(EditRefusal::Malformed);
    }
    Ok(end)
}

fn raise(map: &mut BTreeMap<u64, u32>, client: u64, below: u32) {
    let known = map.entry(client).or_default();
    *known = below.max(*known);
}
