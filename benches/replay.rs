//! What recording costs the driver, and how much faster than real time a recording replays. An hour of an interview is
//! played by the core against a small scripted world, recorded to a temporary folder with both tracks, closed, replayed.
//!
//! `cargo bench --bench replay [-- MINUTES]`. Prints; asserts nothing about time.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};
use viva::interview::Interview;
use viva::interview::command::Command;
use viva::interview::event::{EndReason, Event};
use viva::interview::floor::FloorSettings;
use viva::interview::setup::*;
use viva::recording::format::{Consent, ConsentBy, Header};
use viva::recording::{Recording, Writer};
use viva::replay::{Played, Tail, run};
use viva::units::*;

const HOP: Ms = Ms(16);

fn main() {
    let minutes = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(60_u64);
    let steps = World::play(Ms(minutes * 60_000));
    let commands: usize = steps.iter().map(|(_, _, commands)| commands.len()).sum();
    println!("{minutes} min interview: {} events, {commands} commands", steps.len());
    let parent = tempfile::tempdir().expect("a temporary folder");
    let folder = parent.path().join("hour");
    record(&folder, &steps, minutes);
    replay(&folder, minutes);
}

/// Records the steps and a minute-by-minute share of sound, timing the calls that the driver makes.
fn record(folder: &Path, steps: &[(At, Event, Vec<Command>)], minutes: u64) {
    let consent = Consent { recording: true, by: ConsentBy::Operator, at_unix_ms: 0 };
    let writer = Writer::start().expect("threads start");
    let mut recorder = writer.begin(folder, &Header::new(setup(), consent, 0)).expect("begins");
    let (mut in_steps, mut in_sound, mut in_flush) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let (mut flushes, mut longest, mut chunks) = (0_u32, Duration::ZERO, 0_u32);
    let sound = speechlike();
    for (at, event, commands) in steps {
        let begun = Instant::now();
        recorder.event(*at, event);
        recorder.commands(commands);
        in_steps += begun.elapsed();
        while u64::from(chunks) * 20 < at.0 {
            let begun = Instant::now();
            let from = chunks as usize * 480 % (sound.len() - 480);
            recorder.candidate_sound(*at, &sound[from..from + 480]);
            in_sound += begun.elapsed();
            // The interviewer speaks a third of the time.
            if chunks % 600 < 200 {
                recorder.interviewer_sound(*at, &sound[from..from + 480]);
            }
            chunks += 1;
        }
        if recorder.flush_due().is_some_and(|due| due <= *at) {
            let begun = Instant::now();
            recorder.flush();
            longest = longest.max(begun.elapsed());
            in_flush += begun.elapsed();
            flushes += 1;
            // A driver waits for the world here; the writer gets its turn.
            std::thread::yield_now();
        }
    }
    let fault = recorder.take_fault();
    let begun = Instant::now();
    let summary = recorder.finish(EndReason::Completed).and_then(|finishing| finishing.wait());
    let closing = begun.elapsed();
    println!("recorder: {:>7.0} ns an event with its commands", nanos(in_steps, steps.len()));
    println!("recorder: {:>7.0} ns a 20 ms chunk of microphone sound", nanos(in_sound, chunks as usize));
    println!("recorder: {:>7.0} ns a flush, the longest {} µs", nanos(in_flush, flushes as usize), longest.as_micros());
    let driver = (in_steps + in_sound + in_flush).as_secs_f64();
    println!("recorder: {:.4} % of a core for the driver", driver / (minutes as f64 * 60.0) * 100.0);
    println!("close:    {:.1} s for {minutes} min (FLAC of both tracks, read back, hashed)", closing.as_secs_f64());
    match (summary, fault) {
        (Some(Ok(summary)), None) => {
            for file in &summary.files {
                println!("          {:>10.1} kB {}", file.bytes as f64 / 1000.0, file.name);
            }
        }
        (summary, fault) => println!("THE RECORDING FAILED: {fault:?} {summary:?}"),
    }
    writer.close();
}

fn replay(folder: &Path, minutes: u64) {
    let recording = Recording::open(folder).expect("opens");
    let mut times = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        let bytes = recording.read_steps().expect("steps");
        let mut core = Interview::new(recording.header().setup.clone());
        let mut played = Played::default();
        if let Err(stopped) = run(&mut core, recording.steps(&bytes), Tail::Whole, &mut played) {
            println!("THE REPLAY FAILED: {stopped}");
            return;
        }
        times.push((begun.elapsed(), played));
    }
    times.sort_by_key(|(time, _)| *time);
    let (time, played) = times[times.len() / 2];
    let speed = minutes as f64 * 60.0 / time.as_secs_f64();
    let rate = played.events as f64 / time.as_secs_f64();
    println!("replay:   {speed:.0} × real time, {rate:.0} events/s, {} steps in {} ms", played.steps, time.as_millis());
    let begun = Instant::now();
    let bytes = recording.read_steps().expect("steps");
    let lines = recording.steps(&bytes).filter(|line| line.is_ok()).count();
    let reading = begun.elapsed();
    println!("          of which reading and parsing {lines} lines: {} ms", reading.as_millis());
}

fn nanos(time: Duration, count: usize) -> f64 {
    time.as_nanos() as f64 / count.max(1) as f64
}

