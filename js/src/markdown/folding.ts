import { createElement } from "./drawing.js";
import type { Lines } from "./lines.js";

/** So much of a text stays shown, in UTF-16 units; each visible node costs with every frame. */
const SHOWN = 3_000_000;
/** So much comes back at once. */
const STEP = 1_000_000;

/** An element and the source lines it shows, the last one excluded; lines count from 1. */
interface Part {
  readonly element: HTMLElement;
  readonly from: number;
  to: number;
  readonly run: FoldRun;
}

/** Folds the old parts of a very long text. Nothing is lost: a button brings them back. */
export class Folding {
  /** Parts that are over, by where they end. */
  private readonly over: Part[] = [];
  private next = 0;

  constructor(private readonly lines: Lines) {}

  /** Hides what is too far back, but for what the reader brought back. */
  fold(): void {
    const edge = this.lines.length - SHOWN;
    if (edge <= 0) return;
    for (; this.next < this.over.length; this.next++) {
      const part = this.over[this.next] as Part;
      if (this.lines.startOf(part.to) > edge) return;
      part.run.hide(part);
    }
  }

  add(part: Part): void {
    this.over.push(part);
  }

  /** In UTF-16 units. */
  sizeOf({ from, to }: Part): number {
    return this.lines.startOf(to) - this.lines.startOf(from);
  }
}

/** The parts of one long block, or of the document, one below the other; its first is no part. */
export class FoldRun {
  private last: Part | null = null;
  private hidden: Part[] = [];
  private lineCount = 0;
  private button: HTMLButtonElement | null = null;

  constructor(private readonly folding: Folding) {}

  /** `element` shows what begins with the source line `line`; the part before it is over. */
  begin(element: HTMLElement, line: number): void {
    if (this.last) {
      this.last.to = line;
      // what was only looked at is gone again
      if (this.last.element.parentElement) this.folding.add(this.last);
    }
    this.last = { element, from: line, to: line, run: this };
  }

  hide(part: Part): void {
    const { element } = part;
    if (!element.parentElement) return;
    if (this.hidden.length === 0) {
      this.button ??= this.createButton(element.ownerDocument);
      element.before(this.button);
    }
    this.hidden.push(part);
    element.hidden = true;
    element.parentElement.classList.add("nbstream-partly");
    this.count(part.to - part.from);
  }

  /** Brings back what is nearest, above what is there, which stays where it is on the screen. */
  private show(): void {
    const below = this.hidden.at(-1)?.element.nextElementSibling ?? this.last?.element;
    const before = below?.getBoundingClientRect().top ?? 0;
    for (let size = 0; size < STEP; ) {
      const part = this.hidden.pop();
      if (!part) break;
      part.element.hidden = false;
      size += this.folding.sizeOf(part);
      this.count(part.from - part.to);
    }
    if (this.hidden.length === 0) this.button?.remove();
    if (below) scrollBy(below, below.getBoundingClientRect().top - before);
  }

  private count(more: number): void {
    this.lineCount += more;
    if (!this.button) return;
    this.button.textContent = `Show ${this.lineCount.toLocaleString("en")} earlier lines`;
  }

  private createButton(document: Document): HTMLButtonElement {
    const button = createElement(document, "button", "nbstream-earlier");
    button.type = "button";
    button.addEventListener("click", () => this.show());
    return button;
  }
}

/** Scrolls the box that `element` is in. */
function scrollBy(element: Element, height: number): void {
  for (let box = element.parentElement; box; box = box.parentElement) {
    if (box.scrollHeight <= box.clientHeight) continue;
    const { overflowY } = getComputedStyle(box);
    if (overflowY !== "auto" && overflowY !== "scroll") continue;
    box.scrollTop += height;
    return;
  }
}
