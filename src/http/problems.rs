//! Every code that a problem can carry, with its status and what it means: the API's description is made of it, and a test holds
//! it against the source. Codes are promises: one is never used for something else.

use axum::http::StatusCode;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::{RefOr, Response, ResponseBuilder};

/// Where the description carries a response's codes until it is finished.
pub const CODES: &str = "x-codes";

/// A code.
pub struct Code {
    /// As problems carry it.
    pub name: &'static str,
    /// With which status.
    pub status: StatusCode,
    /// What happened.
    pub means: &'static str,
}

const fn code(status: StatusCode, name: &'static str, means: &'static str) -> Code {
    Code { name, status, means }
}

/// All codes, by status.
pub const ALL: &[Code] = &[
    code(StatusCode::BAD_REQUEST, "invalid_after", "`after` is no event's id, or there is no session it could be of"),
    code(StatusCode::BAD_REQUEST, "invalid_body", "the body is no JSON of this form; the detail names the field"),
    code(StatusCode::BAD_REQUEST, "invalid_idempotency_key", "Idempotency-Key is 1 to 255 visible ASCII characters"),
    code(StatusCode::BAD_REQUEST, "invalid_path", "the address holds what cannot be read"),
    code(StatusCode::BAD_REQUEST, "invalid_query", "a parameter is unknown or out of its range; the detail names it"),
    code(StatusCode::UNAUTHORIZED, "unauthorized", "who asks must show a key or sign in"),
    code(StatusCode::UNAUTHORIZED, "sign_in_failed", "email and password are not those of somebody"),
    code(StatusCode::FORBIDDEN, "forbidden", "the role of who asks, or the key they showed, does not allow this"),
    code(StatusCode::FORBIDDEN, "host_not_allowed", "without a key this server answers only to names of its own"),
    code(StatusCode::FORBIDDEN, "origin_not_allowed", "pages of this origin may not open sockets here"),
    code(StatusCode::FORBIDDEN, "csrf_failed", "a browser that is signed in shows `csrf` of `/v1/me` as `x-viva-csrf`"),
    code(
        StatusCode::FORBIDDEN,
        "no_account",
        "whoever asks has no account: a key of the deployment, or no accounts here",
    ),
    code(StatusCode::FORBIDDEN, "account_disabled", "this account may not come in any more"),
    code(StatusCode::FORBIDDEN, "wrong_password", "the current password that was shown is wrong"),
    code(StatusCode::FORBIDDEN, "sign_up_closed", "an account is made with an invitation here"),
    code(StatusCode::FORBIDDEN, "not_linked", "nobody here is known to that provider under this email"),
    code(StatusCode::NOT_FOUND, "code_not_found", "this interview had no editor"),
    code(StatusCode::NOT_FOUND, "judgements_not_found", "no model judged this interview"),
    code(StatusCode::NOT_FOUND, "metrics_not_found", "nothing was recorded that could be measured"),
    code(StatusCode::NOT_FOUND, "no_rubric", "this kind of interview is not scored"),
    code(StatusCode::NOT_FOUND, "no_such_question", "there is no such question"),
    code(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address"),
    code(StatusCode::NOT_FOUND, "note_not_found", "there is no such note, or it is somebody else's"),
    code(StatusCode::NOT_FOUND, "person_not_found", "there is no such person, or what is theirs may not be read"),
    code(StatusCode::NOT_FOUND, "recording_not_found", "nothing was recorded, or there is no such file of it"),
    code(StatusCode::NOT_FOUND, "review_not_found", "nothing was recorded that could be shown, or it is damaged"),
    code(StatusCode::NOT_FOUND, "scorecard_not_found", "nothing was recorded that could be scored"),
    code(StatusCode::NOT_FOUND, "session_not_found", "there is no such session"),
    code(StatusCode::NOT_FOUND, "transcript_not_found", "nothing was recorded that could be written down"),
    code(StatusCode::NOT_FOUND, "accounts_off", "this server has no accounts"),
    code(StatusCode::NOT_FOUND, "link_not_found", "there is no such link, or it was taken back"),
    code(StatusCode::NOT_FOUND, "token_not_found", "there is no such API token of yours"),
    code(StatusCode::NOT_FOUND, "export_not_found", "there is no such archive of yours, or its time is over"),
    code(StatusCode::NOT_FOUND, "grant_not_found", "there is no such grant of yours"),
    code(StatusCode::NOT_FOUND, "assignment_not_found", "there is no such assignment of yours"),
    code(StatusCode::NOT_FOUND, "provider_not_found", "there is no provider of this name"),
    code(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "the address does not take this method"),
    code(StatusCode::CONFLICT, "export_not_ready", "the archive is not made yet"),
    code(StatusCode::CONFLICT, "idempotency_pending", "the first request with this Idempotency-Key is being answered"),
    code(StatusCode::CONFLICT, "interview_ended", "the interview is over"),
    code(StatusCode::CONFLICT, "interview_not_begun", "nobody has joined the interview yet"),
    code(StatusCode::CONFLICT, "interview_running", "the interview runs, or its recording is being taken in"),
    code(StatusCode::CONFLICT, "no_editor", "this interview has no shared document"),
    code(StatusCode::CONFLICT, "not_finished", "the interview is not over, or its recording is being taken in"),
    code(StatusCode::CONFLICT, "not_scored", "the interview is not scored (yet)"),
    code(StatusCode::CONFLICT, "session_deleted", "the session was deleted here and is not taken in again"),
    code(StatusCode::CONFLICT, "session_exists", "the session is here already"),
    code(StatusCode::CONFLICT, "recording_open", "the interview runs; its recording can be fetched when it is over"),
    code(StatusCode::CONFLICT, "too_many_notes", "an interview takes 500 notes"),
    code(StatusCode::CONFLICT, "email_taken", "there is an account with this email already"),
    code(StatusCode::CONFLICT, "last_admin", "nobody would be left to look after people"),
    code(StatusCode::CONFLICT, "too_many", "there are as many of a thing as may be; the detail names it"),
    code(StatusCode::CONFLICT, "assignment_taken", "somebody took the assignment up already"),
    code(StatusCode::GONE, "link_used", "the link was used; it is good once"),
    code(StatusCode::GONE, "link_expired", "the link is not good any more"),
    code(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "the body is larger than this route takes"),
    code(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "bodies are sent as `application/json`"),
    code(StatusCode::RANGE_NOT_SATISFIABLE, "range_not_satisfiable", "the file does not have these bytes"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "invalid_bands", "bands are 1 to 4, for dimensions of the scorecard"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "invalid_note", "a note has words, not too many, and a moment"),
    code(
        StatusCode::UNPROCESSABLE_ENTITY,
        "choose_one_way",
        "a question is chosen in one way: by id, by what it is like, by surprise, or by a job",
    ),
    code(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_key_reused",
        "this Idempotency-Key came with another body before",
    ),
    code(StatusCode::UNPROCESSABLE_ENTITY, "bundle_corrupt", "a file of the bundle is not what its sha-256 says"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "bundle_incomplete", "the bundle holds no whole recording"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "bundle_newer", "a newer Viva wrote the bundle"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "job_too_long", "the description of a job has at most 20,000 characters"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "language_not_available", "this does not name a language"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "minutes_out_of_range", "interviews take 1 to 180 minutes"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "no_question_fits", "no question of this server is like that"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "no_question_left", "this person had every question of this server"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "persona_not_found", "there is no such persona"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "question_not_found", "there is no such question"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "voice_not_available", "this server has no voice of its own"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "words_not_available", "this server recognises no speech"),
    code(
        StatusCode::UNPROCESSABLE_ENTITY,
        "password_unusable",
        "a password has 10 to 128 characters, 5 of them different",
    ),
    code(StatusCode::UNPROCESSABLE_ENTITY, "email_unusable", "this cannot be an email address"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "name_unusable", "a name has 1 to 100 characters"),
    code(StatusCode::UNPROCESSABLE_ENTITY, "out_of_range", "a number is out of its range; the detail names it"),
    code(StatusCode::UPGRADE_REQUIRED, "websocket_expected", "this is a WebSocket"),
    code(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_requests",
        "too much in too short a time; `Retry-After` says when again",
    ),
    code(StatusCode::TOO_MANY_REQUESTS, "minutes_used_up", "the minutes of the day do not suffice for this interview"),
    code(StatusCode::TOO_MANY_REQUESTS, "tokens_used_up", "the model's tokens of the day are used up"),
    code(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "something broke on the server; its log says more"),
    code(StatusCode::INTERNAL_SERVER_ERROR, "recording_corrupt", "the file is not what was kept: it is not given out"),
    code(StatusCode::INTERNAL_SERVER_ERROR, "recording_missing", "the file is not where it was kept"),
    code(
        StatusCode::INTERNAL_SERVER_ERROR,
        "recording_sealed",
        "the file is encrypted with a key that this server does not have",
    ),
    code(StatusCode::BAD_GATEWAY, "provider_failed", "signing in at the provider did not work"),
    code(StatusCode::SERVICE_UNAVAILABLE, "imports_full", "other bundles are coming in"),
    code(StatusCode::SERVICE_UNAVAILABLE, "server_full", "as many interviews or secrets as this server takes on"),
    code(StatusCode::SERVICE_UNAVAILABLE, "shutting_down", "the server shuts down"),
    code(StatusCode::SERVICE_UNAVAILABLE, "busy", "too many sign in at once; try again in a moment"),
    code(StatusCode::SERVICE_UNAVAILABLE, "store_full", "the server has no room for it now"),
    code(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", "what is kept cannot be reached now; try again"),
];

/// Answers of a route that are problems, as the description takes them before it is finished (`describe.rs`): by status, with the
/// codes. A code that is not in [`ALL`] is left out, which a test does not let pass.
pub fn responses(names: &[&'static str]) -> impl Iterator<Item = (String, RefOr<Response>)> {
    let mut statuses: Vec<StatusCode> = Vec::new();
    let found: Vec<&Code> = names.iter().filter_map(|name| ALL.iter().find(|code| code.name == *name)).collect();
    for code in &found {
        if !statuses.contains(&code.status) {
            statuses.push(code.status);
        }
    }
    statuses.into_iter().map(move |status| {
        let codes: Vec<&str> = found.iter().filter(|code| code.status == status).map(|code| code.name).collect();
        let extensions = ExtensionsBuilder::new().add(CODES, serde_json::json!(codes)).build();
        let response = ResponseBuilder::new().extensions(Some(extensions)).build();
        (status.as_str().to_owned(), RefOr::T(response))
    })
}

/// Names the problems that a route can answer with beyond those that every route can: a type for `responses(…)` of
/// `#[utoipa::path]`.
macro_rules! problems {
    ($($name:ident: $($code:literal),+ $(,)?;)+) => { $(
        /// Problems of a route.
        pub struct $name;
        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                $crate::http::problems::responses(&[$($code),+]).collect()
            }
        }
    )+ };
}
pub(super) use problems;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Literals of the rooms' source that look like codes where problems are made or named.
    fn named_in_source() -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
        let mut found = BTreeSet::new();
        for entry in std::fs::read_dir(folder).expect("the room").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with("tests.rs") || name == "problems.rs" || !name.ends_with(".rs") {
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).expect("a source file");
            let text = text.find("#[cfg(test)]\nmod tests").map_or(text.as_str(), |end| &text[..end]);
            for (at, _) in text.match_indices("StatusCode::") {
                let call: String = text[at..].chars().take(160).collect();
                // `StatusCode::X, "code"`, over one line or more.
                let rest = call.split_once(',').map(|(_, rest)| rest.trim_start()).unwrap_or_default();
                let literal = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
                found.extend(literal.map(|(literal, _)| literal.to_owned()));
            }
            for block in text.split("problems! {").skip(1) {
                let block = block.split_once("\n}").map_or(block, |(block, _)| block);
                found.extend(block.split('"').skip(1).step_by(2).map(str::to_owned));
            }
        }
        found
    }

    #[test]
    fn every_code_of_the_source_is_described() {
        let known: BTreeSet<String> = ALL.iter().map(|code| code.name.to_owned()).collect();
        assert_eq!(known.len(), ALL.len(), "no code twice");
        let unknown: Vec<String> = named_in_source().difference(&known).cloned().collect();
        assert!(unknown.is_empty(), "codes that src/http/problems.rs does not describe: {unknown:?}");
    }

    #[test]
    fn the_codes_stand_by_status_and_name() {
        assert!(ALL.is_sorted_by_key(|code| code.status.as_u16()));
        assert!(ALL.iter().all(|code| code.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
    }
}
