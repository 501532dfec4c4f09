//! Scenarios drawn from a seed: candidates with a manner each, among services that are mostly well and sometimes not.

use super::random::Random;
use super::scenario::*;
use crate::interview::agenda::course::Kind;
use crate::interview::event::Event;
use crate::interview::run::{RunFailure, RunScope, Verdict};
use crate::interview::setup::{Interviewer, Voice, Words};
use crate::units::*;

const TURNS: [&str; 14] = [
    "I would sort the numbers first and then scan from both ends.",
    "so I would keep a map of [900] the numbers that I have seen so far.",
    "It runs in linear time. [500] I think.",
    "can the list be empty",
    "um [400] well [700] I would start with two loops and then improve that",
    "yes",
    "linear",
    "let me think [4000] okay so the map holds each number and its place.",
    "I would test it with an empty list [1000] and with one number [300] and with two equal numbers.",
    "What do you mean by that?",
    "because the first one [1200] is always smaller",
    "no I don't think so",
    "give me a minute please",
    "It costs order n log n for the sorting, and after that the scan is linear, so all in all the sorting decides what it \
     costs, unless the list comes sorted already, in which case it is only the scan that counts.",
];
const INTERRUPTIONS: [&str; 6] = [
    "wait can I ask something first",
    "sorry what was the second part",
    "no that is not what I meant",
    "stop please",
    "okay but what about negative numbers",
    "I know this one we can use a map",
];
const BACKCHANNELS: [&str; 5] = ["mm-hm", "yeah", "right okay", "uh-huh", "I see"];
const LINES: usize = 40;

/// The scenario of this seed: a few minutes of interview.
pub fn random(seed: u64) -> Scenario {
    let mut random = Random::new(seed, 5);
    let mut scenario = Scenario { seed, ..Scenario::default() };
    settings(&mut random, &mut scenario);
    services(&mut random, &mut scenario);
    scenario.manner.ms_per_word = random.between(60, 220);
    scenario.manner.ms_per_char = random.between(30, 60);
    scenario.manner.patience_ms = random.ms(8_000, 45_000);
    scenario.manner.noise_permille = *random.pick(&[0, 5, 15, 25]);
    scenario.manner.gives_way = random.chance(400);
    let weights = Weights {
        interruptions: random.between(0, 250),
        backchannels: random.between(0, 250),
        events: random.between(0, 150),
    };
    scenario.line = (0..LINES).map(|_| line(&mut random, &weights)).collect();
    if random.chance(400) {
        coding(&mut random, &mut scenario);
    }
    course(&mut Random::new(seed, 6), &mut scenario);
    openers(&mut Random::new(seed, 7), &mut scenario);
    scenario
}

/// Some interviewers have something to say at once; some models are often late.
fn openers(random: &mut Random, scenario: &mut Scenario) {
    if random.chance(600) {
        scenario.setup.openers.after_answer = vec!["Okay.".into(), "I see.".into()];
        scenario.setup.openers.after_question = vec!["Let me see.".into(), "Hmm.".into()];
        scenario.setup.floor.opener_after_ms = random.ms(0, 600);
    }
    if random.chance(400) {
        let (permille, slower) = (random.between(20, 400), random.ms(500, 4_000));
        scenario.llm.iter_mut().for_each(|call| (call.slow_permille, call.slow_ms) = (permille, slower));
    }
    scenario.setup.floor.speculation_share_permille = Permille(*random.pick(&[0, 100, 400, 400, 1000]));
}

/// Some talk about a story or a design; some who write ask for hints by hand.
fn course(random: &mut Random, scenario: &mut Scenario) {
    if scenario.setup.coding {
        for _ in 0..random.between(0, 4) {
            let at = random.between(0, scenario.line.len() as u64) as usize;
            let asks = Line {
                when: When::Then,
                after_ms: random.ms(200, 4_000),
                act: Act::Happens(Event::HintRequested),
                means: None,
            };
            scenario.line.insert(at.min(scenario.line.len()), asks);
        }
    } else if random.chance(400) {
        scenario.setup.course = Some(*random.pick(&[Kind::Coding, Kind::Behavioural, Kind::SystemDesign]));
    }
    scenario.setup.agenda.speaks_up = random.chance(850);
}

