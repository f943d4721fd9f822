import { createElement } from "./drawing.js";
import { appendText } from "./invisible.js";

/** A long paragraph is laid out as a whole for every change in it: changes come in these parts. */
const PART = 256;

/**
 * The raw end of a text that is too long to be drawn again for every piece. It shows what it was
 * given once that is a small part of the whole, so that all of it costs the text's length.
 */
export class Tail {
  private readonly element: HTMLElement;
  private held = "";

  /** `length`: how long the text before the tail is. */
  constructor(
    host: HTMLElement,
    private length: number,
  ) {
    this.element = host.appendChild(createElement(host.ownerDocument, "span"));
  }

  append(text: string): void {
    this.held += text;
    if (this.held.length * PART < this.length) return;
    appendText(this.element.ownerDocument, this.element, this.held);
    this.length += this.held.length;
    this.held = "";
  }

  remove(): void {
    this.element.remove();
  }
}
