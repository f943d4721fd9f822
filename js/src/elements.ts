/**
 * Short ways to make the view's elements. Text and attributes only, never markup. What they say may
 * be anybody's, a model's name, an error, a file's: characters that hide or reorder text are marked.
 */
import { appendText, visible } from "./markdown/invisible";

/** More is no name and no sentence; the browser would take its time to lay it out. */
const LONGEST = 20_000;

const SVG = "http://www.w3.org/2000/svg";

export function element<K extends keyof HTMLElementTagNameMap>(
  document: Document,
  tag: K,
  name: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = `nbstream-${name}`;
  for (const child of children) {
    if (typeof child === "string") appendText(document, made, cut(child));
    else made.append(child);
  }
  return made;
}

/** Sets the text only where it is another, so that nothing is laid out in vain. */
export function setText(target: HTMLElement, text: string): void {
  const shown = cut(text);
  if (target.textContent !== visible(shown)) {
    target.replaceChildren();
    appendText(target.ownerDocument, target, shown);
  }
  target.hidden = text === "";
}

function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)}… (${text.length.toLocaleString("en-US")} characters in all)`;
}

/** A 16-pixel icon drawn with one path in the text's colour. */
export function icon(document: Document, path: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("nbstream-icon");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** Shapes that tell the ends apart without colour. */
export const ICONS = {
  complete: "M3.5 8.5l3 3 6-7",
  cancelled: "M4 4h8v8h-8z",
  failed: "M4.5 4.5l7 7m0-7l-7 7",
  truncated: "M2.5 4.5h11M2.5 8h6.5M2.5 11.5h.6M6 11.5h.6M9.5 11.5h.6",
  warning: "M8 2.8l5.6 10.2H2.4zM8 6.6v3m0 1.8v.2",
  info: "M8 7.4v4M8 4.6v.2",
  down: "M4 6.5l4 4 4-4",
} as const;