/// The candidate writes and runs code between the lines, at good moments and bad ones.
fn coding(random: &mut Random, scenario: &mut Scenario) {
    const VERDICTS: [Verdict; 4] = [Verdict::Accepted, Verdict::WrongAnswer, Verdict::RuntimeError, Verdict::TimeLimit];
    const SCOPES: [RunScope; 3] = [RunScope::Visible, RunScope::All, RunScope::Custom];
    scenario.setup.coding = true;
    let run = |random: &mut Random| RunManner {
        takes_ms: random.ms(20, 9_000),
        tests: vec![*random.pick(&VERDICTS), *random.pick(&VERDICTS)],
        hidden_passed: random.chance(500).then_some(1),
        fails: random.chance(80).then_some(RunFailure::Busy),
        stalls: random.chance(80),
        ..RunManner::default()
    };
    scenario.run = (0..6).map(|_| run(random)).collect();
    for number in 0..random.between(4, 20) {
        let act = match random.chance(400) {
            true => Act::Write(format!("def pair_sum(numbers, sum):\n    return {number}\n")),
            false => Act::Run(*random.pick(&SCOPES)),
        };
        let when = *random.pick(&[When::Heard, When::Then, When::Then, When::During, When::Preparing]);
        let place = random.between(0, scenario.line.len() as u64) as usize;
        scenario.line.insert(place, Line { when, after_ms: random.ms(50, 4_000), act, means: None });
    }
}

struct Weights {
    interruptions: u64,
    backchannels: u64,
    events: u64,
}

fn settings(random: &mut Random, scenario: &mut Scenario) {
    let setup = &mut scenario.setup;
    setup.speaks_first = random.chance(700);
    setup.time_box_ms = random.ms(60_000, 300_000);
    setup.grace_ms = Ms(20_000);
    setup.follow_ups = random.between(0, 4) as usize;
    if random.chance(300) {
        setup.interviewer = Interviewer::Authored;
    }
    if random.chance(250) {
        setup.words = Words::Client;
    } else if random.chance(300) {
        setup.words = Words::Recogniser { partials: false, final_within: Ms(2000) };
    }
    let client = &mut scenario.client;
    client.delay_ms = random.ms(10, 120);
    if random.chance(400) {
        client.reports = false;
    }
    if random.chance(120) {
        setup.voice = *random.pick(&[Voice::Client, Voice::Silent]);
        client.says_done = random.chance(800);
    } else if random.chance(100) {
        client.echo_ms = random.ms(200, 1500);
    }
}

/// Of a thousand uses of a rough service so many go wrong.
const ROUGH_FAULTS_PERMILLE: u64 = 80;

/// Gives a scenario slow services with faults, by its seed.
pub fn rough(scenario: &mut Scenario) {
    let mut random = Random::new(scenario.seed, 8);
    scenario.stt.clear();
    scenario.llm.clear();
    scenario.tts.clear();
    services_with(&mut random, scenario, ROUGH_FAULTS_PERMILLE);
}

fn services(random: &mut Random, scenario: &mut Scenario) {
    let faults = *random.pick(&[0, 0, 50, 200]);
    services_with(random, scenario, faults);
}

fn services_with(random: &mut Random, scenario: &mut Scenario, faults: u64) {
    let (stt_final, llm_first, tts_first) =
        (random.between(100, 1200), random.between(150, 1500), random.between(80, 700));
    for _ in 0..60 {
        scenario.stt.push(stt(random, stt_final, faults));
        scenario.llm.push(llm(random, llm_first, faults));
        scenario.tts.push(tts(random, tts_first, faults));
    }
}

