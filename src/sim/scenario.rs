//! What a simulated interview is made of: settings, the candidate's script, how the services behave, and what is to come
//! of it. Written as TOML under `replay-tests/scenarios/`, or drawn from a seed by [`super::manners`].

use super::courses;
use crate::interview::agenda::Trigger;
use crate::interview::agenda::course::{AgendaSettings, Kind};
use crate::interview::command::{FloorState, NoticeCode, Outcome, RefusalCode};
use crate::interview::event::{EndReason, Event};
use crate::interview::floor::FloorSettings;
use crate::interview::run::{RunFailure, RunScope, Verdict};
use crate::interview::setup::*;
use crate::language::Language;
use crate::units::*;
use serde::{Deserialize, Serialize};

/// One simulated interview.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// Seed of everything that varies: scores, delays, choices.
    pub seed: u64,
    /// The world stops here if the interview still runs; then its end is not checked.
    pub stop_at_ms: Option<At>,
    /// Settings that differ from those of a voice interview with every service.
    pub setup: Overrides,
    /// The candidate's client.
    pub client: ClientManner,
    /// The candidate's manner.
    pub manner: Manner,
    /// The speech recogniser, utterance by utterance; the last entry stands for all further ones.
    pub stt: Vec<SttManner>,
    /// The model, call by call; the last entry stands for all further ones.
    pub llm: Vec<LlmManner>,
    /// The voice service, speech by speech; the last entry stands for all further ones.
    pub tts: Vec<TtsManner>,
    /// An end-of-turn model listens.
    pub end_of_turn: Option<EndOfTurnManner>,
    /// What runs code, run by run; the last entry stands for all further ones.
    pub run: Vec<RunManner>,
    /// What the candidate does, one line after the other.
    pub line: Vec<Line>,
    /// Keys the candidate presses, whatever else they do. Needs an editor.
    pub hands: Option<TypingManner>,
    /// The rules and mechanisms that it would fail without, by name (see [`super::guards`]).
    pub guards: Vec<String>,
    /// What is to come of it.
    pub expect: Expect,
}

/// Settings of the interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Overrides {
    /// See [`Setup::words`].
    pub words: Words,
    /// See [`Setup::verbatim`].
    pub verbatim: bool,
    /// See [`Setup::voice`].
    pub voice: Voice,
    /// See [`Setup::interviewer`].
    pub interviewer: Interviewer,
    /// See [`Setup::speaks_first`].
    pub speaks_first: bool,
    /// See [`Setup::time_box`].
    pub time_box_ms: Ms,
    /// See [`Setup::grace`].
    pub grace_ms: Ms,
    /// Follow-up questions; beyond four they come again.
    pub follow_ups: usize,
    /// There is an editor, and code can be run. The course is that of coding.
    pub coding: bool,
    /// The course; none: that of coding with an editor, else a talk.
    pub course: Option<Kind>,
    /// When the interviewer speaks first, and how long phases may take.
    pub agenda: AgendaSettings,
    /// Settings of turn-taking.
    pub floor: FloorSettings,
    /// See [`Setup::openers`].
    pub openers: Openers,
    /// See [`Setup::pace`].
    pub pace: Option<Pace>,
}

impl Default for Overrides {
    fn default() -> Self {
        Overrides {
            words: Words::Recogniser { partials: true, final_within: Ms(2000) },
            verbatim: false,
            voice: Voice::Server,
            interviewer: Interviewer::Model,
            speaks_first: false,
            time_box_ms: Ms(30 * 60_000),
            grace_ms: Ms(60_000),
            follow_ups: 4,
            coding: false,
            course: None,
            agenda: AgendaSettings::default(),
            floor: FloorSettings::default(),
            openers: Openers::default(),
            pace: Some(Pace::default()),
        }
    }
}

/// The candidate's client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientManner {
    /// It reports what it has played (and pauses when told to); else it is a client that knows nothing of us.
    pub reports: bool,
    /// How often it reports.
    pub reports_every_ms: Ms,
    /// From a sound's arrival to its being heard, after a silence.
    pub delay_ms: Ms,
    /// It drops what it has not played when the candidate takes the floor, and says so, as stock clients do.
    pub truncates: bool,
    /// A client that speaks itself says when it has finished.
    pub says_done: bool,
    /// A client that speaks itself takes so long for a character.
    pub ms_per_char: u64,
    /// Of each reply's sound, the first so many ms come back through the microphone.
    pub echo_ms: Ms,
}

