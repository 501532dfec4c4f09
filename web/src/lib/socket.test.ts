import { expect, test } from "vitest";
import type { ServerEvent } from "../wire/wire";
import { KEPT_MAX, type Link, type SocketLike, socketUrl, TAKEN_OVER, UNSENT_BYTES_MAX, VoiceSocket } from "./socket";

class Wire implements SocketLike {
  bufferedAmount = 0;
  readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((close: { code: number; reason: string }) => void) | null = null;
  sent: Record<string, unknown>[] = [];
  constructor(readonly url: string) {}
  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.sent.push(JSON.parse(data as string));
  }
  close(): void {}
  hear(event: Record<string, unknown>): void {
    this.onmessage?.({ data: JSON.stringify(event) });
  }
  join(last?: number): void {
    // A server greets a socket that comes back under the number it came back after.
    const after = new URL(this.url).searchParams.get("after");
    this.onopen?.();
    this.hear({ event_id: after ?? "event_1", type: "session.created", session: {} });
    this.hear({ event_id: after ?? "event_2", type: "x.session", last_client_event: last });
  }
}

function line(alive: boolean | "unknown" = true) {
  const wires: Wire[] = [];
  const links: Link[] = [];
  const heard: string[] = [];
  const slow: boolean[] = [];
  let timers: { at: number; run: () => void }[] = [];
  const clock = { now: 0 };
  const socket = new VoiceSocket(
    "ws://viva/v1/realtime?session=s",
    {
      event: (event: ServerEvent) => heard.push(event.type),
      sound: () => {},
      link: (link) => links.push(link),
      slow: (on) => slow.push(on),
      alive: () => Promise.resolve(alive),
    },
    {
      open: (url) => wires[wires.push(new Wire(url)) - 1] as Wire,
      after: (ms, run) => {
        const timer = { at: clock.now + ms, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
      now: () => clock.now,
      random: () => 1,
    },
  );
  const pass = (ms: number) => {
    clock.now += ms;
    const due = timers.filter(({ at }) => at <= clock.now);
    timers = timers.filter(({ at }) => at > clock.now);
    for (const { run } of due) run();
  };
  const wire = (n: number) => wires[n] as Wire;
  return { socket, wires, wire, links, heard, slow, pass };
}
const texts = (wire: Wire) => wire.sent.map(({ event_id, text }) => `${event_id} ${text}`);

test("nothing is said before the server has said how far it is; then all in order, numbered", () => {
  const { socket, wire } = line();
  socket.connect();
  socket.send({ type: "x.transcript", text: "one", final: true });
  socket.send({ type: "x.transcript", text: "two", final: true });
  wire(0).onopen?.();
  expect(wire(0).sent).toEqual([]);
  wire(0).join();
  expect(texts(wire(0))).toEqual(["c_1 one", "c_2 two"]);
});

test("a cut line comes back after the last event it saw and says again only what was not applied", () => {
  const { socket, wire, links, pass } = line();
  socket.connect();
  wire(0).join();
  wire(0).hear({ event_id: "event_41", type: "x.clock", elapsed_ms: 1, left_ms: 1, running: true });
  for (const text of ["one", "two", "three"]) socket.send({ type: "x.transcript", text, final: true });
  wire(0).onclose?.({ code: 1006, reason: "" });
  expect(links.at(-1)).toMatchObject({ state: "waiting", retryMs: 250 });
  socket.send({ type: "x.transcript", text: "four", final: true });
  pass(250);
  expect(wire(1).url).toBe("ws://viva/v1/realtime?session=s&after=event_41");
  wire(1).join(2);
  expect(texts(wire(1))).toEqual(["c_3 three", "c_4 four"]);
});

test("a line that is cut again before anything new came comes back after the same event", () => {
  const { socket, wire, pass } = line();
  socket.connect();
  wire(0).join();
  wire(0).hear({ event_id: "event_7", type: "x.ack", last_client_event: 0 });
  for (const n of [0, 1]) {
    wire(n).onclose?.({ code: 1006, reason: "" });
    pass(250);
    expect(wire(n + 1).url).toContain("after=event_7");
    wire(n + 1).join();
  }
});

test("a page that was loaded anew goes on counting where the old one stopped", () => {
  const { socket, wire } = line();
  socket.connect();
  socket.send({ type: "x.pause" });
  wire(0).join(90);
  expect(wire(0).sent).toEqual([{ event_id: "c_91", type: "x.pause" }]);
});

test("what the server has acknowledged is not kept", () => {
  const { socket, wire, pass } = line();
  socket.connect();
  wire(0).join();
  for (const text of ["one", "two"]) socket.send({ type: "x.transcript", text, final: true });
  wire(0).hear({ event_id: "event_1", type: "x.ack", last_client_event: 2 });
  wire(0).onclose?.({ code: 1006, reason: "" });
  pass(250);
  wire(1).join();
  expect(wire(1).sent).toEqual([]);
});

test("of words that grow and of playing times only the newest is said again", () => {
  const { socket, wire } = line();
  socket.connect();
  for (const text of ["I", "I would", "I would sort"]) socket.send({ type: "x.transcript", text, final: false });
  for (const played_ms of [0, 150, 300]) socket.send({ type: "x.playout", item_id: "item_1", played_ms });
  wire(0).join();
  expect(wire(0).sent).toMatchObject([{ text: "I would sort" }, { played_ms: 300 }]);
});

test("without a line at most so many events are kept, the newest ones", () => {
  const { socket, wire } = line();
  socket.connect();
  for (let n = 0; n <= KEPT_MAX; n++) socket.send({ type: "x.transcript", text: `${n}`, final: true });
  wire(0).join();
  expect(wire(0).sent.length).toBe(KEPT_MAX);
  expect(wire(0).sent.at(-1)).toMatchObject({ text: `${KEPT_MAX}` });
});

test("waits between tries grow to a ceiling, and a line that stands resets them", async () => {
  const { socket, wire, wires, links, pass } = line("unknown");
  socket.connect();
  const waits: number[] = [];
  for (let n = 0; n < 7; n++) {
    wire(n).onclose?.({ code: 1006, reason: "" });
    await Promise.resolve();
    const link = links.at(-1);
    if (link?.state === "waiting") waits.push(link.retryMs);
    pass(5_000);
  }
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  wire(7).join();
  wire(7).onclose?.({ code: 1006, reason: "" });
  expect(links.at(-1)).toMatchObject({ state: "waiting", retryMs: 250 });
  expect(wires.length).toBe(8);
});

test("an interview that another window took is not taken back by itself", () => {
  const { socket, wire, wires, links, pass } = line();
  socket.connect();
  wire(0).join();
  wire(0).onclose?.({ code: TAKEN_OVER, reason: "taken over" });
  pass(60_000);
  expect(links.at(-1)).toEqual({ state: "refused", code: TAKEN_OVER, reason: "taken over" });
  expect(wires.length).toBe(1);
  socket.connect();
  expect(wires.length).toBe(2);
});

test.each([1001, 1006, 1011, 4002, 4004])("after close code %i it comes back by itself", (code) => {
  const { socket, wire, wires, pass } = line();
  socket.connect();
  wire(0).join();
  wire(0).onclose?.({ code, reason: "" });
  pass(250);
  expect(wires.length).toBe(2);
});

test("a try that never opens asks whether the interview is still there", async () => {
  const { socket, wire, links } = line(false);
  socket.connect();
  wire(0).onclose?.({ code: 1006, reason: "" });
  await Promise.resolve();
  expect(links.at(-1)).toEqual({ state: "gone" });
});

test("sound is not sent into a line that does not move, and the line is cut when it stays so", () => {
  const { socket, wire, slow, links, pass } = line();
  socket.connect();
  wire(0).join();
  wire(0).bufferedAmount = UNSENT_BYTES_MAX + 1;
  socket.sendSound(new Int16Array(480));
  expect(wire(0).sent).toEqual([]);
  expect(slow).toEqual([true]);
  wire(0).bufferedAmount = 0;
  socket.sendSound(new Int16Array(480));
  expect(slow).toEqual([true, false]);
  wire(0).bufferedAmount = UNSENT_BYTES_MAX + 1;
  socket.sendSound(new Int16Array(480));
  pass(8_001);
  socket.sendSound(new Int16Array(480));
  expect(links.at(-1)).toMatchObject({ state: "waiting" });
});

test("what is not JSON is read over", () => {
  const { socket, wire, heard } = line();
  socket.connect();
  wire(0).onmessage?.({ data: "{" });
  wire(0).hear({ event_id: "event_1", type: "x.of_tomorrow" });
  expect(heard).toEqual(["x.of_tomorrow"]);
});

test("the socket's address follows the page's", () => {
  expect(socketUrl("/v1/realtime?session=s", "https://viva.example/")).toBe("wss://viva.example/v1/realtime?session=s");
  expect(socketUrl("/v1/realtime?session=s", "http://127.0.0.1:8080/")).toBe(
    "ws://127.0.0.1:8080/v1/realtime?session=s",
  );
});
