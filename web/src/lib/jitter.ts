// The playback buffer: takes sound as it comes in bursts, gives it out evenly, counts what was played of each item.
// Pure; runs inside the playback worklet.

/** Sound gathered before playing starts, and again after running dry. Too low crackles on a bad line, too high answers late. */
export const JITTER_MS = 60;
/** Most sound kept. The server sends 0.3 s ahead; what comes beyond this is dropped and counted. */
export const BUFFER_MS_MAX = 30_000;
/** Fade at a stop and at a start within sound, so that neither clicks. */
const FADE_MS = 5;

/** How far an item has been played. */
export interface Progress {
  item: string;
  /** Samples given out so far. */
  samples: number;
  /** All of it was given out. */
  done: boolean;
}

interface Piece {
  item: string;
  sound: Float32Array;
  /** Samples of `sound` already given out. */
  used: number;
}

/** One stream of items' sound. */
export class JitterBuffer {
  /** Samples dropped because the buffer was full. */
  dropped = 0;
  /** Times that sound ran out in the middle of an item. */
  underruns = 0;
  private pieces: Piece[] = [];
  private buffered = 0;
  private readonly ended = new Set<string>();
  private readonly played = new Map<string, number>();
  private paused = false;
  private started = false;
  /** The last sample given out was not an item's last. */
  private midItem = false;
  private finished: Progress[] = [];
  /** Loudness now: goes to 0 before a stop, back to 1 after a start. */
  private gain = 1;
  private flushing = false;
  private readonly fadeStep: number;

  /** Rate in samples per second of the sound pushed and pulled. */
  constructor(private readonly rateHz: number) {
    this.fadeStep = 1 / ((rateHz * FADE_MS) / 1000);
  }

  /** Sound waiting, in ms. */
  get bufferedMs(): number {
    return (this.buffered * 1000) / this.rateHz;
  }

  /** More sound of an item. */
  push(item: string, sound: Float32Array): void {
    if (this.flushing) this.clear();
    const room = Math.max(0, (BUFFER_MS_MAX * this.rateHz) / 1000 - this.buffered);
    const kept = sound.length > room ? sound.subarray(0, room) : sound;
    this.dropped += sound.length - kept.length;
    if (kept.length === 0) return;
    this.pieces.push({ item, sound: kept, used: 0 });
    this.buffered += kept.length;
  }

  /** No more sound of this item will come. */
  end(item: string): void {
    this.ended.add(item);
    this.settle(item);
  }

  /** Silence at once (within the fade); what waits is kept. */
  pause(): void {
    this.paused = true;
  }

  /** Go on where it was paused. */
  resume(): void {
    this.paused = false;
  }

  /** Silence at once (within the fade) and forget what waits. Says how far the interrupted item came. */
  flush(): Progress | null {
    const reached = this.progress();
    const item = reached?.item;
    // Already silent, or nothing left to fade out: nothing to wait for.
    if (!this.started || this.gain === 0 || item === undefined) this.clear();
    else this.flushing = true;
    this.paused = false;
    return reached;
  }

  /** Fills `out`, with silence where there is no sound. Returns the items whose last sample has been given out. */
  pull(out: Float32Array): Progress[] {
    let at = 0;
    if (!this.started) this.started = this.ready();
    while (at < out.length && this.started) {
      const piece = this.pieces[0];
      if (piece === undefined) break;
      const stopping = this.paused || this.flushing;
      if (stopping && this.gain === 0) break;
      const count = Math.min(out.length - at, piece.sound.length - piece.used);
      const given = this.give(piece, out, at, count, stopping);
      at += given;
      this.buffered -= given;
      this.played.set(piece.item, (this.played.get(piece.item) ?? 0) + given);
      this.midItem = true;
      if (piece.used < piece.sound.length) continue;
      this.pieces.shift();
      this.settle(piece.item);
    }
    out.fill(0, at);
    if (this.flushing && (this.gain === 0 || this.pieces.length === 0)) this.clear();
    if (this.started && this.pieces.length === 0 && at < out.length) {
      if (this.midItem) this.underruns++;
      this.started = false;
    }
    return this.finished.splice(0);
  }

  /** How far the item at the head has come. */
  progress(): Progress | null {
    const item = this.pieces[0]?.item;
    return item === undefined ? null : { item, samples: this.played.get(item) ?? 0, done: false };
  }

  /** Sound is being given out right now. */
  get sounding(): boolean {
    return this.started && this.pieces.length > 0 && !(this.paused && this.gain === 0);
  }

  private ready(): boolean {
    const head = this.pieces[0];
    if (head === undefined || this.paused) return false;
    return this.bufferedMs >= JITTER_MS || this.ended.has(head.item);
  }

  private give(piece: Piece, out: Float32Array, at: number, count: number, stopping: boolean): number {
    for (let i = 0; i < count; i++) {
      this.gain = Math.max(0, Math.min(1, this.gain + (stopping ? -this.fadeStep : this.fadeStep)));
      out[at + i] = (piece.sound[piece.used++] ?? 0) * this.gain;
      if (stopping && this.gain === 0) return i + 1;
    }
    return count;
  }

  /** Notes an item as finished once its end is known and none of its sound waits. */
  private settle(item: string): void {
    if (!this.ended.has(item) || this.pieces.some((piece) => piece.item === item)) return;
    this.ended.delete(item);
    this.midItem = false;
    const samples = this.played.get(item);
    this.played.delete(item);
    if (samples !== undefined) this.finished.push({ item, samples, done: true });
  }

  private clear(): void {
    this.pieces = [];
    this.buffered = 0;
    this.ended.clear();
    this.played.clear();
    this.finished = [];
    this.started = false;
    this.midItem = false;
    this.flushing = false;
    this.gain = 1;
  }
}
