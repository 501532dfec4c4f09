//! Which approach the code shows: by the texts that the author gave each, where they stand in the candidate's own lines.

use super::course::Course;
use super::work::Code;
use crate::language::Language;

/// The code differs from its starter by at least so many signs that are neither comment nor space.
const OWN_SIGNS_MIN: usize = 10;

/// The candidate has written code of their own.
pub fn differs(code: &Code) -> bool {
    let (own, starter) = (signs(code.text, code.language), signs(code.starter, code.language));
    let shared_start = own.chars().zip(starter.chars()).take_while(|(own, starter)| own == starter).count();
    let rest = |text: &str| text.chars().skip(shared_start).collect::<Vec<_>>();
    let (own, starter) = (rest(&own), rest(&starter));
    let shared_end = own.iter().rev().zip(starter.iter().rev()).take_while(|(own, starter)| own == starter).count();
    own.len().max(starter.len()) - shared_end >= OWN_SIGNS_MIN
}

/// The approach that the code shows, by its place: the one most of whose texts stand in it and not in the starter; of equals
/// the author's first.
pub fn shown(code: &Code, course: &Course) -> Option<usize> {
    let stands = |text: &str, hint: &str| lines(text, code.language).any(|line| line.contains(hint));
    let counts = course.approaches.iter().enumerate().map(|(place, approach)| {
        let hints = approach.code_hints.iter();
        (hints.filter(|hint| stands(code.text, hint) && !stands(code.starter, hint)).count(), place)
    });
    counts
        .filter(|(count, _)| *count > 0)
        .max_by_key(|(count, place)| (*count, std::cmp::Reverse(*place)))
        .map(|(_, place)| place)
}

/// The text of an approach that stands in the code.
pub fn text_of<'a>(code: &Code, course: &'a Course, place: usize) -> Option<&'a str> {
    let hints = course.approaches.get(place)?.code_hints.iter();
    hints.map(String::as_str).find(|hint| lines(code.text, code.language).any(|line| line.contains(hint)))
}

/// The lines without their comments.
fn lines(text: &str, language: Language) -> impl Iterator<Item = &str> {
    text.lines().map(move |line| line.split_once(language.comment()).map_or(line, |(code, _)| code))
}

fn signs(text: &str, language: Language) -> String {
    lines(text, language).flat_map(str::chars).filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::course::Approach;
    use super::*;

    const STARTER: &str = "def pair(numbers, wanted):\n    # write here\n    pass\n";

    fn code(text: &str) -> Code<'_> {
        Code { language: Language::Python3, text, starter: STARTER }
    }

    fn course() -> Course {
        let approach = |id: &str, hints: &[&str]| Approach {
            id: id.into(),
            summary: String::new(),
            optimal: false,
            code_hints: hints.iter().map(|hint| (*hint).to_owned()).collect(),
            time: String::new(),
            space: String::new(),
        };
        let approaches =
            vec![approach("map", &["{}", "dict("]), approach("sort", &["sort"]), approach("def", &["def"])];
        Course { approaches, ..Course::default() }
    }

    #[test]
    fn comments_spaces_and_a_few_signs_are_no_code() {
        assert!(!differs(&code(STARTER)));
        assert!(!differs(&code("def pair(numbers, wanted):\n    # I would sort first, then scan\n\n    pass\n")));
        assert!(!differs(&code("def pair(numbers, wanted):\n    x = 1\n")));
        assert!(differs(&code("def pair(numbers, wanted):\n    seen = dict()\n    pass\n")));
    }

    #[test]
    fn an_approach_shows_by_its_texts_outside_comments_and_starter() {
        assert_eq!(shown(&code("def pair(n, w):\n    n.sort()\n"), &course()), Some(1));
        assert_eq!(shown(&code("def pair(n, w):\n    seen = {}  # no sort\n"), &course()), Some(0));
        assert_eq!(shown(&code("def pair(n, w):\n    # sort\n"), &course()), None);
        assert_eq!(text_of(&code("n.sort()"), &course(), 1), Some("sort"));
    }
}
