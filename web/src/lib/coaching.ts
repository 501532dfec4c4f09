// Coaching over REST: questions that a coach sets, the links by which candidates join.
import type {
  AssignmentMade,
  AssignmentRequest,
  AssignmentView,
  CandidateView,
  JoinedView,
  LinkPurpose,
  LinkView,
} from "../wire/rest";
import type { ProgressView } from "../wire/review";
import { call, type SessionLine } from "./api";

export type { AssignmentRequest, AssignmentView, CandidateView };

/** What a link is for; it is not used up by that. */
export const lookAtLink = (link: string): Promise<LinkPurpose> => call("POST /v1/links", { body: { link } });

/** Joins an assignment; `name` is how somebody who is not signed in is called. */
export const join = (link: string, recording: boolean, name = ""): Promise<JoinedView> =>
  call("POST /v1/links/join", { body: { link, recording, ...(name === "" ? {} : { name }) } });

/** Sets a question; the link is shown once. */
export const assign = (body: AssignmentRequest): Promise<AssignmentMade> => call("POST /v1/assignments", { body });

/** The newest assignments that one set. */
export const assignments = async (): Promise<AssignmentView[]> =>
  (await call("GET /v1/assignments", { query: { limit: 100 } })).assignments;

/** A new link to an assignment that nobody took up; those before are good no more. */
export const newLink = (assignment: string): Promise<LinkView> =>
  call("POST /v1/assignments/{assignment}/link", { path: { assignment } });

/** Takes an assignment back. */
export const unassign = (assignment: string): Promise<null> =>
  call("DELETE /v1/assignments/{assignment}", { path: { assignment } });

/** Those who let one read interviews of theirs, by name. */
export const candidates = async (): Promise<CandidateView[]> => (await call("GET /v1/candidates")).candidates;

/** How somebody gets on who lets one read all of their interviews. */
export const progressOf = (person: string): Promise<ProgressView> => call("GET /v1/progress", { query: { person } });

/** The newest interviews of others that one may read. */
export const granted = async (): Promise<SessionLine[]> =>
  (await call("GET /v1/sessions", { query: { granted: true, limit: 100 } })).sessions;

/** A link as it is sent to somebody: with the address of this page where the server does not know its own. */
export function whole(url: string, base: string = location.origin): string {
  return new URL(url, base).href;
}
