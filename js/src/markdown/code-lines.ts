import { modeFor } from "../highlight/languages.js";
import { LineHighlighter, type Token } from "../highlight/line-highlighter.js";
import { createElement, type Drawing, type Unfinished } from "./drawing.js";
import { FoldRun } from "./folding.js";
import { appendText } from "./invisible.js";
import { addPart, watchAsOne } from "./segments.js";
import { Tail } from "./tail.js";

/** Lines the browser lays out together, how many of those it watches as one, and how many of these
 * groups as one once they are out of sight. */
const CHUNK_LINES = 64;
const GROUP_CHUNKS = 8;
const REGION_GROUPS = 4;
const GROUP = "nbstream-code-group";

/** The lines of one code block in chunks that `content-visibility` can skip. */
export class CodeLines implements Unfinished {
  private readonly highlighter: LineHighlighter | null;
  private readonly chunks: HTMLElement[] = [];
  /** The tokens drawn of the line after the complete ones, each with where it begins. */
  private drawn: DrawnToken[] = [];
  private tail: Tail | null = null;
  private shownPartial = "";
  private numbered = false;
  private readonly parts: FoldRun;
  /** The last lines, while they wait for their colours. */
  private plain: string[] = [];
  count = 0;

  /** `firstLine`: the source line of the first line of code. */
  constructor(
    private readonly host: HTMLElement,
    language: string | null,
    private readonly drawing: Drawing,
    private readonly firstLine: number,
  ) {
    this.parts = new FoldRun(drawing.folding);
    const mode = language === null ? null : modeFor(language);
    this.highlighter = mode ? new LineHighlighter(mode) : null;
  }

  /** The unfinished line as far as it is shown. */
  get partialText(): string {
    return this.shownPartial;
  }

  append(line: string): void {
    const { plain, drawing } = this;
    const begins = drawing.hurried && this.highlighter && this.count % CHUNK_LINES === 0;
    if ((begins || plain.length > 0) && plain.push(line) === 1) drawing.unfinished.push(this);
    const chunk = this.draw(this.tokens(line, "advance"));
    put(chunk, LINE_END);
    this.count++;
    this.drawn = [];
    this.shownPartial = "";
    if (this.numbered) this.number(this.chunks.length - 1);
  }

  /** Shows the unfinished line after the complete ones, or with "" takes it away. */
  showPartial(line: string): void {
    if (line === this.shownPartial) return;
    this.shownPartial = line;
    this.draw(line === "" ? [] : this.tokens(line, "peek"));
    if (line === "") this.trim();
  }

  /** Colours the first chunk of the lines that wait for it; whether there are more. */
  finish(): boolean {
    const { plain, shownPartial } = this;
    const chunk = this.chunkFor(this.count - plain.length);
    const lines = plain.splice(0, CHUNK_LINES);
    // what is drawn of the unfinished line may be in this chunk, and is plain as well
    if (plain.length === 0) this.showPartial("");
    chunk.replaceChildren();
    for (const line of lines) {
      for (const token of this.highlighter?.advance(line) ?? []) put(chunk, token);
      put(chunk, LINE_END);
    }
    if (plain.length === 0) this.showPartial(shownPartial);
    return plain.length > 0;
  }

  /** Plain where lines before it still are: their colours come first. */
  private tokens(line: string, how: "advance" | "peek"): Token[] {
    const highlighter = this.plain.length === 0 ? this.highlighter : null;
    return highlighter?.[how](line) ?? [{ text: line, className: "" }];
  }

  /** More of an unfinished line too long to be drawn again each time. */
  appendToPartial(text: string): void {
    if (this.shownPartial === "") return;
    this.tail ??= new Tail(this.chunkFor(this.count), this.shownPartial.length);
    this.tail.append(text);
    this.shownPartial += text;
  }

  /** Numbers stand in an attribute for the style to show: they are no text to select. */
  setNumbered(on: boolean): void {
    this.numbered = on;
    if (on) for (let i = 0; i < this.chunks.length; i++) this.number(i);
  }

  private number(chunk: number): void {
    const first = chunk * CHUNK_LINES + 1;
    const last = Math.min(first + CHUNK_LINES - 1, Math.max(this.count, first));
    const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    this.chunks[chunk]?.setAttribute("data-lines", numbers.join("\n"));
  }

  /** Draws the line after the complete ones: what is equal from the start keeps its nodes. */
  private draw(tokens: readonly Token[]): HTMLElement {
    const chunk = this.chunkFor(this.count);
    this.tail?.remove();
    this.tail = null;
    let same = 0;
    while (same < this.drawn.length && isSame(this.drawn[same], tokens[same])) same++;
    const [changed] = this.drawn.splice(same);
    if (changed) cut(chunk, changed);
    for (const token of tokens.slice(same)) {
      const { text, className } = token;
      const before = chunk.lastChild as Text | null;
      this.drawn.push({ text, className, before, length: before?.length ?? 0 });
      put(chunk, token);
    }
    return chunk;
  }

  private chunkFor(line: number): HTMLElement {
    const at = Math.floor(line / CHUNK_LINES);
    while (this.chunks.length <= at) {
      const group = this.chunks.at(-1)?.parentElement;
      const opens = this.chunks.length % GROUP_CHUNKS === 0;
      const parent = opens ? this.openGroup(group, line) : (group as HTMLElement);
      this.chunks.push(addPart(parent, "nbstream-code-chunk"));
    }
    return this.chunks[at] as HTMLElement;
  }

  /** The first groups stand in the block itself, the later ones in regions. */
  private openGroup(before: HTMLElement | null | undefined, line: number): HTMLElement {
    if (!before) return addPart(this.host, "");
    before.className = GROUP;
    const number = this.chunks.length / GROUP_CHUNKS;
    let parent = before.parentElement ?? this.host;
    if (number % REGION_GROUPS === 0) {
      watchAsOne(this.host.lastElementChild?.previousElementSibling);
      parent = addPart(this.host, GROUP);
      this.parts.begin(parent, this.firstLine + line);
    }
    const group = addPart(parent, GROUP);
    if (parent === this.host) this.parts.begin(group, this.firstLine + line);
    return group;
  }

  /** Drops the chunk that only the partial line had opened, and what that alone is in. */
  private trim(): void {
    let last: Element | null | undefined = this.chunks.at(-1);
    if (!last || last.hasChildNodes()) return;
    this.chunks.pop();
    while (last && last !== this.host && !last.hasChildNodes()) {
      const parent: Element | null = last.parentElement;
      last.remove();
      last = parent;
    }
  }
}

interface DrawnToken extends Token {
  /** The node before it, which has a length if it is text. */
  before: Text | null;
  length: number;
}

/** Drops a token and what comes after it. */
function cut(chunk: HTMLElement, { before, length }: DrawnToken): void {
  while (chunk.lastChild !== before) chunk.lastChild?.remove();
  // the token's own text, if it was added to that before
  if (before && before.length > length) before.deleteData(length, before.length);
}

const isSame = (one?: Token, other?: Token) =>
  one?.text === other?.text && one?.className === other?.className;

const LINE_END: Token = { text: "\n", className: "" };

function put(chunk: HTMLElement, { text, className }: Token): void {
  const document = chunk.ownerDocument;
  const parent = className ? chunk.appendChild(createElement(document, "span", className)) : chunk;
  appendText(document, parent, text);
}
