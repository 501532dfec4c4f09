// Draws the timeline: phases, both voices, what was waited for, marks, times.

import type { ReviewView, Voice } from "../../wire/review";
import { clock } from "../score";
import type { Happening, Kind } from "./feed";
import { columns, ticks, type Wave } from "./wave";

/** Heights of the rows, in CSS pixels. */
export const ROWS = { phase: 22, candidate: 46, interviewer: 38, marks: 24, times: 18 };
/** Height of all. */
export const HEIGHT = Object.values(ROWS).reduce((sum, height) => sum + height, 0);

/** What is drawn. */
export interface Picture {
  review: ReviewView;
  waves: Partial<Record<Voice, Wave>>;
  happenings: Happening[];
  from: number;
  to: number;
}

/** Colours by the names of the page's variables. */
type Ink = (name: string) => string;

/** Marks that stand in the row of marks. */
export const MARKED: Kind[] = ["run", "hint", "overlap", "spoke_up", "note", "pause", "absence", "signal"];

/** Draws onto a canvas of this width, in CSS pixels. */
export function draw(context: CanvasRenderingContext2D, width: number, picture: Picture, ink: Ink): void {
  context.clearRect(0, 0, width, HEIGHT);
  const { from, to, review } = picture;
  const x = (at: number) => ((at - from) / (to - from)) * width;
  phases(context, picture, x, ink);
  let top = ROWS.phase;
  shade(context, review, x, top, ink);
  voice(context, width, picture, "candidate", top, ink("--accent"));
  waits(context, picture, x, top + ROWS.candidate, ink);
  top += ROWS.candidate;
  voice(context, width, picture, "interviewer", top, ink("--code-function"));
  top += ROWS.interviewer;
  marks(context, picture, x, top, ink);
  times(context, width, picture, x, top + ROWS.marks, ink);
}

function phases(
  context: CanvasRenderingContext2D,
  { happenings, to }: Picture,
  x: (at: number) => number,
  ink: Ink,
): void {
  context.font = "600 11px system-ui, sans-serif";
  context.textBaseline = "middle";
  const all = happenings.filter(({ kind }) => kind === "phase");
  for (const [i, { at, to: end, title, detail }] of all.entries()) {
    const [left, right] = [Math.max(0, x(at)), x(Math.min(end, to))];
    if (right - left < 1) continue;
    context.fillStyle = ink(i % 2 === 0 ? "--accent-soft" : "--line");
    context.beginPath();
    context.roundRect(left + 0.5, 2, Math.max(1, right - left - 1), ROWS.phase - 6, 4);
    context.fill();
    const name = detail === "" ? title : detail;
    if (context.measureText(name).width > right - left - 10) continue;
    context.fillStyle = ink("--ink-soft");
    context.fillText(name, left + 6, ROWS.phase / 2);
  }
}

/** The interview stood still, or nobody was there. */
function shade(
  context: CanvasRenderingContext2D,
  review: ReviewView,
  x: (at: number) => number,
  top: number,
  ink: Ink,
): void {
  context.fillStyle = ink("--line");
  context.globalAlpha = 0.6;
  for (const { from_ms, to_ms } of [...review.pauses, ...review.absences])
    context.fillRect(x(from_ms), top, Math.max(1, x(to_ms) - x(from_ms)), ROWS.candidate + ROWS.interviewer);
  context.globalAlpha = 1;
}

