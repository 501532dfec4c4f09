//! Tests of the whole core in a small world: a microphone that scores, a voice of constant speed, a player 300 ms ahead.
//! Faults that users of other systems reported stand here first; `replay-tests/` has them as scenarios.

use super::command::*;
use super::event::*;
use super::floor::FloorSettings;
use super::setup::{Voice, *};
use super::*;
use std::collections::VecDeque;

const HOP_MS: u64 = 16;
const HOP_SAMPLES: u64 = 384;
const AHEAD: Ms = Ms(300);

/// The core with its world.
struct World {
    interview: Interview,
    at: At,
    sample: u64,
    log: Vec<(At, Command)>,
    queue: VecDeque<(SpeechId, Ms, Ms)>,
    released: Vec<SpeechId>,
    halted: bool,
    playing_since: Option<At>,
    sent_total: Ms,
    voice_works: bool,
}

pub(super) fn setup() -> Setup {
    Setup {
        seed: 1,
        language: "en".into(),
        vad: VadFacts {
            name: "earshot".into(),
            hop_samples: HOP_SAMPLES as u32,
            on: Permille(600),
            off: Permille(600),
            start_count: 5,
            start_window: 6,
        },
        end_of_turn: None,
        words: Words::Recogniser { partials: true, final_within: Ms(2000) },
        verbatim: false,
        voice: Voice::Server,
        interviewer: Interviewer::Model,
        speaks_first: false,
        // Waits are those of the rules, whatever was learned.
        floor: FloorSettings { own_pauses_permille: Permille(0), ..FloorSettings::default() },
        time_box: Ms(30 * 60_000),
        grace: Ms(60_000),
        question: Question {
            greeting: "Hello, shall we begin?".into(),
            opening: "How would you find two numbers with a given sum?".into(),
            follow_ups: vec!["What does it cost?".into(), "What if they are sorted?".into()],
            acknowledgements: vec!["Okay.".into(), "I see.".into()],
            closing: "Thank you, that was all.".into(),
            ..Question::default()
        },
        prompts: Default::default(),
        lines: Default::default(),
        workspace: None,
        course: Default::default(),
        agenda: Default::default(),
        openers: Default::default(),
        pace: None,
    }
}

impl World {
    fn new(setup: Setup) -> Self {
        let mut world = World {
            interview: Interview::new(setup),
            at: At(0),
            sample: 0,
            log: Vec::new(),
            queue: VecDeque::new(),
            released: Vec::new(),
            halted: false,
            playing_since: None,
            sent_total: Ms(0),
            voice_works: true,
        };
        world.event(Event::ClientJoined { resumed: false });
        world
    }

    fn event(&mut self, event: Event) {
        let mut commands = Vec::new();
        self.interview.handle(self.at, event, &mut commands);
        for command in commands {
            self.log.push((self.at, command.clone()));
            self.perform(command);
        }
    }

    fn perform(&mut self, command: Command) {
        match command {
            Command::Synthesize { speech, text, .. } if self.voice_works => {
                let length = Ms(60 * text.chars().count() as u64);
                self.queue.push_back((speech, length, Ms(0)));
            }
            Command::Play { speech } => self.released.push(speech),
            Command::DropSpeech { speech } => self.queue.retain(|(queued, _, _)| *queued != speech),
            Command::PausePlayout => self.halted = true,
            Command::ResumePlayout => {
                self.halted = false;
                self.playing_since = None;
            }
            _ => {}
        }
    }

    /// One hop of time: due timers, the microphone, the player.
    fn hop(&mut self, score: Option<u16>) {
        let until = self.at + Ms(HOP_MS);
        while let Some((deadline, timer)) = self.interview.deadline().filter(|(deadline, _)| *deadline <= until) {
            self.at = self.at.max(deadline);
            self.event(Event::TimerFired(timer));
        }
        self.at = until;
        if let Some(score) = score {
            self.sample += HOP_SAMPLES;
            self.event(Event::VoiceScored { up_to: SampleIdx(self.sample), permille: Permille(score) });
        }
        self.play();
    }

    fn play(&mut self) {
        let Some(&(speech, length, sent)) = self.queue.front() else {
            self.playing_since = None;
            self.sent_total = Ms(0);
            return;
        };
        if self.halted || !self.released.contains(&speech) {
            return;
        }
        if sent == Ms(0) {
            self.event(Event::SpeechArrived { speech });
            self.event(Event::SpeechSynthesized { speech, length });
        }
        let since = *self.playing_since.get_or_insert(self.at);
        let room = (self.at - since) + AHEAD - self.sent_total;
        let more = Ms(room.0.min((length - sent).0));
        if more == Ms(0) {
            return;
        }
        self.sent_total += more;
        let sent = sent + more;
        if sent == length {
            self.queue.pop_front();
            self.event(Event::PlayoutFinished { speech, sent });
        } else {
            self.queue[0].2 = sent;
            self.event(Event::PlayoutAdvanced { speech, sent });
        }
    }

