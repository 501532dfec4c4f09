//! Keys of services: never printed whole, neither by Debug nor by Serialize.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Shorter keys show nothing at all of themselves: four of their characters would be too large a part.
const LENGTH_SHOWN_MIN: usize = 16;

/// A service's key. Printing or serialising it gives `***` and its last four characters.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Wraps `key`.
    pub fn new(key: impl Into<String>) -> Self {
        ApiKey(SecretString::from(key.into()))
    }

    /// The key itself, for the header of a request and nothing else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The key in the form that a client library wants.
    pub(super) fn secret(&self) -> &SecretString {
        &self.0
    }

    fn masked(&self) -> String {
        let key = self.expose();
        let length = key.chars().count();
        if length < LENGTH_SHOWN_MIN {
            return "***".to_owned();
        }
        let tail: String = key.chars().skip(length - 4).collect();
        format!("***{tail}")
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.masked())
    }
}

impl Serialize for ApiKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.masked())
    }
}

impl<'de> Deserialize<'de> for ApiKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(ApiKey::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_only_its_last_four_characters() {
        let key = ApiKey::new("sk-secret-secret-wxyz");
        assert_eq!(format!("{key:?}"), "***wxyz");
        assert_eq!(serde_json::to_string(&key).unwrap(), "\"***wxyz\"");
    }

    #[test]
    fn a_short_key_shows_nothing() {
        assert_eq!(format!("{:?}", ApiKey::new("hunter2")), "***");
        assert_eq!(format!("{:?}", ApiKey::new("äöü")), "***");
    }
}
