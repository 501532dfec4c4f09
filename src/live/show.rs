//! What the client is told: the core's `Show` commands as events of the wire, in the order the protocol wants, with the
//! objects the wire repeats (sessions, responses, items) filled in from what the interview remembers.

use super::ingress::{Asked, Desk, Joined};
use super::outbox::{Frame, Outbox};
use super::sound::Encoder;
use super::words;
use crate::interview::command::{Outcome, RefusalCode, Show};
use crate::interview::event::Role;
use crate::interview::{Item, View};
use crate::units::*;
use crate::wire::binary::SpeechFrame;
use crate::wire::item::{Content, Item as WireItem, ItemStatus, Role as WireRole};
use crate::wire::response::{Response, ResponseFailure, ResponseStatus, StatusDetails, Usage};
use crate::wire::server::{Part, Spot, TranscriptionFailure, TranscriptionUsage};
use crate::wire::{AudioDelta, ErrorCode, Modality, ServerEvent, WireError, name};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The writer of one interview's server events.
pub struct Shower {
    outbox: Arc<Outbox>,
    /// The interview's id, part of the conversation's name.
    session: String,
    replies: BTreeMap<ReplyId, Reply>,
    /// Words of the candidate that were sent as deltas, for the item they were about.
    heard: Option<(ItemId, String)>,
    sound: Encoder,
    /// Sound goes out as binary frames.
    binary: bool,
    frame: String,
}

/// A reply that is not over.
struct Reply {
    response: Response,
    voice: bool,
    item: Option<(ItemId, Option<ItemId>)>,
    /// All words shown so far.
    text: String,
}

impl Shower {
    /// A writer into `outbox` for the interview of this id.
    pub fn new(outbox: Arc<Outbox>, session: String, desk: &Desk) -> Shower {
        let sound = Encoder::new(desk.session.output_format);
        Shower { outbox, session, replies: BTreeMap::new(), heard: None, sound, binary: false, frame: String::new() }
    }

    /// Sends an event.
    pub fn send(&self, event: &ServerEvent) {
        let id = name::event(self.outbox.next_number());
        self.outbox.push(Frame::Text(event.encode(&id).into()));
    }

    /// Lets a socket begin. What it is told of the session comes first; to a client that comes back it stands outside of
    /// the log, under the number of the event it knows, so that this number stays the one to come back with.
    pub fn welcome(&self, joined: Joined, welcome: &[ServerEvent]) {
        let Some(after) = joined.after else {
            self.outbox.seat(joined.reader, None, Vec::new());
            return welcome.iter().for_each(|event| self.send(event));
        };
        let gap = self.outbox.has_lost(after).then(words::resume_gap);
        let id = name::event(after);
        let preface = welcome.iter().chain(&gap).map(|event| Frame::Text(event.encode(&id).into())).collect();
        self.outbox.seat(joined.reader, Some(after), preface);
    }

    /// Lets a socket begin that watches: what was said so far stands outside of the log.
    pub fn welcome_watcher(&self, reader: u64, welcome: &[ServerEvent]) {
        let id = name::event(self.outbox.next_number().saturating_sub(1));
        let preface = welcome.iter().map(|event| Frame::Text(event.encode(&id).into())).collect();
        self.outbox.seat(reader, None, preface);
    }

    /// Sends an error.
    pub fn error(&self, error: WireError) {
        metrics::counter!("viva_client_errors_total", "code" => error.code.as_str()).increment(1);
        self.send(&error.into_event());
    }

    /// The client wants sound as binary frames from now on, or no longer.
    pub fn set_binary(&mut self, binary: bool) {
        self.binary = binary;
    }

