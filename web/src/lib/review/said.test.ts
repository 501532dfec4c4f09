import { expect, it } from "vitest";
import type { Said } from "../../wire/review";
import { matches, pieces, utteranceAt, wordAt, wordsOf } from "./said";

const said = (id: number, from_ms: number, to_ms: number, text: string, words: Said["words"] = []): Said => ({
  id,
  voice: "candidate",
  from_ms,
  to_ms,
  item: 1,
  is_final: true,
  text,
  words,
});
const list = [said(1, 0, 1_000, "So a hash map"), said(2, 900, 4_000, "or a heap"), said(3, 1_200, 1_400, "a Map?")];

it("finds what is being said, the later of two at once", () => {
  expect([0, 950, 1_300, 2_000, 4_200, 4_300].map((at) => utteranceAt(list, at))).toEqual([0, 1, 2, 1, 1, -1]);
  expect(utteranceAt([], 5)).toBe(-1);
});

it("finds the word that was clicked", () => {
  const words = wordsOf(
    said(1, 0, 9, "🧤 a bee.", [
      [0, 1, 0],
      [2, 3, 4],
      [4, 7, 6],
    ]),
  );
  expect(words.map(({ from, to }) => [from, to])).toEqual([
    [0, 2],
    [3, 4],
    [5, 8],
  ]);
  expect([0, 3, 4, 7, 99].map((place) => wordAt(words, place)?.at)).toEqual([0, 4, 6, 6, 6]);
  expect(wordAt([], 1)).toBeUndefined();
});

it("finds words whatever their case, and cuts the text where they stand", () => {
  const found = matches(list, " map ");
  expect(found).toEqual([
    { row: 0, from: 10, to: 13 },
    { row: 2, from: 2, to: 5 },
  ]);
  expect(matches(list, " ")).toEqual([]);
  const cut = pieces("So a hash map", [{ from: 10, to: 13 }], { from: 5, to: 9, at: 0 });
  expect(cut.map(({ text, found, spoken }) => `${text}${found ? "!" : ""}${spoken ? "*" : ""}`)).toEqual([
    "So a ",
    "hash*",
    " ",
    "map!",
  ]);
});
