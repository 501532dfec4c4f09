// What the review asks the server for.
import type { AgreementView, GrantRequest, GrantView, NoteWish } from "../../wire/rest";
import type { Metrics, NoteView, PeaksView, ReviewView, ScoresView, Voice } from "../../wire/review";
import { call } from "../api";

export type { GrantView };

/** Everything on one clock. */
export const review = (id: string): Promise<ReviewView> => call("GET /v1/sessions/{id}/review", { path: { id } });

/** What was measured. */
export const metrics = (id: string): Promise<Metrics> => call("GET /v1/sessions/{id}/metrics", { path: { id } });

/** The shape of a voice's sound. */
export const peaks = (id: string, track: Voice): Promise<PeaksView> =>
  call("GET /v1/sessions/{id}/recording/{track}/peaks", { path: { id, track } });

/** What people scored. */
export const scores = (id: string): Promise<ScoresView> => call("GET /v1/sessions/{id}/scores", { path: { id } });

/** Scores oneself, or as a coach. */
export const score = (id: string, as: "self" | "coach", bands: Record<string, number>): Promise<ScoresView> =>
  call(`PUT /v1/sessions/{id}/scores/${as}`, { path: { id }, body: { bands } });

/** How far coaches and the scorecard agree, over all interviews. */
export const agreement = (): Promise<AgreementView> => call("GET /v1/agreement");

/** Writes a note. */
export const addNote = (id: string, body: NoteWish): Promise<NoteView> =>
  call("POST /v1/sessions/{id}/notes", { path: { id }, body });

/** Changes a note. */
export const changeNote = (id: string, note: string, body: NoteWish): Promise<NoteView> =>
  call("PATCH /v1/sessions/{id}/notes/{note}", { path: { id, note }, body });

/** Deletes a note. */
export const deleteNote = (id: string, note: string): Promise<null> =>
  call("DELETE /v1/sessions/{id}/notes/{note}", { path: { id, note } });

/** Who may read along. */
export const grants = async (id: string): Promise<GrantView[]> =>
  (await call("GET /v1/sessions/{id}/grants", { path: { id } })).grants;

/** Lets somebody read along. */
export const grant = (id: string, body: GrantRequest): Promise<GrantView> =>
  call("POST /v1/sessions/{id}/grants", { path: { id }, body });

/** Takes it back. */
export const revoke = (id: string, given: string): Promise<null> =>
  call("DELETE /v1/sessions/{id}/grants/{grant}", { path: { id, grant: given } });
