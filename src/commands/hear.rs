//! `viva hear`: what the floor would decide on a sound file.

use crate::app::vad_facts;
use crate::audio::resample::resample;
use crate::audio::{Sound, SoundError};
use crate::hearing::Hearing;
use crate::interview::floor::FloorSettings;
use crate::providers::vad::{Detectors, VadConfig, VadKind};
use crate::units::*;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Hear sound files and print what the floor would decide
#[derive(clap::Args, Debug)]
#[command(after_long_help = "\
Feeds each file through the voice detector and the interview core, as if it came from a candidate's microphone, and
prints one JSON object a line:

  {\"at_ms\":240,\"event\":\"speech_started\",\"why\":\"voice\",\"sample\":3456}

`event` is speech_started, speech_stopped or turn_ended; `at_ms` is when the decision was made, in ms from the file's
start; `why` names the rule or fact; `sample` is where on the sound, at 24,000 samples a second, the speech it is about
began or ended. With several files each object has `file` as well. No words are known, so only silence ends a turn; a
file that breaks off in a turn is taken to be followed by silence.

With --scores the detector's own answers are printed instead: a header line `# file=… hop_ms=…`, then one number from
0 to 1 a line, one for each hop from the file's start.

Files: wav (any rate, mono or stereo, 8/16/24/32 bit) or flac.

Examples:
  viva hear answer.wav
  viva hear --scores --vad silero answer.flac

Exit code: 0 all files heard; 1 one could not be read; 2 unusable arguments.")]
pub struct HearArgs {
    /// Sound files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Print the voice detector's score of each hop instead of decisions
    #[arg(long)]
    pub scores: bool,
    /// Voice detector: silero when its weights are there, else earshot, unless named
    #[arg(long, value_name = "NAME", value_parser = ["earshot", "silero", "webrtc"])]
    pub vad: Option<String>,
    /// Weights of the silero detector
    #[arg(long, value_name = "FILE")]
    pub model_path: Option<PathBuf>,
}

/// Runs the command, printing to stdout.
pub fn run(args: &HearArgs) -> ExitCode {
    let out = BufWriter::new(io::stdout().lock());
    ExitCode::from(run_to(args, out, &mut io::stderr().lock()))
}

/// As [`run`], with the outputs of the caller's choice.
pub fn run_to(args: &HearArgs, mut out: impl Write, errors: &mut impl Write) -> u8 {
    let detectors = match Detectors::new(&vad_config(args)) {
        Ok(detectors) => detectors,
        Err(error) => {
            let _ = writeln!(errors, "viva hear: {error}");
            return 2;
        }
    };
    let mut failed = 0;
    for file in &args.files {
        match hear_file(args, &detectors, file, &mut out) {
            Ok(()) => {}
            // A reader that went away (`| head`) ends the output, it is no failure.
            Err(HearError::Output) => return failed,
            Err(HearError::Sound(error)) => {
                let _ = writeln!(errors, "viva hear: {}: {error}", file.display());
                failed = 1;
            }
        }
    }
    let _ = out.flush();
    failed
}

enum HearError {
    Sound(SoundError),
    Output,
}

fn vad_config(args: &HearArgs) -> VadConfig {
    let provider = args.vad.as_deref().map(|name| match name {
        "silero" => VadKind::Silero,
        "webrtc" => VadKind::Webrtc,
        _ => VadKind::Earshot,
    });
    VadConfig { provider, model_path: args.model_path.clone() }
}

fn hear_file(args: &HearArgs, detectors: &Detectors, file: &Path, out: &mut impl Write) -> Result<(), HearError> {
    let scores = score(detectors, file).map_err(HearError::Sound)?;
    let printed = if args.scores {
        print_scores(detectors, file, &scores, out)
    } else {
        print_decisions(detectors, args.files.len() > 1, file, &scores, out)
    };
    printed.map_err(|_| HearError::Output)
}

/// The score of every hop, with the hop's end in samples at the track rate.
fn score(detectors: &Detectors, file: &Path) -> Result<Vec<(u64, u16)>, SoundError> {
    let sound = Sound::open(file)?;
    let samples = match sound.rate {
        TRACK_RATE => sound.samples,
        rate => resample(&sound.samples, rate, TRACK_RATE)?,
    };
    let mut detector = detectors.open();
    let mut scores = Vec::with_capacity(samples.len() / 256);
    detector.score(&samples, &mut scores);
    Ok(scores)
}

fn print_scores(detectors: &Detectors, file: &Path, scores: &[(u64, u16)], out: &mut impl Write) -> io::Result<()> {
    let hop = Ms::of_samples(u64::from(detectors.profile().hop_samples), TRACK_RATE);
    writeln!(out, "# file={} hop_ms={hop}", file.display())?;
    scores.iter().try_for_each(|(_, score)| writeln!(out, "{}.{:03}", score / 1000, score % 1000))
}

fn print_decisions(
    detectors: &Detectors,
    name_files: bool,
    file: &Path,
    scores: &[(u64, u16)],
    out: &mut impl Write,
) -> io::Result<()> {
    let mut hearing = Hearing::new(vad_facts(detectors.profile()), FloorSettings::default());
    scores.iter().for_each(|&(up_to, score)| hearing.score(up_to, score));
    hearing.finish();
    for decision in hearing.take() {
        let mut line = serde_json::to_value(&decision).map_err(io::Error::other)?;
        if name_files && let Some(object) = line.as_object_mut() {
            object.insert("file".into(), file.display().to_string().into());
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(files: &[&str], scores: bool) -> (u8, String, String) {
        let files = files.iter().map(|file| Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/audio").join(file));
        let args = HearArgs { files: files.collect(), scores, vad: Some("earshot".into()), model_path: None };
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let code = run_to(&args, &mut out, &mut errors);
        (code, String::from_utf8(out).unwrap(), String::from_utf8(errors).unwrap())
    }

    #[test]
    fn speech_is_heard_to_start_and_to_end() {
        let (code, out, _) = heard(&["speech.flac"], false);
        let events: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(code, 0);
        assert_eq!(events.first().map(|event| &event["event"]), Some(&"speech_started".into()));
        assert_eq!(events.last().map(|event| &event["event"]), Some(&"turn_ended".into()));
        assert!(events.windows(2).all(|pair| pair[0]["at_ms"].as_u64() <= pair[1]["at_ms"].as_u64()));
    }

    #[test]
    fn scores_come_one_a_hop_after_a_header() {
        let (_, out, _) = heard(&["speech.flac"], true);
        let mut lines = out.lines();
        assert!(lines.next().is_some_and(|line| line.starts_with("# file=") && line.ends_with("hop_ms=16")));
        assert!(lines.all(|line| line.parse::<f64>().is_ok_and(|score| (0.0..=1.0).contains(&score))));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_and_the_others_are_heard() {
        let (code, out, errors) = heard(&["nothing-here.wav", "speech.flac"], false);
        assert_eq!(code, 1);
        assert!(errors.contains("nothing-here.wav"));
        assert!(out.contains("speech_started"));
    }
}
