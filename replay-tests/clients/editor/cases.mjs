// What people meet in the editor: starters, each other, a text per language; and what those meet who mean it no good.
//   node cases.mjs http://127.0.0.1:8080 [CASE …]
import * as prng from 'lib0/prng';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { Author } from './edits.mjs';
import { Intruder, askMessage, awarenessMessage, updateMessage, updateOf } from './intruder.mjs';
import { GOOD } from './link.mjs';
import { LANGUAGES, Room, agree, synced, texts } from './room.mjs';
import { expect, until } from './wait.mjs';

const KIB = 1024;
/** All texts together, in UTF-16 units. */
const TEXT_MAX = 256 * KIB;
/** How the editor's socket is closed: docs/protocol.md. After codes from 4400 to 4499 y-websocket does not come back. */
const CLOSE = { badFrame: 4400, ended: 4410, tooLarge: 4413, notText: 4415, unknownText: 4416, badEdit: 4422, badPresence: 4423, outOfOrder: 4509, tooSlow: 4002, full: 4513 };
const CODES = Object.values(CLOSE);

async function starters(room) {
  const ada = await room.joined({ name: 'Ada' });
  for (const [language, text] of Object.entries(texts(ada.doc))) expect(text.length > 10, `there is a starter in ${language}: "${text}"`);
  expect(new Set(Object.values(texts(ada.doc))).size === LANGUAGES.length, 'each language has its own');
  // Whoever joins next does not put them in once more.
  const bob = await room.joined({ name: 'Bob' });
  expect(JSON.stringify(texts(bob.doc)) === JSON.stringify(texts(ada.doc)), 'both read the same');
  return `${LANGUAGES.length} texts of ${Object.values(texts(ada.doc)).map((text) => text.length)} characters`;
}

async function latecomer(room) {
  const ada = await room.joined({ name: 'Ada' });
  const author = new Author(ada.doc, prng.create(4));
  for (let edit = 0; edit < 400; edit += 1) author.edit();
  ada.doc.getText('go').insert(0, 'pasted 中 '.repeat(5_000));
  await agree([ada, await room.joined()]);
  const bob = await room.join({ name: 'Bob' });
  // Not in the end, but with the first answer.
  let atOnce;
  bob.provider.on('sync', () => (atOnce ??= JSON.stringify(texts(bob.doc))));
  await synced(bob);
  expect(atOnce === JSON.stringify(texts(ada.doc)), 'the first answer holds all of it');
  return `${atOnce.length} characters with the first answer`;
}

async function languages(room) {
  const [ada, bob] = [await room.joined({ name: 'Ada' }), await room.joined({ name: 'Bob' })];
  const before = texts(ada.doc);
  ada.doc.getText('python3').insert(0, '# Ada 🐍\r\n');
  bob.doc.getText('rust').insert(0, '// Bob 🦀\n');
  const after = await agree([ada, bob, await room.joined()]);
  expect(after.python3 === '# Ada 🐍\r\n' + before.python3 && after.rust === '// Bob 🦀\n' + before.rust, 'each edit is in its own text');
  for (const language of ['javascript', 'java', 'cpp', 'go']) expect(after[language] === before[language], `${language} is as it was`);
  return 'edits in one language leave the others alone';
}

async function emojiCutInTwo(room) {
  // No editor does it, but a program may put a caret between the two halves of a surrogate pair.
  const [ada, bob] = [await room.joined({ name: 'Ada' }), await room.joined({ name: 'Bob' })];
  ada.doc.getText('cpp').insert(0, '👩‍💻😀😀𝕏');
  await agree([ada, bob]);
  ada.doc.getText('cpp').insert(1, '+');
  bob.doc.getText('cpp').insert(6, 'é');
  bob.doc.getText('cpp').delete(8, 1);
  const { cpp } = await agree([ada, bob, await room.joined()]);
  return `all read ${JSON.stringify(cpp.slice(0, 14))}`;
}

/** Who `person` sees beside themselves, by the name in their state. */
const sees = (person) =>
  [...person.provider.awareness.getStates()].filter(([client]) => client !== person.doc.clientID).map(([, state]) => state?.user?.name).filter(Boolean).sort();
const seesOnly = (person, ...names) =>
  until(`${person.name} to see just [${names}]`, () => String(sees(person)) === String(names), () => `but [${sees(person)}]`);

