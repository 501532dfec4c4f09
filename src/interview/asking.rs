//! The model's calls: asked with a prompt, taken in word by word, and what is said when the model is late, fails or has nothing
//! to say.

use super::agenda::{Line, Next};
use super::command::{Command, NoticeCode};
use super::dialogue::{self, Context, Prompt};
use super::setup::Interviewer;
use super::sight::{Look, Sight, last_run};
use super::speech::{Reply, Stage};
use super::timer::Timer;
use super::unspoken::Unspoken;
use super::{Interview, next};
use crate::units::*;

impl Interview {
    pub(super) fn ask_model(&mut self, unfinished_turn: Option<&str>) {
        let Some(mut reply) = self.reply.take() else { return };
        let request = RequestId(next(&mut self.ids.request));
        let look = self.look_for(&reply);
        let prompt = self.prompt(&reply, &look, unfinished_turn);
        let speculative = reply.stage == Stage::Secret;
        self.out.push(Command::AskModel {
            request,
            turn: reply.turn,
            message_count: prompt.messages.len() as u32,
            messages_hash: dialogue::hash(&prompt.messages),
            code_hash: look.now.as_ref().map(|sight| sight.hash.clone()),
            speculative,
            hedges: None,
        });
        self.spending.asked(request, prompt.tokens, speculative);
        self.prompt = Some((request, prompt));
        self.timers.arm(Timer::ModelOverdue, self.now + self.setup.floor.model_overdue_ms);
        reply.request = Some(request);
        reply.asked_at = self.now;
        reply.has_begun = false;
        reply.hedge = None;
        reply.look = Some(look);
        self.has_seen(&reply);
        self.reply = Some(reply);
        self.watch_call();
    }

    /// Another call may be made in secret. An author's lines cost nothing.
    pub(super) fn can_pay_for_secrets(&self) -> bool {
        let free = self.setup.interviewer == Interviewer::Authored;
        free || self.spending.allows_secret(self.setup.floor.speculation_share_permille)
    }

    /// What was made in secret is said.
    pub(super) fn secret_is_kept(&mut self, turn: Option<TurnId>) {
        let tokens = self.spending.secret_kept();
        if let Some(turn) = turn.and_then(|turn| self.turn_of(turn)) {
            turn.secret_kept += tokens;
        }
    }

    /// What was made in secret was made in vain.
    pub(super) fn secret_is_dropped(&mut self, turn: Option<TurnId>) {
        let tokens = self.spending.secret_dropped();
        if let Some(turn) = turn.and_then(|turn| self.turn_of(turn)) {
            turn.secret_dropped += tokens;
        }
    }

    /// What the model sees of the editor. A call made anew sees changes since the same moment as the one it stands for.
    fn look_for(&self, reply: &Reply) -> Look {
        let before = reply.look.as_ref().map_or_else(|| self.seen.clone(), |look| look.before.clone());
        Look { now: self.look_of(reply.turn), before }
    }

    /// The answer in the making was made for the very code that the turn ended with.
    pub(super) fn has_looked_last(&self, turn: TurnId) -> bool {
        let made_for = self.reply.as_ref().and_then(|reply| reply.look.as_ref()).and_then(|look| look.now.as_deref());
        let code = |sight: &Sight| (sight.language, sight.hash.clone());
        made_for.is_none_or(|made_for| self.look_of(Some(turn)).is_some_and(|now| code(&now) == code(made_for)))
    }

    /// From a reply that the candidate knows of, changes count anew.
    pub(super) fn has_seen(&mut self, reply: &Reply) {
        if let Some(look) = reply.look.as_ref().filter(|_| reply.stage != Stage::Secret) {
            self.seen = look.now.clone();
        }
    }

