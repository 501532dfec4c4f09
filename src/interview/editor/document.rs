//! The document: a text for each language that several people change at once. Yjs updates in, Yjs updates out. It takes an
//! update whole or stays as it was.
//!
//! The library is given fixed ids and no clock: the same updates in the same order give the same bytes. It is given nothing
//! that `sieve` did not read before, and no update before those it builds on; those wait here. What fails all the same is
//! undone by building the document again from what it took before.

use super::EditRefusal;
use super::hunks::{Hunk, hunks};
use super::sieve::{self, Gist};
use crate::language::Language;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{
    BranchID, ClientID, Doc, GetString, OffsetKind, Options, ReadTxn, StateVector, StickyIndex, Text, Transact, Update,
    WriteTxn,
};

/// Text in all languages together, in UTF-16 units as browsers count. More: [`EditRefusal::EditorFull`].
pub const TEXT_UNITS_MAX: u32 = 256 * 1024;
/// Pieces that the document may hold, of text and of where text was; an interview of two hours has some ten thousand. More:
/// [`EditRefusal::HistoryFull`].
pub const HISTORY_STRUCTS_MAX: u32 = 131_072;
/// Clients that ever wrote. A page that is loaded again is another one.
pub const CLIENTS_MAX: usize = 1_024;
/// Updates that wait for those they build on; bytes of them. More: [`EditRefusal::OutOfOrder`].
pub const WAITING_MAX: usize = 256;
/// See [`WAITING_MAX`].
pub const WAITING_BYTES_MAX: usize = 256 * 1024;
/// Updates since the last full copy: together at most so many bytes or as many as the copy has, and so many in number.
const JOURNAL_BYTES_MIN: usize = 32 * 1024;
const JOURNAL_UPDATES_MAX: usize = 4_096;
/// After so many failures of the library nothing more is taken: each leaves some memory behind.
const FAULTS_MAX: u8 = 3;
/// The server's own edits are from this client. Clients choose at random from 32 or 53 bits.
pub const SERVER_CLIENT: u64 = 1;

/// See the file.
pub(super) struct Document {
    languages: Vec<Language>,
    doc: Doc,
    journal: Journal,
    waiting: Vec<Waiting>,
    faults: u8,
}

/// What the document can be built from again.
#[derive(Default)]
struct Journal {
    /// All of it as of some time, as one update.
    base: Vec<u8>,
    /// Updates since, in their order.
    since: Vec<Vec<u8>>,
    since_bytes: usize,
    /// Pieces in the document: exact for the base, what they can have become at most for the updates since.
    structs: u32,
}

/// An update that came before one it builds on.
struct Waiting {
    update: Vec<u8>,
    gist: Gist,
}

/// What became of an update.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// The document changed; these updates, which had waited for it, were taken with it.
    Changed {
        /// In the order in which they were taken.
        released: Vec<Vec<u8>>,
    },
    /// All of it was known.
    Known,
    /// It waits for another.
    Waits,
}

impl Document {
    /// A document with these texts.
    pub fn new(texts: &[(Language, &str)]) -> Document {
        let languages: Vec<Language> = texts.iter().map(|(language, _)| *language).collect();
        let mut document =
            Document { doc: blank(&languages), languages, journal: Journal::default(), waiting: Vec::new(), faults: 0 };
        for (language, text) in texts {
            // A starter that is too long is left out: the bank's lint bounds them far below.
            document.replace(*language, text).ok();
        }
        document.compact();
        document
    }

    /// Takes an update of a client.
    pub fn apply(&mut self, update: &[u8]) -> Result<Taken, EditRefusal> {
        let gist = sieve::read(update, &self.languages)?;
        if gist.is_empty() {
            return Ok(Taken::Known);
        }
        let state = self.doc.transact().state_vector();
        let clock = |client| state.get(&ClientID::new(client));
        // The server alone writes as the server, and all it wrote is here.
        if gist.spans.get(&SERVER_CLIENT).is_some_and(|(_, end)| *end > clock(SERVER_CLIENT)) {
            return Err(EditRefusal::Malformed);
        }
        let newcomers = gist.spans.keys().filter(|client| clock(**client) == 0).count();
        if state.len() + newcomers > CLIENTS_MAX {
            return Err(EditRefusal::HistoryFull);
        }
        if !gist.fits(clock) {
            return self.wait(update, gist);
        }
        if !self.take(update, &gist)? {
            return Ok(Taken::Known);
        }
        Ok(Taken::Changed { released: self.release() })
    }

