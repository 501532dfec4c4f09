//! What went wrong with people, sign-ins, links and limits, as clients see it.

use super::Problem;
use crate::app::people::PeopleError;
use crate::app::people::limits::Over;
use axum::http::StatusCode;

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Problem {
        let detail = error.to_string();
        match error {
            PeopleError::AccountsOff => Problem::new(StatusCode::NOT_FOUND, "accounts_off", detail),
            PeopleError::NoAccount => Problem::new(StatusCode::FORBIDDEN, "no_account", detail),
            PeopleError::SignInFailed => Problem::new(StatusCode::UNAUTHORIZED, "sign_in_failed", detail),
            PeopleError::Disabled => Problem::new(StatusCode::FORBIDDEN, "account_disabled", detail),
            PeopleError::WrongPassword => Problem::new(StatusCode::FORBIDDEN, "wrong_password", detail),
            PeopleError::PasswordForm => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "password_unusable", detail),
            PeopleError::EmailForm => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "email_unusable", detail),
            PeopleError::NameForm => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "name_unusable", detail),
            PeopleError::Range(_) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "out_of_range", detail),
            PeopleError::EmailTaken => Problem::new(StatusCode::CONFLICT, "email_taken", detail),
            PeopleError::SignUpClosed => Problem::new(StatusCode::FORBIDDEN, "sign_up_closed", detail),
            PeopleError::LinkUnknown => Problem::new(StatusCode::NOT_FOUND, "link_not_found", detail),
            PeopleError::LinkUsed => Problem::new(StatusCode::GONE, "link_used", detail),
            PeopleError::LinkExpired => Problem::new(StatusCode::GONE, "link_expired", detail),
            PeopleError::UnknownPerson => Problem::new(StatusCode::NOT_FOUND, "person_not_found", detail),
            PeopleError::LastAdmin => Problem::new(StatusCode::CONFLICT, "last_admin", detail),
            PeopleError::UnknownToken => Problem::new(StatusCode::NOT_FOUND, "token_not_found", detail),
            PeopleError::UnknownGrant => Problem::new(StatusCode::NOT_FOUND, "grant_not_found", detail),
            PeopleError::UnknownAssignment => Problem::new(StatusCode::NOT_FOUND, "assignment_not_found", detail),
            PeopleError::AssignmentTaken => Problem::new(StatusCode::CONFLICT, "assignment_taken", detail),
            PeopleError::TooMany(_) => Problem::new(StatusCode::CONFLICT, "too_many", detail),
            PeopleError::UnknownProvider => Problem::new(StatusCode::NOT_FOUND, "provider_not_found", detail),
            PeopleError::Provider(_) => Problem::new(StatusCode::BAD_GATEWAY, "provider_failed", detail),
            PeopleError::NotLinked => Problem::new(StatusCode::FORBIDDEN, "not_linked", detail),
            PeopleError::Busy => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).retry_after(2),
            PeopleError::Over(over) => over.into(),
            PeopleError::Choose(error) => error.into(),
            PeopleError::Session(error) => error.into(),
            PeopleError::Store(error) => error.into(),
            PeopleError::Broken(cause) => {
                tracing::error!(cause, "something about people broke");
                Problem::internal()
            }
        }
    }
}

impl From<Over> for Problem {
    fn from(over: Over) -> Problem {
        let detail = over.to_string();
        let problem = match over {
            Over::TooFast { .. } => Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail),
            Over::Minutes { .. } => Problem::new(StatusCode::TOO_MANY_REQUESTS, "minutes_used_up", detail),
            Over::Tokens { .. } => Problem::new(StatusCode::TOO_MANY_REQUESTS, "tokens_used_up", detail),
        };
        problem.retry_after(over.retry_after_s())
    }
}
