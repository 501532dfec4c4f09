//! Signing in and out: who a cookie, a token or a client secret belongs to, and how people come to a cookie: by their password,
//! by signing up, by a link.

use super::limits::Deed;
use super::{NewPerson, PeopleError, about_person, passwords, required, taken, who};
use crate::app::access::{By, Role, Who};
use crate::app::{App, ids, unix_ms};
use crate::digest::sha256_hex;
use crate::store::assignments::LinkRow;
use crate::store::people::PersonRow;
use crate::store::sign_ins::SignInRow;
use crate::store::{StoreError, UnixMs, Write};
use std::time::Duration;
use tokio::time::Instant;

/// Browsers in which one person is signed in at once; beyond, the one not seen longest is signed out.
const BROWSERS_MAX: u32 = 20;
/// That a cookie or token was used is written down to the minute.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// Prefix of API tokens.
pub const TOKEN_PREFIX: &str = "viva_";

/// Somebody who just signed in.
pub struct SignedIn {
    /// Who.
    pub person: PersonRow,
    /// The cookie's value; shown to nobody but the browser.
    pub cookie: String,
    /// How long the browser keeps it.
    pub good_for: Duration,
}

/// What unsafe requests show beside a cookie: it can be told from the cookie, but not the cookie from it.
pub fn csrf(cookie: &str) -> String {
    sha256_hex(format!("csrf of {cookie}"))
}

