import { expect, test } from "vitest";
import { linesIn } from "./lines";

test("lines that are spoken of are found, as figures and as words", () => {
  expect(linesIn("What happens in line 6 when the list is empty?")).toEqual([6]);
  expect(linesIn("Look at lines three to five again.")).toEqual([3, 4, 5]);
  expect(linesIn("Line twenty-one, and then line twelve.")).toEqual([12, 21]);
  expect(linesIn("In lines 2 and 9 you do the same.")).toEqual([2, 9]);
  expect(linesIn("lines 10-12")).toEqual([10, 11, 12]);
  expect(linesIn("Between line 4 and line seventeen")).toEqual([4, 17]);
});

test("other numbers and other lines are none", () => {
  for (const text of ["Along these lines, two things", "a line of 5 people", "deadline 3", "line zero", "six lines"])
    expect(linesIn(text), text).toEqual([]);
});

test("half the file is no place", () => {
  expect(linesIn("lines 1 to 900")).toEqual([1, 900]);
});
