import { type InlineMachine, Node } from "commonmark";
import { splitEmails } from "./autolink.js";
import type { InlineNode } from "./inline-node.js";
import type { MathSource } from "./math-source.js";

/** Inline content as plain values: what two drawings of a text are compared by. */
export type Span =
  | { kind: "text"; text: string }
  | { kind: "break" }
  | { kind: "code"; text: string }
  | { kind: "html"; text: string }
  | { kind: "footnote"; text: string }
  | { kind: "math"; text: string; math: MathSource }
  | { kind: "emphasis" | "strong" | "strike"; children: Span[] }
  | { kind: "link"; destination: string; title: string; children: Span[] }
  | { kind: "image"; destination: string; title: string; alt: string };

/** Emphasis nested deeper than this is drawn without its deeper levels. */
const MAX_DEPTH = 48;

/** A piece of the source without markup: part of the text of a span, from one offset to another. */
export interface PlainRun {
  source: number;
  span: number;
  from: number;
  to: number;
}

/** The spans of `source`; `runs` are told its plain runs that nothing to come can change. */
export function parseSpans(
  machine: InlineMachine,
  source: string,
  gfm: boolean,
  runs: PlainRun[],
): Span[] {
  const root = new Node("paragraph");
  root._string_content = source;
  machine.parse(root);
  return spansOf(root, gfm, 0, runs);
}

function spansOf(parent: Node, gfm: boolean, depth: number, runs: PlainRun[] = []): Span[] {
  const spans: Span[] = [];
  let text = "";
  const flush = () => {
    if (text === "") return;
    for (const part of gfm ? splitEmails(text) : [text]) {
      if (typeof part === "string") spans.push({ kind: "text", text: part });
      else {
        const children: Span[] = [{ kind: "text", text: part.text }];
        spans.push({ kind: "link", destination: part.destination, title: "", children });
      }
    }
    text = "";
  };
  for (let node = parent._firstChild; node; node = node._next) {
    if (node.type === "text") {
      const from = text.length;
      text += node._literal ?? "";
      const { certain } = node as InlineNode;
      // where there is an address it may be several spans
      if (certain !== undefined && !text.includes("@"))
        runs.push({ source: certain, span: spans.length, from, to: text.length });
    } else if (node.type === "softbreak") text += "\n";
    else if (depth >= MAX_DEPTH) text += plainText(node);
    else {
      flush();
      spans.push(spanOf(node, gfm, depth + 1));
    }
  }
  flush();
  return spans;
}

function spanOf(node: Node, gfm: boolean, depth: number): Span {
  const destination = node._destination ?? "";
  const title = node._title ?? "";
  switch (node.type) {
    case "linebreak":
      return { kind: "break" };
    case "footnote":
      return { kind: "footnote", text: node._literal ?? "" };
    case "math": {
      const { math } = node as InlineNode;
      const text = node._literal ?? "";
      return math ? { kind: "math", text, math } : { kind: "text", text };
    }
    case "code":
      return { kind: "code", text: node._literal ?? "" };
    case "emph":
      return { kind: "emphasis", children: spansOf(node, gfm, depth) };
    case "strong":
      return { kind: "strong", children: spansOf(node, gfm, depth) };
    case "strike":
      return { kind: "strike", children: spansOf(node, gfm, depth) };
    case "link":
      return { kind: "link", destination, title, children: spansOf(node, false, depth) };
    case "image":
      return { kind: "image", destination, title, alt: plainText(node) };
    default:
      return { kind: "html", text: node._literal ?? "" };
  }
}

/** The text of a node without markup, found without recursion: nesting may be very deep. */
function plainText(root: Node): string {
  let text = "";
  let node: Node | null = root;
  while (node) {
    if (node.type === "softbreak" || node.type === "linebreak") text += "\n";
    else if (node.type !== "html_inline" && node.type !== "footnote") text += node._literal ?? "";
    if (node._firstChild) {
      node = node._firstChild;
      continue;
    }
    while (node && node !== root && !node._next) node = node._parent;
    if (!node || node === root) break;
    node = node._next;
  }
  return text;
}

export function sameSpan(a: Span | undefined, b: Span | undefined): boolean {
  if (a === b) return true;
  if (!a || !b || a.kind !== b.kind) return false;
  if ("text" in a && "text" in b) return a.text === b.text;
  if ("destination" in a && "destination" in b) {
    if (a.destination !== b.destination || a.title !== b.title) return false;
  }
  if ("alt" in a && "alt" in b) return a.alt === b.alt;
  if ("children" in a && "children" in b) {
    const other = b.children;
    return a.children.length === other.length && a.children.every((s, i) => sameSpan(s, other[i]));
  }
  return a.kind === "break";
}
