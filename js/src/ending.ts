/**
 * How an answer ended: a line that takes the place of the running one, so that the text stays where
 * it is (how, the model, tokens, cost and time), and below the text the sentence of what went wrong.
 */
import { element, ICONS, icon, setText } from "./elements";
import { figures } from "./figures";
import { isLive, type Transcript } from "./transcript";
import type { EndStatus } from "./wire";
import * as words from "./words";

export interface Ending {
  readonly line: HTMLElement;
  readonly sentence: HTMLElement;
  update(transcript: Transcript): void;
  /** Takes up as much room as the line that stood there. */
  replace(running: HTMLElement): void;
}

export function createEnding(document: Document): Ending {
  const sentence = element(document, "div", "error");
  const mark = element(document, "span", "mark");
  const status = element(document, "span", "status");
  const model = element(document, "span", "model");
  const tokens = element(document, "span", "tokens");
  const cost = element(document, "span", "cost");
  const elapsed = element(document, "span", "elapsed");
  const attempts = element(document, "span", "attempts");
  const facts = element(document, "div", "facts", status, model, tokens, cost, elapsed, attempts);
  const line = element(document, "div", "ended", mark, facts);
  line.hidden = sentence.hidden = true;
  return {
    line,
    sentence,
    update(transcript) {
      line.hidden = isLive(transcript.status);
      setText(sentence, transcript.end?.error ?? "");
      if (line.hidden) return;
      const now = figures(transcript);
      mark.replaceChildren(icon(document, ICONS[transcript.status as EndStatus]));
      setText(status, words.statusWord(transcript.status));
      setText(model, transcript.model);
      setText(tokens, words.tokenWords(now));
      const usd = transcript.usage?.cost_usd ?? null;
      setText(cost, usd === null ? "" : words.costWords(usd));
      setText(elapsed, words.seconds(transcript.atS));
      const tries = transcript.resets.length + 1;
      setText(attempts, tries > 1 ? `${tries} attempts` : "");
      line.title = [words.firstTokenWords(now), words.rateWords(now)].filter(Boolean).join(", ");
    },
    replace(running) {
      // in a narrow column the running line's facts are in more rows
      const height = running.offsetHeight;
      if (height) line.style.minHeight = `${height}px`;
    },
  };
}
