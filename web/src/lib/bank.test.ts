import { expect, test } from "vitest";
import type { QuestionRow } from "./api";
import { ANY, fitting, kindsOf, surprise, topicsOf } from "./bank";

const list: QuestionRow[] = [
  {
    id: "gloves",
    title: "Gloves",
    kind: "coding",
    difficulty: 1,
    topics: ["hashing", "arrays"],
    minutes: 20,
    had: false,
  },
  { id: "choir", title: "Choir", kind: "coding", difficulty: 3, topics: ["arrays"], minutes: 20, had: false },
  { id: "train", title: "Train", kind: "coding", difficulty: 5, topics: ["stacks"], minutes: 20, had: false },
  { id: "bug", title: "Bug", kind: "behavioural", difficulty: 2, topics: [], minutes: 15, had: false },
];
const ids = (found: QuestionRow[]) => found.map(({ id }) => id);

test("an empty filter fits every question", () => {
  expect(fitting(list, ANY)).toEqual(list);
});

test("kind, topic and difficulty narrow the list together", () => {
  expect(ids(fitting(list, { ...ANY, kind: "coding" }))).toEqual(["gloves", "choir", "train"]);
  expect(ids(fitting(list, { ...ANY, topic: "arrays" }))).toEqual(["gloves", "choir"]);
  expect(ids(fitting(list, { ...ANY, difficulty: "easy" }))).toEqual(["gloves", "bug"]);
  expect(ids(fitting(list, { ...ANY, kind: "coding", topic: "arrays", difficulty: "medium" }))).toEqual(["choir"]);
  expect(fitting(list, { ...ANY, kind: "behavioural", topic: "stacks", difficulty: "" })).toEqual([]);
});

test("each kind and topic is on offer once", () => {
  expect(kindsOf(list)).toEqual(["coding", "behavioural"]);
  expect(topicsOf(list)).toEqual(["arrays", "hashing", "stacks"]);
});

test("every word that is looked for must be there, in whatever form it is written", () => {
  const found = (words: string) => ids(fitting(list, { ...ANY, words }));
  expect(found("  ARRAYS ")).toEqual(["gloves", "choir"]);
  expect(found("arr chóir")).toEqual(["choir"]);
  expect(found("gloves stacks")).toEqual([]);
  const design = { id: "short", title: "Short links", kind: "system-design" as const, topics: ["load-balancing"] };
  expect(
    ids(fitting([{ ...design, difficulty: 3, minutes: 45, had: false }], { ...ANY, words: "system load balancing" })),
  ).toEqual(["short"]);
});

test("a surprise is a question that was not had, and none when all were", () => {
  const seen = (...ids: string[]) => list.map((one) => ({ ...one, had: ids.includes(one.id) }));
  for (const random of [0, 0.5, 0.999, 1]) expect(surprise(seen("gloves", "choir", "bug"), random)?.id).toBe("train");
  expect(surprise(seen(...ids(list)), 0.5)).toBeUndefined();
  expect(surprise([], 0.5)).toBeUndefined();
  expect(surprise(list, 1)?.id).toBe("bug");
});
