// The server's REST interface, by the types that are made from its description, with errors that can be shown as they stand.
import type {
  Downloads,
  PartsView,
  PersonaView,
  QuestionRow,
  Routes,
  SessionLine,
  SessionRequest,
  SessionsView,
  SessionView,
} from "../wire/rest";
import type { ProgressView } from "../wire/review";
import type { Scorecard } from "../wire/scorecard";

export type { PersonaView, QuestionRow, SessionLine, SessionRequest, SessionView };

/** A route: its method and its address. */
type Route = keyof Routes;
/** Names in braces in an address. */
type Named<Address extends string> = Address extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Named<Rest>
  : never;
/** What goes into an address. */
type Path<Address extends string> = [Named<Address>] extends [never]
  ? { path?: never }
  : { path: Record<Named<Address>, string> };
/** What may be left out as a whole when all of it may. */
type Given<Key extends string, Value> =
  Record<never, never> extends Value ? { [key in Key]?: Value } : { [key in Key]: Value };
/** What a route takes. */
type Taken<Of extends Route> = Path<Of> &
  (Routes[Of] extends { query: infer Query } ? Given<"query", Query> : { query?: never }) &
  (Routes[Of] extends { body: infer Body } ? { body: Body } : { body?: never });
/** A route's second argument, which is there when something must be said. */
type Arguments<Of extends Route> = Record<never, never> extends Taken<Of> ? [taken?: Taken<Of>] : [taken: Taken<Of>];

/** Addresses of what can be fetched or saved by a link. */
type Address = Downloads | { [Of in Route]: Of extends `GET ${infer At}` ? At : never }[Route];

/** Most pages of the bank that are read. */
const PAGES_MAX = 20;

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
export async function questions(): Promise<QuestionRow[]> {
  const all: QuestionRow[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const body: Routes["GET /v1/questions"]["answer"] = await call("GET /v1/questions", {
      query: cursor === undefined ? {} : { cursor },
    });
    all.push(...body.questions);
    cursor = body.next ?? undefined;
    if (cursor === undefined) break;
  }
  return all;
}

/** The interviewers that can be chosen; none where there is nobody to play them. */
export const personas = async (): Promise<PersonaView[]> => (await call("GET /v1/personas")).personas;

/** Interviewers that can be played here: where lines written beforehand are said there are none. */
export async function playable(): Promise<PersonaView[]> {
  return (await providers()).llm.name === "authored" ? [] : personas();
}

/** Who does what on this server. */
export const providers = (): Promise<PartsView> => call("GET /v1/providers");

/** Makes a session. */
export const createSession = (body: SessionRequest): Promise<SessionView> => call("POST /v1/sessions", { body });

/** A session as it is now. */
export const session = (id: string): Promise<SessionView> => call("GET /v1/sessions/{id}", { path: { id } });

/** Sessions, newest first; `cursor` is the `next` of the page before. */
export const sessions = (limit: number, cursor = ""): Promise<SessionsView> =>
  call("GET /v1/sessions", { query: { limit, ...(cursor === "" ? {} : { cursor }) } });

/** Deletes a session with all that is kept of it. */
export const deleteSession = (id: string): Promise<null> => call("DELETE /v1/sessions/{id}", { path: { id } });

/** A session's scorecard; it is made when the interview is over. */
export const scorecard = (id: string): Promise<Scorecard> => call("GET /v1/sessions/{id}/scorecard", { path: { id } });

/** How the person gets on over their interviews. */
export const progress = (): Promise<ProgressView> => call("GET /v1/progress");

/** What a session is about, by name. */
export const titleOf = ({ question }: { question?: { title: string } | null }): string =>
  question?.title ?? "Free conversation";

/** An address with what goes into it. */
export function address<At extends Address>(at: At, path: Record<Named<At>, string>): string {
  return filled(at, path);
}

function filled(at: string, path: Record<string, string>): string {
  return at.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ""));
}

/** What goes with requests of somebody who is signed in. */
export const credentials = {
  /** Shown with whatever changes something, which only our own page can. */
  csrf: "",
  /** Called when the server lets nobody in without signing in. */
  refused: (): void => {},
};

/** Asks the server; the answer is JSON, or nothing (202, 204). */
export async function call<Of extends Route>(route: Of, ...[taken]: Arguments<Of>): Promise<Routes[Of]["answer"]> {
  const { path, query, body } = (taken ?? {}) as {
    path?: Record<string, string>;
    query?: Record<string, string | number | boolean>;
    body?: unknown;
  };
  const [method = "", template = ""] = route.split(" ");
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (credentials.csrf !== "" && method !== "GET") headers["x-viva-csrf"] = credentials.csrf;
  const asked = Object.entries(query ?? {}).map(([name, value]) => [name, String(value)]);
  const target = filled(template, path ?? {}) + (asked.length === 0 ? "" : `?${new URLSearchParams(asked)}`);
  let response: Response;
  try {
    response = await fetch(target, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch {
    throw new ApiError(
      "The server cannot be reached. Check that it is running and that you are online, then try again.",
      0,
    );
  }
  const answer: unknown = await response.json().catch(() => null);
  // Where nothing is answered, null is what the route's type says.
  if (response.ok && (answer !== null || response.status === 202 || response.status === 204)) return answer as never;
  const failed = problem(response.status, answer);
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

/** What went wrong, as it can be shown. */
export const problemText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
