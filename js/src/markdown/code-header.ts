import { copyButton } from "./copy-button.js";
import { createElement } from "./drawing.js";
import { visible } from "./invisible.js";

export interface CodeControls {
  /** The code as it came, byte for byte. */
  text(): string;
  setNumbered(on: boolean): void;
}

/** Above a code block: its language, and switches for what a reader may want of it. */
export class CodeHeader {
  readonly element: HTMLElement;
  private readonly label: HTMLElement;
  private foldButton: HTMLButtonElement | null = null;

  /** `block` is the element that carries `nbstream-wrap` and `nbstream-folded`. */
  constructor(
    private readonly block: HTMLElement,
    controls: CodeControls,
  ) {
    const document = block.ownerDocument;
    this.element = createElement(document, "div", "nbstream-code-header");
    this.label = createElement(document, "span", "nbstream-code-language");
    this.element.append(
      this.label,
      switchButton(document, "Numbers", "Line numbers", (on) => {
        block.classList.toggle("nbstream-numbered", on);
        controls.setNumbered(on);
      }),
      switchButton(document, "Wrap", "Wrap long lines", (on) => {
        block.classList.toggle("nbstream-wrap", on);
      }),
      copyButton(document, controls.text),
    );
  }

  setLanguage(language: string): void {
    this.label.textContent = language === "" ? "text" : visible(language);
  }

  /** Lets the reader fold the block, which is complete and has `lines` lines. */
  allowFolding(lines: number, folded: boolean): void {
    if (this.foldButton) return;
    const button = createElement(this.block.ownerDocument, "button", "nbstream-code-fold");
    button.type = "button";
    const show = (fold: boolean) => {
      this.block.classList.toggle("nbstream-folded", fold);
      button.setAttribute("aria-expanded", String(!fold));
      button.textContent = fold ? `Show all ${lines} lines` : "Fold";
    };
    button.addEventListener("click", () => show(button.getAttribute("aria-expanded") === "true"));
    show(folded);
    this.foldButton = button;
    this.label.after(button);
  }
}

function switchButton(
  document: Document,
  text: string,
  name: string,
  onChange: (on: boolean) => void,
): HTMLButtonElement {
  const button = createElement(document, "button", "nbstream-code-switch");
  button.type = "button";
  button.textContent = text;
  button.title = name;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    onChange(on);
  });
  return button;
}
