/**
 * Where TeX stands in a text, by pandoc's rules: `$…$` with no space inside of its dollars, no
 * dollar between them and no digit after them, `$$…$$`, `\(…\)` and `\[…\]`. Without a letter or a digit it is none.
 */
export interface MathSource {
  /** As it stands in the text, delimiters included. */
  source: string;
  tex: string;
  display: boolean;
}

type Closer = "$" | "$$" | "\\)" | "\\]";

const CLOSERS: Record<string, Closer> = { $: "$", $$: "$$", "\\(": "\\)", "\\[": "\\]" };
const TOKENS = /\\[\s\S]|\$+/g;
const DISPLAY = new Set<string>(["$$", "\\["]);

/** The math of one text after another; each text's closers are looked for once. */
export class MathSources {
  private text: string | null = null;
  private closers = new Map<Closer, number[]>();
  /** The dollars that can close. */
  private closing = new Set<number>();

  /** What begins at `pos` (at a `$` or a backslash): null is none, undefined lacks its closer. */
  at(text: string, pos: number): MathSource | null | undefined {
    const opener = openerAt(text, pos);
    const closer = opener === null ? undefined : CLOSERS[opener];
    if (opener === null || closer === undefined) return null;
    const start = pos + opener.length;
    if (opener === "$" && !/\S/.test(text[start] ?? "")) return null;
    if (this.text !== text) this.scan(text);
    const end = firstAfter(this.closers.get(closer) ?? [], start);
    if (end < 0) return undefined;
    if (opener === "$" && !this.closing.has(end)) return null;
    const tex = text.slice(start, end);
    if (!/[\p{L}\p{N}]/u.test(tex)) return null;
    const source = text.slice(pos, end + closer.length);
    return { source, tex, display: DISPLAY.has(opener) };
  }

  private scan(text: string): void {
    this.text = text;
    this.closers = new Map();
    this.closing = new Set();
    for (const { 0: token, index } of text.matchAll(TOKENS)) {
      if (token.startsWith("$")) {
        if (token.length >= 2) this.add("$$", index);
        this.add("$", index);
        const single = token.length === 1 && /\S/.test(text[index - 1] ?? "");
        if (single && !/\d/.test(text[index + 1] ?? "")) this.closing.add(index);
      } else if (token === "\\)" || token === "\\]") {
        this.add(token, index);
      }
    }
  }

  private add(closer: Closer, index: number): void {
    const known = this.closers.get(closer);
    if (known) known.push(index);
    else this.closers.set(closer, [index]);
  }
}

function openerAt(text: string, pos: number): string | null {
  if (text[pos] === "$") return text[pos + 1] === "$" ? "$$" : "$";
  const two = text.slice(pos, pos + 2);
  return two === "\\(" || two === "\\[" ? two : null;
}

/** The first of ascending `positions` that is at least `start`, or -1. */
function firstAfter(positions: readonly number[], start: number): number {
  let low = 0;
  for (let high = positions.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((positions[middle] ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return positions[low] ?? -1;
}
