//! The candidate's own pauses: who falls silent for a second between two thoughts is waited for longer than who never does. As
//! long is waited as the chance that they speak on in the next moment outweighs that moment for somebody who is done. That goes by
//! their mean pause, by the share of their turns of so many words that went on, by how often that was expected before and came true,
//! and by what the sound says where a model listens. An interruption is made to say one thing, so little more is waited for after it.
//! Lengthens the waits of `complete_sentence`, `plain_silence`, `sounds_done`, `sounds_open` and, more, of `trailing_word`; a question to
//! the interviewer is answered all the same.
//!
//! Example: own pauses of 540 ms, words after which two of three of their turns went on: 1.5 × 540 = 840 ms are waited; where one of
//! ten did, the usual 600.
//! Settings: `own_pauses_permille`, `own_pauses_most_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::habits::odds;
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
/// Of interruptions, so many go on after a first pause.
const INTERRUPTIONS_GO_ON: Permille = Permille(150);
/// How much going on weighs for who pauses as most people do, in permille, with words alone. All of these figures were found by
/// holding simulated interviews (docs/decisions.md).
const WEIGHS: u64 = 13_000;
/// Where a model heard that they go on; and how much more for a slow thinker.
const WEIGHS_OPEN: u64 = 3_500;
const WEIGHS_OPEN_SLOW: u64 = 60_000;
/// And for who is not known yet: they may be one.
const WEIGHS_OPEN_UNKNOWN: u64 = 60_000;
/// Where it heard that they are done; and how much more for a slow thinker.
const WEIGHS_DONE: u64 = 200;
const WEIGHS_DONE_SLOW: u64 = 500;
/// Where so many of their turns go on, in permille, who sounds done is doubted more.
const NEARLY_ALL: Permille = Permille(870);
const WEIGHS_DONE_EARLY: u64 = 700;
/// Slower than most is whose mean pause is longer than this, and a slow thinker whose is longer by so much: between, in proportion.
const SLOW_FROM: u64 = 650;
const SLOW_OVER: u64 = 70;
/// The mean pause of most people. It weighs the more the longer one's own are: slow thinkers would else be cut off most.
const USUAL: Ms = Ms(540);
/// Nobody is waited for a shorter time than this part of their mean pause, in permille. Who sounds done is waited for so much longer if
/// they are a slow thinker, and by so much more if their pauses are known to be long.
const LEAST: u64 = 650;
const LEAST_SLOW: u64 = 290;
const LEAST_LONG: u64 = 350;
/// Who mostly goes on is waited for so long at least where they sound so: their answers are still heard within 1.5 s.
const OPEN_OFTEN: Ms = Ms(1_330);
/// Known is of whom so many pauses were heard; long ones have a mean of this. With words alone they are waited for up to so many times
/// their mean pause, in permille.
const LONG_AFTER: usize = 4;
const LONG: Ms = Ms(850);
const LONG_MOST: u64 = 3_000;
/// And who sounds as if they went on, for so many times; slow thinkers for more.
const OPEN_MOST: u64 = 2_000;
const OPEN_MOST_SLOW: u64 = 1_200;
/// Of whom so few turns were heard, nobody knows how long they pause: who sounds as if they went on is waited for so long at most.
const UNKNOWN_TURNS: usize = 4;
const UNKNOWN_MOST: u64 = 2_750;
/// Words that announce more leave little doubt: they are waited for so many times the mean pause.
const ANNOUNCED: u64 = 5;
/// Nobody is waited for longer.
pub const MOST: Ms = Ms(4_000);

/// See the file's head.
pub fn stretch(moment: &Moment, settings: &FloorSettings, verdict: &Verdict) -> Option<Ms> {
    let pause = moment.own.pause.0;
    let odds = match verdict.rule {
        _ if settings.own_pauses_permille == Permille(0) => return None,
        "trailing_word" => return Some(Ms(pause * ANNOUNCED).min(MOST)),
        "complete_sentence" if moment.lexicon.is_short_answer(moment.text) => return None,
        "sounds_done" | "sounds_open" if is_all_of_it(moment, verdict) => return None,
        "complete_sentence" | "plain_silence" | "sounds_open" | "sounds_done" if moment.interrupts => {
            odds(INTERRUPTIONS_GO_ON)
        }
        "complete_sentence" | "plain_silence" | "sounds_open" | "sounds_done" => moment.own.odds(),
        _ => return None,
    };
    let slow = pause.saturating_sub(SLOW_FROM).min(SLOW_OVER) * 1000 / SLOW_OVER;
    let is_open = verdict.rule == "sounds_open" && moment.sound == SoundSays::Open;
    let (weighs, least) = match verdict.rule {
        "sounds_open" if is_open => (weighs_open(moment, slow), LEAST),
        "sounds_done" => (weighs_done(moment, slow), least_done(moment, slow)),
        _ => (WEIGHS, LEAST),
    };
    let least = if moment.interrupts { 0 } else { least };
    let weight = odds * weighs / 1000 * pause / USUAL.0 * u64::from(settings.own_pauses_permille.0) / 1000;
    let wait = Ms(pause * multiple(weight).max(least) / 1000);
    let goes_on = is_open && moment.own.mostly_goes_on() && !moment.interrupts;
    let wait = if goes_on { wait.max(OPEN_OFTEN) } else { wait };
    let most = settings.own_pauses_most_ms.max(Ms(most(moment, verdict, is_open, slow)));
    Some(wait.min(most).min(MOST.max(settings.own_pauses_most_ms)))
}

