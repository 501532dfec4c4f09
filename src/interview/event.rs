//! Everything that can happen to an interview. A recording is a list of these; the core's answers follow from them.
//! No floats, no bytes of sound, no clock: facts only.

use super::run::{RunFailure, RunReport, RunScope};
use super::timer::Timer;
use crate::language::Language;
use crate::units::*;
use serde::{Deserialize, Serialize};

/// One fact from outside, in the one total order of the interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A client's socket is attached: the first, or one that takes the interview up again.
    ClientJoined {
        /// True when an earlier socket was attached before.
        resumed: bool,
    },
    /// The client's socket is gone; the interview waits for it within the grace period.
    ClientLeft,
    /// The client changed settings of the session.
    SessionChanged(SessionChange),

    /// The voice detector scored the hop of microphone sound that ends at `up_to`.
    VoiceScored {
        /// End of the scored hop on the microphone track.
        up_to: SampleIdx,
        /// How sure the detector is that the hop holds speech.
        permille: Permille,
    },
    /// The end-of-turn model's score of the turn's sound up to `up_to`.
    EndOfTurnScored {
        /// As in [`Command::ScoreEndOfTurn`](super::command::Command::ScoreEndOfTurn).
        up_to: SampleIdx,
        /// How sure the model is that the candidate is done.
        permille: Permille,
    },
    /// The end-of-turn model could not score the turn's sound.
    EndOfTurnFailed {
        /// As in [`Event::EndOfTurnScored`].
        up_to: SampleIdx,
    },
    /// Push-to-talk: the client says its turn ends here.
    MicCommitted {
        /// End of the microphone track when the client said so.
        up_to: SampleIdx,
    },
    /// The client threw away the sound it had sent since the last commit.
    MicCleared {
        /// End of the microphone track when the client said so.
        up_to: SampleIdx,
    },

    /// Words so far of an utterance; replaces earlier partials of it. They may shrink.
    PartialHeard {
        /// The utterance our recogniser was given, or none when the candidate's browser recognises speech itself.
        utterance: Option<UtteranceId>,
        /// All words of the utterance so far.
        text: String,
    },
    /// The recogniser's last word on an utterance. May come late, may be empty.
    FinalHeard {
        /// As in [`Event::PartialHeard`].
        utterance: Option<UtteranceId>,
        /// All words of the utterance.
        text: String,
    },
    /// The recogniser could not transcribe an utterance, or died (`None`).
    TranscriptionFailed {
        /// The utterance it was given, if it was about one.
        utterance: Option<UtteranceId>,
        /// Why.
        kind: FailureKind,
    },

    /// The client put an item into the conversation (a typed turn, an instruction).
    ItemCreated {
        /// Who it is said to be from.
        role: Role,
        /// Its text.
        text: String,
        /// Where in the conversation it goes.
        place: Place,
    },
    /// The client removed an item.
    ItemDeleted {
        /// Which.
        item: ItemId,
    },
    /// The client says how much of an item's sound was heard; the rest never happened.
    ItemTruncated {
        /// Which.
        item: ItemId,
        /// Sound heard, from the item's start.
        audio_end: Ms,
    },
    /// The client asks for an item as the interview remembers it.
    ItemRetrieved {
        /// Which.
        item: ItemId,
    },
    /// The client asks the interviewer to answer now.
    ReplyRequested {
        /// Instructions for this reply alone.
        instructions: Option<String>,
        /// Voice or text for this reply; none: as the session says.
        voice: Option<bool>,
        /// The reply's item does not join the conversation.
        outside_conversation: bool,
    },
    /// The client asks the interviewer to stop this reply.
    ReplyCancelled {
        /// Which; none means the one in progress.
        reply: Option<ReplyId>,
    },
    /// The client says how much of an item it has played.
    PlayedReported {
        /// Which.
        item: ItemId,
        /// Sound played so far, from the item's start.
        played: Ms,
        /// All of it has been played (a client that speaks itself knows its own end).
        done: bool,
    },

    /// A piece of the model's answer.
    ModelWrote {
        /// The call it answers.
        request: RequestId,
        /// The piece.
        text: String,
    },
    /// The model's answer is complete.
    ModelFinished {
        /// The call it answers.
        request: RequestId,
        /// Tokens of prompt, as the service counted them; zero if it did not say.
        tokens_in: u32,
        /// Tokens of answer, as the service counted them; zero if it did not say.
        tokens_out: u32,
        /// True when the service stopped at a length limit.
        cut_short: bool,
    },
    /// The model's answer failed, at the start or in the middle.
    ModelFailed {
        /// The call that failed.
        request: RequestId,
        /// Why.
        kind: FailureKind,
    },

    /// The first sound of a speech came from the voice service.
    SpeechArrived {
        /// Which.
        speech: SpeechId,
    },
    /// All sound of a speech has come from the voice service.
    SpeechSynthesized {
        /// Which.
        speech: SpeechId,
        /// Its length; zero when the service returned no sound.
        length: Ms,
    },
    /// The voice service failed on a speech.
    SpeechFailed {
        /// Which.
        speech: SpeechId,
        /// Why.
        kind: FailureKind,
    },
    /// Sound of a speech was sent to the client.
    PlayoutAdvanced {
        /// Which.
        speech: SpeechId,
        /// All that has been sent of it so far.
        sent: Ms,
    },
    /// The last sound of a speech was sent to the client.
    PlayoutFinished {
        /// Which.
        speech: SpeechId,
        /// All that was sent of it.
        sent: Ms,
    },

    /// An editor client changed the document.
    EditorChanged {
        /// Whose socket it came over.
        peer: PeerId,
        /// The change, as a Yjs update (v1 encoding).
        update: Bytes64,
    },
    /// A client without a CRDT sets the whole text of a language.
    EditorReplaced {
        /// Which.
        language: Language,
        /// All of it.
        text: String,
    },
    /// The candidate goes on in another language; the texts of all stay.
    LanguageChosen {
        /// Which.
        language: Language,
    },
    /// Where the candidate's cursor stands, told at most a few times a second.
    CursorMoved {
        /// In the text of this language.
        language: Language,
        /// Where the selection begins, in UTF-16 units from the text's start.
        anchor: u32,
        /// Where the cursor is; the same as `anchor` when nothing is selected.
        head: u32,
    },
    /// The candidate wants their code run.
    RunRequested {
        /// On which tests.
        scope: RunScope,
        /// Of a custom run: the arguments as JSON, or a program's standard input.
        input: Option<String>,
    },
    /// A run came to its end.
    RunFinished {
        /// Which.
        run: RunId,
        /// What it came to.
        report: RunReport,
    },
    /// A run came to nothing.
    RunFailed {
        /// Which.
        run: RunId,
        /// Why.
        kind: RunFailure,
        /// A sentence for the candidate.
        message: String,
    },
    /// The candidate asks for a hint by hand.
    HintRequested,

    /// The deadline the core asked for has come.
    TimerFired(Timer),
    /// The candidate pauses the interview: nobody listens, nobody speaks, the time box stands still.
    Paused,
    /// The interview goes on after a pause.
    Unpaused,
    /// Somebody ends the interview.
    EndRequested {
        /// Who or what.
        reason: EndReason,
    },
    /// Something the candidate's page noticed (focus lost, paste, …); kept for the review.
    SignalSeen {
        /// What, as the client named it.
        kind: String,
    },
    /// A queue between the interview and the world was full and something was lost.
    Overflowed {
        /// Which queue.
        queue: Queue,
    },
    /// The recording can no longer be written; the interview goes on without it.
    RecordingFailed,
}

