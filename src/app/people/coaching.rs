//! Who reads along, and what coaches set: grants, assignments, and the links by which candidates join.

use super::sign_in::SignedIn;
use super::{NewLink, NewPerson, PeopleError, required};
use crate::app::access::{Role, Who};
use crate::app::{App, Choice, Chosen, Form, Patience, Session, Wish, ids, unix_ms};
use crate::digest::sha256_hex;
use crate::recording::ConsentBy;
use crate::store::assignments::{AssignmentRow, LinkRow};
use crate::store::audit::Deed;
use crate::store::grants::{GRANTS_MAX, GrantRow};
use crate::store::people::PersonRow;
use crate::store::{Cursor, Page, UnixMs};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How the interview of an assignment is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Its length; none: the question's own.
    pub minutes: Option<u16>,
    /// How patient the interviewer is.
    pub patience: Option<Patience>,
    /// The language it is held in, a BCP 47 tag; none: the server's own.
    pub language: Option<String>,
    /// The interviewer's manner.
    pub persona: Option<String>,
    /// By voice or in writing; none: by voice.
    pub form: Option<Form>,
    /// Why it is on this question.
    pub chosen: Chosen,
}

/// What somebody who joins says.
#[derive(Clone, Debug)]
pub struct Joining {
    /// The link's secret.
    pub link: String,
    /// How somebody without an account is called.
    pub name: Option<String>,
    /// Whether the interview may be recorded.
    pub consent: bool,
}

/// Somebody who joined.
pub struct Joined {
    /// Their interview.
    pub session: Arc<Session>,
    /// They had no account: this lets them in.
    pub signed_in: Option<SignedIn>,
}

/// What a link is for.
pub enum LinkFor {
    /// Signing up with this role.
    Invite(Role),
    /// Setting a password.
    Password,
    /// Joining this assignment of that coach.
    Join(Box<AssignmentRow>, String),
}

