//! The core's words as the wire's. What is on the wire is a promise to clients, so it has words of its own; here they meet.

use super::names::Names;
use crate::interview::agenda::course::Kind as Course;
use crate::interview::command as core;
use crate::interview::event::EndReason;
use crate::units::*;
use crate::wire::extension as wire;
use crate::wire::{ErrorCode, MAX_TEXT_BYTES, ServerEvent};

/// Who has the floor.
pub fn floor(state: core::FloorState) -> wire::FloorState {
    match state {
        core::FloorState::Listening => wire::FloorState::Listening,
        core::FloorState::CandidateSpeaking => wire::FloorState::CandidateSpeaking,
        core::FloorState::CandidatePausing => wire::FloorState::CandidatePausing,
        core::FloorState::GivingTime => wire::FloorState::GivingTime,
        core::FloorState::AddressedElsewhere => wire::FloorState::AddressedElsewhere,
        core::FloorState::Preparing => wire::FloorState::Preparing,
        core::FloorState::InterviewerSpeaking => wire::FloorState::InterviewerSpeaking,
        core::FloorState::InterviewerPaused => wire::FloorState::InterviewerPaused,
        core::FloorState::Paused => wire::FloorState::Paused,
        core::FloorState::Ended => wire::FloorState::Ended,
    }
}

/// The interview's course.
pub fn phase(phase: core::Phase) -> wire::Phase {
    match phase {
        core::Phase::Greet => wire::Phase::Greet,
        core::Phase::Question => wire::Phase::Question,
        core::Phase::Clarify => wire::Phase::Clarify,
        core::Phase::Approach => wire::Phase::Approach,
        core::Phase::Code => wire::Phase::Code,
        core::Phase::Test => wire::Phase::Test,
        core::Phase::Design => wire::Phase::Design,
        core::Phase::Discuss => wire::Phase::Discuss,
        core::Phase::WrapUp => wire::Phase::WrapUp,
        core::Phase::Ended => wire::Phase::Ended,
    }
}

/// The phases of a course, in their order.
pub fn phases(course: Course) -> Vec<wire::Phase> {
    let middle: &[wire::Phase] = match course {
        Course::Talk | Course::Behavioural => &[wire::Phase::Question],
        Course::Coding => &[wire::Phase::Clarify, wire::Phase::Approach, wire::Phase::Code, wire::Phase::Test],
        Course::SystemDesign => &[wire::Phase::Design],
    };
    [&[wire::Phase::Greet], middle, &[wire::Phase::Discuss, wire::Phase::WrapUp]].concat()
}

/// Why an interview ended.
pub fn end(reason: EndReason) -> wire::EndReason {
    match reason {
        EndReason::Candidate => wire::EndReason::Candidate,
        EndReason::Completed => wire::EndReason::Completed,
        EndReason::TimeUp => wire::EndReason::TimeUp,
        EndReason::Abandoned => wire::EndReason::Abandoned,
        EndReason::Shutdown => wire::EndReason::Shutdown,
    }
}

/// A notice with its sentence.
pub fn notice(code: core::NoticeCode) -> (wire::NoticeCode, &'static str) {
    use core::NoticeCode as Core;
    use wire::NoticeCode as Wire;
    match code {
        Core::SttFailed => (Wire::SttFailed, "Your words could not be recognised. You can type them instead."),
        Core::LlmFailed => {
            (Wire::LlmFailed, "The language model does not answer. The interview goes on with prepared questions.")
        }
        Core::TtsFailed => (Wire::TtsFailed, "The interviewer's voice fails. Replies are shown as text."),
        Core::RecordingFailed => (Wire::RecordingFailed, "The recording stopped. The interview goes on without it."),
        Core::AudioOverflow => (Wire::AudioOverflow, "Some of your sound was lost because it came too fast."),
        Core::TimeNearlyUp => (Wire::TimeNearlyUp, "Two minutes are left."),
    }
}

/// How a turn was decided.
pub fn turn(report: core::TurnReport, names: &Names) -> wire::TurnView {
    let ms = |at: Option<At>| at.map(|at| at.0);
    let ledger = report.ledger;
    wire::TurnView {
        turn: report.turn.0,
        item_id: names.of(report.item),
        rule: report.rule,
        stretched_by: report.stretched_by,
        facts: report.facts.into_iter().map(|(name, value)| wire::Fact { name, value }).collect(),
        ledger: wire::TurnLedger {
            speech_end_ms: ms(ledger.speech_end),
            stt_final_ms: ms(ledger.stt_final),
            scored_ms: ms(ledger.scored),
            committed_ms: ms(ledger.committed),
            llm_first_token_ms: ms(ledger.llm_first_token),
            first_sentence_ms: ms(ledger.first_sentence),
            tts_first_byte_ms: ms(ledger.tts_first_byte),
            hedged_ms: ms(ledger.hedged),
            opener_sent_ms: ms(ledger.opener_sent),
            first_sent_ms: ms(ledger.first_sent),
            first_played_ms: ms(ledger.first_played),
        },
    }
}

