// Highlighting and indentation of each language. A grammar is fetched when its language is first chosen.
import { indentUnit } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorState } from "@codemirror/state";

/** One step of indentation. */
const UNIT: Record<string, string> = { javascript: "  ", go: "\t" };

const GRAMMARS: Record<string, () => Promise<Extension>> = {
  python3: async () => (await import("@codemirror/lang-python")).python(),
  javascript: async () => (await import("@codemirror/lang-javascript")).javascript(),
  java: async () => (await import("@codemirror/lang-java")).java(),
  cpp: async () => (await import("@codemirror/lang-cpp")).cpp(),
  go: async () => (await import("@codemirror/lang-go")).go(),
  rust: async () => (await import("@codemirror/lang-rust")).rust(),
};

/** A language's grammar. Without one, or without a line to fetch it, the text stays plain: it can be worked with. */
export async function grammar(language: string): Promise<Extension> {
  try {
    return (await GRAMMARS[language]?.()) ?? [];
  } catch {
    return [];
  }
}

/** How a language is indented, as most of its code is. */
export function indentation(language: string): Extension {
  const unit = UNIT[language] ?? "    ";
  return [indentUnit.of(unit), EditorState.tabSize.of(4)];
}
