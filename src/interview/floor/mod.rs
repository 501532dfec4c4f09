//! Who may speak: settings, voice hysteresis, the words' signs, and the rules that end turns. What is done about their
//! verdicts stands in `turns.rs` and `overlap.rs` beside this room.

pub mod habits;
pub mod lexicon;
pub mod moment;
pub mod over;
pub mod patience;
pub mod rules;
pub mod voice;

use crate::units::*;
use patience::Patience;
use serde::{Deserialize, Serialize};

/// Settings of turn-taking. Each names its unit, and what goes wrong when it is too low or too high.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FloorSettings {
    /// How patient the interviewer is: `calm`, `normal` or `brisk`; a session may choose its own. It scales the waits of all
    /// rules but `client_silence` and `asked_for_time`. Default normal.
    #[serde(skip_serializing_if = "Patience::is_normal")]
    pub patience: Patience,
    /// Silence after which a turn is scored and an answer is started in secret, ms. Too low: many answers are made in
    /// vain; too high: no time is won. Default 200.
    pub soft_end_ms: Ms,
    /// Silence after which an answer is begun in secret when the words so far look finished, ms: before the recogniser has had
    /// its last word. Too low: gaps between words look like ends; too high: answers come later. Default 100.
    pub look_ahead_ms: Ms,
    /// Silence that ends a turn whose words form a complete sentence, ms. Too low cuts off thinkers; too high drags.
    /// Default 600.
    pub complete_sentence_ms: Ms,
    /// Silence that ends a turn with a question to the interviewer, ms. Default 450.
    pub question_back_ms: Ms,
    /// Silence that ends a turn about which nothing else is known, ms. Default 1000.
    pub plain_silence_ms: Ms,
    /// Silence after words that announce more ("so", "because", "um"), ms. Default 2500.
    pub trailing_word_ms: Ms,
    /// Silence after "give me a minute", ms. Default 60000.
    pub asked_for_time_ms: Ms,
    /// Silence that ends a turn whose sound the end-of-turn model takes for finished, ms. Only with such a model. Too low makes
    /// its every mistake a cut-off; too high makes all wait who are done. Default 450.
    pub sounds_done_ms: Ms,
    /// Silence after sound that the end-of-turn model takes for unfinished, ms, at least. Only with such a model. Too high and its
    /// mistakes drag. Default 900.
    pub sounds_open_ms: Ms,
    /// After speech to somebody else, silence after which the floor is free again, ms; nothing of it is answered. Too low: who goes on
    /// speaking to them is taken for answering; too high: the page shows for long that they are left to it. Default 4000.
    pub addressed_elsewhere_ms: Ms,
    /// A turn that lasts longer than this is ended at the next end of a sentence with a short line (`lines.step_in`), ms; 0: never.
    /// Too low: who explains well is cut off; too high: one answer uses up the time. Default 0.
    pub rambling_ms: Ms,
    /// Silence granted while words of the turn are still missing or unstable, ms. Default 1500.
    pub words_pending_ms: Ms,
    /// How much the chance that the candidate goes on weighs against a moment of waiting for who is done, permille of the usual. Too low
    /// cuts off who thinks slowly; too high lets all wait. 0: own pauses lengthen nothing. Default 1000.
    pub own_pauses_permille: Permille,
    /// Their own pauses lengthen a wait to at most this, ms; to more, up to 4 s, where their pauses are known to be long, after words
    /// that announce more, and where the sound says that they go on. Too low cuts off who thinks slowly; too high makes them wait for
    /// every answer. Default 1380.
    pub own_pauses_most_ms: Ms,
    /// Silence after the last key that ends a turn while the candidate types, ms. Too low cuts off who writes down what they say;
    /// too high lets everybody wait who types on. Default 700.
    pub after_key_ms: Ms,
    /// Typing lengthens a wait to at most this, ms. Default 2500.
    pub typing_most_ms: Ms,
    /// Silence that ends a turn of a few words that answer a closed question, ms. Default 600.
    pub short_answer_ms: Ms,
    /// Silence while numbers or code are read out piece by piece, ms. Too low: the list is answered in its middle; too high: who stops
    /// without "and" waits. Default 2500.
    pub dictating_ms: Ms,
    /// While the candidate's code runs, a pause may last so long, ms. Default 6000.
    pub run_most_ms: Ms,
    /// After the end of a run they may read its result for so long, ms. Default 1500.
    pub after_run_ms: Ms,
    /// Without microphone sound for this long an open turn is judged by the clock, ms. Too low: a bad line looks like the
    /// end of a turn; too high: who mutes after their last word waits. Default 2000.
    pub mic_stalled_ms: Ms,
    /// Sound of the candidate over the interviewer that lasts this long is an interruption even without words, ms.
    /// Default 500.
    pub interruption_ms: Ms,
    /// Where words come while the candidate speaks, voice over the interviewer must last this long to be an interruption without
    /// any, ms, at least `interruption_ms`. Too low: a long "mm-hm" stops the interviewer before its words are known; too
    /// high: while the recogniser is down, who interrupts waits in silence. Default 1200.
    pub interruption_words_first_ms: Ms,
    /// As that, while the candidate typed within the last 1.5 s, ms. Too low: keys and elbows stop the interviewer; too high: as
    /// above. Default 2000.
    pub interruption_typing_ms: Ms,
    /// After the candidate spoke to somebody else over the interviewer, it stays silent for this long, ms. Too low: it speaks into
    /// what they say next; too high: it seems to have stopped. Default 800.
    pub aside_pause_ms: Ms,
    /// After a sound over the interviewer ended, this long may pass until words tell what it was, ms. Default 600.
    pub interruption_words_ms: Ms,
    /// In the first part of a reply, echo is likeliest: an interruption needs twice as long, ms. Default 500.
    pub echo_guard_ms: Ms,
    /// The model's first word must come within this, ms. Default 8000.
    pub model_overdue_ms: Ms,
    /// The voice's first sound must come within this, ms. Default 5000.
    pub speech_overdue_ms: Ms,
    /// After this much silence of both the candidate is asked whether they are there, ms. Default 30000.
    pub candidate_away_ms: Ms,
    /// Answers made in secret and dropped unheard may take so much of all tokens of the interview's calls of the model,
    /// permille, 0 to 1000; beyond it three calls may be lost. Too low: answers come later; too high: much is paid for in vain.
    /// 0 makes none in secret. Default 700.
    pub speculation_share_permille: Permille,
    /// A reply whose first words are not there so long after the turn's end may begin with an opener ("Okay."), ms. Too low:
    /// openers before answers that would have come at once; too high: silence. 0 switches openers off. Default 450.
    pub opener_after_ms: Ms,
    /// Rules and mechanisms that are switched off, by name (`rules::switches`): to learn what each is worth. The last rules,
    /// `plain_silence` and `plain_voice`, always answer. Default none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules_off: Vec<String>,
}

