// Marks on lines where a run went wrong. They move with the text and go when their line is changed.
import { type EditorState, type Extension, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, GutterMarker, gutterLineClass } from "@codemirror/view";

/** Line numbers to mark, from 1; in place of all marks there were. */
export const setMarks = StateEffect.define<number[]>();

const line = Decoration.line({ class: "viva-error" });
const inGutter = new (class extends GutterMarker {
  override elementClass = "viva-error-mark";
})();

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, transaction) {
    let now = before;
    if (transaction.docChanged) {
      const { doc } = transaction.startState;
      now = now
        .update({
          filter: (from) => transaction.changes.touchesRange(from, doc.lineAt(from).to) === false,
        })
        .map(transaction.changes);
    }
    for (const effect of transaction.effects) if (effect.is(setMarks)) now = marked(transaction.state, effect.value);
    return now;
  },
  provide: (field) => [
    EditorView.decorations.from(field),
    gutterLineClass.from(field, (set) => {
      const places: number[] = [];
      set.between(0, Number.MAX_SAFE_INTEGER, (from) => void places.push(from));
      return RangeSet.of(places.map((from) => inGutter.range(from)));
    }),
  ],
});

function marked(state: EditorState, lines: number[]): DecorationSet {
  const inside = [...new Set(lines)].filter((number) => number >= 1 && number <= state.doc.lines).sort((a, b) => a - b);
  return Decoration.set(inside.map((number) => line.range(state.doc.line(number).from)));
}

/** Lets an editor have marks. */
export const marking: Extension = marks;

/** The lines that are marked, from 1. */
export function markedLines(state: EditorState): number[] {
  const lines: number[] = [];
  state.field(marks).between(0, state.doc.length, (from) => void lines.push(state.doc.lineAt(from).number));
  return lines;
}

/** Marks lines, in place of all marks there were. */
export function markLines(view: EditorView, lines: number[]): void {
  view.dispatch({ effects: setMarks.of(lines) });
}

/** Puts the cursor into a line and shows it. */
export function goToLine(view: EditorView, number: number): void {
  const { from } = view.state.doc.line(Math.min(Math.max(1, number), view.state.doc.lines));
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}
