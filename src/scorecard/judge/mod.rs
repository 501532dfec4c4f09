//! Signals that a model judges, each with evidence that is read again from the record.
//!
//! The grader is pure: it says what to ask, is told the answer, and decides. Who asks a model keeps the answers beside the
//! recording ([`Judgements`]), so that the same scorecard comes from them again without any model.

mod answer;
mod prompt;

use super::card::{Finding, GraderHealth};
use super::evidence::{Evidence, PLACES_MAX};
use super::metrics::Metrics;
use super::record::Record;
use crate::digest::sha256_hex;
use crate::interview::dialogue::tokens;
use crate::providers::OpenError;
use crate::providers::llm::{self, ChatMessage, ChatRole, Llm, LlmConfig, LlmEvent};
use crate::questions::rubric::{Dimension, Rubric, Signal, SignalKind};
use answer::Judgement;
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// The judge is asked about a signal at most so often.
const ATTEMPTS_MAX: u8 = 2;
/// An answer is read so far; what is beyond is no answer of the form asked for.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Why a signal is not assessed, and never will be.
const TOKENS_USED_UP: &str = "the tokens for the judge were used up";
/// Why a signal is not assessed yet.
const JUDGED_LATER: &str = "it is judged later: the day's tokens for the judge are used up";
/// A call may take so long in all.
const CALL_WITHIN: std::time::Duration = std::time::Duration::from_secs(120);

/// The section `[judge]`: the model that judges interviews when they are over. It is the one of `[llm]`, with what differs here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JudgeConfig {
    /// Interviews are judged, if there is a model. Off: only what can be computed is scored. Default true.
    pub enabled: bool,
    /// The model's name at the server of `[llm]`; unset: the one that interviews. A judge may be slower and better.
    pub model: Option<String>,
    /// Most tokens that judging one interview may read and write, 10,000 to 10,000,000. Too low and what comes last in the rubric
    /// is not judged. Default 600,000: an interview of an hour takes some 100,000.
    pub interview_tokens_max: u32,
    /// Most tokens of one answer, 256 to 16,384. Too low and judgements are cut off. Default 4,000.
    pub max_tokens: u32,
    /// Longest wait for the first and for each further piece, in ms, 10 to 120,000. Default 60,000.
    pub idle_timeout_ms: u64,
}

impl Default for JudgeConfig {
    fn default() -> Self {
        JudgeConfig {
            enabled: true,
            model: None,
            interview_tokens_max: 600_000,
            max_tokens: 4_000,
            idle_timeout_ms: 60_000,
        }
    }
}

/// Opens the model that judges.
///
/// # Errors
/// As of any model.
pub fn open(llm: &LlmConfig, judge: &JudgeConfig) -> Result<llm::Opened, OpenError> {
    if !(10_000..=10_000_000).contains(&judge.interview_tokens_max) {
        let why = "the most tokens for judging an interview must be 10000 to 10000000";
        return Err(OpenError::new("judge", "interview_tokens_max", why));
    }
    let mut config = llm.clone();
    config.model = judge.model.clone().unwrap_or(config.model);
    config.max_tokens = judge.max_tokens;
    config.idle_timeout_ms = judge.idle_timeout_ms;
    llm::open(&config)
}

/// What an opened judge is called in scorecards.
pub fn name(opened: &llm::Opened, llm: &LlmConfig, judge: &JudgeConfig) -> String {
    format!("{}/{}", opened.name, judge.model.as_ref().unwrap_or(&llm.model))
}

/// Where a judge's answers lie, in the folder of a recording that is on its own.
pub use crate::recording::bundle::JUDGEMENTS_FILE;

/// What a judge answered, in order: kept beside the recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Judgements {
    /// The judge's name.
    pub judge: String,
    /// Its answers.
    pub calls: Vec<Call>,
}

/// One call of a judge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = JudgeCall)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// sha-256 of what it was asked, in hex: another question has another answer.
    pub request: String,
    /// Its answer; none when the call failed, or was not made.
    pub answer: Option<String>,
    /// It was not made: the tokens for it were used up.
    #[serde(default)]
    pub refused: bool,
    /// Of a call that was not made: it is made when there are tokens for it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferred: bool,
    /// Tokens that were read for it, by this program's own count.
    #[serde(default)]
    pub tokens_in: u32,
    /// Tokens of the answer, likewise.
    #[serde(default)]
    pub tokens_out: u32,
}

