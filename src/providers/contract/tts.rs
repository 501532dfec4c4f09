//! What every voice must do.

use super::{ALL_KINDS, KEY, Leaving, Plan, Server, breaking, nobody, soon};
use crate::providers::script::{Delay, Fault, Faulty};
use crate::providers::tts::fake::{FakeTts, TtsScript};
use crate::providers::tts::openai::OpenaiTts;
use crate::providers::tts::{CHUNK_SAMPLES_MAX, Tts, TtsConfig};
use crate::providers::{ApiKey, FailureKind, ProviderError};
use futures::StreamExt;
use futures::stream::BoxStream;
use std::any::Any;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What a service is told to do for the suite.
#[derive(Clone, Copy, Debug)]
enum Does {
    /// Half a second of sound or more.
    Speaks,
    /// Fails before the first sound.
    Fails(FailureKind),
    /// Fails after some sound.
    FailsLate(FailureKind),
}

type Bench = (Arc<dyn Tts>, Box<dyn Any>);

fn voice_at(base_url: &str, idle_timeout_ms: u64) -> Arc<dyn Tts> {
    let base_url = base_url.to_owned();
    let config = TtsConfig { base_url, idle_timeout_ms, api_key: Some(ApiKey::new(KEY)), ..Default::default() };
    Arc::new(OpenaiTts::open(&config).unwrap())
}

/// Samples that are sound from the first on, no two neighbours the same.
fn sound(count: usize) -> Vec<i16> {
    (0..count).map(|index| 1_000 + (index % 777) as i16).collect()
}

