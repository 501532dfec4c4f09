//! Who asks. With `serve.api_key`, whoever shows it: as `Authorization: Bearer`, as the password of
//! `Authorization: Basic`, as the subprotocol `openai-insecure-api-key.<key>`, or by a client secret in any of these
//! places or in our page's cookie. Without, whoever asks on this machine for this machine by name. With accounts, whoever
//! shows an API token or client secret in these places, or whose browser is signed in.

use super::Problem;
use crate::app::access::{Action, By, Who};
use crate::app::people::limits::address_key;
use crate::app::people::sign_in::csrf;
use crate::app::{App, digest};
use crate::digest::sha256_hex;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::time::Instant;

/// Cookie with a client secret that our page is given.
pub const COOKIE: &str = "viva_secret";
/// Cookie of a browser that is signed in.
pub const SIGN_IN_COOKIE: &str = "viva_session";
/// Prefix of the subprotocol that carries a key, as OpenAI's browser clients send it.
const SUBPROTOCOL: &str = "openai-insecure-api-key.";

/// Header in which a signed-in browser shows `csrf` of `/v1/me` with whatever changes something.
pub const CSRF_HEADER: &str = "x-viva-csrf";

/// Who asks. With accounts: whoever the key, token or secret belongs to that is shown; without any, whose browser it is. A key
/// that is wrong is not made good by a cookie beside it.
///
/// # Errors
/// When the database cannot be reached.
pub async fn who(app: &App, uri: &Uri, headers: &HeaderMap) -> Result<Who, Problem> {
    let shown = shown(headers);
    if let Some(key) = &app.config().serve.api_key {
        let key = digest(key.expose());
        if shown.iter().any(|shown| digest(shown) == key) {
            return Ok(Who::Operator);
        }
    }
    if !app.config().accounts.enabled {
        let secret = |shown: &String| app.secrets().owner(Instant::now(), shown).is_some();
        return Ok(match app.config().serve.api_key {
            None if is_our_name(app, uri, headers) => Who::Single,
            Some(_) if shown.iter().any(secret) => Who::Operator,
            _ => Who::Nobody,
        });
    }
    for shown in &shown {
        let mut who = app.who_by_secret(shown).await?;
        if who == Who::Nobody {
            who = app.who_by_token(shown).await?;
        }
        if who != Who::Nobody {
            return Ok(who);
        }
    }
    match sign_in_cookie(app, headers) {
        Some(cookie) if !shows_key(headers) => Ok(app.who_by_cookie(&cookie).await?),
        _ => Ok(Who::Nobody),
    }
}

/// Whether a key, token or secret is shown, good or not.
pub fn shows_key(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || !shown(headers).is_empty()
}

/// What somebody unknown is told.
pub fn refusal(app: &App) -> Problem {
    if app.config().accounts.enabled {
        let detail = "sign in, or show an API token: Authorization: Bearer <token>";
        return Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail);
    }
    if app.config().serve.api_key.is_none() {
        let detail = "without serve.api_key this server answers only to localhost and the names in serve.hosts";
        return Problem::new(StatusCode::FORBIDDEN, "host_not_allowed", detail);
    }
    let detail = "this server asks for its key: Authorization: Bearer <key>, or a client secret";
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
}

/// Refuses what a page of somebody else may have made a browser ask for: whatever changes something comes from our own page, and
/// from a browser that is signed in with a value that no other page can read.
///
/// # Errors
/// When the origin is another's, or the value is missing or wrong.
pub fn check_change(app: &App, who: &Who, action: Action, parts: &Parts) -> Result<(), Problem> {
    if parts.method.is_safe() {
        return Ok(());
    }
    check_origin(app, &parts.uri, &parts.headers)?;
    let by_cookie = matches!(who, Who::Person { by: By::Cookie, .. });
    if !by_cookie || action == Action::Enter {
        return Ok(());
    }
    let shown = parts.headers.get(CSRF_HEADER).map(HeaderValue::as_bytes).unwrap_or_default();
    let expected = sign_in_cookie(app, &parts.headers).map(|cookie| csrf(&cookie)).unwrap_or_default();
    // Comparing hashes says nothing about the value by the time it takes.
    if !expected.is_empty() && sha256_hex(shown) == sha256_hex(&expected) {
        return Ok(());
    }
    let detail = "show `csrf` of /v1/me in the header x-viva-csrf with whatever changes something";
    Err(Problem::new(StatusCode::FORBIDDEN, "csrf_failed", detail))
}

/// Whether browsers keep our cookies to encrypted connections.
fn is_secure(app: &App) -> bool {
    let config = app.config();
    config.serve.tls_cert.is_some()
        || config.accounts.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
}

/// A cookie of ours by name: the prefix binds it to this host and to encrypted connections.
fn cookie_name(app: &App, name: &str) -> String {
    if is_secure(app) { format!("__Host-{name}") } else { name.to_owned() }
}

/// The cookie by which a browser is signed in, if it shows one.
pub fn sign_in_cookie(app: &App, headers: &HeaderMap) -> Option<String> {
    cookie(app, headers, SIGN_IN_COOKIE)
}

/// A cookie of ours that a browser shows.
pub fn cookie(app: &App, headers: &HeaderMap, name: &str) -> Option<String> {
    let name = cookie_name(app, name);
    let texts = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

/// What gives a browser a cookie of ours for so long; for no time it takes it away. `Lax`: links from elsewhere find somebody
/// signed in, requests from elsewhere do not.
pub fn set_cookie(app: &App, name: &str, value: &str, good_for: Duration) -> HeaderValue {
    let (name, secure) = (cookie_name(app, name), if is_secure(app) { "; Secure" } else { "" });
    let seconds = good_for.as_secs();
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    // Names and values are our own letters and digits.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// From which address somebody asks, as limits know it. Proxies that are known speak for others.
pub fn address(app: &App, parts: &Parts) -> String {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical());
    let Some(peer) = peer else { return "address unknown".to_owned() };
    let proxies = &app.config().limits.proxies;
    if !proxies.contains(&peer) {
        return address_key(peer);
    }
    // The last that is no proxy of ours was added by one of ours; whatever stands before may be made up.
    let said = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let said: Vec<IpAddr> = said.flat_map(|text| text.split(',')).filter_map(|part| part.trim().parse().ok()).collect();
    let client = said.iter().rev().map(IpAddr::to_canonical).find(|address| !proxies.contains(address));
    address_key(client.unwrap_or(peer))
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

/// Browsers name the page that opens a socket or changes something: only our own page may, and configured ones.
pub fn check_origin(app: &App, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().unwrap_or_default();
    let own = origin.split_once("://").and_then(|(_, authority)| authority.parse::<Authority>().ok());
    if own.is_some() && own == asked_for(uri, headers) {
        return Ok(());
    }
    if app.config().accounts.public_url.as_ref().is_some_and(|url| url.trim_end_matches('/') == origin) {
        return Ok(());
    }
    if app.config().serve.origins.iter().any(|allowed| allowed.trim_end_matches('/') == origin) {
        return Ok(());
    }
    let detail = "pages of this origin may not use this server; add it to serve.origins";
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
