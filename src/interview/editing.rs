//! What the candidate does in the editor: edits are taken and passed on to the other sockets, or refused with their socket
//! closed, for a client whose edit was refused shows a text that nobody else has.

use super::Interview;
use super::command::{Command, EditRefusal, RefusalCode, Show};
use super::editor::{Cursor, Editor, Taken};
use crate::language::Language;
use crate::units::*;

impl Interview {
    /// The shared editor, in interviews that have one.
    pub fn editor(&self) -> Option<&Editor> {
        self.editor.as_ref()
    }

    /// The candidate changed a text within this span before now.
    pub fn typed_within(&self, span: Ms) -> bool {
        let typed_at = self.editor.as_ref().and_then(Editor::typed_at);
        typed_at.is_some_and(|at| self.now - at < span)
    }

    pub(super) fn editor_changed(&mut self, peer: PeerId, update: &[u8]) {
        let Some(editor) = &mut self.editor else { return self.drop_peer(peer, EditRefusal::UnknownText) };
        match editor.apply(self.now, update) {
            Ok(Taken::Changed { released }) => {
                self.out.push(Command::ShareEdit { except: Some(peer), update: None });
                self.out.extend(released.into_iter().map(share));
            }
            Ok(Taken::Known | Taken::Waits) => {}
            Err(code) => self.drop_peer(peer, code),
        }
    }

    fn drop_peer(&mut self, peer: PeerId, code: EditRefusal) {
        self.out.push(Command::DropPeer { peer, code });
    }

    pub(super) fn editor_replaced(&mut self, language: Language, text: &str) {
        let Some(editor) = self.editor.as_mut().filter(|editor| editor.languages().contains(&language)) else {
            return self.refuse(RefusalCode::NotAvailable, "language");
        };
        match editor.replace(self.now, language, text) {
            Ok(update) => {
                self.out.extend(update.map(share));
                self.show_editor();
            }
            Err(code) => self.refuse(RefusalCode::Edit(code), "text"),
        }
    }

    pub(super) fn language_chosen(&mut self, language: Language) {
        match self.editor.as_mut().is_some_and(|editor| editor.choose(language)) {
            true => self.show_editor(),
            false => self.refuse(RefusalCode::NotAvailable, "language"),
        }
    }

    pub(super) fn cursor_moved(&mut self, cursor: Cursor) {
        if let Some(editor) = &mut self.editor {
            editor.cursor_moved(cursor);
        }
    }

    /// Tells the client, and the record, which code is looked at, if it is other than when last looked at.
    pub(super) fn show_editor(&mut self) {
        if let Some((language, text_hash, bytes)) = self.editor.as_mut().and_then(Editor::news) {
            self.show(Show::Editor { language, text_hash, bytes });
        }
    }
}

fn share(update: Vec<u8>) -> Command {
    Command::ShareEdit { except: None, update: Some(Bytes64(update)) }
}
