//! What hearing costs: CPU seconds of one thread per hour of sound, for each detector (resampling included), for the
//! resampler alone and for writing FLAC. Prints figures, asserts nothing.
//!
//! `cargo bench --bench vad`; silero only when `scripts/fetch-silero.sh` has been run. Takes some ten seconds.

use std::path::Path;
use std::time::{Duration, Instant};
use viva::audio::{FlacWriter, Resampler, Sound};
use viva::providers::vad::{Detectors, SILERO_PATH, VadConfig, VadKind};
use viva::units::{Hz, TRACK_RATE};

/// Samples that arrive together: the 20 ms of a browser's frame.
const PIECE: usize = 480;
/// Rounds of each figure; the fastest counts, as the others were disturbed.
const ROUNDS: usize = 5;
/// Sound per round, in seconds.
const SECONDS: usize = 120;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sound = match Sound::open(&folder.join("fixtures/audio/speech.flac")) {
        Ok(sound) => sound.samples,
        Err(error) => return eprintln!("no sound to measure with: {error}"),
    };
    let sound: Vec<i16> = sound.iter().copied().cycle().take(SECONDS * TRACK_RATE.0 as usize).collect();
    for provider in [VadKind::Earshot, VadKind::Silero, VadKind::Webrtc] {
        let config = VadConfig { provider: Some(provider), model_path: Some(folder.join(SILERO_PATH)) };
        let detectors = match Detectors::new(&config) {
            Ok(detectors) => detectors,
            Err(error) => {
                println!("{provider:?}: not measured: {error}");
                continue;
            }
        };
        let mut scores = Vec::with_capacity(SECONDS * 100);
        report(detectors.profile().name, || {
            let mut vad = detectors.open();
            scores.clear();
            sound.chunks(PIECE).for_each(|piece| vad.score(piece, &mut scores));
        });
    }
    for (from, to) in [(24_000, 16_000), (22_050, 24_000), (24_000, 8_000), (8_000, 24_000)] {
        let Ok(mut resampler) = Resampler::new(Hz(from), Hz(to)) else { continue };
        let sound: Vec<i16> = sound.iter().copied().take(SECONDS * from as usize).collect();
        let mut out = Vec::with_capacity(SECONDS * to as usize);
        report(&format!("resample {from} to {to}"), || {
            out.clear();
            sound.chunks(from as usize / 50).for_each(|piece| resampler.push(piece, &mut out));
        });
    }
    report("write flac", || {
        let Ok(mut writer) = FlacWriter::new(std::io::Cursor::new(Vec::new()), TRACK_RATE, sound.len() as u64) else {
            return;
        };
        let written = sound.chunks(PIECE).try_for_each(|piece| writer.write(piece));
        if let Err(error) = written.and_then(|()| writer.finish().map(drop)) {
            println!("flac: {error}");
        }
    });
}

/// Runs `work`, which handles `SECONDS` of sound, and prints what an hour of it costs.
fn report(name: &str, mut work: impl FnMut()) {
    let round = |_| {
        let begun = thread_cpu();
        work();
        thread_cpu().saturating_sub(begun)
    };
    let fastest = (0..ROUNDS).map(round).min().unwrap_or_default();
    let per_hour = fastest.as_secs_f64() * 3600.0 / SECONDS as f64;
    println!("{name:<24} {per_hour:>7.2} CPU s per hour of sound");
}

/// CPU time of this thread. Where the system does not tell it in this form, the time on the wall.
fn thread_cpu() -> Duration {
    static BEGUN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = schedstat.and_then(|text| text.split_whitespace().next()?.parse().ok());
    nanoseconds.map_or_else(|| BEGUN.elapsed(), Duration::from_nanos)
}
