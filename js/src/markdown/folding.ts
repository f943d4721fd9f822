import { createElement } from "./drawing.js";
import type { Lines } from "./lines.js";

/** So much of a text stays shown, in UTF-16 units; each visible node costs with every frame. */
const SHOWN = 3_000_000;
/** So much comes back at once. */
const STEP = 1_000_000;
/** And so much is hidden at once: it costs a frame some 20 ms, however little it is. */
const PART = 200_000;

/** Elements side by side and the source lines they show, `to` excluded; lines count from 1. */
interface Part {
  readonly elements: HTMLElement[];
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

  /**
   * Parts within `part` are shown and hidden with it from now on: the browser skips what is in it,
   * and would come back to a change there with every frame.
   */
  add(part: Part): void {
    while (this.over.length > this.next && (this.over.at(-1)?.from ?? 0) >= part.from) {
      this.over.pop();
    }
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
    const { last } = this;
    if (last) {
      last.to = line;
      if (this.folding.sizeOf(last) < PART) {
        last.elements.push(element);
        return;
      }
      this.folding.add(last);
    }
    this.last = { elements: [element], from: line, to: line, run: this };
  }

  hide(part: Part): void {
    // what was only looked at may be gone
    const elements = part.elements.filter(({ parentElement }) => parentElement);
    const [first] = elements;
    if (!first) return;
    if (this.hidden.length === 0) {
      this.button ??= this.createButton(first.ownerDocument);
      first.before(this.button);
    }
    this.hidden.push(part);
    for (const element of elements) element.hidden = true;
    this.count(part.to - part.from);
  }

  /** Brings back what is nearest, above what is there, which stays where it is on the screen. */
  private show(): void {
    const below = this.hidden.at(-1)?.elements.at(-1)?.nextElementSibling;
    const before = below?.getBoundingClientRect().top ?? 0;
    for (let size = 0; size < STEP; ) {
      const part = this.hidden.pop();
      if (!part) break;
      for (const element of part.elements) element.hidden = false;
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
