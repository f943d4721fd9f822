import type { BlockRule, Machine } from "commonmark";
import type { Block } from "./block.js";
import type { References } from "./references.js";

const DEFINITION = /^\[\^([^\]\s]+)\]:[ \t]*/;
const REFERENCE = /\[\^([^\]\s]+)\]/y;
/** What belongs to a definition is indented so far. */
const INDENT = 4;

/** Under which a footnote is kept among the references; no label of a link can be the same. */
const footnoteKey = (label: string) => `\n^${label.toLowerCase().toUpperCase()}`;

export const footnoteRule: BlockRule = {
  continue: (machine) => {
    if (machine.indent >= INDENT) machine.advanceOffset(INDENT, true);
    else if (!machine.blank) return 1;
    return 0;
  },
  finalize: () => {},
  canContain: (type) => type !== "item",
  acceptsLines: false,
};

/** Lets `machine` start a footnote at `[^label]:`. */
export function allowFootnotes(
  machine: Machine,
  references: References,
  previewing: () => boolean,
): void {
  let ahead: RegExpExecArray | null = null;
  const { findNextNonspace } = machine;
  machine.findNextNonspace = () => {
    findNextNonspace.call(machine);
    ahead = null;
    if (machine.indented || machine.currentLine[machine.nextNonspace] !== "[") return;
    ahead = DEFINITION.exec(machine.currentLine.slice(machine.nextNonspace));
    // The machine tries no block start at a `[`, unless the line seems to be indented.
    if (ahead) machine.indented = true;
  };
  machine.blockStarts = [
    () => {
      if (!ahead) return 0;
      const [marker, label = ""] = ahead;
      machine.indented = false;
      machine.advanceNextNonspace();
      machine.advanceOffset(marker.length, false);
      machine.closeUnmatchedBlocks();
      const block: Block = machine.addChild("footnote", machine.nextNonspace);
      const key = footnoteKey(label);
      block.footnote = key;
      // The first definition of a label is the one that counts.
      block.hidden = references.has(key);
      if (!previewing() && !block.hidden) references.define(key, { destination: "", title: "" });
      return 1;
    },
    ...machine.blockStarts,
  ];
}

/** The label in `[^label]` at `pos`, and how long that is. */
export function footnoteAt(subject: string, pos: number): { key: string; length: number } | null {
  REFERENCE.lastIndex = pos;
  const match = REFERENCE.exec(subject);
  return match ? { key: footnoteKey(match[1] ?? ""), length: match[0].length } : null;
}
