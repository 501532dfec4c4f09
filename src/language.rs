//! The programming languages that candidates may write in: ids, files, and how they write a name. One list for every room.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// A programming language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Python 3.
    Python3,
    /// JavaScript (Node).
    JavaScript,
    /// Java.
    Java,
    /// C++20.
    Cpp,
    /// Go.
    Go,
    /// Rust.
    Rust,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 6] =
        [Language::Python3, Language::JavaScript, Language::Java, Language::Cpp, Language::Go, Language::Rust];

    /// Its id in files, e.g. `python3`.
    pub fn id(self) -> &'static str {
        match self {
            Language::Python3 => "python3",
            Language::JavaScript => "javascript",
            Language::Java => "java",
            Language::Cpp => "cpp",
            Language::Go => "go",
            Language::Rust => "rust",
        }
    }

    /// The language of this id.
    pub fn from_id(id: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.id() == id)
    }

    /// How its files end, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Language::Python3 => "py",
            Language::JavaScript => "js",
            Language::Java => "java",
            Language::Cpp => "cpp",
            Language::Go => "go",
            Language::Rust => "rs",
        }
    }

    /// The file that holds a submission when it is not told otherwise.
    pub fn file(self) -> &'static str {
        match self {
            Language::Python3 => "solution.py",
            Language::JavaScript => "solution.js",
            Language::Java => "Solution.java",
            Language::Cpp => "solution.cpp",
            Language::Go => "solution.go",
            Language::Rust => "solution.rs",
        }
    }

    /// The language of a file name.
    pub fn of_file(name: &str) -> Option<Language> {
        let (_, ending) = name.rsplit_once('.')?;
        Language::ALL.into_iter().find(|language| language.ending() == ending)
    }

    /// What begins a comment.
    pub fn comment(self) -> &'static str {
        match self {
            Language::Python3 => "#",
            _ => "//",
        }
    }

    /// A function, method or parameter's name, as this language writes it, from `snake_case`.
    pub fn name(self, snake: &str) -> String {
        match self {
            Language::Python3 | Language::Cpp | Language::Rust => snake.to_owned(),
            Language::JavaScript | Language::Java | Language::Go => camel(snake),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

fn camel(snake: &str) -> String {
    let mut parts = snake.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| name + &capital(part))
}

/// With a capital first letter.
pub fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// `PascalCase` from `snake_case`.
pub fn pascal(snake: &str) -> String {
    snake.split('_').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_each_languages_custom() {
        assert_eq!(Language::Rust.name("pick_up"), "pick_up");
        assert_eq!(Language::Java.name("pick_up_now"), "pickUpNow");
        assert_eq!(pascal("pick_up"), "PickUp");
    }

    #[test]
    fn ids_and_endings_lead_back() {
        for language in Language::ALL {
            assert_eq!(Language::from_id(language.id()), Some(language));
            assert_eq!(Language::of_file(&format!("a.{}", language.ending())), Some(language));
            assert_eq!(serde_json::to_value(language).expect("JSON"), language.id());
        }
    }
}
