/** The answers that the page shows: those that run, and what each of them last said. */

import { SHOWN, type Shown } from "../../src/shown";
import { isLive } from "../../src/transcript";

export class Answers {
  readonly #shown = new WeakMap<Element, Shown>();
  readonly #running = new Map<HTMLElement, Shown>();

  /** `onState` is told of every state that is shown; news is what begins to run or ends. */
  constructor(document: Document, onState: (shown: Shown, isNews: boolean) => void) {
    document.addEventListener(SHOWN, (event) => {
      const { detail } = event as CustomEvent<Shown>;
      const live = isLive(detail.transcript.status);
      const isNews = live !== this.#running.has(detail.root);
      this.#shown.set(detail.root, detail);
      if (live) this.#running.set(detail.root, detail);
      else this.#running.delete(detail.root);
      onState(detail, isNews);
    });
  }

  /** Oldest first. One whose output was taken away says its end to nobody: forget it. */
  running(isThere: (root: HTMLElement) => boolean): readonly Shown[] {
    for (const root of this.#running.keys()) {
      if (!isThere(root)) this.#running.delete(root);
    }
    return [...this.#running.values()];
  }

  /** The answers below `node` that have ended. */
  ended(node: Element): readonly Shown[] {
    const all = [...node.querySelectorAll(".nbstream")].map((root) => this.#shown.get(root));
    return all
      .filter((shown) => shown !== undefined)
      .filter(({ transcript }) => !isLive(transcript.status));
  }
}

/** Each answer once, where several views show it: the first frame is one and the same for all. */
export function distinct(all: readonly Shown[]): readonly Shown[] {
  const starts = all.map(({ transcript }) => transcript.start);
  return all.filter((_, at) => starts[at] === null || starts.indexOf(starts[at] ?? null) === at);
}
