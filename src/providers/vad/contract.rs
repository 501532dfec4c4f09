//! What every detector must keep, checked on all of them.

use super::silero::{self, Silero, Weights};
use super::{Vad, VadProfile, earshot, webrtc};
use crate::audio::Sound;
use crate::units::TRACK_RATE;
use std::path::Path;
use std::sync::Arc;

/// A detector under test.
struct Case {
    profile: VadProfile,
    open: Box<dyn Fn() -> Box<dyn Vad>>,
    /// Its scores mean something: made-up weights have none.
    hears: bool,
    /// It is not taken in by typing.
    knows_typing: bool,
    /// Hops at the beginning in which it still learns what the noise is.
    learning_hops: usize,
}

fn cases() -> Vec<Case> {
    let made_up = Arc::new(Weights::new(&silero::tests::made_up()).unwrap());
    let mut cases = vec![
        Case {
            profile: earshot::PROFILE,
            open: Box::new(|| Box::new(earshot::Earshot::new())),
            hears: true,
            knows_typing: true,
            learning_hops: 0,
        },
        Case {
            profile: webrtc::PROFILE,
            open: Box::new(|| Box::new(webrtc::Webrtc::new())),
            hears: true,
            knows_typing: false,
            learning_hops: 10,
        },
        Case {
            profile: silero::PROFILE,
            open: Box::new(move || Box::new(Silero::new(made_up.clone()))),
            hears: false,
            knows_typing: false,
            learning_hops: 0,
        },
    ];
    if let Some(weights) = silero::tests::authors_weights().map(Arc::new) {
        cases.push(Case {
            profile: silero::PROFILE,
            open: Box::new(move || Box::new(Silero::new(weights.clone()))),
            hears: true,
            knows_typing: true,
            learning_hops: 0,
        });
    }
    cases
}

/// Two sentences of espeak-ng over faint noise, with half a second of the noise alone before and after.
fn speech() -> Vec<i16> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/audio/speech.flac");
    Sound::open(&path).unwrap().at_rate(TRACK_RATE).unwrap().samples
}

/// Numbers from -1 to 1, always the same.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / f64::from(1u32 << 30) - 1.0
    }
}

/// Five seconds of white noise at about -45 dB of full scale.
fn faint_noise() -> Vec<i16> {
    let mut next = noise(3);
    (0..120_000).map(|_| (next() * 300.0) as i16).collect()
}

/// Five seconds of key presses over faint noise: a burst of 10 ms as the key goes down, a softer one as it comes up.
fn typing() -> Vec<i16> {
    let mut sound = faint_noise();
    let mut next = noise(4);
    let mut at = 2_000usize;
    while at + 6_000 < sound.len() {
        let loudness = 9_000.0 + 4_000.0 * next();
        for (start, share) in [(at, 1.0), (at + 2_200, 0.4)] {
            for n in 0..1_200 {
                let value = loudness * share * next() * (-(n as f64) / 120.0).exp();
                sound[start + n] = sound[start + n].saturating_add(value as i16);
            }
        }
        at += 3_600 + (next().abs() * 3_600.0) as usize;
    }
    sound
}

fn scores(vad: &mut dyn Vad, sound: &[i16], piece: usize) -> Vec<(u64, u16)> {
    let mut scores = Vec::new();
    for part in sound.chunks(piece) {
        vad.score(part, &mut scores);
    }
    scores
}

fn mean(scores: &[(u64, u16)]) -> u64 {
    scores.iter().map(|&(_, score)| u64::from(score)).sum::<u64>() / scores.len().max(1) as u64
}

/// How many hops end a window that the start rule of `profile` takes for a start.
fn starting_hops(scores: &[(u64, u16)], profile: &VadProfile) -> usize {
    let voiced = |window: &[(u64, u16)]| window.iter().filter(|(_, score)| *score >= profile.on.0).count();
    scores.windows(profile.start_window.into()).filter(|window| voiced(window) >= profile.start_count.into()).count()
}

#[test]
fn pieces_of_any_size_give_the_same_scores() {
    let sound = &speech()[..30_000];
    for case in cases() {
        let whole = scores((case.open)().as_mut(), sound, sound.len());
        for piece in [1, 333, 480, 10_000] {
            let got = scores((case.open)().as_mut(), sound, piece);
            assert!(got == whole, "{} in pieces of {piece}", case.profile.name);
        }
    }
}

#[test]
fn positions_grow_by_exactly_the_hop() {
    let sound = speech();
    for case in cases() {
        let hop = u64::from(case.profile.hop_samples);
        let got = scores((case.open)().as_mut(), &sound, 480);
        for (n, (end, score)) in got.iter().enumerate() {
            assert_eq!(*end, (n as u64 + 1) * hop, "{}", case.profile.name);
            assert!(*score <= 1000);
        }
        // A hop's score comes at most 1.5 ms of sound after its end.
        assert_eq!(got.len() as u64, (sound.len() as u64 - 36) / hop, "{}", case.profile.name);
    }
}

#[test]
fn reset_forgets_everything() {
    let sound = &speech()[..30_000];
    for case in cases() {
        let mut vad = (case.open)();
        let first = scores(vad.as_mut(), sound, 480);
        scores(vad.as_mut(), &typing()[..5_001], 480);
        vad.reset();
        assert!(scores(vad.as_mut(), sound, 480) == first, "{}", case.profile.name);
    }
}

#[test]
fn a_detector_goes_on_alike_on_another_thread() {
    let sound = speech();
    let (first, second) = sound[..48_000].split_at(24_000);
    for case in cases() {
        let mut vad = (case.open)();
        let mut got = scores(vad.as_mut(), first, 480);
        let second = second.to_vec();
        let rest = std::thread::spawn(move || scores(vad.as_mut(), &second, 480)).join().unwrap();
        got.extend(rest);
        assert!(got == scores((case.open)().as_mut(), &sound[..48_000], 480), "{}", case.profile.name);
    }
}

#[test]
fn speech_is_heard_and_starts_within_a_quarter_of_a_second() {
    let sound = speech();
    let spoken = 12_000 + 2_400..sound.len() as u64 - 14_400;
    for case in cases().iter().filter(|case| case.hears) {
        let name = case.profile.name;
        let got = scores((case.open)().as_mut(), &sound, 480);
        let during: Vec<_> = got.iter().copied().filter(|(end, _)| spoken.contains(end)).collect();
        assert!(mean(&during) > 750, "{name}: mean {}", mean(&during));
        let window = usize::from(case.profile.start_window);
        let start = got.windows(window).find(|window| starting_hops(window, &case.profile) > 0).unwrap();
        let start = start[window - 1].0;
        assert!((12_000..18_000).contains(&start), "{name}: started at sample {start}");
    }
}

#[test]
fn silence_and_faint_noise_never_start_speech() {
    for case in cases().iter().filter(|case| case.hears) {
        for (what, sound) in [("silence", vec![0; 120_000]), ("noise", faint_noise())] {
            let got = scores((case.open)().as_mut(), &sound, 480);
            let (name, starts) = (case.profile.name, starting_hops(&got[case.learning_hops..], &case.profile));
            assert_eq!(starts, 0, "{name} on {what}: mean {}", mean(&got));
        }
    }
}

#[test]
fn typing_never_starts_speech() {
    for case in cases().iter().filter(|case| case.knows_typing) {
        let got = scores((case.open)().as_mut(), &typing(), 480);
        assert_eq!(starting_hops(&got, &case.profile), 0, "{}: mean {}", case.profile.name, mean(&got));
    }
}
