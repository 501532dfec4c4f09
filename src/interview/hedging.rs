//! A model that is slower than it usually is, is asked a second time: the first word that comes wins, the other call is
//! cancelled. Only for replies that the candidate waits for, once a reply, and seldom: each costs a whole prompt.

use super::Interview;
use super::command::Command;
use super::dialogue;
use super::next;
use super::speech::Stage;
use super::timer::Timer;
use crate::units::*;

/// No call is made again sooner than this, however fast the model usually is.
const HEDGE_AFTER_MIN: Ms = Ms(400);
/// A call is late when it takes longer than so many thousandths of the calls before it.
const LATE_PERMILLE: usize = 950;
/// Second calls may be one in so many calls ...
const CALLS_PER_HEDGE: u32 = 10;
/// ... and so many more, so that there are some in a short interview.
const HEDGES_FREE: u32 = 2;

impl Interview {
    /// The reply's call is watched from when the candidate waits for it.
    pub(super) fn watch_call(&mut self) {
        let Some(pace) = self.setup.pace.filter(|_| self.setup.floor.is_on("hedge")) else { return };
        let waits = self.reply.as_ref().filter(|reply| {
            reply.stage != Stage::Secret && reply.request.is_some() && !reply.has_begun && reply.hedge.is_none()
        });
        let Some(asked_at) = waits.map(|reply| reply.asked_at) else { return };
        let late = self.pace.first_words.within(LATE_PERMILLE).unwrap_or(pace.first_word_p95_ms);
        self.timers.arm(Timer::ModelHedge, self.now.max(asked_at + late.max(HEDGE_AFTER_MIN)));
    }

    /// The call is late: it is made a second time.
    pub(super) fn hedge(&mut self) {
        let late = self.reply.as_ref().filter(|reply| reply.stage != Stage::Secret && !reply.has_begun);
        let Some((first, turn)) = late.filter(|reply| reply.hedge.is_none()).map(|reply| (reply.request, reply.turn))
        else {
            return;
        };
        let asked = self.prompt.as_ref().map(|(request, _)| *request);
        let calls_needed = (self.spending.hedges + 1).saturating_sub(HEDGES_FREE) * CALLS_PER_HEDGE;
        let affordable = self.spending.calls >= calls_needed;
        let (Some(first), true) = (first.filter(|first| asked == Some(*first)), affordable) else { return };
        let Some((_, prompt)) = self.prompt.take() else { return };
        let request = RequestId(next(&mut self.ids.request));
        let look = self.reply.as_ref().and_then(|reply| reply.look.as_ref());
        self.out.push(Command::AskModel {
            request,
            turn,
            message_count: prompt.messages.len() as u32,
            messages_hash: dialogue::hash(&prompt.messages),
            code_hash: look.and_then(|look| look.now.as_ref()).map(|sight| sight.hash.clone()),
            speculative: false,
            hedges: Some(first),
        });
        self.spending.hedged(request, prompt.tokens);
        self.prompt = Some((request, prompt));
        self.note(turn, |ledger, now| ledger.hedged = Some(now));
        if let Some(reply) = self.reply.as_mut() {
            reply.hedge = Some(request);
        }
    }

    /// The first word of an answer came: it wins over the other call, if there is one.
    pub(super) fn call_begins(&mut self, winner: RequestId) {
        self.timers.disarm(Timer::ModelHedge);
        let now = self.now;
        let Some(reply) = self.reply.as_mut().filter(|reply| !reply.has_begun) else { return };
        reply.has_begun = true;
        // Of a call that lost it is only known that it took at least so long.
        self.pace.first_words.push(now - reply.asked_at);
        let loser = [reply.request, reply.hedge].into_iter().flatten().find(|request| *request != winner);
        reply.request = Some(winner);
        if let (Some(loser), Some(hedge)) = (loser, reply.hedge.take()) {
            self.spending.hedge_won(hedge == winner);
            self.out.push(Command::CancelModel { request: loser });
        }
    }

    /// One of two calls failed: the other goes on. True when there was another.
    pub(super) fn other_call_goes_on(&mut self, failed: RequestId) -> bool {
        let Some(reply) = self.reply.as_mut() else { return false };
        let (Some(first), Some(hedge)) = (reply.request, reply.hedge) else { return false };
        reply.request = Some(if failed == first { hedge } else { first });
        reply.hedge = None;
        self.spending.hedge_won(failed == first);
        true
    }
}
