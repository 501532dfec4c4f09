//! Which type a set of JSON values has.

use crate::questions::signature::Type;
use serde_json::Value;

/// What is known of a type so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    Nothing,
    Null,
    Plain(Type),
    List(Box<Guess>),
    Map(Box<Guess>),
    Optional(Box<Guess>),
}

impl Guess {
    /// The type that all values have.
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a Value>) -> Result<Guess, String> {
        let mut guess = Guess::Nothing;
        for value in values {
            guess = guess.with(Guess::one(value)?)?;
        }
        Ok(guess)
    }

    fn one(value: &Value) -> Result<Guess, String> {
        Ok(match value {
            Value::Null => Guess::Null,
            Value::Bool(_) => Guess::Plain(Type::Bool),
            Value::String(_) => Guess::Plain(Type::Text),
            Value::Number(number) if number.is_i64() => Guess::Plain(Type::Int),
            Value::Number(number) if number.is_f64() => Guess::Plain(Type::Float),
            Value::Number(_) => return Err("has a number beyond 64 bits".to_owned()),
            Value::Array(values) => Guess::List(Box::new(Guess::of(values.iter())?)),
            Value::Object(entries) => Guess::Map(Box::new(Guess::of(entries.values())?)),
        })
    }

    fn with(self, other: Guess) -> Result<Guess, String> {
        Ok(match (self, other) {
            (Guess::Nothing, other) | (other, Guess::Nothing) => other,
            (left, right) if left == right => left,
            (Guess::Null, Guess::Optional(inner)) | (Guess::Optional(inner), Guess::Null) => Guess::Optional(inner),
            (Guess::Null, other) | (other, Guess::Null) => Guess::Optional(Box::new(other)),
            (Guess::Optional(left), Guess::Optional(right)) => Guess::Optional(Box::new(left.with(*right)?)),
            (Guess::Optional(left), right) | (right, Guess::Optional(left)) => {
                Guess::Optional(Box::new(left.with(right)?))
            }
            (Guess::Plain(Type::Int), Guess::Plain(Type::Float))
            | (Guess::Plain(Type::Float), Guess::Plain(Type::Int)) => Guess::Plain(Type::Float),
            (Guess::List(left), Guess::List(right)) => Guess::List(Box::new(left.with(*right)?)),
            (Guess::Map(left), Guess::Map(right)) => Guess::Map(Box::new(left.with(*right)?)),
            _ => return Err("mixes values of different types".to_owned()),
        })
    }

    /// As a declared type; what was never seen is taken for numbers.
    pub(super) fn declared(&self) -> Result<Type, String> {
        Ok(match self {
            Guess::Nothing => Type::Int,
            Guess::Null => return Err("is always null".to_owned()),
            Guess::Plain(ty) => ty.clone(),
            Guess::List(inner) => Type::List(Box::new(inner.declared()?)),
            Guess::Map(inner) => Type::Map(Box::new(inner.declared()?)),
            Guess::Optional(inner) => Type::Optional(Box::new(inner.declared()?)),
        })
    }
}