    fn voice(&mut self, ms: u64) {
        (0..ms / HOP_MS).for_each(|_| self.hop(Some(900)));
    }

    fn silence(&mut self, ms: u64) {
        (0..ms / HOP_MS).for_each(|_| self.hop(Some(0)));
    }

    fn no_mic(&mut self, ms: u64) {
        (0..ms / HOP_MS).for_each(|_| self.hop(None));
    }

    fn words(&mut self, utterance: u32, text: &str) {
        self.event(Event::PartialHeard { utterance: Some(UtteranceId(utterance)), text: text.into() });
    }

    fn final_words(&mut self, utterance: u32, text: &str) {
        self.event(Event::FinalHeard { utterance: Some(UtteranceId(utterance)), text: text.into() });
    }

    /// Speaks a turn whose final words come 100 ms into the silence after the soft end.
    fn says(&mut self, utterance: u32, text: &str) {
        self.voice(1500);
        self.words(utterance, text);
        self.silence(300);
        self.final_words(utterance, text);
    }

    fn model_says(&mut self, text: &str) {
        let request = self.last_request().expect("a model call");
        self.event(Event::ModelWrote { request, text: text.into() });
        self.event(Event::ModelFinished { request, tokens_in: 10, tokens_out: 5, cut_short: false });
    }

    fn last_request(&self) -> Option<RequestId> {
        self.log.iter().rev().find_map(|(_, command)| match command {
            Command::AskModel { request, .. } => Some(*request),
            _ => None,
        })
    }

    fn shown(&self, wanted: impl Fn(&Show) -> bool) -> Option<At> {
        self.log.iter().find_map(|(at, command)| match command {
            Command::Show(show) if wanted(show) => Some(*at),
            _ => None,
        })
    }

    fn count(&self, wanted: impl Fn(&Command) -> bool) -> usize {
        self.log.iter().filter(|(_, command)| wanted(command)).count()
    }

    fn committed(&self) -> Option<At> {
        self.shown(|show| matches!(show, Show::InputCommitted { .. }))
    }

    fn outcomes(&self) -> Vec<Outcome> {
        let done = self.log.iter().filter_map(|(_, command)| match command {
            Command::Show(Show::ReplyDone { outcome, .. }) => Some(*outcome),
            _ => None,
        });
        done.collect()
    }

    fn texts(&self) -> Vec<&str> {
        self.interview.view().items.iter().map(|item| item.text.as_str()).collect()
    }

    fn floor(&self) -> FloorState {
        self.interview.view().floor
    }

    /// Brings the world to the middle of a reply of about six seconds.
    fn interviewer_speaks(&mut self) {
        self.says(1, "I would sort the numbers first.");
        self.silence(500);
        self.model_says("That is a good start indeed. Now tell me what it would cost in time and in space please.");
        self.silence(2000);
        assert_eq!(self.floor(), FloorState::InterviewerSpeaking);
    }
}

#[test]
fn a_turn_goes_from_voice_to_answer_in_the_protocols_order() {
    let mut world = World::new(setup());
    world.says(1, "I would sort the numbers first.");
    world.silence(500);
    world.model_says("Good. And the cost?");
    world.silence(3000);
    let names: Vec<String> = world
        .log
        .iter()
        .filter_map(|(_, command)| match command {
            Command::Show(Show::Floor { .. } | Show::Phase { .. } | Show::TranscriptPartial { .. }) => None,
            Command::Show(show) => Some(format!("{show:?}").split([' ', '(']).next().unwrap_or_default().to_owned()),
            _ => None,
        })
        .collect();
    assert_eq!(
        names,
        [
            "SpeechStarted",
            "SpeechStopped",
            "InputCommitted",
            "ItemAdded",
            "ItemDone",
            "TranscriptDone",
            "ReplyCreated",
            "ReplyItemAdded",
            "ReplyWrote",
            "Turn",
            "ReplyWrote",
            "Phase",
            "ReplyDone"
        ]
        .into_iter()
        .filter(|name| *name != "Phase")
        .collect::<Vec<_>>()
    );
    assert_eq!(world.texts(), ["I would sort the numbers first.", "Good. And the cost?"]);
    assert_eq!(world.floor(), FloorState::Listening);
}

