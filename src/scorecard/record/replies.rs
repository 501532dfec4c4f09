//! What was heard of the interviewer, and when: by the client's reports of what it played, and without them by what was sent
//! to it, as the core reckons.

use super::{HANG_OVER, Moment, Playback, Reply, Span, Speaker, Utterance};
use crate::interview::command::Outcome;
use crate::interview::conversation::join;
use crate::interview::sentences::heard_part;
use crate::interview::speech::{PlayClock, estimate};
use crate::units::*;
use std::collections::BTreeMap;

/// Follows replies.
#[derive(Default)]
pub(super) struct ReplyTrack {
    replies: Vec<OpenReply>,
    by_id: BTreeMap<ReplyId, usize>,
    by_speech: BTreeMap<SpeechId, (usize, usize)>,
    client_reports: bool,
    /// The reply that is being heard, if one is.
    current: Option<usize>,
}

struct OpenReply {
    id: ReplyId,
    item: Option<ItemId>,
    begun: Option<Moment>,
    voice: bool,
    pieces: Vec<Piece>,
    /// The client speaks the words itself.
    client_voice: bool,
    line: Option<String>,
    clock: PlayClock,
    /// Sound that had been sent in all, and when.
    sent: Vec<(At, Ms)>,
    /// What the client said it had played, and when.
    reports: Vec<(At, Ms)>,
    /// Of a reply that was cut: what was heard of it, once for each cut (the core's, then the client's).
    cuts: Vec<Ms>,
    done: Option<(Moment, Outcome)>,
}

struct Piece {
    text: String,
    sent: Ms,
    length: Option<Ms>,
    /// When its words were shown.
    shown: Option<Moment>,
}

impl Piece {
    fn length(&self) -> Ms {
        self.length.unwrap_or_else(|| estimate(&self.text)).max(self.sent)
    }
}

impl ReplyTrack {
    fn entry(&mut self, id: ReplyId) -> usize {
        let next = self.replies.len();
        let place = *self.by_id.entry(id).or_insert(next);
        if place == next {
            self.replies.push(OpenReply {
                id,
                item: None,
                begun: None,
                voice: false,
                pieces: Vec::new(),
                client_voice: false,
                line: None,
                clock: PlayClock::new(self.client_reports),
                sent: Vec::new(),
                reports: Vec::new(),
                cuts: Vec::new(),
                done: None,
            });
        }
        place
    }

    fn of(&mut self, id: ReplyId) -> &mut OpenReply {
        let place = self.entry(id);
        // `entry` made it.
        &mut self.replies[place]
    }

    fn of_item(&mut self, item: ItemId) -> Option<&mut OpenReply> {
        self.replies.iter_mut().rev().find(|reply| reply.item == Some(item))
    }

    fn piece(&mut self, speech: SpeechId) -> Option<(&mut OpenReply, usize)> {
        let (reply, piece) = *self.by_speech.get(&speech)?;
        self.replies.get_mut(reply).map(|reply| (reply, piece))
    }

    pub fn synthesize(&mut self, reply: ReplyId, speech: SpeechId, text: &str) {
        let place = self.entry(reply);
        if let Some(open) = self.replies.get_mut(place) {
            self.by_speech.insert(speech, (place, open.pieces.len()));
            open.pieces.push(Piece { text: text.to_owned(), sent: Ms(0), length: None, shown: None });
        }
    }

    pub fn chosen(&mut self, reply: ReplyId, line: &str) {
        self.of(reply).line = Some(line.to_owned());
    }

    pub fn created(&mut self, now: Moment, id: ReplyId, voice: bool) {
        let place = self.entry(id);
        self.current = Some(place);
        let reply = self.of(id);
        reply.begun = Some(now);
        reply.voice = voice;
    }

    pub fn item_added(&mut self, reply: ReplyId, item: ItemId) {
        self.of(reply).item = Some(item);
    }

    pub fn wrote(&mut self, now: Moment, reply: ReplyId, delta: &str) {
        let text = delta.trim();
        let reply = self.of(reply);
        match reply.pieces.iter_mut().find(|piece| piece.shown.is_none() && piece.text.trim() == text) {
            Some(piece) => piece.shown = Some(now),
            None => reply.pieces.push(Piece { text: text.to_owned(), sent: Ms(0), length: None, shown: Some(now) }),
        }
    }

    /// The client is to speak a text itself, which takes as long as such a text takes.
    pub fn speaks(&mut self, at: At, item: ItemId) {
        let Some(reply) = self.of_item(item) else { return };
        reply.client_voice = true;
        let whole: Ms = reply.pieces.iter().map(Piece::length).sum();
        reply.sent.push((at, whole));
        reply.clock.advanced(at, whole);
    }

