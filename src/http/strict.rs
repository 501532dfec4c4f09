//! JSON objects are read as objects. The library would take `["a", 1]` for `{"name": "a", "count": 1}` wherever a struct is
//! wanted, which no description of ours allows; here a struct is an object and nothing else, however deep.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// Reads a value of this form from JSON text.
///
/// # Errors
/// When it is no JSON or has another form; the error names the field or the place.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    T::deserialize(Strict(serde_json::from_slice(bytes)?))
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
