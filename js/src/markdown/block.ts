import type { Node } from "commonmark";

/** A block of the document, with what streaming has to remember beyond commonmark.js' own fields. */
export interface Block extends Node {
  /** Closed by complete lines: nothing that arrives later can change it. */
  settled?: boolean;
  /** The complete lines of a paragraph, code, HTML or table body, without line ends. */
  lines?: string[];
  /** The unfinished last line, while it is being looked at; null when it is not in this block. */
  partial?: string | null;
  /** A paragraph of nothing but link reference definitions shows nothing. */
  hidden?: boolean;
  /** The paragraph's start was looked at and is not (or no longer) a reference definition. */
  noDefinitions?: boolean;
  table?: TableShape;
  /** The key of the footnote that this block defines. */
  footnote?: string;
}

export type Alignment = "left" | "center" | "right" | null;

export interface TableShape {
  head: string[];
  align: Alignment[];
}

export const firstChildOf = (block: Node) => block._firstChild as Block | null;
export const lastChildOf = (block: Node) => block._lastChild as Block | null;
export const nextOf = (block: Node) => block._next as Block | null;