    /// Shows one thing. `asked` is the client's event that is being handled, if one is.
    pub fn show(&mut self, show: Show, view: &View, desk: &mut Desk, asked: &Asked) {
        match show {
            Show::SessionUpdated => self.session_updated(desk),
            Show::SpeechStarted { item, from } => {
                self.send(&ServerEvent::SpeechStarted { item_id: desk.names.of(item), audio_start_ms: from.ms().0 })
            }
            Show::SpeechStopped { item, to } => {
                self.send(&ServerEvent::SpeechStopped { item_id: desk.names.of(item), audio_end_ms: to.ms().0 })
            }
            Show::InputCommitted { item, after } => self.send(&ServerEvent::InputCommitted {
                item_id: desk.names.of(item),
                previous_item_id: after.map(|item| desk.names.of(item)),
            }),
            Show::InputCleared => self.send(&ServerEvent::InputCleared {}),
            Show::ItemAdded { item, after, .. } => self.item_added(item, after, view, desk),
            Show::ItemDone { item, after } => self.item_done(item, after, view, desk),
            Show::ItemTruncated { item, audio_end } => self.send(&ServerEvent::ItemTruncated {
                item_id: desk.names.of(item),
                content_index: 0,
                audio_end_ms: audio_end.0,
            }),
            Show::ItemDeleted { item } => {
                self.send(&ServerEvent::ItemDeleted { item_id: desk.names.of(item) });
                desk.names.removed(item);
            }
            Show::ItemRetrieved { item } => self.retrieved(item, view, desk, asked),
            Show::TranscriptPartial { item, text } => self.partial(item, text, desk),
            Show::TranscriptDone { item, text } => self.transcript(item, text, view, desk),
            Show::TranscriptFailed { item, kind } => self.send(&ServerEvent::TranscriptionFailed {
                item_id: desk.names.of(item),
                content_index: 0,
                error: TranscriptionFailure {
                    kind: "transcription_error".into(),
                    code: kind.to_string(),
                    message: words::failure("speech recognition", kind),
                },
            }),
            Show::ReplyCreated { reply, voice, outside_conversation } => {
                self.reply_created(reply, voice, outside_conversation, desk, asked);
            }
            Show::ReplyItemAdded { reply, item, after } => self.reply_item(reply, item, after, desk),
            Show::ReplyWrote { reply, item, delta } => self.reply_wrote(reply, item, delta, desk),
            Show::ReplyDone { reply, outcome, tokens_in, tokens_out, .. } => {
                self.reply_done(reply, outcome, Usage::of(tokens_in, tokens_out), view, desk);
            }
            Show::Speak { item, text } => self.send(&ServerEvent::Speak { item_id: desk.names.of(item), text }),
            Show::Floor { state, why } => self.send(&ServerEvent::Floor { state: words::floor(state), why }),
            Show::Turn(report) => self.send(&ServerEvent::Turn(words::turn(report, &desk.names))),
            Show::Phase { phase, part, left } => {
                self.send(&ServerEvent::Phase { phase: words::phase(phase), part, left_ms: left.0 });
            }
            Show::Editor { language, text_hash, bytes } => {
                self.send(&ServerEvent::Editor { language, text_hash, bytes });
            }
            // Told by the driver, which knows the tests.
            Show::RunStarted { .. } | Show::RunFinished { .. } | Show::RunFailed { .. } => {}
            Show::Hint { tier, text, left } => self.send(&ServerEvent::Hint { tier, text, left }),
            // The floor's reason, which follows, tells the client.
            Show::SpokeUp { .. } => {}
            Show::Notice { code } => {
                let (code, text) = words::notice(code);
                self.send(&ServerEvent::Notice { code, text: text.into() });
            }
            Show::Refused { code, param } => self.refused(code, param, asked),
        }
    }

    fn session_updated(&mut self, desk: &Desk) {
        self.sound.set_format(desk.session.output_format);
        self.send(&ServerEvent::SessionUpdated { session: desk.session.to_value() });
    }

    fn item_added(&mut self, item: ItemId, after: Option<ItemId>, view: &View, desk: &mut Desk) {
        desk.names.added(item);
        if let Some(shown) = item_in(view, desk, item).filter(|_| !self.is_of_reply(item)) {
            let previous_item_id = after.map(|item| desk.names.of(item));
            self.send(&ServerEvent::ItemAdded { previous_item_id, item: shown });
        }
    }

