/**
 * Character references of HTML, in the place of the `entities` package that commonmark asks for.
 * The table is made when the page is built.
 */
declare const NBSTREAM_ENTITIES: string;

/** What browsers take the numbers from 0x80 to 0x9f for. */
const WINDOWS = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";
const MAX_CODE_POINT = 0x10ffff;
let named: Map<string, string> | undefined;

/** Decodes text that is one reference (`&amp;`, `&#35;`, `&#x1F600;`); unknown ones stay. */
export function decodeHTMLStrict(reference: string): string {
  const name = reference.slice(1, -1);
  if (!name.startsWith("#")) return table().get(name) ?? reference;
  const hex = name[1] === "x" || name[1] === "X";
  return character(hex ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10));
}

function character(code: number): string {
  if (code === 0 || code > MAX_CODE_POINT || (code >= 0xd800 && code < 0xe000)) return "\ufffd";
  return WINDOWS[code - 0x80] ?? String.fromCodePoint(code);
}

function table(): Map<string, string> {
  if (!named) {
    named = new Map();
    let code = 0;
    for (const group of NBSTREAM_ENTITIES.split(",")) {
      const [, step, second, names] = /^(\d*)\+?(\d*)(.+)/.exec(group) as string[];
      code += Number(step || 1);
      const rest = second ? [Number(second)] : [];
      for (const name of names?.split(" ") ?? [])
        named.set(name, String.fromCodePoint(code, ...rest));
    }
  }
  return named;
}
