/** The cells that an answer gives. */
import type { INotebookTracker } from "@jupyterlab/notebook";
import type { CodeElement } from "../../src/markdown/code-block-view";
import { exchangeOf, type Shown } from "../../src/shown";
import { insertBelow, kernelLanguage, type Place, placeOf } from "./place";
import { answerOf, type Code, cellOf, cellsOf, type NewCell, runnable } from "./split";

interface Outputs {
  readonly outputArea?: {
    readonly widgets: readonly { readonly node: Node }[];
    readonly model: { get(index: number): { readonly data: Readonly<Record<string, unknown>> } };
  };
}

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

/** Inserts all of an answer as cells below its own, once its Markdown is there. */
export async function insertAnswer(tracker: INotebookTracker, shown: Shown): Promise<void> {
  const place = placeOf(tracker, shown.root);
  const markdown = place && (await markdownOf(shown, place)?.());
  // cells may have come and gone meanwhile
  const there = placeOf(tracker, shown.root);
  if (markdown && there) insertBelow(there, cellsOf(markdown, kernelLanguage(there.panel)));
}

/** Whether an answer has Markdown to make cells of. */
export function hasAnswer(shown: Shown, place: Place): boolean {
  return markdownOf(shown, place) !== null;
}

/** What the cell's output holds, or, for one of several answers of a cell, what the kernel has. */
function markdownOf(shown: Shown, { cell }: Place): (() => Promise<string>) | null {
  const { root, transcript } = shown;
  if (!transcript.text.trim()) return null;
  const exchange = exchangeOf(shown);
  if (exchange) return exchange.markdown ?? null;
  const { outputArea } = cell as Outputs;
  const at = outputArea?.widgets.findIndex(({ node }) => node.contains(root)) ?? -1;
  if (!outputArea || at < 0) return null;
  const saved = [outputArea.model.get(at).data["text/markdown"] ?? ""].flat().join("");
  const answer = answerOf(saved, Boolean(transcript.end?.error));
  return answer.trim() ? async () => answer : null;
}
