//! The candidate's turns and the words in them. Which utterance belongs to which turn is read from the commands; when its words
//! were said, from the voice.

use super::{Moment, Segment, Span, Speaker, Turn, Utterance};
use crate::interview::command::TurnReport;
use crate::interview::conversation::join;
use crate::recording::places::Places;
use crate::units::*;

/// Words without a name that came so long before a turn was opened are not its words.
const PENDING_MAX: Ms = Ms(3_000);

/// Follows the candidate's turns.
#[derive(Default)]
pub(super) struct TalkTrack {
    heard: Vec<Heard>,
    turns: Vec<OpenTurn>,
    /// The turn in progress, by its place.
    open: Option<usize>,
    /// Words that the client put in by hand, for the item that is added next.
    typed: Option<(Moment, String)>,
}

/// Words as they came.
struct Heard {
    /// The recogniser's name for it; none when the candidate's browser recognises speech.
    utterance: Option<UtteranceId>,
    belongs: Belongs,
    /// What it was given of the microphone's track.
    sound: Option<(SampleIdx, Option<SampleIdx>)>,
    /// The step of its first words, and when they and the last ones came.
    first: Option<Moment>,
    last: Moment,
    text: String,
    is_final: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Belongs {
    /// Not yet known.
    Pending,
    /// To the turn that became this item.
    To(ItemId),
    /// To no turn.
    Nothing,
}

struct OpenTurn {
    item: ItemId,
    turn: Option<TurnId>,
    spoken: bool,
    begun: Moment,
    from: SampleIdx,
    to: Option<SampleIdx>,
    committed: Option<Moment>,
    text: Option<String>,
    failed: bool,
    report: Option<TurnReport>,
}

impl TalkTrack {
    pub fn transcribing(&mut self, now: Moment, utterance: UtteranceId, from: SampleIdx) {
        let belongs = self.open_item().map_or(Belongs::Pending, Belongs::To);
        self.hear(Some(utterance), belongs, Some((from, None)), now);
    }

    fn hear(
        &mut self,
        utterance: Option<UtteranceId>,
        belongs: Belongs,
        sound: Option<(SampleIdx, Option<SampleIdx>)>,
        now: Moment,
    ) {
        self.heard.push(Heard {
            utterance,
            belongs,
            sound,
            first: None,
            last: now,
            text: String::new(),
            is_final: false,
        });
    }

    fn open_item(&self) -> Option<ItemId> {
        self.turns.get(self.open?).map(|turn| turn.item)
    }

    fn named(&mut self, utterance: UtteranceId) -> Option<&mut Heard> {
        self.heard.iter_mut().rev().find(|heard| heard.utterance == Some(utterance))
    }

    pub fn transcribed(&mut self, utterance: UtteranceId, to: SampleIdx) {
        if let Some(sound) = self.named(utterance).and_then(|heard| heard.sound.as_mut()) {
            sound.1 = Some(to);
        }
    }

    pub fn dropped(&mut self, utterance: UtteranceId) {
        if let Some(heard) = self.named(utterance) {
            heard.belongs = Belongs::Nothing;
        }
    }

    pub fn words(&mut self, now: Moment, utterance: Option<UtteranceId>, text: &str, is_final: bool) {
        let place = match utterance {
            Some(utterance) => self.heard.iter().rposition(|heard| heard.utterance == Some(utterance)),
            None => self.unnamed(now, text, is_final),
        };
        let Some(heard) = place.and_then(|place| self.heard.get_mut(place)).filter(|heard| !heard.is_final) else {
            return;
        };
        heard.first = heard.first.or(Some(now));
        heard.last = now;
        heard.text = text.trim().to_owned();
        heard.is_final = is_final;
    }

    /// The browser names nothing: its words go to what is unsettled, be it of this turn, of a sound that became none, or the end
    /// of the turn before; else they begin something new.
    fn unnamed(&mut self, now: Moment, text: &str, is_final: bool) -> Option<usize> {
        let open = self.open_item().map(Belongs::To);
        let last = self.heard.iter().rposition(|heard| heard.utterance.is_none());
        let takes = last.and_then(|place| self.heard.get(place)).is_some_and(|heard| {
            let goes_on = Some(heard.belongs) == open || heard.belongs == Belongs::Pending;
            let first_word = |text: &str| text.split_whitespace().next().map(str::to_lowercase);
            !heard.is_final && (goes_on || (is_final && first_word(&heard.text) == first_word(text)))
        });
        if takes {
            return last;
        }
        self.hear(None, open.unwrap_or(Belongs::Pending), None, now);
        self.heard.len().checked_sub(1)
    }

