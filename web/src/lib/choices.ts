// What a candidate chooses for an interview, as the address of the screen before it says, and as this browser remembers.
import { type Patience, SESSION_REQUEST_MINUTES_MAX } from "../wire/rest";

export type { Patience };

/** The choices beside the question. */
export interface Choices {
  /** Length in minutes, within what the server takes; 0: the question's own. */
  minutes: number;
  patience: Patience;
  /** By microphone, or typing only. */
  speaks: boolean;
  /** The interviewer's voice is to be heard. */
  hears: boolean;
  /** The interviewer's manner, by id; empty: the usual one. */
  persona: string;
  /** The language it is held in, as a tag; empty: the server's own. */
  language: string;
}

/** What the interviewer does with each, in words. */
export const PATIENCE: Record<Patience, { name: string; means: string }> = {
  calm: { name: "Calm", means: "Waits long before it answers. Good for thinking aloud." },
  normal: { name: "Normal", means: "Waits as people do." },
  brisk: { name: "Brisk", means: "Answers quickly, as in a busy interview." },
};

/** Lengths that are offered, in minutes. */
export const MINUTES = [5, 10, 15, 20, 30, 45, 60];

/** Where the browser keeps the choices of the last time. */
const STORED = "viva.choices";

const USUAL: Choices = { minutes: 0, patience: "normal", speaks: true, hears: true, persona: "", language: "" };

/** Ids of personas and tags of languages have this form. */
const NAME = /^[a-zA-Z0-9-]{1,40}$/;

/** Languages that are offered, in their own names, where a model phrases what is said. */
export const LANGUAGES: Record<string, string> = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  it: "Italiano",
  nl: "Nederlands",
  pl: "Polski",
  pt: "Português",
};

/** The choices as a query, without what is usual. */
export function toQuery(choices: Choices): string {
  const query = new URLSearchParams();
  if (choices.minutes > 0) query.set("minutes", String(choices.minutes));
  if (choices.patience !== "normal") query.set("patience", choices.patience);
  if (!choices.speaks) query.set("by", "text");
  if (!choices.hears) query.set("voice", "off");
  if (choices.persona !== "") query.set("persona", choices.persona);
  if (choices.language !== "") query.set("language", choices.language);
  return query.toString();
}

/** The choices that a query makes; what it does not say, or says wrongly, is as usual. */
export function fromQuery(text: string): Choices {
  const query = new URLSearchParams(text);
  const minutes = Number(query.get("minutes") ?? 0);
  const patience = query.get("patience") ?? "";
  const name = (key: string) => (NAME.test(query.get(key) ?? "") ? (query.get(key) ?? "") : "");
  return {
    minutes: Number.isInteger(minutes) && minutes > 0 && minutes <= SESSION_REQUEST_MINUTES_MAX ? minutes : 0,
    patience: Object.hasOwn(PATIENCE, patience) ? (patience as Patience) : "normal",
    speaks: query.get("by") !== "text",
    hears: query.get("voice") !== "off",
    persona: name("persona"),
    language: name("language"),
  };
}

/** The choices of the last time; the length goes with the question. */
export function remembered(): Choices {
  try {
    return { ...fromQuery(localStorage.getItem(STORED) ?? ""), minutes: 0 };
  } catch {
    return USUAL;
  }
}

/** Remembers the choices. */
export function remember(choices: Choices): void {
  try {
    localStorage.setItem(STORED, toQuery(choices));
  } catch {
    // The browser keeps nothing for this page.
  }
}
