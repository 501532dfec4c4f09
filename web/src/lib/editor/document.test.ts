import { createDecoder, readVarUint } from "lib0/decoding";
import { createEncoder, length, toUint8Array, writeVarUint } from "lib0/encoding";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readSyncMessage, writeSyncStep1 } from "y-protocols/sync";
import { Doc } from "yjs";
import { CodeDocument, type DocumentLink } from "./document";

/** A server that speaks the protocol, and the sockets that lead to it. */
class Server {
  readonly doc = new Doc();
  readonly urls: string[] = [];
  open: Socket[] = [];
  /** Answers are held back while false. */
  answers = true;
  private held: (() => void)[] = [];

  /** As servers of this protocol do: a socket that opens is asked what it has. */
  greet(socket: Socket): void {
    this.open.push(socket);
    const encoder = createEncoder();
    writeVarUint(encoder, 0);
    writeSyncStep1(encoder, this.doc);
    socket.onmessage?.({ data: toUint8Array(encoder).slice().buffer });
  }

  take(socket: Socket, bytes: Uint8Array): void {
    const decoder = createDecoder(bytes);
    if (readVarUint(decoder) !== 0) return;
    const encoder = createEncoder();
    writeVarUint(encoder, 0);
    readSyncMessage(decoder, encoder, this.doc, this);
    if (length(encoder) <= 1) return;
    const answer = () => socket.onmessage?.({ data: toUint8Array(encoder).slice().buffer });
    if (this.answers) answer();
    else this.held.push(answer);
  }

  release(): void {
    for (const answer of this.held.splice(0)) answer();
  }

  cut(code = 1006, reason = ""): void {
    for (const socket of this.open.splice(0)) socket.onclose?.({ code, reason });
  }
}

let server: Server;

class Socket {
  static readonly OPEN = 1;
  readonly OPEN = 1;
  readyState = 0;
  binaryType = "";
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((close: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(url: string) {
    server.urls.push(url);
    setTimeout(() => {
      this.readyState = 1;
      this.onopen?.();
      server.greet(this);
    }, 5);
  }

  send(bytes: Uint8Array): void {
    server.take(this, bytes);
  }

  close(): void {
    this.readyState = 3;
  }
}

function opened() {
  const links: DocumentLink[] = [];
  const closed: string[] = [];
  let ready = 0;
  const listener = {
    link: (link: DocumentLink) => void links.push(link),
    closed: (code: number, reason: string) => void closed.push(`${code} ${reason}`),
    ready: () => {
      ready += 1;
    },
  };
  const socket = Socket as unknown as typeof WebSocket;
  const document = new CodeDocument("/v1/sessions/sess_1", listener, "http://viva.test/", socket);
  return { document, links, closed, readyTimes: () => ready };
}

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  server.doc.getText("python3").insert(0, "def f():\n");
});
afterEach(() => {
  vi.useRealTimers();
});

test("the document comes over the interview's own address, and is ready once the server's text is there", async () => {
  const { document, links, readyTimes } = opened();
  expect(document.text("python3").toString()).toBe("");
  await vi.advanceTimersByTimeAsync(10);
  expect(server.urls).toEqual(["ws://viva.test/v1/sessions/sess_1/editor"]);
  expect(document.text("python3").toString()).toBe("def f():\n");
  expect([links, readyTimes()]).toEqual([["open"], 1]);
  document.leave();
});

test("what is written while the line is cut is kept, and sent when it is back", async () => {
  const { document, links, readyTimes } = opened();
  await vi.advanceTimersByTimeAsync(10);
  server.cut();
  document.text("python3").insert(9, "    return 1\n");
  server.doc.getText("python3").insert(0, "# note\n");
  expect(links).toEqual(["open", "cut"]);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(links.at(-1)).toBe("open");
  expect(server.doc.getText("python3").toString()).toBe("# note\ndef f():\n    return 1\n");
  expect(document.text("python3").toString()).toBe("# note\ndef f():\n    return 1\n");
  expect(readyTimes()).toBe(1);
  document.leave();
});

test("a document that the server closed for good is not asked for again by itself", async () => {
  const { document, links, closed } = opened();
  await vi.advanceTimersByTimeAsync(10);
  server.cut(4513, "editor_full");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(links).toEqual(["open", "cut", "closed"]);
  expect(closed).toEqual(["4513 editor_full"]);
  expect(server.urls).toHaveLength(1);
  document.leave();
});

test("a run waits until the server has read what was written before it", async () => {
  const { document } = opened();
  await vi.advanceTimersByTimeAsync(10);
  server.answers = false;
  document.text("python3").insert(9, "    pass\n");
  let settled = false;
  void document.settled().then(() => {
    settled = true;
  });
  await vi.advanceTimersByTimeAsync(100);
  expect(settled).toBe(false);
  server.release();
  await vi.advanceTimersByTimeAsync(0);
  expect(settled).toBe(true);
  document.leave();
});

test("a run does not wait for ever: not for an answer that is lost, nor without a line", async () => {
  const { document } = opened();
  await vi.advanceTimersByTimeAsync(10);
  server.answers = false;
  const waiting = document.settled();
  await vi.advanceTimersByTimeAsync(1_000);
  await waiting;
  server.cut();
  await document.settled();
  document.leave();
});

test("each language has its text and its own history", async () => {
  const { document } = opened();
  await vi.advanceTimersByTimeAsync(10);
  const [python, go] = [document.history("python3"), document.history("go")];
  expect(document.history("python3")).toBe(python);
  python.addTrackedOrigin("me");
  go.addTrackedOrigin("me");
  document.text("python3").doc?.transact(() => document.text("python3").insert(0, "# a\n"), "me");
  document.text("go").doc?.transact(() => document.text("go").insert(0, "// b\n"), "me");
  python.undo();
  expect(document.text("python3").toString()).toBe("def f():\n");
  expect(document.text("go").toString()).toBe("// b\n");
  document.leave();
});

test("coming back to a language begins a new step of its history", async () => {
  const { document } = opened();
  await vi.advanceTimersByTimeAsync(10);
  const history = document.history("python3");
  history.addTrackedOrigin("me");
  const write = (words: string) =>
    document.text("python3").doc?.transact(() => document.text("python3").insert(0, words), "me");
  write("# before\n");
  document.history("python3");
  write("# after\n");
  history.undo();
  expect(document.text("python3").toString()).toBe("# before\ndef f():\n");
  document.leave();
});
