//! The editor's sockets within the interview: frames in, in the one order of all that comes in; frames out to those who
//! share the document. Reading the document answers a newcomer at once; what changes it is an event like any other.

use super::driver::Driver;
use super::outbox::WATCHERS_MAX;
use super::peers::{PEERS_MAX, PeerOutbox};
use super::presence::{self, Heard, Presence};
use crate::interview::command::EditRefusal;
use crate::interview::event::Event;
use crate::units::*;
use crate::wire::Close;
use crate::wire::sync::{Presence as Told, SyncFrame};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};

/// The candidate's cursor is told to the core at most so often; the last place always is.
pub const CURSOR_EVERY: Ms = Ms(250);
/// Who sent an edit that builds on others that have not come is asked for those at most so often.
const ASK_EVERY: Ms = Ms(1000);

/// What an editor socket brings.
#[derive(Debug)]
pub enum EditorIngress {
    /// It is attached.
    Joined {
        /// Its number.
        peer: PeerId,
        /// Where its frames go.
        outbox: PeerOutbox,
        /// It only reads.
        watches: bool,
    },
    /// A frame came.
    Said {
        /// From which socket.
        peer: PeerId,
        /// The frame.
        frame: Bytes,
    },
    /// It is gone.
    Left {
        /// Which.
        peer: PeerId,
    },
}

/// The sockets of one interview.
#[derive(Debug, Default)]
pub(super) struct Editors {
    peers: BTreeMap<PeerId, PeerOutbox>,
    /// Those that only read.
    watchers: BTreeSet<PeerId>,
    presence: Presence,
    /// The edit that is being handled, as a frame.
    editing: Bytes,
    cursor: CursorWatch,
    asked_at: Option<At>,
}

/// The candidate's cursor on its way to the core.
#[derive(Debug, Default)]
struct CursorWatch {
    /// Where it is, as the client told, while the core does not know.
    state: Option<String>,
    told_at: Option<At>,
    told: Option<Event>,
}

impl Editors {
    /// When the core is to be told where the cursor is.
    pub fn cursor_due(&self) -> Option<At> {
        self.cursor.state.as_ref()?;
        Some(self.cursor.told_at.map_or(At(0), |at| at + CURSOR_EVERY))
    }

    /// Says goodbye to all.
    pub fn close(&mut self, goodbye: Close) {
        for outbox in std::mem::take(&mut self.peers).into_values() {
            outbox.close(goodbye);
            metrics::gauge!("viva_editor_sockets").decrement(1.0);
        }
    }

    fn send_all(&mut self, except: Option<PeerId>, frame: &Bytes) {
        let listeners = self.peers.iter().filter(|(peer, _)| Some(**peer) != except);
        let slow: Vec<PeerId> =
            listeners.filter(|(_, outbox)| !outbox.push(frame.clone())).map(|(peer, _)| *peer).collect();
        slow.into_iter().for_each(|peer| self.left(peer));
    }

    fn send(&mut self, peer: PeerId, frame: &SyncFrame<'_>) {
        if self.peers.get(&peer).is_some_and(|outbox| !outbox.push(frame.encode().into())) {
            self.left(peer);
        }
    }

    /// A socket is gone: the others see its clients go.
    fn left(&mut self, peer: PeerId) {
        self.watchers.remove(&peer);
        if self.peers.remove(&peer).is_some() {
            metrics::gauge!("viva_editor_sockets").decrement(1.0);
        }
        let gone = self.presence.left(peer);
        if !gone.is_empty() {
            self.send_all(Some(peer), &presence_frame(&gone));
        }
    }

    fn drop_peer(&mut self, peer: PeerId, goodbye: Close) {
        if let Some(outbox) = self.peers.get(&peer) {
            outbox.close(goodbye);
        }
        self.left(peer);
    }

    fn told(&mut self, peer: PeerId, told: Vec<Told>) {
        let Heard { news, recall } = self.presence.told(peer, told);
        if !recall.is_empty() {
            self.send(peer, &SyncFrame::Presence(&Told::encode(&recall)));
        }
        if news.is_empty() {
            return;
        }
        self.send_all(Some(peer), &presence_frame(&news));
        if let Some(last) = news.into_iter().rev().find(|told| told.state.contains("\"cursor\"")) {
            self.cursor.state = Some(last.state);
        }
    }

    fn everybody(&mut self, peer: PeerId) {
        let all = self.presence.all();
        if !all.is_empty() {
            self.send(peer, &SyncFrame::Presence(&Told::encode(&all)));
        }
    }
}

impl Drop for Editors {
    fn drop(&mut self) {
        metrics::gauge!("viva_editor_sockets").decrement(self.peers.len() as f64);
    }
}

fn presence_frame(told: &[Told]) -> Bytes {
    SyncFrame::Presence(&Told::encode(told)).encode().into()
}

impl Driver {
    /// What an editor socket brings.
    pub(super) fn editor(&mut self, message: EditorIngress) {
        match message {
            EditorIngress::Joined { peer, outbox, watches } => self.peer_joined(peer, outbox, watches),
            // What is still under way from a socket that was dropped.
            EditorIngress::Said { peer, .. } if !self.editors.peers.contains_key(&peer) => {}
            EditorIngress::Said { peer, frame } => self.peer_said(peer, &frame),
            EditorIngress::Left { peer } => self.editors.left(peer),
        }
    }