fn bytes(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

fn whole(kind: &'static str, body: Vec<u8>) -> Plan {
    Plan::Whole { status: 200, kind, body }
}

async fn openai(does: Does) -> Option<Bench> {
    let mut idle_ms = 8_000;
    let plan = match does {
        Does::Speaks => Some(whole("audio/pcm", bytes(&sound(12_001)))),
        Does::Fails(kind) => {
            idle_ms = if kind == FailureKind::Timeout { 50 } else { 8_000 };
            Plan::failing(kind)
        }
        Does::FailsLate(FailureKind::Gone) => {
            let (base_url, task) = breaking("audio/pcm", bytes(&sound(4_000))).await;
            return Some((voice_at(&base_url, 8_000), Box::new(task)));
        }
        Does::FailsLate(FailureKind::Timeout) => {
            idle_ms = 50;
            let (gate, gated) = mpsc::channel(1);
            std::mem::forget(gate);
            let pieces = vec![bytes(&sound(4_000)), Vec::new()];
            Some(Plan::Gated { kind: "audio/pcm", pieces, gate: gated, left: Leaving::unheard() })
        }
        // Sound has no place for any other error.
        Does::FailsLate(_) => return None,
    };
    Some(match plan {
        Some(plan) => {
            let server = Server::with([plan]).await;
            (voice_at(&server.base_url, idle_ms), Box::new(server))
        }
        None => (voice_at(&nobody().await, idle_ms), Box::new(())),
    })
}

async fn fake(does: Does) -> Option<Bench> {
    let fault = match does {
        Does::Speaks => None,
        Does::Fails(kind) => Some(Fault::Error { kind, after: 0 }),
        Does::FailsLate(kind) => Some(Fault::Error { kind, after: 1 }),
    };
    let faults = fault.map(|fault| Faulty { call: None, fault }).into_iter().collect();
    let script = TtsScript { faults, first: Delay::fixed(0), between: Delay::fixed(0), ..Default::default() };
    Some((Arc::new(FakeTts::new(script)), Box::new(())))
}

type Heard = (Vec<i16>, Option<FailureKind>);

async fn all(mut stream: BoxStream<'static, Result<Vec<i16>, ProviderError>>) -> Heard {
    let (mut heard, mut error) = (Vec::new(), None);
    while let Some(chunk) = soon("the next chunk", stream.next()).await {
        assert!(error.is_none(), "something after the error");
        match chunk {
            Ok(chunk) => {
                assert!((1..=CHUNK_SAMPLES_MAX).contains(&chunk.len()), "a chunk of {} samples", chunk.len());
                heard.extend(chunk);
            }
            Err(failure) => error = Some(failure.kind),
        }
    }
    (heard, error)
}

async fn suite<F: Future<Output = Option<Bench>>>(bench: impl Fn(Does) -> F) {
    let (voice, _keep) = bench(Does::Speaks).await.unwrap();
    let (heard, error) = all(voice.speak("Hello there.".to_owned())).await;
    assert!(error.is_none() && heard.len() >= 12_000, "{} samples, {error:?}", heard.len());
    for nothing in ["", "  \n", "…!"] {
        assert_eq!(all(voice.speak(nothing.to_owned())).await, (Vec::new(), None));
    }
    for kind in ALL_KINDS {
        if let Some((voice, _keep)) = bench(Does::Fails(kind)).await {
            assert_eq!(all(voice.speak("Hello there.".to_owned())).await, (Vec::new(), Some(kind)));
        }
        if let Some((voice, _keep)) = bench(Does::FailsLate(kind)).await {
            let (heard, error) = all(voice.speak("Hello there.".to_owned())).await;
            assert!(!heard.is_empty() && error == Some(kind), "{kind}: {} samples, {error:?}", heard.len());
        }
    }
}

#[tokio::test]
async fn the_openai_adapter_does_what_every_voice_must() {
    suite(openai).await;
}

#[tokio::test]
async fn the_scripted_voice_does_what_every_voice_must() {
    suite(fake).await;
}

#[tokio::test]
async fn text_without_anything_to_say_never_reaches_the_server() {
    let mut server = Server::with([]).await;
    assert_eq!(all(voice_at(&server.base_url, 8_000).speak(" — ".to_owned())).await, (Vec::new(), None));
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn sound_is_passed_on_as_it_arrives_whatever_the_split_and_a_dropped_speech_is_cancelled() {
    let (gate, gated) = mpsc::channel(1);
    let (left, gone) = Leaving::pair();
    let samples = sound(3_000);
    let mut first = bytes(&samples);
    let rest = first.split_off(2_001);
    let pieces = vec![first, rest, vec![0; 1_000]];
    let server = Server::with([Plan::Gated { kind: "audio/pcm", pieces, gate: gated, left }]).await;
    let mut stream = voice_at(&server.base_url, 8_000).speak("Hello.".to_owned());
    let mut heard = Vec::new();
    while heard.len() < 1_000 {
        heard.extend(soon("the first sound", stream.next()).await.unwrap().unwrap());
    }
    assert_eq!(heard, samples[..1_000]);
    gate.send(()).await.unwrap();
    while heard.len() < 3_000 {
        heard.extend(soon("the second piece", stream.next()).await.unwrap().unwrap());
    }
    assert_eq!(heard, samples);
    drop(stream);
    soon("the server notices", gone).await.unwrap();
}

#[tokio::test]
async fn a_server_that_answers_with_a_wav_file_of_another_rate_is_understood() {
    let wav = crate::providers::tts::pcm::tests::wav(48_000, Some(0x7fff_f000), &sound(9_600));
    let server = Server::with([whole("audio/wav", wav)]).await;
    let (heard, error) = all(voice_at(&server.base_url, 8_000).speak("Hello.".to_owned())).await;
    assert!(error.is_none() && (4_700..=4_900).contains(&heard.len()), "{} samples, {error:?}", heard.len());
}

#[tokio::test]
async fn an_answer_without_sound_or_with_packed_sound_is_an_error() {
    let plans =
        [whole("audio/pcm", Vec::new()), whole("audio/mpeg", vec![255; 4_000]), whole("text/html", vec![b'<'; 100])];
    let server = Server::with(plans).await;
    let voice = voice_at(&server.base_url, 8_000);
    for _ in 0..3 {
        assert_eq!(all(voice.speak("Hello.".to_owned())).await, (Vec::new(), Some(FailureKind::Protocol)));
    }
}

#[tokio::test]
async fn the_request_asks_for_plain_sound_with_the_key() {
    let mut server = Server::with([whole("audio/pcm", bytes(&sound(10)))]).await;
    all(voice_at(&server.base_url, 8_000).speak("Hello.".to_owned())).await;
    let seen = server.seen.recv().await.unwrap();
    assert_eq!(
        (seen.path.as_str(), &seen.headers["authorization"]),
        ("/v1/audio/speech", &format!("Bearer {KEY}").parse().unwrap())
    );
    let body: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(
        (&body["input"], &body["response_format"], &body["voice"]),
        (&"Hello.".into(), &"pcm".into(), &"coral".into())
    );
}