/// The code and sentence of a refusal. `not_found` is what a missing item or reply is called for the event at hand.
pub fn refusal(code: core::RefusalCode, not_found: Option<ErrorCode>) -> (ErrorCode, String) {
    use core::RefusalCode as Core;
    let (code, message) = match code {
        Core::ItemNotFound => {
            (not_found.unwrap_or(ErrorCode::ItemNotFound), "there is no such item in the conversation")
        }
        Core::ReplyNotFound => (ErrorCode::CancelNotActive, "no such response is in progress"),
        Core::AudioEndTooLarge => {
            (ErrorCode::AudioEndTooLarge, "audio_end_ms lies beyond the end of the item's sound; nothing was cut")
        }
        Core::ItemNotTruncatable => {
            (ErrorCode::ItemNotTruncatable, "only the interviewer's spoken items can be truncated")
        }
        Core::Edit(refusal) => (edit_code(refusal), edit(refusal)),
        Core::RunInProgress => (ErrorCode::RunInProgress, "a run is in progress; wait for x.run.finished"),
        Core::RunThrottled => (ErrorCode::RunThrottled, "too many runs in a short time; wait half a minute"),
        Core::RunsUnavailable => {
            (ErrorCode::RunsUnavailable, "code is not run in this interview; x.session.workspace.runs says why")
        }
        Core::NothingToRun => (ErrorCode::NothingToRun, "there is nothing to run: no code yet, or no such tests"),
        Core::NoLanguage => (ErrorCode::NoLanguage, "this language is not installed on the server; it is only written"),
        Core::NotAvailable => (ErrorCode::NotAvailable, "this interview does not have that"),
        Core::InputBufferEmpty => {
            (ErrorCode::CommitEmpty, "there is less than 100 ms of sound to commit; send sound before the commit")
        }
        Core::ReplyInProgress => {
            (ErrorCode::ActiveResponse, "a response is in progress; wait for response.done or cancel it first")
        }
        Core::ConversationFull => {
            (ErrorCode::ConversationFull, "the conversation holds as many items as it may; delete some first")
        }
        Core::InterviewEnded => (ErrorCode::InterviewEnded, "the interview is over"),
    };
    (code, message.to_owned())
}

fn edit_code(refusal: core::EditRefusal) -> ErrorCode {
    match refusal {
        core::EditRefusal::EditorFull | core::EditRefusal::EditTooLarge => ErrorCode::EditorFull,
        core::EditRefusal::HistoryFull => ErrorCode::HistoryFull,
        core::EditRefusal::Broken => ErrorCode::Internal,
        _ => ErrorCode::InvalidValue,
    }
}

/// Why an edit was refused, for people.
pub fn edit(refusal: core::EditRefusal) -> &'static str {
    use core::EditRefusal as Core;
    match refusal {
        Core::Malformed => "this is no Yjs update",
        Core::NotText => "the document holds plain text only",
        Core::UnknownText => "the document has no text of this name",
        Core::EditTooLarge => "one edit is too large",
        Core::EditorFull => "the text would become longer than 256 KiB",
        Core::HistoryFull => "the document has been edited too often to take more",
        Core::OutOfOrder => "too many edits came before those they build on",
        Core::Broken => "the document takes no more edits",
    }
}

/// What a client is told of a failed service: the kind, never internals.
pub fn failure(what: &str, kind: FailureKind) -> String {
    let why = match kind {
        FailureKind::Auth => "the service refused the server's key",
        FailureKind::Busy => "the service is overloaded",
        FailureKind::BadRequest => "the service refused the request",
        FailureKind::Protocol => "the service answered something unexpected",
        FailureKind::Timeout => "the service did not answer in time",
        FailureKind::Gone => "the service cannot be reached",
    };
    format!("{what} failed: {why}")
}

/// Limits a client should keep to.
pub fn limits(grace: Ms) -> wire::LimitsView {
    wire::LimitsView {
        text_bytes: MAX_TEXT_BYTES as u64,
        frame_bytes: crate::wire::MAX_FRAME_BYTES as u64,
        grace_ms: grace.0,
        playout_every_ms: 250,
    }
}

/// The missed events are gone.
pub fn resume_gap() -> ServerEvent {
    let text = "Some events were too long ago to be sent again. Ask for items with conversation.item.retrieve.";
    ServerEvent::Notice { code: wire::NoticeCode::ResumeGap, text: text.into() }
}