    /// The recogniser gave up on an utterance, or on all.
    pub fn gave_up(&mut self, utterance: Option<UtteranceId>) {
        for heard in self.heard.iter_mut().rev().take(8) {
            if utterance.is_none() || heard.utterance == utterance {
                heard.is_final = true;
            }
        }
    }

    pub fn turn_begins(&mut self, now: Moment, item: ItemId, from: SampleIdx) {
        for heard in self.heard.iter_mut().filter(|heard| heard.belongs == Belongs::Pending) {
            let is_fresh = now.at - heard.last.at <= PENDING_MAX;
            heard.belongs = if is_fresh { Belongs::To(item) } else { Belongs::Nothing };
        }
        self.open = Some(self.turns.len());
        self.turns.push(OpenTurn {
            item,
            turn: None,
            spoken: true,
            begun: now,
            from,
            to: None,
            committed: None,
            text: None,
            failed: false,
            report: None,
        });
    }

    /// A sound over the interviewer was nothing.
    pub fn dismissed(&mut self) {
        for heard in self.heard.iter_mut().filter(|heard| heard.belongs == Belongs::Pending) {
            heard.belongs = Belongs::Nothing;
        }
    }

    fn of(&mut self, item: ItemId) -> Option<&mut OpenTurn> {
        self.turns.iter_mut().rev().find(|turn| turn.item == item)
    }

    pub fn turn_ends(&mut self, item: ItemId, to: SampleIdx) {
        if let Some(turn) = self.of(item) {
            turn.to = Some(to);
        }
        self.open = None;
    }

    pub fn committed(&mut self, now: Moment, item: ItemId, up_to: SampleIdx) {
        if let Some(turn) = self.of(item) {
            turn.committed = Some(now);
            turn.to.get_or_insert(up_to);
        }
        self.open = None;
    }

    pub fn cleared(&mut self) {
        self.open = None;
        self.dismissed();
    }

    pub fn settled(&mut self, item: ItemId, text: &str) {
        if let Some(turn) = self.of(item) {
            turn.text = Some(join([text].into_iter()));
        }
    }

    pub fn failed(&mut self, item: ItemId) {
        if let Some(turn) = self.of(item) {
            turn.failed = true;
        }
    }

    pub fn typed(&mut self, now: Moment, text: &str) {
        self.typed = Some((now, text.trim().to_owned()));
    }

    /// Nothing of the event before is awaited any more.
    pub fn event_begins(&mut self) {
        self.typed = None;
    }

    pub fn item_added(&mut self, item: ItemId) {
        let Some((now, text)) = self.typed.take() else { return };
        self.turns.push(OpenTurn {
            item,
            turn: None,
            spoken: false,
            begun: now,
            from: SampleIdx(0),
            to: None,
            committed: Some(now),
            text: Some(text.clone()),
            failed: false,
            report: None,
        });
        let belongs = Belongs::To(item);
        self.heard.push(Heard {
            utterance: None,
            belongs,
            sound: None,
            first: Some(now),
            last: now,
            text,
            is_final: true,
        });
    }

    pub fn reported(&mut self, report: TurnReport) {
        if let Some(turn) = self.of(report.item) {
            turn.turn = Some(report.turn);
            turn.report = Some(report);
        }
    }

