//! Who asks. With `serve.api_key`, whoever shows it: as `Authorization: Bearer`, as the password of
//! `Authorization: Basic`, as the subprotocol `openai-insecure-api-key.<key>`, or by a client secret in any of these
//! places or in our page's cookie. Without, whoever asks on this machine for this machine by name.

use super::Problem;
use crate::app::access::Who;
use crate::app::{App, digest};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::IpAddr;
use tokio::time::Instant;

/// Cookie with a client secret that our page is given.
pub const COOKIE: &str = "viva_secret";
/// Prefix of the subprotocol that carries a key, as OpenAI's browser clients send it.
const SUBPROTOCOL: &str = "openai-insecure-api-key.";

/// Who asks.
pub fn who(app: &App, uri: &Uri, headers: &HeaderMap) -> Who {
    let Some(key) = &app.config().serve.api_key else {
        return if is_our_name(app, uri, headers) { Who::Single } else { Who::Nobody };
    };
    let key = digest(key.expose());
    let good = |shown: &String| digest(shown) == key || app.secrets().is_good(Instant::now(), shown);
    if shown(headers).iter().any(good) { Who::Operator } else { Who::Nobody }
}

/// What somebody unknown is told.
pub fn refusal(app: &App) -> Problem {
    if app.config().serve.api_key.is_none() {
        let detail = "without serve.api_key this server answers only to localhost and the names in serve.hosts";
        return Problem::new(StatusCode::FORBIDDEN, "host_not_allowed", detail);
    }
    let detail = "this server asks for its key: Authorization: Bearer <key>, or a client secret";
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
}

/// A page of somebody else can make a browser on this machine ask us under a name of its own (DNS rebinding): without a
/// key only names of this machine are answered.
fn is_our_name(app: &App, uri: &Uri, headers: &HeaderMap) -> bool {
    let serve = &app.config().serve;
    let host = asked_for(uri, headers);
    let name = host.as_ref().map(|host| host.host().trim_matches(['[', ']']));
    name.is_some_and(|name| {
        let address = name.parse::<IpAddr>();
        address.is_ok_and(|address| address.is_loopback() || address == serve.listen.ip())
            || name.eq_ignore_ascii_case("localhost")
            || name.to_ascii_lowercase().ends_with(".localhost")
            || serve.hosts.iter().any(|host| host.eq_ignore_ascii_case(name))
    })
}

/// Browsers name the page that opens a socket, and no login stands between: only our own page may, and configured ones.
pub fn check_origin(app: &App, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().unwrap_or_default();
    let own = origin.split_once("://").and_then(|(_, authority)| authority.parse::<Authority>().ok());
    if own.is_some() && own == asked_for(uri, headers) {
        return Ok(());
    }
    if app.config().serve.origins.iter().any(|allowed| allowed.trim_end_matches('/') == origin) {
        return Ok(());
    }
    let detail = "pages of this origin may not use the voice socket; add it to serve.origins";
    Err(Problem::new(StatusCode::FORBIDDEN, "origin_not_allowed", detail))
}

/// The host that was asked for: of HTTP/2 in the address, else in a header.
fn asked_for(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    let header = || headers.get(header::HOST)?.to_str().ok()?.parse().ok();
    uri.authority().cloned().or_else(header)
}

/// Everything that could be a key or secret.
fn shown(headers: &HeaderMap) -> Vec<String> {
    let texts = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let bearer = texts(header::AUTHORIZATION).filter_map(|value| strip_scheme(value, "bearer ")).map(str::to_owned);
    let basic = texts(header::AUTHORIZATION).filter_map(|value| strip_scheme(value, "basic ")).filter_map(password);
    let offered = texts(header::SEC_WEBSOCKET_PROTOCOL).flat_map(|value| value.split(','));
    let subprotocol = offered.filter_map(|offered| offered.trim().strip_prefix(SUBPROTOCOL)).map(str::to_owned);
    let cookies = texts(header::COOKIE).flat_map(|value| value.split(';'));
    let cookie = cookies.filter_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('=')).map(str::to_owned);
    bearer.chain(basic).chain(subprotocol).chain(cookie).collect()
}

fn strip_scheme<'a>(value: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = value.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

fn password(encoded: &str) -> Option<String> {
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().expect("a header"))).collect()
    }

    #[test]
    fn a_key_is_found_wherever_clients_put_it() {
        for (name, value) in [
            (header::AUTHORIZATION, "Bearer k1"),
            (header::AUTHORIZATION, "bearer k1"),
            (header::AUTHORIZATION, "Basic dXNlcjprMQ=="),
            (header::SEC_WEBSOCKET_PROTOCOL, "realtime, openai-insecure-api-key.k1"),
            (header::COOKIE, "other=2; viva_secret=k1"),
        ] {
            assert_eq!(shown(&headers(&[(name, value)])), ["k1"], "{value}");
        }
        assert!(
            shown(&headers(&[(header::AUTHORIZATION, "Basic %%%"), (header::COOKIE, "viva_secrets=k1")])).is_empty()
        );
    }
}
