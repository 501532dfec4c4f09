//! What the client does by hand: settings of the session, items of the conversation, cancelling, reports of playback.

use super::Interview;
use super::command::{Outcome, RefusalCode, Show};
use super::conversation::Item;
use super::event::{Place, Role, SessionChange, TurnTaking};
use super::speech::{Channel, Stage};
use super::timer::Timer;
use super::{Wish, next};
use crate::units::*;

impl Interview {
    pub(super) fn session_changed(&mut self, change: SessionChange) {
        let session = &mut self.session;
        session.turn_taking = change.turn_taking.unwrap_or(session.turn_taking);
        session.answers_by_itself = change.answers_by_itself.unwrap_or(session.answers_by_itself);
        session.may_interrupt = change.may_interrupt.unwrap_or(session.may_interrupt);
        session.voice = change.voice.unwrap_or(session.voice);
        if let Some(instructions) = change.instructions {
            session.instructions = instructions;
        }
        self.show(Show::SessionUpdated);
    }

    /// The client asks for an answer now.
    pub(super) fn reply_requested(&mut self, wish: Wish) {
        if self.is_replying() {
            return self.refuse(RefusalCode::ReplyInProgress, "response");
        }
        if self.last_turn.as_ref().is_some_and(|turn| turn.awaits_words) {
            self.owed = Some(wish);
            return;
        }
        let speaks = self.turn.as_ref().is_some_and(|turn| !turn.text().is_empty() || turn.words_pending());
        if speaks && self.session.turn_taking != TurnTaking::Client {
            self.owed = Some(wish);
            return self.commit_turn("client_asked");
        }
        self.drop_secret_reply();
        self.finish_draining();
        if self.is_replying() {
            // An answer that was owed has just begun: it is this one.
            return;
        }
        let typed = self.conversation.items().last().filter(|item| item.role == Role::Candidate);
        let basis = typed.map(|item| item.text.clone()).unwrap_or_default();
        self.agenda_hears(&basis, false);
        self.answer(None, &basis, wish);
    }

    pub(super) fn item_created(&mut self, role: Role, text: String, place: Place) {
        let mut item = Item::new(ItemId(next(&mut self.ids.item)), role, false);
        item.text = text;
        item.complete = true;
        item.by_client = true;
        let id = item.id;
        match self.conversation.insert(item, place) {
            Ok(after) => {
                self.timers.disarm(Timer::CandidateAway);
                self.show(Show::ItemAdded { item: id, after, role });
                self.show(Show::ItemDone { item: id, after });
            }
            Err(code) => self.refuse(code, "previous_item_id"),
        }
    }

    pub(super) fn item_deleted(&mut self, item: ItemId) {
        match self.conversation.remove(item) {
            Some(_) => self.show(Show::ItemDeleted { item }),
            None => self.refuse(RefusalCode::ItemNotFound, "item_id"),
        }
    }

    pub(super) fn item_retrieved(&mut self, item: ItemId) {
        match self.conversation.get(item) {
            Some(_) => self.show(Show::ItemRetrieved { item }),
            None => self.refuse(RefusalCode::ItemNotFound, "item_id"),
        }
    }

    /// The client says what was heard of an item; if it is being said, that ends it.
    pub(super) fn item_truncated(&mut self, id: ItemId, audio_end: Ms) {
        let being_said = self.reply.as_ref().is_some_and(|reply| reply.item == id && reply.stage != Stage::Draining);
        if being_said {
            self.write_item();
        }
        let Some(item) = self.conversation.get(id) else {
            return self.refuse(RefusalCode::ItemNotFound, "item_id");
        };
        if item.role != Role::Interviewer || !item.spoken {
            return self.refuse(RefusalCode::ItemNotTruncatable, "item_id");
        }
        // Measured against what was sent: our own cut after an interruption may be shorter than the client's, and the
        // shorter of the two stays.
        if audio_end > item.sent {
            return self.refuse(RefusalCode::AudioEndTooLarge, "audio_end_ms");
        }
        let audio_end = if being_said { audio_end } else { audio_end.min(item.audio) };
        if being_said {
            self.forget_overlap();
            self.stop_reply_at(Outcome::Cancelled, Some(audio_end));
        } else if let Some(item) = self.conversation.get_mut(id).filter(|item| audio_end < item.audio) {
            item.cut_to(audio_end);
        }
        self.show(Show::ItemTruncated { item: id, audio_end });
        if being_said {
            self.listen("client_truncated");
        }
    }

    pub(super) fn reply_cancelled(&mut self, reply: Option<ReplyId>) {
        let running = self.reply.as_ref().filter(|running| {
            matches!(running.stage, Stage::Preparing | Stage::Speaking) && reply.is_none_or(|reply| reply == running.id)
        });
        if running.is_none() {
            return self.refuse(RefusalCode::ReplyNotFound, "response_id");
        }
        self.forget_overlap();
        self.stop_reply(Outcome::Cancelled);
        self.listen("client_cancelled");
    }

    pub(super) fn played_reported(&mut self, item: ItemId, played: Ms, done: bool) {
        let now = self.now;
        self.client_reports = true;
        let Some(reply) = self.reply.as_mut().filter(|reply| reply.item == item) else { return };
        reply.clock.reported(now, played);
        let (turn, channel) = (reply.turn, reply.channel);
        if played > Ms(0) {
            self.first_sound_played(turn, played);
        }
        if done && channel == Channel::ClientVoice {
            self.client_voice_finished();
        } else if self.timers.deadline_of(Timer::PlayoutDrained).is_some() && channel == Channel::Sound {
            self.arm_drained();
        }
    }

    fn first_sound_played(&mut self, turn: Option<TurnId>, played: Ms) {
        let began = At((self.now - At(played.0)).0);
        let Some(turn) = turn else { return };
        if let Some(ledger) = self.ledger(turn).filter(|ledger| ledger.first_played.is_none()) {
            // The report's clock is the client's: what was played cannot have begun before it was sent.
            let sent = ledger.opener_sent.or(ledger.first_sent);
            ledger.first_played = Some(began.max(sent.unwrap_or(began)));
            self.show_turn_report(turn);
        }
    }
}
