//! People to practise turn-taking on: twelve manners of speaking, each drawn from a seed as an interview of five minutes, with
//! services at their published medians. What they say is put together from clauses, so that a pause stands as often behind
//! words that could be a whole sentence as behind words that announce more.

use super::random::Random;
use super::scenario::*;
use crate::interview::floor::FloorSettings;
use crate::interview::run::{RunScope, Verdict};
use crate::interview::setup::Openers;
use crate::units::*;

/// A manner of speaking and listening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Person {
    /// Speaks fast, pauses little.
    FastTalker,
    /// Falls silent for seconds in the middle of a thought.
    LongThinker,
    /// Fills pauses with um and er.
    UmEr,
    /// Searches for words: slow, with pauses anywhere.
    NonNative,
    /// Speaks for minutes, sentence after sentence.
    Rambler,
    /// Answers in one or two words.
    OneWord,
    /// Says "mm-hm" all the time.
    Backchanneller,
    /// Speaks in pieces while keys are clicking.
    TalksWhileTyping,
    /// Sits in a noisy room at a mechanical keyboard.
    NoisyRoom,
    /// Has loudspeakers: the interviewer's voice comes back.
    Echo,
    /// Asks for a minute, and takes it.
    AsksForAMinute,
    /// Talks to somebody else in the room now and then.
    TalksToOthers,
}

impl Person {
    /// All of them.
    pub const ALL: [Person; 12] = [
        Person::FastTalker,
        Person::LongThinker,
        Person::UmEr,
        Person::NonNative,
        Person::Rambler,
        Person::OneWord,
        Person::Backchanneller,
        Person::TalksWhileTyping,
        Person::NoisyRoom,
        Person::Echo,
        Person::AsksForAMinute,
        Person::TalksToOthers,
    ];

