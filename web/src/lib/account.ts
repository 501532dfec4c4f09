// Accounts over REST: ways in, signing in and out, one's own account and its API tokens.
import type { ExportView, MeChange, MeView, PersonView, SignedInView, TokenView, WaysIn } from "../wire/rest";
import { call } from "./api";

export type { ExportView, PersonView, SignedInView, TokenView, WaysIn };

/** How one can sign in here. */
export const waysIn = (): Promise<WaysIn> => call("GET /v1/sign-in");

/** Signs in by password. */
export const signIn = (email: string, password: string): Promise<SignedInView> =>
  call("POST /v1/sign-in", { body: { email, password } });

/** Makes an account, by the secret of an invitation if there is one, and signs in. */
export const signUp = (name: string, email: string, password: string, link = ""): Promise<SignedInView> =>
  call("POST /v1/sign-up", { body: { name, email, password, ...(link === "" ? {} : { link }) } });

/** Sets a password by the secret of a link, and signs in. */
export const setPassword = (link: string, password: string): Promise<SignedInView> =>
  call("POST /v1/sign-in/link", { body: { link, password } });

/** Signs out. */
export const signOut = (): Promise<null> => call("POST /v1/sign-out");

/** Whoever asks. */
export const me = (): Promise<MeView> => call("GET /v1/me");

/** Changes one's own account. */
export const changeMe = (body: MeChange): Promise<PersonView> => call("PATCH /v1/me", { body });

/** Deletes one's own account with all interviews. */
export const deleteMe = (id: string): Promise<null> => call("DELETE /v1/me", { query: { confirm: id } });

/** Archives of everything of oneself, newest first. */
export const archives = async (): Promise<ExportView[]> => (await call("GET /v1/me/exports")).exports;

/** Asks for an archive, or gives the one that is being made. */
export const askArchive = (): Promise<ExportView> => call("POST /v1/me/exports");

/** Deletes an archive. */
export const deleteArchive = (id: string): Promise<null> =>
  call("DELETE /v1/me/exports/{export}", { path: { export: id } });

/** One's API tokens, newest first. */
export const tokens = async (): Promise<TokenView[]> => (await call("GET /v1/me/tokens")).tokens;

/** Makes an API token; it is shown once. */
export const makeToken = (name: string, days: number | null): Promise<TokenView> =>
  call("POST /v1/me/tokens", { body: { name, days } });

/** Takes an API token back. */
export const revokeToken = (token: string): Promise<null> => call("DELETE /v1/me/tokens/{token}", { path: { token } });
