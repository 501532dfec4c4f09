//! The candidate's own pauses: who falls silent for a second between two thoughts is waited for longer than who never does. As
//! long is waited as the chance that they speak on in the next moment outweighs that moment for somebody who is done. That goes by
//! their mean pause, by the share of their turns of so many words that went on, and by what the sound says where a model listens. An
//! interruption is made to say one thing, so little more is waited for after it. Lengthens the waits of `complete_sentence`,
//! `plain_silence`, `sounds_done`, `sounds_open` and, more, of `trailing_word`; a question to the interviewer is answered all the same.
//!
//! Example: own pauses of 540 ms, words after which two of three of their turns went on: 1.5 × 540 = 840 ms are waited; where one of
//! ten did, the usual 600.
//! Settings: `own_pauses_permille`, `own_pauses_most_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, SoundSays, Verdict};
use crate::units::*;

/// Lengths of pauses in speech are log-normal, with a spread of about 0.6 (Campione and Véronis 2002). Where going on weighs so
/// many times as much as the moment (first number), its chance outweighs it up to a silence of the mean pause times the second. In
/// permille.
const MULTIPLES: [(u64, u64); 9] = [
    (1_000, 0),
    (1_500, 850),
    (2_000, 1_060),
    (3_000, 1_310),
    (4_000, 1_480),
    (8_000, 1_880),
    (16_000, 2_300),
    (32_000, 2_730),
    (64_000, 3_190),
];
/// Of those who go on, so many pause before it, in permille.
const PAUSES_BEFORE_GOING_ON: u64 = 400;
/// Of interruptions, so many go on after a first pause.
const INTERRUPTIONS_GO_ON: u64 = 150;
/// How much going on weighs for who pauses as most people do, in permille: with words alone, and where a model heard that they go on
/// or that they are done. Found by holding simulated interviews (docs/decisions.md).
const WEIGHS: u64 = 11_000;
const WEIGHS_OPEN: u64 = 9_000;
const WEIGHS_DONE: u64 = 300;
/// And how much more for a slow thinker.
const WEIGHS_OPEN_SLOW: u64 = 27_000;
const WEIGHS_DONE_SLOW: u64 = 500;
/// Where so many of their turns go on, in permille, who sounds done is doubted more.
const NEARLY_ALL: u64 = 900;
const WEIGHS_DONE_EARLY: u64 = 1_000;
/// Slower than most is whose mean pause is longer than this, and a slow thinker whose is longer by so much: between, in proportion.
const SLOW_FROM: u64 = 640;
const SLOW_OVER: u64 = 150;
/// The mean pause of most people. It weighs the more the longer one's own are: slow thinkers would else be cut off most.
const USUAL: Ms = Ms(540);
/// Nobody is waited for a shorter time than this part of their mean pause, in permille; slow thinkers, who sound done, than this more.
const LEAST: u64 = 800;
const LEAST_SLOW: u64 = 100;
/// Who is known by so many pauses to pause so long is waited for up to so many times their mean pause, in permille.
const LONG_AFTER: usize = 4;
const LONG: Ms = Ms(850);
const LONG_MOST: u64 = 3_000;
/// And who sounds as if they went on, for so many times; slow thinkers for more.
const OPEN_MOST: u64 = 2_000;
const OPEN_MOST_SLOW: u64 = 1_000;
/// Who sounds done in the middle of what they mostly say is waited for beyond the usual only where so many of their turns go on.
const SURELY_GOES_ON: u64 = 930;
/// Of whom so few turns were heard, nobody knows how long they pause: who sounds as if they went on is waited for so long.
const UNKNOWN_TURNS: usize = 2;
const UNKNOWN_MOST: u64 = 2_200;
/// Words that announce more leave little doubt: they are waited for so many times the mean pause.
const ANNOUNCED: u64 = 5;
/// Nobody is waited for longer.
pub const MOST: Ms = Ms(4_000);

