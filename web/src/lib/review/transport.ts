// Plays an interview: a clock of its own, and sounds that follow it.
//
// There are two tracks and no mixed one: it would double what is stored, encrypted and deleted, would have to be made before the first
// note is heard, and neither voice could be silenced. Two audio elements drift, so none of them is the clock: the clock is ours,
// each sound is kept near it, and the clock waits while one of them is still loading.

/** Something that is heard along the clock. */
export interface Follower {
  /** Is heard as of this time of the clock, or is silent. Answers whether it can be. */
  follow(at: number, rate: number, playing: boolean): boolean;
}

/** Speeds to choose from. */
export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4] as const;

/** A sound further off than this, in ms, is put where it belongs. */
const FAR_MS = 200;
/** A sound further off than this is hurried or held back a little, until it is near enough. */
const [OFF_MS, NEAR_MS] = [40, 8];
/** At most by so much of its speed: less than ears notice in a voice. */
const HURRY_MAX = 0.06;

/** The clock. Its owner calls [`Transport.tick`] for each frame that is drawn. */
export class Transport {
  playing = false;
  rate = 1;
  /** A sound is not there yet; the clock waits for it. */
  waiting = false;
  private at = 0;
  private ticked: number | null = null;

  constructor(
    readonly duration: number,
    private readonly followers: Follower[],
    /** Stretches to leave out; none: nothing is left out. */
    public skip: (at: number) => number | null = () => null,
  ) {}

  /** The present, in ms. */
  get time(): number {
    return this.at;
  }

  /** Goes to a time. */
  seek(at: number): void {
    this.at = Math.min(Math.max(0, at), this.duration);
    this.align();
  }

  /** Plays on; from the beginning when it had come to its end. */
  play(): void {
    if (this.at >= this.duration) this.at = 0;
    this.playing = true;
    this.ticked = null;
    this.align();
  }

  /** Stands still. */
  pause(): void {
    this.playing = false;
    this.align();
  }

  /** Moves the clock to `now`, a time in ms that only grows. */
  tick(now: number): void {
    const passed = this.ticked === null ? 0 : now - this.ticked;
    this.ticked = now;
    if (!this.playing) return;
    // A page that was hidden is drawn again after a long while: sounds went on meanwhile, and the clock with them.
    if (!this.waiting) this.at = Math.min(this.at + passed * this.rate, this.duration);
    const to = this.skip(this.at);
    if (to !== null && to > this.at) this.at = to;
    if (this.at >= this.duration) this.playing = false;
    this.align();
  }

  private align(): void {
    const able = this.followers.map((follower) => follower.follow(this.at, this.rate, this.playing));
    this.waiting = this.playing && able.includes(false);
  }
}

/** As much of an audio element as is needed. */
export type Sound = Pick<
  HTMLAudioElement,
  "currentTime" | "playbackRate" | "paused" | "readyState" | "error" | "play" | "pause" | "seeking"
>;

/** Enough is there to play on. */
const HAVE_FUTURE_DATA = 3;

/** Lets a track's sound follow the clock; `place` says where on the track a time is, in ms. */
export class TrackFollower implements Follower {
  private hurried = false;

  constructor(
    private readonly sound: Sound,
    private readonly place: (at: number) => number | null,
  ) {}

  follow(at: number, rate: number, playing: boolean): boolean {
    const { sound } = this;
    const wanted = this.place(at);
    if (wanted === null || sound.error !== null) {
      if (!sound.paused) sound.pause();
      return true;
    }
    const off = sound.currentTime * 1000 - wanted;
    if (!sound.seeking && Math.abs(off) > (playing ? FAR_MS * Math.max(1, rate) : 1)) sound.currentTime = wanted / 1000;
    this.hurried = playing && Math.abs(off) > (this.hurried ? NEAR_MS : OFF_MS);
    const hurry = this.hurried ? Math.min(Math.max(-off / 1000, -HURRY_MAX), HURRY_MAX) : 0;
    const speed = rate * (1 + hurry);
    if (sound.playbackRate !== speed) sound.playbackRate = speed;
    if (playing && sound.paused) void sound.play().catch(() => {});
    if (!playing && !sound.paused) sound.pause();
    return sound.readyState >= HAVE_FUTURE_DATA && !sound.seeking;
  }
}