impl Judgements {
    /// None yet, of a judge of this name.
    pub fn of(judge: &str) -> Judgements {
        Judgements { judge: judge.to_owned(), calls: Vec::new() }
    }

    /// What the answers took in all.
    pub fn tokens(&self) -> u64 {
        self.calls.iter().map(Call::tokens).sum()
    }

    /// Whether calls are still to be made, when there are tokens for them again.
    pub fn are_deferred(&self) -> bool {
        self.calls.iter().any(|call| call.deferred)
    }

    /// The same when nothing is waited for any more.
    pub fn given_up(mut self) -> Judgements {
        self.calls.iter_mut().for_each(|call| call.deferred = false);
        self
    }
}

impl Call {
    /// What it took.
    pub fn tokens(&self) -> u64 {
        u64::from(self.tokens_in) + u64::from(self.tokens_out)
    }
}

/// Something to ask a judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The prompt.
    pub messages: Vec<ChatMessage>,
    /// Its sha-256, in hex.
    pub hash: String,
}

/// sha-256 of the instructions that all judges get, in hex.
pub fn prompt_hash() -> String {
    sha256_hex(prompt::INSTRUCTIONS)
}

/// Asks about all judged signals of a rubric, dimension by dimension, and a second time about those whose evidence does not
/// hold.
pub struct Grader<'a> {
    record: &'a Record,
    metrics: &'a Metrics,
    /// What is still to be asked: the dimension, its signals with what was wrong before, and how often it was asked.
    waiting: VecDeque<Topic<'a>>,
    found: BTreeMap<&'a str, Finding>,
    health: GraderHealth,
}

struct Topic<'a> {
    dimension: &'a Dimension,
    signals: Vec<(&'a Signal, Option<String>)>,
    attempt: u8,
}

impl<'a> Grader<'a> {
    /// A grader of this record by this rubric.
    pub fn new(record: &'a Record, metrics: &'a Metrics, rubric: &'a Rubric) -> Self {
        let mut waiting = VecDeque::new();
        for dimension in &rubric.dimensions {
            let judged = dimension.signals.iter().filter(|signal| signal.kind == SignalKind::Judged);
            let signals: Vec<_> = judged.map(|signal| (signal, None)).collect();
            if !signals.is_empty() {
                waiting.push_back(Topic { dimension, signals, attempt: 1 });
            }
        }
        let judged = waiting.iter().map(|asked| asked.signals.len() as u32).sum();
        let health = GraderHealth { judged, ..GraderHealth::default() };
        // Who said nothing and wrote nothing is not judged by a guess.
        if record.said().next().is_none() && record.code.as_ref().is_none_or(|code| code.edits.is_empty()) {
            waiting.clear();
        }
        Grader { record, metrics, waiting, found: BTreeMap::new(), health }
    }

    /// What to ask next; none when all has been asked.
    pub fn next(&self) -> Option<Request> {
        let asked = self.waiting.front()?;
        let messages = prompt::messages(self.record, self.metrics, asked.dimension, &asked.signals);
        let text: Vec<String> =
            messages.iter().map(|message| format!("{:?}\n{}", message.role, message.text)).collect();
        Some(Request { hash: sha256_hex(text.join("\n")), messages })
    }

    /// What became of what [`Self::next`] says.
    pub fn called(&mut self, call: &Call) {
        self.health.tokens_in = self.health.tokens_in.saturating_add(call.tokens_in);
        self.health.tokens_out = self.health.tokens_out.saturating_add(call.tokens_out);
        match (call.refused, call.deferred) {
            (true, false) => {
                self.health.refused += 1;
                self.not_asked(TOKENS_USED_UP);
            }
            (true, true) => {
                *self.health.deferred.get_or_insert(0) += 1;
                self.not_asked(JUDGED_LATER);
            }
            (false, _) => self.answered(call.answer.as_deref()),
        }
    }

    /// It is not asked, nor asked again this time.
    fn not_asked(&mut self, why: &str) {
        let Some(asked) = self.waiting.pop_front() else { return };
        for (signal, _) in asked.signals {
            self.found.insert(&signal.id, Finding::NotAssessed { why: why.to_owned() });
        }
    }

