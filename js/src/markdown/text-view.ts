import type { Drawing, OpenText } from "./drawing.js";
import { isWorthParsing, LONG_DOUBT, LONG_TEXT } from "./long-text.js";
import { Seams } from "./seams.js";
import { type DrawnSpan, patchSpans } from "./span-dom.js";
import type { PlainRun } from "./spans.js";
import { Tail } from "./tail.js";

/** Letters of the scripts that run from right to left. */
const FROM_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\ud802\ud803\ud83a\ud83b]/;

const LONG = "nbstream-long";

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
  /** What is drawn, of a long open text since its last seam, and the source of that. */
  private drawn: DrawnSpan[] = [];
  private source: string | null = null;
  private runs: PlainRun[] = [];
  private seams: Seams | null = null;
  private settled = false;
  private parsedLength = 0;
  private tail: Tail | null = null;
  private length = 0;
  private shownLines = 0;
  private shownPartial = 0;

  constructor(
    private readonly drawing: Drawing,
    private readonly host: HTMLElement,
  ) {}

  /** Shows `source`, which will not change any more. */
  settle(source: string): void {
    if (this.settled && source === this.source) return;
    const text = source.trimStart();
    const certain = this.seams?.source ?? "";
    if (!text.startsWith(certain)) this.clear();
    this.draw(text.slice(this.seams ? certain.length : 0));
    if (this.seams) this.drawing.unfinished.push(this.seams);
    if (text.length > LONG_TEXT) this.host.classList.add(LONG);
    this.drawing.source.references.watch(this);
    this.source = source;
    this.settled = true;
    this.drawn = [];
  }

  /** Shows a text that may still grow. */
  preview(open: OpenSource): void {
    this.drawing.openText = this;
    const { length, lines, partial } = open;
    if (this.source === null || this.settled || length <= LONG_TEXT || length < this.length) {
      let source = open.text().trimStart();
      // the machine ends the unfinished line too
      if (partial !== "" && source.endsWith("\n")) source = source.slice(0, -1);
      if (source !== this.source || this.settled) {
        if (this.seams) this.clear();
        this.draw(source);
      }
    } else {
      let more = "";
      for (; this.shownLines < lines.length; this.shownLines++) {
        more += `${(lines[this.shownLines] ?? "").slice(this.shownPartial)}\n`;
        this.shownPartial = 0;
      }
      this.grow(more + partial.slice(this.shownPartial));
    }
    this.length = length;
    this.shownLines = lines.length;
    this.shownPartial = partial.length;
  }

  /** A definition came that this text uses. */
  redraw(): void {
    if (this.source === null) return;
    this.clear();
    this.settle(this.source);
  }

  grow(text: string): void {
    if (text === "") return;
    this.shownPartial += text.length;
    this.length += text.length;
    this.cut();
    const source = this.source + text;
    if (isWorthParsing(source.length, this.parsedLength, LONG_DOUBT)) {
      this.draw(source);
      return;
    }
    this.source = source;
    this.tail ??= new Tail(this.host, this.parsedLength);
    this.tail.append(text);
  }

  /** Leaves what is certain of a long text as it is drawn. */
  private cut(): void {
    const { source } = this;
    if (source === null || source.length <= LONG_TEXT || this.tail) return;
    this.host.classList.add(LONG);
    this.seams ??= new Seams(this.host);
    const rest = this.seams.cut(this.drawn, this.runs, source);
    if (!rest) return;
    this.drawn = rest.drawn;
    this.source = rest.source;
    this.parsedLength = rest.source.length;
  }

  /** Lets go of all that is drawn. */
  private clear(): void {
    this.host.replaceChildren();
    this.drawn = [];
    this.seams?.drop();
    this.seams = null;
    this.settled = false;
  }

  private draw(source: string): void {
    this.tail?.remove();
    this.tail = null;
    // only these: to be asked of every text, its direction takes the browser a third of its layout
    if (FROM_RIGHT.test(source)) this.host.dir = "auto";
    else if (this.host.dir && !this.seams) this.host.removeAttribute("dir");
    if (this.settled) this.clear();
    this.runs = [];
    const spans = this.drawing.parse(source, this.runs);
    this.drawn = patchSpans(this.drawing, this.host, this.drawn, spans);
    this.source = source;
    this.parsedLength = source.length;
  }
}
