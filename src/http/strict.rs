//! JSON objects are read as objects. The library would take `["a", 1]` for `{"name": "a", "count": 1}` wherever a struct is
//! wanted, which no description of ours allows; here a struct is an object and nothing else, however deep. No string holds a NUL,
//! which PostgreSQL takes in no text and which no text of people needs.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// Reads a value of this form from JSON text.
///
/// # Errors
/// When it is no JSON or has another form; the error names the field or the place. When a string holds a NUL.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    let value = serde_json::from_slice(bytes)?;
    if holds_nul(&value) {
        return Err(Error::custom("a string holds a NUL (\\u0000)"));
    }
    T::deserialize(Strict(value))
}

/// Whether a string of it does, however deep. No deeper than the parser let it be.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

struct Strict(Value);

impl<'de> IntoDeserializer<'de, serde_json::Error> for Strict {
    type Deserializer = Strict;

    fn into_deserializer(self) -> Strict {
        self
    }
}

impl<'de> Deserializer<'de> for Strict {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.0 {
            Value::Object(object) => {
                let mut fields = MapDeserializer::new(object.into_iter().map(|(name, value)| (name, Strict(value))));
                let value = visitor.visit_map(&mut fields)?;
                fields.end()?;
                Ok(value)
            }
            Value::Array(array) => {
                let mut items = SeqDeserializer::new(array.into_iter().map(Strict));
                let value = visitor.visit_seq(&mut items)?;
                items.end()?;
                Ok(value)
            }
            simple => simple.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        match self.0 {
            Value::Array(_) => Err(Error::invalid_type(Unexpected::Seq, &"an object")),
            other => Strict(other).deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[serde(default)]
        inner: Option<Inner>,
        #[serde(default)]
        list: Vec<u8>,
        #[serde(default)]
        map: BTreeMap<String, i64>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        on: bool,
        kind: Kind,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        One,
    }

    #[test]
    fn objects_are_read_as_the_library_reads_them() {
        for text in
            ["{}", r#"{"inner": null}"#, r#"{"inner": {"on": true, "kind": "one"}, "list": [1, 2], "map": {"a": -3}}"#]
        {
            let read: Outer = from_slice(text.as_bytes()).expect(text);
            assert_eq!(read, serde_json::from_str(text).expect(text));
        }
    }

    #[test]
    fn lists_are_no_objects_however_deep() {
        for text in ["[]", "[null, []]", r#"{"inner": [true, "one"]}"#] {
            assert!(serde_json::from_str::<Outer>(text).is_ok(), "the library takes {text}");
            assert!(from_slice::<Outer>(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn no_string_holds_a_nul_however_deep() {
        for text in [r#""a\u0000""#, r#"["\u0000"]"#, r#"{"a": [{"b": "\u0000"}]}"#, r#"{"a": {"\u0000": 1}}"#] {
            let error = from_slice::<Value>(text.as_bytes()).expect_err(text).to_string();
            assert!(error.contains("NUL"), "{error}");
        }
        assert!(from_slice::<Value>(br#"{"a": "\\u0000"}"#).is_ok(), "a backslash and five signs");
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "null",
            "7",
            r#"{"colour": 1}"#,
            r#"{"list": [300]}"#,
            r#"{"inner": {"on": 1, "kind": "one"}}"#,
            r#"{"inner": {"on": true, "kind": "two"}}"#,
            r#"{"inner": {"on": true}}"#,
            r#"{"list": [1, 2}"#,
        ] {
            assert!(from_slice::<Outer>(text.as_bytes()).is_err(), "{text}");
        }
    }
}