/// Who an item of the conversation is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Instructions.
    System,
    /// The candidate.
    Candidate,
    /// The interviewer.
    Interviewer,
}

/// Where a new item goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// After the last item.
    End,
    /// Before the first item.
    Start,
    /// After this item.
    After(ItemId),
}

/// Why an interview ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The candidate ended it.
    Candidate,
    /// All that was to be said has been said.
    Completed,
    /// The time box is used up.
    TimeUp,
    /// The client did not come back within the grace period.
    Abandoned,
    /// The server shuts down.
    Shutdown,
}

/// The bounded queues whose overflow the interview is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// Sound that came faster than it could be taken; the surplus was dropped.
    Mic,
    /// Sound for the voice detector.
    Vad,
    /// Sound for the recogniser.
    Stt,
}

/// What a client may change of a running session. Absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionChange {
    /// Who ends the candidate's turns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_taking: Option<TurnTaking>,
    /// A committed turn is answered without being asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers_by_itself: Option<bool>,
    /// Candidate's speech may stop the interviewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_interrupt: Option<bool>,
    /// Instructions added to the interviewer's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// Replies have sound (true) or are text only (false).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<bool>,
}

/// Who ends the candidate's turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnTaking {
    /// The floor's rules, from voice and words.
    Rules,
    /// Silence alone, of this length.
    Silence(Ms),
    /// The client says when (push-to-talk).
    Client,
}
