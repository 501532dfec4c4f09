//! What a recording's files hold, and the encoder of its steps. The bytes are the same whoever writes them: live, a
//! replay that blesses, or the simulation.

use crate::interview::command::Command;
use crate::interview::event::{EndReason, Event};
use crate::interview::setup::Setup;
use crate::units::*;
use serde::{Deserialize, Serialize};

use super::fault::FaultKind;
use super::places::Place;

/// The format this build writes, and the newest it reads.
pub const FORMAT: u32 = 1;

/// File with the [`Header`].
pub const HEADER_FILE: &str = "header.json";
/// File with the steps, one JSON object a line.
pub const STEPS_FILE: &str = "steps.jsonl";
/// File with the [`Summary`]; it exists once the recording is closed.
pub const SUMMARY_FILE: &str = "summary.json";
/// While live: where the candidate's sound lies on the clock, see [`super::places`].
pub const PLACES_FILE: &str = "places.jsonl";

/// One of the two tracks of sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Track {
    /// The microphone, packed: sample n of the file is `SampleIdx` n of the steps.
    Candidate,
    /// What was sent to the client, laid out on the clock: sample n of the file was due at n / rate.
    Interviewer,
}

impl Track {
    /// Both tracks.
    pub const ALL: [Track; 2] = [Track::Candidate, Track::Interviewer];

    /// The file while live: signed 16-bit little-endian mono at the header's rate.
    pub fn pcm_file(self) -> &'static str {
        match self {
            Track::Candidate => "candidate.pcm",
            Track::Interviewer => "interviewer.pcm",
        }
    }

    /// The file of a closed recording.
    pub fn flac_file(self) -> &'static str {
        match self {
            Track::Candidate => "candidate.flac",
            Track::Interviewer => "interviewer.flac",
        }
    }
}

/// What is known before the first step. Written whole before anything else and never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`] of the writer.
    pub format: u32,
    /// Version of Viva that wrote it.
    pub viva_version: String,
    /// When the interview began, in ms since 1970 UTC, as the caller's clock said.
    pub created_unix_ms: u64,
    /// Rate of both tracks and of every `SampleIdx`, in Hz.
    pub track_rate_hz: Hz,
    /// What the candidate agreed to.
    pub consent: Consent,
    /// The tracks there are; none in a recording that keeps steps only.
    pub tracks: Vec<Track>,
    /// All that the core was told before the first event.
    pub setup: Setup,
}

impl Header {
    /// The header of an interview that begins now (`created_unix_ms`), with both tracks.
    pub fn new(setup: Setup, consent: Consent, created_unix_ms: u64) -> Self {
        Header {
            format: FORMAT,
            viva_version: env!("CARGO_PKG_VERSION").to_owned(),
            created_unix_ms,
            track_rate_hz: TRACK_RATE,
            consent,
            tracks: Track::ALL.to_vec(),
            setup,
        }
    }

    /// The bytes of `header.json`: readable by people, ending in a newline.
    pub fn encode(&self) -> Vec<u8> {
        pretty(self)
    }
}

/// Whether the interview may be recorded, who said so and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// It may be recorded.
    pub recording: bool,
    /// How consent was given.
    pub by: ConsentBy,
    /// When, in ms since 1970 UTC.
    pub at_unix_ms: u64,
}

/// How consent was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentBy {
    /// In the request that made the session.
    Session,
    /// In the query of the voice socket's address.
    Query,
    /// By the operator, for everybody (a rehearsal, a test bench).
    Operator,
}

/// One line of `steps.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Something happened at this time.
    Event(At, Event),
    /// The core's answer to the event before it.
    Command(Command),
}

/// Written when a recording is closed; its presence says that nothing will be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// [`FORMAT`] of the writer.
    pub format: u32,
    /// Nothing of the interview is missing.
    pub complete: bool,
    /// Closed later, by a server that found it cut off.
    pub recovered: bool,
    /// Why the interview ended, as far as is known.
    pub ended: Option<EndReason>,
    /// What stopped the recording before the interview's end.
    pub fault: Option<FaultKind>,
    /// The first line of `steps.jsonl` that cannot be read, if one cannot.
    pub damaged_line: Option<u64>,
    /// Lines of `steps.jsonl`: events and commands.
    pub steps: u64,
    /// Events among them.
    pub events: u64,
    /// Time of the last event.
    pub duration_ms: Ms,
    /// Where the candidate's track lies on the clock.
    pub candidate_places: Vec<Place>,
    /// Every other file, in the order of their names.
    pub files: Vec<FileSummary>,
}

