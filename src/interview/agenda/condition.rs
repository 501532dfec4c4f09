//! Conditions of follow-ups, such as `approach == 'heap' && failing_streak >= 2`: names of facts, integers, texts in
//! single quotes, `true` and `false`, the comparisons, `!`, `&&`, `||` and brackets. No loops, no calls: evaluation is
//! bounded by the text's length.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest condition, in bytes.
pub const CONDITION_BYTES_MAX: usize = 300;
/// How deep brackets and negations may be nested.
const DEPTH_MAX: usize = 16;

/// The type of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactType {
    /// A whole number.
    Int,
    /// A text.
    Text,
    /// True or false.
    Bool,
}

/// The value of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// True or false.
    Bool(bool),
}

/// A condition that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    text: String,
    node: Node,
}

/// A text that is no condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why} at character {at}")]
pub struct ConditionError {
    /// Where, in characters from 1.
    pub at: usize,
    /// What is wrong.
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Literal(Fact),
    Name(String),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Literal(Fact),
    Name(String),
    Compare(Comparison),
    And,
    Or,
    Not,
    Open,
    Close,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// Where the text breaks off and what was expected there.
    pub fn parse(text: &str) -> Result<Condition, ConditionError> {
        if text.len() > CONDITION_BYTES_MAX {
            return Err(fail(1, format!("a condition has at most {CONDITION_BYTES_MAX} bytes; it ends")));
        }
        let mut parser = Parser { tokens: tokens(text)?, next: 0, end: text.chars().count() + 1 };
        let node = parser.either(DEPTH_MAX)?;
        match parser.tokens.get(parser.next) {
            Some((at, _)) => Err(fail(*at, "expected && or || or the end")),
            None => Ok(Condition { text: text.to_owned(), node }),
        }
    }

    /// Checks names and types: the whole must be true or false.
    ///
    /// # Errors
    /// Which name is unknown, or what cannot be compared.
    pub fn check(&self, types: &dyn Fn(&str) -> Option<FactType>) -> Result<(), String> {
        match type_of(&self.node, types)? {
            FactType::Bool => Ok(()),
            other => Err(format!("the condition is {other}, not true or false")),
        }
    }

    /// Whether it holds. What cannot be decided (an unknown fact, types that do not fit) does not hold.
    pub fn holds(&self, facts: &dyn Fn(&str) -> Option<Fact>) -> bool {
        matches!(value_of(&self.node, facts), Some(Fact::Bool(true)))
    }

    /// The literals that stand in it, each with the name of the fact it is compared with, if it is with one.
    pub fn literals(&self) -> Vec<(Option<&str>, &Fact)> {
        let mut found = Vec::new();
        collect(&self.node, None, &mut found);
        found
    }

    /// The names of the facts it reads, each once, in alphabetical order.
    pub fn names(&self) -> Vec<&str> {
        let mut found = Vec::new();
        names(&self.node, &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl TryFrom<String> for Condition {
    type Error = ConditionError;

    fn try_from(text: String) -> Result<Self, ConditionError> {
        Condition::parse(&text)
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> String {
        condition.text
    }
}

impl fmt::Display for FactType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FactType::Int => "a number",
            FactType::Text => "a text",
            FactType::Bool => "true or false",
        })
    }
}

fn fail(at: usize, why: impl Into<String>) -> ConditionError {
    ConditionError { at, why: why.into() }
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ConditionError> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&first) = chars.get(at) {
        if first.is_whitespace() {
            at += 1;
            continue;
        }
        let (token, length) = token(&chars[at..]).map_err(|why| fail(at + 1, why))?;
        found.push((at + 1, token));
        at += length;
    }
    Ok(found)
}