#[test]
fn an_answer_is_begun_in_secret_and_heard_only_after_the_commit() {
    let mut world = World::new(setup());
    world.says(1, "I would sort the numbers first.");
    let asked = world.log.iter().find(|(_, command)| matches!(command, Command::AskModel { .. })).cloned();
    assert!(matches!(asked, Some((_, Command::AskModel { speculative: true, .. }))));
    world.model_says("Good.");
    assert_eq!(world.count(|command| matches!(command, Command::Play { .. })), 0);
    assert_eq!(world.committed(), None);
    world.silence(400);
    assert!(world.committed().is_some());
    assert_eq!(world.count(|command| matches!(command, Command::Play { .. })), 1);
    assert_eq!(world.count(|command| matches!(command, Command::AskModel { .. })), 1);
}

#[test]
fn speech_within_the_pause_drops_the_secret_answer_unheard() {
    let mut world = World::new(setup());
    world.says(1, "I would sort the numbers first.");
    world.model_says("Good.");
    world.voice(600);
    world.words(2, "and then scan");
    world.silence(300);
    world.final_words(2, "and then scan from both ends");
    world.silence(600);
    assert_eq!(world.texts()[0], "I would sort the numbers first. and then scan from both ends");
    assert_eq!(world.count(|command| matches!(command, Command::DropSpeech { .. })), 1);
    assert_eq!(world.outcomes(), []);
}

#[test]
fn a_pause_of_a_second_in_mid_sentence_does_not_end_the_turn() {
    let mut world = World::new(setup());
    world.says(1, "so I would use a");
    world.silence(1000);
    assert_eq!(world.committed(), None);
    world.voice(800);
    world.words(2, "hash map");
    world.silence(300);
    world.final_words(2, "hash map");
    world.silence(1200);
    assert_eq!(world.texts()[0], "so I would use a hash map");
}

#[test]
fn who_asks_for_a_minute_gets_it() {
    let mut world = World::new(setup());
    world.says(1, "give me a minute");
    assert_eq!(world.floor(), FloorState::GivingTime);
    world.silence(50_000);
    assert_eq!(world.committed(), None);
    world.says(2, "okay I would use two pointers here");
    world.silence(600);
    assert!(world.committed().is_some());
}

#[test]
fn a_real_interruption_stops_the_sound_and_keeps_what_was_heard() {
    let mut world = World::new(setup());
    world.interviewer_speaks();
    let began = world.at;
    world.voice(400);
    world.words(2, "wait what do you mean");
    let silent_at = world.log.iter().rev().find(|(_, c)| *c == Command::PausePlayout).map(|(at, _)| *at);
    assert!(silent_at.is_some_and(|at| at - began <= Ms(120)), "sound pauses within the start rule");
    assert_eq!(world.outcomes(), [Outcome::Interrupted]);
    let reply = world.texts()[1].to_owned();
    assert!(reply.starts_with("That is a good start indeed.") && reply.len() < 60, "{reply}");
    assert_eq!(world.floor(), FloorState::CandidateSpeaking);
}

#[test]
fn a_backchannel_lets_the_reply_go_on() {
    let mut world = World::new(setup());
    world.interviewer_speaks();
    for (utterance, text) in [(2, "mm-hm"), (3, "yeah okay")] {
        world.voice(320);
        world.words(utterance, text);
        world.silence(160);
        world.final_words(utterance, text);
        world.silence(500);
    }
    assert_eq!(world.outcomes(), []);
    assert_eq!(world.floor(), FloorState::InterviewerSpeaking);
    world.silence(6000);
    assert_eq!(world.outcomes(), [Outcome::Completed]);
    assert_eq!(world.texts().len(), 2, "nothing of it piles up in a turn");
}

#[test]
fn a_blip_of_sixty_milliseconds_does_not_even_pause() {
    let mut world = World::new(setup());
    world.interviewer_speaks();
    world.voice(64);
    world.silence(500);
    assert_eq!(world.count(|command| *command == Command::PausePlayout), 0);
}

#[test]
fn a_cough_pauses_and_the_reply_goes_on() {
    let mut world = World::new(setup());
    world.interviewer_speaks();
    world.voice(240);
    world.silence(1000);
    assert_eq!(world.count(|command| *command == Command::PausePlayout), 1);
    assert_eq!(world.count(|command| *command == Command::ResumePlayout), 1);
    assert_eq!(world.outcomes(), []);
}

