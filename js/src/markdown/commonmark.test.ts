import { describe, expect, it } from "vitest";
import type { MarkdownOptions } from "./index.js";
import { draw } from "./testing/draw.js";
import { toSpecHtml } from "./testing/serialise.js";
import { type Example, NO_VECTORS, readVectors } from "./testing/vectors.js";

/** Examples newer than version 0.31.2 of the specification. */
const NEWER = new Set([220, 241, 242]);
const all = readVectors<Example>("markdown/commonmark.json");
const examples = (all ?? []).filter(({ example }) => !NEWER.has(example));
const asSpecified: MarkdownOptions = { gfm: false, isSafeLink: () => true };

describe.skipIf(!all)(`CommonMark 0.31.2${all ? "" : `: ${NO_VECTORS}`}`, () => {
  it("has 652 examples", () => expect(examples.length).toBe(652));

  it.each(examples)("example $example ($section) is rendered as specified", (example) => {
    expect(toSpecHtml(draw([example.markdown], asSpecified))).toBe(example.html);
  });

  it.each(examples)("example $example ($section) streams to the same nodes", (example) => {
    const streamed = draw(example.markdown, asSpecified);
    expect(streamed.outerHTML).toBe(draw([example.markdown], asSpecified).outerHTML);
  });
});
