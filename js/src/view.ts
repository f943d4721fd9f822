/**
 * The answer as it is written, and as it stands at the end. Knows nothing of widgets: it is given
 * transcripts and what changed in them, and says when the reader cancels.
 */
import { createAttachments } from "./attachments";
import { element, setText } from "./elements";
import { createEnding } from "./ending";
import { handleKeys } from "./keys";
import { createMarkdownView, FRAME_MS } from "./markdown";
import type { LoadMath } from "./markdown/mathematics";
import { createNotices } from "./notices";
import { createPainter } from "./paint";
import { rememberPlace } from "./place";
import { createReasoning } from "./reasoning";
import { createScrollBox } from "./scroll-box";
import { SHOWN, type Shown } from "./shown";
import { Spread } from "./spread";
import { createStatusLine } from "./status-line";
import { isLive, type Transcript } from "./transcript";
import type { Settings } from "./wire";
import { seconds, statusWord } from "./words";

const TICK_MS = 100;
/** A kernel that does not act on Cancel for this long is busy beyond our reach. */
const CANCEL_PATIENCE_MS = 4000;

export interface Update {
  readonly transcript: Transcript;
  readonly dropped: boolean;
  readonly text: string;
  readonly reasoning: string;
}

export interface ViewOptions {
  /** Ends the view's timers and listeners. */
  signal: AbortSignal;
  /** Seconds since the stream's start, now. */
  elapsedS: () => number;
  cancel: () => void;
  /** Fetches what draws math; without it the source is shown. */
  loadMath?: LoadMath;
  /** The answer ended before it is shown: it begins at its beginning, and its end is no news. */
  saved?: boolean;
}

export interface AnswerView {
  readonly element: HTMLElement;
  /** Shown with the next frame, a saved answer at once. */
  update(update: Update): void;
  /** The reader's settings, before the text they are for. */
  set(settings: Settings): void;
  loadMathWith(load: LoadMath): void;
  /** After the element was taken out of the page and put in again: the reader's place in it. */
  restore(): void;
}

export function createAnswerView(document: Document, options: ViewOptions): AnswerView {
  const { signal, elapsedS, saved = false } = options;
  const window = document.defaultView as Window & typeof globalThis;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  const markdown = createMarkdownView(
    document,
    options.loadMath ? { loadMath: options.loadMath } : {},
  );
  const line = createStatusLine(document, () => cancel());
  const attachments = createAttachments(document);
  const notices = createNotices(document);
  const reasoning = createReasoning(document);
  const box = createScrollBox(document, markdown.element, signal);
  const ending = createEnding(document);
  const spoken = element(document, "div", "spoken");
  // read where it stands, and said aloud only where it is news
  spoken.setAttribute("aria-live", saved ? "off" : "polite");

  const said = [attachments.element, notices.element, reasoning.element];
  const above = [line.element, ending.line, ...said];
  const root = element(document, "div", "root", ...above, box.element, ending.sentence, spoken);
  root.className = "nbstream";
  root.tabIndex = -1;
  root.dataset["status"] = "waiting";

  const spread = new Spread();
  let transcript: Transcript | null = null;
  let thoughts = "";
  let changed = false;
  let ended = false;
  let cancelled = false;
  let smooth = true;

  const live = () => transcript === null || isLive(transcript.status);

  const draw = (nowMs: number) => {
    const whole = !live() || !smooth || still.matches || document.hidden;
    const text = whole ? spread.takeAll() : spread.take(nowMs);
    if (text) markdown.append(text);
    if (thoughts) reasoning.append(thoughts);
    thoughts = "";
    if (!live() && !ended) {
      markdown.end();
      ended = true;
    } else if (text) {
      markdown.flush();
    }
    if (text && (saved || box.atEnd())) markdown.fold();
    if (changed) showState();
    while (markdown.unfinished && window.performance.now() < nowMs + FRAME_MS) markdown.finish();
    box.settle(live());
    return markdown.unfinished || !spread.empty;
  };
  const painter = createPainter(window, signal, draw);
  const place = rememberPlace(root, signal);

  let ticking = 0;
  const tickWhileLive = () => {
    window.clearInterval(ticking);
    if (live() && !signal.aborted) {
      ticking = window.setInterval(() => {
        if (!document.hidden) tick();
      }, TICK_MS);
    }
  };
  signal.addEventListener("abort", () => window.clearInterval(ticking));

  function tick(): void {
    line.tick(elapsedS());
    notices.tick(elapsedS());
  }

  function showState(): void {
    changed = false;
    if (!transcript) return;
    const { status } = transcript;
    const before = root.dataset["status"];
    if (status !== before && !live()) ending.replace(line.element);
    for (const part of [line, attachments, notices, reasoning, ending]) part.update(transcript);
    if (status !== before) {
      if (!live()) leaveFocus();
      tickWhileLive();
    }
    root.dataset["status"] = status;
    root.toggleAttribute("data-empty", transcript.text === "");
    tick();
    announce(transcript);
    const detail: Shown = { root, transcript, cancel };
    document.dispatchEvent(new CustomEvent(SHOWN, { detail }));
  }

  /** The focused button goes with the line it is in: keep the reader where they are. */
  function leaveFocus(): void {
    if (line.element.querySelector(":focus")) root.focus({ preventScroll: true });
  }

  function announce({ model, status, end, atS }: Transcript): void {
    if (live()) setSpoken(model ? `${model} is answering` : "");
    else setSpoken(`${statusWord(status)} after ${seconds(atS)}. ${end?.error ?? ""}`.trim());
  }

  function setSpoken(words: string): void {
    setText(spoken, words);
    spoken.hidden = false;
  }

  function cancel(): boolean {
    if (!live()) return false;
    if (cancelled) return true;
    cancelled = true;
    leaveFocus();
    line.cancelling();
    options.cancel();
    window.setTimeout(() => {
      if (live() && !signal.aborted) {
        notices.add("warning", "The kernel does not answer; interrupt it with ■ or I, I.");
      }
    }, CANCEL_PATIENCE_MS);
    return true;
  }

  handleKeys(root, cancel);
  tick();
  tickWhileLive();
  return {
    element: root,
    update(update) {
      if (update.dropped) {
        spread.takeAll();
        markdown.reset();
        reasoning.reset();
        thoughts = "";
        ended = false;
      }
      transcript = update.transcript;
      changed = true;
      if (update.text) spread.add(update.text, window.performance.now());
      thoughts += update.reasoning;
      if (!saved || draw(window.performance.now())) painter.request();
    },
    set(settings) {
      markdown.allowImages(settings.image_hosts ?? []);
      smooth = settings.smooth ?? true;
    },
    loadMathWith: (load) => markdown.loadMathWith(load),
    restore() {
      place.restore();
      changed = true;
      draw(window.performance.now());
    },
  };
}