fn token(chars: &[char]) -> Result<(Token, usize), String> {
    let two = (chars.first().copied().unwrap_or(' '), chars.get(1).copied().unwrap_or(' '));
    let sign = match two {
        ('=', '=') => Some((Token::Compare(Comparison::Equal), 2)),
        ('!', '=') => Some((Token::Compare(Comparison::Unequal), 2)),
        ('<', '=') => Some((Token::Compare(Comparison::LessOrEqual), 2)),
        ('>', '=') => Some((Token::Compare(Comparison::GreaterOrEqual), 2)),
        ('&', '&') => Some((Token::And, 2)),
        ('|', '|') => Some((Token::Or, 2)),
        ('<', _) => Some((Token::Compare(Comparison::Less), 1)),
        ('>', _) => Some((Token::Compare(Comparison::Greater), 1)),
        ('!', _) => Some((Token::Not, 1)),
        ('(', _) => Some((Token::Open, 1)),
        (')', _) => Some((Token::Close, 1)),
        _ => None,
    };
    if let Some(sign) = sign {
        return Ok(sign);
    }
    match two.0 {
        '\'' => {
            let inside: String = chars.iter().skip(1).take_while(|c| **c != '\'').collect();
            let length = inside.chars().count() + 2;
            if chars.len() < length {
                return Err("a text in quotes is never closed".to_owned());
            }
            Ok((Token::Literal(Fact::Text(inside)), length))
        }
        '-' | '0'..='9' => {
            let rest = chars.iter().skip(1).take_while(|c| c.is_ascii_digit());
            let digits: String = chars.iter().take(1).chain(rest).collect();
            let number = digits.parse().map_err(|_| format!("\"{digits}\" is no number that can be used"))?;
            Ok((Token::Literal(Fact::Int(number)), digits.len()))
        }
        'a'..='z' | 'A'..='Z' | '_' => {
            let name: String = chars.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '_').collect();
            let length = name.len();
            let token = match name.as_str() {
                "true" => Token::Literal(Fact::Bool(true)),
                "false" => Token::Literal(Fact::Bool(false)),
                _ => Token::Name(name),
            };
            Ok((token, length))
        }
        other => Err(format!("\"{other}\" means nothing here")),
    }
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    end: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    fn take(&mut self, token: &Token) -> bool {
        let fits = self.peek() == Some(token);
        self.next += usize::from(fits);
        fits
    }

    fn either(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let mut left = self.both(depth)?;
        while self.take(&Token::Or) {
            left = Node::Or(Box::new(left), Box::new(self.both(depth)?));
        }
        Ok(left)
    }

    fn both(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let mut left = self.comparison(depth)?;
        while self.take(&Token::And) {
            left = Node::And(Box::new(left), Box::new(self.comparison(depth)?));
        }
        Ok(left)
    }

    fn comparison(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let left = self.operand(depth)?;
        let Some(Token::Compare(comparison)) = self.peek() else { return Ok(left) };
        let comparison = *comparison;
        self.next += 1;
        Ok(Node::Compare(comparison, Box::new(left), Box::new(self.operand(depth)?)))
    }

    fn operand(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let at = self.at();
        let Some(inner) = depth.checked_sub(1) else { return Err(fail(at, "brackets are nested too deep")) };
        let token = self.peek().cloned();
        self.next += 1;
        match token {
            Some(Token::Literal(fact)) => Ok(Node::Literal(fact)),
            Some(Token::Name(name)) => Ok(Node::Name(name)),
            Some(Token::Not) => Ok(Node::Not(Box::new(self.operand(inner)?))),
            Some(Token::Open) => {
                let node = self.either(inner)?;
                match self.take(&Token::Close) {
                    true => Ok(node),
                    false => Err(fail(self.at(), "expected )")),
                }
            }
            _ => Err(fail(at, "expected a fact, a number, a text in quotes, ! or (")),
        }
    }
}

