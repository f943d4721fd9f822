/** What runs in this notebook, in the status bar, each with its Cancel. */
import { type Popup, showPopup } from "@jupyterlab/statusbar";
import { Widget } from "@lumino/widgets";
import { element, setText } from "../../src/elements";
import { figures } from "../../src/figures";
import type { Shown } from "../../src/shown";
import { phaseWords, tokenWords } from "../../src/words";

export interface Running {
  readonly shown: Shown;
  /** What was asked, in a line. */
  readonly asked: string;
  /** Brings the answer into sight. */
  readonly reveal: () => void;
}

/** A button that tells how many run, and opens the list of them. */
export class RunningItem extends Widget {
  readonly #button: HTMLButtonElement;
  #running: readonly Running[] = [];
  #list: RunningList | null = null;
  #popup: Popup | null = null;

  constructor() {
    super();
    this.addClass("nbstream-item");
    const pulse = element(document, "span", "item-pulse");
    this.#button = element(document, "button", "item-button", pulse, element(document, "span", ""));
    this.#button.type = "button";
    this.#button.title = "Generations that run in this notebook";
    this.#button.setAttribute("aria-haspopup", "dialog");
    this.#button.setAttribute("aria-expanded", "false");
    this.#button.addEventListener("click", () => (this.#popup ? this.#close() : this.#open()));
    this.node.append(this.#button);
  }

  get isOpen(): boolean {
    return this.#popup !== null;
  }

  tell(running: readonly Running[]): void {
    this.#running = running;
    const count = running.length;
    const words = count === 1 ? "1 generation" : `${count} generations`;
    setText(this.#button.lastElementChild as HTMLElement, words);
    this.#list?.tell(running);
    if (count === 0) this.#close();
  }

  #open(): void {
    const list = new RunningList();
    list.tell(this.#running);
    const popup = showPopup({ body: list, anchor: this, align: "left", hasDynamicSize: true });
    [this.#list, this.#popup] = [list, popup];
    this.#button.setAttribute("aria-expanded", "true");
    // it is hidden until its place is known
    requestAnimationFrame(() => list.node.querySelector<HTMLElement>(".nbstream-stop")?.focus());
    list.disposed.connect(() => {
      this.#list = this.#popup = null;
      this.#button.setAttribute("aria-expanded", "false");
    });
    popup.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#button.focus();
    });
  }

  #close(): void {
    this.#popup?.dispose();
  }
}

class RunningList extends Widget {
  readonly #rows = new Map<HTMLElement, Row>();
  readonly #list = element(document, "ul", "running");

  constructor() {
    super();
    this.addClass("nbstream-popup");
    this.node.setAttribute("role", "dialog");
    this.node.setAttribute("aria-label", "Generations that run in this notebook");
    this.node.append(this.#list);
  }

  tell(running: readonly Running[]): void {
    for (const [root, row] of this.#rows) {
      if (running.some(({ shown }) => shown.root === root)) continue;
      const focused = row.element.contains(document.activeElement);
      row.element.remove();
      this.#rows.delete(root);
      if (focused) this.node.querySelector<HTMLElement>(".nbstream-stop:enabled")?.focus();
    }
    for (const one of running) {
      const { root } = one.shown;
      const row = this.#rows.get(root) ?? createRow(one);
      if (!this.#rows.has(root)) this.#list.append(row.element);
      this.#rows.set(root, row);
      row.tell(one);
    }
  }
}

interface Row {
  readonly element: HTMLElement;
  tell(running: Running): void;
}

function createRow({ shown, asked, reveal }: Running): Row {
  const facts = element(document, "span", "row-facts");
  const title = element(document, "span", "row-asked", asked);
  const go = element(document, "button", "go", title, facts);
  go.type = "button";
  go.title = "Show it";
  go.addEventListener("click", reveal);
  const stop = element(document, "button", "stop", "Cancel");
  stop.type = "button";
  stop.setAttribute("aria-label", `Cancel: ${asked}`);
  stop.addEventListener("click", () => {
    go.focus();
    stop.disabled = true;
    stop.textContent = "Cancelling…";
    shown.cancel();
  });
  return {
    element: element(document, "li", "row", go, stop),
    tell({ shown: { transcript } }) {
      const words = [transcript.model, phaseWords(transcript), tokenWords(figures(transcript))];
      setText(facts, words.filter(Boolean).join(" · "));
    },
  };
}
