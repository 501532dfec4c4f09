import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Recogniser, recognitionClass } from "./recogniser";

type Results = { final: boolean; text: string }[];
class Engine {
  static made: Engine[] = [];
  continuous = false;
  interimResults = false;
  lang = "";
  onresult: ((event: never) => void) | null = null;
  onerror: ((event: { error: string }) => void) | null = null;
  onend: (() => void) | null = null;
  start = vi.fn();
  abort = vi.fn();
  constructor() {
    Engine.made.push(this);
  }
  hear(results: Results, resultIndex = 0): void {
    const list = results.map(({ final, text }) => ({ isFinal: final, 0: { transcript: text } }));
    this.onresult?.({ resultIndex, results: list } as never);
  }
}
const newest = () => Engine.made.at(-1) as Engine;

function recogniser() {
  const words: string[] = [];
  const problems: string[] = [];
  const events = {
    words: (text: string, final: boolean) => words.push(final ? `${text}.` : text),
    problem: (problem: string) => problems.push(problem),
  };
  return { words, problems, recogniser: new Recogniser("en", events, Engine as never) };
}

beforeEach(() => {
  Engine.made = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test("partial words are told as they change, final ones once", () => {
  const { words, recogniser: ears } = recogniser();
  ears.start();
  newest().hear([{ final: false, text: "I" }]);
  newest().hear([{ final: false, text: "I" }]);
  newest().hear([{ final: false, text: "I would" }]);
  newest().hear([{ final: true, text: " I would sort " }]);
  expect(words).toEqual(["I", "I would", "I would sort."]);
});

test("when the browser stops by itself, its last words are settled and it listens again", () => {
  const { words, recogniser: ears } = recogniser();
  ears.start();
  newest().hear([{ final: false, text: "and then" }]);
  newest().onend?.();
  expect(words).toEqual(["and then", "and then."]);
  vi.runAllTimers();
  expect(Engine.made.length).toBe(2);
  expect(newest().start).toHaveBeenCalledOnce();
});

test("told to stop, it stays stopped", () => {
  const { recogniser: ears } = recogniser();
  ears.start();
  const engine = newest();
  ears.stop();
  engine.onend?.();
  vi.runAllTimers();
  expect(engine.abort).toHaveBeenCalledOnce();
  expect(Engine.made.length).toBe(1);
});

test.each([
  ["not-allowed", "denied"],
  ["service-not-allowed", "denied"],
  ["language-not-supported", "language"],
])("%s ends it with a problem to show", (error, problem) => {
  const { problems, recogniser: ears } = recogniser();
  ears.start();
  newest().onerror?.({ error });
  newest().onend?.();
  vi.runAllTimers();
  expect(problems).toEqual([problem]);
  expect(Engine.made.length).toBe(1);
});

test("a network failure is forgiven twice in a row, silence always", () => {
  const { problems, recogniser: ears } = recogniser();
  ears.start();
  for (const error of ["no-speech", "network", "no-speech", "network"]) {
    newest().onerror?.({ error });
    newest().onend?.();
    vi.runAllTimers();
  }
  expect(problems).toEqual([]);
  newest().onerror?.({ error: "network" });
  expect(problems).toEqual(["unreachable"]);
});

test("a browser without recognition says so", () => {
  const problems: string[] = [];
  const events = { words: () => {}, problem: (problem: string) => problems.push(problem) };
  new Recogniser("en", events, recognitionClass({})).start();
  expect(problems).toEqual(["unsupported"]);
});