    fn peer_joined(&mut self, peer: PeerId, outbox: PeerOutbox, watches: bool) {
        let Some(editor) = self.core.editor() else { return outbox.close(Close::NoEditor) };
        // Who watches takes no place from those who write.
        let watchers = self.editors.watchers.len();
        let is_full = if watches { watchers >= WATCHERS_MAX } else { self.editors.peers.len() - watchers >= PEERS_MAX };
        if is_full {
            return outbox.close(if watches { Close::TooManyWatchers } else { Close::TooManyPeers });
        }
        if watches {
            self.editors.watchers.insert(peer);
        }
        let state = editor.state_vector();
        metrics::gauge!("viva_editor_sockets").increment(1.0);
        self.editors.peers.insert(peer, outbox);
        self.editors.send(peer, &SyncFrame::Known(&state));
        self.editors.everybody(peer);
    }

    fn peer_said(&mut self, peer: PeerId, frame: &Bytes) {
        let watches = self.editors.watchers.contains(&peer);
        match SyncFrame::decode(frame) {
            Ok(SyncFrame::Known(state)) => self.peer_asks(peer, state),
            Ok(SyncFrame::Missing(_) | SyncFrame::Update(_) | SyncFrame::Presence(_)) if watches => {}
            Ok(SyncFrame::Missing(update) | SyncFrame::Update(update)) => self.peer_edits(peer, update),
            Ok(SyncFrame::Presence(message)) => match Told::decode(message) {
                Ok(told) => self.editors.told(peer, told),
                Err(_) => self.editors.drop_peer(peer, Close::BadPresence),
            },
            Ok(SyncFrame::PresenceAsked) => self.editors.everybody(peer),
            Ok(SyncFrame::Auth) => {}
            Err(_) => self.editors.drop_peer(peer, Close::BadSyncFrame),
        }
    }

    /// A reading: it changes nothing and is not recorded.
    fn peer_asks(&mut self, peer: PeerId, state: &[u8]) {
        match self.core.editor().map(|editor| editor.diff(state)) {
            Some(Ok(update)) => self.editors.send(peer, &SyncFrame::Missing(&update)),
            _ => self.editors.drop_peer(peer, Close::BadSyncFrame),
        }
    }

    fn peer_edits(&mut self, peer: PeerId, update: &[u8]) {
        // A client that knows no more than we do says so with an empty update.
        if update == [0, 0] {
            return;
        }
        self.editors.editing = SyncFrame::Update(update).encode().into();
        self.step(Event::EditorChanged { peer, update: Bytes64(update.to_vec()) });
        self.editors.editing = Bytes::new();
        self.ask_for_missed(peer);
    }

    fn ask_for_missed(&mut self, peer: PeerId) {
        let now = self.now();
        let Some(editor) = self.core.editor().filter(|editor| editor.misses_edits()) else {
            self.editors.asked_at = None;
            return;
        };
        if self.editors.asked_at.is_none_or(|at| at + ASK_EVERY <= now) {
            let state = editor.state_vector();
            self.editors.asked_at = Some(now);
            self.editors.send(peer, &SyncFrame::Known(&state));
        }
    }

    /// Passes an edit on; `None` is the one that is being handled.
    pub(super) fn share_edit(&mut self, except: Option<PeerId>, update: Option<Bytes64>) {
        let frame = match update {
            Some(update) => SyncFrame::Update(&update.0).encode().into(),
            None => self.editors.editing.clone(),
        };
        self.editors.send_all(except, &frame);
    }

    pub(super) fn drop_peer(&mut self, peer: PeerId, code: EditRefusal) {
        tracing::info!(%peer, ?code, "an edit was refused");
        metrics::counter!("viva_edits_refused_total", "code" => format!("{code:?}").to_lowercase()).increment(1);
        self.editors.drop_peer(peer, refusal(code));
    }

    /// Tells the core where the candidate's cursor is now, if it is elsewhere.
    pub(super) fn tell_cursor(&mut self) {
        let Some(state) = self.editors.cursor.state.take() else { return };
        self.editors.cursor.told_at = Some(self.now());
        let Some(editor) = self.core.editor() else { return };
        let place = |position| editor.place_of(&position);
        let Some((anchor, head)) = presence::cursor(&state) else { return };
        let (Some((language, anchor)), Some((other, head))) = (place(anchor), place(head)) else { return };
        let moved = Event::CursorMoved { language, anchor, head };
        if language == other && self.editors.cursor.told.as_ref() != Some(&moved) {
            self.editors.cursor.told = Some(moved.clone());
            self.step(moved);
        }
    }
}

fn refusal(code: EditRefusal) -> Close {
    match code {
        EditRefusal::Malformed => Close::BadEdit,
        EditRefusal::NotText => Close::NotText,
        EditRefusal::UnknownText => Close::UnknownText,
        EditRefusal::EditTooLarge => Close::EditTooLarge,
        EditRefusal::EditorFull => Close::EditorFull,
        EditRefusal::HistoryFull => Close::HistoryFull,
        EditRefusal::OutOfOrder => Close::OutOfOrder,
        EditRefusal::Broken => Close::EditorBroken,
    }
}