impl Summary {
    /// The bytes of `summary.json`.
    pub fn encode(&self) -> Vec<u8> {
        pretty(self)
    }
}

/// One file of a closed recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSummary {
    /// Its name in the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// sha-256 of its bytes, in hex.
    pub sha256: String,
    /// Samples in it, of a track.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
}

fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Numbers and encodes steps: one running `seq` over events and commands, which is also the line's number in the
/// file, from 1. Allocates nothing beyond the growth of `out`.
#[derive(Clone, Debug, Default)]
pub struct StepEncoder {
    seq: u64,
}

impl StepEncoder {
    /// Steps encoded so far.
    pub fn steps(&self) -> u64 {
        self.seq
    }

    /// Appends the line of `event`.
    pub fn event(&mut self, out: &mut Vec<u8>, at: At, event: &Event) {
        self.open(out);
        out.extend_from_slice(b",\"at_ms\":");
        append_json(out, &at);
        out.extend_from_slice(b",\"event\":");
        append_json(out, event);
        out.extend_from_slice(b"}\n");
    }

    /// Appends a line for each of `commands`.
    pub fn commands(&mut self, out: &mut Vec<u8>, commands: &[Command]) {
        for command in commands {
            self.open(out);
            out.extend_from_slice(b",\"command\":");
            append_json(out, command);
            out.extend_from_slice(b"}\n");
        }
    }

    fn open(&mut self, out: &mut Vec<u8>) {
        self.seq += 1;
        out.extend_from_slice(b"{\"seq\":");
        append_json(out, &self.seq);
    }
}

/// Appends compact JSON. The types of the seam have string keys and no fallible parts, so writing them to memory
/// cannot fail.
fn append_json(out: &mut Vec<u8>, value: &impl Serialize) {
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "steps serialise");
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::interview::floor::FloorSettings;
    use crate::interview::setup::*;

    /// A setup for tests of recordings: only that it is whole matters.
    pub(crate) fn setup() -> Setup {
        Setup {
            seed: 7,
            language: "en".into(),
            vad: VadFacts {
                name: "earshot".into(),
                hop_samples: 384,
                on: Permille(500),
                off: Permille(350),
                start_count: 3,
                start_window: 5,
            },
            end_of_turn: None,
            words: Words::Recogniser { partials: true, final_within: Ms(1500) },
            verbatim: false,
            voice: Voice::Server,
            interviewer: Interviewer::Model,
            speaks_first: true,
            floor: FloorSettings::default(),
            time_box: Ms(1_800_000),
            grace: Ms(60_000),
            question: Question { id: "two-sum-live".into(), ..Question::default() },
            prompts: Prompts::default(),
            lines: Lines::default(),
            workspace: None,
            course: Default::default(),
            agenda: Default::default(),
            openers: Default::default(),
            pace: None,
        }
    }

    /// A header with consent.
    pub(crate) fn header() -> Header {
        let consent = Consent { recording: true, by: ConsentBy::Session, at_unix_ms: 1_790_000_000_000 };
        Header::new(setup(), consent, 1_790_000_000_123)
    }

    #[test]
    fn steps_have_one_running_number_and_fixed_bytes() {
        let mut encoder = StepEncoder::default();
        let mut out = Vec::new();
        encoder.event(&mut out, At(12), &Event::ClientJoined { resumed: false });
        encoder.commands(&mut out, &[Command::PausePlayout, Command::Play { speech: SpeechId(1) }]);
        encoder.event(&mut out, At(40), &Event::ClientLeft);
        let expected = concat!(
            "{\"seq\":1,\"at_ms\":12,\"event\":{\"client_joined\":{\"resumed\":false}}}\n",
            "{\"seq\":2,\"command\":\"pause_playout\"}\n",
            "{\"seq\":3,\"command\":{\"play\":{\"speech\":1}}}\n",
            "{\"seq\":4,\"at_ms\":40,\"event\":\"client_left\"}\n",
        );
        assert_eq!(String::from_utf8_lossy(&out), expected);
        assert_eq!(encoder.steps(), 4);
    }

    #[test]
    fn a_header_survives_its_file() {
        let header = header();
        let read: Header = serde_json::from_slice(&header.encode()).expect("reads");
        assert_eq!(read, header);
    }
}
