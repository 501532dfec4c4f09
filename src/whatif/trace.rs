//! The pauses of each turn, as they were recorded: how long each lasted, and which words were known when.

use crate::interview::command::{Command, Show, TurnReport};
use crate::interview::conversation::join;
use crate::interview::event::{Event, TurnTaking};
use crate::interview::floor::FloorSettings;
use crate::interview::floor::habits::{Begun, Ended, Habits, Own, Paused};
use crate::interview::floor::lexicon::{Asked, Lexicon, word_count};
use crate::interview::floor::moment::{RunSays, SoundSays, key_after};
use crate::interview::floor::voice::{Voice, VoiceChange};
use crate::interview::setup::Setup;
use crate::interview::transcript::Turn;
use crate::recording::format::Step;
use crate::recording::reader::{ReadError, Recording};
use crate::units::*;
use serde::Serialize;
use std::path::Path;

/// Who speaks again so soon after their turn was ended had not finished: the answer had hardly begun. Longer, and what
/// they say may be said to the answer.
const CONTINUES_WITHIN: Ms = Ms(1_500);

/// One turn of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Its number in the interview.
    pub turn: TurnId,
    /// When it began.
    pub at: At,
    /// The interview's language.
    pub language: String,
    /// Who ended turns then.
    pub turn_taking: TurnTaking,
    /// The settings it was recorded under.
    pub settings: FloorSettings,
    /// Its pauses of at least 100 ms in order; the last is the turn's end.
    pub pauses: Vec<Pause>,
    /// The rule that ended it, and the silence after which it did.
    pub recorded: (String, Ms),
    /// In which pause it was ended: not the last when the candidate was cut off.
    pub ended_in: usize,
    /// All its words.
    pub words: String,
}

/// A pause within a turn, or after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Its length when the candidate spoke on; none for the turn's end.
    pub speech_after: Option<Ms>,
    /// How far the recording can tell what more silence would have brought.
    pub known_for: Ms,
    /// What was known of the turn's words, in order of time; the first holds from the pause's beginning.
    pub views: Vec<View>,
}

/// What was known from one moment of a pause on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Silence since the last speech sample.
    pub after: Ms,
    /// The turn's words so far.
    pub text: String,
    /// Words are still to come.
    pub words_pending: bool,
    /// Speech from the turn's first to its last speech sample.
    pub spoken: Ms,
    /// What the end-of-turn model had said.
    pub sound: SoundSays,
    /// The turn interrupted the interviewer.
    pub interrupts: bool,
    /// The candidate's habits, as far as they were known then.
    pub own: Own,
    /// When the last key was pressed.
    pub key: Option<Ms>,
    /// What became of a run of the candidate's code.
    pub run: RunSays,
    /// What the interviewer had asked for.
    pub asked: Asked,
}

/// The turns of the recording in `folder` that were spoken and answered.
///
/// # Errors
/// When it is no recording or cannot be read.
pub fn traces(folder: &Path) -> Result<Vec<Trace>, ReadError> {
    let recording = Recording::open(folder)?;
    let bytes = recording.read_steps()?;
    let mut tracer = Tracer::new(&recording.header().setup);
    for line in recording.steps(&bytes) {
        tracer.step(line?.step);
    }
    Ok(tracer.end())
}

/// A turn being read.
struct Open {
    trace: Trace,
    item: ItemId,
    from: SampleIdx,
    last_speech: SampleIdx,
    /// Its words, as the core keeps them. Words of what was said before it was wrongly ended stand in `before`.
    core: Turn,
    before: String,
    has_voice: bool,
    /// What the end-of-turn model has said of the open pause.
    sound: SoundSays,
    committed: Option<At>,
    /// When the last key was pressed, in silence since the last speech sample.
    key: Option<Ms>,
    /// What is known of a run in the open pause.
    run: RunSays,
    /// What the interviewer had asked for.
    asked: Asked,
    /// How it began; of a turn that was wrongly ended, how it went on.
    begun: Begun,
    /// When its answer began to go out.
    answered: Option<At>,
}

/// Follows a recording.
pub(super) struct Tracer<'a> {
    setup: &'a Setup,
    voice: Voice,
    turn_taking: TurnTaking,
    now: At,
    up_to: SampleIdx,
    /// When that was scored.
    up_to_at: At,
    lexicon: &'static Lexicon,
    /// What the core had learned of the candidate by now.
    habits: Habits,
    /// A reply is being heard.
    speaking: bool,
    /// What the interviewer said last.
    said: String,
    /// A run is in flight, and when the last one ended.
    runs: (bool, Option<At>),
    /// When the candidate last changed the code.
    typed_at: Option<At>,
    /// Utterances that began before their turn was known to be one.
    utterances: Vec<Option<UtteranceId>>,
    /// Words that came before their turn was known to be one (over the interviewer).
    early: Vec<(Option<UtteranceId>, String, bool)>,
    open: Option<Open>,
    done: Vec<Trace>,
}

