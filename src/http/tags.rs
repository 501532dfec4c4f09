//! Entity tags: what is read again is sent again only when it changed. One layer over all routes that are read; files have their
//! own, strong ones (`blob.rs`).

use super::Problem;
use crate::digest::hex;
use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// Larger answers are sent without a tag; only files are so large, and they have their own.
const TAGGED_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Gives the answer a tag, or says that it is what the client has already.
pub async fn tagged(request: Request, next: Next) -> Response {
    let reads = *request.method() == Method::GET && request.uri().path().starts_with("/v1/");
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    if !reads || response.status() != StatusCode::OK || response.headers().contains_key(header::ETAG) {
        return response;
    }
    // Streams have no known size.
    if response.body().size_hint().exact().is_none_or(|bytes| bytes > TAGGED_BYTES_MAX) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return Problem::internal().into_response() };
    // Weak: the same content may be sent compressed.
    let tag = format!("W/\"{}\"", hex(&Sha256::digest(&bytes)[..16]));
    parts.headers.extend(HeaderValue::from_str(&tag).ok().map(|tag| (header::ETAG, tag)));
    parts.headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    if known.is_some_and(|known| holds(&known, &tag)) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Whether one of the tags that a client knows is this one. Weak comparison: what counts is the content.
pub fn holds(known: &HeaderValue, tag: &str) -> bool {
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.to_str().is_ok_and(|known| known.split(',').any(|known| known.trim() == "*" || plain(known) == plain(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_by_content() {
        for (known, same) in [
            ("W/\"a\"", true),
            ("\"a\"", true),
            ("\"b\", W/\"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(holds(&HeaderValue::from_static(known), "W/\"a\""), same, "{known}");
        }
    }
}
