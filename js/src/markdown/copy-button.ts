import { createElement } from "./drawing.js";

const SHOWN_MS = 1600;

/** A button that copies what `text` gives, byte for byte, and says whether it could. */
export function copyButton(document: Document, text: () => string): HTMLButtonElement {
  const button = createElement(document, "button", "nbstream-code-copy");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy code");
  button.addEventListener("click", async () => {
    const copied = await copy(document, text());
    button.textContent = copied ? "Copied" : "Not copied";
    document.defaultView?.setTimeout(() => {
      button.textContent = "Copy";
    }, SHOWN_MS);
  });
  return button;
}

/** Puts the text on the clipboard; whether it could. */
export async function copy(document: Document, text: string): Promise<boolean> {
  try {
    await document.defaultView?.navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(document, text);
  }
}

/** Where the clipboard's own interface is not to be had (plain http, some frames). */
function copyBySelection(document: Document, text: string): boolean {
  const field = createElement(document, "textarea", "nbstream-offscreen");
  field.value = text;
  field.setAttribute("readonly", "");
  document.body.appendChild(field);
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
  }
}
