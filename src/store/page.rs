//! Lists in pages: newest first, each page beginning where the last ended, whatever was added or deleted meanwhile.

use super::{Query, UnixMs};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

/// Rows of a page at most.
pub const PAGE_MAX: u32 = 200;
/// Rows of a page unless asked otherwise.
pub const PAGE: u32 = 50;

/// A place in a list: after this row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The row's time.
    pub at: UnixMs,
    /// The row's id, among rows of one time.
    pub id: String,
}

impl Cursor {
    /// As clients carry it: opaque, safe in addresses.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}.{}", self.at.0, self.id))
    }

    /// Reads what [`Cursor::encode`] wrote; none for anything else.
    pub fn decode(text: &str) -> Option<Cursor> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text.get(..text.len().min(256))?).ok()?).ok()?;
        let (at, id) = text.split_once('.')?;
        let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':'));
        plain.then_some(Cursor { at: UnixMs(at.parse().ok()?), id: id.to_owned() })
    }
}

/// The placeholders of a list of so many values, beginning with `$1`; NULL, which nothing equals, for none.
pub(super) fn places(count: usize) -> String {
    let places: Vec<String> = (1..=count).map(|number| format!("${number}")).collect();
    if places.is_empty() { "NULL".to_owned() } else { places.join(", ") }
}

/// Binds each of them.
pub(super) fn each_bound<'a>(query: Query<'a>, values: &[&'a str]) -> Query<'a> {
    values.iter().fold(query, |query, value| query.bind(*value))
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; none on the last.
    #[serde(skip)]
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page of at most `limit` rows, of which one more was read to know whether there is another page.
    pub(super) fn of(mut items: Vec<T>, limit: u32, place: impl Fn(&T) -> Cursor) -> Page<T> {
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| more).map(place);
        Page { items, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        let cursor = Cursor { at: UnixMs(1_790_000_000_123), id: "sess_0a".into() };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
    }

    #[test]
    fn nothing_else_is_a_cursor() {
        let quoted = URL_SAFE_NO_PAD.encode("1.' OR 1=1");
        for text in ["", "!", "MQ", "é", &"A".repeat(10_000), &quoted, &URL_SAFE_NO_PAD.encode("x.sess_1")] {
            assert_eq!(Cursor::decode(text), None, "{text}");
        }
    }
}
