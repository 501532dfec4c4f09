//! The candidate's own pauses: who falls silent for a second between two thoughts is waited for longer than who never does. The
//! wait is a multiple of their mean pause, the larger the likelier it is that they go on: of turns that are still shorter than
//! theirs usually are, nearly all do. An interruption is made to say one thing, so little more is waited for after it.
//! Lengthens the waits of `complete_sentence`, `plain_silence` and, more, of `trailing_word`; a question to the interviewer is
//! answered all the same.
//!
//! Example: own pauses of 740 ms, seven words said of turns that have twenty; 2.2 × 740 + 150 = 1778 ms are waited. After
//! twenty words 0.8 × 740 + 150 = 742 ms.
//! Settings: `own_pauses_permille`, `own_pauses_most_ms`.

use crate::interview::floor::FloorSettings;
use crate::interview::floor::moment::{Moment, Verdict};
use crate::units::*;

/// Lengths of pauses in speech are log-normal, with a spread of about 0.6 (Campione and Véronis 2002). With the share of turns
/// that go on from here, the multiple of the mean pause that one in twenty ends of turns would be too early at; both in permille.
const MULTIPLES: [(u64, u64); 4] = [(100, 830), (250, 1_300), (500, 2_000), (1_000, 2_240)];
/// Added to it, so that who has just begun to speak again is heard before it is over.
const MARGIN: Ms = Ms(150);
/// Of interruptions, so many go on after a first pause.
const INTERRUPTIONS_GO_ON: u64 = 150;
/// Words that announce more leave no doubt: they are waited for so many times as long as the surest of others, in permille.
const ANNOUNCED: u64 = 1_250;

/// See the file's head.
pub fn stretch(moment: &Moment, settings: &FloorSettings, verdict: &Verdict) -> Option<Ms> {
    let goes_on = match verdict.rule {
        "trailing_word" => 1_000,
        "complete_sentence" if moment.lexicon.is_short_answer(moment.text) => return None,
        "complete_sentence" | "plain_silence" if moment.interrupts => INTERRUPTIONS_GO_ON,
        "complete_sentence" | "plain_silence" => u64::from(moment.own.goes_on.0),
        _ => return None,
    };
    let wait =
        moment.own.pause.0 * multiple(goes_on) / 1000 * u64::from(settings.own_pauses_permille.0) / 1000 + MARGIN.0;
    match verdict.rule {
        "trailing_word" => Some(Ms(wait * ANNOUNCED / 1000).min(settings.own_pauses_most_after_more())),
        _ => Some(Ms(wait).min(settings.own_pauses_most_ms)),
    }
}

/// Between two places of the table, the straight line.
fn multiple(goes_on: u64) -> u64 {
    let (first, last) = (MULTIPLES[0], MULTIPLES[MULTIPLES.len() - 1]);
    let within = MULTIPLES.windows(2).find(|pair| (pair[0].0..=pair[1].0).contains(&goes_on));
    match within {
        Some(pair) => pair[0].1 + (goes_on - pair[0].0) * (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0),
        None if goes_on < first.0 => first.1,
        None => last.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::habits::Own;
    use crate::interview::floor::rules::judge;
    use crate::interview::floor::rules::testing::moment;

    fn wait_for(text: &str, pause: u64, goes_on: u16) -> Ms {
        let own = Own { pause: Ms(pause), pauses: 8, turns: 8, goes_on: Permille(goes_on) };
        judge(&Moment { own, ..moment(text) }, &FloorSettings::default()).wait
    }

    #[test]
    fn who_pauses_long_is_waited_for_longer() {
        let sentence = "I would sort the numbers first";
        assert!(wait_for(sentence, 1_100, 700) > wait_for(sentence, 400, 700));
        assert_eq!(wait_for(sentence, 250, 0), FloorSettings::default().complete_sentence_ms);
        assert_eq!(wait_for(sentence, 4_000, 1_000), FloorSettings::default().own_pauses_most_ms);
    }

    #[test]
    fn the_wait_grows_with_the_share_of_turns_that_go_on() {
        let waits: Vec<u64> =
            (0..=20).map(|step| wait_for("I would sort the numbers first", 740, step * 50).0).collect();
        assert!(waits.is_sorted(), "{waits:?}");
        assert_eq!((waits[2], waits[20]), (764, 1_800), "and not beyond its limit");
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
