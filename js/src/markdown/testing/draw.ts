import { createMarkdownView, type MarkdownOptions, type MarkdownView } from "../index.js";

/** A view that was given `pieces`, one flush each, whose text is over and which is finished. */
export function draw(pieces: Iterable<string>, options: MarkdownOptions = {}): HTMLElement {
  const view = createMarkdownView(document, options);
  feed(view, pieces);
  view.end();
  while (view.unfinished) view.finish();
  return view.element;
}

export function feed(view: MarkdownView, pieces: Iterable<string>): void {
  for (const piece of pieces) {
    view.append(piece);
    view.flush();
  }
}

/** `text` in pieces of a few characters, the same for the same seed. */
export function* pieces(text: string, seed = 1, mean = 4): Generator<string> {
  let state = seed;
  for (let at = 0; at < text.length; ) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    const length = 1 + (state % (2 * mean - 1));
    yield text.slice(at, at + length);
    at += length;
  }
}
