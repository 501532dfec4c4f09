// The page's addresses: which screen is at which, both ways. Pure.

/** A screen with what it is about. */
export type Screen =
  | { name: "home" }
  /** Before an interview on a question, or by a job's description if that is empty; `choices` is the address's query. */
  | { name: "before"; question: string; choices: string }
  /** The room of a running interview. */
  | { name: "room"; session: string }
  /** A running interview, for somebody who follows it. */
  | { name: "live"; session: string }
  /** An interview that is over. */
  | { name: "review"; session: string }
  /** The ways in; links to them carry a secret after the #. */
  | { name: "sign-in" | "sign-up" | "password" | "join" }
  /** One's own account; what a coach looks at. */
  | { name: "account" | "coach" }
  | { name: "nowhere" };

/** Screens whose address is their name. */
const PLAIN = ["sign-in", "sign-up", "password", "join", "account", "coach"] as const;

/** The screen at an address, e.g. `/sessions/sess_1`; `search` is its query with or without the question mark. */
export function screenAt(path: string, search = ""): Screen {
  const parts = path.split("/").filter((part) => part !== "");
  const [first, id, last, ...more] = parts.map(decoded);
  if (parts.length === 0) return { name: "home" };
  const plain = PLAIN.find((name) => name === first);
  if (plain !== undefined && parts.length === 1) return { name: plain };
  if (first === "job" && parts.length === 1)
    return { name: "before", question: "", choices: search.replace(/^\?/, "") };
  if (id === undefined || id === "" || more.length > 0) return { name: "nowhere" };
  if (first === "questions" && last === undefined)
    return { name: "before", question: id, choices: search.replace(/^\?/, "") };
  if (first === "sessions" && last === undefined) return { name: "review", session: id };
  if (first === "sessions" && (last === "room" || last === "live")) return { name: last, session: id };
  return { name: "nowhere" };
}

/** Where a screen is. */
export function addressOf(screen: Screen): string {
  switch (screen.name) {
    case "before":
      return (
        (screen.question === "" ? "/job" : `/questions/${encodeURIComponent(screen.question)}`) +
        (screen.choices === "" ? "" : `?${screen.choices}`)
      );
    case "room":
    case "live":
      return `/sessions/${encodeURIComponent(screen.session)}/${screen.name}`;
    case "review":
      return `/sessions/${encodeURIComponent(screen.session)}`;
    case "home":
    case "nowhere":
      return "/";
    default:
      return `/${screen.name}`;
  }
}

/** A part of a path as it was meant; what cannot be decoded names nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