impl FloorSettings {
    /// The longest wait of any rule but the one for time that was asked for.
    pub fn longest_wait(&self) -> Ms {
        let after_words = self.trailing_word_ms.max(self.words_pending_ms).max(self.plain_silence_ms);
        let after_words = after_words.max(self.dictating_ms).max(self.run_most_ms);
        self.patience.of(after_words.max(self.typing_most_ms).max(self.own_pauses_most()))
    }

    /// To how much own pauses lengthen waits at most.
    fn own_pauses_most(&self) -> Ms {
        rules::OWN_PAUSES_MOST.max(self.own_pauses_most_ms)
    }
}

impl Default for FloorSettings {
    fn default() -> Self {
        FloorSettings {
            patience: Patience::Normal,
            soft_end_ms: Ms(200),
            look_ahead_ms: Ms(100),
            complete_sentence_ms: Ms(600),
            question_back_ms: Ms(450),
            plain_silence_ms: Ms(1000),
            trailing_word_ms: Ms(2500),
            asked_for_time_ms: Ms(60_000),
            sounds_done_ms: Ms(450),
            sounds_open_ms: Ms(900),
            addressed_elsewhere_ms: Ms(4000),
            rambling_ms: Ms(0),
            words_pending_ms: Ms(1500),
            own_pauses_permille: Permille(1000),
            own_pauses_most_ms: Ms(1_380),
            after_key_ms: Ms(700),
            typing_most_ms: Ms(2_500),
            short_answer_ms: Ms(600),
            dictating_ms: Ms(2_500),
            run_most_ms: Ms(6_000),
            after_run_ms: Ms(1_500),
            mic_stalled_ms: Ms(2000),
            interruption_ms: Ms(500),
            interruption_words_first_ms: Ms(1200),
            interruption_typing_ms: Ms(2000),
            aside_pause_ms: Ms(800),
            interruption_words_ms: Ms(600),
            echo_guard_ms: Ms(500),
            model_overdue_ms: Ms(8000),
            speech_overdue_ms: Ms(5000),
            candidate_away_ms: Ms(30_000),
            speculation_share_permille: Permille(700),
            opener_after_ms: Ms(450),
            rules_off: Vec::new(),
        }
    }
}

impl FloorSettings {
    /// Whether the rule or mechanism of this name is not switched off.
    pub fn is_on(&self, name: &str) -> bool {
        self.rules_off.iter().all(|off| off != name)
    }
}
