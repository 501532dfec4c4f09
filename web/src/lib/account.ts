// Accounts over REST: ways in, signing in and out, one's own account and its API tokens.
import { request } from "./api";

/** How one can sign in on this server. */
export interface WaysIn {
  /** People have accounts; without, whoever is let in is the one person. */
  accounts: boolean;
  /** Who may make an account. */
  sign_up: "invite" | "open";
  /** Providers by which people may sign in. */
  providers: { name: string; title: string }[];
  signed_in: boolean;
}

/** A person as they see themselves. */
export interface Person {
  id: string;
  name: string;
  email: string | null;
  role: "admin" | "coach" | "candidate" | "observer";
  has_password: boolean;
  /** After how many days their interviews are deleted; none: as the deployment says. */
  retention_days: number | null;
}

/** Whoever asks. */
export interface Me {
  /** By an account, by being on the machine of a server without accounts, or by the deployment's key. */
  kind: "person" | "single" | "operator";
  person: Person | null;
  /** What is shown with whatever changes something. */
  csrf: string | null;
}

/** Somebody who has just signed in. */
export interface SignedIn {
  person: Person;
  csrf: string;
}

/** An API token. */
export interface Token {
  id: string;
  name: string;
  created_ms: number;
  expires_ms: number | null;
  used_ms: number | null;
  /** The token itself, when it is made and never again. */
  token?: string;
}

/** A change of one's own account; what is left out stays. */
export interface MeChange {
  name?: string;
  password?: string;
  current_password?: string;
  retention_days?: number | null;
}

/** Shortest password that the server takes, in characters. */
export const PASSWORD_MIN = 10;

const post = (body: unknown = {}) => ({ method: "POST", body: JSON.stringify(body) });

/** How one can sign in here. */
export const waysIn = (): Promise<WaysIn> => request("/v1/sign-in");

/** Signs in by password. */
export const signIn = (email: string, password: string): Promise<SignedIn> =>
  request("/v1/sign-in", post({ email, password }));

/** Makes an account, by the secret of an invitation if there is one, and signs in. */
export const signUp = (name: string, email: string, password: string, link = ""): Promise<SignedIn> =>
  request("/v1/sign-up", post({ name, email, password, ...(link === "" ? {} : { link }) }));

/** Sets a password by the secret of a link, and signs in. */
export const setPassword = (link: string, password: string): Promise<SignedIn> =>
  request("/v1/sign-in/link", post({ link, password }));

/** Signs out. */
export const signOut = (): Promise<void> => request("/v1/sign-out", { method: "POST" });

/** Whoever asks. */
export const me = (): Promise<Me> => request("/v1/me");

/** Changes one's own account. */
export const changeMe = (change: MeChange): Promise<Person> =>
  request("/v1/me", { method: "PATCH", body: JSON.stringify(change) });

/** Deletes one's own account with all interviews. */
export const deleteMe = (id: string): Promise<void> =>
  request(`/v1/me?confirm=${encodeURIComponent(id)}`, { method: "DELETE" });

/** One's API tokens, newest first. */
export const tokens = async (): Promise<Token[]> => (await request<{ tokens: Token[] }>("/v1/me/tokens")).tokens;

/** Makes an API token; it is shown once. */
export const makeToken = (name: string, days: number | null): Promise<Token> =>
  request("/v1/me/tokens", post({ name, ...(days === null ? {} : { days }) }));

/** Takes an API token back. */
export const revokeToken = (id: string): Promise<void> =>
  request(`/v1/me/tokens/${encodeURIComponent(id)}`, { method: "DELETE" });
