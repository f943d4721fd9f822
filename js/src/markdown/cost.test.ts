import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createMarkdownView } from "./index.js";
import { pieces } from "./testing/draw.js";

const restores: (() => void)[] = [];

/** What a flush does: changes to the DOM, and patterns tried by parser and highlighter. */
function countOperations(): () => number {
  let count = 0;
  // Recording mocks would cost more than what they count.
  const counted = <K extends string>(owner: Record<K, unknown>, name: K) => {
    const original = owner[name] as (...args: unknown[]) => unknown;
    owner[name] = function (this: unknown, ...args: unknown[]) {
      count++;
      return original.apply(this, args);
    };
    restores.push(() => {
      owner[name] = original;
    });
  };
  counted(Document.prototype, "createElement");
  counted(Document.prototype, "createTextNode");
  counted(Node.prototype, "appendChild");
  counted(Element.prototype, "remove");
  counted(CharacterData.prototype, "appendData");
  counted(RegExp.prototype, "exec");
  return () => {
    const sum = count;
    count = 0;
    return sum;
  };
}

const SIZE = 12_000;
const fill = (unit: (i: number) => string, start = "") => {
  let text = start;
  for (let i = 1; text.length < SIZE; i++) text += unit(i);
  return text;
};
/** A long paragraph is cut about once in so many; what is after its last cut grows until then. */
const THIRDS = 3;
const SHAPES: [name: string, text: string, parts?: number][] = [
  ["paragraphs", fill((i) => `Some *words* and \`code\`, [a link](https://x.yz/${i}) too.\n\n`)],
  ["one list", fill((i) => `- item **${i}** of many\n`)],
  ["one loose list of lists", fill((i) => `${i}. item\n\n   - inner \`${i}\`\n\n`)],
  ["one quote", fill((i) => `> line ${i} of *many*\n>\n`)],
  ["one table", fill((i) => `| ${i} | **b** | c |\n`, "| a | b | c |\n|---|---|---|\n")],
  ["one code block", fill((i) => `    x_${i} = f("a")  # why\n`, "```python\n")],
  ["one code block of an unknown language", fill((i) => `line ${i}\n`, "```nothing\n")],
  ["one indented code block", fill((i) => `    line ${i}\n`)],
  ["one HTML block", fill((i) => `<b>line ${i}</b>\n`, "<div>\n")],
  ["one item of many paragraphs", fill((i) => `  paragraph *${i}*\n\n`, "- first\n\n")],
  ["one paragraph of many lines", fill((i) => `line *${i}* of many\n`), THIRDS],
  ["one paragraph of one line", fill((i) => `word *${i}* of many `), THIRDS],
  ["one paragraph of definitions", fill((i) => `[label ${i}]: https://x.yz/${i}\n`)],
  ["uses of labels defined at the end", fill((i) => `See [label ${i % 9}] there.\n\n`)],
];

describe("the cost of a token", () => {
  afterEach(() => {
    for (const restore of restores.splice(0)) restore();
  });

  it.each(SHAPES)(
    "is the same at the end as at the start: %s",
    (_name, text, parts = 10) => {
      const operations = countOperations();
      const view = createMarkdownView(document);
      const costs: number[] = [];
      for (const piece of pieces(text)) {
        view.append(piece);
        view.flush();
        costs.push(operations());
      }
      const part = Math.floor(costs.length / parts);
      const mean = (from: number) =>
        costs.slice(from, from + part).reduce((sum, cost) => sum + cost, 0) / part;
      // The first part builds what there is one of; the second is the measure.
      expect(mean(costs.length - part)).toBeLessThan(mean(part) * 1.25 + 1);
    },
    60_000,
  );

  it("appending without a flush draws nothing", () => {
    const operations = countOperations();
    const view = createMarkdownView(document);
    operations();
    for (let i = 0; i < 1000; i++) view.append("word ");
    expect(operations()).toBe(0);
  });

  it("one long line of code is not drawn again for each piece", () => {
    const operations = countOperations();
    const draw = (length: number) => {
      const view = createMarkdownView(document);
      for (const piece of pieces(`\`\`\`\n${"x".repeat(length)}`)) {
        view.append(piece);
        view.flush();
      }
      return operations();
    };
    operations();
    const single = draw(20_000);
    expect(draw(40_000)).toBeLessThan(single * 2.2);
  });
});

describe("what the browser watches", () => {
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ["paragraphs", "words\n\n", 32 * 4, ".nbstream-segment, .nbstream-group"],
    ["a code block", "line\n", 64 * 8 * 4, ".nbstream-code-group"],
  ])("of %s is one element for each full group or region", (name, unit, perGroup, watched) => {
    const view = createMarkdownView(document);
    view.append(name === "paragraphs" ? "" : "```\n");
    const seen: number[] = [];
    for (let groups = 1; groups <= 12; groups++) {
      view.append(unit.repeat(perGroup));
      view.flush();
      const all = [...view.element.querySelectorAll(watched)];
      seen.push(all.filter((element) => !element.closest(".nbstream-full > *")).length);
    }
    const growth = seen.slice(3).map((count, i) => count - (seen[i + 2] ?? 0));
    expect(new Set(growth)).toEqual(new Set([1]));
  });

  it("is asked for its style only where it may have one: not in an answer that came at once", async () => {
    const asked = vi.spyOn(window, "getComputedStyle");
    const view = createMarkdownView(document);
    const fullGroups = () => view.element.querySelectorAll(".nbstream-full").length;
    view.append("words\n\n".repeat(32 * 4 * 5));
    view.flush();
    await Promise.resolve();
    expect(fullGroups()).toBe(2);
    expect(asked).not.toHaveBeenCalled();
    view.append("words\n\n".repeat(32 * 4));
    view.flush();
    await Promise.resolve();
    expect(fullGroups()).toBe(3);
    expect(asked).toHaveBeenCalledTimes(4);
  });
});

it("no style asks of any element whether it is the last: each new one would have it look anew", () => {
  const css = readFileSync("src/markdown/markdown.css", "utf8");
  expect(css).toContain(":last-child");
  expect(css).not.toMatch(/[\s>+~(,]:(?:last|only|nth-last)-/);
});
