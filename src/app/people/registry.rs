//! Who there is: adding people, changing them, and the links by which they come. Needs only the store, so that the command line
//! does it as the server does.

use super::passwords::Passwords;
use super::{NewLink, NewPerson, PeopleError, PersonChange, about_person, taken};
use crate::app::access::Role;
use crate::app::{ids, unix_ms};
use crate::digest::sha256_hex;
use crate::store::assignments::LinkRow;
use crate::store::people::PersonRow;
use crate::store::{Store, UnixMs, Write};
use std::time::Duration;

/// Changes who there is.
pub struct Registry<'a> {
    /// Where people are kept.
    pub store: &'a Store,
    /// What hashes their passwords.
    pub passwords: &'a Passwords,
    /// How long links are good.
    pub link_good_for: Duration,
}

impl Registry<'_> {
    /// Adds a person, who cannot sign in yet; the link sets their password.
    ///
    /// # Errors
    /// When name or email cannot be one, or the email is taken.
    pub async fn add_person(
        &self,
        actor: &str,
        new: &NewPerson,
        role: Role,
        password: Option<String>,
    ) -> Result<(PersonRow, Option<NewLink>), PeopleError> {
        new.check()?;
        let now = unix_ms();
        let password_hash = match password {
            Some(password) => Some(self.passwords.hash(password).await?),
            None => None,
        };
        let person = PersonRow { password_hash, ..new.row(role, now) };
        let mut write = self.store.write().await?;
        write.add_person(&person).await.map_err(taken)?;
        let detail = serde_json::json!({ "role": role }).to_string();
        write.audit(now, &about_person(actor, "person_add", &person.id, &detail)).await?;
        let link = match person.password_hash {
            Some(_) => None,
            None => Some(self.write_link(&mut write, "password", &person.id, actor, now).await?),
        };
        write.commit().await?;
        Ok((person, link))
    }

    /// Changes a person; an admin's part or their own.
    ///
    /// # Errors
    /// When there is none, a value cannot be one, the email is taken, or no admin would be left.
    pub async fn change_person(&self, actor: &str, id: &str, change: &PersonChange) -> Result<PersonRow, PeopleError> {
        let now = unix_ms();
        let mut write = self.store.write().await?;
        let row = write.person_to_change(id).await?.ok_or(PeopleError::UnknownPerson)?;
        let was_admin = row.role == Role::Admin.name() && !row.disabled;
        let row = change.apply(row)?;
        write.change_person(&row, now).await.map_err(taken)?;
        if was_admin && write.people_of(Role::Admin.name()).await? == 0 {
            return Err(PeopleError::LastAdmin);
        }
        if row.disabled {
            write.end_sign_ins(id, "").await?;
        }
        if change.tokens_per_day.is_some() {
            write.judge_soon(Some(id), now).await?;
        }
        let detail = serde_json::json!({ "role": row.role, "disabled": row.disabled }).to_string();
        write.audit(now, &about_person(actor, "person_change", id, &detail)).await?;
        write.commit().await?;
        Ok(row)
    }

    /// Makes a link by which a person sets a new password; those made before end.
    ///
    /// # Errors
    /// When there is no such person.
    pub async fn password_link(&self, actor: &str, id: &str) -> Result<NewLink, PeopleError> {
        let now = unix_ms();
        self.store.person(id).await?.ok_or(PeopleError::UnknownPerson)?;
        let mut write = self.store.write().await?;
        write.delete_links("password", id).await?;
        let link = self.write_link(&mut write, "password", id, actor, now).await?;
        write.audit(now, &about_person(actor, "password_link", id, "{}")).await?;
        write.commit().await?;
        Ok(link)
    }

    pub(super) async fn write_link(
        &self,
        write: &mut Write,
        kind: &str,
        target: &str,
        author: &str,
        now: UnixMs,
    ) -> Result<NewLink, PeopleError> {
        let (secret, expires) = (ids::key("link_"), now.after(self.link_good_for));
        let row = LinkRow {
            token_sha256: sha256_hex(&secret),
            kind: kind.to_owned(),
            target: target.to_owned(),
            author: author.to_owned(),
            created: now,
            expires,
            used: None,
        };
        write.add_link(&row).await?;
        Ok(NewLink { secret, expires })
    }
}
