// Choosing among the questions: by kind, topic and difficulty, or by chance.
import type { QuestionKind, QuestionRow } from "../wire/rest";

/** What is looked for; empty fields fit all. */
export interface Filter {
  kind: QuestionKind | "";
  topic: string;
  /** 1 (easy) to 5 (hard), as text; empty: any. */
  difficulty: string;
  /** Words that title or topics hold, each of them. */
  words: string;
}

/** The filter that every question fits. */
export const ANY: Filter = { kind: "", topic: "", difficulty: "", words: "" };

/** Three steps are enough to choose by. */
export const STEPS = [
  { id: "easy", name: "Easy", from: 1, to: 2 },
  { id: "medium", name: "Medium", from: 3, to: 3 },
  { id: "hard", name: "Hard", from: 4, to: 5 },
] as const;

/** The questions that fit. */
export function fitting(list: QuestionRow[], { kind, topic, difficulty, words }: Filter): QuestionRow[] {
  const step = STEPS.find(({ id }) => id === difficulty);
  const wanted = folded(words)
    .split(/\s+/)
    .filter((word) => word !== "");
  return list.filter((question) => {
    const hard = question.difficulty;
    return (
      (kind === "" || question.kind === kind) &&
      (topic === "" || question.topics.includes(topic)) &&
      (step === undefined || (hard >= step.from && hard <= step.to)) &&
      holds(question, wanted)
    );
  });
}

function holds({ title, kind, topics }: QuestionRow, wanted: string[]): boolean {
  if (wanted.length === 0) return true;
  const text = folded([title, kind, ...topics].join(" "));
  return wanted.every((word) => text.includes(word));
}

/** Without regard to case, accents and hyphens. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("-", " ").toLowerCase();
}

/** Topics of the questions in the order of their names. */
export function topicsOf(list: QuestionRow[]): string[] {
  return [...new Set(list.flatMap(({ topics }) => topics))].sort((a, b) => a.localeCompare(b));
}

/** Kinds of the questions in the order in which they come. */
export function kindsOf(list: QuestionRow[]): QuestionKind[] {
  return [...new Set(list.map(({ kind }) => kind))];
}

/** One of the questions by chance (`random` is 0..1), never one that was had before; none when all were. */
export function surprise(list: QuestionRow[], random: number): QuestionRow | undefined {
  const fresh = list.filter(({ had }) => !had);
  return fresh[Math.min(fresh.length - 1, Math.floor(random * fresh.length))];
}
