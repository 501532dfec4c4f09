//! Which utterance a realtime answer is about, and what is to be sent. Pure: inputs and server events in, messages to
//! the server and answers to the interview out.
//!
//! The server names utterances by items of its own. The two are joined by order: items are committed in the order of
//! our commits.

use super::{SOUND_MIN, SttEvent, SttFailure, SttInput, UTTERANCE_SAMPLES_MAX};
use crate::providers::endpoint::ErrorBody;
use crate::providers::{FailureKind, ProviderError};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tokio::time::Instant;

/// Items whose words may be awaited at once; the oldest is forgotten beyond that.
const ITEMS_MAX: usize = 64;

/// The longest text kept of one item, in bytes.
const TEXT_MAX: usize = 64 * 1024;

/// The most that waits to be sent, in bytes of messages: about three minutes of sound. It waits while a connection is
/// made; when full, the connection counts as lost.
const OUTBOX_BYTES_MAX: usize = 12 * 1024 * 1024;

/// The name under which the server complains about our settings.
const SESSION_UPDATE: &str = "session";

/// An answer to the interview.
pub(super) type Answer = Result<SttEvent, SttFailure>;

/// The settings the server is told when a connection is made.
pub(super) fn session_update(model: &str, language: Option<&str>, prompt: Option<&str>) -> String {
    let mut transcription = json!({ "model": model });
    if let Some(language) = language {
        transcription["language"] = language.into();
    }
    if let Some(prompt) = prompt {
        transcription["prompt"] = prompt.into();
    }
    // When utterances begin and end is for the interview to say, so the server's own detection is off.
    let input = json!({
        "format": { "type": "audio/pcm", "rate": 24_000 },
        "transcription": transcription,
        "turn_detection": null,
    });
    let session = json!({ "type": "transcription", "audio": { "input": input } });
    json!({ "type": "session.update", "event_id": SESSION_UPDATE, "session": session }).to_string()
}

/// Utterances, the server's items, and what is to be sent.
#[derive(Default)]
pub(super) struct Ledger {
    /// The utterance that is being spoken, and how many of its samples were sent.
    open: Option<(u32, usize)>,
    /// Utterances whose commit was sent and not yet confirmed, in order.
    uncommitted: VecDeque<u32>,
    items: BTreeMap<String, Item>,
    /// Utterances whose final words are wanted, and until when.
    waiting: BTreeMap<u32, Instant>,
    outbox: VecDeque<String>,
    outbox_bytes: usize,
    patience: Duration,
}

struct Item {
    utterance: u32,
    text: String,
}

/// What a server's event asks of the connection, beside answers.
#[derive(Debug)]
pub(super) enum Verdict {
    /// Nothing.
    GoOn,
    /// It is of no use any more.
    GiveUp(ProviderError),
}

#[derive(Deserialize)]
struct ServerEvent {
    #[serde(rename = "type", default)]
    class: String,
    #[serde(default)]
    item_id: Option<String>,
    #[serde(default)]
    delta: Option<String>,
    #[serde(default)]
    transcript: Option<String>,
    #[serde(default)]
    error: Option<Value>,
}

impl Ledger {
    /// An empty ledger; final words may take `patience` after their utterance's end.
    pub(super) fn new(patience: Duration) -> Self {
        Ledger { patience, ..Default::default() }
    }

    /// Whether no utterance is open or waits for words.
    pub(super) fn is_idle(&self) -> bool {
        self.open.is_none() && self.waiting.is_empty()
    }