    /// The answer to what [`Self::next`] says; none when the call failed.
    pub fn answered(&mut self, answer: Option<&str>) {
        let Some(asked) = self.waiting.pop_front() else { return };
        if asked.attempt == 1 {
            self.health.asked += asked.signals.len() as u32;
        } else {
            self.health.retried += asked.signals.len() as u32;
        }
        let judgements = match answer.map(answer::read) {
            None => {
                self.health.failed += 1;
                return self.again_or_never(asked, BTreeMap::new(), "the judge could not be asked");
            }
            Some(Err(why)) => {
                self.health.malformed += 1;
                return self.again_or_never(asked, BTreeMap::new(), &why);
            }
            Some(Ok(judgements)) => judgements,
        };
        let mut wrong = BTreeMap::new();
        for (signal, _) in &asked.signals {
            match self.judged(signal, judgements.get(signal.id.as_str())) {
                Ok(finding) => {
                    self.found.insert(&signal.id, finding);
                }
                Err(why) => {
                    wrong.insert(signal.id.as_str(), why);
                }
            }
        }
        let left = asked.signals.into_iter().filter(|(signal, _)| wrong.contains_key(signal.id.as_str())).collect();
        self.again_or_never(Topic { signals: left, ..asked }, wrong, "the judge did not say");
    }

    /// A judgement, held against the record.
    fn judged(&mut self, signal: &Signal, judgement: Option<&Judgement>) -> Result<Finding, String> {
        let judgement = judgement.ok_or("it is missing in the answer")?.as_ref().map_err(Clone::clone)?;
        let Some(band) = judgement.band else {
            self.health.undecided += 1;
            return Ok(Finding::NotAssessed { why: "the judge could not tell from what was said and written".into() });
        };
        let says = signal.anchors.band(band).ok_or("a band is 1 to 4, or null")?.to_owned();
        if judgement.evidence.is_empty() || judgement.evidence.len() > PLACES_MAX {
            return Err(format!("give 1 to {PLACES_MAX} places as evidence"));
        }
        let mut evidence: Vec<Evidence> = Vec::new();
        let mut repaired = 0;
        for reference in &judgement.evidence {
            if !signal.evidence.contains(&reference.kind()) {
                return Err(super::evidence::Unverified::WrongKind.to_string());
            }
            let (found, was_repaired) =
                reference.verify(self.record, self.metrics).map_err(|error| error.to_string())?;
            repaired += u32::from(was_repaired);
            if !evidence.contains(&found) {
                evidence.push(found);
            }
        }
        self.health.verified += 1;
        self.health.repaired += repaired;
        Ok(Finding::Assessed { band, says, evidence })
    }

    fn again_or_never(&mut self, asked: Topic<'a>, wrong: BTreeMap<&str, String>, why: &str) {
        if asked.signals.is_empty() {
            return;
        }
        if asked.attempt < ATTEMPTS_MAX {
            let reason = |signal: &Signal| wrong.get(signal.id.as_str()).cloned().unwrap_or_else(|| why.to_owned());
            let signals = asked.signals.into_iter().map(|(signal, _)| (signal, Some(reason(signal)))).collect();
            return self.waiting.push_front(Topic { signals, attempt: asked.attempt + 1, ..asked });
        }
        for (signal, _) in asked.signals {
            let why = match wrong.contains_key(signal.id.as_str()) {
                true => "what the judge gave as evidence is not in the record",
                false => "the judge gave no answer that could be read",
            };
            self.health.unverified += u32::from(wrong.contains_key(signal.id.as_str()));
            self.found.insert(&signal.id, Finding::NotAssessed { why: why.into() });
        }
    }

    /// What was found, by the signals' ids, and how the judge did.
    pub fn end(self) -> (BTreeMap<String, Finding>, GraderHealth) {
        (self.found.into_iter().map(|(id, finding)| (id.to_owned(), finding)).collect(), self.health)
    }
}