    /// The name on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Person::FastTalker => "fast-talker",
            Person::LongThinker => "long-thinker",
            Person::UmEr => "um-er",
            Person::NonNative => "non-native",
            Person::Rambler => "rambler",
            Person::OneWord => "one-word",
            Person::Backchanneller => "backchanneller",
            Person::TalksWhileTyping => "talks-while-typing",
            Person::NoisyRoom => "noisy-room",
            Person::Echo => "echo",
            Person::AsksForAMinute => "asks-for-a-minute",
            Person::TalksToOthers => "talks-to-others",
        }
    }

    /// The person of this name.
    pub fn from_id(id: &str) -> Option<Person> {
        Person::ALL.into_iter().find(|person| person.id() == id)
    }

    /// An interview of five minutes with this person, under these settings.
    pub fn interview(self, seed: u64, floor: &FloorSettings) -> Scenario {
        let mut random = Random::new(seed, 100 + self as u64);
        let mut scenario = Scenario { seed, ..Scenario::default() };
        scenario.setup.speaks_first = true;
        scenario.setup.follow_ups = LINES;
        scenario.setup.time_box_ms = Ms(5 * 60_000);
        scenario.setup.floor = floor.clone();
        scenario.setup.openers = openers();
        let habits = self.habits();
        scenario.manner.ms_per_word = random.between(habits.ms_per_word.0, habits.ms_per_word.1);
        scenario.manner.ms_per_char = random.between(habits.ms_per_char.0, habits.ms_per_char.1);
        scenario.manner.noise_permille = habits.noise_permille;
        scenario.client.echo_ms = Ms(habits.echo_ms);
        services(&mut random, &mut scenario);
        if self == Person::TalksWhileTyping {
            scenario.setup.coding = true;
            scenario.hands = Some(TypingManner::default());
            scenario.run = (0..LINES).map(|_| run(&mut random)).collect();
        }
        while scenario.line.len() < LINES {
            self.exchange(&habits, &mut random, &mut scenario.line);
        }
        scenario
    }

    /// What is usual for most, and then what this one does otherwise.
    fn habits(self) -> Habits {
        let usual = Habits {
            ms_per_word: (100, 160),
            ms_per_char: (35, 55),
            clauses: (1, 3),
            pauses_permille: 350,
            pause_ms: 450,
            um_permille: 60,
            backchannels_permille: 150,
            interruptions_permille: 120,
            noises_permille: 20,
            noise_permille: 5,
            echo_ms: 0,
        };
        match self {
            Person::FastTalker => Habits {
                ms_per_word: (50, 80),
                ms_per_char: (25, 35),
                pauses_permille: 150,
                pause_ms: 280,
                interruptions_permille: 250,
                ..usual
            },
            Person::LongThinker => Habits { pauses_permille: 450, pause_ms: 1_100, um_permille: 150, ..usual },
            Person::UmEr => Habits { um_permille: 500, pause_ms: 550, ..usual },
            Person::NonNative => Habits {
                ms_per_word: (170, 260),
                ms_per_char: (50, 70),
                pauses_permille: 550,
                pause_ms: 600,
                um_permille: 150,
                ..usual
            },
            Person::Rambler => Habits { clauses: (4, 9), ..usual },
            Person::OneWord => Habits { clauses: (0, 0), ..usual },
            Person::Backchanneller => Habits { backchannels_permille: 800, interruptions_permille: 60, ..usual },
            Person::TalksWhileTyping => Habits { pauses_permille: 500, pause_ms: 700, noise_permille: 20, ..usual },
            Person::NoisyRoom => Habits { noise_permille: 35, noises_permille: 300, ..usual },
            Person::Echo => Habits { echo_ms: 1_500, ..usual },
            Person::AsksForAMinute | Person::TalksToOthers => usual,
        }
    }

    /// What the candidate does about one reply of the interviewer: perhaps a sound while it is said, then an answer.
    fn exchange(self, habits: &Habits, random: &mut Random, lines: &mut Vec<Line>) {
        if random.chance(habits.backchannels_permille) {
            let text = (*random.pick(&BACKCHANNELS)).to_owned();
            lines.push(during(random, text, Meaning::Backchannel));
        }
        if random.chance(habits.noises_permille) {
            let act = Act::Noise(random.ms(30, 350));
            lines.push(Line {
                when: When::During,
                after_ms: random.ms(300, 3_000),
                act,
                means: Some(Meaning::Backchannel),
            });
        }
        if self == Person::TalksWhileTyping && random.chance(150) {
            let act = Act::Run(RunScope::Visible);
            lines.push(Line { when: When::Then, after_ms: random.ms(500, 3_000), act, means: None });
            if random.chance(500) {
                let (before, after) = (random.pick(&AT_RUNS), random.pick(&CLAUSES));
                let text = format!("{before} [{}] okay so {after}", random.between(700, 4_500));
                let after_ms = random.ms(200, 800);
                lines.push(Line { when: When::Then, after_ms, act: Act::Say(text), means: Some(Meaning::Turn) });
            }
        }
        if self == Person::TalksToOthers && random.chance(300) {
            let text = (*random.pick(&TO_OTHERS)).to_owned();
            lines.push(during(random, text, Meaning::Aside));
        }
        if self == Person::TalksToOthers && random.chance(100) {
            let text = (*random.pick(&TURNS_BACK)).to_owned();
            lines.push(during(random, text, Meaning::Interruption));
            return;
        }
        if random.chance(habits.interruptions_permille) {
            let text = (*random.pick(&INTERRUPTIONS)).to_owned();
            lines.push(during(random, text, Meaning::Interruption));
            return;
        }
        if self == Person::TalksToOthers && random.chance(200) {
            let text = (*random.pick(&TO_OTHERS)).to_owned();
            let (when, means) = (When::Heard, Some(Meaning::Aside));
            lines.push(Line { when, after_ms: random.ms(250, 1_500), act: Act::Say(text), means });
            let text = self.turn(habits, random);
            let (when, means) = (When::Then, Some(Meaning::Turn));
            lines.push(Line { when, after_ms: random.ms(600, 6_000), act: Act::Say(text), means });
            return;
        }
        let text = self.turn(habits, random);
        lines.push(Line {
            when: When::Heard,
            after_ms: random.ms(250, 1_500),
            act: Act::Say(text),
            means: Some(Meaning::Turn),
        });
    }

    fn turn(self, habits: &Habits, random: &mut Random) -> String {
        if self == Person::AsksForAMinute && random.chance(400) {
            let ask = *random.pick(&TIME_REQUESTS);
            let after = random.between(3_000, 40_000);
            return format!("{ask} [{after}] {}", sentence(habits, random));
        }
        if habits.clauses.1 == 0 || random.chance(60) {
            return (*random.pick(&SHORT)).to_owned();
        }
        if random.chance(120) {
            return (*random.pick(&QUESTIONS)).to_owned();
        }
        if random.chance(40) {
            return dictation(habits, random);
        }
        sentence(habits, random)
    }
}

/// What a person does how often.
struct Habits {
    ms_per_word: (u64, u64),
    ms_per_char: (u64, u64),
    /// Clauses joined to the first one.
    clauses: (u64, u64),
    /// Clauses before which, and as many after whose joining word, there is a pause.
    pauses_permille: u64,
    /// Half of the pauses are at most so long.
    pause_ms: u64,
    um_permille: u64,
    backchannels_permille: u64,
    interruptions_permille: u64,
    noises_permille: u64,
    noise_permille: u64,
    echo_ms: u64,
}