/// See the file's head.
pub fn stretch(moment: &Moment, settings: &FloorSettings, verdict: &Verdict) -> Option<Ms> {
    let pause = moment.own.pause.0;
    let goes_on = match verdict.rule {
        _ if settings.own_pauses_permille == Permille(0) => return None,
        "trailing_word" => return Some(Ms(pause * ANNOUNCED).min(MOST)),
        "complete_sentence" if moment.lexicon.is_short_answer(moment.text) => return None,
        "sounds_done" | "sounds_open" if is_all_of_it(moment, verdict) => return None,
        "complete_sentence" | "plain_silence" | "sounds_open" | "sounds_done" if moment.interrupts => {
            INTERRUPTIONS_GO_ON
        }
        "complete_sentence" | "plain_silence" | "sounds_open" | "sounds_done" => {
            u64::from(moment.own.goes_on.0.min(990))
        }
        _ => return None,
    };
    let slow = pause.saturating_sub(SLOW_FROM).min(SLOW_OVER) * 1000 / SLOW_OVER;
    let odds = goes_on * PAUSES_BEFORE_GOING_ON / (1000 - goes_on);
    let is_open = verdict.rule == "sounds_open" && moment.sound == SoundSays::Open;
    let (weighs, least) = match verdict.rule {
        "sounds_open" if is_open => (WEIGHS_OPEN + slow * WEIGHS_OPEN_SLOW / 1000, LEAST),
        "sounds_done" if goes_on >= NEARLY_ALL => (WEIGHS_DONE_EARLY, LEAST + slow * LEAST_SLOW / 1000),
        "sounds_done" => (WEIGHS_DONE + slow * WEIGHS_DONE_SLOW / 1000, LEAST + slow * LEAST_SLOW / 1000),
        _ => (WEIGHS, LEAST),
    };
    let weight = odds * weighs / 1000 * pause / USUAL.0 * u64::from(settings.own_pauses_permille.0) / 1000;
    let least = if moment.interrupts { 0 } else { least };
    let wait = Ms(pause * multiple(weight).max(least) / 1000);
    let most = settings.own_pauses_most_ms.max(Ms(most(moment, verdict, is_open, slow)));
    Some(wait.min(most).min(MOST.max(settings.own_pauses_most_ms)))
}

/// To how much their own pauses may lengthen this wait beyond the usual limit, ms.
fn most(moment: &Moment, verdict: &Verdict, is_open: bool, slow: u64) -> u64 {
    let own = &moment.own;
    let (pause, is_known) = (own.pause.0, own.pauses >= LONG_AFTER);
    let surely = verdict.rule == "sounds_done" && u64::from(own.goes_on.0) >= SURELY_GOES_ON;
    match is_known {
        _ if moment.interrupts => 0,
        true if is_open => pause * (OPEN_MOST + slow * OPEN_MOST_SLOW / 1000) / 1000,
        true if surely => MOST.0,
        true if verdict.rule != "sounds_done" && own.pause >= LONG => pause * LONG_MOST / 1000,
        false if is_open && own.turns < UNKNOWN_TURNS => UNKNOWN_MOST.max(pause * OPEN_MOST / 1000),
        false if is_open => pause * OPEN_MOST / 1000,
        _ => 0,
    }
}

/// A question waits for its answer, and a few words that sound finished are one: neither goes on as sentences do.
fn is_all_of_it(moment: &Moment, verdict: &Verdict) -> bool {
    let (lexicon, text) = (moment.lexicon, moment.text);
    let is_fragment = verdict.rule == "sounds_done" && !lexicon.is_complete(text);
    is_fragment || lexicon.is_question(text) || lexicon.is_short_answer(text)
}

