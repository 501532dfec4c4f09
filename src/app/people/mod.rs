//! People: their accounts, how they sign in, and how they stand to interviews. Who may do what is decided in `app/access.rs`.

pub mod coaching;
pub mod error;
pub mod limits;
pub mod oidc;
pub mod passwords;
pub mod registry;
pub mod settings;
pub mod sign_in;
pub mod spending;
pub mod tokens;

pub use error::PeopleError;
pub use registry::Registry;
pub use settings::{AccountsConfig, SignUp};

use super::access::{By, Relation, Role, Who};
use super::{App, ids, unix_ms};
use crate::config::Config;
use crate::digest::sha256_hex;
use crate::store::audit::{AuditRow, Deed};
use crate::store::people::PersonRow;
use crate::store::sessions::SessionFilter;
use crate::store::{Cursor, Page, StoreError, UnixMs};
use limits::Limits;
use passwords::Passwords;
use std::sync::Arc;
use tokio::sync::watch;

/// An email's characters at most.
const EMAIL_MAX: usize = 254;
/// A name's characters at most.
const NAME_MAX: usize = 100;
/// Interviews of a person that are looked up at once when all are deleted.
const AT_ONCE: u32 = 100;

/// What the application keeps in memory about people.
pub(super) struct People {
    passwords: Passwords,
    pub(super) limits: Arc<Limits>,
    providers: oidc::Providers,
    /// Told whenever something may have changed who may do what.
    access: watch::Sender<()>,
}

impl People {
    pub(super) fn new(config: &Config) -> People {
        People {
            passwords: Passwords::default(),
            limits: Arc::new(Limits::new(&config.limits)),
            providers: oidc::Providers::default(),
            access: watch::Sender::new(()),
        }
    }
}

impl App {
    /// Says that something may have changed who may do what: whoever was let in for a time is looked at again.
    pub fn access_changed(&self) {
        self.inner.people.access.send_replace(());
    }

    /// Tells of such changes from now on.
    pub fn access_changes(&self) -> watch::Receiver<()> {
        self.inner.people.access.subscribe()
    }
}

/// Somebody who is to be added.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// As others see them.
    pub name: String,
    /// None for those who come by a link alone.
    pub email: Option<String>,
    /// Whether somebody vouches for the email.
    pub email_verified: bool,
}

impl NewPerson {
    fn check(&self) -> Result<(), PeopleError> {
        self.email.as_deref().map_or(Ok(()), |email| email_form(email).map(drop))?;
        name_form(&self.name).map(drop)
    }

    fn row(&self, role: Role, now: UnixMs) -> PersonRow {
        PersonRow {
            id: ids::person(),
            name: self.name.trim().to_owned(),
            email: self.email.as_ref().map(|email| email.trim().to_lowercase()),
            email_verified: self.email_verified,
            password_hash: None,
            role: role.name().to_owned(),
            disabled: false,
            retention_days: None,
            minutes_per_day: None,
            tokens_per_day: None,
            created: now,
        }
    }
}

/// What is to become of a person; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct PersonChange {
    /// As others see them.
    pub name: Option<String>,
    /// Their email; changing it takes back that somebody vouched for it.
    pub email: Option<String>,
    /// Their role; an admin's to say.
    pub role: Option<Role>,
    /// May not come in; an admin's to say.
    pub disabled: Option<bool>,
    /// After how many days interviews are deleted; inner none: as the deployment says.
    pub retention_days: Option<Option<i64>>,
    /// Minutes of interviews a day; an admin's to say.
    pub minutes_per_day: Option<Option<i64>>,
    /// Tokens of the model a day; an admin's to say.
    pub tokens_per_day: Option<Option<i64>>,
}

