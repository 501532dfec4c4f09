//! The types of a coding question's parameters and answers, and which JSON values they admit.
//!
//! `int`, `float`, `bool`, `string`, `list<T>`, `tuple<T,T>` (all of one type, so that every language has it),
//! `map<string,T>`, `optional<T>`, `linked_list<T>`, `tree<T>` (level by level, null for a missing child) and, as an
//! answer only, `null`.

use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// Integers beyond are no longer exact in every language (JavaScript's numbers).
pub const INT_MAX: i64 = (1 << 53) - 1;
/// How deep types may be nested.
pub const TYPE_DEPTH_MAX: usize = 5;
/// The most values of a tuple.
pub const TUPLE_MAX: usize = 8;
const TYPE_TEXT_MAX: usize = 120;

/// A type of a parameter or an answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Type {
    /// A whole number, at most [`INT_MAX`] either way.
    Int,
    /// A finite number.
    Float,
    /// True or false.
    Bool,
    /// Text.
    Text,
    /// No answer.
    Null,
    /// Any number of values.
    List(Box<Type>),
    /// So many values.
    Tuple(Box<Type>, usize),
    /// Values by text keys.
    Map(Box<Type>),
    /// A value or null.
    Optional(Box<Type>),
    /// A chain of nodes; a list in JSON.
    LinkedList(Box<Type>),
    /// A binary tree; in JSON a list, level by level, null for a child that is not there.
    Tree(Box<Type>),
}

/// A text that names no type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no type: {why}")]
pub struct TypeError {
    text: String,
    why: String,
}

impl Type {
    /// Reads a type.
    ///
    /// # Errors
    /// When the text names none; the error says what was expected.
    pub fn parse(text: &str) -> Result<Type, TypeError> {
        let fail = |why: &str| TypeError { text: text.chars().take(TYPE_TEXT_MAX).collect(), why: why.to_owned() };
        if text.len() > TYPE_TEXT_MAX {
            return Err(fail("it is too long"));
        }
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        parse(&compact, TYPE_DEPTH_MAX).map_err(|why| fail(&why))
    }

    /// Checks a value.
    ///
    /// # Errors
    /// Where and why it is not of this type.
    pub fn admits(&self, value: &Value) -> Result<(), String> {
        match (self, value) {
            (Type::Int, Value::Number(number)) => match number.as_i64() {
                Some(int) if int.unsigned_abs() <= INT_MAX.unsigned_abs() => Ok(()),
                _ => Err(format!("{number} is no int that is exact in every language")),
            },
            (Type::Float, Value::Number(_))
            | (Type::Bool, Value::Bool(_))
            | (Type::Text, Value::String(_))
            | (Type::Null | Type::Optional(_), Value::Null) => Ok(()),
            (Type::Optional(inner), other) => inner.admits(other),
            (Type::List(inner) | Type::LinkedList(inner), Value::Array(values)) => all(inner, values),
            (Type::Tuple(inner, length), Value::Array(values)) if values.len() == *length => all(inner, values),
            (Type::Map(inner), Value::Object(entries)) => {
                entries.iter().try_for_each(|(key, value)| inner.admits(value).map_err(|why| format!(".{key}{why}")))
            }
            (Type::Tree(inner), Value::Array(values)) => {
                if values.first() == Some(&Value::Null) {
                    return Err("a tree cannot begin with null; the empty tree is []".to_owned());
                }
                // Places for nodes that are open: the root's, then two below each node.
                let mut open = 1_usize;
                for (at, value) in values.iter().enumerate() {
                    open = open.checked_sub(1).ok_or_else(|| format!("[{at}] has no parent"))?;
                    if !value.is_null() {
                        inner.admits(value).map_err(|why| format!("[{at}]{why}"))?;
                        open += 2;
                    }
                }
                Ok(())
            }
            (_, other) => Err(format!(" is {}, not {self}", kind_of(other))),
        }
    }

    /// The type itself and all types within it.
    pub fn walk(&self, visit: &mut impl FnMut(&Type)) {
        visit(self);
        match self {
            Type::List(inner)
            | Type::Tuple(inner, _)
            | Type::Map(inner)
            | Type::Optional(inner)
            | Type::LinkedList(inner)
            | Type::Tree(inner) => inner.walk(visit),
            Type::Int | Type::Float | Type::Bool | Type::Text | Type::Null => {}
        }
    }
}

impl TryFrom<String> for Type {
    type Error = TypeError;

    fn try_from(text: String) -> Result<Self, TypeError> {
        Type::parse(&text)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Int => f.write_str("int"),
            Type::Float => f.write_str("float"),
            Type::Bool => f.write_str("bool"),
            Type::Text => f.write_str("string"),
            Type::Null => f.write_str("null"),
            Type::List(inner) => write!(f, "list<{inner}>"),
            Type::Tuple(inner, length) => write!(f, "tuple<{}>", vec![inner.to_string(); *length].join(",")),
            Type::Map(inner) => write!(f, "map<string,{inner}>"),
            Type::Optional(inner) => write!(f, "optional<{inner}>"),
            Type::LinkedList(inner) => write!(f, "linked_list<{inner}>"),
            Type::Tree(inner) => write!(f, "tree<{inner}>"),
        }
    }
}

