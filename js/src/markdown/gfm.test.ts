import { describe, expect, it } from "vitest";
import { draw } from "./testing/draw.js";
import { toSpecHtml } from "./testing/serialise.js";
import { type Example, NO_VECTORS, readVectors } from "./testing/vectors.js";

/** The specification writes the attributes of a box in another order than the other file. */
const INPUT = /<input( (?:checked="" )?disabled="")( type="checkbox")>/g;
const all = readVectors<Example>("markdown/gfm_extensions.json");
/** Raw HTML is always text here, so GitHub's filter of some tags has nothing to do. */
const fromSpec = (readVectors<Example>("markdown/gfm_spec.json") ?? [])
  .filter(({ ext }) => ext !== null)
  .map((each) => ({ ...each, html: each.html.replace(INPUT, "<input$2$1 />") }));
const examples = [...(all ?? []), ...fromSpec].filter(
  ({ section, html }) => !/HTML tag filter|Raw HTML/.test(section) && html !== "<IGNORE>\n",
);

describe.skipIf(!all)(`GFM extensions${all ? "" : `: ${NO_VECTORS}`}`, () => {
  it.each(examples)("example $example ($section) is rendered as on GitHub", (example) => {
    expect(toSpecHtml(draw([example.markdown], { isSafeLink: () => true }))).toBe(example.html);
  });

  it.each(all ?? [])("example $example ($section) streams to the same nodes", ({ markdown }) => {
    expect(draw(markdown).outerHTML).toBe(draw([markdown]).outerHTML);
  });
});