impl PersonChange {
    fn apply(&self, mut row: PersonRow) -> Result<PersonRow, PeopleError> {
        if let Some(name) = &self.name {
            row.name = name_form(name)?;
        }
        if let Some(email) = &self.email {
            let email = email_form(email)?;
            row.email_verified &= row.email.as_ref() == Some(&email);
            row.email = Some(email);
        }
        let days = self.retention_days.flatten();
        if days.is_some_and(|days| !(1..=36_500).contains(&days)) {
            return Err(PeopleError::Range("retention_days is 1 to 36,500"));
        }
        if self.minutes_per_day.flatten().is_some_and(|minutes| !(0..=1_440).contains(&minutes)) {
            return Err(PeopleError::Range("minutes_per_day is 0 to 1,440"));
        }
        if self.tokens_per_day.flatten().is_some_and(|tokens| !(0..=1_000_000_000).contains(&tokens)) {
            return Err(PeopleError::Range("tokens_per_day is 0 to 1,000,000,000"));
        }
        row.retention_days = self.retention_days.unwrap_or(row.retention_days);
        row.minutes_per_day = self.minutes_per_day.unwrap_or(row.minutes_per_day);
        row.tokens_per_day = self.tokens_per_day.unwrap_or(row.tokens_per_day);
        row.role = self.role.map_or(row.role, |role| role.name().to_owned());
        row.disabled = self.disabled.unwrap_or(row.disabled);
        Ok(row)
    }
}

/// A link that was just made; its secret is shown once.
pub struct NewLink {
    /// What stands in the link.
    pub secret: String,
    /// Until when it is good.
    pub expires: UnixMs,
}

impl App {
    /// How often things may be done.
    pub fn limits(&self) -> &Limits {
        &self.inner.people.limits
    }

    /// The person who asks.
    ///
    /// # Errors
    /// When whoever asks has no account.
    pub async fn me(&self, who: &Who) -> Result<PersonRow, PeopleError> {
        match who {
            Who::Person { id, .. } => self.person(id).await,
            _ => Err(PeopleError::NoAccount),
        }
    }

    /// A person.
    ///
    /// # Errors
    /// When there is none of this id.
    pub async fn person(&self, id: &str) -> Result<PersonRow, PeopleError> {
        self.store().person(id).await?.ok_or(PeopleError::UnknownPerson)
    }

    /// All people, newest first.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn people(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<PersonRow>, PeopleError> {
        Ok(self.store().people(after, limit).await?)
    }

    /// Changes who there is.
    pub fn registry(&self) -> Registry<'_> {
        let people = &self.inner.people;
        Registry { store: self.store(), passwords: &people.passwords, link_good_for: self.config().accounts.link() }
    }

    /// Changes one's own password; other browsers are signed out.
    ///
    /// # Errors
    /// When the text cannot be a password.
    pub async fn change_password(&self, id: &str, password: String, cookie: &str) -> Result<(), PeopleError> {
        let hash = self.inner.people.passwords.hash(password).await?;
        let now = unix_ms();
        let mut write = self.store().write().await?;
        let row = write.person_to_change(id).await?.ok_or(PeopleError::UnknownPerson)?;
        write.change_person(&PersonRow { password_hash: Some(hash), ..row }, now).await?;
        write.end_sign_ins(id, &sha256_hex(cookie)).await?;
        write.audit(now, &about_person(id, "password", id, "{\"by\":\"self\"}")).await?;
        Ok(write.commit().await?)
    }

    /// Whether this is the person's password; of somebody who has none, any is.
    ///
    /// # Errors
    /// When it is not, or is asked for too often.
    pub async fn check_password(&self, person: &PersonRow, password: Option<&str>) -> Result<(), PeopleError> {
        let Some(hash) = &person.password_hash else { return Ok(()) };
        self.limits().count(limits::Deed::SignIn, &format!("person {}", person.id))?;
        let password = password.unwrap_or_default().to_owned();
        match self.inner.people.passwords.is(password, Some(hash.clone())).await? {
            true => Ok(()),
            false => Err(PeopleError::WrongPassword),
        }
    }

    /// Deletes a person with all of their interviews. A tombstone stays, and the audit.
    ///
    /// # Errors
    /// When there is none, one of their interviews runs, or no admin would be left.
    pub async fn delete_person(&self, actor: &str, id: &str) -> Result<(), PeopleError> {
        let row = self.person(id).await?;
        let filter = SessionFilter { person: Some(id.to_owned()), ..SessionFilter::default() };
        let admin = row.role == Role::Admin.name() && !row.disabled;
        if admin && self.store().write().await?.people_of(Role::Admin.name()).await? < 2 {
            return Err(PeopleError::LastAdmin);
        }
        loop {
            let page = self.list_sessions(&filter, None, None, AT_ONCE).await?;
            if page.items.is_empty() {
                break;
            }
            for (session, _) in &page.items {
                self.delete_session(&session.plan.id, actor).await?;
            }
        }
        self.drop_exports_of(id).await?;
        let now = unix_ms();
        let mut write = self.store().write().await?;
        if !write.delete_person(id, "asked", now).await? {
            return Err(PeopleError::UnknownPerson);
        }
        write.audit(now, &about_person(actor, "person_delete", id, "{}")).await?;
        Ok(write.commit().await?)
    }

    /// Makes a link by which whoever has it may sign up with this role.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn invite(&self, actor: &str, role: Role) -> Result<NewLink, PeopleError> {
        let now = unix_ms();
        let mut write = self.store().write().await?;
        let link = self.registry().write_link(&mut write, "invite", role.name(), actor, now).await?;
        let detail = serde_json::json!({ "role": role }).to_string();
        let deed = Deed { actor, action: "invite", subject_kind: "role", subject: role.name(), detail: &detail };
        write.audit(now, &deed).await?;
        write.commit().await?;
        Ok(link)
    }

    /// The audit, newest first; of one subject, if one is named.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn audited(
        &self,
        subject: Option<&str>,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<AuditRow>, PeopleError> {
        Ok(self.store().audited(subject, after, limit).await?)
    }

    /// How somebody stands to an interview. One that does not exist is foreign to everybody who has an account.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn relation(&self, who: &Who, session: &str) -> Result<Relation, StoreError> {
        match who {
            Who::Nobody => return Ok(Relation::Foreign),
            Who::Single | Who::Operator => return Ok(Relation::Own),
            Who::Person { .. } => {}
        }
        let owner = match self.session(session) {
            Ok(here) => here.person().to_owned(),
            Err(_) => match self.store().session_person(session).await? {
                Some(owner) => owner,
                None => return Ok(Relation::Foreign),
            },
        };
        if owner == who.id() {
            return Ok(Relation::Own);
        }
        let granted = self.store().is_granted(&owner, session, who.id(), unix_ms()).await?;
        Ok(if granted { Relation::Granted } else { Relation::Foreign })
    }
}

