import { ContainerView } from "./container-views.js";
import { StreamDocument } from "./document.js";
import { createElement, type Drawing } from "./drawing.js";
import { Folding } from "./folding.js";
import { Footnotes } from "./footnotes.js";
import { allowedImage, isSafeDestination } from "./link-policy.js";
import { isWorthParsing } from "./long-text.js";
import { type LoadMath, Mathematics } from "./mathematics.js";
import { parseSpans } from "./spans.js";

/** Streaming Markdown as DOM: what the rest of the page may know of it. */
export interface MarkdownView {
  /** `<div class="nbstream-markdown">`, the caller puts it into the page. */
  readonly element: HTMLElement;
  /** Buffers `delta`; nothing is drawn until `flush`. */
  append(delta: string): void;
  /** Draws what was appended since the last flush; meant for once an animation frame. */
  flush(): void;
  /**
   * Folds what is more than 3 MB back, which moves what is below it: for where the reader is at the
   * end, or nothing was seen yet.
   */
  fold(): void;
  /** The text is whole: what is shown is now exactly the one-shot rendering. */
  end(): void;
  /**
   * Whether something is left for later frames: the colours of code that came with more than `MUCH`
   * at once, the cuts in a long paragraph. What is shown is right, but for those colours.
   */
  readonly unfinished: boolean;
  /** Does a part of that: colours 64 lines, or takes some of the cuts out. */
  finish(): void;
  /** From now on `load` fetches what draws math, also for what waits for it. */
  loadMathWith(load: LoadMath): void;
  /** From now on images are loaded over https from these hosts (see `allowedImage`), at first none. */
  allowImages(hosts: readonly string[]): void;
  /** Drops all text and all that was drawn; the view can be used again. */
  reset(): void;
}

export interface MarkdownOptions {
  /** Colour fenced code by its language. Default true. */
  highlight?: boolean;
  /** Fold code blocks longer than so many lines once they are complete. Default: none. */
  foldAfter?: number | null;
  /** Tables, task lists, strikethrough and bare addresses as on GitHub. Default true. */
  gfm?: boolean;
  /** Fetches what draws math. Without it, or until it is there, the source is shown. */
  loadMath?: LoadMath;
  /** Which destinations become links. Default: http, https, mailto, tel and relative ones. */
  isSafeLink?: (destination: string) => boolean;
}

/**
 * So much at once, in UTF-16 units, is what was missed and not what is read along with. Half the time
 * it takes to draw would go into the colours of code out of sight.
 */
export const MUCH = 16_384;

/** So long after its beginning a frame goes on with what can wait: see `unfinished`. */
export const FRAME_MS = 6;

export function createMarkdownView(
  document: Document,
  options: MarkdownOptions = {},
): MarkdownView {
  return new StreamingView(document, options);
}

class StreamingView implements MarkdownView {
  readonly element: HTMLElement;
  private readonly mathematics: Mathematics;
  private source!: StreamDocument;
  private drawing!: Drawing;
  private root!: ContainerView;
  private pending: string[] = [];
  private ended = false;
  private imageHosts: readonly string[] = [];
  /** The unfinished line as it was drawn last: which line, and how much of it. */
  private drawnLine = -1;
  private drawnLength = 0;

  constructor(
    private readonly document: Document,
    private readonly options: MarkdownOptions,
  ) {
    this.element = createElement(document, "div", "nbstream-markdown");
    this.mathematics = new Mathematics(options.loadMath ?? null);
    this.start();
  }

  append(delta: string): void {
    if (delta !== "" && !this.ended) this.pending.push(delta);
  }

  flush(): void {
    if (this.pending.length === 0) return;
    const delta = this.take();
    const { source, drawing } = this;
    const length = source.lines.partialLength;
    const sameLine = source.completeLines === this.drawnLine;
    if (sameLine && !isWorthParsing(length, this.drawnLength)) {
      // as the block machine has it
      drawing.openText?.grow(delta.replace(/\0/g, "\ufffd"));
    } else {
      this.drawnLine = source.completeLines;
      this.drawnLength = length;
      drawing.openText = null;
      source.references.redrawResolved();
      source.look(() => this.root.update(source.root));
    }
    drawing.footnotes.arrange();
    this.forgetDrawn();
  }

  fold(): void {
    this.drawing.folding.fold();
  }

  end(): void {
    if (this.ended) return;
    this.take();
    this.ended = true;
    this.source.end();
    this.root.update(this.source.root);
    this.source.references.redrawResolved();
    this.drawing.footnotes.arrange(true);
    this.forgetDrawn();
  }

  get unfinished(): boolean {
    return this.drawing.unfinished.length > 0;
  }

  finish(): void {
    const { unfinished } = this.drawing;
    if (unfinished[0]?.finish() === false) unfinished.shift();
  }

  loadMathWith(load: LoadMath): void {
    this.mathematics.loadWith(load);
  }

  allowImages(hosts: readonly string[]): void {
    this.imageHosts = hosts;
  }

  reset(): void {
    this.element.replaceChildren();
    this.start();
  }

  private start(): void {
    const { document, options } = this;
    const gfm = options.gfm ?? true;
    const source = new StreamDocument(gfm);
    this.source = source;
    this.drawing = {
      document,
      source,
      highlight: options.highlight ?? true,
      foldAfter: options.foldAfter ?? null,
      isSafeLink: options.isSafeLink ?? isSafeDestination,
      allowedImage: (destination) => allowedImage(destination, this.imageHosts),
      footnotes: new Footnotes(this.element),
      folding: new Folding(source.lines),
      mathematics: this.mathematics,
      hurried: false,
      unfinished: [],
      openText: null,
      drawn: [],
      parse: (text, runs = []) => parseSpans(source.inline, text, gfm, runs),
    };
    this.root = new ContainerView(this.drawing, this.element, "document");
    this.pending = [];
    this.ended = false;
    this.drawnLine = -1;
    this.drawnLength = 0;
  }

  /** Reads what was appended. */
  private take(): string {
    const delta = this.pending.join("");
    this.pending = [];
    this.drawing.hurried = delta.length > MUCH;
    this.source.lines.append(delta);
    return delta;
  }

  /** Lets go of the blocks whose drawing is final. */
  private forgetDrawn(): void {
    for (const block of this.drawing.drawn.splice(0)) block.unlink();
  }
}
