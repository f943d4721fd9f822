/** The cells that an answer gives. */
import type { CodeElement } from "../../src/markdown/code-block-view";
import type { Shown } from "../../src/shown";
import { kernelLanguage, type Place } from "./place";
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

/** All of an answer as cells, of the Markdown its output holds; none where it holds none. */
export function answerCells({ root, transcript }: Shown, { panel, cell }: Place): NewCell[] {
  const { outputArea } = cell as Outputs;
  const at = outputArea?.widgets.findIndex(({ node }) => node.contains(root)) ?? -1;
  if (!outputArea || at < 0 || !transcript.text.trim()) return [];
  const saved = [outputArea.model.get(at).data["text/markdown"] ?? ""].flat().join("");
  return cellsOf(answerOf(saved, Boolean(transcript.end?.error)), kernelLanguage(panel));
}
