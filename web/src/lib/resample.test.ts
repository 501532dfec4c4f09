import { expect, test } from "vitest";
import { Resampler } from "./resample";

function tone(hz: number, rateHz: number, seconds: number): Float32Array {
  return Float32Array.from({ length: rateHz * seconds }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rateHz));
}
function loudness(sound: Float32Array): number {
  return Math.sqrt(sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length);
}
function inPieces(resampler: Resampler, sound: Float32Array, size: number): Float32Array {
  const out: number[] = [];
  for (let at = 0; at < sound.length; at += size) out.push(...resampler.push(sound.subarray(at, at + size)));
  return Float32Array.from(out);
}

test.each([
  [48_000, 24_000],
  [44_100, 24_000],
  [24_000, 48_000],
])("from %i Hz to %i Hz keeps the length, and the level of a voice's tone", (from, to) => {
  const out = inPieces(new Resampler(from, to), tone(1_000, from, 1), 128);
  expect(Math.abs(out.length - to)).toBeLessThan(64);
  expect(loudness(out.subarray(200, -200))).toBeCloseTo(Math.SQRT1_2, 2);
});

test("what the lower rate cannot hold is taken out, not folded back", () => {
  const out = inPieces(new Resampler(48_000, 24_000), tone(15_000, 48_000, 1), 128);
  expect(loudness(out.subarray(200, -200))).toBeLessThan(0.002);
});

test("how the input is cut into pieces does not change the output", () => {
  const sound = tone(700, 44_100, 0.25);
  const whole = inPieces(new Resampler(44_100, 24_000), sound, sound.length);
  const pieces = inPieces(new Resampler(44_100, 24_000), sound, 131);
  expect(pieces.length).toBe(whole.length);
  expect(Math.max(...pieces.map((sample, i) => Math.abs(sample - (whole[i] ?? 9))))).toBeLessThan(0.002);
});

test("equal rates change nothing", () => {
  const sound = tone(440, 24_000, 0.01);
  expect(new Resampler(24_000, 24_000).push(sound)).toEqual(sound);
});
