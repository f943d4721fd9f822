/** Buttons, fields and keys, the same all over the Generator. */
import { element } from "../elements";

/** JupyterLab leaves keys alone that are pressed in an element marked like this. */
const SUPPRESS = "data-lm-suppress-shortcuts";

/** A kernel that has not answered by then is busy. */
export const PATIENCE_MS = 1500;
export const BUSY = "The kernel is busy: it goes on when the running cell has ended.";

export function button(
  document: Document,
  label: string,
  act: () => void,
  name = "button",
): HTMLButtonElement {
  const made = element(document, "button", `gen-${name}`, label);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/** A button that opens and closes `part`, which begins closed; `opened` is told. */
export function disclosure(
  document: Document,
  label: string,
  part: HTMLElement,
  opened: (open: boolean) => void = () => {},
): HTMLButtonElement {
  const toggle = button(document, label, () => {
    part.hidden = !part.hidden;
    toggle.setAttribute("aria-expanded", String(!part.hidden));
    opened(!part.hidden);
  });
  part.hidden = true;
  toggle.setAttribute("aria-expanded", "false");
  return toggle;
}

/** A field of more than one line. `send` is Ctrl-Enter or Cmd-Enter, `leave` is Esc. */
export function textBox(
  document: Document,
  label: string,
  rows: number,
  send: () => void = () => {},
  leave: () => boolean = () => false,
): HTMLTextAreaElement {
  const box = element(document, "textarea", "gen-text");
  box.rows = rows;
  box.dir = "auto";
  box.setAttribute("aria-label", label);
  own(box);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && leave()) {
      event.preventDefault();
    }
  });
  box.addEventListener("input", () => grow(box));
  return box;
}

/** As high as its text, or its rows where it has none, as far as the style sheet lets it. */
export function grow(box: HTMLTextAreaElement): void {
  box.style.height = "";
  if (box.value && box.scrollHeight) box.style.height = `${box.scrollHeight + 2}px`;
}

/** What is typed or chosen here is no command of the notebook's, but for saving and their like. */
export function own(field: HTMLElement): void {
  field.setAttribute(SUPPRESS, "true");
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (!isEverywhere(event)) return;
    // As if pressed beside the field.
    const again = new KeyboardEvent(event.type, event);
    if (field.parentElement?.dispatchEvent(again) === false) event.preventDefault();
  });
}

/** Save, the palette, and Alt Shift with a letter: they mean the same in a code cell. */
function isEverywhere({ altKey, ctrlKey, metaKey, shiftKey, key }: KeyboardEvent): boolean {
  const letter = key.toLowerCase();
  if (ctrlKey || metaKey) return letter === "s" || (shiftKey && letter === "c");
  return altKey && shiftKey;
}

/** A label with its field below it. */
export function labelled(document: Document, name: string, field: HTMLElement): HTMLLabelElement {
  const words = element(document, "span", "gen-label", name);
  return element(document, "label", "gen-field", words, field);
}

let asked = 0;

/** A name for one wish of the reader's, by which its answer is known. */
export function newAsk(): string {
  asked += 1;
  return `${Date.now().toString(36)}-${asked}`;
}