/// Lines of a script: more than five minutes hold.
const LINES: usize = 90;

const CLAUSES: [&str; 16] = [
    "I would sort the numbers first",
    "we keep a map of what we have seen",
    "it walks through the list once",
    "the stack holds the open brackets",
    "I take the smallest one out",
    "that costs linear time",
    "each node is visited once",
    "I compare the two ends",
    "the queue grows with the input",
    "we can stop early",
    "I store the index of each number",
    "the inner loop runs only a few times",
    "both pointers move to the middle",
    "an empty list gives zero",
    "we do not need the second array",
    "I would write a helper for that",
];
/// Words that join clauses; most announce that more must come.
const JOINS: [&str; 8] = ["and then", "because", "so", "but", "and", "which means that", "and after that", "unless"];
const UMS: [&str; 5] = ["um", "uh", "well", "erm", "hmm"];
const SHORT: [&str; 12] = [
    "yes",
    "no",
    "linear",
    "quadratic time",
    "I think so",
    "not really",
    "a hash map",
    "two pointers",
    "sounds good",
    "log n",
    "okay",
    "constant space",
];
const QUESTIONS: [&str; 6] = [
    "can the list be empty",
    "are the numbers sorted",
    "do you mean the first one or any of them",
    "could there be negative numbers",
    "what should I return when there is none",
    "is it okay to change the input",
];
const TIME_REQUESTS: [&str; 6] = [
    "give me a minute",
    "let me think",
    "hold on",
    "can you give me a moment please",
    "let me think about that for a second",
    "okay let me see",
];
/// What is said while the code runs, before its result is there.
const AT_RUNS: [&str; 3] = ["I think this is right now", "we will see what it does", "this should pass the first test"];
const BACKCHANNELS: [&str; 8] = ["mm-hm", "yeah", "right", "okay", "uh-huh", "I see", "yeah okay", "sure"];
/// What is said to somebody else. These are not the texts that the lexicon was written from, and it does not know all of them.
const TO_OTHERS: [&str; 25] = [
    "not now please",
    "I am in an interview",
    "just put it there",
    "close the door please",
    "give me five minutes mum",
    "mum I'm in an interview can you shut the door",
    "not now I'm in the middle of something",
    "hey can you turn that off please",
    "no the other one is in the kitchen",
    "yes hello I'm on another call can I ring you back",
    "honey the baby is crying",
    "could you give me ten minutes I'm still on the call",
    "leave the parcel by the door please thanks",
    "alexa stop",
    "down boy down",
    "I'll be out in a minute dad",
    "shh I'm talking to somebody",
    "did you feed the cat",
    "tell her I'll call back later",
    "dinner smells good I'll be there soon",
    "it's upstairs on my desk",
    "please be quiet I'm in a meeting",
    "can somebody get the door",
    "sorry love not right now",
    "take it outside please",
];
/// What begins as speech to somebody else and is for the interviewer after all.
const TURNS_BACK: [&str; 5] = [
    "sorry close the door please where were we",
    "one second mum okay what was the question",
    "I'm in an interview sorry could you say that again",
    "not now please so you mean the sorted case",
    "leave it there thanks right I would begin differently",
];
const INTERRUPTIONS: [&str; 8] = [
    "wait can I ask something first",
    "sorry what was the second part",
    "no that is not what I meant",
    "stop please",
    "okay but what about negative numbers",
    "I know this one we can use a map",
    "actually I want to change my answer",
    "can you repeat that",
];

/// A pause: its length has the spread of pauses in speech, which is log-normal (deciles of a spread of 0.6, in permille of
/// the median).
fn pause(random: &mut Random, median_ms: u64) -> String {
    const DECILES: [u64; 11] = [320, 463, 603, 730, 859, 1000, 1164, 1370, 1657, 2158, 3100];
    let low = random.between(0, 9) as usize;
    let within = random.between(DECILES[low], DECILES[low + 1]);
    format!("[{}]", median_ms * within / 1000)
}

