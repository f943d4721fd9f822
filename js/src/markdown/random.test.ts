import fc from "fast-check";
import { expect, it } from "vitest";
import { createMarkdownView } from "./index.js";
import { draw, feed } from "./testing/draw.js";

/** Pieces that mean something to Markdown, alone or next to each other. */
const PIECES = [
  "\n",
  "\n\n",
  "\r\n",
  "\r",
  " ",
  "  ",
  "    ",
  "\t",
  "a",
  "word ",
  "b\n",
  "- ",
  "* ",
  "+ ",
  "1. ",
  "2) ",
  "10. ",
  "> ",
  "# ",
  "### ",
  "---",
  "===",
  "***",
  "```",
  "```py\n",
  "~~~\n",
  "`",
  "``",
  "*",
  "**",
  "_",
  "__",
  "~",
  "~~",
  "[",
  "]",
  "(",
  ")",
  "![",
  "](/u)",
  "[a]",
  "[a]: /u\n",
  "[b][a]",
  "[^1]",
  "[^2]",
  "[^1]: ",
  "\n[^2]: note\n",
  "\n[^3]: see [^1]\n",
  "| a | b |\n",
  "| - | - |\n",
  "|---|:-:|\n",
  "| c |",
  "|",
  ":-",
  "[ ] ",
  "[x] ",
  "<",
  ">",
  "<div>\n",
  "</div>",
  "<!--",
  "-->",
  "<b>",
  "&amp;",
  "&",
  "\\",
  "\\|",
  "http://x.yz",
  "www.x.yz",
  "a@b.cd",
  "\u202e",
  "\u200b",
  "😀",
  "👩‍👩‍👧",
  "é",
  "def f():\n",
  "    return 1\n",
  '"',
  "'",
  "!",
  "$x$",
  "$",
  "$$",
  "\n$$\n",
  "\\(",
  "\\)",
  "\\[\n",
  "\\]",
  "\u0000",
];
const documents = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((p) => p.join(""));

/** `text` cut at `cuts`, wherever they fall: within a line end, a marker or a surrogate pair too. */
function cut(text: string, cuts: readonly number[]): string[] {
  const at = [...new Set(cuts.map((each) => each % (text.length + 1)))].sort((a, b) => a - b);
  return [...at, text.length].map((end, i) => text.slice(at[i - 1] ?? 0, end));
}

it("any text in any pieces ends as it would in one", () => {
  fc.assert(
    fc.property(documents, fc.array(fc.nat(), { maxLength: 30 }), (text, cuts) => {
      expect(draw(cut(text, cuts)).outerHTML).toBe(draw([text]).outerHTML);
    }),
    { numRuns: 300, seed: 20_001 },
  );
}, 30_000);

it("any text looks the same at a moment, whatever pieces it came in", () => {
  fc.assert(
    fc.property(documents, fc.array(fc.nat(), { maxLength: 30 }), (text, cuts) => {
      const cutUp = createMarkdownView(document);
      feed(cutUp, cut(text, cuts));
      const whole = createMarkdownView(document);
      feed(whole, [text]);
      expect(cutUp.element.outerHTML).toBe(whole.element.outerHTML);
    }),
    { numRuns: 300, seed: 20_001 },
  );
}, 30_000);

it("long documents end the same in pieces, over segments, chunks and tables", () => {
  const blocks = fc.constantFrom(
    "paragraph *a*\n\n",
    "- item\n- item\n\n",
    "```py\nx = 1\n```\n\n",
    "# head\n",
    "> quote\n\n",
  );
  const long = fc.oneof(
    fc.array(blocks, { minLength: 60, maxLength: 1100 }).map((each) => each.join("")),
    fc.integer({ min: 60, max: 400 }).map((n) => "1. item\n".repeat(n)),
    fc.integer({ min: 60, max: 1200 }).map((n) => `\`\`\`js\n${"let a = 1;\n".repeat(n)}`),
    fc.integer({ min: 90, max: 320 }).map((n) => `|a|b|\n|-|-|\n${"| *c* | d |\n".repeat(n)}`),
    fc.integer({ min: 60, max: 200 }).map((n) => `- a\n\n${"  b\n\n".repeat(n)}`),
    fc.integer({ min: 300, max: 900 }).map((n) => "word *and* more\n".repeat(n)),
    fc.integer({ min: 800, max: 3000 }).map((n) => "word *and* ".repeat(n)),
  );
  fc.assert(
    fc.property(long, fc.array(fc.nat(), { maxLength: 30 }), (text, cuts) => {
      expect(draw(cut(text, cuts)).outerHTML).toBe(draw([text]).outerHTML);
    }),
    { numRuns: 12, seed: 20_002 },
  );
}, 30_000);
