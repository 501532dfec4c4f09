import { expect, test } from "vitest";
import { bytesToPcm16, fromBase64, fromPcm16, pcm16Bytes, toBase64, toPcm16 } from "./framing";

test("samples beyond full scale are clipped, not wrapped", () => {
  expect([...toPcm16(Float32Array.of(-2, -1, 0, 1, 2))]).toEqual([-32768, -32768, 0, 32767, 32767]);
});

test("bytes are little-endian, and an odd last byte is left out", () => {
  expect([...pcm16Bytes(Int16Array.of(1, -2))]).toEqual([1, 0, 254, 255]);
  expect([...bytesToPcm16(Uint8Array.of(1, 0, 254, 255, 7))]).toEqual([1, -2]);
});

test("sound survives base64, however long it is", () => {
  const pcm = Int16Array.from({ length: 30_001 }, (_, i) => (i * 7919) % 65536);
  expect(bytesToPcm16(fromBase64(toBase64(pcm16Bytes(pcm))))).toEqual(pcm);
});

test("text that is not base64 is an error", () => {
  expect(() => fromBase64("*")).toThrow();
});

test("16-bit samples lie in -1..1", () => {
  expect([...fromPcm16(Int16Array.of(-32768, 0, 16384))]).toEqual([-1, 0, 0.5]);
});
