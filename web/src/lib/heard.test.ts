import { describe, expect, it } from "vitest";
import { heardCharacters, UNHEARD, wholeWords, withSound, withWords } from "./heard";

describe("what was heard", () => {
  // Ten characters in the first second, twenty in the next half, then the end.
  const first = withSound(withWords(UNHEARD, 10), 1_000);
  const second = withSound(withWords(first, 20), 500);
  const whole = { ...second, complete: true };

  it("goes evenly through the words of each piece of sound", () => {
    expect([0, 500, 1_000, 1_250, 1_500].map((ms) => heardCharacters(whole, ms))).toEqual([0, 5, 10, 20, 30]);
  });

  it("is all of it at the end, and never more", () => {
    expect(heardCharacters(whole, 9_000)).toBe(30);
  });

  it("does not run ahead of sound that has not come", () => {
    expect(heardCharacters(second, 1_250)).toBeLessThan(10 + 10);
    expect(heardCharacters(withWords(first, 20), 1_000)).toBe(10);
  });

  it("is nothing before the first words", () => {
    expect(heardCharacters(withSound(UNHEARD, 400), 300)).toBe(0);
  });
});

describe("a text", () => {
  it("is divided after the word that is being said", () => {
    expect(wholeWords("How much memory", 0)).toBe(0);
    expect(wholeWords("How much memory", 5)).toBe("How much".length);
    expect(wholeWords("How much memory", 12)).toBe("How much memory".length);
  });
});
