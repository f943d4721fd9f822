/** What the model thought, folded away: no part of the answer. */
import { element, ICONS, icon, setText } from "./elements";
import { figures } from "./figures";
import { currentPhase, type Transcript } from "./transcript";
import { reasoningWords } from "./words";

export interface Reasoning {
  readonly element: HTMLElement;
  append(text: string): void;
  reset(): void;
  update(transcript: Transcript): void;
}

export function createReasoning(document: Document): Reasoning {
  const label = element(document, "span", "reasoning-label");
  const summary = element(document, "summary", "summary", icon(document, ICONS.down), label);
  const text = document.createTextNode("");
  const body = element(document, "div", "reasoning-text", text);
  body.tabIndex = 0;
  body.setAttribute("role", "region");
  body.setAttribute("aria-label", "The model's thoughts");
  const fold = element(document, "details", "reasoning", summary, body);
  fold.hidden = true;
  return {
    element: fold,
    append(more) {
      const atEnd = body.scrollHeight - body.clientHeight - body.scrollTop < 40;
      text.appendData(more);
      fold.hidden = false;
      if (fold.open && atEnd) body.scrollTop = body.scrollHeight;
    },
    reset() {
      text.data = "";
      fold.hidden = true;
    },
    update(transcript) {
      const thinking = currentPhase(transcript)?.name === "thinking";
      fold.toggleAttribute("data-thinking", thinking);
      setText(label, reasoningWords(figures(transcript), thinking));
    },
  };
}
