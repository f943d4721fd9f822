import type { Block } from "./block.js";
import { isFirstInItem } from "./container-views.js";
import { type BlockView, createElement, type Drawing } from "./drawing.js";
import { TextView } from "./text-view.js";

const TASK = /^[ \t]*\[([ xX])\][ \t\n]+(?=\S)/;

export class ParagraphView implements BlockView {
  readonly element: HTMLElement;
  private readonly text: TextView;
  private box: HTMLInputElement | null = null;

  constructor(private readonly drawing: Drawing) {
    this.element = createElement(drawing.document, "p");
    this.text = new TextView(drawing, this.element);
  }

  accepts(block: Block): boolean {
    return block.type === "paragraph";
  }

  update(block: Block): void {
    const lines = block.lines ?? [];
    const partial = block.partial ?? "";
    let content = block._string_content ?? "";
    let skipped = 0;
    // Most paragraphs do not start so, and looking into a long growing text costs its length.
    if ((lines[0] ?? partial).startsWith("[")) {
      if (!block.settled) content = withoutDefinitions(this.drawing, block);
      const mayBeTask = this.drawing.source.gfm && isFirstInItem(block);
      const marker = mayBeTask ? TASK.exec(content.slice(0, 200)) : null;
      this.markTask(marker);
      skipped = marker?.[0].length ?? 0;
      this.element.hidden = content.trim() === "";
    } else if (this.element.hidden || this.box) {
      // Another paragraph is now where one of definitions, or a task, was looked at.
      this.element.hidden = false;
      this.markTask(null);
    }
    const text = () => content.slice(skipped);
    if (block.settled) this.text.settle(text());
    else this.text.preview({ length: content.length, text, lines, partial });
  }

  remove(): void {
    this.box?.remove();
    this.element.remove();
  }

  private markTask(marker: RegExpExecArray | null): void {
    if (!marker) {
      if (this.box) this.box.parentElement?.removeAttribute("class");
      this.box?.remove();
      this.box = null;
      return;
    }
    const done = marker[1] !== " ";
    if (!this.box) {
      this.box = createElement(this.drawing.document, "input");
      this.box.type = "checkbox";
      this.box.disabled = true;
      this.element.before(this.box);
      this.element.parentElement?.classList.add("nbstream-task");
    }
    this.box.toggleAttribute("checked", done);
    this.box.setAttribute("aria-label", done ? "done" : "to do");
  }
}

/** The text of an open paragraph as it would be were it closed now. */
function withoutDefinitions(drawing: Drawing, block: Block): string {
  let source = block._string_content ?? "";
  while (!block.noDefinitions && source.startsWith("[")) {
    const length = drawing.source.inline.parseReference(source, {});
    if (length === 0) break;
    source = source.slice(length);
  }
  return source;
}

export class HeadingView implements BlockView {
  readonly element: HTMLElement;
  private readonly text: TextView;

  constructor(
    drawing: Drawing,
    private readonly level: number,
  ) {
    this.element = createElement(drawing.document, `h${level}` as "h1");
    this.text = new TextView(drawing, this.element);
  }

  accepts(block: Block): boolean {
    return block.type === "heading" && block.level === this.level;
  }

  update(block: Block): void {
    const source = block._string_content ?? "";
    if (block.settled) this.text.settle(source);
    else
      this.text.preview({ length: source.length, text: () => source, lines: [], partial: source });
  }

  remove(): void {
    this.element.remove();
  }
}

export class RuleView implements BlockView {
  readonly element: HTMLElement;

  constructor(drawing: Drawing) {
    this.element = createElement(drawing.document, "hr");
  }

  accepts(block: Block): boolean {
    return block.type === "thematic_break";
  }

  update(): void {}

  remove(): void {
    this.element.remove();
  }
}
