//! The prompt of a model call: what never changes first (so that the service's prompt cache holds), then the
//! conversation as it was heard, then what holds just now.

use super::agenda::Line;
use super::command::Phase;
use super::conversation::Item;
use super::event::Role;
use super::setup::{Prompts, Question};
use crate::units::Ms;

/// The conversation in a prompt takes at most this many characters (about 12,000 tokens); the oldest part is left out.
const HISTORY_CHARS_MAX: usize = 48_000;
/// Stands where the oldest part was left out.
const OMITTED: &str = "(The earlier part of the conversation is left out.)";
/// Ends words of the interviewer that were cut off.
const CUT_OFF: &str = " —";

/// One message of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who says it, for the model.
    pub role: Role,
    /// The text.
    pub text: String,
}

/// What a prompt is made of.
pub struct Context<'a> {
    /// Authored instructions.
    pub prompts: &'a Prompts,
    /// The question.
    pub question: &'a Question,
    /// The conversation.
    pub items: &'a [Item],
    /// The phase.
    pub phase: Phase,
    /// What the agenda wants said.
    pub line: Line,
    /// Time left.
    pub left: Ms,
    /// The client's instructions for the session.
    pub session_instructions: &'a str,
    /// The client's instructions for this reply.
    pub reply_instructions: Option<&'a str>,
    /// The candidate's words that are not an item yet (a turn that is not over).
    pub unfinished_turn: Option<&'a str>,
}

/// The messages of a call.
pub fn messages(context: &Context) -> Vec<Message> {
    let mut all = vec![Message { role: Role::System, text: stable_part(context) }];
    history(context.items, &mut all);
    if let Some(text) = context.unfinished_turn.filter(|text| !text.is_empty()) {
        all.push(Message { role: Role::Candidate, text: text.to_owned() });
    }
    all.push(Message { role: Role::System, text: present_part(context) });
    all
}

fn stable_part(context: &Context) -> String {
    paragraphs(&[&context.prompts.system, &context.question.statement, context.session_instructions])
}

fn present_part(context: &Context) -> String {
    let (instructions, words) = match context.line {
        Line::Greeting => (&context.prompts.greet, context.question.greeting.as_str()),
        Line::Opening => (&context.prompts.question, context.question.opening.as_str()),
        Line::FollowUp(place) => {
            (&context.prompts.discuss, context.question.follow_ups.get(place).map_or("", String::as_str))
        }
        Line::Free => (&context.prompts.discuss, ""),
        Line::Closing => (&context.prompts.wrap_up, context.question.closing.as_str()),
    };
    let time = format!("Minutes left: {}.", context.left.0 / 60_000);
    paragraphs(&[instructions, words, &time, context.reply_instructions.unwrap_or_default()])
}

fn paragraphs(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

fn history(items: &[Item], all: &mut Vec<Message>) {
    let mut chars = 0;
    let mut first = items.len();
    while first > 0 && chars + items[first - 1].text.len() <= HISTORY_CHARS_MAX {
        first -= 1;
        chars += items[first].text.len();
    }
    if first > 0 {
        all.push(Message { role: Role::System, text: OMITTED.to_owned() });
    }
    all.extend(items[first..].iter().filter(|item| !item.text.is_empty()).map(as_message));
}

fn as_message(item: &Item) -> Message {
    let cut_off = item.role == Role::Interviewer && item.interrupted;
    let text = if cut_off { format!("{}{CUT_OFF}", item.text) } else { item.text.clone() };
    Message { role: item.role, text }
}

/// FNV-1a 64 over roles and texts, in hex: tells whether two prompts are the same, not a safeguard against malice.
pub fn hash(messages: &[Message]) -> String {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    let hash = messages.iter().fold(BASIS, |hash, message| {
        let hash = fold(hash, message.role as u8);
        fold(message.text.bytes().fold(hash, fold), 0xff)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ItemId;

    fn item(id: u32, role: Role, text: &str) -> Item {
        Item { text: text.into(), ..Item::new(ItemId(id), role, true) }
    }

    fn prompt(items: &[Item], unfinished: Option<&str>) -> Vec<Message> {
        messages(&Context {
            prompts: &Prompts { system: "You interview.".into(), discuss: "Ask next:".into(), ..Prompts::default() },
            question: &Question { follow_ups: vec!["Why?".into()], ..Question::default() },
            items,
            phase: Phase::Discuss,
            line: Line::FollowUp(0),
            left: Ms(125_000),
            session_instructions: "",
            reply_instructions: None,
            unfinished_turn: unfinished,
        })
    }

    #[test]
    fn the_prompt_is_stable_then_heard_then_present() {
        let mut cut = item(1, Role::Interviewer, "Hello, how");
        cut.interrupted = true;
        let prompt = prompt(&[cut, item(2, Role::Candidate, "")], Some("I would sort"));
        let texts: Vec<&str> = prompt.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(texts, ["You interview.", "Hello, how —", "I would sort", "Ask next:\n\nWhy?\n\nMinutes left: 2."]);
    }

    #[test]
    fn a_long_conversation_loses_its_oldest_part_and_says_so() {
        let items: Vec<Item> = (0..100).map(|id| item(id, Role::Candidate, &"x".repeat(1000))).collect();
        let prompt = prompt(&items, None);
        assert_eq!(prompt[1].text, OMITTED);
        assert_eq!(prompt.len(), 2 + 48 + 1);
    }

    #[test]
    fn the_hash_sees_role_and_text() {
        let one = [Message { role: Role::Candidate, text: "a".into() }];
        let other = [Message { role: Role::System, text: "a".into() }];
        assert_ne!(hash(&one), hash(&other));
        assert_eq!(hash(&one), hash(&one.clone()));
    }
}