fn type_of(node: &Node, types: &dyn Fn(&str) -> Option<FactType>) -> Result<FactType, String> {
    let must_be_bool = |node: &Node| match type_of(node, types)? {
        FactType::Bool => Ok(()),
        other => Err(format!("!, && and || stand between what is true or false, not {other}")),
    };
    match node {
        Node::Literal(fact) => Ok(fact_type(fact)),
        Node::Name(name) => types(name).ok_or_else(|| format!("there is no fact \"{name}\"")),
        Node::Not(inner) => must_be_bool(inner).map(|()| FactType::Bool),
        Node::And(left, right) | Node::Or(left, right) => {
            must_be_bool(left)?;
            must_be_bool(right)?;
            Ok(FactType::Bool)
        }
        Node::Compare(comparison, left, right) => {
            let (left, right) = (type_of(left, types)?, type_of(right, types)?);
            let orders = !matches!(comparison, Comparison::Equal | Comparison::Unequal);
            match (left == right, orders && left != FactType::Int) {
                (false, _) => Err(format!("{left} cannot be compared with {right}")),
                (_, true) => Err(format!("{left} is neither less nor greater than another")),
                _ => Ok(FactType::Bool),
            }
        }
    }
}

fn fact_type(fact: &Fact) -> FactType {
    match fact {
        Fact::Int(_) => FactType::Int,
        Fact::Text(_) => FactType::Text,
        Fact::Bool(_) => FactType::Bool,
    }
}

fn value_of(node: &Node, facts: &dyn Fn(&str) -> Option<Fact>) -> Option<Fact> {
    let truth = |node: &Node| match value_of(node, facts) {
        Some(Fact::Bool(truth)) => Some(truth),
        _ => None,
    };
    match node {
        Node::Literal(fact) => Some(fact.clone()),
        Node::Name(name) => facts(name),
        Node::Not(inner) => Some(Fact::Bool(!truth(inner)?)),
        Node::And(left, right) => Some(Fact::Bool(truth(left)? && truth(right)?)),
        Node::Or(left, right) => Some(Fact::Bool(truth(left)? || truth(right)?)),
        Node::Compare(comparison, left, right) => {
            compare(*comparison, &value_of(left, facts)?, &value_of(right, facts)?).map(Fact::Bool)
        }
    }
}

fn compare(comparison: Comparison, left: &Fact, right: &Fact) -> Option<bool> {
    match (comparison, left, right) {
        _ if fact_type(left) != fact_type(right) => None,
        (Comparison::Equal, ..) => Some(left == right),
        (Comparison::Unequal, ..) => Some(left != right),
        (Comparison::Less, Fact::Int(left), Fact::Int(right)) => Some(left < right),
        (Comparison::LessOrEqual, Fact::Int(left), Fact::Int(right)) => Some(left <= right),
        (Comparison::Greater, Fact::Int(left), Fact::Int(right)) => Some(left > right),
        (Comparison::GreaterOrEqual, Fact::Int(left), Fact::Int(right)) => Some(left >= right),
        _ => None,
    }
}

fn collect<'a>(node: &'a Node, beside: Option<&'a str>, found: &mut Vec<(Option<&'a str>, &'a Fact)>) {
    let name = |node: &'a Node| match node {
        Node::Name(name) => Some(name.as_str()),
        _ => None,
    };
    match node {
        Node::Literal(fact) => found.push((beside, fact)),
        Node::Name(_) => {}
        Node::Not(inner) => collect(inner, None, found),
        Node::And(left, right) | Node::Or(left, right) => {
            collect(left, None, found);
            collect(right, None, found);
        }
        Node::Compare(_, left, right) => {
            collect(left, name(right), found);
            collect(right, name(left), found);
        }
    }
}

