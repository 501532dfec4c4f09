// What the review asks the server for.
import type {
  DimensionAgreement,
  Metrics,
  NoteView,
  PeaksView,
  ReviewView,
  ScoresView,
  Voice,
} from "../../wire/review";
import { request } from "../api";

const of = (id: string, what: string) => `/v1/sessions/${encodeURIComponent(id)}${what}`;

/** Everything on one clock. */
export const review = (id: string): Promise<ReviewView> => request(of(id, "/review"));

/** What was measured. */
export const metrics = (id: string): Promise<Metrics> => request(of(id, "/metrics"));

/** The shape of a voice's sound. */
export const peaks = (id: string, voice: Voice): Promise<PeaksView> => request(of(id, `/recording/${voice}/peaks`));

/** What people scored. */
export const scores = (id: string): Promise<ScoresView> => request(of(id, "/scores"));

/** Scores oneself, or as a coach. */
export const score = (id: string, as: "self" | "coach", bands: Record<string, number>): Promise<ScoresView> =>
  request(of(id, `/scores/${as}`), { method: "PUT", body: JSON.stringify({ bands }) });

/** How far coaches and the scorecard agree, over all interviews. */
export const agreement = (): Promise<{ dimensions: DimensionAgreement[] }> => request("/v1/agreement");

/** Writes a note. */
export const addNote = (id: string, note: { at_ms: number; text: string; published: boolean }): Promise<NoteView> =>
  request(of(id, "/notes"), { method: "POST", body: JSON.stringify(note) });

/** Changes a note. */
export const changeNote = (
  id: string,
  note: string,
  change: { text?: string; published?: boolean },
): Promise<NoteView> => request(of(id, `/notes/${note}`), { method: "PATCH", body: JSON.stringify(change) });

/** Deletes a note. */
export const deleteNote = (id: string, note: string): Promise<null> =>
  request(of(id, `/notes/${note}`), { method: "DELETE" });

/** That somebody may read along. */
export interface Grant {
  id: string;
  /** Who; none when the account is gone. */
  reader: { id: string; name: string; role: string } | null;
  /** Not only this interview. */
  all: boolean;
}

/** Who may read along. */
export const grants = (id: string): Promise<{ grants: Grant[] }> => request(of(id, "/grants"));

/** Lets somebody read along. */
export const grant = (id: string, to: { email: string; all: boolean }): Promise<Grant> =>
  request(of(id, "/grants"), { method: "POST", body: JSON.stringify(to) });

/** Takes it back. */
export const revoke = (id: string, given: string): Promise<null> =>
  request(of(id, `/grants/${given}`), { method: "DELETE" });

/** Where something of it can be saved from. */
export const address = of;
