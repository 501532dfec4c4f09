//! Reading fields of a JSON object so that every complaint names the field by its full path.

use super::error::{ErrorCode, WireError};
use super::{MAX_ECHO_BYTES, MAX_ID_CHARS};
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// A JSON object and where in the event it stands.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    path: String,
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// The object at `path`; anything else is `invalid_type`.
    pub fn of(path: &str, value: &'a Value) -> Result<Self, WireError> {
        match value {
            Value::Object(map) => Ok(Self { path: path.to_owned(), map }),
            other => Err(wrong_type(path, "an object", other)),
        }
    }

    /// The fields of the event itself.
    pub fn top(map: &'a Map<String, Value>) -> Self {
        Self { path: String::new(), map }
    }

    /// Full path of a field of this object.
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// All fields, in the client's order as far as the map keeps it.
    pub fn iter(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.map.iter()
    }

    /// The field if it is there, `null` included.
    pub fn raw(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name)
    }

    /// The field if it is there and not `null`.
    pub fn value(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// A text of at most `max_bytes`.
    pub fn text(&self, name: &str, max_bytes: usize) -> Result<Option<String>, WireError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let Value::String(text) = value else { return Err(wrong_type(&self.path_of(name), "a string", value)) };
        if text.len() > max_bytes {
            let message = format!("'{name}' holds {} bytes, at most {max_bytes} are allowed", text.len());
            return Err(WireError::about(ErrorCode::TooLong, self.path_of(name), message));
        }
        Ok(Some(text.clone()))
    }

    /// An id.
    pub fn id(&self, name: &str) -> Result<Option<String>, WireError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => check_id(&self.path_of(name), text).map(|()| Some(text.clone())),
            Some(other) => Err(wrong_type(&self.path_of(name), "a string", other)),
        }
    }

    /// true or false.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, WireError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(wrong_type(&self.path_of(name), "true or false", other)),
        }
    }

    /// A whole number within `range`; `12.0` counts as 12.
    pub fn integer(&self, name: &str, range: RangeInclusive<u64>) -> Result<Option<u64>, WireError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let Value::Number(number) = value else { return Err(wrong_type(&self.path_of(name), "an integer", value)) };
        let whole = number.as_u64().or_else(|| {
            let float = number.as_f64()?;
            (float.fract() == 0.0 && (0.0..9e15).contains(&float)).then_some(float as u64)
        });
        match whole.filter(|n| range.contains(n)) {
            Some(n) => Ok(Some(n)),
            None => Err(WireError::about(
                ErrorCode::InvalidValue,
                self.path_of(name),
                format!("'{name}' must be an integer from {} to {}", range.start(), range.end()),
            )),
        }
    }

    /// A number within `range`.
    pub fn number(&self, name: &str, range: RangeInclusive<f64>) -> Result<Option<f64>, WireError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let Some(number) = value.as_f64() else { return Err(wrong_type(&self.path_of(name), "a number", value)) };
        if !range.contains(&number) {
            let message = format!("'{name}' must be from {} to {}", range.start(), range.end());
            return Err(WireError::about(ErrorCode::InvalidValue, self.path_of(name), message));
        }
        Ok(Some(number))
    }

    /// An object within.
    pub fn object(&self, name: &str) -> Result<Option<Fields<'a>>, WireError> {
        self.value(name).map(|value| Fields::of(&self.path_of(name), value)).transpose()
    }

    /// An array within; absent counts as empty.
    pub fn array(&self, name: &str) -> Result<&'a [Value], WireError> {
        match self.value(name) {
            None => Ok(&[]),
            Some(Value::Array(values)) => Ok(values),
            Some(other) => Err(wrong_type(&self.path_of(name), "an array", other)),
        }
    }

    /// A field that is only kept to be shown again.
    pub fn echo(&self, name: &str, value: &Value) -> Result<Value, WireError> {
        if value.to_string().len() > MAX_ECHO_BYTES {
            let message = format!("'{name}' may hold at most {MAX_ECHO_BYTES} bytes of JSON");
            return Err(WireError::about(ErrorCode::TooLong, self.path_of(name), message));
        }
        Ok(value.clone())
    }

    /// The error for a required field that is not there.
    pub fn missing(&self, name: &str) -> WireError {
        let path = self.path_of(name);
        WireError::about(ErrorCode::MissingParameter, path.clone(), format!("'{path}' is required"))
    }

    /// The error for a value outside a closed list.
    pub fn not_one_of(&self, name: &str, allowed: &str) -> WireError {
        WireError::about(ErrorCode::InvalidValue, self.path_of(name), format!("'{name}' must be one of: {allowed}"))
    }
}

/// Ids are short and plain, so that they can stand in URLs, logs and JSON as they are.
pub(super) fn check_id(path: &str, text: &str) -> Result<(), WireError> {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain && !text.is_empty() && text.len() <= MAX_ID_CHARS {
        return Ok(());
    }
    let message = format!("'{path}' must be 1 to {MAX_ID_CHARS} characters of A-Z, a-z, 0-9, '_' and '-'");
    Err(WireError::about(ErrorCode::InvalidValue, path, message))
}

pub(super) fn wrong_type(path: &str, wanted: &str, found: &Value) -> WireError {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    WireError::about(ErrorCode::InvalidType, path, format!("'{path}' must be {wanted}, not {found}"))
}
