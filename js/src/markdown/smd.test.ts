import { describe, expect, it } from "vitest";
import { draw } from "./testing/draw.js";
import { NO_VECTORS, readVectors } from "./testing/vectors.js";

interface SmdCase {
  name: string;
  markdown: string;
  expected: SmdNode[];
}
type SmdNode = string | { type: string; attrs?: Record<string, string>; children: SmdNode[] };

const all = readVectors<SmdCase>("markdown/smd.json");

const TAGS: Record<string, string> = {
  Paragraph: "p",
  List_Unordered: "ul",
  List_Ordered: "ol",
  List_Item: "li",
  Code_Fence: "pre",
  Code_Block: "pre",
  Code_Inline: "code",
  Rule: "hr",
  Table: "table",
  Table_Row: "tr",
  Table_Cell: "td",
  Italic_Ast: "em",
  Italic_Und: "em",
  Strong_Ast: "strong",
  Strong_Und: "strong",
  Strike: "del",
  Line_Break: "br",
  Blockquote: "blockquote",
  Checkbox: "box",
  Link: "a",
  Raw_URL: "a",
  Image: "img",
  Equation_Inline: "math",
  Equation_Block: "math",
};

/** Both trees in one writing: tags and text, without the paragraphs of tight lists. */
function expectedShape(nodes: readonly SmdNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === "string") return node.replace(/\s+/g, " ");
      const tag = TAGS[node.type] ?? node.type.replace("Heading_", "h");
      const children =
        tag === "pre" ? (node.children as string[]).join("") : expectedShape(node.children);
      return `<${tag}>${children.trim()}</${tag}>`;
    })
    .join("")
    .replace(/\s*(<\/?(?:li|ul|ol|p|box)>)\s*/g, "$1");
}

function drawnShape(parent: Node, tight = false): string {
  let shape = "";
  for (const node of parent.childNodes) {
    const element = node as HTMLElement;
    if (node.nodeType === 3) shape += (node.nodeValue ?? "").replace(/\s+/g, " ");
    else if (element.hidden) continue;
    else if (element.classList.contains("nbstream-code")) {
      shape += `<pre>${(element.querySelector("code")?.textContent ?? "").trim()}</pre>`;
    } else if (element.classList.contains("nbstream-image")) {
      shape += `<img>${drawnShape(node)}</img>`;
    } else if (element.tagName === "INPUT") shape += "<box></box>";
    else if (/^(?:DIV|SPAN|THEAD|TBODY)$/.test(element.tagName)) shape += drawnShape(node, tight);
    else if (element.tagName === "P" && parent.nodeName === "LI") shape += drawnShape(node);
    else {
      const tag = element.tagName.toLowerCase().replace("th", "td");
      shape += `<${tag}>${drawnShape(node).trim()}</${tag}>`;
    }
  }
  return shape.replace(/\s*(<\/?(?:li|ul|ol|p|box)>)\s*/g, "$1");
}

/** Where ours is another on purpose: CommonMark's answer, or GitHub's, and not smd's. */
const DIFFERENCES: [reason: string, numbers: number[]][] = [
  [
    "a line end within a paragraph is a space, not a break",
    [30, 31, 104, 107, 224, 225, 234, 239, 273, 307, 341, 375, 431],
  ],
  ["raw HTML is shown as text, <br> too", [33, 34, 36, 37, 39, 40, 414]],
  ["a marker that is never closed stays text", [105, 106, 108, 109, 219]],
  ["an escaped marker closes nothing", [177, 183, 189, 195, 201]],
  ["a closing fence may be longer than the opening one", [118, 131, 144]],
  ["which of several markers pair is CommonMark's rule", [167, 168, 169, 170, 171]],
  ["an image's text is plain text", [216]],
  ["code in a quote ends with the quote", [228]],
  ["blank lines do not cut a list in two", [241, 275, 309, 343, 377]],
  ["only a list that starts with 1 may interrupt a paragraph", [379, 384, 385]],
  ["math is shown as its source", [415, 418, 419, 420, 421, 423, 424, 425, 430, 433]],
];
const different = new Map(DIFFERENCES.flatMap(([reason, ns]) => ns.map((n) => [n, reason])));
const cases = (all ?? []).map((each, number) => ({ ...each, number }));

function shapes({ markdown, expected }: SmdCase): { ours: string; smd: string } {
  const ours = drawnShape(draw(markdown, { isSafeLink: () => true }));
  return { ours, smd: expectedShape(expected) };
}

describe.skipIf(!all)(`streaming-markdown's cases${all ? "" : `: ${NO_VECTORS}`}`, () => {
  it("are 435, of which 377 come out the same", () => {
    expect([cases.length, cases.length - different.size]).toEqual([435, 377]);
  });

  it.each(cases.filter(({ number }) => !different.has(number)))("$number: $name", (each) => {
    const { ours, smd } = shapes(each);
    expect(ours).toBe(smd);
  });

  it.each(DIFFERENCES)("differ where %s", (_reason, numbers) => {
    for (const number of numbers) {
      const each = cases[number];
      if (!each) throw new Error(`no case ${number}`);
      const { ours, smd } = shapes(each);
      expect(ours).not.toBe(smd);
    }
  });
});
