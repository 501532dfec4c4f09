// The page's sentences for what the server names by codes.

import type { PartsView, ProviderView, QuestionKind } from "../wire/rest";
import type { FloorState, Phase, Verdict } from "../wire/wire";

/** The interviewer's state: what it is, and what it means for the candidate. */
export const FLOOR: Record<FloorState, { is: string; means: string }> = {
  listening: { is: "Listening", means: "Speak whenever you are ready." },
  candidate_speaking: { is: "Listening to you", means: "Take the room you need." },
  candidate_pausing: { is: "Still listening", means: "A pause is fine. Go on when you are ready." },
  giving_time: { is: "Giving you time", means: "Think in peace. The interviewer waits for you." },
  addressed_elsewhere: {
    is: "Leaving you to it",
    means: "You seem to speak to somebody else. Turn back when you are ready.",
  },
  preparing: { is: "Thinking", means: "An answer is on its way." },
  interviewer_speaking: { is: "Speaking", means: "Cut in whenever you like." },
  interviewer_paused: { is: "Stopped for you", means: "Go on — or stay quiet to hear the rest." },
  paused: { is: "Paused", means: "The clock stands still. Nobody listens." },
  ended: { is: "Finished", means: "The interview is over." },
};

/** The floor's states for somebody who follows. */
export const WATCHED: Record<FloorState, string> = {
  listening: "the interviewer listens",
  candidate_speaking: "the candidate speaks",
  candidate_pausing: "the candidate pauses",
  giving_time: "the candidate thinks",
  preparing: "the interviewer thinks",
  interviewer_speaking: "the interviewer speaks",
  interviewer_paused: "the interviewer was cut into",
  addressed_elsewhere: "the candidate speaks to somebody else",
  paused: "paused",
  ended: "over",
};

/** What some states mean for a candidate who types. */
export const FLOOR_IN_WRITING: Partial<Record<FloorState, string>> = {
  listening: "Write whenever you are ready.",
  candidate_pausing: "Go on when you are ready.",
  interviewer_speaking: "Answer whenever you like.",
};

/** In place of what a state means while the candidate cannot be heard. */
export const NOT_LISTENING = {
  muted: "You are muted. Open the microphone to speak, or type.",
  closed: "Your microphone is not open. Reconnect it, or type.",
};

/** In place of a state while the line is being opened. */
export const CONNECTING = { is: "Connecting", means: "The interviewer will be with you in a moment." };

/** In place of a state while there is no line. */
export const CUT_OFF = { is: "Cut off", means: "The interview waits for you." };

/** Names of the phases. */
export const PHASE: Record<Phase, string> = {
  greet: "Hello",
  question: "Question",
  clarify: "Clarify",
  approach: "Approach",
  code: "Code",
  test: "Test",
  design: "Design",
  discuss: "Discuss",
  wrap_up: "Wrap-up",
  ended: "Finished",
};

/** What a test came to, in a word or two. */
export const VERDICT: Record<Verdict, string> = {
  accepted: "Passed",
  wrong_answer: "Wrong",
  runtime_error: "Error",
  time_limit: "Too slow",
  memory_limit: "Memory",
  output_limit: "Too long",
  compile_error: "Broken",
  runner_failed: "Not run",
};

/** Why the shared editor was closed for good, by close code. */
export const EDITOR_CLOSED: Record<number, string> = {
  4403: "You were signed out. Sign in again, then open the editor again.",
  4413: "What you pasted is too large, so it was not taken. Open the editor again.",
  4513: "The editor is full, so your last change was not taken. Open it again and make some room.",
  4424: "The shared code has been changed so often that it takes no more changes. It can still be read and run.",
  4425: "The shared code takes no more changes. It can still be read and run.",
};

/** Why an interview ended. */
export const ENDED: Record<string, string> = {
  candidate: "You ended the interview.",
  completed: "The interview came to its natural end.",
  time_up: "The time was used up.",
  abandoned: "The connection was lost for too long, so the interview was closed.",
  shutdown: "The server was shut down.",
  gone: "The interview is no longer on the server.",
};

/** Kinds of questions. */
export const KIND: Record<QuestionKind, string> = {
  coding: "Coding",
  behavioural: "Behavioural",
  "system-design": "System design",
};

/** Difficulty, 1 to 5. */
export const DIFFICULTY = ["", "Easy", "Fairly easy", "Medium", "Fairly hard", "Hard"];

/** How somebody takes part. */
export interface TakesPart {
  speaks: boolean;
  hears: boolean;
  /** There is code to write. */
  codes: boolean;
}

/** A sentence on who is given what. */
export interface Leaving {
  text: string;
  leaves: boolean;
}

/** What leaves the machine, one sentence per part that is used. */
export function whatLeaves(
  { stt, llm, tts, runner }: PartsView,
  browserWords: boolean,
  { speaks, hears, codes }: TakesPart,
): Leaving[] {
  const heard = !speaks
    ? { text: "You type, so no sound of yours is taken.", leaves: false }
    : stt.name === "client"
      ? browserWords
        ? {
            text: "Your browser turns your speech into words. Chrome, Edge and other Chromium browsers may send the sound of your voice to their maker for it. If you type, nothing is sent.",
            leaves: true,
          }
        : {
            text: "This server leaves it to the browser to recognise words, and yours cannot: typing works.",
            leaves: false,
          }
      : sentence("Your speech is turned into words", stt, "Your sound is sent there.");
  return [
    heard,
    llm.name === "authored"
      ? { text: "The interviewer says lines written beforehand. No language model is asked.", leaves: false }
      : sentence("The interviewer’s answers are found", llm, "What you say and write is sent there."),
    !hears || tts.name === "silent"
      ? { text: "The interviewer writes; nothing is spoken.", leaves: false }
      : tts.name === "client"
        ? { text: "This browser speaks the interviewer’s words.", leaves: false }
        : sentence("The interviewer’s voice is made", tts, "Only the interviewer’s words are sent there."),
    // Where code is run matters when it is elsewhere.
    ...(codes && runner.leaves_machine ? [sentence("Your code is run", runner, "Your code is sent there.")] : []),
  ];
}

function sentence(what: string, by: ProviderView, sent: string): Leaving {
  return by.leaves_machine
    ? { text: `${what} by ${by.name}, outside this server. ${sent}`, leaves: true }
    : { text: `${what} on this server (${by.name}).`, leaves: false };
}

/** Minutes and seconds, e.g. `7:05`. */
export function clockText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** What became of a sound of the candidate over the interviewer. */
export const CUT_IN = {
  took: "Cut in, the interviewer stopped",
  left: "A sound over the interviewer, who went on",
};