/// Grades from kept answers. A call that was not made with the same words counts as failed.
pub fn replay(mut grader: Grader, kept: &Judgements) -> (BTreeMap<String, Finding>, GraderHealth) {
    let mut calls = kept.calls.iter();
    while let Some(request) = grader.next() {
        match calls.next().filter(|call| call.request == request.hash) {
            Some(call) => grader.called(call),
            None => grader.answered(None),
        }
    }
    grader.end()
}

/// Tokens that judging an interview may take.
#[derive(Clone, Copy, Debug)]
pub struct Purse {
    /// Of one interview, whenever it is judged.
    pub interview: u64,
    /// Of its candidate's day; none: as many as it takes. What is beyond is asked another day.
    pub day: Option<u64>,
}

/// What came of asking.
pub struct Asked {
    /// All answers, those from before included.
    pub judgements: Judgements,
    /// Those among them that were asked for now.
    pub now: Vec<Call>,
}

/// Asks a model all that the grader wants to know and that this judge did not answer before, as far as there are tokens for it, and
/// keeps its answers. Fails never: what cannot be asked is kept as such.
pub async fn ask(mut grader: Grader<'_>, model: &dyn Llm, purse: Purse, before: Judgements) -> Asked {
    let Judgements { judge, calls: before } = before;
    let (mut kept, mut now) = (Judgements { judge, calls: Vec::new() }, Vec::new());
    let before: Vec<Call> = before.into_iter().filter(|call| !call.deferred).collect();
    let (mut interview_left, mut day_left) = (purse.interview, purse.day.unwrap_or(u64::MAX));
    interview_left = interview_left.saturating_sub(before.iter().map(Call::tokens).sum());
    while let Some(Request { messages, hash }) = grader.next() {
        let call = match before.iter().find(|call| call.request == hash) {
            Some(call) => call.clone(),
            None => {
                let call = ask_once(model, messages, hash, interview_left, day_left).await;
                interview_left = interview_left.saturating_sub(call.tokens());
                day_left = day_left.saturating_sub(call.tokens());
                now.push(call.clone());
                call
            }
        };
        grader.called(&call);
        kept.calls.push(call);
    }
    Asked { judgements: kept, now }
}

async fn ask_once(
    model: &dyn Llm,
    messages: Vec<ChatMessage>,
    request: String,
    interview_left: u64,
    day_left: u64,
) -> Call {
    let texts: Vec<String> = messages.iter().map(|message| message.text.clone()).collect();
    let tokens_in = counted(texts).await;
    let needed = u64::from(tokens_in);
    if needed > interview_left.min(day_left) {
        return Call { request, refused: true, deferred: needed <= interview_left, ..Call::default() };
    }
    let answer = answer_within(model, messages).await;
    let tokens_out = counted(answer.iter().cloned().collect()).await;
    Call { request, answer, tokens_in, tokens_out, ..Call::default() }
}

/// Counting a long conversation takes some tens of milliseconds, in which nobody's interview waits.
async fn counted(texts: Vec<String>) -> u32 {
    let count = move || texts.iter().map(|text| tokens::count(text)).fold(0, u32::saturating_add);
    tokio::task::spawn_blocking(count).await.unwrap_or(0)
}

async fn answer_within(model: &dyn Llm, messages: Vec<ChatMessage>) -> Option<String> {
    let answer = tokio::time::timeout(CALL_WITHIN, answer_of(model, messages)).await;
    answer.unwrap_or_else(|_| {
        tracing::warn!("the judge took too long");
        None
    })
}

async fn answer_of(model: &dyn Llm, messages: Vec<ChatMessage>) -> Option<String> {
    let mut stream = model.ask(messages);
    let mut text = String::new();
    while let Some(event) = stream.next().await {
        match event {
            Ok(LlmEvent::Text(piece)) if text.len() + piece.len() <= ANSWER_BYTES_MAX => text.push_str(&piece),
            Ok(LlmEvent::Text(_)) => return Some(text),
            Ok(LlmEvent::Finished { .. }) => return Some(text),
            Err(error) => {
                tracing::warn!(%error, "the judge failed");
                return None;
            }
        }
    }
    Some(text)
}

fn system(text: &str) -> ChatMessage {
    ChatMessage { role: ChatRole::System, text: text.to_owned() }
}

fn user(text: String) -> ChatMessage {
    ChatMessage { role: ChatRole::User, text }
}