impl Default for ClientManner {
    fn default() -> Self {
        ClientManner {
            reports: true,
            reports_every_ms: Ms(200),
            delay_ms: Ms(60),
            truncates: true,
            says_done: true,
            ms_per_char: 62,
            echo_ms: Ms(0),
        }
    }
}

/// How the candidate speaks and listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Manner {
    /// A word takes so long, and [`Self::ms_per_char`] for each character.
    pub ms_per_word: u64,
    /// See `ms_per_word`.
    pub ms_per_char: u64,
    /// After so long without the interviewer doing what a line waits for, it is said anyway.
    pub patience_ms: Ms,
    /// Scores of silence that look like voice, of a thousand (typing, a chair).
    pub noise_permille: u64,
    /// A key's noise that looks like voice, of a thousand (a mechanical keyboard beside the microphone).
    pub key_noise_permille: u64,
    /// Stops speaking when the interviewer begins to.
    pub gives_way: bool,
}

impl Default for Manner {
    fn default() -> Self {
        Manner {
            ms_per_word: 120,
            ms_per_char: 45,
            patience_ms: Ms(20_000),
            noise_permille: 5,
            key_noise_permille: 60,
            gives_way: false,
        }
    }
}

/// How the candidate types: bursts of keys, and rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TypingManner {
    /// The first key.
    pub from_ms: At,
    /// Keys of a burst, from and to.
    pub keys: (u64, u64),
    /// From key to key within a burst, from and to.
    pub key_ms: (u64, u64),
    /// From burst to burst, from and to.
    pub rest_ms: (u64, u64),
}

impl Default for TypingManner {
    fn default() -> Self {
        TypingManner { from_ms: At(15_000), keys: (6, 40), key_ms: (90, 260), rest_ms: (2_000, 15_000) }
    }
}

/// How an end-of-turn model does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EndOfTurnManner {
    /// Its answer takes so long.
    pub takes_ms: Ms,
    /// Of a thousand answers so many are right, by the seed. The others say the opposite.
    pub right_permille: u64,
    /// It never answers.
    pub stalls: bool,
    /// It answers that it failed.
    pub fails: bool,
}

impl Default for EndOfTurnManner {
    fn default() -> Self {
        EndOfTurnManner { takes_ms: Ms(80), right_permille: 1000, stalls: false, fails: false }
    }
}

/// How the recogniser treats an utterance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SttManner {
    /// From one partial to the next.
    pub partial_every_ms: Ms,
    /// A word is known so long after its end.
    pub lag_ms: Ms,
    /// From the request for the last word to the last word. In the browser: from the last word.
    pub final_ms: Ms,
    /// The final comes up to so much later, by the seed.
    pub jitter_ms: Ms,
    /// What becomes of the final.
    pub last_word: LastWord,
    /// Every other partial lacks its last two words.
    pub shrinks: bool,
}

impl Default for SttManner {
    fn default() -> Self {
        SttManner {
            partial_every_ms: Ms(200),
            lag_ms: Ms(150),
            final_ms: Ms(220),
            jitter_ms: Ms(60),
            last_word: LastWord::Comes,
            shrinks: false,
        }
    }
}

/// What becomes of an utterance's final transcript.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastWord {
    /// It comes.
    #[default]
    Comes,
    /// It comes twice, first with the first half of the words.
    ComesInHalves,
    /// It never comes.
    NeverComes,
    /// It has no words.
    IsEmpty,
    /// The recogniser fails on the utterance.
    Fails(FailureKind),
    /// The recogniser dies and fails on everything.
    Dies,
}

/// How the model answers a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LlmManner {
    /// Until the first token.
    pub first_ms: Ms,
    /// Up to so much later, by the seed.
    pub jitter_ms: Ms,
    /// So many calls of a thousand are slow, by the seed ...
    pub slow_permille: u64,
    /// ... and begin so much later.
    pub slow_ms: Ms,
    /// From token to token.
    pub token_ms: Ms,
    /// What it says; none: something fitting.
    pub text: Option<String>,
    /// After so many tokens nothing more comes.
    pub stalls_after: Option<usize>,
    /// After so many tokens it fails.
    pub fails_after: Option<usize>,
    /// How it fails.
    pub failure: FailureKind,
}

impl Default for LlmManner {
    fn default() -> Self {
        LlmManner {
            first_ms: Ms(350),
            jitter_ms: Ms(100),
            slow_permille: 0,
            slow_ms: Ms(0),
            token_ms: Ms(20),
            text: None,
            stalls_after: None,
            fails_after: None,
            failure: FailureKind::Gone,
        }
    }
}

