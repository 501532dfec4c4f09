//! What an interview is set up with. It stands in the recording's header: with it and the events, everything follows.

use super::agenda::course::{AgendaSettings, Course};
use super::floor::FloorSettings;
use crate::language::Language;
use crate::units::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All that the core is told before the first event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// Seed of every choice among equals (which acknowledgement to say).
    pub seed: u64,
    /// BCP 47 tag of the interview's language, e.g. `en`.
    pub language: String,
    /// The voice detector whose scores will come.
    pub vad: VadFacts,
    /// The end-of-turn model whose scores will come; none when none is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_of_turn: Option<EndOfTurnFacts>,
    /// How words of the candidate come.
    pub words: Words,
    /// The recogniser writes down every sound as it was made, "um" and "er" included. Most leave them out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verbatim: bool,
    /// Who speaks the interviewer's words.
    pub voice: Voice,
    /// Who finds the interviewer's words.
    pub interviewer: Interviewer,
    /// The interviewer greets as soon as a client joins. Stock clients of the voice socket expect it not to.
    pub speaks_first: bool,
    /// Settings of turn-taking.
    pub floor: FloorSettings,
    /// Length of the interview.
    pub time_box: Ms,
    /// How long a lost client is waited for.
    pub grace: Ms,
    /// The question.
    pub question: Question,
    /// Texts of the model's instructions.
    pub prompts: Prompts,
    /// What the interviewer says when no model is asked.
    pub lines: Lines,
    /// Where the candidate writes code; none when there is only talk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<Workspace>,
    /// What the agenda goes by.
    #[serde(default)]
    pub course: Course,
    /// When the interviewer speaks first, and how long phases may take.
    #[serde(default)]
    pub agenda: AgendaSettings,
    /// What may be said while a model is slow.
    #[serde(default, skip_serializing_if = "Openers::is_empty")]
    pub openers: Openers,
    /// What is known of the services' pace; none (as in older recordings): no pace is learnt and no call is made twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
}

impl Setup {
    /// Openers may be said.
    pub fn may_open(&self) -> bool {
        let wanted = self.floor.opener_after_ms > Ms(0) && self.floor.is_on("opener");
        wanted && self.interviewer == Interviewer::Model && self.voice == Voice::Server && !self.openers.is_empty()
    }
}

/// Short words that fill the wait for a slow model. They are synthesized before they are needed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Openers {
    /// After what the candidate told.
    pub after_answer: Vec<String>,
    /// After what the candidate asked: words that do not answer.
    pub after_question: Vec<String>,
    /// What the model is told of them, so that it does not say them again.
    pub instruction: String,
}

impl Openers {
    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.after_answer.is_empty() && self.after_question.is_empty()
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.after_answer.iter().chain(&self.after_question).map(String::as_str)
    }
}

/// How fast the services are, before the interview has measured it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pace {
    /// 95 of 100 answers of the model begin within this, ms. Default 1200.
    pub first_word_p95_ms: Ms,
}

impl Default for Pace {
    fn default() -> Self {
        Pace { first_word_p95_ms: Ms(1_200) }
    }
}

/// Where the candidate writes code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// The languages on offer, in the order they are offered. At least one.
    pub languages: Vec<Language>,
    /// The language to begin with.
    pub language: Language,
    /// What each text begins with.
    pub starters: BTreeMap<Language, String>,
    /// The visible tests.
    pub visible_tests: Vec<VisibleTest>,
    /// How many hidden tests there are.
    pub hidden_tests: u32,
    /// Whether code can be run.
    pub runs: Runs,
}

/// A test that the candidate may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisibleTest {
    /// Its id.
    pub id: String,
    /// Arguments, calls or standard input, as text for people; at most 2 KiB, what was cut is said.
    pub input: String,
    /// The right answer, likewise.
    pub expected: String,
}

/// Whether code can be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Runs {
    /// It can.
    Available {
        /// How well the boxes are closed, in the runner's word.
        tier: String,
        /// The languages on offer that can be run; the others are only written. At least one.
        languages: Vec<Language>,
    },
    /// It cannot.
    Unavailable {
        /// Why, as a sentence for the candidate.
        why: String,
    },
}

/// Sentences of the interviewer that no model phrases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lines {
    /// When the candidate has been silent for long.
    pub away: String,
    /// When speech was heard but no words were.
    pub not_caught: String,
    /// When the time box ends.
    pub time_up: String,
    /// Into a very long turn, at the end of a sentence.
    pub step_in: String,
    /// When a service failed and nothing authored is left to say.
    pub go_on: String,
    /// To a question about the problem that no author foresaw.
    pub left_open: String,
    /// To a question about the code: it is the candidate's to find out.
    pub yours: String,
    /// To who asks for leave.
    pub go_ahead: String,
    /// Asks for an approach.
    pub how_to: String,
    /// Leads over to the approach.
    pub to_approach: String,
    /// Leads over to the code.
    pub to_code: String,
    /// Leads over to testing.
    pub to_test: String,
    /// Leads over to the discussion.
    pub to_discuss: String,
    /// Leads over to the next stretch of a design.
    pub to_stretch: String,
    /// Asks for a run.
    pub run_it: String,
    /// Offers a hint.
    pub hint_offer: String,
    /// When all hints are given.
    pub no_hint: String,
    /// Asks how it goes, after a stall.
    pub check_in: String,
    /// Asks for more in a stretch of a design.
    pub more: String,
}

