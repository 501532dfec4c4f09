//! The types of a question's values: what JSON must look like for them, and what the drivers turn it into.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// The deepest nesting of a type.
const DEPTH_MAX: usize = 8;

/// A value's type. Written as in a question's file: `list<tuple<int,string>>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Type {
    /// A whole number of at most 64 bits with sign.
    Int,
    /// A number.
    Float,
    /// True or false.
    Bool,
    /// Text.
    String,
    /// Nothing: what a function returns that returns nothing.
    Null,
    /// Any JSON value, passed as it is.
    Any,
    /// That or null.
    Optional(Box<Type>),
    /// A list.
    List(Box<Type>),
    /// A fixed number of values of their own types, an array in JSON.
    Tuple(Vec<Type>),
    /// Keys (int, string or bool) and values, an object in JSON.
    Map(Box<Type>, Box<Type>),
    /// A singly linked list of `ListNode`, an array in JSON; the empty one is null to the candidate.
    LinkedList(Box<Type>),
    /// A binary tree of `TreeNode`, in JSON level by level with null where a child is missing; empty: `[]`.
    Tree(Box<Type>),
    /// An undirected or directed graph of `GraphNode`, given as its node 0; in JSON the list of each node's neighbours.
    /// Node `i` has the value `i`; empty: `[]`, null to the candidate.
    Graph,
}

impl Type {
    /// Whether `value` is one of this type.
    ///
    /// # Errors
    /// Says what stands where it does not fit.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let wrong = || Err(format!("{} where {self} is expected", brief(value)));
        match (self, value) {
            (Type::Any, _) | (Type::Null, Value::Null) | (Type::Optional(_), Value::Null) => Ok(()),
            (Type::Bool, Value::Bool(_)) | (Type::String, Value::String(_)) => Ok(()),
            (Type::Int, Value::Number(number)) if number.is_i64() => Ok(()),
            (Type::Float, Value::Number(_)) => Ok(()),
            (Type::Optional(inner), value) => inner.check(value),
            (Type::List(inner) | Type::LinkedList(inner), Value::Array(values)) => {
                values.iter().try_for_each(|value| inner.check(value))
            }
            (Type::Tree(inner), Value::Array(values)) => {
                if values.first().is_some_and(Value::is_null) {
                    return wrong();
                }
                values.iter().filter(|value| !value.is_null()).try_for_each(|value| inner.check(value))
            }
            (Type::Tuple(kinds), Value::Array(values)) if kinds.len() == values.len() => {
                kinds.iter().zip(values).try_for_each(|(kind, value)| kind.check(value))
            }
            (Type::Map(key, inner), Value::Object(entries)) => entries.iter().try_for_each(|(name, value)| {
                let fits = match **key {
                    Type::Int => name.parse::<i64>().is_ok(),
                    Type::Bool => name == "true" || name == "false",
                    _ => true,
                };
                if fits { inner.check(value) } else { Err(format!("key {name:?} where {key} is expected")) }
            }),
            (Type::Graph, Value::Array(nodes)) => {
                let fits = |next: &Value| next.as_u64().is_some_and(|next| (next as usize) < nodes.len());
                let all = nodes.iter().all(|node| node.as_array().is_some_and(|next| next.iter().all(fits)));
                if all { Ok(()) } else { wrong() }
            }
            _ => wrong(),
        }
    }

    /// The type as the drivers read it: its name, then the types inside.
    pub(super) fn for_driver(&self) -> Value {
        let node = |name: &str, inner: Vec<Value>| {
            let mut list = vec![Value::from(name)];
            list.extend(inner);
            Value::Array(list)
        };
        match self {
            Type::Int => node("int", vec![]),
            Type::Float => node("float", vec![]),
            Type::Bool => node("bool", vec![]),
            Type::String => node("string", vec![]),
            Type::Null => node("null", vec![]),
            Type::Any => node("any", vec![]),
            Type::Graph => node("graph", vec![]),
            Type::Optional(inner) => node("optional", vec![inner.for_driver()]),
            Type::List(inner) => node("list", vec![inner.for_driver()]),
            Type::LinkedList(inner) => node("linked_list", vec![inner.for_driver()]),
            Type::Tree(inner) => node("tree", vec![inner.for_driver()]),
            Type::Tuple(inner) => node("tuple", inner.iter().map(Type::for_driver).collect()),
            Type::Map(key, inner) => node("map", vec![key.for_driver(), inner.for_driver()]),
        }
    }
}

fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

