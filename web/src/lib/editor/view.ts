// The editor itself: CodeMirror on one text of the shared document. Fetched when an interview has code.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, Prec, type Transaction } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import { languageName } from "../languages";
import type { CodeDocument } from "./document";
import { grammar, indentation } from "./grammars";
import { goToLine, type Mark, marking, setMarks, setPointed } from "./marks";
import { theme } from "./theme";

export { CodeDocument } from "./document";

/** Most text of all languages together, in UTF-16 units: somewhat below the server's limit, which ends the line. */
export const TEXT_MAX = 250_000;

/** What the editor tells. */
export interface EditorListener {
  /** Ctrl or Cmd with Enter; with Shift: all tests. */
  run(all: boolean): void;
  /** A change was not taken: the text would have become too long. */
  tooLong(): void;
}

/** The editor on the page. */
export class CodeEditor {
  private readonly view: EditorView;
  private readonly highlighting = new Compartment();
  private readonly places = new Map<string, number>();
  private language = "";

  /** `host` gets a shadow root: only there may styles be made by script under the page's Content-Security-Policy. */
  constructor(
    host: HTMLElement,
    private readonly document: CodeDocument,
    /** None: the text can only be read. */
    private readonly listener: EditorListener | null,
  ) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    root.replaceChildren();
    this.view = new EditorView({ parent: root, root });
  }

  /** Shows the text of a language. */
  show(language: string): void {
    if (language === this.language) return;
    if (this.language !== "") this.places.set(this.language, this.view.state.selection.main.head);
    const focused = this.view.hasFocus;
    this.language = language;
    const doc = this.document.text(language).toString();
    const anchor = Math.min(this.places.get(language) ?? 0, doc.length);
    this.view.setState(EditorState.create({ doc, selection: { anchor }, extensions: this.extensions(language) }));
    if (focused) this.view.focus();
    void grammar(language).then((found) => {
      if (this.language === language) this.view.dispatch({ effects: this.highlighting.reconfigure(found) });
    });
  }

  /** Marks lines where something went wrong; none takes all marks away. */
  mark(marks: Mark[]): void {
    this.view.dispatch({ effects: setMarks.of(marks) });
  }

  /** Points at lines, from 1, in place of those before. */
  point(lines: number[]): void {
    this.view.dispatch({ effects: setPointed.of(lines) });
  }

  /** Puts the cursor into a line, from 1. */
  goTo(line: number): void {
    goToLine(this.view, line);
  }

  /** Opens the search. */
  find(): void {
    openSearchPanel(this.view);
  }

  /** Puts the cursor into the text. */
  focus(): void {
    this.view.focus();
  }

  /** Takes the editor away; the text stays in the document. */
  destroy(): void {
    this.view.destroy();
  }

  private extensions(language: string): Extension {
    const run = (all: boolean) => () => {
      this.listener?.run(all);
      return true;
    };
    const keys = [{ key: "Mod-Enter", run: run(false), shift: run(true), preventDefault: true }];
    return [
      Prec.highest(keymap.of(keys)),
      // Cursors of others get their colour inline, which the page's policy does not let them: whoever only reads goes without.
      yCollab(this.document.text(language), this.listener === null ? null : this.document.awareness, {
        undoManager: this.document.history(language),
      }),
      lineNumbers(),
      highlightActiveLineGutter(),
      highlightActiveLine(),
      highlightSpecialChars(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      search(),
      highlightSelectionMatches(),
      indentation(language),
      marking,
      this.highlighting.of([]),
      keymap.of([...closeBracketsKeymap, ...yUndoManagerKeymap, ...searchKeymap, ...defaultKeymap, indentWithTab]),
      EditorState.changeFilter.of((change) => this.fits(change)),
      EditorView.editable.of(this.listener !== null),
      EditorView.contentAttributes.of({
        // The hint stands on the page as well; a shadow root cannot point to it.
        "aria-label": `Code in ${languageName(language)}. Escape, then Tab leaves the editor.`,
        // Said aloud, so that what checks pages knows that long lines can be scrolled by keyboard.
        tabindex: "0",
        autocapitalize: "off",
        autocorrect: "off",
        spellcheck: "false",
      }),
      theme,
    ];
  }

  /** Text from others is always taken; what is typed or pasted only up to the limit. */
  private fits(change: Transaction): boolean {
    const longer = change.changes.newLength - change.changes.length;
    if (longer <= 0 || !change.isUserEvent("input") || this.document.units + longer <= TEXT_MAX) return true;
    this.listener?.tooLong();
    return false;
  }
}
