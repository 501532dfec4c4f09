// The page's addresses: which screen is at which, both ways. Pure.

/** A screen with what it is about. */
export type Screen =
  | { name: "home" }
  /** Before an interview on a question; `choices` is the address's query. */
  | { name: "before"; question: string; choices: string }
  /** The room of a running interview. */
  | { name: "room"; session: string }
  /** An interview that is over. */
  | { name: "review"; session: string }
  | { name: "nowhere" };

/** The screen at an address, e.g. `/sessions/sess_1`; `search` is its query with or without the question mark. */
export function screenAt(path: string, search = ""): Screen {
  const parts = path.split("/").filter((part) => part !== "");
  const [first, id, last, ...more] = parts.map(decoded);
  if (parts.length === 0) return { name: "home" };
  if (id === undefined || id === "" || more.length > 0) return { name: "nowhere" };
  if (first === "questions" && last === undefined)
    return { name: "before", question: id, choices: search.replace(/^\?/, "") };
  if (first === "sessions" && last === undefined) return { name: "review", session: id };
  if (first === "sessions" && last === "room") return { name: "room", session: id };
  return { name: "nowhere" };
}

/** Where a screen is. */
export function addressOf(screen: Screen): string {
  switch (screen.name) {
    case "before":
      return `/questions/${encodeURIComponent(screen.question)}${screen.choices === "" ? "" : `?${screen.choices}`}`;
    case "room":
      return `/sessions/${encodeURIComponent(screen.session)}/room`;
    case "review":
      return `/sessions/${encodeURIComponent(screen.session)}`;
    default:
      return "/";
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
