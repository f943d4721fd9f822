/** What the model thought, folded away: no part of the answer. */
import { element, ICONS, icon, setText } from "./elements";
import { figures } from "./figures";
import { appendText } from "./markdown/invisible";
import { currentPhase, type Transcript } from "./transcript";
import { reasoningWords } from "./words";

/** Whether a joiner is shown depends on what follows it: so much of the end is drawn anew. */
const OPEN = 16;

export interface Reasoning {
  readonly element: HTMLElement;
  append(text: string): void;
  reset(): void;
  update(transcript: Transcript): void;
}

export function createReasoning(document: Document): Reasoning {
  const label = element(document, "span", "reasoning-label");
  const summary = element(document, "summary", "summary", icon(document, ICONS.down), label);
  const settled = element(document, "span", "reasoning-settled");
  const open = document.createElement("span");
  const body = element(document, "div", "reasoning-text", settled, open);
  let end = "";
  body.tabIndex = 0;
  body.setAttribute("role", "region");
  body.setAttribute("aria-label", "The model's thoughts");
  const fold = element(document, "details", "reasoning", summary, body);
  fold.hidden = true;
  return {
    element: fold,
    append(more) {
      const atEnd = body.scrollHeight - body.clientHeight - body.scrollTop < 40;
      const text = end + more;
      const at = lastBreak(text);
      appendText(document, settled, text.slice(0, at));
      end = text.slice(at);
      open.replaceChildren();
      appendText(document, open, end);
      fold.hidden = false;
      if (fold.open && atEnd) body.scrollTop = body.scrollHeight;
    },
    reset() {
      settled.replaceChildren();
      open.replaceChildren();
      end = "";
      fold.hidden = true;
    },
    update(transcript) {
      const thinking = currentPhase(transcript)?.name === "thinking";
      fold.toggleAttribute("data-thinking", thinking);
      setText(label, reasoningWords(figures(transcript), thinking));
    },
  };
}

/** Where the last word of `text` begins, or its last characters. */
function lastBreak(text: string): number {
  const at = Math.max(text.lastIndexOf(" "), text.lastIndexOf("\n"), text.length - OPEN - 1) + 1;
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code < 0xe000 ? at - 1 : at;
}
