/** The view's style sheet, once in each document (or shadow tree) that shows an answer. */
import markdown from "../markdown/markdown.css";
import ends from "./ends.css";
import root from "./root.css";
import status from "./status.css";
import text from "./text.css";

const SHEET = [root, status, text, markdown, ends].join("\n");

export function addStyles(el: HTMLElement): void {
  const tree = el.getRootNode();
  const home = tree instanceof ShadowRoot ? tree : el.ownerDocument.head;
  const present = home.querySelectorAll<HTMLStyleElement>("style[data-nbstream]");
  for (const style of present) {
    if (style.textContent === SHEET) return;
  }
  const style = el.ownerDocument.createElement("style");
  style.dataset["nbstream"] = "";
  style.textContent = SHEET;
  home.append(style);
}