fn names<'a>(node: &'a Node, found: &mut Vec<&'a str>) {
    match node {
        Node::Literal(_) => {}
        Node::Name(name) => found.push(name),
        Node::Not(inner) => names(inner, found),
        Node::And(left, right) | Node::Or(left, right) | Node::Compare(_, left, right) => {
            names(left, found);
            names(right, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn facts(name: &str) -> Option<Fact> {
        match name {
            "approach" => Some(Fact::Text("heap".into())),
            "runs" => Some(Fact::Int(3)),
            "passed" => Some(Fact::Bool(true)),
            _ => None,
        }
    }

    fn types(name: &str) -> Option<FactType> {
        facts(name).as_ref().map(fact_type)
    }

    fn holds(text: &str) -> bool {
        Condition::parse(text).expect(text).holds(&facts)
    }

    #[test]
    fn conditions_are_decided_by_the_facts() {
        for (text, expected) in [
            ("true", true),
            ("passed", true),
            ("!passed", false),
            ("approach == 'heap'", true),
            ("approach != 'heap'", false),
            ("'heap' == approach && runs >= 3", true),
            ("runs < 3 || runs > 2", true),
            ("runs <= 2", false),
            ("runs > -1", true),
            ("!(approach == 'heap' && passed) || false", false),
        ] {
            assert_eq!(holds(text), expected, "{text}");
        }
    }

    #[test]
    fn and_binds_tighter_than_or() {
        assert!(holds("true || true && false"));
        assert!(!holds("(true || true) && false"));
    }

    #[test]
    fn what_cannot_be_decided_does_not_hold_either_way() {
        for text in ["unknown", "!unknown", "unknown || passed", "runs == 'three'", "runs", "approach < 'zzz'"] {
            assert!(!holds(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused_at_its_place() {
        let deep = "(".repeat(40);
        for (text, at, why) in [
            ("", 1, "expected a fact"),
            ("runs >=", 8, "expected a fact"),
            ("(passed", 8, "expected )"),
            ("passed passed", 8, "expected && or ||"),
            ("approach == 'heap", 13, "never closed"),
            ("runs = 3", 6, "\"=\" means nothing"),
            ("runs > 99999999999999999999", 8, "no number"),
            ("runs == -", 9, "no number"),
            (deep.as_str(), 17, "too deep"),
        ] {
            let error = Condition::parse(text).expect_err(text);
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.why.contains(why), "{text}: {error}");
        }
        assert!(Condition::parse(&"!".repeat(CONDITION_BYTES_MAX + 1)).is_err());
    }

    #[test]
    fn unknown_facts_and_unfitting_types_are_named() {
        let check = |text: &str| Condition::parse(text).expect(text).check(&types);
        assert_eq!(check("approach == 'heap' && !passed"), Ok(()));
        assert!(check("speed > 3").expect_err("unknown").contains("\"speed\""));
        assert!(check("runs == 'x'").expect_err("types").contains("a number cannot be compared with a text"));
        assert!(check("approach > 'x'").expect_err("order").contains("neither less nor greater"));
        assert!(check("runs").expect_err("no truth").contains("a number"));
        assert!(check("runs && passed").is_err());
    }

    #[test]
    fn literals_come_with_the_fact_they_are_compared_with() {
        let condition = Condition::parse("approach == 'heap' && (3 < runs || true)").expect("reads");
        assert_eq!(
            condition.literals(),
            [(Some("approach"), &Fact::Text("heap".into())), (Some("runs"), &Fact::Int(3)), (None, &Fact::Bool(true))]
        );
        assert_eq!(condition.names(), ["approach", "runs"]);
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_or_deciding_panic(text in ".{0,80}") {
            if let Ok(condition) = Condition::parse(&text) {
                condition.holds(&facts);
            }
        }

        #[test]
        fn nor_does_one_of_the_languages_own_words(
            words in proptest::collection::vec(
                prop::sample::select(vec!["runs", "passed", "'a'", "1", "(", ")", "!", "&&", "||", "==", "<", ">="]),
                0..40,
            )
        ) {
            if let Ok(condition) = Condition::parse(&words.join(" ")) {
                // What was accepted as well-typed is decided.
                if condition.check(&types).is_ok() {
                    let negated = Condition::parse(&format!("!({})", condition.text()));
                    if let Ok(negated) = negated {
                        prop_assert!(condition.holds(&facts) != negated.holds(&facts));
                    }
                }
            }
        }
    }
}
