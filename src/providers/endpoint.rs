//! A server that speaks OpenAI's HTTP interface: where it is, our key for it, one warm client, and what its failures mean.

use super::{ApiKey, FailureKind, OpenError, ProviderError, install_tls};
use futures::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{RequestBuilder, Response, StatusCode, Url};
use serde::Deserialize;
use std::time::Duration;

/// Where OpenAI itself answers.
pub(super) const OPENAI_BASE_URL: &str = "https://api.openai.com/v1";

/// How long a connection may take to be made. A server that needs longer is as good as down for a conversation.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// How long warming up may take; it is a favour, not a duty.
const WARM_MAX: Duration = Duration::from_secs(5);

/// How much of an error's body is read, in bytes.
const ERROR_BODY_MAX: usize = 16 * 1024;

/// The longest part of an error's body that reaches our log, in characters.
const ERROR_CODE_MAX: usize = 64;

/// Whether `base_url` is OpenAI's own server.
pub(super) fn is_openai(base_url: &str) -> bool {
    Url::parse(base_url).is_ok_and(|url| url.host_str() == Some("api.openai.com"))
}

/// One server, one key, one pool of connections. Cloning shares them.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    base: Url,
    headers: HeaderMap,
    /// The key as it was given: the chat client's interface wants to see it.
    pub(super) key: ApiKey,
    /// The one client for this server.
    pub(super) client: reqwest::Client,
}

impl Endpoint {
    /// Checks the settings of `section` and builds the client. Nothing is connected yet.
    pub(super) fn open(section: &'static str, base_url: &str, key: Option<&ApiKey>) -> Result<Self, OpenError> {
        install_tls();
        let base = base_of(section, base_url)?;
        let key = key.filter(|key| !key.expose().trim().is_empty());
        if key.is_none() && is_openai(base_url) {
            return Err(OpenError::new(section, "api_key", "OpenAI needs a key (OPENAI_API_KEY serves as well)"));
        }
        let headers = headers_of(section, key)?;
        let client = reqwest::Client::builder()
            .no_proxy()
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(30))
            .http2_keep_alive_interval(Duration::from_secs(20))
            .http2_keep_alive_timeout(Duration::from_secs(5))
            .http2_keep_alive_while_idle(true)
            .pool_idle_timeout(Duration::from_secs(300))
            .pool_max_idle_per_host(8)
            .connect_timeout(CONNECT_MAX)
            // A redirected POST would arrive as a GET, and the key might follow it to a stranger.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("viva/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| OpenError::new(section, "base_url", format!("no HTTP client can be built: {error}")))?;
        let key = key.cloned().unwrap_or_else(|| ApiKey::new(""));
        Ok(Endpoint { base, headers, key, client })
    }

    /// Whether what we send stays on this machine.
    pub(super) fn local(&self) -> bool {
        let host = self.base.host_str().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
        host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
    }

    /// Whether this is OpenAI's own server, which knows newer fields than those who imitate it.
    pub(super) fn is_openai(&self) -> bool {
        self.base.host_str() == Some("api.openai.com")
    }

    /// The address without a slash at its end.
    pub(super) fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The address of `path`, which begins with a slash.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base())
    }

    /// The headers of every request: our key, if there is one.
    pub(super) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// A POST to `path`.
    pub(super) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(self.url(path)).headers(self.headers.clone())
    }

    /// Opens a connection ahead of need. HEAD, because an answer without a body leaves the connection reusable whatever
    /// the server thinks of the question. Failures are left to the call that matters.
    pub(super) fn warm(&self) -> BoxFuture<'static, ()> {
        let request = self.client.head(self.url("/models")).headers(self.headers.clone()).timeout(WARM_MAX);
        Box::pin(async move {
            if let Err(error) = request.send().await {
                tracing::debug!(error = %error.without_url(), "warming up a connection failed");
            }
        })
    }
}

fn base_of(section: &'static str, base_url: &str) -> Result<Url, OpenError> {
    let wrong = |problem: String| OpenError::new(section, "base_url", problem);
    let url = Url::parse(base_url)
        .map_err(|error| wrong(format!("not an address like http://127.0.0.1:11434/v1: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong("the address must begin with http:// or https://".into()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("the address must not hold a password (api_key is the place for it)".into()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("the address must not hold ? or #".into()));
    }
    Ok(url)
}

fn headers_of(section: &'static str, key: Option<&ApiKey>) -> Result<HeaderMap, OpenError> {
    let mut headers = HeaderMap::new();
    if let Some(key) = key {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose().trim()))
            .map_err(|_| OpenError::new(section, "api_key", "the key holds characters no header can carry"))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

/// What an HTTP status other than success means for an interview.
pub(super) fn kind_of_status(status: StatusCode) -> FailureKind {
    match status.as_u16() {
        401 | 403 => FailureKind::Auth,
        408 | 504 => FailureKind::Timeout,
        429 | 503 | 529 => FailureKind::Busy,
        500..=599 => FailureKind::Gone,
        _ => FailureKind::BadRequest,
    }
}

/// What a failure below HTTP means. The address is left out: it is configuration, and may be private.
pub(super) fn transport_error(what: &str, error: reqwest::Error) -> ProviderError {
    let kind = match () {
        () if error.is_timeout() => FailureKind::Timeout,
        () if error.is_builder() => FailureKind::BadRequest,
        () => FailureKind::Gone,
    };
    ProviderError::caused(kind, format!("{what} failed"), error.without_url())
}

/// The error of an answer that is not a success. Of its body only the error's type and code are kept: messages quote
/// keys and what people said.
pub(super) async fn status_error(what: &str, mut answer: Response) -> ProviderError {
    let status = answer.status();
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(chunk)) = answer.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() > ERROR_BODY_MAX {
                break;
            }
        }
    };
    // A server that never ends its complaint does not keep us: the status says enough.
    let _ = tokio::time::timeout(Duration::from_secs(1), read).await;
    let code = error_code(&body).map(|code| format!(" ({code})")).unwrap_or_default();
    ProviderError::new(kind_of_status(status), format!("{what}: status {}{code}", status.as_u16()))
}