/// Ten seconds of a voiced tone with breath on it: compresses about as speech does.
fn speechlike() -> Vec<i16> {
    let mut state = 1_u32;
    let sample = |n: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let time = n as f32 / 24_000.0;
        let envelope = (time * 9.0).sin().max(0.0) * 6000.0;
        let tone = (time * 120.0 * std::f32::consts::TAU).sin() + 0.5 * (time * 700.0 * std::f32::consts::TAU).sin();
        (tone * envelope) as i16 + ((state >> 24) as i16 - 128)
    };
    (0..240_000).map(sample).collect()
}

/// What answers the core: words, a model, a voice, all on schedule.
struct World {
    core: Interview,
    /// What will happen, by time and then order of asking.
    due: BTreeMap<(At, u64), Event>,
    asked: u64,
    steps: Vec<(At, Event, Vec<Command>)>,
    utterance: Option<UtteranceId>,
}

impl World {
    fn play(length: Ms) -> Vec<(At, Event, Vec<Command>)> {
        let core = Interview::new(setup());
        let mut world = World { core, due: BTreeMap::new(), asked: 0, steps: Vec::new(), utterance: None };
        world.happen(At(0), Event::ClientJoined { resumed: false });
        for hop in 1..length.0 / HOP.0 {
            let at = At(hop * HOP.0);
            world.catch_up(at);
            // Four seconds of speech, eight of silence.
            let speaking = at.0 % 12_000 < 4000;
            let permille = Permille(if speaking { 900 } else { 40 } + (hop % 60) as u16);
            world.happen(at, Event::VoiceScored { up_to: SampleIdx(0) + Ms(at.0), permille });
            if let Some(utterance) = world.utterance.filter(|_| speaking && hop % 20 == 0) {
                let text = "I would sort the list first and then walk over it".into();
                world.happen(at, Event::PartialHeard { utterance: Some(utterance), text });
            }
        }
        world.steps
    }

    /// Everything that is due before `now`: the core's timers and the world's answers, in order of time.
    fn catch_up(&mut self, now: At) {
        loop {
            let answer = self.due.first_key_value().map(|(&(at, _), _)| at).filter(|&at| at <= now);
            let timer = self.core.deadline().filter(|&(at, _)| at <= now);
            match (timer, answer) {
                (Some((at, timer)), answer) if answer.is_none_or(|answer| at <= answer) => {
                    let at = at.max(self.steps.last().map_or(At(0), |step| step.0));
                    self.happen(at, Event::TimerFired(timer));
                }
                (_, Some(at)) => {
                    if let Some((_, event)) = self.due.pop_first() {
                        self.happen(at, event);
                    }
                }
                _ => return,
            }
        }
    }

    fn happen(&mut self, at: At, event: Event) {
        let mut commands = Vec::new();
        self.core.handle(at, event.clone(), &mut commands);
        for command in &commands {
            self.answer(at, command);
        }
        self.steps.push((at, event, commands));
    }

    fn later(&mut self, at: At, after: u64, event: Event) {
        self.asked += 1;
        self.due.insert((at + Ms(after), self.asked), event);
    }

    fn answer(&mut self, at: At, command: &Command) {
        match command {
            Command::StartTranscribing { utterance, .. } => self.utterance = Some(*utterance),
            Command::FinishTranscribing { utterance, .. } => {
                let text = "I would sort the list first and then walk over it once.".into();
                self.later(at, 150, Event::FinalHeard { utterance: Some(*utterance), text });
                self.utterance = None;
            }
            Command::DropTranscribing { .. } => self.utterance = None,
            Command::AskModel { request, .. } => {
                for piece in 0..20 {
                    let text = if piece == 19 { " it?" } else { " and then" }.into();
                    self.later(at, 300 + piece * 20, Event::ModelWrote { request: *request, text });
                }
                let done = Event::ModelFinished { request: *request, tokens_in: 900, tokens_out: 40, cut_short: false };
                self.later(at, 720, done);
            }
            Command::Synthesize { speech, .. } => {
                self.later(at, 120, Event::SpeechArrived { speech: *speech });
                self.later(at, 200, Event::SpeechSynthesized { speech: *speech, length: Ms(2000) });
            }
            Command::Play { speech } => {
                for chunk in 1..50 {
                    let sent = Event::PlayoutAdvanced { speech: *speech, sent: Ms(chunk * 40) };
                    self.later(at, 210 + chunk * 40, sent);
                }
                self.later(at, 2210, Event::PlayoutFinished { speech: *speech, sent: Ms(2000) });
            }
            _ => {}
        }
    }
}

fn setup() -> Setup {
    let question = Question {
        id: "bench".into(),
        greeting: "Hello and welcome.".into(),
        opening: "How would you find two numbers that add up to a target?".into(),
        // Enough for the whole length.
        follow_ups: (1..500).map(|number| format!("What changes in case {number}?")).collect(),
        closing: "Thank you.".into(),
        ..Question::default()
    };
    Setup {
        seed: 1,
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
        time_box: Ms(4 * 3_600_000),
        grace: Ms(60_000),
        question,
        prompts: Prompts::default(),
        lines: Lines::default(),
        workspace: None,
        course: Default::default(),
        agenda: Default::default(),
        openers: Default::default(),
        pace: None,
    }
}
