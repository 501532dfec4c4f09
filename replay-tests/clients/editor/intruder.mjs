// Someone on the editor's socket who speaks it badly, or too well.
import * as encoding from 'lib0/encoding';
import WebSocket from 'ws';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';
import { until } from './wait.mjs';

const [SYNC, AWARENESS] = [0, 1];

const message = (type, write) => encoding.encode((encoder) => (encoding.writeVarUint(encoder, type), write(encoder)));

/** An update as the editor's socket carries it. */
export const updateMessage = (update) => message(SYNC, (encoder) => sync.writeUpdate(encoder, update));
/** Asks for what `doc` lacks. */
export const askMessage = (doc) => message(SYNC, (encoder) => sync.writeSyncStep1(encoder, doc));
/** Presence, as [client, clock, state as JSON text]. */
export const awarenessMessage = (...states) =>
  message(AWARENESS, (encoder) =>
    encoding.writeVarUint8Array(encoder, encoding.encode((inner) => {
      encoding.writeVarUint(inner, states.length);
      for (const [client, clock, json] of states) {
        encoding.writeVarUint(inner, client);
        encoding.writeVarUint(inner, clock);
        encoding.writeVarString(inner, json);
      }
    })),
  );

/** The update that `change` makes of `base` (an update, or nothing). */
export function updateOf(change, base, clientId) {
  const doc = new Y.Doc();
  if (base) Y.applyUpdate(doc, base);
  if (clientId !== undefined) doc.clientID = clientId;
  const before = Y.encodeStateVector(doc);
  doc.transact(() => change(doc));
  return Y.encodeStateAsUpdate(doc, before);
}

export class Intruder {
  received = [];
  closed;

  static async enter(room, protocols = []) {
    const intruder = new Intruder();
    intruder.socket = new WebSocket(`${room.editorUrl()}/editor`, protocols);
    intruder.socket.on('message', (data) => intruder.received.push(data));
    intruder.socket.on('error', (error) => (intruder.error = error));
    intruder.socket.on('close', (code, reason) => (intruder.closed = { code, reason: reason.toString() }));
    await until('an open socket', () => intruder.socket.readyState === WebSocket.OPEN || intruder.closed);
    return intruder;
  }

  send(data) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(data);
  }

  /** How the server ended it. */
  ended() {
    return until('the server to close the socket', () => this.closed);
  }

  /** Proves that the server has read everything sent so far and still listens: it answers a question. */
  async answered() {
    const before = this.received.length;
    this.send(askMessage(new Y.Doc()));
    await until('an answer', () => this.received.length > before || this.closed);
  }

  leave() {
    this.socket.terminate();
  }
}
