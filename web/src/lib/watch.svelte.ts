// A running interview as somebody else follows it: what its client is told, without sound, and its code to read.
import type { ServerEvent } from "../wire/wire";
import type { SessionView } from "./api";
import { CodeDocument } from "./editor/document";
import { socketUrl } from "./socket";
import { type RoomState, reduce, roomOf } from "./state";

/** Waits before the line is opened again, in ms; the last one again and again. */
const AGAIN_MS = [500, 1_000, 2_500, 5_000];
/** Close code of an interview that is over. */
const OVER = 1000;
/** Close code when as many watch as may. */
const FULL = 4504;

/** How the line is. */
export type WatchLink = "opening" | "open" | "cut" | "full" | "over";

/** Follows one interview until it is left. */
export class Watching {
  shown: RoomState = $state.raw() as RoomState;
  link: WatchLink = $state("opening");
  /** The shared code; none before it has come, or when there is none. */
  code: CodeDocument | null = $state.raw(null);

  private socket: WebSocket | null = null;
  private document: CodeDocument | null = null;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private gone = false;

  constructor(readonly session: SessionView) {
    this.shown = roomOf(session, performance.now());
    this.open();
  }

  /** Follows it no longer. */
  leave(): void {
    this.gone = true;
    clearTimeout(this.timer);
    this.socket?.close();
    this.document?.leave();
  }

  private get path(): string {
    return `/v1/sessions/${encodeURIComponent(this.session.id)}/live`;
  }

  private open(): void {
    const socket = new WebSocket(socketUrl(this.path));
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.take(JSON.parse(data) as ServerEvent);
    };
    socket.onclose = ({ code }) => this.closed(code);
  }

  private take(event: ServerEvent): void {
    if (event.type === "x.session") {
      // Everything said so far comes again: what was shown before gives way to it.
      this.shown = roomOf(this.session, performance.now());
      this.link = "open";
      this.tries = 0;
    }
    this.shown = reduce(this.shown, event, performance.now());
    if (event.type === "x.end") this.link = "over";
    if (this.shown.coding !== null && this.document === null) this.openCode();
  }

  private openCode(): void {
    const opened = new CodeDocument(this.path, {
      link: () => {},
      closed: () => {},
      ready: () => {
        this.code = opened;
      },
    });
    this.document = opened;
  }

  private closed(code: number): void {
    if (this.gone || this.link === "over") return;
    if (code === OVER) this.link = "over";
    else if (code === FULL) this.link = "full";
    else {
      this.link = "cut";
      const wait = AGAIN_MS[Math.min(this.tries, AGAIN_MS.length - 1)];
      this.tries += 1;
      this.timer = setTimeout(() => this.open(), wait);
    }
  }
}