impl fmt::Display for Type {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Int => out.write_str("int"),
            Type::Float => out.write_str("float"),
            Type::Bool => out.write_str("bool"),
            Type::String => out.write_str("string"),
            Type::Null => out.write_str("null"),
            Type::Any => out.write_str("any"),
            Type::Graph => out.write_str("graph"),
            Type::Optional(inner) => write!(out, "optional<{inner}>"),
            Type::List(inner) => write!(out, "list<{inner}>"),
            Type::LinkedList(inner) => write!(out, "linked_list<{inner}>"),
            Type::Tree(inner) => write!(out, "tree<{inner}>"),
            Type::Map(key, inner) => write!(out, "map<{key},{inner}>"),
            Type::Tuple(kinds) => {
                let kinds: Vec<String> = kinds.iter().map(Type::to_string).collect();
                write!(out, "tuple<{}>", kinds.join(","))
            }
        }
    }
}

impl From<Type> for String {
    fn from(kind: Type) -> String {
        kind.to_string()
    }
}

impl TryFrom<String> for Type {
    type Error = String;
    fn try_from(text: String) -> Result<Type, String> {
        text.parse()
    }
}

impl FromStr for Type {
    type Err = String;

    fn from_str(text: &str) -> Result<Type, String> {
        let compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let (kind, rest) = read(&compact, 0).map_err(|problem| format!("type {text:?}: {problem}"))?;
        if rest.is_empty() { Ok(kind) } else { Err(format!("type {text:?}: {rest:?} is left over")) }
    }
}

fn read(text: &str, depth: usize) -> Result<(Type, &str), String> {
    if depth > DEPTH_MAX {
        return Err(format!("nested more than {DEPTH_MAX} deep"));
    }
    let end = text.find(['<', '>', ',']).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let mut inner = Vec::new();
    if let Some(mut inside) = rest.strip_prefix('<') {
        loop {
            let (kind, after) = read(inside, depth + 1)?;
            inner.push(kind);
            match (after.strip_prefix(','), after.strip_prefix('>')) {
                (Some(more), _) => inside = more,
                (_, Some(after)) => {
                    rest = after;
                    break;
                }
                _ => return Err("a > is missing".into()),
            }
        }
    }
    Ok((made(name, inner)?, rest))
}

fn made(name: &str, inner: Vec<Type>) -> Result<Type, String> {
    let count = inner.len();
    let mut boxed = inner.clone().into_iter().map(Box::new);
    let kind = match (name, count, boxed.next(), boxed.next()) {
        ("int", 0, ..) => Type::Int,
        ("float", 0, ..) => Type::Float,
        ("bool", 0, ..) => Type::Bool,
        ("string", 0, ..) => Type::String,
        ("null" | "void", 0, ..) => Type::Null,
        ("any", 0, ..) => Type::Any,
        ("graph", 0, ..) => Type::Graph,
        ("optional", 1, Some(inner), _) => Type::Optional(inner),
        ("list", 1, Some(inner), _) => Type::List(inner),
        ("linked_list", 1, Some(inner), _) => Type::LinkedList(inner),
        ("tree", 1, Some(inner), _) => Type::Tree(inner),
        ("linked_list", 0, ..) => Type::LinkedList(Box::new(Type::Int)),
        ("tree", 0, ..) => Type::Tree(Box::new(Type::Int)),
        ("tuple", 1.., ..) => Type::Tuple(inner),
        ("map", 2, Some(key), Some(inner)) if matches!(*key, Type::Int | Type::String | Type::Bool) => {
            Type::Map(key, inner)
        }
        _ => return Err(format!("{name:?} with {count} types inside is not known")),
    };
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(text: &str) -> Type {
        text.parse().expect(text)
    }

    #[test]
    fn types_are_written_as_they_are_read() {
        for text in ["int", "list<tuple<int,string>>", "map<int,list<float>>", "optional<tree<int>>", "graph"] {
            assert_eq!(of(text).to_string(), text);
        }
        assert_eq!(of("list< int >"), of("list<int>"));
        assert_eq!(of("linked_list").to_string(), "linked_list<int>");
    }

    #[test]
    fn what_is_no_type_is_refused() {
        let deep = format!("{}int{}", "list<".repeat(20), ">".repeat(20));
        for text in
            ["", "integer", "list", "list<int", "list<int>>", "map<list<int>,int>", "int<int>", "<", deep.as_str()]
        {
            assert!(text.parse::<Type>().is_err(), "{text}");
        }
    }

    #[test]
    fn values_are_checked_against_their_type() {
        for (kind, value) in [
            ("list<tuple<int,int>>", json!([[1, 2]])),
            ("tree", json!([1, null, 2])),
            ("graph", json!([[1], [0]])),
            ("map<int,string>", json!({"1": "a"})),
            ("float", json!(1)),
            ("optional<string>", json!(null)),
        ] {
            of(kind).check(&value).expect(kind);
        }
        for (kind, value) in [
            ("int", json!(1.5)),
            ("int", json!(u64::MAX)),
            ("list<tuple<int,int>>", json!([[1]])),
            ("tree", json!([null, 1])),
            ("graph", json!([[2], [0]])),
            ("map<int,string>", json!({"a": "a"})),
            ("string", json!(null)),
        ] {
            assert!(of(kind).check(&value).is_err(), "{kind} {value}");
        }
    }
}