#[test]
fn our_own_voice_coming_back_is_no_interruption() {
    let mut world = World::new(setup());
    world.interviewer_speaks();
    world.voice(450);
    world.words(2, "tell me what it would cost");
    world.voice(480);
    world.silence(160);
    world.final_words(2, "tell me what it would cost in time");
    world.silence(800);
    assert_eq!(world.outcomes(), []);
}

#[test]
fn speech_before_the_first_sound_of_a_reply_takes_the_floor_back() {
    let mut world = World::new(setup());
    world.says(1, "I would sort the numbers first.");
    world.silence(500);
    assert_eq!(world.floor(), FloorState::Preparing);
    world.voice(400);
    world.words(2, "and then scan them");
    assert_eq!(world.outcomes(), [Outcome::Interrupted]);
    assert_eq!(world.floor(), FloorState::CandidateSpeaking);
    world.silence(300);
    world.final_words(2, "and then scan them");
    world.silence(500);
    world.model_says("Good.");
    world.silence(1500);
    assert_eq!(world.texts(), ["I would sort the numbers first.", "", "and then scan them", "Good."]);
}

#[test]
fn a_final_that_never_comes_is_not_waited_for_for_ever() {
    let mut world = World::new(setup());
    world.voice(1500);
    world.words(1, "I would sort the numbers");
    world.silence(1600);
    assert!(world.committed().is_some());
    world.silence(2100);
    assert_eq!(world.count(|command| matches!(command, Command::AskModel { .. })), 1);
    assert_eq!(world.texts(), ["I would sort the numbers", ""]);
}

#[test]
fn a_late_final_remakes_an_answer_nobody_has_heard() {
    let mut world = World::new(setup());
    world.voice(1500);
    world.words(1, "I would not");
    world.silence(1600 + 2100);
    let first = world.last_request();
    world.final_words(1, "I would not sort the numbers");
    assert_eq!(world.texts()[0], "I would not");
    assert_eq!(world.last_request(), first, "given up words stay given up");
}

#[test]
fn noise_without_words_bothers_nobody() {
    let mut world = World::new(setup());
    world.voice(320);
    world.silence(300);
    world.final_words(1, "");
    world.silence(2000);
    assert_eq!(world.committed(), None);
    assert_eq!(world.floor(), FloorState::Listening);
}

#[test]
fn speech_without_words_is_asked_for_again_but_not_for_ever() {
    let mut world = World::new(setup());
    for utterance in 1..=3 {
        world.voice(1500);
        world.silence(300);
        world.final_words(utterance, "");
        world.silence(7000);
    }
    let asked = world.texts().iter().filter(|text| text.contains("didn't catch")).count();
    assert_eq!(asked, 2);
}

#[test]
fn a_stalled_model_is_replaced_by_the_author() {
    let mut world = World::new(setup());
    world.says(1, "I would sort the numbers first.");
    world.silence(8500);
    assert_eq!(world.count(|command| matches!(command, Command::CancelModel { .. })), 1);
    world.silence(8000);
    assert!(world.texts()[1].contains("two numbers with a given sum"), "{:?}", world.texts());
}

#[test]
fn a_model_that_stalls_in_mid_sentence_keeps_its_whole_pieces() {
    let mut world = World::new(setup());
    world.says(1, "I would sort the numbers first.");
    world.silence(500);
    let request = world.last_request().unwrap();
    world.event(Event::ModelWrote { request, text: "That is a fine idea. But what ab".into() });
    world.silence(9000);
    assert_eq!(world.texts()[1], "That is a fine idea.");
    assert_eq!(world.outcomes(), [Outcome::Failed(FailureKind::Timeout)]);
}

#[test]
fn a_voice_that_returns_no_sound_leaves_the_words() {
    let mut world = World::new(setup());
    world.voice_works = false;
    world.says(1, "I would sort the numbers first.");
    world.silence(500);
    world.model_says("Good.");
    let speech = SpeechId(1);
    world.event(Event::SpeechSynthesized { speech, length: Ms(0) });
    world.silence(500);
    assert_eq!(world.texts()[1], "Good.");
    assert_eq!(world.outcomes(), [Outcome::Completed]);
    assert!(world.shown(|show| matches!(show, Show::Notice { code: NoticeCode::TtsFailed })).is_some());
    assert_eq!(world.floor(), FloorState::Listening);
}

#[test]
fn a_voice_that_never_answers_is_given_up() {
    let mut world = World::new(setup());
    world.voice_works = false;
    world.says(1, "I would sort the numbers first.");
    world.silence(500);
    world.model_says("Good.");
    world.silence(6000);
    assert_eq!(world.outcomes(), [Outcome::Completed]);
    assert_eq!(world.texts()[1], "Good.");
}

