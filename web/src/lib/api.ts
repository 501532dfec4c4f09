// The server's REST interface as far as the page needs it, with errors that can be shown as they stand.
import type { ProgressView } from "../wire/review";
import type { Scorecard } from "../wire/scorecard";
import type { VoiceFrom, WordsFrom } from "../wire/wire";
import type { Patience } from "./choices";

/** A question to choose. */
export interface Question {
  id: string;
  title: string;
  statement?: string;
  kind?: string;
  /** 1 (easy) to 5 (hard). */
  difficulty?: number;
  topics?: string[];
  minutes?: number;
}

/** Most pages of the bank that are read. */
const PAGES_MAX = 20;

/** An interviewer's manner. */
export interface Persona {
  id: string;
  title: string;
  /** What they are like, in a sentence. */
  about: string;
}

/** Who does a part of the work, and where. */
export interface Provider {
  name: string;
  /** What the candidate says or writes is sent to another machine for it. */
  leavesMachine: boolean;
}

/** The parts: words, interviewer, voice, voice detection. */
export type Part = "stt" | "llm" | "tts" | "vad";

/** Who does what on this server. */
export type Providers = Record<Part, Provider>;

/** What a session is asked for with. */
export interface SessionRequest {
  question?: string;
  /** In place of a question: the description of a job, by which the server chooses one. */
  job?: string;
  persona?: string;
  language?: string;
  minutes?: number;
  consent: { recording: boolean };
  words?: WordsFrom;
  voice?: VoiceFrom;
  patience?: Patience;
}

/** A session as the server made it. */
export interface Session {
  id: string;
  url: string;
  question: { id: string; title: string; statement: string };
  minutes: number;
  recording: boolean;
  words: WordsFrom;
  voice: VoiceFrom;
  language: string;
  /** Why it is on this question. */
  chosen?: { by: string; topics?: string[] };
  /** `created`, `live`, `finishing`, `ended`, `broken` or `expired`. */
  state: string;
}

/** A session in a list. */
export interface SessionLine {
  id: string;
  question: { id: string; title: string } | null;
  minutes: number;
  recording: boolean;
  /** As [`Session.state`]. */
  state: string;
  created_ms: number;
  began_ms?: number;
  /** Length of what was recorded, in ms. */
  duration_ms?: number;
}

/** A page of a list of sessions, newest first. */
export interface SessionPage {
  sessions: SessionLine[];
  /** Where the next page begins; none on the last. */
  next: string | null;
}

/** What there is of a recording. */
export interface Recording {
  /** It is closed and nothing is missing. */
  complete: boolean;
  /** Nothing will be added. */
  closed: boolean;
  files: { name: string; bytes: number }[];
}

/** A request that failed; `message` can be shown and says what to do. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** HTTP status; 0 when the server could not be reached. */
    readonly status: number,
    /** The server's stable code, or empty. */
    readonly code = "",
  ) {
    super(message);
  }
}

/** The questions of this server; of a larger bank the first thousands. */
export async function questions(): Promise<Question[]> {
  const all: Question[] = [];
  let cursor: string | null | undefined = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const body: { questions: Question[]; next?: string | null } = await request(`/v1/questions${query}`);
    all.push(...body.questions);
    cursor = body.next ?? null;
    if (cursor === null) break;
  }
  return all;
}

/** The interviewers that can be chosen; none where there is nobody to play them. */
export async function personas(): Promise<Persona[]> {
  return (await request<{ personas: Persona[] }>("/v1/personas")).personas;
}

/** Who does what on this server. */
export async function providers(): Promise<Providers> {
  const body = await request<Record<string, unknown>>("/v1/providers");
  const part = (name: Part) => readProvider(body[name]);
  return { stt: part("stt"), llm: part("llm"), tts: part("tts"), vad: part("vad") };
}

/** Makes a session. */
export function createSession(body: SessionRequest): Promise<Session> {
  return request("/v1/sessions", { method: "POST", body: JSON.stringify(body) });
}

/** A session as it is now. */
export function session(id: string): Promise<Session> {
  return request(`/v1/sessions/${encodeURIComponent(id)}`);
}

/** Sessions, newest first; `cursor` is the `next` of the page before. */
export function sessions(limit: number, cursor = ""): Promise<SessionPage> {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor === "" ? {} : { cursor }) });
  return request(`/v1/sessions?${query}`);
}

/** Deletes a session with all that is kept of it. */
export async function deleteSession(id: string): Promise<void> {
  await request(`/v1/sessions/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** What there is of a session's recording. */
export function recording(id: string): Promise<Recording> {
  return request(`${recordingUrl(id)}`);
}

/** A session's scorecard; it is made when the interview is over. */
export function scorecard(id: string): Promise<Scorecard> {
  return request(`/v1/sessions/${encodeURIComponent(id)}/scorecard`);
}

/** How the person gets on over their interviews. */
export function progress(): Promise<ProgressView> {
  return request("/v1/progress");
}

/** Where a recording, or one file of it, is. */
export function recordingUrl(id: string, file = ""): string {
  const folder = `/v1/sessions/${encodeURIComponent(id)}/recording`;
  return file === "" ? folder : `${folder}/${file}`;
}

function readProvider(value: unknown): Provider {
  const fields = (value ?? {}) as { provider?: string; name?: string; leaves_machine?: boolean };
  return { name: fields.name ?? fields.provider ?? "", leavesMachine: fields.leaves_machine ?? false };
}

/** What goes with requests of somebody who is signed in. */
export const credentials = {
  /** Shown with whatever changes something, which only our own page can. */
  csrf: "",
  /** Called when the server lets nobody in without signing in. */
  refused: (): void => {},
};

/** A request with a JSON answer, or none (202, 204). */
export async function request<T>(path: string, options: RequestInit = {}): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (options.body) headers["content-type"] = "application/json";
  if (credentials.csrf !== "" && options.method !== undefined) headers["x-viva-csrf"] = credentials.csrf;
  let response: Response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch {
    throw new ApiError(
      "The server cannot be reached. Check that it is running and that you are online, then try again.",
      0,
    );
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && (body !== null || response.status === 202 || response.status === 204)) return body as T;
  const failed = problem(response.status, body);
  if (failed.status === 401 && failed.code !== "sign_in_failed") credentials.refused();
  throw failed;
}

/** The server's own sentence (RFC 9457) if it sent one. */
function problem(status: number, body: unknown): ApiError {
  const { detail, title, code } = (body ?? {}) as { detail?: string; title?: string; code?: string };
  const sentence =
    detail ?? title ?? `The server answered with status ${status}. Try again; if it stays, look at its log.`;
  return new ApiError(asSentence(sentence), status, code ?? "");
}

/** The server's words begin small and end without a stop, as errors do; people read sentences. */
export function asSentence(words: string): string {
  const whole = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}
