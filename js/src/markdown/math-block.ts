import type { BlockRule, Machine } from "commonmark";
import type { Block } from "./block.js";
import { type BlockView, createElement, type Drawing } from "./drawing.js";
import { appendText } from "./invisible.js";
import type { MathSource } from "./math-source.js";

/** A line of its own opens a block of TeX, which a line that ends so, or a blank one, closes. */
const OPENING = /^(?:\$\$|\\\[)[ \t]*$/;
const CLOSING = { $: /\$\$[ \t]*$/, "\\": /\\\][ \t]*$/ } as const;

export const mathRule: BlockRule = {
  continue: (machine, block: Block) => {
    if (machine.blank) return 1;
    const opening = block.lines?.[0] ?? block.partial ?? "";
    if (!closingOf(opening).test(machine.currentLine)) return 0;
    machine.addLine();
    machine.lastLineLength = machine.currentLine.length;
    machine.finalize(block, machine.lineNumber);
    return 2;
  },
  finalize: () => {},
  canContain: () => false,
  acceptsLines: true,
};

/** Lets `machine` start a block of TeX at a line that is `$$` or `\[` and nothing else. */
export function allowMath(machine: Machine): void {
  let ahead = false;
  const { findNextNonspace } = machine;
  machine.findNextNonspace = () => {
    findNextNonspace.call(machine);
    ahead = !machine.indented && OPENING.test(machine.currentLine.slice(machine.nextNonspace));
    // The machine tries no block start at such a sign, unless the line seems to be indented.
    if (ahead) machine.indented = true;
  };
  machine.blockStarts = [
    (_machine, container) => {
      if (!ahead) return 0;
      machine.indented = false;
      if (container.type === "paragraph" && isInMath(container)) return 0;
      machine.closeUnmatchedBlocks();
      machine.advanceNextNonspace();
      machine.addChild("math", machine.nextNonspace);
      return 2;
    },
    ...machine.blockStarts,
  ];
}

/** Whether a `$$` in the paragraph waits for the line that is one. */
function isInMath(paragraph: Block): boolean {
  return (paragraph._string_content ?? "").split("$$").length % 2 === 0;
}

const closingOf = (opening: string) => CLOSING[opening.startsWith("$") ? "$" : "\\"];

/** The TeX of the lines of a block; null until they are all there. */
function mathOf(source: string): MathSource | null {
  const lines = source.split("\n");
  const opening = lines[0] ?? "";
  const closing = closingOf(opening);
  if (lines.length < 2 || !closing.test(source)) return null;
  const tex = lines.slice(1).join("\n").replace(closing, "");
  return /[\p{L}\p{N}]/u.test(tex) ? { source, tex, display: true } : null;
}

export class MathBlockView implements BlockView {
  readonly element: HTMLElement;
  private source = "";

  constructor(private readonly drawing: Drawing) {
    this.element = createElement(drawing.document, "div", "nbstream-math nbstream-math-block");
  }

  accepts(block: Block): boolean {
    return block.type === "math";
  }

  update(block: Block): void {
    const lines = [...(block.lines ?? [])];
    if (block.partial != null) lines.push(block.partial);
    const source = lines.join("\n");
    if (source === this.source) return;
    this.source = source;
    this.element.replaceChildren();
    appendText(this.drawing.document, this.element, source);
    const math = mathOf(source);
    if (math) this.drawing.mathematics.draw(this.element, math);
  }

  remove(): void {
    this.element.remove();
  }
}
