import { describe, expect, it } from "vitest";
import { createMarkdownView } from "./index.js";
import { draw } from "./testing/draw.js";
import { toSpecHtml } from "./testing/serialise.js";
import { type Example, NO_VECTORS, readVectors } from "./testing/vectors.js";

const all = readVectors<Example>("markdown/commonmark.json");
/** A definition that is still arriving is taken when it is whole, never with half an address. */
const examples = (all ?? []).filter(({ markdown }) => !/\]:/.test(markdown));
/** Lines that are held back until it is known what they mark. */
const HELD = /(?:^|\n)(?:[ \t]*(?:[ \t>*+\-_=#~`|:]|\d{1,9}[.)]?)*|.*(?:`{3}|~{3}).*)$/;

/** The line end that a closed code block has and an open one has not yet. */
const picture = (element: Element) =>
  toSpecHtml(element)
    .replace(/\n(?=<\/code>)/g, "")
    .replace(/\n+(?=<|$)/g, "");

describe.skipIf(!all)(`at every moment${all ? "" : `: ${NO_VECTORS}`}`, () => {
  it.each(examples)("example $example looks as if its text were over", ({ markdown }) => {
    const view = createMarkdownView(document);
    for (let i = 1; i <= markdown.length; i++) {
      view.append(markdown.slice(i - 1, i));
      view.flush();
      const prefix = markdown.slice(0, i);
      if (!prefix.endsWith("\n") && HELD.test(prefix)) continue;
      expect(picture(view.element), JSON.stringify(prefix)).toBe(picture(draw([prefix])));
    }
  });

  it("the path to a text leaves no trace in its nodes", () => {
    for (const { markdown } of all ?? []) {
      const view = createMarkdownView(document);
      const whole = createMarkdownView(document);
      for (const char of markdown) {
        view.append(char);
        view.flush();
      }
      whole.append(markdown);
      whole.flush();
      expect(view.element.outerHTML).toBe(whole.element.outerHTML);
    }
  }, 60_000);
});
