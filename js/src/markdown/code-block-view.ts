import type { Block } from "./block.js";
import { CodeHeader } from "./code-header.js";
import { CodeLines } from "./code-lines.js";
import { type BlockView, createElement, type Drawing, type OpenText } from "./drawing.js";
import { infoString } from "./machine.js";

/** From so many lines a block can be folded. */
const LONG_BLOCK = 30;

/** The block's element, for whoever adds to it: what its Copy would copy. */
export interface CodeElement extends HTMLElement {
  code?: () => string;
}

/** A code block, or raw HTML, which is shown as the text it is. */
export class CodeBlockView implements BlockView, OpenText {
  readonly element: CodeElement;
  private readonly code: HTMLElement;
  private readonly header: CodeHeader | null = null;
  private lines: CodeLines | null = null;
  private info: string | null = null;
  /** Complete lines of the block that are looked at, the line of the fence included. */
  private taken = 0;
  private readonly type: string;

  constructor(
    private readonly drawing: Drawing,
    private block: Block,
  ) {
    const { document } = drawing;
    this.type = block.type;
    this.element = createElement(document, "div", "nbstream-code");
    if (block.type === "html_block") this.element.className = "nbstream-html-block";
    else {
      this.header = new CodeHeader(this.element, {
        text: () => this.exactText(),
        setNumbered: (on) => this.lines?.setNumbered(on),
      });
      this.element.appendChild(this.header.element);
      this.element.code = () => this.exactText();
    }
    const pre = createElement(document, "pre");
    // A keyboard scrolls what it can focus.
    pre.tabIndex = 0;
    this.code = pre.appendChild(createElement(document, "code"));
    this.element.appendChild(pre);
  }

  accepts(block: Block): boolean {
    if (block === this.block) return true;
    // The block that was only looked at comes again as a real one.
    const fresh = this.taken === 0 && block.type === this.type;
    return fresh && block._isFenced === this.block._isFenced;
  }

  update(block: Block): void {
    this.block = block;
    const lines = block.lines ?? [];
    const first = block._isFenced ? 1 : 0;
    if (block._isFenced) this.name(infoString(lines[0] ?? block.partial ?? ""));
    else if (this.info === null) this.name("");
    const view = this.lines;
    if (!view) return;
    this.taken = Math.max(this.taken, Math.min(first, lines.length));
    const end = this.shownEnd(lines, block);
    for (; this.taken < end; this.taken++) view.append(lines[this.taken] ?? "");
    const partial = lines.length >= first ? (block.partial ?? "") : "";
    const indented = !block._isFenced && block.type === "code_block";
    view.showPartial(indented && isBlank(partial) ? "" : [...lines.slice(end), partial].join("\n"));
    if (partial !== "") this.drawing.openText = this;
    if (block.settled && view.count >= LONG_BLOCK) {
      const { foldAfter } = this.drawing;
      this.header?.allowFolding(view.count, foldAfter !== null && view.count > foldAfter);
    }
  }

  remove(): void {
    this.element.remove();
  }

  grow(text: string): void {
    this.lines?.appendToPartial(text);
  }

  /** Blank lines at the end of indented code are not part of it, unless more code follows. */
  private shownEnd(lines: readonly string[], block: Block): number {
    let end = lines.length;
    if (block._isFenced || block.type === "html_block") return end;
    while (end > this.taken && isBlank(lines[end - 1] ?? "")) end--;
    return end;
  }

  private name(info: string): void {
    if (info === this.info) return;
    this.info = info;
    const language = /^\S+/.exec(info)?.[0] ?? "";
    if (language === "") this.code.removeAttribute("class");
    else this.code.className = `language-${language}`;
    this.header?.setLanguage(language);
    this.code.replaceChildren();
    const shown = this.drawing.highlight ? language : null;
    const firstLine = this.block.sourcepos[0][0] + (this.block._isFenced ? 1 : 0);
    this.lines = new CodeLines(this.code, shown, this.drawing, firstLine);
  }

  /** The code as it came, invisible characters and the unfinished line included. */
  private exactText(): string {
    const lines = (this.block.lines ?? []).slice(this.block._isFenced ? 1 : 0, this.taken);
    return lines.map((line) => `${line}\n`).join("") + (this.lines?.partialText ?? "");
  }
}

const isBlank = (line: string) => !/[^ \t]/.test(line);
