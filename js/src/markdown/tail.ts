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

  /** In new elements: adding to a text would cost the browser what the whole paragraph has. */
  append(text: string): void {
    this.held += text;
    if (this.held.length * PART < this.length) return;
    const document = this.element.ownerDocument;
    // what follows a space is shaped apart from what is before it, however long that has become
    const end = this.held.lastIndexOf(" ") + 1;
    const show = (text: string, className: string) => {
      if (text === "") return;
      const span = this.element.appendChild(createElement(document, "span", className));
      appendText(document, span, text);
    };
    show(this.held.slice(0, end), "");
    show(this.held.slice(end), end ? "nbstream-part" : "");
    this.length += this.held.length;
    this.held = "";
  }

  remove(): void {
    this.element.remove();
  }
}
