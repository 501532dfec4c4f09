//! Keystrokes do not wake the voice detector: four kinds of keyboard, made sound from a seed, heard by the built-in detector and the
//! core as `viva hear` hears a file. Spectra and times are like those of recorded keys: a press of one or two transients, a release 80 to
//! 120 ms after it that is quieter, well-damped resonances of switch, case and desk. Levels are RMS over the 10 ms of the press.

use viva::app::vad_facts;
use viva::audio::Sound;
use viva::audio::resample::resample;
use viva::hearing::{Decided, Decision, Hearing};
use viva::interview::floor::FloorSettings;
use viva::providers::vad::{Detectors, VadConfig, VadKind};
use viva::units::*;

const RATE: f64 = TRACK_RATE.0 as f64;

/// Numbers from a seed (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A part of a keystroke: `at` ms after its begin, noise around `hz` that dies away within `decay` ms (to 1/e), so loud.
struct Part {
    at: f64,
    hz: (f64, f64),
    decay: f64,
    gain: f64,
}

const fn part(at: f64, hz: (f64, f64), decay: f64, gain: f64) -> Part {
    Part { at, hz, decay, gain }
}

/// A laptop's rubber domes: soft, between 400 Hz and 3 kHz.
const MEMBRANE: &[Part] = &[
    part(0.0, (400.0, 900.0), 3.5, 0.8),
    part(1.0, (1_500.0, 3_000.0), 2.0, 0.6),
    part(80.0, (900.0, 2_000.0), 2.5, 0.3),
];
/// Switches that click: sharp and high before the bottom, and again on the way up.
const CLICKY: &[Part] = &[
    part(0.0, (4_000.0, 8_000.0), 0.4, 1.0),
    part(9.0, (1_200.0, 2_600.0), 1.5, 0.8),
    part(9.0, (250.0, 450.0), 2.5, 0.4),
    part(85.0, (4_500.0, 8_500.0), 0.4, 0.6),
];
/// Tactile switches: a knock of plate and case, little above.
const TACTILE: &[Part] = &[
    part(0.0, (700.0, 1_400.0), 4.5, 1.0),
    part(2.0, (250.0, 400.0), 7.0, 0.7),
    part(4.0, (2_500.0, 4_500.0), 1.5, 0.3),
    part(90.0, (1_000.0, 2_000.0), 3.0, 0.4),
];
/// Any keyboard on the desk on which the microphone stands, too.
const DESK_THUMP: &[Part] = &[
    part(0.0, (70.0, 140.0), 9.0, 1.0),
    part(0.0, (160.0, 260.0), 5.0, 0.7),
    part(3.0, (900.0, 2_000.0), 2.0, 0.4),
    part(95.0, (120.0, 200.0), 5.0, 0.3),
];

/// Keys are damped: a resonance is 2.5 times as wide as it is high. (Recorded clicky keys have 90 % of their energy above 1 kHz, flat or
/// rising, and lose 20 dB within 15 ms.)
const DAMPING: f64 = 2.5;

fn stroke(parts: &[Part], random: &mut Random, into: &mut [f64]) {
    let hard = random.between(0.5, 1.0);
    for part in parts {
        let hz = random.between(part.hz.0, part.hz.1);
        let from = ((part.at + random.between(0.0, part.at / 4.0)) * RATE / 1000.0) as usize;
        let length = (part.decay * 7.0 * RATE / 1000.0) as usize;
        let radius = (-std::f64::consts::PI * hz * DAMPING / RATE).exp();
        let swing = 2.0 * radius * (std::f64::consts::TAU * hz / RATE).cos();
        let (mut noise, mut loudness) = (Vec::with_capacity(length), 0.0);
        let (mut one_ago, mut two_ago) = (0.0, 0.0);
        for n in 0..length {
            let seconds = n as f64 / RATE;
            // Half a millisecond to rise: nothing begins at full swing.
            let envelope = (seconds / 0.0005).min(1.0) * (-seconds * 1000.0 / part.decay).exp();
            let sample = random.between(-1.0, 1.0) * envelope + swing * one_ago - radius * radius * two_ago;
            (two_ago, one_ago) = (one_ago, sample);
            loudness += envelope * envelope;
            noise.push(sample);
        }
        let power: f64 = noise.iter().map(|sample| sample * sample).sum();
        let gain = hard * part.gain * (loudness / power.max(1e-12)).sqrt();
        into.iter_mut().skip(from).zip(noise).for_each(|(sound, sample)| *sound += gain * sample);
    }
}

