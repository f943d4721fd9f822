import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createMarkdownView } from "./index.js";
import { draw, feed, pieces } from "./testing/draw.js";
import { type Example, NO_VECTORS, readVectors } from "./testing/vectors.js";

// any text is long, and all that was not certain before is parsed with each piece
vi.mock("./long-text.js", () => ({ LONG_TEXT: 0, LONG_DOUBT: 0, isWorthParsing: () => true }));

const examples = readVectors<Example>("markdown/commonmark.json");
/** A definition that is still arriving is taken when it is whole. */
const undefinedYet = (text: string) => !/\]:/.test(text);

/** What is seen of it: a seam is empty, and what a long text has is no difference. */
const picture = (element: Element) =>
  element.outerHTML.replaceAll("<span></span>", "").replaceAll(' class="nbstream-long"', "");
const cuts = (element: Element) => element.querySelectorAll("span:empty").length;

/** How `prefix` looks that came at once. */
function atOnce(prefix: string): string {
  const view = createMarkdownView(document);
  feed(view, [prefix]);
  return picture(view.element);
}

function expectSameAlways(text: string, parts: Iterable<string>): void {
  const view = createMarkdownView(document);
  let prefix = "";
  for (const part of parts) {
    prefix += part;
    feed(view, [part]);
    expect(picture(view.element), JSON.stringify(prefix)).toBe(atOnce(prefix));
  }
  view.end();
  expect(picture(view.element)).toBe(picture(draw([text])));
  while (view.unfinished) view.finish();
  expect(view.element.outerHTML).toBe(draw([text]).outerHTML);
}

/** Words, and what gives them a meaning that may come much later or not at all. */
const WORDS = [
  ..."word|a|some more|two, three|x@y.zz|http://x.yz/a|www.x.yz|&amp;|&#32;|\\*|\\|\\(|\\)|\\[|\\]".split(
    "|",
  ),
  ...'*|**|_|__|~|~~|***|`|``|$|$$|[|]|(|)|![|](/u)|](/u "t")|](/u \'a b|[^1]|[a]|[a b]|][|<|>|<b'.split(
    "|",
  ),
  ...'<b x="|"|\'|<!--|-->|<?|?>|<!X|<https://x.yz>|2 < 3|5 * 3|$5|~5|\u200b|\u202e|é|😀|\t|\u00a0'.split(
    "|",
  ),
  "  \n",
  "\\\n",
  "\n",
];
const sentences = fc
  .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(" ", " ", " ", "")), { maxLength: 30 })
  .map((each) => `Text ${each.flat().join("")}`);

describe("a text that is cut wherever that is certain", () => {
  it("looks at every moment as if it had come at once: any words and signs", () => {
    fc.assert(
      fc.property(sentences, fc.integer({ min: 1, max: 99 }), (text, seed) => {
        expectSameAlways(text, pieces(text, seed, 2));
      }),
      { numRuns: 400, seed: 20_003 },
    );
  }, 60_000);

  it.skipIf(!examples)(
    `so do CommonMark's examples${examples ? "" : `: ${NO_VECTORS}`}`,
    () => {
      for (const { markdown } of examples ?? []) {
        if (undefinedYet(markdown))
          expectSameAlways(`Some more words ${markdown}`, `Some more words ${markdown}`);
      }
    },
    60_000,
  );

  it.each([
    ["words alone", "one two three four five ", 1],
    ["closed emphasis", "one *two* three **four** five ", 1],
    ["code, links and math", "one `a b` [two](/u) $x$ three <b>four</b> five ", 1],
    ["what cannot open", "one 2 * 3 and 4 < 5 [1][2] [3] f(x) vector<a, b> five ", 1],
    ["open emphasis", "one *two three four five ", 0],
    ["an open bracket", "one [two three four five ", 0],
    ["a link without an end", "one [two three](four 'five ", 0],
    ["open code", "one `two three four five ", 0],
    ["open math", "one $two three four five ", 0],
    ["an open tag", "one <b two three four five ", 0],
  ])("after %s", (_name, text, most) => {
    const view = createMarkdownView(document);
    feed(view, ["Begin ", text, "six ", "seven "]);
    expect(Math.min(1, cuts(view.element.querySelector("p") as Element))).toBe(most);
  });
});
