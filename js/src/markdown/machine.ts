import { type BlockStart, type Machine, Node, Parser } from "commonmark";
import type { Block } from "./block.js";
import { allowFootnotes, footnoteRule } from "./footnote-block.js";
import { allowMath, mathRule } from "./math-block.js";
import type { References } from "./references.js";
import { startTable } from "./table.js";

/** Deeper quotes and lists stay text: nobody reads them, and each level costs every later line. */
const MAX_DEPTH = 64;

export interface MachineOptions {
  gfm: boolean;
  references: References;
  /** True while the unfinished last line is looked at: what closes now is not settled. */
  previewing(): boolean;
}

/** commonmark.js' block machine, changed to keep lines apart and to settle blocks as they close. */
export function createMachine({ gfm, references, previewing }: MachineOptions): Machine {
  const machine = new Parser();
  machine.tip = machine.doc;
  machine.oldtip = machine.doc;
  machine.lastMatchedContainer = machine.doc;
  machine.refmap = references.table;
  machine.inlineParser.refmap = references.table;

  /** Definitions are taken as soon as they are certain, not in a walk over the whole document. */
  const takeDefinitions = (paragraph: Block) => {
    let source = paragraph._string_content ?? "";
    const table = previewing() ? {} : references.table;
    while (source.startsWith("[")) {
      const length = machine.inlineParser.parseReference(source, table);
      if (length === 0) break;
      source = source.slice(length);
    }
    paragraph._string_content = source;
    return source;
  };
  const closeParagraph = (paragraph: Block) => {
    if (!(paragraph._string_content ?? "").startsWith("[")) return;
    paragraph.hidden = takeDefinitions(paragraph).trim() === "";
  };

  const rules = machine.blocks;
  const { document, paragraph, list, code_block, html_block } = rules;
  if (!document || !paragraph || !list || !code_block || !html_block) throw new Error("commonmark");
  // The machine asks the original table whether a matched block takes lines before it tries new
  // block starts: a table answers no there and yes below, so that a list or heading can end it.
  rules["table"] ??= tableRule(false);
  rules["footnote"] ??= footnoteRule;
  rules["math"] ??= mathRule;
  machine.blocks = {
    ...rules,
    document: { ...document, finalize: () => {} },
    table: tableRule(true),
    paragraph: {
      ...paragraph,
      continue: (_machine, block) => {
        if (machine.blank) return 1;
        if (!gfm) return 0;
        const table = startTable(machine, block, (before: Block) => {
          closeParagraph(before);
          if (!previewing()) before.settled = true;
        });
        if (table) machine.lastLineLength = machine.currentLine.length;
        return table ? 2 : 0;
      },
      finalize: (_machine, block) => closeParagraph(block),
    },
    // Looseness is found by the view, child by child; walking the list here would be repeated.
    list: {
      ...list,
      finalize: (_machine, block) => {
        if (block._lastChild) block.sourcepos[1] = block._lastChild.sourcepos[1];
      },
    },
    code_block: { ...code_block, finalize: (_machine, block) => trimCodeEnd(block) },
    html_block: { ...html_block, finalize: () => {} },
  };
  if (gfm) allowFootnotes(machine, references, previewing);
  if (gfm) allowMath(machine);
  machine.blockStarts = machine.blockStarts.map(withinDepth);

  const { finalize, addLine } = machine;
  machine.finalize = (block: Block, lineNumber) => {
    finalize.call(machine, block, lineNumber);
    if (!previewing()) block.settled = true;
  };
  machine.addLine = () => {
    const tip = machine.tip as Block;
    const tab = machine.partiallyConsumedTab;
    const line = tab
      ? " ".repeat(4 - (machine.column % 4)) + machine.currentLine.slice(machine.offset + 1)
      : machine.currentLine.slice(machine.offset);
    if (tip.type === "paragraph") {
      // A definition before a line that starts with `[` has no title to wait for.
      if (line.startsWith("[") && tip._string_content && !tip.noDefinitions && !previewing()) {
        tip.noDefinitions = takeDefinitions(tip) !== "";
      }
      addLine.call(machine);
    }
    if (previewing()) tip.partial = line;
    else if (tip.lines) tip.lines.push(line);
    else tip.lines = [line];
  };
  return machine;
}

function tableRule(acceptsLines: boolean) {
  return {
    continue: (machine: Machine) => (machine.blank ? 1 : 0) as 0 | 1,
    finalize: () => {},
    canContain: () => false,
    acceptsLines,
  };
}

/** Blank lines at the end of indented code are not part of it. */
function trimCodeEnd(block: Block): void {
  if (block._isFenced) return;
  const lines = block.lines ?? [];
  let blank = 0;
  while (blank < lines.length && !/[^ \t]/.test(lines[lines.length - 1 - blank] ?? "")) blank++;
  if (block.partial == null)
    block.sourcepos[1][0] = block.sourcepos[0][0] + lines.length - blank - 1;
}

function withinDepth(start: BlockStart): BlockStart {
  return (machine, container) => (depthOf(container) < MAX_DEPTH ? start(machine, container) : 0);
}

function depthOf(block: Node): number {
  let depth = 0;
  for (let at: Node | null = block; at; at = at._parent) depth++;
  return depth;
}

const originalCode = new Parser().blocks["code_block"];

/** The info string of an opening fence, with its escapes and entities resolved. */
export function infoString(line: string): string {
  const block = new Node("code_block");
  block._isFenced = true;
  block._string_content = `${line}\n`;
  originalCode?.finalize(new Parser(), block);
  return block.info ?? "";
}
