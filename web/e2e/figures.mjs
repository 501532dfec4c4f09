// Figures that a story measures: printed at its end, and held against a generous limit.
import assert from "node:assert/strict";

const lines = [];

/** Remembers a figure; above `most`, if one is given, the story fails: far more than what is aimed at, for busy machines. */
export function figure(what, value, unit, aim, most) {
  const shown = Math.round(value * 10) / 10;
  lines.push(`${what}: ${shown} ${unit}${aim === undefined ? "" : ` (aim: ${aim} ${unit})`}`);
  if (most !== undefined) assert.ok(value <= most, `${what}: ${shown} ${unit}, more than ${most}`);
}

/** The value below which `share` (0..1) of the values lie. */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Prints them. */
export function printFigures() {
  for (const line of lines.splice(0)) console.log(`e2e: ${line}`);
}
