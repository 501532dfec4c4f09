//! Passwords: what one must be, and hashing them with Argon2id. A hash takes 19 MiB and tens of ms, so few are made at once
//! and few wait.

use super::PeopleError;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// A password's characters at least.
pub const PASSWORD_MIN: usize = 10;
/// A password's characters at most.
pub const PASSWORD_MAX: usize = 128;
/// Different characters of a password at least: `aaaaaaaaaaaa` is long, but not a secret.
const DIFFERENT_MIN: usize = 5;
/// Hashes that are made at once.
const AT_ONCE: usize = 2;
/// Who waits for a hash or has one made; more are told to come back.
const WAITING_MAX: usize = 32;

/// Makes and checks hashes.
pub struct Passwords {
    room: Semaphore,
    waiting: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords { room: Semaphore::new(AT_ONCE), waiting: Arc::new(Semaphore::new(WAITING_MAX)) }
    }
}

impl Passwords {
    /// The hash of a new password, in PHC form.
    ///
    /// # Errors
    /// When the password is not one ([`check_form`]), or too many wait for theirs.
    pub async fn hash(&self, password: String) -> Result<String, PeopleError> {
        check_form(&password)?;
        self.work(move || hashed(&password)).await?.ok_or(PeopleError::Broken("a password cannot be hashed"))
    }

    /// Whether this is the password of that hash. Without a hash it is not, and that takes as long to say: who asks does not
    /// learn which emails are known.
    ///
    /// # Errors
    /// When too many wait for theirs.
    pub async fn is(&self, password: String, hash: Option<String>) -> Result<bool, PeopleError> {
        if password.len() > PASSWORD_MAX * 4 {
            return Ok(false);
        }
        self.work(move || {
            let known = hash.is_some();
            let hash = hash.as_deref().unwrap_or_else(|| nobodys());
            let same = PasswordHash::new(hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            same && known
        })
        .await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PeopleError> {
        let _waiting = self.waiting.clone().try_acquire_owned().map_err(|_| PeopleError::Busy)?;
        let _turn = self.room.acquire().await.map_err(|_| PeopleError::Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| PeopleError::Broken("hashing a password panicked"))
    }
}

/// Whether a text can be a password.
///
/// # Errors
/// When it cannot; the error says why.
pub fn check_form(password: &str) -> Result<(), PeopleError> {
    let length = password.chars().count();
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    if (PASSWORD_MIN..=PASSWORD_MAX).contains(&length) && different.len() >= DIFFERENT_MIN {
        return Ok(());
    }
    Err(PeopleError::PasswordForm)
}

fn hashed(password: &str) -> Option<String> {
    let hash: PasswordHash = Argon2::default().hash_password(password.as_bytes()).ok()?;
    Some(hash.to_string())
}

/// The hash of a password that nobody has.
fn nobodys() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hashed(&crate::app::ids::key("")).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".into()).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.is("correct horse".into(), Some(hash.clone())).await.expect("checked"));
        assert!(!passwords.is("correct horsf".into(), Some(hash)).await.expect("checked"));
        assert!(!passwords.is("correct horse".into(), None).await.expect("checked"));
        assert!(!passwords.is("correct horse".into(), Some("no hash".into())).await.expect("checked"));
    }

    #[tokio::test]
    async fn two_hashes_of_one_password_differ() {
        let passwords = Passwords::default();
        let one = passwords.hash("correct horse".into()).await.expect("hashed");
        assert_ne!(one, passwords.hash("correct horse".into()).await.expect("hashed"));
    }

    #[test]
    fn short_long_and_dull_passwords_are_none() {
        for password in ["", "short", "aaaaaaaaaaaaaaa", &"abcde".repeat(26)] {
            assert!(check_form(password).is_err(), "{password}");
        }
        for password in ["correct hor", "pässwörterß", &"abcdefgh".repeat(16)] {
            assert!(check_form(password).is_ok(), "{password}");
        }
    }

    #[tokio::test]
    async fn whoever_comes_when_too_many_wait_is_sent_away() {
        let passwords = Passwords::default();
        let all = passwords.waiting.clone().acquire_many_owned(WAITING_MAX as u32).await.expect("all of them");
        assert!(matches!(passwords.is("x".into(), None).await, Err(PeopleError::Busy)));
        drop(all);
        assert!(passwords.is("x".into(), None).await.is_ok());
    }
}
