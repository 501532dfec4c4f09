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
    good: Mutex<BTreeMap<[u8; 32], Good>>,
}

/// Until when a secret is good, and whose it is.
struct Good {
    until: Instant,
    owner: String,
}

/// A secret that was just made.
pub struct Secret {
    /// The secret itself, to be shown once.
    pub value: String,
    /// For how long it is good.
    pub good_for: Duration,
}

impl Secrets {
    /// Makes one that is good from `now` on for so long. Its owner is a person's id, or empty: the holder of the deployment's key.
    /// None when there are [`SECRETS_MAX`].
    pub fn mint(&self, now: Instant, good_for: Duration, owner: &str) -> Option<Secret> {
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        good.retain(|_, secret| secret.until > now);
        if good.len() >= SECRETS_MAX {
            return None;
        }
        let value = ids::secret();
        good.insert(digest(&value), Good { until: now + good_for, owner: owner.to_owned() });
        Some(Secret { value, good_for })
    }

    /// Ends all, as their time does.
    #[cfg(test)]
    pub(crate) fn end_all(&self) {
        self.good.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whose secret this is, if it is good at `now`.
    pub fn owner(&self, now: Instant, value: &str) -> Option<String> {
        let good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        good.get(&digest(value)).filter(|secret| secret.until > now).map(|secret| secret.owner.clone())
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
        let secret = secrets.mint(now, MINUTE, "pers_1").expect("room");
        assert_eq!(secrets.owner(now, &secret.value).as_deref(), Some("pers_1"));
        assert_eq!(secrets.owner(now, "ek_other"), None);
        assert_eq!(secrets.owner(now + MINUTE, &secret.value), None);
    }

    #[test]
    fn expired_secrets_make_room() {
        let (secrets, now) = (Secrets::default(), Instant::now());
        for _ in 0..SECRETS_MAX {
            assert!(secrets.mint(now, MINUTE, "").is_some());
        }
        assert!(secrets.mint(now, MINUTE, "").is_none());
        assert!(secrets.mint(now + MINUTE, MINUTE, "").is_some());
    }
}
