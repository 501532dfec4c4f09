// An interview on a running server, and people in its editor.
import { createHash } from 'node:crypto';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { LANGUAGES, texts } from './edits.mjs';
import { Link } from './link.mjs';
import { CheckFailed, expect, until } from './wait.mjs';

const KEY = process.env.VIVA_KEY;
/** Reconnecting is tested, not waited for: at most this long after a loss, in ms. y-websocket's own default is 2500. */
const BACKOFF_MS_MAX = 150;

// y-websocket's `resyncInterval` looks at the global, which Node has from version 22 on.
globalThis.WebSocket ??= WebSocket;
// Each provider listens for the end of the process.
process.setMaxListeners(0);

/** An interview whose candidate is there and says nothing. */
export class Room {
  #closers = [];
  events = [];

  /** `server`: http://127.0.0.1:port */
  static async open(server, question) {
    const room = new Room();
    room.server = new URL(server);
    const created = await fetch(new URL('/v1/sessions', server), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(KEY && { authorization: `Bearer ${KEY}` }) },
      body: JSON.stringify({ question, consent: { recording: true }, words: 'client', voice: 'silent' }),
    });
    expect(created.status === 201, `POST /v1/sessions: ${created.status} ${created.status === 201 || (await created.text())}`);
    room.id = (await created.json()).id;
    room.voice = new WebSocket(`ws://${room.server.host}/v1/realtime?session=${room.id}`, {
      headers: KEY ? { authorization: `Bearer ${KEY}` } : {},
    });
    room.voice.on('message', (data, binary) => binary || room.events.push(JSON.parse(data.toString())));
    room.voice.on('error', () => {});
    room.#closers.push(() => room.voice.terminate());
    await until('x.session', () => room.event('x.session'));
    return room;
  }

  /** The newest event of this type. */
  event(type, fits = () => true) {
    return this.events.findLast((event) => event.type === type && fits(event));
  }

  send(event) {
    this.voice.send(JSON.stringify(event));
  }

  editorUrl(port = this.server.port) {
    return `ws://127.0.0.1:${port}/v1/sessions/${this.id}`;
  }

  /** Someone in the editor: straight, or through a line of this `nature`. */
  async join({ name, nature, random, resyncs = false, connect = true } = {}) {
    const doc = new Y.Doc();
    const link = nature && new Link(Number(this.server.port), random, { nature, resyncs });
    const provider = new WebsocketProvider(this.editorUrl(link && (await link.open())), 'editor', doc, {
      WebSocketPolyfill: WebSocket,
      disableBc: true,
      maxBackoffTime: BACKOFF_MS_MAX,
      resyncInterval: resyncs ? 200 : -1,
      protocols: KEY ? [`openai-insecure-api-key.${KEY}`] : [],
      connect,
    });
    const person = { name, doc, link, provider, closes: [], leave: () => (provider.destroy(), doc.destroy(), link?.close()) };
    provider.on('connection-close', (event) => event && person.closes.push({ code: event.code, reason: event.reason }));
    provider.on('closed', (told) => (person.sentAway = told));
    this.#closers.push(person.leave);
    return person;
  }

  /** Joins and waits until the text is there. */
  async joined(options) {
    const person = await this.join(options);
    await synced(person);
    return person;
  }

  /** What the server holds, as someone who comes now is told. */
  async present() {
    const person = await this.joined();
    person.leave();
    return person;
  }

  /** Asks the server, over the voice socket, for a sign of each text as it has it: no CRDT of ours is in between. */
  async holds(agreed) {
    for (const [language, text] of Object.entries(agreed)) {
      this.send({ type: 'x.editor.language', language });
      const told = () => this.event('x.editor', (event) => event.language === language)?.text_hash;
      await until(`the server's ${language} text`, () => told() === fnv1a64(text), () => `${fnv1a64(text)}, but ${told()}`);
    }
  }

  /** A figure of the server's, all interviews together. */
  async metric(name) {
    const page = await (await fetch(new URL('/metrics', this.server), { headers: KEY ? { authorization: `Bearer ${KEY}` } : {} })).text();
    return Number(new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'm').exec(page)?.[1]);
  }

  close() {
    for (const close of this.#closers.reverse()) close();
  }
}

export const synced = (person) =>
  until(`the text at ${person.name ?? 'someone who joined'}`, () => person.provider.synced, () => `(closed with ${JSON.stringify(person.closes.slice(-3))})`);

/** Ends with the one text that all hold, or throws with what differs. */
export async function agree(people, patienceMs) {
  const seen = () => people.map((person) => JSON.stringify(texts(person.doc)));
  const sameText = () => new Set(seen()).size === 1;
  await until('one text', () => people.every((person) => person.provider.synced && whole(person.doc)) && sameState(people) && sameText(),
    () => people.map((person, index) => `\n  ${index}: synced ${person.provider.synced}, whole ${whole(person.doc)}, state ${short(stateOf(person.doc))}, text ${short(seen()[index])}`).join(''),
    patienceMs,
  );
  return texts(people[0].doc);
}

/** Nothing waits for updates that have not come. */
export const whole = (doc) => doc.store.pendingStructs === null && doc.store.pendingDs === null;

/** How much of each author's edits the document holds; the same in two documents that know the same edits. */
export const stateOf = (doc) => JSON.stringify([...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b));

const sameState = (people) => new Set(people.map((person) => stateOf(person.doc))).size === 1;

const short = (text) => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** FNV-1a 64 of the text's UTF-8, as `x.editor` has it. */
function fnv1a64(text) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
}

export { CheckFailed, LANGUAGES, texts };
