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
