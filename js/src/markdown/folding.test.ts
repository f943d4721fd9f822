import { describe, expect, it } from "vitest";
import { createMarkdownView } from "./index.js";

const LINE = `${"x".repeat(79)}\n`;
const lines = (from: number, to: number, unit: (i: number) => string) =>
  Array.from({ length: to - from }, (_, i) => unit(from + i)).join("");

const SHAPES: [name: string, unit: (i: number) => string, start: string, perPart: number][] = [
  ["paragraphs", (i) => `${i} ${"x ".repeat(400)}\n\n`, "", 32],
  ["a list", (i) => `- ${i} ${"x ".repeat(400)}\n`, "", 64],
  ["a table", (i) => `| ${i} | ${"x ".repeat(400)} |\n`, "| a | b |\n|---|---|\n", 100],
  ["a code block", (i) => `${i} ${LINE}`, "```\n", 256],
];

describe("a text of more than 3 MB", () => {
  it.each(SHAPES)(
    "is folded in its old parts: %s",
    { timeout: 60_000 },
    (_name, unit, start, perPart) => {
      const count = Math.ceil(4_500_000 / unit(1).length / perPart) * perPart;
      const view = createMarkdownView(document);
      const bare = createMarkdownView(document);
      for (const each of [view, bare]) each.append(start + lines(0, count, unit));
      for (const each of [view, bare]) each.end();
      view.fold();

      const hidden = [...view.element.querySelectorAll<HTMLElement>("[hidden]")];
      const size = hidden.reduce((sum, part) => sum + (part.textContent?.length ?? 0), 0);
      expect(size).toBeGreaterThan(500_000);
      expect(size).toBeLessThan(1_700_000);
      const button = view.element.querySelector<HTMLElement>(".nbstream-earlier");
      expect(button?.nextElementSibling).toBe(hidden[0]);
      expect(button?.textContent).toMatch(/^Show [\d,]+ earlier lines$/);

      for (let i = 0; i < 3; i++) button?.click();
      expect(view.element.querySelector("[hidden], .nbstream-earlier")).toBeNull();
      expect(view.element.textContent).toBe(bare.element.textContent);
      view.fold();
      expect(view.element.querySelector("[hidden]")).toBeNull();
    },
  );

  it("keeps its beginning and its end, and folds on as it grows", () => {
    const view = createMarkdownView(document);
    const [, unit] = SHAPES[0] as (typeof SHAPES)[0];
    const shown = () =>
      [...view.element.querySelectorAll("p")]
        .filter((paragraph) => !paragraph.closest("[hidden]"))
        .map((paragraph) => Number.parseInt(paragraph.textContent ?? "", 10));
    const sizes: number[] = [];
    for (let from = 0; from < 10_000; from += 1000) {
      view.append(lines(from, from + 1000, unit));
      view.flush();
      view.fold();
      sizes.push(shown().length);
    }
    expect(shown()[0]).toBe(0);
    expect(shown().at(-1)).toBe(9999);
    expect(sizes.at(-1)).toBeLessThan((sizes[4] ?? 0) + 256);
    expect(view.element.querySelectorAll(".nbstream-earlier")).toHaveLength(1);
  });

  it("is not folded before it is that long", () => {
    const view = createMarkdownView(document);
    view.append(lines(0, 3000, SHAPES[0]?.[1] ?? String));
    view.end();
    view.fold();
    expect(view.element.querySelector(".nbstream-earlier, [hidden]")).toBeNull();
  });
});
