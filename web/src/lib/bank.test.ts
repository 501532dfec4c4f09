import { expect, test } from "vitest";
import type { Question } from "./api";
import { fitting, kindsOf, surprise, topicsOf } from "./bank";

const list: Question[] = [
  { id: "gloves", title: "Gloves", kind: "coding", difficulty: 1, topics: ["hashing", "arrays"] },
  { id: "choir", title: "Choir", kind: "coding", difficulty: 3, topics: ["arrays"] },
  { id: "train", title: "Train", kind: "coding", difficulty: 5, topics: ["stacks"] },
  { id: "bug", title: "Bug", kind: "behavioural", difficulty: 2 },
];
const ids = (found: Question[]) => found.map(({ id }) => id);
const any = { kind: "", topic: "", difficulty: "" };

test("an empty filter fits every question", () => {
  expect(fitting(list, any)).toEqual(list);
});

test("kind, topic and difficulty narrow the list together", () => {
  expect(ids(fitting(list, { ...any, kind: "coding" }))).toEqual(["gloves", "choir", "train"]);
  expect(ids(fitting(list, { ...any, topic: "arrays" }))).toEqual(["gloves", "choir"]);
  expect(ids(fitting(list, { ...any, difficulty: "easy" }))).toEqual(["gloves", "bug"]);
  expect(ids(fitting(list, { kind: "coding", topic: "arrays", difficulty: "medium" }))).toEqual(["choir"]);
  expect(fitting(list, { kind: "behavioural", topic: "stacks", difficulty: "" })).toEqual([]);
});

test("each kind and topic is on offer once", () => {
  expect(kindsOf(list)).toEqual(["coding", "behavioural"]);
  expect(topicsOf(list)).toEqual(["arrays", "hashing", "stacks"]);
});

test("a surprise is a question that was not had, until all were", () => {
  const seen = new Set(["gloves", "choir", "bug"]);
  for (const random of [0, 0.5, 0.999, 1]) expect(surprise(list, seen, random)?.id).toBe("train");
  const all = new Set(ids(list));
  expect(surprise(list, all, 0)?.id).toBe("gloves");
  expect(surprise(list, all, 1)?.id).toBe("bug");
  expect(surprise([], all, 0.5)).toBeUndefined();
});