impl App {
    /// Who may read an interview, those who may read all of its candidate's included.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn grants(&self, session: &str) -> Result<Vec<(GrantRow, Option<PersonRow>)>, PeopleError> {
        let owner = self.owner(session).await?;
        let mut named = Vec::new();
        for grant in self.store().grants(&owner, session, unix_ms()).await? {
            let reader = self.store().person(&grant.reader).await?;
            named.push((grant, reader));
        }
        Ok(named)
    }

    /// Lets a coach or observer read an interview, or all of its candidate's.
    ///
    /// # Errors
    /// When there is no such coach or observer, or enough is granted.
    pub async fn grant(
        &self,
        actor: &Who,
        session: &str,
        email: &str,
        all: bool,
        expires: Option<UnixMs>,
    ) -> Result<(GrantRow, PersonRow), PeopleError> {
        let owner = self.owner(session).await?;
        let reader = self.store().person_by_email(&email.trim().to_lowercase()).await?;
        // Candidates are not found: who may be asked is known, who practises is not.
        let reads = |row: &PersonRow| !row.disabled && row.role != Role::Candidate.name() && row.id != owner;
        let reader = reader.filter(reads).ok_or(PeopleError::UnknownPerson)?;
        let now = unix_ms();
        let grant = GrantRow {
            id: ids::of("grant_"),
            person: owner,
            session: if all { String::new() } else { session.to_owned() },
            reader: reader.id.clone(),
            created: now,
            expires,
        };
        let mut write = self.store().write().await?;
        if !write.add_grant(&grant).await? {
            const _: () = assert!(GRANTS_MAX == 500);
            return Err(PeopleError::TooMany("500 may read what is yours; take one back first"));
        }
        write.audit(now, &about_grant(actor.id(), "grant", session, &detail(&grant))).await?;
        write.commit().await?;
        Ok((grant, reader))
    }

    /// Takes a grant back.
    ///
    /// # Errors
    /// When there is no such grant for this interview.
    pub async fn revoke(&self, actor: &Who, session: &str, id: &str) -> Result<(), PeopleError> {
        let owner = self.owner(session).await?;
        let mut write = self.store().write().await?;
        let grant = write.delete_grant(&owner, session, id).await?.ok_or(PeopleError::UnknownGrant)?;
        write.audit(unix_ms(), &about_grant(actor.id(), "revoke", session, &detail(&grant))).await?;
        Ok(write.commit().await?)
    }

    /// Whose interview it is.
    async fn owner(&self, session: &str) -> Result<String, PeopleError> {
        let unknown = || crate::app::SessionError::Unknown(session.to_owned());
        match self.session(session) {
            Ok(here) => Ok(here.person().to_owned()),
            Err(_) => Ok(self.store().session_person(session).await?.ok_or_else(unknown)?),
        }
    }

    /// Sets a question for whoever gets the link. It is chosen now, so that its coach knows it; who will take it up, and what they
    /// had before, nobody knows.
    ///
    /// # Errors
    /// When no question fits, or the interview cannot be had so.
    pub async fn assign(
        &self,
        coach: &Who,
        choice: Choice,
        wanted: Wanted,
        due: Option<UnixMs>,
    ) -> Result<(AssignmentRow, NewLink), PeopleError> {
        required(self)?;
        let (question, chosen) = self.choose("", choice).await?;
        let question = question.unwrap_or_else(|| self.inner.standing_question());
        let (question, wanted) = (question.as_str(), &Wanted { chosen, ..wanted });
        self.check_wish(&wish(question, wanted))?;
        let now = unix_ms();
        let row = AssignmentRow {
            id: ids::of("asgn_"),
            coach: coach.id().to_owned(),
            person: String::new(),
            question: question.to_owned(),
            // Numbers and plain names always serialise.
            wish: serde_json::to_string(wanted).unwrap_or_default(),
            session: None,
            due,
            created: now,
        };
        let mut write = self.store().write().await?;
        write.add_assignment(&row).await?;
        let link = self.registry().write_link(&mut write, "join", &row.id, coach.id(), now).await?;
        write.commit().await?;
        Ok((row, link))
    }

    /// A new link to an assignment that nobody took up; those made before are taken back.
    ///
    /// # Errors
    /// When there is none of this coach's, or somebody took it up.
    pub async fn assign_again(&self, coach: &Who, id: &str) -> Result<NewLink, PeopleError> {
        let row = self.assignment(coach, id).await?;
        if row.coach != coach.id() {
            return Err(PeopleError::UnknownAssignment);
        }
        if row.session.is_some() {
            return Err(PeopleError::AssignmentTaken);
        }
        let mut write = self.store().write().await?;
        write.delete_links("join", id).await?;
        let link = self.registry().write_link(&mut write, "join", id, coach.id(), unix_ms()).await?;
        write.commit().await?;
        Ok(link)
    }

    /// An assignment that somebody set or took up.
    ///
    /// # Errors
    /// When there is none of theirs.
    pub async fn assignment(&self, who: &Who, id: &str) -> Result<AssignmentRow, PeopleError> {
        let row = self.store().assignment(id).await?;
        let theirs = |row: &AssignmentRow| row.coach == who.id() || (row.session.is_some() && row.person == who.id());
        row.filter(theirs).ok_or(PeopleError::UnknownAssignment)
    }

    /// Assignments that somebody set, or took up, newest first.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn assignments(
        &self,
        who: &Who,
        set: bool,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<AssignmentRow>, PeopleError> {
        Ok(self.store().assignments(who.id(), set, after, limit).await?)
    }

    /// Takes an assignment back. An interview that came of it stays its candidate's.
    ///
    /// # Errors
    /// When there is none of this coach's.
    pub async fn delete_assignment(&self, coach: &Who, id: &str) -> Result<(), PeopleError> {
        let mut write = self.store().write().await?;
        if !write.delete_assignment(coach.id(), id).await? {
            return Err(PeopleError::UnknownAssignment);
        }
        Ok(write.commit().await?)
    }

    /// What a link is for, and until when it is good.
    ///
    /// # Errors
    /// When it is none, was used or ended.
    pub async fn look_at_link(&self, link: &str) -> Result<(LinkFor, UnixMs), PeopleError> {
        required(self)?;
        let row = self.store().link(&sha256_hex(link)).await?.ok_or(PeopleError::LinkUnknown)?;
        let row = still_good(row, unix_ms())?;
        let what = match row.kind.as_str() {
            "invite" => LinkFor::Invite(Role::named(&row.target).ok_or(PeopleError::LinkUnknown)?),
            "password" => LinkFor::Password,
            _ => {
                let assignment = self.store().assignment(&row.target).await?.ok_or(PeopleError::LinkUnknown)?;
                let coach = self.store().person(&assignment.coach).await?.map(|coach| coach.name).unwrap_or_default();
                LinkFor::Join(Box::new(assignment), coach)
            }
        };
        Ok((what, row.expires))
    }

    /// Joins an assignment by its link: the interview is the candidate's, and its coach may read it. Who has no account gets one
    /// without email or password, good in this browser.
    ///
    /// # Errors
    /// When the link is none, was used or ended; when the interview cannot be had.
    pub async fn join_assignment(&self, who: &Who, joining: &Joining) -> Result<Joined, PeopleError> {
        required(self)?;
        let now = unix_ms();
        let link = self.good_link(&joining.link, "join", now).await?;
        let assignment = self.store().assignment(&link.target).await?.ok_or(PeopleError::LinkUnknown)?;
        let stranger = match who {
            Who::Person { .. } => None,
            _ => Some(guest(joining.name.as_deref(), now)?),
        };
        let person = stranger.as_ref().map_or(who.id(), |row| &row.id).to_owned();
        let wanted: Wanted = serde_json::from_str(&assignment.wish).unwrap_or_default();
        let wish = Wish {
            person: person.clone(),
            consent: joining.consent.then_some(ConsentBy::Session),
            ..wish(&assignment.question, &wanted)
        };
        let session = self.create_session(&wish).await?;
        let taken = self.take_up(&link, &assignment, stranger, &person, session.id()).await;
        if taken.is_err() {
            // Nobody was told of it.
            self.delete_session(session.id(), "").await.ok();
        }
        Ok(Joined { session, signed_in: taken? })
    }

    async fn take_up(
        &self,
        link: &LinkRow,
        assignment: &AssignmentRow,
        stranger: Option<PersonRow>,
        person: &str,
        session: &str,
    ) -> Result<Option<SignedIn>, PeopleError> {
        let now = unix_ms();
        let mut write = self.store().write().await?;
        if !write.use_link(&link.token_sha256, person, now).await? {
            return Err(PeopleError::LinkUsed);
        }
        if !write.take_assignment(&assignment.id, person, session).await? {
            return Err(PeopleError::AssignmentTaken);
        }
        let signed_in = match stranger {
            Some(row) => {
                write.add_person(&row).await?;
                Some(self.write_sign_in(&mut write, row, "join", None).await?)
            }
            None => None,
        };
        if assignment.coach != person {
            let grant = GrantRow {
                id: ids::of("grant_"),
                person: person.to_owned(),
                session: session.to_owned(),
                reader: assignment.coach.clone(),
                created: now,
                expires: None,
            };
            if !write.add_grant(&grant).await? {
                return Err(PeopleError::TooMany("500 may read what is yours; take one back first"));
            }
            write.audit(now, &about_grant(person, "grant", session, &detail(&grant))).await?;
        }
        write.commit().await?;
        Ok(signed_in)
    }
}

