/** GFM's extended autolinks: addresses that are links without any markup around them. */

const START = /(?:https?|ftp):\/\/|www\./gi;
const DOMAIN = /^(?:[\p{L}\p{N}\p{S}_-]+\.)*[\p{L}\p{N}\p{S}_-]+/u;
const EMAIL = /[A-Za-z0-9._+-]+@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+/g;
const LONGEST_EMAIL = 320;

export interface Autolink {
  text: string;
  destination: string;
}

/** Where in `text` an address may start, or -1. */
export function findAddress(text: string, from = 0): number {
  START.lastIndex = from;
  return START.exec(text)?.index ?? -1;
}

/** The address that starts at `at` in the paragraph's `source`, if there is one. */
export function addressAt(source: string, at: number): Autolink | null {
  const before = at > 0 ? (source[at - 1] ?? "") : " ";
  const run = /^[^\s<]*/.exec(source.slice(at, at + 4096))?.[0] ?? "";
  const scheme = /^[a-z]+:\/\//i.exec(run)?.[0] ?? "";
  if (scheme === "" ? !/[\s*_~(]/.test(before) : /[\p{L}\p{N}]/u.test(before)) return null;
  const domain = DOMAIN.exec(run.slice(scheme.length))?.[0] ?? "";
  const labels = domain.split(".");
  if (domain === "" || labels.slice(-2).some((label) => label.includes("_"))) return null;
  if (scheme === "" && labels.length < 2) return null;
  const text = trimEnd(run);
  if (text.length <= scheme.length) return null;
  return { text, destination: scheme === "" ? `http://${text}` : text };
}

/** Punctuation, an entity, and a closing parenthesis too many at the end are not the address. */
function trimEnd(address: string): string {
  let end = address.length;
  let surplus = 0;
  for (const char of address) surplus += char === ")" ? 1 : char === "(" ? -1 : 0;
  while (end > 0) {
    const last = address[end - 1] ?? "";
    if (last === ")" && surplus > 0) surplus--;
    else if (last === ";") {
      const entity = /&[A-Za-z0-9]+;$/.exec(address.slice(Math.max(0, end - 40), end));
      end -= entity ? entity[0].length - 1 : 0;
    } else if (!/[?!.,:*_~'"]/.test(last)) break;
    end--;
  }
  return address.slice(0, end);
}

/** Cuts `text` into plain text and e-mail addresses. */
export function splitEmails(text: string): (string | Autolink)[] {
  const parts: (string | Autolink)[] = [];
  if (!text.includes("@")) return [text];
  let from = 0;
  EMAIL.lastIndex = 0;
  for (let match = EMAIL.exec(text); match; match = EMAIL.exec(text)) {
    const address = match[0];
    if (/[-_]$/.test(address) || address.length > LONGEST_EMAIL) continue;
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push({ text: address, destination: `mailto:${address}` });
    from = match.index + address.length;
  }
  if (from < text.length || parts.length === 0) parts.push(text.slice(from));
  return parts;
}
