import { describe, expect, it } from "vitest";
import { type Sound, TrackFollower, Transport } from "./transport";

/** A sound that plays when it is told to, in a world whose time we make pass. */
class Fake {
  currentTime = 0;
  playbackRate = 1;
  paused = true;
  readyState = 4;
  seeking = false;
  error: MediaError | null = null;
  plays = 0;
  play(): Promise<void> {
    this.paused = false;
    this.plays++;
    return Promise.resolve();
  }
  pause(): void {
    this.paused = true;
  }
  speeds: number[] = [];
  pass(ms: number, drift = 1): void {
    this.speeds.push(this.playbackRate);
    if (!this.paused) this.currentTime += (ms / 1000) * this.playbackRate * drift;
  }
}

function world(place: (at: number) => number | null = (at) => at, duration = 60_000) {
  const sound = new Fake();
  const transport = new Transport(duration, [new TrackFollower(sound as unknown as Sound, place)]);
  let now = 0;
  const pass = (ms: number, drift = 1) => {
    for (let left = ms; left > 0; left -= 20) {
      now += 20;
      sound.pass(20, drift);
      transport.tick(now);
    }
  };
  transport.tick(now);
  return { sound, transport, pass };
}

describe("the clock", () => {
  it("passes at the speed that is asked for, and stands still when it is told to", () => {
    const { transport, pass, sound } = world();
    transport.play();
    transport.tick(0);
    pass(1_000);
    expect(transport.time).toBe(1_000);
    transport.rate = 2;
    pass(1_000);
    expect(transport.time).toBe(3_000);
    transport.pause();
    pass(1_000);
    expect(transport.time).toBe(3_000);
    expect(sound.paused).toBe(true);
  });
  it("ends at the end and begins anew from there", () => {
    const { transport, pass } = world(undefined, 1_000);
    transport.play();
    transport.tick(0);
    pass(2_000);
    expect([transport.playing, transport.time]).toEqual([false, 1_000]);
    transport.play();
    expect([transport.playing, transport.time]).toEqual([true, 0]);
  });
  it("leaves out what is to be skipped", () => {
    const { transport, pass } = world();
    transport.skip = (at) => (at >= 500 && at < 9_000 ? 9_000 : null);
    transport.play();
    transport.tick(0);
    pass(1_000);
    expect(transport.time).toBe(9_000 + 500);
  });
  it("waits for a sound that is still loading", () => {
    const { transport, pass, sound } = world();
    sound.readyState = 2;
    transport.play();
    transport.tick(0);
    pass(1_000);
    expect([transport.time, transport.waiting]).toEqual([0, true]);
    sound.readyState = 4;
    pass(40);
    expect(transport.waiting).toBe(false);
    pass(500);
    expect(transport.time).toBeGreaterThan(400);
  });
  it("does not wait for a sound that is broken or has nothing there", () => {
    const { transport, pass, sound } = world((at) => (at < 500 ? at : null));
    sound.error = {} as MediaError;
    transport.play();
    transport.tick(0);
    pass(1_000);
    expect(transport.time).toBe(1_000);
    expect(sound.plays).toBe(0);
  });
});

describe("a sound", () => {
  it("is put where the clock goes, also while nothing plays", () => {
    const { transport, sound } = world((at) => at - 1_000);
    transport.seek(31_000);
    expect(sound.currentTime).toBe(30);
    transport.seek(99_999_999);
    expect(transport.time).toBe(60_000);
  });
  it("that runs too slowly is hurried and stays with the clock", () => {
    const { transport, pass, sound } = world();
    transport.play();
    transport.tick(0);
    pass(20_000, 0.98);
    expect(Math.abs(sound.currentTime * 1000 - transport.time)).toBeLessThan(60);
    expect(Math.max(...sound.speeds)).toBeGreaterThan(1);
    expect(Math.max(...sound.speeds)).toBeLessThanOrEqual(1.06);
  });
  it("is silent in a gap and heard again behind it", () => {
    const { transport, pass, sound } = world((at) => (at < 1_000 ? at : at < 3_000 ? null : at - 2_000));
    transport.play();
    transport.tick(0);
    pass(2_000);
    expect(sound.paused).toBe(true);
    pass(2_000);
    expect(sound.paused).toBe(false);
    expect(Math.abs(sound.currentTime * 1000 - (transport.time - 2_000))).toBeLessThan(60);
  });
});
