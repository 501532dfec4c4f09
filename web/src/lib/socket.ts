// The line to the interview: numbers what the page says, comes back by itself after a cut, says again what was not heard.
import type { ClientMessage, ServerEvent } from "../wire/wire";
import { pcm16Bytes, toBase64 } from "./framing";

/** Events kept to be said again after a cut. When full the oldest goes: the server has most likely long had it. */
export const KEPT_MAX = 512;
/** Wait before the first try to come back; doubled for each further one. */
export const BACKOFF_MS_MIN = 250;
/** Longest wait between tries: an interview is worth a try every few seconds. */
export const BACKOFF_MS_MAX = 5_000;
/** A try that has not opened by then is given up. */
const CONNECT_MS_MAX = 8_000;
/** How long the server's `x.session` is waited for before speaking. */
const JOIN_MS_MAX = 3_000;
/** Unsent bytes above which sound is dropped: about three seconds of it, which nobody would want late. */
export const UNSENT_BYTES_MAX = 200_000;
/** A line that has not moved for so long is cut, to come back on a new one. */
const STUCK_MS_MAX = 8_000;

/** Close code: another socket took the interview over. */
export const TAKEN_OVER = 4001;
/** Close code: a hundred events in error in a row. */
const TOO_MANY_ERRORS = 4003;

/** How the line is. */
export type Link =
  | { state: "connecting"; attempt: number }
  | { state: "open" }
  /** Cut; the next try is in `retryMs`. */
  | { state: "waiting"; attempt: number; retryMs: number }
  /** The server sent us away; only a person should try again. */
  | { state: "refused"; code: number; reason: string }
  /** The interview is no longer there. */
  | { state: "gone" }
  | { state: "closed" };

/** The part of a WebSocket that is used. */
export interface SocketLike {
  readonly bufferedAmount: number;
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number; reason: string }) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
}

/** What the line needs of the world, so that tests can stand in for it. */
export interface World {
  open(url: string): SocketLike;
  after(ms: number, run: () => void): () => void;
  now(): number;
  /** 0..1 */
  random(): number;
}

/** Whom the line talks to. */
export interface Listener {
  event(event: ServerEvent): void;
  /** A binary frame of sound. */
  sound(bytes: ArrayBuffer): void;
  link(link: Link): void;
  /** Sound is being dropped because the line is too slow, or no longer. */
  slow(on: boolean): void;
  /** Asked after a try that never opened: is the interview still there? */
  alive(): Promise<boolean | "unknown">;
}

/** A server's event as it arrives. */
type Numbered = ServerEvent & { event_id?: string };

interface Kept {
  /** Given when first sent; none before. */
  number: number | null;
  event: ClientMessage;
}

/** One interview's line. */
export class VoiceSocket {
  private socket: SocketLike | null = null;
  private joined = false;
  private attempt = 0;
  private kept: Kept[] = [];
  private next = 1;
  private lastSeen: string | null = null;
  private cancelTimer: () => void = () => {};
  private slowSince: number | null = null;
  private stopped = false;

  /** `path` is where the socket is, with its session, without a host. */
  constructor(
    private readonly url: string,
    private readonly listener: Listener,
    private readonly world: World = browserWorld,
  ) {}

