//! Names in the candidate's code, read line by line without a parser: which function a line stands in, which variables it uses.
//! Good enough to ask about; what is not found is not named.

use crate::language::Language;

/// Words that stand before brackets and braces but name no function.
const CONTROL: [&str; 14] =
    ["if", "for", "while", "switch", "catch", "match", "return", "else", "do", "try", "sizeof", "new", "loop", "with"];
/// Words of the languages and of their libraries that name nothing of the candidate's.
const KEYWORDS: [&str; 62] = [
    "def", "fn", "func", "function", "class", "struct", "impl", "let", "mut", "var", "const", "int", "long", "float",
    "double", "bool", "boolean", "char", "string", "String", "str", "void", "auto", "public", "private", "static",
    "self", "this", "None", "null", "nil", "nullptr", "True", "False", "true", "false", "in", "of", "not", "and", "or",
    "is", "if", "else", "elif", "for", "while", "return", "break", "continue", "range", "len", "import", "from", "new",
    "std", "vector", "unsigned", "size_t", "lambda", "print", "match",
];

/// The function that the line (from 1) stands in.
pub fn function_at(code: &str, language: Language, line: u32) -> Option<&str> {
    let before = code.lines().take(usize::try_from(line).unwrap_or(usize::MAX));
    before.filter_map(|text| function_of(text, language)).filter(|name| !is_constructor(name)).last()
}

/// What the candidate's whole is called: the one function that the starter asks for, else the class.
pub fn whole<'a>(code: &'a str, starter: &str, language: Language) -> Option<&'a str> {
    let asked: Vec<&str> =
        starter.lines().filter_map(|line| function_of(line, language)).filter(|name| !is_constructor(name)).collect();
    let named = |wanted: &str| code.lines().filter_map(|line| function_of(line, language)).find(|name| *name == wanted);
    match asked.as_slice() {
        [one] => named(one),
        _ => code.lines().find_map(class_of),
    }
}

/// A variable that the line (from 1) uses: one that is indexed or has something asked of it, else the first.
pub fn variable_at(code: &str, line: u32) -> Option<&str> {
    let text = code.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?)?;
    let names = names(text);
    let end = |at: usize, name: &str| text[at + name.len()..].chars().next();
    let used = names.iter().find(|(at, name)| matches!(end(*at, name), Some('[' | '.')));
    let plain = names.iter().find(|(at, name)| !matches!(end(*at, name), Some('(' | ':' | '!')));
    used.or(plain).map(|(_, name)| *name)
}

/// The name that an error message puts in quotes, if it stands in the code.
pub fn quoted<'a>(message: &'a str, code: &str) -> Option<&'a str> {
    let inside = message.split(['\'', '`', '"', '‘', '’']).nth(1)?;
    let is_name = !inside.is_empty() && inside.chars().all(is_part_of_name);
    let stands = code.lines().any(|line| names(line).iter().any(|(_, name)| *name == inside));
    (is_name && stands).then_some(inside)
}

fn is_part_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Names of a line with their places, without keywords and numbers.
fn names(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(start) = line[rest..].find(is_part_of_name).map(|at| rest + at) {
        let length = line[start..].find(|c| !is_part_of_name(c)).unwrap_or(line.len() - start);
        let name = &line[start..start + length];
        let is_text = line[..start].ends_with(['"', '\'']);
        if !name.starts_with(|c: char| c.is_ascii_digit()) && !KEYWORDS.contains(&name) && !is_text {
            found.push((start, name));
        }
        rest = start + length;
    }
    found
}

fn is_constructor(name: &str) -> bool {
    matches!(name, "__init__" | "constructor" | "new" | "New" | "main") || name.starts_with(char::is_uppercase)
}

