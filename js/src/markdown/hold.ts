import type { Block } from "./block.js";

/** Longer lines are never only markers that wait for what they mark. */
const LONGEST_MARKER = 200;
const ONLY_MARKERS = /^[ \t]*(?:[ \t>*+\-_=#~`|:]|\d{1,9}(?:[.)][ \t]+|[.)]?$))*$/;
const OPENING_FENCE = /^(?:[ \t>]|[*+-][ \t]+|\d{1,9}[.)][ \t]+)*(?:`{3,}[^`]*|~{3,}.*)$/;
const OPENING_MATH = /^[ \t>]*\$\$$/;
const FENCE_ONLY = /^[ \t>]*(?:`+|~+)[ \t]*$/;

/**
 * Whether an unfinished last line is held back: it is nothing but markers (`-`, `3.`, `|`, `##`) or
 * a fence with its info string, and would be drawn as something else a moment later. `tip` is the
 * innermost open block.
 */
export function shouldHold(partial: string, tip: Block): boolean {
  if (partial.length > LONGEST_MARKER) return false;
  if (tip.type === "code_block" || tip.type === "html_block") {
    const nested = tip._parent?.type !== "document";
    return (tip._isFenced && FENCE_ONLY.test(partial)) || (nested && ONLY_MARKERS.test(partial));
  }
  if (tip.type === "math") return false;
  return ONLY_MARKERS.test(partial) || OPENING_FENCE.test(partial) || OPENING_MATH.test(partial);
}
