import type { Node } from "commonmark";
import type { MathSource } from "./math-source.js";

/** A node of the inline tree, with what our parser knows of it. */
export interface InlineNode extends Node {
  /** What a formula says. */
  math?: MathSource;
  /** An opener of emphasis that has no closer. */
  open?: boolean;
  /** Where in the source a text without markup is that nothing to come can change. */
  certain?: number;
}