    pub fn synthesized(&mut self, speech: SpeechId, length: Ms) {
        if let Some((reply, piece)) = self.piece(speech)
            && let Some(piece) = reply.pieces.get_mut(piece)
        {
            piece.length = Some(length);
        }
    }

    /// No more sound of it will come.
    pub fn failed(&mut self, speech: SpeechId) {
        if let Some((reply, piece)) = self.piece(speech)
            && let Some(piece) = reply.pieces.get_mut(piece)
        {
            piece.length = Some(piece.sent);
        }
    }

    pub fn advanced(&mut self, at: At, speech: SpeechId, sent: Ms, is_end: bool) {
        let Some((reply, piece)) = self.piece(speech) else { return };
        let Some(piece) = reply.pieces.get_mut(piece).filter(|_| reply.done.is_none()) else { return };
        piece.sent = piece.sent.max(sent);
        if is_end {
            piece.length = Some(piece.sent);
        }
        let whole: Ms = reply.pieces.iter().map(|piece| piece.sent).sum();
        reply.sent.push((at, whole));
        reply.clock.advanced(at, whole);
    }

    pub fn reported(&mut self, at: At, item: ItemId, played: Ms) {
        self.client_reports = true;
        if let Some(reply) = self.of_item(item) {
            reply.reports.push((at, played));
            reply.clock.reported(at, played);
        }
    }

    /// Another client than before: whether it reports is yet to be seen.
    pub fn client_joined(&mut self) {
        self.client_reports = false;
    }

    pub fn halted(&mut self, at: At) {
        if let Some(reply) = self.current.and_then(|place| self.replies.get_mut(place)) {
            reply.clock.halt(at);
        }
    }

    pub fn resumed(&mut self, at: At) {
        if let Some(reply) = self.current.and_then(|place| self.replies.get_mut(place)) {
            reply.clock.resume(at);
        }
    }

    pub fn done(&mut self, now: Moment, reply: ReplyId, outcome: Outcome) {
        let reply = self.of(reply);
        reply.done = Some((now, outcome));
        if matches!(outcome, Outcome::Interrupted | Outcome::Cancelled) {
            reply.cuts.push(reply.clock.played(now.at));
        }
    }

    pub fn truncated(&mut self, item: ItemId, heard: Ms) {
        if let Some(reply) = self.of_item(item) {
            reply.cuts.push(heard);
        }
    }

    /// The reply that is being heard or made, if one is.
    pub fn current(&self) -> Option<ReplyId> {
        let reply = self.replies.get(self.current?)?;
        reply.done.is_none().then_some(reply.id)
    }

    /// All replies that were begun, with what was heard of them and when.
    pub fn end(self, now: At) -> (Vec<Reply>, Vec<Playback>, Vec<Utterance>) {
        let (mut replies, mut playback, mut utterances) = (Vec::new(), Vec::new(), Vec::new());
        for open in self.replies {
            let Some(begun) = open.begun else { continue };
            let heard = open.heard_in_all(now);
            let segments = open.segments(heard, now);
            let said = open.said(heard, &segments);
            let spans = segments.iter().map(|segment| segment.span).chain(said.iter().map(|said| said.span));
            let span = spans.reduce(|all, span| Span { from: all.from.min(span.from), to: all.to.max(span.to) });
            replies.push(Reply {
                reply: open.id,
                item: open.item,
                begun,
                voice: open.voice,
                span,
                text: join(said.iter().map(|said| said.text.as_str())),
                utterances: Vec::new(),
                line: open.line,
                outcome: open.done.map(|(_, outcome)| outcome),
                done: open.done.map(|(moment, _)| moment),
            });
            playback.extend(segments);
            utterances.extend(said);
        }
        playback.sort_by_key(|segment: &Playback| segment.span);
        (replies, playback, utterances)
    }
}

impl OpenReply {
    /// How much of its sound was heard: all that was sent, unless it was cut or the recording ends in it.
    fn heard_in_all(&self, now: At) -> Ms {
        let sent = self.sent.last().map_or(Ms(0), |(_, sent)| *sent);
        let heard = match (self.cuts.last(), self.done) {
            (Some(heard), _) => *heard,
            (None, Some(_)) if self.client_voice => self.client_said(),
            (None, Some(_)) => sent,
            (None, None) => self.clock.played(now),
        };
        if self.client_voice { heard } else { heard.min(sent) }
    }

    /// Of a client that speaks itself, its own word counts.
    fn client_said(&self) -> Ms {
        let reported = self.reports.iter().map(|(_, played)| *played).max();
        reported.or(self.sent.last().map(|(_, sent)| *sent)).unwrap_or_default()
    }