async function presence(room) {
  const ada = await room.joined({ name: 'Ada' });
  const bob = await room.joined({ name: 'Bob', nature: GOOD, random: prng.create(1) });
  for (const person of [ada, bob]) person.provider.awareness.setLocalStateField('user', { name: person.name, color: '#30bced' });
  await Promise.all([seesOnly(ada, 'Bob'), seesOnly(bob, 'Ada')]);

  const where = (anchor) => ({ anchor: Y.createRelativePositionFromTypeIndex(bob.doc.getText('go'), anchor), head: null });
  bob.provider.awareness.setLocalStateField('cursor', where(2));
  await until("Bob's cursor", () => ada.provider.awareness.getStates().get(bob.doc.clientID)?.cursor);

  const cy = await room.join({ name: 'Cy' });
  await seesOnly(cy, 'Ada', 'Bob');

  // A line that breaks takes Bob away, without a goodbye; he comes back by himself, and is seen again long before the
  // 15 s in which clients repeat themselves.
  const cutAt = performance.now();
  const gone = until('Ada to see Bob go', () => !sees(ada).includes('Bob'));
  bob.link.cut();
  await gone;
  await synced(bob);
  await seesOnly(ada, 'Bob');
  const backMs = performance.now() - cutAt;
  expect(backMs < 5_000, `Bob was back after ${Math.round(backMs)} ms`);

  bob.leave();
  await seesOnly(ada);
  ada.leave();
  await seesOnly(cy);
  const dee = await room.joined({ name: 'Dee' });
  await agree([cy, dee]);
  expect(dee.provider.awareness.getStates().size === 1, 'nobody who left is shown to who comes later');
  return `seen, moved, gone, back after ${Math.round(backMs)} ms, gone`;
}