  /** Opens the line, or tries again at once when it waits. */
  connect(): void {
    this.cancelTimer();
    if (this.socket !== null) return;
    this.stopped = false;
    this.listener.link({ state: "connecting", attempt: this.attempt });
    const socket = this.world.open(this.address());
    this.socket = socket;
    this.joined = false;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.arm(JOIN_MS_MAX, () => this.join(null));
    };
    socket.onmessage = ({ data }) => this.take(data);
    socket.onclose = ({ code, reason }) => this.lost(socket, opened, code, reason);
    this.arm(CONNECT_MS_MAX, () => socket.close());
  }

  /** Says an event, now or as soon as the line is back. */
  send(event: ClientMessage): void {
    this.kept = this.kept.filter((old) => !supersedes(event, old.event));
    const entry: Kept = { number: null, event };
    this.kept.push(entry);
    if (this.kept.length > KEPT_MAX) this.kept.shift();
    if (this.joined) this.say(entry);
  }

  /** Sends sound of the microphone. Without a line it is dropped: late sound is worse than none. */
  sendSound(pcm: Int16Array): void {
    const socket = this.socket;
    if (socket === null || !this.joined) return;
    if (socket.bufferedAmount > UNSENT_BYTES_MAX) return this.stall(socket);
    if (this.slowSince !== null) {
      this.slowSince = null;
      this.listener.slow(false);
    }
    socket.send(JSON.stringify({ type: "input_audio_buffer.append", audio: toBase64(pcm16Bytes(pcm)) }));
  }

  /** Ends the line for good. */
  close(): void {
    this.stopped = true;
    this.cancelTimer();
    const socket = this.socket;
    this.socket = null;
    this.joined = false;
    socket?.close(1000);
    this.listener.link({ state: "closed" });
  }

  private address(): string {
    return this.lastSeen === null ? this.url : `${this.url}&after=${encodeURIComponent(this.lastSeen)}`;
  }

  private take(data: unknown): void {
    if (data instanceof ArrayBuffer) return this.listener.sound(data);
    if (typeof data !== "string") return;
    let event: Numbered;
    try {
      event = JSON.parse(data) as Numbered;
    } catch {
      return;
    }
    if (event.event_id !== undefined) this.lastSeen = event.event_id;
    if (event.type === "x.session" && !this.joined) this.join(event.last_client_event ?? null);
    if (event.type === "x.ack") this.forget(event.last_client_event);
    this.listener.event(event);
  }

  /** The server listens: forget what it has had, say the rest in order. */
  private join(applied: number | null): void {
    this.cancelTimer();
    this.joined = true;
    this.attempt = 0;
    this.slowSince = null;
    if (applied !== null) this.forget(applied);
    this.listener.link({ state: "open" });
    for (const entry of this.kept) this.say(entry);
  }

  /** The server has had everything up to this number. */
  private forget(applied: number): void {
    this.next = Math.max(this.next, applied + 1);
    this.kept = this.kept.filter(({ number }) => number === null || number > applied);
  }

  private say(entry: Kept): void {
    entry.number ??= this.next++;
    this.socket?.send(JSON.stringify({ event_id: `c_${entry.number}`, ...entry.event }));
  }

  private stall(socket: SocketLike): void {
    const now = this.world.now();
    if (this.slowSince === null) {
      this.slowSince = now;
      this.listener.slow(true);
    } else if (now - this.slowSince > STUCK_MS_MAX) this.lost(socket, true, 1006, "stuck");
  }

  private lost(socket: SocketLike, opened: boolean, code: number, reason: string): void {
    if (this.socket !== socket) return;
    this.cancelTimer();
    this.socket = null;
    this.joined = false;
    socket.close();
    if (this.stopped) return;
    if (isRefusal(code)) return this.listener.link({ state: "refused", code, reason });
    if (opened) return this.retry();
    void this.listener.alive().then((alive) => {
      if (this.stopped || this.socket !== null) return;
      if (alive === false) this.listener.link({ state: "gone" });
      else this.retry();
    });
  }

  private retry(): void {
    const attempt = this.attempt++;
    const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** attempt);
    // Between half and all of it, so that many pages do not come back at the same moment.
    const retryMs = Math.round(ceiling * (0.5 + 0.5 * this.world.random()));
    this.listener.link({ state: "waiting", attempt: this.attempt, retryMs });
    this.arm(retryMs, () => this.connect());
  }

  private arm(ms: number, run: () => void): void {
    this.cancelTimer();
    this.cancelTimer = this.world.after(ms, run);
  }
}

/** `event` makes saying `old` needless: newer words of the same breath, a later report on the same item. */
function supersedes(event: ClientMessage, old: ClientMessage): boolean {
  if (event.type === "x.playout" && old.type === "x.playout") return event.item_id === old.item_id && !old.done;
  if (event.type === "x.transcript" && old.type === "x.transcript") return !old.final;
  return false;
}

/** Codes after which coming back by itself would do harm: another window has the interview, or all we say is in error. */
function isRefusal(code: number): boolean {
  return code === TAKEN_OVER || code === TOO_MANY_ERRORS;
}

/** Where the voice socket of a session is. */
export function socketUrl(path: string, base: string = location.href): string {
  const url = new URL(path, base);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

const browserWorld: World = {
  open(url) {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    return socket as unknown as SocketLike;
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  now: () => performance.now(),
  random: Math.random,
};
