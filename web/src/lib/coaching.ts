// Coaching over REST: questions that a coach sets, the links by which candidates join.
import type { Person } from "./account";
import { request, type SessionLine, type SessionPage } from "./api";
import type { Patience } from "./choices";

/** A question that a coach set. */
export interface Assignment {
  id: string;
  question: string;
  /** None when the question is in the bank no more. */
  title: string | null;
  minutes: number | null;
  patience: Patience | null;
  due_ms: number | null;
  created_ms: number;
  /** The interview that came of it; none before somebody joined. */
  session: string | null;
}

/** A link that is good once. */
export interface Link {
  /** Its secret. */
  link: string;
  /** Where the page takes it; begins with the server's public address, if that is set. */
  url: string;
  expires_ms: number;
}

/** What a link is for. */
export interface LinkPurpose {
  kind: "join" | "invite" | "password";
  expires_ms: number;
  assignment: Assignment | null;
  /** Who set the assignment, and may read the interview. */
  coach: string | null;
}

/** Somebody who joined; who they are now, if they were nobody before. */
export interface Joined {
  session: string;
  person: Person | null;
  csrf: string | null;
}

/** What is asked of a candidate. */
export interface AssignmentRequest {
  question: string;
  minutes?: number;
  patience?: Patience;
  due_ms?: number;
}

const post = (body: unknown) => ({ method: "POST", body: JSON.stringify(body) });
const at = (id: string) => `/v1/assignments/${encodeURIComponent(id)}`;

/** What a link is for; it is not used up by that. */
export const lookAtLink = (link: string): Promise<LinkPurpose> => request("/v1/links", post({ link }));

/** Joins an assignment; `name` is how somebody who is not signed in is called. */
export const join = (link: string, recording: boolean, name = ""): Promise<Joined> =>
  request("/v1/links/join", post({ link, recording, ...(name === "" ? {} : { name }) }));

/** Sets a question; the link is shown once. */
export const assign = (wanted: AssignmentRequest): Promise<{ assignment: Assignment; link: Link }> =>
  request("/v1/assignments", post(wanted));

/** The newest assignments that one set. */
export const assignments = async (): Promise<Assignment[]> =>
  (await request<{ assignments: Assignment[] }>("/v1/assignments?limit=100")).assignments;

/** A new link to an assignment that nobody took up; those before are good no more. */
export const newLink = (id: string): Promise<Link> => request(`${at(id)}/link`, { method: "POST" });

/** Takes an assignment back. */
export const unassign = (id: string): Promise<void> => request(at(id), { method: "DELETE" });

/** The newest interviews of others that one may read. */
export const granted = async (): Promise<SessionLine[]> =>
  (await request<SessionPage>("/v1/sessions?granted=true&limit=50")).sessions;

/** A link as it is sent to somebody: with the address of this page where the server does not know its own. */
export function whole(url: string, base: string = location.origin): string {
  return new URL(url, base).href;
}
