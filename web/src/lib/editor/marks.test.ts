import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { markedLines, marking, pointedLines, setMarks, setPointed } from "./marks";

const code = "one\ntwo\nthree\nfour";
const marked = (lines: number[]) =>
  EditorState.create({ doc: code, extensions: marking }).update({
    effects: setMarks.of(lines.map((line) => ({ line, text: `broken ${line}` }))),
  }).state;
const change = (state: EditorState, from: number, to: number, insert: string) =>
  state.update({ changes: { from, to, insert } }).state;

test("lines are marked in place of those before, and lines that are not there are left out", () => {
  const state = marked([3, 2, 3, 0, 9]);
  expect(markedLines(state)).toEqual([2, 3]);
  expect(markedLines(state.update({ effects: setMarks.of([]) }).state)).toEqual([]);
});

test("a mark moves with its line", () => {
  expect(markedLines(change(marked([3]), 0, 0, "zero\n"))).toEqual([4]);
  expect(markedLines(change(marked([3]), 0, 4, ""))).toEqual([2]);
});

test("a mark goes when its line is changed, and only then", () => {
  const state = marked([2, 3]);
  const inTwo = code.indexOf("two") + 1;
  expect(markedLines(change(state, inTwo, inTwo, "x"))).toEqual([3]);
  expect(markedLines(change(state, 0, 1, "O"))).toEqual([2, 3]);
});

test("lines that are spoken of stay pointed at while they are written in, and until others are", () => {
  const state = EditorState.create({ doc: code, extensions: marking }).update({ effects: setPointed.of([2, 9]) }).state;
  expect(pointedLines(state)).toEqual([2]);
  expect(pointedLines(change(state, 5, 5, "x"))).toEqual([2]);
  expect(pointedLines(change(state, 0, 0, "zero\n"))).toEqual([3]);
  expect(pointedLines(state.update({ effects: setPointed.of([1, 4]) }).state)).toEqual([1, 4]);
  expect(markedLines(state)).toEqual([]);
});