fn sentence(habits: &Habits, random: &mut Random) -> String {
    let mut words: Vec<String> = Vec::new();
    if random.chance(habits.um_permille) {
        words.push((*random.pick(&UMS)).to_owned());
        words.push(pause(random, habits.pause_ms));
    }
    words.push((*random.pick(&CLAUSES)).to_owned());
    for _ in 0..random.between(habits.clauses.0, habits.clauses.1) {
        if random.chance(habits.pauses_permille) {
            words.push(pause(random, habits.pause_ms));
        }
        words.push((*random.pick(&JOINS)).to_owned());
        if random.chance(habits.um_permille) {
            words.push((*random.pick(&UMS)).to_owned());
        }
        if random.chance(habits.pauses_permille) {
            words.push(pause(random, habits.pause_ms));
        }
        words.push((*random.pick(&CLAUSES)).to_owned());
    }
    words.join(" ")
}

/// Reads out numbers one by one: words that announce nothing, and pauses between them.
fn dictation(habits: &Habits, random: &mut Random) -> String {
    const NUMBERS: [&str; 12] =
        ["one", "two", "three", "four", "five", "seven", "nine", "eleven", "twelve", "twenty", "ninety", "a hundred"];
    let mut words = vec!["say the numbers are".to_owned()];
    for _ in 0..random.between(3, 6) {
        words.push((*random.pick(&NUMBERS)).to_owned());
        words.push(pause(random, habits.pause_ms.min(600)));
    }
    words.push("and zero".to_owned());
    words.join(" ")
}

/// A run of the code: it takes from half a second to six, and fails as often as not.
fn run(random: &mut Random) -> RunManner {
    let verdict = *random.pick(&[Verdict::Accepted, Verdict::WrongAnswer]);
    RunManner { takes_ms: random.ms(500, 6_000), tests: vec![verdict], ..RunManner::default() }
}

fn during(random: &mut Random, text: String, means: Meaning) -> Line {
    Line { when: When::During, after_ms: random.ms(200, 3_500), act: Act::Say(text), means: Some(means) }
}

/// What the interviewer may say at once.
fn openers() -> Openers {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Openers {
        after_answer: texts(&["Okay.", "Right.", "I see.", "All right."]),
        after_question: texts(&["Let me see.", "Hmm."]),
        instruction: "Begin with what you have to say.".into(),
    }
}

/// Published medians and spreads. Final transcripts come 247 ms after the end of speech, 298 ms at the 95th percentile (Deepgram
/// nova-3; five other streaming recognisers have medians of 221 to 281 ms, pipecat-ai/stt-benchmark). That is measured from the last
/// sound, with the last words asked for after 200 ms of silence, so from the request it is a tenth of a second at most. First tokens
/// come after 200 to 400 ms and 2 in 100 of them two seconds later, first sounds after 100 to 200 ms.
fn services(random: &mut Random, scenario: &mut Scenario) {
    scenario.stt = vec![SttManner { final_ms: Ms(10), jitter_ms: Ms(90), ..SttManner::default() }];
    let slow = LlmManner { slow_permille: 20, slow_ms: Ms(2_000), ..LlmManner::default() };
    scenario.llm = vec![LlmManner { first_ms: Ms(200), jitter_ms: Ms(200), ..slow }];
    scenario.tts = vec![TtsManner { first_ms: Ms(100), jitter_ms: Ms(100), ..TtsManner::default() }];
    scenario.client.delay_ms = random.ms(20, 80);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_interview_and_people_differ() {
        let floor = FloorSettings::default();
        let of = |person: Person, seed| person.interview(seed, &floor);
        assert_eq!(of(Person::UmEr, 7), of(Person::UmEr, 7));
        assert_ne!(of(Person::UmEr, 7).line, of(Person::UmEr, 8).line);
        assert_ne!(of(Person::UmEr, 7).line, of(Person::Rambler, 7).line);
    }

    #[test]
    fn answers_made_in_vain_are_bounded_with_everybody() {
        let share = Permille(150);
        let tight = FloorSettings { speculation_share_permille: share, ..FloorSettings::default() };
        for person in Person::ALL {
            let run = crate::sim::run_quietly(&person.interview(3, &tight));
            let (tokens, dropped, dearest) = run.measure.tokens;
            assert!(run.violations.is_empty(), "{person:?}: {:?}", run.violations);
            assert!(
                dropped * 1000 <= u64::from(share.0) * tokens + 3_000 * dearest,
                "{person:?}: {dropped} of {tokens}"
            );
            assert!(run.measure.secret_calls > 0, "{person:?}");
        }
        let off = FloorSettings { speculation_share_permille: Permille(0), ..FloorSettings::default() };
        assert_eq!(crate::sim::run_quietly(&Person::UmEr.interview(3, &off)).measure.secret_calls, 0);
    }

    #[test]
    fn everybody_has_a_name_that_leads_back() {
        for person in Person::ALL {
            assert_eq!(Person::from_id(person.id()), Some(person));
        }
    }
}