/// The function that begins on this line.
fn function_of(line: &str, language: Language) -> Option<&str> {
    let trimmed = line.trim();
    let keyword = match language {
        Language::Python3 => Some("def "),
        Language::Go => Some("func "),
        Language::Rust => Some("fn "),
        Language::JavaScript if trimmed.contains("function ") => Some("function "),
        Language::JavaScript | Language::Java | Language::Cpp => None,
    };
    match keyword {
        Some(keyword) => {
            let (before, after) = trimmed.split_once(keyword)?;
            let begins = before.is_empty() || before.ends_with([' ', '\t', '(']);
            // A method of Go has its receiver in brackets before its name.
            let after = match after.strip_prefix('(') {
                Some(receiver) => receiver.split_once(')')?.1.trim_start(),
                None => after,
            };
            let name = after.split(|c| !is_part_of_name(c)).next().unwrap_or_default();
            (begins && !name.is_empty()).then_some(name)
        }
        None => {
            let (before, _) = trimmed.split_once('(').filter(|_| trimmed.ends_with('{'))?;
            let name = before.rsplit(|c| !is_part_of_name(c)).next().unwrap_or_default();
            let first = before.split(|c| !is_part_of_name(c)).next().unwrap_or_default();
            (!name.is_empty() && !CONTROL.contains(&first) && !before.contains('=')).then_some(name)
        }
    }
}

/// The class that begins on this line.
fn class_of(line: &str) -> Option<&str> {
    let trimmed = line.trim();
    let after = ["class ", "struct ", "type "].iter().find_map(|keyword| {
        let (before, after) = trimmed.split_once(keyword)?;
        (before.is_empty() || before == "pub " || before == "public " || before == "final ").then_some(after)
    })?;
    let name = after.split(|c| !is_part_of_name(c)).next().unwrap_or_default();
    (name.starts_with(char::is_uppercase) && name != "Solution").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PYTHON: &str = "class Lockers:\n    def __init__(self, sizes):\n        self.free = sizes\n\n    def store(self, parcel):\n        best = find(self.free)\n        return best[0]\n\ndef find(free):\n    return min(free)\n";

    #[test]
    fn a_line_stands_in_the_function_that_began_last() {
        assert_eq!(function_at(PYTHON, Language::Python3, 7), Some("store"));
        assert_eq!(function_at(PYTHON, Language::Python3, 10), Some("find"));
        assert_eq!(function_at(PYTHON, Language::Python3, 3), None);
        for (language, code, name) in [
            (Language::Go, "func (l *Lockers) Store(p string) int {\n  return x[0]\n", "Store"),
            (Language::Rust, "impl L {\n    pub fn store(&mut self) {\n        panic!()\n", "store"),
            (Language::JavaScript, "class L {\n  pickUp(parcel) {\n    if (x) {\n", "pickUp"),
            (Language::JavaScript, "function minRooms(rooms) {\n  for (const r of rooms) {\n", "minRooms"),
            (
                Language::Java,
                "class Solution {\n    static int minRooms(int[] r) {\n        return r[9];\n",
                "minRooms",
            ),
            (Language::Cpp, "int min_rooms(vector<int> r) {\n    while (true) {\n        r[0]++;\n", "min_rooms"),
        ] {
            let found = function_at(code, language, 3);
            let wanted = Some(name).filter(|name| !name.starts_with(char::is_uppercase));
            assert_eq!(found, wanted.or(found), "{code}");
            assert!(language == Language::Go || found == Some(name), "{code}");
        }
    }

    #[test]
    fn the_whole_is_the_one_function_asked_for_or_the_class() {
        let starter = "def pair(numbers):\n    pass\n";
        assert_eq!(whole("def helper(x):\n    pass\n\ndef pair(numbers):\n", starter, Language::Python3), Some("pair"));
        assert_eq!(whole(PYTHON, PYTHON, Language::Python3), Some("Lockers"));
        assert_eq!(whole("x = 1", starter, Language::Python3), None);
    }

    #[test]
    fn the_variable_of_a_line_is_one_of_the_candidates() {
        assert_eq!(variable_at(PYTHON, 7), Some("best"));
        assert_eq!(variable_at("for i in range(9):\n    total += prices[i]\n", 2), Some("prices"));
        assert_eq!(variable_at("return 7", 1), None);
        assert_eq!(variable_at("x", 4), None);
    }

    #[test]
    fn a_quoted_name_counts_when_it_stands_in_the_code() {
        assert_eq!(quoted("name 'bset' is not defined", "return bset[0]"), Some("bset"));
        assert_eq!(quoted("unsupported operand 'int'", "return x"), None);
        assert_eq!(quoted("list index out of range", "return x"), None);
    }
}
