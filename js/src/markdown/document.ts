import type { InlineMachine, Machine, Node } from "commonmark";
import { type Block, lastChildOf } from "./block.js";
import { shouldHold } from "./hold.js";
import { createInlineMachine } from "./inline.js";
import { Lines } from "./lines.js";
import { createMachine } from "./machine.js";
import { References } from "./references.js";

const NODE_STATE = [
  "_open",
  "_string_content",
  "_literal",
  "_parent",
  "_prev",
  "_next",
  "_firstChild",
  "_lastChild",
] as const;
const MACHINE_STATE = [
  "tip",
  "oldtip",
  "lineNumber",
  "lastLineLength",
  "offset",
  "column",
  "blank",
  "allClosed",
  "lastMatchedContainer",
  "partiallyConsumedTab",
  "currentLine",
  "nextNonspace",
  "nextNonspaceColumn",
  "indent",
  "indented",
  "refmap",
] as const;

/**
 * The document as far as it has come. Every complete line goes through the block machine once; the
 * unfinished last line is put through it for a look and taken back.
 */
export class StreamDocument {
  readonly references = new References();
  readonly inline: InlineMachine;
  readonly lines: Lines;
  /** True inside `look`, while the unfinished line is in the tree. */
  previewing = false;
  private readonly machine: Machine;

  constructor(readonly gfm: boolean) {
    this.machine = createMachine({
      gfm,
      references: this.references,
      previewing: () => this.previewing,
    });
    this.inline = createInlineMachine(this.references, gfm);
    this.lines = new Lines((line) => this.machine.incorporateLine(line));
  }

  get root(): Block {
    return this.machine.doc;
  }

  /** How many lines are complete: blocks that start later are only looked at. */
  get completeLines(): number {
    return this.machine.lineNumber - (this.previewing ? 1 : 0);
  }

  /** The text is over: the last line is complete and every block closes. */
  end(): void {
    if (this.lines.partialLength > 0) this.lines.finishLine();
    while (this.machine.tip) this.machine.finalize(this.machine.tip, this.machine.lineNumber);
  }

  /** Calls `draw` with the unfinished line in the tree, unless it is held back; then undoes it. */
  look(draw: () => void): void {
    const tip = this.machine.tip as Block | null;
    if (this.lines.partialLength === 0 || !tip || shouldHold(this.lines.partial, tip)) {
      draw();
      return;
    }
    const undo = this.snapshot();
    this.previewing = true;
    this.machine.refmap = {};
    try {
      this.machine.incorporateLine(this.lines.partial);
      draw();
    } finally {
      this.previewing = false;
      undo();
    }
  }

  /** Remembers the open blocks (and their last children): all that one line can change. */
  private snapshot(): () => void {
    const blocks = new Set<Block>();
    for (let block: Block | null = this.root; block; ) {
      blocks.add(block);
      const last: Block | null = lastChildOf(block);
      if (last) blocks.add(last);
      block = last?._open ? last : null;
    }
    const states = [...blocks].map((block) => ({
      block,
      end: block.sourcepos[1],
      hidden: block.hidden,
      fields: pick(block, NODE_STATE),
    }));
    const machine = pick(this.machine, MACHINE_STATE);
    return () => {
      for (const { block, end, hidden, fields } of states) {
        Object.assign(block, fields);
        block.sourcepos[1] = end;
        block.hidden = hidden ?? false;
        block.partial = null;
        if (block._prev) block._prev._next = block as Node;
      }
      Object.assign(this.machine, machine);
    };
  }
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  const picked = {} as Pick<T, K>;
  for (const key of keys) picked[key] = from[key];
  return picked;
}
