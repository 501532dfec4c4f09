// The review as it is shown: what was fetched, and the clock that all its parts follow.
import type { Metrics, NoteView, ReviewView, ScoresView, Voice } from "../../wire/review";
import type { Scorecard } from "../../wire/scorecard";
import { address, scorecard, session } from "../api";
import { holding, onTrack, placeOf, silences, step, timeOf, voices } from "./clock";
import { CodePlayer } from "./code";
import { happenings } from "./feed";
import * as fetching from "./fetch";
import { utteranceAt, type Word, wordsOf } from "./said";
import { TrackFollower, Transport } from "./transport";
import { type Wave, wave } from "./wave";

/** How far arrows go, in ms. */
const STEP_MS = 5_000;
/** The scorecard comes after the recording; it is asked for so often, once a second. */
const CARD_ASKS_MAX = 60;

/** The lines that a claim of the scorecard is about. */
export interface Pointed {
  seq: number;
  from: number;
  to: number;
}

/** A review with its player. */
export class Player {
  /** The present on the interview's clock, in ms; follows the transport while it is drawn. */
  at = $state(0);
  playing = $state(false);
  waiting = $state(false);
  rate = $state(1);
  skipping = $state(false);
  silenced: Record<Voice, boolean> = $state({ candidate: false, interviewer: false });
  waves: Partial<Record<Voice, Wave>> = $state.raw({});
  metrics: Metrics | null = $state.raw(null);
  card: Scorecard | null = $state.raw(null);
  /** Why there is no scorecard; empty while there may be one. */
  noCard = $state("");
  scores: ScoresView | null = $state.raw(null);
  notes: NoteView[] = $state.raw([]);
  /** Lines shown as a claim cites them, until the clock moves on. */
  pointed: Pointed | null = $state.raw(null);
  /** Counts jumps: what follows the clock goes where it went, even if the reader has scrolled away. */
  jumps = $state(0);

  /** Whoever looks is the candidate. */
  readonly own: boolean;
  /** What the voices are called: the candidate's is one's own, or somebody's. */
  readonly names: Record<Voice, string>;
  readonly code: CodePlayer | null;
  readonly hasSound: boolean;
  private readonly sounds: Partial<Record<Voice, HTMLAudioElement>> = {};
  private readonly transport: Transport;
  private readonly quiet;
  private frame = 0;

  readonly happenings = $derived.by(() => happenings(this.review, this.notes));
  /** The utterance being heard, by its place; -1: none. */
  readonly saying = $derived.by(() => utteranceAt(this.review.utterances, this.at));
  readonly words = $derived.by(() => {
    const said = this.review.utterances[this.saying];
    return said === undefined ? [] : wordsOf(said);
  });
  /** The word being heard. */
  readonly word: Word | undefined = $derived.by(() => this.words.findLast(({ at }) => at <= this.at));

  constructor(
    readonly id: string,
    readonly review: ReviewView,
  ) {
    this.own = review.may.includes("score_self");
    this.names = { candidate: this.own ? "You" : "Candidate", interviewer: "Interviewer" };
    this.notes = review.notes;
    this.code = review.code === null ? null : new CodePlayer(review.code);
    this.hasSound = review.tracks.length > 0;
    this.quiet = silences(voices(review), review.duration_ms);
    const followers = review.tracks.map((track) => {
      const sound = new Audio();
      sound.preload = "auto";
      sound.src = address("/v1/sessions/{id}/recording/{file}", { id, file: track.file });
      this.sounds[track.voice] = sound;
      return new TrackFollower(sound, (at) => onTrack(track, at));
    });
    const skip = (at: number) => (this.skipping ? (holding(this.quiet, at)?.to ?? null) : null);
    this.transport = new Transport(review.duration_ms, followers, skip);
    const draw = (now: number) => {
      this.frame = requestAnimationFrame(draw);
      this.transport.tick(now);
      this.told();
    };
    this.frame = requestAnimationFrame(draw);
    this.go(timeOf(location.hash) ?? 0, false);
    void this.fetch();
  }

