// What the page and the server said to each other on the voice sockets, to be waited for.

/** Longest wait for anything, in ms: a reply of ten seconds on a slow machine, twice over. The microphone goes round in about six. */
export const WAIT_MS_MAX = 30_000;

/** What crossed the voice sockets, in order. */
export class Traffic {
  events = [];
  waiting = [];

  watch(page) {
    page.on("websocket", (socket) => {
      if (!socket.url().includes("/v1/realtime")) return;
      const take = (from, payload) => {
        const event = { from, socket, at: performance.now(), ...JSON.parse(payload.toString()) };
        if (event.type === "input_audio_buffer.append") return;
        this.events.push(event);
        for (const look of this.waiting) look();
      };
      socket.on("framesent", ({ payload }) => take("page", payload));
      socket.on("framereceived", ({ payload }) => take("server", payload));
    });
  }

  /** The number of events so far: a place to wait on from. */
  get mark() {
    return this.events.length;
  }

  /** The first event after `mark` that fits. */
  async next(what, mark, fits) {
    const find = () => this.events.slice(mark).find(fits);
    const found = find();
    if (found) return found;
    return new Promise((resolve, reject) => {
      const done = (settle, value) => {
        clearTimeout(late);
        this.waiting.splice(this.waiting.indexOf(look), 1);
        settle(value);
      };
      const look = () => {
        const event = find();
        if (event) done(resolve, event);
      };
      const late = setTimeout(
        () => done(reject, new Error(`waited in vain for ${what}; what came:\n${this.tail(mark)}`)),
        WAIT_MS_MAX,
      );
      this.waiting.push(look);
    });
  }

  /** The last events after `mark`, for whoever wonders why one did not come. */
  tail(mark) {
    const short = ({ from, socket: _, at: __, delta: ___, ...event }) =>
      `${from} ${JSON.stringify(event).slice(0, 220)}`;
    return this.events.slice(mark).slice(-25).map(short).join("\n");
  }

  server(type, mark, fits = () => true) {
    return this.next(type, mark, (event) => event.from === "server" && event.type === type && fits(event));
  }

  floor(state, mark) {
    return this.server("x.floor", mark, (event) => event.state === state);
  }
}

/** A page that is watched: what crosses its voice sockets, and what the browser complains about. */
export async function watched(context) {
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (line) => {
    // The browser may complain about a line that is cut on purpose, and about nothing else.
    const cut = /WebSocket connection|ERR_/.test(line.text());
    if (["error", "warning"].includes(line.type()) && !cut) complaints.push(`${line.text()} ${line.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const traffic = new Traffic();
  traffic.watch(page);
  return { page, traffic, complaints };
}

/** Says on the terminal how far a story is. */
export function step(text) {
  console.log(`${(performance.now() / 1000).toFixed(1).padStart(6)} s  ${text}`);
}
