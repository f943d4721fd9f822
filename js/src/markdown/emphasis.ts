import { type Delimiter, type InlineMachine, Node } from "commonmark";
import type { InlineNode } from "./inline-node.js";

const UNDERSCORE = 95;
const TILDE = 126;
const PUNCTUATION = /[\p{P}\p{S}]/u;

/**
 * The emphasis algorithm of the CommonMark specification over the delimiters above `bottom`, with
 * GFM's strikethrough (runs of one or two tildes of equal length) among them.
 */
export function pairDelimiters(machine: InlineMachine, bottom: Delimiter | null): void {
  // Below these no opener fits a closer of the kind: what keeps the search linear.
  const floors = new Map<string, Delimiter | null>();
  let closer = firstAbove(machine.delimiters, bottom);
  while (closer) {
    if (!closer.can_close) {
      closer = closer.next;
      continue;
    }
    const kind = kindOf(closer);
    const opener = findOpener(closer, bottom, floors.has(kind) ? floors.get(kind) : undefined);
    if (!opener) {
      floors.set(kind, closer.previous);
      const next: Delimiter | null = closer.next;
      if (!closer.can_open) machine.removeDelimiter(closer);
      closer = next;
      continue;
    }
    closer = wrap(machine, opener, closer);
  }
  while (machine.delimiters && machine.delimiters !== bottom) {
    const { node, can_open } = machine.delimiters;
    (node as InlineNode).open = can_open;
    machine.removeDelimiter(machine.delimiters);
  }
}

/**
 * The run of one delimiter character at the machine's position, and whether it can open or close
 * emphasis by what stands on either side; a side is a code point, not a UTF-16 unit.
 */
export function scanDelimiters({ subject, pos }: InlineMachine, charCode: number) {
  let end = pos;
  while (subject.charCodeAt(end) === charCode) end++;
  if (end === pos) return null;
  const before = /.$/su.exec(subject.slice(Math.max(0, pos - 2), pos))?.[0] ?? "\n";
  const after = /^./su.exec(subject.slice(end, end + 2))?.[0] ?? "\n";
  const spaceBefore = /\s/.test(before);
  const spaceAfter = /\s/.test(after);
  const signBefore = PUNCTUATION.test(before);
  const signAfter = PUNCTUATION.test(after);
  const left = !spaceAfter && (!signAfter || spaceBefore || signBefore);
  const right = !spaceBefore && (!signBefore || spaceAfter || signAfter);
  const within = charCode === UNDERSCORE;
  return {
    numdelims: end - pos,
    can_open: within ? left && (!right || signBefore) : left,
    can_close: within ? right && (!left || signAfter) : right,
  };
}

function firstAbove(top: Delimiter | null, bottom: Delimiter | null): Delimiter | null {
  let first = top === bottom ? null : top;
  while (first && first.previous !== bottom) first = first.previous;
  return first;
}

function kindOf({ cc, can_open, origdelims }: Delimiter): string {
  return cc === TILDE ? `~${origdelims}` : `${cc} ${can_open} ${origdelims % 3}`;
}

function findOpener(
  closer: Delimiter,
  bottom: Delimiter | null,
  floor: Delimiter | null | undefined,
): Delimiter | null {
  for (let at = closer.previous; at && at !== bottom && at !== floor; at = at.previous) {
    if (at.cc !== closer.cc || !at.can_open) continue;
    if (closer.cc === TILDE) {
      if (at.origdelims === closer.origdelims) return at;
      continue;
    }
    const oddMatch =
      (closer.can_open || at.can_close) &&
      closer.origdelims % 3 !== 0 &&
      (at.origdelims + closer.origdelims) % 3 === 0;
    if (!oddMatch) return at;
  }
  return null;
}

/** Puts what stands between the two into one node; returns the next closer to look at. */
function wrap(machine: InlineMachine, opener: Delimiter, closer: Delimiter): Delimiter | null {
  const strike = closer.cc === TILDE;
  const width = strike ? closer.numdelims : closer.numdelims >= 2 && opener.numdelims >= 2 ? 2 : 1;
  for (const delimiter of [opener, closer]) {
    delimiter.numdelims -= width;
    delimiter.node._literal = (delimiter.node._literal ?? "").slice(width);
  }
  const node = new Node(strike ? "strike" : width === 2 ? "strong" : "emph");
  for (let at = opener.node._next; at && at !== closer.node; ) {
    const next: Node | null = at._next;
    node.appendChild(at);
    at = next;
  }
  opener.node.insertAfter(node);
  opener.next = closer;
  closer.previous = opener;
  if (opener.numdelims === 0) {
    opener.node.unlink();
    machine.removeDelimiter(opener);
  }
  if (closer.numdelims > 0) return closer;
  const next = closer.next;
  closer.node.unlink();
  machine.removeDelimiter(closer);
  return next;
}

export { TILDE };
