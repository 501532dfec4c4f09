//! People, and how they stand to interviews.

use super::access::{Relation, Who};
use super::{App, unix_ms};
use crate::store::StoreError;

impl App {
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