impl App {
    /// Whose cookie this is; nobody's when it ended or its person may not come in.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn who_by_cookie(&self, cookie: &str) -> Result<Who, StoreError> {
        let now = unix_ms();
        let Some((row, person)) = self.store().signed_in(&sha256_hex(cookie)).await? else { return Ok(Who::Nobody) };
        let idle = self.config().accounts.idle();
        if row.expires <= now || row.seen.after(idle) <= now {
            return Ok(Who::Nobody);
        }
        if row.seen.after(SEEN_EVERY) <= now {
            self.seen(Seen::Browser(row.token_sha256), now);
        }
        Ok(who(&person, By::Cookie))
    }

    /// Whose API token this is; nobody's when it ended or its person may not come in.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn who_by_token(&self, token: &str) -> Result<Who, StoreError> {
        if !token.starts_with(TOKEN_PREFIX) {
            return Ok(Who::Nobody);
        }
        let now = unix_ms();
        let Some((row, person)) = self.store().token_of(&sha256_hex(token)).await? else { return Ok(Who::Nobody) };
        if row.expires.is_some_and(|at| at <= now) {
            return Ok(Who::Nobody);
        }
        if row.used.is_none_or(|at| at.after(SEEN_EVERY) <= now) {
            self.seen(Seen::Token(row.id), now);
        }
        Ok(who(&person, By::Token))
    }

    /// Whose client secret this is; nobody's when it ended or its person may not come in.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn who_by_secret(&self, secret: &str) -> Result<Who, StoreError> {
        match self.secrets().owner(Instant::now(), secret) {
            None => Ok(Who::Nobody),
            Some(owner) if owner.is_empty() => Ok(Who::Operator),
            Some(owner) => self.who_has_secrets(&owner).await,
        }
    }

    /// Who a person is by the client secrets that they had made; nobody when they may not come in.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn who_has_secrets(&self, person: &str) -> Result<Who, StoreError> {
        let person = self.store().person(person).await?;
        Ok(person.map_or(Who::Nobody, |person| who(&person, By::Secret)))
    }

    /// Signs in by password. A cookie that the browser shows already ends: nobody can be given one that others know.
    ///
    /// # Errors
    /// When email and password are not those of somebody, somebody may not come in, or tries too often.
    pub async fn sign_in(&self, email: &str, password: String, shown: Option<&str>) -> Result<SignedIn, PeopleError> {
        required(self)?;
        let email = email.trim().to_lowercase();
        self.inner.people.limits.count(Deed::SignIn, &format!("email {}", sha256_hex(&email)))?;
        let person = self.store().person_by_email(&email).await?;
        let hash = person.as_ref().and_then(|person| person.password_hash.clone());
        let good = self.inner.people.passwords.is(password, hash).await?;
        let person = person.filter(|_| good).ok_or(PeopleError::SignInFailed)?;
        self.let_in(person, "password", shown).await
    }

    /// Gives a browser its cookie.
    pub(super) async fn let_in(
        &self,
        person: PersonRow,
        by: &str,
        shown: Option<&str>,
    ) -> Result<SignedIn, PeopleError> {
        let mut write = self.store().write().await?;
        let signed_in = self.write_sign_in(&mut write, person, by, shown).await?;
        write.commit().await?;
        Ok(signed_in)
    }

    pub(super) async fn write_sign_in(
        &self,
        write: &mut Write,
        person: PersonRow,
        by: &str,
        shown: Option<&str>,
    ) -> Result<SignedIn, PeopleError> {
        if person.disabled {
            return Err(PeopleError::Disabled);
        }
        let (now, longest) = (unix_ms(), self.config().accounts.longest());
        let cookie = ids::key("");
        if let Some(shown) = shown {
            write.end_sign_in(&sha256_hex(shown)).await?;
        }
        let row = SignInRow {
            token_sha256: sha256_hex(&cookie),
            person: person.id.clone(),
            csrf_sha256: sha256_hex(csrf(&cookie)),
            created: now,
            seen: now,
            expires: now.after(longest),
        };
        write.add_sign_in(&row, BROWSERS_MAX).await?;
        let detail = serde_json::json!({ "by": by }).to_string();
        write.audit(now, &about_person(&person.id, "sign_in", &person.id, &detail)).await?;
        Ok(SignedIn { person, cookie, good_for: longest })
    }

    /// Signs a browser out.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn sign_out(&self, cookie: &str, person: &str) -> Result<(), PeopleError> {
        let mut write = self.store().write().await?;
        write.end_sign_in(&sha256_hex(cookie)).await?;
        write.audit(unix_ms(), &about_person(person, "sign_out", person, "{}")).await?;
        Ok(write.commit().await?)
    }

    /// Makes an account and signs in: with an invitation, or without where anybody may.
    ///
    /// # Errors
    /// When nobody may, the invitation is none, or the email is taken.
    pub async fn sign_up(
        &self,
        new: NewPerson,
        password: String,
        link: Option<&str>,
        shown: Option<&str>,
    ) -> Result<SignedIn, PeopleError> {
        required(self)?;
        let now = unix_ms();
        let role = match link {
            Some(link) => {
                let link = self.good_link(link, "invite", now).await?;
                Role::named(&link.target).ok_or(PeopleError::LinkUnknown)?
            }
            None if self.config().accounts.sign_up == super::settings::SignUp::Open => Role::Candidate,
            None => return Err(PeopleError::SignUpClosed),
        };
        new.check()?;
        let password_hash = Some(self.inner.people.passwords.hash(password).await?);
        let person = PersonRow { password_hash, ..new.row(role, now) };
        let mut write = self.store().write().await?;
        if let Some(link) = link
            && !write.use_link(&sha256_hex(link), &person.id, now).await?
        {
            return Err(PeopleError::LinkUsed);
        }
        write.add_person(&person).await.map_err(taken)?;
        let detail = serde_json::json!({ "role": role, "invited": link.is_some() }).to_string();
        write.audit(now, &about_person(&person.id, "sign_up", &person.id, &detail)).await?;
        let signed_in = self.write_sign_in(&mut write, person, "sign_up", shown).await?;
        write.commit().await?;
        Ok(signed_in)
    }

    /// Sets a password by a link and signs in; other browsers of this person are signed out.
    ///
    /// # Errors
    /// When the link is none, or the text cannot be a password.
    pub async fn set_password(
        &self,
        link: &str,
        password: String,
        shown: Option<&str>,
    ) -> Result<SignedIn, PeopleError> {
        required(self)?;
        let now = unix_ms();
        let row = self.good_link(link, "password", now).await?;
        passwords::check_form(&password)?;
        let person = self.store().person(&row.target).await?.ok_or(PeopleError::LinkUnknown)?;
        let hash = self.inner.people.passwords.hash(password).await?;
        let person = PersonRow { password_hash: Some(hash), ..person };
        let mut write = self.store().write().await?;
        if !write.use_link(&row.token_sha256, &person.id, now).await? {
            return Err(PeopleError::LinkUsed);
        }
        write.change_person(&person, now).await?;
        write.end_sign_ins(&person.id, "").await?;
        write.audit(now, &about_person(&person.id, "password", &person.id, "{\"by\":\"link\"}")).await?;
        let signed_in = self.write_sign_in(&mut write, person, "link", shown).await?;
        write.commit().await?;
        Ok(signed_in)
    }

    /// A link of this kind that can be used now.
    pub(super) async fn good_link(&self, link: &str, kind: &str, now: UnixMs) -> Result<LinkRow, PeopleError> {
        let row = self.store().link(&sha256_hex(link)).await?.filter(|row| row.kind == kind);
        let row = row.ok_or(PeopleError::LinkUnknown)?;
        match row {
            row if row.used.is_some() => Err(PeopleError::LinkUsed),
            row if row.expires <= now => Err(PeopleError::LinkExpired),
            row => Ok(row),
        }
    }

    /// Has it written down that somebody was seen, without waiting for it.
    fn seen(&self, what: Seen, at: UnixMs) {
        let store = self.store().clone();
        tokio::spawn(async move {
            let written = async {
                let mut write = store.write().await?;
                match &what {
                    Seen::Browser(hash) => write.sign_in_seen(hash, at).await?,
                    Seen::Token(id) => write.token_used(id, at).await?,
                }
                write.commit().await
            };
            if let Err(error) = written.await {
                tracing::warn!(%error, "when somebody was seen is not written down");
            }
        });
    }
}

enum Seen {
    Browser(String),
    Token(String),
}
