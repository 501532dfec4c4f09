// People at work, drawn from a seed: typing, pasting, deleting, replacing, undoing, in the texts of several languages.
import * as prng from 'lib0/prng';
import * as Y from 'yjs';

/** The names of the texts, as docs/protocol.md has them. */
export const LANGUAGES = ['python3', 'javascript', 'java', 'cpp', 'go', 'rust'];

/** What is typed and pasted: indented code, both line ends, and characters of one to four bytes and several code points. */
const WORDS = [
  'x', ' ', '\n', '\r\n', '\t', '}', 'é', 'e\u0301', 'ß', 'Ω', '中', '\u200d', '😀', '👩‍💻', '🇩🇪', '𝕏', '\ufeff', '\u2028',
  'for i in range(n):\n', 'return 0;\r\n', 'шаг', 'صف', 'שורה', '配列', '한글', 'naïve = "déjà vu"', '// TODO 🙃\r\n',
  'seen = {}\nfor index, value in enumerate(values):\n    if target - value in seen:\n        return index\n    seen[value] = index\n',
  'let mut best = 0;\r\n\tfor window in windows {\r\n\t\tbest = best.max(window); // größte\r\n\t}\r\n',
];

/** Someone who edits `doc`. Each edit is one transaction, as an editor makes it of one key or one paste. */
export class Author {
  /** Updates of this author's own edits, in their order. */
  updates = [];
  edits = 0;
  #random;
  #doc;
  #undo;
  #caret = 0;
  #language;

  constructor(doc, random) {
    this.#doc = doc;
    this.#random = random;
    this.#language = prng.oneOf(random, LANGUAGES);
    const texts = LANGUAGES.map((language) => doc.getText(language));
    this.#undo = new Y.UndoManager(texts, { trackedOrigins: new Set([this]), captureTimeout: 20 });
    doc.on('update', (update, _origin, _doc, transaction) => transaction.local && this.updates.push(update));
  }

  /** One edit that changes the document. */
  edit() {
    const before = this.updates.length;
    while (this.updates.length === before) this.#attempt();
    this.edits += 1;
  }

  #attempt() {
    const random = this.#random;
    // Mostly one goes on where one is; now and then elsewhere, or in another language.
    if (prng.real53(random) < 0.1) this.#language = prng.oneOf(random, LANGUAGES);
    const text = this.#doc.getText(this.#language);
    const value = text.toString();
    if (prng.real53(random) < 0.3) this.#caret = prng.int31(random, 0, value.length);
    const at = boundary(value, this.#caret);
    const kind = prng.real53(random);
    if (kind < 0.06) return this.#undo.undo();
    if (kind < 0.09) return this.#undo.redo();
    const end = boundary(value, at + prng.int31(random, 1, prng.real53(random) < 0.1 ? 60 : 6));
    const typed = prng.oneOf(random, WORDS);
    this.#doc.transact(() => {
      // Deleting pulls twice as much as it would if texts were to grow for ever.
      if (kind < 0.35 || kind > 0.9) text.delete(at, end - at);
      if (kind >= 0.35) text.insert(at, typed);
    }, this);
    this.#caret = kind >= 0.35 ? at + typed.length : at;
  }
}

/** `at`, kept within the text and off the middle of a surrogate pair, where no editor puts a caret. */
function boundary(value, at) {
  const index = Math.min(at, value.length);
  const within = /[\ud800-\udbff]/.test(value[index - 1] ?? '') && /[\udc00-\udfff]/.test(value[index] ?? '');
  return within ? index - 1 : index;
}

/** The texts of a document by language. */
export const texts = (doc) => Object.fromEntries(LANGUAGES.map((language) => [language, doc.getText(language).toString()]));
