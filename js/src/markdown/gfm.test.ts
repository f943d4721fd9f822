import { describe, expect, it } from "vitest";
import { createMarkdownView } from "./index.js";
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

function draw(pieces: Iterable<string>): HTMLElement {
  const view = createMarkdownView(document, { isSafeLink: () => true });
  for (const piece of pieces) {
    view.append(piece);
    view.flush();
  }
  view.end();
  return view.element;
}

describe.skipIf(!all)(`GFM extensions${all ? "" : `: ${NO_VECTORS}`}`, () => {
  it.each(examples)("example $example ($section) is rendered as on GitHub", (example) => {
    expect(toSpecHtml(draw([example.markdown]))).toBe(example.html);
  });

  it.each(all ?? [])("example $example ($section) streams to the same nodes", ({ markdown }) => {
    expect(draw(markdown).outerHTML).toBe(draw([markdown]).outerHTML);
  });
});
