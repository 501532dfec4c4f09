//! Objects as answers: whole or a range of them, with an entity tag, so that players can seek and caches ask whether it changed.

use super::Problem;
use crate::store::StoreError;
use crate::store::blobs::Blobs;
use crate::store::files::FileRow;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::ops::Range;

/// What a `Range` header asks of an object of so many bytes.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// All of it: there is no range, or one that is not understood, or several.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that there are not.
    Beyond,
}

/// Answers with an object, as the request's headers ask for it.
///
/// # Errors
/// When it is missing, corrupt or cannot be reached.
pub async fn answer(blobs: &Blobs, row: &FileRow, asked: &HeaderMap) -> Result<Response, Problem> {
    let tag = format!("\"{}\"", row.sha256);
    let text = |name| asked.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if text(header::IF_NONE_MATCH).is_some_and(|known| known.split(',').any(|known| matches(known, &tag))) {
        return Ok((StatusCode::NOT_MODIFIED, headers(row, &tag)).into_response());
    }
    let size = u64::try_from(row.bytes).unwrap_or(0);
    // A range of what the client no longer has the rest of would be sewn to something else.
    let same = text(header::IF_RANGE).is_none_or(|known| known == tag);
    let wanted = text(header::RANGE).filter(|_| same).map_or(Wanted::Whole, |range| parse(range, size));
    let (status, range) = match wanted {
        Wanted::Whole => (StatusCode::OK, None),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, Some(range)),
        Wanted::Beyond => {
            let detail = format!("the file has {size} bytes");
            let problem = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "range_not_satisfiable", detail);
            return Ok(([(header::CONTENT_RANGE, format!("bytes */{size}"))], problem).into_response());
        }
    };
    let opened = blobs.read(row, range.clone()).await.map_err(StoreError::from)?;
    let mut response = (status, headers(row, &tag), Body::from_stream(opened.stream)).into_response();
    let length = range.as_ref().map_or(size, |range| range.end - range.start);
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    if let Some(Range { start, end }) = range {
        let value = format!("bytes {start}-{}/{size}", end.saturating_sub(1));
        response.headers_mut().extend(HeaderValue::from_str(&value).ok().map(|value| (header::CONTENT_RANGE, value)));
    }
    Ok(response)
}

/// Whether the request asks for the beginning, alone or with the rest.
pub fn is_from_the_start(asked: &HeaderMap) -> bool {
    asked.get(header::RANGE).is_none_or(|range| range.as_bytes().starts_with(b"bytes=0-"))
}

fn headers(row: &FileRow, tag: &str) -> HeaderMap {
    let pairs = [
        (header::CONTENT_TYPE, row.media_type.as_str()),
        (header::ETAG, tag),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    pairs.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value).ok()?))).collect()
}

/// Whether one of the tags that a client knows is this one; weak ones count, they are of the same bytes.
fn matches(known: &str, tag: &str) -> bool {
    let known = known.trim();
    known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
}

/// Reads one range of bytes, as RFC 9110 has it.
fn parse(range: &str, size: u64) -> Wanted {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return Wanted::Whole;
    };
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    match (first, last) {
        ("", last) => match number(last) {
            None => Wanted::Whole,
            Some(0) => Wanted::Beyond,
            Some(_) if size == 0 => Wanted::Beyond,
            Some(length) => Wanted::Part(size.saturating_sub(length)..size),
        },
        (first, last) => match (number(first), number(last), last) {
            (Some(first), None, "") | (Some(first), Some(_), _) if first >= size => Wanted::Beyond,
            (Some(first), None, "") => Wanted::Part(first..size),
            (Some(first), Some(last), _) if first <= last => Wanted::Part(first..last.saturating_add(1).min(size)),
            _ => Wanted::Whole,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_has_them() {
        for (range, expected) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=2-5", Wanted::Part(2..6)),
            ("bytes=8-99", Wanted::Part(8..10)),
            ("bytes=4-", Wanted::Part(4..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-99", Wanted::Part(0..10)),
            ("bytes=10-", Wanted::Beyond),
            ("bytes=10-11", Wanted::Beyond),
            ("bytes=-0", Wanted::Beyond),
            ("bytes=5-2", Wanted::Whole),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("bytes=99999999999999999999-", Wanted::Whole),
            ("items=0-1", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(parse(range, 10), expected, "{range}");
        }
        assert_eq!(parse("bytes=-5", 0), Wanted::Beyond);
        assert_eq!(parse("bytes=0-18446744073709551615", 10), Wanted::Part(0..10));
    }
}
