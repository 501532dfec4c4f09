import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BrowserVoice } from "./voice";

class Utterance {
  lang = "";
  onstart: (() => void) | null = null;
  onend: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly text: string) {}
}
class Synthesis {
  said: Utterance[] = [];
  pause = vi.fn();
  resume = vi.fn();
  cancel = vi.fn();
  constructor(private readonly voices = [{}]) {}
  getVoices = () => this.voices;
  speak = (utterance: Utterance) => {
    this.said.push(utterance);
    utterance.onstart?.();
  };
}
function voice(synthesis: Synthesis | null = new Synthesis()) {
  const played: string[] = [];
  const mute = vi.fn();
  const events = {
    played: (item: string, ms: number, done: boolean) => played.push(`${item} ${ms}${done ? " done" : ""}`),
    sounding: () => {},
    mute,
  };
  return { played, mute, voice: new BrowserVoice("en", events, synthesis as never) };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("SpeechSynthesisUtterance", Utterance);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("texts are said one after another; an item is done with its last text, its time counting on", () => {
  const synthesis = new Synthesis();
  const { played, voice: mouth } = voice(synthesis);
  mouth.speak("item_1", "Hello.");
  mouth.speak("item_1", "Welcome.");
  expect(synthesis.said.map(({ text }) => text)).toEqual(["Hello."]);
  vi.advanceTimersByTime(100);
  synthesis.said[0]?.onend?.();
  vi.advanceTimersByTime(50);
  synthesis.said[1]?.onend?.();
  expect(played).toEqual(["item_1 0", "item_1 100", "item_1 100", "item_1 150 done"]);
});

test("progress is told at least four times a second, from the first sound on", () => {
  const { played, voice: mouth } = voice();
  mouth.speak("item_1", "Hello.");
  vi.advanceTimersByTime(1_000);
  expect(played[0]).toBe("item_1 0");
  expect(played.length).toBeGreaterThanOrEqual(5);
});

test("a flush falls silent, says how far it came and forgets what waits", () => {
  const synthesis = new Synthesis();
  const { played, voice: mouth } = voice(synthesis);
  mouth.speak("item_1", "Hello.");
  mouth.speak("item_1", "Welcome.");
  vi.advanceTimersByTime(120);
  mouth.flush();
  expect(synthesis.cancel).toHaveBeenCalledOnce();
  synthesis.said[0]?.onend?.();
  expect(synthesis.said.length).toBe(1);
  expect(played.at(-1)).toBe("item_1 120");
});

test("time does not pass in a pause", () => {
  const synthesis = new Synthesis();
  const { played, voice: mouth } = voice(synthesis);
  mouth.speak("item_1", "Hello.");
  vi.advanceTimersByTime(100);
  mouth.pause();
  vi.advanceTimersByTime(5_000);
  mouth.resume();
  vi.advanceTimersByTime(50);
  synthesis.said[0]?.onend?.();
  expect(played.at(-1)).toBe("item_1 150 done");
});

test("without a voice a pause is not taken for time that passed, nor is any said twice", () => {
  const { played, voice: mouth } = voice(null);
  mouth.speak("item_1", "Hello.");
  vi.advanceTimersByTime(100);
  mouth.pause();
  vi.advanceTimersByTime(5_000);
  mouth.resume();
  vi.advanceTimersByTime(1_000);
  expect(played.at(-1)).toBe("item_1 330 done");
});

test("without a voice it says so once and lets time pass as if the words were said", () => {
  const { played, mute, voice: mouth } = voice(new Synthesis([]));
  mouth.speak("item_1", "Hello.");
  mouth.speak("item_2", "Bye.");
  vi.advanceTimersByTime(1_000);
  expect(mute).toHaveBeenCalledOnce();
  expect(played.filter((line) => line.endsWith("done"))).toEqual(["item_1 330 done", "item_2 220 done"]);
});