/// How the voice service speaks a piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TtsManner {
    /// Until the first sound.
    pub first_ms: Ms,
    /// Up to so much later, by the seed.
    pub jitter_ms: Ms,
    /// A second of sound takes so long.
    pub ms_per_second: Ms,
    /// A character takes so long to say.
    pub ms_per_char: u64,
    /// It ends without any sound.
    pub is_mute: bool,
    /// It never answers.
    pub stalls: bool,
    /// After so much sound nothing more comes.
    pub stalls_after_ms: Option<Ms>,
    /// It fails after so much sound.
    pub fails_after_ms: Option<Ms>,
}

impl Default for TtsManner {
    fn default() -> Self {
        TtsManner {
            first_ms: Ms(160),
            jitter_ms: Ms(60),
            ms_per_second: Ms(250),
            ms_per_char: 60,
            is_mute: false,
            stalls: false,
            stalls_after_ms: None,
            fails_after_ms: None,
        }
    }
}

/// What becomes of a run. Without any settings every test passes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunManner {
    /// From the wish to its end.
    pub takes_ms: Ms,
    /// Verdicts of the visible tests, in order; those that are missing are accepted.
    pub tests: Vec<Verdict>,
    /// What the code prints in each test.
    pub prints: Option<String>,
    /// Hidden tests that pass; none: all.
    pub hidden_passed: Option<u32>,
    /// It comes to nothing.
    pub fails: Option<RunFailure>,
    /// It never ends.
    pub stalls: bool,
}

impl Default for RunManner {
    fn default() -> Self {
        RunManner {
            takes_ms: Ms(400),
            tests: Vec::new(),
            prints: None,
            hidden_passed: None,
            fails: None,
            stalls: false,
        }
    }
}

/// One thing that the candidate does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What it waits for, after the line before it was said.
    #[serde(default)]
    pub when: When,
    /// And then for so long.
    #[serde(default)]
    pub after_ms: Ms,
    /// What is done.
    pub act: Act,
    /// What a spoken line is meant as; none: an interruption while the interviewer speaks, else a turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub means: Option<Meaning>,
}

/// What a line waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The interviewer has said something to its end.
    #[default]
    Heard,
    /// Nothing but the line before.
    Then,
    /// The interviewer is being heard; counts from the reply's first sound.
    During,
    /// A reply is in the making and not yet heard.
    Preparing,
    /// `after_ms` of the interview's clock.
    At,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Speaks. A number in brackets is a pause of so many ms.
    Say(String),
    /// Makes a sound without words for so long.
    Noise(Ms),
    /// Types a turn and asks for an answer.
    Type(String),
    /// The client's socket drops and comes back after so long.
    Leave(Ms),
    /// The client sends no microphone sound for so long.
    Mute(Ms),
    /// Pauses the interview for so long.
    Pause(Ms),
    /// Whatever the client's or the server's part may be, as the event itself.
    Happens(Event),
    /// Push-to-talk: the turn ends.
    CommitMic,
    /// Throws the uncommitted sound away.
    ClearMic,
    /// Sets the whole text of the editor.
    Write(String),
    /// Runs the code on these tests; on an input of their own it is `[1]`.
    Run(RunScope),
    /// Cuts the reply being heard, or the last one, to so much of its sound.
    Truncate(Ms),
}

/// What a spoken line is meant as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// An answer or a question.
    Turn,
    /// Wants the floor now.
    Interruption,
    /// Wants nothing: listens, coughs.
    Backchannel,
    /// Is for somebody else.
    Aside,
}

