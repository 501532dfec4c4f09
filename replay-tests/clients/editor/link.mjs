// A bad line between a client and the server: every connection through it is delayed, its frames overtake each other, come
// twice or not at all, and it is cut, in mid-frame too. All of it is drawn from a seeded generator.
//
// What is fair, and why: TCP itself never loses or swaps frames, so under real clients loss shows as a connection that
// dies with frames in flight. That is done here in four ways (`cut`). Beyond TCP, single frames are held until others
// have passed, doubled, and lost: Yjs promises that its updates may come in any order and more than once. It promises
// nothing about updates that never come, so a connection that lost a frame is *doomed*: it is cut soon after, which makes
// the client synchronise again. Only what goes down to a client that asks for the whole state again and again
// (`resyncInterval`) may be lost without dooming the connection.
import net from 'node:net';
import * as prng from 'lib0/prng';

/** How bad a line is: probabilities for each frame, times in ms. */
export const BAD = {
  delayMs: 12, // of a frame, at most, in order
  overtaken: 0.06, // this frame is held while others pass
  overtakenMs: 60, // for at most this long
  doubled: 0.05,
  lost: 0.008,
  doomedMs: 120, // a connection that lost a frame lives on for at most this long
  cut: 0.004,
  deafMs: 80, // a connection about to be cut swallows everything for at most this long
};
export const GOOD = { delayMs: 0, overtaken: 0, overtakenMs: 0, doubled: 0, lost: 0, doomedMs: 0, cut: 0, deafMs: 0 };

/** What was done to the frames of a line. */
export const noFaults = () => ({ connections: 0, frames: 0, delayed: 0, overtaken: 0, doubled: 0, lost: 0, cut: 0, cutInFrame: 0, cutDeaf: 0, cutOneSided: 0 });

export class Link {
  faults = noFaults();
  #random;
  #target;
  #nature;
  #resyncs;
  #lines = new Set();
  #server;

  /** `target`: the server's port on loopback. `resyncs`: the client behind it asks for the state again by itself. */
  constructor(target, random, { nature = GOOD, resyncs = false } = {}) {
    this.#target = target;
    this.#random = random;
    this.#nature = nature;
    this.#resyncs = resyncs;
  }

  /** The port to connect to. */
  async open() {
    this.#server = net.createServer({ noDelay: true }, (socket) => this.#connect(socket));
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this.#server.address().port;
  }

  /** From now on the line is good. What was lost makes itself known: doomed connections end here. */
  heal() {
    this.#nature = GOOD;
    for (const line of this.#lines) if (line.doomed) line.end();
  }

  /** Ends every connection, without a word. */
  cut() {
    for (const line of this.#lines) line.end();
  }

  close() {
    this.cut();
    this.#server?.close();
  }

  #connect(client) {
    this.faults.connections += 1;
    const server = net.connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    const line = {
      doomed: false,
      deaf: false,
      end: () => {
        client.destroy();
        server.destroy();
        this.#lines.delete(line);
      },
      client,
      server,
    };
    this.#lines.add(line);
    this.#carry(line, client, server, true);
    this.#carry(line, server, client, false);
    for (const socket of [client, server]) {
      socket.on('error', () => {});
      // What is still held then is lost, as it is on a real line.
      socket.on('close', () => !line.oneSided && line.end());
    }
  }

  #carry(line, from, to, upward) {
    const cutter = new FrameCutter();
    let orderedUntil = 0;
    let lastUntil = 0;
    const deliver = (bytes, at) => {
      const write = () => !line.deaf && !to.destroyed && to.write(bytes);
      const wait = at - performance.now();
      if (wait <= 0) write();
      else setTimeout(write, wait);
    };
    from.on('data', (chunk) => {
      if (line.deaf) return;
      for (const { bytes, data } of cutter.push(chunk)) {
        const nature = this.#nature;
        const random = this.#random;
        const chance = (probability) => prng.real53(random) < probability;
        const upTo = (ms) => prng.real53(random) * ms;
        const now = performance.now();
        orderedUntil = Math.max(orderedUntil, now + upTo(nature.delayMs));
        lastUntil = Math.max(lastUntil, orderedUntil);
        if (!data) {
          // The handshake, and pings and closes, keep their place.
          deliver(bytes, lastUntil);
          continue;
        }
        this.faults.frames += 1;
        if (orderedUntil > now) this.faults.delayed += 1;
        if (chance(nature.cut)) return this.#cut(line, to, bytes, upTo(nature.deafMs));
        if (chance(nature.lost)) {
          this.faults.lost += 1;
          if (upward || !this.#resyncs) this.#doom(line, upTo(nature.doomedMs));
          continue;
        }
        let at = orderedUntil;
        if (chance(nature.overtaken)) {
          this.faults.overtaken += 1;
          at += upTo(nature.overtakenMs);
          lastUntil = Math.max(lastUntil, at);
        }
        deliver(bytes, at);
        if (chance(nature.doubled)) {
          this.faults.doubled += 1;
          deliver(bytes, at + upTo(nature.overtakenMs));
        }
      }
    });
  }

  #doom(line, ms) {
    if (line.doomed) return;
    line.doomed = true;
    setTimeout(() => {
      if (!line.client.destroyed) this.faults.cut += 1;
      line.end();
    }, ms);
  }

