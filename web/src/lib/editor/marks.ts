// Marks on lines: where a run went wrong, with what it said, and those that the interviewer speaks of. They move with the text.
import { type EditorState, type Extension, RangeSet, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  gutterLineClass,
  WidgetType,
} from "@codemirror/view";

/** A line to mark. */
export interface Mark {
  /** From 1. */
  line: number;
  /** What is said at its end; empty: nothing. */
  text: string;
}

/** Lines where a run went wrong, in place of all there were. They go when their line is changed. */
export const setMarks = StateEffect.define<Mark[]>();

/** Lines that are spoken of, from 1, in place of all there were. */
export const setPointed = StateEffect.define<number[]>();

const broken = Decoration.line({ class: "viva-error" });
const pointedAt = Decoration.line({ class: "viva-pointed" });
const inGutter = (name: string) =>
  new (class extends GutterMarker {
    override elementClass = name;
  })();
const gutters = { marks: inGutter("viva-error-mark"), pointed: inGutter("viva-pointed-mark") };

/** Words at the end of a line that are no part of the text. */
class Remark extends WidgetType {
  constructor(readonly text: string) {
    super();
  }
  override eq(other: Remark): boolean {
    return other.text === this.text;
  }
  toDOM(): HTMLElement {
    const span = document.createElement("span");
    span.className = "viva-remark";
    span.textContent = this.text;
    return span;
  }
}

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, transaction) {
    let now = before;
    if (transaction.docChanged) {
      const { doc } = transaction.startState;
      const untouched = (at: number) =>
        transaction.changes.touchesRange(doc.lineAt(at).from, doc.lineAt(at).to) === false;
      now = now.update({ filter: untouched }).map(transaction.changes);
    }
    for (const effect of transaction.effects) if (effect.is(setMarks)) now = marked(transaction.state, effect.value);
    return now;
  },
  provide: (field) => shown(field, gutters.marks),
});

const pointed = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, transaction) {
    let now = before.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setPointed)) continue;
      const { state } = transaction;
      now = Decoration.set(inside(state, effect.value).map((line) => pointedAt.range(state.doc.line(line).from)));
    }
    return now;
  },
  provide: (field) => shown(field, gutters.pointed),
});

/** Marks show in the text and in the gutter. */
function shown(field: StateField<DecorationSet>, marker: GutterMarker): Extension {
  return [
    EditorView.decorations.from(field),
    gutterLineClass.from(field, (set) => RangeSet.of(starts(set).map((from) => marker.range(from)))),
  ];
}

/** Where the marked lines begin. */
function starts(set: DecorationSet): number[] {
  const places: number[] = [];
  set.between(0, Number.MAX_SAFE_INTEGER, (from, _, { spec }) => {
    if (spec.class !== undefined) places.push(from);
  });
  return places;
}

function inside(state: EditorState, lines: number[]): number[] {
  return [...new Set(lines)].filter((line) => line >= 1 && line <= state.doc.lines).sort((a, b) => a - b);
}

function marked(state: EditorState, wanted: Mark[]): DecorationSet {
  const texts = new Map(wanted.toReversed().map(({ line, text }) => [line, text]));
  const places = inside(state, [...texts.keys()]).flatMap((number) => {
    const { from, to } = state.doc.line(number);
    const text = texts.get(number) ?? "";
    const remark = Decoration.widget({ widget: new Remark(text), side: 1 });
    return text === "" ? [broken.range(from)] : [broken.range(from), remark.range(to)];
  });
  return Decoration.set(places);
}

/** Lets an editor have marks. */
export const marking: Extension = [marks, pointed];

/** The lines that are marked, from 1. */
export function markedLines(state: EditorState): number[] {
  return starts(state.field(marks)).map((from) => state.doc.lineAt(from).number);
}

/** The lines that are pointed at, from 1. */
export function pointedLines(state: EditorState): number[] {
  return starts(state.field(pointed)).map((from) => state.doc.lineAt(from).number);
}

/** Puts the cursor into a line and shows it. */
export function goToLine(view: EditorView, number: number): void {
  const { from } = view.state.doc.line(Math.min(Math.max(1, number), view.state.doc.lines));
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}