    /// When its sound was heard.
    fn segments(&self, heard: Ms, end: At) -> Vec<Playback> {
        let Some(item) = self.item else { return Vec::new() };
        let steps = if self.reports.is_empty() { self.as_sent(heard) } else { self.as_reported(heard) };
        let mut segments: Vec<Playback> = Vec::new();
        let mut offset = Ms(0);
        for span in steps {
            match segments.last_mut().filter(|last| span.from - last.span.to < HANG_OVER) {
                Some(last) => last.span.to = last.span.to.max(span.to),
                None => segments.push(Playback { span, item, offset, reported: !self.reports.is_empty() }),
            }
            offset += span.length();
        }
        // What was still to be played when the interview ended was played to nobody.
        segments.retain(|segment| segment.span.from < end);
        segments.iter_mut().for_each(|segment| segment.span.to = segment.span.to.min(end));
        segments
    }

    fn as_reported(&self, heard: Ms) -> Vec<Span> {
        let (mut spans, mut before) = (Vec::new(), None::<(At, Ms)>);
        let first_sent = self.sent.first().map_or(At(0), |(at, _)| *at);
        for (at, played) in &self.reports {
            let (since, done) = before.unwrap_or((first_sent, Ms(0)));
            let played = Ms(played.0.min(heard.0)).max(done);
            let length = Ms((played - done).0.min((*at - since).0));
            if length > Ms(0) {
                spans.push(Span { from: At(at.0.saturating_sub(length.0)), to: *at });
            }
            before = Some((*at, played));
        }
        // What it played since its last word, up to where it was cut.
        let (since, done) = before.unwrap_or((first_sent, Ms(0)));
        let end = self.done.filter(|_| !self.cuts.is_empty()).map_or(At(u64::MAX), |(moment, _)| moment.at);
        let rest = Ms((heard - done).0.min((end - since).0));
        if rest > Ms(0) && !self.client_voice {
            spans.push(Span { from: since, to: since + rest });
        }
        spans
    }

    fn as_sent(&self, heard: Ms) -> Vec<Span> {
        let (mut spans, mut done, mut until) = (Vec::new(), Ms(0), At(0));
        for (at, sent) in &self.sent {
            let length = Ms(sent.0.min(heard.0)) - done;
            if length > Ms(0) {
                let from = until.max(*at);
                until = from + length;
                spans.push(Span { from, to: until });
                done += length;
            }
        }
        spans
    }

    /// Its pieces as far as they were heard, one utterance each.
    fn said(&self, heard: Ms, segments: &[Playback]) -> Vec<Utterance> {
        let mut pieces = Vec::new();
        let mut offset = Ms(0);
        for (piece, shown) in self.pieces.iter().filter_map(|piece| Some((piece, piece.shown?))) {
            let length = if self.client_voice { piece.length() } else { piece.sent };
            let span = span_of(offset, offset + length, segments, shown.at);
            offset += length;
            pieces.push(Cut { text: piece.text.trim(), sent: piece.sent, length: piece.length(), shown, span });
        }
        let was_cut_off = self.done.is_none() && !self.sent.is_empty();
        for cut in self.cuts.iter().chain(was_cut_off.then_some(&heard)) {
            pieces = cut_to(pieces, *cut);
        }
        let utterance = |piece: Cut| Utterance {
            id: 0,
            speaker: Speaker::Interviewer,
            item: self.item,
            span: piece.span,
            text: piece.text.to_owned(),
            is_final: true,
            seq: piece.shown.seq,
        };
        pieces.into_iter().filter(|piece| !piece.text.is_empty()).map(utterance).collect()
    }
}

/// A piece on its way to what was heard of it.
struct Cut<'a> {
    text: &'a str,
    sent: Ms,
    length: Ms,
    shown: Moment,
    span: Span,
}

/// What lies in the first `heard` of sound, as [`crate::interview::Item::cut_to`] keeps it.
fn cut_to(pieces: Vec<Cut>, heard: Ms) -> Vec<Cut> {
    let (mut left, mut kept) = (heard, Vec::new());
    for piece in pieces {
        if left == Ms(0) {
            break;
        }
        let text = heard_part(piece.text, left.0, piece.length.0.max(1));
        let sent = Ms(left.0.min(piece.sent.0));
        left = left - piece.length;
        if !text.is_empty() {
            kept.push(Cut { text, sent, length: sent, ..piece });
        }
    }
    kept
}

/// When the sound from `from` to `to` of an item was heard; without sound, when its words were shown.
fn span_of(from: Ms, to: Ms, segments: &[Playback], shown: At) -> Span {
    let at = |offset: Ms| {
        let segment = segments.iter().rev().find(|segment| segment.offset <= offset).or(segments.first())?;
        Some((segment.span.from + (offset - segment.offset)).min(segment.span.to))
    };
    match (at(from), at(to)) {
        (Some(from), Some(to)) => Span { from, to: to.max(from) },
        _ => Span { from: shown, to: shown },
    }
}
