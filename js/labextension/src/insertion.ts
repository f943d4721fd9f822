/** The cells that an answer gives. */
import type { INotebookTracker } from "@jupyterlab/notebook";
import type { CodeElement } from "../../src/markdown/code-block-view";
import type { Shown } from "../../src/shown";
import { insertBelow, kernelLanguage, type Place, placeOf } from "./place";
import { cellOf, cellsOf, type NewCell, runnable } from "./split";
import type { Code } from "./written";

/** A block's code, or null where the view that drew it does not tell. */
export function codeOf(block: CodeElement): Code | null {
  if (!block.code) return null;
  const name = block.querySelector("pre > code")?.className ?? "";
  return { source: block.code(), language: name.replace(/^language-/, "") };
}

/** The blocks of an answer that its kernel can run, as cells. */
export function codeCells({ root }: Shown, { panel }: Place): NewCell[] {
  const blocks = [...root.querySelectorAll<CodeElement>(".nbstream-code")].map(codeOf);
  const language = kernelLanguage(panel);
  const codes = blocks.filter((block) => block !== null);
  return runnable(codes, language).map((code) => cellOf(code, language));
}

/** Inserts all of an answer as cells below its own: what is drawn, and nothing else of its output. */
export function insertAnswer(tracker: INotebookTracker, { root, transcript }: Shown): void {
  const place = placeOf(tracker, root);
  if (place) insertBelow(place, cellsOf(transcript.text, kernelLanguage(place.panel)));
}

/** Whether there is an answer to make cells of. */
export function hasAnswer({ transcript }: Shown): boolean {
  return transcript.text.trim() !== "";
}
