import type { Drawing, OpenText } from "./drawing.js";
import { type DrawnSpan, patchSpans } from "./span-dom.js";
import type { Span } from "./spans.js";
import { Tail } from "./tail.js";

/** An open text longer than this is parsed again only after it grew by GROWTH. */
const LONG_TEXT = 4096;
const GROWTH = 1.125;

/** Letters of the scripts that run from right to left. */
const FROM_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\ud802\ud803\ud83a\ud83b]/;

/** Whether a text of `length`, parsed last at `parsed`, is parsed again: O(n) in all. */
export function isWorthParsing(length: number, parsed: number): boolean {
  return length <= LONG_TEXT || length < parsed || length >= parsed * GROWTH;
}

/** A text that may still grow, in the parts its growth is known by. */
export interface OpenSource {
  length: number;
  text(): string;
  /** The complete lines so far, and what there is of the next. */
  lines: readonly string[];
  partial: string;
}

/** Inline content of one paragraph, heading or table cell. */
export class TextView implements OpenText {
  private drawn: DrawnSpan[] = [];
  private source: string | null = null;
  private settled = false;
  private parsedLength = 0;
  private tail: Tail | null = null;
  private shownLines = 0;
  private shownPartial = 0;

  constructor(
    private readonly drawing: Drawing,
    private readonly host: HTMLElement,
  ) {}

  /** Shows `source`, which will not change any more. */
  settle(source: string): void {
    if (this.settled && source === this.source) return;
    const { references } = this.drawing.source;
    this.draw(source, () => references.watch(this, () => this.drawing.parse(source)));
    this.settled = true;
    this.drawn = [];
  }

  /** Shows a text that may still grow. */
  preview(open: OpenSource): void {
    this.drawing.openText = this;
    if (this.source !== null && !isWorthParsing(open.length, this.parsedLength)) {
      this.appendGrowth(open);
      return;
    }
    const source = open.text();
    if (source !== this.source || this.settled) {
      this.draw(source, () => this.drawing.parse(source));
      this.parsedLength = open.length;
    }
    this.shownLines = open.lines.length;
    this.shownPartial = open.partial.length;
  }

  /** A definition came that this text uses. */
  redraw(): void {
    if (this.source === null) return;
    this.host.replaceChildren();
    this.settled = false;
    this.settle(this.source);
  }

  /** Shows `text`, the next of the unfinished line, as it is until the whole is parsed again. */
  appendTail(text: string): void {
    this.tail ??= new Tail(this.host, this.parsedLength);
    this.tail.append(text);
    this.shownPartial += text.length;
  }

  private appendGrowth({ lines, partial }: OpenSource): void {
    while (this.shownLines < lines.length) {
      const line = lines[this.shownLines] ?? "";
      this.appendTail(`${line.slice(this.shownPartial)}\n`);
      this.shownLines++;
      this.shownPartial = 0;
    }
    if (partial.length > this.shownPartial) this.appendTail(partial.slice(this.shownPartial));
  }

  private draw(source: string, parse: () => Span[]): void {
    this.tail?.remove();
    this.tail = null;
    // only these: to be asked of every text, its direction takes the browser a third of its layout
    if (FROM_RIGHT.test(source)) this.host.dir = "auto";
    else if (this.host.dir) this.host.removeAttribute("dir");
    if (this.settled) this.host.replaceChildren();
    const before = this.settled ? [] : this.drawn;
    this.drawn = patchSpans(this.drawing, this.host, before, parse());
    this.source = source;
    this.settled = false;
  }
}
