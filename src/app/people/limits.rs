//! How often something may be done: by an address, by a person, by an email that somebody tries passwords for. Each kind of
//! deed has its own measure; each measure forgets keys that are fresh again, and is bounded.

use crate::config::LimitsConfig;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Keys that a measure knows at once. When there are more, after those that are fresh again are forgotten, newcomers share one
/// measure: an attack from very many addresses slows strangers down, not those who are known.
pub const KEYS_MAX: usize = 20_000;

/// What was done too often, or what is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Over {
    /// A rate; it passes.
    #[error("too many {what}; try again in {} s", seconds(*wait))]
    TooFast {
        /// Of what.
        what: &'static str,
        /// When the next one may come.
        wait: Duration,
    },
    /// The minutes of the day.
    #[error(
        "{left_minutes} of your {minutes} minutes of interviews are left today; they are counted anew at midnight UTC"
    )]
    Minutes {
        /// Minutes a day.
        minutes: i64,
        /// Left, running interviews taken off.
        left_minutes: i64,
        /// Until then.
        wait: Duration,
    },
    /// The model's tokens of the day.
    #[error("your {tokens} tokens of the model are used up today; they are counted anew at midnight UTC")]
    Tokens {
        /// Tokens a day.
        tokens: i64,
        /// Until then.
        wait: Duration,
    },
}

impl Over {
    /// How long to wait, in whole seconds, at least one.
    pub fn retry_after_s(self) -> u64 {
        match self {
            Over::TooFast { wait, .. } | Over::Minutes { wait, .. } | Over::Tokens { wait, .. } => seconds(wait),
        }
    }
}

fn seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).clamp(1, 86_400) as u64
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Trying to sign in, to sign up, to use a link, or showing a key that is wrong.
    SignIn,
    /// A request.
    Request,
    /// Opening a socket.
    Socket,
    /// A run of code.
    Run,
}

/// All measures.
pub struct Limits {
    sign_ins: Measure,
    requests: Measure,
    sockets: Measure,
    runs: Measure,
}

impl Limits {
    /// As configured.
    pub fn new(config: &LimitsConfig) -> Limits {
        Limits {
            sign_ins: Measure::new("attempts to sign in", config.sign_ins_per_minute),
            requests: Measure::new("requests", config.requests_per_minute),
            sockets: Measure::new("sockets", config.sockets_per_minute),
            runs: Measure::new("runs", config.runs_per_minute),
        }
    }

    /// Counts a deed.
    ///
    /// # Errors
    /// When it comes too soon; then it does not count.
    pub fn count(&self, deed: Deed, key: &str) -> Result<(), Over> {
        let measure = match deed {
            Deed::SignIn => &self.sign_ins,
            Deed::Request => &self.requests,
            Deed::Socket => &self.sockets,
            Deed::Run => &self.runs,
        };
        measure.count(key)
    }
}

/// The key of an address. One household or machine has a whole network of IPv6 addresses (/64): it counts as one.
pub fn address_key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("address {address}"),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("address {a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

struct Measure {
    what: &'static str,
    by_key: DefaultKeyedRateLimiter<String>,
    others: DefaultDirectRateLimiter,
    /// Somebody is forgetting keys: once is enough.
    tidying: AtomicBool,
}

impl Measure {
    /// So many a minute, and as many at once after a quiet minute.
    fn new(what: &'static str, per_minute: u32) -> Measure {
        let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
        Measure {
            what,
            by_key: RateLimiter::keyed(quota),
            others: RateLimiter::direct(quota),
            tidying: AtomicBool::new(false),
        }
    }

    fn count(&self, key: &str) -> Result<(), Over> {
        let checked = if self.has_room() { self.by_key.check_key(&key.to_owned()) } else { self.others.check() };
        checked.map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Over::TooFast { what: self.what, wait }
        })
    }

    fn has_room(&self) -> bool {
        if self.by_key.len() < KEYS_MAX {
            return true;
        }
        if !self.tidying.swap(true, Ordering::AcqRel) {
            self.by_key.retain_recent();
            self.tidying.store(false, Ordering::Release);
        }
        self.by_key.len() < KEYS_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_too_often_waits_and_others_do_not() {
        let measure = Measure::new("requests", 3);
        assert!((0..3).all(|_| measure.count("a").is_ok()));
        let Err(Over::TooFast { what, wait }) = measure.count("a") else { panic!("a fourth is one too many") };
        assert_eq!(what, "requests");
        assert!(wait > Duration::from_secs(15) && wait <= Duration::from_secs(20), "{wait:?}");
        assert!(measure.count("b").is_ok());
    }

    #[test]
    fn keys_are_bounded_and_newcomers_then_share_a_measure() {
        let measure = Measure::new("requests", 2);
        for number in 0..KEYS_MAX {
            assert!(measure.count(&number.to_string()).is_ok());
        }
        assert!(measure.count("x").is_ok() && measure.count("y").is_ok());
        assert!(measure.count("z").is_err(), "x, y and z have two between them");
        assert!(measure.by_key.len() <= KEYS_MAX);
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let key = |text: &str| address_key(text.parse().expect("an address"));
        assert_eq!(key("2001:db8:1:2:3::4"), key("2001:db8:1:2:ffff::1"));
        assert_ne!(key("2001:db8:1:2:3::4"), key("2001:db8:1:3:3::4"));
        assert_eq!(key("::ffff:10.0.0.1"), key("10.0.0.1"));
    }

    #[test]
    fn whoever_waits_is_told_whole_seconds() {
        assert_eq!(Over::TooFast { what: "runs", wait: Duration::from_millis(1_001) }.retry_after_s(), 2);
        assert_eq!(Over::TooFast { what: "runs", wait: Duration::ZERO }.retry_after_s(), 1);
    }
}