    fn wait(&mut self, update: &[u8], gist: Gist) -> Result<Taken, EditRefusal> {
        if self.waiting.iter().any(|waiting| waiting.update == update) {
            return Ok(Taken::Waits);
        }
        let bytes: usize = self.waiting.iter().map(|waiting| waiting.update.len()).sum();
        if self.waiting.len() == WAITING_MAX || bytes + update.len() > WAITING_BYTES_MAX {
            return Err(EditRefusal::OutOfOrder);
        }
        self.waiting.push(Waiting { update: update.to_vec(), gist });
        Ok(Taken::Waits)
    }

    /// Takes what has waited long enough. One that is refused now is forgotten: its client learns when it comes back.
    fn release(&mut self) -> Vec<Vec<u8>> {
        let mut released = Vec::new();
        while !self.waiting.is_empty() {
            let state = self.doc.transact().state_vector();
            let clock = |client| state.get(&ClientID::new(client));
            let Some(ready) = self.waiting.iter().position(|waiting| waiting.gist.fits(clock)) else { break };
            let Waiting { update, gist } = self.waiting.remove(ready);
            if self.take(&update, &gist) == Ok(true) {
                released.push(update);
            }
        }
        released
    }

    /// Updates wait for others that have not come.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Integrates an update whose time has come; tells whether it changed anything.
    fn take(&mut self, update: &[u8], gist: &Gist) -> Result<bool, EditRefusal> {
        let structs = most_structs(gist);
        self.make_room(structs)?;
        let changed = self.integrate(update)?;
        if changed && self.units() > TEXT_UNITS_MAX {
            self.rebuild();
            return Err(EditRefusal::EditorFull);
        }
        if changed {
            self.journal.add(update.to_vec(), structs);
        }
        Ok(changed)
    }

    /// Whether so many pieces more fit, counted anew when they may not.
    fn make_room(&mut self, structs: u32) -> Result<(), EditRefusal> {
        if self.faults >= FAULTS_MAX {
            return Err(EditRefusal::Broken);
        }
        let is_full = |journal: &Journal| journal.structs.saturating_add(structs) > HISTORY_STRUCTS_MAX;
        if self.journal.is_due() || (is_full(&self.journal) && !self.journal.since.is_empty()) {
            self.compact();
        }
        match is_full(&self.journal) {
            true => Err(EditRefusal::HistoryFull),
            false => Ok(()),
        }
    }

    fn integrate(&mut self, update: &[u8]) -> Result<bool, EditRefusal> {
        let outcome = integrate(&self.doc, update);
        if matches!(outcome, Err(Failed::Torn)) {
            self.faults += 1;
        }
        outcome.map_err(|_| {
            self.rebuild();
            EditRefusal::Malformed
        })
    }

    /// As before the last update.
    fn rebuild(&mut self) {
        self.doc = blank(&self.languages);
        let journal = std::iter::once(&self.journal.base).chain(&self.journal.since);
        let whole = journal.filter(|update| !update.is_empty()).all(|update| integrate(&self.doc, update).is_ok());
        if !whole {
            // What was taken once cannot be taken again: nothing is to be built on this.
            self.faults = FAULTS_MAX;
        }
    }

    fn compact(&mut self) {
        let base = self.doc.transact().encode_state_as_update_v1(&StateVector::default());
        let structs = sieve::count(&base).unwrap_or(HISTORY_STRUCTS_MAX);
        self.journal = Journal { base, structs, ..Journal::default() };
    }

    /// Sets a whole text and gives the update that did; none when it was the same. Only what differs is edited, so that
    /// cursors elsewhere stay.
    pub fn replace(&mut self, language: Language, text: &str) -> Result<Option<Vec<u8>>, EditRefusal> {
        let before = self.text(language);
        if before == text {
            return Ok(None);
        }
        let longer = units(text).saturating_sub(units(&before));
        if self.units().saturating_add(longer) > TEXT_UNITS_MAX {
            return Err(EditRefusal::EditorFull);
        }
        let hunks = hunks(&before, text);
        // Each may split what it stands in at both its ends.
        let structs = u32::try_from(hunks.len()).unwrap_or(u32::MAX).saturating_mul(4);
        self.make_room(structs)?;
        let Some(update) = edit(&self.doc, language, &hunks) else {
            self.faults += 1;
            self.rebuild();
            return Err(EditRefusal::Broken);
        };
        self.journal.add(update.clone(), structs);
        Ok(Some(update))
    }

    /// A language's text; empty when the interview does not have the language.
    pub fn text(&self, language: Language) -> String {
        let transaction = self.doc.transact();
        transaction.get_text(language.id()).map_or_else(String::new, |text| text.get_string(&transaction))
    }

