// A question's statement as HTML. What the text holds of HTML itself is shown as text, never run.
import { micromark } from "micromark";
import { gfmTable, gfmTableHtml } from "micromark-extension-gfm-table";

/** Markdown (with tables) as safe HTML. */
export function toHtml(markdown: string): string {
  return micromark(markdown, { extensions: [gfmTable()], htmlExtensions: [gfmTableHtml()] });
}
