// The editor's look. Colours are the page's own variables, so light and dark come by themselves.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "var(--code-size, 0.9rem)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--mono)",
    lineHeight: "1.6",
    scrollbarWidth: "thin",
    overscrollBehavior: "contain",
  },
  ".cm-content": { padding: "0.6rem 0 3rem", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 1rem 0 0.6rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--quiet)", border: "none", paddingLeft: "0.4rem" },
  ".cm-lineNumbers .cm-gutterElement": {
    minWidth: "2.4em",
    padding: "0 0.5em 0 0",
    fontVariantNumeric: "tabular-nums",
  },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--code-line)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLineGutter": { backgroundColor: "var(--code-line)", color: "var(--ink)" },
  ".cm-selectionBackground": { backgroundColor: "var(--code-selection)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--code-selection)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--code-match)" },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--code-match)",
    outline: "1px solid var(--edge)",
    borderRadius: "2px",
  },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", color: "var(--danger)" },
  ".cm-line.viva-error": { backgroundColor: "var(--code-error)", boxShadow: "inset 3px 0 0 var(--danger)" },
  ".viva-error-mark": { color: "var(--danger)", fontWeight: "700" },
  ".viva-remark": { color: "var(--danger)", fontStyle: "italic", paddingLeft: "2em", opacity: "0.95" },
  ".cm-line.viva-pointed": { backgroundColor: "var(--code-pointed)", boxShadow: "inset 3px 0 0 var(--accent)" },
  ".viva-pointed-mark": { color: "var(--accent)", fontWeight: "700" },
  ".cm-placeholder": { color: "var(--quiet)" },
  ".cm-panels": { backgroundColor: "var(--ground)", color: "var(--ink)", fontFamily: "inherit" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": {
    padding: "0.5rem 2.2rem 0.5rem 0.75rem",
    fontFamily: "system-ui, sans-serif",
    fontSize: "0.9rem",
  },
  ".cm-panel.cm-search label": { fontSize: "0.85rem", display: "inline-flex", alignItems: "center", gap: "0.25rem" },
  ".cm-panel.cm-search input[type=checkbox]": { accentColor: "var(--accent-strong)" },
  ".cm-panel.cm-search [name=close]": { color: "var(--ink)", cursor: "pointer", right: "0.6rem", fontSize: "1.2rem" },
  ".cm-textfield": {
    backgroundColor: "var(--surface)",
    color: "inherit",
    border: "1px solid var(--edge)",
    borderRadius: "7px",
    padding: "0.25rem 0.5rem",
    fontSize: "0.9rem",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--surface)",
    color: "inherit",
    border: "1px solid var(--edge)",
    borderRadius: "7px",
    padding: "0.25rem 0.6rem",
    fontSize: "0.85rem",
    cursor: "pointer",
    textTransform: "capitalize",
  },
  ".cm-button:hover": { borderColor: "var(--accent)", color: "var(--accent)" },
  ".cm-textfield:focus-visible, .cm-button:focus-visible, input:focus-visible, [name=close]:focus-visible": {
    outline: "3px solid var(--focus)",
    outlineOffset: "1px",
  },
  ".cm-searchMatch": { backgroundColor: "var(--code-match)", outline: "1px solid var(--edge)" },
  ".cm-searchMatch.cm-searchMatch-selected": {
    backgroundColor: "var(--code-selection)",
    outline: "2px solid var(--accent)",
  },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.character, tags.regexp], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: [tags.comment], color: "var(--code-comment)", fontStyle: "italic" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.macroName],
    color: "var(--code-function)",
  },
  { tag: [tags.definition(tags.function(tags.variableName))], color: "var(--code-function)", fontWeight: "600" },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.standard(tags.typeName)], color: "var(--code-type)" },
  { tag: [tags.meta, tags.annotation, tags.processingInstruction], color: "var(--code-type)" },
  { tag: [tags.invalid], color: "var(--danger)" },
]);

/** The editor's look. */
export const theme: Extension = [look, syntaxHighlighting(colours, { fallback: true })];
