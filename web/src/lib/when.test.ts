import { expect, test } from "vitest";
import { lengthText, whenText, whenWithin } from "./when";

const noon = Date.UTC(2026, 4, 3, 12, 0);
const HOUR = 3_600_000;

test("a moment is told by the viewer's own day, not by the server's", () => {
  expect(whenText(noon - HOUR, noon, "en-GB", "UTC")).toBe("Today, 11:00");
  expect(whenText(noon - 13 * HOUR, noon, "en-GB", "UTC")).toBe("Yesterday, 23:00");
  expect(whenText(noon - 13 * HOUR, noon, "en-GB", "Asia/Tokyo")).toBe("Today, 08:00");
  expect(whenText(noon - 13 * HOUR, noon, "en-GB", "America/New_York")).toBe("Yesterday, 19:00");
});

test("within a sentence a day begins small, and a month does not", () => {
  expect(whenWithin(Date.now())).toMatch(/^today, /);
  expect(whenWithin(noon)).toBe(whenText(noon));
});

test("what is longer ago has its date, and its year when it is another one", () => {
  expect(whenText(noon - 72 * HOUR, noon, "en-GB", "UTC")).toBe("30 April, 12:00");
  expect(whenText(noon - 365 * 24 * HOUR, noon, "en-GB", "UTC")).toBe("3 May 2025, 12:00");
});

test("a length is told in minutes, and in seconds when it is short", () => {
  expect(lengthText(40_400)).toBe("40 s");
  expect(lengthText(12.4 * 60_000)).toBe("12 min");
});
