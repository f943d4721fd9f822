/**
 * TeX as MathML, by temml: a part of its own that the page loads when there is math. Elements are
 * built as nodes; nothing in a formula can link, load, or be larger than it should.
 */
import temml from "temml";
import { visible } from "./markdown/invisible";
import type { MathRenderer } from "./markdown/mathematics";

/** A formula is a line or a few, nested as deep as a person can follow. */
const LONGEST = 5000;
const DEEPEST = 40;
const MOST_ELEMENTS = 5000;
/** In em and in pt: the largest size that a formula may ask for. */
const LARGEST: [number, number] = [10, 100];
const MATHML = "http://www.w3.org/1998/Math/MathML";
const ATTRIBUTES =
  /^(?:class|style|display|mathvariant|form|fence|separator|stretchy|symmetric|lspace|rspace|minsize|maxsize|largeop|movablelimits|accent|accentunder|linethickness|width|height|depth|voffset|mathcolor|mathbackground|displaystyle|scriptlevel|columnalign|rowalign|columnspan|rowspan|columnlines|rowlines|columnspacing|rowspacing|notation|dir|mathsize|side|frame|framespacing|align|columnwidth|intent|arg|xml:space)$/;

interface MathTree {
  toNode(): Node;
}

export const render: MathRenderer["render"] = (tex, display, host) => {
  if (tex.length > LONGEST || depthOf(tex) > DEEPEST) throw new RangeError("too large");
  const tree: MathTree = temml.__renderToMathMLTree(tex, {
    displayMode: display,
    throwOnError: true,
    trust: false,
    strict: false,
    maxSize: LARGEST,
    maxExpand: 500,
  });
  const built = host.ownerDocument.createElement("span");
  built.append(tree.toNode());
  if (!isHarmless(built)) throw new TypeError("not math alone");
  host.replaceChildren(...built.childNodes);
};

/** How deep braces, and commands that take their argument without any, are nested at the most. */
function depthOf(tex: string): number {
  let depth = 0;
  let deepest = 0;
  let chain = 0;
  for (const { 0: token } of tex.matchAll(/\\(?:[A-Za-z]+|[\s\S])|[{}^_]|[^\s{}\\^_]/g)) {
    if (token === "{" || token === "\\left" || token === "\\begin") depth++;
    else if (token === "}" || token === "\\right" || token === "\\end") depth--;
    chain = /^(?:[\^_{]|\\[A-Za-z]+)$/.test(token) ? chain + 1 : 0;
    deepest = Math.max(deepest, depth + chain / 4);
  }
  return deepest;
}

/** What MathML itself has between a function and its argument, and in empty places. */
const OPERATORS = /[\u200b\u2061-\u2064]/g;

/**
 * Nothing but MathML's elements, with attributes that only shape them; no characters that hide or
 * reorder text, which a formula may write as numbers.
 */
function isHarmless(built: Element): boolean {
  const text = (built.textContent ?? "").replace(OPERATORS, "");
  if (visible(text) !== text) return false;
  const elements = built.querySelectorAll("*");
  if (elements.length > MOST_ELEMENTS) return false;
  return [...elements].every(
    (element) =>
      element.namespaceURI === MATHML &&
      [...element.attributes].every(
        ({ name, value }) =>
          ATTRIBUTES.test(name) && !/url|expression|position\s*:\s*fixed/i.test(value),
      ),
  );
}