/// Somebody types: bursts of words at so many keys a second, pauses between words, a room's noise 60 dB below full scale.
fn typing(parts: &[Part], keys_a_second: f64, dbfs: f64, length: Ms, seed: u64) -> Vec<i16> {
    let mut random = Random(seed);
    let samples = (length.0 as f64 * RATE / 1000.0) as usize;
    let mut key = vec![0.0; (0.01 * RATE) as usize];
    stroke(parts, &mut Random(seed), &mut key);
    let rms = (key.iter().map(|sample| sample * sample).sum::<f64>() / key.len() as f64).sqrt();
    let gain = 32_768.0 * 10f64.powf(dbfs / 20.0) / rms;
    let (mut sound, mut at, mut word) = (vec![0.0; samples], 0.2, 0);
    while (at * RATE) as usize <= samples {
        stroke(parts, &mut random, &mut sound[(at * RATE) as usize..]);
        word -= 1;
        let pause = if word < 0 { random.between(0.1, 0.6) } else { 0.0 };
        word = if word < 0 { random.between(2.0, 12.0) as i32 } else { word };
        at += random.between(0.5, 1.5) / keys_a_second + pause;
    }
    let room = 32_768.0 * 0.001;
    let heard = |sample: &f64| (sample * gain + random.between(-room, room)).clamp(-32_768.0, 32_767.0) as i16;
    sound.iter().map(heard).collect()
}

fn hear(sound: &[i16]) -> Vec<Decision> {
    let detectors = Detectors::new(&VadConfig { provider: Some(VadKind::Earshot), model_path: None }).unwrap();
    let (mut detector, mut scores) = (detectors.open(), Vec::new());
    detector.score(sound, &mut scores);
    let mut hearing = Hearing::new(vad_facts(detectors.profile()), FloorSettings::default());
    scores.iter().for_each(|&(up_to, score)| hearing.score(up_to, score));
    hearing.finish();
    hearing.take()
}

fn speech() -> Vec<i16> {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/audio/speech.flac");
    let sound = Sound::open(&file).unwrap();
    if sound.rate == TRACK_RATE { sound.samples } else { resample(&sound.samples, sound.rate, TRACK_RATE).unwrap() }
}

/// Typing alone wakes nothing at any rate and these levels; typing before and after speech neither begins nor holds a turn.
fn keyboard_is_not_heard(parts: &[Part], levels: &[f64]) {
    let mut woken = Vec::new();
    for (place, keys_a_second) in [4.0, 8.0, 12.0].into_iter().enumerate() {
        for &dbfs in levels {
            let decided = hear(&typing(parts, keys_a_second, dbfs, Ms(20_000), 7 + place as u64));
            woken.extend(decided.iter().map(|decision| (keys_a_second, dbfs, decision.at_ms)));
        }
    }
    assert_eq!(woken, [], "keys a second, dBFS, ms");

    let (clean, quiet) = (speech(), typing(parts, 4.0, -90.0, Ms(5_000), 3));
    for &dbfs in levels {
        let keys = typing(parts, 8.0, dbfs, Ms(5_000), 3);
        let decided = hear(&[&keys[..], &clean, &keys].concat());
        let wanted = hear(&[&quiet[..], &clean, &quiet].concat());
        let firsts = |decided: &[Decision]| decided.iter().find(|d| d.event == Decided::SpeechStarted).map(|d| d.at_ms);
        let lasts = |decided: &[Decision]| decided.iter().rfind(|d| d.event == Decided::TurnEnded).map(|d| d.at_ms);
        let (first, last) = (firsts(&decided).unwrap(), lasts(&decided).unwrap());
        assert!(first.abs_diff(firsts(&wanted).unwrap()) <= 150, "{dbfs} dBFS: begins at {first} ms, {wanted:?}");
        assert!(last.abs_diff(lasts(&wanted).unwrap()) <= 400, "{dbfs} dBFS: ends at {last} ms, {wanted:?}");
    }
}

#[test]
fn a_laptops_keys_do_not_wake_the_detector() {
    keyboard_is_not_heard(MEMBRANE, &[-40.0, -30.0, -20.0, -15.0]);
}

#[test]
fn clicky_switches_do_not_wake_the_detector() {
    keyboard_is_not_heard(CLICKY, &[-40.0, -35.0, -30.0]);
}

#[test]
fn tactile_switches_do_not_wake_the_detector() {
    keyboard_is_not_heard(TACTILE, &[-40.0, -35.0, -30.0]);
}

/// Louder thumps sound like a voice's lowest tones to this detector and wake it: then the floor's `typing_bar` and the missing words
/// keep the interviewer speaking. So do clicky and tactile keys of this making from -20 dBFS on; recorded clicky keys do not.
#[test]
fn quiet_thumps_on_the_desk_do_not_wake_the_detector() {
    keyboard_is_not_heard(DESK_THUMP, &[-50.0, -40.0]);
}

#[test]
fn the_same_seed_types_the_same() {
    let of = |seed| typing(CLICKY, 8.0, -20.0, Ms(1_000), seed);
    assert!(of(1) == of(1) && of(1) != of(2));
    assert!(of(1).iter().any(|sample| sample.unsigned_abs() > 2_000), "it is loud");
}