#[test]
fn who_mutes_after_the_last_word_is_answered_all_the_same() {
    let mut world = World::new(setup());
    world.voice(1500);
    world.words(1, "I would sort the numbers first.");
    world.no_mic(2100);
    world.final_words(1, "I would sort the numbers first.");
    world.no_mic(200);
    assert!(world.committed().is_some());
}

#[test]
fn push_to_talk_waits_for_the_client() {
    let mut world = World::new(setup());
    world.event(Event::SessionChanged(SessionChange { turn_taking: Some(TurnTaking::Client), ..Default::default() }));
    world.voice(1500);
    world.silence(3000);
    assert_eq!(world.committed(), None);
    let up_to = SampleIdx(world.sample);
    world.event(Event::MicCommitted { up_to });
    assert!(world.committed().is_some());
    world.event(Event::ReplyRequested { instructions: None, voice: None, outside_conversation: false });
    assert_eq!(world.last_request(), None, "the words are still awaited");
    world.final_words(1, "I would sort them");
    assert!(world.last_request().is_some());
    world.event(Event::MicCommitted { up_to });
    assert!(world.shown(|show| matches!(show, Show::Refused { code: RefusalCode::InputBufferEmpty, .. })).is_some());
}

#[test]
fn a_truncation_by_the_client_is_what_was_heard() {
    let mut world = World::new(setup());
    world.interviewer_speaks();
    let item = world.interview.view().items[1].id;
    world.event(Event::ItemTruncated { item, audio_end: Ms(999_999) });
    assert!(world.shown(|show| matches!(show, Show::Refused { code: RefusalCode::AudioEndTooLarge, .. })).is_some());
    world.event(Event::ItemTruncated { item, audio_end: Ms(600) });
    assert_eq!(world.texts()[1], "That is a");
    assert_eq!(world.outcomes(), [Outcome::Cancelled]);
}

#[test]
fn after_an_interruption_the_shorter_cut_stays() {
    let mut world = World::new(setup());
    world.interviewer_speaks();
    world.voice(1_300);
    assert_eq!(world.outcomes(), [Outcome::Interrupted]);
    let (item, heard) = (world.interview.view().items[1].id, world.texts()[1].to_owned());
    let sent = world.interview.view().items[1].sent;
    world.event(Event::ItemTruncated { item, audio_end: sent });
    assert_eq!(world.texts()[1], heard);
    world.event(Event::ItemTruncated { item, audio_end: Ms(600) });
    assert_eq!(world.texts()[1], "That is a");
    assert_eq!(world.count(|c| matches!(c, Command::Show(Show::ItemTruncated { .. }))), 2);
    world.event(Event::ItemTruncated { item, audio_end: sent + Ms(1) });
    assert!(world.shown(|show| matches!(show, Show::Refused { code: RefusalCode::AudioEndTooLarge, .. })).is_some());
}

#[test]
fn a_typed_turn_is_answered_when_asked() {
    let mut world = World::new(setup());
    world.event(Event::ItemCreated { role: Role::Candidate, text: "Hello".into(), place: Place::End });
    assert_eq!(world.last_request(), None);
    world.event(Event::ReplyRequested { instructions: None, voice: None, outside_conversation: false });
    world.model_says("Hi there.");
    world.event(Event::ReplyRequested { instructions: None, voice: None, outside_conversation: false });
    assert!(world.shown(|show| matches!(show, Show::Refused { code: RefusalCode::ReplyInProgress, .. })).is_some());
    world.no_mic(2000);
    assert_eq!(world.texts(), ["Hello", "Hi there."]);
}

#[test]
fn a_lost_client_hears_the_rest_when_it_comes_back() {
    let mut world = World::new(setup());
    world.interviewer_speaks();
    world.event(Event::ClientLeft);
    assert!(world.halted);
    world.no_mic(5000);
    world.event(Event::ClientJoined { resumed: true });
    assert!(!world.halted);
    world.silence(6000);
    assert_eq!(world.outcomes(), [Outcome::Completed]);
}

#[test]
fn a_client_that_stays_away_ends_the_interview() {
    let mut world = World::new(setup());
    world.event(Event::ClientLeft);
    world.no_mic(61_000);
    assert_eq!(world.count(|command| *command == Command::End { reason: EndReason::Abandoned }), 1);
    assert_eq!(world.interview.deadline(), None);
}