fn wish(question: &str, wanted: &Wanted) -> Wish {
    let wanted = wanted.clone();
    let (words, voice) = wanted.form.unwrap_or_default().means();
    Wish {
        question: Some(question.to_owned()),
        minutes: wanted.minutes,
        patience: wanted.patience,
        language: wanted.language,
        persona: wanted.persona,
        words,
        voice,
        chosen: wanted.chosen,
        own_client: true,
        ..Wish::default()
    }
}

/// Somebody who comes by a link alone.
fn guest(name: Option<&str>, now: UnixMs) -> Result<PersonRow, PeopleError> {
    let new = NewPerson { name: name.unwrap_or("Guest").to_owned(), email: None, email_verified: false };
    new.check()?;
    Ok(new.row(Role::Candidate, now))
}

fn still_good(row: LinkRow, now: UnixMs) -> Result<LinkRow, PeopleError> {
    match row {
        row if row.used.is_some() => Err(PeopleError::LinkUsed),
        row if row.expires <= now => Err(PeopleError::LinkExpired),
        row => Ok(row),
    }
}

fn about_grant<'a>(actor: &'a str, action: &'a str, session: &'a str, detail: &'a str) -> Deed<'a> {
    Deed { actor, action, subject_kind: "session", subject: session, detail }
}

fn detail(grant: &GrantRow) -> String {
    serde_json::json!({ "reader": grant.reader, "all": grant.session.is_empty() }).to_string()
}
