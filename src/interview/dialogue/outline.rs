//! Which lines of a program define something: what stays in view of a file that is too long to show. Read line by line from
//! the words a definition begins with; a line taken for one by mistake costs a few tokens and does no harm.

use crate::language::Language;

/// Whether this line begins the definition of a function, method, class or the like.
pub fn is_definition(language: Language, line: &str) -> bool {
    let line = line.trim_start();
    match language {
        Language::Python3 => begins(line, &["def ", "async def ", "class "]),
        Language::JavaScript => {
            let line = after(line, &["export ", "default ", "async ", "static "]);
            begins(line, &["function ", "function*", "class "]) || is_arrow(line) || is_method(line)
        }
        Language::Java => is_type(after(line, JAVA_MODIFIERS)) || is_method(line),
        Language::Cpp => is_type(after(line, &["template ", "static ", "inline "])) || is_method(line),
        Language::Go => begins(line, &["func ", "type "]),
        Language::Rust => {
            let line = after(line, &["pub ", "pub(crate) ", "async ", "const "]);
            begins(line, &["fn ", "struct ", "enum ", "impl ", "impl<", "trait ", "mod ", "type "])
        }
    }
}

const JAVA_MODIFIERS: &[&str] = &["public ", "private ", "protected ", "static ", "final ", "abstract ", "sealed "];
/// A line that begins with one of these and opens a block defines nothing.
const CONTROL: &[&str] =
    &["if", "for", "while", "switch", "catch", "else", "do", "try", "return", "case", "synchronized"];

fn begins(line: &str, words: &[&str]) -> bool {
    words.iter().any(|word| line.starts_with(word))
}

/// The line without these words before it.
fn after<'a>(mut line: &'a str, words: &[&str]) -> &'a str {
    while let Some(rest) = words.iter().find_map(|word| line.strip_prefix(word)) {
        line = rest.trim_start();
    }
    line
}

fn is_type(line: &str) -> bool {
    begins(line, &["class ", "struct ", "interface ", "enum ", "record ", "union ", "namespace "])
}

/// `name(...) {`, with types before it or not, and no control word.
fn is_method(line: &str) -> bool {
    let line = line.trim_end();
    let line = line.strip_prefix('}').unwrap_or(line).trim_start();
    let first: &str = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
    let head = line.split('(').next().unwrap_or_default();
    line.ends_with('{')
        && line.contains(')')
        && !first.is_empty()
        && !CONTROL.contains(&first)
        && !head.contains(['=', '.'])
}

/// `const name = (...) =>`.
fn is_arrow(line: &str) -> bool {
    begins(line, &["const ", "let ", "var "]) && (line.contains("=>") || line.contains("= function"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_known_by_how_they_begin() {
        let yes = [
            (Language::Python3, "    def push(self, x):"),
            (Language::Python3, "class Stack:"),
            (Language::JavaScript, "export default class Stack {"),
            (Language::JavaScript, "  push(x) {"),
            (Language::JavaScript, "const solve = (a, b) => {"),
            (Language::Java, "    public static int[] twoSum(int[] numbers, int target) {"),
            (Language::Java, "final class Node {"),
            (Language::Cpp, "vector<int> solve(const vector<int>& numbers) {"),
            (Language::Cpp, "struct Node {"),
            (Language::Go, "func (s *Stack) Push(x int) {"),
            (Language::Rust, "    pub fn push(&mut self, x: i64) {"),
            (Language::Rust, "impl<T> Stack<T> {"),
        ];
        let no = [
            (Language::Python3, "    default = 3"),
            (Language::JavaScript, "  if (a) {"),
            (Language::JavaScript, "} else if (b) {"),
            (Language::JavaScript, "items.forEach(function (item) {"),
            (Language::Java, "for (int i = 0; i < n; i++) {"),
            (Language::Cpp, "while (!queue.empty()) {"),
            (Language::Go, "for i := range items {"),
            (Language::Rust, "let fn_name = 3;"),
        ];
        assert!(yes.iter().all(|(language, line)| is_definition(*language, line)));
        for (language, line) in no {
            assert!(!is_definition(language, line), "{line}");
        }
    }
}