/// Who a person is that was known by something; nobody when they may not come in.
fn who(person: &PersonRow, by: By) -> Who {
    match Role::named(&person.role) {
        Some(role) if !person.disabled => Who::Person { id: person.id.clone(), role, by },
        _ => Who::Nobody,
    }
}

/// Whether there are accounts.
fn required(app: &App) -> Result<(), PeopleError> {
    if app.config().accounts.enabled { Ok(()) } else { Err(PeopleError::AccountsOff) }
}

fn about_person<'a>(actor: &'a str, action: &'a str, subject: &'a str, detail: &'a str) -> Deed<'a> {
    Deed { actor, action, subject_kind: "person", subject, detail }
}

fn taken(error: StoreError) -> PeopleError {
    match error {
        StoreError::Conflict(_) => PeopleError::EmailTaken,
        error => error.into(),
    }
}

/// An email as rows hold it.
fn email_form(email: &str) -> Result<String, PeopleError> {
    let email = email.trim().to_lowercase();
    let plain = !email.chars().any(|c| c.is_control() || c.is_whitespace());
    let parts =
        email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
    if plain && parts && email.chars().count() <= EMAIL_MAX { Ok(email) } else { Err(PeopleError::EmailForm) }
}

/// A name as rows hold it.
fn name_form(name: &str) -> Result<String, PeopleError> {
    let name = name.trim();
    let fits = (1..=NAME_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(PeopleError::NameForm) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_and_names_are_cleaned_or_refused() {
        assert_eq!(email_form(" Ada@Example.ORG ").expect("one"), "ada@example.org");
        for email in ["", "ada", "@b", "a@", "a@b@c", "a b@c", "a\u{0}@b", &format!("{}@b", "a".repeat(300))] {
            assert!(email_form(email).is_err(), "{email}");
        }
        assert_eq!(name_form("  Ada Lovelace ").expect("one"), "Ada Lovelace");
        for name in ["", "  ", "a\nb", &"a".repeat(101)] {
            assert!(name_form(name).is_err(), "{name}");
        }
    }

    #[test]
    fn another_email_is_vouched_for_by_nobody() {
        let new = NewPerson { name: "Ada".into(), email: Some("a@b".into()), email_verified: true };
        let row = new.row(Role::Candidate, UnixMs(1));
        let changed = |email: &str| {
            let change = PersonChange { email: Some(email.into()), ..PersonChange::default() };
            change.apply(row.clone()).expect("applied").email_verified
        };
        assert!(changed("A@b") && !changed("c@d"));
    }
}
