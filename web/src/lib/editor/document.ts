// The code as everybody in the interview has it: one shared document with a text per language, kept while the line is cut.
import { createEncoder, toUint8Array, writeVarUint } from "lib0/encoding";
import { messageYjsSyncStep2, writeSyncStep1 } from "y-protocols/sync";
import { messageSync, WebsocketProvider } from "y-websocket";
import { Doc, type Text, UndoManager } from "yjs";

/** Longest wait between tries to come back, in ms. */
const BACKOFF_MS_MAX = 2_500;

/** How long the server's answer is waited for before a run is asked for all the same, in ms. */
const SETTLE_MS_MAX = 1_000;

/** Close code of a text that is too long. As after those of y-websocket's own rule, only a person opens the document anew. */
const FULL = 4513;

/** How the document's line is. */
export type DocumentLink = "opening" | "open" | "cut" | "closed";

/** What is told of the document's line. */
export interface DocumentListener {
  link(state: DocumentLink): void;
  /** The server closed the document for good. */
  closed(code: number, reason: string): void;
  /** The document has come for the first time: now it can be written in. */
  ready(): void;
}

/** The shared document of one interview. */
export class CodeDocument {
  private readonly doc = new Doc();
  private readonly provider: WebsocketProvider;
  /** Those who wait for the server's next answer, in order. */
  private waiting: (() => void)[] = [];
  private readonly histories = new Map<string, UndoManager>();
  /** The server's text has come. */
  synced = false;

  /** `path` is the interview's, e.g. `/v1/sessions/sess_1`; the document is its `editor`. */
  constructor(path: string, listener: DocumentListener, base: string = location.href, Socket = WebSocket) {
    const url = new URL(path, base);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.provider = new WebsocketProvider(url.href, "editor", this.doc, {
      connect: false,
      disableBc: true,
      WebSocketPolyfill: Socket,
      shouldReconnect: ({ code }) => code !== FULL && !(code >= 4400 && code < 4500),
      maxBackoffTime: BACKOFF_MS_MAX,
    });
    this.provider.awareness.setLocalStateField("user", {
      name: "Candidate",
      color: "#2a6a5d",
      colorLight: "#2a6a5d33",
    });
    this.provider.on("status", ({ status }) => {
      if (status === "disconnected") {
        this.waiting = [];
        listener.link("cut");
      }
      if (status === "connected") listener.link("open");
    });
    this.provider.on("closed", ({ code, reason }) => {
      listener.link("closed");
      listener.closed(code, reason);
    });
    this.provider.on("sync", (synced: boolean) => {
      if (!synced || this.synced) return;
      this.synced = true;
      listener.ready();
    });
    this.hearAnswers();
    this.provider.connect();
  }

  /**
   * The server has all that was written before. A run is asked for on another line than the code travels on, and must
   * not overtake it: the server is asked for its state, and its answer comes after it has read everything.
   */
  settled(): Promise<void> {
    const { ws, wsconnected } = this.provider;
    if (ws === null || !wsconnected || !this.provider.synced) return Promise.resolve();
    const encoder = createEncoder();
    writeVarUint(encoder, messageSync);
    writeSyncStep1(encoder, this.doc);
    ws.send(toUint8Array(encoder));
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      setTimeout(resolve, SETTLE_MS_MAX);
    });
  }

  /** Cursors of all who are there. */
  get awareness(): WebsocketProvider["awareness"] {
    return this.provider.awareness;
  }

  /** The text of a language. */
  text(language: string): Text {
    return this.doc.getText(language);
  }

  /** Length of all texts, in UTF-16 units. */
  get units(): number {
    return [...this.doc.share.keys()].reduce((sum, language) => sum + this.text(language).length, 0);
  }

  /**
   * What was done in a language's text on this page, to be undone; kept while another language is shown. Who comes back to
   * a text undoes what they write from now on apart from what they wrote before, however quickly they came back.
   */
  history(language: string): UndoManager {
    const known = this.histories.get(language);
    if (known) {
      known.stopCapturing();
      return known;
    }
    const made = new UndoManager(this.text(language));
    this.histories.set(language, made);
    return made;
  }

  /** Tries the line again now. */
  retry(): void {
    if (!this.provider.wsconnected) this.provider.connect();
  }

  private hearAnswers(): void {
    const handlers = this.provider.messageHandlers;
    const sync = handlers[messageSync];
    if (sync === undefined) return;
    handlers[messageSync] = (encoder, decoder, provider, emitSynced, type) => {
      const answers = decoder.arr[decoder.pos] === messageYjsSyncStep2 && provider.synced;
      sync(encoder, decoder, provider, emitSynced, type);
      if (answers) this.waiting.shift()?.();
    };
  }

  /** Leaves: the line is closed, the text stays readable. */
  leave(): void {
    this.provider.destroy();
  }
}
