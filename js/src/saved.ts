/**
 * A finished answer as its notebook keeps it, `{"version": 1, "frames": […]}`, drawn at once by
 * the view that drew it live. The frames come from a file: they may be anybody's.
 */
import { type Drawn, take } from "./handover";
import type { LoadMath } from "./markdown/mathematics";
import { addStyles } from "./styles";
import { EMPTY, fold, isLive, MOST, type Transcript } from "./transcript";
import { createAnswerView } from "./view";
import { type Frame, readFrame, VERSION, WireError, worded } from "./wire";

export const MIME = "application/vnd.nbstream.v1+json";

/** Throws WireError where this version cannot read it, and for more frames than any answer has. */
export function readSaved(json: unknown): Transcript {
  const { version, frames } = (json ?? {}) as { version?: unknown; frames?: unknown };
  if (version !== VERSION) {
    throw new WireError(`The answer is of version ${worded(version)}; this page reads ${VERSION}.`);
  }
  if (!Array.isArray(frames)) throw new WireError("The answer has no frames.");
  const transcript = counted(frames).reduce(fold, EMPTY);
  if (isLive(transcript.status)) throw new WireError("The answer has no end.");
  return transcript;
}

/** The frames. A text may have come in any number of pieces; of every other kind few are written. */
function counted(frames: readonly unknown[]): Frame[] {
  const counts = new Map<string, number>();
  return frames.map((json) => {
    const frame = readFrame(json);
    const { type } = frame;
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    if (count > MOST && type !== "text-delta" && type !== "reasoning-delta") {
      const most = MOST.toLocaleString("en-US");
      throw new WireError(`The answer has more than ${most} ${type} frames: it is not drawn.`);
    }
    return frame;
  });
}

/** Draws into `host`, which need not be in the page yet. `loadMath` fetches what draws math. */
export function drawSaved(host: HTMLElement, transcript: Transcript, loadMath?: LoadMath): Drawn {
  const document = host.ownerDocument;
  addStyles(host);
  const drawn = take(document, transcript) ?? draw(document, transcript);
  // the kernel that was asked for it may be gone; another version has no such method
  if (loadMath) drawn.view.loadMathWith?.(loadMath);
  host.replaceChildren(drawn.view.element);
  return drawn;
}

function draw(document: Document, transcript: Transcript): Drawn {
  const life = new AbortController();
  const view = createAnswerView(document, {
    signal: life.signal,
    elapsedS: () => transcript.atS,
    cancel: () => {},
    saved: true,
  });
  const { text, reasoning } = transcript;
  try {
    view.update({ transcript, dropped: false, text, reasoning });
  } catch (error) {
    life.abort();
    throw error;
  }
  return { view, life };
}