    /// All turns and words; the voice is told which turn it is part of.
    pub fn end(self, places: &Places, segments: &mut [Segment]) -> (Vec<Turn>, Vec<Utterance>) {
        let (mut turns, mut utterances) = (Vec::new(), Vec::new());
        for open in &self.turns {
            let own = self.heard.iter().filter(|heard| heard.belongs == Belongs::To(open.item));
            let own: Vec<&Heard> = own.filter(|heard| !heard.text.is_empty()).collect();
            let span = open.span(&own, segments);
            let said = said(open, &own, span, places, segments);
            let text = join(said.iter().map(|said| said.text.as_str()));
            turns.push(Turn {
                turn: open.turn,
                item: open.item,
                spoken: open.spoken,
                span,
                committed: open.committed,
                settled: open.text.is_some() && !open.failed,
                text,
                utterances: Vec::new(),
                report: open.report.clone(),
            });
            utterances.extend(said);
        }
        let strays = self.heard.iter().filter(|heard| !matches!(heard.belongs, Belongs::To(_)));
        for heard in strays.filter(|heard| !heard.text.is_empty()) {
            let whole = Span { from: At(0), to: At(u64::MAX) };
            utterances.extend(heard.first.map(|first| {
                let span = heard.span(first.at, whole, places, segments);
                heard.utterance(None, span, heard.text.clone())
            }));
        }
        turns.sort_by_key(|turn| (turn.span.from, turn.item));
        (turns, utterances)
    }
}

impl OpenTurn {
    /// From its first to its last sound. Marks its voice.
    fn span(&self, own: &[&Heard], segments: &mut [Segment]) -> Span {
        if !self.spoken {
            return Span { from: self.begun.at, to: self.begun.at };
        }
        let to = self.to.unwrap_or(SampleIdx(u64::MAX));
        let mut voiced: Option<Span> = None;
        let is_part = |segment: &&mut Segment| segment.samples.0 < to && self.from < segment.samples.1;
        for segment in segments.iter_mut().filter(is_part).filter(|segment| segment.turn.is_none()) {
            segment.turn = Some(self.item);
            let span = segment.span;
            voiced = Some(voiced.map_or(span, |all| Span { from: all.from.min(span.from), to: all.to.max(span.to) }));
        }
        voiced.unwrap_or_else(|| {
            let from = own.iter().filter_map(|heard| heard.first).map(|first| first.at).min().unwrap_or(self.begun.at);
            let last = own.iter().map(|heard| heard.last.at).max().unwrap_or(from);
            let end = self.committed.map_or(last, |committed| committed.at.min(last));
            Span { from, to: end.max(from) }
        })
    }
}

/// What a turn consists of. When its words came otherwise than its settled text has them (the recogniser changed its mind after
/// the turn's end), it is one utterance.
fn said(open: &OpenTurn, own: &[&Heard], turn: Span, places: &Places, segments: &[Segment]) -> Vec<Utterance> {
    let joined = join(own.iter().map(|heard| heard.text.as_str()));
    let settled = open.text.as_ref().filter(|text| **text != joined);
    if let Some(text) = settled {
        let seq = own.last().map_or(open.begun.seq, |heard| heard.last.seq);
        let whole = Utterance {
            id: 0,
            speaker: Speaker::Candidate,
            item: Some(open.item),
            span: turn,
            text: text.clone(),
            is_final: !open.failed,
            seq,
        };
        return if text.is_empty() { Vec::new() } else { vec![whole] };
    }
    let mut since = turn.from;
    let utterance = |heard: &&Heard| {
        let span = heard.span(since, turn, places, segments);
        since = span.to;
        heard.utterance(Some(open.item), span, heard.text.clone())
    };
    own.iter().map(utterance).collect()
}

impl Heard {
    fn utterance(&self, item: Option<ItemId>, span: Span, text: String) -> Utterance {
        let speaker = Speaker::Candidate;
        Utterance { id: 0, speaker, item, span, text, is_final: self.is_final, seq: self.last.seq }
    }

    /// When its words were said: the voice in the sound that the recogniser was given; of a browser's words, the voice between
    /// the words before and their last ones. Without voice, when they came. Within `turn`.
    fn span(&self, since: At, turn: Span, places: &Places, segments: &[Segment]) -> Span {
        let first = self.first.map_or(self.last.at, |first| first.at);
        let given = match self.sound {
            Some((from, to)) => Span { from: places.at_of(from), to: to.map_or(self.last.at, |to| places.at_of(to)) },
            None => Span { from: since.min(first), to: self.last.at },
        };
        let within = |span: Span| {
            let from = span.from.clamp(turn.from, turn.to);
            Span { from, to: span.to.clamp(from, turn.to.max(from)) }
        };
        let given = within(given);
        let voice = segments.iter().filter(|segment| segment.span.overlap(given) > Ms(0)).map(|segment| segment.span);
        let voice = voice.reduce(|all, span| Span { from: all.from, to: span.to });
        match voice {
            Some(voice) => {
                let from = voice.from.max(given.from);
                Span { from, to: voice.to.min(given.to).max(from) }
            }
            None => given,
        }
    }
}
