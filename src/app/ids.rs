//! Names that nobody can guess: of sessions and secrets.

use crate::digest::hex;
use rustls::crypto::SecureRandom;

const SESSION_PREFIX: &str = "sess_";
const SECRET_PREFIX: &str = "ek_";
/// Random bytes in a name; written as twice as many hex digits.
const BYTES: usize = 16;

/// A new session's id: `sess_` and 32 hex digits. Knowing it is not enough to join where a key is asked for.
pub fn session() -> String {
    named(SESSION_PREFIX)
}

/// A new client secret: `ek_` and 32 hex digits.
pub fn secret() -> String {
    named(SECRET_PREFIX)
}

/// A scorecard's id: `card_` and 32 hex digits.
pub fn scorecard() -> String {
    named("card_")
}

/// A note's id: `note_` and 32 hex digits.
pub fn note() -> String {
    named("note_")
}

/// A person's id: `pers_` and 32 hex digits.
pub fn person() -> String {
    named("pers_")
}

/// Whether this is the id of an archive that somebody had made: `exp_` and 32 hex digits.
pub fn is_export_id(id: &str) -> bool {
    is_named("exp_", id)
}

/// An id with another prefix and 32 hex digits.
pub fn of(prefix: &str) -> String {
    named(prefix)
}

/// A key of 256 bits in hex digits, with a prefix by which people and scanners for leaked keys know it.
pub fn key(prefix: &str) -> String {
    let (one, other) = (named(prefix), named(""));
    one + &other
}

/// A number nobody can guess.
pub fn seed() -> u64 {
    let mut bytes = [0; 8];
    fill(&mut bytes);
    // JSON numbers are exact up to 2^53.
    u64::from_le_bytes(bytes) >> 11
}

/// Whether `text` has the form of a session's id. Such a text is safe as a file's name.
pub fn is_session_id(text: &str) -> bool {
    is_named(SESSION_PREFIX, text)
}

fn is_named(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| {
        digits.len() == BYTES * 2 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn named(prefix: &str) -> String {
    let mut bytes = [0; BYTES];
    fill(&mut bytes);
    prefix.to_owned() + &hex(bytes)
}

fn fill(bytes: &mut [u8]) {
    let random: &dyn SecureRandom = rustls::crypto::ring::default_provider().secure_random;
    // Without randomness of the system every name could be guessed; ending here is the only safe answer, and it
    // does not depend on anything that comes from outside.
    assert!(random.fill(bytes).is_ok(), "the system gives no random bytes");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_new_each_time_and_know_themselves() {
        let (one, other) = (session(), session());
        assert_ne!(one, other);
        assert!(is_session_id(&one) && is_session_id(&other));
        assert!(seed() < 1 << 53);
    }

    #[test]
    fn nothing_else_is_an_id() {
        let upper = session().to_uppercase();
        for other in ["", "sess_", "../../etc/passwd", "sess_..", "sess_0123", upper.as_str(), &secret()] {
            assert!(!is_session_id(other), "{other}");
        }
    }
}
