/** The line above a running stream: model, phase, time, figures, Cancel; the progress below it. */
import { element, setText } from "./elements";
import { type Figures, figures } from "./figures";
import { isLive, type Transcript } from "./transcript";
import * as words from "./words";

export interface StatusLine {
  readonly element: HTMLElement;
  update(transcript: Transcript): void;
  tick(elapsedS: number): void;
  /** After a click on Cancel, until the end. */
  cancelling(): void;
}

export function createStatusLine(document: Document, onCancel: () => void): StatusLine {
  const make = (tag: "span" | "div", name: string) => element(document, tag, name);
  const model = make("span", "model");
  const phase = make("span", "phase");
  const elapsed = make("span", "elapsed");
  const tokens = make("span", "tokens");
  const rate = make("span", "rate");
  const first = make("span", "first-token");
  const facts = element(document, "div", "facts", model, phase, elapsed, tokens, rate, first);
  elapsed.title = "Since the request was made";

  const cancel = element(document, "button", "cancel", "Cancel");
  cancel.type = "button";
  cancel.title = "Cancel (Esc)";
  cancel.addEventListener("click", onCancel);

  const pulse = make("span", "pulse");
  pulse.setAttribute("aria-hidden", "true");
  const line = element(document, "div", "line", pulse, facts, cancel);
  const progress = createProgress(document);
  const head = element(document, "div", "head", line, progress.element);

  return {
    element: head,
    update(transcript) {
      const now = figures(transcript);
      setText(model, transcript.model);
      setText(phase, words.phaseWords(transcript));
      setText(tokens, words.tokenWords(now));
      setText(rate, words.rateWords(now));
      setText(first, words.firstTokenWords(now));
      progress.update(transcript, now);
      cancel.hidden = !isLive(transcript.status);
    },
    tick(elapsedS) {
      setText(elapsed, words.seconds(elapsedS));
    },
    cancelling() {
      cancel.textContent = "Cancelling…";
      cancel.disabled = true;
    },
  };
}

/** Determinate where a fraction is known; never goes back; full only for a complete answer. */
function createProgress(document: Document) {
  const bar = element(document, "div", "bar");
  const track = element(document, "div", "progress", bar);
  track.setAttribute("role", "progressbar");
  track.setAttribute("aria-label", "Progress of the answer");
  track.setAttribute("aria-valuemin", "0");
  track.setAttribute("aria-valuemax", "100");
  let shown = 0;
  return {
    element: track,
    update({ progress, status }: Transcript, { fraction }: Figures) {
      const known = fraction !== null || (shown > 0 && isLive(status));
      track.toggleAttribute("data-indeterminate", !known && isLive(status));
      if (!known) return;
      shown = Math.max(shown, fraction ?? 0);
      bar.style.setProperty("--nbstream-fraction", shown.toFixed(4));
      track.setAttribute("aria-valuenow", String(Math.floor(shown * 100)));
      const text = words.percentWords(shown, progress?.source ?? "none");
      track.setAttribute("aria-valuetext", text);
      track.title = text;
    },
  };
}
