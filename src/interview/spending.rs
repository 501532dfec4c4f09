//! What the model's calls of an interview cost, in tokens by the core's own count: all of them, those made in secret whose
//! answers were kept, and those whose answers were dropped unheard. The dropped ones are bounded: see [`Spending::allows_secret`].

use crate::units::*;
use serde::Serialize;

/// So many calls may be lost whatever they cost: at an interview's begin there is nothing yet to take a share of.
const LOST_CALLS_FREE: u32 = 3;

/// What was spent so far. Prompts count in full when a call is made, answers as they come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spending {
    /// Tokens of all calls.
    pub tokens: u64,
    /// Calls in all.
    pub calls: u32,
    /// Calls made in secret.
    pub secret_calls: u32,
    /// Tokens of secret calls whose answer was revealed, up to then.
    pub kept: u64,
    /// Tokens of secret calls whose answer was dropped unheard.
    pub dropped: u64,
    /// Secret calls whose answer was dropped.
    pub dropped_calls: u32,
    /// Second calls of a model that was late.
    pub hedges: u32,
    /// Those that answered first.
    pub hedges_won: u32,
    /// Tokens of second calls.
    pub hedged: u64,
    /// The dearest dropped call.
    pub dearest: u64,
    /// The call in flight or answered whose answer is a secret.
    #[serde(skip)]
    secret: Option<(RequestId, u64)>,
}

impl Spending {
    /// A call is made with a prompt of so many tokens.
    pub fn asked(&mut self, request: RequestId, tokens: u32, in_secret: bool) {
        let tokens = u64::from(tokens);
        self.calls += 1;
        self.tokens += tokens;
        if in_secret {
            self.secret_calls += 1;
            self.secret = Some((request, tokens));
        }
    }

    /// A call that is late is made a second time.
    pub fn hedged(&mut self, request: RequestId, tokens: u32) {
        self.asked(request, tokens, false);
        self.hedges += 1;
        self.hedged += u64::from(tokens);
    }

    /// It is decided which of two calls answers.
    pub fn hedge_won(&mut self, won: bool) {
        self.hedges_won += u32::from(won);
    }

    /// So many tokens of its answer came.
    pub fn answered(&mut self, request: RequestId, tokens: u32) {
        let tokens = u64::from(tokens);
        self.tokens += tokens;
        if let Some((_, spent)) = self.secret.as_mut().filter(|(secret, _)| *secret == request) {
            *spent += tokens;
        }
    }

    /// The secret answer is revealed; what it cost, zero if no call made it.
    pub fn secret_kept(&mut self) -> u64 {
        let spent = self.secret.take().map_or(0, |(_, spent)| spent);
        self.kept += spent;
        spent
    }

    /// The secret answer is dropped; what it cost, zero if no call made it.
    pub fn secret_dropped(&mut self) -> u64 {
        let Some((_, spent)) = self.secret.take() else { return 0 };
        self.dropped += spent;
        self.dropped_calls += 1;
        self.dearest = self.dearest.max(spent);
        spent
    }

    /// Whether another answer may be begun in secret, when dropped ones may take `share` of all tokens. Asked before each call
    /// and with one secret at a time, so that [`Self::is_bounded`] always holds: beyond the share there are three calls at most.
    pub fn allows_secret(&self, share: Permille) -> bool {
        let within = self.dropped * 1000 <= u64::from(share.0) * self.tokens;
        share > Permille(0) && (within || self.dropped_calls < LOST_CALLS_FREE)
    }

    /// Dropped answers took no more than `share` of all tokens, and three calls.
    pub fn is_bounded(&self, share: Permille) -> bool {
        self.dropped * 1000 <= u64::from(share.0) * self.tokens + 1000 * u64::from(LOST_CALLS_FREE) * self.dearest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_kept_and_what_was_dropped_are_told_apart() {
        let mut spending = Spending::default();
        spending.asked(RequestId(1), 100, true);
        spending.answered(RequestId(1), 5);
        assert_eq!(spending.secret_dropped(), 105);
        spending.asked(RequestId(2), 110, true);
        spending.answered(RequestId(2), 3);
        assert_eq!(spending.secret_kept(), 113);
        spending.answered(RequestId(2), 20);
        spending.asked(RequestId(3), 120, false);
        assert_eq!((spending.secret_dropped(), spending.secret_kept()), (0, 0));
        assert_eq!((spending.tokens, spending.kept, spending.dropped), (358, 113, 105));
        assert_eq!((spending.calls, spending.secret_calls, spending.dropped_calls), (3, 2, 1));
    }

    #[test]
    fn a_few_calls_may_be_lost_before_there_is_a_share_and_none_without_one() {
        let mut spending = Spending::default();
        for _ in 0..LOST_CALLS_FREE {
            assert!(spending.allows_secret(Permille(600)) && !spending.allows_secret(Permille(0)));
            spending.asked(RequestId(1), 100, true);
            spending.secret_dropped();
        }
        assert!(!spending.allows_secret(Permille(600)));
        spending.asked(RequestId(2), 200, false);
        assert!(spending.allows_secret(Permille(600)));
    }

    proptest! {
        #[test]
        fn whatever_is_dropped_it_is_bounded(
            calls in proptest::collection::vec((1_u32..9_000, 0_u32..400, any::<bool>(), any::<bool>()), 1..60),
            share in 0_u16..=1000,
        ) {
            let mut spending = Spending::default();
            for (number, (prompt, answer, wants_secret, drops)) in calls.into_iter().enumerate() {
                let (request, secret) = (RequestId(number as u32), wants_secret && spending.allows_secret(Permille(share)));
                spending.asked(request, prompt, secret);
                spending.answered(request, answer);
                if drops { spending.secret_dropped(); } else { spending.secret_kept(); }
                prop_assert!(spending.is_bounded(Permille(share)));
            }
        }
    }
}
