// Several people edit at once over bad lines, now and then offline; in the end all hold one text, and it is made of every edit.
//   node converge.mjs http://127.0.0.1:8080 [SEED …]
// A seed fixes who types what and what the lines do to each frame; when things happen depends on the machine as well.
import * as prng from 'lib0/prng';
import * as Y from 'yjs';
import { Author } from './edits.mjs';
import { BAD, noFaults } from './link.mjs';
import { LANGUAGES, Room, agree, stateOf, texts, whole } from './room.mjs';
import { expect, pause } from './wait.mjs';

const PEOPLE = 5;
const EDITS = 1_000;
/** Pause between two edits of one person, at most, in ms. */
const THINK_MS_MAX = 24;
/** Edits that someone makes offline in one go, at most. */
const OFFLINE_EDITS_MAX = 25;

/** One person's share of the edits, some of them offline. Counts those. */
async function work(person, author, random) {
  let [offline, left] = [0, EDITS / PEOPLE];
  while (left > 0) {
    if (prng.real53(random) < 0.02) {
      person.provider.disconnect();
      for (let away = Math.min(left, prng.int31(random, 1, OFFLINE_EDITS_MAX)); away > 0; away -= 1, left -= 1) {
        author.edit();
        offline += 1;
        if (away % 8 === 0) await pause(1);
      }
      person.provider.connect();
      // Typing goes on before the connection stands.
    }
    if (left === 0) break;
    author.edit();
    left -= 1;
    await pause(prng.real53(random) * THINK_MS_MAX);
  }
  return offline;
}

/** The document that the edits alone make, applied in another order and without any server. */
function union(base, authors, random) {
  const doc = new Y.Doc();
  const updates = [base, ...authors.flatMap((author) => author.updates)];
  for (let last = updates.length - 1; last > 0; last -= 1) {
    const other = prng.int31(random, 0, last);
    [updates[last], updates[other]] = [updates[other], updates[last]];
  }
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
}

async function converge(server, question, seed) {
  const started = performance.now();
  const random = prng.create(seed);
  const room = await Room.open(server, question);
  try {
    const first = await room.joined({ name: 'whoever came first' });
    const base = Y.encodeStateAsUpdate(first.doc);
    const people = [];
    for (let index = 0; index < PEOPLE; index += 1) {
      people.push(await room.join({ name: `person ${index}`, nature: BAD, random: prng.create(seed * 100 + index), resyncs: index % 2 === 0 }));
    }
    const authors = people.map((person, index) => new Author(person.doc, prng.create(seed * 10_000 + index)));
    const offline = await Promise.all(people.map((person, index) => work(person, authors[index], prng.create(seed * 1_000 + index))));
    for (const person of people) person.link.heal();
    const agreed = await agree([...people, first]);

    const late = await room.present();
    expect(JSON.stringify(texts(late.doc)) === JSON.stringify(agreed), 'someone who comes late reads the same');
    expect(whole(late.doc) && stateOf(late.doc) === stateOf(first.doc), 'the server knows every edit');
    const alone = union(base, authors, random);
    expect(whole(alone) && JSON.stringify(texts(alone)) === JSON.stringify(agreed), 'the text is what the edits alone make');
    expect(authors.reduce((sum, author) => sum + author.edits, 0) === EDITS, `${EDITS} edits were made`);
    const faults = noFaults();
    for (const { link } of people) for (const kind of Object.keys(faults)) faults[kind] += link.faults[kind];
    const away = offline.reduce((sum, count) => sum + count, 0);
    for (const [kind, count] of Object.entries(faults)) total[kind] += count;
    for (const [kind, count] of Object.entries({ lost: faults.lost, overtaken: faults.overtaken, doubled: faults.doubled, cut: faults.cut, away })) {
      expect(count > 0, `the lines were bad: ${kind} is ${count}`);
    }
    await room.holds(agreed);
    const length = LANGUAGES.reduce((sum, language) => sum + agreed[language].length, 0);
    return `${EDITS} edits by ${PEOPLE} people (${away} offline) over ${faults.connections} connections, ${faults.cut} of them cut ` +
      `(${faults.cutInFrame} in a frame); of ${faults.frames} frames ${faults.lost} lost, ${faults.overtaken} overtaken, ` +
      `${faults.doubled} doubled; one text of ${length} characters after ${((performance.now() - started) / 1000).toFixed(1)} s`;
  } finally {
    room.close();
  }
}

const [server, ...wanted] = process.argv.slice(2);
const seeds = wanted.length ? wanted.map(Number) : Array.from({ length: 10 }, (_, index) => index + 1);
let failures = 0;
const total = noFaults();
const held = await Promise.allSettled(seeds.map((seed) => converge(server, process.env.QUESTION, seed)));
for (const [index, { status, value, reason }] of held.entries()) {
  if (status === 'rejected') failures += 1;
  console.log(status === 'fulfilled' ? `ok editor seed ${seeds[index]}: ${value}` : `FAILED editor seed ${seeds[index]}: ${reason.stack}`);
}
// A single seed may not draw every kind of fault; ten do.
const missing = Object.keys(total).filter((kind) => total[kind] === 0);
if (failures === 0 && seeds.length >= 10 && missing.length > 0) {
  failures += 1;
  console.log(`FAILED editor seeds: no line was ${missing}`);
}
process.exit(failures ? 1 : 0);