/// How much going on weighs where the sound says that they do.
fn weighs_open(moment: &Moment, slow: u64) -> u64 {
    if is_unknown(moment) { WEIGHS_OPEN_UNKNOWN } else { WEIGHS_OPEN + slow * WEIGHS_OPEN_SLOW / 1000 }
}

/// And where it says that they are done.
fn weighs_done(moment: &Moment, slow: u64) -> u64 {
    match moment.own.goes_on >= NEARLY_ALL && !moment.interrupts {
        true => WEIGHS_DONE_EARLY,
        false => WEIGHS_DONE + slow * WEIGHS_DONE_SLOW / 1000,
    }
}

/// Who sounds done is waited for so many times their mean pause at least, in permille.
fn least_done(moment: &Moment, slow: u64) -> u64 {
    let is_long = moment.own.pauses >= LONG_AFTER && moment.own.pause >= LONG;
    LEAST + slow * LEAST_SLOW / 1000 + if is_long { LEAST_LONG } else { 0 }
}

/// Whether too little was heard of them to know how long they pause.
fn is_unknown(moment: &Moment) -> bool {
    moment.own.pauses < LONG_AFTER && moment.own.turns < UNKNOWN_TURNS
}

/// To how much their own pauses may lengthen this wait beyond the usual limit, ms.
fn most(moment: &Moment, verdict: &Verdict, is_open: bool, slow: u64) -> u64 {
    let own = &moment.own;
    let (pause, is_known) = (own.pause.0, own.pauses >= LONG_AFTER);
    match is_known {
        _ if moment.interrupts => 0,
        true if is_open => pause * (OPEN_MOST + slow * OPEN_MOST_SLOW / 1000) / 1000,
        true if verdict.rule != "sounds_done" && own.pause >= LONG => pause * LONG_MOST / 1000,
        false if is_open && is_unknown(moment) => UNKNOWN_MOST.max(pause * OPEN_MOST / 1000),
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
        let own = Own { pause: Ms(pause), pauses: 8, turns: 8, goes_on: Permille(goes_on), ..Own::default() };
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
        assert_eq!((waits[2], waits[20]), (600, FloorSettings::default().own_pauses_most_ms.0), "{waits:?}");
    }

    #[test]
    fn who_was_seldom_right_to_be_waited_for_is_answered_sooner() {
        let wait = |expected_permille, went_on| {
            let own = Own { expected_permille, went_on, goes_on: Permille(666), pause: Ms(700), ..Own::default() };
            judge(&Moment { own, ..moment(SENTENCE) }, &FloorSettings::default()).wait
        };
        assert!(
            wait(4_000, 0) < wait(1_000, 0) && wait(1_000, 0) < wait(1_000, 1),
            "{} {}",
            wait(4_000, 0),
            wait(1_000, 0)
        );
    }

    #[test]
    fn the_sound_moves_the_wait_to_both_sides() {
        let of = |sound| wait(700, 600, sound, SENTENCE);
        assert!(of(SoundSays::Open) > of(SoundSays::Nothing) && of(SoundSays::Nothing) > of(SoundSays::Done));
        assert_eq!(wait(540, 600, SoundSays::Done, SENTENCE), FloorSettings::default().sounds_done_ms);
    }

    #[test]
    fn who_is_known_to_go_on_is_waited_for_though_they_sound_done() {
        let done = |goes_on| wait(640, goes_on, SoundSays::Done, SENTENCE);
        assert!(done(960) > done(880) && done(880) > done(300), "{} {} {}", done(960), done(880), done(300));
        let slow = |pause| wait(pause, 500, SoundSays::Done, SENTENCE);
        assert!(slow(1_000) > slow(760) && slow(760) > slow(600), "{} {} {}", slow(1_000), slow(760), slow(600));
    }

    #[test]
    fn slow_thinkers_and_who_is_not_known_yet_are_waited_for_beyond_the_usual() {
        let settings = FloorSettings::default();
        let open = |own| judge(&Moment { own, sound: SoundSays::Open, ..moment(SENTENCE) }, &settings).wait;
        let known = |pause| Own { pause: Ms(pause), pauses: 8, turns: 8, goes_on: Permille(900), ..Own::default() };
        assert!(open(known(560)) <= settings.own_pauses_most_ms, "{}", open(known(560)));
        assert!(open(known(800)) > Ms(2_400), "{}", open(known(800)));
        let unknown = |turns| Own { pause: Ms(700), turns, goes_on: Permille(900), ..Own::default() };
        assert!(open(unknown(0)) > open(unknown(5)), "{} {}", open(unknown(0)), open(unknown(5)));
    }

    #[test]
    fn who_mostly_goes_on_and_sounds_so_is_waited_for_longer() {
        let open = |went_on| {
            let own = Own {
                pause: Ms(540),
                pauses: 8,
                expectations: 10,
                expected_permille: 5_000,
                went_on,
                ..Own::default()
            };
            judge(&Moment { own, sound: SoundSays::Open, ..moment(SENTENCE) }, &FloorSettings::default()).wait
        };
        assert_eq!((open(4), open(5)), (FloorSettings::default().sounds_open_ms, OPEN_OFTEN));
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
        let own = Own { pause: Ms(800), pauses: 8, turns: 8, goes_on: Permille(900), ..Own::default() };
        let answer = Moment { own, ..moment("I want to change my answer") };
        let interruption = Moment { interrupts: true, ..answer };
        let settings = FloorSettings::default();
        assert!(judge(&interruption, &settings).wait < judge(&answer, &settings).wait);
    }
}
