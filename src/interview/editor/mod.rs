//! The shared editor: bytes in, bytes out, and the text as it stands. One Yjs document holds a text for each language of the
//! interview, under the language's id; changing the language keeps each. Presence (who is there, whose cursor has which
//! colour) is not here: it reads a clock.

mod document;
mod hunks;
mod sieve;
#[cfg(test)]
mod tests;

pub use super::command::EditRefusal;
use super::fnv;
use super::setup::Workspace;
use crate::language::Language;
use crate::units::*;
use document::Document;
pub use document::{
    CLIENTS_MAX, HISTORY_STRUCTS_MAX, SERVER_CLIENT, TEXT_UNITS_MAX, Taken, WAITING_BYTES_MAX, WAITING_MAX,
};
pub use sieve::{UPDATE_BYTES_MAX, UPDATE_DELETES_MAX, UPDATE_STRUCTS_MAX};

/// The texts of one interview and what the candidate does in them.
pub struct Editor {
    document: Document,
    languages: Vec<Language>,
    language: Language,
    cursor: Option<Cursor>,
    typed_at: Option<At>,
    /// What the client was last told of: language and hash.
    shown: Option<(Language, String)>,
}

/// Where the candidate's cursor was last seen. The text may have become shorter since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// In the text of this language.
    pub language: Language,
    /// Where the selection begins, in UTF-16 units from the text's start.
    pub anchor: u32,
    /// Where the cursor is; the same as `anchor` when nothing is selected.
    pub head: u32,
}

impl Editor {
    /// The texts as they begin, the starters in them.
    pub fn new(workspace: &Workspace) -> Editor {
        let starter = |language| workspace.starters.get(language).map_or("", String::as_str);
        let texts: Vec<(Language, &str)> =
            workspace.languages.iter().map(|language| (*language, starter(language))).collect();
        Editor {
            document: Document::new(&texts),
            languages: workspace.languages.clone(),
            language: workspace.language,
            cursor: None,
            typed_at: None,
            shown: None,
        }
    }

    /// The languages that have a text.
    pub fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// The language the candidate writes in now.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A language's text; empty when the interview does not have the language.
    pub fn text(&self, language: Language) -> String {
        self.document.text(language)
    }

    /// Tells whether two texts are the same: FNV-1a 64 in hex. Not a safeguard against malice.
    pub fn hash(&self, language: Language) -> String {
        fnv::hex(fnv::of(&self.text(language)))
    }

    /// What a client whose state vector is this (Yjs, v1) does not know, as one update.
    ///
    /// # Errors
    /// When it is no state vector.
    pub fn diff(&self, state_vector: &[u8]) -> Result<Vec<u8>, EditRefusal> {
        self.document.diff(state_vector)
    }

    /// What the document knows, as a state vector (Yjs, v1).
    pub fn state_vector(&self) -> Vec<u8> {
        self.document.state_vector()
    }

    /// Edits came before those they build on: who sent them should be asked for what is missing.
    pub fn misses_edits(&self) -> bool {
        self.document.is_waiting()
    }

    /// Where a relative position, as Yjs writes it in JSON, stands now, in UTF-16 units; none when it stands nowhere.
    pub fn place_of(&self, position: &serde_json::Value) -> Option<(Language, u32)> {
        self.document.place_of(position)
    }

    /// Where the candidate's cursor was last seen.
    pub fn cursor(&self) -> Option<Cursor> {
        self.cursor
    }

    /// When the candidate last changed a text.
    pub fn typed_at(&self) -> Option<At> {
        self.typed_at
    }

    /// Takes a client's update.
    ///
    /// # Errors
    /// When it cannot be taken; the texts are as before.
    pub fn apply(&mut self, at: At, update: &[u8]) -> Result<Taken, EditRefusal> {
        let taken = self.document.apply(update)?;
        if matches!(taken, Taken::Changed { .. }) {
            self.typed_at = Some(at);
        }
        Ok(taken)
    }

    /// Sets a whole text; gives the update that did, none when it was the same.
    ///
    /// # Errors
    /// When it does not fit; the texts are as before.
    pub fn replace(&mut self, at: At, language: Language, text: &str) -> Result<Option<Vec<u8>>, EditRefusal> {
        let update = self.document.replace(language, text)?;
        if update.is_some() {
            self.typed_at = Some(at);
        }
        Ok(update)
    }

    /// The candidate goes on in this language; false when the interview does not have it.
    pub fn choose(&mut self, language: Language) -> bool {
        let is_known = self.languages.contains(&language);
        if is_known {
            self.language = language;
        }
        is_known
    }

    pub(super) fn cursor_moved(&mut self, cursor: Cursor) {
        if self.languages.contains(&cursor.language) {
            self.cursor = Some(cursor);
        }
    }

    /// Language, hash and size in bytes of the text in use, if the client was not told of just these.
    pub(super) fn news(&mut self) -> Option<(Language, String, u32)> {
        let text = self.text(self.language);
        let now = (self.language, fnv::hex(fnv::of(&text)));
        if self.shown.as_ref() == Some(&now) {
            return None;
        }
        self.shown = Some(now.clone());
        Some((now.0, now.1, u32::try_from(text.len()).unwrap_or(u32::MAX)))
    }
}