    /// When the first of the waiting utterances has waited long enough.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.waiting.values().min().copied()
    }

    /// The next message to send, if any. It counts as sent.
    pub(super) fn next_message(&mut self) -> Option<String> {
        let message = self.outbox.pop_front()?;
        self.outbox_bytes = self.outbox_bytes.saturating_sub(message.len());
        Some(message)
    }

    /// Takes an input at the time `now`.
    pub(super) fn take(&mut self, input: SttInput, now: Instant) -> Result<Option<Answer>, ProviderError> {
        match input {
            SttInput::Begin(number) => {
                if self.open.is_some_and(|(_, sent)| sent > 0) {
                    self.send(json!({ "type": "input_audio_buffer.clear" }))?;
                }
                self.open = Some((number, 0));
            }
            SttInput::Audio(samples) => self.append(&samples)?,
            SttInput::End(number) => return self.end(number, now),
            SttInput::Drop(number) => {
                self.waiting.remove(&number);
                if self.open.take_if(|(open, _)| *open == number).is_some_and(|(_, sent)| sent > 0) {
                    self.send(json!({ "type": "input_audio_buffer.clear" }))?;
                }
            }
        }
        Ok(None)
    }

    fn append(&mut self, samples: &[i16]) -> Result<(), ProviderError> {
        let Some((number, sent)) = &mut self.open else { return Ok(()) };
        let room = UTTERANCE_SAMPLES_MAX.saturating_sub(*sent);
        if room > 0 && samples.len() > room {
            tracing::warn!(utterance = *number, "an utterance is longer than can be recognised; its end is left out");
        }
        let samples = samples.get(..room.min(samples.len())).unwrap_or_default();
        if samples.is_empty() {
            return Ok(());
        }
        *sent += samples.len();
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        self.send(json!({ "type": "input_audio_buffer.append", "audio": BASE64_STANDARD.encode(bytes) }))
    }

    fn end(&mut self, number: u32, now: Instant) -> Result<Option<Answer>, ProviderError> {
        let Some((_, sent)) = self.open.take_if(|(open, _)| *open == number) else { return Ok(None) };
        if sent < SOUND_MIN {
            if sent > 0 {
                self.send(json!({ "type": "input_audio_buffer.clear" }))?;
            }
            return Ok(Some(Ok(SttEvent::Final { utterance: number, text: String::new() })));
        }
        self.uncommitted.push_back(number);
        self.waiting.insert(number, now + self.patience);
        self.send(json!({ "type": "input_audio_buffer.commit", "event_id": format!("commit_{number}") }))?;
        Ok(None)
    }

    fn send(&mut self, message: Value) -> Result<(), ProviderError> {
        let message = message.to_string();
        if self.outbox_bytes + message.len() > OUTBOX_BYTES_MAX {
            return Err(ProviderError::new(FailureKind::Busy, "too much sound waits for the recogniser"));
        }
        self.outbox_bytes += message.len();
        self.outbox.push_back(message);
        Ok(())
    }

    /// Takes a server's message. Events that say nothing to us are passed over.
    pub(super) fn hear(&mut self, message: &str) -> (Option<Answer>, Verdict) {
        const ITEM: &str = "conversation.item.input_audio_transcription.";
        let Ok(event) = serde_json::from_str::<ServerEvent>(message) else {
            let error = ProviderError::new(FailureKind::Protocol, "the recogniser sent something that cannot be read");
            return (None, Verdict::GiveUp(error));
        };
        let item = event.item_id.unwrap_or_default();
        let answer = match event.class.strip_prefix(ITEM).unwrap_or(&event.class) {
            "input_audio_buffer.committed" => {
                self.committed(item);
                None
            }
            "delta" => self.delta(item, &event.delta.unwrap_or_default()),
            "completed" => self.completed(item, event.transcript),
            "failed" => self.failed(item, &event.error.unwrap_or_default()),
            "error" => return self.error(&event.error.unwrap_or_default()),
            _ => None,
        };
        (answer, Verdict::GoOn)
    }

    fn committed(&mut self, item: String) {
        // The item may be known: some models send words before the commit is confirmed.
        let known = self.items.get(&item).map(|item| item.utterance);
        match known {
            Some(known) => self.uncommitted.retain(|utterance| *utterance != known),
            None => {
                if let Some(utterance) = self.uncommitted.pop_front() {
                    self.add(item, utterance);
                }
            }
        }
    }

    fn add(&mut self, item: String, utterance: u32) {
        while self.items.len() >= ITEMS_MAX {
            // The lowest utterance, since items' names have no order.
            let oldest = self.items.iter().min_by_key(|(_, item)| item.utterance).map(|(name, _)| name.clone());
            oldest.and_then(|name| self.items.remove(&name));
        }
        self.items.insert(item, Item { utterance, text: String::new() });
    }

    /// The utterance of `item`: for an unknown one, the first that has none yet.
    fn utterance_of(&mut self, item: &str) -> Option<u32> {
        if let Some(known) = self.items.get(item) {
            return Some(known.utterance);
        }
        let has_item = |number: &u32| self.items.values().any(|item| item.utterance == *number);
        let open = self.open.map(|(number, _)| number);
        let utterance = self.uncommitted.iter().copied().chain(open).find(|number| !has_item(number))?;
        self.add(item.to_owned(), utterance);
        Some(utterance)
    }

    fn is_wanted(&self, utterance: u32) -> bool {
        self.waiting.contains_key(&utterance) || self.open.is_some_and(|(open, _)| open == utterance)
    }

    fn delta(&mut self, name: String, delta: &str) -> Option<Answer> {
        let utterance = self.utterance_of(&name)?;
        let item = self.items.get_mut(&name)?;
        if item.text.len() + delta.len() <= TEXT_MAX {
            item.text.push_str(delta);
        }
        let text = item.text.trim().to_owned();
        (self.is_wanted(utterance) && !text.is_empty()).then_some(Ok(SttEvent::Partial { utterance, text }))
    }

    fn completed(&mut self, name: String, transcript: Option<String>) -> Option<Answer> {
        let utterance = self.utterance_of(&name)?;
        let item = self.items.remove(&name)?;
        self.uncommitted.retain(|number| *number != utterance);
        self.waiting.remove(&utterance)?;
        let text = transcript.unwrap_or(item.text).trim().to_owned();
        Some(Ok(SttEvent::Final { utterance, text }))
    }

    fn failed(&mut self, name: String, error: &Value) -> Option<Answer> {
        let utterance = self.utterance_of(&name)?;
        self.items.remove(&name);
        self.fail(utterance, error_of(error))
    }

    fn fail(&mut self, utterance: u32, error: ProviderError) -> Option<Answer> {
        self.uncommitted.retain(|number| *number != utterance);
        self.waiting.remove(&utterance)?;
        Some(Err(SttFailure { utterance: Some(utterance), error }))
    }

    fn error(&mut self, error: &Value) -> (Option<Answer>, Verdict) {
        let about = error.get("event_id").and_then(Value::as_str).unwrap_or_default();
        if about == SESSION_UPDATE {
            return (None, Verdict::GiveUp(error_of(error)));
        }
        let commit = about.strip_prefix("commit_").and_then(|number| number.parse().ok());
        if commit.is_none() {
            // Such as the notice that a session has grown old: the closing of the socket says the rest.
            tracing::debug!(code = ErrorBody::of(error).text(), "the recogniser complains");
        }
        (commit.and_then(|number| self.fail(number, error_of(error))), Verdict::GoOn)
    }

    /// Gives up what has waited too long.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<Answer> {
        let late: Vec<u32> =
            self.waiting.iter().filter(|(_, until)| **until <= now).map(|(number, _)| *number).collect();
        let error = || ProviderError::new(FailureKind::Timeout, "no words came for an utterance");
        late.into_iter().filter_map(|utterance| self.fail(utterance, error())).collect()
    }

    /// The connection is gone, and with it all that the server knew: every utterance that wants words has failed.
    pub(super) fn lost(&mut self, error: &ProviderError) -> Vec<Answer> {
        let open = self.open.take().map(|(number, _)| number);
        let waiting = std::mem::take(&mut self.waiting).into_keys();
        self.uncommitted.clear();
        self.items.clear();
        self.outbox.clear();
        self.outbox_bytes = 0;
        let failure = |utterance| SttFailure {
            utterance: Some(utterance),
            error: ProviderError::new(error.kind, error.message.clone()),
        };
        waiting.chain(open).map(|utterance| Err(failure(utterance))).collect()
    }
}