  /** Lets go of the sounds. */
  destroy(): void {
    cancelAnimationFrame(this.frame);
    for (const sound of Object.values(this.sounds)) {
      sound.pause();
      sound.removeAttribute("src");
      sound.load();
    }
  }

  /** Goes to a time; `play` says whether it is played from there, none: as before. */
  go(at: number, play?: boolean): void {
    this.pointed = null;
    this.transport.seek(at);
    if (play === true) this.transport.play();
    if (play === false) this.transport.pause();
    this.jumps++;
    this.told();
  }

  /** Goes to a time that has an address, and plays from there. */
  visit(at: number, pointed: Pointed | null = null): void {
    history.replaceState(history.state, "", placeOf(at));
    // A moment before it, to hear what leads there.
    this.go(at, pointed === null);
    this.pointed = pointed;
  }

  toggle(): void {
    if (this.transport.playing) this.transport.pause();
    else this.transport.play();
    this.pointed = null;
    this.told();
  }

  by(ms: number): void {
    this.go(this.transport.time + ms);
  }

  /** To the next turn of either, or back. */
  turn(forward: boolean): void {
    const to = step(this.turns(), this.transport.time, forward);
    if (to !== null) this.go(to);
    else if (!forward) this.go(0);
  }

  setRate(rate: number): void {
    this.rate = rate;
    this.transport.rate = rate;
  }

  silence(voice: Voice, silent: boolean): void {
    this.silenced[voice] = silent;
    const sound = this.sounds[voice];
    if (sound !== undefined) sound.muted = silent;
  }

  /** Keys of the player; answers whether the key was one. */
  key(key: string): boolean {
    const keys: Record<string, () => void> = {
      " ": () => this.toggle(),
      k: () => this.toggle(),
      ArrowLeft: () => this.by(-STEP_MS),
      ArrowRight: () => this.by(STEP_MS),
      "[": () => this.turn(false),
      "]": () => this.turn(true),
      s: () => (this.skipping = !this.skipping),
    };
    const act = keys[key];
    act?.();
    return act !== undefined;
  }

  async addNote(text: string, at_ms: number, published: boolean): Promise<void> {
    const note = await fetching.addNote(this.id, { at_ms: Math.round(at_ms), text, published });
    this.notes = [...this.notes, note].sort((one, other) => one.at_ms - other.at_ms);
  }

  async changeNote(id: string, change: { text?: string; published?: boolean }): Promise<void> {
    const note = await fetching.changeNote(this.id, id, change);
    this.notes = this.notes.map((known) => (known.id === id ? note : known));
  }

  async deleteNote(id: string): Promise<void> {
    await fetching.deleteNote(this.id, id);
    this.notes = this.notes.filter((note) => note.id !== id);
  }

  async score(as: "self" | "coach", bands: Record<string, number>): Promise<void> {
    this.scores = await fetching.score(this.id, as, bands);
  }

  /** Beginnings of what was said without the other in between. */
  private turns(): number[] {
    const { utterances } = this.review;
    const starts = utterances.filter(({ voice }, i) => i === 0 || voice !== utterances[i - 1]?.voice);
    return starts.map(({ from_ms }) => from_ms);
  }

  private told(): void {
    const { time, playing, waiting } = this.transport;
    this.at = time;
    this.playing = playing;
    this.waiting = waiting;
    if (playing && this.pointed !== null) this.pointed = null;
  }

  private async fetch(): Promise<void> {
    void fetching.metrics(this.id).then(
      (found) => (this.metrics = found),
      () => {},
    );
    for (const { voice } of this.review.tracks)
      void fetching.peaks(this.id, voice).then(
        (found) => (this.waves = { ...this.waves, [voice]: wave(found) }),
        () => {},
      );
    for (let ask = 0; ask < CARD_ASKS_MAX; ask++) {
      try {
        const { results } = await session(this.id);
        if (results.scorecard === "none") {
          this.noCard = "This interview is not scored: its kind has no rubric, or nothing could be judged.";
          return;
        }
        if (results.scorecard === "ready") {
          [this.card, this.scores] = await Promise.all([scorecard(this.id), fetching.scores(this.id)]);
          return;
        }
      } catch {
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    this.noCard = "There is no scorecard yet. Load this page again in a while.";
  }
}
