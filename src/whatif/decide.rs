//! Judges the pauses of a recorded turn under given settings, by the floor's own rules.

use super::trace::{Pause, Trace};
use crate::interview::event::TurnTaking;
use crate::interview::floor::FloorSettings;
use crate::interview::floor::lexicon::Lexicon;
use crate::interview::floor::moment::Moment;
use crate::interview::floor::rules;
use crate::units::*;
use serde::Serialize;

/// What would have become of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Ended after so much silence, when all had been said.
    Ended {
        /// The rule.
        rule: &'static str,
        /// Silence since the last speech sample: what this turn adds to the latency of its answer.
        silence: Ms,
    },
    /// Ended in a pause after which the candidate spoke on.
    CutOff {
        /// The rule.
        rule: &'static str,
        /// Silence since the last speech sample.
        silence: Ms,
        /// In which pause, from 0.
        pause: usize,
    },
    /// The recording does not tell.
    Unscored(Unscored),
}

/// Why a recording does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unscored {
    /// The client ended turns itself.
    ClientEndsTurns,
    /// The turn would have ended later than the candidate's next words, which answered an interviewer who would not have
    /// spoken yet.
    BeyondRecording,
}

/// What would have become of the turn under these settings.
pub fn decide(trace: &Trace, settings: &FloorSettings) -> Decision {
    if trace.turn_taking == TurnTaking::Client {
        return Decision::Unscored(Unscored::ClientEndsTurns);
    }
    for (number, pause) in trace.pauses.iter().enumerate() {
        let (rule, silence) = ends(trace, pause, settings);
        match pause.speech_after {
            Some(length) if silence < length => return Decision::CutOff { rule, silence, pause: number },
            Some(_) => {}
            // What was recorded is known even if the recording ends there.
            None if silence > pause.known_for && silence > trace.recorded.1 => {
                return Decision::Unscored(Unscored::BeyondRecording);
            }
            None => return Decision::Ended { rule, silence },
        }
    }
    Decision::Unscored(Unscored::BeyondRecording)
}

/// When a pause would end the turn if it lasted long enough: at the soft end, and whenever words change after it, the rules
/// say how much silence they want.
fn ends(trace: &Trace, pause: &Pause, settings: &FloorSettings) -> (&'static str, Ms) {
    let mut views = pause.views.iter().peekable();
    let mut last = ("plain_silence", settings.plain_silence_ms);
    while let Some(view) = views.next() {
        let until = views.peek().map(|next| next.after.max(settings.soft_end_ms));
        let from = view.after.max(settings.soft_end_ms);
        if until.is_some_and(|until| until <= from) {
            // Replaced before it was looked at.
            continue;
        }
        let moment = Moment {
            text: &view.text,
            words_pending: view.words_pending,
            spoken: view.spoken,
            turn_taking: trace.turn_taking,
            sound: view.sound,
            interrupts: view.interrupts,
            own: view.own,
            key: view.key,
            run: view.run,
            asked: view.asked,
            lexicon: Lexicon::of(&trace.language),
        };
        let verdict = rules::judge(&moment, settings);
        let silence = verdict.wait.max(from);
        last = (verdict.rule, silence);
        if until.is_none_or(|until| silence < until) {
            return last;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::floor::habits::Own;
    use crate::interview::floor::lexicon::Asked;
    use crate::interview::floor::moment::{RunSays, SoundSays};
    use crate::whatif::trace::View;

    fn view(after: u64, text: &str) -> View {
        View {
            after: Ms(after),
            text: text.into(),
            words_pending: false,
            spoken: Ms(2000),
            interrupts: false,
            own: Own::default(),
            key: None,
            sound: SoundSays::Nothing,
            run: RunSays::Nothing,
            asked: Asked::Nothing,
        }
    }

    fn pause(speech_after: Option<u64>, views: Vec<View>) -> Pause {
        let known_for = Ms(speech_after.unwrap_or(5_000));
        Pause { speech_after: speech_after.map(Ms), known_for, views }
    }

    fn trace(pauses: Vec<Pause>) -> Trace {
        Trace {
            turn: TurnId(1),
            at: At(0),
            language: "en".into(),
            turn_taking: TurnTaking::Rules,
            settings: FloorSettings::default(),
            pauses,
            recorded: ("plain_silence".into(), Ms(1000)),
            ended_in: 0,
            words: String::new(),
        }
    }

    fn with(plain: u64) -> FloorSettings {
        FloorSettings { plain_silence_ms: Ms(plain), ..FloorSettings::default() }
    }

    #[test]
    fn a_pause_shorter_than_the_wait_does_not_end_the_turn_and_a_longer_one_cuts_off() {
        let trace =
            trace(vec![pause(Some(900), vec![view(0, "two pointers")]), pause(None, vec![view(0, "two pointers")])]);
        assert_eq!(decide(&trace, &with(1000)), Decision::Ended { rule: "plain_silence", silence: Ms(1000) });
        let cut = Decision::CutOff { rule: "plain_silence", silence: Ms(800), pause: 0 };
        assert_eq!(decide(&trace, &with(800)), cut);
    }

    #[test]
    fn words_that_come_in_the_pause_change_the_wait_from_then_on() {
        let late = vec![view(0, ""), view(700, "I would sort the numbers first")];
        let trace = trace(vec![pause(None, late)]);
        // Without words 1500 ms are granted; the sentence that came at 700 ms would have ended at 600 ms.
        assert_eq!(decide(&trace, &with(1000)), Decision::Ended { rule: "complete_sentence", silence: Ms(700) });
    }

    #[test]
    fn more_silence_than_was_recorded_is_not_guessed() {
        let trace = trace(vec![pause(None, vec![view(0, "two pointers")])]);
        assert_eq!(decide(&trace, &with(9000)), Decision::Unscored(Unscored::BeyondRecording));
    }

    #[test]
    fn the_clients_own_turns_are_not_judged() {
        let trace = Trace { turn_taking: TurnTaking::Client, ..trace(vec![pause(None, vec![view(0, "yes")])]) };
        assert_eq!(decide(&trace, &with(1000)), Decision::Unscored(Unscored::ClientEndsTurns));
    }
}
