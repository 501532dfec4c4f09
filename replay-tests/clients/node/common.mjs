// What the scripts share: sound, a microphone in real time, waiting for events, and reporting checks.
import fs from 'node:fs';
import path from 'node:path';

const RATE_HZ = 24_000;
const FRAME_MS = 20;
const FRAME_BYTES = (RATE_HZ * FRAME_MS * 2) / 1000;
// Longest wait for any one thing. Generous: it is only ever reached when something is broken.
const PATIENCE_MS = 40_000;

export class CheckFailed extends Error {}

export function expect(truth, what) {
  if (!truth) throw new CheckFailed(what);
}

/** The samples of a mono, 16-bit, 24 kHz .wav, or of a raw .pcm file. */
export function readSound(file) {
  const bytes = fs.readFileSync(file);
  if (path.extname(file) !== '.wav') return bytes;
  let shape;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    if (name === 'fmt ') {
      shape = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 12), bytes.readUInt16LE(at + 22)];
    } else if (name === 'data') {
      if (String(shape) !== String([1, RATE_HZ, 16])) break;
      return bytes.subarray(at + 8, at + 8 + length);
    }
    at += 8 + length + (length % 2);
  }
  throw new Error(`${file} must be mono, 16 bit, 24 kHz`);
}

/** A frame every 20 ms, as a microphone gives them: speech when there is some, else silence. */
export class Microphone {
  #pending = Buffer.alloc(0);
  #timer;

  constructor(send) {
    const started = performance.now();
    let sent = 0;
    this.#timer = setInterval(() => {
      while (sent * FRAME_MS <= performance.now() - started) {
        const frame = Buffer.alloc(FRAME_BYTES);
        this.#pending.copy(frame, 0, 0, FRAME_BYTES);
        this.#pending = this.#pending.subarray(FRAME_BYTES);
        send(frame);
        sent += 1;
      }
    }, FRAME_MS / 2);
  }

  say(sound) {
    this.#pending = Buffer.concat([this.#pending, sound]);
  }

  close() {
    clearInterval(this.#timer);
  }
}

/** Every event in order, and waiting for the one that is needed. */
export class Events {
  list = [];
  #waiters = new Set();

  push(event) {
    this.list.push(event);
    this.changed();
  }

  /** Tells whoever waits to look again. */
  changed() {
    for (const look of [...this.#waiters]) look();
  }

  /** What `probe` returns once it returns something other than undefined or false. */
  until(what, probe) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(look);
        const seen = this.list.map((event) => event.type).filter((type) => !type.includes('delta'));
        reject(new CheckFailed(`no ${what}; seen: ${seen.join(' ')}`));
      }, PATIENCE_MS);
      const look = () => {
        let found;
        try {
          found = probe();
        } catch (error) {
          clearTimeout(timer);
          this.#waiters.delete(look);
          return reject(error);
        }
        if (found === undefined || found === false) return;
        clearTimeout(timer);
        this.#waiters.delete(look);
        resolve(found);
      };
      this.#waiters.add(look);
      look();
    });
  }

  /** The first event of this type from `start` on, with its place in the list as `at`. */
  wait(type, start = 0, where = () => true) {
    return this.until(type, () => {
      const at = this.list.findIndex((event, index) => index >= start && event.type === type && where(event));
      return at >= 0 && { at, event: this.list[at] };
    });
  }

  all(type, start = 0, end = this.list.length) {
    return this.list.slice(start, end).filter((event) => event.type === type);
  }

  heardMs(start) {
    const bytes = this.all('response.output_audio.delta', start).map((event) => Buffer.from(event.delta, 'base64').length);
    return bytes.reduce((sum, length) => sum + length, 0) / ((RATE_HZ * 2) / 1000);
  }

  words(responseId) {
    const deltas = this.all('response.output_audio_transcript.delta').filter((event) => event.response_id === responseId);
    return deltas.map((event) => event.delta).join('').trim();
  }
}

/** `kept` must be a true beginning of `said`, word by word. */
export function expectCut(kept, said) {
  const [few, many] = [kept, said].map((text) => text.split(/\s+/).filter(Boolean));
  expect(few.length < many.length, `of "${said}" only what was heard is kept, not "${kept}"`);
  expect(few.every((word, index) => word === many[index]), `"${kept}" is the beginning of "${said}"`);
}

/** Runs the checks one after the other and ends the process: 0 all good, 1 one failed, 2 unusable arguments. */
export async function main(client, usage, checks) {
  const [url, file, ...only] = process.argv.slice(2);
  let sound;
  try {
    if (!url || !file || only.some((name) => !checks[name])) throw new Error(`${usage}\nchecks: ${Object.keys(checks)}`);
    sound = readSound(file);
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
  let failures = 0;
  // A client that throws where nobody catches has failed, too: the agents SDK does on an item it cannot read.
  process.on('uncaughtException', (error) => {
    console.log(`FAILED ${client}: the client threw ${error.stack ?? error}`);
    process.exit(1);
  });
  for (const [name, check] of Object.entries(checks)) {
    if (only.length && !only.includes(name)) continue;
    const closers = [];
    try {
      console.log(`ok ${client} ${name}: ${await check(url, sound, (close) => closers.push(close))}`);
    } catch (error) {
      failures += 1;
      console.log(`FAILED ${client} ${name}: ${error instanceof CheckFailed ? error.message : (error.stack ?? error.message ?? error)}`);
    }
    for (const close of closers.reverse()) close();
  }
  process.exit(failures ? 1 : 0);
}