/** Two people at work while `attack` goes on; neither they nor the text may suffer. */
async function withstands(room, attack) {
  const people = [await room.joined({ name: 'Ada' }), await room.joined({ name: 'Bob' })];
  const authors = people.map((person, index) => new Author(person.doc, prng.create(index + 1)));
  let over = false;
  const typing = (async () => {
    while (!over) {
      for (const author of authors) author.edit();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  let told;
  try {
    told = await attack(people);
  } finally {
    over = true;
    await typing;
  }
  const late = await room.joined({ name: 'who came late' });
  const before = await agree([...people, late]);
  people[0].doc.getText('java').insert(0, 'still ');
  people[1].doc.getText('java').insert(0, 'here ');
  const after = await agree([...people, late]);
  expect(after.java.length === before.java.length + 11, 'what is typed afterwards arrives');
  for (const person of people) expect(person.closes.length === 0, `${person.name} was left alone: ${JSON.stringify(person.closes)}`);
  expect(room.voice.readyState === WebSocket.OPEN, 'the interview goes on');
  return told;
}

/** Sends each of `messages` on a socket of its own; the server must close each, saying why. Returns the codes and reasons. */
async function refused(room, messages) {
  const seen = new Map();
  for (const [what, bytes] of messages) {
    const intruder = await Intruder.enter(room);
    for (const part of Array.isArray(bytes) ? bytes : [bytes]) intruder.send(part);
    const { code, reason } = await intruder.ended().catch((error) => {
      error.message += ` after ${what}`;
      throw error;
    });
    expect(CODES.includes(code) && reason.length > 0, `${what}: closed with ${code} "${reason}"`);
    seen.set(`${code} ${reason}`, (seen.get(`${code} ${reason}`) ?? 0) + 1);
  }
  return seen;
}

const listed = (seen) => [...seen].map(([answer, times]) => `${times} x ${answer}`).join('; ');

/** Bytes that are no message of this protocol, each with what is wrong. */
function malformed(room, base) {
  const good = updateOf((doc) => doc.getText('java').insert(0, 'a few words, well said'), base);
  const text = Buffer.from(good).indexOf('a few words');
  const invalidUtf8 = Uint8Array.from(good);
  invalidUtf8.set([0xff, 0xfe, 0xc0], text);
  return [
    ['an empty message', new Uint8Array()],
    ['a text frame', 'hello'],
    ['a message of no known type', Uint8Array.of(9, 1, 2, 3)],
    ['a synchronisation of no known kind', Uint8Array.of(0, 9, 0)],
    ['an update that ends too soon', updateMessage(good).subarray(0, 20)],
    ['an update whose length is a lie', Uint8Array.of(0, 2, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3)],
    ['half an update', updateMessage(good.subarray(0, good.length >> 1))],
    ['a number without an end', new Uint8Array(40).fill(0xff)],
    ['an update that counts a billion changes', updateMessage(Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff, 3, 1, 0))],
    ['an update that is noise', updateMessage(prng.uint8Array(prng.create(3), 1_000))],
    ['an update that is not UTF-8', updateMessage(invalidUtf8)],
    ['a state vector that is noise', Uint8Array.of(0, 0, 9, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['presence that is no JSON', awarenessMessage([7, 1, '{"user":'])],
    ['presence that ends too soon', awarenessMessage([7, 1, '{}']).subarray(0, 5)],
    ['presence of 1 MiB', awarenessMessage([7, 1, JSON.stringify({ user: 'x'.repeat(KIB * KIB) })])],
    ['presence of ten thousand', awarenessMessage(...Array.from({ length: 10_000 }, (_, client) => [client + 10, 1, '{}']))],
  ];
}

async function badMessages(room) {
  return withstands(room, async ([ada]) => listed(await refused(room, malformed(room, Y.encodeStateAsUpdate(ada.doc)))));
}

async function noise(room) {
  return withstands(room, async ([ada]) => {
    let closed = 0;
    const random = prng.create(11);
    const base = Y.encodeStateAsUpdate(ada.doc);
    for (let socket = 0; socket < 60; socket += 1) {
      const intruder = await Intruder.enter(room);
      for (let sent = 0; sent < 20; sent += 1) {
        // Pure noise, noise that says it is an update, and true updates with a few bytes changed.
        const doc = new Y.Doc();
        Y.applyUpdate(doc, base);
        const author = new Author(doc, random);
        author.edit();
        const update = author.updates[0];
        for (let flips = prng.int31(random, 1, 4); flips > 0; flips -= 1) update[prng.int31(random, 0, update.length - 1)] = prng.int31(random, 0, 255);
        const bytes = prng.uint8Array(random, prng.int31(random, 0, 200));
        intruder.send([bytes, updateMessage(bytes), updateMessage(update)][sent % 3]);
      }
      await intruder.answered();
      if (intruder.closed) {
        closed += 1;
        expect(CODES.includes(intruder.closed.code) && intruder.closed.reason, `closed with ${JSON.stringify(intruder.closed)}`);
      }
      intruder.leave();
    }
    return `60 sockets of noise, ${closed} of them closed`;
  });
}

/** Updates that Yjs itself would take, but that are not about this document or hold what is no plain text. */
async function otherDocuments(room) {
  return withstands(room, async ([ada]) => {
    const base = Y.encodeStateAsUpdate(ada.doc);
    const other = new Y.Doc();
    other.getText('python3').insert(0, 'of another interview');
    const unknown = Y.encodeStateVector(other);
    other.getText('python3').insert(5, 'quite ');
    const ofAnother = Y.encodeStateAsUpdate(other, unknown);
    const seen = await refused(room, [
      ['a text of another name', updateMessage(updateOf((doc) => doc.getText('notes').insert(0, 'a'), base))],
      ['a map', updateMessage(updateOf((doc) => doc.getMap('python3').set('a', 1), base))],
      ['an array', updateMessage(updateOf((doc) => doc.getArray('files').push(['a']), base))],
      ['an XML tree', updateMessage(updateOf((doc) => doc.getXmlFragment('page').push([new Y.XmlElement('p')]), base))],
      ['a document within', updateMessage(updateOf((doc) => doc.getMap('docs').set('a', new Y.Doc()), base))],
      ['a picture in the text', updateMessage(updateOf((doc) => doc.getText('go').insertEmbed(0, { image: 'a' }), base))],
      ['bold text', updateMessage(updateOf((doc) => doc.getText('go').format(0, 3, { bold: true }), base))],
      ['edits in the name of the server', updateMessage(updateOf((doc) => doc.getText('go').insert(0, 'forged'), base, serverClient(base)))],
      ['hundreds of edits that build on what nobody has', Array.from({ length: 300 }, (_, nth) => updateMessage(updateOf((doc) => doc.getText('python3').insert(7, 'a'), Y.encodeStateAsUpdate(other), nth + 100)))],
    ]);
    // One of them may yet be completed, so it only waits. Nobody else is bothered with it.
    const intruder = await Intruder.enter(room);
    intruder.send(updateMessage(ofAnother));
    await intruder.answered();
    const late = await room.joined({ name: 'who comes meanwhile' });
    expect(late.doc.store.pendingStructs === null, 'what waits is kept from the others');
    intruder.leave();
    late.leave();
    return listed(seen);
  });
}

/** The one client of a document that nobody has edited. */
const serverClient = (base) => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, base);
  return Math.min(...doc.store.clients.keys());
};

/** Waits until `person` is told to go with this code, and says with which words. */
async function sentAway(person, wanted) {
  const { code, reason } = await until(`${person.name} to be sent away`, () => person.closes.find(({ code }) => code > 4000), () => JSON.stringify(person.closes.slice(0, 5)));
  expect(code === wanted && reason.length > 0, `${person.name} was told ${code} "${reason}"`);
  // By its own rule y-websocket does not try again what cannot succeed.
  const forGood = code >= 4400 && code < 4500;
  expect(person.provider.shouldConnect !== forGood, `y-websocket comes back after ${code}: ${person.provider.shouldConnect}`);
  return `${code} ${reason}`;
}

async function pasteOf10MiB(room) {
  return withstands(room, async () => {
    const eve = await room.joined({ name: 'Eve' });
    eve.doc.getText('python3').insert(0, 'x'.repeat(10 * KIB * KIB));
    const told = await sentAway(eve, CLOSE.tooLarge);
    expect(texts((await room.present()).doc).python3.length < 10 * KIB, 'nothing of it arrived');
    return told;
  });
}

async function textOf300KiB(room) {
  return withstands(room, async (people) => {
    const eve = await room.joined({ name: 'Eve' });
    const piece = 'sixteen letters\n'.repeat(KIB);
    const history = new Y.UndoManager(eve.doc.getText('rust'), { captureTimeout: 0 });
    for (let pasted = 0; pasted < 300 * KIB; pasted += piece.length) eve.doc.getText('rust').insert(0, piece);
    const told = await sentAway(eve, CLOSE.full);
    const held = await room.present();
    const length = held.doc.getText('rust').length;
    expect(length >= 224 * KIB && length <= TEXT_MAX, `what fitted was kept: ${length}`);
    // She makes room again, and all she has is taken as soon as her client has come back, which it does by itself.
    while (eve.doc.getText('rust').length > 128 * KIB) history.undo();
    await until('what Eve has left', () => people.every(({ doc }) => doc.getText('rust').length === eve.doc.getText('rust').length), () => JSON.stringify(eve.closes.slice(-2)));
    return told;
  });
}

async function toTheBrim(room) {
  const ada = await room.joined({ name: 'Ada' });
  const used = Object.values(texts(ada.doc)).reduce((sum, text) => sum + text.length, 0);
  // Counted as browsers count: the emoji is two.
  ada.doc.getText('java').insert(0, '🙂'.repeat((TEXT_MAX - used) >> 1) + 'x'.repeat((TEXT_MAX - used) & 1));
  await agree([ada, await room.joined()]);
  expect(ada.closes.length === 0, 'all of 256 KiB may be used');
  ada.doc.getText('java').insert(0, 'x');
  const told = await sentAway(ada, CLOSE.full);
  return `${TEXT_MAX} taken; one more: ${told}`;
}

async function replacedWhole(room) {
  const [ada, bob] = [await room.joined({ name: 'Ada' }), await room.joined({ name: 'Bob' })];
  const whole = 'def solve(x):\r\n    return "é🙂" + x\n';
  room.send({ type: 'x.editor.replace', language: 'python3', text: whole });
  await until('the text in the editors', () => ada.doc.getText('python3').toString() === whole && bob.doc.getText('python3').toString() === whole);
  // Only what differs is edited: what was written elsewhere meanwhile stays. Bob's line is down, so it is certain to be meanwhile.
  ada.doc.getText('python3').insert(0, '# Ada\n');
  await agree([ada, bob]);
  bob.provider.disconnect();
  bob.doc.getText('python3').insert(0, '# Bob\n');
  room.send({ type: 'x.editor.replace', language: 'python3', text: `# Ada\n${whole.replace('return', 'yield')}` });
  await until('the new text at Ada', () => ada.doc.getText('python3').toString().includes('yield'));
  bob.provider.connect();
  const agreed = await agree([ada, bob, await room.joined()]);
  expect(agreed.python3 === `# Bob\n# Ada\n${whole.replace('return', 'yield')}`, `both edits stand: ${JSON.stringify(agreed.python3)}`);
  await room.holds(agreed);

  room.send({ type: 'x.editor.replace', event_id: 'too_long', language: 'python3', text: 'x'.repeat(TEXT_MAX - 200) });
  await until('a refusal', () => room.event('error', ({ error }) => error.event_id === 'too_long'));
  expect(JSON.stringify(texts((await room.present()).doc)) === JSON.stringify(agreed), 'a refused text changes nothing');
  return 'a whole text is merged with what others type; too long a one is refused';
}

async function neverListens(room) {
  return withstands(room, async ([ada]) => {
    ada.doc.getText('cpp').insert(0, 'y'.repeat(100 * KIB));
    const intruder = await Intruder.enter(room);
    const editors = (count) => until(`${count} editors`, async () => (await room.metric('viva_editor_sockets')) === count, undefined, 10_000);
    // Those of other cases are gone by then.
    await editors(3);
    intruder.socket.pause();
    // Asks for everything, a thousand times over, and takes nothing of what is sent.
    const ask = askMessage(new Y.Doc());
    for (let asked = 0; asked < 1_000; asked += 1) intruder.send(ask);
    // The others are served as if nothing were.
    const cy = await room.joined({ name: 'Cy' });
    const probe = `# probe ${performance.now()}\n`;
    ada.doc.getText('cpp').insert(0, probe);
    await until('what Ada types', () => cy.doc.getText('cpp').toString().includes(probe));
    // Until too much waits for it: then it is shut out and all of that forgotten.
    await editors(3);
    intruder.socket.resume();
    const { code, reason } = await intruder.ended();
    expect(code === CLOSE.tooSlow && reason, `closed with ${code} "${reason}"`);
    cy.leave();
    return `the others do not notice; ${code} ${reason} after ${intruder.received.length} answers`;
  });
}

async function interviewEnds(room) {
  const ada = await room.joined({ name: 'Ada' });
  ada.doc.getText('go').insert(0, '// the last word\n');
  await agree([ada, await room.joined()]);
  room.send({ type: 'x.end' });
  return sentAway(ada, CLOSE.ended);
}

async function doors(room) {
  const answers = [];
  for (const [what, path] of [['without an upgrade, an unknown interview', '/v1/sessions/nobody_knows/editor'], ['no upgrade', `/v1/sessions/${room.id}/editor`]]) {
    const answer = await fetch(new URL(path, room.server));
    const { code, detail } = await answer.json().catch(() => ({}));
    expect(answer.status >= 400 && answer.status < 500 && code && detail, `${what}: ${answer.status} ${code} ${detail}`);
    answers.push(`${what}: ${answer.status} ${code}`);
  }
  const nobody = new WebSocket(`ws://${room.server.host}/v1/sessions/nobody_knows/editor`);
  const error = await new Promise((resolve) => nobody.on('error', resolve).on('open', () => resolve(new Error('opened'))));
  expect(/404/.test(error.message), `an upgrade to an unknown interview: ${error.message}`);
  return answers.join(', ');
}

const CASES = { starters, latecomer, languages, emojiCutInTwo, presence, badMessages, noise, otherDocuments, pasteOf10MiB, textOf300KiB, toTheBrim, replacedWhole, neverListens, interviewEnds, doors };

const [server, ...only] = process.argv.slice(2);
let failures = 0;
for (const [name, check] of Object.entries(CASES)) {
  if (only.length && !only.includes(name)) continue;
  const started = performance.now();
  let room;
  try {
    room = await Room.open(server, process.env.QUESTION);
    const told = await check(room);
    console.log(`ok editor ${name}: ${told} (${Math.round(performance.now() - started)} ms)`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED editor ${name}: ${error.stack}`);
  }
  room?.close();
}
process.exit(failures ? 1 : 0);
