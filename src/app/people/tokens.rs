//! API tokens: keys that a person makes for programs, shown once.

use super::sign_in::TOKEN_PREFIX;
use super::{PeopleError, about_person, name_form};
use crate::app::{App, ids, unix_ms};
use crate::digest::sha256_hex;
use crate::store::sign_ins::TokenRow;
use std::time::Duration;

/// API tokens of one person at most.
pub const TOKENS_MAX: u32 = 50;

impl App {
    /// Makes an API token. The text is shown once and kept nowhere.
    ///
    /// # Errors
    /// When the name cannot be one, or this person has [`TOKENS_MAX`].
    pub async fn add_token(
        &self,
        person: &str,
        name: &str,
        good_for: Option<Duration>,
    ) -> Result<(TokenRow, String), PeopleError> {
        let (now, token) = (unix_ms(), ids::key(TOKEN_PREFIX));
        let row = TokenRow {
            id: ids::of("tok_"),
            person: person.to_owned(),
            name: name_form(name)?,
            token_sha256: sha256_hex(&token),
            created: now,
            expires: good_for.map(|good_for| now.after(good_for)),
            used: None,
        };
        let mut write = self.store().write().await?;
        if !write.add_token(&row, TOKENS_MAX).await? {
            return Err(PeopleError::TooMany("you have 50 tokens; revoke one first"));
        }
        write.audit(now, &about_person(person, "token_add", person, "{}")).await?;
        write.commit().await?;
        Ok((row, token))
    }

    /// Revokes an API token.
    ///
    /// # Errors
    /// When this person has no such token.
    pub async fn delete_token(&self, person: &str, id: &str) -> Result<(), PeopleError> {
        let mut write = self.store().write().await?;
        if !write.delete_token(person, id).await? {
            return Err(PeopleError::UnknownToken);
        }
        write.audit(unix_ms(), &about_person(person, "token_revoke", person, "{}")).await?;
        Ok(write.commit().await?)
    }
}