/// An error as OpenAI writes it; the ones who imitate it leave fields out or send a bare sentence.
#[derive(Debug, Deserialize)]
pub(super) struct ErrorBody {
    /// Its class.
    #[serde(rename = "type", default)]
    class: Option<serde_json::Value>,
    /// Its code.
    #[serde(default)]
    code: Option<serde_json::Value>,
}

impl ErrorBody {
    /// Reads any JSON value that stands where an error is expected.
    pub(super) fn of(value: &serde_json::Value) -> ErrorBody {
        ErrorBody { class: value.get("type").cloned(), code: value.get("code").cloned() }
    }

    /// What the error means inside an answer that began as a success.
    pub(super) fn kind(&self) -> FailureKind {
        let words = format!("{} {}", self.class_text(), self.code_text()).to_lowercase();
        let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
        match () {
            () if says(&["rate_limit", "quota", "overloaded", "unavailable", "429", "503"]) => FailureKind::Busy,
            () if says(&["auth", "api_key", "permission", "401", "403"]) => FailureKind::Auth,
            () if says(&["timeout"]) => FailureKind::Timeout,
            () if says(&["invalid", "not_found", "400", "404", "422"]) => FailureKind::BadRequest,
            () => FailureKind::Gone,
        }
    }

    /// Type and code in short, as far as they look like codes.
    pub(super) fn text(&self) -> String {
        format!("{} {}", self.class_text(), self.code_text()).trim().to_owned()
    }

    fn class_text(&self) -> String {
        code_of(self.class.as_ref())
    }

    fn code_text(&self) -> String {
        code_of(self.code.as_ref())
    }
}

fn code_of(value: Option<&serde_json::Value>) -> String {
    let text = match value {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Number(number)) => number.to_string(),
        _ => return String::new(),
    };
    let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.');
    if text.len() <= ERROR_CODE_MAX && text.chars().all(plain) { text } else { String::new() }
}

fn error_code(body: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(ErrorBody::of(value.get("error")?).text()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(base_url: &str) -> Result<Endpoint, OpenError> {
        Endpoint::open("llm", base_url, Some(&ApiKey::new("sk-test")))
    }

    #[test]
    fn only_loopback_addresses_count_as_local() {
        for local in ["http://127.0.0.1:11434/v1", "http://localhost:8000/v1/", "http://[::1]:1/v1", "http://127.9.9.9"]
        {
            assert!(opened(local).unwrap().local(), "{local}");
        }
        for remote in ["https://api.openai.com/v1", "http://192.168.1.5/v1", "http://localhost.example.org/v1"] {
            assert!(!opened(remote).unwrap().local(), "{remote}");
        }
    }

    #[test]
    fn paths_join_whether_or_not_the_address_ends_with_a_slash() {
        assert_eq!(opened("http://127.0.0.1:1/v1/").unwrap().url("/models"), "http://127.0.0.1:1/v1/models");
        assert_eq!(opened("http://127.0.0.1:1/v1").unwrap().url("/models"), "http://127.0.0.1:1/v1/models");
    }

    #[test]
    fn addresses_that_cannot_serve_are_refused() {
        for wrong in ["", "127.0.0.1:80/v1", "ftp://a/v1", "http://u:p@a/v1", "http://a/v1?x=1", "http://a/v1#x"] {
            assert_eq!(opened(wrong).unwrap_err().setting, "VIVA__LLM__BASE_URL", "{wrong}");
        }
    }

    #[test]
    fn openai_needs_a_key_and_others_do_not() {
        let error = Endpoint::open("stt", OPENAI_BASE_URL, None).unwrap_err();
        assert_eq!(error.setting, "VIVA__STT__API_KEY");
        assert!(Endpoint::open("stt", OPENAI_BASE_URL, Some(&ApiKey::new(" "))).is_err());
        assert!(Endpoint::open("stt", "http://127.0.0.1:1/v1", None).unwrap().headers().is_empty());
    }

    #[test]
    fn the_key_is_not_in_the_debug_output() {
        let key = ApiKey::new("sk-very-secret-indeed-1234");
        let endpoint = Endpoint::open("llm", OPENAI_BASE_URL, Some(&key)).unwrap();
        assert!(!format!("{endpoint:?}").contains("very-secret"));
    }

    #[test]
    fn a_status_has_the_kind_that_an_interview_acts_on() {
        let kind = |status| kind_of_status(StatusCode::from_u16(status).unwrap());
        assert_eq!([401, 403].map(kind), [FailureKind::Auth; 2]);
        assert_eq!([429, 503].map(kind), [FailureKind::Busy; 2]);
        assert_eq!([400, 404, 422, 302].map(kind), [FailureKind::BadRequest; 4]);
        assert_eq!([500, 502].map(kind), [FailureKind::Gone; 2]);
    }

    #[test]
    fn of_an_error_only_codes_are_kept() {
        let body = br#"{"error":{"message":"Incorrect API key provided: sk-abc","type":"invalid_request_error","code":"invalid_api_key"}}"#;
        assert_eq!(error_code(body).as_deref(), Some("invalid_request_error invalid_api_key"));
        assert_eq!(error_code(br#"{"error":{"type":"you said: hello"}}"#), None);
        assert_eq!(error_code(br#"{"error":"a sentence"}"#), None);
        assert_eq!(error_code(b"<html>"), None);
    }
}