    fn item_done(&self, item: ItemId, after: Option<ItemId>, view: &View, desk: &Desk) {
        if let Some(shown) = item_in(view, desk, item).filter(|_| !self.is_of_reply(item)) {
            let previous_item_id = after.map(|item| desk.names.of(item));
            self.send(&ServerEvent::ItemDone { previous_item_id, item: shown });
        }
    }

    /// Items of replies are announced with their reply, in its order.
    fn is_of_reply(&self, item: ItemId) -> bool {
        self.replies.values().any(|reply| reply.item.is_some_and(|(own, _)| own == item))
    }

    fn retrieved(&self, item: ItemId, view: &View, desk: &Desk, asked: &Asked) {
        match item_in(view, desk, item) {
            Some(item) => self.send(&ServerEvent::ItemRetrieved { item }),
            None => self.refused(RefusalCode::ItemNotFound, "item_id".into(), asked),
        }
    }

    /// Partials replace each other, deltas add up: a delta goes out only while the words grow at their end.
    fn partial(&mut self, item: ItemId, text: String, desk: &Desk) {
        self.delta(item, &text, desk);
        self.send(&ServerEvent::Transcript { item_id: desk.names.of(item), text });
    }

    fn delta(&mut self, item: ItemId, text: &str, desk: &Desk) {
        let sent = match self.heard.take() {
            Some((about, sent)) if about == item => sent,
            _ => String::new(),
        };
        let delta = text.strip_prefix(sent.as_str()).filter(|delta| !delta.is_empty());
        if let Some(delta) = delta {
            let delta = delta.to_owned();
            self.send(&ServerEvent::TranscriptionDelta { item_id: desk.names.of(item), content_index: 0, delta });
        }
        self.heard = Some((item, if delta.is_some() { text.to_owned() } else { sent }));
    }

    fn transcript(&mut self, item: ItemId, text: String, view: &View, desk: &Desk) {
        self.delta(item, &text, desk);
        self.heard = None;
        let length = find(view, item).map_or(Ms(0), |item| item.audio);
        self.send(&ServerEvent::TranscriptionCompleted {
            item_id: desk.names.of(item),
            content_index: 0,
            transcript: text,
            usage: TranscriptionUsage { kind: "duration".into(), seconds: length.0 as f64 / 1000.0 },
        });
    }

    fn reply_created(&mut self, id: ReplyId, voice: bool, outside: bool, desk: &Desk, asked: &Asked) {
        let modality = if voice { Modality::Audio } else { Modality::Text };
        let mut response = Response::begun(name::response(id), &desk.session, modality);
        response.conversation_id = (!outside).then(|| format!("conv_{}", self.session));
        response.metadata = asked.metadata.clone();
        self.send(&ServerEvent::ResponseCreated { response: response.clone() });
        self.replies.insert(id, Reply { response, voice, item: None, text: String::new() });
    }

    fn reply_item(&mut self, id: ReplyId, item: ItemId, after: Option<ItemId>, desk: &Desk) {
        let Some(reply) = self.replies.get_mut(&id) else { return };
        reply.item = Some((item, after));
        let (voice, inside) = (reply.voice, reply.response.conversation_id.is_some());
        self.sound.begin_item();
        let item_id = desk.names.of(item);
        let response_id = name::response(id);
        let shown = WireItem::message(&item_id, WireRole::Assistant, ItemStatus::InProgress, Vec::new());
        self.send(&ServerEvent::OutputItemAdded {
            response_id: response_id.clone(),
            output_index: 0,
            item: shown.clone(),
        });
        if inside {
            let previous_item_id = after.map(|item| desk.names.of(item));
            self.send(&ServerEvent::ItemAdded { previous_item_id, item: shown });
        }
        let spot = Spot::of(response_id, item_id);
        self.send(&ServerEvent::ContentPartAdded { spot, part: part(voice, String::new()) });
    }

