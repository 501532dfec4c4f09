// Names of the languages that candidates may write in.

const NAMES: Record<string, string> = {
  python3: "Python",
  javascript: "JavaScript",
  java: "Java",
  cpp: "C++",
  go: "Go",
  rust: "Rust",
};
const ENDINGS: Record<string, string> = {
  python3: "py",
  javascript: "js",
  java: "java",
  cpp: "cpp",
  go: "go",
  rust: "rs",
};

/** A language's name; its id when the page does not know it. */
export function languageName(id: string): string {
  return NAMES[id] ?? id;
}

/** How a language's files end, without the dot. */
export function fileEnding(id: string): string {
  return ENDINGS[id] ?? "txt";
}