  /** The ways a connection dies: at once, within a frame, after a while of deafness, or noticed by the client alone. */
  #cut(line, to, bytes, ms) {
    this.faults.cut += 1;
    const way = prng.int31(this.#random, 0, 3);
    line.doomed = true;
    line.deaf = true;
    if (way === 0) return line.end();
    if (way === 1) {
      this.faults.cutInFrame += 1;
      to.write(bytes.subarray(0, Math.max(1, bytes.length >> 1)), () => line.end());
      return;
    }
    if (way === 2) {
      this.faults.cutDeaf += 1;
      setTimeout(line.end, ms);
      return;
    }
    // The server goes on talking to a client that has long come back on another connection.
    this.faults.cutOneSided += 1;
    line.oneSided = true;
    line.client.destroy();
    setTimeout(line.end, ms * 3);
  }
}

/** Cuts a stream of bytes into the HTTP head and the WebSocket's frames (RFC 6455, 5.2), each whole. */
class FrameCutter {
  #pending = Buffer.alloc(0);
  #head = true;

  push(chunk) {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const pieces = [];
    for (;;) {
      const length = this.#head ? this.#headLength() : this.#frameLength();
      if (length === undefined || this.#pending.length < length) return pieces;
      const bytes = this.#pending.subarray(0, length);
      this.#pending = this.#pending.subarray(length);
      const opcode = bytes[0] & 0x0f;
      if (!this.#head && opcode < 8 && (opcode === 0 || !(bytes[0] & 0x80))) throw new Error('a fragmented message: frames cannot be shuffled');
      pieces.push({ bytes, data: !this.#head && opcode < 8 });
      this.#head = false;
    }
  }

  #headLength() {
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const head = this.#pending.toString('latin1', 0, end);
    // A shared compression window would tie frames together; whoever switches it on must think about this again.
    if (/^HTTP.*\r\n[^]*sec-websocket-extensions:/i.test(head)) throw new Error('frames depend on each other: compression is on');
    return end + 4;
  }

  #frameLength() {
    const bytes = this.#pending;
    if (bytes.length < 2) return undefined;
    const mask = bytes[1] & 0x80 ? 4 : 0;
    const short = bytes[1] & 0x7f;
    if (short < 126) return 2 + mask + short;
    if (short === 126) return bytes.length < 4 ? undefined : 4 + mask + bytes.readUInt16BE(2);
    return bytes.length < 10 ? undefined : 10 + mask + Number(bytes.readBigUInt64BE(2));
  }
}