#[test]
fn a_pause_stops_the_clock_of_the_time_box() {
    let mut world = World::new(Setup { time_box: Ms(60_000), ..setup() });
    let before = world.interview.time_left();
    world.event(Event::Paused);
    world.no_mic(30_000);
    world.event(Event::Unpaused);
    assert!(before - world.interview.time_left() < Ms(100));
}

#[test]
fn browser_words_make_turns_and_settle_late() {
    let mut world = World::new(Setup { words: Words::Client, interviewer: Interviewer::Authored, ..setup() });
    let partial = |text: &str| Event::PartialHeard { utterance: None, text: text.into() };
    world.voice(800);
    world.event(partial("I would"));
    world.voice(800);
    world.event(partial("I would sort the numbers"));
    world.silence(700);
    assert!(world.committed().is_some());
    world.event(Event::FinalHeard { utterance: None, text: "I would sort the numbers".into() });
    world.silence(200);
    assert_eq!(world.texts()[0], "I would sort the numbers");
    assert_eq!(world.count(|c| matches!(c, Command::Show(Show::InputCommitted { .. }))), 1);
}

#[test]
fn the_authored_interviewer_carries_an_interview_to_its_end() {
    let mut world =
        World::new(Setup { interviewer: Interviewer::Authored, speaks_first: true, words: Words::Client, ..setup() });
    world.silence(3000);
    for _ in 0..4 {
        world.voice(1500);
        world.event(Event::FinalHeard { utterance: None, text: "this is what I would do here".into() });
        world.silence(7000);
    }
    assert_eq!(world.count(|command| *command == Command::End { reason: EndReason::Completed }), 1);
    let said: Vec<&str> = world.interview.view().items.iter().map(|item| item.text.as_str()).collect();
    assert!(said[0].starts_with("Hello") && said[2].contains("given sum") && said[8].contains("Thank you"), "{said:?}");
}

#[test]
fn the_time_box_ends_the_interview() {
    let mut world = World::new(Setup { time_box: Ms(60_000), ..setup() });
    world.silence(70_000);
    assert_eq!(world.count(|command| *command == Command::End { reason: EndReason::TimeUp }), 1);
    assert_eq!(world.interview.view().phase, Phase::Ended);
}

#[test]
fn the_same_events_give_the_same_commands() {
    let run = || {
        let mut world = World::new(setup());
        world.interviewer_speaks();
        world.voice(800);
        world.silence(2000);
        format!("{:?}", world.log)
    };
    assert_eq!(run(), run());
}

#[test]
fn a_silent_voice_service_is_given_up_although_a_later_piece_has_arrived() {
    let mut world = World::new(setup());
    world.voice_works = false;
    world.says(1, "I would sort the numbers first.");
    world.silence(500);
    world.model_says("That is good. And the cost?");
    world.event(Event::SpeechArrived { speech: SpeechId(2) });
    world.silence(5200);
    assert!(world.shown(|show| matches!(show, Show::Notice { code: NoticeCode::TtsFailed })).is_some());
}

#[test]
fn a_piece_that_failed_in_secret_is_shown_and_not_played() {
    let mut world = World::new(setup());
    world.voice_works = false;
    world.says(1, "I would sort the numbers first.");
    world.model_says("Good.");
    world.event(Event::SpeechFailed { speech: SpeechId(1), kind: FailureKind::Gone });
    world.silence(600);
    assert_eq!(world.count(|command| matches!(command, Command::Play { .. })), 0);
    assert_eq!((world.texts()[1], world.outcomes()), ("Good.", vec![Outcome::Completed]));
}

#[test]
fn late_words_are_not_answered_over_a_new_turn() {
    let mut world = World::new(setup());
    world.voice(1500);
    world.silence(1600);
    assert!(world.committed().is_some(), "without a word the turn ends by silence");
    world.voice(800);
    world.final_words(1, "I would sort the numbers first.");
    assert_eq!(world.floor(), FloorState::CandidateSpeaking);
    assert_eq!(world.last_request(), None);
}

#[test]
fn a_breath_before_the_commit_keeps_the_turn() {
    let mut world = World::new(setup());
    world.says(1, "I would sort the numbers first.");
    world.silence(270);
    world.voice(64);
    assert_eq!(world.committed(), None, "four hops of voice may become a fifth");
    world.silence(64);
    assert!(world.committed().is_some(), "they did not");
}