    fn reply_wrote(&mut self, id: ReplyId, item: ItemId, delta: String, desk: &Desk) {
        let Some(reply) = self.replies.get_mut(&id) else { return };
        reply.text.push_str(&delta);
        let spot = Spot::of(name::response(id), desk.names.of(item));
        let voice = reply.voice;
        self.send(&match voice {
            true => ServerEvent::AudioTranscriptDelta { spot, delta },
            false => ServerEvent::TextDelta { spot, delta },
        });
    }

    /// Sends sound of a reply, mono samples at the track rate.
    pub fn sound(&mut self, reply: ReplyId, item: ItemId, samples: &[i16], desk: &Desk) {
        let position = self.sound.position();
        let bytes = self.sound.encode(samples).to_vec();
        self.sound_bytes(reply, item, position, &bytes, desk);
    }

    fn sound_bytes(&mut self, reply: ReplyId, item: ItemId, position: u32, sound: &[u8], desk: &Desk) {
        if sound.is_empty() {
            return;
        }
        let number = self.outbox.next_number();
        if self.binary {
            let mut frame = Vec::with_capacity(sound.len() + 32);
            SpeechFrame { event: number as u32, reply, item, position, sound }.encode_into(&mut frame);
            self.outbox.push(Frame::Binary(frame.into()));
        } else {
            let (response_id, item_id) = (name::response(reply), desk.names.of(item));
            let delta = AudioDelta { response_id: &response_id, item_id: &item_id, sound };
            delta.encode_into(&name::event(number), &mut self.frame);
            self.outbox.push(Frame::Speech(self.frame.as_str().into()));
        }
    }

    fn reply_done(&mut self, id: ReplyId, outcome: Outcome, usage: Usage, view: &View, desk: &Desk) {
        let Some(mut reply) = self.replies.remove(&id) else { return };
        (reply.response.status, reply.response.status_details) = ended(outcome);
        reply.response.usage = Some(usage);
        if let Some((item, after)) = reply.item {
            let shown = self.reply_item_done(id, &reply, item, after, view, desk);
            reply.response.output = vec![shown];
        }
        self.send(&ServerEvent::ResponseDone { response: reply.response });
        self.send(&ServerEvent::RateLimits { rate_limits: Vec::new() });
    }

    fn reply_item_done(
        &mut self,
        id: ReplyId,
        reply: &Reply,
        item: ItemId,
        after: Option<ItemId>,
        view: &View,
        desk: &Desk,
    ) -> WireItem {
        let response_id = name::response(id);
        let spot = Spot::of(&response_id, desk.names.of(item));
        let completed = reply.response.status == ResponseStatus::Completed;
        if reply.voice {
            let position = self.sound.position();
            let rest = self.sound.finish().to_vec();
            if completed {
                self.sound_bytes(id, item, position, &rest, desk);
            }
            self.send(&ServerEvent::AudioDone { spot: spot.clone() });
            self.send(&ServerEvent::AudioTranscriptDone { spot: spot.clone(), transcript: reply.text.clone() });
        } else {
            self.send(&ServerEvent::TextDone { spot: spot.clone(), text: reply.text.clone() });
        }
        self.send(&ServerEvent::ContentPartDone { spot, part: part(reply.voice, reply.text.clone()) });
        let status = if completed { ItemStatus::Completed } else { ItemStatus::Incomplete };
        let mut shown = item_in(view, desk, item).unwrap_or_else(|| {
            let content = match reply.voice {
                true => Content::OutputAudio { transcript: reply.text.clone() },
                false => Content::OutputText { text: reply.text.clone() },
            };
            WireItem::message(desk.names.of(item), WireRole::Assistant, status, vec![content])
        });
        shown.status = status;
        if reply.response.conversation_id.is_some() {
            let previous_item_id = after.map(|item| desk.names.of(item));
            self.send(&ServerEvent::ItemDone { previous_item_id, item: shown.clone() });
        }
        self.send(&ServerEvent::OutputItemDone { response_id, output_index: 0, item: shown.clone() });
        shown
    }

