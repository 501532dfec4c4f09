// What a candidate chooses for an interview, as the address of the screen before it says, and as this browser remembers.

/** How long the interviewer waits before it answers. */
export type Patience = "calm" | "normal" | "brisk";

/** The choices beside the question. */
export interface Choices {
  /** Length in minutes, within what the server takes; 0: the question's own. */
  minutes: number;
  patience: Patience;
  /** By microphone, or typing only. */
  speaks: boolean;
  /** The interviewer's voice is to be heard. */
  hears: boolean;
}

/** What the interviewer does with each, in words. */
export const PATIENCE: Record<Patience, { name: string; means: string }> = {
  calm: { name: "Calm", means: "Waits long before it answers. Good for thinking aloud." },
  normal: { name: "Normal", means: "Waits as people do." },
  brisk: { name: "Brisk", means: "Answers quickly, as in a busy interview." },
};

/** Lengths that are offered, in minutes. */
export const MINUTES = [5, 10, 15, 20, 30, 45, 60];

/** Longest interview that the server takes, in minutes. */
const MINUTES_MAX = 180;

/** Where the browser keeps the choices of the last time. */
const STORED = "viva.choices";

const USUAL: Choices = { minutes: 0, patience: "normal", speaks: true, hears: true };

/** The choices as a query, without what is usual. */
export function toQuery(choices: Choices): string {
  const query = new URLSearchParams();
  if (choices.minutes > 0) query.set("minutes", String(choices.minutes));
  if (choices.patience !== "normal") query.set("patience", choices.patience);
  if (!choices.speaks) query.set("by", "text");
  if (!choices.hears) query.set("voice", "off");
  return query.toString();
}

/** The choices that a query makes; what it does not say, or says wrongly, is as usual. */
export function fromQuery(text: string): Choices {
  const query = new URLSearchParams(text);
  const minutes = Number(query.get("minutes") ?? 0);
  const patience = query.get("patience") ?? "";
  return {
    minutes: Number.isInteger(minutes) && minutes > 0 && minutes <= MINUTES_MAX ? minutes : 0,
    patience: Object.hasOwn(PATIENCE, patience) ? (patience as Patience) : "normal",
    speaks: query.get("by") !== "text",
    hears: query.get("voice") !== "off",
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