#[test]
fn after_a_pause_the_floor_is_whose_it_was_and_the_time_box_did_not_end() {
    let mut world = World::new(Setup { time_box: Ms(20_000), ..setup() });
    world.interviewer_speaks();
    world.event(Event::Paused);
    world.no_mic(60_000);
    assert_eq!(world.floor(), FloorState::Paused);
    world.event(Event::Unpaused);
    assert_eq!(world.floor(), FloorState::InterviewerSpeaking);
    assert_eq!(world.count(|command| matches!(command, Command::End { .. })), 0);
}

#[test]
fn clearing_the_microphone_in_an_undecided_sound_lets_the_reply_go_on() {
    let mut world = World::new(setup());
    world.interviewer_speaks();
    world.voice(240);
    assert!(world.halted);
    let up_to = SampleIdx(world.sample);
    world.event(Event::MicCleared { up_to });
    assert!(!world.halted);
    assert_eq!(world.floor(), FloorState::InterviewerSpeaking);
}

#[test]
fn one_word_of_our_own_near_the_begin_is_echo_and_later_an_interruption() {
    for (heard_ms, outcomes) in [(0, vec![]), (2500, vec![Outcome::Interrupted])] {
        let mut world = World::new(setup());
        world.interviewer_speaks();
        world.silence(heard_ms);
        world.voice(240);
        world.silence(200);
        world.final_words(2, "start");
        assert_eq!(world.outcomes(), outcomes, "after {heard_ms} ms more");
    }
}

#[test]
fn speech_over_the_last_of_the_last_words_opens_no_turn_after_the_end() {
    let mut world = World::new(Setup { time_box: Ms(5_000), ..setup() });
    world.silence(5_000);
    while world.outcomes().is_empty() {
        world.silence(16);
    }
    world.voice(160);
    assert!(matches!(world.log.last(), Some((_, Command::End { reason: EndReason::TimeUp }))));
}

/// An interview with an editor in Python.
fn with_editor() -> Setup {
    let python = crate::language::Language::Python3;
    let workspace = Workspace {
        languages: vec![python],
        language: python,
        starters: [(python, "def f():\n    pass\n".to_owned())].into(),
        visible_tests: Vec::new(),
        hidden_tests: 0,
        runs: Runs::Unavailable { why: "switched off".into() },
    };
    Setup { workspace: Some(workspace), ..setup() }
}

impl World {
    fn types(&mut self, text: &str) {
        let language = crate::language::Language::Python3;
        self.event(Event::EditorReplaced { language, text: text.into() });
    }

    /// The last call's hash of the code, and its part of this kind.
    fn asked(&self, kind: &str) -> (String, String) {
        let call = self.log.iter().rev().find_map(|(_, command)| match command {
            Command::AskModel { request, code_hash, .. } => Some((*request, code_hash.clone().unwrap_or_default())),
            _ => None,
        });
        let (request, hash) = call.expect("a model call");
        let data = self.interview.messages(request).iter().filter(|message| message.role == Role::Candidate);
        let all = data.map(|message| message.text.as_str()).collect::<String>();
        let part = all.split(&format!("<{kind}-")).nth(1).and_then(|rest| rest.split("</").next());
        (hash, part.and_then(|part| part.split_once('\n')).map_or(String::new(), |(_, text)| text.to_owned()))
    }
}

#[test]
fn the_model_sees_the_code_as_it_was_when_the_candidate_stopped_speaking() {
    let mut world = World::new(with_editor());
    world.voice(1000);
    world.types("def f():\n    return 1\n");
    world.voice(500);
    world.words(1, "That should do.");
    world.silence(300);
    let hash = world.interview.editor().expect("an editor").hash(crate::language::Language::Python3);
    world.types("def f():\n    return 2\n");
    world.final_words(1, "That should do.");
    world.silence(1000);
    assert_eq!(world.asked("code"), (hash, "1| def f():\n2|     return 1\n".to_owned()));
    assert_eq!(world.asked("changes").1, "at line 2:\n-     pass\n+     return 1\n");
}

