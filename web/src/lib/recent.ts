// Earlier interviews: what is said of each, and how the bands went over them.
import type { Scorecard } from "../wire/scorecard";
import type { SessionLine } from "./api";

/** A dimension's bands over the interviews, oldest first. */
export interface Course {
  id: string;
  title: string;
  bands: { at: number; band: number }[];
}

/** Where an interview stands, in words; empty when there is nothing to add. */
export function stateText({ state, recording, duration_ms }: SessionLine): string {
  switch (state) {
    case "created":
      return "Not begun";
    case "live":
      return "Still going on";
    case "finishing":
      return "Being put together";
    case "broken":
      return "Cut off";
    case "expired":
      return "Never begun";
    default:
      return recording || duration_ms !== undefined ? "" : "Not recorded";
  }
}

/** There is something to look at: the interview was held and recorded. */
export function isKept({ state, recording }: SessionLine): boolean {
  return recording && (state === "ended" || state === "broken" || state === "finishing");
}

/** How each dimension went over the interviews that have a scorecard; one that was assessed but once shows no course. */
export function courses(cards: { at: number; card: Scorecard }[]): Course[] {
  const found = new Map<string, Course>();
  for (const { at, card } of cards.toSorted((a, b) => a.at - b.at)) {
    for (const { id, title, band } of card.dimensions) {
      if (band === null) continue;
      const course = found.get(id) ?? { id, title, bands: [] };
      course.bands.push({ at, band });
      found.set(id, course);
    }
  }
  return [...found.values()].filter(({ bands }) => bands.length > 1);
}