fn error_of(error: &Value) -> ProviderError {
    let body = ErrorBody::of(error);
    ProviderError::new(body.kind(), format!("recognising an utterance: {}", body.text()))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Desk {
        ledger: Ledger,
        now: Instant,
    }

    impl Desk {
        fn new() -> Self {
            Desk { ledger: Ledger::new(Duration::from_secs(5)), now: Instant::now() }
        }

        fn take(&mut self, input: SttInput) -> Option<Answer> {
            self.ledger.take(input, self.now).unwrap()
        }

        fn speak(&mut self, number: u32) {
            for input in [SttInput::Begin(number), SttInput::Audio(vec![1; SOUND_MIN]), SttInput::End(number)] {
                assert!(self.take(input).is_none());
            }
        }

        fn sent(&mut self) -> Vec<String> {
            let class =
                |message: String| serde_json::from_str::<Value>(&message).unwrap()["type"].as_str().unwrap().into();
            std::iter::from_fn(|| self.ledger.next_message()).map(class).collect()
        }

        fn hear(&mut self, class: &str, rest: Value) -> Option<Result<SttEvent, (Option<u32>, FailureKind)>> {
            let mut event = rest;
            event["type"] = class.into();
            let answer = self.ledger.hear(&event.to_string()).0?;
            Some(answer.map_err(|failure| (failure.utterance, failure.error.kind)))
        }

        fn committed(&mut self, item: &str) {
            assert!(self.hear("input_audio_buffer.committed", json!({ "item_id": item })).is_none());
        }
    }

    const COMPLETED: &str = "conversation.item.input_audio_transcription.completed";
    const DELTA: &str = "conversation.item.input_audio_transcription.delta";

    fn last(utterance: u32, text: &str) -> Option<Result<SttEvent, (Option<u32>, FailureKind)>> {
        Some(Ok(SttEvent::Final { utterance, text: text.to_owned() }))
    }

    #[test]
    fn items_belong_to_utterances_in_the_order_of_commits() {
        let mut desk = Desk::new();
        desk.speak(7);
        desk.speak(8);
        desk.committed("a");
        desk.committed("b");
        assert_eq!(desk.hear(COMPLETED, json!({ "item_id": "b", "transcript": " two " })), last(8, "two"));
        let partial = desk.hear(DELTA, json!({ "item_id": "a", "delta": "on" }));
        assert_eq!(partial, Some(Ok(SttEvent::Partial { utterance: 7, text: "on".to_owned() })));
        assert_eq!(desk.hear(COMPLETED, json!({ "item_id": "a", "transcript": "one" })), last(7, "one"));
        assert!(desk.ledger.is_idle());
    }

    #[test]
    fn words_before_the_commit_belong_to_the_utterance_that_is_being_spoken() {
        let mut desk = Desk::new();
        desk.take(SttInput::Begin(3));
        desk.take(SttInput::Audio(vec![1; SOUND_MIN]));
        let partial = desk.hear(DELTA, json!({ "item_id": "a", "delta": "so" }));
        assert_eq!(partial, Some(Ok(SttEvent::Partial { utterance: 3, text: "so".to_owned() })));
        desk.take(SttInput::End(3));
        desk.committed("a");
        desk.speak(4);
        desk.committed("b");
        assert_eq!(desk.hear(COMPLETED, json!({ "item_id": "b", "transcript": "x" })), last(4, "x"));
        assert_eq!(desk.hear(COMPLETED, json!({ "item_id": "a", "transcript": "so what" })), last(3, "so what"));
    }

    #[test]
    fn a_dropped_utterance_keeps_its_place_in_the_order_but_gets_no_answer() {
        let mut desk = Desk::new();
        desk.speak(1);
        desk.take(SttInput::Drop(1));
        desk.speak(2);
        desk.committed("a");
        desk.committed("b");
        assert_eq!(desk.hear(COMPLETED, json!({ "item_id": "a", "transcript": "noise" })), None);
        assert_eq!(desk.hear(COMPLETED, json!({ "item_id": "b", "transcript": "two" })), last(2, "two"));
    }

    #[test]
    fn dropping_while_speaking_clears_the_servers_buffer() {
        let mut desk = Desk::new();
        desk.take(SttInput::Begin(1));
        desk.take(SttInput::Audio(vec![1; 480]));
        desk.take(SttInput::Drop(1));
        assert_eq!(desk.sent(), ["input_audio_buffer.append", "input_audio_buffer.clear"]);
    }

    #[test]
    fn too_little_sound_is_answered_without_asking() {
        let mut desk = Desk::new();
        desk.take(SttInput::Begin(1));
        desk.take(SttInput::Audio(vec![1; 480]));
        let answer = desk.take(SttInput::End(1)).unwrap().unwrap();
        assert_eq!(answer, SttEvent::Final { utterance: 1, text: String::new() });
        assert_eq!(desk.sent(), ["input_audio_buffer.append", "input_audio_buffer.clear"]);
    }

    #[test]
    fn failures_carry_the_utterance_they_are_about() {
        let mut desk = Desk::new();
        desk.speak(1);
        desk.speak(2);
        desk.committed("a");
        let class = "conversation.item.input_audio_transcription.failed";
        let failed =
            desk.hear(class, json!({ "item_id": "a", "error": { "type": "server_error", "code": "overloaded" } }));
        assert_eq!(failed, Some(Err((Some(1), FailureKind::Busy))));
        let refused = json!({ "error": { "event_id": "commit_2", "type": "invalid_request_error" } });
        assert_eq!(desk.hear("error", refused), Some(Err((Some(2), FailureKind::BadRequest))));
        assert!(desk.ledger.is_idle());
    }

    #[test]
    fn a_complaint_about_our_settings_ends_the_connection() {
        let mut ledger = Ledger::new(Duration::from_secs(5));
        let event = json!({ "type": "error", "error": { "event_id": "session", "code": "model_not_found" } });
        let (answer, verdict) = ledger.hear(&event.to_string());
        assert!(answer.is_none());
        assert!(matches!(verdict, Verdict::GiveUp(error) if error.kind == FailureKind::BadRequest));
    }

    #[test]
    fn unknown_events_and_unknown_items_are_passed_over() {
        let mut desk = Desk::new();
        assert_eq!(desk.hear("rate_limits.updated", json!({})), None);
        assert_eq!(desk.hear(COMPLETED, json!({ "item_id": "stranger", "transcript": "x" })), None);
        assert!(matches!(desk.ledger.hear("not json").1, Verdict::GiveUp(_)));
    }

    #[test]
    fn a_final_that_never_comes_is_given_up_in_time() {
        let mut desk = Desk::new();
        desk.speak(1);
        let deadline = desk.ledger.deadline().unwrap();
        assert!(desk.ledger.expire(deadline - Duration::from_millis(1)).is_empty());
        let late = desk.ledger.expire(deadline);
        assert!(matches!(&late[..], [Err(failure)] if failure.error.kind == FailureKind::Timeout));
        assert!(desk.ledger.deadline().is_none());
    }

    #[test]
    fn a_lost_connection_fails_every_utterance_that_wants_words_and_forgets_the_rest() {
        let mut desk = Desk::new();
        desk.speak(1);
        desk.take(SttInput::Begin(2));
        desk.take(SttInput::Audio(vec![1; 480]));
        let lost = desk.ledger.lost(&ProviderError::new(FailureKind::Gone, "closed"));
        let about: Vec<_> = lost.into_iter().map(|answer| answer.unwrap_err().utterance).collect();
        assert_eq!(about, [Some(1), Some(2)]);
        assert!(desk.sent().is_empty() && desk.ledger.is_idle());
        // The rest of the utterance that was cut off is not sent to the next connection.
        desk.take(SttInput::Audio(vec![1; 480]));
        desk.take(SttInput::End(2));
        assert!(desk.sent().is_empty());
    }

    #[test]
    fn what_waits_to_be_sent_is_bounded() {
        let mut ledger = Ledger::new(Duration::from_secs(5));
        let mut outcome = Ok(None);
        for number in 0..4 {
            let inputs =
                [SttInput::Begin(number), SttInput::Audio(vec![1; UTTERANCE_SAMPLES_MAX]), SttInput::End(number)];
            for input in inputs {
                outcome = outcome.and_then(|_| ledger.take(input, Instant::now()));
            }
        }
        assert_eq!(outcome.err().map(|error| error.kind), Some(FailureKind::Busy));
    }
}
