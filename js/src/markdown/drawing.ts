import type { Block } from "./block.js";
import type { StreamDocument } from "./document.js";
import type { Folding } from "./folding.js";
import type { Footnotes } from "./footnotes.js";
import type { Mathematics } from "./mathematics.js";
import type { PlainRun, Span } from "./spans.js";

/** What shows a text that may still grow. */
export interface OpenText {
  /** Shows `text`, the next of its unfinished line. */
  grow(text: string): void;
}

/** What is shown, and will be better in some frames. */
export interface Unfinished {
  /** Does a part of what is left; whether there is more. */
  finish(): boolean;
}

/** What the views of one document share. */
export interface Drawing {
  readonly document: Document;
  readonly source: StreamDocument;
  readonly highlight: boolean;
  /** Code blocks longer than so many lines are folded once complete; null: none is. */
  readonly foldAfter: number | null;
  isSafeLink(destination: string): boolean;
  /** The address an image is loaded from, or null where a link stands for it. */
  allowedImage(destination: string): string | null;
  readonly footnotes: Footnotes;
  readonly folding: Folding;
  readonly mathematics: Mathematics;
  /** So much is drawn at once that its code is coloured later. */
  hurried: boolean;
  /** What is left for later frames. */
  readonly unfinished: Unfinished[];
  /** The view that shows the unfinished line, set while it is drawn. */
  openText: OpenText | null;
  /** Settled blocks that are drawn; they leave the tree once it is safe to change it. */
  readonly drawn: Block[];
  parse(source: string, runs?: PlainRun[]): Span[];
}

/** The element of one block, and how it follows the block. */
export interface BlockView {
  readonly element: HTMLElement;
  /** An item with a blank line between its blocks; makes its list loose. */
  readonly loose?: boolean;
  /** Shown elsewhere than in its place among the blocks. */
  readonly elsewhere?: boolean;
  /** Whether `block` can be shown by this view, which so far showed the block in its place. */
  accepts(block: Block): boolean;
  update(block: Block): void;
  remove(): void;
}

export function createElement<K extends keyof HTMLElementTagNameMap>(
  document: Document,
  tag: K,
  className = "",
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  return element;
}
