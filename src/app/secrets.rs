//! Client secrets: keys for browsers that are good for a short time. Only their hashes are kept, in memory.

use super::ids;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Secrets that are good at once; more are refused until some expire.
pub const SECRETS_MAX: usize = 10_000;
/// How long a secret is good unless asked otherwise, in s.
pub const SECRET_SECONDS: u64 = 600;

/// The secrets that are good.
#[derive(Default)]
pub struct Secrets {
    good_until: Mutex<BTreeMap<[u8; 32], Instant>>,
}

/// A secret that was just made.
pub struct Secret {
    /// The secret itself, to be shown once.
    pub value: String,
    /// For how long it is good.
    pub good_for: Duration,
}

impl Secrets {
    /// Makes one that is good from `now` on for so long. None when there are [`SECRETS_MAX`].
    pub fn mint(&self, now: Instant, good_for: Duration) -> Option<Secret> {
        let mut good_until = self.good_until.lock().unwrap_or_else(PoisonError::into_inner);
        good_until.retain(|_, until| *until > now);
        if good_until.len() >= SECRETS_MAX {
            return None;
        }
        let value = ids::secret();
        good_until.insert(digest(&value), now + good_for);
        Some(Secret { value, good_for })
    }

    /// Whether a secret is good at `now`.
    pub fn is_good(&self, now: Instant, value: &str) -> bool {
        let good_until = self.good_until.lock().unwrap_or_else(PoisonError::into_inner);
        good_until.get(&digest(value)).is_some_and(|until| *until > now)
    }
}

/// Comparing hashes says nothing about the secret by the time it takes.
pub fn digest(value: &str) -> [u8; 32] {
    Sha256::digest(value.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_secret_is_good_for_its_time() {
        let (secrets, now) = (Secrets::default(), Instant::now());
        let secret = secrets.mint(now, MINUTE).expect("room");
        assert!(secrets.is_good(now, &secret.value) && !secrets.is_good(now, "ek_other"));
        assert!(!secrets.is_good(now + MINUTE, &secret.value));
    }

    #[test]
    fn expired_secrets_make_room() {
        let (secrets, now) = (Secrets::default(), Instant::now());
        for _ in 0..SECRETS_MAX {
            assert!(secrets.mint(now, MINUTE).is_some());
        }
        assert!(secrets.mint(now, MINUTE).is_none());
        assert!(secrets.mint(now + MINUTE, MINUTE).is_some());
    }
}
