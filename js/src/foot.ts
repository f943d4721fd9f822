/** The line below a finished answer: how it ended, the model, tokens and time. */
import { element, ICONS, icon, setText } from "./elements";
import { figures } from "./figures";
import { isLive, type Transcript } from "./transcript";
import type { EndStatus } from "./wire";
import * as words from "./words";

export interface Foot {
  readonly element: HTMLElement;
  update(transcript: Transcript): void;
}

export function createFoot(document: Document): Foot {
  const sentence = element(document, "div", "error");
  const mark = element(document, "span", "mark");
  const status = element(document, "span", "status");
  const model = element(document, "span", "model");
  const tokens = element(document, "span", "tokens");
  const elapsed = element(document, "span", "elapsed");
  const attempts = element(document, "span", "attempts");
  const facts = element(document, "div", "facts", status, model, tokens, elapsed, attempts);
  const line = element(document, "div", "ended", mark, facts);
  const foot = element(document, "div", "foot", sentence, line);
  foot.hidden = true;
  return {
    element: foot,
    update(transcript) {
      foot.hidden = isLive(transcript.status);
      if (foot.hidden) return;
      const now = figures(transcript);
      mark.replaceChildren(icon(document, ICONS[transcript.status as EndStatus]));
      setText(sentence, transcript.end?.error ?? "");
      setText(status, words.statusWord(transcript.status));
      setText(model, transcript.model);
      setText(tokens, words.tokenWords(now));
      setText(elapsed, words.seconds(transcript.atS));
      const tries = transcript.resets.length + 1;
      setText(attempts, tries > 1 ? `${tries} attempts` : "");
      line.title = [words.firstTokenWords(now), words.rateWords(now)].filter(Boolean).join(", ");
    },
  };
}
