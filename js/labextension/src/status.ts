/** What runs in this notebook, for the status bar or a toolbar, each with its Cancel. */
import { Widget } from "@lumino/widgets";
import { element, setText } from "../../src/elements";
import { figures } from "../../src/figures";
import { visible } from "../../src/markdown/invisible";
import type { Shown } from "../../src/shown";
import { phaseWords, tokenWords } from "../../src/words";

const TITLE = "Generations that run in this notebook";
const GAP_PX = 2;

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
  readonly #list = new RunningList();
  readonly #leave: () => void;

  /** `leave` takes the focus that was here when nothing runs any more. */
  constructor(leave: () => void) {
    super();
    this.#leave = leave;
    this.addClass("nbstream-item");
    const pulse = element(document, "span", "item-pulse");
    this.#button = element(document, "button", "item-button", pulse, element(document, "span", ""));
    this.#button.type = "button";
    this.#button.title = TITLE;
    this.#button.setAttribute("aria-haspopup", "dialog");
    this.#button.setAttribute("aria-expanded", "false");
    const popup = this.#list.element;
    // the browser closes it at Escape and at a click elsewhere, and gives the focus back
    this.#button.popoverTargetElement = popup;
    popup.addEventListener("beforetoggle", () => placeAt(popup, this.#button));
    popup.addEventListener("toggle", () => {
      this.#button.setAttribute("aria-expanded", String(this.isOpen));
      if (this.isOpen) this.#list.focus();
    });
    this.node.append(this.#button);
    // not in a toolbar, which would take its buttons for its own
    document.body.append(popup);
  }

  get isOpen(): boolean {
    return this.#list.element.matches(":popover-open");
  }

  tell(running: readonly Running[]): void {
    const count = running.length;
    const words = count === 1 ? "1 generation" : `${count} generations`;
    setText(this.#button.lastElementChild as HTMLElement, words);
    const { activeElement } = document;
    const focused = [this.node, this.#list.element].some((part) => part.contains(activeElement));
    this.#list.tell(running);
    if (count > 0) return;
    if (this.isOpen) this.#list.element.hidePopover();
    if (focused) this.#leave();
  }
}

/** Above the button where that is in the lower half of the page, else below it. */
function placeAt(popup: HTMLElement, button: HTMLElement): void {
  const { top, bottom, left } = button.getBoundingClientRect();
  const { style } = popup;
  const isLow = top > innerHeight / 2;
  style.top = isLow ? "auto" : `${bottom + GAP_PX}px`;
  style.bottom = isLow ? `${innerHeight - top + GAP_PX}px` : "auto";
  style.setProperty("--nbstream-left", `${left}px`);
}

class RunningList {
  readonly #rows = new Map<HTMLElement, Row>();
  readonly #list = element(document, "ul", "running");
  readonly element = element(document, "div", "popup", this.#list);

  constructor() {
    this.element.popover = "auto";
    this.element.setAttribute("role", "dialog");
    this.element.setAttribute("aria-label", TITLE);
  }

  focus(): void {
    const first = (selector: string) => this.element.querySelector<HTMLElement>(selector);
    (first(".nbstream-stop:enabled") ?? first(".nbstream-go"))?.focus();
  }

  tell(running: readonly Running[]): void {
    let focused = false;
    for (const [root, row] of this.#rows) {
      if (running.some(({ shown }) => shown.root === root)) continue;
      focused ||= row.element.contains(document.activeElement);
      row.element.remove();
      this.#rows.delete(root);
    }
    for (const one of running) {
      const { root } = one.shown;
      const row = this.#rows.get(root) ?? createRow(one);
      if (!this.#rows.has(root)) this.#list.append(row.element);
      this.#rows.set(root, row);
      row.tell(one);
    }
    if (focused) this.focus();
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
  stop.setAttribute("aria-label", `Cancel: ${visible(asked)}`);
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