    /// What the model is asked.
    fn prompt(&mut self, reply: &Reply, look: &Look, unfinished_turn: Option<&str>) -> Prompt {
        let next = reply.next.unwrap_or(Next::line(Line::Free, "go_on"));
        let words = self.agenda_says(|agenda, ground| agenda.text(next, ground));
        let workspace = self.setup.workspace.as_ref();
        let starters = workspace.map(|workspace| &workspace.starters);
        let starter = look.now.as_ref().and_then(|sight| starters?.get(&sight.language));
        let openers = self.openers_instruction().to_owned();
        let context = Context {
            seed: self.setup.seed,
            tokens_max: self.setup.prompts.tokens_max,
            prompts: &self.setup.prompts,
            openers: &openers,
            visible_tests: workspace.map_or(&[], |workspace| &workspace.visible_tests),
            items: self.conversation.items(),
            unfinished_turn,
            phase: self.agenda.phase(),
            left: self.time_left(),
            line: next.line,
            words: &words,
            hints: &self.agenda.released_hints(&self.setup.course),
            editor: look.shown(starter.map(String::as_str)),
            last_run: last_run(&self.runs, look.now.as_deref()),
            session_instructions: &self.session.instructions,
            reply_instructions: reply.instructions.as_deref(),
        };
        dialogue::prompt(&context, &mut self.counts)
    }

    fn reply_to(&mut self, request: RequestId) -> Option<&mut Reply> {
        self.reply.as_mut().filter(|reply| reply.request == Some(request) || reply.hedge == Some(request))
    }

    pub(super) fn model_wrote(&mut self, request: RequestId, text: &str) {
        let Some(reply) = self.reply_to(request) else { return };
        let turn = reply.turn;
        self.call_begins(request);
        self.spending.answered(request, dialogue::tokens::count(text));
        self.note(turn, |ledger, now| ledger.llm_first_token = ledger.llm_first_token.or(Some(now)));
        self.timers.arm(Timer::ModelOverdue, self.now + self.setup.floor.model_overdue_ms);
        let Some(reply) = self.reply.as_mut() else { return };
        let text = reply.unspoken.push(text);
        self.write(&text);
    }

    pub(super) fn model_finished(&mut self, request: RequestId, tokens: (u32, u32), cut_short: bool) {
        let Some(reply) = self.reply_to(request) else { return };
        if !reply.has_begun && self.other_call_goes_on(request) {
            return;
        }
        let Some(reply) = self.reply_to(request) else { return };
        reply.tokens = tokens;
        reply.cut_short = cut_short;
        let held_back = reply.unspoken.finish();
        self.model_is_over();
        self.write(&held_back);
        let empty = |reply: &Reply| reply.answer().next().is_none() && reply.cutter.is_empty();
        let empty = self.reply.as_ref().is_some_and(empty);
        if empty { self.fall_back_to_author() } else { self.finish_writing() }
    }

    pub(super) fn model_overdue(&mut self) {
        let Some(reply) = self.reply.as_mut() else { return };
        let hedge = reply.hedge.take();
        let Some(request) = reply.request else { return };
        for request in [Some(request), hedge].into_iter().flatten() {
            self.out.push(Command::CancelModel { request });
        }
        self.model_failed(request, FailureKind::Timeout);
    }

    fn model_is_over(&mut self) {
        self.timers.disarm(Timer::ModelOverdue);
        self.timers.disarm(Timer::ModelHedge);
    }

    /// Without the model the reply ends with the last whole piece, or the author's line stands in.
    pub(super) fn model_failed(&mut self, request: RequestId, kind: FailureKind) {
        if self.reply_to(request).is_none() || self.other_call_goes_on(request) {
            return;
        }
        let Some(reply) = self.reply_to(request) else { return };
        reply.unspoken = Unspoken::default();
        reply.cutter.discard_rest();
        let nothing_said = reply.answer().next().is_none();
        if !nothing_said {
            reply.failure = Some(kind);
        }
        self.model_is_over();
        self.notice(NoticeCode::LlmFailed);
        if nothing_said {
            self.fall_back_to_author();
        } else {
            self.finish_writing();
        }
    }

    fn fall_back_to_author(&mut self) {
        if let Some(reply) = self.reply.as_mut() {
            reply.request = None;
        }
        self.write_authored();
    }
}
