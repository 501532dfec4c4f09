// Earlier interviews: what is said of each.
import type { SessionLine } from "./api";

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
      return recording || duration_ms != null ? "" : "Not recorded";
  }
}

/** There is something to look at: the interview was held and recorded. */
export function isKept({ state, recording }: SessionLine): boolean {
  return recording && (state === "ended" || state === "broken" || state === "finishing");
}
