//! The texts of the model's instructions, rendered once per interview from the templates in `prompts/`.

use crate::interview::setup::{Openers, Prompts, Question, prompt_tokens_max};
use minijinja::{Environment, UndefinedBehavior, context, value::Serde};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// How long a spoken reply may be, in words: about twenty seconds. Longer ones are hard to follow by ear.
pub const REPLY_WORDS_MAX: u32 = 55;
/// Steps one template may take; our own take less than a hundredth.
const FUEL: u64 = 100_000;

/// The templates of one interview, as `prompts/` has them.
const TEMPLATES: [(&str, &str); 9] = [
    ("system", include_str!("../prompts/system.md")),
    ("greet", include_str!("../prompts/greet.md")),
    ("question", include_str!("../prompts/question.md")),
    ("clarify", include_str!("../prompts/clarify.md")),
    ("approach", include_str!("../prompts/approach.md")),
    ("code", include_str!("../prompts/code.md")),
    ("design", include_str!("../prompts/design.md")),
    ("discuss", include_str!("../prompts/discuss.md")),
    ("wrap_up", include_str!("../prompts/wrap_up.md")),
];

/// How the interviewer is when nobody chose.
const MANNER: &str = "Be friendly, calm and exact.";

/// An interviewer to choose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// By what it is chosen.
    pub id: String,
    /// As it is shown.
    pub title: String,
    /// What they are like, in a sentence for people.
    pub about: String,
    /// The same for the model.
    pub manner: String,
}

/// All of them, as `prompts/personas.toml` has them.
pub fn personas() -> &'static [Persona] {
    #[derive(Default, Deserialize)]
    struct File {
        persona: Vec<Persona>,
    }
    static PERSONAS: LazyLock<Vec<Persona>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("../prompts/personas.toml")).unwrap_or_default();
        file.persona
    });
    &PERSONAS
}

/// The persona of this id.
pub fn persona(id: &str) -> Option<&'static Persona> {
    personas().iter().find(|persona| persona.id == id)
}

/// The instructions for an interview on `question` in `language` (a BCP 47 tag).
///
/// # Errors
/// When a template does not render; a test sees to it that ours do with every question of ours.
pub fn render(question: &Question, language: &str, persona: Option<&Persona>) -> Result<Prompts, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    for (name, text) in TEMPLATES {
        environment.add_template(name, text)?;
    }
    let known = context! {
        question => Serde(question),
        language => language_name(language),
        words_max => REPLY_WORDS_MAX,
        manner => persona.map_or(MANNER, |persona| persona.manner.as_str()),
    };
    let text = |name: &str| -> Result<String, minijinja::Error> {
        Ok(environment.get_template(name)?.render(&known)?.trim().to_owned())
    };
    Ok(Prompts {
        tokens_max: prompt_tokens_max(),
        system: text("system")?,
        greet: text("greet")?,
        question: text("question")?,
        clarify: text("clarify")?,
        approach: text("approach")?,
        code: text("code")?,
        design: text("design")?,
        discuss: text("discuss")?,
        wrap_up: text("wrap_up")?,
    })
}

/// The openers of a language (a BCP 47 tag), as `prompts/openers.toml` has them; none of languages that it does not have.
pub fn openers(language: &str) -> Openers {
    let all: BTreeMap<String, Openers> = toml::from_str(include_str!("../prompts/openers.toml")).unwrap_or_default();
    let primary = language.split('-').next().unwrap_or(language).to_ascii_lowercase();
    all.get(&primary).cloned().unwrap_or_default()
}

/// The language's English name where we know it, else its tag, which models understand as well.
fn language_name(tag: &str) -> &str {
    match tag.split('-').next().unwrap_or(tag) {
        "en" => "English",
        "de" => "German",
        "es" => "Spanish",
        "fr" => "French",
        "it" => "Italian",
        "pt" => "Portuguese",
        _ => tag,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions::Bank;

    #[test]
    fn every_question_of_ours_renders_with_its_texts_in_place() {
        for entry in Bank::embedded().expect("our questions").entries() {
            let question = &entry.question;
            let prompts = render(question, "en-GB", None).expect("renders");
            assert!(prompts.system.contains(&question.statement) && prompts.system.contains("Plain spoken English"));
            let told = |follow_up: &String| prompts.system.contains(follow_up);
            assert!(!question.follow_ups.iter().any(told), "what comes later is not told before: {}", question.id);
            assert!(prompts.greet.contains(&question.greeting) && prompts.wrap_up.contains(&question.closing));
            assert!(prompts.question.contains(&question.opening) && !prompts.discuss.is_empty());
        }
    }

    #[test]
    fn a_persona_changes_the_manner_and_nothing_else() {
        let bank = Bank::embedded().expect("our questions");
        let question = &bank.entries()[0].question;
        let usual = render(question, "en", None).expect("renders");
        assert!(usual.system.contains(MANNER) && personas().len() >= 3);
        for persona in personas() {
            let other = render(question, "en", Some(persona)).expect("renders");
            assert_eq!(other.system.replace(&persona.manner, MANNER), usual.system, "{}", persona.id);
            assert_eq!((&other.greet, &other.code), (&usual.greet, &usual.code));
            assert!(persona.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
        }
        assert_eq!(persona("friendly"), personas().first());
        assert_eq!(persona("none"), None);
    }

    #[test]
    fn openers_are_short_known_to_the_model_and_enough_to_differ() {
        for language in ["en-GB", "de"] {
            let openers = openers(language);
            assert!(openers.after_answer.len() >= 2 && openers.after_question.len() >= 2, "{language}");
            assert!(openers.all().all(|text| text.len() <= 24 && text.ends_with('.')), "{language}");
            assert!(!openers.instruction.is_empty());
        }
        assert!(openers("xx").is_empty());
    }

    #[test]
    fn braces_in_a_question_are_text_and_no_template() {
        let question = Question { statement: "{{ config }} {% raw %}".into(), ..Question::default() };
        assert!(render(&question, "en", None).expect("renders").system.contains("{{ config }} {% raw %}"));
    }
}
