// The code as it stood, to be read: CodeMirror that follows the clock. Fetched when there is code.
import { Compartment, EditorState, type Extension, type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, drawSelection, EditorView, lineNumbers } from "@codemirror/view";
import { grammar, indentation } from "../editor/grammars";
import { marking, setPointed } from "../editor/marks";
import { theme } from "../editor/theme";
import { languageName } from "../languages";
import { type CodeAt, difference } from "./code";

const setChanged = StateEffect.define<{ from: number; to: number }[]>();
const written = Decoration.mark({ class: "viva-written" });
const touched = Decoration.line({ class: "viva-touched" });

/** What changed lately: its letters, and its lines where letters went. */
const changed = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, { effects, changes, state }) {
    let now = before.map(changes);
    for (const effect of effects) if (effect.is(setChanged)) now = Decoration.set(marks(state, effect.value), true);
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function marks(state: EditorState, ranges: { from: number; to: number }[]): Range<Decoration>[] {
  const lines = new Set<number>();
  const found: Range<Decoration>[] = [];
  for (const { from, to } of ranges) {
    if (to > state.doc.length) continue;
    lines.add(state.doc.lineAt(from).from).add(state.doc.lineAt(to).from);
    if (to > from) found.push(written.range(from, to));
  }
  return [...found, ...[...lines].map((line) => touched.range(line))];
}

const look = EditorView.theme({
  ".viva-written": { backgroundColor: "var(--code-selection)", borderRadius: "2px" },
  ".cm-line.viva-touched": { boxShadow: "inset 3px 0 0 var(--accent)" },
});

/** The code on the page. */
export class CodeView {
  private readonly view: EditorView;
  private readonly highlighting = new Compartment();
  private language = "";

  /** `host` gets a shadow root, as the editor's does. */
  constructor(host: HTMLElement) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    root.replaceChildren();
    this.view = new EditorView({ parent: root, root });
  }

  /** Shows the code as it stood; what changed last is brought into sight. */
  show({ language, text, changed: ranges }: CodeAt): void {
    if (language !== this.language) this.begin(language, text);
    const change = difference(this.view.state.doc.toString(), text);
    const last = ranges.at(-1);
    const effects: StateEffect<unknown>[] = [setChanged.of(ranges)];
    if (change !== null && last !== undefined && last.from <= text.length) {
      effects.push(EditorView.scrollIntoView(last.from, { y: "nearest", yMargin: 40 }));
    }
    if (change === null) this.view.dispatch({ effects });
    else this.view.dispatch({ changes: change, effects });
  }

  /** Marks lines, from 1, and brings them into sight; none takes the marks away. */
  point(lines: { from: number; to: number } | null): void {
    const { doc } = this.view.state;
    if (lines === null || lines.from > doc.lines) {
      this.view.dispatch({ effects: setPointed.of([]) });
      return;
    }
    const numbers = Array.from({ length: lines.to - lines.from + 1 }, (_, i) => lines.from + i);
    const at = doc.line(lines.from).from;
    this.view.dispatch({ effects: [setPointed.of(numbers), EditorView.scrollIntoView(at, { y: "center" })] });
  }

  /** Takes it away. */
  destroy(): void {
    this.view.destroy();
  }

  private begin(language: string, doc: string): void {
    this.language = language;
    this.view.setState(EditorState.create({ doc, extensions: this.extensions(language) }));
    void grammar(language).then((found) => {
      if (this.language === language) this.view.dispatch({ effects: this.highlighting.reconfigure(found) });
    });
  }

  private extensions(language: string): Extension {
    return [
      lineNumbers(),
      drawSelection(),
      indentation(language),
      marking,
      changed,
      this.highlighting.of([]),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({
        "aria-label": `Code in ${languageName(language)} at this moment`,
        tabindex: "0",
      }),
      theme,
      look,
    ];
  }
}