fn all(inner: &Type, values: &[Value]) -> Result<(), String> {
    values.iter().enumerate().try_for_each(|(at, value)| inner.admits(value).map_err(|why| format!("[{at}]{why}")))
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list of another length or shape",
        Value::Object(_) => "an object",
    }
}

fn parse(text: &str, depth: usize) -> Result<Type, String> {
    if depth == 0 {
        return Err(format!("types are nested at most {TYPE_DEPTH_MAX} deep"));
    }
    let simple = match text {
        "int" => Some(Type::Int),
        "float" => Some(Type::Float),
        "bool" => Some(Type::Bool),
        "string" => Some(Type::Text),
        "null" => Some(Type::Null),
        _ => None,
    };
    if let Some(simple) = simple {
        return Ok(simple);
    }
    let (name, rest) = text.split_once('<').ok_or_else(|| format!("\"{text}\" is unknown"))?;
    let inside = rest.strip_suffix('>').ok_or("a < is never closed")?;
    let parts: Vec<Type> = split(inside).into_iter().map(|part| parse(part, depth - 1)).collect::<Result<_, _>>()?;
    let boxed = |ty: &Type| match ty {
        Type::Null => Err("null stands only for no answer at all".to_owned()),
        other => Ok(Box::new(other.clone())),
    };
    match (name, parts.as_slice()) {
        ("list", [inner]) => Ok(Type::List(boxed(inner)?)),
        ("optional", [Type::Optional(_) | Type::LinkedList(_) | Type::Tree(_)]) => {
            Err("optional stands around types that have no empty value of their own".to_owned())
        }
        ("optional", [inner]) => Ok(Type::Optional(boxed(inner)?)),
        ("linked_list", [inner @ (Type::Int | Type::Text)]) => Ok(Type::LinkedList(boxed(inner)?)),
        ("tree", [inner @ (Type::Int | Type::Text)]) => Ok(Type::Tree(boxed(inner)?)),
        ("linked_list" | "tree", _) => Err(format!("{name} holds int or string")),
        ("map", [Type::Text, inner]) => Ok(Type::Map(boxed(inner)?)),
        ("map", _) => Err("a map is map<string,T>".to_owned()),
        ("tuple", [first, others @ ..]) if !others.is_empty() && others.len() < TUPLE_MAX => {
            match others.iter().all(|other| other == first) {
                true => Ok(Type::Tuple(boxed(first)?, parts.len())),
                false => Err("the values of a tuple are all of one type".to_owned()),
            }
        }
        _ => Err(format!("\"{name}<…>\" with {} types inside is unknown", parts.len())),
    }
}

/// Splits at the commas that stand in no inner pair of brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut open) = (Vec::new(), 0, 0_i32);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'<' => open += 1,
            b'>' => open -= 1,
            b',' if open == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn types_are_read_and_written_alike() {
        for text in ["int", "list<list<int>>", "map<string,list<tuple<int,int>>>", "optional<string>", "tree<int>"] {
            assert_eq!(Type::parse(text).expect(text).to_string(), text);
        }
        assert_eq!(Type::parse(" list< int > "), Ok(Type::List(Box::new(Type::Int))));
    }

    #[test]
    fn what_is_no_type_is_refused_with_a_reason() {
        for (text, why) in [
            ("number", "unknown"),
            ("list<int", "never closed"),
            ("list<int,int>", "2 types inside"),
            ("tuple<int,string>", "all of one type"),
            ("map<int,int>", "map<string,T>"),
            ("list<null>", "no answer"),
            ("tree<list<int>>", "holds int or string"),
            ("list<list<list<list<list<int>>>>>", "at most 5 deep"),
            ("", "unknown"),
        ] {
            let error = Type::parse(text).expect_err(text).to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn values_are_admitted_or_refused_with_their_place() {
        let admits = |ty: &str, value: Value| Type::parse(ty).expect(ty).admits(&value);
        assert_eq!(admits("list<tuple<int,int>>", json!([[1, 2]])), Ok(()));
        assert!(admits("list<tuple<int,int>>", json!([[1, 2], [3]])).expect_err("short").starts_with("[1]"));
        assert!(admits("int", json!(9_007_199_254_740_992_i64)).is_err());
        assert!(admits("int", json!(1.5)).is_err());
        assert_eq!(admits("tree<int>", json!([1, null, 2, null, 3])), Ok(()));
        assert!(admits("tree<int>", json!([1, null, null, 2, 3, 4])).is_err());
        assert_eq!(admits("optional<int>", Value::Null), Ok(()));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[a-z<>, ]{0,60}") {
            let _ = Type::parse(&text);
        }
    }
}
