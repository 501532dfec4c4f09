// The code as it stood at any time, from the edits; forward and back. Pure.
import type { CodeSeen, EditSeen, Language } from "../../wire/review";
import { lastAt } from "./clock";

/** The code at a time. */
export interface CodeAt {
  language: Language;
  text: string;
  /** Edits made so far, of all languages: the same number is the same code. */
  made: number;
  /** What changed lately: ranges in `text`, in UTF-16 units; empty ranges are places where something went. */
  changed: { from: number; to: number }[];
}

/** The texts are kept whole after every so many edits. */
const KEPT_EVERY = 200;
/** What changed within this time is marked, in ms. */
const LATELY_MS = 4_000;
/** At most so many edits are marked at once. */
const MARKED_MAX = 60;

type Texts = Partial<Record<Language, string>>;

/** Plays the edits. */
export class CodePlayer {
  private readonly edits: (EditSeen & { of: Language })[];
  private readonly kept: Texts[];

  constructor(private readonly code: CodeSeen) {
    let of: Language = code.languages[0]?.language ?? "python3";
    this.edits = code.edits.map((edit) => {
      of = edit.language ?? of;
      return { ...edit, of };
    });
    this.kept = [{ ...code.starters }];
    const texts = { ...code.starters };
    for (const [number, edit] of this.edits.entries()) {
      texts[edit.of] = applied(texts[edit.of] ?? "", edit);
      if ((number + 1) % KEPT_EVERY === 0) this.kept.push({ ...texts });
    }
  }

  /** When the code changed, in order. */
  get times(): number[] {
    return this.edits.map(({ at_ms }) => at_ms);
  }

  /** The code at this time. */
  at(time: number): CodeAt {
    return this.after(lastAt(this.edits, time, ({ at_ms }) => at_ms) + 1, time);
  }

  /** The code that a scorecard names by a step: as it stood after the last edit up to it. */
  atStep(seq: number, time: number): CodeAt {
    return this.after(lastAt(this.edits, seq, (edit) => edit.seq) + 1, time);
  }

  private after(made: number, time: number): CodeAt {
    const { languages } = this.code;
    const language =
      languages[
        Math.max(
          0,
          lastAt(languages, time, ({ at_ms }) => at_ms),
        )
      ]?.language ?? "python3";
    const kept = Math.floor(made / KEPT_EVERY);
    let text = this.kept[kept]?.[language] ?? "";
    const from = Math.max(kept * KEPT_EVERY, made - MARKED_MAX);
    for (const edit of this.edits.slice(kept * KEPT_EVERY, from)) if (edit.of === language) text = applied(text, edit);
    let changed: { from: number; to: number }[] = [];
    for (const edit of this.edits.slice(from, made)) {
      if (edit.of !== language) continue;
      const start = units(text, edit.place);
      const end = start + (edit.deleted?.length ?? 0);
      const grown = (edit.inserted?.length ?? 0) - (end - start);
      const moved = (at: number) => (at <= start ? at : Math.max(start, at + grown));
      changed = changed.map((range) => ({ from: moved(range.from), to: moved(range.to) }));
      text = applied(text, edit);
      if (time - edit.at_ms < LATELY_MS) changed.push({ from: start, to: start + (edit.inserted?.length ?? 0) });
    }
    return { language, text, made, changed: merged(changed) };
  }
}

/** The place after so many characters (Unicode scalar values), in UTF-16 units. */
export function units(text: string, characters: number): number {
  if (!/[\ud800-\udbff]/.test(text)) return Math.min(characters, text.length);
  let [place, left] = [0, characters];
  while (left > 0 && place < text.length) {
    place += (text.codePointAt(place) ?? 0) > 0xffff ? 2 : 1;
    left--;
  }
  return place;
}

function applied(text: string, { place, deleted = "", inserted = "" }: EditSeen): string {
  const at = units(text, place);
  return text.slice(0, at) + inserted + text.slice(at + deleted.length);
}

function merged(ranges: { from: number; to: number }[]): { from: number; to: number }[] {
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of ranges.sort((one, other) => one.from - other.from)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

/** The one change that turns a text into another; none when they are alike. */
export function difference(before: string, after: string): { from: number; to: number; insert: string } | null {
  if (before === after) return null;
  const short = Math.min(before.length, after.length);
  let head = 0;
  while (head < short && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < short - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) };
}