impl<'a> Tracer<'a> {
    pub(super) fn new(setup: &'a Setup) -> Self {
        Tracer {
            setup,
            voice: Voice::new(&setup.vad),
            turn_taking: TurnTaking::Rules,
            now: At(0),
            up_to: SampleIdx(0),
            up_to_at: At(0),
            lexicon: Lexicon::of(&setup.language),
            habits: Habits::default(),
            speaking: false,
            said: String::new(),
            runs: (false, None),
            typed_at: None,
            utterances: Vec::new(),
            early: Vec::new(),
            open: None,
            done: Vec::new(),
        }
    }

    pub(super) fn step(&mut self, step: Step) {
        match step {
            Step::Event(at, event) => {
                self.now = at;
                self.event(event);
            }
            Step::Command(command) => self.command(command),
        }
    }

    pub(super) fn end(mut self) -> Vec<Trace> {
        self.close(None);
        self.done
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::VoiceScored { up_to, permille } => self.scored(up_to, permille),
            Event::PartialHeard { utterance, text } => self.heard(utterance, text, false),
            Event::FinalHeard { utterance, text } => self.heard(utterance, text, true),
            Event::TranscriptionFailed { utterance, .. } => {
                if let Some(open) = self.open.as_mut() {
                    open.core.give_up_words(utterance);
                }
                self.look();
            }
            Event::EndOfTurnScored { permille, .. } => {
                let says = self.setup.end_of_turn.as_ref().map(|facts| facts.says(permille));
                self.sound_says(says.unwrap_or_default());
            }
            Event::RunFinished { .. } | Event::RunFailed { .. } => self.run_ended(),
            Event::SessionChanged(change) => self.turn_taking = change.turn_taking.unwrap_or(self.turn_taking),
            Event::Paused | Event::ClientLeft => self.voice.reset(),
            _ => {}
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::StartTranscribing { utterance, .. } => {
                match self.open.as_mut().filter(|open| open.committed.is_none()) {
                    Some(open) => open.core.begin_utterance(Some(utterance)),
                    None => self.utterances.push(Some(utterance)),
                }
            }
            Command::DropTranscribing { utterance } => {
                self.utterances.retain(|own| *own != Some(utterance));
                self.early.retain(|(own, ..)| *own != Some(utterance));
            }
            Command::ScoreEndOfTurn { .. } => self.sound_says(SoundSays::NotKnown),
            Command::Show(Show::SpeechStarted { item, from }) => self.turn_begins(item, from),
            Command::Show(Show::SpeechStopped { item, to }) => self.turn_ends(item, to),
            Command::Show(Show::Turn(report)) => self.reported(report),
            Command::ShareEdit { .. } => self.key_pressed(),
            Command::RunCode { .. } => {
                self.runs.0 = true;
                self.look();
            }
            Command::CancelRun { .. } => self.run_ended(),
            Command::Show(Show::ReplyCreated { .. }) => self.said.clear(),
            Command::Show(Show::ReplyWrote { delta, .. }) => {
                self.said.push_str(&delta);
                self.speaking = true;
            }
            Command::Show(Show::ReplyDone { .. }) => self.speaking = false,
            _ => {}
        }
    }

    fn scored(&mut self, up_to: SampleIdx, permille: Permille) {
        (self.up_to, self.up_to_at) = (up_to, self.now);
        let was_active = self.voice.active();
        let change = self.voice.score(up_to, permille);
        let last_voiced = self.voice.last_voiced();
        let Some(open) = self.open.as_mut() else { return };
        open.has_voice = true;
        match change {
            Some(VoiceChange::Started(from)) if open.committed.is_none() => {
                if open.key.is_none() {
                    let (text, length) = (open.core.text(), from - open.last_speech);
                    let paused = Paused::within(length, &text, open.words(), open.begun.interrupts, self.lexicon);
                    paused.into_iter().for_each(|paused| self.habits.paused(paused));
                }
                open.speech_goes_on(from);
            }
            Some(VoiceChange::Stopped(last)) if open.committed.is_none() => {
                let last_at = At((self.up_to_at - At((self.up_to - last).0)).0);
                open.key = self.typed_at.and_then(|typed_at| key_after(typed_at, last_at));
                open.run = match self.runs {
                    (true, _) => RunSays::InFlight,
                    (false, Some(ended)) if ended >= last_at => RunSays::Ended(ended - last_at),
                    (false, _) => RunSays::Nothing,
                };
                open.speech_stops(last, &self.habits);
            }
            _ if was_active && open.committed.is_none() => open.last_speech = last_voiced,
            _ => {}
        }
    }

    fn heard(&mut self, utterance: Option<UtteranceId>, text: String, is_final: bool) {
        let takes = self.open.as_mut().filter(|open| open.core.has(utterance));
        match takes {
            Some(open) => {
                open.core.take_words(utterance, &text, is_final);
                self.look();
            }
            None => self.early.push((utterance, text, is_final)),
        }
    }

    fn sound_says(&mut self, sound: SoundSays) {
        let pausing = |open: &&mut Open| open.trace.pauses.last().is_some_and(|pause| pause.speech_after.is_none());
        if let Some(open) = self.open.as_mut().filter(pausing) {
            open.sound = sound;
        }
        self.look();
    }

    fn key_pressed(&mut self) {
        self.typed_at = Some(self.now);
        self.look();
    }

    fn run_ended(&mut self) {
        self.runs = (false, Some(self.now));
        self.look();
    }

    /// What is known of a run, as the core sees it in a pause after `last_speech`.
    fn run_says(&self, last_speech: SampleIdx) -> RunSays {
        let last_at = At((self.up_to_at - At((self.up_to - last_speech).0)).0);
        match self.runs {
            (true, _) => RunSays::InFlight,
            (false, Some(ended)) if ended >= last_at => RunSays::Ended(ended - last_at),
            (false, _) => RunSays::Nothing,
        }
    }

    /// What is known now goes into the pause that is open.
    fn look(&mut self) {
        let up_to = self.up_to;
        let key = self.key();
        let run = self.open.as_ref().map_or(RunSays::Nothing, |open| self.run_says(open.last_speech));
        let Some(open) = self.open.as_mut() else { return };
        (open.key, open.run) = (key, run);
        let view = open.view(up_to - open.last_speech, &self.habits);
        let Some(pause) = open.trace.pauses.last_mut().filter(|pause| pause.speech_after.is_none()) else { return };
        if pause.views.last().is_none_or(|last| {
            (&last.text, last.words_pending, last.sound, last.key, last.run)
                != (&view.text, view.words_pending, view.sound, view.key, view.run)
        }) {
            pause.views.push(view);
        }
    }

    fn turn_begins(&mut self, item: ItemId, from: SampleIdx) {
        let begun = self.learn_how_it_begins(from);
        let continues = self.open.as_ref().is_some_and(|open| {
            open.committed.is_some_and(|at| self.now - at <= CONTINUES_WITHIN && from > open.last_speech)
        });
        let utterances = std::mem::take(&mut self.utterances);
        let early = std::mem::take(&mut self.early);
        if continues && let Some(open) = self.open.as_mut() {
            open.before = open.all_words();
            open.speech_goes_on(from);
            open.item = item;
            open.core = Turn::default();
            (open.committed, open.answered, open.begun) = (None, None, begun);
            open.asked = Asked::Nothing;
        } else {
            self.close(Some(from));
            self.open = Some(self.opened(item, from, begun));
        }
        let Some(open) = self.open.as_mut() else { return };
        utterances.into_iter().for_each(|utterance| open.core.begin_utterance(utterance));
        for (utterance, text, is_final) in early {
            open.core.take_words(utterance, &text, is_final);
        }
        open.last_speech = open.last_speech.max(self.voice.last_voiced()).max(from);
        if !self.voice.active() {
            // It was decided only after the voice had stopped that this is a turn.
            open.speech_stops(open.last_speech, &self.habits);
        }
    }

    /// The last key, as the core sees it in the pause that is open.
    fn key(&self) -> Option<Ms> {
        let open = self.open.as_ref()?;
        let last_speech_at = At((self.up_to_at - At((self.up_to - open.last_speech).0)).0);
        key_after(self.typed_at?, last_speech_at)
    }

    /// As the core learns when a turn begins.
    fn learn_how_it_begins(&mut self, from: SampleIdx) -> Begun {
        let at = At((self.up_to_at - At((self.up_to - from).0)).0);
        let ended = self.open.as_ref().filter(|open| open.has_voice).and_then(|open| {
            let text = open.core.text();
            Some(Ended {
                words: open.words(),
                is_question: self.lexicon.is_question(&text),
                interrupts: open.begun.interrupts,
                could_be_all: self.lexicon.could_be_all(&text),
                last_speech: open.last_speech,
                committed: open.committed?,
                answered: open.answered,
            })
        });
        let mut begun = Turn::default();
        self.utterances.iter().for_each(|utterance| begun.begin_utterance(*utterance));
        for (utterance, text, is_final) in &self.early {
            begun.take_words(*utterance, text, *is_final);
        }
        let carries_on = self.lexicon.carries_on(&begun.text());
        self.habits.turn_begins(ended, from, at, self.speaking, carries_on)
    }

    fn opened(&self, item: ItemId, from: SampleIdx, begun: Begun) -> Open {
        let trace = Trace {
            turn: TurnId(0),
            at: self.now,
            language: self.setup.language.clone(),
            turn_taking: self.turn_taking,
            settings: self.setup.floor.clone(),
            pauses: Vec::new(),
            recorded: (String::new(), Ms(0)),
            ended_in: 0,
            words: String::new(),
        };
        Open {
            trace,
            item,
            from,
            last_speech: from,
            core: Turn::default(),
            before: String::new(),
            has_voice: self.voice.active(),
            sound: SoundSays::Nothing,
            committed: None,
            key: None,
            run: RunSays::Nothing,
            asked: if begun.words_before > 0 { Asked::Nothing } else { self.lexicon.asks_for(&self.said) },
            begun,
            answered: None,
        }
    }

    fn turn_ends(&mut self, item: ItemId, to: SampleIdx) {
        let (now, up_to) = (self.now, self.up_to);
        let Some(open) = self.open.as_mut().filter(|open| open.item == item) else { return };
        open.committed = Some(now);
        open.last_speech = to;
        if open.trace.pauses.last().is_none_or(|pause| pause.speech_after.is_some()) {
            open.speech_stops(to, &self.habits);
        }
        // Of a turn that was wrongly ended, the first end counts.
        if open.trace.recorded.1 == Ms(0) {
            open.trace.recorded.1 = up_to - to;
            open.trace.ended_in = open.trace.pauses.len().saturating_sub(1);
        }
    }

    fn reported(&mut self, report: TurnReport) {
        let Some(open) = self.open.as_mut() else { return };
        if open.item == report.item {
            open.answered = report.ledger.first_sent;
        }
        if open.trace.turn == TurnId(0) && (open.item == report.item || !open.before.is_empty()) {
            open.trace.turn = report.turn;
            open.trace.recorded.0 = report.rule;
        }
    }

    /// The turn is whole; the candidate's next speech is at `next`.
    fn close(&mut self, next: Option<SampleIdx>) {
        let Some(mut open) = self.open.take() else { return };
        open.trace.words = open.all_words();
        let known_for = next.unwrap_or(self.up_to) - open.last_speech;
        if let Some(last) = open.trace.pauses.last_mut() {
            last.known_for = known_for;
        }
        let answered = open.committed.is_some() && open.trace.turn != TurnId(0);
        if answered && open.has_voice && !open.trace.pauses.is_empty() {
            self.done.push(open.trace);
        }
    }
}

impl Open {
    fn all_words(&self) -> String {
        join([self.before.as_str(), self.core.text().as_str()].into_iter())
    }

    /// Its words, as the core counts them.
    fn words(&self) -> u32 {
        self.begun.words_before + word_count(&self.core.text())
    }

    fn view(&self, after: Ms, habits: &Habits) -> View {
        View {
            after,
            text: self.all_words(),
            words_pending: self.core.words_pending(),
            spoken: self.last_speech - self.from,
            sound: self.sound,
            interrupts: self.begun.interrupts,
            own: habits.after(self.words()),
            key: self.key,
            run: self.run,
            asked: self.asked,
        }
    }

    fn speech_stops(&mut self, last: SampleIdx, habits: &Habits) {
        self.last_speech = last;
        self.sound = SoundSays::Nothing;
        let view = self.view(Ms(0), habits);
        self.trace.pauses.push(Pause { speech_after: None, known_for: Ms(0), views: vec![view] });
    }

    fn speech_goes_on(&mut self, from: SampleIdx) {
        let length = from - self.last_speech;
        if let Some(pause) = self.trace.pauses.last_mut().filter(|pause| pause.speech_after.is_none()) {
            pause.speech_after = Some(length);
            pause.known_for = length;
        }
    }
}