function voice(
  context: CanvasRenderingContext2D,
  width: number,
  picture: Picture,
  whose: Voice,
  top: number,
  colour: string,
): void {
  const height = ROWS[whose];
  const middle = top + height / 2;
  context.fillStyle = colour;
  context.globalAlpha = 0.35;
  context.fillRect(0, middle - 0.5, width, 1);
  context.globalAlpha = 1;
  const { from, to, waves, review } = picture;
  const found = waves[whose];
  const BAR = 2;
  if (found !== undefined) {
    const bars = columns(found, from, to, Math.max(1, Math.floor(width / BAR)));
    for (const [i, loud] of bars.entries()) {
      const half = Math.max(0.5, (loud * (height - 8)) / 2);
      if (loud > 0.03) context.fillRect(i * BAR, middle - half, BAR - 0.5, half * 2);
    }
    return;
  }
  // Without sound, or before its shape is there: when somebody was heard.
  const x = (at: number) => ((at - from) / (to - from)) * width;
  const heard = whose === "candidate" ? review.speech : review.playback;
  for (const { from_ms, to_ms } of heard)
    context.fillRect(x(from_ms), middle - 5, Math.max(1, x(to_ms) - x(from_ms)), 10);
}

/** From the last sound of a turn to the moment it was taken to be over. */
function waits(
  context: CanvasRenderingContext2D,
  { review }: Picture,
  x: (at: number) => number,
  at: number,
  ink: Ink,
): void {
  for (const { to_ms, committed_ms, spoken } of review.turns) {
    if (committed_ms === null || !spoken) continue;
    const [left, right] = [x(to_ms), x(committed_ms)];
    context.fillStyle = ink("--warn");
    context.globalAlpha = 0.5;
    context.fillRect(left, at - 2, Math.max(1, right - left), 4);
    context.globalAlpha = 1;
    context.fillRect(right - 0.5, at - 6, 1.5, 12);
  }
}

function marks(
  context: CanvasRenderingContext2D,
  { happenings }: Picture,
  x: (at: number) => number,
  top: number,
  ink: Ink,
): void {
  const y = top + ROWS.marks / 2;
  for (const { at, kind, tone } of happenings) {
    if (!MARKED.includes(kind)) continue;
    const place = x(at);
    context.fillStyle = ink(
      tone === "good"
        ? "--good"
        : tone === "bad"
          ? "--danger"
          : kind === "hint"
            ? "--warn"
            : kind === "note"
              ? "--accent"
              : "--quiet",
    );
    context.beginPath();
    if (kind === "run") context.roundRect(place - 5, y - 5, 10, 10, 2.5);
    else if (kind === "hint") polygon(context, place, y, 4, 6.5);
    else if (kind === "note") pin(context, place, y);
    else if (kind === "overlap") polygon(context, place, y, 3, 5);
    else context.arc(place, y, 3.5, 0, Math.PI * 2);
    context.fill();
  }
}

function polygon(context: CanvasRenderingContext2D, x: number, y: number, corners: number, radius: number): void {
  for (let i = 0; i < corners; i++) {
    const angle = (i / corners) * 2 * Math.PI - Math.PI / 2;
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
}

function pin(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.arc(x, y - 3, 5, Math.PI * 0.85, Math.PI * 0.15);
  context.lineTo(x, y + 8);
  context.closePath();
}

function times(
  context: CanvasRenderingContext2D,
  width: number,
  { from, to }: Picture,
  x: (at: number) => number,
  top: number,
  ink: Ink,
): void {
  context.font = "11px ui-monospace, 'DejaVu Sans Mono', monospace";
  context.fillStyle = ink("--quiet");
  const LABEL_PX = 90;
  for (const at of ticks(from, to, width / LABEL_PX)) {
    const text = clock(at);
    const left = Math.min(
      Math.max(0, x(at) - context.measureText(text).width / 2),
      width - context.measureText(text).width,
    );
    context.fillText(text, left, top + ROWS.times / 2);
  }
}

/** The mark nearest to a place, if it is near enough to be meant. */
export function nearest(happenings: readonly Happening[], at: number, within: number): Happening | undefined {
  let best: Happening | undefined;
  for (const one of happenings) {
    if (one.kind === "phase") continue;
    const off = Math.abs(one.at - at);
    if (off <= within && (best === undefined || off < Math.abs(best.at - at))) best = one;
  }
  return best;
}