impl Default for Lines {
    fn default() -> Self {
        Lines {
            away: "Take all the time you need. Just say a word when you would like to go on.".into(),
            not_caught: "Sorry, I didn't catch that. Could you say it once more, or type it?".into(),
            time_up: "That is our time.".into(),
            step_in: "Let me step in here, so that we keep an eye on the time. What is the main point?".into(),
            go_on: "Please go on, I am listening.".into(),
            left_open: "That is left open. Decide what seems sensible to you, and tell me what you assume.".into(),
            yours: "I would like to see how you find that out yourself. Think out loud, please.".into(),
            go_ahead: "Yes, please go ahead.".into(),
            how_to: "How would you go about it? Describe your idea before you write any code.".into(),
            to_approach: "Let us move on to how you would solve it.".into(),
            to_code: "Let us move on to the code. Please write it down, and keep telling me what you think.".into(),
            to_test: "We should try it out now. Please run what you have against the tests.".into(),
            to_discuss: "Let us leave the code as it is and talk about it.".into(),
            to_stretch: "Let us move on.".into(),
            run_it: "Good. Please run it against the tests.".into(),
            hint_offer: "Would you like a hint?".into(),
            no_hint: "I have no more hints for you. Try it with a small example, step by step.".into(),
            check_in: "How is it going? Tell me what you are looking at.".into(),
            more: "I see. What else matters here?".into(),
        }
    }
}

/// What the core must know of a voice detector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VadFacts {
    /// Its name in the configuration, e.g. `earshot`.
    pub name: String,
    /// Length of the hop that one score stands for, in samples at the track rate.
    pub hop_samples: u32,
    /// Scores from here on count as voice.
    pub on: Permille,
    /// Scores below this end voice.
    pub off: Permille,
    /// So many of the last `start_window` scores must be voice to start. At least 1.
    pub start_count: u8,
    /// How many scores back are looked at for a start. At most 32.
    pub start_window: u8,
}

/// What the core must know of an end-of-turn model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndOfTurnFacts {
    /// The model's name, e.g. `smart-turn-v3.2-cpu`.
    pub name: String,
    /// Scores from here on say that the candidate is done. Too low cuts off; too high and the model saves no time.
    pub done: Permille,
    /// Scores below this say that they are not.
    pub open: Permille,
}

/// How the candidate's words reach the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// A recogniser in the server, fed utterance by utterance.
    Recogniser {
        /// It gives partial transcripts while the candidate speaks.
        partials: bool,
        /// How long a final may take after the utterance's end before the interview goes on without it.
        final_within: Ms,
    },
    /// The candidate's browser recognises speech and sends words.
    Client,
}

/// Who makes the interviewer's sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// A voice service; sound goes out over the socket.
    Server,
    /// The client speaks texts it is sent.
    Client,
    /// Nobody: replies are text.
    Silent,
}

/// Who finds the interviewer's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interviewer {
    /// A language model phrases what the agenda decides.
    Model,
    /// The question's authored lines are spoken as they stand.
    Authored,
}

/// What the interview asks. Texts are authored in `questions/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stable id, e.g. `two-sum-live`.
    pub id: String,
    /// Title as the candidate sees it.
    pub title: String,
    /// sha-256 of the question's files, in hex.
    pub content_hash: String,
    /// What the interviewer says first, before the question.
    pub greeting: String,
    /// The question as it is spoken.
    pub opening: String,
    /// The statement as the candidate reads it (Markdown).
    pub statement: String,
    /// Follow-up questions in the order in which they are asked.
    pub follow_ups: Vec<String>,
    /// Short acknowledgements; one may come before a follow-up.
    pub acknowledgements: Vec<String>,
    /// The last words.
    pub closing: String,
}

/// Texts of the model's instructions, rendered before the interview; nothing is read later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompts {
    /// Most tokens of one call, 4,000 to 200,000. Too low and the model forgets how the conversation began; too high and
    /// each call costs more money and time.
    #[serde(default = "prompt_tokens_max")]
    pub tokens_max: u32,
    /// The interviewer's role and manner; the first message of every prompt.
    pub system: String,
    /// Instructions for each phase: greet, question, discuss, wrap-up.
    pub greet: String,
    /// See `greet`.
    pub question: String,
    /// See `greet`.
    pub discuss: String,
    /// See `greet`.
    pub wrap_up: String,
    /// While the problem is asked about; empty: as `discuss`, here and in the following.
    #[serde(default)]
    pub clarify: String,
    /// While the approach is talked about.
    #[serde(default)]
    pub approach: String,
    /// While code is written and tried.
    #[serde(default)]
    pub code: String,
    /// While a system is designed.
    #[serde(default)]
    pub design: String,
}

/// The default of [`Prompts::tokens_max`]: two hours of talk hold about twice as much.
pub fn prompt_tokens_max() -> u32 {
    12_000
}

impl Default for Prompts {
    fn default() -> Self {
        Prompts {
            tokens_max: prompt_tokens_max(),
            system: String::new(),
            greet: String::new(),
            question: String::new(),
            discuss: String::new(),
            wrap_up: String::new(),
            clarify: String::new(),
            approach: String::new(),
            code: String::new(),
            design: String::new(),
        }
    }
}
