//! The page, embedded in the binary. Where a key is asked for, the browser asks the person for it (any name, the key as
//! the password) and gets a cookie that the page's requests and its voice socket carry.

use super::{Problem, auth};
use crate::app::App;
use crate::app::access::Who;
use crate::digest::hex;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use std::time::Duration;
use tokio::time::Instant;

/// How long the page's cookie is good, in s.
const COOKIE_SECONDS: u64 = 12 * 3600;
const NOT_BUILT: &str = "Viva runs, but its page is not part of this build. Build it with `npm ci && npm run build` in \
                         web/ and start again; `make run` does both. The voice socket and the REST interface are there.\n";

#[derive(RustEmbed)]
#[folder = "web/dist/"]
#[allow_missing = true]
struct Built;

/// `GET` of anything that is no route: a file of the page, or one of the addresses that the page itself knows, such as
/// `/sessions/…`. Those are asked for by somebody who wants to look at HTML; everybody else is told that nothing is there.
pub async fn page(State(app): State<App>, method: Method, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("v1/") || !matches!(method, Method::GET | Method::HEAD) {
        return Err(Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address"));
    }
    // With accounts the page itself is for anybody: it is where people sign in.
    if !app.config().accounts.enabled && auth::who(&app, &uri, &headers).await? == Who::Nobody {
        return Ok(ask_for_key(auth::refusal(&app)));
    }
    let path = if path.is_empty() || is_address_of_page(path, &headers) { "index.html" } else { path };
    let Some(file) = Built::get(path) else {
        return match path {
            "index.html" => {
                let mut response = (StatusCode::OK, NOT_BUILT).into_response();
                give_cookie(&app, &mut response);
                Ok(response)
            }
            _ => Err(Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address")),
        };
    };
    let tag = hex(&file.metadata.sha256_hash()[..16]);
    let tag = format!("\"{tag}\"");
    // Names under assets/ hold a hash of the content; everything else may change with the next version.
    let caching = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = match known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => {
            let kind = file.metadata.mimetype().to_owned();
            ([(header::CONTENT_TYPE, kind)], Body::from(file.data)).into_response()
        }
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    set(&mut response, header::ETAG, &tag);
    if path == "index.html" {
        give_cookie(&app, &mut response);
    }
    Ok(response)
}

/// Whether a browser asks that shows pages, and not a program.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut kinds = accepted.flat_map(|text| text.split(','));
    kinds.any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim() == "text/html"))
}

fn is_address_of_page(path: &str, headers: &HeaderMap) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    wants_page(headers) && !file.contains('.') && !path.starts_with("assets/")
}

fn ask_for_key(problem: Problem) -> Response {
    let mut response = problem.into_response();
    if response.status() == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Basic realm=\"viva: any name, the key as password\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

fn give_cookie(app: &App, response: &mut Response) {
    let serve = &app.config().serve;
    if serve.api_key.is_none() || app.config().accounts.enabled {
        return;
    }
    if let Some(secret) = app.secrets().mint(Instant::now(), Duration::from_secs(COOKIE_SECONDS), "") {
        let secure = if serve.tls_cert.is_some() { "; Secure" } else { "" };
        let name = auth::COOKIE;
        let cookie =
            format!("{name}={}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Strict{secure}", secret.value);
        set(response, header::SET_COOKIE, &cookie);
    }
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_page_are_told_from_files_by_their_form_and_by_who_asks() {
        let browser = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("text/html,*/*;q=0.8"))]);
        let program = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("*/*"))]);
        for path in ["sessions/sess_1", "sessions/sess_1/room", "questions/lost-gloves"] {
            assert!(is_address_of_page(path, &browser), "{path}");
            assert!(!is_address_of_page(path, &program), "{path}");
            assert!(!is_address_of_page(path, &HeaderMap::new()), "{path}");
        }
        for path in ["assets/index-1.js", "assets/gone", "favicon.svg", "sessions/a.flac"] {
            assert!(!is_address_of_page(path, &browser), "{path}");
        }
    }
}
