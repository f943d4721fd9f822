/**
 * A live output that has ended gives way to the saved one: the front end takes the first away and
 * has the second drawn in the same task. They show the same, so what is drawn already is handed
 * over: the reader's place and all that was unfolded stay, and a long answer is not drawn twice.
 *
 * The two are of different modules; what is left for the other lies on `globalThis`.
 */
import { isLive, type Transcript } from "./transcript";
import type { AnswerView } from "./view";

const LEFT = Symbol.for("nbstream.left.1");
const KEPT_MS = 500;

/** A view, and what ends its timers and listeners. */
export interface Drawn {
  readonly view: AnswerView;
  readonly life: AbortController;
}

interface Left extends Drawn {
  readonly transcript: Transcript;
}

/** Leaves a view that was taken out of the page; one that nobody takes ends soon. */
export function leave(transcript: Transcript, { view, life }: Drawn): void {
  if (isLive(transcript.status)) {
    life.abort();
    return;
  }
  const left = { transcript, view, life };
  all().add(left);
  setTimeout(() => {
    if (all().delete(left)) life.abort();
  }, KEPT_MS);
}

/** The view of just this answer, if one was left. */
export function take(document: Document, transcript: Transcript): Drawn | null {
  for (const left of all()) {
    if (left.view.element.ownerDocument === document && same(left.transcript, transcript)) {
      all().delete(left);
      return left;
    }
  }
  return null;
}

/** Whether both are of one stream, at the same place. */
export function same(a: Transcript, b: Transcript): boolean {
  const started = a.start?.started_at === b.start?.started_at && a.start?.model === b.start?.model;
  return started && a.seq === b.seq && a.text === b.text && a.reasoning === b.reasoning;
}

function all(): Set<Left> {
  const global = globalThis as { [LEFT]?: Set<Left> };
  global[LEFT] ??= new Set();
  return global[LEFT];
}