fn stt(random: &mut Random, final_ms: u64, faults: u64) -> SttManner {
    let mut manner = SttManner { final_ms: Ms(final_ms), jitter_ms: Ms(final_ms / 2), ..SttManner::default() };
    manner.shrinks = random.chance(faults);
    if random.chance(faults) {
        let kinds = [
            LastWord::NeverComes,
            LastWord::IsEmpty,
            LastWord::ComesInHalves,
            LastWord::Fails(FailureKind::Timeout),
            LastWord::Dies,
        ];
        manner.last_word = *random.pick(&kinds);
        manner.final_ms = random.ms(100, 4_000);
    }
    manner
}

fn llm(random: &mut Random, first_ms: u64, faults: u64) -> LlmManner {
    let mut manner = LlmManner { first_ms: Ms(first_ms), jitter_ms: Ms(first_ms), ..LlmManner::default() };
    manner.token_ms = random.ms(5, 120);
    if random.chance(faults) {
        match random.between(0, 3) {
            0 => manner.stalls_after = Some(random.between(0, 12) as usize),
            1 => manner.fails_after = Some(random.between(0, 12) as usize),
            2 => manner.text = Some(String::new()),
            _ => manner.first_ms = Ms(9_000),
        }
    }
    manner
}

fn tts(random: &mut Random, first_ms: u64, faults: u64) -> TtsManner {
    let mut manner = TtsManner { first_ms: Ms(first_ms), jitter_ms: Ms(first_ms / 2), ..TtsManner::default() };
    manner.ms_per_second = random.ms(50, 1_100);
    if random.chance(faults) {
        match random.between(0, 4) {
            4 => manner.stalls_after_ms = Some(random.ms(200, 2_000)),
            0 => manner.is_mute = true,
            1 => manner.stalls = true,
            2 => manner.fails_after_ms = Some(random.ms(0, 2_000)),
            _ => manner.first_ms = Ms(6_000),
        }
    }
    manner
}

fn line(random: &mut Random, weights: &Weights) -> Line {
    let after_ms = random.ms(100, 1_800);
    if random.chance(weights.interruptions) {
        let when = *random.pick(&[When::During, When::During, When::During, When::Preparing]);
        let act = Act::Say((*random.pick(&INTERRUPTIONS)).to_owned());
        return Line { when, after_ms: random.ms(0, 3_000), act, means: None };
    }
    if random.chance(weights.backchannels) {
        let act = match random.chance(300) {
            true => Act::Noise(random.ms(30, 400)),
            false => Act::Say((*random.pick(&BACKCHANNELS)).to_owned()),
        };
        let means = Some(Meaning::Backchannel);
        return Line { when: When::During, after_ms: random.ms(0, 3_000), act, means };
    }
    if random.chance(weights.events) {
        let when = *random.pick(&[When::Heard, When::Then, When::During, When::Preparing]);
        return Line { when, after_ms, act: happening(random), means: None };
    }
    let when = if random.chance(150) { When::Then } else { When::Heard };
    Line { when, after_ms, act: Act::Say((*random.pick(&TURNS)).to_owned()), means: Some(Meaning::Turn) }
}

fn happening(random: &mut Random) -> Act {
    let request = |voice| Event::ReplyRequested { instructions: None, voice, outside_conversation: false };
    match random.between(0, 11) {
        0 => Act::Leave(random.ms(200, 15_000)),
        1 => Act::Mute(random.ms(200, 6_000)),
        2 => Act::Type("And what about an empty list?".into()),
        3 => Act::Truncate(random.ms(0, 4_000)),
        4 => Act::Happens(Event::ReplyCancelled { reply: None }),
        5 => Act::Happens(request(None)),
        6 => Act::Happens(request(Some(false))),
        7 => Act::Pause(random.ms(500, 20_000)),
        8 => Act::Happens(Event::Unpaused),
        9 => Act::ClearMic,
        10 => Act::CommitMic,
        _ => Act::Happens(Event::TranscriptionFailed { utterance: None, kind: FailureKind::Gone }),
    }
}
