import { createElement, type Unfinished } from "./drawing.js";
import type { DrawnSpan } from "./span-dom.js";
import type { PlainRun } from "./spans.js";

/** What is after a cut: its source, and how it is drawn. */
export interface Rest {
  source: string;
  drawn: DrawnSpan[];
}

/** In so many frames the cuts of a text that is whole are taken out. */
const STEPS = 8;

interface Place {
  run: PlainRun;
  node: Text;
  at: number;
}

/**
 * The cuts in a long open text. What is before a cut is certain and not parsed again. Where a line
 * ends there, a block at the cut keeps the browser from laying out again what is before it.
 */
export class Seams implements Unfinished {
  /** Of what is before the last cut. */
  source = "";
  private readonly seams: HTMLElement[] = [];
  private readonly resized: ResizeObserver;
  private width = 0;
  private step: number | null = null;

  constructor(private readonly host: HTMLElement) {
    this.resized = new ResizeObserver(() => {
      if (host.clientWidth === this.width) return;
      // Lines end elsewhere now: it is laid out as a whole again, and watched from the next cut on.
      for (const seam of this.seams) seam.style.display = "";
      this.resized.disconnect();
    });
  }

  /**
   * Cuts in about the second half of what is `drawn` of `source`, before a word in one of its `runs`: at
   * the start of a line if one is there. Null where there is no such place.
   */
  cut(drawn: DrawnSpan[], runs: readonly PlainRun[], source: string): Rest | null {
    const { host } = this;
    const find = (placeIn: (node: Text, run: PlainRun) => number): Place | undefined => {
      for (const run of [...runs].reverse()) {
        if (sourceOf(run, run.to) * 2 <= source.length) break;
        const [node, other] = drawn[run.span]?.nodes ?? [];
        if (other || node?.nodeType !== 3) continue;
        const { data } = node as Text;
        const at = placeIn(node as Text, run);
        const isWord = at > run.from && data[at - 1] === " " && /\S/.test(data[at] ?? "");
        if (isWord) return { run, node: node as Text, at };
      }
      return undefined;
    };
    // In a text from right to left the order of a line's parts could change with what is after it.
    const line = host.dir ? undefined : find(lineStart);
    const place =
      line ?? find(({ data }, { to }) => data.slice(0, to).trimEnd().lastIndexOf(" ") + 1);
    if (!place) return null;
    const { run, node, at } = place;
    const seam = createElement(host.ownerDocument, "span");
    if (line) {
      seam.style.display = "block";
      this.width = host.clientWidth;
      this.resized.observe(host);
    }
    const rest = node.splitText(at);
    rest.before(seam);
    this.seams.push(seam);
    const start = sourceOf(run, at);
    this.source += source.slice(0, start);
    return { source: source.slice(start), drawn: [textOf(rest), ...drawn.slice(run.span + 1)] };
  }

  /** Takes some of the cuts out and has that laid out; whether there are more. */
  finish(): boolean {
    const { host, seams } = this;
    this.step ??= Math.ceil(seams.length / STEPS);
    for (const seam of seams.splice(0, this.step)) seam.remove();
    host.normalize();
    if (seams.length === 0) this.drop();
    return host.clientWidth >= 0 && seams.length > 0;
  }

  /** No more of them is there. */
  drop(): void {
    this.resized.disconnect();
    this.seams.length = 0;
  }
}

const sourceOf = ({ source, from }: PlainRun, at: number) => source + at - from;
const textOf = (node: Text): DrawnSpan => ({
  span: { kind: "text", text: node.data },
  nodes: [node],
});

/** Where the last of the lines that `run` is on begins in `node`; 0 if it is on one. */
function lineStart(node: Text, { from, to }: PlainRun): number {
  const range = node.ownerDocument.createRange();
  const top = (at: number) => {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getBoundingClientRect().top;
  };
  const last = top(to - 1);
  let low = from;
  for (let high = to - 1; low < high; ) {
    const middle = (low + high) >> 1;
    if (top(middle) < last) low = middle + 1;
    else high = middle;
  }
  // A space at the end of a line may have no place: what is before it tells.
  return low > from + 1 && top(low) >= last && top(low - 2) < last ? low : 0;
}
