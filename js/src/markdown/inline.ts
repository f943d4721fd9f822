import { type InlineMachine, Node, Parser } from "commonmark";
import { addressAt, findAddress } from "./autolink.js";
import { pairDelimiters, scanDelimiters, TILDE } from "./emphasis.js";
import { footnoteAt } from "./footnote-block.js";
import type { InlineNode } from "./inline-node.js";
import { MathSources } from "./math-source.js";
import type { References } from "./references.js";

/** cmark's limit; without one, `[a](b[a](b…` costs the square of its length. */
const MAX_PARENTHESES = 32;

const CLOSERS: [open: string, close: string][] = [
  ["<!--", "-->"],
  ["<?", "?>"],
  ["<![CDATA[", "]]>"],
  ["<!", ">"],
];
/** What may still become a tag or an address in `<…>`. */
const UNFINISHED_TAG = /<(?:[!?]|\/?[a-z](?:[\w-]*[\s/]|[^\s<]*$))/iy;
/** What follows a `]` that is not, and will not be, the target of a link. */
const NO_TARGET = /[^([]|\[[^[\]\\]*[[\]]|\(\s*[^\s<]\S{0,999}\s+[^\s"'()]/y;

/**
 * commonmark.js' inline parser with GFM's strikethrough and addresses, and without the places
 * where it looks through the whole rest of the text again and again.
 */
export function createInlineMachine(references: References, gfm: boolean): InlineMachine {
  const machine = new Parser().inlineParser;
  machine.refmap = references.table;
  const { parse, parseHtmlTag, parseLinkDestination, parseBackslash, parseCloseBracket } = machine;
  const backticks = new BacktickRuns();
  const mathematics = new MathSources();
  let absent = new Set<string>();
  let plainRuns: [node: InlineNode, at: number][] = [];
  /** Before this nothing waits for a closer that may still come, but emphasis. */
  let doubt = 0;
  const doubtFrom = (at: number) => {
    doubt = Math.min(doubt, at);
  };

  const appendText = (block: Node, text: string) => {
    const node = new Node("text");
    node._literal = text;
    block.appendChild(node);
    return node;
  };
  const appendLink = (block: Node, text: string, destination: string) => {
    const link = new Node("link");
    link._destination = encodeDestination(destination);
    link._title = "";
    appendText(link, text);
    block.appendChild(link);
  };

  const appendMath = (block: Node) => {
    const math = gfm ? mathematics.at(machine.subject, machine.pos) : null;
    if (math === undefined) doubtFrom(machine.pos);
    if (!math) return false;
    const node: InlineNode = new Node("math");
    node._literal = math.source;
    node.math = math;
    block.appendChild(node);
    machine.pos += math.source.length;
    return true;
  };

  machine.parse = (block) => {
    absent = new Set();
    plainRuns = [];
    doubt = Number.POSITIVE_INFINITY;
    backticks.reset();
    parse.call(machine, block);
    for (let open = machine.brackets; open; open = open.previous) doubtFrom(open.index);
    const runs = new Map(plainRuns);
    let node = block._firstChild as InlineNode | null;
    for (; node && !node.open; node = node._next) {
      const at = runs.get(node);
      if (at !== undefined && at < doubt) node.certain = at;
    }
  };
  machine.scanDelims = (charCode) => scanDelimiters(machine, charCode);
  machine.processEmphasis = (bottom) => pairDelimiters(machine, bottom);

  const plain = gfm ? /[^\n`[\]\\!<&*_~$]+/y : /[^\n`[\]\\!<&*_]+/y;
  machine.parseString = (block) => {
    const { subject, pos } = machine;
    if (gfm && subject.charCodeAt(pos) === TILDE) {
      const run = /~+/y;
      run.lastIndex = pos;
      const length = run.exec(subject)?.[0].length ?? 0;
      if (length <= 2) return machine.handleDelim(TILDE, block);
      appendText(block, subject.slice(pos, pos + length));
      machine.pos += length;
      return true;
    }
    if (gfm && subject[pos] === "$") {
      if (appendMath(block)) return true;
      const length = subject[pos + 1] === "$" ? 2 : 1;
      appendText(block, subject.slice(pos, pos + length));
      machine.pos += length;
      return true;
    }
    plain.lastIndex = pos;
    const text = plain.exec(subject)?.[0];
    if (text === undefined) return false;
    let from = 0;
    // As in cmark-gfm, nothing between brackets is an address of its own.
    while (gfm && machine.brackets === null && from < text.length) {
      const at = findAddress(text, from);
      if (at < 0) break;
      const address = addressAt(subject, pos + at);
      if (!address) {
        from = at + 1;
        continue;
      }
      if (at > 0) plainRuns.push([appendText(block, text.slice(0, at)), pos]);
      appendLink(block, address.text, address.destination);
      machine.pos = pos + at + address.text.length;
      return true;
    }
    plainRuns.push([appendText(block, text), pos]);
    machine.pos = pos + text.length;
    return true;
  };

  const { parseOpenBracket, parseBang } = machine;
  machine.parseOpenBracket = (block) => {
    const footnote = gfm ? footnoteAt(machine.subject, machine.pos) : null;
    if (!footnote || !references.table[footnote.key]) return parseOpenBracket.call(machine, block);
    const node = new Node("footnote");
    node._literal = footnote.key;
    block.appendChild(node);
    machine.pos += footnote.length;
    return true;
  };
  // In `Hear![^1]` the sign belongs to the text, not to an image.
  machine.parseBang = (block) => {
    const footnote = gfm ? footnoteAt(machine.subject, machine.pos + 1) : null;
    if (!footnote || !references.table[footnote.key]) return parseBang.call(machine, block);
    appendText(block, "!");
    machine.pos += 1;
    return true;
  };

  machine.parseBackticks = (block) => {
    const { subject, pos } = machine;
    const { length, close } = backticks.at(subject, pos);
    if (close < 0) {
      doubtFrom(pos);
      appendText(block, subject.slice(pos, pos + length));
      machine.pos = pos + length;
      return true;
    }
    const code = subject.slice(pos + length, close).replace(/\n/g, " ");
    const padded = code.startsWith(" ") && code.endsWith(" ") && /[^ ]/.test(code);
    const node = new Node("code");
    node._literal = padded ? code.slice(1, -1) : code;
    block.appendChild(node);
    machine.pos = close + length;
    return true;
  };

  machine.parseBackslash = (block) => appendMath(block) || parseBackslash.call(machine, block);

  machine.parseHtmlTag = (block) => {
    const { subject, pos } = machine;
    let mayClose = true;
    for (const [open, close] of CLOSERS) {
      if (!subject.startsWith(open, pos)) continue;
      if (absent.has(close)) mayClose = false;
      else if (subject.indexOf(close, pos) < 0) absent.add(close);
    }
    if (mayClose && parseHtmlTag.call(machine, block)) return true;
    UNFINISHED_TAG.lastIndex = pos;
    if (UNFINISHED_TAG.test(subject)) doubtFrom(pos);
    return false;
  };

  machine.parseCloseBracket = (block) => {
    const { brackets } = machine;
    parseCloseBracket.call(machine, block);
    NO_TARGET.lastIndex = machine.pos;
    const isText = block._lastChild?.type === "text";
    if (brackets && isText && !NO_TARGET.test(machine.subject)) doubtFrom(brackets.index);
    return true;
  };

  machine.parseLinkDestination = () =>
    tooManyParentheses(machine.subject, machine.pos) ? null : parseLinkDestination.call(machine);
  return machine;
}

function tooManyParentheses(subject: string, from: number): boolean {
  if (subject[from] === "<") return false;
  let open = 0;
  for (let i = from; i < subject.length; i++) {
    const char = subject[i];
    if (char === "\\") i++;
    else if (char === "(" && ++open > MAX_PARENTHESES) return true;
    else if (char === ")" && --open < 0) return false;
    else if (char === " " || char === "\n" || char === "\t") return false;
  }
  return false;
}

function encodeDestination(destination: string): string {
  try {
    return encodeURI(destination).replace(/%25([0-9a-f]{2})/gi, "%$1");
  } catch {
    return destination;
  }
}

/** Where runs of backticks of each length are, so that an unclosed one is looked for only once. */
class BacktickRuns {
  private subject: string | null = null;
  private starts = new Map<number, number[]>();

  reset(): void {
    this.subject = null;
  }

  /** The run at `pos`: its length, and where the run that closes it starts (or -1). */
  at(subject: string, pos: number): { length: number; close: number } {
    if (this.subject !== subject) this.scan(subject);
    let end = pos;
    while (subject[end] === "`") end++;
    const length = end - pos;
    const starts = this.starts.get(length) ?? [];
    let low = 0;
    for (let high = starts.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) < end) low = middle + 1;
      else high = middle;
    }
    return { length, close: starts[low] ?? -1 };
  }

  private scan(subject: string): void {
    this.subject = subject;
    this.starts = new Map();
    for (const run of subject.matchAll(/`+/g)) {
      const starts = this.starts.get(run[0].length);
      if (starts) starts.push(run.index);
      else this.starts.set(run[0].length, [run.index]);
    }
  }
}
