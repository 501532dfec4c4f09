//! Why something about people cannot be done.

use super::limits::Over;
use super::passwords::{PASSWORD_MAX, PASSWORD_MIN};
use crate::app::{ChooseError, SessionError};
use crate::store::StoreError;

/// Why something about people cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The server has no accounts.
    #[error("this server has no accounts (accounts.enabled)")]
    AccountsOff,
    /// The one who asks has no account.
    #[error("this needs an account; a key of the deployment has none")]
    NoAccount,
    /// Email and password are not those of somebody.
    #[error("email or password is wrong")]
    SignInFailed,
    /// This person may not come in.
    #[error("this account is disabled; ask whoever runs this server")]
    Disabled,
    /// The password that was asked for as well is wrong.
    #[error("current_password is wrong")]
    WrongPassword,
    /// The text cannot be a password.
    #[error("a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters, at least 5 of them different")]
    PasswordForm,
    /// The text cannot be an email address.
    #[error("an email address has an @ and at most 254 characters")]
    EmailForm,
    /// The text cannot be a name.
    #[error("a name has 1 to 100 characters")]
    NameForm,
    /// A number is out of its range.
    #[error("{0}")]
    Range(&'static str),
    /// Somebody else has this email.
    #[error("there is an account with this email already")]
    EmailTaken,
    /// Only who is invited may make an account.
    #[error("an account is made with an invitation here; ask whoever runs this server")]
    SignUpClosed,
    /// There is no such link.
    #[error("there is no such link, or it was taken back")]
    LinkUnknown,
    /// The link was used.
    #[error("the link was used already; it is good once")]
    LinkUsed,
    /// The link ended.
    #[error("the link is not good any more; ask for another")]
    LinkExpired,
    /// There is no such person.
    #[error("there is no such person")]
    UnknownPerson,
    /// Nobody would be left to look after people.
    #[error("the last admin cannot be removed, disabled or given another role")]
    LastAdmin,
    /// There is no such API token.
    #[error("there is no such token")]
    UnknownToken,
    /// There is no such grant.
    #[error("there is no such grant")]
    UnknownGrant,
    /// There is no such assignment.
    #[error("there is no such assignment")]
    UnknownAssignment,
    /// Somebody took the assignment up.
    #[error("somebody took this assignment up already")]
    AssignmentTaken,
    /// There are enough of a thing.
    #[error("{0}")]
    TooMany(&'static str),
    /// There is no such provider.
    #[error("there is no provider of this name")]
    UnknownProvider,
    /// Coming back from a provider did not work.
    #[error("signing in there did not work: {0}; begin again")]
    Provider(String),
    /// The provider knows somebody whom nobody here is.
    #[error("nobody here is known to that provider under this email; sign up first, or ask for an invitation")]
    NotLinked,
    /// Too much, too fast.
    #[error(transparent)]
    Over(#[from] Over),
    /// Too many sign in at once.
    #[error("too many sign in at once; try again in a moment")]
    Busy,
    /// A fault of ours.
    #[error("{0}")]
    Broken(&'static str),
    /// No question is like that.
    #[error(transparent)]
    Choose(#[from] ChooseError),
    /// The interview that comes of it cannot be had.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// What is kept cannot be reached.
    #[error(transparent)]
    Store(#[from] StoreError),
}