    fn refused(&self, code: RefusalCode, param: String, asked: &Asked) {
        let (code, message) = words::refusal(code, asked.not_found);
        let param = (!param.is_empty()).then_some(param);
        self.error(WireError { code, message, param, event_id: asked.event_id.clone() });
    }

    /// Tells a client that knows nothing of the interview what was said so far.
    pub fn conversation(&self, view: &View, desk: &Desk) -> Vec<ServerEvent> {
        let mut told = Vec::new();
        let mut previous_item_id = None;
        for item in view.items.iter().filter(|item| !self.is_of_reply(item.id)) {
            let shown = wire_item(item, desk);
            let id = shown.id.clone();
            told.push(ServerEvent::ItemAdded { previous_item_id: previous_item_id.clone(), item: shown.clone() });
            told.push(ServerEvent::ItemDone { previous_item_id, item: shown });
            previous_item_id = Some(id);
        }
        told
    }

    /// Sound came so fast that some was dropped.
    pub fn too_fast(&self, asked: &Asked) {
        let message = "sound came much faster than real time and some was dropped; send it as it is spoken";
        let error = WireError::about(ErrorCode::AudioTooFast, "audio", message);
        self.error(error.answering(asked.event_id.as_deref()));
    }
}

fn part(voice: bool, text: String) -> Part {
    match voice {
        true => Part::Audio { transcript: text },
        false => Part::Text { text },
    }
}

fn ended(outcome: Outcome) -> (ResponseStatus, Option<StatusDetails>) {
    let details = |kind, reason: &str| Some(StatusDetails { kind, reason: Some(reason.into()), error: None });
    match outcome {
        Outcome::Completed => (ResponseStatus::Completed, None),
        Outcome::Interrupted => (ResponseStatus::Cancelled, details(ResponseStatus::Cancelled, "turn_detected")),
        Outcome::Cancelled => (ResponseStatus::Cancelled, details(ResponseStatus::Cancelled, "client_cancelled")),
        Outcome::CutShort => (ResponseStatus::Incomplete, details(ResponseStatus::Incomplete, "max_output_tokens")),
        Outcome::Failed(kind) => {
            let error = ResponseFailure {
                kind: "server_error".into(),
                code: kind.to_string(),
                message: Some(words::failure("the reply", kind)),
            };
            let kind = ResponseStatus::Failed;
            (kind, Some(StatusDetails { kind, reason: None, error: Some(error) }))
        }
    }
}

fn find<'a>(view: &View<'a>, item: ItemId) -> Option<&'a Item> {
    // Nearly always one of the last.
    view.items.iter().rev().find(|candidate| candidate.id == item)
}

fn item_in(view: &View, desk: &Desk, item: ItemId) -> Option<WireItem> {
    find(view, item).map(|item| wire_item(item, desk))
}

fn wire_item(item: &Item, desk: &Desk) -> WireItem {
    let text = item.text.clone();
    let (role, content) = match (item.role, item.spoken) {
        (Role::System, _) => (WireRole::System, Content::InputText { text }),
        (Role::Candidate, true) => {
            (WireRole::User, Content::InputAudio { transcript: (!text.is_empty()).then_some(text) })
        }
        (Role::Candidate, false) => (WireRole::User, Content::InputText { text }),
        (Role::Interviewer, true) => (WireRole::Assistant, Content::OutputAudio { transcript: text }),
        (Role::Interviewer, false) => (WireRole::Assistant, Content::OutputText { text }),
    };
    let status = match item.role {
        Role::Interviewer if item.interrupted => ItemStatus::Incomplete,
        Role::Interviewer if !item.complete => ItemStatus::InProgress,
        // A candidate's item is whole from the moment it is committed; only its words may still be on their way.
        _ => ItemStatus::Completed,
    };
    WireItem::message(desk.names.of(item.id), role, status, vec![content])
}
