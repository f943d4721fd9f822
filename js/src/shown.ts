/**
 * What a view tells the page whenever it shows a new state: for whoever there adds to answers what
 * a kernel cannot do. Nobody need listen.
 */
import type { Transcript } from "./transcript";

export const SHOWN = "nbstream-shown";

export interface Shown {
  /** The view's element, in the page or not. */
  readonly root: HTMLElement;
  readonly transcript: Transcript;
  /** What Cancel does; whether there was anything to cancel. */
  readonly cancel: () => boolean;
}

/** The element around an answer that shares its cell with others of a conversation. */
export interface ExchangeElement extends HTMLElement {
  /** What was asked. */
  asked?: () => string;
  /** The answer as Markdown in which nothing loads or runs; from the kernel. */
  markdown?: () => Promise<string>;
}

/** Null for an answer that has a cell of its own. */
export function exchangeOf({ root }: Pick<Shown, "root">): ExchangeElement | null {
  return root.closest<ExchangeElement>(".nbstream-gen-answer");
}