/// Between two places of the table, the straight line.
fn multiple(weight: u64) -> u64 {
    let (first, last) = (MULTIPLES[0], MULTIPLES[MULTIPLES.len() - 1]);
    let within = MULTIPLES.windows(2).find(|pair| (pair[0].0..=pair[1].0).contains(&weight));
    match within {
        Some(pair) => pair[0].1 + (weight - pair[0].0) * (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0),
        None if weight < first.0 => 0,
        None => last.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::habits::Own;
    use crate::interview::floor::rules::judge;
    use crate::interview::floor::rules::testing::moment;

    const SENTENCE: &str = "I would sort the numbers first";

    fn wait(pause: u64, goes_on: u16, sound: SoundSays, text: &str) -> Ms {
        let own = Own { pause: Ms(pause), pauses: 8, turns: 8, goes_on: Permille(goes_on) };
        judge(&Moment { own, sound, ..moment(text) }, &FloorSettings::default()).wait
    }

    fn wait_for(text: &str, pause: u64, goes_on: u16) -> Ms {
        wait(pause, goes_on, SoundSays::Nothing, text)
    }

    #[test]
    fn who_pauses_long_is_waited_for_longer() {
        let settings = FloorSettings::default();
        assert!(wait_for(SENTENCE, 1_100, 700) > wait_for(SENTENCE, 400, 700));
        assert_eq!(wait_for(SENTENCE, 250, 0), settings.complete_sentence_ms);
        assert_eq!(wait_for(SENTENCE, 700, 1_000), settings.own_pauses_most_ms);
        assert_eq!(wait_for(SENTENCE, 4_000, 1_000), MOST);
        assert_eq!(wait_for("so I would use the", 700, 500), Ms(3_500));
    }

    #[test]
    fn the_wait_grows_with_the_share_of_turns_that_go_on() {
        let waits: Vec<u64> = (0..=20).map(|step| wait_for(SENTENCE, 540, step * 50).0).collect();
        assert!(waits.is_sorted(), "{waits:?}");
        assert_eq!((waits[2], waits[20]), (600, 1_400), "{waits:?}");
    }

    #[test]
    fn the_sound_moves_the_wait_to_both_sides() {
        let of = |sound| wait(700, 600, sound, SENTENCE);
        assert!(of(SoundSays::Open) > of(SoundSays::Nothing) && of(SoundSays::Nothing) > of(SoundSays::Done));
        assert_eq!(of(SoundSays::Done), FloorSettings::default().sounds_done_ms);
    }

    #[test]
    fn who_is_known_to_go_on_is_waited_for_though_they_sound_done() {
        let done = |goes_on| wait(1_100, goes_on, SoundSays::Done, SENTENCE);
        assert!(done(960) > done(850) && done(850) > done(300), "{} {} {}", done(960), done(850), done(300));
        assert!(done(960) > FloorSettings::default().own_pauses_most_ms);
    }

    #[test]
    fn slow_thinkers_and_who_is_not_known_yet_are_waited_for_beyond_the_usual() {
        let settings = FloorSettings::default();
        let open = |own| judge(&Moment { own, sound: SoundSays::Open, ..moment(SENTENCE) }, &settings).wait;
        let known = |pause| Own { pause: Ms(pause), pauses: 8, turns: 8, goes_on: Permille(900) };
        assert_eq!(open(known(560)), settings.own_pauses_most_ms);
        assert_eq!(open(known(800)), Ms(2_400));
        let unknown = |turns| Own { pause: Ms(700), pauses: 0, turns, goes_on: Permille(900) };
        assert!(open(unknown(0)) > open(unknown(5)), "{} {}", open(unknown(0)), open(unknown(5)));
    }

    #[test]
    fn a_question_and_a_few_words_that_sound_done_are_all_of_it() {
        let settings = FloorSettings::default();
        assert_eq!(wait(1_100, 960, SoundSays::Done, "can the list be empty"), settings.sounds_done_ms);
        assert_eq!(wait(1_100, 960, SoundSays::Done, "quadratic time"), settings.sounds_done_ms);
        assert_eq!(wait(1_100, 960, SoundSays::Open, "can the list be empty"), settings.sounds_open_ms);
    }

    #[test]
    fn questions_and_short_answers_are_answered_all_the_same() {
        let settings = FloorSettings::default();
        assert_eq!(wait_for("can the list be empty", 1_100, 1_000), settings.question_back_ms);
        assert_eq!(wait_for("yes", 1_100, 1_000), settings.complete_sentence_ms);
    }

    #[test]
    fn an_interruption_is_answered_sooner_than_an_answer_of_as_many_words() {
        let own = Own { pause: Ms(800), pauses: 8, turns: 8, goes_on: Permille(900) };
        let answer = Moment { own, ..moment("I want to change my answer") };
        let interruption = Moment { interrupts: true, ..answer };
        let settings = FloorSettings::default();
        assert!(judge(&interruption, &settings).wait < judge(&answer, &settings).wait);
    }
}
