//! The driver without sockets: what no client can bring about on purpose.

use super::outbox::{Frame, Next, Reader};
use super::*;
use crate::interview::floor::FloorSettings;
use crate::interview::setup::{Interviewer, Lines, Prompts, Question, VadFacts, Voice, Words};
use crate::providers::stt::SttSession;
use crate::units::{Ms, Permille};
use crate::wire::Close;
use crate::wire::extension::{Phase, ProvidersView, VoiceFrom, WordsFrom};
use serde_json::{Value, json};

/// A recogniser whose adapter has a bug.
struct Faulty;

impl Stt for Faulty {
    fn start(&self, _: &str) -> SttSession {
        panic!("on purpose")
    }
    fn has_partials(&self) -> bool {
        false
    }
}

pub(super) fn parts(stt: Option<Arc<dyn Stt>>) -> InterviewParts {
    let setup = Setup {
        seed: 1,
        language: "en".into(),
        vad: VadFacts {
            name: "none".into(),
            hop_samples: 384,
            on: Permille(500),
            off: Permille(400),
            start_count: 3,
            start_window: 5,
        },
        end_of_turn: None,
        words: Words::Recogniser { partials: false, final_within: Ms(1000) },
        verbatim: false,
        voice: Voice::Silent,
        interviewer: Interviewer::Authored,
        speaks_first: false,
        floor: FloorSettings::default(),
        time_box: Ms(60_000),
        grace: Ms(1000),
        question: Question { greeting: "Hello.".into(), opening: "What is a tree?".into(), ..Question::default() },
        prompts: Prompts::default(),
        lines: Lines::default(),
        workspace: None,
        course: Default::default(),
        agenda: Default::default(),
        openers: Default::default(),
        pace: None,
    };
    let about = About {
        session: "sess_test".into(),
        workspace: None,
        question: None,
        phases: vec![Phase::Greet],
        phase: Phase::Greet,
        minutes: 1,
        left_ms: 60_000,
        recording: false,
        words: WordsFrom::Server,
        voice: VoiceFrom::Silent,
        providers: ProvidersView::default(),
        limits: limits(setup.grace),
        resumed: false,
        last_client_event: None,
    };
    InterviewParts {
        paces: Arc::default(),
        tokens: Arc::default(),
        runs: None,
        setup,
        about,
        session: SessionView::new("sess_test", "none", "none", 0),
        recorder: Recorder::off(),
        recording_path: None,
        vad: None,
        end_of_turn: None,
        stt,
        llm: None,
        tts: None,
    }
}

pub(super) async fn say(inlet: &Inlet, event: Value) {
    inlet.said(ClientEvent::parse(&event.to_string()).expect("an event")).await.expect("it runs");
}

/// Reads up to an event of this type, or to the close.
pub(super) async fn until(reader: &mut Reader, wanted: &str) -> Result<Value, (Vec<Value>, Close)> {
    let mut seen = Vec::new();
    loop {
        match reader.next().await {
            Next::Send(Frame::Text(text)) => {
                let event: Value = serde_json::from_str(&text).expect("JSON");
                if event["type"] == wanted {
                    return Ok(event);
                }
                seen.push(event);
            }
            Next::Send(_) => {}
            Next::Close(close) => return Err((seen, close)),
        }
    }
}

#[tokio::test]
async fn a_panic_ends_its_own_interview_with_an_error_and_1011_and_no_other() {
    let broken = spawn(parts(Some(Arc::new(Faulty))));
    let sound = spawn(parts(None));
    let (inlet, mut reader) = broken.attach(Join::default()).await.expect("it runs");
    let (other_inlet, mut other_reader) = sound.attach(Join::default()).await.expect("it runs");
    say(&inlet, json!({"type": "session.update", "session": {"audio": {"input": {"turn_detection": null}}}})).await;
    inlet.sound(vec![0; 48_000]).await.expect("it runs");
    say(&inlet, json!({"type": "input_audio_buffer.commit"})).await;
    let (seen, close) = until(&mut reader, "never").await.expect_err("it closes");
    assert_eq!(close, Close::Internal);
    assert_eq!(seen.last().expect("an event")["error"]["code"], "internal_error", "{seen:?}");
    broken.state().wait_for(|state| *state == State::Broken).await.expect("it is told");
    assert!(broken.attach(Join::default()).await.is_err());
    say(&other_inlet, json!({"type": "response.create"})).await;
    assert_eq!(until(&mut other_reader, "response.done").await.expect("it lives")["response"]["status"], "completed");
}

#[tokio::test]
async fn a_client_that_does_not_come_back_ends_the_interview_after_the_grace_period() {
    let handle = spawn(parts(None));
    let (inlet, _reader) = handle.attach(Join::default()).await.expect("it runs");
    drop(inlet);
    handle.state().wait_for(|state| *state == State::Ended(EndReason::Abandoned)).await.expect("it is told");
}

#[tokio::test]
async fn without_the_services_it_needs_an_interview_still_answers() {
    let mut parts = parts(None);
    parts.setup.interviewer = Interviewer::Model;
    parts.setup.voice = Voice::Server;
    let handle = spawn(parts);
    let (inlet, mut reader) = handle.attach(Join::default()).await.expect("it runs");
    say(&inlet, json!({"type": "response.create"})).await;
    until(&mut reader, "response.done").await.expect("an answer");
}
