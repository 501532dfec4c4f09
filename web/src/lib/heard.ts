// How many of the interviewer's words have been heard: words come beside the sound that says them, and the player tells how
// far that is. Pure: pieces of both in, characters out.

/** Speaking pace where nothing better is known: the end of the last words' sound has not come yet. In ms per character. */
const MS_PER_CHARACTER = 65;

interface Words {
  /** Characters before these. */
  from: number;
  /** When they begin in the item's sound, in ms. */
  atMs: number;
}

/** One item of the interviewer's, while it is played. */
export interface Hearing {
  words: Words[];
  /** Characters in all. */
  characters: number;
  /** Sound that has come, in ms. */
  soundMs: number;
  /** No more sound comes. */
  complete: boolean;
}

/** An item of which nothing has come yet. */
export const UNHEARD: Hearing = { words: [], characters: 0, soundMs: 0, complete: false };

/** More words: they are said by the sound that comes after them. */
export function withWords(hearing: Hearing, count: number): Hearing {
  const { words, characters, soundMs } = hearing;
  return { ...hearing, words: [...words, { from: characters, atMs: soundMs }], characters: characters + count };
}

/** More sound. */
export function withSound(hearing: Hearing, ms: number): Hearing {
  return { ...hearing, soundMs: hearing.soundMs + ms };
}

/** Characters said by the first `playedMs` of the sound. */
export function heardCharacters({ words, characters, soundMs, complete }: Hearing, playedMs: number): number {
  const at = words.findLastIndex(({ atMs }) => atMs <= playedMs);
  const piece = words[at];
  if (piece === undefined) return 0;
  const next = words[at + 1];
  const to = next?.from ?? characters;
  const guess = piece.atMs + (to - piece.from) * MS_PER_CHARACTER;
  const end = next?.atMs ?? (complete ? soundMs : Math.max(soundMs, guess));
  const share = end <= piece.atMs ? 1 : Math.min(1, (playedMs - piece.atMs) / (end - piece.atMs));
  return piece.from + Math.round(share * (to - piece.from));
}

/** Where a text may be divided so that no word is: after the word that the character is in. */
export function wholeWords(text: string, characters: number): number {
  if (characters <= 0) return 0;
  const space = text.slice(characters).search(/\s/);
  return space < 0 ? text.length : characters + space;
}