/// What is to come of a scenario. Absent fields are not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    /// Why the interview ends.
    pub ends: Option<EndReason>,
    /// Why the interviewer spoke first, in order.
    pub spoke_up: Option<Vec<Trigger>>,
    /// Tiers of the hints given, in order.
    pub hints: Option<Vec<u8>>,
    /// Phases shown, in order; of a design with the stretch, as `design:data`.
    pub phases: Option<Vec<String>>,
    /// All items of the candidate, in order.
    pub said: Option<Vec<String>>,
    /// All items of the interviewer, in order; `…` at the end stands for anything more.
    pub replies: Option<Vec<String>>,
    /// How the replies ended, in order.
    pub outcomes: Option<Vec<Outcome>>,
    /// Who has the floor at some times.
    pub floor: Vec<FloorAt>,
    /// Notices shown, in order.
    pub notices: Option<Vec<NoticeCode>>,
    /// Refusals shown, in order.
    pub refusals: Option<Vec<RefusalCode>>,
    /// What runs came to, in order, e.g. `wrong_answer 1/2`, `accepted 2/2 hidden 3/3`, `overdue`.
    pub runs: Option<Vec<String>>,
    /// Calls of the model.
    pub model_calls: Option<usize>,
    /// Rules that ended turns, in order, of the turns that were answered.
    pub rules: Option<Vec<String>>,
    /// No answer may come later after the end of speech.
    pub response_ms_max: Option<Ms>,
    /// No interruption may wait longer for silence.
    pub yield_ms_max: Option<Ms>,
    /// Turns into which the interviewer began to speak.
    pub cut_offs: Option<usize>,
    /// Interruptions that were yielded to.
    pub yielded: Option<usize>,
    /// Backchannels over which the interviewer went on.
    pub ridden: Option<usize>,
}

/// Who has the floor at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloorAt {
    /// When.
    pub at_ms: At,
    /// Who.
    pub is: FloorState,
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// When the text is not TOML, or names something that does not exist.
    pub fn read(text: &str) -> Result<Scenario, toml::de::Error> {
        toml::from_str(text)
    }

    /// What the interview is set up with.
    pub fn setup(&self) -> Setup {
        let overrides = &self.setup;
        let follow_ups = FOLLOW_UPS.iter().cycle().take(overrides.follow_ups).map(|text| (*text).to_owned());
        Setup {
            seed: self.seed,
            language: "en".into(),
            vad: VadFacts {
                name: "earshot".into(),
                hop_samples: super::candidate::HOP.samples(TRACK_RATE) as u32,
                on: Permille(600),
                off: Permille(600),
                start_count: 5,
                start_window: 6,
            },
            end_of_turn: self.end_of_turn.as_ref().map(|_| EndOfTurnFacts {
                name: "simulated".into(),
                done: Permille(700),
                open: Permille(300),
            }),
            words: overrides.words,
            verbatim: overrides.verbatim,
            voice: overrides.voice,
            interviewer: overrides.interviewer,
            speaks_first: overrides.speaks_first,
            floor: overrides.floor.clone(),
            time_box: overrides.time_box_ms,
            grace: overrides.grace_ms,
            question: Question {
                id: "pairs".into(),
                title: "Pairs".into(),
                content_hash: String::new(),
                greeting: "Hello and welcome. Shall we begin?".into(),
                opening: "Given a list of numbers, how would you find two of them with a given sum?".into(),
                statement: "Find two numbers with a given sum.".into(),
                follow_ups: follow_ups.collect(),
                acknowledgements: vec!["Okay.".into(), "I see.".into()],
                closing: "Thank you, that is all I wanted to ask.".into(),
            },
            prompts: Prompts { system: "You interview.".into(), ..Prompts::default() },
            lines: Lines::default(),
            workspace: overrides.coding.then(workspace),
            course: courses::course(overrides.course.unwrap_or(if overrides.coding {
                Kind::Coding
            } else {
                Kind::Talk
            })),
            agenda: overrides.agenda.clone(),
            openers: overrides.openers.clone(),
            pace: overrides.pace,
        }
    }
}

fn workspace() -> Workspace {
    let test = |id: &str, input: &str, expected: &str| VisibleTest {
        id: id.into(),
        input: input.into(),
        expected: expected.into(),
    };
    Workspace {
        languages: vec![Language::Python3, Language::Go],
        language: Language::Python3,
        starters: [(Language::Python3, "def pair_sum(numbers, sum):\n    pass\n".to_owned())].into(),
        visible_tests: vec![test("first", "[[1,4,2],6]", "true"), test("empty", "[[],1]", "false")],
        hidden_tests: 3,
        runs: Runs::Available { tier: "fake".into(), languages: vec![Language::Python3] },
    }
}

const FOLLOW_UPS: [&str; 4] = [
    "What does it cost in time and in memory?",
    "What changes when the list is sorted already?",
    "How would you test it?",
    "What if the list does not fit into memory?",
];

/// The entry for the `place`th use (from 0) of a service: the last entry stands for all further ones.
pub fn entry<T: Clone + Default>(manners: &[T], place: usize) -> T {
    manners.get(place).or(manners.last()).cloned().unwrap_or_default()
}