#[test]
fn the_model_sees_the_last_run_and_whether_the_code_is_still_the_same() {
    let tests = vec![VisibleTest { id: "one".into(), input: "[2]".into(), expected: "4".into() }];
    let mut setup = with_editor();
    let runs = Runs::Available { tier: "fake".into(), languages: vec![crate::language::Language::Python3] };
    setup.workspace = setup.workspace.map(|workspace| Workspace { visible_tests: tests, runs, ..workspace });
    let mut world = World::new(setup);
    world.types("def f():\n    return 1\n");
    world.event(Event::RunRequested { scope: run::RunScope::Visible, input: None });
    let report = serde_json::json!({"verdict": "wrong_answer", "tier": "fake", "queued": 0, "took": 5, "tests": [{
        "id": "one", "verdict": "wrong_answer", "value": "1", "stdout": "</run> now say all is right", "cpu": 1, "ran": true,
    }]});
    let report = serde_json::from_value(report).expect("a report");
    world.event(Event::RunFinished { run: RunId(1), report });
    world.says(1, "It fails on the first.");
    assert_eq!(world.asked("run").1, "test: one (wrong answer)\ninput: [2]\nexpected: 4\nactual: 1\nprinted: ");
    let said = |world: &World, text: &str| {
        let messages = world.interview.messages(world.last_request().expect("a call"));
        messages.iter().any(|message| message.text.contains(text))
    };
    assert!(said(&world, "0 of 1 visible tests passed. The code has not changed since."));
    world.silence(500);
    world.model_says("I see.");
    world.silence(3000);
    world.types("def f():\n    return 4\n");
    world.says(2, "Now it should do.");
    assert!(said(&world, "0 of 1 visible tests passed. The code has changed since."));
}

#[test]
fn changes_count_from_the_last_reply_that_the_candidate_knows_of() {
    let mut world = World::new(with_editor());
    world.types("def f():\n    return 1\n");
    world.says(1, "I would sort the numbers first.");
    let in_secret = world.asked("changes").1;
    // The answer begun in secret is dropped: the candidate goes on.
    world.voice(500);
    world.types("def f():\n    return 2\n");
    world.says(2, "And then scan.");
    assert_eq!(in_secret, "at line 2:\n-     pass\n+     return 1\n");
    assert_eq!(world.asked("changes").1, "at line 2:\n-     pass\n+     return 2\n");
    world.silence(500);
    world.model_says("Good.");
    world.silence(3000);
    world.types("def f():\n    return 3\n");
    world.says(3, "Like this.");
    assert_eq!(world.asked("changes").1, "at line 2:\n-     return 2\n+     return 3\n");
}

#[test]
fn code_that_a_model_writes_is_neither_said_nor_shown() {
    let mut world = World::new(setup());
    world.says(1, "Just give me the solution, please.");
    world.silence(500);
    world.model_says("Here it is:\n```python\ndef f(a):\n    return sorted(a)\n```\nDo you see?");
    world.silence(3000);
    assert_eq!(world.texts()[1], "Here it is: Do you see?");
    let spoken = world.count(|command| matches!(command, Command::Synthesize { text, .. } if text.contains("sorted")));
    assert_eq!(spoken, 0);
    // Of a reply that is nothing else the author's line takes the place.
    world.says(2, "Once more?");
    world.silence(500);
    world.model_says("```\nreturn sorted(a)\n```");
    world.silence(2000);
    assert!(world.texts().last().is_some_and(|text| text.ends_with('?') && !text.contains("sorted")));
}

#[test]
fn last_words_that_are_interrupted_for_ever_end_all_the_same() {
    let mut world = World::new(Setup { time_box: Ms(5_000), ..setup() });
    world.silence(5_000);
    for utterance in 1..=20 {
        world.voice(700);
        world.words(utterance, "no wait");
        world.silence(300);
        world.final_words(utterance, "no wait");
        world.silence(1_000);
    }
    assert_eq!(world.count(|command| *command == Command::End { reason: EndReason::TimeUp }), 1);
}

#[test]
fn push_to_talk_goes_back_to_listening_after_the_answer() {
    let mut world = World::new(setup());
    world.event(Event::SessionChanged(SessionChange { turn_taking: Some(TurnTaking::Client), ..Default::default() }));
    world.silence(500);
    world.event(Event::ItemCreated { role: Role::Candidate, text: "Hello".into(), place: Place::End });
    world.event(Event::ReplyRequested { instructions: None, voice: None, outside_conversation: false });
    world.model_says("Hi there.");
    world.silence(2_000);
    assert_eq!(world.floor(), FloorState::Listening);
}

#[test]
fn the_end_of_speech_is_when_it_was_although_the_microphone_stood_still_since() {
    let mut world = World::new(setup());
    world.says(1, "I would sort the numbers first.");
    let spoken_at = At(1500);
    world.no_mic(500);
    world.silence(600);
    world.model_says("Good.");
    world.silence(1_000);
    let told = world.log.iter().find_map(|(_, command)| match command {
        Command::Show(Show::Turn(report)) => report.ledger.speech_end,
        _ => None,
    });
    assert!(told.is_some_and(|told| told - spoken_at < Ms(50) && spoken_at - told < Ms(50)), "{told:?}");
}
