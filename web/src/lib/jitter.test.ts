import { expect, test } from "vitest";
import { BUFFER_MS_MAX, JITTER_MS, JitterBuffer } from "./jitter";

/** Samples per second; one sample is one ms. */
const RATE_HZ = 1_000;
const ones = (samples: number) => new Float32Array(samples).fill(1);
function pull(buffer: JitterBuffer, samples: number) {
  const out = new Float32Array(samples).fill(9);
  const finished = buffer.pull(out);
  return { out, finished, loud: out.filter((sample) => sample !== 0).length };
}

test("waits for the jitter's worth of sound, then plays", () => {
  const buffer = new JitterBuffer(RATE_HZ);
  buffer.push("a", ones(JITTER_MS - 1));
  expect(pull(buffer, 10).loud).toBe(0);
  buffer.push("a", ones(1));
  expect(pull(buffer, 10).loud).toBe(10);
  expect(buffer.progress()).toEqual({ item: "a", samples: 10, done: false });
});

test("a short item plays as soon as its end is known, and is reported finished once", () => {
  const buffer = new JitterBuffer(RATE_HZ);
  buffer.push("a", ones(20));
  buffer.end("a");
  expect(pull(buffer, 15).finished).toEqual([]);
  expect(pull(buffer, 15).finished).toEqual([{ item: "a", samples: 20, done: true }]);
  expect(pull(buffer, 15)).toMatchObject({ finished: [], loud: 0 });
});

test("an end that comes after the last sample finishes the item too", () => {
  const buffer = new JitterBuffer(RATE_HZ);
  buffer.push("a", ones(80));
  pull(buffer, 200);
  expect(buffer.underruns).toBe(1);
  buffer.end("a");
  expect(pull(buffer, 1).finished).toEqual([{ item: "a", samples: 80, done: true }]);
});

test("a pause falls silent within the fade, keeps what waits, and goes on where it was", () => {
  const buffer = new JitterBuffer(RATE_HZ);
  buffer.push("a", ones(200));
  pull(buffer, 50);
  buffer.pause();
  expect(pull(buffer, 50).loud).toBeLessThanOrEqual(5);
  const stood = buffer.progress()?.samples ?? 0;
  expect(pull(buffer, 50).loud).toBe(0);
  expect(buffer.progress()?.samples).toBe(stood);
  expect(buffer.sounding).toBe(false);
  buffer.resume();
  pull(buffer, 200);
  buffer.end("a");
  expect(pull(buffer, 1).finished).toEqual([{ item: "a", samples: 200, done: true }]);
});

test("a flush says how far the item came, falls silent within the fade and forgets the rest", () => {
  const buffer = new JitterBuffer(RATE_HZ);
  buffer.push("a", ones(200));
  pull(buffer, 50);
  expect(buffer.flush()).toEqual({ item: "a", samples: 50, done: false });
  expect(pull(buffer, 50).loud).toBeLessThanOrEqual(5);
  expect(buffer.bufferedMs).toBe(0);
  expect(pull(buffer, 50)).toMatchObject({ finished: [], loud: 0 });
});

test("an item that comes right after a flush is heard from its start", () => {
  const buffer = new JitterBuffer(RATE_HZ);
  buffer.push("a", ones(200));
  pull(buffer, 50);
  buffer.flush();
  buffer.push("b", ones(100));
  expect(pull(buffer, 100).loud).toBe(100);
  expect(buffer.progress()).toBeNull();
});

test("a flush while paused says how far the item came, and does not keep the next one silent", () => {
  const buffer = new JitterBuffer(RATE_HZ);
  buffer.push("a", ones(200));
  pull(buffer, 50);
  buffer.pause();
  pull(buffer, 50);
  const stood = buffer.progress();
  expect(stood?.samples).toBeGreaterThanOrEqual(50);
  expect(buffer.flush()).toEqual(stood);
  buffer.push("b", ones(100));
  expect(pull(buffer, 100).loud).toBe(100);
});

test("a full buffer drops what is too much and counts it", () => {
  const buffer = new JitterBuffer(RATE_HZ);
  buffer.push("a", ones(BUFFER_MS_MAX - 5));
  buffer.push("a", ones(10));
  expect(buffer.dropped).toBe(5);
  expect(buffer.bufferedMs).toBe(BUFFER_MS_MAX);
});