    /// Length of all texts together.
    fn units(&self) -> u32 {
        let transaction = self.doc.transact();
        let texts = self.languages.iter().filter_map(|language| transaction.get_text(language.id()));
        texts.fold(0, |sum: u32, text| sum.saturating_add(text.len(&transaction)))
    }

    /// What a client whose state is this does not know, as one update.
    pub fn diff(&self, state_vector: &[u8]) -> Result<Vec<u8>, EditRefusal> {
        let state = StateVector::decode_v1(state_vector).map_err(|_| EditRefusal::Malformed)?;
        let diff = || self.doc.transact().encode_diff_v1(&state);
        catch_unwind(AssertUnwindSafe(diff)).map_err(|_| EditRefusal::Malformed)
    }

    /// What the document knows.
    pub fn state_vector(&self) -> Vec<u8> {
        self.doc.transact().state_vector().encode_v1()
    }

    /// Where a relative position, as Yjs writes it in JSON, stands now; none when it stands nowhere.
    pub fn place_of(&self, position: &serde_json::Value) -> Option<(Language, u32)> {
        let position: StickyIndex = serde_json::from_value(position.clone()).ok()?;
        let transaction = self.doc.transact();
        let place = catch_unwind(AssertUnwindSafe(|| position.get_offset(&transaction))).ok()??;
        let BranchID::Root(name) = place.branch.id() else { return None };
        let language = Language::from_id(&name).filter(|language| self.languages.contains(language))?;
        Some((language, place.index))
    }
}

impl Journal {
    fn add(&mut self, update: Vec<u8>, structs: u32) {
        self.since_bytes += update.len();
        self.structs = self.structs.saturating_add(structs);
        self.since.push(update);
    }

    /// Reading it back takes longer than it should.
    fn is_due(&self) -> bool {
        self.since.len() >= JOURNAL_UPDATES_MAX || self.since_bytes >= JOURNAL_BYTES_MIN.max(self.base.len())
    }
}

/// Each piece can split one at either of its neighbours, each deletion one at either end.
fn most_structs(gist: &Gist) -> u32 {
    gist.structs.saturating_mul(3).saturating_add(gist.deletes.saturating_mul(2))
}

/// Length of a text in UTF-16 units.
pub(super) fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

fn blank(languages: &[Language]) -> Doc {
    let doc = Doc::with_options(Options {
        client_id: ClientID::new(SERVER_CLIENT),
        guid: "viva".into(),
        collection_id: None,
        offset_kind: OffsetKind::Utf16,
        skip_gc: false,
        auto_load: false,
        should_load: true,
        cleanup_formatting: false,
    });
    let mut transaction = doc.transact_mut();
    for language in languages {
        transaction.get_or_insert_text(language.id());
    }
    drop(transaction);
    doc
}

/// Why the library did not take an update.
enum Failed {
    /// It said so.
    Refused,
    /// It panicked in the middle: the document is not to be used, nor its transaction ended.
    Torn,
}

fn integrate(doc: &Doc, update: &[u8]) -> Result<bool, Failed> {
    let decoded = catch_unwind(|| Update::decode_v1(update)).map_err(|_| Failed::Torn)?;
    let update = decoded.map_err(|_| Failed::Refused)?;
    // Dropping a transaction commits it; one that was torn must not be, for a second panic would end the process.
    let mut transaction = ManuallyDrop::new(doc.transact_mut());
    let work = || {
        let applied = transaction.apply_update(update);
        transaction.commit();
        let whole = transaction.store().pending_update().is_none() && transaction.store().pending_ds().is_none();
        (applied.is_ok() && whole, transaction.has_changes())
    };
    let outcome = catch_unwind(AssertUnwindSafe(work)).map_err(|_| Failed::Torn);
    if outcome.is_ok() {
        drop(ManuallyDrop::into_inner(transaction));
    }
    match outcome? {
        (true, changed) => Ok(changed),
        (false, _) => Err(Failed::Refused),
    }
}

/// Edits a text as the server; gives the update that did.
fn edit(doc: &Doc, language: Language, hunks: &[Hunk]) -> Option<Vec<u8>> {
    let mut transaction = ManuallyDrop::new(doc.transact_mut());
    let work = || {
        let text = transaction.get_or_insert_text(language.id());
        // From the back, so that places further in front stay.
        for hunk in hunks.iter().rev() {
            if hunk.removed > 0 {
                text.remove_range(&mut transaction, hunk.at, hunk.removed);
            }
            text.insert(&mut transaction, hunk.at, &hunk.inserted);
        }
        transaction.commit();
        transaction.encode_update_v1()
    };
    let update = catch_unwind(AssertUnwindSafe(work)).ok()?;
    drop(ManuallyDrop::into_inner(transaction));
    Some(update)
}
